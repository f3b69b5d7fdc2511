package dmn

import (
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/feel"
)

// contextPlan is a boxed context: entries see those before them; a last entry without name is the result (DMN 1.5 §10.2.1.4).
type contextPlan struct {
	names  []string
	values []plan
	result plan
}

func (c *compiler) context(e *element, in names) plan {
	p := &contextPlan{}
	for _, entry := range c.few(e, e.all("contextEntry")) {
		v := entry.child("variable")
		if v == nil {
			p.result = c.inner(entry, in)
			continue
		}
		name, seen := collapse(v.attr("name")), in
		in = in.with(name)
		if body := expressionIn(entry); body != nil && body.name == "functionDefinition" {
			seen = in // it may call itself
		}
		p.names = append(p.names, name)
		p.values = append(p.values, c.typed(c.inner(entry, seen), v))
	}
	return p
}

func (p *contextPlan) eval(x *session, env *feel.Env) (feel.Value, error) {
	f := &frame{names: p.names, values: make([]feel.Value, 0, len(p.names)), parent: env.Vars}
	if err := x.spend(len(p.names)); err != nil {
		return nil, err
	}
	inner := env.With(f)
	for _, value := range p.values {
		v, err := value.eval(x, inner)
		if err != nil {
			return nil, err
		}
		f.values = append(f.values, v)
	}
	if p.result != nil {
		return p.result.eval(x, inner)
	}
	return feel.ContextOf(f.entries()...), nil
}

// listPlan is a boxed list (DMN 1.5 §10.2.1.6).
type listPlan []plan

func (c *compiler) list(e *element, in names) plan {
	var p listPlan
	for _, item := range e.children {
		if compilers[item.name] != nil {
			p = append(p, c.expression(item, in))
		}
	}
	return p
}

func (p listPlan) eval(x *session, env *feel.Env) (feel.Value, error) {
	if err := x.spend(len(p)); err != nil {
		return nil, err
	}
	items := make(feel.List, len(p))
	for i, item := range p {
		v, err := item.eval(x, env)
		if err != nil {
			return nil, err
		}
		items[i] = v
	}
	return items, nil
}

// relation is a list of contexts, written as a table (DMN 1.5 §10.2.1.7).
func (c *compiler) relation(e *element, in names) plan {
	columns := c.few(e, e.all("column"))
	var rows listPlan
	for _, row := range e.all("row") {
		cells := c.list(row, in).(listPlan)
		if len(cells) != len(columns) {
			c.unit.fail(row, "wrong-row", fmt.Sprintf("the row has %d cells, the relation %d columns", len(cells), len(columns)), "give each row one cell per column")
			cells = append(cells, make(listPlan, max(0, len(columns)-len(cells)))...)
		}
		r := &contextPlan{}
		for i, column := range columns {
			cell := cells[i]
			if cell == nil {
				cell = constant{feel.Null{}}
			}
			r.names = append(r.names, collapse(column.attr("name")))
			r.values = append(r.values, c.typed(cell, column))
		}
		rows = append(rows, r)
	}
	return rows
}

// function is a boxed function, also the logic of a business knowledge model (DMN 1.5 §10.2.1.8).
type function struct {
	params []feel.Param
	names  []string
	body   plan
	result *feel.Type
	at     place
	// external is a function of kind Java, which has no body.
	external *feel.Function
}

func (c *compiler) function(e *element, in names) *function {
	f := &function{at: c.placeOf(e), result: c.resultOf(e, e.attr("typeRef"))}
	for _, p := range c.few(e, e.all("formalParameter")) {
		f.add(collapse(p.attr("name")), c.typeRef(p, p.attr("typeRef")))
	}
	if e.name == "encapsulatedLogic" && len(f.params) == 0 {
		c.implicitParameters(f, e, in)
	}
	if kind := e.attr("kind"); kind != "" && kind != "FEEL" {
		f.external = c.external(e, kind, f.params)
		f.body = failing{at: f.at, code: "unsupported-function", message: "the function is not in FEEL"}
		return f
	}
	if expressionIn(e) == nil {
		c.unit.warn(e, "no-logic", "the function has no body, so it is always null", "write an expression")
		f.body = constant{feel.Null{}}
		return f
	}
	f.body = c.inner(e, in.with(f.names...))
	return f
}

func (f *function) add(name string, typ *feel.Type) {
	f.names = append(f.names, name)
	f.params = append(f.params, feel.Param{Name: name, Type: typ})
}

// implicitParameters takes the input expressions of the decision table of a business knowledge model for its parameters, when it
// states none (DMN 1.5 §10.2.1.7): those that are names and not known otherwise.
func (c *compiler) implicitParameters(f *function, e *element, in names) {
	table := e.child("decisionTable")
	if table == nil {
		return
	}
	for _, input := range c.few(table, table.all("input")) {
		expr := input.child("inputExpression")
		if expr == nil {
			continue
		}
		name := collapse(expr.childText("text"))
		if name == "" || strings.ContainsFunc(name, isOperator) || slices.Contains(in.list, name) || slices.Contains(f.names, name) {
			continue
		}
		f.add(name, c.typeRef(expr, expr.attr("typeRef")))
	}
}

// isOperator tells what makes an expression of names.
func isOperator(r rune) bool { return strings.ContainsRune(`.+-*/<>=!()[]{}"@,:?`, r) }

// external finds a function of kind Java, whose body is a context with its class and method signature (DMN 1.5 §7.3.1); nil
// when it is none that is known.
func (c *compiler) external(e *element, kind string, params []feel.Param) *feel.Function {
	if kind != "Java" {
		c.unit.fail(e, "unsupported-function", fmt.Sprintf("functions of kind %s are not run", kind), "write the function in FEEL")
		return nil
	}
	where := map[string]string{}
	if body := expressionIn(e); body != nil && body.name == "context" {
		for _, entry := range body.all("contextEntry") {
			if v, text := entry.child("variable"), expressionIn(entry); v != nil && text != nil {
				where[collapse(v.attr("name"))] = c.constantText(text)
			}
		}
	}
	found, err := feel.JavaFunction(params, where["class"], where["method signature"])
	if err != nil {
		c.unit.fail(e, "unsupported-function", "there is no such Java function: "+err.Error(), "choose one of them, or write the function in FEEL")
		return nil
	}
	return found.(*feel.Function)
}

// constantText gives the value of a literal expression that is a text, else "".
func (c *compiler) constantText(e *element) string {
	if v, ok := c.literal(e, names{}).(constant); ok {
		text, _ := v.value.(feel.String)
		return string(text)
	}
	return ""
}

func (f *function) eval(x *session, env *feel.Env) (feel.Value, error) {
	defining := env.Vars
	if f.external != nil {
		return feel.NewTypedFunction(f.params, f.result, func(env *feel.Env, args []feel.Value) (feel.Value, error) {
			v, err := f.external.Call(env, args...)
			x.takeWarnings(f.at)
			return v, err
		}), nil
	}
	return feel.NewTypedFunction(f.params, f.result, func(env *feel.Env, args []feel.Value) (feel.Value, error) {
		v, err := f.body.eval(x, env.With(&frame{names: f.names, values: args, parent: defining}))
		if err != nil {
			return nil, err
		}
		return x.coerce(f.result, v, f.at, "the result"), nil
	}), nil
}

// invocation calls a function with named arguments (DMN 1.5 §10.2.1.3).
type invocation struct {
	callee plan
	names  []string
	args   []plan
	at     place
}

func (c *compiler) invocation(e *element, in names) plan {
	p := &invocation{at: c.placeOf(e), callee: c.inner(e, in)}
	for _, b := range c.few(e, e.all("binding")) {
		parameter := b.child("parameter")
		if parameter == nil {
			c.unit.fail(b, "missing-part", "the binding names no parameter", "name one")
			continue
		}
		p.names = append(p.names, collapse(parameter.attr("name")))
		arg := plan(constant{feel.Null{}}) // a binding may have no formula (DMN 1.5 §7.3.7)
		if expressionIn(b) != nil {
			arg = c.inner(b, in)
		}
		p.args = append(p.args, c.typed(arg, parameter))
	}
	return p
}

func (p *invocation) eval(x *session, env *feel.Env) (feel.Value, error) {
	callee, err := p.callee.eval(x, env)
	if err != nil {
		return nil, err
	}
	f, ok := callee.(*feel.Function)
	if !ok {
		x.warn(p.at, "not-a-function", fmt.Sprintf("what is invoked is a %s", callee.Kind()))
		return feel.Null{}, nil
	}
	values := make([]feel.Value, len(p.args))
	for i, arg := range p.args {
		if values[i], err = arg.eval(x, env); err != nil {
			return nil, err
		}
	}
	v, err := f.CallNamed(env, p.names, values...)
	x.takeWarnings(p.at)
	return v, x.locate(err, p.at, "")
}

// conditional is a boxed if; what is not true goes the way of "else" (DMN 1.5 §10.2.1.9).
type conditional struct{ test, yes, no plan }

func (c *compiler) conditional(e *element, in names) plan {
	return conditional{test: c.within(e, "if", in), yes: c.within(e, "then", in), no: c.within(e, "else", in)}
}

func (p conditional) eval(x *session, env *feel.Env) (feel.Value, error) {
	v, err := p.test.eval(x, env)
	if err != nil {
		return nil, err
	}
	if isTrue(v) {
		return p.yes.eval(x, env)
	}
	return p.no.eval(x, env)
}
