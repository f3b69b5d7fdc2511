package bpmn

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

const maxExpression = 20_000 // bytes

// feel compiles a text that is FEEL with or without "=" in front; nil when it is empty or wrong, which is then reported.
func (r *reporter) feel(t text) *feel.Expression {
	t = t.trimmed()
	if rest, ok := t.after("="); ok {
		t = rest.trimmed()
	}
	switch {
	case t.value == "":
		r.failText(t, "feel", "the FEEL expression is empty", "write an expression after =")
		return nil
	case len(t.value) > maxExpression:
		r.failText(t, "feel", fmt.Sprintf("the FEEL expression is longer than %d bytes", maxExpression), "put the logic into a decision table")
		return nil
	}
	e, err := r.compiled(t.value)
	if err != nil {
		r.failFEEL(t, err)
		return nil
	}
	for _, w := range e.Warnings() {
		line, column := r.doc.placeIn(t, w.Line, w.Column)
		r.add(t.node, line, column, problem.Warning, "feel-null", "FEEL: "+w.Message, "the value is null there whatever the variables are")
	}
	return e
}

// compiled shares expressions that stand in several places.
func (r *reporter) compiled(source string) (*feel.Expression, error) {
	if e := r.expressions[source]; e != nil {
		return e, nil
	}
	e, err := feel.Compile(source, feel.Options{})
	if err == nil {
		r.expressions[source] = e
	}
	return e, err
}

// value compiles a text by Zeebe's rule: with "=" in front it is FEEL, otherwise what static makes of it. Nil when empty or wrong.
func (r *reporter) value(t text, static func(text) feel.Value) *feel.Expression {
	t = t.trimmed()
	if t.value == "" {
		return nil
	}
	if strings.HasPrefix(t.value, "=") {
		return r.feel(t)
	}
	v := static(t)
	if v == nil {
		return nil
	}
	e, err := r.compiled(v.String())
	if err != nil {
		r.failFEEL(text{node: t.node}, err)
		return nil
	}
	return e
}

// static readings of a text; each reports what it cannot read and returns nil for it.

func (r *reporter) string(t text) feel.Value { return feel.Text(t.value) }

func (r *reporter) list(t text) feel.Value {
	var items []feel.Value
	for s := range strings.SplitSeq(t.value, ",") {
		if s = strings.TrimSpace(s); s != "" {
			items = append(items, feel.Text(s))
		}
	}
	return feel.ListOf(items...)
}

// whole reads a whole number between two bounds.
func (r *reporter) whole(least, most int64) func(text) feel.Value {
	return func(t text) feel.Value {
		n, err := strconv.ParseInt(t.value, 10, 64)
		if err != nil || n < least || n > most {
			r.failText(t, "bad-number", fmt.Sprintf("%q is not a whole number from %d to %d", clip(t.value), least, most), "write such a number, or FEEL after =")
			return nil
		}
		return feel.Int(n)
	}
}

// clock reads an attribute that is a static duration without calendar units; 0 when missing.
func (r *reporter) clock(t text, least, most time.Duration) time.Duration {
	t = t.trimmed()
	if t.value == "" {
		return 0
	}
	s, err := ParseSpan(t.value)
	if err != nil || s.Years != 0 || s.Months != 0 {
		r.failText(t, "bad-duration", fmt.Sprintf("%q is not a duration in days, hours, minutes and seconds", clip(t.value)), "write it as PT30S or PT5M")
		return 0
	}
	d := time.Duration(s.Days)*24*time.Hour + s.Clock
	if d < least || d > most {
		r.failText(t, "bad-duration", fmt.Sprintf("%s is not between %v and %v", t.value, least, most), "")
		return 0
	}
	return d
}

var variableName = regexp.MustCompile(`^[\pL_][\pL\pN_]*$`)

// variable reads the name of a variable; "" when it is missing or wrong. what is its part in messages.
func (r *reporter) variable(t text, what string) string {
	switch {
	case t.value == "":
		r.failText(t, "missing-variable", what+" is missing", "name the variable that takes the value")
	case len(t.value) > maxID || !variableName.MatchString(t.value):
		r.failText(t, "bad-variable", fmt.Sprintf("%s %q is not a variable name", what, clip(t.value)), "use letters, digits and _, not a digit first")
	default:
		return t.value
	}
	return ""
}

const maxPath = 10 // names in a dotted path

// path reads the dotted path that a mapping writes to; nil when it is wrong.
func (r *reporter) path(t text) []string {
	names := strings.Split(t.value, ".")
	for _, name := range names {
		if len(name) > maxID || len(names) > maxPath || !variableName.MatchString(name) {
			r.failText(t, "bad-target", fmt.Sprintf("the mapping target %q is not a variable path", clip(t.value)), "write names of letters, digits and _ separated by dots")
			return nil
		}
	}
	return names
}
