package feel

import (
	"slices"

	"github.com/cockroachdb/apd/v3"
)

// Functions over the values of a list (DMN 1.5 tables 73 and 75); each takes a list
// or the values as arguments.
func init() {
	aggregate("min", "any", func(c call, list List) Value { return c.extreme(list, -1) })
	aggregate("max", "any", func(c call, list List) Value { return c.extreme(list, 1) })
	aggregate("sum", "any", sum)
	aggregate("mean", "number", mean)
	aggregate("product", "number", product)
	aggregate("median", "number", median)
	aggregate("stddev", "number", stddev)
	aggregate("mode", "number", mode)
	aggregate("all", "any", func(c call, list List) Value { return c.settled(list, false) })
	aggregate("and", "any", func(c call, list List) Value { return c.settled(list, false) })
	aggregate("any", "any", func(c call, list List) Value { return c.settled(list, true) })
	aggregate("or", "any", func(c call, list List) Value { return c.settled(list, true) })
	define("sort(list: list)", sortList)
	define("sort(list: list, precedes: function)", sortList)
	define("not(negand: any)", func(c call, a []Value) Value {
		if b, ok := a[0].(Bool); ok {
			return !b
		}
		if a[0].Kind() != KindNull {
			c.warn("argument", "%s: the argument is %s, not true or false", c.f, describe(a[0]))
		}
		return Null{}
	})
}

// aggregate defines the form with a list and the one with several values.
func aggregate(name, typ string, f func(c call, list List) Value) {
	param := map[string]string{"all": "b", "any": "b", "and": "b", "or": "b", "min": "c", "max": "c"}[name]
	if param == "" {
		param = "n"
	}
	define(name+"(list: list)", func(c call, a []Value) Value {
		if !c.r.spend(len(a[0].(List))) {
			return Null{}
		}
		return f(c, a[0].(List))
	})
	define(name+"("+param+": "+typ+"…)", func(c call, a []Value) Value { return f(c, a) })
}

func (c call) extreme(list List, sign int) Value {
	if len(list) == 0 {
		return Null{}
	}
	best := list[0]
	for _, v := range list {
		o, ok := order(c.r, v, best)
		if !ok {
			return c.null("argument", "%s and %s have no order", describe(v), describe(best))
		}
		if o*sign > 0 {
			best = v
		}
	}
	return best
}

// numbers returns the items as numbers; ok is false when one is none.
func (c call) numbers(list List) (numbers []Number, ok bool) {
	numbers = make([]Number, len(list))
	for i, v := range list {
		if numbers[i], ok = v.(Number); !ok {
			c.warn("argument", "%s: an item is %s, not a number", c.f, describe(v))
			return nil, false
		}
	}
	return numbers, len(list) > 0
}

// sum adds numbers, or durations of one kind.
func sum(c call, list List) Value {
	if len(list) == 0 {
		return Null{}
	}
	total := list[0]
	if k := total.Kind(); k != KindNumber && k != KindDaysDuration && k != KindMonthsDuration {
		return c.null("argument", "an item is %s, not a number or duration", describe(total))
	}
	for _, v := range list[1:] {
		if v.Kind() != total.Kind() {
			return c.null("argument", "%s cannot be added to %s", describe(v), describe(total))
		}
		total = (&arithmetic{op: "+", place: c.place}).apply(c.r, total, v)
		if total.Kind() == KindNull {
			return total
		}
	}
	return total
}

func mean(c call, list List) Value {
	if _, ok := c.numbers(list); !ok {
		return Null{}
	}
	total, ok := sum(c, list).(Number)
	if !ok {
		return Null{}
	}
	return c.result(divNumbers(total, Number{coef: int64(len(list))}))
}

func (c call) result(n Number, ok bool) Value {
	if !ok {
		return c.null("arithmetic", "the result is no number of at most 34 digits")
	}
	return n.box()
}

func product(c call, list List) Value {
	numbers, ok := c.numbers(list)
	if !ok {
		return Null{}
	}
	total := Number{coef: 1}
	for _, n := range numbers {
		if total, ok = mulNumbers(total, n); !ok {
			break
		}
	}
	return c.result(total, ok)
}

func median(c call, list List) Value {
	numbers, ok := c.numbers(list)
	if !ok {
		return Null{}
	}
	slices.SortFunc(numbers, Number.Compare)
	middle := len(numbers) / 2
	if len(numbers)%2 == 1 {
		return numbers[middle].box()
	}
	total, ok := addNumbers(numbers[middle-1], numbers[middle])
	if ok {
		total, ok = divNumbers(total, Number{coef: 2})
	}
	return c.result(total, ok)
}

// stddev is the sample standard deviation, of two or more numbers.
func stddev(c call, list List) Value {
	numbers, ok := c.numbers(list)
	if !ok || len(numbers) < 2 {
		return Null{}
	}
	average, ok := mean(c, list).(Number)
	if !ok || !c.r.spend(10*len(numbers)) {
		return Null{}
	}
	var total Number
	for _, n := range numbers {
		d, ok1 := subNumbers(n, average)
		square, ok2 := mulNumbers(d, d)
		if total, ok = addNumbers(total, square); !ok || !ok1 || !ok2 {
			return c.result(total, false)
		}
	}
	variance, ok := divNumbers(total, Number{coef: int64(len(numbers) - 1)})
	if !ok {
		return c.result(variance, false)
	}
	return c.result(calculate(func(ctx *apd.Context, d, x, _ *apd.Decimal) (apd.Condition, error) {
		return ctx.Sqrt(d, x)
	}, variance, Number{}))
}

// mode returns the most frequent numbers in ascending order.
func mode(c call, list List) Value {
	numbers, ok := c.numbers(list)
	if !ok {
		if len(list) == 0 {
			return List{}
		}
		return Null{}
	}
	slices.SortFunc(numbers, Number.Compare)
	modes, most, count := List{}, 0, 0
	for i, n := range numbers {
		if i > 0 && n.Compare(numbers[i-1]) == 0 {
			count++
		} else {
			count = 1
		}
		if count > most {
			modes, most = List{}, count
		}
		if count == most {
			modes = append(modes, n.box())
		}
	}
	return modes
}

// settled is a conjunction or disjunction in three-valued logic.
func (c call) settled(list List, decides Bool) Value {
	var result Value = !decides
	for _, v := range list {
		switch v := v.(type) {
		case Bool:
			if v == decides {
				return v
			}
		default:
			if v.Kind() != KindNull {
				c.warn("argument", "%s: an item is %s, not true or false", c.f, describe(v))
			}
			result = Null{}
		}
	}
	return result
}

// sortList sorts stably by precedes(a, b), or by < without it.
func sortList(c call, a []Value) Value {
	list := a[0].(List)
	if !c.r.roomFor(len(list)) {
		return Null{}
	}
	list = slices.Clone(list)
	precedes := c.natural
	if len(a) > 1 {
		f := a[1].(*Function)
		precedes = func(x, y Value) (before, ok bool) {
			b, ok := c.calls(f, x, y).(Bool)
			return bool(b), ok
		}
	}
	failed := false
	slices.SortStableFunc(list, func(x, y Value) int {
		if failed || c.r.err != nil {
			return 0
		}
		before, ok1 := precedes(x, y)
		if before {
			return -1
		}
		after, ok2 := precedes(y, x)
		failed = !ok1 || !ok2
		if after {
			return 1
		}
		return 0
	})
	if failed {
		return c.null("argument", "the items have no order")
	}
	return list
}

func (c call) natural(x, y Value) (before, ok bool) {
	o, ok := order(c.r, x, y)
	return o < 0, ok && c.r.spend(1)
}
