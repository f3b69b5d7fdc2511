package proof

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// live finds, for each element, the variables of interest whose value can still matter to a token that comes there: those that are read from there
// on before they are set anew. Tokens that differ in others are alike.
func (w *walker) live() map[int][]string {
	at := make([]map[string]bool, len(w.Plan.Elements))
	for i := range at {
		at[i] = w.readsAt(w.a.element(i))
	}
	for grown := true; grown; {
		grown = false
		for i := len(at) - 1; i >= 0; i-- {
			before := len(at[i])
			w.flowBack(w.a.element(i), at)
			grown = grown || len(at[i]) > before
		}
	}
	out := map[int][]string{}
	for i := range at {
		for _, name := range w.watched {
			if at[i][name] {
				out[i] = append(out[i], name)
			}
		}
	}
	return out
}

// flowBack takes over what matters to the elements that follow, but for what the element sets when it is done.
func (w *walker) flowBack(e *bpmn.Element, at []map[string]bool) {
	set := map[string]bool{}
	for _, name := range w.replaces(e) {
		set[name] = true
	}
	onward := w.onward(e)
	for _, n := range w.next(e) {
		for name := range at[n] {
			if !slices.Contains(onward, n) || !set[name] {
				at[e.Index][name] = true
			}
		}
	}
}

// replaces are the variables that an element gives a new value on every route, when it is done.
func (w *walker) replaces(e *bpmn.Element) []string {
	var names []string
	for _, x := range e.Outputs {
		if len(x.Target) == 1 {
			names = append(names, x.Target[0])
		}
	}
	switch {
	case len(e.Outputs) > 0 || e.Kind.Scope():
	case e.Script != nil:
		names = append(names, e.Script.Result)
	case e.Decision != nil:
		names = append(names, e.Decision.Result)
	default:
		for _, x := range w.answers(e)[0].Entries() {
			names = append(names, x.Name)
		}
	}
	return names
}

// readsAt are the variables of interest that an element reads.
func (w *walker) readsAt(e *bpmn.Element) map[string]bool {
	names := map[string]bool{}
	read := func(xs ...*feel.Expression) {
		for _, x := range xs {
			if x == nil {
				continue
			}
			for _, name := range x.References() {
				names[name] = true
			}
		}
	}
	for _, x := range slices.Concat(e.Inputs, e.Outputs) {
		read(x.Source)
	}
	for _, f := range e.Outgoing {
		read(w.Plan.Flows[f].Condition)
	}
	for _, i := range e.Boundary {
		read(timerOf(w.a.element(i)))
	}
	read(timerOf(e))
	switch {
	case e.UserTask != nil:
		read(e.UserTask.DueDate)
	case e.Script != nil:
		read(e.Script.Expr)
	case e.Call != nil && e.Call.AllIn:
		for _, name := range w.watched {
			names[name] = true
		}
	case e.Decision != nil:
		if d := w.decision(e.Decision); d != nil {
			for _, name := range d.Reads() {
				names[name] = true
			}
		}
	}
	if e.Loop != nil {
		read(e.Loop.Collection, e.Loop.Cardinality)
	}
	return names
}

func timerOf(e *bpmn.Element) *feel.Expression {
	if !is(e, bpmn.Timer) {
		return nil
	}
	return e.Event.Timer.Expr
}
