package proof

import (
	"maps"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// thrown are the errors, or the escalations, that can come out of something.
type thrown struct {
	kind  bpmn.EventKind  // bpmn.Error or bpmn.Escalation
	any   bool            // codes that nobody knows before: of a job, a person, a called process, or an expression
	ends  bool            // some come from events of this process, which throw for certain
	codes map[string]bool // known codes
}

func (t thrown) none() bool { return !t.any && len(t.codes) == 0 }

func (t thrown) and(o thrown) thrown {
	codes := maps.Clone(t.codes)
	if codes == nil {
		codes = map[string]bool{}
	}
	maps.Copy(codes, o.codes)
	return thrown{kind: t.kind, any: t.any || o.any, ends: t.ends || o.ends, codes: codes}
}

// throws reports whether an element is an event that throws errors, or escalations.
func throws(e *bpmn.Element, kind bpmn.EventKind) bool {
	return (e.Kind == bpmn.EndEvent || e.Kind == bpmn.ThrowEvent) && e.Event != nil && e.Event.Kind == kind
}

// thrownBy are the errors, or escalations, that an element can throw, those out of a sub-process included.
func (a *analysis) thrownBy(e *bpmn.Element, kind bpmn.EventKind) thrown {
	switch {
	case e.Kind.Scope():
		return a.thrownOut(e, kind)
	case throws(e, bpmn.Compensation):
		return a.thrownUndoing(e, kind)
	case throws(e, kind):
		if code, fixed := codeOf(e); fixed {
			return thrown{kind: kind, ends: true, codes: map[string]bool{code: true}}
		}
		return thrown{kind: kind, ends: true, any: true}
	case kind == bpmn.Escalation:
		return thrown{kind: kind, any: e.Call != nil}
	}
	return thrown{kind: kind, any: e.Job != nil || e.UserTask != nil || e.Call != nil}
}

type thrownKey struct {
	scope int
	kind  bpmn.EventKind
}

// thrownOut are the errors, or escalations, that leave a scope: those that neither an element's own events nor the scope's event
// sub-processes catch. What comes out of an event sub-process passes by the others of its scope (BPMN 2.0.2 §10.5.6).
func (a *analysis) thrownOut(scope *bpmn.Element, kind bpmn.EventKind) thrown {
	key := thrownKey{scope.Index, kind}
	if t, ok := a.out[key]; ok {
		return t
	}
	inner, past := thrown{kind: kind}, thrown{kind: kind}
	for _, i := range scope.Children {
		e := a.element(i)
		if a.compensates(e) {
			continue
		}
		if e.Kind == bpmn.EventSubProcess {
			past = past.and(a.thrownOut(e, kind))
			continue
		}
		_, rest := a.catch(e.Boundary, a.thrownBy(e, kind))
		inner = inner.and(rest)
	}
	if scope.Kind == bpmn.Transaction && a.plan.Cancellation(scope) != nil {
		past = past.and(a.thrownUndoingAll(scope, kind)) // while it is canceled
	}
	_, rest := a.catch(a.eventStarts(scope), inner)
	a.out[key] = rest.and(past)
	return a.out[key]
}

// catch tells which of the events can catch something of what is thrown, and what is left for outer ones.
func (a *analysis) catch(events []int, t thrown) (hits []int, rest thrown) {
	all := -1
	rest = thrown{kind: t.kind, any: t.any, ends: t.ends, codes: maps.Clone(t.codes)}
	for _, i := range events {
		e := a.element(i)
		if e.Event == nil || e.Event.Kind != t.kind {
			continue
		}
		code, fixed := codeOf(e)
		switch {
		case fixed && (t.any || rest.codes[code]):
			delete(rest.codes, code)
			hits = append(hits, i)
		case !fixed && all < 0:
			all = i
		}
	}
	if all < 0 {
		return hits, rest
	}
	if !rest.none() {
		hits = append(hits, all)
	}
	return hits, thrown{kind: t.kind}
}

// codeOf is the code that an event throws or catches; fixed is false when it can be any.
func codeOf(e *bpmn.Element) (code string, fixed bool) {
	if e.Event.Code == nil {
		return "", false
	}
	v, _ := e.Event.Code.Constant()
	s, ok := v.(feel.String)
	return string(s), ok
}

// caught tells what catches what is thrown in a scope and not caught at its element: event sub-processes of the scope itself, or events
// further out.
func (a *analysis) caught(scope *bpmn.Element, t thrown) (own, outer []int, rest thrown) {
	own, rest = a.catch(a.eventStarts(scope), t)
	outer, rest = a.caughtOutside(scope, rest)
	return own, outer, rest
}

func (a *analysis) caughtOutside(scope *bpmn.Element, t thrown) (hits []int, rest thrown) {
	for rest = t; !rest.none() && scope.Parent >= 0; scope = a.element(scope.Parent) {
		if scope.Kind == bpmn.EventSubProcess {
			continue
		}
		for _, events := range [][]int{scope.Boundary, a.eventStarts(a.element(scope.Parent))} {
			var more []int
			more, rest = a.catch(events, rest)
			hits = append(hits, more...)
		}
	}
	return hits, rest
}

// eventStarts are the start events of the event sub-processes in a scope.
func (a *analysis) eventStarts(scope *bpmn.Element) []int {
	var out []int
	for _, i := range scope.EventScopes {
		out = append(out, a.element(i).Starts...)
	}
	return out
}

// interrupting reports whether one of the events interrupts.
func (a *analysis) interrupting(events []int) bool {
	return slices.ContainsFunc(events, func(i int) bool { return a.element(i).Interrupting })
}
