package proof

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// lastIndex is where an element stands last on a path, -1 when it does not.
func lastIndex(path []*bpmn.Element, e *bpmn.Element) int {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == e {
			return i
		}
	}
	return -1
}

// counts reports whether a loop that comes back to an element counts its rounds: a number that is sure, and that a condition in the loop reads, is
// another one than in all rounds before.
func (w *walker) counts(e *bpmn.Element, last int, m mark) bool {
	var before []*feel.Context
	for i, x := range m.path {
		if x == e {
			before = append(before, m.were[i])
		}
	}
	return len(before) <= maxRounds && slices.ContainsFunc(w.conditionsOn(m.path[last:]), func(name string) bool {
		now, _ := m.vars.Lookup(name)
		n, number := now.(feel.Number)
		return number && m.belief(name) == sure && !slices.ContainsFunc(before, func(was *feel.Context) bool {
			v, _ := was.Lookup(name)
			b, ok := v.(feel.Number)
			return ok && b.Compare(n) == 0
		})
	})
}

// conditionsOn are the names that conditions behind the elements of a way read.
func (w *walker) conditionsOn(way []*bpmn.Element) []string {
	var names []string
	for _, e := range way {
		for _, f := range e.Outgoing {
			if x := w.Plan.Flows[f].Condition; x != nil {
				names = append(names, x.References()...)
			}
		}
	}
	return names
}

// again notes a loop, by its longest first round, and the round after that. It is open when nobody chooses to go round.
func (w *walker) again(e *bpmn.Element, first int, m mark) {
	if !w.chosenOn(m.path[first:]) {
		w.open(e, "a loop comes back to it", m)
		return
	}
	r := m.route()
	r.Again, r.Entered = e, m.times[first]
	i := slices.IndexFunc(w.routes, func(r Route) bool { return r.Again == e })
	switch {
	case i >= 0 && r.Done.Sub(r.Entered) <= w.routes[i].Done.Sub(w.routes[i].Entered):
		return
	case i < 0:
		w.loops = append(w.loops, loop{e, len(w.routes), m})
		w.routes = append(w.routes, r)
	default:
		w.routes[i] = r
		w.loops[slices.IndexFunc(w.loops, func(l loop) bool { return l.element == e })].end = m
	}
}

// loop is where the longest round of a loop comes back to an element.
type loop struct {
	element *bpmn.Element
	route   int
	end     mark
}

// further walks one more round of a loop that has come back to an element. Loops in it are walked once.
func (w *walker) further(e *bpmn.Element, r *Route, m mark) {
	back, why, _ := w.back(e, m)
	if r.Why = why; why == "" {
		r.Further = back.at
	}
}

// back walks the longest way from an element that is entered now to itself; why says what is missing on another one, and none is not to be
// found when there is neither.
func (w *walker) back(e *bpmn.Element, m mark) (back mark, why string, found bool) {
	c := w.inner(e)
	c.within = w.within
	m.path, m.times, m.were, m.waits, m.said, m.assumed = nil, nil, nil, nil, nil, nil
	m, why = c.rounds(e, m, func(m mark) ending { return c.round(e, m) })
	if why != "" {
		return m, why, true
	}
	local := c.mapped(e.Inputs, m, m.vars, m.vars)
	if e.Kind.Scope() {
		c.inside(e, local, m, m)
	} else {
		c.work(e, local, m, m)
	}
	for _, x := range c.routes {
		if x.Open != nil {
			return m, fmt.Sprintf("at %s: %s", x.Open.ID, x.Why), true
		}
	}
	if c.tooMuch() {
		return m, "there are too many routes through it", true
	}
	return c.last, "", len(c.last.path) > 0
}

// comesBack notes that a loop comes back to a target, whose other rounds were not followed.
func (w *walker) comesBack(e *bpmn.Element) {
	if len(w.last.path) == 0 || w.counting {
		return
	}
	if _, over := w.over(e, w.last); over || !slices.ContainsFunc(w.next(e), func(i int) bool { return w.leading[i] }) {
		return
	}
	m := w.last
	m.at = m.times[len(m.times)-1]
	m.waits = slices.DeleteFunc(slices.Clone(m.waits), func(x Wait) bool { return x.From.Equal(m.at) && x.Element == e }) // told with the round
	back, why, found := w.back(e, m)
	if !found {
		return
	}
	if why != "" {
		r := m.route()
		r.Again, r.Why = e, why
		w.routes = append(w.routes, r)
		return
	}
	back.at = back.times[len(back.times)-1]
	if !w.chosenOn(append(back.path, e)) {
		w.open(e, "a loop comes back to it", m)
		return
	}
	r := Route{Path: slices.Concat(m.path, back.path), Waits: slices.Concat(m.waits, back.waits), Answers: slices.Concat(m.said, back.said),
		Again: e, Entered: m.at, Done: back.at, Assumed: m.assumes(back.assumed...).assumed}
	w.further(e, &r, back)
	w.routes = append(w.routes, r)
}

// chosenOn reports whether people choose something on a way.
func (w *walker) chosenOn(way []*bpmn.Element) bool {
	return slices.ContainsFunc(way, func(e *bpmn.Element) bool { return len(w.answers(e)) > 1 })
}

// counters reports whether a condition reads a number that a script counts.
func (w *walker) counters() bool {
	for i := range w.Plan.Elements {
		e := w.a.element(i)
		if e.Script != nil && slices.Contains(e.Script.Expr.References(), e.Script.Result) && w.matters.names[e.Script.Result] {
			return true
		}
	}
	return false
}
