package lint

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// called notes what called processes, and those that call this one, read of its variables.
func (p *process) called() {
	for i := range p.Plan.Elements {
		e := p.element(i)
		if e.Decision != nil {
			p.usedByDecision(e)
		}
		if e.Call == nil {
			continue
		}
		child := p.child(e)
		switch {
		case child == nil:
			p.whole = p.whole || e.Call.AllIn
			continue
		case e.Call.AllIn:
			child.free(func(name string) { p.uses(p.find(name, e, 0)) })
			p.whole = p.whole || child.whole
		}
		child.usedByCaller(e)
		if c := (caller{p, e}); !slices.Contains(child.callers, c) {
			child.callers = append(child.callers, c)
		}
	}
}

// free visits the names of variables that a process may read, whoever sets them.
func (p *process) free(visit func(name string)) {
	for _, r := range p.reads {
		for _, name := range r.x.References() {
			visit(name)
		}
	}
	for i := range p.Plan.Elements {
		e := p.element(i)
		if e.Decision != nil {
			for _, name := range p.decisionReads(e.Decision) {
				visit(name)
			}
		}
	}
	for _, id := range p.formIDs() {
		for _, name := range p.Forms[id].Reads() {
			visit(name)
		}
		for _, f := range p.Forms[id].Fields() {
			visit(f.Key)
		}
	}
}

// usedByCaller notes what of a called process a call activity takes over.
func (p *process) usedByCaller(e *bpmn.Element) {
	if len(e.Outputs) == 0 {
		p.whole = p.whole || e.Call.AllOut
	}
	for _, out := range e.Outputs {
		for _, name := range out.Source.References() {
			p.uses(key{0, name})
		}
	}
}

func (p *process) usedByDecision(e *bpmn.Element) {
	for _, name := range p.decisionReads(e.Decision) {
		p.uses(p.find(name, e, len(e.Inputs)))
	}
}

// decisionReads are the names that a decision reads; those of all decisions when it is chosen at run time.
func (p *process) decisionReads(d *bpmn.Decision) []string {
	if p.Decisions == nil {
		return nil
	}
	if id, ok := constant(d.ID); ok {
		if decision, ok := p.Decisions.Decision(id); ok {
			return decision.Reads()
		}
		return nil
	}
	var names []string
	for _, decision := range p.Decisions.Decisions() {
		names = append(names, decision.Reads()...)
	}
	return names
}

// solve finds which variables have been set where, and the types of their values.
func (p *process) solve() {
	p.flow()
	for round := range 20 {
		changed := false
		for _, v := range p.vars {
			changed = p.join(v) || changed
		}
		if !changed {
			break
		}
		if round == 19 {
			for _, v := range p.vars {
				v.typ, v.known = nil, true
			}
		}
	}
}

// join finds the type of a variable anew, and reports whether it is another one.
func (p *process) join(v *variable) bool {
	typ, known := v.given, v.input
	for _, a := range v.sets {
		t, ok := p.assigned(a)
		switch {
		case !ok:
		case !known:
			typ, known = t, true
		default:
			typ = feel.Join(typ, t)
		}
	}
	changed := known != v.known || typ.String() != v.typ.String() || len(typ.Values()) != len(v.typ.Values())
	v.typ, v.known = typ, known
	return changed
}

// assigned is the type of what is assigned; ok is false as long as it depends on types that are not known yet.
func (p *process) assigned(a assignment) (t *feel.Type, ok bool) {
	t = a.typ
	if a.from != nil {
		in, ok := p.infer(a.from)
		if !ok {
			return nil, false
		}
		t = in.Type.AsJSON()
	}
	for _, name := range slices.Backward(a.path) {
		t = feel.ContextType([]feel.Param{{Name: name, Type: t}})
	}
	return t, true
}

// infer tells what is known of an expression; ok is false as long as it depends on types that are not known yet.
func (p *process) infer(r *read) (in feel.Inferred, ok bool) {
	ok = true
	in = r.x.Infer(func(name string) *feel.Type {
		t, known := p.typeOf(r, name)
		ok = ok && known
		return t
	})
	return in, ok
}

// typeOf is the type of a variable where it is read: nil for any, which is so too when it may not have been set before.
func (p *process) typeOf(r *read, name string) (t *feel.Type, known bool) {
	if t, has := r.payload.lookup(name); has {
		if r.payload.from == nil {
			return t, true
		}
		in, known := p.infer(r.payload.from)
		return in.Type.AsJSON(), known
	}
	v, ok := p.byKey[p.find(name, r.at, r.inputs)]
	switch {
	case !ok:
		return nil, true
	case v.owner == 0 && !p.closed() && !p.before[r.at.Index].all(v.index):
		return nil, true
	}
	return v.typ, v.known
}

// all reports whether a variable is in the set; a nil set has all.
func (b bits) all(i int) bool { return b == nil || b.has(i) }

// closed reports whether it is known of every variable what sets it.
func (p *process) closed() bool { return p.Plan.Inputs != nil && !p.open }

// flow finds which variables have been set for certain when an element is entered, and when it is done.
func (p *process) flow() {
	n := len(p.Plan.Elements)
	p.before, p.after = make([]bits, n), make([]bits, n)
	sets := make([]bits, n)
	for i := range sets {
		sets[i] = newBits(len(p.vars))
	}
	start := newBits(len(p.vars))
	for _, v := range p.vars {
		if v.input {
			start.add(v.index)
		}
		for _, a := range v.sets {
			if v.owner == 0 && a.by.Kind == bpmn.Process { // a data object
				start.add(v.index)
			}
			if !a.maybe && v.owner == 0 {
				sets[a.by.Index].add(v.index)
			}
		}
	}
	p.before[0] = start
	for range n + 1 {
		if !p.flowOnce(sets) {
			return
		}
	}
}

func (p *process) flowOnce(sets []bits) (changed bool) {
	for i := range p.Plan.Elements {
		e := p.element(i)
		before := p.before[i]
		if i > 0 {
			before = p.enters(e)
		}
		after := p.leaves(e, before).either(sets[i])
		if !slices.Equal(before, p.before[i]) || !slices.Equal(after, p.after[i]) || (before == nil) != (p.before[i] == nil) || (after == nil) != (p.after[i] == nil) {
			p.before[i], p.after[i], changed = before, after, true
		}
	}
	return changed
}

// enters is what has been set when an element is entered: on each way to it, and at a parallel join on any.
func (p *process) enters(e *bpmn.Element) (set bits) {
	switch {
	case e.AttachedTo >= 0:
		return p.before[e.AttachedTo]
	case e.Kind == bpmn.EventSubProcess:
		return p.before[e.Parent]
	case slices.Contains(p.element(e.Parent).Starts, e.Index):
		return p.before[e.Parent]
	case e.Kind == bpmn.CatchEvent && e.Event.Kind == bpmn.Link:
		for i := range p.Plan.Elements {
			if to, ok := p.element(i).LinksTo(); ok && to == e.Index {
				set = set.both(p.after[i])
			}
		}
		return set
	}
	for n, f := range e.Incoming {
		from := p.after[p.Plan.Flows[f].Source]
		switch {
		case n == 0:
			set = from
		case e.Kind == bpmn.Parallel:
			set = set.either(from)
		default:
			set = set.both(from)
		}
	}
	return set
}

// leaves is what has been set when an element is done, beside what it sets itself: in a scope what every end has behind it.
func (p *process) leaves(e *bpmn.Element, before bits) bits {
	if !e.Kind.Scope() || e.Loop != nil {
		return before
	}
	var set bits
	for _, i := range e.Children {
		c := p.element(i)
		_, jumps := c.LinksTo()
		if len(c.Outgoing) == 0 && !jumps {
			set = set.both(p.after[i])
		}
	}
	return set
}
