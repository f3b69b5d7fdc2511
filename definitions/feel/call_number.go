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
	define("sqrt(number: number)", numberCall(rootSteps, (*apd.Context).Sqrt))
	define("log(number: number)", numberCall(2*seriesSteps, logarithm))
	define("exp(number: number)", numberCall(seriesSteps, exponential))
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

// ln10 has the digits that the largest result needs.
var ln10, _, _ = apd.NewFromString("2.302585092994045684017991454684364207601101488628772976033327900967572609677352480235997205089598298341967784042286")

// exponential is e to the power of x. A series needs many terms for a large x, so it is
// taken for what is left when x is a multiple of ln 10 and a rest.
func exponential(c *apd.Context, d, x *apd.Decimal) (apd.Condition, error) {
	if x.Cmp(apd.New(50, 0)) <= 0 && x.Cmp(apd.New(-50, 0)) >= 0 || x.Exponent > 6 {
		return c.Exp(d, x)
	}
	wide := *c
	wide.Precision = 60
	var tens, rest apd.Decimal
	if _, err := wide.Quo(&tens, x, ln10); err != nil {
		return 0, err
	}
	if _, err := wide.RoundToIntegralValue(&tens, &tens); err != nil {
		return 0, err
	}
	power, err := tens.Int64()
	if err != nil || power > 7000 || power < -7000 {
		return c.Exp(d, apd.New(power, 6)) // overflow, or nothing left
	}
	if _, err := wide.Mul(&rest, &tens, ln10); err != nil {
		return 0, err
	}
	if _, err := wide.Sub(&rest, x, &rest); err != nil {
		return 0, err
	}
	if _, err := wide.Exp(&rest, &rest); err != nil {
		return 0, err
	}
	rest.Exponent += int32(power)
	return c.Round(d, &rest)
}

// logarithm is the natural one: that of the digits, and ln 10 for each place of the point.
func logarithm(c *apd.Context, d, x *apd.Decimal) (apd.Condition, error) {
	places := int64(x.Exponent) + x.NumDigits()
	if x.Sign() <= 0 || places > -40 && places < 40 {
		return c.Ln(d, x)
	}
	wide := *c
	wide.Precision = 60
	var digits, rest apd.Decimal
	digits.Set(x)
	digits.Exponent = int32(-x.NumDigits())
	if _, err := wide.Ln(&digits, &digits); err != nil {
		return 0, err
	}
	if _, err := wide.Mul(&rest, apd.New(places, 0), ln10); err != nil {
		return 0, err
	}
	return c.Add(d, &rest, &digits)
}

// modulo has the sign of the divisor: dividend - divisor × floor(dividend/divisor).
func modulo(c call, a []Value) Value {
	x, y := a[0].(Number), a[1].(Number)
	if x.big != nil && !c.r.spend(hugeSteps) {
		return Null{}
	}
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

func numberCall(steps int, f func(c *apd.Context, d, x *apd.Decimal) (apd.Condition, error)) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		if !c.r.spend(steps) {
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
		if n.big != nil && !c.r.spend(hugeSteps) {
			return Null{}
		}
		rest, ok := calculate((*apd.Context).Rem, n, Number{coef: 2})
		if !ok {
			return Bool(want == 0) // so large that its last digits are zeros
		}
		return Bool(rest.coef == want || rest.coef == -want)
	}
}
