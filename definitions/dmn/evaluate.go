package dmn

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"fasthold/definitions/feel"
)

// Evaluate decides, with env.Vars as the input data. Required decisions are evaluated first, each once.
// The error tells which limit of the env was exceeded.
func (d *Decision) Evaluate(env *feel.Env) (Result, error) { return newSession(env, d.home).ask(d) }

// EvaluateJSON is [Decision.Evaluate] with input data that came as JSON, which has no dates, times and durations: where the type of an input or
// the column of a table wants one, a text is read as one.
func (d *Decision) EvaluateJSON(env *feel.Env) (Result, error) {
	return newSession(env, d.home).withJSON().ask(d)
}

func (d *Decision) answer(x *session) (feel.Value, error) { return x.valueOf(d) }

// Evaluate runs the service with its parameters taken from env.Vars by name. A service with one output decision gives
// its value, one with several a context of them by name (DMN 1.5 §10.4). Errors are those of [Decision.Evaluate].
func (s *Service) Evaluate(env *feel.Env) (Result, error) { return newSession(env, s.home).ask(s) }

// EvaluateJSON is [Service.Evaluate] with parameters that came as JSON, as [Decision.EvaluateJSON] reads them.
func (s *Service) EvaluateJSON(env *feel.Env) (Result, error) {
	return newSession(env, s.home).withJSON().ask(s)
}

func (s *Service) answer(x *session) (feel.Value, error) { return s.run(x, s.arguments(x)) }

// arguments takes the service's parameters from the variables.
func (s *Service) arguments(x *session) []feel.Value {
	args := make([]feel.Value, 0, len(s.data)+len(s.given))
	for _, d := range s.data {
		args = append(args, x.input(d))
	}
	for _, d := range s.given {
		v, _ := x.given(&d.base)
		args = append(args, x.accept(d.typ, v, d.at(), "the input decision"))
	}
	return args
}

// session is one evaluation: what is known, and what it has told so far.
type session struct {
	env    *feel.Env
	inputs feel.Scope
	home   *unit // the model that was asked, by whose imports the inputs of others are named
	values *known
	trace  *trace
}

// trace is what all sessions of one evaluation tell to one place; a decision service runs in a session of its own.
type trace struct {
	audit    []Evaluation
	warnings []Warning
	root     *feel.Env
	told     int  // warnings of root that have been taken over
	steps    int  // left, for what is not FEEL
	located  bool // the place where a limit was exceeded is told
	json     bool // inputs came as JSON
}

// defaultSteps is the default of [feel.Limits].Steps.
const defaultSteps = 1_000_000

func newSession(env *feel.Env, home *unit) *session {
	inputs := env.Vars
	if inputs == nil {
		inputs = feel.Variables{}
	}
	steps := cmp.Or(max(env.Limits.Steps, 0), defaultSteps)
	return &session{env: env, inputs: inputs, home: home, values: new(known), trace: &trace{root: env, told: len(env.Warnings), steps: steps}}
}

func (x *session) withJSON() *session {
	x.trace.json = true
	return x
}

// ask evaluates as one FEEL evaluation, so that all expressions together keep to the limits of the env.
func (x *session) ask(i Invocable) (Result, error) {
	v, err := x.env.Together(func() (feel.Value, error) { return i.answer(x) })
	if err != nil || v == nil {
		v = feel.Null{}
	}
	return Result{Value: v, Audit: x.trace.audit, Warnings: x.trace.warnings}, err
}

// spend takes steps for what is not FEEL: rules tested, items visited, entries made.
func (x *session) spend(steps int) error {
	if x.trace.steps -= steps; x.trace.steps < 0 {
		return &feel.LimitError{Code: "too-many-steps", Message: "the decision was stopped after too many steps: look for a loop over too many items"}
	}
	return nil
}

// valueOf gives the value of a node, evaluating it the first time.
func (x *session) valueOf(n node) (feel.Value, error) {
	if v, ok := x.values.get(n); ok {
		return v, nil
	}
	v, err := x.compute(n)
	if err != nil {
		return nil, err
	}
	x.values.set(n, v)
	return v, nil
}

func (x *session) compute(n node) (feel.Value, error) {
	if err := x.spend(1); err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case *inputData:
		return x.input(n), nil
	case *Decision:
		return n.decide(x)
	case *knowledge:
		return n.asFunction(x)
	case *Service:
		return n.asFunction(x), nil
	}
	return feel.Null{}, nil
}

// given finds what was given for an input: under the name of the import that it comes through, as in {rates: {base: 1}}, or else
// under its own name.
func (x *session) given(b *base) (feel.Value, bool) {
	if path := x.home.paths[b.home]; len(path) > 0 {
		v, ok := x.inputs.Lookup(path[0])
		for _, name := range slices.Concat(path[1:], []string{b.variable}) {
			if c, is := v.(*feel.Context); ok && is {
				v, ok = c.Lookup(name)
			} else {
				ok = false
			}
		}
		if ok {
			return v, true
		}
	}
	return x.inputs.Lookup(b.variable)
}

// input gives an input datum, coerced to its type.
func (x *session) input(d *inputData) feel.Value {
	v, ok := x.given(&d.base)
	if !ok {
		x.warn(d.at(), "missing-input", fmt.Sprintf("the input %q was not given", d.variable))
		return feel.Null{}
	}
	return x.accept(d.typ, v, d.at(), "the input")
}

func (d *Decision) decide(x *session) (feel.Value, error) {
	f, err := d.frame.fill(x, undeclared{vars: x.inputs, declared: d.home.declared})
	if err != nil {
		return nil, err
	}
	v, err := d.logic.eval(x, x.env.With(f))
	if err != nil {
		return nil, x.locate(err, d.at(), "")
	}
	v = x.coerce(d.typ, v, d.at(), "the result")
	if !isTable(d.logic) {
		x.record(Evaluation{Decision: d.ID, Name: d.Name, Inputs: f.entries(), Output: v})
	}
	return v, nil
}

func (f *frame) entries() []feel.Entry {
	entries := make([]feel.Entry, len(f.names))
	for i, name := range f.names {
		entries[i] = feel.Entry{Name: name, Value: f.values[i]}
	}
	return entries
}

// asFunction gives the business knowledge model as a function that sees its parameters, the knowledge it requires and itself,
// nothing else.
func (k *knowledge) asFunction(x *session) (feel.Value, error) {
	self := &frame{names: []string{k.variable}, values: []feel.Value{feel.Null{}}}
	f, err := k.frame.fill(x, self)
	if err != nil || k.function == nil {
		return feel.Null{}, err
	}
	v, err := k.function.eval(x, x.env.With(f))
	self.values[0] = v
	return v, err
}

// asFunction gives the service as a function of its input data and, after them, its input decisions.
func (s *Service) asFunction(x *session) feel.Value {
	var params []feel.Param
	for _, d := range s.data {
		params = append(params, feel.Param{Name: s.home.nameOf(d), Type: d.typ})
	}
	for _, d := range s.given {
		params = append(params, feel.Param{Name: s.home.nameOf(d), Type: d.typ})
	}
	return feel.NewTypedFunction(params, s.typ, func(env *feel.Env, args []feel.Value) (feel.Value, error) {
		return s.run(&session{env: env, inputs: x.inputs, home: x.home, values: x.values, trace: x.trace}, args)
	})
}

// run evaluates the output decisions in a session that knows nothing but the arguments.
func (s *Service) run(x *session, args []feel.Value) (feel.Value, error) {
	inner := &session{env: x.env, inputs: feel.Variables{}, home: x.home, values: new(known), trace: x.trace}
	for i, d := range s.data {
		inner.values.set(d, args[i])
	}
	for i, d := range s.given {
		inner.values.set(d, args[len(s.data)+i])
	}
	entries := make([]feel.Entry, len(s.outputs))
	for i, d := range s.outputs {
		v, err := inner.valueOf(d)
		if err != nil {
			return nil, err
		}
		entries[i] = feel.Entry{Name: d.variable, Value: v}
	}
	var v feel.Value = feel.ContextOf(entries...)
	if len(entries) == 1 {
		v = entries[0].Value
	}
	return x.coerce(s.typ, v, s.at(), "the result"), nil
}

// place is where a warning belongs.
type place struct {
	file, element string
	line, column  int
}

// position turns a place in the text that begins here into one in the file.
func (p place) position(line, column int) (int, int) {
	if line <= 1 {
		return p.line, p.column + max(column, 1) - 1
	}
	return p.line + line - 1, column
}

// locate tells where in the file a limit was exceeded. The innermost expression tells it first; what was stopped in another source
// than the one given, such as the body of a function made elsewhere, is told by the place itself.
func (x *session) locate(err error, at place, source string) error {
	if err == nil || x.trace.located {
		return err
	}
	var limit *feel.LimitError
	if !errors.As(err, &limit) {
		return err
	}
	x.trace.located = true
	line, column := at.line, at.column
	if limit.Source == source && limit.Line > 0 {
		line, column = at.position(limit.Line, limit.Column)
	}
	limit.Where, limit.Line, limit.Column = at.file, line, column
	return err
}

func (b *base) at() place { return b.home.placeOf(b.elem) }

func (u *unit) placeOf(e *element) place {
	return place{file: u.model.File, element: e.label(), line: e.line, column: e.column}
}

// Bounds on what one evaluation tells; what comes after is left out.
const (
	maxAudit    = 1000
	maxWarnings = 1000
)

func (x *session) record(e Evaluation) {
	if len(x.trace.audit) < maxAudit {
		x.trace.audit = append(x.trace.audit, e)
	}
}

func (x *session) warn(at place, code, message string) {
	if len(x.trace.warnings) >= maxWarnings {
		return
	}
	x.trace.warnings = append(x.trace.warnings, Warning{File: at.file, Element: at.element, Line: at.line, Column: at.column, Code: code, Message: message})
}

// warned reports whether FEEL has warned since the last call of takeWarnings.
func (x *session) warned() bool { return x.trace.told < len(x.trace.root.Warnings) }

// takeWarnings moves what FEEL has warned of since the last call to the element that was evaluated.
func (x *session) takeWarnings(at place) {
	t := x.trace
	for _, w := range t.root.Warnings[min(t.told, len(t.root.Warnings)):] {
		line, column := at.position(w.Line, w.Column)
		x.warn(place{file: at.file, element: at.element, line: line, column: column}, w.Code, w.Message)
	}
	t.told = len(t.root.Warnings)
}

// accept coerces what came from outside.
func (x *session) accept(t *feel.Type, v feel.Value, at place, what string) feel.Value {
	if x.trace.json {
		v = t.FromJSON(v)
	}
	return x.coerce(t, v, at, what)
}

// coerce converts a value to a type; what does not conform becomes null with a warning (DMN 1.5 §10.3.2.9.4).
func (x *session) coerce(t *feel.Type, v feel.Value, at place, what string) feel.Value {
	if t == nil {
		return v
	}
	c, ok := t.Coerce(v)
	if !ok {
		x.warn(at, "type", fmt.Sprintf("%s %s is not of the type %s", what, brief(v), t))
		return feel.Null{}
	}
	return c
}

// brief is a value as text short enough for a message. Texts are not shown, since they may be about people.
func brief(v feel.Value) string {
	switch v.Kind() {
	case feel.KindString, feel.KindList, feel.KindContext:
		return "(a " + v.Kind().String() + ")"
	}
	return v.String()
}
