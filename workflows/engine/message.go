package engine

import (
	"slices"
	"time"
)

const (
	// maxInbox bounds the messages kept for later, which are variables of the instance too, and the message ids remembered.
	maxInbox = 1000
	// seenFor is how long a message id is remembered when the message's time to live is shorter.
	seenFor = 7 * 24 * time.Hour
)

// correlate gives a message to the subscription that has waited longest, or keeps it for its time to live.
func (m *machine) correlate(e Event) {
	m.expire()
	if e.ID != "" && m.seen(e.ID, e.TTL) {
		return
	}
	if m.deliver(e.Name, e.CorrelationKey, e.Variables) {
		return
	}
	if e.TTL > 0 && len(m.s.Inbox) < maxInbox && m.p.bounds(m.s, e) {
		m.s.Inbox = append(m.s.Inbox, Message{e.Name, e.CorrelationKey, e.Variables, m.now.Add(e.TTL).UTC()})
	}
}

// seen reports whether the message came before, and remembers it.
func (m *machine) seen(id string, ttl time.Duration) bool {
	for _, s := range m.s.Seen {
		if s.ID == id {
			return true
		}
	}
	if len(m.s.Seen) >= maxInbox {
		m.s.Seen = slices.Delete(m.s.Seen, 0, 1)
	}
	m.s.Seen = append(m.s.Seen, SeenMessage{id, m.now.Add(max(ttl, seenFor)).UTC()})
	return false
}

func (m *machine) expire() {
	m.s.Seen = slices.DeleteFunc(m.s.Seen, func(s SeenMessage) bool { return !m.now.Before(s.Until) })
	m.s.Inbox = slices.DeleteFunc(m.s.Inbox, func(x Message) bool { return !m.now.Before(x.Expires) })
}

// deliver lets the event of the oldest matching subscription occur.
func (m *machine) deliver(name, correlationKey string, payload Variables) bool {
	owner, subscription, ok := m.s.waiting(name, correlationKey)
	if !ok {
		return false
	}
	event, _ := m.p.Plan.Element(subscription.Element)
	m.recordText(MessageTaken, owner, event, name)
	m.occurred(owner, event, payload)
	return true
}

// deliverFromInbox delivers the oldest message that came before anything waited for it, and reports whether there was one.
func (m *machine) deliverFromInbox() bool {
	if len(m.s.Inbox) == 0 {
		return false
	}
	m.expire()
	for i, x := range m.s.Inbox {
		if _, _, ok := m.s.waiting(x.Name, x.CorrelationKey); ok {
			m.s.Inbox = slices.Delete(m.s.Inbox, i, i+1)
			return m.deliver(x.Name, x.CorrelationKey, x.Variables)
		}
	}
	return false
}

func (s *State) waiting(name, correlationKey string) (owner int64, found Subscription, ok bool) {
	for i := range s.Nodes {
		for _, sub := range s.Nodes[i].Subscriptions {
			if sub.Name == name && sub.CorrelationKey == correlationKey && !sub.Signal && (!ok || sub.Key < found.Key) {
				owner, found, ok = s.Nodes[i].Key, sub, true
			}
		}
	}
	return owner, found, ok
}
