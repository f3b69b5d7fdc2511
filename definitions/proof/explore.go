package proof

import (
	"cmp"
	"slices"

	"fasthold/definitions/bpmn"
)

// space is the part of a net's state space that decides about it. Of the tokens whose moves cannot disturb each other only one moves at a
// time, the one furthest up: whatever the others do, they can do later. (Such moves are a persistent set, and so no stuck state is missed.)
type space struct {
	*net
	a      *analysis
	states []state
	seen   map[string]int
	queue  []int
	budget *int // states and moves that may still be looked at
	cut    bool // the budget is spent

	reached bpmn.Bits   // elements that were entered
	entry   map[int]int // state in which a nested scope was first entered
	doubled []int       // states with two tokens in one place
	grown   []growth
}

// state is one state with the move that first led to it.
type state struct {
	marking
	from   int // state; -1 for a start
	by     step
	next   []int // states
	stuck  bool  // only joins wait
	done   bool  // the scope has ended
	left   bool  // something outside goes on instead
	halted bool  // tokens have become more: not explored further
	aside  bool  // explored only for what can be entered: some of the tokens were left out
	full   bool  // explored with every token
}

// step is what led from one state to the next.
type step struct {
	place int // that was left; the pass place of a join that fires; -1 for a start
	outcome
}

// growth says that the tokens of a state are those of one before and more.
type growth struct {
	state, before int
	excess        marking
}

// crowd is how many tokens make a state cost as much as one more.
const crowd = 64

// explore looks at all states that a net can come to.
func (a *analysis) explore(n *net) *space {
	s := &space{net: n, a: a, seen: map[string]int{}, entry: map[int]int{}, budget: &a.budget, reached: make(bpmn.Bits, len(a.plan.Elements)/64+1)}
	if n.scope.Kind == bpmn.Process || n.scope.AdHoc != nil {
		for _, p := range n.starts {
			s.visit(-1, step{place: -1, outcome: outcome{to: []int{p}, event: -1}}, marking{uint16(p)}, false)
		}
	} else {
		s.visit(-1, step{place: -1, outcome: outcome{to: n.starts, event: -1}}, marking(nil).moved(nil, n.starts), false)
	}
	for {
		s.drain()
		again := s.ignored()
		if len(again) == 0 || s.cut {
			return s
		}
		for _, i := range again {
			s.states[i].full = true
		}
		s.queue = append(s.queue, again...)
	}
}

func (s *space) drain() {
	for len(s.queue) > 0 && !s.cut {
		i := s.queue[0]
		s.queue = s.queue[1:]
		s.expand(i)
	}
}

// visit notes a state and that a move leads there.
func (s *space) visit(from int, by step, m marking, aside bool) {
	*s.budget -= 1 + len(m)/crowd
	if s.cut = s.cut || *s.budget < 0; s.cut {
		return
	}
	key := m.key()
	if aside {
		key += "+"
	}
	if by.leave {
		key += "!"
	}
	at, known := s.seen[key]
	if !known {
		at = len(s.states)
		s.seen[key] = at
		s.states = append(s.states, state{marking: m, from: from, by: by, done: len(m) == 0, left: by.leave, aside: aside})
		s.queue = append(s.queue, at)
	}
	if from >= 0 && !slices.Contains(s.states[from].next, at) {
		s.states[from].next = append(s.states[from].next, at)
	}
	s.enter(at, by)
	if !known {
		s.judge(at)
	}
}

// enter notes the elements that a move enters.
func (s *space) enter(at int, by step) {
	for _, p := range by.to {
		k := s.places[p].placeKey
		if k.slot >= 0 || k.fired != 0 {
			continue
		}
		s.reached.Add(k.element)
		if _, ok := s.entry[k.element]; !ok && s.a.element(k.element).Kind.Scope() {
			s.entry[k.element] = at
		}
	}
}

// judge looks for what is remarkable about a new state.
func (s *space) judge(at int) {
	st := &s.states[at]
	if st.aside {
		return
	}
	for i := 1; i < len(st.marking); i++ {
		if st.marking[i] == st.marking[i-1] {
			s.doubled = append(s.doubled, at)
			break
		}
	}
	if slices.ContainsFunc(st.by.to, func(p int) bool { return s.places[p].head }) {
		s.grow(at)
	}
}

// grow finds a state on the way that had the same tokens but fewer: then they can become ever more (Karp and Miller). An inclusive join can do
// less when there are more tokens; beside one it only counts where a place that held two tokens holds even more.
func (s *space) grow(at int) {
	for before := s.states[at].from; before >= 0; before = s.states[before].from {
		excess, more := s.states[at].more(s.states[before].marking)
		if !more || s.inclusive && !slices.ContainsFunc(excess, func(p uint16) bool { return s.states[before].count(p) > 1 }) {
			continue
		}
		s.grown = append(s.grown, growth{at, before, excess})
		s.states[at].halted = true
		s.visit(at, step{place: -1, outcome: outcome{event: -1}}, excess, true)
		return
	}
}

// expand adds the states that come next.
func (s *space) expand(i int) {
	st := s.states[i]
	if st.done || st.halted {
		return
	}
	if j, ok := s.fires(st.marking); ok {
		s.fire(i, j)
		return
	}
	if s.inclusive && s.settle(i) {
		return
	}
	movable := s.movable(st.marking, func(place) bool { return true })
	if len(movable) == 0 {
		s.states[i].stuck = len(st.marking) > 0
		return
	}
	for _, p := range s.persistent(st, movable) {
		s.move(i, p)
	}
}

// persistent picks the places whose tokens move next, as few as possible; the others can wait.
func (s *space) persistent(st state, movable []int) []int {
	if st.full {
		return movable
	}
	slices.SortFunc(movable, s.before)
	best := movable
	for _, p := range movable {
		if !s.inclusive || s.places[p].steady {
			return []int{p}
		}
		if group := s.together(st.marking, movable, p); len(group) == 1 {
			return group
		} else if len(group) < len(best) {
			best = group
		}
	}
	return best
}

// settle does what the engine does before anything waits: it moves tokens on, then fires inclusive joins.
func (s *space) settle(i int) bool {
	m := s.states[i].marking
	if auto := s.movable(m, func(p place) bool { return p.auto }); len(auto) > 0 {
		s.move(i, slices.MinFunc(auto, s.before))
		return true
	}
	found := false
	for j := range s.joins {
		if s.a.element(s.joins[j].element).Kind == bpmn.Inclusive && s.free(m, s.joins[j]) {
			s.fire(i, s.joins[j])
			found = true
		}
	}
	return found
}

// movable lists the places with tokens that can move on by themselves.
func (s *space) movable(m marking, which func(place) bool) []int {
	var out []int
	for i, p := range m {
		if (i == 0 || m[i-1] != p) && len(s.places[p].moves) > 0 && which(s.places[p]) {
			out = append(out, int(p))
		}
	}
	return out
}

// before orders places by whose token moves first: what is aside before the main flow, then those furthest up, last what ends everything.
func (s *space) before(x, y int) int {
	return cmp.Or(s.turn(x)-s.turn(y), s.places[x].rank-s.places[y].rank)
}

func (s *space) turn(place int) int {
	p := &s.places[place]
	switch {
	case !slices.ContainsFunc(p.moves, func(o outcome) bool { return !o.exit && !o.leave }):
		return 2
	case p.aside:
		return 0
	}
	return 1
}

func (s *space) move(i, p int) {
	aside := s.states[i].aside
	for _, o := range s.places[p].moves {
		m := s.states[i].marking.moved([]int{p}, o.to)
		if o.exit || o.leave {
			m = nil
		}
		s.visit(i, step{p, o}, m, aside)
	}
}

// fires finds a parallel join with a token in each slot, which the engine fires at once.
func (s *space) fires(m marking) (join, bool) {
	for _, p := range m {
		if s.places[p].slot != 0 {
			continue
		}
		j := s.joins[slices.IndexFunc(s.joins, func(j join) bool { return j.element == s.places[p].element })]
		if s.a.element(j.element).Kind == bpmn.Parallel && !slices.ContainsFunc(j.slots, func(p int) bool { return !m.has(p) }) {
			return j, true
		}
	}
	return join{}, false
}

// free reports whether an inclusive join has a token and no other can still come (BPMN 2.0.2 §13.4.3).
func (s *space) free(m marking, j join) bool {
	if !slices.ContainsFunc(j.slots, m.has) {
		return false
	}
	for _, p := range m {
		at := s.places[p].element
		if at != j.element && s.comes(m, j, at, false) && !s.comes(m, j, at, true) {
			return false
		}
	}
	return true
}

func (s *space) comes(m marking, j join, at int, occupied bool) bool {
	upstream := s.a.element(j.element).Upstream
	for slot, p := range j.slots {
		if m.has(p) == occupied && upstream[slot].Has(at) {
			return true
		}
	}
	return false
}

// fire takes one token from each slot that has one and passes a single token on.
func (s *space) fire(i int, j join) {
	m := s.states[i].marking
	off := slices.DeleteFunc(slices.Clone(j.slots), func(p int) bool { return !m.has(p) })
	s.visit(i, step{place: j.pass, outcome: outcome{to: []int{j.pass}, event: -1}}, m.moved(off, []int{j.pass}), s.states[i].aside)
}

// ending marks the states from which one of the wanted states can be reached.
func (s *space) ending(wanted func(*state) bool) []bool {
	before := make([][]int32, len(s.states))
	out := make([]bool, len(s.states))
	var queue []int
	for i := range s.states {
		for _, n := range s.states[i].next {
			before[n] = append(before[n], int32(i))
		}
		if wanted(&s.states[i]) {
			out[i] = true
			queue = append(queue, i)
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, p := range before[i] {
			if !out[p] {
				out[p] = true
				queue = append(queue, int(p))
			}
		}
	}
	return out
}

// endless lists the states that lead to no end.
func (s *space) endless() []int {
	ends := s.ending(func(st *state) bool { return st.done || st.stuck || st.halted })
	var out []int
	for i, e := range ends {
		if !e {
			out = append(out, i)
		}
	}
	return out
}

// ignored lists the states of endless loops in which other tokens were left out so far.
func (s *space) ignored() []int {
	return slices.DeleteFunc(s.endless(), func(i int) bool { return s.states[i].full })
}

// steps are those from a start to a state, in order.
func (s *space) steps(at int) []step {
	var out []step
	for ; at >= 0; at = s.states[at].from {
		out = append(out, s.states[at].by)
	}
	slices.Reverse(out)
	return out
}

// path lists the elements entered on the way to a state, in order, with those of nested scopes that end on it.
func (s *space) path(at int) []int {
	var out []int
	for _, by := range s.steps(at) {
		if inner := s.inside(by); inner != nil {
			out = append(out, inner.path(inner.end())...)
		}
		for _, p := range by.to {
			if k := s.places[p].placeKey; k.slot < 0 && k.fired == 0 {
				out = append(out, k.element)
			}
		}
	}
	return out
}
