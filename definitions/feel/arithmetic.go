package feel

import (
	"math"
	"time"

	"github.com/cockroachdb/apd/v3"
)

// addTemporal is + on anything but numbers and strings (DMN 1.5 table 56); nil
// where there is no result.
func addTemporal(a, b Value) Value {
	switch y := b.(type) {
	case DaysDuration:
		return addDays(a, y)
	case MonthsDuration:
		return addMonths(a, int64(y))
	}
	switch a.(type) {
	case DaysDuration, MonthsDuration:
		switch b.(type) {
		case Date, Time, DateTime:
			return addTemporal(b, a)
		}
	}
	return nil
}

func addDays(a Value, d DaysDuration) Value {
	switch x := a.(type) {
	case DaysDuration:
		return checkDuration(x.seconds+d.seconds, int64(x.nanos)+int64(d.nanos))
	case Date:
		days := floorDiv(d.seconds, secondsDay)
		if d.nanos < 0 && d.seconds%secondsDay == 0 {
			days--
		}
		return x.plusDays(days)
	case DateTime:
		return x.plus(d)
	case Time:
		return x.plus(d)
	}
	return nil
}

func (d Date) plusDays(n int64) Value {
	if n > 2*366*maxYear || n < -2*366*maxYear {
		return nil
	}
	return dateOrNil(dateOf(d.midnight().AddDate(0, 0, int(n))))
}

func dateOrNil(d Date, ok bool) Value {
	if !ok {
		return nil
	}
	return d
}

// plus adds to the clock, or to the moment when there is a zone.
func (dt DateTime) plus(d DaysDuration) Value {
	t := dt.Instant(time.UTC)
	moved := time.Unix(t.Unix()+d.seconds, int64(t.Nanosecond())+int64(d.nanos)).In(t.Location())
	sum, ok := dateTimeIn(moved, dt.time.zone)
	if !ok {
		return nil
	}
	return sum
}

func (t Time) plus(d DaysDuration) Value {
	nanos := (t.nanos + d.seconds%secondsDay*int64(time.Second) + int64(d.nanos)) % dayLength
	if nanos < 0 {
		nanos += dayLength
	}
	return Time{nanos, t.zone}
}

func addMonths(a Value, months int64) Value {
	switch x := a.(type) {
	case MonthsDuration:
		return checkMonths(int64(x) + months)
	case Date:
		return dateOrNil(x.plusMonths(months))
	case DateTime:
		d, ok := x.date.plusMonths(months)
		if !ok {
			return nil
		}
		return DateTime{d, x.time}
	}
	return nil
}

// plusMonths ends on the last day of a month that is too short.
func (d Date) plusMonths(n int64) (Date, bool) {
	total := int64(d.year)*12 + int64(d.month) - 1 + n
	year, month := floorDiv(total, 12), total-floorDiv(total, 12)*12+1
	if year > maxYear || year < -maxYear {
		return Date{}, false
	}
	return Date{int32(year), uint8(month), min(d.day, daysIn(int(year), time.Month(month)))}, true
}

func daysIn(year int, month time.Month) uint8 {
	return uint8(time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day())
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

const maxMonths = int64(2*maxYear+2) * 12

func checkMonths(n int64) Value {
	if n > maxMonths || n < -maxMonths {
		return nil
	}
	return MonthsDuration(n)
}

// checkDuration gives seconds and nanoseconds one sign.
func checkDuration(seconds, nanos int64) Value {
	seconds += nanos / int64(time.Second)
	nanos %= int64(time.Second)
	switch {
	case seconds > 0 && nanos < 0:
		seconds, nanos = seconds-1, nanos+int64(time.Second)
	case seconds < 0 && nanos > 0:
		seconds, nanos = seconds+1, nanos-int64(time.Second)
	}
	if seconds > maxSeconds || seconds < -maxSeconds {
		return nil
	}
	return DaysDuration{seconds, int32(nanos)}
}

// subTemporal is - on anything but numbers; nil where there is no result.
func subTemporal(r *run, a, b Value) Value {
	switch y := b.(type) {
	case DaysDuration:
		return addDays(a, y.negated())
	case MonthsDuration:
		return addMonths(a, -int64(y))
	case Time:
		if x, ok := a.(Time); ok {
			return timesBetween(r, y, x)
		}
	case Date, DateTime:
		return momentsBetween(a, b)
	}
	return nil
}

func timesBetween(r *run, from, to Time) Value {
	if (from.zone == nil) != (to.zone == nil) {
		return nil
	}
	nanos := to.nanos - from.nanos
	if from.zone != to.zone {
		nanos -= int64(to.offset(r)-from.offset(r)) * int64(time.Second)
	}
	return checkDuration(0, nanos)
}

// momentsBetween takes a date for its midnight UTC; a date and time with a zone
// has no distance from one without.
func momentsBetween(to, from Value) Value {
	x, ok1 := asDateTime(to)
	y, ok2 := asDateTime(from)
	if !ok1 || !ok2 || x.zoned() != y.zoned() {
		return nil
	}
	a, b := x.Instant(time.UTC), y.Instant(time.UTC)
	return checkDuration(a.Unix()-b.Unix(), int64(a.Nanosecond()-b.Nanosecond()))
}

// asDateTime takes a date for its midnight UTC (DMN 1.5 §10.3.2.9.4).
func asDateTime(v Value) (DateTime, bool) {
	switch v := v.(type) {
	case DateTime:
		return v, true
	case Date:
		return DateTime{v, Time{0, utc}}, true
	}
	return DateTime{}, false
}

func mulTemporal(a, b Value) Value {
	if n, ok := a.(Number); ok {
		return scale(b, n, mulNumbers)
	}
	if n, ok := b.(Number); ok {
		return scale(a, n, mulNumbers)
	}
	return nil
}

func divTemporal(a, b Value) Value {
	if n, ok := b.(Number); ok {
		if n.Sign() == 0 {
			return nil
		}
		return scale(a, n, divNumbers)
	}
	x, y, ok := amounts(a, b)
	if !ok || y.Sign() == 0 {
		return nil
	}
	if ratio, ok := divNumbers(x, y); ok {
		return ratio.box()
	}
	return nil
}

// amounts returns two durations of one kind as numbers of their unit.
func amounts(a, b Value) (x, y Number, ok bool) {
	if a.Kind() != b.Kind() {
		return x, y, false
	}
	x, ok = amount(a)
	y, _ = amount(b)
	return x, y, ok
}

// amount is the number of seconds or months.
func amount(v Value) (Number, bool) {
	switch v := v.(type) {
	case DaysDuration:
		n, _ := addNumbers(Number{coef: v.seconds}, fromInt(int64(v.nanos), -9))
		return n, true
	case MonthsDuration:
		return Number{coef: int64(v)}, true
	}
	return Number{}, false
}

// scale multiplies or divides a duration; what is less than a nanosecond or a
// month is dropped.
func scale(v Value, by Number, op func(a, b Number) (Number, bool)) Value {
	n, ok := amount(v)
	if !ok {
		return nil
	}
	if n, ok = op(n, by); !ok {
		return nil
	}
	if v.Kind() == KindMonthsDuration {
		whole, ok := truncate(n).Int64()
		if !ok {
			return nil
		}
		return checkMonths(whole)
	}
	return secondsDuration(n)
}

// secondsDuration returns the duration of so many seconds, or nil.
func secondsDuration(n Number) Value {
	seconds, ok := truncate(n).Int64()
	if !ok || seconds > maxSeconds || seconds < -maxSeconds {
		return nil
	}
	rest, _ := subNumbers(n, Number{coef: seconds})
	rest, _ = mulNumbers(rest, Number{coef: int64(time.Second)})
	nanos, _ := truncate(rest).Int64()
	return checkDuration(seconds, nanos)
}

func truncate(n Number) Number {
	t, ok := n.rounded(0, apd.RoundDown)
	if !ok {
		return Number{coef: math.MaxInt64, exp: -18}
	}
	return t
}
