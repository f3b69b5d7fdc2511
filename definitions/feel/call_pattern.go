package feel

import "strings"

// Functions with regular expressions (DMN 1.5 table 74; XPath 3.1 §5.6), and extract
// of Camunda.
func init() {
	define("matches(input: string, pattern: string, flags?: string|null)", func(c call, a []Value) Value {
		re := c.compiled(a, patternArgument["matches"])
		if re == nil {
			return Null{}
		}
		return Bool(re.matches(c.r, string(a[0].(String))))
	})
	define("replace(input: string, pattern: string, replacement: string, flags?: string|null)", replace)
	define("split(string: string, delimiter: string)", split)
	define("extract(string: string, pattern: string)", extract)
}

// patternArgument tells where the pattern and the flags are among the arguments.
var patternArgument = map[string]struct{ pattern, flags int }{
	"matches": {1, 2}, "replace": {1, 3}, "split": {1, 2}, "extract": {1, 2},
}

// compiled returns the call's pattern, nil with a warning if it is none.
func (c call) compiled(a []Value, at struct{ pattern, flags int }) *pattern {
	if c.pattern != nil {
		return c.pattern
	}
	pattern, flags := a[at.pattern].(String), String("")
	if f, ok := optional(a, at.flags).(String); ok {
		flags = f
	}
	if !c.r.spend(50 + len(pattern)) {
		return nil
	}
	re, err := compilePattern(string(pattern), string(flags))
	if err != nil {
		c.warn("pattern", "%s: %v", c.f, err)
		return nil
	}
	if !c.r.spend(re.cost()) {
		return nil
	}
	return re
}

func replace(c call, a []Value) Value {
	re := c.compiled(a, patternArgument["replace"])
	if re == nil {
		return Null{}
	}
	if re.matches(c.r, "") {
		return c.null("pattern", "the pattern matches a text of no characters")
	}
	input, replacement := string(a[0].(String)), string(a[2].(String))
	parts, ok := readReplacement(replacement, re.groups)
	if f, is := optional(a, 3).(String); is && strings.Contains(string(f), "q") {
		parts, ok = []replacementPart{{text: replacement, group: -1}}, true
	}
	if !ok {
		return c.null("pattern", `in the replacement, write $1 for a group, \$ for a dollar sign and \\ for a backslash`)
	}
	return c.replaced(input, re.all(c.r, input), parts)
}

// replaced puts the replacement in the place of each match.
func (c call) replaced(input string, matches [][]int, parts []replacementPart) Value {
	var b strings.Builder
	last := 0
	for _, m := range matches {
		b.WriteString(input[last:m[0]])
		for _, part := range parts {
			b.WriteString(part.of(input, m))
		}
		last = m[1]
		if b.Len() > c.r.limits.Length || !c.r.spend(len(parts)) {
			break
		}
	}
	if c.r.err != nil || !c.r.roomForText(b.Len()+len(input)-last) {
		return Null{}
	}
	b.WriteString(input[last:])
	return String(b.String())
}

// replacementPart is a text, or what a group of the match has matched.
type replacementPart struct {
	text  string
	group int // -1 for a text
}

func (p replacementPart) of(input string, match []int) string {
	if p.group < 0 {
		return p.text
	}
	from, to := match[2*p.group], match[2*p.group+1]
	if from < 0 || to < from {
		return ""
	}
	return input[from:to]
}

// readReplacement reads $1 as a group, with further digits as long as there are so many
// groups; one that there is not stands for nothing.
func readReplacement(s string, groups int) (parts []replacementPart, ok bool) {
	from := 0
	text := func(to int) {
		if to > from {
			parts = append(parts, replacementPart{s[from:to], -1})
		}
	}
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\\':
			if i+1 >= len(s) || s[i+1] != '\\' && s[i+1] != '$' {
				return nil, false
			}
			text(i)
			from = i + 1
			i += 2
		case s[i] == '$':
			text(i)
			group, end := groupNumber(s, i+1, groups)
			if end == i+1 {
				return nil, false
			}
			if group <= groups {
				parts = append(parts, replacementPart{group: group})
			}
			from, i = end, end
		default:
			i++
		}
	}
	text(len(s))
	return parts, true
}

func groupNumber(s string, at, groups int) (n, end int) {
	end = at
	for end < len(s) && isDigit(s[end]) && (end == at || n*10+int(s[end]-'0') <= groups) {
		n = n*10 + int(s[end]-'0')
		end++
	}
	return n, end
}

func split(c call, a []Value) Value {
	re := c.compiled(a, patternArgument["split"])
	if re == nil {
		return Null{}
	}
	input := string(a[0].(String))
	var parts []string
	from := 0
	for _, m := range re.all(c.r, input) {
		if m[1] > 0 && m[0] < len(input) {
			parts = append(parts, input[from:m[0]])
			from = m[1]
		}
	}
	return texts(c.r, append(parts, input[from:]))
}

func extract(c call, a []Value) Value {
	re := c.compiled(a, patternArgument["extract"])
	if re == nil {
		return Null{}
	}
	input := string(a[0].(String))
	var parts []string
	for _, m := range re.all(c.r, input) {
		parts = append(parts, input[m[0]:m[1]])
	}
	return texts(c.r, parts)
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
