package proof

import (
	"maps"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// hidden is what the variables around a scope are while a walk is in it, where it has variables of its own.
type hidden struct {
	scope    *bpmn.Element
	vars     *feel.Context
	believed map[string]belief // about those that its own hide
}

// into walks into a scope with these variables.
func (m mark) into(e *bpmn.Element, local *feel.Context) mark {
	if len(e.Inputs)+len(e.Outputs) > 0 && e.Kind != bpmn.Process {
		h := hidden{e, m.vars, map[string]belief{}}
		for _, in := range e.Inputs {
			h.believed[in.Target[0]] = m.belief(in.Target[0])
		}
		m.hidden = append(slices.Clip(m.hidden), h)
	}
	own := m.inputs(e)
	m.vars = local
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if name != "" {
			m = m.learns(name, own[name])
		}
	}
	return m
}

// outTo forgets the variables of scopes that an element is not in.
func (m mark) outTo(w *walker, e *bpmn.Element) mark {
	for len(m.hidden) > 0 {
		last := m.hidden[len(m.hidden)-1]
		if w.in(e, last.scope) {
			return m
		}
		for _, in := range last.scope.Inputs {
			value, ok := last.vars.Lookup(in.Target[0])
			if !ok {
				value = feel.Null{}
			}
			m.vars = m.vars.With(in.Target[0], value)
			m = m.learns(in.Target[0], last.believed[in.Target[0]])
		}
		m = w.disturbed(last.scope, m)
		for _, out := range last.scope.Outputs {
			m = m.learns(out.Target[0], doubted)
		}
		m.hidden = m.hidden[:len(m.hidden)-1]
	}
	return m
}

// in reports whether an element is somewhere in a scope.
func (w *walker) in(e, scope *bpmn.Element) bool {
	for at := e.Parent; at >= 0; at = w.a.element(at).Parent {
		if at == scope.Index {
			return true
		}
	}
	return false
}
