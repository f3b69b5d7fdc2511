package feel

import (
	"strings"
	"unicode/utf8"
)

// String functions (DMN 1.5 table 74), and trim, is blank and extract of Camunda.
// Positions count characters from 1, or from the end with a negative number.
func init() {
	define("substring(string: string, start position: number, length?: number)", substring)
	define("string length(string: string)", func(c call, a []Value) Value {
		c.r.look(len(a[0].(String)))
		return Int(int64(utf8.RuneCountInString(string(a[0].(String)))))
	})
	define("upper case(string: string)", textCall(upperCase))
	define("lower case(string: string)", textCall(lowerCase))
	define("trim(string: string)", textCall(strings.TrimSpace))
	define("is blank(string: string)", func(c call, a []Value) Value {
		c.r.look(len(a[0].(String)))
		return Bool(strings.TrimSpace(string(a[0].(String))) == "")
	})
	define("substring before(string: string, match: string)", func(c call, a []Value) Value {
		c.r.look(len(a[0].(String)))
		before, _, found := strings.Cut(string(a[0].(String)), string(a[1].(String)))
		if !found {
			before = ""
		}
		return String(before)
	})
	define("substring after(string: string, match: string)", func(c call, a []Value) Value {
		c.r.look(len(a[0].(String)))
		_, after, _ := strings.Cut(string(a[0].(String)), string(a[1].(String)))
		return String(after)
	})
	define("contains(string: string, match: string)", textTest(strings.Contains))
	define("starts with(string: string, match: string)", textTest(strings.HasPrefix))
	define("ends with(string: string, match: string)", textTest(strings.HasSuffix))
	define("string join(list: list, delimiter?: string|null)", stringJoin)
}

func textCall(f func(string) string) func(call, []Value) Value {
	return func(c call, a []Value) Value { return c.r.text(f(string(a[0].(String)))) }
}

func textTest(f func(s, part string) bool) func(call, []Value) Value {
	return func(c call, a []Value) Value {
		return Bool(c.r.look(len(a[0].(String))) && f(string(a[0].(String)), string(a[1].(String))))
	}
}

func substring(c call, a []Value) Value {
	chars := []rune(string(a[0].(String)))
	if !c.r.spend(len(chars) / 16) {
		return Null{}
	}
	start, ok := truncate(a[1].(Number)).Int64()
	n := int64(len(chars))
	if start < 0 {
		start += n + 1
	}
	if !ok || start < 1 || start > n {
		return c.null("index", "the text has %d characters and none at position %s", n, a[1])
	}
	chars = chars[start-1:]
	if len(a) > 2 {
		length, ok := truncate(a[2].(Number)).Int64()
		if !ok || length < 1 {
			return c.null("argument", "the length must be at least 1")
		}
		chars = chars[:min(length, int64(len(chars)))]
	}
	return String(chars)
}

func stringJoin(c call, a []Value) Value {
	delimiter := ""
	if s, ok := optional(a, 1).(String); ok {
		delimiter = string(s)
	}
	var parts []string
	size := 0
	for _, item := range a[0].(List) {
		switch item := item.(type) {
		case Null:
		case String:
			parts = append(parts, string(item))
			size += len(item) + len(delimiter)
			if size > c.r.limits.Length+len(delimiter) {
				return c.r.text(strings.Join(parts, delimiter))
			}
		default:
			return c.null("argument", "an item of the list is %s, not a string", describe(item))
		}
	}
	return c.r.text(strings.Join(parts, delimiter))
}

// optional returns the i-th argument, nil when it was left out.
func optional(a []Value, i int) Value {
	if i < len(a) {
		return a[i]
	}
	return nil
}
