package feel

import (
	"fmt"
	"strings"
	"time"
)

// LimitError says that an evaluation was stopped because it cost too much.
type LimitError struct {
	Code    string // "too-many-steps", "too-deep", "too-many-items" or "too-long"
	Message string
	// Line and Column are the place in the source, from 1, of what was being evaluated; 0 when it is not known.
	Line, Column int
	Excerpt      string // the line, and below it a caret at the column
	Source       string // the expression that was being evaluated
	// Where is the file that the source is in, set by a host that knows it: Line and Column then count in that file.
	Where string
}

// Error returns the message, and where it belongs as "where:line:column".
func (e *LimitError) Error() string {
	place := e.Where
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", place, e.Line, e.Column)
	}
	if place == "" {
		return "feel: " + e.Message
	}
	return "feel: " + strings.TrimPrefix(place, ":") + ": " + e.Message
}

const maxWarnings = 100

func (l Limits) withDefaults() Limits {
	return Limits{orDefault(l.Steps, 1_000_000), orDefault(l.Depth, 500), orDefault(l.Items, 100_000), orDefault(l.Length, 1_000_000)}
}

func orDefault(n, standard int) int {
	if n <= 0 {
		return standard
	}
	return n
}

// run is one evaluation under way, with what it has spent. It is shared by all
// expressions that functions of the host evaluate within it.
type run struct {
	env     *Env
	limits  Limits
	steps   int // left
	depth   int // calls under way
	err     error
	touched bool // the environment was asked, so the result is no constant
	spot         // what is being evaluated, for errors
}

// spot is a place in a source.
type spot struct {
	src string
	at  place
}

// binding is a local variable; bindings are found by counting outwards.
type binding struct {
	outer *binding
	value Value
}

func (b *binding) at(depth int) Value {
	for ; depth > 0; depth-- {
		b = b.outer
	}
	return b.value
}

// begin starts an evaluation with nothing spent.
func (env *Env) begin() *run {
	limits := env.Limits.withDefaults()
	env.own = run{env: env, limits: limits, steps: limits.Steps}
	env.run = &env.own
	return env.run
}

// evaluate runs the node of the source with env's variables, as part of the run under way if there is one.
func evaluate(src string, n node, env *Env, locals *binding) (Value, error) {
	if env == nil {
		env = &Env{}
	}
	r := env.run
	if r == nil {
		r = env.begin()
		defer func() { env.run = nil }()
	}
	outer, caller := r.env, r.spot
	r.env, r.spot = env, spot{src, place{1, 1}}
	var v Value = Null{}
	if r.spend(weightOf(len(src))) {
		v = n.eval(r, locals)
	}
	r.affordable(v, 0)
	r.env, r.spot = outer, caller
	if r.err != nil {
		return Null{}, r.err
	}
	return v, nil
}

// Together runs do as one evaluation, so that all it evaluates in env keeps to the limits together.
func (env *Env) Together(do func() (Value, error)) (Value, error) {
	r := env.run
	if r == nil {
		r = env.begin()
		defer func() { env.run = nil }()
	}
	v, err := do()
	if err == nil {
		r.affordable(v, 0)
		err = r.err
	}
	return v, err
}

// With returns an environment with other variables that shares time, calendar,
// limits and warnings with env: with it, a function of the host evaluates
// further expressions as part of the evaluation under way.
func (env *Env) With(vars Scope) *Env {
	root := env
	if env.root != nil {
		root = env.root
	}
	return &Env{Vars: vars, Now: env.Now, Calendar: env.Calendar, Limits: env.Limits, run: env.run, root: root}
}

// warn records why something becomes null.
func (r *run) warn(at place, code, format string, args ...any) {
	env := r.env
	if env.root != nil {
		env = env.root
	}
	if len(env.Warnings) < maxWarnings {
		env.Warnings = append(env.Warnings, Warning{int(at.line), int(at.column), code, fmt.Sprintf(format, args...)})
	}
}

// null records why and returns null.
func (r *run) null(at place, code, format string, args ...any) Value {
	r.warn(at, code, format, args...)
	return Null{}
}

// stop ends the evaluation with an error; the first one counts. The source is copied, else what r points to could never stay on the stack.
func (r *run) stop(code, format string, args ...any) Value {
	if r.err == nil {
		r.err = &LimitError{Code: code, Message: fmt.Sprintf(format, args...), Line: int(r.at.line), Column: int(r.at.column), Excerpt: r.excerpt(), Source: strings.Clone(r.src)}
	}
	return Null{}
}

// excerpt is the line of the present spot with its caret.
func (s spot) excerpt() string {
	if s.src == "" {
		return ""
	}
	rest := s.src
	for range s.at.line - 1 {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	return excerpt(rest, int(s.at.column))
}

// weightOf is the number of steps for evaluating so many bytes of source once, beyond the
// first: a body that is long costs more each time.
func weightOf(bytes int) int { return bytes / 24 }

// look takes the steps for an operation that looks at each byte of a text.
func (r *run) look(bytes int) bool { return bytes < 4096 || r.spend(bytes/4096) }

// spend takes n steps and reports whether the evaluation may go on.
func (r *run) spend(n int) bool {
	r.steps -= n
	if r.steps < 0 {
		r.stop("too-many-steps", "the evaluation was stopped after %d steps: look for a loop over too many items or a function that calls itself without end", r.limits.Steps)
	}
	return r.err == nil
}

// roomFor reports whether a list of n items may be made, and takes the steps for it.
func (r *run) roomFor(items int) bool {
	if items > r.limits.Items {
		r.stop("too-many-items", "a list of %d items exceeds the limit of %d", items, r.limits.Items)
		return false
	}
	return r.spend(items)
}

// text returns the string as a value if it is not too long.
func (r *run) text(s string) Value {
	if !r.roomForText(len(s)) {
		return Null{}
	}
	return String(s)
}

func (r *run) roomForText(bytes int) bool {
	if bytes > r.limits.Length {
		r.stop("too-long", "a text of %d bytes exceeds the limit of %d", bytes, r.limits.Length)
		return false
	}
	return r.spend(bytes/64 + 1)
}

func (r *run) now() time.Time {
	r.touched = true
	return r.env.Now
}

// local is the zone of dates and times that have none.
func (r *run) local() *time.Location {
	r.touched = true
	return r.env.Now.Location()
}
