package dmn

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"fasthold/definitions/feel"
)

// typeAliases are the spellings of built-in types that modelers write (XML Schema names, Camunda Modeler).
var typeAliases = map[string]string{
	"dateTime": "date and time", "date time": "date and time", "dayTimeDuration": "days and time duration",
	"yearMonthDuration": "years and months duration", "integer": "number", "long": "number", "double": "number",
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
			if qualified := i.qualify(name); u.items[qualified] == nil {
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
	t := u.itemType(u.items[name])
	delete(u.opening, name)
	u.types[name] = t
	return t
}

// itemType gives the type of an item definition or component: its base, its allowed values, and whether it is a collection.
func (u *unit) itemType(e *element) *feel.Type {
	t := u.baseType(e)
	if allowed := e.child("allowedValues"); allowed != nil {
		t = u.restrict(t, e, allowed)
	}
	if e.attr("isCollection") == "true" {
		t = feel.ListType(t)
	}
	if constraint := e.child("typeConstraint"); constraint != nil {
		t = u.restrict(t, e, constraint)
	}
	return t
}

func (u *unit) baseType(e *element) *feel.Type {
	if components := e.all("itemComponent"); len(components) > 0 {
		fields := make([]feel.Param, len(components))
		for i, c := range components {
			fields[i] = feel.Param{Name: collapse(c.attr("name")), Type: u.itemType(c)}
			u.addField(c, fields[i].Name)
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

func isSpecial(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// restrict adds allowed values, which are unary tests on the value.
func (u *unit) restrict(t *feel.Type, e, allowed *element) *feel.Type {
	tests := u.unaryTests(allowed, nil)
	if tests == nil {
		return t
	}
	return t.Restrict(collapse(e.attr("name")), tests)
}

// typeRef gives the type that an attribute or element names; "" is Any.
func (u *unit) typeRef(e *element, ref string) *feel.Type {
	ref = collapse(ref)
	if i := strings.IndexByte(ref, ':'); i > 0 && !strings.ContainsAny(ref[:i], "<( ") {
		ref = u.unprefixed(ref[:i], ref[i+1:]) // DMN 1.1 names types by XML prefix: "feel:string"
	}
	if ref == "" || ref == "Any" || ref == "Undefined" {
		return nil
	}
	if u.items[ref] != nil {
		return u.namedType(ref)
	}
	if t, ok := u.importedType(ref); ok {
		return t
	}
	if alias := typeAliases[ref]; alias != "" {
		ref = alias
	}
	t, err := feel.ParseType(ref, u.types)
	if err != nil {
		u.fail(e, "unknown-type", fmt.Sprintf("the type %q is not known", ref), "define it as an item definition or correct the name")
		return nil
	}
	return t
}

// importedType finds the type that this model knows by a name of [imported.qualify].
func (u *unit) importedType(ref string) (*feel.Type, bool) {
	for _, i := range u.imports {
		name, ok := strings.CutPrefix(ref, i.qualify(""))
		if ok && i.unit.items[name] != nil {
			return i.unit.namedType(name), true
		}
	}
	return nil, false
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
