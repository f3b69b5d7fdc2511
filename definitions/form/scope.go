package form

import "fasthold/definitions/feel"

// scope is what the expressions of one level see: what has been decided about its fields, what was sent, and what is around.
type scope struct {
	decided map[string]feel.Value
	kept    map[string]bool // read-only names, whose sent values do not count
	sent    *feel.Context
	parent  feel.Scope
}

func newScope(sent *feel.Context, parent feel.Scope) *scope {
	return &scope{decided: map[string]feel.Value{}, kept: map[string]bool{}, sent: sent, parent: parent}
}

// Lookup implements [feel.Scope].
func (s *scope) Lookup(name string) (feel.Value, bool) {
	if v, ok := s.decided[name]; ok {
		return v, true
	}
	if !s.kept[name] {
		if v, ok := s.sent.Lookup(name); ok {
			return v, true
		}
	}
	if s.parent == nil {
		return feel.Null{}, false
	}
	return s.parent.Lookup(name)
}

// hide makes a hidden field, or all in a hidden group, null, as form-js has it.
func (s *scope) hide(c *component) {
	s.set(c, feel.Null{})
	if c.Type == "group" && c.Key == "" {
		for _, inner := range c.children {
			s.hide(inner)
		}
	}
}

// set decides the value of a field with a plain key; one within a context is seen as it was sent.
func (s *scope) set(c *component, v feel.Value) {
	if len(c.path) == 1 {
		s.decided[c.path[0]] = v
	}
}

// keep makes a read-only field the process variable that it shows.
func (s *scope) keep(c *component) {
	if len(c.path) == 1 {
		s.kept[c.path[0]] = true
	}
}

// tree collects the variables, in order, under paths.
type tree struct {
	names  []string
	leaves map[string]feel.Value
	inner  map[string]*tree
}

func newTree() *tree { return &tree{leaves: map[string]feel.Value{}, inner: map[string]*tree{}} }

// put sets the value at a path. Of two fields with one key the later one that is shown counts.
func (t *tree) put(path []string, v feel.Value) {
	t = t.enter(path[:len(path)-1])
	name := path[len(path)-1]
	if _, ok := t.leaves[name]; !ok {
		t.names = append(t.names, name)
	}
	t.leaves[name] = v
}

func (t *tree) enter(path []string) *tree {
	for _, name := range path {
		next := t.inner[name]
		if next == nil {
			next = newTree()
			t.inner[name] = next
			t.names = append(t.names, name)
		}
		t = next
	}
	return t
}

func (t *tree) context() *feel.Context {
	entries := make([]feel.Entry, len(t.names))
	for i, name := range t.names {
		if inner := t.inner[name]; inner != nil {
			entries[i] = feel.Entry{Name: name, Value: inner.context()}
		} else {
			entries[i] = feel.Entry{Name: name, Value: t.leaves[name]}
		}
	}
	return feel.ContextOf(entries...)
}
