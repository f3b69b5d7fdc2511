package feel

import (
	"slices"
	"strings"
)

// Type is a FEEL type (DMN 1.5 §10.3.2.2). A nil *Type is Any.
type Type struct {
	name   string // of a named type
	kind   Kind
	item   *Type       // of a list or range; the result of a function
	fields []Param     // entries of a context, parameters of a function
	typed  bool        // the parameters are stated
	base   *Type       // of a restricted type
	values []Value     // of an inferred type: the only values there are; nil for any
	tests  *UnaryTests // that the values of a restricted type pass
}

var simpleTypes = map[string]*Type{
	"Any": nil, "Null": {kind: KindNull}, "boolean": {kind: KindBoolean}, "number": {kind: KindNumber},
	"string": {kind: KindString}, "date": {kind: KindDate}, "time": {kind: KindTime},
	"date and time": {kind: KindDateTime}, "dateTime": {kind: KindDateTime},
	"days and time duration": {kind: KindDaysDuration}, "dayTimeDuration": {kind: KindDaysDuration},
	"years and months duration": {kind: KindMonthsDuration}, "yearMonthDuration": {kind: KindMonthsDuration},
}

var typeNames = func() nameSet {
	s := nameSet{}
	for _, name := range []string{"date and time", "days and time duration", "years and months duration"} {
		s.add(name)
	}
	return s
}()

// ListType returns list<item>.
func ListType(item *Type) *Type { return &Type{kind: KindList, item: item} }

// ContextType returns the type of contexts that have at least the fields.
func ContextType(fields []Param) *Type { return &Type{kind: KindContext, fields: fields} }

// FunctionType returns the type of functions with the parameters and result.
func FunctionType(params []Param, result *Type) *Type {
	return &Type{kind: KindFunction, fields: params, item: result, typed: true}
}

// Restrict returns the type t with allowed values: only those that pass the tests conform.
func (t *Type) Restrict(name string, allowed *UnaryTests) *Type {
	return &Type{name: name, base: t, tests: allowed}
}

// Allowed are the tests that values of the type must pass beside being of its kind.
func (t *Type) Allowed() []*UnaryTests {
	var all []*UnaryTests
	for ; t != nil && t.tests != nil; t = t.base {
		all = append(all, t.tests)
	}
	return all
}

// passes tests a value; a component's tests may mention those beside it (DMN 1.5 §7.3.3).
func (u *UnaryTests) passes(v Value, beside Scope) bool {
	ok, err := u.Test(&Env{Vars: beside}, v)
	return err == nil && ok == Value(Bool(true))
}

// String returns the type as FEEL source.
func (t *Type) String() string {
	switch {
	case t == nil:
		return "Any"
	case t.name != "":
		return t.name
	case t.kind == KindList, t.kind == KindRange:
		return t.kind.String() + "<" + t.item.String() + ">"
	case t.kind == KindContext:
		return "context<" + paramList(t.fields) + ">"
	case t.kind == KindFunction:
		return "function<" + paramList(t.fields) + "> -> " + t.item.String()
	}
	return t.kind.String()
}

func paramList(params []Param) string {
	texts := make([]string, len(params))
	for i, p := range params {
		texts[i] = p.Type.String()
		if p.Name != "" {
			texts[i] = p.Name + ": " + texts[i]
		}
	}
	return strings.Join(texts, ", ")
}

// Conforms reports whether the value is of the type (DMN 1.5 §10.3.2.9.2) and
// allowed. Null conforms to every type.
func (t *Type) Conforms(v Value) bool { return t.conforms(v, true, nil) }

// conforms looks at allowed values only when restricted; beside are the components that the value stands among.
func (t *Type) conforms(v Value, restricted bool, beside Scope) bool {
	if t == nil || v.Kind() == KindNull {
		return true
	}
	if t.tests != nil {
		return t.base.conforms(v, restricted, beside) && (!restricted || t.tests.passes(v, beside))
	}
	if v.Kind() != t.kind {
		return false
	}
	switch v := v.(type) {
	case List:
		return t.item == nil || !slices.ContainsFunc(v, func(item Value) bool { return !t.item.conforms(item, restricted, beside) })
	case *Context:
		return t.conformsContext(v, restricted)
	case *Range:
		return t.item.conforms(v.Low, restricted, beside) && t.item.conforms(v.High, restricted, beside)
	case *Function:
		return t.conformsFunction(v)
	}
	return true
}

func (t *Type) conformsContext(c *Context, restricted bool) bool {
	for _, f := range t.fields {
		v, ok := c.Lookup(f.Name)
		if !ok || !f.Type.conforms(v, restricted, c) {
			return false
		}
	}
	return true
}

// conformsFunction takes parameters and results of no known type for any type;
// typed parameters must accept what the type promises to pass.
func (t *Type) conformsFunction(f *Function) bool {
	if !t.typed {
		return true
	}
	if f.forms != nil {
		return slices.ContainsFunc(f.forms, func(f form) bool { return len(f.params) == len(t.fields) })
	}
	if len(f.params) != len(t.fields) {
		return false
	}
	for i, p := range f.params {
		if p.Type != nil && !t.fields[i].Type.within(p.Type) {
			return false
		}
	}
	return f.result == nil || f.result.within(t.item)
}

// within reports whether every value of t is one of other (DMN 1.5 §10.3.2.9.1).
func (t *Type) within(other *Type) bool {
	switch {
	case other == nil || t == other:
		return true
	case t == nil:
		return false
	case t.tests != nil:
		return t.base.within(other)
	case t.kind != other.kind || other.tests != nil:
		return false
	}
	switch t.kind {
	case KindList, KindRange:
		return t.item.within(other.item)
	case KindContext:
		return !slices.ContainsFunc(other.fields, func(f Param) bool {
			i := paramIndex(t.fields, f.Name)
			return i < 0 || !t.fields[i].Type.within(f.Type)
		})
	case KindFunction:
		return t.functionWithin(other)
	}
	return true
}

func (t *Type) functionWithin(other *Type) bool {
	if !other.typed {
		return true
	}
	if len(t.fields) != len(other.fields) {
		return false
	}
	for i := range t.fields {
		if !other.fields[i].Type.within(t.fields[i].Type) {
			return false
		}
	}
	return t.item.within(other.item)
}

// Coerce converts the value implicitly (DMN 1.5 §10.3.2.9.4): one item to a list, a
// list of one to its item, a date to a date and time. It returns null and false when
// the value does not conform.
func (t *Type) Coerce(v Value) (Value, bool) {
	if t.Conforms(v) {
		return v, true
	}
	if list, ok := v.(List); ok && len(list) == 1 && t.Conforms(list[0]) {
		return list[0], true
	}
	plain := t
	for plain.base != nil {
		plain = plain.base
	}
	if d, ok := v.(Date); ok && plain.kind == KindDateTime {
		v = DateTime{d, Time{0, utc}}
	} else if plain.kind == KindList {
		v = List{v}
	}
	if t.Conforms(v) {
		return v, true
	}
	return Null{}, false
}

// FromJSON gives what a value that came as JSON stands for where the type is declared. JSON has no dates, times and durations: a text is read
// as one where the type wants one, also in lists and contexts. Everything else stays as it is.
func (t *Type) FromJSON(v Value) Value {
	if t == nil {
		return v
	}
	for t.base != nil {
		t = t.base
	}
	switch given := v.(type) {
	case String:
		if t.kind == KindList { // one value stands for a list of it
			return t.item.FromJSON(v)
		}
		if read, ok := t.temporal(string(given)); ok {
			return read
		}
	case List:
		if t.kind == KindList {
			t = t.item
		}
		return t.itemsFromJSON(given)
	case *Context:
		for _, f := range t.fields {
			if old, ok := given.Lookup(f.Name); ok && t.kind == KindContext {
				given = given.With(f.Name, f.Type.FromJSON(old))
			}
		}
		return given
	}
	return v
}

// temporal reads a text as what the type wants, if that is a date, time or duration.
func (t *Type) temporal(text string) (Value, bool) {
	switch t.kind {
	case KindDate, KindTime, KindDateTime, KindDaysDuration, KindMonthsDuration:
		v, ok := ParseTemporal(text)
		return v, ok && (v.Kind() == t.kind || v.Kind() == KindDate && t.kind == KindDateTime)
	}
	return nil, false
}

func (t *Type) itemsFromJSON(list List) Value {
	if t == nil {
		return list
	}
	out := make(List, len(list))
	for i, v := range list {
		out[i] = t.FromJSON(v)
	}
	return out
}

// typeOf returns what is known of the type of a node's values.
func typeOf(n node) *Type {
	switch n := n.(type) {
	case *constant:
		return typeOfValue(n.value)
	case *contextNode:
		t := &Type{kind: KindContext}
		for i, key := range n.keys {
			t.fields = append(t.fields, Param{key, typeOf(n.values[i])})
		}
		return t
	case *listNode:
		return &Type{kind: KindList}
	case *comparison, *junction, *between, *membership, *instanceOf, *quantified:
		return simpleTypes["boolean"]
	case *lambda:
		return &Type{kind: KindFunction, fields: n.params, item: n.result, typed: true}
	}
	return nil
}

func typeOfValue(v Value) *Type {
	switch v := v.(type) {
	case Null:
		return nil
	case *Context:
		t := &Type{kind: KindContext}
		for _, e := range v.entries {
			t.fields = append(t.fields, Param{e.Name, typeOfValue(e.Value)})
		}
		return t
	case List:
		t := &Type{kind: KindList}
		for i, item := range v {
			if one := typeOfValue(item); i == 0 {
				t.item = one
			} else if !one.within(t.item) {
				return &Type{kind: KindList}
			}
		}
		return t
	}
	return &Type{kind: v.Kind()}
}
