package feel

import (
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a value (DMN 1.5 §10.3.2.2).
type Kind uint8

// The kinds of values.
const (
	KindNull Kind = iota
	KindBoolean
	KindNumber
	KindString
	KindDate
	KindTime
	KindDateTime
	KindDaysDuration
	KindMonthsDuration
	KindList
	KindContext
	KindRange
	KindFunction
)

var kindNames = [...]string{
	"null", "boolean", "number", "string", "date", "time", "date and time",
	"days and time duration", "years and months duration", "list", "context", "range", "function",
}

// String returns the name of the FEEL type.
func (k Kind) String() string { return kindNames[k] }

// Value is an immutable FEEL value: [Null], [Bool], [Number], [String], [Date],
// [Time], [DateTime], [DaysDuration], [MonthsDuration], [List], [*Context],
// [*Range] or [*Function]. A nil Value is nowhere returned; compare values with
// [Equal], never with ==.
type Value interface {
	Kind() Kind
	// String is the value as FEEL source, e.g. "text" in quotes, @"2026-11-23".
	String() string
}

// Null is the absence of a value.
type Null struct{}

// Kind returns KindNull.
func (Null) Kind() Kind { return KindNull }

// String returns "null".
func (Null) String() string { return "null" }

// Bool is true or false.
type Bool bool

// Kind returns KindBoolean.
func (Bool) Kind() Kind { return KindBoolean }

// String returns "true" or "false".
func (b Bool) String() string {
	if b {
		return "true"
	}
	return "false"
}

// String is a text of Unicode code points.
type String string

// Text returns a string value.
func Text(s string) Value { return String(s) }

// Kind returns KindString.
func (String) Kind() Kind { return KindString }

// String returns the text in quotes, escaped as FEEL source.
func (s String) String() string { return string(appendQuoted(nil, string(s))) }

// appendQuoted writes the string literal of DMN 1.5 §10.3.1.2 grammar rule 33.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			dst = append(dst, '\\', byte(r))
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// List is an ordered list. Its items must not be changed.
type List []Value

// ListOf returns a list of the values.
func ListOf(items ...Value) Value { return List(items) }

// Kind returns KindList.
func (List) Kind() Kind { return KindList }

// String returns the list as FEEL source, e.g. [1, 2].
func (l List) String() string {
	var b strings.Builder
	b.WriteByte('[')
	for i, v := range l {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(v.String())
	}
	b.WriteByte(']')
	return b.String()
}
