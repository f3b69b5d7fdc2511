package dmn_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// problemsOf parses and compiles one file and gives "line:column element code" of every problem, one a line.
func problemsOf(source string) string {
	m, problems := dmn.Parse("m.dmn", []byte(source))
	if m != nil {
		_, more := dmn.Compile(m)
		problems = append(problems, more...)
	}
	problem.Sort(problems)
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%d:%d %s %s\n", p.Line, p.Column, p.Element, p.Code)
	}
	return b.String()
}

func TestEveryProblemIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	require.Equal(t, `3:3 x unknown-import
4:3 i missing-name
5:3 i duplicate-id
6:40 d unknown-type
7:29 d unknown-reference
8:29 d wrong-reference
10:7 table no-priorities
11:52 expr syntax
13:9 r1 wrong-row
14:52 cell syntax
17:3 e no-logic
18:43 f unsupported-function
19:53 g cycle
20:56 h syntax
21:3 s no-output
`, problemsOf(`<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" namespace="urn:m">
  <import namespace="urn:other" name="x" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
  <inputData id="i"/>
  <inputData id="i" name="twice"/>
  <decision id="d" name="The decision"><variable name="d" typeRef="tUnknown"/>
    <informationRequirement><requiredInput href="#no-such"/></informationRequirement>
    <informationRequirement><requiredDecision href="#i"/></informationRequirement>
    <!-- a comment -->
      <decisionTable id="table" hitPolicy="PRIORITY">
        <input><inputExpression id="expr"><text>1 +</text></inputExpression></input>
        <output/>
        <rule id="r1"><outputEntry><text>1</text></outputEntry></rule>
        <rule id="r2"><inputEntry id="cell"><text>&lt;</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      </decisionTable>
  </decision>
  <decision id="e" name="e"/>
  <businessKnowledgeModel id="f" name="f"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>
  <decision id="g" name="g"><informationRequirement><requiredDecision href="#g"/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>
  <decision id="h" name="h"><literalExpression><text>if</text></literalExpression></decision>
  <decisionService id="s" name="s"/>
</definitions>`))
}

func TestWhatIsNoModelIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ source, code string }{
		"empty":             {"", "bad-xml"},
		"no XML":            {"decision!", "bad-xml"},
		"broken":            {"<definitions><decision></definitions>", "bad-xml"},
		"a document type":   {`<!DOCTYPE x [<!ENTITY a "aaaa">]><definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">&a;</definitions>`, "bad-xml"},
		"an entity":         {`<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">&a;</definitions>`, "bad-xml"},
		"another root":      {`<decision xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"/>`, "not-dmn"},
		"another language":  {`<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>`, "not-dmn"},
		"two roots":         {`<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"/><definitions/>`, "bad-xml"},
		"too deep":          {model(strings.Repeat("<list>", 200) + strings.Repeat("</list>", 200)), "bad-xml"},
		"too many elements": {model(strings.Repeat("<a/>", 300_000)), "bad-xml"},
		"too large":         {model(strings.Repeat(" ", 6<<20)), "too-large"},
	} {
		m, problems := dmn.Parse("m.dmn", []byte(c.source))
		require.Nil(t, m, name)
		require.Len(t, problems, 1, name)
		require.Equal(t, c.code, problems[0].Code, name)
		require.NotEmpty(t, problems[0].Advice, name)
	}
}

// A long chain of requirements is refused; a wide graph is decided with each decision once.
func TestGraphsAreBounded(t *testing.T) {
	t.Parallel()
	var chain, diamond strings.Builder
	chain.WriteString(node("decision", "c0", "Any", lit("1")))
	diamond.WriteString(node("decision", "c0", "Any", lit("1")))
	for i := 1; i <= 300; i++ {
		chain.WriteString(node("decision", fmt.Sprintf("c%d", i), "Any", needs("requiredDecision", fmt.Sprintf("#c%d", i-1))+lit(fmt.Sprintf("c%d", i-1))))
	}
	for i := 1; i <= 60; i++ {
		before := fmt.Sprintf("c%d", i-1)
		diamond.WriteString(node("decision", fmt.Sprintf("x%d", i), "Any", needs("requiredDecision", "#"+before)+lit(before)))
		diamond.WriteString(node("decision", fmt.Sprintf("y%d", i), "Any", needs("requiredDecision", "#"+before)+lit(before)))
		diamond.WriteString(node("decision", fmt.Sprintf("c%d", i), "Any", needs("requiredDecision", fmt.Sprintf("#x%d", i))+needs("requiredDecision", fmt.Sprintf("#y%d", i))+
			lit(fmt.Sprintf("x%d + y%d", i, i))))
	}
	require.Contains(t, problemsOf(model(chain.String())), "too-deep")
	lib := compiled(t, model(diamond.String()))
	d, _ := lib.Decision("c60")
	got, err := d.Evaluate(&feel.Env{})
	require.NoError(t, err)
	require.Equal(t, "1152921504606846976", got.Value.String())
	require.Len(t, got.Audit, 181)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(decision(sheet{policy: "UNIQUE", head: "a || out", rules: []string{"< 5 || a + 1", `"x", not(null) || d`}}.xml())), []byte(`{"a": 3}`))
	f.Add([]byte(decision(in("filter", in("in", lit("a")), in("match", lit("item > 1"))))), []byte(`{"a": [1, {"b": null}]}`))
	f.Add([]byte(model(node("inputData", "a", "tA", "")+`<itemDefinition name="tA" isCollection="true"><typeRef>tA</typeRef></itemDefinition>`+
		node("businessKnowledgeModel", "k", "", in("encapsulatedLogic", `<formalParameter name="p" typeRef="tA"/>`, lit("p")))+
		node("decision", "d", "tA", needs("requiredInput", "#a")+needs("requiredKnowledge", "#k")+
			in("invocation", lit("k"), in("binding", `<parameter name="p"/>`, lit("a"))))+
		node("decisionService", "s", "", `<outputDecision href="#d"/><inputData href="#a"/>`))), []byte(`{"a": 1}`))
	f.Fuzz(func(t *testing.T, source, inputs []byte) {
		m, problems := dmn.Parse("m.dmn", source)
		if m == nil {
			require.True(t, problem.HasErrors(problems))
			return
		}
		lib, _ := dmn.Compile(m)
		vars, _ := feel.FromJSON(inputs)
		scope, _ := vars.(*feel.Context)
		if scope == nil {
			scope = feel.ContextOf()
		}
		for _, d := range lib.Decisions() {
			_, _ = d.Evaluate(fuzzEnv(scope))
		}
		for _, s := range lib.Services() {
			_, _ = s.Evaluate(fuzzEnv(scope))
		}
	})
}

func fuzzEnv(vars feel.Scope) *feel.Env {
	return &feel.Env{Vars: vars, Now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Limits: feel.Limits{Steps: 20_000}}
}

// Whatever a model does, all of it together keeps to the limits of the env.
func TestEvaluationIsBounded(t *testing.T) {
	t.Parallel()
	loop := func(body string) string {
		return with(`iteratorVariable="x"`, in("for", in("in", lit("for i in 1..2000 return i")), in("return", body)))
	}
	var many strings.Builder
	for i := range 300 {
		id := fmt.Sprintf("c%d", i)
		many.WriteString(node("decision", id, "Any", lit("count(for i in 1..900 return i)")))
	}
	var all strings.Builder
	for i := range 300 {
		all.WriteString(needs("requiredDecision", fmt.Sprintf("#c%d", i)))
	}
	for name, source := range map[string]string{
		"loops in loops":     decision(loop(loop(loop(lit("1"))))),
		"tables in a loop":   decision(loop(loop(sheet{policy: "FIRST", head: "x || out", rules: []string{"null || 1", "- || 2"}}.xml()))),
		"contexts in a loop": decision(loop(loop(in("context", in("contextEntry", `<variable name="a"/>`, lit("1")))))),
		"many decisions":     model(many.String() + node("decision", "d", "Any", all.String()+lit("1"))),
	} {
		d, _ := compiled(t, source).Decision("d")
		_, err := d.Evaluate(&feel.Env{Limits: feel.Limits{Steps: 10_000}})
		var limit *feel.LimitError
		require.ErrorAs(t, err, &limit, name)
		require.Equal(t, "too-many-steps", limit.Code, name)
		require.Equal(t, "m1.dmn", limit.Where, name)
		require.Positive(t, limit.Line, name)
	}
}
