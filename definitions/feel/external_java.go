package feel

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/cockroachdb/apd/v3"
)

// java adds static methods of a class: each of the signatures, such as "max(int,int)int"
// with the type of the result behind, is done by call.
func java(class string, call func(c call, a []Value) Value, methods ...string) {
	for _, method := range methods {
		head, result, _ := strings.Cut(method, ")")
		name, types, err := readSignature(head)
		if err != nil {
			panic(err) // of this file
		}
		full := class + "." + name
		javaMethods[full] = append(javaMethods[full], &javaMethod{types: types, result: result, call: call})
	}
}

// forTypes writes a method of one or two parameters for each type of number.
func forTypes(name string, params int, types ...string) (methods []string) {
	for _, typ := range types {
		methods = append(methods, name+"("+strings.TrimSuffix(strings.Repeat(typ+",", params), ",")+")"+typ)
	}
	return methods
}

func init() {
	numbers := []string{"int", "long", "float", "double"}
	java("Math", javaOne(func(n Number) (Number, bool) {
		if n.Sign() < 0 {
			n = n.negated()
		}
		return n, true
	}), forTypes("abs", 1, numbers...)...)
	java("Math", javaMax(1), forTypes("max", 2, numbers...)...)
	java("Math", javaMax(-1), forTypes("min", 2, numbers...)...)
	java("Math", javaTwo(addNumbers), forTypes("addExact", 2, "int", "long")...)
	java("Math", javaTwo(subNumbers), forTypes("subtractExact", 2, "int", "long")...)
	java("Math", javaTwo(mulNumbers), forTypes("multiplyExact", 2, "int", "long")...)
	java("Math", javaOne(func(n Number) (Number, bool) { return n.negated(), true }), forTypes("negateExact", 1, "int", "long")...)
	java("Math", javaTwo(floorDivided), forTypes("floorDiv", 2, "int", "long")...)
	java("Math", modulo, forTypes("floorMod", 2, "int", "long")...)
	java("Math", javaRound(apd.RoundFloor), "floor(double)double")
	java("Math", javaRound(apd.RoundCeiling), "ceil(double)double")
	java("Math", javaRound(apd.RoundHalfEven), "rint(double)double")
	java("Math", javaOne(roundToLong), "round(double)long", "round(float)int")
	java("Math", javaOne(func(n Number) (Number, bool) { return Number{coef: int64(n.Sign())}, true }), "signum(double)double", "signum(float)float")
	java("Math", javaTwo(powNumbers), "pow(double,double)double")
	java("Math", numberCall(rootSteps, (*apd.Context).Sqrt), "sqrt(double)double")
	java("Math", numberCall(seriesSteps, (*apd.Context).Cbrt), "cbrt(double)double")
	java("Math", numberCall(seriesSteps, exponential), "exp(double)double")
	java("Math", numberCall(seriesSteps, logarithm), "log(double)double")
	java("Math", numberCall(seriesSteps, (*apd.Context).Log10), "log10(double)double")
	for name, f := range map[string]func(float64) float64{
		"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
		"sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh,
		"toRadians": func(x float64) float64 { return x * math.Pi / 180 }, "toDegrees": func(x float64) float64 { return x * 180 / math.Pi },
	} {
		java("Math", func(c call, a []Value) Value { return c.fromBinary(f(a[0].(Number).Float64())) }, name+"(double)double")
	}
	for name, f := range map[string]func(x, y float64) float64{"atan2": math.Atan2, "hypot": math.Hypot} {
		java("Math", func(c call, a []Value) Value {
			return c.fromBinary(f(a[0].(Number).Float64(), a[1].(Number).Float64()))
		}, name+"(double,double)double")
	}
}

// The classes of single values: conversions, comparisons and what they share with Math.
func init() {
	for class, typ := range map[string]string{"Byte": "byte", "Short": "short", "Integer": "int", "Long": "long", "Float": "float", "Double": "double"} {
		whole := javaRanges[typ].high > 0
		parse := "parse" + strings.ToUpper(typ[:1]) + typ[1:]
		java(class, javaParse(whole), "valueOf(String)"+typ, parse+"(String)"+typ)
		java(class, javaSame, "valueOf("+typ+")"+typ)
		java(class, javaText(whole), "toString("+typ+")String")
		java(class, javaCompare, "compare("+typ+","+typ+")int")
		if class == "Byte" || class == "Short" {
			continue
		}
		java(class, javaMax(1), forTypes("max", 2, typ)...)
		java(class, javaMax(-1), forTypes("min", 2, typ)...)
		java(class, javaTwo(addNumbers), forTypes("sum", 2, typ)...)
	}
	java("java.math.BigDecimal", javaSame, "valueOf(double)double", "valueOf(long)double")
	java("java.math.BigInteger", javaSame, "valueOf(long)long")
	java("Boolean", javaSame, "valueOf(boolean)boolean")
	java("Boolean", func(_ call, a []Value) Value { return Bool(strings.EqualFold(string(a[0].(String)), "true")) },
		"valueOf(String)boolean", "parseBoolean(String)boolean")
	java("Boolean", javaText(false), "toString(boolean)String")
	java("String", javaText(true), "valueOf(char)String", "valueOf(int)String", "valueOf(long)String", "valueOf(boolean)String", "valueOf(Object)String")
	java("String", javaText(false), "valueOf(double)String", "valueOf(float)String")
	java("String", javaFormat, "format(String,Object...)String")
	java("String", func(c call, a []Value) Value { return stringJoin(c, []Value{a[1], a[0]}) }, "join(CharSequence,CharSequence...)String")
	for name, f := range map[string]func(rune) bool{
		"isDigit": unicode.IsDigit, "isLetter": unicode.IsLetter, "isUpperCase": unicode.IsUpper, "isLowerCase": unicode.IsLower, "isWhitespace": unicode.IsSpace,
		"isLetterOrDigit": func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) },
	} {
		java("Character", func(_ call, a []Value) Value { return Bool(f([]rune(string(a[0].(String)))[0])) }, name+"(char)boolean")
	}
	java("Character", javaText(true), "toString(char)String", "valueOf(char)char")
}

func javaOne(f func(n Number) (Number, bool)) func(call, []Value) Value {
	return func(c call, a []Value) Value { return c.result(f(a[0].(Number))) }
}

func javaTwo(f func(a, b Number) (Number, bool)) func(call, []Value) Value {
	return func(c call, a []Value) Value { return c.result(f(a[0].(Number), a[1].(Number))) }
}

func javaMax(sign int) func(call, []Value) Value {
	return func(_ call, a []Value) Value {
		if a[0].(Number).Compare(a[1].(Number))*sign >= 0 {
			return a[0]
		}
		return a[1]
	}
}

func javaRound(mode apd.Rounder) func(call, []Value) Value {
	return javaOne(func(n Number) (Number, bool) { return n.rounded(0, mode) })
}

// roundToLong is the floor of half a unit more.
func roundToLong(n Number) (Number, bool) {
	n, ok := addNumbers(n, Number{coef: 5, exp: -1})
	if !ok {
		return n, false
	}
	return n.rounded(0, apd.RoundFloor)
}

func floorDivided(a, b Number) (Number, bool) {
	x, _ := a.Int64()
	y, _ := b.Int64()
	if y == 0 || x == math.MinInt64 && y == -1 {
		return Number{}, false
	}
	return Number{coef: floorDiv(x, y)}, true
}

// fromBinary returns 15 digits of what was computed in binary, so that machines which
// differ in the last bit agree.
func (c call) fromBinary(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return c.null("arithmetic", "there is no result for this number")
	}
	return c.number(strconv.FormatFloat(f, 'e', 14, 64))
}

func javaSame(_ call, a []Value) Value { return a[0] }

func javaCompare(_ call, a []Value) Value {
	return Int(int64(a[0].(Number).Compare(a[1].(Number))))
}

// javaParse reads a number; one that shall be whole may have no point.
func javaParse(whole bool) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		s := strings.TrimPrefix(string(a[0].(String)), "+")
		if whole && strings.ContainsAny(s, ".eE") {
			return c.null("argument", "the text is no whole number")
		}
		if !whole {
			s = strings.TrimSpace(s)
		}
		return c.number(s)
	}
}

// javaText writes a value as Java does; a number that may have a fraction always has one.
func javaText(whole bool) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		if n, ok := a[0].(Number); ok && !whole {
			return String(javaDouble(n))
		}
		if a[0].Kind() == KindNull {
			return String("null")
		}
		return c.r.textOf(a[0])
	}
}

// javaDouble is Double.toString: an exponent below a thousandth and from ten millions on.
func javaDouble(n Number) string {
	f := n.Float64()
	if size := math.Abs(f); size == 0 || size >= 1e-3 && size < 1e7 {
		s := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', -1, 64), "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	sign := ""
	if exponent[0] == '-' {
		sign = "-"
	}
	return mantissa + "E" + sign + cmp.Or(strings.TrimLeft(exponent, "+-0"), "0")
}
