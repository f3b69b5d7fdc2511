package feel

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Inferred is what is known of an expression before it is evaluated.
type Inferred struct {
	Type *Type // of its values, which may also be null; nil for any
	// Reads are the variables that it reads wherever they come from, sorted: unlike [Expression.References] without names that may be entries
	// of an item of a filter, and without those it only asks for by "is defined".
	Reads []string
	// Warnings tell what is null, or false, whatever the values are, as long as they have their types.
	Warnings []Warning
}

// Infer tells what is known of an expression when types gives the types of variables, nil for any. Only what is certain is told: a part is of
// any type when it depends on values.
func (e *Expression) Infer(types func(name string) *Type) Inferred {
	in := &inference{types: types, reads: map[string]bool{}}
	t := in.of(e.root, nil)
	return Inferred{t, slices.Sorted(maps.Keys(in.reads)), in.warnings}
}

// inference walks through an expression.
type inference struct {
	types    func(string) *Type
	reads    map[string]bool
	warnings []Warning
}

// typed is a stack of the types of locals, as binding is of their values.
type typed struct {
	outer *typed
	typ   *Type
}

func (s *typed) at(depth int) *Type {
	for ; depth > 0 && s != nil; depth-- {
		s = s.outer
	}
	if s == nil {
		return nil
	}
	return s.typ
}

func (in *inference) warn(at place, code, format string, args ...any) {
	if len(in.warnings) < maxProblems {
		in.warnings = append(in.warnings, Warning{int(at.line), int(at.column), code, fmt.Sprintf(format, args...)})
	}
}

// of is the type of a node.
func (in *inference) of(n node, locals *typed) *Type {
	switch n := n.(type) {
	case *constant:
		return inferredValue(n.value)
	case *local:
		return locals.at(n.depth).plain()
	case *global:
		in.reads[n.name] = true
		return in.types(n.name).plain()
	case *property:
		return in.property(n, locals)
	case *listNode:
		return in.list(n, locals)
	case *contextNode:
		return in.context(n, locals)
	case *ifNode:
		in.wantsBoolean(n.place, "the condition", in.of(n.condition, locals))
		return Join(in.of(n.then, locals), in.of(n.other, locals))
	case *arithmetic:
		return in.arithmetic(n, in.of(n.left, locals), in.of(n.right, locals))
	case *negation:
		return in.of(n.operand, locals)
	case *comparison:
		in.comparable(n.place, n.op, in.of(n.left, locals), in.of(n.right, locals))
		return simpleTypes["boolean"]
	case *junction:
		in.wantsBoolean(n.place, "this side", in.of(n.left, locals))
		in.wantsBoolean(n.place, "this side", in.of(n.right, locals))
		return simpleTypes["boolean"]
	case *between:
		v := in.of(n.value, locals)
		in.comparable(n.place, "<", v, in.of(n.low, locals))
		in.comparable(n.place, "<", v, in.of(n.high, locals))
		return simpleTypes["boolean"]
	case *membership:
		return in.membership(n, locals)
	}
	return in.further(n, locals)
}

func (in *inference) further(n node, locals *typed) *Type {
	switch n := n.(type) {
	case *instanceOf:
		in.of(n.value, locals)
		return simpleTypes["boolean"]
	case *isDefined:
		in.asked(n.value, locals)
		return simpleTypes["boolean"]
	case *path:
		return in.path(n, in.of(n.value, locals))
	case *filter:
		return in.filter(n, locals)
	case *builtinCall:
		return in.call(n, locals)
	case *invocation:
		in.of(n.callee, locals)
		in.all(n.args, locals)
		return nil
	case *rangeNode:
		low, high := in.of(n.low, locals), in.of(n.high, locals)
		in.comparable(n.place, "<", low, high)
		return &Type{kind: KindRange, item: Join(low, high)}
	case *oneSided:
		return &Type{kind: KindRange, item: in.of(n.end, locals)}
	case *forNode:
		inner := in.loops(n.loops, locals)
		return &Type{kind: KindList, item: in.of(n.body, &typed{inner, &Type{kind: KindList}})}
	case *quantified:
		in.wantsBoolean(n.place, "the condition", in.of(n.body, in.loops(n.loops, locals)))
		return simpleTypes["boolean"]
	case *lambda:
		for _, p := range n.params {
			locals = &typed{locals, p.Type}
		}
		in.of(n.body, locals)
		return &Type{kind: KindFunction}
	}
	return nil
}

func (in *inference) all(nodes []node, locals *typed) {
	for _, n := range nodes {
		in.of(n, locals)
	}
}

// asked walks through what "is defined" asks for, which need not be there.
func (in *inference) asked(n node, locals *typed) {
	switch n := n.(type) {
	case *global, *property:
	case *path:
		in.asked(n.value, locals)
	default:
		in.of(n, locals)
	}
}

func (in *inference) property(n *property, locals *typed) *Type {
	for _, depth := range n.items {
		t := locals.at(depth).plain()
		if t == nil || t.kind == KindContext && len(t.fields) == 0 {
			return nil // it may be an entry of the item
		}
		if t.kind == KindContext && paramIndex(t.fields, n.name) >= 0 {
			field, _ := t.Field(n.name)
			return field.plain()
		}
	}
	return in.of(n.other, locals)
}

func (in *inference) list(n *listNode, locals *typed) *Type {
	t := &Type{kind: KindList, item: NullType()}
	for _, item := range n.items {
		t.item = Join(t.item, in.of(item, locals))
	}
	return t
}

func (in *inference) context(n *contextNode, locals *typed) *Type {
	t := &Type{kind: KindContext}
	for i, key := range n.keys {
		if n.recurs[i] {
			in.of(n.values[i], &typed{locals, nil})
			locals = &typed{locals, &Type{kind: KindFunction}}
			t.fields = append(t.fields, Param{key, locals.typ})
			continue
		}
		v := in.of(n.values[i], locals)
		locals = &typed{locals, v}
		t.fields = append(t.fields, Param{key, v})
	}
	return t
}

func (in *inference) path(n *path, v *Type) *Type {
	k, ok := certain(v)
	switch {
	case !ok:
		return nil
	case k == KindList:
		return &Type{kind: KindList, item: in.path(n, v.item.plain())}
	case k == KindContext:
		field, ok := v.Field(n.name)
		if !ok {
			in.warn(n.place, "unknown-name", "there is no entry %s, only %s, so this is always null", n.name, entryNames(v.fields))
		}
		return field.plain()
	case k == KindString || k == KindNumber || k == KindBoolean:
		in.warn(n.place, "unknown-name", "a %s has no %s, so this is always null%s", k, n.name, dateHint(k, KindDate))
	}
	return nil
}

func entryNames(fields []Param) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

func (in *inference) filter(n *filter, locals *typed) *Type {
	list := in.of(n.list, locals)
	item := list
	if k, ok := certain(list); !ok {
		item = nil
	} else if k == KindList {
		item = list.item.plain()
	}
	condition := in.of(n.condition, &typed{locals, item})
	k, ok := certain(condition)
	switch {
	case ok && k == KindNumber:
		return item
	case ok && k == KindBoolean:
		return &Type{kind: KindList, item: item}
	}
	return nil
}

func (in *inference) loops(loops []loop, locals *typed) *typed {
	for _, l := range loops {
		over := in.of(l.over, locals)
		if l.to != nil {
			in.of(l.to, locals)
		}
		item := over
		if k, ok := certain(over); !ok {
			item = nil
		} else if k == KindList || k == KindRange {
			item = over.item.plain()
		}
		locals = &typed{locals, item}
	}
	return locals
}

// results are the kinds of what built-in functions give.
var results = map[Kind]string{
	KindBoolean: "is workday|is bank day|is defined|is|list contains|is empty|odd|even|matches|is blank|contains|starts with|ends with|before|after|meets|met by|overlaps|all|any|not",
	KindNumber: "workdays between|bank days between|number|day of year|week of year|count|decimal|modulo|sqrt|log|exp|string length|floor|ceiling|round up|" +
		"round down|round half up|round half down|mean|median|product|stddev",
	KindString:         "string|day of week|month of year|replace|substring|upper case|lower case|trim|substring before|substring after|string join",
	KindDate:           "date|today|easter",
	KindTime:           "time",
	KindDateTime:       "date and time|now|start of day|end of day",
	KindMonthsDuration: "years and months duration",
}

var resultKinds = func() map[string]Kind {
	kinds := map[string]Kind{}
	for kind, names := range results {
		for name := range strings.SplitSeq(names, "|") {
			kinds[name] = kind
		}
	}
	return kinds
}()

func (in *inference) call(n *builtinCall, locals *typed) *Type {
	types := make([]*Type, len(n.args))
	for i, a := range n.args {
		types[i] = in.of(a, locals)
	}
	if n.names == nil {
		in.arguments(n, types)
	}
	switch name := n.function.name; name {
	case "add workdays", "add bank days", "next workday", "previous workday", "end of month", "abs", "list replace", "reverse", "distinct values", "sublist", "remove":
		if len(types) > 0 && types[0] != nil && (types[0].kind == KindDate || types[0].kind == KindDateTime || types[0].kind == KindList || name == "abs") {
			return types[0]
		}
	case "get or else":
		if len(types) == 2 {
			return Join(types[0], types[1])
		}
	case "split", "extract":
		return &Type{kind: KindList, item: &Type{kind: KindString}}
	default:
		if k, ok := resultKinds[name]; ok {
			return &Type{kind: k}
		}
	}
	return nil
}

// arguments warns of a call that no form of the function accepts.
func (in *inference) arguments(n *builtinCall, types []*Type) {
	for i, t := range types {
		k, ok := certain(t)
		if !ok || k == KindList {
			continue // a list of one item counts as its item
		}
		accepted := slices.ContainsFunc(n.function.forms, func(f form) bool {
			if len(types) < f.required || len(types) > len(f.params) && !f.variadic || len(f.params) == 0 {
				return false
			}
			kinds := f.param(i).kinds
			return kinds.has(k) || kinds.has(KindList) || k == KindDate && kinds.has(KindDateTime)
		})
		if !accepted && n.function.callable(len(types), nil) {
			in.warn(n.place, "argument", "%s: the argument %d is always a %s, which it does not take, so this is always null", n.function.name, i+1, k)
		}
	}
}
