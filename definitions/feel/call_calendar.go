package feel

import "time"

// Calendar functions, an extension: they ask Env.Calendar about the municipality's
// days. Given a date they return a date, given a date and time one with the same
// clock and zone; a number of days may be negative, and 0 moves nothing. Those that
// return a moment of a day, such as the last second with end of day, return a date
// and time in the zone of Env.Now.
func init() {
	define("add workdays(from: date|date and time, days: number)", addDaysOf(Calendar.Workday))
	define("add bank days(from: date|date and time, days: number)", addDaysOf(Calendar.BankDay))
	define("workdays between(from: date|date and time, to: date|date and time)", daysBetween(Calendar.Workday))
	define("bank days between(from: date|date and time, to: date|date and time)", daysBetween(Calendar.BankDay))
	define("is workday(date: date|date and time)", isDay(Calendar.Workday))
	define("is bank day(date: date|date and time)", isDay(Calendar.BankDay))
	define("next workday(date: date|date and time)", nearest(1))
	define("previous workday(date: date|date and time)", nearest(-1))
	define("end of month(date: date|date and time)", func(_ call, a []Value) Value {
		return onDate(a[0], endOfMonth(dateOnly(a[0])))
	})
	define("opening time(date: date|date and time)", hourOf(func(opens, _ time.Duration) time.Duration { return opens }))
	define("closing time(date: date|date and time)", hourOf(func(_, closes time.Duration) time.Duration { return closes }))
	define("end of workday(date: date|date and time)", endOfWorkday)
	define("add opening hours(from: date|date and time, duration: days and time duration)", addOpeningHours)
	define("start of day(date: date|date and time)", func(c call, a []Value) Value { return c.clockOn(localDate(c.r, a[0]), 0) })
	define("end of day(date: date|date and time)", func(c call, a []Value) Value {
		return c.clockOn(localDate(c.r, a[0]), 24*time.Hour-time.Second)
	})
	define("easter(year: number)", easter)
}

// dayTest is a method of Calendar.
type dayTest func(cal Calendar, year int, month time.Month, day int) bool

// calendar returns the calendar, or warns that there is none.
func (c call) calendar() (Calendar, bool) {
	c.r.touched = true
	if c.r.env.Calendar == nil {
		c.warn("no-calendar", "%s: there is no calendar to ask", c.f)
		return nil, false
	}
	return c.r.env.Calendar, true
}

// onDate returns the date as v is one: a date, or a date and time with v's clock.
func onDate(v Value, d Date) Value {
	if dt, ok := v.(DateTime); ok {
		return DateTime{d, dt.time}
	}
	return d
}

const maxCalendarDays = 20_000 // asked about in one call, more than 50 years

func addDaysOf(test dayTest) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		n, ok := a[1].(Number).Int64()
		if !ok || n > maxCalendarDays || n < -maxCalendarDays {
			return c.null("argument", "the number of days must be whole and at most %d", maxCalendarDays)
		}
		cal, ok := c.calendar()
		if !ok {
			return Null{}
		}
		d, ok := c.walk(dateOnly(a[0]), n, func(d Date) bool { return test(cal, int(d.year), time.Month(d.month), int(d.day)) })
		if !ok {
			return Null{}
		}
		return onDate(a[0], d)
	}
}

// walk goes on from d until n days pass the test, backwards when n is negative.
func (c call) walk(d Date, n int64, test func(Date) bool) (Date, bool) {
	step := int64(1)
	if n < 0 {
		step, n = -1, -n
	}
	at := d.midnight()
	for asked := 0; n > 0; asked++ {
		if asked > 2*maxCalendarDays {
			c.warn("calendar", "%s: the calendar has too few such days", c.f)
			return d, false
		}
		at = at.AddDate(0, 0, int(step))
		next, ok := dateOf(at)
		if !c.r.spend(1) || !ok {
			return d, false
		}
		if d = next; test(d) {
			n--
		}
	}
	return d, true
}

// daysBetween counts the days after from up to to that pass the test; it is
// negative when to lies before from.
func daysBetween(test dayTest) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		cal, ok := c.calendar()
		if !ok {
			return Null{}
		}
		from, to, sign := dateOnly(a[0]).midnight(), dateOnly(a[1]).midnight(), int64(1)
		if to.Before(from) {
			from, to, sign = to, from, -1
		}
		days := (to.Unix() - from.Unix()) / secondsDay
		if days > 2*maxCalendarDays || !c.r.spend(int(days)) {
			return c.null("argument", "the dates lie more than %d days apart", 2*maxCalendarDays)
		}
		count := int64(0)
		for i := int64(1); i <= days; i++ {
			// Counted backwards, the day walked to is the earlier end.
			day := from.AddDate(0, 0, int(i))
			if sign < 0 {
				day = from.AddDate(0, 0, int(i-1))
			}
			if test(cal, day.Year(), day.Month(), day.Day()) {
				count++
			}
		}
		return Int(sign * count)
	}
}

func isDay(test dayTest) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		cal, ok := c.calendar()
		if !ok {
			return Null{}
		}
		y, m, d := dateOnly(a[0]).Parts()
		return Bool(test(cal, y, m, d))
	}
}

// nearest returns the day itself if it is a workday, else the next one in the direction.
func nearest(direction int64) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		cal, ok := c.calendar()
		if !ok {
			return Null{}
		}
		d := dateOnly(a[0])
		if cal.Workday(d.Parts()) {
			return a[0]
		}
		d, ok = c.walk(d, direction, func(d Date) bool { return cal.Workday(d.Parts()) })
		if !ok {
			return Null{}
		}
		return onDate(a[0], d)
	}
}

// localDate is the day in the zone of now; a date and time without a zone is there already.
func localDate(r *run, v Value) Date {
	if dt, ok := v.(DateTime); ok && dt.zoned() {
		d, _ := dateOf(dt.Instant(nil).In(r.local()))
		return d
	}
	return dateOnly(v)
}

// clockOn returns the moment the clock shows that time on the day, in the zone of
// now. A clock time that is skipped in spring is the moment an hour later.
func (c call) clockOn(d Date, clock time.Duration) Value {
	y, m, day := d.Parts()
	return DateTimeOf(time.Date(y, m, day, 0, 0, int(clock/time.Second), int(clock%time.Second), c.r.local()))
}

func hourOf(which func(opens, closes time.Duration) time.Duration) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		cal, ok := c.calendar()
		if !ok {
			return Null{}
		}
		d := localDate(c.r, a[0])
		opens, closes, open := cal.Hours(d.Parts())
		if !open {
			return Null{}
		}
		return c.clockOn(d, which(opens, closes))
	}
}

// endOfWorkday is the closing time of the day, or of the next workday if it is none.
func endOfWorkday(c call, a []Value) Value {
	cal, ok := c.calendar()
	if !ok {
		return Null{}
	}
	d := localDate(c.r, a[0])
	open := func(d Date) bool {
		_, _, open := cal.Hours(d.Parts())
		return open && cal.Workday(d.Parts())
	}
	if !open(d) {
		if d, ok = c.walk(d, 1, open); !ok {
			return Null{}
		}
	}
	_, closes, _ := cal.Hours(d.Parts())
	return c.clockOn(d, closes)
}

// addOpeningHours lets the duration run only while the municipality is open. A
// negative duration runs backwards.
func addOpeningHours(c call, a []Value) Value {
	cal, ok := c.calendar()
	left, fits := a[1].(DaysDuration).Duration()
	if !ok || !fits {
		return Null{}
	}
	at := c.moment(a[0])
	day, _ := dateOf(at)
	for asked := 0; asked < maxCalendarDays && c.r.spend(1); asked++ {
		from, to, open := c.opening(cal, day)
		switch {
		case !open:
		case left >= 0:
			from = later(from, at)
			if span := to.Sub(from); span >= left && span >= 0 {
				return DateTimeOf(from.Add(left))
			} else if span > 0 {
				left -= span
			}
		default:
			to = earlier(to, at)
			if span := to.Sub(from); span >= -left {
				return DateTimeOf(to.Add(left))
			} else if span > 0 {
				left += span
			}
		}
		step := int64(1)
		if left < 0 {
			step = -1
		}
		if day, ok = day.plusDays(step).(Date); !ok {
			return Null{}
		}
	}
	return c.null("calendar", "the calendar has too few opening hours")
}

// moment is the instant of a date and time, or the start of a date, in the zone of now.
func (c call) moment(v Value) time.Time {
	local := c.r.local()
	if dt, ok := v.(DateTime); ok {
		return dt.Instant(local).In(local)
	}
	y, m, d := v.(Date).Parts()
	return time.Date(y, m, d, 0, 0, 0, 0, local)
}

func (c call) opening(cal Calendar, d Date) (from, to time.Time, open bool) {
	opens, closes, open := cal.Hours(d.Parts())
	if !open {
		return from, to, false
	}
	local := c.r.local()
	return c.clockOn(d, opens).(DateTime).Instant(local).In(local), c.clockOn(d, closes).(DateTime).Instant(local).In(local), true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// easter returns Easter Sunday of the Gregorian calendar (the anonymous algorithm
// as given by Meeus).
func easter(c call, args []Value) Value {
	year, ok := args[0].(Number).Int64()
	if !ok || year < 1583 || year > 9999 {
		return c.null("argument", "the year must lie between 1583 and 9999")
	}
	a, b, rest := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(rest/4) - h - rest%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Date{int32(year), uint8(n / 31), uint8(n%31 + 1)}
}
