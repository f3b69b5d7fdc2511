package dmn

import (
	"slices"
	"strings"

	"fasthold/definitions/feel"
)

// cells tells cells that do not suit their column, and notes those that cannot be decided.
func (i *inspection) cells() {
	for row := range i.t.rules {
		for _, a := range i.axes {
			for n, c := range a.cells[row] {
				i.cell(row, a, a.columns[n], c)
			}
		}
		i.outputs(row)
	}
}

func (i *inspection) cell(row int, a *axis, column int, c cell) {
	r := &i.t.rules[row]
	if c.tests == nil {
		return
	}
	text := strings.TrimSpace(c.tests.Source())
	if wrong, ok := a.wrongKind(c); ok {
		i.dead[row] = true
		i.tell(r.at, "cell-type", kindAdvice(wrong, a.declared), "rule %d: the cell %s is about a %s, and %s is a %s", r.number, text, termKind(wrong), a.source, a.declared)
		return
	}
	if !c.decided {
		i.unsure("rule %d: the cell %s of %s must be evaluated", r.number, text, i.t.inputs[column].label)
		return
	}
	for _, v := range c.terms.Values {
		if a.outside(v) {
			if len(c.terms.Values) == 1 && !c.terms.Not {
				i.dead[row] = true
			}
			i.tell(r.at, "outside-values", "correct it, or add it to the allowed values", "rule %d: %s is not among the allowed values of %s", r.number, v, a.source)
		}
	}
}

// wrongKind finds a constant that no value of a known kind compares with.
func (a *axis) wrongKind(c cell) (feel.Value, bool) {
	kind := a.declared
	if !a.sure || kind == feel.KindList || kind == feel.KindContext || kind == feel.KindRange {
		return nil, false
	}
	for _, v := range c.terms.Values {
		if k := termKind(v); k != kind && k != feel.KindNull {
			return v, true
		}
	}
	return nil, false
}

// kindAdvice says how a constant is written as a value of another kind.
func kindAdvice(v feel.Value, kind feel.Kind) string {
	if constants := ends(v); len(constants) > 0 && constants[0].Kind() == feel.KindString {
		text := constants[0].String()
		if moment, ok := feel.ParseTemporal(strings.Trim(text, `"`)); ok && moment.Kind() == kind {
			return "write " + moment.String()
		}
		if n, err := feel.ParseNumber(strings.Trim(text, `"`)); err == nil && kind == feel.KindNumber {
			return "write it without quotes: " + n.String()
		}
	}
	if kind == feel.KindString {
		return "write it in quotes"
	}
	return "write a " + kind.String()
}

// outside reports whether a constant, or all of a range, is not allowed.
func (a *axis) outside(v feel.Value) bool {
	if len(a.allowed) == 0 && a.only == nil || termKind(v) == feel.KindNull {
		return false
	}
	if r, ok := v.(*feel.Range); ok {
		if except, ok := r.Except(); ok {
			v = except
		}
	}
	named := a.named(v)
	return !named.empty() && !named.meets(a.possible)
}

// values tells allowed values that no rule takes.
func (i *inspection) values() {
	if slices.ContainsFunc(i.t.outputs, func(o outputClause) bool { return o.fallback != nil }) || len(i.t.rules) == 0 {
		return
	}
	for _, a := range i.axes {
		var missing []string
		for _, v := range a.enumerated() {
			s, _ := a.index.segment(v)
			if a.certain.has(s) && !slices.ContainsFunc(a.may, func(b bitset) bool { return b.has(s) }) {
				missing = append(missing, v.String())
				a.certain[s/64] &^= 1 << (s % 64) // told here, not as a gap
			}
		}
		if len(missing) > 0 {
			i.tell(i.t.at, "unnamed-value", "add a rule for it, or a default output", "no rule takes %s = %s, which is allowed", a.source, strings.Join(missing, ", "))
		}
	}
}

// enumerated are the allowed values, where they are listed one by one.
func (a *axis) enumerated() []feel.Value {
	for _, x := range a.allowed {
		if x.decided && !x.terms.Not && !slices.ContainsFunc(x.terms.Values, func(v feel.Value) bool { return v.Kind() != a.kind }) {
			return x.terms.Values
		}
	}
	return nil
}

// outputs tells constants that are not of their column's type or not among its output values: they give null.
func (i *inspection) outputs(row int) {
	r := &i.t.rules[row]
	for column := range i.t.outputs {
		out := &i.t.outputs[column]
		c, ok := r.outputs[column].(constant)
		if !ok || c.value.Kind() == feel.KindNull {
			continue
		}
		v, fits := out.typ.Coerce(c.value)
		kind, known := out.typ.Kind()
		switch {
		case !fits && (!known || kind != c.value.Kind()):
			i.tell(r.at, "cell-type", "correct it, or the type of the column", "rule %d: the output %s is no %s", r.number, c.value, out.typ)
		case !fits, out.allowed != nil && !passes(out.allowed, v):
			i.tell(r.at, "outside-values", "correct it, or add it to the output values", "rule %d: the output %s is not among the output values of its column", r.number, c.value)
		}
	}
}
