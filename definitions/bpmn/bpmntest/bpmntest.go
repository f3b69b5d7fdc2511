package bpmntest

import (
	"fasthold/definitions/bpmn"
	"fasthold/definitions/problem"
)

// XML returns BPMN 2.0 XML with one executable process of that id.
func XML(id, text string) string {
	p := &parser{rest: text, line: 1}
	root := p.scope(false)
	w := &writer{flowIDs: map[string]int{}}
	return w.definitions(id, root)
}

// T is the part of *testing.T, *testing.B and *rapid.T that is needed here.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Plan compiles the process that XML writes; any problem that stops a deployment fails the test.
func Plan(t T, id, text string) *bpmn.Plan {
	t.Helper()
	return Compile(t, id+".bpmn", XML(id, text))
}

// Compile compiles a file with one executable process; any problem that stops a deployment fails the test.
func Compile(t T, file, xml string) *bpmn.Plan {
	t.Helper()
	doc, problems := bpmn.Parse(file, []byte(xml))
	plans, more := bpmn.Compile(doc)
	for _, p := range append(problems, more...) {
		if p.Severity == problem.Error {
			t.Fatalf("%v\n%s", p, xml)
		}
	}
	if len(plans) != 1 {
		t.Fatalf("%s has %d executable processes", file, len(plans))
	}
	return plans[0]
}
