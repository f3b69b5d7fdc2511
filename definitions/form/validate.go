package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fasthold/definitions/feel"
)

// FieldError says what is wrong with one value. Neither Message nor Pointer repeats the value, which may be personal.
type FieldError struct {
	// Pointer is a JSON pointer (RFC 6901) into the request, "/variables/key".
	Pointer string `json:"pointer"`
	// Code is a stable word, e.g. "required".
	Code string `json:"code"`
	// Message is a Danish sentence for the person who fills in the form.
	Message string `json:"message"`
}

// Bounds on what is sent, beyond those of the schema.
const (
	maxText   = 100_000 // UTF-16 units of one text
	maxItems  = 500     // rows of one list
	maxErrors = 100
)

// ValidateJSON is [Form.Validate] on a JSON object.
func (f *Form) ValidateJSON(data []byte, env *feel.Env) (*feel.Context, []FieldError, error) {
	v, err := feel.FromJSON(data)
	if err != nil {
		return nil, []FieldError{{Pointer: pointer(nil), Code: "bad-json", Message: "De indsendte oplysninger kan ikke læses."}}, nil
	}
	c, ok := v.(*feel.Context)
	if !ok {
		return nil, []FieldError{{Pointer: pointer(nil), Code: "type", Message: "De indsendte oplysninger skal være et objekt med et navn for hvert felt."}}, nil
	}
	return f.Validate(c, env)
}

// Validate checks what was filled in and gives the variables that complete the task: the values of the fields that are
// shown and not read-only, and computed ones, under their keys in the order of the form. Unknown keys are refused. What was
// sent for hidden and read-only fields is dropped, because a page may send all it shows.
//
// env.Vars are the process variables, which conditions, computed values and options may refer to; env.Now is today.
// The error is one of the form, an exceeded limit, and not of what was filled in.
func (f *Form) Validate(values *feel.Context, env *feel.Env) (*feel.Context, []FieldError, error) {
	v := &validator{env: env}
	v.known(f.shape, values, nil)
	out := newTree()
	v.level(f.components, &level{sent: values, out: out, scope: newScope(values, env.Vars)})
	if v.err != nil {
		return nil, nil, v.err
	}
	if len(v.errors) > 0 {
		return nil, v.errors, nil
	}
	return out.context(), nil, nil
}

// validator checks one form.
type validator struct {
	env    *feel.Env
	errors []FieldError
	err    error
}

// level is the form, a group with a path, or a row of a list: what was sent there, and what is kept.
type level struct {
	sent  *feel.Context
	out   *tree
	scope *scope
	at    []string // the path to here
}

func (v *validator) refuse(at []string, code, message string) {
	if len(v.errors) < maxErrors {
		v.errors = append(v.errors, FieldError{Pointer: pointer(at), Code: code, Message: message})
	}
}

// pointer gives the JSON pointer to a path among the variables.
func pointer(path []string) string {
	var b strings.Builder
	b.WriteString("/variables")
	for _, part := range path {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(part))
	}
	return b.String()
}

// known refuses keys that the form does not have.
func (v *validator) known(s *shape, sent *feel.Context, at []string) {
	for _, e := range sent.Entries() {
		here := append(slices.Clip(at), e.Name)
		inner, ok := s.names[e.Name]
		switch {
		case !ok:
			v.refuse(here, "unknown-field", fmt.Sprintf("Formularen har ikke noget felt, der hedder %q.", brief(e.Name)))
		case inner.names == nil || e.Value.Kind() == feel.KindNull:
		case inner.list:
			v.knownItems(inner, e.Value, here)
		default:
			if c, ok := e.Value.(*feel.Context); ok {
				v.known(inner, c, here)
			} else {
				v.refuse(here, "type", fmt.Sprintf("%q skal være et objekt.", brief(e.Name)))
			}
		}
	}
}

func (v *validator) knownItems(s *shape, value feel.Value, at []string) {
	list, ok := value.(feel.List)
	if !ok {
		v.refuse(at, "type", fmt.Sprintf("%q skal være en liste.", brief(at[len(at)-1])))
		return
	}
	for i, item := range list[:min(len(list), maxItems)] {
		here := append(slices.Clip(at), strconv.Itoa(i))
		if c, ok := item.(*feel.Context); ok {
			v.known(s, c, here)
		} else {
			v.refuse(here, "type", "Hver linje i listen skal være et objekt.")
		}
	}
}

// brief keeps a stranger's key short in a message.
func brief(key string) string {
	if runes := []rune(key); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return key
}

// level checks the components of one level in their order.
func (v *validator) level(components []*component, l *level) {
	for _, c := range components {
		if v.err != nil {
			return
		}
		switch {
		case v.truth(c.hide, l):
			l.scope.hide(c)
		case c.Type == "group":
			v.group(c, l)
		case c.Type == "expression":
			v.computed(c, l)
		case c.ReadOnly || v.truth(c.readonly, l):
			l.scope.keep(c)
		case c.Type == "dynamiclist":
			v.list(c, l)
		default:
			v.field(c, l)
		}
	}
}

// truth evaluates a condition; only true is true.
func (v *validator) truth(condition *feel.Expression, l *level) bool {
	return v.eval(condition, l) == feel.Value(feel.Bool(true))
}

func (v *validator) eval(expr *feel.Expression, l *level) feel.Value {
	if expr == nil || v.err != nil {
		return feel.Null{}
	}
	value, err := expr.Eval(v.env.With(l.scope))
	if err != nil {
		v.err = err
		return feel.Null{}
	}
	return value
}

func (v *validator) group(c *component, l *level) {
	if c.Key == "" {
		v.level(c.children, l)
		return
	}
	sent := feel.ContextOf()
	if inner, ok := find(l.sent, c.path).(*feel.Context); ok {
		sent = inner
	}
	v.level(c.children, &level{sent: sent, out: l.out.enter(c.path), scope: newScope(sent, l.scope), at: append(slices.Clip(l.at), c.path...)})
}

func (v *validator) computed(c *component, l *level) {
	value := feel.ToJSONValue(v.eval(c.compute, l))
	l.out.put(c.path, value)
	l.scope.set(c, value)
}

// list checks each row of a dynamic list.
func (v *validator) list(c *component, l *level) {
	at := append(slices.Clip(l.at), c.path...)
	rows, _ := find(l.sent, c.path).(feel.List)
	if len(rows) > maxItems {
		v.refuse(at, "too-many", fmt.Sprintf("%s må højst have %d linjer.", quoted(c), maxItems))
		return
	}
	kept := make(feel.List, 0, len(rows))
	for i, row := range rows {
		sent, ok := row.(*feel.Context)
		if !ok {
			return // refused by known
		}
		out := newTree()
		v.level(c.children, &level{sent: sent, out: out, scope: newScope(sent, l.scope), at: append(slices.Clip(at), strconv.Itoa(i))})
		kept = append(kept, out.context())
	}
	l.out.put(c.path, kept)
	l.scope.set(c, kept)
}

// field checks the value of one field. A value that was not sent, or is empty, is kept as null or as it is.
func (v *validator) field(c *component, l *level) {
	at := append(slices.Clip(l.at), c.path...)
	value := find(l.sent, c.path)
	if value == nil || c.empty(value) {
		if c.Required {
			v.refuse(at, "required", c.requiredMessage())
			return
		}
		if value != nil {
			l.out.put(c.path, value)
		}
		return
	}
	if code, message := v.check(c, value, l); code != "" {
		v.refuse(at, code, message)
		return
	}
	l.out.put(c.path, value)
}

// empty reports whether a value counts as not filled in, as form-js has it.
func (c *component) empty(value feel.Value) bool {
	switch value := value.(type) {
	case feel.Null:
		return true
	case feel.String:
		return value == ""
	case feel.Bool:
		return c.Type == "checkbox" && !bool(value)
	case feel.List:
		return len(value) == 0 && (c.Type == "checklist" || c.Type == "taglist")
	}
	return false
}

// find follows a path through contexts; nil when there is nothing.
func find(c *feel.Context, path []string) feel.Value {
	for i, name := range path {
		value, ok := c.Lookup(name)
		if !ok {
			return nil
		}
		if i == len(path)-1 {
			return value
		}
		if c, ok = value.(*feel.Context); !ok {
			return nil
		}
	}
	return nil
}
