package lint

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// collect finds where variables are set and read.
func (p *process) collect() {
	p.byKey, p.used = map[key]*variable{}, map[key]bool{}
	for _, in := range p.Plan.Inputs {
		v := p.variable(key{0, in.Name})
		v.input, v.given = true, in.Type
	}
	for i := range p.Plan.Elements {
		p.collectElement(p.element(i))
	}
	for i := range p.Plan.Flows {
		f := &p.Plan.Flows[i]
		if f.Condition != nil {
			p.reads = append(p.reads, read{x: f.Condition, at: p.element(f.Source), inputs: -1, what: "the condition", line: f.Line, element: f.ID})
		}
	}
}

func (p *process) collectElement(e *bpmn.Element) {
	for i, in := range e.Inputs {
		p.assign(key{e.Index, in.Target[0]}, p.source(e, in, i, nil))
	}
	own := func(what string, xs ...*feel.Expression) {
		for _, x := range xs {
			p.read(read{x: x, at: e, inputs: len(e.Inputs), what: what})
		}
	}
	if e.Event != nil {
		p.collectEvent(e)
	}
	if j := e.Job; j != nil {
		own("the job", j.Type, j.Retries)
		p.seenBy(e)
	}
	if t := e.UserTask; t != nil {
		own("the assignment", t.Assignee, t.CandidateGroups, t.CandidateUsers, t.Priority)
		own("the due date", t.DueDate)
		own("the follow-up date", t.FollowUpDate)
	}
	if e.Script != nil {
		own("the script", e.Script.Expr)
	}
	if e.Decision != nil {
		own("the decision", e.Decision.ID)
	}
	if e.Call != nil {
		own("the call", e.Call.ProcessID)
	}
	own("the activation condition", e.Activation)
	p.collectLoop(e)
	p.collectOutputs(e)
}

func (p *process) read(r read) {
	if r.x == nil {
		return
	}
	if r.line == 0 {
		r.line = r.at.Line
	}
	if r.element == "" {
		r.element = r.at.ID
	}
	p.reads = append(p.reads, r)
}

// collectEvent notes what an event reads: one on a border or at the beginning of an event sub-process sees what is around.
func (p *process) collectEvent(e *bpmn.Element) {
	at, inputs := e, len(e.Inputs)
	switch {
	case e.AttachedTo >= 0:
		at = p.element(e.AttachedTo)
		inputs = len(at.Inputs)
	case e.Kind == bpmn.StartEvent && e.Parent > 0:
		at = p.element(p.element(e.Parent).Parent)
		inputs = len(at.Inputs)
	}
	one := func(what string, x *feel.Expression) {
		p.read(read{x: x, at: at, inputs: inputs, what: what, line: e.Line, element: e.ID})
	}
	one("the name", e.Event.Name())
	one("the condition", e.Event.Condition)
	one("the code", e.Event.Code)
	if e.Event.Timer != nil {
		one("the timer", e.Event.Timer.Expr)
	}
	if e.Event.Message != nil {
		one("the correlation key", e.Event.Message.CorrelationKey)
	}
}

func (p *process) collectLoop(e *bpmn.Element) {
	l := e.Loop
	if l == nil {
		return
	}
	for _, x := range []*feel.Expression{l.Collection, l.Cardinality} {
		p.read(read{x: x, at: e, inputs: -1, what: "the repetition"})
	}
	each := read{x: l.Each, at: e, inputs: len(e.Inputs), what: "the output element"}
	for _, x := range []*feel.Expression{l.Until, l.While} {
		p.read(read{x: x, at: e, inputs: len(e.Inputs), what: "the condition of the repetition"})
	}
	for _, name := range append([]string{l.Item, l.Own}, counters...) {
		if name != "" {
			p.assign(key{e.Index, name}, assignment{by: e})
		}
	}
	p.read(each)
	if l.Output != "" {
		p.assign(key{e.Index, l.Output}, assignment{by: e, typ: feel.ListType(nil)}) // the results so far
		p.assign(p.find(l.Output, p.element(e.Parent), len(p.element(e.Parent).Inputs)), assignment{by: e, typ: feel.ListType(nil)})
	}
}

// collectOutputs notes what an element sets when it is done: through its output mappings, or else all it was told.
func (p *process) collectOutputs(e *bpmn.Element) {
	told := p.told(e)
	for _, out := range e.Outputs {
		a := p.source(e, out, len(e.Inputs), told)
		p.assign(p.target(e, out.Target[0]), a)
	}
	switch {
	case len(e.Outputs) > 0 || told == nil:
	case told.open:
		p.open = true
	default:
		for _, f := range told.fields.Fields() {
			p.assign(p.target(e, f.Name), assignment{by: e, from: told.from, typ: f.Type.AsJSON(), maybe: told.field || e.Event != nil, field: told.field})
		}
	}
}

// target is the variable that a result of an element goes to: results of an instance of a repeated activity are its own first.
func (p *process) target(e *bpmn.Element, name string) key {
	if e.Loop != nil && e.Loop.Own == name {
		return key{e.Index, name}
	}
	if e.Parent < 0 {
		return key{0, name}
	}
	around := p.element(e.Parent)
	if e.Kind == bpmn.StartEvent && around.Kind == bpmn.EventSubProcess {
		around = p.element(around.Parent)
	}
	return p.find(name, around, len(around.Inputs))
}

// source is the assignment of a mapping, whose source is read.
func (p *process) source(e *bpmn.Element, m bpmn.Mapping, inputs int, told *payload) assignment {
	r := read{x: m.Source, at: e, inputs: inputs, payload: told, what: "the mapping to " + m.Target[0], line: e.Line, element: e.ID}
	p.read(r)
	return assignment{by: e, from: &r, path: m.Target[1:]}
}

func (p *process) assign(k key, a assignment) {
	v := p.variable(k)
	v.sets = append(v.sets, a)
}

// told is what an element is told when it is done, nil for nothing.
func (p *process) told(e *bpmn.Element) *payload {
	one := func(name string, t *feel.Type) *payload {
		if name == "" {
			return nil
		}
		return &payload{fields: feel.ContextType([]feel.Param{{Name: name, Type: t}})}
	}
	switch {
	case e.UserTask != nil:
		f := p.Forms[e.UserTask.Form]
		if f == nil {
			return p.outside()
		}
		return &payload{fields: f.Type(), field: true}
	case e.Kind == bpmn.UserTask:
		return p.outside()
	case e.Script != nil:
		told := one(e.Script.Result, nil)
		if told != nil {
			told.from = &read{x: e.Script.Expr, at: e, inputs: len(e.Inputs)}
		}
		return told
	case e.Decision != nil:
		return one(e.Decision.Result, p.decided(e.Decision))
	case e.Job != nil:
		return p.answer(e)
	case e.Call != nil:
		return p.returned(e)
	case e.Kind == bpmn.StartEvent && e.Event == nil && e.Parent == 0:
		return p.outside()
	case e.Event != nil && e.Kind != bpmn.EndEvent && e.Kind != bpmn.ThrowEvent:
		return p.brought(e)
	}
	return nil
}

// outside is what comes from outside: what the process declares, or else nobody knows.
func (p *process) outside() *payload {
	if p.Plan.Inputs == nil {
		return &payload{open: true}
	}
	var fields []feel.Param
	for _, in := range p.Plan.Inputs {
		fields = append(fields, feel.Param{Name: in.Name, Type: in.Type})
	}
	return &payload{fields: feel.ContextType(fields)}
}

// brought is what an event brings.
func (p *process) brought(e *bpmn.Element) *payload {
	switch e.Event.Kind {
	case bpmn.Message, bpmn.Signal:
		return p.outside()
	case bpmn.Error, bpmn.Escalation:
		out := p.outside()
		for _, name := range []string{e.Event.CodeVariable, e.Event.MessageVariable} {
			if name != "" && !out.open {
				out.fields = feel.Join(out.fields, feel.ContextType([]feel.Param{{Name: name, Type: feel.KindType(feel.KindString)}}))
			}
		}
		return out
	}
	return nil
}

// job is the job type of an element, nil when it is not known what the worker does.
func (p *process) job(e *bpmn.Element) *Job {
	name, ok := constant(e.Job.Type)
	if !ok {
		return nil
	}
	return p.set.jobs[name]
}

// answer is what a job answers.
func (p *process) answer(e *bpmn.Element) *payload {
	j := p.job(e)
	if j == nil {
		return &payload{open: true}
	}
	var fields []feel.Param
	for _, name := range j.Gives {
		fields = append(fields, feel.Param{Name: name})
	}
	return &payload{fields: feel.ContextType(fields)}
}

// seenBy notes what a job reads beside its input mappings.
func (p *process) seenBy(e *bpmn.Element) {
	if len(e.Inputs) > 0 {
		return
	}
	j := p.job(e)
	if j == nil {
		p.whole = true
		return
	}
	for _, name := range j.Reads {
		p.uses(p.find(name, e, 0))
	}
}

// uses notes that something beside expressions reads a variable.
func (p *process) uses(k key) { p.used[k] = true }

func constant(x *feel.Expression) (string, bool) {
	if x == nil {
		return "", false
	}
	v, _ := x.Constant()
	s, ok := v.(feel.String)
	return string(s), ok
}

// decided is the type of what a business rule task answers.
func (p *process) decided(d *bpmn.Decision) *feel.Type {
	id, ok := constant(d.ID)
	if !ok || p.Decisions == nil {
		return nil
	}
	decision, ok := p.Decisions.Decision(id)
	if !ok {
		return nil
	}
	return decision.Type().AsJSON()
}

// child is the process that a call activity calls, nil when it is not among those looked at.
func (p *process) child(e *bpmn.Element) *process {
	id, ok := constant(e.Call.ProcessID)
	if !ok || e.Call.Binding == "versionTag" {
		return nil
	}
	return p.set.processes[id]
}

// returned is what a called process comes back with.
func (p *process) returned(e *bpmn.Element) *payload {
	child := p.child(e)
	if child == nil {
		return &payload{open: true}
	}
	if !e.Call.AllOut && len(e.Outputs) == 0 {
		return nil
	}
	return child.results(map[*process]bool{p: true})
}

// results are the variables that a process may end with.
func (p *process) results(seen map[*process]bool) *payload {
	if seen[p] || p.Plan.Inputs == nil {
		return &payload{open: true}
	}
	seen[p] = true
	var fields []feel.Param
	names := map[string]bool{}
	add := func(name string) {
		if !names[name] {
			names[name] = true
			fields = append(fields, feel.Param{Name: name})
		}
	}
	for _, in := range p.Plan.Inputs {
		add(in.Name)
	}
	for i := range p.Plan.Elements {
		e := p.element(i)
		for _, out := range e.Outputs {
			add(out.Target[0])
		}
		if len(e.Outputs) > 0 || e.Call != nil {
			continue
		}
		told := p.told(e)
		switch {
		case told == nil:
		case told.open:
			return told
		default:
			for _, f := range told.fields.Fields() {
				add(f.Name)
			}
		}
	}
	return &payload{fields: feel.ContextType(fields), open: slices.ContainsFunc(p.Plan.Elements, func(e bpmn.Element) bool { return e.Call != nil && len(e.Outputs) == 0 && e.Call.AllOut })}
}
