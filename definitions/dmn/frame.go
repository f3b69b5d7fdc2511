package dmn

import (
	"slices"

	"fasthold/definitions/feel"
)

// frame holds variables by name; a name it lacks is looked up in the parent.
type frame struct {
	names  []string
	values []feel.Value
	parent feel.Scope
}

// Lookup implements [feel.Scope].
func (f *frame) Lookup(name string) (feel.Value, bool) {
	for i := len(f.values) - 1; i >= 0; i-- {
		if f.names[i] == name {
			return f.values[i], true
		}
	}
	if f.parent == nil {
		return feel.Null{}, false
	}
	return f.parent.Lookup(name)
}

// undeclared lets through the variables of the caller that no model declares.
type undeclared struct {
	vars     feel.Scope
	declared map[string]bool
}

// Lookup implements [feel.Scope].
func (u undeclared) Lookup(name string) (feel.Value, bool) {
	if u.vars == nil || u.declared[name] {
		return feel.Null{}, false
	}
	return u.vars.Lookup(name)
}

// frameShape is the plan of a frame for what an element requires: what stands alone, and what stands in the context of an import.
type frameShape struct {
	names   []string
	targets []node          // for a plain name
	groups  [][]requirement // for the name of an import
}

// shapeOf lays out the frame of some requirements. Of several things by one name, which imports without a name bring, the model's
// own comes first and then the first import's (DMN 1.5 §6.3.3).
func shapeOf(u *unit, requires []requirement) frameShape {
	var s frameShape
	for _, r := range requires {
		if r.prefix == "" {
			if i := slices.Index(s.names, r.target.name()); i >= 0 && s.targets[i] != nil {
				if u.precedence(r.target.unit()) < u.precedence(s.targets[i].unit()) {
					s.targets[i] = r.target
				}
				continue
			}
			s.names, s.targets, s.groups = append(s.names, r.target.name()), append(s.targets, r.target), append(s.groups, nil)
			continue
		}
		i := slices.Index(s.names, r.prefix)
		if i < 0 || s.targets[i] != nil {
			i = len(s.names)
			s.names, s.targets, s.groups = append(s.names, r.prefix), append(s.targets, nil), append(s.groups, nil)
		}
		s.groups[i] = append(s.groups[i], r)
	}
	return s
}

// fill evaluates all that is required.
func (s frameShape) fill(x *session, parent feel.Scope) (*frame, error) {
	f := &frame{names: s.names, values: make([]feel.Value, len(s.names)), parent: parent}
	for i := range s.names {
		v, err := s.value(x, i)
		if err != nil {
			return nil, err
		}
		f.values[i] = v
	}
	return f, nil
}

func (s frameShape) value(x *session, i int) (feel.Value, error) {
	if s.targets[i] != nil {
		return x.valueOf(s.targets[i])
	}
	entries := make([]feel.Entry, len(s.groups[i]))
	for j, r := range s.groups[i] {
		v, err := x.valueOf(r.target)
		if err != nil {
			return nil, err
		}
		entries[j] = feel.Entry{Name: r.target.name(), Value: v}
	}
	return feel.ContextOf(entries...), nil
}
