package feel

import (
	"slices"
	"strings"
)

// Conversion functions (DMN 1.5 table 72).
func init() {
	define("number(from: string)", func(c call, a []Value) Value { return c.number(string(a[0].(String))) })
	define("number(from: string, grouping separator: string|null, decimal separator?: string|null)", numberWith)
	define("number(from: number)", func(_ call, a []Value) Value { return a[0] })
	define("string(from: any)", func(c call, a []Value) Value { return c.r.textOf(a[0]) })
	define("duration(from: string)", func(c call, a []Value) Value {
		return c.parsed(parseDuration(string(a[0].(String))), "a duration such as P3DT4H or P1Y2M")
	})
	define("duration(from: days and time duration|years and months duration)", func(_ call, a []Value) Value { return a[0] })
	define("range(from: string)", rangeFromText)
}

func (c call) parsed(v Value, wanted string) Value {
	if v == nil {
		return c.null("argument", "the text is not %s", wanted)
	}
	return v
}

func (c call) number(s string) Value {
	n, ok := parseNumber(s)
	if !ok {
		return c.null("argument", "the text is not a number such as -1234.5")
	}
	return n.box()
}

// numberWith reads a number with separators: space, comma or period between
// groups, and period or comma before the decimals.
func numberWith(c call, a []Value) Value {
	s := string(a[0].(String))
	group, _ := a[1].(String)
	point, _ := optional(a, 2).(String)
	if !slices.Contains([]String{"", " ", ",", "."}, group) || !slices.Contains([]String{"", ",", "."}, point) || group == point && group != "" {
		return c.null("argument", "separators are a space, comma or period, and not the same")
	}
	if group != "" {
		s = strings.ReplaceAll(s, string(group), "")
	}
	if point == "," {
		if strings.Contains(s, ".") {
			return c.number("")
		}
		s = strings.Replace(s, ",", ".", 1)
	}
	return c.number(s)
}

// textOf is string(): text as it is, null as null, anything else as FEEL source.
func (r *run) textOf(v Value) Value {
	switch v := v.(type) {
	case Null, String:
		return v
	case List, *Context:
		if !r.affordable(v, 0) {
			return Null{}
		}
		return r.text(v.String())
	}
	return String(plainText(v))
}

// affordable walks through a value that may be deep, or share parts, and bounds its size.
func (r *run) affordable(v Value, depth int) bool {
	if depth > maxDepth {
		r.stop("too-deep", "a value is nested more than %d deep", maxDepth)
		return false
	}
	switch v := v.(type) {
	case String:
		return len(v) < 64 || r.spend(len(v)/64)
	case List:
		for _, item := range v {
			if !r.affordable(item, depth+1) {
				return false
			}
		}
		return r.spend(len(v))
	case *Context:
		for _, e := range v.entries {
			if !r.affordable(e.Value, depth+1) {
				return false
			}
		}
		return r.spend(v.Len())
	}
	return true
}

// rangeFromText reads a range of literals, e.g. "[1..10)" (DMN 1.5 grammar rules 66 and 67).
func rangeFromText(c call, a []Value) Value {
	s := strings.TrimSpace(string(a[0].(String)))
	if len(s) > maxNumberText {
		return c.null("argument", "the text is too long")
	}
	if len(s) < 4 || !strings.ContainsRune("[(]", rune(s[0])) || !strings.ContainsRune("])[", rune(s[len(s)-1])) {
		return c.null("argument", "the text is not a range such as [1..10)")
	}
	ends := s[1 : len(s)-1]
	from, at := endpoint(ends, 0)
	dots := scan(ends, at)
	to, at := endpoint(ends, dots.end)
	if from == nil || to == nil || !dots.is("..") || scan(ends, at).kind != tokenEnd || from.Kind() == KindNull && to.Kind() == KindNull {
		return c.null("argument", "the ends of the range must be literals")
	}
	closedLow, closedHigh := s[0] == '[', s[len(s)-1] == ']'
	if from.Kind() == KindNull || to.Kind() == KindNull {
		return openRange(c, from, to, closedLow, closedHigh)
	}
	return makeRange(c.r, c.place, from, to, closedLow, closedHigh)
}

// openRange is a range with an end left out, which is not included.
func openRange(c call, low, high Value, lowClosed, highClosed bool) Value {
	if low.Kind() == KindNull && lowClosed || high.Kind() == KindNull && highClosed {
		return c.null("argument", "an end that is left out cannot be included")
	}
	return &Range{Low: low, High: high, LowClosed: lowClosed, HighClosed: highClosed}
}

// endpoint reads a number, a text, or a date, time or duration; null is an end left out, nil what is no literal.
func endpoint(src string, pos int) (v Value, end int) {
	first := scan(src, pos)
	last := first
	switch {
	case first.is(".."), first.kind == tokenEnd:
		return Null{}, first.pos
	case first.is("-"):
		if last = scan(src, first.end); last.kind != tokenNumber {
			return nil, pos
		}
	case first.kind == tokenName && !first.isWord("null"):
		if last = temporalCall(src, first); !last.is(")") {
			return nil, pos
		}
	case first.kind == tokenSymbol, first.kind == tokenBad:
		return nil, pos
	}
	e, err := Compile(src[first.pos:last.end], Options{})
	if err != nil {
		return nil, pos
	}
	if v, ok := e.Constant(); ok && (v.Kind() != KindNull || first.isWord("null")) {
		return v, last.end
	}
	return nil, pos
}

// temporalCall returns the last bracket of a call such as date("2026-11-23"), some other token where none stands.
func temporalCall(src string, t token) token {
	var words []string
	for ; t.kind == tokenName; t = scan(src, t.end) {
		words = append(words, t.text)
	}
	if !t.is("(") || !slices.Contains([]string{"date", "time", "date and time", "duration"}, strings.Join(words, " ")) {
		return token{}
	}
	text := scan(src, t.end)
	if text.kind != tokenString {
		return token{}
	}
	return scan(src, text.end)
}
