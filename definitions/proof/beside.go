package proof

import (
	"slices"

	"fasthold/definitions/bpmn"
)

// beside tells which elements can be under way, or done, while a token of another branch is in an element: by element and element. It looks at
// flows alone, so that it may tell of more than can happen.
func (a *analysis) beside() [][]bool {
	if a.besides == nil {
		pairs := newPairs(len(a.plan.Elements))
		for i := range a.plan.Elements {
			if e := a.element(i); e.Kind.Scope() {
				a.besideIn(e, pairs)
			}
		}
		a.besides = a.nested(pairs)
	}
	return a.besides
}

// pairs is a relation between elements that goes both ways.
type pairs [][]bool

func newPairs(n int) pairs {
	p := make(pairs, n)
	for i := range p {
		p[i] = make([]bool, n)
	}
	return p
}

func (p pairs) cross(some, others []int) {
	for _, x := range some {
		for _, y := range others {
			p[x][y], p[y][x] = true, true
		}
	}
}

// besideIn notes what runs side by side directly in a scope: behind each fork, beside event sub-processes and events that do not interrupt,
// in an ad-hoc sub-process, and instances of one activity.
func (a *analysis) besideIn(scope *bpmn.Element, p pairs) {
	if scope.AdHoc != nil {
		p.cross(scope.Children, scope.Children)
	}
	for _, i := range scope.Children {
		e := a.element(i)
		if e.Kind == bpmn.EventSubProcess {
			p.cross([]int{i}, scope.Children)
		}
		if e.Loop != nil {
			p.cross([]int{i}, []int{i})
		}
		a.besideEvents(e, p)
		if len(e.Outgoing) > 1 && e.Kind != bpmn.Exclusive && e.Kind != bpmn.EventBased {
			a.besideFork(e, scope, p)
		}
	}
}

// besideEvents notes what runs beside an activity and all that follows it: what follows its events that do not interrupt.
func (a *analysis) besideEvents(e *bpmn.Element, p pairs) {
	for _, b := range e.Boundary {
		if a.element(b).Interrupting {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(a.successors(e, true)), func(i int) bool { return i == b })
		path := a.reach([]int{b}, -1, true)
		p.cross(path, append(a.reach(rest, -1, true), e.Index))
		if t := a.element(b).Event.Timer; t == nil || t.Kind == bpmn.Cycle {
			p.cross(path, path)
		}
	}
}

// besideFork notes what runs in different branches of a fork, up to the join that all of them come to.
func (a *analysis) besideFork(fork, scope *bpmn.Element, p pairs) {
	var branches, best [][]int
	for _, f := range fork.Outgoing {
		branches = append(branches, []int{a.plan.Flows[f].Target})
	}
	size := -1
	for _, join := range append([]int{-1}, scope.Children...) {
		if join >= 0 && !a.closes(join, branches) {
			continue
		}
		reached := make([][]int, len(branches))
		total := 0
		for i, b := range branches {
			reached[i] = a.reach(b, join, true)
			total += len(reached[i])
		}
		if size < 0 || total < size {
			best, size = reached, total
		}
	}
	for i := range best {
		for j := range i {
			p.cross(best[i], best[j])
		}
	}
}

// closes reports whether an element is a join without which no branch comes to an end.
func (a *analysis) closes(join int, branches [][]int) bool {
	e := a.element(join)
	if len(e.Incoming) < 2 || e.Kind != bpmn.Parallel && e.Kind != bpmn.Inclusive {
		return false
	}
	return !slices.ContainsFunc(a.reach(slices.Concat(branches...), join, false), func(i int) bool { return len(a.successors(a.element(i), false)) == 0 })
}

// reach lists what tokens come to from some elements in their scope without a stop on the way, -1 for none; beside tells whether also from events that do
// not interrupt.
func (a *analysis) reach(from []int, stop int, beside bool) []int {
	seen := map[int]bool{stop: true}
	var out []int
	queue := slices.Clone(from)
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if !seen[i] {
			seen[i] = true
			out = append(out, i)
			queue = append(queue, a.successors(a.element(i), beside)...)
		}
	}
	return out
}

// successors are the elements of the same scope that a token can come to next.
func (a *analysis) successors(e *bpmn.Element, beside bool) []int {
	var out []int
	for _, f := range e.Outgoing {
		out = append(out, a.plan.Flows[f].Target)
	}
	for _, b := range e.Boundary {
		if x := a.element(b); !is(x, bpmn.Compensation) && (beside || x.Interrupting) {
			out = append(out, b)
		}
	}
	if to, ok := e.LinksTo(); ok {
		out = append(out, to)
	}
	return out
}

// nested is what scopes that run side by side mean to what is in them.
func (a *analysis) nested(p pairs) pairs {
	out := newPairs(len(p))
	for x := range p {
		for y := range x + 1 {
			if a.nestedBeside(p, x, y) {
				out[x][y], out[y][x] = true, true
			}
		}
	}
	return out
}

func (a *analysis) nestedBeside(p pairs, x, y int) bool {
	for ; x >= 0; x = a.element(x).Parent {
		for at := y; at >= 0; at = a.element(at).Parent {
			if p[x][at] {
				return true
			}
		}
	}
	return false
}
