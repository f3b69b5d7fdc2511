package workday

import "fmt"

// MaxCount bounds how many workdays or bank days can be added at once; it is about forty years.
const MaxCount = 10_000

// MaxSpan bounds, in calendar days, how far apart the days may lie between which days are counted: a century.
const MaxSpan = 36_525

// AddWorkdays returns the nth arbejdsdag after d, or before it when n is negative; d itself is not counted and need
// not be a workday. With n = 0 it returns d. "Within 5 working days" of d ends at AddWorkdays(d, 5).
// An error is an [*Error].
func (c *Calendar) AddWorkdays(d Date, n int) (Date, error) { return add(d, n, c.workday) }

// AddBankDays returns the nth bankdag after d, or before it when n is negative, as AddWorkdays does.
// An error is an [*Error].
func (c *Calendar) AddBankDays(d Date, n int) (Date, error) { return add(d, n, day.bankDay) }

// WorkdaysBetween counts the arbejdsdage from from to to, not counting from itself; it is negative when to is
// earlier. It undoes AddWorkdays: WorkdaysBetween(d, AddWorkdays(d, n)) is n. An error is an [*Error].
func (c *Calendar) WorkdaysBetween(from, to Date) (int, error) { return between(from, to, c.workday) }

// BankDaysBetween counts the bankdage from from to to as WorkdaysBetween does. An error is an [*Error].
func (c *Calendar) BankDaysBetween(from, to Date) (int, error) { return between(from, to, day.bankDay) }

func add(d Date, n int, counts func(day) bool) (Date, error) {
	if n < -MaxCount || n > MaxCount {
		return Date{}, &Error{Code: TooFar, Message: fmt.Sprintf("Add at most %d days at once.", MaxCount)}
	}
	step := 1
	if n < 0 {
		step = -1
	}
	for ; n != 0; n -= step {
		d = nearest(d.AddDays(step), step, counts)
	}
	return d, nil
}

func between(from, to Date, counts func(day) bool) (int, error) {
	if span := to.DaysSince(from); span > MaxSpan || span < -MaxSpan {
		return 0, &Error{Code: TooFar, Message: fmt.Sprintf("Count between days at most %d days apart.", MaxSpan)}
	}
	from, to = from.AddDays(0), to.AddDays(0) // days that exist, so that one reaches the other
	step := 1
	if to.Before(from) {
		step = -1
	}
	count := 0
	for from != to {
		from = from.AddDays(step)
		if counts(dayOf(from)) {
			count += step
		}
	}
	return count, nil
}

// nearest returns d if it counts, or else the first day that does in the direction of step. It ends, because a
// calendar closes at most MaxClosedDays + MaxClosedYearly days in the years it passes.
func nearest(d Date, step int, counts func(day) bool) Date {
	for !counts(dayOf(d)) {
		d = d.AddDays(step)
	}
	return d
}

// EndForCitizen returns the last day on which a citizen or company can act in time when a statutory period ends on
// d: d itself, or the next weekday when d is a Saturday, Sunday, public holiday, 5 June, 24 or 31 December (by
// analogy with forældelsesloven § 27). The municipality's own closed days do not matter.
func (c *Calendar) EndForCitizen(d Date) Date {
	return nearest(d, 1, func(d day) bool { return !d.statutoryRest() })
}

// EndForMunicipality returns the last day on which the municipality itself can act in time when a statutory period
// ends on d: d itself, or the last arbejdsdag before it. An authority's own duty is never moved to a later day.
func (c *Calendar) EndForMunicipality(d Date) Date { return nearest(d, -1, c.workday) }
