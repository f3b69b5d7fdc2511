package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/form"
)

// maxAnswers bounds the combinations of answers of one form; the fields with the most choices are left open beyond it.
const maxAnswers = 200

// interest is what of the variables can change a route: what conditions, due dates and timers on the way read, and what that is computed from.
type interest struct {
	names  map[string]bool         // variables
	fields map[int]map[string]bool // by user task: fields of its form
}

// interest follows what is read back to what it is computed from, until nothing new is found.
func (w *walker) interest() interest {
	in := interest{map[string]bool{}, map[int]map[string]bool{}}
	read := func(xs ...*feel.Expression) {
		for _, x := range xs {
			in.reads(x, nil)
		}
	}
	for i := range w.Plan.Elements {
		e := &w.Plan.Elements[i]
		if !w.leading[i] && !w.races(e) {
			continue
		}
		if e.UserTask != nil {
			read(e.UserTask.DueDate)
		}
		if e.Event != nil && e.Event.Timer != nil {
			read(e.Event.Timer.Expr)
		}
		for _, f := range e.Outgoing {
			read(w.Plan.Flows[f].Condition)
		}
		for _, m := range e.Inputs {
			if e.Job == nil {
				read(m.Source)
			}
		}
	}
	for before := -1; before != len(in.names); {
		before = len(in.names)
		for i := range w.Plan.Elements {
			w.derives(&w.Plan.Elements[i], in)
		}
	}
	return in
}

// races reports whether an element is a timer that can bound one on the way.
func (w *walker) races(e *bpmn.Element) bool {
	return e.AttachedTo >= 0 && w.leading[e.AttachedTo] || slices.ContainsFunc(e.Incoming, func(f int) bool {
		from := w.a.element(w.Plan.Flows[f].Source)
		return from.Kind == bpmn.EventBased && w.leading[from.Index]
	})
}

// reads notes what an expression reads, but for names that are its element's own.
func (in interest) reads(x *feel.Expression, own map[string]bool) {
	if x == nil {
		return
	}
	for _, name := range x.References() {
		in.names[name] = in.names[name] || !own[name]
	}
	maps.DeleteFunc(in.names, func(_ string, read bool) bool { return !read })
}

// derives notes what the variables of interest that an element sets are computed from.
func (w *walker) derives(e *bpmn.Element, in interest) {
	own := map[string]bool{}
	if f := w.form(e); f != nil {
		in.fields[e.Index] = map[string]bool{}
		for _, field := range f.Type().Fields() {
			own[field.Name] = true
			if len(e.Outputs) == 0 && in.names[field.Name] {
				in.fields[e.Index][field.Name] = true
			}
		}
	}
	result := e.Script != nil && in.names[e.Script.Result] || e.Decision != nil && in.names[e.Decision.Result]
	for _, m := range e.Outputs {
		if !in.names[m.Target[0]] {
			continue
		}
		in.reads(m.Source, own)
		for _, name := range m.Source.References() {
			result = true
			if own[name] {
				in.fields[e.Index][name] = true
			}
		}
	}
	switch {
	case !result:
	case e.Script != nil:
		in.reads(e.Script.Expr, nil)
	case e.Decision != nil:
		if d := w.decision(e.Decision); d != nil {
			for _, name := range d.Reads() {
				in.names[name] = true
			}
		}
	}
}

// form is the form of a user task, nil when it has none that is known.
func (w *walker) form(e *bpmn.Element) *form.Form {
	if e.UserTask == nil {
		return nil
	}
	return w.Forms[e.UserTask.Form]
}

// answers are the combinations of choices by which a person can complete a task: those of selects, radios and checkboxes that a route
// depends on. What else the form asks for is not known.
func (w *walker) answers(e *bpmn.Element) []*feel.Context {
	if all, ok := w.combinations[e.Index]; ok {
		return all
	}
	all := []*feel.Context{feel.ContextOf()}
	for _, c := range w.choices(e) {
		if len(all)*len(c.values) > maxAnswers {
			break
		}
		var more []*feel.Context
		for _, before := range all {
			for _, v := range c.values {
				more = append(more, before.With(c.name, v))
			}
		}
		all = more
	}
	w.combinations[e.Index] = all
	return all
}

// choice is a field with what can be chosen.
type choice struct {
	name   string
	values []feel.Value
}

// choices are those of a task that matter, the fewest first.
func (w *walker) choices(e *bpmn.Element) []choice {
	f := w.form(e)
	if f == nil {
		return nil
	}
	var all []choice
	for _, field := range f.Type().Fields() {
		values := field.Type.Values()
		if kind, ok := field.Type.Kind(); ok && kind == feel.KindBoolean {
			values = []feel.Value{feel.Bool(true), feel.Bool(false)}
		}
		if !w.matters.fields[e.Index][field.Name] || len(values) == 0 {
			continue
		}
		if !slices.ContainsFunc(f.Fields(), func(x form.Field) bool { return x.Key == field.Name && x.Required && !x.Conditional }) {
			values = append(slices.Clone(values), feel.Null{})
		}
		all = append(all, choice{field.Name, values})
	}
	slices.SortStableFunc(all, func(x, y choice) int { return len(x.values) - len(y.values) })
	return all
}

// knows reports whether the value of an expression is that of the route: everything it reads was given and is set by nothing else, or was set
// on the way out of what is known. Names of own come before variables.
func (m mark) knows(x *feel.Expression, own map[string]bool) bool {
	for _, name := range x.References() {
		known, local := own[name]
		if !local {
			known = m.known[name]
		}
		if !known {
			return false
		}
	}
	return true
}

// given are the start variables that nothing but messages changes.
func (w *walker) given() map[string]bool {
	known := map[string]bool{}
	for _, e := range w.Variables.Entries() {
		known[e.Name] = true
	}
	for i := range w.Plan.Elements {
		e := &w.Plan.Elements[i]
		if w.byMessage(e) || e.Parent == 0 && e.Kind == bpmn.StartEvent {
			continue
		}
		for _, name := range w.sets(e) {
			delete(known, name)
		}
	}
	return known
}

// byMessage reports whether an element is in an event sub-process, which comes when nobody knows.
func (w *walker) byMessage(e *bpmn.Element) bool {
	for ; e.Parent >= 0; e = w.a.element(e.Parent) {
		if e.Kind == bpmn.EventSubProcess {
			return true
		}
	}
	return false
}

// sets are the variables that an element sets.
func (w *walker) sets(e *bpmn.Element) []string {
	var names []string
	for _, m := range e.Outputs {
		names = append(names, m.Target[0])
	}
	switch {
	case len(names) > 0:
	case e.Script != nil:
		names = append(names, e.Script.Result)
	case e.Decision != nil:
		names = append(names, e.Decision.Result)
	case e.Job != nil:
		names = w.gives(e.Job)
	case w.form(e) != nil:
		for _, f := range w.form(e).Type().Fields() {
			names = append(names, f.Name)
		}
	}
	return names
}

// gives are the variables that a job answers with, as far as that is known.
func (w *walker) gives(j *bpmn.Job) []string {
	name, _ := j.Type.Constant()
	text, _ := name.(feel.String)
	return w.Jobs[string(text)]
}

// results goes on with the variables after an element: scripts and decisions are evaluated, choices are those given, and what else people,
// workers and messages answer is not known.
func (w *walker) results(e *bpmn.Element, local, chosen *feel.Context, m mark) mark {
	if w.anything(e) {
		m.known = nil
	}
	own := map[string]bool{}
	for _, x := range e.Inputs {
		own[x.Target[0]] = m.knows(x.Source, own)
	}
	told := map[string]feel.Value{} // nil where it is not known
	if f := w.form(e); f != nil {
		for _, field := range f.Type().Fields() {
			told[field.Name] = nil
		}
		for _, choice := range chosen.Entries() {
			told[choice.Name] = choice.Value
		}
	} else if e.Job != nil {
		for _, name := range w.gives(e.Job) {
			told[name] = nil
		}
	}
	if name, value, known := w.computed(e, local, own, m); name != "" {
		told[name], own[name] = feel.ToJSONValue(value), known
	}
	for _, name := range slices.Sorted(maps.Keys(told)) {
		v := told[name]
		if e.Script == nil && e.Decision == nil {
			own[name] = v != nil
		}
		if v != nil {
			local = local.With(name, v)
		}
		if len(e.Outputs) > 0 {
			continue
		}
		if v != nil {
			m.vars = m.vars.With(name, v)
		}
		m = m.learns(name, own[name])
	}
	return w.mappedOut(e, local, own, m)
}

// mappedOut sets what output mappings say.
func (w *walker) mappedOut(e *bpmn.Element, local *feel.Context, own map[string]bool, m mark) mark {
	before := m
	for _, x := range e.Outputs {
		known := before.knows(x.Source, own)
		own[x.Target[0]] = known
		m = m.learns(x.Target[0], known)
	}
	m.vars = w.mapped(e.Outputs, m, local, m.vars)
	return m
}

// computed is what a script or a decision gives, and whether it is known.
func (w *walker) computed(e *bpmn.Element, local *feel.Context, own map[string]bool, m mark) (name string, value feel.Value, known bool) {
	switch {
	case e.Script != nil:
		return e.Script.Result, w.eval(e.Script.Expr, local, m.at), m.knows(e.Script.Expr, own)
	case e.Decision != nil:
		return e.Decision.Result, w.decide(e.Decision, local, m.at), w.knowsDecision(e.Decision, own, m)
	}
	return "", nil, false
}

// anything reports whether an element may set any variable when it is done.
func (w *walker) anything(e *bpmn.Element) bool {
	switch {
	case len(e.Outputs) > 0:
		return false
	case e.Job != nil:
		name, _ := e.Job.Type.Constant()
		text, _ := name.(feel.String)
		_, listed := w.Jobs[string(text)]
		return !listed
	case e.UserTask != nil:
		return w.form(e) == nil
	case e.Call != nil:
		return e.Call.AllOut
	case e.Event != nil && (e.Kind == bpmn.CatchEvent || e.Kind == bpmn.ReceiveTask):
		return e.Event.Kind == bpmn.Message || e.Event.Kind == bpmn.Signal
	}
	return false
}

// knowsDecision reports whether everything is known that a decision reads.
func (w *walker) knowsDecision(d *bpmn.Decision, own map[string]bool, m mark) bool {
	decision := w.decision(d)
	if decision == nil || !m.knows(d.ID, own) {
		return false
	}
	return !slices.ContainsFunc(decision.Reads(), func(name string) bool {
		known, local := own[name]
		return !local && !m.known[name] || local && !known
	})
}

// decision is the decision that a task asks, nil when its id is computed.
func (w *walker) decision(d *bpmn.Decision) *dmn.Decision {
	v, ok := d.ID.Constant()
	id, text := v.(feel.String)
	if !ok || !text || w.Decisions == nil {
		return nil
	}
	decision, ok := w.Decisions.Decision(string(id))
	if !ok {
		return nil
	}
	return decision
}

// learns notes whether the value of a variable is that of the route.
func (m mark) learns(name string, known bool) mark {
	if m.known[name] != known {
		m.known = maps.Clone(m.known)
		if m.known == nil {
			m.known = map[string]bool{}
		}
		m.known[name] = known
	}
	return m
}

// state tells apart the variables of interest that tokens come to an element with.
func (w *walker) state(e *bpmn.Element, m mark) string {
	var b strings.Builder
	b.WriteString(e.ID)
	for _, name := range w.watched {
		if v, ok := m.vars.Lookup(name); ok {
			fmt.Fprintf(&b, " %s=%s", name, v)
		}
		if m.known[name] {
			b.WriteString("!")
		}
	}
	return b.String()
}

// follow lists the elements to go on to: all that can follow, but for flows whose condition is known not to hold.
func (w *walker) follow(e *bpmn.Element, m mark) []int {
	all := w.after(e)
	if e.Kind == bpmn.EventBased || !slices.ContainsFunc(e.Outgoing, func(f int) bool { return w.Plan.Flows[f].Condition != nil }) {
		return all
	}
	var open []int
	certain := false
	for _, f := range e.Outgoing {
		flow := &w.Plan.Flows[f]
		holds, known := true, flow.Condition == nil
		if flow.Condition != nil && m.knows(flow.Condition, nil) {
			v, ok := w.eval(flow.Condition, m.vars, m.at).(feel.Bool)
			holds, known = bool(v), ok
		}
		if f == e.Default || known && !holds {
			continue
		}
		open = append(open, flow.Target)
		if certain = certain || known && flow.Condition != nil; certain && e.Kind == bpmn.Exclusive {
			break
		}
	}
	if e.Default >= 0 && !certain {
		open = append(open, w.Plan.Flows[e.Default].Target)
	}
	return open
}
