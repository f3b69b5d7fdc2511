package definitions_test

import (
	"strings"
	"testing"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/problem"
)

const header = `<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="t">`

func process(id, form, more string) string {
	return strings.NewReplacer("ID", id, "FORM", form, "MORE", more).Replace(`<bpmn:process id="ID" isExecutable="true"><bpmn:startEvent id="ID-s"/>
<bpmn:userTask id="ID-t"><bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="FORM"/>MORE</bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="ID-e"/>
<bpmn:sequenceFlow id="ID-1" sourceRef="ID-s" targetRef="ID-t"/><bpmn:sequenceFlow id="ID-2" sourceRef="ID-t" targetRef="ID-e"/></bpmn:process>`)
}

func form(id string) definitions.File {
	return definitions.File{Name: id + ".form", Data: []byte(`{"id":"` + id + `","type":"default","components":[]}`)}
}

// A file with two processes is one file of each: what the other calls is no concern of a running instance.
func TestEachProcessOfAFileLoadsAlone(t *testing.T) {
	t.Parallel()
	file := definitions.File{Name: "two.bpmn", Data: []byte(header + process("a", "fa", "") + process("b", "fb", "") + `</bpmn:definitions>`)}
	set, problems := definitions.Check([]definitions.File{file, form("fa"), form("fb")}, nil)
	if set == nil {
		t.Fatal(problems)
	}
	for _, d := range set.Processes {
		var files []definitions.File
		for _, r := range d.Resources {
			files = append(files, r.File)
		}
		loaded, err := definitions.Load(files, d.ProcessID)
		if err != nil {
			t.Fatal(err)
		}
		if loaded.Hash != d.Hash || len(loaded.Forms) != 1 {
			t.Errorf("%s: %s and %s, %d forms", d.ProcessID, loaded.Hash, d.Hash, len(loaded.Forms))
		}
	}
	if set.Processes[0].Hash == set.Processes[1].Hash {
		t.Error("two processes have one hash")
	}
}

// All problems are told at once: a mistake in FEEL does not hide that a form is missing.
func TestEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	file := definitions.File{Name: "p.bpmn", Data: []byte(header + process("a", "nowhere", `<zeebe:assignmentDefinition assignee="=1 +"/>`) + `</bpmn:definitions>`)}
	_, problems := definitions.Check([]definitions.File{file, {Name: "x.txt", Data: []byte("no")}}, nil)
	codes := map[string]bool{}
	for _, p := range problems {
		if p.Severity == problem.Error {
			codes[p.Code] = true
		}
	}
	if len(codes) < 3 || !codes["unknown-form"] || !codes["unknown-kind"] {
		t.Error(problems)
	}
}

// What can get stuck cannot be deployed, but can be simulated.
func TestWhatCannotEndIsAnError(t *testing.T) {
	t.Parallel()
	file := definitions.File{Name: "p.bpmn", Data: []byte(bpmntest.XML("p", `start s; xor x; and j; end e; s -> x -[v]-> j; x -/-> j; j -> e`))}
	set, problems := definitions.Check([]definitions.File{file}, nil)
	if set != nil || len(problems) != 1 || problems[0].Code != "deadlock" || problems[0].Element != "j" || problems[0].Line == 0 {
		t.Error(problems)
	}
	if set, problems := definitions.Compile([]definitions.File{file}, nil); set == nil || len(problems) != 0 {
		t.Error(problems)
	}
}

func TestShippedDefinitionsHaveNoProblems(t *testing.T) {
	t.Parallel()
	if _, problems := definitions.Check(definitions.Shipped(), nil); len(problems) > 0 {
		t.Error(problems)
	}
}
