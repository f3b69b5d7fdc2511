// Package workday knows which days count. It is pure: it reads no clock and no file, and holds no lock.
//
// Danish job-retention work counts on three calendars:
//
//   - calendar days, for statutory weeks and days: [Date] arithmetic, and [Calendar.EndForCitizen] and
//     [Calendar.EndForMunicipality] when the last day is one on which nothing can be done;
//   - arbejdsdage, Monday to Friday without public holidays and the municipality's closed days, for service
//     standards (requirements A02 and A04): [Calendar.Workday];
//   - bankdage, days on which banks are open, for the citizen's form in a fast track (BEK 1710/2024 § 4):
//     [Calendar.BankDay].
//
// All clock times are those of Europe/Copenhagen.
package workday

import (
	"fmt"
	"strings"
	"time"
)

// Calendar answers for one municipality. It is immutable and safe for concurrent use.
type Calendar struct {
	closed map[Date]struct{}
	fixed  [13]uint32       // bit d of fixed[m] is set when d/m is closed every year
	moving map[int]struct{} // days after Easter that are closed every year
	hours  [7]*hours
}

type hours struct{ open, close time.Duration }

// New checks the settings and builds their calendar. An error is an [*Error].
func New(s Settings) (*Calendar, error) {
	c := &Calendar{closed: map[Date]struct{}{}, moving: map[int]struct{}{}}
	for _, step := range []func(Settings) error{c.closeDays, c.closeYearly, c.openWeek} {
		if err := step(s); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Calendar) closeDays(s Settings) error {
	if len(s.ClosedDays) > MaxClosedDays {
		return &Error{TooMany, "/closedDays", fmt.Sprintf("List at most %d closed days; use closedYearly for days that return.", MaxClosedDays)}
	}
	for i, d := range s.ClosedDays {
		if d.Year < 1 || d.Year > 9999 || DateOf(d.utc()) != d {
			return &Error{InvalidDate, fmt.Sprintf("/closedDays/%d", i), "This day does not exist."}
		}
		c.closed[d] = struct{}{}
	}
	return nil
}

func (c *Calendar) closeYearly(s Settings) error {
	if len(s.ClosedYearly) > MaxClosedYearly {
		return &Error{TooMany, "/closedYearly", fmt.Sprintf("List at most %d days closed every year.", MaxClosedYearly)}
	}
	for i, rule := range s.ClosedYearly {
		y, ok := parseYearly(rule)
		if !ok {
			return &Error{InvalidRule, fmt.Sprintf("/closedYearly/%d", i),
				`Write a day of the year as "06-05", or a feast with an offset of at most 60 days as "easter-4", "ascension+1" or "whitsunday".`}
		}
		if y.month > 0 {
			c.fixed[y.month] |= 1 << y.day
		} else {
			c.moving[y.fromEaster] = struct{}{}
		}
	}
	return nil
}

func (c *Calendar) openWeek(s Settings) error {
	week := s.OpeningHours
	if week == (Week{}) {
		week = defaultWeek()
	}
	for weekday, span := range week.spans() {
		if span == nil {
			continue
		}
		if span.Open < 0 || span.Close > 24*60 || span.Open >= span.Close {
			return &Error{InvalidHours, "/openingHours/" + strings.ToLower(time.Weekday(weekday).String()),
				"The opening time must lie before the closing time, within 00:00 and 24:00."}
		}
		c.hours[weekday] = &hours{time.Duration(span.Open) * time.Minute, time.Duration(span.Close) * time.Minute}
	}
	return nil
}

// Workday reports whether the day is an arbejdsdag: Monday to Friday, no public holiday and not closed by the
// municipality. Values outside a month are carried over as [time.Date] does.
func (c *Calendar) Workday(year int, month time.Month, dayOfMonth int) bool {
	return c.workday(dayOf(Date{year, month, dayOfMonth}))
}

func (c *Calendar) workday(d day) bool {
	return !d.weekend() && !d.publicHoliday() && !c.closedOn(d)
}

func (c *Calendar) closedOn(d day) bool {
	if c.fixed[d.Month]&(1<<d.Day) != 0 {
		return true
	}
	if _, ok := c.moving[d.fromEaster]; ok {
		return true
	}
	_, ok := c.closed[d.Date]
	return ok
}

// BankDay reports whether banks are open: Monday to Friday without public holidays, the Friday after Ascension,
// Grundlovsdag, Christmas Eve and New Year's Eve (Nationalbanken's list). The municipality's closed days do not matter.
func (c *Calendar) BankDay(year int, month time.Month, dayOfMonth int) bool {
	return dayOf(Date{year, month, dayOfMonth}).bankDay()
}

// Hours returns when the municipality opens and closes on the day, as clock time since midnight in [Zone]; ok is
// false when it stays closed.
func (c *Calendar) Hours(year int, month time.Month, dayOfMonth int) (open, close time.Duration, ok bool) {
	d := dayOf(Date{year, month, dayOfMonth})
	h := c.hours[d.weekday]
	if h == nil || !c.workday(d) {
		return 0, 0, false
	}
	return h.open, h.close, true
}

// Zone returns Europe/Copenhagen.
func (c *Calendar) Zone() *time.Location { return copenhagen }
