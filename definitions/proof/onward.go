package proof

import (
	"slices"

	"fasthold/definitions/bpmn"
)

// leadingTo lists the elements from which a token can come to a target, also out of nested scopes.
func (w *walker) leadingTo(targets []*bpmn.Element) map[int]bool {
	before := map[int][]int{}
	for i := range w.Plan.Elements {
		e := &w.Plan.Elements[i]
		for _, n := range w.next(e) {
			before[n] = append(before[n], i)
		}
	}
	found := map[int]bool{}
	var queue []int
	for _, t := range targets {
		found[t.Index] = true
		queue = append(queue, t.Index)
	}
	for len(queue) > 0 {
		for _, p := range before[queue[0]] {
			if !found[p] {
				found[p] = true
				queue = append(queue, p)
			}
		}
		queue = queue[1:]
	}
	return found
}

// next lists the elements that can follow an element.
func (w *walker) next(e *bpmn.Element) []int {
	out := slices.DeleteFunc(append(slices.Clone(e.Starts), e.Boundary...), func(i int) bool { return is(w.a.element(i), bpmn.Compensation) })
	if e.Kind.Scope() {
		out = append(out, w.a.eventStarts(e)...)
	}
	return append(append(out, w.onward(e)...), w.escapes(e)...)
}

// onward lists the elements that follow when an element is done.
func (w *walker) onward(e *bpmn.Element) []int {
	if throws(e, bpmn.Cancel) {
		return []int{w.a.plan.Cancellation(w.a.plan.Transaction(e)).Index}
	}
	if throws(e, bpmn.Error) {
		return nil
	}
	if to, ok := e.LinksTo(); ok {
		return []int{to}
	}
	from := e
	if len(e.Outgoing) == 0 && e.Parent >= 0 && !e.Kind.Scope() {
		from = w.ended(w.a.element(e.Parent))
	}
	var out []int
	for len(from.Outgoing) == 0 && from != e && from.Parent >= 0 { // the end of a scope that nothing follows ends the scope around it
		from = w.ended(w.a.element(from.Parent))
	}
	for _, f := range from.Outgoing {
		out = append(out, w.Plan.Flows[f].Target)
	}
	return out
}

// escapes lists the events outside an element that catch the errors and escalations that come out of it.
func (w *walker) escapes(e *bpmn.Element) []int {
	if e.Kind.Scope() || e.Parent < 0 {
		return nil
	}
	out, ok := w.exits[e.Index]
	if ok {
		return out
	}
	for _, kind := range []bpmn.EventKind{bpmn.Error, bpmn.Escalation} {
		_, rest := w.a.catch(e.Boundary, w.a.thrownBy(e, kind))
		own, outer, _ := w.a.caught(w.a.element(e.Parent), rest)
		out = append(append(out, own...), outer...)
	}
	w.exits[e.Index] = out
	return out
}

// ended is what ends when a scope ends: an event sub-process that interrupts ends the scope around it.
func (w *walker) ended(scope *bpmn.Element) *bpmn.Element {
	if scope.Kind == bpmn.EventSubProcess && scope.Parent >= 0 {
		return w.ended(w.a.element(scope.Parent))
	}
	return scope
}

// after lists the elements that follow when an element is done, also by an error.
func (w *walker) after(e *bpmn.Element) []int { return slices.Concat(w.onward(e), w.escapes(e)) }

// inTargets reports whether a target is somewhere in a scope.
func (w *walker) inTargets(scope int) bool {
	return slices.ContainsFunc(w.targets, func(t *bpmn.Element) bool { return t.Index == scope || w.in(t, w.a.element(scope)) })
}
