package bpmn

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fasthold/definitions/feel"
)

// Span is an ISO 8601 duration: what a calendar adds, then what a clock adds.
type Span struct {
	Years, Months, Days int // a week is seven days
	Clock               time.Duration
}

// After returns the time one span after t; calendar units count in t's zone, so that "P1D" is the same time of day across a clock change.
// A month that is too short ends on its last day: P1M after 31 January is 28 or 29 February, as in FEEL.
func (s Span) After(t time.Time) time.Time {
	first := t.AddDate(0, 0, 1-t.Day()).AddDate(s.Years, s.Months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1+s.Days).Add(s.Clock)
}

var spanText = regexp.MustCompile(`^(-)?P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(\.\d{1,9})?S)?)?$`)

// ParseSpan reads an ISO 8601 duration such as PT30M, P3D, P2W or P1Y2M3DT4H5M6.5S, with a minus sign in front for one that is negative.
func ParseSpan(s string) (Span, error) {
	m := spanText.FindStringSubmatch(s)
	if m == nil || strings.HasSuffix(s, "P") || strings.HasSuffix(s, "T") {
		return Span{}, fmt.Errorf("%q is not an ISO 8601 duration", clip(s))
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	clock := time.Duration(n(7))*time.Hour + time.Duration(n(8))*time.Minute + time.Duration(n(9))*time.Second
	if m[10] != "" {
		nanos, _ := strconv.Atoi((m[10] + "000000000")[1:10])
		clock += time.Duration(nanos)
	}
	span := Span{Years: n(2), Months: n(3), Days: 7*n(4) + n(5), Clock: clock}
	if m[1] != "" {
		return Span{-span.Years, -span.Months, -span.Days, -span.Clock}, nil
	}
	return span, nil
}

// Repeat is an ISO 8601 repeating interval.
type Repeat struct {
	Times int    // how often it is due; -1 for ever
	Start string // ISO 8601 date and time of the first time; "" for one Every after the timer is set
	Every Span   // MinEvery or longer
}

// MinEvery is the shortest time between two repetitions: what is due more often floods a worker.
const MinEvery = time.Second

// ErrTooOften says that a repeating interval is shorter than [MinEvery].
var ErrTooOften = errors.New("the interval of a repetition must be at least one second long")

// ParseRepeat reads a repeating interval: R3/P7D, R/PT1H, or R5/2026-11-23T08:00:00+01:00/P1D. One that is too short is [ErrTooOften].
func ParseRepeat(s string) (Repeat, error) {
	parts := strings.Split(s, "/")
	count, ok := strings.CutPrefix(parts[0], "R")
	if !ok || len(parts) < 2 || len(parts) > 3 {
		return Repeat{}, fmt.Errorf("%q is not an ISO 8601 repeating interval", clip(s))
	}
	r := Repeat{Times: -1}
	if count != "" {
		n, err := strconv.ParseUint(count, 10, 31)
		if err != nil || n == 0 {
			return Repeat{}, fmt.Errorf("%q does not say how often: after R comes a number above zero, or nothing for ever", clip(s))
		}
		r.Times = int(n)
	}
	if len(parts) == 3 {
		if r.Start = parts[1]; !isDate(r.Start) {
			return Repeat{}, fmt.Errorf("%q is not an ISO 8601 date and time", clip(r.Start))
		}
	}
	every, err := ParseSpan(parts[len(parts)-1])
	if err != nil {
		return Repeat{}, err
	}
	if start := time.Unix(0, 0).UTC(); every.After(start).Before(start.Add(MinEvery)) {
		return Repeat{}, ErrTooOften
	}
	r.Every = every
	return r, nil
}

// isDate reports whether s is an ISO 8601 date or date and time, as FEEL reads it: with or without an offset or a zone.
func isDate(s string) bool {
	v, ok := feel.ParseTemporal(s)
	return ok && (v.Kind() == feel.KindDate || v.Kind() == feel.KindDateTime)
}

// moment compiles when a timer or a task is due. What is known before any instance runs is checked at once.
func (r *reporter) moment(t text, kind TimerKind) *feel.Expression {
	e := r.value(t, r.string)
	if e == nil {
		return nil
	}
	if v, ok := e.Constant(); ok {
		if err := readable(v, kind); err != nil {
			r.failText(t.trimmed(), "bad-"+string(kind), err.Error(), momentAdvice[kind])
		}
	}
	return e
}

// readable says why the engine could not take a value for a time of that kind.
func readable(v feel.Value, kind TimerKind) error {
	if s, ok := v.(feel.String); ok {
		return readableText(string(s), kind)
	}
	ok := false
	switch kind {
	case Date:
		ok = v.Kind() == feel.KindDate || v.Kind() == feel.KindDateTime
	case Duration:
		ok = v.Kind() == feel.KindDaysDuration || v.Kind() == feel.KindMonthsDuration
	}
	if !ok {
		return fmt.Errorf("%s is not a %s", clip(v.String()), kind)
	}
	return nil
}

func readableText(s string, kind TimerKind) (err error) {
	switch kind {
	case Date:
		if !isDate(s) {
			err = fmt.Errorf("%q is not an ISO 8601 date or date and time", clip(s))
		}
	case Duration:
		_, err = ParseSpan(s)
	case Cycle:
		cron := false
		if _, cron, err = ParseCron(s); !cron {
			_, err = ParseRepeat(s)
		}
	}
	return err
}

var momentAdvice = map[TimerKind]string{
	Date:     "write it as 2026-11-23 or 2026-11-23T08:00:00+01:00, or FEEL after =",
	Duration: "write it as PT4H, P3D or P2W, or FEEL after =",
	Cycle:    "write it as R3/P7D (three times), R/P1D (for ever) or as a cron expression such as 0 0 8 * * MON-FRI, or FEEL after =",
}
