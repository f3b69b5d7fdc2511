package feel

import (
	"fmt"
	"slices"
	"strings"
)

// call is one call of a built-in function under way.
type call struct {
	r       *run
	f       *Function
	place   place
	pattern *pattern // of matches, replace or split, when compiled before
}

func (c call) warn(code, format string, args ...any) { c.r.warn(c.place, code, format, args...) }

func (c call) null(code, format string, args ...any) Value {
	return c.r.null(c.place, code, c.f.String()+": "+format, args...)
}

// form is one way to call a built-in function. Its signature is written as in DMN
// 1.5 clause 10.3.4, e.g. "substring(string: string, start position: number, length?: number)";
// a ? marks a parameter that may be left out, a … the last one that may be repeated.
type form struct {
	params   []formal
	required int
	variadic bool
	call     func(c call, args []Value) Value
}

// formal is a parameter of a form.
type formal struct {
	name  string
	typ   string // kinds joined by |, or any
	kinds kindSet
}

// kindSet has a bit for each kind.
type kindSet uint16

func (s kindSet) has(k Kind) bool { return s>>k&1 != 0 }

// builtins and their names of several words, filled by define while the package starts.
var (
	builtins     = map[string]*Function{}
	builtinNames = nameSet{}
)

func builtinFunction(name string) Value {
	if f, ok := builtins[name]; ok {
		return f
	}
	return nil
}

// define adds a form to a built-in function; of several that fit, the first is taken.
func define(signature string, call func(c call, args []Value) Value) {
	name, params, _ := strings.Cut(signature, "(")
	f := builtins[name]
	if f == nil {
		f = &Function{name: name}
		builtins[name] = f
		builtinNames.add(name)
	}
	f.forms = append(f.forms, parseForm(strings.TrimSuffix(params, ")"), call))
}

func parseForm(params string, call func(call, []Value) Value) form {
	f := form{call: call}
	for part := range strings.SplitSeq(params, ", ") {
		if part == "" {
			continue
		}
		name, typ, _ := strings.Cut(part, ": ")
		name, optional := strings.CutSuffix(name, "?")
		typ, f.variadic = strings.CutSuffix(typ, "…")
		if !optional {
			f.required++
		}
		f.params = append(f.params, formal{name, typ, kindsOf(typ)})
	}
	return f
}

// kindsOf reads "any" or kinds joined by |.
func kindsOf(typ string) (set kindSet) {
	if typ == "any" {
		return ^set
	}
	for one := range strings.SplitSeq(typ, "|") {
		set |= 1 << slices.Index(kindNames[:], one)
	}
	return set
}

// arrange puts named arguments in their places. Those left out are null (DMN 1.5 §10.3.2.13.5), or nil where they may be left out.
func (f *form) arrange(args []Value, names []string) ([]Value, bool) {
	if names == nil {
		return args, len(args) >= f.required && (len(args) <= len(f.params) || f.variadic)
	}
	if len(args) > len(f.params) {
		return nil, false
	}
	arranged := make([]Value, len(f.params))
	for i, name := range names {
		at := f.index(name)
		if at < 0 || arranged[at] != nil {
			return nil, false
		}
		arranged[at] = args[i]
	}
	last := len(arranged)
	for last > f.required && arranged[last-1] == nil {
		last--
	}
	for i := range arranged[:f.required] {
		if arranged[i] == nil && !f.variadic {
			arranged[i] = Null{}
		}
	}
	return arranged[:last], true
}

// param is that of the i-th argument; the last may be repeated.
func (f *form) param(i int) *formal { return &f.params[min(i, len(f.params)-1)] }

func (f *form) index(name string) int {
	for i, p := range f.params {
		if p.name == name {
			return i
		}
	}
	return -1
}

// accept converts the arguments to the parameters' types; it returns the index of
// the first argument that does not fit, or -1.
func (f *form) accept(args []Value, coerce bool) (converted []Value, bad int) {
	for i, a := range args {
		v, ok := f.param(i).kinds.convert(a, coerce)
		switch {
		case a == nil && i >= f.required:
		case a == nil, !ok:
			return nil, i
		case coerce:
			if converted == nil {
				converted = append(make([]Value, 0, len(args)), args...)
			}
			converted[i] = v
		}
	}
	if converted == nil {
		converted = args
	}
	return converted, -1
}

// convert returns the value as a parameter of the kinds takes it.
func (s kindSet) convert(v Value, coerce bool) (Value, bool) {
	if v == nil || s.has(v.Kind()) {
		return v, true
	}
	if !coerce || v.Kind() == KindNull {
		return nil, false
	}
	if list, ok := v.(List); ok && len(list) == 1 && s.has(list[0].Kind()) && list[0].Kind() != KindNull {
		return list[0], true
	}
	if d, ok := v.(Date); ok && s.has(KindDateTime) {
		return DateTime{d, Time{0, utc}}, true
	}
	if s.has(KindList) {
		return List{v}, true
	}
	return nil, false
}

func (f *Function) invokeForm(c call, args []Value, names []string) Value {
	form, converted := f.choose(args, names)
	if form == nil {
		return c.null("argument", "%s", f.explain(args, names))
	}
	return form.call(c, converted)
}

// choose finds the form for the arguments, first without and then with implicit conversions.
func (f *Function) choose(args []Value, names []string) (chosen *form, converted []Value) {
	for _, coerce := range []bool{false, true} {
		for i := range f.forms {
			if arranged, ok := f.forms[i].arrange(args, names); ok {
				if converted, bad := f.forms[i].accept(arranged, coerce); bad < 0 {
					return &f.forms[i], converted
				}
			}
		}
	}
	return nil, nil
}

// explain says why no form fits.
func (f *Function) explain(args []Value, names []string) string {
	for i := range f.forms {
		arranged, ok := f.forms[i].arrange(args, names)
		if !ok {
			continue
		}
		if _, bad := f.forms[i].accept(arranged, true); bad >= 0 {
			p := f.forms[i].param(bad)
			return fmt.Sprintf("the argument %s must be a %s, not %s", p.name, p.typ, kindOf(arranged[bad]))
		}
	}
	return arityProblem(len(args), names)
}

func arityProblem(n int, names []string) string {
	if names != nil {
		return "it has no parameters " + strings.Join(names, ", ")
	}
	return fmt.Sprintf("it does not take %d arguments", n)
}

// callable reports whether a form has so many parameters, of these names.
func (f *Function) callable(n int, names []string) bool {
	args := make([]Value, n)
	for i := range args {
		args[i] = Null{}
	}
	return slices.ContainsFunc(f.forms, func(f form) bool {
		_, ok := f.arrange(args, names)
		return ok
	})
}

func kindOf(v Value) string {
	if v == nil {
		return "missing"
	}
	return describe(v)
}

// builtinCall calls a built-in function that was found by its name.
type builtinCall struct {
	function *Function
	args     []node
	names    []string
	place    place
	pattern  *pattern
}

func (n *builtinCall) eval(r *run, locals *binding) Value {
	if !r.spend(1) {
		return Null{}
	}
	args := make([]Value, len(n.args))
	for i, a := range n.args {
		args[i] = a.eval(r, locals)
	}
	if r.at = n.place; r.err != nil {
		return Null{}
	}
	return n.function.invokeForm(call{r, n.function, n.place, n.pattern}, args, n.names)
}

// prepare compiles a constant regular expression once, and reports whether there is one.
func (n *builtinCall) prepare() bool {
	at, ok := patternArgument[n.function.name]
	if !ok || n.names != nil || len(n.args) <= at.pattern {
		return false
	}
	pattern, flags := constantText(n.args[at.pattern]), String("")
	if len(n.args) > at.flags {
		f := constantText(n.args[at.flags])
		if f == nil {
			return false
		}
		flags = *f
	}
	if pattern != nil {
		n.pattern, _ = compilePattern(string(*pattern), string(flags))
	}
	return pattern != nil
}

func constantText(n node) *String {
	if c, ok := n.(*constant); ok {
		if s, ok := c.value.(String); ok {
			return &s
		}
	}
	return nil
}
