package feel

import (
	"fmt"
	"slices"
	"strings"
)

// certain gives the kind of a value that is not only null.
func certain(t *Type) (Kind, bool) {
	if t == nil || t.kind == KindNull {
		return KindNull, false
	}
	return t.kind, true
}

func (in *inference) wantsBoolean(at place, what string, t *Type) {
	if k, ok := certain(t); ok && k != KindBoolean {
		in.warn(at, "type", "%s is always a %s, never true or false", what, k)
	}
}

// comparable warns of a comparison that is null or false whatever the values are.
func (in *inference) comparable(at place, op string, a, b *Type) {
	x, ok1 := certain(a)
	y, ok2 := certain(b)
	equality := op == "=" || op == "!="
	switch {
	case !ok1 || !ok2:
	case x != y:
		in.warn(at, "type", "a %s compared with a %s is always null%s", x, y, dateHint(x, y))
	case !equality && (x == KindBoolean || x == KindList || x == KindContext || x == KindFunction):
		in.warn(at, "type", "values of the type %s have no order, so this is always null", x)
	case equality:
		in.neverEqual(at, a, b)
	}
}

func dateHint(x, y Kind) string {
	for _, k := range [...]Kind{KindDate, KindDateTime, KindTime} {
		if x == k && y == KindString || x == KindString && y == k {
			return fmt.Sprintf("; variables hold dates and times as texts, %s(…) reads them", k)
		}
	}
	return ""
}

// neverEqual warns when one side is among known values and the other is none of them.
func (in *inference) neverEqual(at place, a, b *Type) {
	if len(b.values) > 1 {
		a, b = b, a
	}
	in.neverAmong(at, a.values, b.values)
}

func (in *inference) neverAmong(at place, can, wanted []Value) {
	if can != nil && wanted != nil && !slices.ContainsFunc(can, func(v Value) bool { return hasValue(wanted, v) }) {
		in.warn(at, "never-equal", "it is never %s: it can be %s", oneOf(wanted), oneOf(can))
	}
}

func oneOf(values []Value) string {
	const most = 8
	var texts []string
	for i, v := range values {
		if i == most {
			texts = append(texts, "…")
			break
		}
		texts = append(texts, v.String())
	}
	return strings.Join(texts, ", ")
}

func (in *inference) membership(n *membership, locals *typed) *Type {
	v := in.of(n.value, locals)
	var values []Value
	closed := true
	if n.asks != nil {
		locals = &typed{locals, v}
	}
	for i, test := range n.tests {
		t := in.of(test, locals)
		switch k, ok := certain(t); {
		case !ok || n.asks != nil && n.asks[i]:
			closed = false
		case k == KindRange || k == KindList:
			if item, ok := certain(t.item.plain()); ok {
				in.member(n.place, v, item)
			}
			if k == KindList && t.item.plain() != nil && t.item.plain().values != nil {
				values = append(values, t.item.plain().values...)
			} else {
				closed = false
			}
		default:
			in.member(n.place, v, k)
			values = append(values, t.values...)
			closed = closed && t.values != nil
		}
	}
	if k, ok := certain(v); closed && ok && k == KindString && len(values) > 0 {
		in.neverAmong(n.place, v.values, values)
	}
	return simpleTypes["boolean"]
}

func (in *inference) member(at place, v *Type, kind Kind) {
	if k, ok := certain(v); ok && k != kind && k != KindList && k != KindRange && kind != KindList && kind != KindRange {
		in.warn(at, "type", "a %s is never among values of the type %s%s", k, kind, dateHint(k, kind))
	}
}

// sums are the kinds of what + and - give for two kinds that go together, beside two of the same kind.
var sums = map[[2]Kind]Kind{
	{KindDate, KindDaysDuration}: KindDate, {KindDate, KindMonthsDuration}: KindDate,
	{KindDateTime, KindDaysDuration}: KindDateTime, {KindDateTime, KindMonthsDuration}: KindDateTime, {KindTime, KindDaysDuration}: KindTime,
}

func (in *inference) arithmetic(n *arithmetic, a, b *Type) *Type {
	x, ok1 := certain(a)
	y, ok2 := certain(b)
	if !ok1 || !ok2 {
		return nil
	}
	if k, ok := arithmeticKind(n.op, x, y); ok {
		return &Type{kind: k}
	}
	in.warn(n.place, "type", "a %s %s a %s has no value, so this is always null%s", x, n.op, y, dateHint(x, y))
	return nil
}

func arithmeticKind(op string, x, y Kind) (Kind, bool) {
	duration := func(k Kind) bool { return k == KindDaysDuration || k == KindMonthsDuration }
	moment := func(k Kind) bool { return k == KindDate || k == KindDateTime }
	switch {
	case x == KindNumber && y == KindNumber:
		return KindNumber, true
	case op == "+" && x == KindString && y == KindString:
		return KindString, true
	case (op == "+" || op == "-") && x == y && duration(x):
		return x, true
	case op == "-" && (moment(x) && moment(y) || x == KindTime && y == KindTime):
		return KindDaysDuration, true
	case op == "*" && duration(x) && y == KindNumber, op == "/" && duration(x) && y == KindNumber:
		return x, true
	case op == "*" && x == KindNumber && duration(y):
		return y, true
	case op == "/" && x == y && duration(x):
		return KindNumber, true
	}
	if k, ok := sums[[2]Kind{x, y}]; ok && (op == "+" || op == "-") {
		return k, true
	}
	k, ok := sums[[2]Kind{y, x}]
	return k, ok && op == "+"
}
