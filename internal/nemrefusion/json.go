package nemrefusion

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// MaxSize bounds the bytes of one event.
const MaxSize = 64 << 10

const maxDepth = 8

// object is a JSON object with its members in the order they were written. A member is nil, bool, string, json.Number,
// []any or *object.
type object struct {
	names   []string
	members map[string]any
}

// readObject reads data as one JSON object, or reports why it is none.
func readObject(data []byte, r *report) *object {
	if len(data) > MaxSize {
		r.add("", TooLarge, fmt.Sprintf("An event has at most %d bytes.", MaxSize))
		return nil
	}
	if !utf8.Valid(data) {
		r.add("", InvalidJSON, "Send the event as JSON in UTF-8.")
		return nil
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		message := "Send the event as one JSON object."
		if syntax, ok := err.(*json.SyntaxError); ok {
			message = fmt.Sprintf("This is not JSON; see byte %d.", syntax.Offset)
		}
		r.add("", InvalidJSON, message)
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	reader := treeReader{decoder: decoder, report: r}
	root, isObject := reader.value("", 0).(*object)
	if reader.tooDeep {
		return nil
	}
	if !isObject {
		r.add("", InvalidJSON, "Send the event as one JSON object.")
	}
	return root
}

// treeReader builds a tree from JSON that is known to be well-formed. It gives up on one that is nested too deep.
type treeReader struct {
	decoder *json.Decoder
	report  *report
	tooDeep bool
}

func (t *treeReader) value(pointer string, depth int) any {
	token, err := t.decoder.Token()
	if err != nil {
		return nil
	}
	delim, nested := token.(json.Delim)
	if !nested {
		return token
	}
	if depth == maxDepth {
		t.tooDeep = true
		t.report.add(pointer, TooDeep, fmt.Sprintf("Nest at most %d levels.", maxDepth))
		return nil
	}
	if delim == '{' {
		return t.object(pointer, depth+1)
	}
	return t.list(pointer, depth+1)
}

func (t *treeReader) object(pointer string, depth int) *object {
	o := &object{members: map[string]any{}}
	for !t.tooDeep && t.decoder.More() {
		token, err := t.decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return o
		}
		at := child(pointer, name)
		value := t.value(at, depth)
		if _, twice := o.members[name]; twice {
			t.report.add(at, DuplicateField, "Give this field once.")
			continue
		}
		o.names = append(o.names, name)
		o.members[name] = value
	}
	_, _ = t.decoder.Token() // the closing brace
	return o
}

func (t *treeReader) list(pointer string, depth int) []any {
	values := []any{}
	for !t.tooDeep && t.decoder.More() {
		values = append(values, t.value(item(pointer, len(values)), depth))
	}
	_, _ = t.decoder.Token() // the closing bracket
	return values
}
