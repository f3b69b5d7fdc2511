package proof

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
)

// DefaultStates is how many states and moves between them are looked at for one process before the answer is "not decided".
const DefaultStates = 200_000

// Verdict says what was decided.
type Verdict string

// Verdicts.
const (
	Sound      Verdict = "sound"
	Unsound    Verdict = "unsound" // there is at least one finding
	NotDecided Verdict = "notDecided"
)

// Kind is what is wrong with the control flow.
type Kind string

// Kinds of findings.
const (
	Deadlock  Kind = "deadlock"  // a token waits at a join for one that cannot come; the scope cannot end
	Endless   Kind = "endless"   // tokens move for ever: no end can be reached any more
	Unbounded Kind = "unbounded" // tokens become ever more
	Doubled   Kind = "doubled"   // two tokens meet without synchronisation: the element is done twice
	Dead      Kind = "dead"      // a token can never come to the element
)

// Finding is one thing that is wrong, with a counter-example.
type Finding struct {
	Kind Kind
	// Element is the join, the element of the loop, the fork, the element done twice, or the one never done.
	Element *bpmn.Element
	// Certain is set when it stops a process instance, or floods it; otherwise something may still save it, or it may even be meant.
	Certain bool
	// Rescue is what interrupts the scope from outside, nil for nothing.
	Rescue *bpmn.Element
	// Path is a shortest counter-example: the elements entered, from a start event on, in order, those of enclosing scopes first. None for Dead.
	Path []*bpmn.Element
	// Moves are what happens on that path, in order.
	Moves []Move
}

// IDs are the ids of the elements of the path, as a simulation lists those visited.
func (f *Finding) IDs() []string {
	ids := make([]string, len(f.Path))
	for i, e := range f.Path {
		ids[i] = e.ID
	}
	return ids
}

// Move is one move of a counter-example: the element is left, by an event that occurs or else because it is done, along flows.
type Move struct {
	Element *bpmn.Element
	Event   *bpmn.Element // a boundary event of the element, or one that an event-based gateway waits for; nil for none
	Flows   []*bpmn.Flow  // none when a boundary event occurs
	Waits   bool          // the engine waits there until something outside happens
}

// Result is what is known about a process.
type Result struct {
	Verdict  Verdict
	Findings []Finding // in the order of the elements
	Reason   string    // why it is not decided
	Used     int       // states and moves looked at
}

// Soundness decides whether every start of a process can come to an end whatever happens, with no token left over, and whether each
// element can be entered (workflow net soundness, by scope). limit bounds the states and moves looked at; 0 stands for DefaultStates.
func Soundness(plan *bpmn.Plan, limit int) Result {
	if limit <= 0 {
		limit = DefaultStates
	}
	a := &analysis{plan: plan, budget: limit, out: map[thrownKey]thrown{}, ends: map[int]bool{}, spaces: map[int]*space{}}
	if what := a.unknown(); what != "" {
		return Result{Verdict: NotDecided, Reason: what}
	}
	a.scope(plan.Root())
	r := Result{Verdict: Sound, Used: limit - max(a.budget, 0)}
	a.report(plan.Root(), &r)
	slices.SortStableFunc(r.Findings, func(x, y Finding) int { return x.Element.Index - y.Element.Index })
	switch {
	case len(r.Findings) > 0:
		r.Verdict = Unsound
	case r.Reason != "":
		r.Verdict = NotDecided
	}
	return r
}

// analysis is the proof of one plan.
type analysis struct {
	plan   *bpmn.Plan
	budget int
	out    map[thrownKey]thrown
	ends   map[int]bool   // scopes that can end
	spaces map[int]*space // by scope
	// besides are the elements that run side by side, once they were asked for.
	besides pairs
}

func (a *analysis) element(i int) *bpmn.Element { return &a.plan.Elements[i] }

// scope explores a scope, those in it first: the outer one only needs to know how they can end.
func (a *analysis) scope(scope *bpmn.Element) {
	for _, i := range scope.Children {
		if e := a.element(i); e.Kind.Scope() {
			a.scope(e)
		}
	}
	s := a.explore(a.net(scope))
	a.spaces[scope.Index] = s
	a.ends[scope.Index] = scope.AdHoc != nil || s.canEnd() || a.endsByEvent(scope)
}

// canEnd also gives a scope that was found wrong, or was not explored to its end, the benefit of the doubt: what is wrong is told once.
func (s *space) canEnd() bool {
	return s.cut || len(s.grown) > 0 || slices.ContainsFunc(s.states, func(st state) bool { return st.done && !st.left || st.stuck })
}

// endsByEvent reports whether an event sub-process can take over the scope and end it.
func (a *analysis) endsByEvent(scope *bpmn.Element) bool {
	return slices.ContainsFunc(a.eventStarts(scope), func(i int) bool {
		return a.element(i).Interrupting && a.ends[a.element(i).Parent]
	})
}

// report collects the findings about a scope and those in it that can be entered.
func (a *analysis) report(scope *bpmn.Element, r *Result) {
	s := a.spaces[scope.Index]
	if r.Reason == "" {
		r.Reason = s.reason()
	}
	rescue := a.rescue(scope)
	if scope.AdHoc == nil {
		s.deadlocks(r, rescue)
	}
	s.endlessLoops(r, rescue)
	s.unbounded(r)
	s.doubles(r)
	s.dead(r)
	for _, i := range scope.Children {
		switch e := a.element(i); {
		case e.Kind.Embedded() && (s.reached.Has(i) || e.ForCompensation), e.Kind == bpmn.EventSubProcess && a.starts(scope, e):
			a.report(e, r)
		}
	}
}

func (s *space) reason() string {
	if s.cut {
		return s.scope.ID + " has more states than the limit"
	}
	if s.scope.AdHoc != nil {
		for _, st := range s.states {
			if join := slices.IndexFunc(st.marking, func(p uint16) bool { return s.places[p].slot >= 0 }); st.stuck && join >= 0 {
				return fmt.Sprintf("%s joins what is chosen in the ad-hoc sub-process %s", s.a.element(s.places[st.marking[join]].element).ID, s.scope.ID)
			}
		}
	}
	return s.undecided
}

// rescue is an event that can interrupt a scope from outside it or from an event sub-process, nil for none.
func (a *analysis) rescue(scope *bpmn.Element) *bpmn.Element {
	for at := scope; ; at = a.element(at.Parent) {
		if at.AdHoc != nil && (at.AdHoc.Cancel || at == scope) {
			return at // somebody can declare it done
		}
		for _, i := range append(a.eventStarts(at), at.Boundary...) {
			e := a.element(i)
			if e.Parent == scope.Index {
				continue // its own start
			}
			if e.Interrupting && a.fromOutside(i) || e.Kind == bpmn.StartEvent && a.breaks(a.element(e.Parent)) {
				return e
			}
		}
		if at.Parent < 0 {
			return nil
		}
	}
}

// breaks reports whether an error or escalation out of an event sub-process interrupts what it belongs to.
func (a *analysis) breaks(sub *bpmn.Element) bool {
	errors, _ := a.caughtOutside(sub, a.thrownOut(sub, bpmn.Error))
	escalations, _ := a.caughtOutside(sub, a.thrownOut(sub, bpmn.Escalation))
	if around := a.plan.Transaction(sub); around != nil && a.cancels(sub, around) {
		return true
	}
	return a.interrupting(errors) || a.interrupting(escalations)
}

// starts reports whether the event of an event sub-process can occur. That nothing compensates what is around it the compiler tells.
func (a *analysis) starts(scope, sub *bpmn.Element) bool {
	return slices.ContainsFunc(sub.Starts, func(i int) bool {
		return a.fromOutside(i) || is(a.element(i), bpmn.Compensation) || len(a.throwers(scope, i)) > 0
	})
}

// throwers are the elements of a scope whose errors or escalations the start event of one of its event sub-processes catches.
func (a *analysis) throwers(scope *bpmn.Element, start int) []int {
	kind := a.element(start).Event.Kind
	return slices.DeleteFunc(slices.Clone(scope.Children), func(i int) bool {
		e := a.element(i)
		if e.Kind == bpmn.EventSubProcess || !a.spaces[scope.Index].reached.Has(i) {
			return true
		}
		_, rest := a.catch(e.Boundary, a.thrownBy(e, kind))
		hits, _ := a.catch(a.eventStarts(scope), rest)
		return !slices.Contains(hits, start)
	})
}

// unknown names what is in a plan and not understood here, "" for nothing: then nothing is decided.
func (a *analysis) unknown() string {
	for i := range a.plan.Elements {
		e := &a.plan.Elements[i]
		switch {
		case e.Kind == bpmn.Complex && len(e.Incoming) > 1:
			return fmt.Sprintf("%s is a complex gateway that joins, when is up to its activation condition", e.ID)
		case !slices.Contains(kinds, e.Kind):
			return fmt.Sprintf("%s is a %s", e.ID, e.Kind)
		case e.Event != nil && !slices.Contains(eventKinds, e.Event.Kind):
			return fmt.Sprintf("%s is a %s event", e.ID, e.Event.Kind)
		}
	}
	return ""
}

var kinds = []bpmn.Kind{bpmn.Process, bpmn.SubProcess, bpmn.EventSubProcess, bpmn.Transaction, bpmn.AdHocSubProcess, bpmn.CallActivity, bpmn.UndefinedTask, bpmn.UserTask, bpmn.ServiceTask,
	bpmn.SendTask, bpmn.ReceiveTask, bpmn.BusinessRuleTask, bpmn.ScriptTask, bpmn.ManualTask, bpmn.StartEvent, bpmn.EndEvent, bpmn.CatchEvent,
	bpmn.ThrowEvent, bpmn.BoundaryEvent, bpmn.Exclusive, bpmn.Parallel, bpmn.Inclusive, bpmn.EventBased, bpmn.Complex}

// eventKinds are told apart by what lets them occur: signals and conditions come from outside, as messages do.
var eventKinds = []bpmn.EventKind{bpmn.None, bpmn.Timer, bpmn.Message, bpmn.Signal, bpmn.Conditional, bpmn.Error, bpmn.Escalation, bpmn.Link, bpmn.Terminate,
	bpmn.Compensation, bpmn.Cancel}
