package engine

import (
	"cmp"
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// maxRounds bounds how often conditional events set variables that let further ones occur before a token moves.
const maxRounds = 100

// awaitCondition lets a node wait for a condition to become true. One that is true already occurs once the node has begun its work.
func (m *machine) awaitCondition(key int64, event *bpmn.Element) error {
	if _, err := m.met(key, event); err != nil {
		return err
	}
	c := Condition{Key: m.s.nextKey(), Element: event.ID}
	n := m.node(key)
	n.Conditions = append(n.Conditions, c)
	m.opened = append(m.opened, c.Key)
	return nil
}

// met evaluates the condition of an event. Null counts as false: the variable may come later.
func (m *machine) met(scope int64, event *bpmn.Element) (bool, error) {
	x := event.Event.Condition
	v, err := m.eval(x, scope, nil)
	if err != nil {
		return false, err
	}
	switch v := v.(type) {
	case feel.Bool:
		return bool(v), nil
	case feel.Null:
		return false, nil
	}
	return false, &problem{"condition_not_boolean", fmt.Sprintf("the condition of %s, %s, is a %s and not true or false; variables used: %s",
		event.ID, x.Source(), v.Kind(), m.values(scope, x))}
}

// checkConditions evaluates the conditions that are new or read a variable set since they were evaluated last, and lets those occur that
// have become true, the longest waiting first: all of them see the same variables (BPMN 2.0.2 §10.5.5, conditional events).
func (m *machine) checkConditions() {
	if !m.p.Plan.Conditional {
		return
	}
	for round := 0; m.moves <= m.most && (len(m.opened) > 0 || m.checked < len(m.dirty)); round++ {
		if round == maxRounds {
			m.moves = m.most + 1 // whatever moves next becomes the incident
			return
		}
		found := m.stirred()
		m.opened, m.checked = m.opened[:0], len(m.dirty)
		found = slices.DeleteFunc(found, func(w watch) bool { return !m.turnsTrue(w) })
		for _, w := range found {
			if _, event, _ := m.watched(w); event != nil {
				m.record(ConditionMet, w.owner, event)
				m.occurred(w.owner, event, nil)
			}
		}
	}
}

// watch is a condition and the node that it belongs to.
type watch struct{ owner, key int64 }

func (m *machine) stirred() []watch {
	var found []watch
	for i := range m.s.Nodes {
		n := &m.s.Nodes[i]
		for _, c := range n.Conditions {
			event, _ := m.p.Plan.Element(c.Element)
			reads := func(name string) bool { return slices.Contains(m.dirty[m.checked:], name) }
			if slices.Contains(m.opened, c.Key) || slices.ContainsFunc(event.Event.Condition.References(), reads) {
				found = append(found, watch{n.Key, c.Key})
			}
		}
	}
	slices.SortFunc(found, func(a, b watch) int { return cmp.Compare(a.key, b.key) })
	return found
}

// turnsTrue evaluates a condition again and reports whether it has become true.
func (m *machine) turnsTrue(w watch) bool {
	n, event, i := m.watched(w)
	if event == nil || n.Wait == WaitIncident && event.Kind == bpmn.CatchEvent {
		return false // closed, or a retry opens it anew
	}
	holds, err := m.met(w.owner, event)
	before := n.Conditions[i].Held
	n.Conditions[i].Held = holds
	if err != nil && event.Kind == bpmn.CatchEvent {
		m.fail(w.owner, err)
	} else if err != nil {
		m.recordText(FollowFailed, w.owner, event, err.Error())
	}
	return holds && !before
}

// watched finds a condition with its node and event, which is nil when another one has closed it.
func (m *machine) watched(w watch) (*Node, *bpmn.Element, int) {
	n, ok := m.s.Node(w.owner)
	if !ok {
		return nil, nil, 0
	}
	i := slices.IndexFunc(n.Conditions, func(c Condition) bool { return c.Key == w.key })
	if i < 0 {
		return nil, nil, 0
	}
	event, _ := m.p.Plan.Element(n.Conditions[i].Element)
	return n, event, i
}
