package feel

import (
	"strings"
	"time"
)

// ParseTemporal reads what may stand in @"…" and what a variable that came as JSON
// holds: a date, a time, a date and time or a duration in the ISO 8601 forms of DMN 1.5
// §10.3.2.3. It returns Null and false if the text is none.
func ParseTemporal(s string) (Value, bool) {
	if strings.HasPrefix(s, "P") || strings.HasPrefix(s, "-P") {
		return orNull(parseDuration(s))
	}
	if strings.Contains(s, "T") {
		dt, ok := parseDateTime(s)
		return valueOrNull(dt, ok)
	}
	if d, ok := parseDate(s); ok {
		return d, true
	}
	t, ok := parseTime(s)
	return valueOrNull(t, ok)
}

func orNull(v Value) (Value, bool) { return valueOrNull(v, v != nil) }

func valueOrNull(v Value, ok bool) (Value, bool) {
	if !ok {
		return Null{}, false
	}
	return v, true
}

// reader takes pieces off the front of a text; bad once one was missing.
type reader struct {
	rest string
	bad  bool
}

// digits takes from least to most digits.
func (s *reader) digits(least, most int) (n int64) {
	i := 0
	for i < len(s.rest) && i < most && isDigit(s.rest[i]) {
		n = n*10 + int64(s.rest[i]-'0')
		i++
	}
	if i < least {
		s.bad = true
	}
	s.rest = s.rest[i:]
	return n
}

func (s *reader) skip(prefix string) bool {
	rest, ok := strings.CutPrefix(s.rest, prefix)
	s.rest = rest
	return ok
}

func (s *reader) need(prefix string) {
	if !s.skip(prefix) {
		s.bad = true
	}
}

// fraction takes .5 and returns nanoseconds; further digits are dropped.
func (s *reader) fraction() (nanos int64) {
	if !s.skip(".") {
		return 0
	}
	unit := int64(time.Second)
	i := 0
	for ; i < len(s.rest) && isDigit(s.rest[i]); i++ {
		unit /= 10
		nanos += int64(s.rest[i]-'0') * unit
	}
	if i == 0 {
		s.bad = true
	}
	s.rest = s.rest[i:]
	return nanos
}

func (s *reader) done() bool { return !s.bad && s.rest == "" }

// parseDate reads YYYY-MM-DD with a year of four to nine digits, perhaps negative.
func parseDate(s string) (Date, bool) {
	in := reader{rest: s}
	d, ok := in.date()
	return d, ok && in.done()
}

func (s *reader) date() (Date, bool) {
	negative := s.skip("-")
	leading := strings.HasPrefix(s.rest, "0")
	before := len(s.rest)
	year := s.digits(4, 9)
	if leading && before-len(s.rest) > 4 {
		return Date{}, false
	}
	s.need("-")
	month := s.digits(2, 2)
	s.need("-")
	day := s.digits(2, 2)
	if negative {
		year = -year
	}
	return makeDate(year, month, day)
}

func makeDate(year, month, day int64) (Date, bool) {
	ok := year >= -maxYear && year <= maxYear && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
		uint8(day) <= daysIn(int(year), time.Month(month))
	return Date{int32(year), uint8(month), uint8(day)}, ok
}

// parseTime reads hh:mm:ss with a fraction and an offset, Z or @zone; 24:00:00 is midnight, as in XML Schema.
func parseTime(s string) (Time, bool) {
	in := reader{rest: strings.TrimPrefix(s, "T")}
	t, _, ok := in.clock()
	return t, ok && in.done()
}

// clock also reads 24:00:00, the midnight after the day; late reports that.
func (s *reader) clock() (t Time, late, ok bool) {
	hour := s.digits(2, 2)
	s.need(":")
	minute := s.digits(2, 2)
	s.need(":")
	second := s.digits(2, 2)
	nanos := s.fraction()
	z, ok := s.zone()
	late = hour == 24 && minute == 0 && second == 0 && nanos == 0
	if late {
		hour = 0
	}
	t = Time{(hour*3600+minute*60+second)*int64(time.Second) + nanos, z}
	return t, late, ok && hour < 24 && minute < 60 && second < 60
}

// zone takes all that is left.
func (s *reader) zone() (*zone, bool) {
	if s.rest == "" {
		return nil, true
	}
	if s.skip("Z") || s.skip("z") { // DMN 1.5 table 79 writes both
		return utc, true
	}
	if s.skip("@") {
		name := s.rest
		s.rest = ""
		return zoneNamed(name)
	}
	west := s.skip("-")
	if !west {
		s.need("+")
	}
	hours := s.digits(2, 2)
	s.need(":")
	minutes := s.digits(2, 2)
	seconds := int64(0)
	if s.skip(":") {
		seconds = s.digits(2, 2)
	}
	if minutes > 59 || seconds > 59 {
		return nil, false
	}
	offset := int(hours*3600 + minutes*60 + seconds)
	if west {
		offset = -offset
	}
	return zoneAt(offset)
}

// parseDateTime reads a date, T and a time; a date alone is its midnight.
func parseDateTime(s string) (DateTime, bool) {
	in := reader{rest: s}
	d, ok := in.date()
	if !ok {
		return DateTime{}, false
	}
	if in.rest == "" {
		return DateTime{date: d}, in.done()
	}
	in.need("T")
	t, late, ok := in.clock()
	if !ok || !in.done() {
		return DateTime{}, false
	}
	if late {
		next, ok := d.plusDays(1).(Date)
		return DateTime{next, t}, ok
	}
	return DateTime{d, t}, true
}

// parseDuration reads P1Y2M or P3DT4H5M6.5S, perhaps with a minus before; nil if it is neither.
func parseDuration(s string) Value {
	in := reader{rest: s}
	negative := in.skip("-")
	in.need("P")
	var v Value
	if strings.ContainsAny(in.rest, "DT") {
		v = in.days()
	} else {
		v = in.months()
	}
	if v == nil || !in.done() {
		return nil
	}
	if negative {
		if d, ok := v.(DaysDuration); ok {
			return d.negated()
		}
		return -v.(MonthsDuration)
	}
	return v
}

// unit takes a number and its letter, if they come next.
func (s *reader) unit(letter string) (n int64, found bool) {
	i := 0
	for i < len(s.rest) && isDigit(s.rest[i]) {
		i++
	}
	if i == 0 || i > 17 || !strings.HasPrefix(s.rest[i:], letter) {
		return 0, false
	}
	n = s.digits(1, 17)
	s.need(letter)
	return n, true
}

func (s *reader) months() Value {
	years, ok1 := s.unit("Y")
	months, ok2 := s.unit("M")
	if !ok1 && !ok2 || years > maxMonths/12 || months > maxMonths {
		return nil
	}
	return checkMonths(years*12 + months)
}

func (s *reader) days() Value {
	days, any := s.unit("D")
	seconds, nanos := int64(0), int64(0)
	if s.skip("T") {
		hours, ok1 := s.unit("H")
		minutes, ok2 := s.unit("M")
		ok3 := s.rest != ""
		if ok3 {
			seconds = s.digits(1, 17)
			nanos = s.fraction()
			s.need("S")
		}
		any = ok1 || ok2 || ok3
		if hours > maxSeconds/3600 || minutes > maxSeconds/60 {
			return nil
		}
		seconds += hours*3600 + minutes*60
	}
	if !any || days > maxSeconds/secondsDay {
		return nil
	}
	return checkDuration(days*secondsDay+seconds, nanos)
}
