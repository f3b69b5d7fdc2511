package feel

import (
	"fmt"
	"strings"
	"time"
)

const (
	maxYear    = 999_999_999
	dayLength  = int64(24 * time.Hour)
	secondsDay = 24 * 60 * 60
)

// Date is a day of the Gregorian calendar, years -999,999,999 to 999,999,999.
type Date struct {
	year       int32
	month, day uint8
}

// DateOf returns the date; days beyond the end of the month go on in the next.
func DateOf(year int, month time.Month, day int) Value {
	d, ok := dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	if !ok {
		return Null{}
	}
	return d
}

func dateOf(t time.Time) (Date, bool) {
	y, m, d := t.Date()
	return Date{int32(y), uint8(m), uint8(d)}, y >= -maxYear && y <= maxYear
}

// Parts returns year, month and day.
func (d Date) Parts() (year int, month time.Month, day int) {
	return int(d.year), time.Month(d.month), int(d.day)
}

// midnight is the start of the date in UTC, for arithmetic.
func (d Date) midnight() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// Kind returns KindDate.
func (Date) Kind() Kind { return KindDate }

// String returns e.g. @"2026-11-23".
func (d Date) String() string { return `@"` + d.iso() + `"` }

func (d Date) iso() string {
	if d.year < 0 {
		return fmt.Sprintf("-%04d-%02d-%02d", -d.year, d.month, d.day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Time is a time of day with nanoseconds, and an offset, a zone or neither.
type Time struct {
	nanos int64 // since midnight
	zone  *zone
}

// Kind returns KindTime.
func (Time) Kind() Kind { return KindTime }

// String returns e.g. @"08:30:00" or @"08:30:00@Europe/Copenhagen".
func (t Time) String() string { return `@"` + t.iso() + `"` }

func (t Time) iso() string { return isoClock(t.nanos) + t.zone.String() }

func isoClock(nanos int64) string {
	s := nanos / int64(time.Second)
	text := fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
	return text + isoFraction(nanos%int64(time.Second))
}

// isoFraction returns .5 for half a second and nothing for none.
func isoFraction(nanos int64) string {
	if nanos == 0 {
		return ""
	}
	return "." + strings.TrimRight(fmt.Sprintf("%09d", nanos), "0")
}

// DateTime is a date and a time of day.
type DateTime struct {
	date Date
	time Time
}

// DateTimeOf returns the instant t as a date and time in t's location.
func DateTimeOf(t time.Time) Value {
	dt, ok := dateTimeIn(t, zoneOf(t))
	if !ok {
		return Null{}
	}
	return dt
}

// dateTimeIn returns what calendar and clock of t show, labelled with the zone.
func dateTimeIn(t time.Time, z *zone) (DateTime, bool) {
	date, ok := dateOf(t)
	return DateTime{date, Time{clockOf(t), z}}, ok
}

func clockOf(t time.Time) int64 {
	h, m, s := t.Clock()
	return int64(h*3600+m*60+s)*int64(time.Second) + int64(t.Nanosecond())
}

// Instant returns the moment; local is the zone of a date and time without one.
func (dt DateTime) Instant(local *time.Location) time.Time {
	if dt.time.zone != nil {
		local = dt.time.zone.loc
	}
	y, m, d := dt.date.Parts()
	s := dt.time.nanos / int64(time.Second)
	return time.Date(y, m, d, int(s/3600), int(s/60%60), int(s%60), int(dt.time.nanos%int64(time.Second)), local)
}

// zoned reports whether the date and time has an offset or a zone.
func (dt DateTime) zoned() bool { return dt.time.zone != nil }

// Kind returns KindDateTime.
func (DateTime) Kind() Kind { return KindDateTime }

// String returns e.g. @"2026-11-23T08:30:00+01:00".
func (dt DateTime) String() string { return `@"` + dt.iso() + `"` }

func (dt DateTime) iso() string { return dt.date.iso() + "T" + dt.time.iso() }
