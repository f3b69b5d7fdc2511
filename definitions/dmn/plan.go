package dmn

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// plan is a compiled expression of any boxed kind. Its error is an exceeded limit.
type plan interface {
	eval(x *session, env *feel.Env) (feel.Value, error)
}

// names is what the author of an expression may name, besides built-in functions.
type names struct {
	list []string
	// open lets variables through that no model declares.
	open bool
	// item lets any name through, since it may be a property of the item of a filter.
	item bool
}

// with gives the names and some more.
func (n names) with(more ...string) names {
	n.list = append(slices.Clip(n.list), more...)
	return n
}

// compileLogic compiles what the nodes of the model do.
func (u *unit) compileLogic() {
	for _, n := range u.ordered {
		switch n := n.(type) {
		case *Decision:
			n.frame = shapeOf(u, n.requires)
			n.Inputs = n.listInputs()
			n.logic = u.decisionLogic(n)
		case *knowledge:
			n.frame = shapeOf(u, n.requires)
			n.function = u.knowledgeLogic(n)
		}
	}
}

func (u *unit) decisionLogic(d *Decision) plan {
	c := compiler{unit: u, owner: d.ID, ownerName: d.Name, decision: d, reads: &d.free}
	body := expressionIn(d.elem)
	if body == nil {
		u.warn(d.elem, "no-logic", fmt.Sprintf("the decision %q has no logic, so it is always null", d.Name), "give it a decision table or an expression")
		return failing{at: d.at(), code: "no-logic", message: "the decision has no logic"}
	}
	return c.expression(body, names{list: d.frame.names, open: true})
}

func (u *unit) knowledgeLogic(k *knowledge) *function {
	c := compiler{unit: u, owner: k.elem.attr("id"), ownerName: k.variable}
	logic := k.elem.child("encapsulatedLogic")
	if logic == nil {
		u.warn(k.elem, "no-logic", fmt.Sprintf("the business knowledge model %q has no logic, so it is always null", k.variable), "give it a function")
		return nil
	}
	f := c.function(logic, names{list: k.frame.names}.with(k.variable))
	if f.result == nil {
		f.result = u.resultType(k.elem)
	}
	return f
}

// compiler compiles the logic of one decision or business knowledge model.
type compiler struct {
	*unit
	owner, ownerName string
	decision         *Decision // nil in a business knowledge model
	reads            *[]string // takes the names that expressions read; nil: nowhere
}

// compilers has one function for each kind of boxed expression (DMN 1.5 §7.3.1, §10.2).
var compilers map[string]func(c *compiler, e *element, in names) plan

func init() {
	compilers = map[string]func(c *compiler, e *element, in names) plan{
		"literalExpression":  (*compiler).literal,
		"decisionTable":      (*compiler).table,
		"context":            (*compiler).context,
		"relation":           (*compiler).relation,
		"list":               (*compiler).list,
		"functionDefinition": func(c *compiler, e *element, in names) plan { return c.function(e, in) },
		"invocation":         (*compiler).invocation,
		"conditional":        (*compiler).conditional,
		"filter":             (*compiler).filter,
		"for":                (*compiler).forLoop,
		"some":               (*compiler).quantified,
		"every":              (*compiler).quantified,
	}
}

// expressionIn gives the first boxed expression among the children, or nil.
func expressionIn(e *element) *element {
	for _, c := range e.children {
		if compilers[c.name] != nil {
			return c
		}
	}
	return nil
}

// expression compiles one boxed expression, with the type it declares.
func (c *compiler) expression(e *element, in names) plan {
	p := compilers[e.name](c, e, in)
	if e.name == "functionDefinition" {
		return p // its type is the function's, and its body has its own
	}
	return c.typed(p, e)
}

func (c *compiler) typed(p plan, e *element) plan {
	if t := c.typeRef(e, e.attr("typeRef")); t != nil {
		return coerced{plan: p, typ: t, at: c.placeOf(e)}
	}
	return p
}

// within compiles the expression inside a wrapping element such as "if" or "return".
func (c *compiler) within(parent *element, wrapper string, in names) plan {
	w := parent.child(wrapper)
	if w == nil {
		c.unit.fail(parent, "missing-part", fmt.Sprintf("the %s has no part %q", parent.name, wrapper), "complete it")
		return failing{at: c.placeOf(parent), code: "missing-part", message: "a part is missing"}
	}
	return c.typed(c.inner(w, in), w)
}

// inner compiles the expression that an element must contain.
func (c *compiler) inner(e *element, in names) plan {
	if body := expressionIn(e); body != nil {
		return c.expression(body, in)
	}
	c.unit.fail(e, "missing-expression", fmt.Sprintf("the %s has no expression", e.name), "write one")
	return failing{at: c.placeOf(e), code: "missing-expression", message: "an expression is missing"}
}

// failing stands for what could not be compiled.
type failing struct {
	at            place
	code, message string
}

func (f failing) eval(x *session, _ *feel.Env) (feel.Value, error) {
	x.warn(f.at, f.code, f.message)
	return feel.Null{}, nil
}

// coerced converts the result of a plan to a type.
type coerced struct {
	plan
	typ *feel.Type
	at  place

	input bool // it is the column of a table, which reads what may have come as JSON
}

func (c coerced) eval(x *session, env *feel.Env) (feel.Value, error) {
	v, err := c.plan.eval(x, env)
	if err != nil {
		return nil, err
	}
	if c.input && x.trace.json {
		v = c.typ.FromJSON(v)
	}
	return x.coerce(c.typ, v, c.at, "the result"), nil
}

// isTable reports whether a plan is a decision table and nothing more.
func isTable(p plan) bool {
	if c, ok := p.(coerced); ok {
		p = c.plan
	}
	_, ok := p.(*table)
	return ok
}

// literal is a FEEL expression (DMN 1.5 §7.3.4).
type literal struct {
	expr *feel.Expression
	at   place
}

func (l literal) eval(x *session, env *feel.Env) (feel.Value, error) {
	v, err := l.expr.Eval(env)
	x.takeWarnings(l.at)
	return v, x.locate(err, l.at, l.expr.Source())
}

func (c *compiler) literal(e *element, in names) plan { return c.feel(e, in) }

// feel compiles the text of an element as FEEL; an empty one is null.
func (c *compiler) feel(e *element, in names) plan {
	text, ok := c.feelText(e)
	if !ok {
		return failing{at: c.placeOf(e), code: "no-expression", message: "there is no FEEL expression here"}
	}
	if strings.TrimSpace(text.text) == "" {
		return constant{feel.Null{}}
	}
	expr, err := feel.Compile(text.text, c.options(in))
	if err != nil {
		c.syntax(e, text, err)
		return failing{at: c.placeOf(e), code: "syntax", message: "the expression cannot be read"}
	}
	c.checkNames(e, text, expr.References(), in)
	c.noteClock(expr.Functions())
	c.tellWarnings(e, text, expr.Warnings())
	if v, ok := expr.Constant(); ok && len(expr.Warnings()) == 0 {
		return constant{v}
	}
	return literal{expr: expr, at: c.placeOfText(e, text)}
}

// constant is a value known when the model was compiled.
type constant struct{ value feel.Value }

func (c constant) eval(*session, *feel.Env) (feel.Value, error) { return c.value, nil }

// feelText gives the text child of an element, unless it is in another language.
func (u *unit) feelText(e *element) (*element, bool) {
	if lang := cmp.Or(e.attr("expressionLanguage"), u.model.root.attr("expressionLanguage")); lang != "" && !strings.Contains(strings.ToLower(lang), "feel") {
		u.fail(e, "unsupported-language", fmt.Sprintf("expressions in %q are not run", lang), "write the expression in FEEL")
		return nil, false
	}
	text := e.child("text")
	if text == nil {
		return &element{name: "text", parent: e, line: e.line, column: e.column, textLine: e.line, textColumn: e.column}, true
	}
	return text, true
}

func (u *unit) options(in names) feel.Options {
	return feel.Options{Names: in.list, Fields: u.fields, Types: u.types}
}

// unaryTests compiles the tests of a cell or of allowed values; nil means that there are none, or that they cannot be read.
func (u *unit) unaryTests(e *element, in []string) *feel.UnaryTests {
	text, ok := u.feelText(e)
	if !ok {
		return nil
	}
	if trimmed := strings.TrimSpace(text.text); trimmed == "" || trimmed == "-" {
		return nil
	}
	tests, err := feel.CompileUnaryTests(text.text, u.options(names{list: in}))
	if err != nil {
		u.syntax(e, text, err)
		return nil
	}
	u.tellWarnings(e, text, tests.Warnings())
	return tests
}

// syntax reports what FEEL could not read, with places in the file.
func (u *unit) syntax(e, text *element, err error) {
	var bad *feel.SyntaxError
	if !errors.As(err, &bad) {
		u.fail(e, "syntax", err.Error(), "")
		return
	}
	for _, p := range bad.Problems {
		line, column := text.position(p.Line, p.Column)
		u.add(problem.Problem{Line: line, Column: column, Element: e.label(), Code: "syntax", Message: p.Message, Advice: oneLine(p.Excerpt), Excerpt: p.Excerpt, Severity: problem.Error})
	}
}

// oneLine gives the source line of an excerpt without its caret.
func oneLine(excerpt string) string {
	line, _, _ := strings.Cut(excerpt, "\n")
	if line = strings.TrimSpace(line); line == "" {
		return ""
	}
	return "in: " + line
}

// position turns a place in the element's text into a place in the file.
func (e *element) position(line, column int) (int, int) {
	return place{line: e.textLine, column: e.textColumn}.position(line, column)
}

// placeOfText is where the text of an element begins.
func (u *unit) placeOfText(e, text *element) place {
	return place{file: u.model.File, element: e.label(), line: text.textLine, column: text.textColumn}
}

func (u *unit) tellWarnings(e, text *element, warnings []feel.Warning) {
	for _, w := range warnings {
		line, column := text.position(w.Line, w.Column)
		u.add(problem.Problem{Line: line, Column: column, Element: e.label(), Code: w.Code, Message: w.Message, Severity: problem.Warning})
	}
}

// checkNames warns of names that nothing declares, except in models that declare no input data at all, as Camunda Modeler writes them.
func (c *compiler) checkNames(e, text *element, references []string, in names) {
	if c.reads != nil {
		for _, name := range references {
			if !slices.Contains(in.list, name) {
				*c.reads = append(*c.reads, name)
			}
		}
	}
	if in.item || in.open && c.model.root.child("inputData") == nil {
		return
	}
	for _, name := range references {
		if slices.Contains(in.list, name) {
			continue
		}
		line, column := text.position(1, 1)
		c.add(problem.Problem{
			Line: line, Column: column, Element: e.label(), Code: "unknown-name", Severity: problem.Warning,
			Message: fmt.Sprintf("the name %q is not known here", name),
			Advice:  "require the input or decision of that name, or correct it",
		})
	}
}
