package dmn

import (
	"cmp"
	"fmt"
	"strconv"

	"fasthold/definitions/feel"
)

// table is a decision table (DMN 1.5 §8).
type table struct {
	id        string
	owner     string // id and name of the decision or business knowledge model it belongs to
	ownerName string
	decision  *Decision // whose names alone its input expressions see; nil when there may be others
	at        place
	inputs    []inputClause
	outputs   []outputClause
	rules     []rule
	policy    hitPolicy
	aggregate *feel.Expression // of a collect table, over the list "outputs"
	index     *ruleIndex
}

// inputClause is a column of tests (DMN 1.5 §8.3.2).
type inputClause struct {
	label   string
	value   plan
	allowed *feel.UnaryTests
	at      place
}

// outputClause is a column of results (DMN 1.5 §8.3.3).
type outputClause struct {
	name       string
	typ        *feel.Type
	priorities feel.List // the allowed values in falling priority
	allowed    *feel.UnaryTests
	fallback   plan
	at         place
}

// rule is one row; a nil test takes anything.
type rule struct {
	id      string
	number  int // from 1, as the file has them
	tests   []*feel.UnaryTests
	cells   []*element // of the tests
	outputs []plan
	at      place
}

func (c *compiler) table(e *element, in names) plan {
	t := &table{id: e.attr("id"), owner: c.owner, ownerName: c.ownerName, at: c.placeOf(e)}
	for _, input := range e.all("input") {
		t.inputs = append(t.inputs, c.inputClause(input, in))
	}
	outputs := e.all("output")
	for _, output := range outputs {
		t.outputs = append(t.outputs, c.outputClause(output, in, len(outputs) > 1))
	}
	if len(outputs) == 0 {
		c.unit.fail(e, "no-output", "the decision table has no output column", "add one")
		return failing{at: t.at, code: "no-output", message: "the decision table has no output column"}
	}
	for i, row := range e.all("rule") {
		if r, ok := c.rule(row, i, t, in); ok {
			t.rules = append(t.rules, r)
		}
	}
	c.hitPolicy(e, t)
	t.index = indexRules(t)
	if c.decision != nil && len(in.list) == len(c.decision.frame.names) {
		t.decision = c.decision
	}
	c.tables = append(c.tables, t)
	return t
}

func (c *compiler) inputClause(e *element, in names) inputClause {
	expr := e.child("inputExpression")
	if expr == nil {
		c.unit.fail(e, "missing-expression", "the input column has no expression", "write one")
		expr = e
	}
	text := collapse(expr.childText("text"))
	clause := inputClause{label: cmp.Or(e.attr("label"), text), at: c.placeOf(e), value: c.typed(c.feel(expr, in), expr)}
	if typed, ok := clause.value.(coerced); ok {
		typed.input = true
		clause.value = typed
	}
	if expr != e && text == "" {
		c.unit.fail(e, "missing-expression", "the input column has an empty expression", "write one")
	}
	if values := e.child("inputValues"); values != nil {
		clause.allowed = c.unaryTests(values, in.list)
	}
	return clause
}

func (c *compiler) outputClause(e *element, in names, several bool) outputClause {
	clause := outputClause{name: collapse(e.attr("name")), typ: c.typeRef(e, e.attr("typeRef")), at: c.placeOf(e)}
	if several && clause.name == "" {
		c.unit.fail(e, "missing-name", "one of several output columns has no name", "give each output column a name")
	}
	if values := e.child("outputValues"); values != nil {
		if clause.allowed = c.unaryTests(values, in.list); clause.allowed != nil {
			clause.priorities, _ = clause.allowed.Constants()
		}
	} else {
		clause.priorities = c.prioritiesOf(e, clause.name, several)
	}
	if fallback := e.child("defaultOutputEntry"); fallback != nil {
		clause.fallback = c.feel(fallback, in)
	}
	return clause
}

// prioritiesOf gives the allowed values of the type of a column without output values (DMN 1.5 §8.3.3). A column without a type
// has that of the table or of what the table belongs to, one of several columns that of the part of its name.
func (c *compiler) prioritiesOf(e *element, name string, several bool) feel.List {
	if ref := e.attr("typeRef"); ref != "" {
		return c.item(ref).constants()
	}
	table := e.parent
	ref := cmp.Or(table.attr("typeRef"), table.parent.attr("typeRef"))
	if v := table.parent.child("variable"); v != nil {
		ref = cmp.Or(ref, v.attr("typeRef"))
	}
	whole := c.item(ref)
	if !several {
		return whole.constants()
	}
	return whole.component(name).constants()
}

// rule compiles one row; a row of the wrong length is reported and left out.
func (c *compiler) rule(e *element, i int, t *table, in names) (rule, bool) {
	r := rule{id: cmp.Or(e.attr("id"), "#"+strconv.Itoa(i+1)), number: i + 1, at: c.placeOf(e)}
	tests, results := e.all("inputEntry"), e.all("outputEntry")
	if len(tests) != len(t.inputs) || len(results) != len(t.outputs) {
		c.unit.fail(e, "wrong-row", fmt.Sprintf("rule %d has %d inputs and %d outputs, the table %d and %d", i+1, len(tests), len(results), len(t.inputs), len(t.outputs)),
			"give each rule one cell per column")
		return r, false
	}
	r.cells = tests
	for _, cell := range tests {
		before := len(c.problems)
		test := c.unaryTests(cell, in.list)
		if test == nil && len(c.problems) > before {
			return r, false // not read, so it must not match everything
		}
		if test != nil {
			c.checkNames(cell, textOf(cell), test.References(), in)
			c.noteClock(test.Functions())
		}
		r.tests = append(r.tests, test)
	}
	for _, cell := range results {
		r.outputs = append(r.outputs, c.feel(cell, in))
	}
	return r, true
}

func textOf(e *element) *element {
	if text := e.child("text"); text != nil {
		return text
	}
	return e
}

func (t *table) eval(x *session, env *feel.Env) (feel.Value, error) {
	entry := Evaluation{Decision: t.owner, Name: t.ownerName, Table: t.id, Output: feel.Null{}}
	inputs, ok, err := t.evalInputs(x, env, &entry)
	if err != nil {
		return nil, err
	}
	if ok {
		matched, err := t.match(x, env, inputs)
		if err != nil {
			return nil, err
		}
		entry.MatchedRules = make([]string, 0, len(matched))
		for _, i := range matched {
			entry.MatchedRules = append(entry.MatchedRules, t.rules[i].id)
		}
		if entry.Output, err = t.outcome(x, env, matched); err != nil {
			return nil, err
		}
	}
	x.record(entry)
	return entry.Output, nil
}

// evalInputs gives the value of each column; ok is false when one is not among the column's input values.
func (t *table) evalInputs(x *session, env *feel.Env, entry *Evaluation) (values []feel.Value, ok bool, err error) {
	values, ok = make([]feel.Value, len(t.inputs)), true
	entry.Inputs = make([]feel.Entry, 0, len(t.inputs))
	for i, in := range t.inputs {
		if values[i], err = in.value.eval(x, env); err != nil {
			return nil, false, err
		}
		entry.Inputs = append(entry.Inputs, feel.Entry{Name: in.label, Value: values[i]})
		if in.allowed == nil {
			continue
		}
		allowed, err := in.allowed.Test(env, values[i])
		if err != nil {
			return nil, false, x.locate(err, in.at, "")
		}
		if !isTrue(allowed) {
			x.warn(in.at, "input-value", fmt.Sprintf("the input %s is not among the allowed values of %q", brief(values[i]), in.label))
			ok = false
		}
	}
	return values, ok, nil
}

// match gives the numbers of the rules that match, rising; with a policy that needs only the first, no more than one.
func (t *table) match(x *session, env *feel.Env, inputs []feel.Value) ([]int, error) {
	var matched []int
	for i := range t.index.candidates(inputs, len(t.rules)) {
		if err := x.spend(1); err != nil {
			return nil, x.locate(err, t.at, "")
		}
		ok, err := t.rules[i].matches(x, env, inputs)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		matched = append(matched, i)
		if t.policy == policyFirst {
			break
		}
	}
	return matched, nil
}

func (r *rule) matches(x *session, env *feel.Env, inputs []feel.Value) (bool, error) {
	for i, test := range r.tests {
		if test == nil {
			continue
		}
		v, err := test.Test(env, inputs[i])
		if err != nil {
			return false, x.locate(err, r.cell(i), test.Source())
		}
		if !isTrue(v) {
			if x.warned() {
				x.takeWarnings(r.cell(i))
			}
			return false, nil
		}
	}
	return true, nil
}

// cell is where the text of a test begins.
func (r *rule) cell(i int) place {
	e := r.cells[i]
	text := textOf(e)
	return place{file: r.at.file, element: e.label(), line: text.textLine, column: text.textColumn}
}

// result gives what one rule says: a value, or with several output columns a context of them. A nil cell says nothing.
func (t *table) result(x *session, env *feel.Env, cells []plan) (feel.Value, bool, error) {
	entries := make([]feel.Entry, len(t.outputs))
	for i := range t.outputs {
		out := &t.outputs[i]
		entries[i] = feel.Entry{Name: out.name, Value: feel.Null{}}
		if cells[i] == nil {
			continue
		}
		v, err := cells[i].eval(x, env)
		if err != nil {
			return nil, false, err
		}
		v = x.coerce(out.typ, v, out.at, "the output")
		if ok, err := out.allows(x, env, v); err != nil || !ok {
			return feel.Null{}, false, err
		}
		entries[i].Value = v
	}
	if len(entries) == 1 {
		return entries[0].Value, true, nil
	}
	return feel.ContextOf(entries...), true, nil
}

// allows checks an output against the column's output values; null, which an empty cell gives, is always allowed.
func (o *outputClause) allows(x *session, env *feel.Env, v feel.Value) (bool, error) {
	if o.allowed == nil || v.Kind() == feel.KindNull {
		return true, nil
	}
	ok, err := o.allowed.Test(env, v)
	if err != nil || isTrue(ok) {
		return err == nil, x.locate(err, o.at, "")
	}
	x.warn(o.at, "output-value", fmt.Sprintf("the output %s is not among the output values", brief(v)))
	return false, nil
}

func isTrue(v feel.Value) bool { return v == feel.Value(feel.Bool(true)) }
