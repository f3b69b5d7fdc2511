package feel

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Functions of kind Java (DMN 1.5 §10.3.2.13.3, §7.3.1): no Java runs here. The pure
// static methods that models in use call are known under their Java names, and work on
// decimals: what Java computes in binary is exact where it can be, else right to 15 digits.

// JavaFunction returns the static method of a Java class as a function with the
// parameters, e.g. of java.lang.Math the method max(double,double). The error says
// what is known instead.
func JavaFunction(params []Param, class, signature string) (Value, error) {
	name, types, err := readSignature(signature)
	if err != nil {
		return nil, err
	}
	overloads := javaMethods[javaNames(class)+"."+name]
	for _, m := range overloads {
		if slices.Equal(m.types, types) {
			return m.function(params)
		}
	}
	return nil, errors.New(unknownJava(javaNames(class), name, overloads))
}

// javaMethod is one static method; the last type of a variadic one ends with "...".
type javaMethod struct {
	types  []string
	result string
	call   func(c call, a []Value) Value
}

// javaMethods holds the overloads of each method by class and name.
var javaMethods = map[string][]*javaMethod{}

// readSignature takes "max(double, double)" apart, with types as javaNames writes them.
func readSignature(signature string) (name string, types []string, err error) {
	name, list, ok := strings.Cut(strings.TrimSuffix(strings.Join(strings.Fields(signature), ""), ")"), "(")
	if !ok || name == "" {
		return "", nil, errors.New(`the method signature must have the form of "max(double,double)"`)
	}
	if list == "" {
		return name, nil, nil
	}
	for typ := range strings.SplitSeq(list, ",") {
		types = append(types, javaNames(typ))
	}
	return name, types, nil
}

// javaNames shortens names of java.lang, and writes [LObject; and Object[] as Object...
func javaNames(typ string) string {
	if inner, ok := strings.CutPrefix(typ, "[L"); ok {
		return javaNames(strings.TrimSuffix(inner, ";")) + "..."
	}
	if inner, ok := strings.CutSuffix(typ, "[]"); ok {
		return javaNames(inner) + "..."
	}
	short := strings.TrimPrefix(typ, "java.lang.")
	if strings.Contains(short, ".") && !strings.HasSuffix(short, "...") {
		return typ
	}
	return short
}

func unknownJava(class, name string, overloads []*javaMethod) string {
	if len(overloads) > 0 {
		return fmt.Sprintf("%s.%s is known as %s", class, name, strings.Join(signatures(name, overloads), ", "))
	}
	var methods, classes []string
	for _, full := range slices.Sorted(maps.Keys(javaMethods)) {
		i := strings.LastIndexByte(full, '.')
		if classes = append(classes, full[:i]); full[:i] == class {
			methods = append(methods, full[i+1:])
		}
	}
	if methods != nil {
		return fmt.Sprintf("of %s, these methods are known: %s", class, strings.Join(methods, ", "))
	}
	return "methods of these Java classes are known: " + strings.Join(slices.Compact(classes), ", ")
}

func signatures(name string, overloads []*javaMethod) (all []string) {
	for _, m := range overloads {
		all = append(all, name+"("+strings.Join(m.types, ",")+")")
	}
	return all
}

func (m *javaMethod) variadic() bool {
	return len(m.types) > 0 && strings.HasSuffix(m.types[len(m.types)-1], "...")
}

// function binds the method to the parameters of a FEEL function.
func (m *javaMethod) function(params []Param) (Value, error) {
	fits := len(params) == len(m.types) || m.variadic() && len(params) >= len(m.types)-1
	if !fits {
		return nil, fmt.Errorf("the function has %d parameters, the Java method %d", len(params), len(m.types))
	}
	return &Function{params: params, builtin: func(c call, args []Value) Value {
		args, bad := m.arguments(args)
		if bad != "" {
			return c.null("external", "an argument is no Java %s", bad)
		}
		result := m.call(c, args)
		if n, ok := result.(Number); ok && !fitsJava(n, m.result) {
			return c.null("external", "the result is no Java %s", m.result)
		}
		return result
	}}, nil
}

// arguments checks arguments; bad is the type that one does not fit. What a variadic
// parameter takes is one list.
func (m *javaMethod) arguments(args []Value) (converted []Value, bad string) {
	fixed := m.types
	if m.variadic() {
		fixed = m.types[:len(m.types)-1]
		rest := List(args[len(fixed):])
		if len(rest) == 1 {
			if list, ok := rest[0].(List); ok {
				rest = list
			}
		}
		one := strings.TrimSuffix(m.types[len(fixed)], "...")
		for _, v := range rest {
			if !isJava(v, one) {
				return nil, one
			}
		}
		args = append(slices.Clone(args[:len(fixed)]), rest)
	}
	for i, typ := range fixed {
		if !isJava(args[i], typ) {
			return nil, typ
		}
	}
	return args, ""
}

var javaRanges = map[string]struct{ low, high int64 }{
	"byte": {-1 << 7, 1<<7 - 1}, "short": {-1 << 15, 1<<15 - 1}, "int": {-1 << 31, 1<<31 - 1}, "long": {-1 << 63, 1<<63 - 1},
}

// javaBoxes are the classes of what is no object.
var javaBoxes = map[string]string{
	"Byte": "byte", "Short": "short", "Integer": "int", "Long": "long", "Float": "double", "Double": "double", "float": "double",
	"Number": "double", "java.math.BigDecimal": "double", "java.math.BigInteger": "whole", "Character": "char", "Boolean": "boolean", "CharSequence": "String",
}

// isJava reports whether the value can be passed as the type.
func isJava(v Value, typ string) bool {
	if box := javaBoxes[typ]; box != "" {
		typ = box
	}
	switch v := v.(type) {
	case Number:
		return typ == "Object" || fitsJava(v, typ)
	case String:
		return typ == "Object" || typ == "String" || typ == "char" && len([]rune(string(v))) == 1
	case Bool:
		return typ == "Object" || typ == "boolean"
	}
	return typ == "Object"
}

func fitsJava(n Number, typ string) bool {
	switch typ {
	case "double", "float":
		return true
	case "whole":
		return n.isInteger()
	}
	bounds, ok := javaRanges[typ]
	i, whole := n.Int64()
	return ok && whole && i >= bounds.low && i <= bounds.high
}

// external reads what stands behind the word: {java: {class: "…", method signature: "…"}}
// (grammar rule 55; §10.3.2.13.3). What is not known warns at once and at each call.
func (p *parser) external(params []Param, at place) node {
	f, err := externalFunction(params, p.expression())
	if err == nil {
		return &constant{f}
	}
	p.warnings = append(p.warnings, Warning{int(at.line), int(at.column), "external", err.Error()})
	return &constant{&Function{params: params, builtin: func(c call, _ []Value) Value {
		return c.null("external", "%s", err)
	}}}
}

func externalFunction(params []Param, spec node) (Value, error) {
	c, ok := spec.(*constant)
	java, isJava := entryOf(c, ok).(*Context)
	if !isJava {
		return nil, errors.New(`functions of other languages are not run, but for some of Java: write external {java: {class: "java.lang.Math", method signature: "max(double,double)"}}`)
	}
	class, _ := java.Lookup("class")
	signature, _ := java.Lookup("method signature")
	className, ok1 := class.(String)
	method, ok2 := signature.(String)
	if !ok1 || !ok2 {
		return nil, errors.New("a Java function needs a class and a method signature, both texts")
	}
	return JavaFunction(params, string(className), string(method))
}

func entryOf(c *constant, known bool) Value {
	if known {
		if spec, ok := c.value.(*Context); ok {
			java, _ := spec.Lookup("java")
			return java
		}
	}
	return Null{}
}
