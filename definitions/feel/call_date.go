package feel

import "time"

// Dates and times from text and parts (DMN 1.5 table 72), and the change of zone of Camunda.
func init() {
	define("date(from: string)", func(c call, a []Value) Value {
		d, ok := parseDate(string(a[0].(String)))
		if !ok {
			return c.null("argument", "the text is not a date such as 2026-11-23")
		}
		return d
	})
	define("date(from: date|date and time)", func(_ call, a []Value) Value { return dateOnly(a[0]) })
	define("date(year: number, month: number, day: number)", dateFromParts)
	define("time(from: string)", func(c call, a []Value) Value {
		t, ok := parseTime(string(a[0].(String)))
		if !ok {
			return c.null("argument", "the text is not a time such as 08:30:00")
		}
		return t
	})
	define("time(from: time|date and time|date)", timeFrom)
	define("time(hour: number, minute: number, second: number, offset?: days and time duration|null)", timeFromParts)
	define("date and time(from: string)", func(c call, a []Value) Value {
		dt, ok := parseDateTime(string(a[0].(String)))
		if !ok {
			return c.null("argument", "the text is not a date and time such as 2026-11-23T08:30:00")
		}
		return dt
	})
	define("date and time(from: date|date and time)", func(_ call, a []Value) Value {
		dt, _ := asDateTime(a[0])
		return dt
	})
	define("date and time(date: date|date and time, time: time)", func(_ call, a []Value) Value {
		return DateTime{dateOnly(a[0]), a[1].(Time)}
	})
	define("date and time(date: date and time, timezone: string)", inZone)
}

// What is asked of dates (DMN 1.5 tables 78, 79 and 83).
func init() {
	define("years and months duration(from: date|date and time, to: date|date and time)", func(_ call, a []Value) Value {
		return monthsBetween(dateOnly(a[0]), dateOnly(a[1]))
	})
	define("is(value1: any, value2: any)", func(c call, a []Value) Value { return Bool(identical(c.r, a[0], a[1])) })
	define("day of year(date: date|date and time)", func(_ call, a []Value) Value {
		return Int(int64(dateOnly(a[0]).midnight().YearDay()))
	})
	define("day of week(date: date|date and time)", func(_ call, a []Value) Value {
		return String(dateOnly(a[0]).midnight().Weekday().String())
	})
	define("month of year(date: date|date and time)", func(_ call, a []Value) Value {
		return String(time.Month(dateOnly(a[0]).month).String())
	})
	define("week of year(date: date|date and time)", func(_ call, a []Value) Value {
		_, week := dateOnly(a[0]).midnight().ISOWeek()
		return Int(int64(week))
	})
	// Of Camunda; the extension end of month keeps the clock.
	define("last day of month(date: date|date and time)", func(_ call, a []Value) Value { return endOfMonth(dateOnly(a[0])) })
	// The environment's, never the machine's.
	define("now()", func(c call, _ []Value) Value { return DateTimeOf(c.r.now()) })
	define("today()", func(c call, _ []Value) Value {
		d, _ := dateOf(c.r.now())
		return d
	})
}

// dateOnly is the date of a date or date and time.
func dateOnly(v Value) Date {
	if dt, ok := v.(DateTime); ok {
		return dt.date
	}
	return v.(Date)
}

func dateFromParts(c call, a []Value) Value {
	y, ok1 := a[0].(Number).Int64()
	m, ok2 := a[1].(Number).Int64()
	day, ok3 := a[2].(Number).Int64()
	d, ok := makeDate(y, m, day)
	if !ok || !ok1 || !ok2 || !ok3 {
		return c.null("argument", "there is no such date")
	}
	return d
}

func timeFrom(_ call, a []Value) Value {
	if t, ok := a[0].(Time); ok {
		return t
	}
	dt, _ := asDateTime(a[0])
	return dt.time
}

func timeFromParts(c call, a []Value) Value {
	hour, ok1 := a[0].(Number).Int64()
	minute, ok2 := a[1].(Number).Int64()
	seconds, ok3 := secondsDuration(a[2].(Number)).(DaysDuration)
	if !ok1 || !ok2 || !ok3 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || seconds.negative() || seconds.seconds > 59 {
		return c.null("argument", "there is no such time")
	}
	t := Time{nanos: (hour*3600+minute*60+seconds.seconds)*int64(time.Second) + int64(seconds.nanos)}
	if offset, ok := optional(a, 3).(DaysDuration); ok {
		if t.zone, ok = zoneAt(int(max(min(offset.seconds, secondsDay), -secondsDay))); !ok {
			return c.null("argument", "the offset is more than 18 hours")
		}
	}
	return t
}

// inZone shows the same moment in another zone; without a zone it sets it.
func inZone(c call, a []Value) Value {
	z, ok := zoneNamed(string(a[1].(String)))
	if !ok {
		return c.null("argument", "there is no such time zone")
	}
	dt := a[0].(DateTime)
	if !dt.zoned() {
		dt.time.zone = z
		return dt
	}
	moved, ok := dateTimeIn(dt.Instant(nil).In(z.loc), z)
	if !ok {
		return Null{}
	}
	return moved
}

// monthsBetween counts whole months, towards zero.
func monthsBetween(from, to Date) MonthsDuration {
	months := (int64(to.year)-int64(from.year))*12 + int64(to.month) - int64(from.month)
	switch {
	case months > 0 && to.day < from.day:
		months--
	case months < 0 && to.day > from.day:
		months++
	}
	return MonthsDuration(months)
}

// identical is equal, and for times of the same offset or zone (DMN 1.5 table 78).
func identical(r *run, a, b Value) bool {
	switch x := a.(type) {
	case Time:
		y, ok := b.(Time)
		return ok && x.nanos == y.nanos && x.zone.String() == y.zone.String()
	case DateTime:
		y, ok := b.(DateTime)
		return ok && x.date == y.date && x.time.nanos == y.time.nanos && x.time.zone.String() == y.time.zone.String()
	}
	return a.Kind() == b.Kind() && same(r, a, b)
}

func endOfMonth(d Date) Date {
	d.day = daysIn(int(d.year), time.Month(d.month))
	return d
}
