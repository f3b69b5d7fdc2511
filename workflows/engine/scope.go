package engine

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// view is what an expression sees: over, then the variables of a scope and of those around it.
type view struct {
	s     *State
	scope int64
	over  Variables
}

// Lookup finds the innermost variable of that name.
func (v *view) Lookup(name string) (feel.Value, bool) {
	if value, ok := v.over.Lookup(name); ok {
		return value, true
	}
	for key := v.scope; key != 0; {
		n, ok := v.s.Node(key)
		if !ok {
			break
		}
		if n.Loop.shows(name) {
			return feel.List(slices.Clone(n.Loop.Results)), true
		}
		if value, ok := n.Variables.Lookup(name); ok {
			return value, true
		}
		key = n.Parent
	}
	return nil, false
}

// Variables returns all variables visible in a scope, inner ones hiding outer ones, the outermost first; results that a multi-instance
// activity shows are not among them: each of its instances would be given all of them.
func (s *State) Variables(scope int64) Variables {
	n, ok := s.Node(scope)
	if !ok {
		return nil
	}
	out := s.Variables(n.Parent)
	for _, v := range n.Variables {
		out.set(v.Name, v.Value)
	}
	return out
}

// eval evaluates an expression in a scope. The error is an evaluation that cost too much, or a value that is too large.
func (m *machine) eval(x *feel.Expression, scope int64, over Variables) (feel.Value, error) {
	m.env.Warnings = m.env.Warnings[:0]
	if v, ok := x.Constant(); ok {
		return v, nil
	}
	m.view = view{m.s, scope, over}
	v, err := x.Eval(&m.env)
	if err == nil {
		err = m.bound(v)
	}
	return v, err
}

// why tells what made the last evaluation null, as ": reason", or nothing.
func (m *machine) why() string {
	if len(m.env.Warnings) == 0 {
		return ""
	}
	return ": " + m.env.Warnings[0].Message
}

// evalText evaluates to a text; numbers are written out. Null is "", false.
func (m *machine) evalText(x *feel.Expression, scope int64) (string, bool, error) {
	if x == nil {
		return "", false, nil
	}
	v, err := m.eval(x, scope, nil)
	if err != nil {
		return "", false, err
	}
	switch v := v.(type) {
	case feel.Null:
		return "", false, nil
	case feel.String:
		return string(v), true, nil
	case feel.Number:
		return v.String(), true, nil
	}
	return "", false, fmt.Errorf("%s is a %s, not a text%s", x.Source(), v.Kind(), m.why())
}

// assign sets a variable where it is found from the scope outwards, else in the process.
func (m *machine) assign(scope int64, name string, value feel.Value) {
	target := rootKey
	for key := scope; key != 0; {
		n := m.node(key)
		if _, ok := n.Variables.Lookup(name); ok {
			target = key
			break
		}
		key = n.Parent
	}
	m.set(target, name, value)
}

func (m *machine) set(scope int64, name string, value feel.Value) {
	n := m.node(scope)
	value = feel.ToJSONValue(value)
	n.Variables.set(name, value)
	m.dirty = append(m.dirty, name)
	if m.p.Version >= VariablesSet {
		m.t.Trace = append(m.t.Trace, Record{Kind: VariableSet, Key: scope, Element: m.element(n), Text: name, Value: value})
	}
}

func (m *machine) setVariables(e Event) {
	scope := e.Key
	if scope == 0 {
		scope = rootKey
	}
	for _, v := range e.Variables {
		m.set(scope, v.Name, v.Value)
	}
}

// mapInputs evaluates input mappings into local variables of the node; a later mapping sees the earlier ones.
func (m *machine) mapInputs(key int64, e *bpmn.Element) error {
	for _, in := range e.Inputs {
		value, err := m.eval(in.Source, key, nil)
		if err != nil {
			return err
		}
		local := &m.node(key).Variables
		old, _ := local.Lookup(in.Target[0])
		local.set(in.Target[0], feel.ToJSONValue(feel.WithPath(old, in.Target[1:], value)))
	}
	return nil
}

// mapOutputs carries results outwards: through the output mappings when there are any, else each variable of the payload as it is.
// The mappings see the payload, then the variables of scope.
func (m *machine) mapOutputs(scope, outer int64, e *bpmn.Element, payload Variables) error {
	if len(e.Outputs) == 0 {
		for _, v := range payload {
			m.assign(outer, v.Name, v.Value)
		}
		return nil
	}
	for _, out := range e.Outputs {
		value, err := m.eval(out.Source, scope, payload)
		if err != nil {
			return err
		}
		if len(out.Target) > 1 {
			m.view = view{m.s, outer, nil}
			old, _ := m.view.Lookup(out.Target[0])
			value = feel.WithPath(old, out.Target[1:], value)
		}
		m.assign(outer, out.Target[0], value)
	}
	return nil
}
