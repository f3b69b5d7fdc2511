package feel

import "github.com/cockroachdb/apd/v3"

// Numeric functions (DMN 1.5 table 76).
func init() {
	define("decimal(n: number, scale: number)", roundCall(apd.RoundHalfEven))
	for name, mode := range map[string]apd.Rounder{"floor": apd.RoundFloor, "ceiling": apd.RoundCeiling} {
		define(name+"(n: number, scale?: number)", roundCall(mode))
	}
	for name, mode := range map[string]apd.Rounder{
		"round up": apd.RoundUp, "round down": apd.RoundDown,
		"round half up": apd.RoundHalfUp, "round half down": apd.RoundHalfDown,
	} {
		define(name+"(n: number, scale: number)", roundCall(mode))
	}
	define("abs(n: number)", absolute)
	define("abs(n: days and time duration|years and months duration)", absolute)
	define("modulo(dividend: number, divisor: number)", modulo)
	define("sqrt(number: number)", numberCall((*apd.Context).Sqrt))
	define("log(number: number)", numberCall((*apd.Context).Ln))
	define("exp(number: number)", numberCall((*apd.Context).Exp))
	define("odd(number: number)", parity(1))
	define("even(number: number)", parity(0))
}

// roundCall rounds to a scale, which DMN bounds to -6111 … 6176.
func roundCall(mode apd.Rounder) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		scale := int64(0)
		if s, ok := optional(a, 1).(Number); ok {
			scale, ok = truncate(s).Int64()
			if !ok || scale < -6111 || scale > 6176 {
				return c.null("argument", "the scale must lie between -6111 and 6176")
			}
		}
		n, ok := a[0].(Number).rounded(int32(scale), mode)
		if !ok {
			return c.null("arithmetic", "the result is no number of at most 34 digits")
		}
		return n.box()
	}
}

func absolute(_ call, a []Value) Value {
	switch v := a[0].(type) {
	case Number:
		if v.Sign() < 0 {
			return v.negated().box()
		}
	case DaysDuration:
		if v.negative() {
			return v.negated()
		}
	case MonthsDuration:
		return max(v, -v)
	}
	return a[0]
}

// modulo has the sign of the divisor: dividend - divisor × floor(dividend/divisor).
func modulo(c call, a []Value) Value {
	x, y := a[0].(Number), a[1].(Number)
	if y.Sign() == 0 {
		return c.null("arithmetic", "division by zero")
	}
	rest, ok := calculate((*apd.Context).Rem, x, y)
	if ok && rest.Sign() != 0 && rest.Sign() != y.Sign() {
		rest, ok = addNumbers(rest, y)
	}
	if !ok {
		return c.null("arithmetic", "the numbers are too far apart")
	}
	return rest.box()
}

func numberCall(f func(c *apd.Context, d, x *apd.Decimal) (apd.Condition, error)) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		if !c.r.spend(50) {
			return Null{}
		}
		n, ok := calculate(func(ctx *apd.Context, d, x, _ *apd.Decimal) (apd.Condition, error) {
			return f(ctx, d, x)
		}, a[0].(Number), Number{})
		if !ok {
			return c.null("arithmetic", "there is no result for this number")
		}
		return n.box()
	}
}

// parity tests integers; what has a fraction is neither odd nor even.
func parity(want int64) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		n := a[0].(Number)
		if !n.isInteger() {
			return Bool(false)
		}
		rest, ok := calculate((*apd.Context).Rem, n, Number{coef: 2})
		if !ok {
			return Bool(want == 0) // so large that its last digits are zeros
		}
		return Bool(rest.coef == want || rest.coef == -want)
	}
}
