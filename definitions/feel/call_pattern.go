package feel

import (
	"strings"
)

// Functions with regular expressions (DMN 1.5 table 74; XPath 3.1 §5.6.1), and extract
// of Camunda. They run in time linear to the text, so back-references are refused.
func init() {
	define("matches(input: string, pattern: string, flags?: string|null)", func(c call, a []Value) Value {
		re := c.compiled(a, patternArgument["matches"])
		if re == nil {
			return Null{}
		}
		return Bool(re.MatchString(string(a[0].(String))))
	})
	define("replace(input: string, pattern: string, replacement: string, flags?: string|null)", replace)
	define("split(string: string, delimiter: string)", split)
	define("extract(string: string, pattern: string)", extract)
}

// patternArgument tells where the pattern and the flags are among the arguments.
var patternArgument = map[string]struct{ pattern, flags int }{
	"matches": {1, 2}, "replace": {1, 3}, "split": {1, 2}, "extract": {1, 2},
}

// compiled returns the call's pattern, nil with a warning if it is none, and takes
// the steps for applying it to the first argument.
func (c call) compiled(a []Value, at struct{ pattern, flags int }) *pattern {
	input := string(a[0].(String))
	if c.pattern != nil {
		if !c.pattern.affordable(c.r, input) {
			return nil
		}
		return c.pattern
	}
	pattern, flags := a[at.pattern].(String), String("")
	if f, ok := optional(a, at.flags).(String); ok {
		flags = f
	}
	re, err := compilePattern(string(pattern), string(flags))
	if err != nil {
		c.warn("pattern", "%s: %v", c.f, err)
		return nil
	}
	if !c.r.spend(50+re.size) || !re.affordable(c.r, input) {
		return nil
	}
	return re
}

func replace(c call, a []Value) Value {
	re := c.compiled(a, patternArgument["replace"])
	if re == nil {
		return Null{}
	}
	if re.MatchString("") {
		return c.null("pattern", "the pattern matches a text of no characters")
	}
	replacement, ok := translateReplacement(string(a[2].(String)), re.NumSubexp())
	if f, is := optional(a, 3).(String); is && strings.Contains(string(f), "q") {
		replacement, ok = strings.ReplaceAll(string(a[2].(String)), "$", "$$"), true
	}
	if !ok {
		return c.null("pattern", `in the replacement, write $1 for a group, \$ for a dollar sign and \\ for a backslash`)
	}
	input := string(a[0].(String))
	if !c.roomForReplaced(re, input, replacement) {
		return Null{}
	}
	return c.r.text(re.ReplaceAllString(input, replacement))
}

// roomForReplaced bounds the result before it is made: each match gives at most
// the replacement with the whole input for every group in it.
func (c call) roomForReplaced(re *pattern, input, replacement string) bool {
	matches := re.FindAllStringIndex(input, -1)
	groups := strings.Count(replacement, "$")
	size := len(input)
	for _, m := range matches {
		size += len(replacement) + groups*(m[1]-m[0])
	}
	return c.r.roomForText(size)
}

// translateReplacement writes groups as Go does, ${1}; a group that there is not is empty.
func translateReplacement(s string, groups int) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '$'):
			i++
			b.WriteString(strings.ReplaceAll(s[i:i+1], "$", "$$"))
		case s[i] == '\\':
			return "", false
		case s[i] == '$':
			end := i + 1
			n := 0
			for end < len(s) && isDigit(s[end]) && (n == 0 || n*10+int(s[end]-'0') <= groups) {
				n = n*10 + int(s[end]-'0')
				end++
			}
			if end == i+1 {
				return "", false
			}
			if n <= groups {
				b.WriteString("${" + s[i+1:end] + "}")
			}
			i = end - 1
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), true
}

func split(c call, a []Value) Value {
	re := c.compiled(a, patternArgument["split"])
	if re == nil {
		return Null{}
	}
	return texts(c.r, re.Split(string(a[0].(String)), -1))
}

func extract(c call, a []Value) Value {
	re := c.compiled(a, patternArgument["extract"])
	if re == nil {
		return Null{}
	}
	return texts(c.r, re.FindAllString(string(a[0].(String)), -1))
}

func texts(r *run, parts []string) Value {
	if !r.roomFor(len(parts)) {
		return Null{}
	}
	list := make(List, len(parts))
	for i, s := range parts {
		list[i] = String(s)
	}
	return list
}
