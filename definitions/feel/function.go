package feel

import "strings"

// Function is a value that can be called: a function literal, a built-in, or a
// function of the host made by [NewFunction].
type Function struct {
	name   string
	params []Param
	call   func(env *Env, args []Value) (Value, error)
}

// Param is a parameter of a function; a nil Type takes any value.
type Param struct {
	Name string
	Type *Type
}

// NewFunction returns a function of the host, e.g. a business knowledge model or
// a decision service. It is called with one value per parameter, in their order
// whether the arguments were named or not; a call with other arguments is null.
// An error from call stops the whole evaluation and is returned by Eval.
func NewFunction(params []string, call func(env *Env, args []Value) (Value, error)) Value {
	typed := make([]Param, len(params))
	for i, p := range params {
		typed[i].Name = p
	}
	return NewTypedFunction(typed, call)
}

// NewTypedFunction is [NewFunction] with parameter types: arguments are coerced
// as DMN 1.5 §10.3.2.9.4 says, and the call is null when one does not conform.
func NewTypedFunction(params []Param, call func(env *Env, args []Value) (Value, error)) Value {
	return &Function{params: params, call: call}
}

// Kind returns KindFunction.
func (*Function) Kind() Kind { return KindFunction }

// String returns the head of the function, e.g. function(a, b).
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
