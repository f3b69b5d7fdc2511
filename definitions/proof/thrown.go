package proof

import (
	"maps"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// thrown are the BPMN errors that can come out of something.
type thrown struct {
	any   bool            // codes that nobody knows before: of a job, a person, a called process, or an expression
	ends  bool            // some come from error end events, which throw for certain
	codes map[string]bool // known codes
}

func (t thrown) none() bool { return !t.any && len(t.codes) == 0 }

func (t thrown) and(o thrown) thrown {
	codes := maps.Clone(t.codes)
	if codes == nil {
		codes = map[string]bool{}
	}
	maps.Copy(codes, o.codes)
	return thrown{any: t.any || o.any, ends: t.ends || o.ends, codes: codes}
}

// errorsOf are the errors that the work of an element can throw, those out of a sub-process included.
func (a *analysis) errorsOf(e *bpmn.Element) thrown {
	switch {
	case e.Kind.Scope():
		return a.errorsOut(e)
	case e.Kind == bpmn.EndEvent && e.Event != nil && e.Event.Kind == bpmn.Error:
		if code, fixed := codeOf(e); fixed {
			return thrown{ends: true, codes: map[string]bool{code: true}}
		}
		return thrown{ends: true, any: true}
	}
	return thrown{any: e.Job != nil || e.UserTask != nil || e.Call != nil}
}

// errorsOut are the errors that leave a scope: those that neither an element's own events nor the scope's event sub-processes catch.
// Errors out of an event sub-process pass by the other event sub-processes of its scope (BPMN 2.0.2 §10.5.6).
func (a *analysis) errorsOut(scope *bpmn.Element) thrown {
	if t, ok := a.out[scope.Index]; ok {
		return t
	}
	var inner, past thrown
	for _, i := range scope.Children {
		e := a.element(i)
		if e.Kind == bpmn.EventSubProcess {
			past = past.and(a.errorsOut(e))
			continue
		}
		_, rest := a.catch(e.Boundary, a.errorsOf(e))
		inner = inner.and(rest)
	}
	_, rest := a.catch(a.eventStarts(scope), inner)
	a.out[scope.Index] = rest.and(past)
	return a.out[scope.Index]
}

// catch tells which of the events can catch one of the errors, and what is left for outer ones.
func (a *analysis) catch(events []int, t thrown) (hits []int, rest thrown) {
	byCode, all := map[string]int{}, -1
	rest = thrown{any: t.any, ends: t.ends, codes: map[string]bool{}}
	for _, i := range events {
		e := a.element(i)
		if e.Event == nil || e.Event.Kind != bpmn.Error {
			continue
		}
		code, fixed := codeOf(e)
		switch {
		case fixed:
			byCode[code] = i
		case all < 0:
			all = i
		}
		if t.any || fixed && t.codes[code] {
			hits = append(hits, i)
		}
	}
	for code := range t.codes {
		if _, ok := byCode[code]; !ok {
			rest.codes[code] = true
		}
	}
	if all >= 0 {
		if len(rest.codes) > 0 && !slices.Contains(hits, all) {
			hits = append(hits, all)
		}
		return hits, thrown{}
	}
	return hits, rest
}

// codeOf is the code that an error event throws or catches; fixed is false when it can be any.
func codeOf(e *bpmn.Element) (code string, fixed bool) {
	if e.Event.Code == nil {
		return "", false
	}
	v, _ := e.Event.Code.Constant()
	s, ok := v.(feel.String)
	return string(s), ok
}

// leaves reports whether one of the errors thrown in a scope, and not caught at its element, ends all that runs in the scope.
func (a *analysis) leaves(scope *bpmn.Element, t thrown) bool {
	if t.ends && !t.none() {
		return true // caught further out, or the process instance ends by it
	}
	hits, rest := a.catch(a.eventStarts(scope), t)
	return len(hits) > 0 || a.caughtOutside(scope, rest)
}

// caughtOutside reports whether something around a scope catches one of the errors that leave it.
func (a *analysis) caughtOutside(scope *bpmn.Element, t thrown) bool {
	for !t.none() && scope.Parent >= 0 {
		var hits []int
		if scope.Kind != bpmn.EventSubProcess {
			if hits, t = a.catch(scope.Boundary, t); len(hits) > 0 {
				return true
			}
			if hits, t = a.catch(a.eventStarts(a.element(scope.Parent)), t); len(hits) > 0 {
				return true
			}
		}
		scope = a.element(scope.Parent)
	}
	return false
}

// eventStarts are the start events of the event sub-processes in a scope.
func (a *analysis) eventStarts(scope *bpmn.Element) []int {
	var out []int
	for _, i := range scope.EventScopes {
		out = append(out, a.element(i).Starts...)
	}
	return out
}
