package feel

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxPattern = 1000 // bytes

var (
	errPattern       = errors.New("the pattern is no regular expression")
	errBackReference = errors.New("back-references are not supported")
)

// pattern is a compiled regular expression.
type pattern struct {
	*regexp.Regexp
	size int // instructions, each of which may look at each character
}

// affordable takes the steps for applying the pattern to a text.
func (p *pattern) affordable(r *run, text string) bool {
	return r.spend(len(text)*p.size/64 + 1)
}

// compilePattern translates an XPath 3.1 regular expression to Go's.
func compilePattern(src, flags string) (*pattern, error) {
	if len(src) > maxPattern {
		return nil, fmt.Errorf("the pattern is longer than %d bytes", maxPattern)
	}
	if strings.Trim(flags, "smixq") != "" {
		return nil, errors.New("the flags are s, m, i, x and q")
	}
	t := patternTranslator{src: src, fold: strings.Contains(flags, "i"), dotAll: strings.Contains(flags, "s")}
	switch {
	case strings.Contains(flags, "q"):
		t.out.WriteString(regexp.QuoteMeta(src))
	default:
		if strings.Contains(flags, "x") {
			t.src = withoutSpace(src)
		}
		if err := t.translate(); err != nil {
			return nil, err
		}
	}
	modes := ""
	if t.fold {
		modes += "(?i)"
	}
	if strings.Contains(flags, "m") {
		modes += "(?m)"
	}
	return makePattern(modes + t.out.String())
}

func makePattern(src string) (*pattern, error) {
	re, err := regexp.Compile(src)
	if err != nil {
		return nil, errPattern
	}
	tree, err := syntax.Parse(src, syntax.Perl)
	if err != nil {
		return nil, errPattern
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, errPattern
	}
	return &pattern{re, len(program.Inst)}, nil
}

// withoutSpace removes white space outside brackets, as the flag x says.
func withoutSpace(s string) string {
	var b strings.Builder
	brackets, escaped := 0, false
	for _, r := range s {
		if brackets == 0 && strings.ContainsRune(" \t\n\r", r) {
			continue
		}
		switch {
		case escaped:
		case r == '[':
			brackets++
		case r == ']' && brackets > 0:
			brackets--
		}
		escaped = r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}

// patternTranslator rewrites what XPath writes differently from Go.
type patternTranslator struct {
	src    string
	pos    int
	out    strings.Builder
	fold   bool
	dotAll bool
}

func (t *patternTranslator) translate() error {
	for t.pos < len(t.src) {
		switch c := t.src[t.pos]; {
		case strings.HasPrefix(t.src[t.pos:], `\I`) || strings.HasPrefix(t.src[t.pos:], `\C`):
			t.out.WriteString("[^" + escapeSets[t.src[t.pos+1]|0x20] + "]")
			t.pos += 2
		case c == '\\':
			set, err := t.escape()
			if err != nil {
				return err
			}
			t.out.WriteString(bracketed(set))
		case c == '[':
			class, err := t.class(0)
			if err != nil {
				return err
			}
			t.out.WriteString(class)
		case c == '.':
			t.pos++
			t.out.WriteString(map[bool]string{true: "(?s:.)", false: `[^\n\r]`}[t.dotAll])
		case strings.HasPrefix(t.src[t.pos:], "(?") && !strings.HasPrefix(t.src[t.pos:], "(?:"):
			return errPattern
		default:
			t.out.WriteByte(c)
			t.pos++
		}
	}
	return nil
}

// bracketed makes a class of a set that stands outside one; one escape needs none.
func bracketed(set string) string {
	if len(set) == 2 || strings.HasPrefix(set, `\p{`) && strings.Count(set, `\`) == 1 || strings.HasPrefix(set, `\P{`) {
		return set
	}
	return "[" + set + "]"
}

// class reads a bracketed class, from which another may be subtracted as in [a-z-[aeiou]].
func (t *patternTranslator) class(depth int) (string, error) {
	if depth > 10 {
		return "", errPattern
	}
	var b strings.Builder
	b.WriteByte('[')
	t.pos++
	if t.pos < len(t.src) && t.src[t.pos] == '^' {
		b.WriteByte('^')
		t.pos++
	}
	for first := true; t.pos < len(t.src); first = false {
		switch c := t.src[t.pos]; {
		case c == ']' && !first:
			t.pos++
			b.WriteByte(']')
			return b.String(), nil
		case c == '\\':
			set, err := t.escape()
			if err != nil {
				return "", err
			}
			b.WriteString(set)
		case c == '-' && strings.HasPrefix(t.src[t.pos:], "-[") && !first:
			t.pos++
			other, err := t.class(depth + 1)
			if err != nil || t.pos >= len(t.src) || t.src[t.pos] != ']' {
				return "", errPattern
			}
			t.pos++
			return t.subtract(b.String()+"]", other)
		case c == '[' || c == ']':
			return "", errPattern
		default:
			b.WriteByte(c)
			t.pos++
		}
	}
	return "", errPattern
}

// subtract writes the characters of one class that are not in the other.
func (t *patternTranslator) subtract(class, other string) (string, error) {
	a, ok1 := t.ranges(class)
	b, ok2 := t.ranges(other)
	if !ok1 || !ok2 {
		return "", errPattern
	}
	var s strings.Builder
	for i := 0; i < len(a); i += 2 {
		from := a[i]
		for j := 0; j < len(b) && from <= a[i+1]; j += 2 {
			if b[j+1] < from || b[j] > a[i+1] {
				continue
			}
			if b[j] > from {
				fmt.Fprintf(&s, `\x{%X}-\x{%X}`, from, b[j]-1)
			}
			from = b[j+1] + 1
		}
		if from <= a[i+1] {
			fmt.Fprintf(&s, `\x{%X}-\x{%X}`, from, a[i+1])
		}
	}
	if s.Len() == 0 {
		return `[^\x00-\x{10FFFF}]`, nil
	}
	return "[" + s.String() + "]", nil
}

// ranges returns the characters of a class as pairs of first and last, in order.
func (t *patternTranslator) ranges(class string) ([]rune, bool) {
	flags := syntax.ClassNL | syntax.PerlX | syntax.UnicodeGroups
	if t.fold {
		flags |= syntax.FoldCase
	}
	re, err := syntax.Parse(class, flags)
	if err != nil {
		return nil, false
	}
	switch re.Op {
	case syntax.OpCharClass:
		return re.Rune, true
	case syntax.OpLiteral:
		pairs := []rune{re.Rune[0], re.Rune[0]}
		for r := unicode.SimpleFold(re.Rune[0]); t.fold && r != re.Rune[0]; r = unicode.SimpleFold(r) {
			pairs = append(pairs, r, r)
		}
		return pairs, len(re.Rune) == 1
	case syntax.OpAnyChar:
		return []rune{0, utf8.MaxRune}, true
	case syntax.OpNoMatch:
		return nil, true
	}
	return nil, false
}

// escapeSets are the escapes that XML Schema defines wider than Go, for use in a class.
var escapeSets = map[byte]string{
	'd': `\p{Nd}`, 'D': `\P{Nd}`,
	'i': `_:\p{L}`, 'c': `_:.\-\x{B7}\p{L}\p{N}\p{M}`,
	'w': `\p{L}\p{M}\p{N}\p{S}`, 'W': `\p{P}\p{Z}\p{C}`,
}

// escape reads an escape and returns it as it may stand in a Go class.
func (t *patternTranslator) escape() (string, error) {
	t.pos += 2
	if t.pos > len(t.src) {
		return "", errPattern
	}
	c := t.src[t.pos-1]
	if set, ok := escapeSets[c]; ok {
		return set, nil
	}
	switch {
	case c == 'p' || c == 'P':
		return t.category(c)
	case isDigit(c):
		return "", errBackReference
	case strings.IndexByte(`sSnrt\|.-^?*+{}()[]$`, c) >= 0:
		return `\` + string(c), nil
	}
	return "", errPattern
}

// blocks are the Unicode blocks a text in European languages meets.
var blocks = map[string]string{
	"BasicLatin": `\x00-\x7F`, "Latin-1Supplement": `\x{80}-\x{FF}`, "LatinExtended-A": `\x{100}-\x{17F}`,
	"LatinExtended-B": `\x{180}-\x{24F}`, "IPAExtensions": `\x{250}-\x{2AF}`, "CombiningDiacriticalMarks": `\x{300}-\x{36F}`,
	"Greek": `\x{370}-\x{3FF}`, "GreekandCoptic": `\x{370}-\x{3FF}`, "Cyrillic": `\x{400}-\x{4FF}`, "Hebrew": `\x{590}-\x{5FF}`, "Arabic": `\x{600}-\x{6FF}`,
	"LatinExtendedAdditional": `\x{1E00}-\x{1EFF}`, "GeneralPunctuation": `\x{2000}-\x{206F}`, "CurrencySymbols": `\x{20A0}-\x{20CF}`,
}

// category reads \p{Lu} or \p{IsBasicLatin}.
func (t *patternTranslator) category(c byte) (string, error) {
	name, _, ok := strings.Cut(t.src[t.pos:], "}")
	if !ok || !strings.HasPrefix(name, "{") {
		return "", errPattern
	}
	t.pos += len(name) + 1
	if block, is := strings.CutPrefix(name, "{Is"); is {
		set, known := blocks[block]
		if !known || c == 'P' {
			return "", errPattern
		}
		return set, nil
	}
	return `\` + string(c) + name + "}", nil
}
