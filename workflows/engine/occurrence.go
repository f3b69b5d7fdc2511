package engine

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
)

// subscribe opens an event on behalf of a node: its own, one attached to it, or one that starts an event sub-process in it. An event
// that nothing outside triggers, such as a caught error, needs no subscription.
func (m *machine) subscribe(key int64, event *bpmn.Element) error {
	if event.Event == nil {
		return nil
	}
	switch event.Event.Kind {
	case bpmn.Timer:
		return m.setTimer(key, event)
	case bpmn.Message:
		return m.awaitMessage(key, event)
	case bpmn.Signal:
		return m.awaitSignal(key, event)
	case bpmn.Conditional:
		return m.awaitCondition(key, event)
	}
	return nil
}

// subscribeScope opens the start events of the event sub-processes in a scope.
func (m *machine) subscribeScope(key int64, scope *bpmn.Element) error {
	for _, i := range m.eventStarts(scope) {
		if err := m.subscribe(key, &m.p.Plan.Elements[i]); err != nil {
			return err
		}
	}
	return nil
}

// waits are the reasons to wait for an event.
var waits = map[bpmn.EventKind]Wait{bpmn.Timer: WaitTimer, bpmn.Message: WaitMessage, bpmn.Signal: WaitSignal, bpmn.Conditional: WaitCondition}

// waitForEvent lets a node wait for its own event.
func (m *machine) waitForEvent(key int64, e *bpmn.Element) error {
	m.node(key).Wait = waits[e.Event.Kind]
	return m.subscribe(key, e)
}

// unsubscribe closes every event of a node.
func (m *machine) unsubscribe(key int64) {
	m.unsubscribeWhere(key, func(*bpmn.Element) bool { return true })
}

// unsubscribeOwn closes the events that belong to the node's own work.
func (m *machine) unsubscribeOwn(key int64) {
	m.unsubscribeWhere(key, func(e *bpmn.Element) bool { return e.Kind != bpmn.BoundaryEvent && e.Kind != bpmn.StartEvent })
}

func (m *machine) unsubscribeWhere(key int64, which func(*bpmn.Element) bool) {
	n := m.node(key)
	if len(n.Timers) > 0 {
		n.Timers = slices.DeleteFunc(n.Timers, func(t Timer) bool {
			e, _ := m.p.Plan.Element(t.Element)
			if !which(e) {
				return false
			}
			m.command(Command{Kind: CancelTimer, Key: key, Element: e, Timer: t})
			return true
		})
	}
	if len(n.Subscriptions) > 0 {
		n.Subscriptions = slices.DeleteFunc(n.Subscriptions, func(s Subscription) bool {
			e, _ := m.p.Plan.Element(s.Element)
			if !which(e) {
				return false
			}
			m.command(Command{Kind: Unsubscribe, Key: key, Element: e, Subscription: s})
			return true
		})
	}
	if len(n.Conditions) > 0 {
		n.Conditions = slices.DeleteFunc(n.Conditions, func(c Condition) bool {
			e, _ := m.p.Plan.Element(c.Element)
			return which(e)
		})
	}
}

// occurred goes on from an event that a node waited for.
func (m *machine) occurred(key int64, event *bpmn.Element, payload Variables) {
	n := m.node(key)
	e := m.element(n)
	switch {
	case event.ID == n.Element:
		m.complete(key, payload)
	case event.Kind == bpmn.BoundaryEvent:
		m.attached(key, event, payload)
	case event.Kind == bpmn.StartEvent:
		m.eventScope(key, event, payload)
	case e.Kind == bpmn.EventBased:
		m.eventChosen(key, event, payload)
	}
}

// happen lets a token pass through an event that has just occurred.
func (m *machine) happen(scope int64, event *bpmn.Element, payload Variables) {
	key := m.s.nextKey()
	m.record(Entered, key, event)
	m.pass(key, scope, event, payload)
}

// attached lets a boundary event of a node occur (BPMN 2.0.2 §13.5.3).
func (m *machine) attached(key int64, event *bpmn.Element, payload Variables) {
	scope := m.node(key).Parent
	if event.Interrupting {
		m.cancelNode(key)
	} else {
		m.node(scope).Tokens++
	}
	m.happen(scope, event, payload)
}

// eventScope starts the event sub-process of a start event that has occurred in a scope (BPMN 2.0.2 §13.5.4).
func (m *machine) eventScope(scope int64, start *bpmn.Element, payload Variables) {
	if start.Interrupting {
		m.cancelInside(scope)
		m.unsubscribeWhere(scope, func(e *bpmn.Element) bool { return e.Kind == bpmn.StartEvent })
		m.takeOver(scope)
	}
	m.node(scope).Tokens++
	sub := &m.p.Plan.Elements[start.Parent]
	key := m.open(scope, sub, "", Entering)
	m.record(Entered, key, sub)
	if err := m.prepare(key, sub); err != nil {
		m.fail(key, err)
		return
	}
	n := m.node(key)
	n.Phase, n.Wait, n.Tokens = Waiting, WaitScope, 1
	m.happen(key, start, payload)
}

// awaitMessage subscribes to a message.
func (m *machine) awaitMessage(key int64, event *bpmn.Element) error {
	s, err := m.messageOf(key, event)
	if err != nil {
		return err
	}
	m.await(key, event, s)
	return nil
}

// messageOf works out which message an event waits for.
func (m *machine) messageOf(key int64, event *bpmn.Element) (s Subscription, err error) {
	d := event.Event.Message
	name, ok, err := m.evalText(d.Name, key)
	if err != nil {
		return s, err
	}
	if !ok {
		return s, &problem{"message_name", fmt.Sprintf("the message name of %s, %s, is null%s", event.ID, d.Name.Source(), m.why())}
	}
	correlation, ok, err := m.evalText(d.CorrelationKey, key)
	if err != nil {
		return s, err
	}
	if !ok && d.CorrelationKey != nil {
		return s, &problem{"correlation_key", fmt.Sprintf("the correlation key of %s, %s, is null%s; variables used: %s",
			event.ID, d.CorrelationKey.Source(), m.why(), m.values(key, d.CorrelationKey))}
	}
	return Subscription{Name: name, CorrelationKey: correlation}, nil
}

// await opens a subscription on behalf of a node.
func (m *machine) await(key int64, event *bpmn.Element, s Subscription) {
	s.Key, s.Element = m.s.nextKey(), event.ID
	n := m.node(key)
	n.Subscriptions = append(n.Subscriptions, s)
	m.command(Command{Kind: Subscribe, Key: key, Element: event, Subscription: s})
}
