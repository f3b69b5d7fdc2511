package feel

// node is a part of a compiled expression.
type node interface {
	eval(r *run, locals *binding) Value
}

// constant is a value known before evaluation.
type constant struct{ value Value }

func (n *constant) eval(*run, *binding) Value { return n.value }

// local is a variable bound within the expression, so many bindings outwards.
type local struct{ depth int }

func (n *local) eval(_ *run, locals *binding) Value { return locals.at(n.depth) }

// global is a variable of the environment, or else a built-in function.
type global struct {
	name    string
	builtin Value // nil when there is none of that name
	place   place
}

func (n *global) eval(r *run, _ *binding) Value {
	if v, ok := n.lookup(r); ok {
		return v
	}
	return r.null(n.place, "unknown-name", "there is no variable %s", n.name)
}

func (n *global) lookup(r *run) (Value, bool) {
	r.touched = true
	if r.env.Vars != nil {
		if v, ok := r.env.Vars.Lookup(n.name); ok && v != nil {
			return v, true
		}
	}
	return n.builtin, n.builtin != nil
}

// property is a name within a filter: an entry of the item if it has one, else
// what the name means outside.
type property struct {
	name  string
	items []int // the filters around, from the innermost, as depths of their items
	other node
}

func (n *property) eval(r *run, locals *binding) Value {
	if v, ok := n.entry(locals); ok {
		return v
	}
	return n.other.eval(r, locals)
}

func (n *property) entry(locals *binding) (Value, bool) {
	for _, depth := range n.items {
		if c, ok := locals.at(depth).(*Context); ok {
			if v, ok := c.Lookup(n.name); ok {
				return v, true
			}
		}
	}
	return nil, false
}

// listNode is a list literal.
type listNode struct{ items []node }

func (n *listNode) eval(r *run, locals *binding) Value {
	if !r.roomFor(len(n.items)) {
		return Null{}
	}
	list := make(List, len(n.items))
	for i, item := range n.items {
		list[i] = item.eval(r, locals)
	}
	return list
}

// contextNode is a context literal. Each entry is bound for those after it.
type contextNode struct {
	keys   []string
	values []node
	recurs []bool // the value is a function that may call itself by the key
	twice  *twice // stands for the whole when a key is there twice
}

// twice is a context with a key that is there twice: it is null, and not an error of the syntax (DMN 1.5 §10.3.2.6).
type twice struct {
	key   string
	place place
}

func (n *twice) warning() Warning {
	return Warning{int(n.place.line), int(n.place.column), "argument", "the key " + n.key + " is there twice"}
}

func (n *twice) eval(r *run, _ *binding) Value {
	return r.null(n.place, "argument", "the key %s is there twice", n.key)
}

func (n *contextNode) eval(r *run, locals *binding) Value {
	if !r.spend(len(n.keys)) {
		return Null{}
	}
	c := &Context{entries: make([]Entry, 0, len(n.keys))}
	for i, key := range n.keys {
		var v Value
		if n.recurs[i] {
			locals = &binding{outer: locals, value: Null{}}
			v = n.values[i].eval(r, locals)
			locals.value = v
		} else {
			v = n.values[i].eval(r, locals)
			locals = &binding{locals, v}
		}
		c.put(Entry{key, v})
	}
	return c
}

// ifNode is if … then … else …; anything but true takes the else branch.
type ifNode struct {
	condition, then, other node
	place                  place
}

func (n *ifNode) eval(r *run, locals *binding) Value {
	switch c := n.condition.eval(r, locals).(type) {
	case Bool:
		if c {
			return n.then.eval(r, locals)
		}
	case Null:
	default:
		r.warn(n.place, "type", "the condition is %s, not true or false, so the else branch is taken", describe(c))
	}
	return n.other.eval(r, locals)
}

// describe names a value in a message by its kind, never by its content.
func describe(v Value) string {
	if v.Kind() == KindNull {
		return "null"
	}
	return "a " + v.Kind().String()
}

// lambda is a function literal; it keeps the locals and variables it was made with.
type lambda struct {
	params []Param
	body   node
	result *Type // what is known of the body
	weight int
	text   string // of the body
}

func (n *lambda) eval(r *run, locals *binding) Value {
	return &Function{params: n.params, result: n.result, body: n.body, locals: locals, vars: r.env.Vars, src: r.src, text: n.text, env: r.env, weight: n.weight}
}
