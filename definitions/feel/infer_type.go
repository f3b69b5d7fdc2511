package feel

import (
	"slices"
)

// NullType is the type of null alone.
func NullType() *Type { return simpleTypes["Null"] }

// KindType is the type of all values of a kind.
func KindType(k Kind) *Type { return &Type{kind: k} }

// OneOf is the type of a variable that has one of the values, which are of one kind.
func OneOf(values ...Value) *Type {
	t := &Type{kind: KindNull, values: values}
	for i, v := range values {
		if i > 0 && v.Kind() != t.kind {
			return nil
		}
		t.kind = v.Kind()
	}
	return t
}

// Join is the type of values of both types: of contexts one with the entries of both.
func Join(a, b *Type) *Type {
	a, b = a.plain(), b.plain()
	switch {
	case a == nil || b == nil:
		return nil
	case a.kind == KindNull:
		return b
	case b.kind == KindNull:
		return a
	case a.kind != b.kind || a.kind == KindFunction || a.kind == KindRange:
		return nil
	}
	t := &Type{kind: a.kind, item: a.item}
	switch {
	case a.kind == KindList && a.item != b.item:
		t.item = Join(a.item, b.item)
	case a.kind == KindContext:
		t.fields = joinFields(a.fields, b.fields)
	case a.values != nil && b.values != nil:
		t.values = slices.Clip(a.values)
		for _, v := range b.values {
			if !hasValue(t.values, v) {
				t.values = append(t.values, v)
			}
		}
	}
	return t
}

func joinFields(a, b []Param) []Param {
	out := slices.Clone(a)
	for _, f := range b {
		if i := paramIndex(out, f.Name); i >= 0 {
			out[i].Type = Join(out[i].Type, f.Type)
		} else {
			out = append(out, f)
		}
	}
	return out
}

func hasValue(values []Value, v Value) bool {
	return slices.ContainsFunc(values, func(o Value) bool {
		eq, ok := Equal(o, v)
		return ok && eq
	})
}

// plain is a type without its allowed values.
func (t *Type) plain() *Type {
	for t != nil && t.base != nil {
		t = t.base
	}
	if t != nil && t.tests != nil {
		return nil
	}
	return t
}

// Kind is the kind of the values; ok is false when they may be of several.
func (t *Type) Kind() (kind Kind, ok bool) {
	if t = t.plain(); t == nil {
		return KindNull, false
	}
	return t.kind, true
}

// Values are the only values there are; nil for others too.
func (t *Type) Values() []Value {
	if t = t.plain(); t == nil {
		return nil
	}
	return t.values
}

// Field is the type of an entry of contexts of the type; ok is false when it is known that they have none of that name.
func (t *Type) Field(name string) (field *Type, ok bool) {
	if t = t.plain(); t == nil || t.kind != KindContext {
		return nil, true
	}
	if i := paramIndex(t.fields, name); i >= 0 {
		return t.fields[i].Type, true
	}
	return nil, len(t.fields) == 0
}

// AsJSON is the type of a value once it is kept as JSON: dates, times and durations become texts.
func (t *Type) AsJSON() *Type {
	t = t.plain()
	if t == nil {
		return nil
	}
	switch t.kind {
	case KindDate, KindTime, KindDateTime, KindDaysDuration, KindMonthsDuration:
		return &Type{kind: KindString}
	case KindList:
		return &Type{kind: KindList, item: t.item.AsJSON()}
	case KindContext:
		c := &Type{kind: KindContext}
		for _, f := range t.fields {
			c.fields = append(c.fields, Param{f.Name, f.Type.AsJSON()})
		}
		return c
	case KindRange, KindFunction:
		return nil
	}
	return t
}

// TypeOf is the type of variables that have the value, or others like it.
func TypeOf(v Value) *Type { return inferredValue(v) }

// inferredValue is the type of a constant.
func inferredValue(v Value) *Type {
	switch v := v.(type) {
	case Null:
		return NullType()
	case String:
		return OneOf(v)
	case *Range:
		return &Type{kind: KindRange, item: Join(inferredEnd(v.Low), inferredEnd(v.High))}
	case List:
		t := &Type{kind: KindList, item: NullType()}
		for _, item := range v {
			t.item = Join(t.item, inferredValue(item))
		}
		return t
	}
	return typeOfValue(v)
}

// inferredEnd is the type of an end of a range; how it is written says nothing of the values inside.
func inferredEnd(v Value) *Type { return &Type{kind: v.Kind()} }

// Fields are the entries of contexts of the type; none when nothing is known of them.
func (t *Type) Fields() []Param {
	if t = t.plain(); t == nil {
		return nil
	}
	return slices.Clone(t.fields)
}

// Item is the type of the items of lists of the type, nil for any.
func (t *Type) Item() *Type {
	if t = t.plain(); t == nil {
		return nil
	}
	return t.item
}
