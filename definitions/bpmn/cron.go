package bpmn

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Cron are the times of a cron expression in the dialect of Spring, which Camunda 8 reads: six fields for second, minute, hour, day of
// month, month and day of week, of which all must fit, or one of @yearly (@annually), @monthly, @weekly, @daily (@midnight) and @hourly.
//
// A field is * (in those of days also ?), a value, a range 1-5, a step */10, 5/10 or 10-40/5, or a list of these with commas. Months and
// days of the week may be written as JAN to DEC and SUN to SAT; Sunday is 0 or 7. Days of the month may be L (the last), L-3 (three days
// before it), 15W (the nearest of Monday to Friday in the same month) and LW (the last of Monday to Friday); days of the week 5L (the last
// Friday of the month) and MON#2 (the second Monday).
type Cron struct {
	second, minute, hour, day, month, weekday uint64
	fromLast                                  uint64 // days before the last of the month
	near                                      uint64 // days of the month whose nearest weekday is meant; 0 the last one of the month
	last                                      uint64 // weekdays whose last one in the month is meant
	nth                                       [6]uint64
}

var cronMacros = map[string]string{
	"@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *", "@weekly": "0 0 0 * * 0",
	"@daily": "0 0 0 * * *", "@midnight": "0 0 0 * * *", "@hourly": "0 0 * * * *",
}

var (
	monthNames   = strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
	weekdayNames = strings.Fields("SUN MON TUE WED THU FRI SAT")
)

const maxCron = 500 // bytes of a cron expression

// isCron tells a cron expression from an ISO 8601 interval, which has no blanks.
func isCron(s string) bool { return strings.HasPrefix(s, "@") || strings.Contains(s, " ") }

// ParseCron reads a cron expression that has a time to come. ok is false for an ISO 8601 repeating interval, which is none.
func ParseCron(s string) (c Cron, ok bool, err error) {
	if s = strings.TrimSpace(s); !isCron(s) {
		return c, false, nil
	}
	if macro, known := cronMacros[strings.ToLower(s)]; known {
		s = macro
	}
	fields := strings.Fields(strings.ToUpper(s))
	if len(fields) != 6 || len(s) > maxCron {
		return c, true, fmt.Errorf("%q is not a cron expression: write six fields for second, minute, hour, day, month and day of the week, or @daily and the like", clip(s))
	}
	for i, f := range []cronField{
		{"second", 0, 59, nil, &c.second, nil}, {"minute", 0, 59, nil, &c.minute, nil}, {"hour", 0, 23, nil, &c.hour, nil},
		{"day of the month", 1, 31, nil, &c.day, c.specialDay}, {"month", 1, 12, monthNames, &c.month, nil},
		{"day of the week", 0, 7, weekdayNames, &c.weekday, c.specialWeekday},
	} {
		if !f.read(fields[i]) {
			return c, true, fmt.Errorf("%q is not a %s of a cron expression", clip(fields[i]), f.name)
		}
	}
	if c.weekday |= c.weekday >> 7 & 1; !c.comes() {
		return c, true, fmt.Errorf("the times of the cron expression %q never come", clip(s))
	}
	return c, true, nil
}

// cronField is how one field is read.
type cronField struct {
	name        string
	least, most int
	names       []string
	set         *uint64
	special     func(string) bool // of days; nil: none
}

func (f cronField) read(text string) bool {
	for part := range strings.SplitSeq(text, ",") {
		if f.special != nil && f.special(part) {
			continue
		}
		if !f.part(part) {
			return false
		}
	}
	return true
}

// part reads a value, a range or a step.
func (f cronField) part(text string) bool {
	span, step, stepped := strings.Cut(text, "/")
	every := 1
	if stepped {
		n, ok := digits(step)
		if every = n; !ok || n < 1 || n > f.most+1 {
			return false
		}
	}
	first, last := f.least, f.most
	if from, to, ranged := strings.Cut(span, "-"); span != "*" && (span != "?" || f.special == nil) {
		var ok bool
		if first, ok = f.value(from); !ok {
			return false
		}
		if last = first; stepped {
			last = f.most
		}
		if ranged {
			if last, ok = f.value(to); !ok || last < first {
				return false
			}
		}
	} else if f.names != nil && f.least == 0 {
		last = 6 // a whole week has one Sunday
	}
	for v := first; v <= last; v += every {
		*f.set |= 1 << v
	}
	return true
}

func (f cronField) value(text string) (int, bool) {
	for i, name := range f.names {
		if name == text {
			return i + f.least, true
		}
	}
	n, ok := digits(text)
	return n, ok && n >= f.least && n <= f.most
}

func digits(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 8)
	return int(n), err == nil
}

// specialDay reads L, L-3, 15W and LW.
func (c *Cron) specialDay(text string) bool {
	switch {
	case text == "L":
		c.fromLast |= 1
	case text == "LW":
		c.near |= 1
	case strings.HasPrefix(text, "L-"):
		n, ok := digits(text[2:])
		if !ok || n > 30 {
			return false
		}
		c.fromLast |= 1 << n
	case strings.HasSuffix(text, "W"):
		n, ok := digits(text[:len(text)-1])
		if !ok || n < 1 || n > 31 {
			return false
		}
		c.near |= 1 << n
	default:
		return false
	}
	return true
}

// specialWeekday reads 5L and MON#2.
func (c *Cron) specialWeekday(text string) bool {
	f := cronField{least: 0, most: 7, names: weekdayNames}
	if day, n, ok := strings.Cut(text, "#"); ok {
		d, known := f.value(day)
		k, number := digits(n)
		if !known || !number || k < 1 || k > 5 {
			return false
		}
		c.nth[k] |= 1 << (d % 7)
		return true
	}
	day, ok := strings.CutSuffix(text, "L")
	if !ok {
		return false
	}
	d, known := f.value(day)
	if known {
		c.last |= 1 << (d % 7)
	}
	return known
}

// horizon is how far ahead a time is looked for: a day of the month that is a day of the week comes at least once in that many years,
// also on 29 February around a year such as 2100.
const horizon = 45

func (c *Cron) comes() bool {
	_, ok := c.Next(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second))
	return ok
}

// Next returns the first time after t, in t's zone; false when there is none before the year 10000. A time that the clock skips in spring comes when the clock
// has moved on; one that it shows twice in autumn comes the first time, and both times when the hours are all (*).
func (c *Cron) Next(t time.Time) (time.Time, bool) {
	from := t.Truncate(time.Second).Add(time.Second)
	for day, end := startOfDay(from, 0), from.AddDate(horizon, 0, 0); day.Before(end) && day.Year() <= 9999; {
		switch {
		case c.month>>int(day.Month())&1 == 0:
			day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, day.Location())
			continue
		case c.on(day):
			if at, ok := c.within(day, from); ok {
				return at, true
			}
		}
		day = startOfDay(day, 1)
	}
	return time.Time{}, false
}

func startOfDay(t time.Time, days int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, t.Location())
}

// on reports whether both the day of the month and the day of the week fit.
func (c *Cron) on(day time.Time) bool { return c.fitsMonth(day) && c.fitsWeek(day) }

func (c *Cron) fitsMonth(day time.Time) bool {
	d, last := day.Day(), lastDay(day)
	if c.day>>d&1 == 1 || c.fromLast>>(last-d)&1 == 1 {
		return true
	}
	for near := c.near; near != 0; near &= near - 1 {
		n := bits.TrailingZeros64(near)
		if n == 0 {
			n = last
		}
		if n <= last && nearestWeekday(day, n, last) == d {
			return true
		}
	}
	return false
}

func lastDay(day time.Time) int {
	return time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// nearestWeekday is the day from Monday to Friday nearest to the nth of a month, in the same month.
func nearestWeekday(day time.Time, n, last int) int {
	switch time.Date(day.Year(), day.Month(), n, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if n == 1 {
			return 3
		}
		return n - 1
	case time.Sunday:
		if n == last {
			return n - 2
		}
		return n + 1
	}
	return n
}

func (c *Cron) fitsWeek(day time.Time) bool {
	w, d := int(day.Weekday()), day.Day()
	return c.weekday>>w&1 == 1 || c.nth[(d+6)/7]>>w&1 == 1 || c.last>>w&1 == 1 && d+7 > lastDay(day)
}

// within finds the first time on a day that is not before from. It walks through the hours that pass, of which a day may have 23 or 25.
func (c *Cron) within(day, from time.Time) (time.Time, bool) {
	shown := -1
	for hour := day; hour.Day() == day.Day(); hour = hour.Add(time.Hour) {
		due := c.hour == 1<<24-1
		for h := shown + 1; h <= hour.Hour(); h++ { // several when the clock has skipped some
			due = due || c.hour>>h&1 == 1
		}
		shown = hour.Hour()
		if !due || hour.Add(time.Hour).Before(from) {
			continue
		}
		for m := c.minute; m != 0; m &= m - 1 {
			for s := c.second; s != 0; s &= s - 1 {
				at := hour.Add(time.Duration(bits.TrailingZeros64(m))*time.Minute + time.Duration(bits.TrailingZeros64(s))*time.Second)
				if !at.Before(from) {
					return at, true
				}
			}
		}
	}
	return time.Time{}, false
}
