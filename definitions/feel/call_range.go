package feel

import "cmp"

// Relations between points and ranges (DMN 1.5 table 80, after Allen). A point is
// taken for the range that has only it.
func init() {
	const points, ranges, pointRange, rangePoint = "point,point", "range,range", "point,range", "range,point"
	relate("before", before, points, pointRange, rangePoint, ranges)
	relate("after", swapped(before), points, pointRange, rangePoint, ranges)
	relate("meets", meets, ranges)
	relate("met by", swapped(meets), ranges)
	relate("overlaps", overlaps, ranges)
	relate("overlaps before", overlapsBefore, ranges)
	relate("overlaps after", swapped(overlapsBefore), ranges)
	relate("finishes", finishes, pointRange, ranges)
	relate("finished by", swapped(finishes), rangePoint, ranges)
	relate("includes", swapped(during), rangePoint, ranges)
	relate("during", during, pointRange, ranges)
	relate("starts", starts, pointRange, ranges)
	relate("started by", swapped(starts), rangePoint, ranges)
	relate("coincides", coincides, points, ranges)
}

// ends compares the ends of two ranges; bad once two could not be compared.
type ends struct {
	r   *run
	bad bool
}

type relation func(e *ends, a, b *Range) bool

func swapped(f relation) relation { return func(e *ends, a, b *Range) bool { return f(e, b, a) } }

const orderedKinds = "number|string|date|time|date and time|days and time duration|years and months duration"

func relate(name string, f relation, shapes ...string) {
	apply := func(c call, a []Value) Value {
		e := &ends{r: c.r}
		x, y := asRange(a[0]), asRange(a[1])
		if x.operator == "!=" || y.operator == "!=" {
			return c.null("argument", "all but one value is not one range")
		}
		result := f(e, x, y)
		if e.bad {
			return c.null("argument", "%s and %s cannot be compared", describe(a[0]), describe(a[1]))
		}
		return Bool(result)
	}
	params := map[string]string{
		"point,point": "(point1: " + orderedKinds + ", point2: " + orderedKinds + ")",
		"point,range": "(point: " + orderedKinds + ", range: range)",
		"range,point": "(range: range, point: " + orderedKinds + ")",
		"range,range": "(range1: range, range2: range)",
	}
	for _, shape := range shapes {
		define(name+params[shape], apply)
	}
}

func asRange(v Value) *Range {
	if g, ok := v.(*Range); ok {
		return g
	}
	return &Range{Low: v, High: v, LowClosed: true, HighClosed: true}
}

// compare orders two values that are there.
func (e *ends) compare(a, b Value) int {
	c, ok := order(e.r, a, b)
	e.bad = e.bad || !ok
	return c
}

// lows orders the starts: a range without one starts before all others, and one
// that includes its start before one that does not.
func (e *ends) lows(a, b *Range) int {
	if noA, noB := a.Low.Kind() == KindNull, b.Low.Kind() == KindNull; noA || noB {
		return compareBools(noB, noA)
	}
	return cmp.Or(e.compare(a.Low, b.Low), compareBools(b.LowClosed, a.LowClosed))
}

// highs orders the ends: a range without one ends after all others.
func (e *ends) highs(a, b *Range) int {
	if noA, noB := a.High.Kind() == KindNull, b.High.Kind() == KindNull; noA || noB {
		return compareBools(noA, noB)
	}
	return cmp.Or(e.compare(a.High, b.High), compareBools(a.HighClosed, b.HighClosed))
}

// gap compares where a ends with where b starts: 0 when they have just that point
// in common, less when they have none.
func (e *ends) gap(a, b *Range) int {
	if a.High.Kind() == KindNull || b.Low.Kind() == KindNull {
		return 1
	}
	c := e.compare(a.High, b.Low)
	if c == 0 && !(a.HighClosed && b.LowClosed) {
		return -1
	}
	return c
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func before(e *ends, a, b *Range) bool { return e.gap(a, b) < 0 }

func meets(e *ends, a, b *Range) bool { return e.gap(a, b) == 0 }

func overlaps(e *ends, a, b *Range) bool { return e.gap(a, b) >= 0 && e.gap(b, a) >= 0 }

func overlapsBefore(e *ends, a, b *Range) bool {
	return e.lows(a, b) < 0 && e.gap(a, b) >= 0 && e.highs(a, b) <= 0
}

func finishes(e *ends, a, b *Range) bool {
	return a.High.Kind() != KindNull && e.highs(a, b) == 0 && e.lows(a, b) >= 0
}

func during(e *ends, a, b *Range) bool { return e.lows(a, b) >= 0 && e.highs(a, b) <= 0 }

func starts(e *ends, a, b *Range) bool {
	return a.Low.Kind() != KindNull && e.lows(a, b) == 0 && e.highs(a, b) <= 0
}

func coincides(e *ends, a, b *Range) bool { return e.lows(a, b) == 0 && e.highs(a, b) == 0 }
