package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// setTimer opens a timer event on behalf of a node (BPMN 2.0.2 §10.5.5).
func (m *machine) setTimer(key int64, event *bpmn.Element) error {
	t := Timer{Element: event.ID, From: m.now.UTC()}
	if err := m.schedule(&t, key, event); err != nil {
		return err
	}
	t.Key = m.s.nextKey()
	n := m.node(key)
	n.Timers = append(n.Timers, t)
	m.command(Command{Kind: SetTimer, Key: key, Element: event, Timer: t})
	return nil
}

// schedule works out when a timer that was set at t.From is due.
func (m *machine) schedule(t *Timer, key int64, event *bpmn.Element) error {
	d := event.Event.Timer
	v, err := m.eval(d.Expr, key, nil)
	if err != nil {
		return err
	}
	switch err := m.due(t, d.Kind, v); {
	case err == nil:
		return nil
	case errors.Is(err, bpmn.ErrTooOften):
		return &problem{"too_often", fmt.Sprintf("the timer of %s, %s, is %s: %s; variables used: %s",
			event.ID, d.Expr.Source(), shorten(v.String()), err, m.values(key, d.Expr))}
	default:
		return &problem{"not_a_time", fmt.Sprintf("the timer of %s, %s, is %s and not a %s%s; variables used: %s",
			event.ID, d.Expr.Source(), shorten(v.String()), d.Kind, m.why(), m.values(key, d.Expr))}
	}
}

var errNoTime = errors.New("not a time")

func (m *machine) due(t *Timer, kind bpmn.TimerKind, v feel.Value) error {
	ok := false
	switch kind {
	case bpmn.Date:
		t.Due, ok = m.instant(v)
	case bpmn.Duration:
		t.Due, ok = m.after(t.From, v)
	case bpmn.Cycle:
		return m.cycle(t, v)
	}
	if !ok {
		return errNoTime
	}
	return nil
}

// after adds a duration. Whole days are calendar days in the program's zone, so that a week keeps its time of day across a clock change.
func (m *machine) after(from time.Time, v feel.Value) (time.Time, bool) {
	span, err := bpmn.ParseSpan(isoText(v))
	if err != nil {
		return time.Time{}, false
	}
	due := span.After(from.In(m.now.Location())).UTC()
	return due, writable(due)
}

// isoText is the ISO 8601 text of a duration or of a text that should hold one.
func isoText(v feel.Value) string {
	switch v.Kind() {
	case feel.KindString, feel.KindDaysDuration, feel.KindMonthsDuration:
		var s string
		_ = json.Unmarshal(feel.AppendJSON(nil, v), &s)
		return s
	}
	return ""
}

func (m *machine) cycle(t *Timer, v feel.Value) error {
	text := isoText(v)
	if cron, ok, err := bpmn.ParseCron(text); ok {
		return m.cron(t, text, cron, err)
	}
	r, err := bpmn.ParseRepeat(text)
	if err != nil {
		return err
	}
	t.Left, t.Every = r.Times-1, text[strings.LastIndexByte(text, '/')+1:]
	if r.Times < 0 {
		t.Left = -1
	}
	ok := true
	if r.Start == "" {
		t.Due = r.Every.After(t.From.In(m.now.Location())).UTC()
		ok = writable(t.Due)
	} else {
		t.Due, ok = m.instant(feel.Text(r.Start))
	}
	if !ok {
		return errNoTime
	}
	return nil
}

// cron sets a cycle whose times a cron expression gives.
func (m *machine) cron(t *Timer, text string, cron bpmn.Cron, err error) error {
	if err != nil {
		return err
	}
	next, ok := cron.Next(t.From.In(m.now.Location()))
	if !ok || !writable(next) {
		return errNoTime
	}
	t.Left, t.Every, t.Due = -1, text, next.UTC()
	return nil
}

// nextCron sets a cycle of a cron expression to its first time that is still to come.
func (m *machine) nextCron(t *Timer, cron bpmn.Cron) bool {
	after := t.Due
	if m.now.After(after) {
		after = m.now
	}
	next, ok := cron.Next(after.In(m.now.Location()))
	if ok = ok && writable(next); ok {
		t.Due = next.UTC()
	}
	return ok
}

// instant is the point in time of a date and time, of the start of a date, or of a text that holds one, in the program's zone.
func (m *machine) instant(v feel.Value) (time.Time, bool) {
	if s, ok := v.(feel.String); ok {
		if v, ok = feel.ParseTemporal(string(s)); !ok {
			return time.Time{}, false
		}
	}
	var at time.Time
	switch v := v.(type) {
	case feel.DateTime:
		at = v.Instant(m.now.Location()).UTC()
	case feel.Date:
		year, month, day := v.Parts()
		at = time.Date(year, month, day, 0, 0, 0, 0, m.now.Location()).UTC()
	default:
		return time.Time{}, false
	}
	return at, writable(at)
}

func (m *machine) fireTimer(e Event) {
	n := m.node(e.Key)
	i := slices.IndexFunc(n.Timers, func(t Timer) bool { return t.Key == e.Timer })
	t := &n.Timers[i]
	event, _ := m.p.Plan.Element(t.Element)
	m.record(TimerFired, e.Key, event)
	if t.Left != 0 && m.repeat(t) {
		m.command(Command{Kind: SetTimer, Key: e.Key, Element: event, Timer: *t})
	} else {
		m.command(Command{Kind: CancelTimer, Key: e.Key, Element: event, Timer: *t})
		n.Timers = slices.Delete(n.Timers, i, i+1)
	}
	m.occurred(e.Key, event, nil)
}

// repeat sets a cycle to its next time, and reports whether there is one. Times that passed while nobody could fire them are skipped: an
// overdue cycle fires once.
func (m *machine) repeat(t *Timer) bool {
	if cron, ok, _ := bpmn.ParseCron(t.Every); ok {
		return m.nextCron(t, cron)
	}
	every, _ := bpmn.ParseSpan(t.Every)
	next := t.Due
	for {
		n := m.missed(next, t.Left, every)
		if n > 1 {
			next = next.Add(time.Duration(n) * every.Clock)
		} else {
			next = every.After(next.In(m.now.Location())).UTC()
		}
		if t.Left > 0 {
			t.Left -= n
		}
		if !writable(next) {
			return false
		}
		if next.After(m.now) || t.Left == 0 {
			t.Due = next
			return true
		}
	}
}

// missed is how many times of a cycle can be skipped at once: those of a clock are counted, those of a calendar walked through.
func (m *machine) missed(from time.Time, left int, every bpmn.Span) int {
	if every.Years != 0 || every.Months != 0 || every.Days != 0 {
		return 1
	}
	n := int(m.now.Sub(from) / every.Clock)
	if left > 0 {
		n = min(n, left)
	}
	return max(n, 1)
}

// StartTimer is the timer that a timer start event of the process waits for from the time the process was deployed at (BPMN 2.0.2 §10.5.2).
// Its expression sees no variables. An error is a sentence for whoever deploys.
func (p *Program) StartTimer(event *bpmn.Element, deployed time.Time) (Timer, error) {
	var m machine
	m.begin(p, new(State), new(Turn), Event{At: deployed})
	t := Timer{Element: event.ID, From: m.now.UTC()}
	return t, m.schedule(&t, 0, event)
}

// NextStart is the timer after one that has started an instance, false when it was the last. The times of a cycle that passed before the
// process was deployed are skipped; those that passed since are not, so that whoever comes late can make up for every one of them.
func (p *Program) NextStart(t Timer) (Timer, bool) {
	if t.Left == 0 {
		return t, false
	}
	var m machine
	m.begin(p, nil, nil, Event{At: t.From})
	return t, m.repeat(&t) && t.Due.After(t.From)
}

// writable reports whether JSON can hold the time.
func writable(t time.Time) bool { return t.Year() >= 0 && t.Year() <= 9999 }

func (m *machine) moveTimer(e Event) {
	t := m.node(e.Key).timer(e.Timer)
	t.Moved = true
	event, _ := m.p.Plan.Element(t.Element)
	m.moved(e.Key, event, t, e.Due.UTC())
}

func (m *machine) moved(key int64, event *bpmn.Element, t *Timer, due time.Time) {
	t.Due = due
	m.command(Command{Kind: SetTimer, Key: key, Element: event, Timer: *t})
	m.t.Trace = append(m.t.Trace, Record{Kind: DeadlineMoved, Key: key, Element: event, Due: due})
}

// followVariables evaluates again the due times that read a variable set in this step.
func (m *machine) followVariables() {
	if len(m.dirty) > 0 && m.p.Plan.Follows {
		m.followTimes()
	}
}

func (m *machine) followTimes() {
	for i := range m.s.Nodes {
		n := &m.s.Nodes[i]
		for j := range n.Timers {
			m.followTimer(n, &n.Timers[j])
		}
		if n.Task != nil {
			m.followTask(n)
		}
	}
}

func (m *machine) followTimer(n *Node, t *Timer) {
	event, _ := m.p.Plan.Element(t.Element)
	d := event.Event.Timer
	if !d.Follows || t.Moved || d.Kind == bpmn.Cycle || !m.stale(d.Expr) {
		return
	}
	next := *t
	if err := m.schedule(&next, n.Key, event); err != nil {
		m.recordText(FollowFailed, n.Key, event, err.Error())
		return
	}
	if t.Paused != nil {
		next.Due = m.postpone(next.Due, m.timerCounting(&next, d), *t.Paused)
	}
	if !next.Due.Equal(t.Due) {
		m.moved(n.Key, event, t, next.Due)
	}
}

func (m *machine) followTask(n *Node) {
	e := m.element(n)
	d := e.UserTask
	if d == nil || !d.Follows || !m.stale(d.DueDate) && !m.stale(d.FollowUpDate) {
		return
	}
	next := *n.Task
	if err := m.reschedule(n.Key, e, &next); err != nil {
		m.recordText(FollowFailed, n.Key, e, err.Error())
		return
	}
	if sameTime(n.Task.Due, next.Due) && sameTime(n.Task.FollowUp, next.FollowUp) {
		return
	}
	*n.Task = next
	m.taskMoved(n, e)
}

// taskMoved tells that a date of a task has changed.
func (m *machine) taskMoved(n *Node, e *bpmn.Element) {
	m.command(Command{Kind: ChangeTask, Key: n.Key, Element: e})
	if n.Task.Due != nil {
		m.t.Trace = append(m.t.Trace, Record{Kind: DeadlineMoved, Key: n.Key, Element: e, Due: *n.Task.Due})
	}
}

func sameTime(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// stale reports whether an expression reads a variable set in this step.
func (m *machine) stale(x *feel.Expression) bool {
	if x == nil {
		return false
	}
	for _, name := range x.References() {
		if slices.Contains(m.dirty, name) {
			return true
		}
	}
	return false
}
