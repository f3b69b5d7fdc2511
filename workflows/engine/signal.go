package engine

import (
	"cmp"
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
)

// awaitSignal subscribes to a signal.
func (m *machine) awaitSignal(key int64, event *bpmn.Element) error {
	name, err := m.signalName(key, event)
	if err != nil {
		return err
	}
	m.await(key, event, Subscription{Name: name, Signal: true})
	return nil
}

func (m *machine) signalName(key int64, event *bpmn.Element) (string, error) {
	x := event.Event.Signal
	name, ok, err := m.evalText(x, key)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", &problem{"signal_name", fmt.Sprintf("the signal name of %s, %s, is null%s; variables used: %s", event.ID, x.Source(), m.why(), m.values(key, x))}
	}
	return name, nil
}

// broadcast throws the signal of an event, with the event's own variables: when its token has moved on, to what waits for it in this
// instance, and to the world (BPMN 2.0.2 §10.5.5, §13.5.2).
func (m *machine) broadcast(key int64, e *bpmn.Element) error {
	name, err := m.signalName(key, e)
	if err != nil {
		return err
	}
	vars := slices.Clone(m.node(key).Variables)
	m.command(Command{Kind: Broadcast, Key: key, Element: e, Name: name, Variables: vars})
	open := m.subscribed(name)
	m.complete(key, nil)
	m.signal(open, vars)
	return nil
}

// signaled takes a signal from outside.
func (m *machine) signaled(e Event) {
	m.expire()
	if e.ID != "" && m.seen("signal "+e.Name+" "+e.ID, 0) {
		return
	}
	m.signal(m.subscribed(e.Name), e.Variables)
}

// listener is a subscription and the node that it belongs to.
type listener struct {
	owner int64
	Subscription
}

// subscribed lists what waits for a signal, the longest waiting first.
func (m *machine) subscribed(name string) []listener {
	var open []listener
	for i := range m.s.Nodes {
		for _, s := range m.s.Nodes[i].Subscriptions {
			if s.Signal && s.Name == name {
				open = append(open, listener{m.s.Nodes[i].Key, s})
			}
		}
	}
	slices.SortFunc(open, func(a, b listener) int { return cmp.Compare(a.Key, b.Key) })
	return open
}

// signal lets every one of the subscriptions occur that another of them has not closed.
func (m *machine) signal(open []listener, payload Variables) {
	for _, l := range open {
		n, ok := m.s.Node(l.owner)
		if !ok || !slices.Contains(n.Subscriptions, l.Subscription) {
			continue
		}
		event, _ := m.p.Plan.Element(l.Element)
		m.recordText(SignalTaken, l.owner, event, l.Name)
		m.occurred(l.owner, event, payload)
	}
}
