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
	c := decimals
	c.Rounding = mode
	c.Precision = 200 // more than the digits there can be, so that only the scale rounds
	var d, x apd.Decimal
	if _, err := c.Quantize(&d, n.decimal(&x), -scale); err != nil {
		return Number{}, false
	}
	return fromDecimal(&d), true
}
