package proof

import (
	"slices"

	"fasthold/definitions/bpmn"
)

// found adds a finding, the first about its element.
func (s *space) found(r *Result, f Finding, at int) {
	if slices.ContainsFunc(r.Findings, func(o Finding) bool { return o.Kind == f.Kind && o.Element == f.Element }) {
		return
	}
	if at >= 0 {
		f.Path, f.Moves = s.a.way(s, at)
	}
	r.Findings = append(r.Findings, f)
}

// deadlocks are the joins at which tokens wait when nothing else is left. Of several the parallel ones are told: others only wait for them.
func (s *space) deadlocks(r *Result, rescue *bpmn.Element) {
	for i := range s.states {
		if !s.states[i].stuck || s.states[i].aside {
			continue
		}
		waiting := s.waiting(s.states[i].marking)
		for _, e := range waiting {
			if e.Kind == bpmn.Parallel || waiting[0].Kind != bpmn.Parallel {
				s.found(r, Finding{Kind: Deadlock, Element: e, Certain: rescue == nil, Rescue: rescue}, i)
			}
		}
	}
}

// waiting lists the joins that hold tokens, parallel ones first.
func (s *space) waiting(m marking) []*bpmn.Element {
	var out []*bpmn.Element
	for _, p := range m {
		if e := s.a.element(s.places[p].element); !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(x, y *bpmn.Element) int { return kindOrder(x) - kindOrder(y) })
	return out
}

func kindOrder(e *bpmn.Element) int {
	if e.Kind == bpmn.Parallel {
		return 0
	}
	return 1
}

// endlessLoops are the loops in which a token moves when no end can be reached any more. One that something interrupts is a way to wait.
func (s *space) endlessLoops(r *Result, rescue *bpmn.Element) {
	if s.cut || rescue != nil {
		return
	}
	endless := slices.DeleteFunc(s.endless(), func(i int) bool { return s.states[i].aside })
	if len(endless) == 0 {
		return
	}
	loops, _ := components(endless[:1], len(s.states), func(i int) []int { return s.states[i].next })
	i, e := s.turning(loops[0]) // once in there, nothing leads out
	s.found(r, Finding{Kind: Endless, Element: e, Certain: true}, i)
}

// turning is the first state of a loop in which a token moves, and the element that it moves out of; where nothing but inclusive joins go on, the
// first state and one of these.
func (s *space) turning(loop []int) (int, *bpmn.Element) {
	slices.Sort(loop)
	for _, i := range loop {
		if tokens := s.movable(s.states[i].marking, func(place) bool { return true }); len(tokens) > 0 {
			return i, s.a.element(s.places[slices.MinFunc(tokens, s.before)].element)
		}
	}
	return loop[0], s.waiting(s.states[loop[0]].marking)[0]
}

// unbounded are the places where tokens become ever more. It stops an instance only where they come to a join; tokens that end by
// themselves are much work at worst, and those of events that do not interrupt are meant.
func (s *space) unbounded(r *Result) {
	for _, g := range s.grown {
		joins := slices.ContainsFunc(g.excess, func(p uint16) bool { return s.places[p].joins })
		fork, event := s.source(g)
		if fork != nil && (joins || !event) {
			s.found(r, Finding{Kind: Unbounded, Element: fork, Certain: joins && !event}, g.state)
		}
	}
}

// source is the element on the way between two states that made tokens more, and whether it is an event that does not interrupt.
func (s *space) source(g growth) (e *bpmn.Element, event bool) {
	for i := g.state; i != g.before; i = s.states[i].from {
		by := s.states[i].by
		switch {
		case len(by.to) < 2:
		case by.spawn:
			return s.a.element(by.event), true
		default:
			return s.a.element(s.places[by.place].element), false
		}
	}
	return nil, false
}

// doubles are the elements that two tokens can be in at once, without those further down.
func (s *space) doubles(r *Result) {
	var told []int
	for _, i := range s.doubled {
		m := s.states[i].marking
		for k := 1; k < len(m); k++ {
			p := int(m[k])
			if m[k] != m[k-1] || s.silent(p) || slices.ContainsFunc(told, func(t int) bool { return s.leads(t, p) }) {
				continue
			}
			told = append(told, p)
			s.found(r, Finding{Kind: Doubled, Element: s.a.element(s.places[p].element)}, i)
		}
	}
}

// silent reports whether doing an element twice does nothing twice.
func (s *space) silent(p int) bool {
	switch s.a.element(s.places[p].element).Kind {
	case bpmn.EndEvent, bpmn.Exclusive, bpmn.Parallel, bpmn.Inclusive, bpmn.Complex, bpmn.StartEvent, bpmn.BoundaryEvent:
		return true
	}
	return false
}

// leads reports whether a token can come from one place to another.
func (s *space) leads(from, to int) bool {
	seen := map[int]bool{from: true}
	queue := []int{from}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if i == to {
			return true
		}
		for _, n := range s.net.next(i, func(outcome) bool { return true }) {
			if !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	return false
}

// dead are the first elements on each way that no token comes to though flows lead there. What is behind them is not told.
func (s *space) dead(r *Result) {
	certain := slices.ContainsFunc(s.grown, func(g growth) bool {
		return slices.ContainsFunc(g.excess, func(p uint16) bool { return s.places[p].joins })
	})
	if s.reason() != "" || certain {
		return
	}
	for _, i := range s.scope.Children {
		e := s.a.element(i)
		if e.Kind == bpmn.EventSubProcess {
			if !s.a.starts(s.scope, e) {
				s.found(r, Finding{Kind: Dead, Element: s.a.element(e.Starts[0])}, -1)
			}
			continue
		}
		if !s.reached.Has(i) && s.follows(e) && !s.told(r, e) && !s.idle(e) {
			s.found(r, Finding{Kind: Dead, Element: e}, -1)
		}
	}
}

// follows reports whether an element follows one that was reached.
func (s *space) follows(e *bpmn.Element) bool {
	if e.AttachedTo >= 0 {
		return s.reached.Has(e.AttachedTo)
	}
	return slices.ContainsFunc(e.Incoming, func(f int) bool { return s.reached.Has(s.a.plan.Flows[f].Source) })
}

// idle reports whether an event stands where it can never occur whatever the control flow, which the compiler tells.
func (s *space) idle(e *bpmn.Element) bool {
	if e.AttachedTo < 0 || e.Event == nil {
		return false
	}
	host := s.a.element(e.AttachedTo)
	switch e.Event.Kind {
	case bpmn.Compensation:
		return true // its handler is no part of the flow
	case bpmn.Escalation:
		return !host.Kind.Embedded() && host.Kind != bpmn.CallActivity
	}
	return false
}

func (s *space) told(r *Result, e *bpmn.Element) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Element == e && f.Kind == Deadlock })
}

// way is how to come to a state of a scope from the start of the process.
func (a *analysis) way(s *space, at int) (path []*bpmn.Element, moves []Move) {
	if s.scope.Parent >= 0 {
		path, moves = a.wayInto(s.scope)
	}
	for _, i := range s.path(at) {
		path = append(path, a.element(i))
	}
	return path, append(moves, s.moves(at)...)
}

// wayInto is how to come to a scope from the start of the process. That of what compensates begins with itself.
func (a *analysis) wayInto(scope *bpmn.Element) (path []*bpmn.Element, moves []Move) {
	outer := a.spaces[scope.Parent]
	if a.compensates(scope) {
		return []*bpmn.Element{scope}, nil
	}
	if scope.Kind.Embedded() {
		return a.way(outer, outer.entry[scope.Index])
	}
	at, start := 0, a.element(scope.Starts[0])
	by := outer.scope
	if !a.fromOutside(start.Index) {
		by = a.element(a.throwers(outer.scope, start.Index)[0])
		at = slices.IndexFunc(outer.states, func(st state) bool {
			return slices.ContainsFunc(st.marking, func(p uint16) bool { return outer.places[p].element == by.Index })
		})
	}
	path, moves = a.way(outer, at)
	return append(path, scope), append(moves, Move{Element: by, Event: start})
}

// moves are the moves on the way to a state. Those of nested scopes that end on it come in front of their end.
func (s *space) moves(at int) []Move {
	var out []Move
	for _, by := range s.steps(at) {
		if by.place < 0 || s.isFiring(by) {
			continue
		}
		e := s.a.element(s.places[by.place].element)
		m := Move{Element: e, Waits: !s.places[by.place].auto}
		if by.event >= 0 {
			m.Event = s.a.element(by.event)
		}
		for _, f := range by.flows {
			m.Flows = append(m.Flows, &s.a.plan.Flows[f])
		}
		if inner := s.inside(by); inner != nil {
			out = append(out, inner.moves(inner.end())...)
		}
		out = append(out, m)
	}
	return out
}

// isFiring reports whether a step is a join that fires.
func (s *space) isFiring(by step) bool {
	return len(by.to) == 1 && by.to[0] == by.place && by.flows == nil
}

// inside is the nested scope that ends by itself in a step, nil when none does.
func (s *space) inside(by step) *space {
	if by.place < 0 || by.event >= 0 {
		return nil
	}
	inner := s.a.spaces[s.places[by.place].element]
	if inner == nil || inner.end() < 0 || inner.scope.AdHoc != nil {
		return nil
	}
	return inner
}

// end is the first state in which the scope has ended by itself, -1 for none.
func (s *space) end() int {
	return slices.IndexFunc(s.states, func(st state) bool { return st.done && !st.left && !st.aside })
}
