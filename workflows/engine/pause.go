package engine

import (
	"slices"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// Pause is how long something stood still, in each of the ways in which deadlines are counted.
type Pause struct {
	Days     int           `json:"days,omitempty"` // midnights passed
	Workdays int           `json:"workdays,omitempty"`
	BankDays int           `json:"bankDays,omitempty"`
	Open     time.Duration `json:"open,omitempty"`  // within opening hours
	Clock    time.Duration `json:"clock,omitempty"` // in all
}

func (p *Pause) add(q Pause) *Pause {
	if p == nil {
		return &q
	}
	return &Pause{p.Days + q.Days, p.Workdays + q.Workdays, p.BankDays + q.BankDays, p.Open + q.Open, p.Clock + q.Clock}
}

// maxPause bounds the days that are looked up in the calendar at once: more than fifty years.
const maxPause = 20_000

// pauseSince measures the time from then until now in the municipality's zone and calendar.
func (m *machine) pauseSince(then time.Time) Pause {
	from := then.In(m.now.Location())
	p := Pause{Days: daysBetween(from, m.now), Clock: m.now.Sub(from)}
	cal := m.p.Calendar
	if cal == nil {
		return p
	}
	for i := range min(p.Days, maxPause) + 1 {
		day := noon(from, i)
		p.Open += overlap(cal, day, from, m.now)
		if i == 0 {
			continue
		}
		if cal.Workday(day.Date()) {
			p.Workdays++
		}
		if cal.BankDay(day.Date()) {
			p.BankDays++
		}
	}
	return p
}

// noon is the middle of the day that is so many days after that of t: a time that every day has.
func noon(t time.Time, days int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, 12, 0, 0, 0, t.Location())
}

func daysBetween(from, to time.Time) int {
	a := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	return max(int((b.Unix()-a.Unix())/(24*60*60)), 0)
}

// clockOn is when clocks show that time since midnight on a day.
func clockOn(day time.Time, clock time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, int(clock/time.Second), int(clock%time.Second), day.Location())
}

// overlap is how much of the time between two moments lies in the opening hours of a day.
func overlap(cal feel.Calendar, day, from, to time.Time) time.Duration {
	opens, closes, open := cal.Hours(day.Date())
	if !open {
		return 0
	}
	first, last := clockOn(day, opens), clockOn(day, closes)
	if first.Before(from) {
		first = from
	}
	if last.After(to) {
		last = to
	}
	return max(last.Sub(first), 0)
}

// counting is how the time to a deadline is counted.
type counting int

const (
	inDays         counting = iota // a date that does not come to lie on a day off
	inRhythm                       // a date of a cycle, which keeps its rhythm
	inWorkdays                     // arbejdsdage
	inBankDays                     // bankdage
	inOpeningHours                 //
	byClock                        // hours and minutes
	notAtAll                       // the times of a cron expression
)

// dateCounting tells how a date was computed by the functions that its expression calls.
func dateCounting(x *feel.Expression) counting {
	called := x.Functions()
	switch {
	case slices.Contains(called, "add opening hours"):
		return inOpeningHours
	case slices.Contains(called, "add workdays"), slices.Contains(called, "end of workday"):
		return inWorkdays
	case slices.Contains(called, "add bank days"):
		return inBankDays
	}
	return inDays
}

// timerCounting tells how the time to a timer is counted: that of a duration with hours by the clock, any other in days.
func (m *machine) timerCounting(t *Timer, d *bpmn.TimerDefinition) counting {
	switch d.Kind {
	case bpmn.Cycle:
		if _, cron, _ := bpmn.ParseCron(t.Every); cron {
			return notAtAll
		}
		if every, _ := bpmn.ParseSpan(t.Every); every.Clock != 0 {
			return byClock
		}
		return inRhythm
	case bpmn.Duration:
		if m.hasHours(t, d.Expr) {
			return byClock
		}
		return inDays
	}
	return dateCounting(d.Expr)
}

// hasHours reports whether a duration is one of hours; of one that was computed it tells by what came of it.
func (m *machine) hasHours(t *Timer, x *feel.Expression) bool {
	if v, ok := x.Constant(); ok {
		span, err := bpmn.ParseSpan(isoText(v))
		return err == nil && span.Clock != 0
	}
	zone := m.now.Location()
	return timeOfDay(t.From.In(zone)) != timeOfDay(t.Due.In(zone))
}

func timeOfDay(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
}

// postpone moves a deadline by a pause, so that as much of it is left as before in the way it is counted.
func (m *machine) postpone(due time.Time, how counting, p Pause) time.Time {
	local, cal := due.In(m.now.Location()), m.p.Calendar
	if cal == nil && how < byClock {
		how = inRhythm
	}
	var moved time.Time
	switch how {
	case notAtAll:
		return due
	case byClock:
		moved = local.Add(p.Clock)
	case inRhythm:
		moved = local.AddDate(0, 0, p.Days)
	case inOpeningHours:
		moved = openFor(cal, local, p.Open)
	case inWorkdays:
		moved = nth(local, p.Workdays, cal.Workday)
		moved = keepClosing(cal, local, moved)
	case inBankDays:
		moved = nth(local, p.BankDays, cal.BankDay)
	case inDays:
		if moved = local.AddDate(0, 0, p.Days); cal.Workday(local.Date()) && !cal.Workday(moved.Date()) {
			moved = nth(moved, 1, cal.Workday)
		}
	}
	if moved = moved.UTC(); writable(moved) {
		return moved
	}
	return due
}

// postponeDate moves a date of a task.
func (m *machine) postponeDate(due *time.Time, x *feel.Expression, p Pause) *time.Time {
	if due == nil {
		return nil
	}
	how := inDays
	if x != nil {
		how = dateCounting(x)
	}
	moved := m.postpone(*due, how, p)
	return &moved
}

// nth is the same time of day on the nth day after t that passes the test.
func nth(t time.Time, n int, test func(int, time.Month, int) bool) time.Time {
	at := t
	for i := 1; n > 0 && i <= 2*maxPause; i++ {
		if at = t.AddDate(0, 0, i); test(noon(t, i).Date()) {
			n--
		}
	}
	return at
}

// keepClosing puts what was due when the municipality closed to the closing time of its new day.
func keepClosing(cal feel.Calendar, before, after time.Time) time.Time {
	if _, closes, open := cal.Hours(before.Date()); !open || closes != timeOfDay(before) {
		return after
	}
	if _, closes, open := cal.Hours(after.Date()); open {
		return clockOn(after, closes)
	}
	return after
}

// openFor is when the municipality has been open for that long after t.
func openFor(cal feel.Calendar, t time.Time, left time.Duration) time.Time {
	for i := range 2 * maxPause {
		if left == 0 {
			break
		}
		day := noon(t, i)
		opens, closes, open := cal.Hours(day.Date())
		if !open {
			continue
		}
		from, to := clockOn(day, opens), clockOn(day, closes)
		if from.Before(t) {
			from = t
		}
		if span := to.Sub(from); span >= left {
			return from.Add(left)
		} else if span > 0 {
			left -= span
		}
	}
	return t
}
