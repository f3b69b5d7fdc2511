// Package form reads form-js forms and checks what people fill in.
//
// The form alone tells what completes a task: a value for each required field that keeps to the field's own
// bounds is always accepted (design.md §7). Whatever is checked here can be read from the schema.
package form

import (
	"regexp"

	"fasthold/definitions/feel"
)

// Form is one form, checked and compiled; it is safe for concurrent use.
type Form struct {
	// ID is the id by which a user task names the form.
	ID string
	// File is the name the form was given with.
	File string

	components []*component
	shape      *shape
	reads      []string
}

// Field is something a form asks for or shows under a key.
type Field struct {
	// Key is the name of the variable; a dot leads into a context, "[]" into the items of a list: "lines[].who".
	Key string
	// Type is the form-js type, e.g. "textfield".
	Type string
	// Label is the text beside the field; the key where the label is computed or missing.
	Label string
	// Required tells that the form cannot be sent without a value, as long as the field is shown.
	Required bool
	// ReadOnly tells that what is sent under the key is ignored.
	ReadOnly bool
	// Conditional tells that the field is hidden under some condition.
	Conditional bool
	// Stored tells that the value is case data, which never comes to the process (property "store").
	Stored bool
}

// component is one element of a form.
type component struct {
	Field
	path     []string // of the key, or of the group or list
	hide     *feel.Expression
	readonly *feel.Expression // decides at run time; Field.ReadOnly decides before
	children []*component     // of a group or a dynamic list
	compute  *feel.Expression // of an expression field
	rules    rules
	choices  choices
}

// rules are what a value must keep to beyond its type.
type rules struct {
	min, max             *bound
	minLength, maxLength *bound
	pattern              *regexp.Regexp
	format               string // "email" or "phone"
	subtype              string // of a datetime: "date", "time" or "datetime"
	notPast              bool
	decimals             int  // of a number; -1 is any
	asText               bool // a number that is sent as text
}

// bound is a number, or an expression that gives one.
type bound struct {
	value feel.Value
	expr  *feel.Expression
}

// choices are where the options of a select, radio, checklist or taglist come from.
type choices struct {
	static []feel.Value
	key    []string // path of a variable that holds them
	expr   *feel.Expression
}

// shape tells which keys a form knows, level by level.
type shape struct {
	names map[string]*shape // nil for a field
	list  bool              // its items have these names
}

// Fields lists the fields that have a key, in the order of the form.
func (f *Form) Fields() []Field { return appendFields(nil, "", f.components) }

func appendFields(list []Field, prefix string, components []*component) []Field {
	for _, c := range components {
		field := c.Field
		field.Key = prefix + field.Key
		switch c.Type {
		case "group":
			inner := prefix
			if c.Key != "" {
				inner = field.Key + "."
			}
			list = appendFields(list, inner, c.children)
		case "dynamiclist":
			list = append(list, field)
			list = appendFields(list, field.Key+"[].", c.children)
		default:
			list = append(list, field)
		}
	}
	return list
}
