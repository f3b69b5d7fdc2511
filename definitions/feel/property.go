package feel

import "time"

// propertyNames are the properties of several words (DMN 1.5 table 65).
var propertyNames = []string{"time offset", "start included", "end included"}

// propertyOf returns a property of a date, time, duration or range; nil if there
// is none of that name.
func propertyOf(r *run, v Value, name string) Value {
	switch v := v.(type) {
	case Date:
		return dateProperty(v, name)
	case DateTime:
		if p := dateProperty(v.date, name); p != nil {
			return p
		}
		return clockProperty(r, v, name)
	case Time:
		return clockProperty(r, DateTime{time: v}, name)
	case DaysDuration:
		return daysProperty(v, name)
	case MonthsDuration:
		switch name {
		case "years":
			return Int(int64(v) / 12)
		case "months":
			return Int(int64(v) % 12)
		}
	case *Range:
		return rangeProperty(v, name)
	}
	return nil
}

func dateProperty(d Date, name string) Value {
	switch name {
	case "year":
		return Int(int64(d.year))
	case "month":
		return Int(int64(d.month))
	case "day":
		return Int(int64(d.day))
	case "weekday":
		return Int(int64(isoWeekday(d)))
	}
	return nil
}

// isoWeekday is 1 for Monday to 7 for Sunday.
func isoWeekday(d Date) int { return int(d.midnight().Weekday()+6)%7 + 1 }

func clockProperty(r *run, dt DateTime, name string) Value {
	s, nanos := dt.time.nanos/int64(time.Second), dt.time.nanos%int64(time.Second)
	switch name {
	case "hour":
		return Int(s / 3600)
	case "minute":
		return Int(s / 60 % 60)
	case "second":
		return seconds(s%60, nanos)
	case "time offset":
		return offsetOf(r, dt)
	case "timezone":
		if dt.time.zone == nil || dt.time.zone.name == "" {
			return Null{}
		}
		return String(dt.time.zone.name)
	}
	return nil
}

func offsetOf(r *run, dt DateTime) Value {
	switch {
	case dt.time.zone == nil:
		return Null{}
	case dt.date == Date{}:
		return DaysDuration{seconds: int64(dt.time.offset(r))}
	}
	_, offset := dt.Instant(nil).Zone()
	return DaysDuration{seconds: int64(offset)}
}

func daysProperty(d DaysDuration, name string) Value {
	switch name {
	case "days":
		return Int(d.seconds / secondsDay)
	case "hours":
		return Int(d.seconds % secondsDay / 3600)
	case "minutes":
		return Int(d.seconds % 3600 / 60)
	case "seconds":
		return seconds(d.seconds%60, int64(d.nanos))
	}
	return nil
}

func seconds(whole, nanos int64) Value {
	n, _ := addNumbers(Number{coef: whole}, fromInt(nanos, -9))
	return n.box()
}

func rangeProperty(g *Range, name string) Value {
	switch name {
	case "start":
		return g.Low
	case "end":
		return g.High
	case "start included":
		return Bool(g.LowClosed)
	case "end included":
		return Bool(g.HighClosed)
	}
	return nil
}
