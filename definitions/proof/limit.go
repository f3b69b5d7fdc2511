package proof

import (
	"fmt"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// maxRounds bounds the rounds of a loop, or of a repeated activity, that are looked at.
const maxRounds = 100

// limit is when all that is in a scope is over at the latest, because a timer interrupts it.
type limit struct {
	scope *bpmn.Element
	at    time.Time
	// inner tells that the timer is in the scope: what it, or another event that interrupts, begins there is not over then.
	inner bool
}

// limited notes what interrupts a scope that is entered now: timers on its border, or inner ones, in its event sub-processes.
func (w *walker) limited(scope *bpmn.Element, events []int, inner bool, m mark) mark {
	for _, i := range events {
		b := w.a.element(i)
		if !b.Interrupting || !is(b, bpmn.Timer) || w.moves(b, scope) {
			continue
		}
		if due, why := w.due(b.Event.Timer, m.vars, m.at); why == "" {
			m = m.assuming(nil, b.Event.Timer.Expr)
			m.limits = append(m.limits[:len(m.limits):len(m.limits)], limit{scope, later(due, m.at), inner})
		}
	}
	return m
}

// moves reports whether a timer follows variables that are set in a scope while it runs.
func (w *walker) moves(timer, scope *bpmn.Element) bool {
	t := timer.Event.Timer
	if !t.Follows {
		return false
	}
	within := w.doubtsWithin(scope, mark{rest: sure})
	return within.believes(t.Expr, nil) == doubted
}

// over is when a scope around an element is interrupted at the latest.
func (w *walker) over(e *bpmn.Element, m mark) (first time.Time, ok bool) {
	for _, l := range m.limits {
		if w.in(e, l.scope) && !(l.inner && w.inEvent(e, l.scope)) && (!ok || l.at.Before(first)) {
			first, ok = l.at, true
		}
	}
	return first, ok
}

// inEvent reports whether an element is in an event sub-process of a scope that interrupts it.
func (w *walker) inEvent(e, scope *bpmn.Element) bool {
	for ; e.Parent >= 0; e = w.a.element(e.Parent) {
		if e.Parent == scope.Index {
			return e.Kind == bpmn.EventSubProcess && w.a.interrupting(e.Starts)
		}
	}
	return false
}

// ending is when something has ended at the latest; why says what is missing when nothing bounds it.
type ending struct {
	at      time.Time
	why     string
	assumed []string
}

// endOf is when a scope that is entered now has ended at the latest.
func (w *walker) endOf(scope *bpmn.Element, m mark) ending {
	c := w.inner(w.endsIn(scope)...)
	c.within = scope
	m.path, m.times, m.were, m.waits, m.said = nil, nil, nil, nil, nil
	if scope.AdHoc != nil {
		c.chosenIn(scope, m)
	} else {
		for _, i := range scope.Starts {
			c.visit(c.a.element(i), m)
		}
	}
	c.byEvent(scope, m)
	w.visits += c.visits
	return c.end(m)
}

// inner is a walker through the same process.
func (w *walker) inner(targets ...*bpmn.Element) *walker {
	c := walkerOf(w.Case, w.a, targets...)
	c.depth, c.nested = w.depth, true
	return c
}

// end is that of all routes that were found.
func (w *walker) end(m mark) ending {
	w.spread()
	end := ending{at: m.at}
	for _, r := range w.routes {
		switch {
		case r.Open != nil:
			return ending{m.at, fmt.Sprintf("at %s: %s", r.Open.ID, r.Why), nil}
		case r.Again != nil:
			return ending{m.at, fmt.Sprintf("a loop comes back to %s", r.Again.ID), nil}
		}
		end.at = later(r.Done, end.at)
		end.assumed = append(end.assumed, r.Assumed...)
	}
	if w.tooMuch() || len(w.routes) == 0 {
		return ending{m.at, "there are too many routes through it", nil}
	}
	return end
}

// endsIn are the elements of a scope that nothing follows, those of its event sub-processes included.
func (w *walker) endsIn(scope *bpmn.Element) []*bpmn.Element {
	var all []*bpmn.Element
	for _, i := range scope.Children {
		e := w.a.element(i)
		switch _, links := e.LinksTo(); {
		case e.Kind == bpmn.EventSubProcess && !w.startedOutside(e):
			all = append(all, w.endsIn(e)...)
		case len(e.Outgoing) == 0 && !links && !e.ForCompensation && e.AttachedTo < 0 && e.Kind != bpmn.EventSubProcess, e.AttachedTo >= 0 && len(e.Outgoing) == 0 && !is(e, bpmn.Compensation):
			all = append(all, e)
		}
	}
	return all
}

// times is how often an activity is done at most.
func (w *walker) times(l *bpmn.Loop, m mark) (int, bool) {
	n := -1
	switch {
	case l.Collection != nil:
		if list, ok := w.eval(l.Collection, m.vars, m.at).(feel.List); ok {
			n = len(list)
		}
	case l.Cardinality != nil:
		if v, ok := w.eval(l.Cardinality, m.vars, m.at).(feel.Number); ok {
			if i, whole := v.Int64(); whole {
				n = int(i)
			}
		}
	}
	return n, n >= 0 && n <= maxRounds
}

// rounds lets all rounds of an activity but the last one pass.
func (w *walker) rounds(e *bpmn.Element, m mark, once func(mark) ending) (mark, string) {
	if e.Loop == nil || !e.Loop.Sequential {
		return m, ""
	}
	m = m.assuming(nil, e.Loop.Collection, e.Loop.Cardinality)
	n, ok := w.times(e.Loop, m)
	if !ok {
		return m, "nothing says how often it is done"
	}
	for range n - 1 {
		end := once(m)
		if end.why != "" {
			return m, end.why
		}
		m = m.until(e, end.at).assumes(end.assumed...)
	}
	return m, ""
}
