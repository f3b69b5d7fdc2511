package proof

import (
	"slices"

	"fasthold/definitions/bpmn"
)

// findSteady marks the places whose tokens may move at any time as far as inclusive joins go. A token keeps a join waiting when it can come
// along an empty flow and along none that is occupied (BPMN 2.0.2 §13.4.3). One that can come along a single flow does so until it has
// come or can no more, whenever that is; of the others those may move that lead to the same flows afterwards, wherever they rest next.
func (a *analysis) findSteady(n *net) {
	marks := make([][]int, len(n.places))
	loose := make([]bool, len(n.places))
	for i := range n.places {
		marks[i], loose[i] = a.leadsTo(n, &n.places[i])
	}
	for i := range n.places {
		n.places[i].steady = loose[i] || !slices.ContainsFunc(n.rests(i), func(r int) bool { return !slices.Equal(marks[r], marks[i]) })
	}
}

// leadsTo lists the slots of inclusive joins that an element leads to without passing the join, and whether it is at most one of each. An
// element that leads to all slots of a join never keeps it waiting, as if it led to none.
func (a *analysis) leadsTo(n *net, p *place) (slots []int, loose bool) {
	loose = true
	for at, j := range n.joins {
		e := a.element(j.element)
		if e.Kind != bpmn.Inclusive {
			continue
		}
		var mine []int
		for slot, from := range e.Upstream {
			if from.Has(p.element) {
				mine = append(mine, j.slots[slot])
			}
		}
		if len(mine) > 0 || p.element == j.element && p.slot >= 0 {
			p.leads = append(p.leads, at)
		}
		loose = loose && len(mine) < 2
		if len(mine) < len(j.slots) {
			slots = append(slots, mine...)
		}
	}
	return slots, loose
}

// together picks a place with all others that lead to the same inclusive joins, directly or by way of others: only the order among their
// tokens matters.
func (n *net) together(m marking, movable []int, place int) []int {
	group := map[int]bool{place: true}
	joins := map[int]bool{}
	for grown := true; grown; {
		grown = false
		for _, p := range m {
			i := int(p)
			if !group[i] && !slices.ContainsFunc(n.places[i].leads, func(j int) bool { return joins[j] }) {
				continue
			}
			group[i] = true
			for _, j := range n.places[i].leads {
				grown = grown || !joins[j]
				joins[j] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(movable), func(p int) bool { return !group[p] })
}

// rests lists the places where tokens that leave a place come to rest next.
func (n *net) rests(place int) []int {
	var out []int
	seen := map[int]bool{}
	queue := []int{place}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, o := range n.places[i].moves {
			for _, p := range o.to {
				switch {
				case seen[p]:
				case n.places[p].auto:
					queue = append(queue, p)
				default:
					out = append(out, p)
				}
				seen[p] = true
			}
		}
	}
	return out
}
