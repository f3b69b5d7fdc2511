package feel

import "errors"

// SyntaxError holds every problem found in one source.
type SyntaxError struct {
	Source   string
	Problems []Problem
}

// Problem is one mistake in a source.
type Problem struct {
	Line, Column int
	Message      string
	Excerpt      string // the line, and below it a caret at the column
}

// Error lists the problems.
func (e *SyntaxError) Error() string { return "feel" }

type run struct{}

// Expression is a compiled expression, safe for concurrent use.
type Expression struct{ source string }

// UnaryTests is a compiled list of unary tests, as in a decision table's cell.
type UnaryTests struct{ source string }

// Compile compiles an expression. The error is a *SyntaxError.
func Compile(src string, o Options) (*Expression, error) { return nil, errors.New("not yet") }

// CompileUnaryTests compiles unary tests. The error is a *SyntaxError.
func CompileUnaryTests(src string, o Options) (*UnaryTests, error) { return nil, errors.New("not yet") }

// Eval evaluates the expression. The error tells which limit was exceeded.
func (e *Expression) Eval(env *Env) (Value, error) { return Null{}, nil }

// Test applies the tests to the input, in which "?" is the input; the result is a Bool or Null.
func (u *UnaryTests) Test(env *Env, input Value) (Value, error) { return Null{}, nil }

// References returns the names of the free variables, sorted.
func (e *Expression) References() []string { return nil }

// References returns the names of the free variables, sorted; "?" is not among them.
func (u *UnaryTests) References() []string { return nil }

// Source returns the text that was compiled.
func (e *Expression) Source() string { return e.source }

// Source returns the text that was compiled.
func (u *UnaryTests) Source() string { return u.source }

// Constant returns the value of an expression that is the same in every environment.
func (e *Expression) Constant() (Value, bool) { return nil, false }

// Warnings tell what can be seen to become null before any evaluation.
func (e *Expression) Warnings() []Warning { return nil }

// Warnings tell what can be seen to become null before any evaluation.
func (u *UnaryTests) Warnings() []Warning { return nil }

// With returns an environment with other variables that shares limits and
// warnings of the evaluation under way: the way for a function of the host to
// evaluate further expressions.
func (env *Env) With(vars Scope) *Env { return env }

// Equal compares as the operator = does; comparable is false where that is null.
func Equal(a, b Value) (eq, comparable bool) { return false, false }

// Less orders numbers, strings, dates, times and durations; comparable is false for other pairs.
func Less(a, b Value) (less, comparable bool) { return false, false }

func isPlainName(s string) bool { return true }
