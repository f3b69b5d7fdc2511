// Package problem holds the one shape in which every definition language
// (BPMN, DMN, forms, FEEL) tells a designer what is wrong with a file.
package problem

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Severity says whether a problem stops a deployment.
type Severity string

const (
	// Error stops a deployment.
	Error Severity = "error"
	// Warning is told, but does not stop a deployment.
	Warning Severity = "warning"
	// Info is told to those who ask for everything: it may well be right.
	Info Severity = "info"
)

// Problem is one finding about a definition: where it is, what is wrong, and what to do about it.
type Problem struct {
	// File is the name under which the definition was given.
	File string `json:"file,omitempty"`
	// Line and Column count from 1; 0 means that the place is not known.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Element is the id (or, lacking one, the name) of the element at fault.
	Element string `json:"element,omitempty"`
	// Code is a stable lower-case word with hyphens, e.g. "unknown-reference".
	Code string `json:"code"`
	// Message is one sentence that says what is wrong.
	Message string `json:"message"`
	// Advice is one sentence that says what to do; empty when the message says it all.
	Advice   string   `json:"advice,omitempty"`
	Severity Severity `json:"severity"`
	// Excerpt is the line of a FEEL expression at fault, and below it a caret at the column; empty for other problems.
	Excerpt string `json:"excerpt,omitempty"`
}

// String gives "file:line:col: element: message (advice)"; parts that are not known are left out.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.place())
	switch p.Severity {
	case Warning:
		b.WriteString("warning: ")
	case Info:
		b.WriteString("note: ")
	}
	if p.Element != "" {
		b.WriteString(p.Element + ": ")
	}
	b.WriteString(p.Message)
	if p.Advice != "" {
		b.WriteString(" (" + p.Advice + ")")
	}
	return b.String()
}

// Long gives String, and below it the excerpt with its caret.
func (p Problem) Long() string {
	if p.Excerpt == "" {
		return p.String()
	}
	return p.String() + "\n    " + strings.ReplaceAll(p.Excerpt, "\n", "\n    ")
}

func (p Problem) place() string {
	place := p.File
	if p.Line > 0 {
		place += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			place += ":" + strconv.Itoa(p.Column)
		}
	}
	if place == "" {
		return ""
	}
	return strings.TrimPrefix(place, ":") + ": "
}

// Error makes a problem usable as an error.
func (p Problem) Error() string { return p.String() }

// HasErrors reports whether any of the problems stops a deployment.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// Sort orders problems by file and place; problems of one place keep their order.
func Sort(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
