package engine

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// arriveComplex lets a token wait until the activation condition holds. While the gateway resets, the tokens that it still expects end
// there (BPMN 2.0.2 §13.4.5).
func (m *machine) arriveComplex(t token, e *bpmn.Element) {
	n, slot := m.joinNode(t.scope, e), m.p.Plan.Flows[t.flow].TargetSlot
	key := n.Key
	if i := slices.Index(n.Expected, slot); i >= 0 {
		n.Expected = slices.Delete(n.Expected, i, i+1)
		if len(n.Expected) == 0 {
			m.reset(key, e)
		}
		m.tokens(t.scope, -1)
		return
	}
	n.Arrived[slot]++
	m.activateComplex(key, e)
}

// activateComplex goes on from a complex gateway whose activation condition holds: with one token of each incoming flow that has one. Until
// the others have come, or can come no more, it resets.
func (m *machine) activateComplex(key int64, e *bpmn.Element) {
	n := m.node(key)
	if e.Kind != bpmn.Complex || n.Wait != WaitJoin || n.Expected != nil || n.holds() == 0 {
		return
	}
	scope := n.Parent
	holds, err := m.conditionHolds(e.Activation, scope, e, "activation condition", Variables{{"activationCount", feel.Int(int64(n.holds()))}})
	if err != nil {
		m.fail(key, err)
		return
	}
	if !holds {
		return
	}
	taken := 0
	for slot := range n.Arrived {
		if n.Arrived[slot] == 0 {
			n.Expected = append(n.Expected, slot)
			continue
		}
		n.Arrived[slot]--
		taken++
	}
	if len(n.Expected) > 0 {
		m.s.Joins = append(m.s.Joins, key)
	} else {
		m.reset(key, e)
	}
	m.node(scope).Tokens -= taken - 1
	m.begins(scope, e)
}

// reset lets a complex gateway begin anew, with the tokens that came meanwhile on flows it had already.
func (m *machine) reset(key int64, e *bpmn.Element) {
	n := m.node(key)
	n.Expected = nil
	m.s.Joins = slices.DeleteFunc(m.s.Joins, func(k int64) bool { return k == key })
	if n.holds() == 0 {
		m.s.remove(key)
		return
	}
	m.activateComplex(key, e)
}

// forgetResets takes complex gateways that reset out of a scope that has no tokens left.
func (m *machine) forgetResets(scope int64) {
	for i := len(m.s.Joins) - 1; i >= 0; i-- {
		if n, ok := m.s.Node(m.s.Joins[i]); ok && n.Parent == scope {
			m.s.remove(n.Key)
			m.s.Joins = slices.Delete(m.s.Joins, i, i+1)
		}
	}
}
