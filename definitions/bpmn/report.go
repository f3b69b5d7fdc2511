package bpmn

import (
	"errors"
	"fmt"

	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// maxProblems bounds how much is said about one document; nobody reads more before mending some.
const maxProblems = 500

// reporter collects everything that is wrong with a document.
type reporter struct {
	doc      *Document
	problems []problem.Problem
	said     map[problem.Problem]bool
	unsaid   int
	failed   bool // an error is among the problems, said or not

	expressions map[string]*feel.Expression // by source
}

func newReporter(d *Document) *reporter {
	return &reporter{doc: d, said: map[problem.Problem]bool{}, expressions: map[string]*feel.Expression{}}
}

func (r *reporter) add(n *Node, line, column int, s problem.Severity, code, message, advice string) {
	r.failed = r.failed || s == problem.Error
	r.tell(problem.Problem{
		File: r.doc.File, Line: line, Column: column, Element: clip(n.owner()),
		Code: code, Message: message, Advice: advice, Severity: s,
	})
}

func (r *reporter) tell(p problem.Problem) {
	switch {
	case r.said[p]: // by another element that refers to the same place
	case len(r.problems) == maxProblems:
		r.unsaid++
	default:
		r.said[p] = true
		r.problems = append(r.problems, p)
	}
}

// finished returns the problems by place.
func (r *reporter) finished() []problem.Problem {
	problem.Sort(r.problems)
	if r.unsaid > 0 {
		severity := problem.Warning
		if r.failed {
			severity = problem.Error
		}
		r.problems = append(r.problems, problem.Problem{
			File: r.doc.File, Code: "too-many-problems", Message: fmt.Sprintf("there are %d more problems", r.unsaid), Advice: "mend those listed first", Severity: severity,
		})
	}
	return r.problems
}

func (r *reporter) fail(n *Node, code, message, advice string) {
	r.add(n, n.Line, n.Column, problem.Error, code, message, advice)
}

func (r *reporter) warn(n *Node, code, message, advice string) {
	r.add(n, n.Line, n.Column, problem.Warning, code, message, advice)
}

// failText is fail at the beginning of a text; a text that is missing stands where its element does.
func (r *reporter) failText(t text, code, message, advice string) {
	line, column := t.node.Line, t.node.Column
	if t.to > 0 {
		line, column = r.doc.placeIn(t, 1, 1)
	}
	r.add(t.node, line, column, problem.Error, code, message, advice)
}

// failFEEL reports each mistake that the FEEL compiler found in a text.
func (r *reporter) failFEEL(t text, err error) {
	var syntax *feel.SyntaxError
	if !errors.As(err, &syntax) {
		r.failText(t, "feel", "the FEEL expression cannot be compiled: "+clip(err.Error()), "")
		return
	}
	for _, p := range syntax.Problems {
		line, column := r.doc.placeIn(t, p.Line, p.Column)
		r.failed = true
		r.tell(problem.Problem{
			File: r.doc.File, Line: line, Column: column, Element: clip(t.node.owner()),
			Code: "feel", Message: "FEEL: " + p.Message, Excerpt: p.Excerpt, Severity: problem.Error,
		})
	}
}
