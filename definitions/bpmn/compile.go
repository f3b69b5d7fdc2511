package bpmn

import (
	"fmt"
	"unicode"

	"fasthold/definitions/problem"
)

// Compile resolves and checks the executable processes of a document, in document order: references are followed, expressions compiled,
// and everything that the engine does not run is refused. All problems are found at once, ordered by place; when one of them is
// an error there are no plans. A nil document has neither.
func Compile(d *Document) ([]*Plan, []problem.Problem) {
	if d == nil {
		return nil, nil
	}
	r := newReporter(d)
	r.identifiers()
	processes, assumed := d.executable()
	switch {
	case len(processes) == 0:
		r.fail(d.Root, "no-process", "the file has no executable process", `set isExecutable="true" on the process that shall run`)
	case len(processes) > maxRun:
		r.fail(d.Root, "too-many-processes", fmt.Sprintf("the file has more than %d executable processes", maxRun), "split the file")
		return nil, r.finished()
	case assumed:
		r.warn(processes[0], "assumed-executable", "the process does not say whether it is executable; it is taken to be", `set isExecutable="true"`)
	}
	var plans []*Plan
	for _, n := range processes {
		plans = append(plans, r.compile(n))
	}
	if r.failed {
		return nil, r.finished()
	}
	return plans, r.finished()
}

func (r *reporter) compile(n *Node) *Plan {
	b := &builder{
		reporter:   r,
		plan:       &Plan{File: r.doc.File, ID: n.ID(), Name: n.Attr("name"), VersionTag: versionTag(n), byID: map[string]int{}},
		flows:      map[string]int{},
		unknown:    map[string]bool{},
		cut:        map[int]bool{},
		associated: map[string][]string{},
	}
	b.collect(n, -1, Process)
	if len(b.plan.Elements) > maxElements || len(b.plan.Flows) > maxFlows {
		b.fail(n, "too-many-elements", fmt.Sprintf("the process has more than %d flow nodes or %d sequence flows", maxElements, maxFlows), "split it with call activities")
		return nil
	}
	b.connect()
	b.attach()
	b.lanes(n)
	b.inheritLanes()
	b.instantiate()
	b.associate(n)
	for i := range b.plan.Elements {
		b.describe(i)
	}
	for i := range b.plan.Elements {
		if e := b.element(i); e.Kind.Scope() {
			b.link(e)
		}
	}
	b.check()
	b.keep()
	b.upstream()
	return b.plan
}

// builder makes the plan of one process.
type builder struct {
	*reporter
	plan    *Plan
	nodes   []*Node         // the XML of each element
	flowXML []*Node         // the XML of each flow
	flows   map[string]int  // flows by id
	unknown map[string]bool // ids of flow nodes that were refused, so that what refers to them is not reported as well
	cut     map[int]bool    // elements that lost a flow to such a node
	// associated lists, for an id, those at the other ends of associations.
	associated map[string][]string
}

func (b *builder) element(i int) *Element { return &b.plan.Elements[i] }

const (
	maxID       = 200   // bytes of an id
	maxName     = 500   // characters of a name
	maxElements = 2_000 // flow nodes of one process
	maxFlows    = 4_000 // between them
	maxRun      = 100   // executable processes of one file
)

// isID reports whether a text is a letter or underscore, and then letters, numbers, underscores, dots and hyphens. Every element has an id:
// a regular expression would cost a twentieth of the whole.
func isID(text string) bool {
	for i, r := range text {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || r != '.' && r != '-' && !unicode.IsNumber(r)) {
			return false
		}
	}
	return text != ""
}

// identifiers checks ids and names of all BPMN elements, and says when a file was made for another engine.
func (r *reporter) identifiers() {
	camunda7 := false
	r.doc.Root.walk(func(n *Node) bool {
		if n.Space != spaceBPMN {
			camunda7 = camunda7 || n.Space == spaceCamunda7
			return false
		}
		r.identifier(n)
		for _, a := range n.Attrs {
			camunda7 = camunda7 || a.Space == spaceCamunda7
		}
		return true
	})
	if camunda7 {
		r.warn(r.doc.Root, "camunda-7", "the file has attributes or elements for Camunda 7, which have no effect", "model them with Camunda 8 (zeebe) properties")
	}
}

func (r *reporter) identifier(n *Node) {
	if t := n.text("name"); len(t.value) > maxName && len([]rune(t.value)) > maxName {
		r.failText(t, "long-name", fmt.Sprintf("the name is longer than %d characters", maxName), "shorten it and put the rest into the documentation")
	}
	t := n.text("id")
	switch first := r.doc.ids[t.value]; {
	case t.value == "":
	case len(t.value) > maxID || !isID(t.value):
		r.failText(t, "bad-id", fmt.Sprintf("the id %q is not usable", clip(t.value)), fmt.Sprintf("use at most %d bytes of letters, digits, _, - and ., with a letter or _ first", maxID))
	case first != n:
		r.failText(t, "duplicate-id", fmt.Sprintf("the id %s is also that of the <%s> in line %d", clip(t.value), first.Name, first.Line), "give one of them another id")
	}
}
