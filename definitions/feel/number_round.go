package feel

import "github.com/cockroachdb/apd/v3"

// rounded returns the number with so many digits behind the decimal point, or
// before it when scale is negative.
func (n Number) rounded(scale int32, mode apd.Rounder) (Number, bool) {
	exp := n.exp
	if n.big != nil {
		exp = n.big.Exponent
	}
	if exp >= -scale {
		return n, true
	}
	var d, x apd.Decimal
	if v := n.decimal(&x); int64(v.Exponent)+v.NumDigits() < int64(-scale) {
		return n.roundedFraction(scale, mode), true
	}
	c := decimals
	c.Rounding = mode
	c.Precision = 200 // more than the digits there can be, so that only the scale rounds
	if _, err := c.Quantize(&d, n.decimal(&x), -scale); err != nil {
		return Number{}, false
	}
	return fromDecimal(&d), true
}

// roundedFraction rounds what is less than a tenth of the last digit kept: to one
// of that digit away from zero, or to 0.
func (n Number) roundedFraction(scale int32, mode apd.Rounder) Number {
	away := mode == apd.RoundUp || mode == apd.RoundFloor && n.Sign() < 0 || mode == apd.RoundCeiling && n.Sign() > 0
	if !away || n.Sign() == 0 {
		return Number{}
	}
	return fromDecimal(apd.New(int64(n.Sign()), -scale))
}
