package definitions

import "fasthold/definitions/feel"

// constantText is the value of an expression that is always the same text.
func constantText(x *feel.Expression) (string, bool) {
	if x == nil {
		return "", false
	}
	v, ok := x.Constant()
	if !ok {
		return "", false
	}
	s, ok := v.(feel.String)
	return string(s), ok
}
