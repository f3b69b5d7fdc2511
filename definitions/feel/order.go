package feel

import (
	"cmp"
	"strings"
	"time"
)

// Equal compares as the operator = does; comparable is false where that gives
// null. A time without a zone is taken to be in that of the other.
func Equal(a, b Value) (eq, comparable bool) { return equal(inUTC(), a, b) }

// Compare orders numbers, strings, dates, times and durations: -1, 0 or 1;
// comparable is false for all other pairs.
func Compare(a, b Value) (result int, comparable bool) { return order(inUTC(), a, b) }

func inUTC() *run { return &run{env: &Env{}, steps: 1_000_000} }

// equal is the operator = (DMN 1.5 §10.3.2.13, table 50).
func equal(r *run, a, b Value) (eq, comparable bool) {
	_, nullA := a.(Null)
	_, nullB := b.(Null)
	if nullA || nullB {
		return nullA && nullB, true
	}
	switch a := a.(type) {
	case Bool:
		b, ok := b.(Bool)
		return a == b, ok
	case List:
		b, ok := b.(List)
		return ok && equalLists(r, a, b), ok
	case *Context:
		b, ok := b.(*Context)
		return ok && equalContexts(r, a, b), ok
	case *Range:
		b, ok := b.(*Range)
		return ok && equalRanges(r, a, b), ok
	case *Function:
		b, ok := b.(*Function)
		return ok && a.same(b), ok
	}
	c, ok := order(r, a, b)
	return c == 0, ok
}

func same(r *run, a, b Value) bool {
	eq, ok := equal(r, a, b)
	return eq && ok
}

func equalLists(r *run, a, b List) bool {
	if len(a) != len(b) || !r.spend(len(a)) {
		return false
	}
	for i := range a {
		if !same(r, a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalContexts(r *run, a, b *Context) bool {
	if a.Len() != b.Len() || !r.spend(a.Len()) {
		return false
	}
	for _, e := range a.entries {
		v, ok := b.Lookup(e.Name)
		if !ok || !same(r, e.Value, v) {
			return false
		}
	}
	return true
}

func equalRanges(r *run, a, b *Range) bool {
	if a.operator == "!=" || b.operator == "!=" {
		return a.operator == b.operator && same(r, a.except, b.except)
	}
	return a.LowClosed == b.LowClosed && a.HighClosed == b.HighClosed &&
		same(r, a.Low, b.Low) && same(r, a.High, b.High)
}

// order compares values of one kind that has an order.
func order(r *run, a, b Value) (result int, comparable bool) {
	switch a := a.(type) {
	case Number:
		if b, ok := b.(Number); ok {
			return a.Compare(b), true
		}
	case String:
		if b, ok := b.(String); ok {
			r.look(min(len(a), len(b)))
			return strings.Compare(string(a), string(b)), true
		}
	case Date:
		if b, ok := b.(Date); ok {
			return compareDates(a, b), true
		}
	case Time:
		if b, ok := b.(Time); ok {
			return compareTimes(r, a, b), true
		}
	case DateTime:
		if b, ok := b.(DateTime); ok {
			return compareDateTimes(a, b), true
		}
	case DaysDuration:
		if b, ok := b.(DaysDuration); ok {
			return cmp.Or(cmp.Compare(a.seconds, b.seconds), cmp.Compare(a.nanos, b.nanos)), true
		}
	case MonthsDuration:
		if b, ok := b.(MonthsDuration); ok {
			return cmp.Compare(a, b), true
		}
	}
	return 0, false
}

func compareDates(a, b Date) int {
	return cmp.Or(cmp.Compare(a.year, b.year), cmp.Compare(a.month, b.month), cmp.Compare(a.day, b.day))
}

// compareTimes compares clocks at the same place, and moments of the present day at two. Where one has no zone, it
// is taken to be in that of the other (DMN 1.5 table 54).
func compareTimes(r *run, a, b Time) int {
	if a.zone == b.zone || a.zone == nil || b.zone == nil {
		return cmp.Compare(a.nanos, b.nanos)
	}
	return cmp.Compare(a.nanos-int64(a.offset(r))*int64(time.Second), b.nanos-int64(b.offset(r))*int64(time.Second))
}

// offset returns seconds east of UTC; a zone has that of 1 January 1970 unless now says more.
func (t Time) offset(r *run) int {
	if t.zone != nil && t.zone.name == "" {
		return t.zone.offset
	}
	loc := r.local()
	if t.zone != nil {
		loc = t.zone.loc
	}
	_, offset := r.now().In(loc).Zone()
	return offset
}

func compareDateTimes(a, b DateTime) int {
	if a.time.zone == nil || b.time.zone == nil {
		return cmp.Or(compareDates(a.date, b.date), cmp.Compare(a.time.nanos, b.time.nanos))
	}
	return a.Instant(nil).Compare(b.Instant(nil))
}
