package feel

import "strings"

// Entry is a name and its value in a context.
type Entry struct {
	Name  string
	Value Value
}

// Context is an ordered set of named values (DMN 1.5 §10.3.2.6). It is a [Scope].
type Context struct {
	entries []Entry
	index   map[string]int // only for large contexts
}

const indexedFrom = 12 // entries; below, looking at each is faster than a map

// ContextOf returns a context of the entries in their order. Of several entries
// with one name the last counts, in the place of the first.
func ContextOf(entries ...Entry) *Context {
	c := &Context{entries: make([]Entry, 0, len(entries))}
	for _, e := range entries {
		c.put(e)
	}
	return c
}

// put is for contexts under construction only.
func (c *Context) put(e Entry) {
	if i, ok := c.find(e.Name); ok {
		c.entries[i].Value = e.Value
		return
	}
	c.entries = append(c.entries, e)
	switch n := len(c.entries); {
	case n > indexedFrom:
		c.index[e.Name] = n - 1
	case n == indexedFrom:
		c.index = make(map[string]int, 2*n)
		for i, e := range c.entries {
			c.index[e.Name] = i
		}
	}
}

func (c *Context) find(name string) (int, bool) {
	if c.index != nil {
		i, ok := c.index[name]
		return i, ok
	}
	for i := range c.entries {
		if c.entries[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// Lookup returns the value of an entry and whether there is one.
func (c *Context) Lookup(name string) (Value, bool) {
	if i, ok := c.find(name); ok {
		return c.entries[i].Value, true
	}
	return Null{}, false
}

// Len returns the number of entries.
func (c *Context) Len() int { return len(c.entries) }

// Entries returns the entries in their order; they must not be changed.
func (c *Context) Entries() []Entry { return c.entries }

// With returns the context with one entry added or replaced.
func (c *Context) With(name string, v Value) *Context {
	n := &Context{entries: make([]Entry, 0, len(c.entries)+1)}
	for _, e := range c.entries {
		n.put(e)
	}
	n.put(Entry{name, v})
	return n
}

// Kind returns KindContext.
func (*Context) Kind() Kind { return KindContext }

// String returns the context as FEEL source, e.g. {a: 1, "b c": 2}.
func (c *Context) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, e := range c.entries {
		if i > 0 {
			b.WriteString(", ")
		}
		if isPlainName(e.Name) {
			b.WriteString(e.Name)
		} else {
			b.Write(appendQuoted(nil, e.Name))
		}
		b.WriteString(": ")
		b.WriteString(e.Value.String())
	}
	b.WriteByte('}')
	return b.String()
}

// WithPath returns old with the entry at the path replaced; what is no context on the way becomes one.
func WithPath(old Value, path []string, value Value) Value {
	if len(path) == 0 {
		return value
	}
	context, ok := old.(*Context)
	if !ok {
		context = ContextOf()
	}
	inner, _ := context.Lookup(path[0])
	return context.With(path[0], WithPath(inner, path[1:], value))
}
