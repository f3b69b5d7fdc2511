package feel

import (
	"maps"
	"slices"
)

// Expression is a compiled expression, safe for concurrent use.
type Expression struct {
	source     string
	root       node
	references []string
	functions  []string
	warnings   []Warning
}

// Compile compiles an expression. The error is a *SyntaxError with every problem found.
func Compile(src string, o Options) (*Expression, error) {
	p := newParser(src, o)
	root := p.expression()
	if err := p.finish(); err != nil {
		return nil, err
	}
	return &Expression{src, root, p.references(), slices.Sorted(maps.Keys(p.called)), p.warnings}, nil
}

// finish checks that all of the source was read.
func (p *parser) finish() error {
	if !p.failed && p.tok.kind != tokenEnd {
		wanted := "an operator or the end"
		if p.tok.kind == tokenName {
			wanted += " (a name of several words must be known)"
		}
		p.unexpected(wanted)
	}
	if len(p.problems) > 0 {
		return &SyntaxError{p.src, p.problems}
	}
	return nil
}

func (p *parser) references() []string { return slices.Sorted(maps.Keys(p.free)) }

// Eval evaluates the expression. What FEEL calls an error is a null value and a
// warning in env; the error is a *LimitError, or one that a function of the host
// returned. A nil env has no variables.
func (e *Expression) Eval(env *Env) (Value, error) { return evaluate(e.source, e.root, env, nil) }

// References returns the names of the variables the expression may read, sorted.
// Built-in functions that are only called are not among them.
func (e *Expression) References() []string { return slices.Clone(e.references) }

// Functions returns the names of the built-in functions the expression calls, sorted.
func (e *Expression) Functions() []string { return slices.Clone(e.functions) }

// Source returns the text that was compiled.
func (e *Expression) Source() string { return e.source }

// Constant returns the value of an expression that is the same in every environment.
func (e *Expression) Constant() (Value, bool) {
	if c, ok := e.root.(*constant); ok {
		return c.value, true
	}
	return Null{}, false
}

// Warnings tell what becomes null in every evaluation, such as 1 + "a".
func (e *Expression) Warnings() []Warning { return slices.Clone(e.warnings) }

// UnaryTests is a compiled cell of a decision table, safe for concurrent use.
type UnaryTests struct {
	source     string
	root       *unaryTests
	references []string
	functions  []string
	warnings   []Warning
}

// CompileUnaryTests compiles unary tests such as "-", `< 5, [10..20)`, `not("a")`
// or `? > limit`. The error is a *SyntaxError with every problem found.
func CompileUnaryTests(src string, o Options) (*UnaryTests, error) {
	p := newParser(src, o)
	root := p.unaryTests()
	if err := p.finish(); err != nil {
		return nil, err
	}
	return &UnaryTests{src, root, p.references(), slices.Sorted(maps.Keys(p.called)), p.warnings}, nil
}

// Test applies the tests to the input, which they may also refer to as "?". The
// result is a Bool, or Null with a warning in env when the tests make no sense for
// the input. Errors are those of [Expression.Eval].
func (u *UnaryTests) Test(env *Env, input Value) (Value, error) {
	return evaluate(u.source, u.root, env, &binding{value: input})
}

// References returns the names of the variables the tests may read, sorted; "?" is not among them.
func (u *UnaryTests) References() []string { return slices.Clone(u.references) }

// Functions returns the names of the built-in functions the tests call, sorted.
func (u *UnaryTests) Functions() []string { return slices.Clone(u.functions) }

// Source returns the text that was compiled.
func (u *UnaryTests) Source() string { return u.source }

// Warnings tell what becomes null in every evaluation.
func (u *UnaryTests) Warnings() []Warning { return slices.Clone(u.warnings) }

// Any reports whether the tests are "-", which every input passes.
func (u *UnaryTests) Any() bool { return u.root.any }

// Constants returns the values of tests that are only a list of constants, such as
// `"A", "B"`: the values in the order in which a decision table prefers them.
func (u *UnaryTests) Constants() (values []Value, ok bool) {
	if u.root.any || u.root.not {
		return nil, false
	}
	for _, t := range u.root.tests {
		c, ok := t.test.(*constant)
		if !ok {
			return nil, false
		}
		values = append(values, c.value)
	}
	return values, true
}
