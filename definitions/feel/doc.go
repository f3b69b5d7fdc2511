// Package feel is the Friendly Enough Expression Language of DMN 1.5 (clause
// 10.3): conditions, mappings, timers and decision tables are written in it.
//
// An expression is compiled once and evaluated many times:
//
//	e, err := feel.Compile(`amount > 1000 and status = "open"`, feel.Options{})
//	v, err := e.Eval(&feel.Env{Vars: vars, Now: now})
//
// Numbers are decimals of 34 digits (IEEE 754 decimal128, half-even). Values
// are immutable and may be shared between goroutines, as may compiled
// expressions; an [Env] belongs to one goroutine at a time.
//
// What FEEL calls an error is no Go error: the value is null, and the reason is
// appended to [Env.Warnings]. A Go error means that the expression was stopped
// because it cost too much.
//
// The package has no clock, no I/O and no randomness. now() and today() read
// [Env.Now]; zone names are looked up in Go's time zone database.
//
// All of DMN 1.5 is there; of external functions those named in external_java.go.
// Beyond DMN 1.5 there are Camunda's is defined, get or else, assert and a few more,
// and calendar functions (add workdays, next workday, …) that ask the [Calendar] in
// the environment; docs are beside each family of functions in the files named
// call_*.go.
package feel
