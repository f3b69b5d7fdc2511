package simulation

import (
	"slices"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/workflows/engine"
)

// Message is a message from outside (BPMN 2.0.2 §8.4.11), with the buffering of Camunda 8: it is given once to each process that waits
// for it, and kept for its time to live.
type Message struct {
	Name, CorrelationKey string
	Variables            engine.Variables
	TimeToLive           bpmn.Span
	ID                   string // a message that has the name, key and id of one that came before is the same message; "" for none
}

// kept is a message that somebody may still take.
type kept struct {
	Message
	expires time.Time
	takers  []string // processes that have taken it
}

// rememberID is how long a message id is remembered at least, as in the engine.
var rememberID = bpmn.Span{Days: 7}

// Publish gives a message to whoever waits for it.
func (w *World) Publish(m Message) error {
	w.kept = slices.DeleteFunc(w.kept, func(k *kept) bool { return !w.Now.Before(k.remembered()) })
	if m.ID != "" && slices.ContainsFunc(w.kept, func(k *kept) bool { return k.ID == m.ID && k.Name == m.Name && k.CorrelationKey == m.CorrelationKey }) {
		return nil
	}
	k := &kept{Message: m, expires: m.TimeToLive.After(w.Now)}
	w.kept = append(w.kept, k)
	for _, i := range slices.Clone(w.Instances) {
		if err := w.offer(i, k); err != nil {
			return err
		}
	}
	return nil
}

// remembered is when the message, and its id, may be forgotten.
func (k *kept) remembered() time.Time {
	if id := rememberID.After(k.expires); k.ID != "" {
		return id
	}
	return k.expires
}

// offer lets an instance take a message that its process has not taken.
func (w *World) offer(i *Instance, k *kept) error {
	process := i.Definition.ProcessID
	if i.State.Status != engine.Active || slices.Contains(k.takers, process) {
		return nil
	}
	err := w.Step(i, engine.Event{Kind: engine.Correlate, Name: k.Name, CorrelationKey: k.CorrelationKey, Variables: k.Variables})
	if slices.ContainsFunc(i.turn.Trace, func(r engine.Record) bool { return r.Kind == engine.MessageTaken }) {
		k.takers = append(k.takers, process)
	}
	return err
}

// offerKept gives an instance the messages that came before it waited for them, the oldest first.
func (w *World) offerKept(i *Instance) error {
	for _, k := range slices.Clone(w.kept) {
		if !w.Now.Before(k.expires) {
			continue
		}
		if err := w.offer(i, k); err != nil {
			return err
		}
	}
	return nil
}

// Signal lets every event occur that waits for the signal in an instance other than the thrower, which has had it.
func (w *World) Signal(name string, vars engine.Variables, thrower *Instance) error {
	for _, i := range slices.Clone(w.Instances) {
		if i == thrower || i.State.Status != engine.Active {
			continue
		}
		if err := w.Step(i, engine.Event{Kind: engine.Signal, Name: name, Variables: vars}); err != nil {
			return err
		}
	}
	return nil
}
