package bpmn

import (
	"cmp"
	"slices"
)

// Ref is a place where a document names something that another resource or the worker must have.
type Ref struct {
	ID           string // what is named
	Element      string // id of the element that names it
	Process      string // id of the process the element is in
	Line, Column int
	// Binding tells which version is meant: "latest", "deployment" or, of a process, "versionTag", which VersionTag then names.
	Binding, VersionTag string
}

// References are the static names in a document's executable processes, each kind in document order. Names that are FEEL expressions are
// known only at run time and missing here.
type References struct {
	Decisions []Ref // DMN decisions of business rule tasks
	Forms     []Ref // forms of user tasks
	Processes []Ref // processes of call activities
	Jobs      []Ref // job types that the worker must know
}

// References lists what the document needs from elsewhere, so that a deployment can be checked as a whole.
func (d *Document) References() References {
	var refs References
	processes, _ := d.executable()
	for _, p := range processes {
		p.walk(func(n *Node) bool {
			if n.Space == spaceBPMN && flowNodes[n.Name] != "" {
				refs.of(n, p.ID())
			}
			return n.Space == spaceBPMN
		})
	}
	return refs
}

func (r *References) of(n *Node, process string) {
	for _, holder := range n.all(spaceBPMN, "extensionElements") {
		for _, x := range holder.Children {
			switch qualified(x) {
			case "zeebe:calledDecision":
				r.Decisions = append(r.Decisions, reference(x, "decisionId", n, process)...)
			case "zeebe:formDefinition":
				r.Forms = append(r.Forms, reference(x, "formId", n, process)...)
			case "zeebe:calledElement":
				r.Processes = append(r.Processes, reference(x, "processId", n, process)...)
			case "zeebe:taskListeners":
				for _, l := range x.Children {
					r.Jobs = append(r.Jobs, reference(l, "type", n, process)...)
				}
			case "zeebe:taskDefinition":
				r.Jobs = append(r.Jobs, reference(x, "type", n, process)...)
			}
		}
	}
	if n.Name == string(CallActivity) && n.extension(spaceZeebe, "calledElement") == nil {
		r.Processes = append(r.Processes, reference(n, "calledElement", n, process)...)
	}
}

// reference reads a name; none when it is missing or an expression.
func reference(x *Node, attr string, n *Node, process string) []Ref {
	name := x.text(attr).trimmed().value
	if name == "" || name[0] == '=' {
		return nil
	}
	if x == n {
		name = unprefixed(name)
	}
	return []Ref{{
		ID: name, Element: n.ID(), Process: process, Line: x.Line, Column: x.Column,
		Binding: cmp.Or(x.Attr("bindingType"), "latest"), VersionTag: x.Attr("versionTag"),
	}}
}

// IDs are the distinct names of a list of references, sorted.
func IDs(refs []Ref) []string {
	ids := make([]string, 0, len(refs))
	for _, r := range refs {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
