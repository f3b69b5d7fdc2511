package engine

import (
	"fmt"

	"fasthold/definitions/bpmn"
)

// Warning is what somebody should know before a change: nothing forbids it.
type Warning struct {
	Key     int64  `json:"key"`
	Element string `json:"elementId"`
	Message string `json:"message"`
}

// Stranded lists the parallel gateways that wait for a token that no other token of their scope can bring: what comes of it is an incident of
// code deadlock as soon as nothing else waits. Only a change by hand leaves such a gateway behind in a process that is sound.
func (p *Program) Stranded(s *State) []Warning {
	var out []Warning
	for i := range s.Nodes {
		n := &s.Nodes[i]
		e, _ := p.Plan.Element(n.Element)
		if n.Arrived == nil || e.Kind != bpmn.Parallel {
			continue
		}
		for slot, count := range n.Arrived {
			flow := e.Incoming[slot]
			if count == 0 && !p.comes(s, n, p.Plan.Reaching(flow)) {
				out = append(out, Warning{n.Key, e.ID, fmt.Sprintf("%s waits for a token along %s, and no token is left that could come there", e.ID, p.Plan.Flows[flow].ID)})
			}
		}
	}
	return out
}

// comes reports whether another token of the join's scope stands somewhere in the set.
func (p *Program) comes(s *State, join *Node, from bpmn.Bits) bool {
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Parent != join.Parent || n.Key == join.Key || n.holds() == 0 {
			continue
		}
		if e, _ := p.Plan.Element(n.Element); from.Has(e.Index) {
			return true
		}
	}
	return false
}
