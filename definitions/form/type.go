package form

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"fasthold/definitions/feel"
)

// Type is the type of the variables that the form gives: a context with an entry for each field that the process gets. Any of them may be
// null. Dates and times are texts.
func (f *Form) Type() *feel.Type { return typeOf(f.components) }

func typeOf(components []*component) *feel.Type {
	t := feel.ContextType(nil)
	for _, c := range components {
		switch {
		case c.Stored:
		case c.Type == "group" && len(c.path) == 0:
			t = feel.Join(t, typeOf(c.children))
		default:
			t = feel.Join(t, under(c.path, c.valueType()))
		}
	}
	return t
}

// under is the type of contexts with a value of a type at a path.
func under(path []string, t *feel.Type) *feel.Type {
	for _, name := range slices.Backward(path) {
		t = feel.ContextType([]feel.Param{{Name: name, Type: t}})
	}
	return t
}

func (c *component) valueType() *feel.Type {
	switch c.Type {
	case "group":
		return typeOf(c.children)
	case "dynamiclist":
		return feel.ListType(typeOf(c.children))
	case "number":
		if !c.rules.asText {
			return feel.KindType(feel.KindNumber)
		}
	case "checkbox":
		return feel.KindType(feel.KindBoolean)
	case "select", "radio":
		return c.choiceType()
	case "checklist", "taglist":
		return feel.ListType(c.choiceType())
	case "expression":
		return nil
	}
	return feel.KindType(feel.KindString)
}

func (c *component) choiceType() *feel.Type {
	if len(c.choices.static) == 0 {
		return nil
	}
	return feel.OneOf(c.choices.static...)
}

// Reads are the names that the form reads in its own expressions and texts, sorted: of its fields and of process variables.
func (f *Form) Reads() []string { return slices.Clone(f.reads) }

var templates = regexp.MustCompile(`\{\{[^}]*\}\}|\{[^}]*\}`)
var placeNames = regexp.MustCompile(`[\pL_][\pL\pN_]*`)

// read finds the names in everything of a component that is an expression or a text with placeholders.
func (r *reader) read(root *object) []string {
	found := map[string]bool{}
	r.readIn(root, "", found)
	return slices.Sorted(maps.Keys(found))
}

func (r *reader) readIn(v any, member string, found map[string]bool) {
	switch v := v.(type) {
	case *object:
		for name, inner := range v.members { // into a set
			r.readIn(inner, name, found)
		}
	case []any:
		for _, inner := range v {
			r.readIn(inner, "", found)
		}
	case string:
		if member == "valuesKey" || member == "valuesExpression" {
			v = "=" + v
		}
		r.readText(v, found)
	}
}

func (r *reader) readText(text string, found map[string]bool) {
	if source, ok := strings.CutPrefix(strings.TrimSpace(text), "="); ok {
		if x, err := feel.Compile(source, feel.Options{Names: r.names, Fields: r.names}); err == nil {
			for _, name := range x.References() {
				found[name] = true
			}
		}
		return
	}
	for _, place := range templates.FindAllString(text, -1) {
		for _, name := range placeNames.FindAllString(place, -1) {
			found[name] = true
		}
	}
}
