package feel

import (
	"slices"
	"strings"
)

// Function is a value that can be called: a function literal, a built-in, or a
// function of the host made by [NewFunction].
type Function struct {
	params []Param
	result *Type

	host func(env *Env, args []Value) (Value, error) // a function of the host, or
	// a literal with the locals and variables it was made with, or
	body   node
	locals *binding
	vars   Scope
	src    string // of the expression that it is in
	text   string // of the body
	env    *Env   // in which it was made
	weight int    // steps for the body, beyond the call itself
	// one of the built-in functions
	name    string
	forms   []form
	builtin func(c call, args []Value) Value
}

// Param is a parameter of a function or an entry of a context type; a nil Type
// takes any value.
type Param struct {
	Name string
	Type *Type
}

// NewFunction returns a function of the host, e.g. a business knowledge model or
// a decision service. It is called with one value per parameter, in their order
// whether the arguments were named or not, null for a named one that was left out;
// a call with other arguments is null.
// An error from call stops the whole evaluation and is returned by Eval. Further
// expressions are evaluated with [Env.With].
func NewFunction(params []string, call func(env *Env, args []Value) (Value, error)) Value {
	typed := make([]Param, len(params))
	for i, p := range params {
		typed[i].Name = p
	}
	return NewTypedFunction(typed, nil, call)
}

// NewTypedFunction is [NewFunction] with types: arguments and result are coerced
// as DMN 1.5 §10.3.2.9.4 says, and null when they do not conform.
func NewTypedFunction(params []Param, result *Type, call func(env *Env, args []Value) (Value, error)) Value {
	return &Function{params: params, result: result, host: call}
}

// same reports whether both are one function, or literals with the same parameters and body in the same scope (DMN 1.5 table 53).
func (f *Function) same(g *Function) bool {
	if f == g {
		return true
	}
	sameParam := func(p, q Param) bool { return p.Name == q.Name && p.Type.String() == q.Type.String() }
	return f.body != nil && g.body != nil && f.text == g.text && f.src == g.src && f.locals == g.locals && f.env == g.env &&
		slices.EqualFunc(f.params, g.params, sameParam)
}

// Params returns the parameters; those of a built-in function with several forms are not told.
func (f *Function) Params() []Param { return f.params }

// Kind returns KindFunction.
func (*Function) Kind() Kind { return KindFunction }

// String returns the name of a built-in function, else the head such as function(a, b).
func (f *Function) String() string {
	if f.name != "" {
		return f.name
	}
	names := make([]string, len(f.params))
	for i, p := range f.params {
		names[i] = p.Name
	}
	return "function(" + strings.Join(names, ", ") + ")"
}

// Call calls the function with positional arguments; env is the one given to a
// function of the host, or that of a new evaluation.
func (f *Function) Call(env *Env, args ...Value) (Value, error) {
	return f.CallNamed(env, nil, args...)
}

// CallNamed is Call with a name for each argument, in any order.
func (f *Function) CallNamed(env *Env, names []string, args ...Value) (Value, error) {
	n := &invocation{callee: &constant{f}, args: make([]node, len(args)), names: names}
	for i, a := range args {
		n.args[i] = &constant{a}
	}
	return evaluate("", n, env, nil)
}

// invocation calls what an expression yields.
type invocation struct {
	callee node
	args   []node
	names  []string // of the arguments, or empty
	place  place
}

func (n *invocation) eval(r *run, locals *binding) Value {
	f, ok := n.function(r, n.callee.eval(r, locals))
	if !ok {
		return Null{}
	}
	args := make([]Value, len(n.args))
	for i, a := range n.args {
		args[i] = a.eval(r, locals)
	}
	return f.invoke(call{r: r, f: f, place: n.place}, args, n.names)
}

// function takes a variable that shadows a built-in function for that function
// when it is none itself, so that a variable named date leaves date("…") alone.
func (n *invocation) function(r *run, v Value) (*Function, bool) {
	if f, ok := v.(*Function); ok {
		return f, true
	}
	if g, ok := n.callee.(*global); ok && g.builtin != nil {
		return g.builtin.(*Function), true
	}
	r.warn(n.place, "type", "%s cannot be called", describe(v))
	return nil, false
}

// invoke binds arguments to parameters and runs the function.
func (f *Function) invoke(c call, args []Value, names []string) Value {
	c.r.at = c.place
	if !c.r.spend(1 + f.weight) {
		return Null{}
	}
	if f.forms != nil {
		return f.invokeForm(c, args, names)
	}
	args, ok := f.arrange(c, args, names)
	if !ok {
		return Null{}
	}
	for i, p := range f.params {
		if p.Type == nil {
			continue
		}
		if !c.r.affordable(args[i], 0) {
			return Null{}
		}
		if args[i], ok = p.Type.Coerce(args[i]); !ok {
			return c.null("argument", "the argument %s of %s is no %s", p.Name, f, p.Type)
		}
	}
	result := f.run(c, args)
	if f.host == nil || f.result == nil {
		return result
	}
	if result, ok = f.result.Coerce(result); !ok {
		return c.null("type", "the result of %s is no %s", f, f.result)
	}
	return result
}

// run enters a body, a function of the host or a built-in, at most Limits.Depth deep.
func (f *Function) run(c call, args []Value) Value {
	r := c.r
	if r.depth++; r.depth > r.limits.Depth {
		r.stop("too-deep", "functions call each other more than %d levels deep", r.limits.Depth)
	}
	defer func() { r.depth-- }()
	switch {
	case r.err != nil:
		return Null{}
	case f.builtin != nil:
		return f.builtin(c, args)
	case f.host != nil:
		v, err := f.host(r.env, args)
		if err != nil && r.err == nil {
			r.err = err
		}
		r.touched = true
		if v == nil {
			v = Null{}
		}
		return v
	}
	locals := f.locals
	for _, a := range args {
		locals = &binding{locals, a}
	}
	caller, from := r.env.Vars, r.spot
	r.env.Vars, r.src = f.vars, f.src
	v := f.body.eval(r, locals)
	r.env.Vars, r.spot = caller, from
	return v
}

// arrange brings arguments into the order of the parameters; named ones that are left out are null (DMN 1.5 §10.3.2.13.5).
func (f *Function) arrange(c call, args []Value, names []string) ([]Value, bool) {
	if len(args) > len(f.params) || names == nil && len(args) < len(f.params) {
		c.warn("argument", "%s takes %d arguments, not %d", f, len(f.params), len(args))
		return nil, false
	}
	if names == nil {
		return args, true
	}
	arranged := make([]Value, len(f.params))
	for i, name := range names {
		at := paramIndex(f.params, name)
		if at < 0 || arranged[at] != nil {
			c.warn("argument", "%s has no parameter %s, or it is given twice", f, name)
			return nil, false
		}
		arranged[at] = args[i]
	}
	for i, v := range arranged {
		if v == nil {
			arranged[i] = Null{}
		}
	}
	return arranged, true
}

func paramIndex(params []Param, name string) int {
	for i, p := range params {
		if p.Name == name {
			return i
		}
	}
	return -1
}
