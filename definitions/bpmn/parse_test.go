package bpmn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/problem"
)

const root = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">`

// What cannot be read at all is said in one problem, and there is no document.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, xml, want string }{
		{"nothing", ``, `f.bpmn:1:1: the file is empty`},
		{"no XML", `{}`, `f.bpmn:1:1: there is text outside the root element`},
		{"another language", `<html/>`, `f.bpmn:1:1: the root element is <html>, not BPMN 2.0 <definitions>`},
		{"no namespace", `<definitions/>`, `f.bpmn:1:1: the root element is <definitions>, not BPMN 2.0 <definitions>`},
		{"cut off", root + "\n<process>", `f.bpmn:2:10: the file is not well-formed XML: unexpected EOF`},
		{"crossed tags", root + "\n<a><b></a>", `f.bpmn:2:11: the file is not well-formed XML: element <b> closed by </a>`},
		{"two roots", root + "</definitions>" + root + "</definitions>", `f.bpmn:1:80: the file has more than one root element`},
		{"text behind the root", root + "</definitions>x", `f.bpmn:1:80: there is text outside the root element`},
		{"an entity", root + "&lol;</definitions>", `f.bpmn:1:71: the file is not well-formed XML: invalid character entity &lol;`},
		{"a document type", "<?xml version=\"1.0\"?>\n<!DOCTYPE d [<!ENTITY lol \"lol\">]>" + root, `f.bpmn:2:1: the file has a document type declaration`},
		{"another encoding declared", `<?xml version="1.0" encoding="ISO-8859-1"?>` + root, `f.bpmn:1:44: the file declares another encoding than UTF-8`},
		{"another encoding", root + "\næ\xe6</definitions>", `f.bpmn:2:2: the file is not UTF-8`},
		{"an undeclared prefix", root + "\n  <z:x/></definitions>", `f.bpmn:2:3: the namespace prefix "z" is not declared`},
		{"an undeclared attribute prefix", root + "\n  <x a='1'\n z:y='2'/></definitions>", `f.bpmn:3:2: the namespace prefix "z" is not declared`},
		{"an attribute twice", root + "\n<x a='1'  a='2'/></definitions>", `f.bpmn:2:11: the attribute a is given twice`},
		{"too deep", root + strings.Repeat("<x>", 100), `f.bpmn:1:363: elements are nested more than 100 deep`},
		{"too many elements", root + strings.Repeat("<x/>", 50_000), `f.bpmn:1:200062: the file has more than 50000 XML elements`},
		{"too many attributes", root + "<x" + strings.Repeat(" a=''", 101) + "/>", `f.bpmn:1:66: <x> has more than 100 attributes`},
		{"too long an attribute", root + `<x a="` + strings.Repeat("y", 100_001) + `"/>`, `f.bpmn:1:72: the attribute a is longer than 100000 bytes`},
		{"too long a text", root + strings.Repeat("y", 100_001) + `</definitions>`, `f.bpmn:1:66: the text of <definitions> is longer than 100000 bytes`},
		{"too large", strings.Repeat(" ", 10_000_001), `f.bpmn:1:1: the file is larger than 10 MB`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc, problems := bpmn.Parse("f.bpmn", []byte(c.xml))
			require.Nil(t, doc)
			require.Len(t, problems, 1)
			problems[0].Advice = ""
			require.Equal(t, c.want, problems[0].String())
			require.Equal(t, problem.Error, problems[0].Severity)
			plans, more := bpmn.Compile(doc)
			require.Empty(t, plans)
			require.Empty(t, more)
		})
	}
}

func TestDocumentKeepsTheFile(t *testing.T) {
	t.Parallel()
	data := []byte("\ufeff<?xml version='1.0' encoding='utf-8'?>\r\n" + `<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:z="http://camunda.org/schema/zeebe/1.0" xmlns:o="urn:other">
  <b:process id="p" name="Fra &quot;a&quot; til å" o:x="1"><b:documentation>  One <!-- not two --> line.</b:documentation>
	<b:extensionElements><z:versionTag value="1"/><o:a><o:b/></o:a></b:extensionElements></b:process><o:c/>
</b:definitions>`)
	doc, problems := bpmn.Parse("f.bpmn", data)
	require.Empty(t, problems)
	require.Equal(t, data, doc.Data)
	require.Len(t, doc.Hash, 64)
	p := doc.Root.Children[0]
	require.Equal(t, `Fra "a" til å`, p.Attr("name"))
	require.Equal(t, [2]int{3, 3}, [2]int{p.Line, p.Column})
	require.Equal(t, "  One  line.", p.Children[0].Text)
	require.Equal(t, "versionTag", p.Children[1].Children[0].Name)
	require.Len(t, doc.Skipped, 2)
	require.Equal(t, [2]int{4, 48}, [2]int{doc.Skipped[0].Line, doc.Skipped[0].Column})
	require.Nil(t, doc.Diagram)
}

func TestDiagram(t *testing.T) {
	t.Parallel()
	doc, problems := bpmn.Parse("f.bpmn", []byte(root+`
<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"><di:BPMNPlane>
<di:BPMNShape bpmnElement="a" isExpanded="true"><dc:Bounds x="1" y="-2.5" width="100" height="80"/></di:BPMNShape>
<di:BPMNEdge bpmnElement="x:f"><dd:waypoint x="1" y="2"/><dd:waypoint x="NaN" y="4"/></di:BPMNEdge>
</di:BPMNPlane></di:BPMNDiagram></definitions>`))
	require.Equal(t, &bpmn.Diagram{
		Shapes: []bpmn.Shape{{Element: "a", Bounds: bpmn.Bounds{X: 1, Y: -2.5, Width: 100, Height: 80}, Expanded: true}},
		Edges:  []bpmn.Edge{{Element: "f", Waypoints: []bpmn.Point{{X: 1, Y: 2}, {X: 0, Y: 4}}}},
	}, doc.Diagram)
	require.Equal(t, []string{`bad-coordinate? : x="NaN" of the drawing is not a number`}, said(problems))
}

// A mistake within FEEL is pointed at in the file, whatever XML does to the text: here it is always a closing bracket.
func TestPlaceOfFEELMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, condition string }{
		{"as it is", `=a > )`},
		{"references", `=&quot;&#229;&quot; &gt; )`},
		{"lines", "\n   =a\n   and\n\tb or )"},
		{"CDATA", "<![CDATA[=a < 2 and\n)]]>"},
		{"a comment in between", "=a <!-- )) --> and )"},
		{"Windows line ends", "=a and\r\n b and\r\n  )"},
		{"written line ends", "=a and&#10; b and&#xA;  )"},
		{"letters of two bytes", "=å and ø and )"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			xml := around(`<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="e"><conditionExpression>` + c.condition + `</conditionExpression></sequenceFlow>`)
			_, problems := compile("p.bpmn", []byte(xml))
			for _, p := range problems {
				if p.Code == "feel" {
					line := strings.Split(xml, "\n")[p.Line-1]
					require.Equal(t, ")", string([]rune(line)[p.Column-1]), "%v", p)
					return
				}
			}
			require.Fail(t, "no FEEL problem", "%v", problems)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(bpmntest.XML("p", `start s; user a form=x assignee="=b"; boundary c on=a duration=P1D; xor x; sub q { start t }
		eventsub r { start u message=m key="=k" }; or o; race w; catch v cycle=R/P1D; end e; s -> a -> x -[b > 1]-> e; x -/-> o -> o; c -> q; w -> v`)))
	f.Add([]byte(around(`<laneSet><lane name="å"><flowNodeRef>s</flowNodeRef></lane></laneSet><task id="a"><standardLoopCharacteristics/></task>`)))
	f.Add([]byte(root + `<x a="&#xA;<" b='"'/><![CDATA[]]]]><!-- --></definitions>`))
	f.Add([]byte(root + `<a b="1"c="2"	d = '3' /></definitions>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, problems := bpmn.Parse("f.bpmn", data)
		if (doc == nil) != problem.HasErrors(problems) {
			t.Fatalf("document %v with %v", doc, problems)
		}
		if doc == nil {
			return
		}
		doc.References()
		plans, problems := bpmn.Compile(doc)
		if problem.HasErrors(problems) == (len(plans) > 0) {
			t.Fatalf("%d plans with %v", len(plans), problems)
		}
		lines := 1 + strings.Count(string(data), "\n")
		for _, p := range problems {
			if p.Code != "too-many-problems" && (p.Line < 1 || p.Line > lines || p.Column < 1) {
				t.Fatalf("%v is not in the file", p)
			}
		}
		for _, p := range plans {
			sound(t, p)
		}
	})
}

// sound checks what users of a plan rely on without looking.
func sound(t *testing.T, p *bpmn.Plan) {
	t.Helper()
	for i, e := range p.Elements {
		found, ok := p.Element(e.ID)
		require.True(t, ok && found.Index == i && e.Index == i, e.ID)
		require.True(t, e.Parent < i && (e.Parent >= 0) == (i > 0))
		for _, c := range e.Children {
			require.Equal(t, i, p.Elements[c].Parent)
		}
		if e.Kind == bpmn.BoundaryEvent {
			require.Contains(t, p.Elements[e.AttachedTo].Boundary, i)
			require.NotNil(t, e.Event)
		}
		for slot, f := range e.Incoming {
			require.Equal(t, [2]int{i, slot}, [2]int{p.Flows[f].Target, p.Flows[f].TargetSlot})
		}
		for _, f := range e.Outgoing {
			require.Equal(t, i, p.Flows[f].Source)
			require.Equal(t, e.Parent, p.Elements[p.Flows[f].Target].Parent)
		}
		for _, m := range append(e.Inputs, e.Outputs...) {
			require.True(t, m.Source != nil && len(m.Target) > 0)
		}
		if e.Event != nil && e.Event.Timer != nil {
			require.NotNil(t, e.Event.Timer.Expr)
		}
		if e.Job != nil {
			require.NotNil(t, e.Job.Type)
		}
	}
}
