package engine

import (
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

func sortKeys(keys []int64) { slices.Sort(keys) }

// choose queues a token for each flow that is to be taken out of the element and returns their number. The error is an incident.
func (m *machine) choose(scope int64, e *bpmn.Element) (int, error) {
	switch e.Kind {
	case bpmn.Exclusive:
		return m.chooseOne(scope, e)
	case bpmn.Parallel:
		return m.takeAll(scope, e), nil
	case bpmn.EndEvent:
		if throws(e, bpmn.Signal) {
			m.send(scope, nowhere, -1)
			return 1, nil
		}
	case bpmn.ThrowEvent:
		if to, ok := e.LinksTo(); ok {
			m.send(scope, to, -1)
			return 1, nil
		}
	}
	return m.chooseAll(scope, e)
}

func (m *machine) take(scope int64, flow int) {
	m.send(scope, m.p.Plan.Flows[flow].Target, flow)
}

func (m *machine) takeAll(scope int64, e *bpmn.Element) int {
	for _, flow := range e.Outgoing {
		m.take(scope, flow)
	}
	return len(e.Outgoing)
}

// chooseOne takes the first flow whose condition holds, else the default flow (BPMN 2.0.2 §13.4.2).
func (m *machine) chooseOne(scope int64, e *bpmn.Element) (int, error) {
	for _, flow := range e.Outgoing {
		if flow == e.Default {
			continue
		}
		holds, err := m.holds(scope, e, flow)
		if err != nil {
			return 0, err
		}
		if holds {
			m.take(scope, flow)
			return 1, nil
		}
	}
	return m.takeDefault(scope, e)
}

func (m *machine) takeDefault(scope int64, e *bpmn.Element) (int, error) {
	if e.Default >= 0 {
		m.take(scope, e.Default)
		return 1, nil
	}
	if len(e.Outgoing) == 0 {
		return 0, nil
	}
	return 0, &problem{"no_flow", fmt.Sprintf("no outgoing flow of %s has a condition that holds, and there is no default flow; variables used: %s",
		e.ID, m.valuesOf(scope, e))}
}

// chooseAll takes every flow without a condition or whose condition holds; the default flow when none does (BPMN 2.0.2 §13.4.3, §13.3.2).
func (m *machine) chooseAll(scope int64, e *bpmn.Element) (int, error) {
	taken := 0
	for _, flow := range e.Outgoing {
		if flow == e.Default {
			continue
		}
		holds, err := m.holds(scope, e, flow)
		if err != nil {
			return 0, err
		}
		if holds {
			m.take(scope, flow)
			taken++
		}
	}
	if taken > 0 {
		return taken, nil
	}
	return m.takeDefault(scope, e)
}

// holds evaluates a flow's condition. Anything but true or false is an incident: an error must not become a wrong way.
func (m *machine) holds(scope int64, e *bpmn.Element, flow int) (bool, error) {
	f := &m.p.Plan.Flows[flow]
	if f.Condition == nil {
		return true, nil
	}
	v, err := m.eval(f.Condition, scope, nil)
	if err != nil {
		return false, err
	}
	if b, ok := v.(feel.Bool); ok {
		return bool(b), nil
	}
	return false, &problem{"condition_not_boolean", fmt.Sprintf("the condition of flow %s out of %s, %s, is %s and not true or false%s; variables used: %s",
		f.ID, e.ID, f.Condition.Source(), v.Kind(), m.why(), m.values(scope, f.Condition))}
}

// valuesOf lists what the conditions out of an element read.
func (m *machine) valuesOf(scope int64, e *bpmn.Element) string {
	var parts []string
	for _, flow := range e.Outgoing {
		if c := m.p.Plan.Flows[flow].Condition; c != nil {
			parts = append(parts, m.values(scope, c))
		}
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), ", ")
}

// maxShown bounds how much of a value an incident shows.
const maxShown = 80

func (m *machine) values(scope int64, x *feel.Expression) string {
	v := view{s: m.s, scope: scope}
	var parts []string
	for _, name := range x.References() {
		text := "missing"
		if value, ok := v.Lookup(name); ok {
			text = shorten(value.String())
		}
		parts = append(parts, name+" = "+text)
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func shorten(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "…"
}

// joinNode finds or opens the node at which tokens wait for each other.
func (m *machine) joinNode(scope int64, e *bpmn.Element) *Node {
	at := gateway{scope, e.ID}
	if n := m.s.join(at); n != nil {
		return n
	}
	key := m.open(scope, e, WaitJoin, "")
	n := m.node(key)
	n.Arrived = make([]int, len(e.Incoming))
	m.s.remember(at, key)
	return n
}

// join finds the node of a gateway at which tokens wait, nil when there is none. In a large state it remembers where it was.
func (s *State) join(at gateway) *Node {
	waits := func(n *Node) bool { return n.Parent == at.scope && n.Arrived != nil && n.Element == at.element }
	if key, ok := s.open[at]; ok {
		if n, ok := s.Node(key); ok && waits(n) {
			return n
		}
	}
	for i := range s.Nodes {
		if n := &s.Nodes[i]; waits(n) {
			s.remember(at, n.Key)
			return n
		}
	}
	return nil
}

// remember notes where a join is; now and then it forgets all, so that those that are gone do not pile up.
func (s *State) remember(at gateway, key int64) {
	if len(s.Nodes) <= smallState {
		return
	}
	if s.open == nil || len(s.open) > len(s.Nodes) {
		s.open = map[gateway]int64{}
	}
	s.open[at] = key
}

// arriveParallel lets a token wait until each incoming flow has one (BPMN 2.0.2 §13.4.1).
func (m *machine) arriveParallel(t token, e *bpmn.Element) {
	n := m.joinNode(t.scope, e)
	n.Arrived[m.p.Plan.Flows[t.flow].TargetSlot]++
	for _, count := range n.Arrived {
		if count == 0 {
			return
		}
	}
	m.fireJoin(n.Key, e)
}

// arriveInclusive lets a token wait until no other token can still come (BPMN 2.0.2 §13.4.3).
func (m *machine) arriveInclusive(t token, e *bpmn.Element) {
	n := m.joinNode(t.scope, e)
	n.Arrived[m.p.Plan.Flows[t.flow].TargetSlot]++
	if !slices.Contains(m.s.Joins, n.Key) {
		m.s.Joins = append(m.s.Joins, n.Key)
	}
}

// joinInclusive fires the first inclusive join that no other token can reach, and reports whether there was one.
func (m *machine) joinInclusive() bool {
	for i, key := range m.s.Joins {
		n, ok := m.s.Node(key)
		if !ok {
			m.s.Joins = slices.Delete(m.s.Joins, i, i+1)
			return true
		}
		e := m.element(n)
		if m.reachable(n, e) {
			continue
		}
		m.s.Joins = slices.Delete(m.s.Joins, i, i+1)
		if e.Kind == bpmn.Complex {
			m.reset(key, e)
		} else {
			m.fireJoin(key, e)
		}
		return true
	}
	return false
}

// reachable reports whether a token can still come along an empty incoming flow of the join and along none that has a token.
func (m *machine) reachable(join *Node, e *bpmn.Element) bool {
	for i := range m.s.Nodes {
		n := &m.s.Nodes[i]
		if n.Parent != join.Parent || n.Key == join.Key || n.holds() == 0 || n.For != 0 {
			continue
		}
		at := m.element(n).Index
		if comes(join, e, at, false) && !comes(join, e, at, true) {
			return true
		}
	}
	return false
}

func comes(join *Node, e *bpmn.Element, from int, occupied bool) bool {
	for slot, count := range join.Arrived {
		if join.has(slot, count) == occupied && e.Upstream[slot].Has(from) {
			return true
		}
	}
	return false
}

// has reports whether a join has what it waits for on an incoming flow.
func (n *Node) has(slot, count int) bool {
	if n.Expected != nil {
		return !slices.Contains(n.Expected, slot)
	}
	return count > 0
}

// fireJoin takes one token from each incoming flow that has one and passes a single token on.
func (m *machine) fireJoin(key int64, e *bpmn.Element) {
	n := m.node(key)
	scope, taken, left := n.Parent, 0, 0
	for slot := range n.Arrived {
		if n.Arrived[slot] > 0 {
			n.Arrived[slot]--
			taken++
			left += n.Arrived[slot]
		}
	}
	if left == 0 {
		m.s.remove(key)
	} else if e.Kind == bpmn.Inclusive {
		m.s.Joins = append(m.s.Joins, key)
	}
	m.node(scope).Tokens -= taken - 1
	m.begins(scope, e)
}

// waitForEvents lets a token wait for the first of several events (BPMN 2.0.2 §13.4.4).
func (m *machine) waitForEvents(key int64, e *bpmn.Element) error {
	for _, flow := range e.Outgoing {
		target := &m.p.Plan.Elements[m.p.Plan.Flows[flow].Target]
		if err := m.subscribe(key, target); err != nil {
			return err
		}
	}
	m.node(key).Wait, m.node(key).Phase = WaitEvent, Waiting
	return nil
}

// eventChosen goes on from an event-based gateway to the event that happened.
func (m *machine) eventChosen(key int64, target *bpmn.Element, payload Variables) {
	n := m.node(key)
	gateway, scope := m.element(n), n.Parent
	m.close(key)
	m.record(Done, key, gateway)
	for _, flow := range gateway.Outgoing {
		if f := &m.p.Plan.Flows[flow]; f.Target == target.Index {
			m.t.Trace = append(m.t.Trace, Record{Kind: FlowTaken, Flow: f})
			break
		}
	}
	m.happen(scope, target, payload)
}

// instantiate begins the process at the event behind an instantiating event-based gateway that has occurred (BPMN 2.0.2 §13.4.4).
func (m *machine) instantiate(event *bpmn.Element) {
	flow := &m.p.Plan.Flows[event.Incoming[0]]
	key, gateway := m.s.nextKey(), &m.p.Plan.Elements[flow.Source]
	m.record(Entered, key, gateway)
	m.record(Done, key, gateway)
	m.t.Trace = append(m.t.Trace, Record{Kind: FlowTaken, Flow: flow})
	m.happen(rootKey, event, nil)
}

// findDeadlock raises an incident at each join when nothing but joins is left to wait for.
func (m *machine) findDeadlock() {
	if m.s.Status != Active {
		return
	}
	for i := range m.s.Nodes {
		if w := m.s.Nodes[i].Wait; w != WaitScope && w != WaitJoin && w != WaitCompensation {
			return
		}
	}
	for i := range m.s.Nodes {
		if n := &m.s.Nodes[i]; n.Wait == WaitJoin && n.holds() > 0 {
			m.incident(n.Key, "deadlock", fmt.Sprintf("%s waits for a token on an incoming flow, and no token is left that could come", n.Element))
		}
	}
}
