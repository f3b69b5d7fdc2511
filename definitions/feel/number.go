package feel

import (
	"errors"
	"math"
	"math/bits"
	"strconv"

	"github.com/cockroachdb/apd/v3"
)

// Number is a decimal of at most 34 digits (DMN 1.5 §10.3.2.3.1). It is kept
// without trailing zeros, so that 1.50 and 1.5 are the same in every respect.
//
// A number that fits is coef × 10^exp with -18 ≤ exp ≤ 0; any other is big.
type Number struct {
	coef int64
	exp  int32
	big  *apd.Decimal
}

// decimals has the precision and exponents of IEEE 754 decimal128.
var decimals = apd.Context{
	Precision: 34, MaxExponent: 6144, MinExponent: -6143, Rounding: apd.RoundHalfEven,
	Traps: apd.DefaultTraps &^ (apd.Underflow | apd.Subnormal), // what is too small becomes 0
}

const maxNumberText = 4096 // bytes of a number in source, JSON or number()

const smallFrom, smallTo = -128, 1023

// smallNumbers saves boxing the numbers that are met most.
var smallNumbers = func() (all [smallTo - smallFrom + 1]Value) {
	for i := range all {
		all[i] = Number{coef: int64(i + smallFrom)}
	}
	return all
}()

// Int returns the number n.
func Int(n int64) Value {
	if n >= smallFrom && n <= smallTo {
		return smallNumbers[n-smallFrom]
	}
	return Number{coef: n}
}

// box returns the number as a value, shared when it is small.
func (n Number) box() Value {
	if n.exp == 0 && n.big == nil {
		return Int(n.coef)
	}
	return n
}

var errNumber = errors.New("feel: not a number: write digits with an optional decimal point and exponent, e.g. -12.5 or 1e3")

// ParseNumber reads a decimal such as -12.50 or 1e3. It is rounded to 34 digits.
func ParseNumber(s string) (Value, error) {
	n, ok := parseNumber(s)
	if !ok {
		return Null{}, errNumber
	}
	return n.box(), nil
}

func parseNumber(s string) (Number, bool) {
	if n, ok := parseInt(s); ok {
		return Number{coef: n}, true
	}
	if len(s) > maxNumberText || !isNumberText(s) {
		return Number{}, false
	}
	var d apd.Decimal
	if _, _, err := decimals.SetString(&d, s); err != nil || d.Form != apd.Finite {
		return Number{}, false
	}
	return fromDecimal(&d), true
}

// parseInt reads up to 18 digits, the common case.
func parseInt(s string) (n int64, ok bool) {
	if len(s) == 0 || len(s) > 18 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// isNumberText keeps out what apd also reads: NaN, Infinity and a leading plus.
func isNumberText(s string) bool {
	digits := false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits = true
		case c == '-' && (i == 0 || s[i-1]|0x20 == 'e'), c == '.':
		case c == '+' && i > 0 && s[i-1]|0x20 == 'e':
		case (c == 'e' || c == 'E') && digits:
		default:
			return false
		}
	}
	return digits
}

// fromDecimal takes over d and brings it to the one form each number has.
func fromDecimal(d *apd.Decimal) Number {
	d.Reduce(d)
	if !d.Coeff.IsInt64() || d.Exponent < -18 || d.Exponent > 18 {
		return Number{big: d}
	}
	coef := d.Coeff.Int64()
	if d.Negative {
		coef = -coef
	}
	if d.Exponent <= 0 {
		return Number{coef: coef, exp: d.Exponent}
	}
	if wide, ok := mulInt(coef, pow10[d.Exponent]); ok {
		return Number{coef: wide}
	}
	return Number{big: d}
}

// fromInt returns coef × 10^exp for -18 ≤ exp ≤ 0 without trailing zeros.
func fromInt(coef int64, exp int32) Number {
	for exp < 0 && coef%10 == 0 {
		coef /= 10
		exp++
	}
	return Number{coef: coef, exp: exp}
}

// decimal writes n to d, which it returns, or returns the big one as it is.
func (n Number) decimal(d *apd.Decimal) *apd.Decimal {
	if n.big != nil {
		return n.big
	}
	return d.SetFinite(n.coef, n.exp)
}

var pow10 = func() (p [19]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

func mulInt(a, b int64) (int64, bool) {
	if a == math.MinInt64 || b == math.MinInt64 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b)))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func addInt(a, b int64) (int64, bool) {
	sum := a + b
	return sum, (sum > a) == (b > 0)
}

// align gives both small numbers the lower exponent of the two.
func align(a, b Number) (x, y int64, exp int32, ok bool) {
	x, y, exp, ok = a.coef, b.coef, a.exp, true
	switch {
	case a.big != nil || b.big != nil:
		return 0, 0, 0, false
	case a.exp > b.exp:
		x, ok = mulInt(x, pow10[a.exp-b.exp])
		exp = b.exp
	case b.exp > a.exp:
		y, ok = mulInt(y, pow10[b.exp-a.exp])
	}
	return x, y, exp, ok
}

// operation is one of apd's that may fail, e.g. on overflow or division by zero.
type operation func(c *apd.Context, d, x, y *apd.Decimal) (apd.Condition, error)

func calculate(op operation, a, b Number) (Number, bool) {
	var d, x, y apd.Decimal
	if _, err := op(&decimals, &d, a.decimal(&x), b.decimal(&y)); err != nil || d.Form != apd.Finite {
		return Number{}, false
	}
	return fromDecimal(&d), true
}

func addNumbers(a, b Number) (Number, bool) {
	if x, y, exp, ok := align(a, b); ok {
		if sum, ok := addInt(x, y); ok {
			return fromInt(sum, exp), true
		}
	}
	switch x, y := a.magnitude(), b.magnitude(); {
	case a.Sign() == 0 || b.Sign() != 0 && y > x+farApart:
		return b, true
	case b.Sign() == 0 || x > y+farApart:
		return a, true
	}
	return calculate((*apd.Context).Add, a, b)
}

// farApart is a difference in digits before the point at which the smaller number cannot
// change the larger one, rounded to 34 digits.
const farApart = 2*34 + 2

// magnitude is the number of digits before the decimal point, negative for zeros behind it.
func (n Number) magnitude() int64 {
	var d apd.Decimal
	x := n.decimal(&d)
	return int64(x.Exponent) + x.NumDigits()
}

func subNumbers(a, b Number) (Number, bool) { return addNumbers(a, b.negated()) }

func mulNumbers(a, b Number) (Number, bool) {
	if a.big == nil && b.big == nil && a.exp+b.exp >= -18 {
		if product, ok := mulInt(a.coef, b.coef); ok {
			return fromInt(product, a.exp+b.exp), true
		}
	}
	return calculate((*apd.Context).Mul, a, b)
}

func divNumbers(a, b Number) (Number, bool) {
	if x, y, _, ok := align(a, b); ok && y != 0 && x%y == 0 {
		return Number{coef: x / y}, true
	}
	return calculate((*apd.Context).Quo, a, b)
}

// Steps for what takes much longer than an addition.
const (
	seriesSteps = 500 // a series of many terms
	rootSteps   = 50
	hugeSteps   = 100 // thousands of digits
)

// powerSteps are the steps for raising something to this power.
func (n Number) powerSteps() int {
	switch i, whole := n.Int64(); {
	case whole && i >= 0 && i <= 2:
		return 0
	case whole && i > -1000 && i < 1000:
		return 40
	}
	return seriesSteps
}

// powNumbers returns a to the power of b, to 34 digits.
func powNumbers(a, b Number) (Number, bool) {
	if n, ok := b.Int64(); ok && n >= 0 && n <= 2 {
		switch n {
		case 0:
			return Number{coef: 1}, true
		case 1:
			return a, true
		}
		return mulNumbers(a, a)
	}
	return calculate((*apd.Context).Pow, a, b)
}

func (n Number) negated() Number {
	if n.big != nil {
		return fromDecimal(new(apd.Decimal).Neg(n.big))
	}
	if n.coef == math.MinInt64 {
		d := apd.New(n.coef, n.exp)
		return fromDecimal(d.Neg(d))
	}
	return Number{coef: -n.coef, exp: n.exp}
}

// Compare returns -1, 0 or 1.
func (n Number) Compare(m Number) int {
	if x, y, _, ok := align(n, m); ok {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	var x, y apd.Decimal
	return n.decimal(&x).Cmp(m.decimal(&y))
}

// Sign returns -1, 0 or 1.
func (n Number) Sign() int { return n.Compare(Number{}) }

// Int64 returns the number when it is an integer of that size.
func (n Number) Int64() (int64, bool) { return n.coef, n.big == nil && n.exp == 0 }

// isInteger reports whether there is nothing behind the decimal point.
func (n Number) isInteger() bool {
	if n.big != nil {
		return n.big.Exponent >= 0
	}
	return n.exp == 0
}

// Float64 returns the nearest binary number; for display and charts only.
func (n Number) Float64() float64 {
	var d apd.Decimal
	f, _ := n.decimal(&d).Float64()
	return f
}

// Kind returns KindNumber.
func (Number) Kind() Kind { return KindNumber }

// String returns the number without exponent unless it would have more than 40 digits.
func (n Number) String() string { return string(n.append(nil)) }

func (n Number) append(dst []byte) []byte {
	if n.big == nil && n.exp == 0 {
		return strconv.AppendInt(dst, n.coef, 10)
	}
	var d apd.Decimal
	x := n.decimal(&d)
	if length := int64(x.Exponent) + x.NumDigits(); length > 40 || x.Exponent < -40 {
		return x.Append(dst, 'E')
	}
	return x.Append(dst, 'f')
}
