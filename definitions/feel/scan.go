package feel

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber
	tokenString
	tokenAt // @"…", its text is the string
	tokenSymbol
	tokenBad
)

// token is a piece of source. A name here is one word; the parser joins words to
// the names that it knows.
type token struct {
	kind     tokenKind
	text     string // of a string, what it stands for; of a bad token, the complaint
	pos, end int
}

func (t token) is(symbol string) bool { return t.kind == tokenSymbol && t.text == symbol }

func (t token) isWord(word string) bool { return t.kind == tokenName && t.text == word }

// scan returns the token that begins at or after pos.
func scan(src string, pos int) token {
	pos, complaint := skipSpace(src, pos)
	if complaint != "" {
		return token{tokenBad, complaint, pos, len(src)}
	}
	if pos >= len(src) {
		return token{tokenEnd, "", len(src), len(src)}
	}
	switch c := src[pos]; {
	case c == '"':
		return scanString(src, pos, pos)
	case c == '@':
		return scanAt(src, pos)
	case isDigit(c), c == '.' && pos+1 < len(src) && isDigit(src[pos+1]):
		end := numberEnd(src, pos)
		return token{tokenNumber, src[pos:end], pos, end}
	}
	if end := wordEnd(src, pos); end > pos {
		return token{tokenName, src[pos:end], pos, end}
	}
	return scanSymbol(src, pos)
}

var symbols2 = [...]string{"**", "!=", "<=", ">=", "..", "->"}

func scanSymbol(src string, pos int) token {
	for _, s := range symbols2 {
		if strings.HasPrefix(src[pos:], s) {
			return token{tokenSymbol, s, pos, pos + 2}
		}
	}
	if strings.IndexByte("+-*/=<>()[]{},:.", src[pos]) >= 0 {
		return token{tokenSymbol, src[pos : pos+1], pos, pos + 1}
	}
	r, size := utf8.DecodeRuneInString(src[pos:])
	complaint := "the character " + string(r) + " has no meaning in FEEL"
	if r == '\'' || r == '“' || r == '”' || r == '‘' || r == '’' {
		complaint = `write text in straight double quotes, e.g. "text"`
	}
	return token{tokenBad, complaint, pos, pos + size}
}

// skipSpace passes white space (DMN 1.5 grammar rules 61–62) and comments.
func skipSpace(src string, pos int) (end int, complaint string) {
	for pos < len(src) {
		switch {
		case strings.HasPrefix(src[pos:], "//"):
			n := strings.IndexAny(src[pos:], "\r\n")
			if n < 0 {
				return len(src), ""
			}
			pos += n
		case strings.HasPrefix(src[pos:], "/*"):
			n := strings.Index(src[pos+2:], "*/")
			if n < 0 {
				return pos, "this comment has no end: add */"
			}
			pos += n + 4
		default:
			r, size := utf8.DecodeRuneInString(src[pos:])
			if !isSpace(r) {
				return pos, ""
			}
			pos += size
		}
	}
	return pos, ""
}

func isSpace(r rune) bool {
	return r == ' ' || r >= '\t' && r <= '\r' || r >= 0x85 && (unicode.IsSpace(r) || r == 0x180E || r == 0x200B || r == 0xFEFF)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// numberEnd reads digits, a fraction and an exponent; the dots of 1..5 are not its.
func numberEnd(src string, pos int) int {
	digits := func(i int) int {
		for i < len(src) && isDigit(src[i]) {
			i++
		}
		return i
	}
	end := digits(pos)
	if end+1 < len(src) && src[end] == '.' && isDigit(src[end+1]) {
		end = digits(end + 1)
	}
	if end < len(src) && src[end]|0x20 == 'e' {
		i := end + 1
		if i < len(src) && (src[i] == '+' || src[i] == '-') {
			i++
		}
		if after := digits(i); after > i {
			end = after
		}
	}
	return end
}

func scanAt(src string, pos int) token {
	at, complaint := skipSpace(src, pos+1)
	if complaint != "" || at >= len(src) || src[at] != '"' {
		return token{tokenBad, `after @ a date, time or duration in quotes is expected, e.g. @"2026-11-23"`, pos, pos + 1}
	}
	t := scanString(src, at, pos)
	if t.kind == tokenString {
		t.kind = tokenAt
	}
	return t
}

// scanString reads the literal whose quote is at open, with the escapes of
// DMN 1.5 grammar rule 35.
func scanString(src string, open, pos int) token {
	var b []byte // only once there is an escape
	from := open + 1
	for i := from; i < len(src); i++ {
		switch src[i] {
		case '"':
			if b == nil {
				return token{tokenString, src[from:i], pos, i + 1}
			}
			return token{tokenString, joinSurrogates(string(append(b, src[from:i]...))), pos, i + 1}
		case '\\':
			b = append(b, src[from:i]...)
			text, size := unescape(src[i:])
			if size == 0 {
				b = append(b, '\\')
				from = i + 1
				continue
			}
			b = append(b, text...)
			i += size - 1
			from = i + 1
		}
	}
	return token{tokenBad, `this text has no end: add a closing "`, pos, len(src)}
}

// unescape reads an escape sequence; one that is none stands for itself, so that
// regular expressions such as "\d+" need no doubled backslash.
func unescape(s string) (text []byte, size int) {
	if len(s) < 2 {
		return nil, 0
	}
	switch s[1] {
	case 'n':
		return []byte{'\n'}, 2
	case 'r':
		return []byte{'\r'}, 2
	case 't':
		return []byte{'\t'}, 2
	case '"', '\\', '\'':
		return []byte{s[1]}, 2
	case 'u':
		return unescapeHex(s, 6)
	case 'U':
		return unescapeHex(s, 8)
	}
	return nil, 0
}

func unescapeHex(s string, size int) ([]byte, int) {
	if len(s) < size {
		return nil, 0
	}
	r := rune(0)
	for _, c := range []byte(s[2:size]) {
		v := strings.IndexByte("0123456789abcdef", c|0x20)
		if isDigit(c) {
			v = int(c - '0')
		}
		if v < 0 {
			return nil, 0
		}
		r = r<<4 | rune(v)
	}
	if r >= 0xD800 && r < 0xE000 { // half of a pair, kept as three bytes until its other half is read
		return []byte{0xE0 | byte(r>>12), 0x80 | byte(r>>6)&0x3F, 0x80 | byte(r)&0x3F}, size
	}
	return utf8.AppendRune(nil, r), size
}

// joinSurrogates makes the characters of pairs such as \uD83D\uDC0E, and
// replaces what is no valid text.
func joinSurrogates(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	half := func(i int) rune {
		if i+3 > len(s) || s[i] != 0xED || s[i+1] < 0xA0 {
			return 0
		}
		return 0xD000 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F)
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		high, low := half(i), rune(0)
		if high != 0 {
			low = half(i + 3)
		}
		if high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000 {
			b.WriteRune((high-0xD800)<<10 + (low - 0xDC00) + 0x10000)
			i += 6
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		b.WriteRune(r)
		i += size
	}
	return b.String()
}
