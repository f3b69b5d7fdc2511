package feel

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What stands for one character in a regular expression (XML Schema part 2, appendix F),
// written as a class of Go's syntax: the meaning of each escape, block and bracket.

const maxClassDepth = 10 // of brackets subtracted from brackets

// nameStartChars and nameChars are those of XML 1.0 (productions 4 and 4a).
const (
	nameStartChars = `:A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}` +
		`\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}`
	nameChars = nameStartChars + `\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}`
)

// multiEscapes are the escapes of several characters, as they stand within brackets.
var multiEscapes = map[byte]string{
	's': `\t\n\r `, 'd': `\p{Nd}`, 'w': `\p{L}\p{M}\p{N}\p{S}`, 'i': nameStartChars, 'c': nameChars,
}

const singleEscapes = `nrt\|.-^?*+{}()[]$`

// class reads what stands between brackets, the first of which has been passed.
func (p *patternParser) class(depth int) (string, error) {
	if depth > maxClassDepth {
		return "", errPattern
	}
	negated := p.skip("^")
	var chars, sets strings.Builder // only the first are the same in both cases
	for first := true; ; first = false {
		switch {
		case p.pos >= len(p.src):
			return "", errPattern
		case p.src[p.pos] == ']':
			if first {
				return "", errPattern
			}
			p.pos++
			return p.bracket(negated, chars.String(), sets.String())
		case !first && p.skip("-["):
			other, err := p.class(depth + 1)
			if err != nil || !p.skip("]") {
				return "", errPattern
			}
			class, err := p.bracket(negated, chars.String(), sets.String())
			if err != nil {
				return "", err
			}
			return subtractClass(class, other)
		}
		if err := p.classItem(&chars, &sets); err != nil {
			return "", err
		}
	}
}

// classItem reads a character, a range or an escape within brackets.
func (p *patternParser) classItem(chars, sets *strings.Builder) error {
	if set, ok, err := p.multiEscape(); ok || err != nil {
		sets.WriteString(set)
		return err
	}
	from, err := p.classChar()
	if err != nil {
		return err
	}
	to := from
	if p.pos+1 < len(p.src) && p.src[p.pos] == '-' && p.src[p.pos+1] != ']' && p.src[p.pos+1] != '[' {
		p.pos++
		if to, err = p.classChar(); err != nil {
			return err
		}
	}
	if to < from {
		return errPattern
	}
	fmt.Fprintf(chars, `\x{%X}-\x{%X}`, from, to)
	return nil
}

func (p *patternParser) classChar() (rune, error) {
	switch c := p.src[p.pos]; {
	case c == '\\':
		return p.singleEscape()
	case c == '[', c == ']':
		return 0, errPattern
	}
	return p.char(), nil
}

// bracket writes a class: chars in both cases when case is no matter, sets as they are.
func (p *patternParser) bracket(negated bool, chars, sets string) (string, error) {
	if p.fold && chars != "" {
		runes, ok := classRunes("["+chars+"]", syntax.FoldCase)
		if !ok {
			return "", errPattern
		}
		chars = writeRunes(runes)
	}
	if negated {
		return "[^" + chars + sets + "]", nil
	}
	return "[" + chars + sets + "]", nil
}

// singleEscape reads the escape of one character.
func (p *patternParser) singleEscape() (rune, error) {
	if p.pos+1 >= len(p.src) || strings.IndexByte(singleEscapes, p.src[p.pos+1]) < 0 {
		return 0, errPattern
	}
	p.pos += 2
	switch c := p.src[p.pos-1]; c {
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	default:
		return rune(c), nil
	}
}

// multiEscape reads an escape of several characters, such as \d or \p{Lu}, if one stands
// here, and returns it as it may stand within brackets.
func (p *patternParser) multiEscape() (set string, ok bool, err error) {
	if p.pos+1 >= len(p.src) || p.src[p.pos] != '\\' {
		return "", false, nil
	}
	c := p.src[p.pos+1]
	if c == 'p' || c == 'P' {
		p.pos += 2
		set, err = p.category(c == 'P')
		return set, true, err
	}
	if set = multiEscapes[c|0x20]; set == "" {
		return "", false, nil
	}
	p.pos += 2
	if c < 'a' {
		set, err = complement(set)
	}
	return set, true, err
}

// category reads the {Lu} of \p{Lu}, or a block as in \p{IsBasicLatin}.
func (p *patternParser) category(negated bool) (string, error) {
	name, _, ok := strings.Cut(p.src[p.pos:], "}")
	if !ok || !strings.HasPrefix(name, "{") {
		return "", errPattern
	}
	p.pos += len(name) + 1
	set := ""
	switch name = name[1:]; {
	case strings.HasPrefix(name, "Is"):
		set = blocks[name[2:]]
	case name == "C": // with what is not assigned, which Go leaves out
		set = `\p{C}` + unassigned()
	case name == "Cn":
		set = unassigned()
	case unicode.Categories[name] != nil && len(name) <= 2 && name != "LC":
		if set = `\p{` + name + "}"; negated {
			return `\P{` + name + "}", nil
		}
	}
	switch {
	case set == "":
		return "", errPattern
	case negated:
		return complement(set)
	}
	return set, nil
}

// unassigned are the characters that no category has.
func unassigned() string {
	set, _ := complement(`\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{C}`)
	return set
}

// complement returns all characters but those of the set.
func complement(set string) (string, error) {
	runes, ok := classRunes("[^"+set+"]", 0)
	if !ok {
		return "", errPattern
	}
	return writeRunes(runes), nil
}

// subtractClass writes the characters of one class that are not in the other.
func subtractClass(class, other string) (string, error) {
	a, ok1 := classRunes(class, 0)
	b, ok2 := classRunes(other, 0)
	if !ok1 || !ok2 {
		return "", errPattern
	}
	var left []rune
	for i := 0; i < len(a); i += 2 {
		from := a[i]
		for j := 0; j < len(b) && from <= a[i+1]; j += 2 {
			if b[j+1] < from || b[j] > a[i+1] {
				continue
			}
			if b[j] > from {
				left = append(left, from, b[j]-1)
			}
			from = b[j+1] + 1
		}
		if from <= a[i+1] {
			left = append(left, from, a[i+1])
		}
	}
	if left == nil {
		return `[^\x00-\x{10FFFF}]`, nil
	}
	return "[" + writeRunes(left) + "]", nil
}

func writeRunes(pairs []rune) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, `\x{%X}-\x{%X}`, pairs[i], pairs[i+1])
	}
	return b.String()
}

// classRunes returns the characters of a class as pairs of first and last, in order.
func classRunes(class string, flags syntax.Flags) ([]rune, bool) {
	re, err := syntax.Parse(class, flags|syntax.ClassNL|syntax.PerlX|syntax.UnicodeGroups)
	if err != nil {
		return nil, false
	}
	switch re.Op {
	case syntax.OpCharClass:
		return re.Rune, true
	case syntax.OpLiteral:
		return foldPairs(re.Rune[0], re.Flags&syntax.FoldCase != 0), len(re.Rune) == 1
	case syntax.OpAnyChar:
		return []rune{0, utf8.MaxRune}, true
	case syntax.OpNoMatch:
		return nil, true
	}
	return nil, false
}

// foldPairs returns the character, and those that differ from it in case only.
func foldPairs(c rune, fold bool) []rune {
	pairs := []rune{c, c}
	for r := unicode.SimpleFold(c); fold && r != c; r = unicode.SimpleFold(r) {
		pairs = append(pairs, r, r)
	}
	return pairs
}
