package proof

import (
	"fmt"
	"strings"
	"time"

	"fasthold/definitions/feel"
)

// minute is how times are told.
const minute = "2006-01-02 15:04"

// IDs are the ids of the elements of a route.
func (r *Route) IDs() []string {
	ids := make([]string, 0, len(r.Path))
	for _, e := range r.Path {
		ids = append(ids, e.ID)
	}
	return ids
}

// Tell tells a route of a case, line by line: when its end is reached and done at the latest, how long that is in days and in working days of
// the calendar, what adds to it, and the way.
func (c Case) Tell(r Route) string {
	var b strings.Builder
	last := r.Path[len(r.Path)-1]
	switch {
	case r.Open != nil:
		fmt.Fprintf(&b, "not bounded: %s: %s", r.Open.ID, r.Why)
	case r.Again != nil:
		fmt.Fprintf(&b, "again: people may choose to come back to %s%s", r.Again.ID, c.rounds(r))
	default:
		fmt.Fprintf(&b, "%s: reached by %s, done by %s, after %s", last.ID, r.Entered.Format(minute), r.Done.Format(minute), c.span(c.Now, r.Done))
	}
	for _, x := range r.Waits {
		fmt.Fprintf(&b, "\n    %s until %s: %s", x.Element.ID, x.Until.Format(minute), c.span(x.From, x.Until))
	}
	if len(r.Assumed) > 0 {
		fmt.Fprintf(&b, "\n    as long as nothing else sets %s: other branches, jobs or answers may", strings.Join(r.Assumed, ", "))
	}
	for _, a := range r.Answers {
		var chosen []string
		for _, entry := range a.Chosen.Entries() {
			chosen = append(chosen, entry.Name+" = "+entry.Value.String())
		}
		fmt.Fprintf(&b, "\n    %s with %s", a.Element.ID, strings.Join(chosen, ", "))
	}
	fmt.Fprintf(&b, "\n    %s", shown(r.IDs()))
	return b.String()
}

// rounds tells how long a loop takes that people choose.
func (c Case) rounds(r Route) string {
	if !r.Done.After(r.Entered) && r.Further.IsZero() && r.Why != "" {
		return fmt.Sprintf("; nothing bounds a round: %s", r.Why)
	}
	first := fmt.Sprintf(": the first round takes at most %s", c.span(r.Entered, r.Done))
	if r.Further.IsZero() {
		return fmt.Sprintf("%s; nothing bounds the next one: %s", first, r.Why)
	}
	return fmt.Sprintf("%s, the next one %s", first, c.span(r.Done, r.Further))
}

// span is the time from one moment to another in days, and in working days when there is a calendar: those that begin after from and not
// after until.
func (c Case) span(from, until time.Time) string {
	days := until.Sub(from).Hours() / 24
	text := fmt.Sprintf("%.1f days", days)
	if c.Calendar == nil {
		return text
	}
	return fmt.Sprintf("%s (%d working days)", text, Workdays(c.Calendar, from, until))
}

// Workdays counts the working days after the day of one moment up to the day of another.
func Workdays(calendar feel.Calendar, from, until time.Time) int {
	n := 0
	for d := from.AddDate(0, 0, 1); dayOf(d) <= dayOf(until) && n < maxDays; d = d.AddDate(0, 0, 1) {
		if calendar.Workday(d.Date()) {
			n++
		}
	}
	return n
}

// maxDays bounds the working days that are counted: forty years.
const maxDays = 10_000

// dayOf orders days.
func dayOf(t time.Time) int { return t.Year()*1000 + t.YearDay() }
