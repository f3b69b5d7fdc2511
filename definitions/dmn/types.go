package dmn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"fasthold/definitions/feel"
)

// typeAliases are the spellings of built-in types that modelers write: those of Camunda Modeler, and the names of XML Schema, which
// a model's type language may be (DMN 1.5 §7.3.3, table 71).
var typeAliases = map[string]string{
	"dateTime": "date and time", "date time": "date and time", "dateTimeStamp": "date and time", "dayTimeDuration": "days and time duration",
	"yearMonthDuration": "years and months duration", "integer": "number", "long": "number", "double": "number", "decimal": "number",
	"float": "number", "int": "number", "short": "number", "byte": "number", "nonNegativeInteger": "number", "positiveInteger": "number",
	"anyURI": "string", "token": "string", "normalizedString": "string", "anyType": "Any", "anySimpleType": "Any", "duration": "Any",
}

// indexTypes notes the names of all item definitions (DMN 1.5 §7.3.3).
func (u *unit) indexTypes() {
	for _, e := range u.model.root.all("itemDefinition") {
		name := collapse(e.attr("name"))
		switch {
		case name == "":
			u.fail(e, "missing-name", "the item definition has no name", "give it a name")
		case u.items[name] != nil:
			u.fail(e, "duplicate-name", fmt.Sprintf("the type %q is defined already in line %d", name, u.items[name].line), "give each item definition its own name")
		default:
			u.items[name] = e
			u.itemNames = append(u.itemNames, name)
		}
	}
}

// resolveTypes resolves the item definitions and makes those of imported models known as "import.name"; imports are not transitive.
func (u *unit) resolveTypes() {
	for _, name := range u.itemNames {
		u.namedType(name)
	}
	for _, i := range u.imports {
		for _, name := range i.unit.itemNames {
			qualified := i.qualify(name)
			if _, taken := u.types[qualified]; !taken && u.items[qualified] == nil { // the model's own come first, then the first import's
				u.types[qualified] = i.unit.namedType(name)
			}
		}
	}
}

// namedType gives an item definition's type, resolving it on first use. A type that contains itself is Any inside itself.
func (u *unit) namedType(name string) *feel.Type {
	if t, done := u.types[name]; done || u.opening[name] || u.items[name] == nil {
		return t
	}
	u.opening[name] = true
	t := u.itemType(u.items[name], nil)
	delete(u.opening, name)
	u.types[name] = t
	return t
}

// itemType gives the type of an item definition or component: its base, its allowed values, and whether it is a collection.
// The allowed values of a component may mention the components beside it (DMN 1.5 §7.3.3).
func (u *unit) itemType(e *element, beside []string) *feel.Type {
	t := u.baseType(e)
	if allowed := e.child("allowedValues"); allowed != nil {
		t = u.restrict(t, e, allowed, beside)
	}
	if e.attr("isCollection") == "true" {
		t = feel.ListType(t)
	}
	if constraint := e.child("typeConstraint"); constraint != nil {
		t = u.restrict(t, e, constraint, beside)
	}
	return t
}

func (u *unit) baseType(e *element) *feel.Type {
	if components := e.all("itemComponent"); len(components) > 0 {
		names := make([]string, len(components))
		for i, c := range components {
			names[i] = collapse(c.attr("name"))
			u.addField(c, names[i])
		}
		fields := make([]feel.Param, len(components))
		for i, c := range components {
			fields[i] = feel.Param{Name: names[i], Type: u.itemType(c, names)}
		}
		return feel.ContextType(fields)
	}
	if f := e.child("functionItem"); f != nil {
		var params []feel.Param
		for _, p := range f.all("parameters") {
			params = append(params, feel.Param{Name: collapse(p.attr("name")), Type: u.typeRef(p, p.attr("typeRef"))})
		}
		return feel.FunctionType(params, u.typeRef(f, f.attr("outputTypeRef")))
	}
	return u.typeRef(e, e.childText("typeRef"))
}

// addField notes the name of a context entry if FEEL must be told of it, which it must when the name is no plain word.
func (u *unit) addField(e *element, name string) {
	if !strings.ContainsFunc(name, isSpecial) || slices.Contains(u.fields, name) {
		return
	}
	if len(u.fields) >= maxNames {
		u.fail(e, "too-many-names", fmt.Sprintf("the model has more than %d names with spaces or signs in them", maxNames), "use plain words for the parts of item definitions")
		return
	}
	u.fields = append(u.fields, name)
}

// addFields notes the names of all context entries that a model brings: those of its types, and those that its boxed contexts,
// relations and tables make. FEEL reads words without them, but no names with signs or keywords.
func (u *unit) addFields(of *unit) {
	names := slices.Clone(of.fields)
	of.model.root.walk(func(e *element) {
		switch {
		case e.name == "contextEntry" && e.child("variable") != nil:
			names = append(names, collapse(e.child("variable").attr("name")))
		case e.name == "column", e.name == "output":
			names = append(names, collapse(e.attr("name")))
		}
	})
	for _, name := range names {
		if len(u.fields) < maxNames {
			u.addField(of.model.root, name)
		}
	}
}

func isSpecial(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// restrict adds allowed values, which are unary tests on the value.
func (u *unit) restrict(t *feel.Type, e, allowed *element, beside []string) *feel.Type {
	tests := u.unaryTests(allowed, beside)
	if tests == nil {
		return t
	}
	return t.Restrict(collapse(e.attr("name")), tests)
}

// typeRef gives the type that an attribute or element names; "" is Any.
func (u *unit) typeRef(e *element, ref string) *feel.Type {
	ref = u.plainRef(ref)
	if i := u.item(ref); i.elem != nil {
		return i.home.namedType(collapse(i.elem.attr("name")))
	}
	ref = cmp.Or(typeAliases[ref], ref)
	if ref == "" || ref == "Any" || ref == "Undefined" {
		return nil
	}
	t, err := feel.ParseType(ref, u.types)
	if err != nil {
		u.fail(e, "unknown-type", fmt.Sprintf("the type %q is not known", ref), "define it as an item definition or correct the name")
		return nil
	}
	return t
}

// plainRef gives a type reference as FEEL writes it; DMN 1.1 names types by XML prefix, such as "feel:string".
func (u *unit) plainRef(ref string) string {
	ref = collapse(ref)
	if i := strings.IndexByte(ref, ':'); i > 0 && !strings.ContainsAny(ref[:i], "<( ") {
		return u.unprefixed(ref[:i], ref[i+1:])
	}
	return ref
}

// unprefixed turns an XML-prefixed type of DMN 1.1 into one of today: a built-in, an own one, or "import.name".
func (u *unit) unprefixed(prefix, name string) string {
	for _, a := range u.model.root.attrs {
		if a.Name.Space != "xmlns" || a.Name.Local != prefix {
			continue
		}
		for _, i := range u.imports {
			if i.unit.model.Namespace == a.Value {
				return i.qualify(name)
			}
		}
	}
	return name
}

// item is an item definition or a component of one, in the model that defines it; its element is nil for any other type.
type item struct {
	home *unit
	elem *element
}

// item finds an item definition by what an attribute or element of this model calls it.
func (u *unit) item(ref string) item {
	ref = u.plainRef(ref)
	if e := u.items[ref]; e != nil {
		return item{u, e}
	}
	for _, i := range u.imports {
		if name, ok := strings.CutPrefix(ref, i.qualify("")); ok && i.unit.items[name] != nil {
			return item{i.unit, i.unit.items[name]}
		}
	}
	return item{}
}

// component finds a part of an item definition, or of the one it refers to.
func (i item) component(name string) item {
	for range maxDepth {
		if i.elem == nil {
			break
		}
		for _, part := range i.elem.all("itemComponent") {
			if collapse(part.attr("name")) == name {
				return item{i.home, part}
			}
		}
		i = i.home.item(i.elem.childText("typeRef"))
	}
	return item{}
}

// constants gives the allowed values, its own or those of the type it refers to, in their order; nil when they are no constants.
func (i item) constants() feel.List {
	for range maxDepth {
		if i.elem == nil {
			break
		}
		values := i.elem.child("allowedValues")
		if values == nil && i.elem.attr("isCollection") != "true" {
			values = i.elem.child("typeConstraint")
		}
		if values != nil {
			return i.home.constants(values)
		}
		i = i.home.item(i.elem.childText("typeRef"))
	}
	return nil
}

// constants reads unary tests that were compiled with their type, where their problems were told.
func (u *unit) constants(values *element) feel.List {
	tests, err := feel.CompileUnaryTests(textOf(values).text, u.options(names{}))
	if err != nil {
		return nil
	}
	list, _ := tests.Constants()
	return list
}
