package proof

import "slices"

// order ranks the places downstream, finds where loops can begin, what leads to joins, and what belongs to events that do not interrupt alone.
func (n *net) order() {
	all := make([]int, len(n.places))
	for i := range all {
		all[i] = i
	}
	next := func(i int) []int { return n.next(i, func(outcome) bool { return true }) }
	components, heads := components(all, len(all), next)
	for _, i := range heads {
		n.places[i].head = true
	}
	for at, component := range components { // those further down come first
		joins := false
		for _, p := range component {
			n.places[p].rank = len(components) - at
			joins = joins || n.places[p].slot >= 0 || slices.ContainsFunc(next(p), func(w int) bool { return n.places[w].joins })
		}
		for _, p := range component {
			n.places[p].joins = joins
		}
	}
	n.findAside()
}

// findAside marks the places that only an event which does not interrupt leads to, and that lead to no join: what a token does there
// concerns no other token, so it can move first and be out of the way.
func (n *net) findAside() {
	main := map[int]bool{}
	queue := slices.Clone(n.starts)
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if main[i] {
			continue
		}
		main[i] = true
		queue = append(queue, n.next(i, func(o outcome) bool { return !o.spawn })...)
	}
	for i := range n.places {
		p := &n.places[i]
		p.aside = !main[i] && p.fired == 0 && !p.joins
	}
}

// next lists the places that a token of place i can lead to by some of its moves.
func (n *net) next(i int, which func(outcome) bool) []int {
	var out []int
	for _, o := range n.places[i].moves {
		if which(o) {
			out = append(out, o.to...)
		}
	}
	if k := n.places[i].placeKey; k.slot >= 0 {
		out = append(out, n.index[placeKey{k.element, -1, 0}])
	}
	return out
}

// components finds the strongly connected components (Tarjan) of what can be reached from roots among count nodes, a component after all
// those it leads to, and the nodes where loops can begin. It keeps its own stack, as a net can be as deep as a plan is long.
func components(roots []int, count int, next func(int) []int) (found [][]int, heads []int) {
	t := &tarjan{next: next, index: make([]int, count), low: make([]int, count), on: make([]bool, count), head: make([]bool, count)}
	for _, i := range roots {
		if t.index[i] == 0 {
			t.visit(i)
		}
	}
	for i, is := range t.head {
		if is {
			heads = append(heads, i)
		}
	}
	return t.found, heads
}

type tarjan struct {
	next       func(int) []int
	index, low []int // index counts from 1
	on, head   []bool
	stack      []int
	count      int
	found      [][]int
}

type visit struct {
	node int
	next []int
}

func (t *tarjan) visit(root int) {
	calls := []visit{t.enter(root)}
	for len(calls) > 0 {
		v := &calls[len(calls)-1]
		if len(v.next) > 0 {
			w := v.next[0]
			v.next = v.next[1:]
			switch {
			case t.index[w] == 0:
				calls = append(calls, t.enter(w))
			case t.on[w]:
				t.head[w] = true
				t.low[v.node] = min(t.low[v.node], t.index[w])
			}
			continue
		}
		done := v.node
		calls = calls[:len(calls)-1]
		if len(calls) > 0 {
			up := calls[len(calls)-1].node
			t.low[up] = min(t.low[up], t.low[done])
		}
		t.leave(done)
	}
}

func (t *tarjan) enter(i int) visit {
	t.count++
	t.index[i], t.low[i], t.on[i] = t.count, t.count, true
	t.stack = append(t.stack, i)
	return visit{i, t.next(i)}
}

func (t *tarjan) leave(i int) {
	if t.low[i] != t.index[i] {
		return
	}
	first := len(t.stack) - 1
	for t.stack[first] != i {
		first--
	}
	component := slices.Clone(t.stack[first:])
	for _, p := range component {
		t.on[p] = false
	}
	t.found = append(t.found, component)
	t.stack = t.stack[:first]
}
