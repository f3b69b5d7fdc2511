package lint

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// variables tells what is wrong with reads: variables that nothing sets, and values of types that cannot be meant.
func (p *process) variables() {
	for i := range p.reads {
		r := &p.reads[i]
		in, _ := p.infer(r)
		for _, name := range in.Reads {
			p.unset(r, name, fmt.Sprintf("%s reads", r.what))
		}
		for _, w := range in.Warnings {
			code := "always-null"
			if w.Code == "never-equal" {
				code = w.Code
			}
			p.tell(problem.Warning, r.line, r.element, code, "in: "+brief(r.x.Source()), "%s: %s", r.what, w.Message)
		}
	}
	for i := range p.Plan.Elements {
		if e := p.element(i); e.Decision != nil {
			p.feeds(e)
		}
	}
}

// brief is an expression short enough for a message.
func brief(source string) string {
	const most = 100
	if runes := []rune(source); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return source
}

const (
	declareAdvice = "set it before, correct the name, or declare it in fasthold:inputs when it comes from outside"
	renameAdvice  = "correct the name"
)

// unset tells of a variable that nothing sets before it is read, or that has another name.
func (p *process) unset(r *read, name, reads string) {
	if _, brings := r.payload.lookup(name); brings {
		return
	}
	k := p.find(name, r.at, r.inputs)
	v, ok := p.byKey[k]
	if k.owner != 0 || ok && v.input {
		return
	}
	if !ok || len(v.sets) == 0 {
		p.unsetAnywhere(r, name, reads)
		return
	}
	if p.closed() && !slices.ContainsFunc(v.sets, func(a assignment) bool { return p.mayPrecede(a.by, r) }) {
		p.tell(problem.Warning, r.line, r.element, "unset-variable", declareAdvice, "%s %s, which is set only later, by %s", reads, name, v.sets[0].by.ID)
	}
}

func (p *process) unsetAnywhere(r *read, name, reads string) {
	closed := p.closed()
	meant := nearest(name, p.candidates(r, closed))
	switch {
	case meant != "":
		p.tell(problem.Warning, r.line, r.element, "unset-variable", renameAdvice, "%s %s, which nothing sets; is %s meant?", reads, name, meant)
	case closed:
		p.tell(problem.Warning, r.line, r.element, "unset-variable", declareAdvice, "%s %s, which nothing sets", reads, name)
	}
}

// candidates are names that may be meant by one that nothing sets. As long as the name may come from outside, they are only those of which
// nobody would know otherwise what they are for: answers that nothing reads.
func (p *process) candidates(r *read, closed bool) []string {
	var names []string
	if r.payload != nil {
		for _, f := range r.payload.fields.Fields() {
			if closed || r.payload.field && !p.fieldRead(r.at, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	for _, v := range p.vars {
		if v.owner == 0 && (v.input || len(v.sets) > 0) && (closed || p.unread(v)) {
			names = append(names, v.name)
		}
	}
	return sorted(names)
}

// unread reports whether nothing reads a variable that is set here.
func (p *process) unread(v *variable) bool {
	if p.whole || p.used[v.key] || len(v.sets) == 0 {
		return false
	}
	if p.readKeys == nil {
		p.readKeys = map[key]bool{}
		for _, r := range p.reads {
			for _, name := range r.x.References() {
				if _, brings := r.payload.lookup(name); !brings || r.payload.open {
					p.readKeys[p.find(name, r.at, r.inputs)] = true
				}
			}
		}
		for _, id := range p.formIDs() {
			for _, name := range p.Forms[id].Reads() {
				p.readKeys[key{0, name}] = true
			}
		}
	}
	return !p.readKeys[v.key]
}

// feeds tells of inputs of a decision that nothing feeds, or with values of another type.
func (p *process) feeds(e *bpmn.Element) {
	id, ok := constant(e.Decision.ID)
	if !ok || p.Decisions == nil {
		return
	}
	decision, ok := p.Decisions.Decision(id)
	if !ok {
		return
	}
	r := &read{at: e, inputs: len(e.Inputs), line: e.Line, element: e.ID}
	for _, name := range decision.Reads() {
		p.unset(r, name, fmt.Sprintf("the decision %s reads", id))
		t, _ := p.typeOf(r, name)
		have, ok1 := t.Kind()
		want, ok2 := decision.InputType(name).Kind()
		if ok1 && ok2 && !fits(have, want) {
			p.warn(e, "input-type", "give both the same type", "the input %s of the decision %s is a %s, and the variable is a %s: it is always null", name, id, want, have)
		}
	}
}

// fits reports whether values of a kind can become those of another (DMN 1.5 §10.3.2.9.4); texts become dates, times and durations.
func fits(have, want feel.Kind) bool {
	switch want {
	case have, feel.KindList:
		return true
	case feel.KindDate, feel.KindTime, feel.KindDateTime, feel.KindDaysDuration, feel.KindMonthsDuration:
		return have == feel.KindString || have == feel.KindNull || have == feel.KindList || have == feel.KindDate && want == feel.KindDateTime
	}
	return have == feel.KindNull || have == feel.KindList
}

// mayPrecede reports whether an element may be done before an expression is evaluated.
func (p *process) mayPrecede(by *bpmn.Element, r *read) bool {
	to := r.at.Index
	if by.Index == to || p.reach(by.Index).has(to) {
		return true
	}
	for i := range p.Plan.Elements {
		if p.forks(p.element(i)) && p.reach(i).has(by.Index) && p.reach(i).has(to) {
			return true
		}
	}
	return false
}

// forks reports whether several tokens can go on from an element.
func (p *process) forks(e *bpmn.Element) bool {
	switch e.Kind {
	case bpmn.Parallel, bpmn.Inclusive, bpmn.Complex:
		return len(e.Outgoing) > 1
	case bpmn.Exclusive, bpmn.EventBased:
		return false
	}
	loose := func(i int) bool { return !p.element(i).Interrupting }
	return len(e.Outgoing) > 1 || slices.ContainsFunc(e.Boundary, loose) ||
		slices.ContainsFunc(e.EventScopes, func(i int) bool { return slices.ContainsFunc(p.element(i).Starts, loose) }) || e.Loop != nil
}

// reach are the elements that may be entered after an element, or in it.
func (p *process) reach(from int) bits {
	if p.reached == nil {
		p.reached = make([]bits, len(p.Plan.Elements))
	}
	if p.reached[from] != nil {
		return p.reached[from]
	}
	seen := newBits(len(p.Plan.Elements))
	queue := p.next(p.element(from))
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if !seen.has(i) {
			seen.add(i)
			queue = append(queue, p.next(p.element(i))...)
		}
	}
	p.reached[from] = seen
	return seen
}

// next lists what may follow an element: what is behind and in it, what its end lets go on, and event sub-processes around it.
func (p *process) next(e *bpmn.Element) []int {
	out := append(slices.Clone(e.Starts), e.Boundary...)
	for _, f := range e.Outgoing {
		out = append(out, p.Plan.Flows[f].Target)
	}
	if to, ok := e.LinksTo(); ok {
		out = append(out, to)
	}
	if e.Kind.Scope() {
		out = append(out, e.EventScopes...)
	}
	if e.Parent >= 0 {
		around := p.element(e.Parent)
		out = append(append(out, around.EventScopes...), around.Boundary...)
		for _, f := range around.Outgoing {
			out = append(out, p.Plan.Flows[f].Target)
		}
		if around.Parent >= 0 {
			out = append(out, p.element(around.Parent).EventScopes...)
		}
	}
	return out
}
