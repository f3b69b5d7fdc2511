package dmn

import (
	"fmt"

	"fasthold/definitions/problem"
)

// Model is one DMN file, read but not yet linked with the files it imports.
type Model struct {
	// File is the name the file was given with.
	File string
	// ID, Name and Namespace are those of the definitions element (DMN 1.5 §6.3.2).
	ID, Name, Namespace string
	// Version is the version of DMN the file is written in, "1.1" to "1.5".
	Version string

	root *element
}

// Parse reads one DMN file. The model is nil when the file cannot be read at all; then the problems say why.
func Parse(file string, data []byte) (*Model, []problem.Problem) {
	root, problems := readXML(file, data)
	if root == nil {
		return nil, problems
	}
	version := modelNamespaces[root.space]
	if root.name != "definitions" || version == "" {
		return nil, []problem.Problem{{
			File: file, Line: root.line, Column: root.column, Element: root.label(), Code: "not-dmn", Severity: problem.Error,
			Message: fmt.Sprintf("the root element is %q of namespace %q", root.name, root.space),
			Advice:  "give a DMN 1.1 to 1.5 file, whose root is definitions in a DMN namespace",
		}}
	}
	m := &Model{File: file, ID: root.attr("id"), Name: root.attr("name"), Namespace: root.attr("namespace"), Version: version, root: root}
	return m, m.checkIdentity()
}

// checkIdentity finds elements that cannot be told apart or cannot be named.
func (m *Model) checkIdentity() []problem.Problem {
	var r reporter
	r.file = m.File
	ids := map[string]*element{}
	names := map[string]*element{}
	for _, e := range m.root.children {
		if !isDRG[e.name] {
			continue
		}
		if id := e.attr("id"); id == "" {
			r.warn(e, "missing-id", fmt.Sprintf("the %s %q has no id, so no other element can refer to it", e.name, e.attr("name")), "give it an id")
		} else if first := ids[id]; first != nil {
			r.fail(e, "duplicate-id", fmt.Sprintf("the id %q is used already in line %d", id, first.line), "give each element its own id")
		} else {
			ids[id] = e
		}
		if name := variableName(e); name == "" {
			r.fail(e, "missing-name", fmt.Sprintf("the %s has no name", e.name), "give it a name")
		} else if first := names[name]; first != nil {
			r.fail(e, "duplicate-name", fmt.Sprintf("the name %q is used already in line %d", name, first.line), "give each element its own name")
		} else {
			names[name] = e
		}
	}
	return r.problems
}

// isDRG holds the elements of a decision requirements graph that have values (DMN 1.5 §6.2.1).
var isDRG = map[string]bool{"decision": true, "inputData": true, "businessKnowledgeModel": true, "decisionService": true}

// variableName is the name under which the value of a DRG element is known to others.
func variableName(e *element) string {
	if v := e.child("variable"); v != nil && v.attr("name") != "" {
		return v.attr("name")
	}
	return e.attr("name")
}

// reporter collects problems of one file, at most maxProblems.
type reporter struct {
	file     string
	problems []problem.Problem
}

func (r *reporter) fail(e *element, code, message, advice string) {
	r.add(problem.Problem{Line: e.line, Column: e.column, Element: e.label(), Code: code, Message: message, Advice: advice, Severity: problem.Error})
}

func (r *reporter) warn(e *element, code, message, advice string) {
	r.add(problem.Problem{Line: e.line, Column: e.column, Element: e.label(), Code: code, Message: message, Advice: advice, Severity: problem.Warning})
}

func (r *reporter) add(p problem.Problem) {
	if len(r.problems) < maxProblems {
		p.File = r.file
		r.problems = append(r.problems, p)
	}
}
