package feel

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxJSON      = 16 << 20 // bytes
	maxJSONDepth = 200
)

// JSONError says where JSON could not be read.
type JSONError struct {
	Offset  int // bytes before the mistake
	Message string
}

// Error returns the message and the offset.
func (e *JSONError) Error() string {
	return fmt.Sprintf("feel: JSON at byte %d: %s", e.Offset, e.Message)
}

// FromJSON reads a JSON value of at most 16 MB nested at most 200 deep: numbers
// exactly up to 34 digits, objects as contexts in their order. The error is a *JSONError.
func FromJSON(data []byte) (Value, error) {
	in := jsonReader{data: data}
	if len(data) > maxJSON {
		return Null{}, in.fail("the value is longer than 16 MB")
	}
	v, err := in.value(0)
	if err != nil {
		return Null{}, err
	}
	if in.space(); in.pos < len(data) {
		return Null{}, in.fail("there is more after the value")
	}
	return v, nil
}

type jsonReader struct {
	data []byte
	pos  int
}

func (in *jsonReader) fail(message string) error { return &JSONError{in.pos, message} }

func (in *jsonReader) space() {
	for in.pos < len(in.data) {
		switch in.data[in.pos] {
		case ' ', '\t', '\n', '\r':
			in.pos++
		default:
			return
		}
	}
}

// peek returns the next byte that is no white space, 0 at the end.
func (in *jsonReader) peek() byte {
	in.space()
	if in.pos >= len(in.data) {
		return 0
	}
	return in.data[in.pos]
}

func (in *jsonReader) value(depth int) (Value, error) {
	if depth > maxJSONDepth {
		return nil, in.fail("the value is nested more than 200 deep")
	}
	switch c := in.peek(); c {
	case '{':
		return in.object(depth)
	case '[':
		return in.array(depth)
	case '"':
		s, err := in.text()
		return String(s), err
	case 't':
		return Bool(true), in.word("true")
	case 'f':
		return Bool(false), in.word("false")
	case 'n':
		return Null{}, in.word("null")
	}
	return in.number()
}

func (in *jsonReader) word(word string) error {
	if len(in.data)-in.pos < len(word) || string(in.data[in.pos:in.pos+len(word)]) != word {
		return in.fail("expected " + word)
	}
	in.pos += len(word)
	return nil
}

func (in *jsonReader) number() (Value, error) {
	end := in.pos
	if end < len(in.data) && in.data[end] == '-' {
		end++
	}
	digits := end
	for end < len(in.data) && strings.IndexByte("0123456789+-.eE", in.data[end]) >= 0 {
		end++
	}
	if end == digits || numberEnd(string(in.data[digits:end]), 0) != end-digits || !isDigit(in.data[digits]) ||
		in.data[digits] == '0' && end > digits+1 && isDigit(in.data[digits+1]) {
		return nil, in.fail("expected a value")
	}
	n, ok := parseNumber(string(in.data[in.pos:end]))
	if !ok {
		return nil, in.fail("the number is too large or too small")
	}
	in.pos = end
	return n.box(), nil
}

func (in *jsonReader) text() (string, error) {
	for end := in.pos + 1; end < len(in.data); end++ {
		switch c := in.data[end]; {
		case c == '"':
			s := in.data[in.pos+1 : end]
			if !utf8.Valid(s) {
				return "", in.fail("the text is not valid UTF-8")
			}
			in.pos = end + 1
			return string(s), nil
		case c == '\\':
			return in.escaped(end)
		case c < ' ':
			return "", in.fail("a control character in a text must be escaped")
		}
	}
	return "", in.fail("the text has no end")
}

// escaped reads a text that has a backslash at the position.
func (in *jsonReader) escaped(at int) (string, error) {
	for end := at; end < len(in.data); end++ {
		switch in.data[end] {
		case '\\':
			end++
		case '"':
			var s string
			if err := json.Unmarshal(in.data[in.pos:end+1], &s); err != nil {
				return "", in.fail("the text has a bad escape or control character")
			}
			in.pos = end + 1
			return s, nil
		}
	}
	return "", in.fail("the text has no end")
}

func (in *jsonReader) array(depth int) (Value, error) {
	in.pos++
	list := List{}
	if in.peek() == ']' {
		in.pos++
		return list, nil
	}
	for {
		v, err := in.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch in.peek() {
		case ',':
			in.pos++
		case ']':
			in.pos++
			return list, nil
		default:
			return nil, in.fail("expected , or ]")
		}
	}
}

func (in *jsonReader) object(depth int) (Value, error) {
	in.pos++
	c := &Context{entries: make([]Entry, 0, 4)}
	if in.peek() == '}' {
		in.pos++
		return c, nil
	}
	for {
		if err := in.member(c, depth); err != nil {
			return nil, err
		}
		switch in.peek() {
		case ',':
			in.pos++
		case '}':
			in.pos++
			return c, nil
		default:
			return nil, in.fail("expected , or }")
		}
	}
}

func (in *jsonReader) member(c *Context, depth int) error {
	if in.peek() != '"' {
		return in.fail("expected a key in quotes")
	}
	key, err := in.text()
	if err != nil {
		return err
	}
	if in.peek() != ':' {
		return in.fail("expected : after the key")
	}
	in.pos++
	v, err := in.value(depth + 1)
	if err != nil {
		return err
	}
	if _, twice := c.find(key); twice {
		return in.fail("the key " + strconv.Quote(key) + " is there twice")
	}
	c.put(Entry{key, v})
	return nil
}

// AppendJSON appends the value as JSON: dates, times and durations as ISO 8601
// strings, ranges and functions as their FEEL source.
func AppendJSON(dst []byte, v Value) []byte {
	switch v := v.(type) {
	case Null, Bool:
		return append(dst, v.String()...)
	case Number:
		return v.append(dst)
	case String:
		return appendJSONText(dst, string(v))
	case List:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendJSON(dst, item)
		}
		return append(dst, ']')
	case *Context:
		dst = append(dst, '{')
		for i, e := range v.entries {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendJSONText(dst, e.Name), ':')
			dst = AppendJSON(dst, e.Value)
		}
		return append(dst, '}')
	}
	return appendJSONText(dst, plainText(v))
}

const hexDigits = "0123456789abcdef"

func appendJSONText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if r, size := utf8.DecodeRuneInString(s[i:]); c >= utf8.RuneSelf && (r != utf8.RuneError || size > 1) {
			i += size
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = appendEscaped(dst, c)
		i++
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}

func appendEscaped(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c == '\n':
		return append(dst, `\n`...)
	case c >= utf8.RuneSelf: // no valid UTF-8
		return append(dst, `\ufffd`...)
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// ToJSONValue returns what remains of the value after a JSON round trip: temporal
// values, ranges and functions become strings. Without any, it is the value itself.
func ToJSONValue(v Value) Value {
	switch v := v.(type) {
	case Null, Bool, Number, String:
		return v
	case List:
		if survivesJSON(v) {
			return v
		}
		list := make(List, len(v))
		for i, item := range v {
			list[i] = ToJSONValue(item)
		}
		return list
	case *Context:
		if survivesJSON(v) {
			return v
		}
		c := &Context{entries: make([]Entry, 0, len(v.entries))}
		for _, e := range v.entries {
			c.put(Entry{e.Name, ToJSONValue(e.Value)})
		}
		return c
	}
	return String(plainText(v))
}

func survivesJSON(v Value) bool {
	switch v := v.(type) {
	case Null, Bool, Number, String:
		return true
	case List:
		for _, item := range v {
			if !survivesJSON(item) {
				return false
			}
		}
		return true
	case *Context:
		for _, e := range v.entries {
			if !survivesJSON(e.Value) {
				return false
			}
		}
		return true
	}
	return false
}

// plainText is the text of a value without quotes or @: what string() gives.
func plainText(v Value) string {
	switch v := v.(type) {
	case String:
		return string(v)
	case interface{ iso() string }:
		return v.iso()
	}
	return v.String()
}

// JSON holds a value in a struct that is written and read as JSON.
type JSON struct{ Value }

// MarshalJSON writes the value as [AppendJSON] does; no value is null.
func (j JSON) MarshalJSON() ([]byte, error) {
	if j.Value == nil {
		return []byte("null"), nil
	}
	return AppendJSON(nil, j.Value), nil
}

// UnmarshalJSON reads the value as [FromJSON] does.
func (j *JSON) UnmarshalJSON(data []byte) (err error) {
	if j == nil {
		return errors.New("feel: UnmarshalJSON on a nil *JSON")
	}
	j.Value, err = FromJSON(data)
	return err
}
