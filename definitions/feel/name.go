package feel

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// nameStart is DMN 1.5 grammar rule 28.
func nameStart(r rune) bool {
	switch {
	case r < 0x80:
		return r == '?' || r == '_' || r|0x20 >= 'a' && r|0x20 <= 'z'
	case r == utf8.RuneError:
		return false
	}
	return r >= 0xC0 && r <= 0x2FF && r != 0xD7 && r != 0xF7 ||
		r >= 0x370 && r <= 0x1FFF && r != 0x37E && !isSpace(r) ||
		r >= 0x200C && r <= 0x200D || r >= 0x2070 && r <= 0x218F || r >= 0x2C00 && r <= 0x2FEF ||
		r >= 0x3001 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFDCF || r >= 0xFDF0 && r <= 0xFEFE ||
		r >= 0xFF00 && r <= 0xFFFD || r >= 0x10000 && r <= 0xEFFFF
}

// namePart is DMN 1.5 grammar rule 29.
func namePart(r rune) bool {
	return nameStart(r) || r >= '0' && r <= '9' || r == 0xB7 || r >= 0x300 && r <= 0x36F || r >= 0x203F && r <= 0x2040
}

// wordEnd returns the end of the word that begins at pos, which is pos when none does.
func wordEnd(src string, pos int) int {
	r, size := utf8.DecodeRuneInString(src[pos:])
	if !nameStart(r) {
		return pos
	}
	end := pos + size
	if r == '?' {
		return end
	}
	for end < len(src) {
		r, size = utf8.DecodeRuneInString(src[end:])
		if !namePart(r) {
			break
		}
		end += size
	}
	return end
}

// nameSymbols may stand within a name (DMN 1.5 grammar rule 30).
const nameSymbols = "./-'+*"

// splitName returns the words and symbols of a name, "birth-date" as three;
// white space between them does not count.
func splitName(name string) (parts []string) {
	for pos := 0; pos < len(name); {
		end := partEnd(name, pos)
		if part := strings.TrimSpace(name[pos:end]); part != "" {
			parts = append(parts, part)
		}
		pos = end
	}
	return parts
}

// partEnd returns the end of a word, a number or one other character.
func partEnd(s string, pos int) int {
	end := pos
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !namePart(r) {
			break
		}
		end += size
	}
	if end == pos {
		_, size := utf8.DecodeRuneInString(s[pos:])
		end += size
	}
	return end
}

// known is a name of several parts that the parser can recognise.
type known struct {
	name  string
	parts []string
}

// nameSet holds names by their first part.
type nameSet map[string][]known

// add makes the name recognisable; names of one part are so anyway.
func (s nameSet) add(name string) {
	parts := splitName(name)
	if len(parts) < 2 || s.has(name) {
		return
	}
	s[parts[0]] = append(s[parts[0]], known{name, parts})
}

func (s nameSet) has(name string) bool {
	parts := splitName(name)
	return len(parts) > 0 && slices.ContainsFunc(s[parts[0]], func(k known) bool { return k.name == name })
}

// longest returns the longest of the names that stands at pos, and where it ends.
func (s nameSet) longest(src string, pos int) (name string, end int) {
	first := src[pos:partEnd(src, pos)]
	for _, k := range s[first] {
		if e := k.match(src, pos); e > end {
			name, end = k.name, e
		}
	}
	return name, end
}

// match returns where the name that begins at pos ends, 0 when it does not stand there.
func (k known) match(src string, pos int) int {
	for i, part := range k.parts {
		if i > 0 {
			pos, _ = skipSpace(src, pos)
		}
		if pos >= len(src) {
			return 0
		}
		end := partEnd(src, pos)
		if src[pos:end] != part {
			return 0
		}
		pos = end
	}
	return pos
}

var keywords = map[string]bool{
	"if": true, "then": true, "else": true, "for": true, "in": true, "return": true, "some": true, "every": true,
	"satisfies": true, "and": true, "or": true, "between": true, "instance": true, "of": true, "function": true,
	"external": true, "true": true, "false": true, "null": true,
}

// isPlainName reports whether the text can be a context key without quotes.
func isPlainName(s string) bool {
	words := strings.Split(s, " ")
	for _, w := range words {
		if w == "" || wordEnd(w, 0) != len(w) {
			return false
		}
	}
	return !keywords[words[0]]
}
