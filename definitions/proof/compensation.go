package proof

import (
	"slices"

	"fasthold/definitions/bpmn"
)

// A compensation handler is no part of the flow: one that is a sub-process is explored by itself, as is the event sub-process that
// compensates what is around it. To the flow the event that throws compensation is one step, out of which the errors of handlers come.

// compensates reports whether an element runs only when something is compensated.
func (a *analysis) compensates(e *bpmn.Element) bool {
	return e.ForCompensation || e.Kind == bpmn.EventSubProcess && is(a.element(e.Starts[0]), bpmn.Compensation)
}

func is(e *bpmn.Element, kind bpmn.EventKind) bool { return e.Event != nil && e.Event.Kind == kind }

// thrownUndoing are the errors, or escalations, of what an event that throws compensation can let run.
func (a *analysis) thrownUndoing(e *bpmn.Element, kind bpmn.EventKind) thrown {
	if e.Event.Activity >= 0 {
		return a.thrownUndoingOne(a.element(e.Event.Activity), kind)
	}
	scope := a.element(e.Parent)
	out := a.thrownUndoingAll(scope, kind)
	for scope.Kind == bpmn.EventSubProcess {
		scope = a.element(scope.Parent)
		out = out.and(a.thrownUndoingAll(scope, kind))
	}
	return out
}

func (a *analysis) thrownUndoingAll(scope *bpmn.Element, kind bpmn.EventKind) thrown {
	out := thrown{kind: kind}
	for _, i := range scope.Children {
		out = out.and(a.thrownUndoingOne(a.element(i), kind))
	}
	return out
}

func (a *analysis) thrownUndoingOne(e *bpmn.Element, kind bpmn.EventKind) thrown {
	out := thrown{kind: kind}
	if !e.Kept {
		return out
	}
	if b := a.plan.Compensation(e); b != nil {
		out = out.and(a.thrownBy(a.element(b.Event.Activity), kind))
	}
	if sub := a.plan.Undoing(e); sub != nil {
		return out.and(a.thrownOut(sub, kind))
	}
	return out.and(a.thrownUndoingAll(e, kind))
}

// cancels are the cancel end events in a scope, at any depth, that can be reached, and that cancel the transaction.
func (a *analysis) cancels(scope, transaction *bpmn.Element) bool {
	return slices.ContainsFunc(scope.Children, func(i int) bool {
		e := a.element(i)
		if e.Kind.Scope() {
			return a.cancels(e, transaction)
		}
		return throws(e, bpmn.Cancel) && a.plan.Transaction(e) == transaction && a.spaces[scope.Index] != nil && a.spaces[scope.Index].reached.Has(i)
	})
}

// canceled are the ways in which cancel end events in an activity end it, a transaction by its cancel event, and what is around others.
func (a *analysis) canceled(n *net, e *bpmn.Element) []outcome {
	if !e.Kind.Embedded() {
		return nil
	}
	var out []outcome
	if on := a.plan.Cancellation(e); e.Kind == bpmn.Transaction && on != nil && a.cancels(e, e) {
		out = append(out, outcome{to: []int{a.place(n, placeKey{on.Index, -1, 0})}, event: on.Index})
	}
	if around := a.plan.Transaction(e); around != nil && a.cancels(e, around) {
		out = append(out, outcome{event: -1, leave: true})
	}
	return out
}
