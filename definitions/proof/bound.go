package proof

import (
	"encoding/json"
	"fmt"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// leaves is when an element is done at the latest.
func (w *walker) leaves(e *bpmn.Element, local *feel.Context, m mark) ending {
	if e.Kind.Scope() {
		m = w.limited(e, e.Boundary, false, m.into(e, local))
		return w.bounded(e, w.endOf(e, w.limited(e, w.a.eventStarts(e), true, m)), m)
	}
	return w.bounded(e, w.once(e, local, m), m)
}

// bounded is when an element is done at the latest that has an end by itself: an interrupting timer on its border, or one around it, bounds what
// nothing else does.
func (w *walker) bounded(e *bpmn.Element, end ending, m mark) ending {
	for _, i := range e.Boundary {
		b := w.a.element(i)
		if !b.Interrupting || !is(b, bpmn.Timer) || w.moves(b, e) {
			continue
		}
		if due, missing := w.due(b.Event.Timer, m.vars, m.at); missing == "" && (end.why != "" || due.Before(end.at)) {
			end = ending{at: due, assumed: m.assuming(nil, b.Event.Timer.Expr).assumed}
		}
	}
	if at, ok := w.over(e, m); ok && (end.why != "" || at.Before(end.at)) {
		end = ending{at: at}
	}
	end.at = later(end.at, m.at)
	return end
}

func later(x, y time.Time) time.Time {
	if x.Before(y) {
		return y
	}
	return x
}

// once is when an element is done at the latest by itself, a repeated one when one round is.
func (w *walker) once(e *bpmn.Element, local *feel.Context, m mark) ending {
	end := ending{at: m.at}
	switch {
	case e.UserTask != nil && e.UserTask.DueDate == nil:
		end.why = "the task has no due date"
	case e.UserTask != nil:
		end.at, end.why = w.instant(e.UserTask.DueDate, local, m.at, "the due date")
		end.assumed = m.assuming(m.inputs(e), e.UserTask.DueDate).assumed
	case throws(e, bpmn.Compensation), throws(e, bpmn.Cancel):
		end.why = "nothing says how long compensation takes"
	case e.Call != nil:
		return w.called(e, local, m)
	case e.Kind == bpmn.EventBased:
		return w.race(e, m)
	case w.a.chosen(e), e.Kind != bpmn.CatchEvent && e.Kind != bpmn.ReceiveTask, e.Event.Kind == bpmn.Link:
	case e.Event.Kind == bpmn.Timer:
		end.at, end.why = w.due(e.Event.Timer, local, m.at)
		end.assumed = m.assuming(m.inputs(e), e.Event.Timer.Expr).assumed
	default:
		end.why = fmt.Sprintf("nothing says when its %s comes", e.Event.Kind)
	}
	return end
}

// race is when the first timer behind an event-based gateway is due.
func (w *walker) race(e *bpmn.Element, m mark) ending {
	first := ending{at: m.at, why: "no timer ends the waiting"}
	for _, f := range e.Outgoing {
		t := w.a.element(w.Plan.Flows[f].Target)
		if !is(t, bpmn.Timer) {
			continue
		}
		if due, missing := w.due(t.Event.Timer, m.vars, m.at); missing == "" && (first.why != "" || due.Before(first.at)) {
			first = ending{at: due, assumed: m.assuming(nil, t.Event.Timer.Expr).assumed}
		}
	}
	return first
}

// due is when a timer that is set at a time is due, one that repeats for the first time.
func (w *walker) due(t *bpmn.TimerDefinition, vars *feel.Context, at time.Time) (time.Time, string) {
	if t.Kind == bpmn.Date {
		return w.instant(t.Expr, vars, at, "the date")
	}
	text := plain(w.eval(t.Expr, vars, at))
	if t.Kind == bpmn.Cycle {
		if cron, ok, _ := bpmn.ParseCron(text); ok {
			next, _ := cron.Next(at)
			return next, ""
		}
		r, err := bpmn.ParseRepeat(text)
		if err != nil || r.Start != "" {
			return at, fmt.Sprintf("nothing says when the cycle %s begins", t.Expr.Source())
		}
		return r.Every.After(at), ""
	}
	span, err := bpmn.ParseSpan(text)
	if err != nil {
		return at, fmt.Sprintf("the duration %s is %s with these variables", t.Expr.Source(), text)
	}
	return span.After(at), ""
}

// lastDue is when a timer beside an activity is due, one that repeats for the last time before the activity is done.
func (w *walker) lastDue(b *bpmn.Element, m mark, end ending) (time.Time, string) {
	t := b.Event.Timer
	first, missing := w.due(t, m.vars, m.at)
	if b.Interrupting || t.Kind != bpmn.Cycle || missing != "" {
		return first, missing
	}
	last := first
	r, err := bpmn.ParseRepeat(plain(w.eval(t.Expr, m.vars, m.at)))
	endless := err != nil || r.Times < 0 || r.Times > maxVisits
	for n := 1; !endless && n < r.Times; n++ {
		last = r.Every.After(last)
	}
	switch {
	case endless && end.why != "":
		return m.at, end.why
	case endless, end.why == "" && last.After(end.at):
		return later(end.at, first), ""
	}
	return last, ""
}

// instant evaluates a date or a date and time.
func (w *walker) instant(x *feel.Expression, vars *feel.Context, at time.Time, what string) (time.Time, string) {
	v := w.eval(x, vars, at)
	if s, ok := v.(feel.String); ok {
		v, _ = feel.ParseTemporal(string(s))
	}
	switch v := v.(type) {
	case feel.DateTime:
		return v.Instant(at.Location()).In(at.Location()), ""
	case feel.Date:
		year, month, day := v.Parts()
		return time.Date(year, month, day, 0, 0, 0, 0, at.Location()), ""
	}
	return at, fmt.Sprintf("%s %s is no time with these variables", what, x.Source())
}

func (w *walker) eval(x *feel.Expression, vars feel.Scope, at time.Time) feel.Value {
	v, err := x.Eval(&feel.Env{Vars: vars, Now: at, Calendar: w.Calendar})
	if err != nil || v == nil {
		return feel.Null{}
	}
	return v
}

// plain is a value as text, without quotes.
func plain(v feel.Value) string {
	text := string(feel.AppendJSON(nil, v))
	var s string
	if json.Unmarshal([]byte(text), &s) == nil {
		return s
	}
	return text
}

func (w *walker) decide(d *bpmn.Decision, vars *feel.Context, at time.Time) feel.Value {
	id, ok := w.eval(d.ID, vars, at).(feel.String)
	if !ok || w.Decisions == nil {
		return feel.Null{}
	}
	decision, ok := w.Decisions.Invocable(string(id))
	if !ok {
		return feel.Null{}
	}
	r, err := decision.EvaluateJSON(&feel.Env{Vars: vars, Now: at, Calendar: w.Calendar})
	if err != nil || r.Value == nil {
		return feel.Null{}
	}
	return r.Value
}

// mapped sets the targets of mappings, whose sources see the variables from and those set before.
func (w *walker) mapped(mappings []bpmn.Mapping, m mark, from, vars *feel.Context) *feel.Context {
	for _, x := range mappings {
		v := feel.ToJSONValue(w.eval(x.Source, from, m.at))
		vars = feel.WithPath(vars, x.Target, v).(*feel.Context)
		from = feel.WithPath(from, x.Target, v).(*feel.Context)
	}
	return vars
}
