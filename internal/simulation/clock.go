package simulation

import (
	"errors"
	"fmt"
	"time"

	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// Calendar is the municipality's calendar and its time zone.
type Calendar interface {
	feel.Calendar
	Zone() *time.Location
}

// promise is an answer that comes later.
type promise struct {
	at     time.Time
	work   Work
	answer Answer
}

// Settle lets everything happen that may happen at this instant.
func (w *World) Settle() error {
	for {
		done, err := w.happen()
		if done || err != nil {
			return err
		}
	}
}

// happen lets one thing happen, and reports whether there was none.
func (w *World) happen() (none bool, err error) {
	if len(w.soon) > 0 {
		next := w.soon[0]
		w.soon = w.soon[1:]
		return false, next()
	}
	if p, ok := w.nextPromise(); ok && !p.at.After(w.Now) {
		w.forget(p.work)
		return false, w.apply(p.work, p.answer)
	}
	if t, ok := w.nextTimer(); ok && !t.due.After(w.Now) {
		return false, w.fire(t)
	}
	if s, ok := w.nextStart(); ok && !s.due.After(w.Now) {
		return false, s.start()
	}
	return true, nil
}

// Advance moves time and lets everything happen on the way, in order.
func (w *World) Advance(to time.Time) error {
	return w.advance(to, func() bool { return false })
}

// advance stops early when done reports true between two instants.
func (w *World) advance(to time.Time, done func() bool) error {
	if to.Year() > 9999 {
		return errors.New("time cannot go beyond the year 9999")
	}
	for {
		if err := w.Settle(); err != nil || done() {
			return err
		}
		next, ok := w.next()
		if !ok || next.After(to) {
			break
		}
		w.Now = next
	}
	if to.After(w.Now) {
		w.Now = to.In(w.calendar.Zone())
	}
	return nil
}

// next is the instant at which something will happen by itself.
func (w *World) next() (first time.Time, ok bool) {
	earlier := func(at time.Time, set bool) {
		if set && (!ok || at.Before(first)) {
			first, ok = at.In(w.calendar.Zone()), true
		}
	}
	p, promised := w.nextPromise()
	earlier(p.at, promised)
	t, set := w.nextTimer()
	earlier(t.due, set)
	s, unstarted := w.nextStart()
	earlier(s.due, unstarted)
	return first, ok
}

// nextPromise is the answer that comes first, of several the one promised first.
func (w *World) nextPromise() (first promise, ok bool) {
	for _, p := range w.promised {
		if p.work.Instance.State.Suspended == nil && (!ok || p.at.Before(first.at)) {
			first, ok = p, true
		}
	}
	return first, ok
}

// alarm is a timer that is set in an instance.
type alarm struct {
	i     *Instance
	node  int64
	timer int64
	due   time.Time
}

// nextTimer is the timer that is due first, of several the one set first.
func (w *World) nextTimer() (first alarm, ok bool) {
	for _, i := range w.Instances {
		if i.State.Suspended != nil {
			continue
		}
		for n := range i.State.Nodes {
			for _, t := range i.State.Nodes[n].Timers {
				if !ok || t.Due.Before(first.due) || t.Due.Equal(first.due) && i == first.i && t.Key < first.timer {
					first, ok = alarm{i, i.State.Nodes[n].Key, t.Key, t.Due}, true
				}
			}
		}
	}
	return first, ok
}

func (w *World) fire(a alarm) error {
	return w.Step(a.i, engine.Event{Kind: engine.FireTimer, Key: a.node, Timer: a.timer})
}

const (
	// maxEvents bounds the events of one simulation, maxAtOnce those without time going on.
	maxEvents = 100_000
	maxAtOnce = 20_000
)

// EndlessError says that a simulation was stopped because it would not end.
type EndlessError struct {
	Instance *Instance
	Element  string // that was entered last
	Message  string
}

// Error returns the message.
func (e *EndlessError) Error() string { return e.Message }

// counts bounds a simulation.
type counts struct {
	events, atOnce int
	at             time.Time
}

func (c *counts) event(i *Instance, now time.Time) error {
	if !now.Equal(c.at) {
		c.at, c.atOnce = now, 0
	}
	c.events++
	c.atOnce++
	switch last := i.lastEntered(); {
	case c.atOnce > maxAtOnce:
		return &EndlessError{i, last, fmt.Sprintf("%d events happened without time going on: there is a loop through %s", maxAtOnce, last)}
	case c.events > maxEvents:
		return &EndlessError{i, last, fmt.Sprintf("the process has not ended after %d events; the last element entered is %s", maxEvents, last)}
	}
	return nil
}

func (i *Instance) lastEntered() string {
	for k := len(i.Log) - 1; k >= 0; k-- {
		if i.Log[k].Kind == engine.Entered {
			return i.Log[k].Element.ID
		}
	}
	return ""
}

func asRejection(err error) (*engine.Rejection, bool) {
	var r *engine.Rejection
	ok := errors.As(err, &r)
	return r, ok
}
