package feel

import "time"

// Scope finds the variables an expression refers to. A Go map is a Scope as
// [Variables], and so is a [*Context].
type Scope interface {
	// Lookup returns the value of the variable and whether there is one.
	Lookup(name string) (Value, bool)
}

// Variables is a Scope made of a map.
type Variables map[string]Value

// Lookup returns the variable of that name.
func (v Variables) Lookup(name string) (Value, bool) {
	value, ok := v[name]
	return value, ok
}

// Calendar is what the calendar functions ask about the municipality's days.
type Calendar interface {
	// Workday reports whether the municipality works that day (arbejdsdag).
	Workday(year int, month time.Month, day int) bool
	// BankDay reports whether banks are open that day (bankdag).
	BankDay(year int, month time.Month, day int) bool
	// Hours returns the opening hours as time since local midnight; ok is false when closed.
	Hours(year int, month time.Month, day int) (opens, closes time.Duration, ok bool)
}

// Env is what one evaluation may see and spend. The zero value has no
// variables, no calendar, the zero time as now, and the default limits.
type Env struct {
	Vars     Scope
	Now      time.Time // its Location is the zone of local dates and times
	Calendar Calendar
	Warnings []Warning // why something became null, in the order of evaluation; at most 100 are kept
	Limits   Limits

	run  *run // the evaluation under way, nil outside
	own  run  // what run points to, if it began here
	root *Env // the one to warn, nil when it is this
}

// Limits bound the cost of one evaluation. A zero field means its default.
type Limits struct {
	Steps  int // function calls, loop turns, list items and 64-byte pieces of text produced; default 1,000,000
	Depth  int // nested function calls; default 500
	Items  int // items of one list; default 100,000
	Length int // bytes of one string; default 1,000,000
}

// Warning tells why a part of an expression became null.
type Warning struct {
	Line, Column int // position in the source, from 1, columns in characters
	// Code is type, unknown-name, argument, arithmetic, index, range, pattern,
	// calendar, no-calendar, assert or external.
	Code    string
	Message string // a sentence that tells kinds and counts, never the text of a value
}

// Options tell the compiler what it cannot see in the source.
type Options struct {
	// Names are the variables known to exist. Only names with spaces or
	// operators in them must be listed: the source "birth date" is one name or
	// two depending on this list.
	Names []string
	// Fields are names of context entries, as declared by item definitions; they
	// matter as Names do, after a dot and within a filter.
	Fields []string
	// Types are the named types that "instance of" may refer to.
	Types map[string]*Type
}
