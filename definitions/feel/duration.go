package feel

import (
	"strconv"
	"strings"
	"time"
)

// MonthsDuration is a years and months duration, in months.
type MonthsDuration int64

// Kind returns KindMonthsDuration.
func (MonthsDuration) Kind() Kind { return KindMonthsDuration }

// String returns e.g. @"P1Y2M".
func (d MonthsDuration) String() string { return `@"` + d.iso() + `"` }

func (d MonthsDuration) iso() string {
	var b strings.Builder
	if d < 0 {
		b.WriteByte('-')
		d = -d
	}
	b.WriteByte('P')
	writeUnit(&b, int64(d/12), 'Y')
	writeUnit(&b, int64(d%12), 'M')
	if d == 0 {
		b.WriteString("0M")
	}
	return b.String()
}

func writeUnit(b *strings.Builder, n int64, unit byte) {
	if n != 0 {
		b.WriteString(strconv.FormatInt(n, 10))
		b.WriteByte(unit)
	}
}

// DaysDuration is a days and time duration: seconds, and nanoseconds of the same sign.
type DaysDuration struct {
	seconds int64
	nanos   int32
}

// maxSeconds bounds durations to what lies between the first and the last date.
const maxSeconds = int64(2*maxYear+2) * 366 * secondsDay

// DurationOf returns a days and time duration.
func DurationOf(d time.Duration) Value { return daysDuration(d) }

func daysDuration(d time.Duration) DaysDuration {
	return DaysDuration{int64(d / time.Second), int32(d % time.Second)}
}

// Duration returns the duration and whether it fits, which those under 292 years do.
func (d DaysDuration) Duration() (time.Duration, bool) {
	const most = int64(1<<63-1)/int64(time.Second) - 1
	if d.seconds > most || d.seconds < -most {
		return 0, false
	}
	return time.Duration(d.seconds)*time.Second + time.Duration(d.nanos), true
}

func (d DaysDuration) negated() DaysDuration { return DaysDuration{-d.seconds, -d.nanos} }

func (d DaysDuration) negative() bool { return d.seconds < 0 || d.nanos < 0 }

// Kind returns KindDaysDuration.
func (DaysDuration) Kind() Kind { return KindDaysDuration }

// String returns e.g. @"P3DT4H".
func (d DaysDuration) String() string { return `@"` + d.iso() + `"` }

func (d DaysDuration) iso() string {
	var b strings.Builder
	if d.negative() {
		b.WriteByte('-')
		d = d.negated()
	}
	b.WriteByte('P')
	writeUnit(&b, d.seconds/secondsDay, 'D')
	clock := d.seconds % secondsDay
	if clock == 0 && d.nanos == 0 {
		if d.seconds == 0 {
			b.WriteString("T0S")
		}
		return b.String()
	}
	b.WriteByte('T')
	writeUnit(&b, clock/3600, 'H')
	writeUnit(&b, clock/60%60, 'M')
	if clock%60 != 0 || d.nanos != 0 {
		b.WriteString(strconv.FormatInt(clock%60, 10) + isoFraction(int64(d.nanos)) + "S")
	}
	return b.String()
}
