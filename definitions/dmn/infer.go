package dmn

import (
	"maps"
	"slices"

	"fasthold/definitions/feel"
)

// Type is what is known of the type of the decision's values, which may also be null; nil for any.
func (d *Decision) Type() *feel.Type {
	if d.typ != nil || d.logic == nil {
		return d.typ
	}
	return d.infer(d.logic)
}

func (d *Decision) infer(p plan) *feel.Type {
	switch p := p.(type) {
	case coerced:
		return p.typ
	case constant:
		return feel.TypeOf(p.value)
	case literal:
		return p.expr.Infer(d.typeOfName).Type
	case *contextPlan:
		if p.result != nil {
			return nil
		}
		fields := make([]feel.Param, len(p.names))
		for i, name := range p.names {
			fields[i] = feel.Param{Name: name, Type: d.infer(p.values[i])}
		}
		return feel.ContextType(fields)
	case *table:
		return p.resultType()
	}
	return nil
}

// typeOfName is the type of what the decision requires under a name.
func (d *Decision) typeOfName(name string) *feel.Type {
	for _, r := range d.requires {
		if r.prefix != "" || r.target.name() != name {
			continue
		}
		switch t := r.target.(type) {
		case *inputData:
			return t.typ
		case *Decision:
			return t.Type()
		}
	}
	return nil
}

// resultType is that of a table's result: the outputs are of their columns' types or null.
func (t *table) resultType() *feel.Type {
	if t.aggregate != nil {
		return nil
	}
	var one *feel.Type
	if len(t.outputs) == 1 {
		one = t.outputType(0)
	} else {
		fields := make([]feel.Param, len(t.outputs))
		for i, out := range t.outputs {
			fields[i] = feel.Param{Name: out.name, Type: t.outputType(i)}
		}
		one = feel.ContextType(fields)
	}
	switch t.policy {
	case policyRuleOrder, policyOutputOrder, policyCollect:
		return feel.ListType(one)
	}
	return one
}

// outputType is the type of a column's values: when all are written as constants, no others.
func (t *table) outputType(column int) *feel.Type {
	out := &t.outputs[column]
	values := feel.NullType()
	cells := []plan{out.fallback}
	for _, r := range t.rules {
		cells = append(cells, r.outputs[column])
	}
	for _, cell := range cells {
		switch v, ok := cell.(constant); {
		case cell == nil:
		case !ok, out.typ != nil && !out.typ.Conforms(v.value):
			return out.typ
		default:
			values = feel.Join(values, feel.TypeOf(v.value))
		}
	}
	return values
}

// InputType is the type of an input datum that the decision needs, nil for any.
func (d *Decision) InputType(name string) *feel.Type { return d.inputType(name, map[*Decision]bool{}) }

func (d *Decision) inputType(name string, seen map[*Decision]bool) *feel.Type {
	if seen[d] {
		return nil
	}
	seen[d] = true
	for _, r := range d.requires {
		switch t := r.target.(type) {
		case *inputData:
			if t.variable == name {
				return t.typ
			}
		case *Decision:
			if typ := t.inputType(name, seen); typ != nil {
				return typ
			}
		}
	}
	return nil
}

// Reads are the names of variables that the decision reads, its required decisions' included, sorted: input data, the names of imports
// that tell inputs of one name apart, and names that no model declares.
func (d *Decision) Reads() []string {
	names := map[string]bool{}
	d.collectReads(map[*Decision]bool{}, names)
	var inputs []*inputData
	d.collectInputs(map[node]bool{}, &inputs)
	alike := map[string]int{}
	for _, in := range inputs {
		names[in.variable] = true
		alike[in.variable]++
	}
	for _, in := range inputs {
		if path := d.home.paths[in.home]; len(path) > 0 && alike[in.variable] > 1 {
			names[path[0]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func (d *Decision) collectReads(seen map[*Decision]bool, names map[string]bool) {
	if seen[d] {
		return
	}
	seen[d] = true
	for _, name := range d.free {
		if !d.home.declared[name] && !slices.Contains(d.frame.names, name) {
			names[name] = true
		}
	}
	for _, r := range d.requires {
		if t, ok := r.target.(*Decision); ok {
			t.collectReads(seen, names)
		}
	}
}

// AsksTime reports whether the result can depend on when the decision is asked, by its own expressions, those of required decisions or of any
// function of its model.
func (d *Decision) AsksTime() bool { return d.asksTime(map[*Decision]bool{}) }

func (d *Decision) asksTime(seen map[*Decision]bool) bool {
	if seen[d] {
		return false
	}
	seen[d] = true
	return d.clock || d.home.asksTime() || slices.ContainsFunc(d.requires, func(r requirement) bool {
		t, ok := r.target.(*Decision)
		return ok && t.asksTime(seen)
	})
}

// asksTime reports whether a function of the model, or of one that it imports, asks what time it is.
func (u *unit) asksTime() bool {
	return u.clock || slices.ContainsFunc(u.imports, func(i imported) bool { return i.unit.clock })
}

// noteClock notes that an expression asks what time it is.
func (c *compiler) noteClock(functions []string) {
	switch {
	case !slices.Contains(functions, "now") && !slices.Contains(functions, "today"):
	case c.decision != nil:
		c.decision.clock = true
	default:
		c.unit.clock = true
	}
}
