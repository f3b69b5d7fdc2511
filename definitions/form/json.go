package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"fasthold/definitions/problem"
)

// Bounds on what a stranger can send as a form.
const (
	maxBytes      = 1 << 20
	maxDepth      = 40
	maxComponents = 1000
	maxProblems   = 100
)

// object is a JSON object that knows where it begins; its values are *object, []any, string, json.Number, bool or nil.
type object struct {
	members map[string]any
	offset  int64
}

// text gives a member that is a string, or "".
func (o *object) text(name string) string {
	s, _ := o.members[name].(string)
	return s
}

// flag reports whether a member is true.
func (o *object) flag(name string) bool { return o.members[name] == true }

// object gives a member that is an object; an empty one when there is none.
func (o *object) object(name string) *object {
	if inner, ok := o.members[name].(*object); ok {
		return inner
	}
	return &object{offset: o.offset}
}

// objects gives the objects in a member that is an array.
func (o *object) objects(name string) []*object {
	list, _ := o.members[name].([]any)
	var found []*object
	for _, v := range list {
		if inner, ok := v.(*object); ok {
			found = append(found, inner)
		}
	}
	return found
}

// readJSON reads one JSON object and nothing else.
func readJSON(file string, data []byte) (*object, []problem.Problem) {
	if len(data) > maxBytes {
		return nil, []problem.Problem{{
			File: file, Code: "too-large", Severity: problem.Error,
			Message: fmt.Sprintf("the form has %d bytes; at most %d are accepted", len(data), maxBytes), Advice: "split the form",
		}}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	root, err := readRoot(dec)
	if err != nil {
		line, column := position(data, dec.InputOffset())
		return nil, []problem.Problem{{
			File: file, Line: line, Column: column, Code: "bad-json", Severity: problem.Error,
			Message: "the form cannot be read as JSON: " + err.Error(), Advice: "save the form again from a form editor",
		}}
	}
	return root, nil
}

func readRoot(dec *json.Decoder) (*object, error) {
	v, err := readValue(dec, 0)
	if err != nil {
		return nil, err
	}
	root, ok := v.(*object)
	if !ok {
		return nil, errors.New("it is not an object")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("something follows the object")
	}
	return root, nil
}

func readValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return readObject(dec, depth)
	case json.Delim('['):
		return readArray(dec, depth)
	}
	return token, nil
}

func readObject(dec *json.Decoder, depth int) (*object, error) {
	o := &object{members: map[string]any{}, offset: dec.InputOffset() - 1}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, _ := name.(string)
		if _, twice := o.members[key]; twice {
			return nil, fmt.Errorf("the member %q is given twice", key)
		}
		if o.members[key], err = readValue(dec, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return o, err
}

func readArray(dec *json.Decoder, depth int) ([]any, error) {
	list := []any{}
	for dec.More() {
		v, err := readValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

// position turns a byte offset into a line and column, both from 1.
func position(data []byte, offset int64) (line, column int) {
	before := data[:min(max(offset, 0), int64(len(data)))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
