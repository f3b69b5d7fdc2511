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
	if e.Loop != nil && e.Loop.Output != "" {
		names = append(names, e.Loop.Output)
	}
	if e.Event != nil {
		names = append(names, e.Event.CodeVariable, e.Event.MessageVariable)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
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
		m = m.doubtsAll()
	}
	own := m.inputs(e)
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
	name, value, believed := w.computed(e, local, own, m)
	if name != "" {
		told[name] = feel.ToJSONValue(value)
	}
	for _, name := range slices.Sorted(maps.Keys(told)) {
		v := told[name]
		own[name] = doubted
		if v != nil {
			own[name] = believed
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
	m = w.mappedOut(e, local, own, m)
	if e.Loop != nil || e.Event != nil {
		for _, name := range w.collected(e) {
			m = m.learns(name, doubted)
		}
	}
	return m
}

// collected are variables that all rounds of an element set together, or its event.
func (w *walker) collected(e *bpmn.Element) []string {
	var names []string
	if e.Loop != nil {
		names = append(w.sets(e), e.Loop.Output)
	}
	if e.Event != nil {
		names = append(names, e.Event.CodeVariable, e.Event.MessageVariable)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// mappedOut sets what output mappings say.
func (w *walker) mappedOut(e *bpmn.Element, local *feel.Context, own map[string]belief, m mark) mark {
	before, outputs := m, w.tracked(e)
	for _, x := range outputs {
		b := before.believes(x.Source, own)
		if len(x.Target) > 1 { // the rest of it stays
			b = min(b, m.belief(x.Target[0]))
		}
		own[x.Target[0]] = b
		m = m.learns(x.Target[0], b)
	}
	m.vars = w.mapped(outputs, m, local, m.vars)
	return m
}

// tracked are the output mappings of an element to variables that can matter to a route.
func (w *walker) tracked(e *bpmn.Element) []bpmn.Mapping {
	all, ok := w.outputs[e.Index]
	if !ok {
		handsAll := slices.ContainsFunc(w.Plan.Elements, func(e bpmn.Element) bool { return e.Call != nil && e.Call.AllIn })
		all = slices.DeleteFunc(slices.Clone(e.Outputs), func(x bpmn.Mapping) bool { return !handsAll && !w.matters.names[x.Target[0]] })
		w.outputs[e.Index] = all
	}
	return all
}

// computed is what a script or a decision gives, and how far that is known; what people choose is known.
func (w *walker) computed(e *bpmn.Element, local *feel.Context, own map[string]belief, m mark) (name string, value feel.Value, b belief) {
	switch {
	case e.Script != nil:
		return e.Script.Result, w.eval(e.Script.Expr, local, m.at), m.believes(e.Script.Expr, own)
	case e.Decision != nil:
		return e.Decision.Result, w.decide(e.Decision, local, m.at), w.believesDecision(e.Decision, own, m)
	}
	return "", nil, sure
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
	case e.Event == nil, e.Kind == bpmn.StartEvent && e.Parent == 0, e.Kind == bpmn.EndEvent, e.Kind == bpmn.ThrowEvent:
		return false
	}
	switch e.Event.Kind {
	case bpmn.Message, bpmn.Signal, bpmn.Error, bpmn.Escalation:
		return true
	}
	return false
}

// believesDecision is how far the result of a decision is known.
func (w *walker) believesDecision(d *bpmn.Decision, own map[string]belief, m mark) belief {
	decision := w.decision(d)
	if decision == nil {
		return doubted
	}
	least := sure
	if decision.AsksTime() {
		least = timely
	}
	for _, name := range decision.Reads() {
		b, local := own[name]
		if !local {
			b = m.belief(name)
		}
		least = min(least, b)
	}
	return least
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

// state tells apart the variables that tokens come to an element with, as far as they still matter.
func (w *walker) state(e *bpmn.Element, m mark) string {
	var b strings.Builder
	b.WriteString(e.ID)
	for _, name := range w.living[e.Index] {
		if v, ok := m.vars.Lookup(name); ok {
			fmt.Fprintf(&b, " %s=%s", name, v)
		}
		fmt.Fprintf(&b, " %d", m.belief(name))
	}
	for _, h := range m.hidden {
		for _, in := range h.scope.Inputs {
			v, _ := h.vars.Lookup(in.Target[0])
			fmt.Fprintf(&b, " %v", v)
		}
	}
	return b.String()
}

// follow walks on to all elements that can follow when an element is done, but along flows whose condition is known not to hold, or does not hold
// as long as nothing beside the route sets what it reads.
func (w *walker) follow(e *bpmn.Element, m mark) {
	if e.Kind == bpmn.EventBased || !slices.ContainsFunc(e.Outgoing, func(f int) bool { return w.Plan.Flows[f].Condition != nil }) {
		for _, i := range w.onward(e) {
			w.visit(w.a.element(i), m)
		}
		return
	}
	var open, closed []int
	certain := false
	for _, f := range e.Outgoing {
		flow := &w.Plan.Flows[f]
		if f == e.Default {
			continue
		}
		holds, known := true, flow.Condition == nil
		if flow.Condition != nil && !certain {
			holds, known = w.holds(flow.Condition, m)
			if known {
				m = m.assuming(nil, flow.Condition)
			}
		}
		if known && !holds || certain && e.Kind == bpmn.Exclusive {
			closed = append(closed, flow.Target)
			continue
		}
		open = append(open, flow.Target)
		certain = certain || known && flow.Condition != nil
	}
	switch {
	case e.Default >= 0 && certain:
		closed = append(closed, w.Plan.Flows[e.Default].Target)
	case e.Default >= 0:
		open = append(open, w.Plan.Flows[e.Default].Target)
	}
	if slices.ContainsFunc(closed, func(i int) bool { return w.leading[i] }) {
		w.premises = mark{assumed: w.premises}.assumes(m.assumed...).assumed
	}
	for _, i := range append(open, w.released(open, closed)...) {
		w.visit(w.a.element(i), m)
	}
}

// released are the inclusive joins that a token keeps waiting no longer when it goes along open flows and not along closed ones, so that others go
// on there (BPMN 2.0.2 §13.4.3).
func (w *walker) released(open, closed []int) []int {
	var joins []int
	for i := range w.Plan.Elements {
		j := w.a.element(i)
		leads := func(at int) bool {
			return at == i || slices.ContainsFunc(j.Upstream, func(from bpmn.Bits) bool { return from.Has(at) })
		}
		if j.Kind == bpmn.Inclusive && slices.ContainsFunc(closed, leads) && !slices.ContainsFunc(open, leads) {
			joins = append(joins, i)
		}
	}
	return joins
}

// holds reports whether a condition holds on the route, when that is known; also when it reads what something beside the route may have set, if the
// times of the route rest on that already.
func (w *walker) holds(x *feel.Expression, m mark) (holds, known bool) {
	switch m.believes(x, nil) {
	case sure:
	case beside:
		for _, name := range x.References() {
			if m.belief(name) == beside && !w.rests(m, name) {
				return true, false
			}
		}
	default:
		return true, false
	}
	v, ok := w.eval(x, m.vars, m.at).(feel.Bool)
	return bool(v), ok
}

// rests reports whether times of the route rest on a variable, or on one that the same elements set.
func (w *walker) rests(m mark, name string) bool {
	return slices.ContainsFunc(m.assumed, func(assumed string) bool {
		return assumed == name || slices.Equal(w.setters(assumed), w.setters(name))
	})
}

// setters are the elements that set a variable.
func (w *walker) setters(name string) []int {
	all, ok := w.setBy[name]
	if !ok {
		for i := range w.Plan.Elements {
			if slices.Contains(w.sets(w.a.element(i)), name) {
				all = append(all, i)
			}
		}
		w.setBy[name] = all
	}
	return all
}
