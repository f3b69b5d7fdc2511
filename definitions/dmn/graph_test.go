package dmn_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
)

// node is a DRG element with a variable of its own name.
func node(kind, id, typeRef, content string) string {
	return `<` + kind + ` id="` + id + `" name="` + id + `"><variable name="` + id + `" typeRef="` + typeRef + `"/>` + content + `</` + kind + `>`
}

func needs(kind, href string) string {
	edge := "informationRequirement"
	if kind == "requiredKnowledge" {
		edge = "knowledgeRequirement"
	}
	return in(edge, `<`+kind+` href="`+href+`"/>`)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	lib := compiled(t, model(
		node("inputData", "wage", "number", "")+
			node("inputData", "hours", "number", "")+
			node("businessKnowledgeModel", "rate", "", in("encapsulatedLogic", `<formalParameter name="x" typeRef="number"/>`, lit("x / 10")))+
			node("businessKnowledgeModel", "nosy", "", in("encapsulatedLogic", lit("wage")))+
			node("decision", "weekly", "number", needs("requiredInput", "#wage")+needs("requiredInput", "#hours")+lit("wage * hours"))+
			node("decision", "d", "Any", needs("requiredDecision", "#weekly")+needs("requiredKnowledge", "#rate")+needs("requiredKnowledge", "#nosy")+
				lit("{weekly: weekly, rate: rate(weekly), hidden: wage, nosy: nosy(), undeclared: bonus}"))))
	got := ask(t, lib, "{wage: 150, hours: 37, bonus: 5}")
	require.Equal(t, "{weekly: 5550, rate: 555, hidden: null, nosy: null, undeclared: 5}", got.Value.String())
	require.Equal(t, []string{"weekly", "d"}, []string{got.Audit[0].Decision, got.Audit[1].Decision})
	require.Equal(t, []feel.Entry{{Name: "wage", Value: feel.Int(150)}, {Name: "hours", Value: feel.Int(37)}}, got.Audit[0].Inputs)

	line, err := json.Marshal(got.Audit[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"decision": "weekly", "name": "weekly", "inputs": [{"name": "wage", "value": 150}, {"name": "hours", "value": 37}], "output": 5550}`, string(line))

	got = ask(t, lib, `{wage: "much"}`)
	require.Contains(t, codes(got.Warnings), "type missing-input")
	require.NotContains(t, got.Warnings[0].Message, "much", "texts may be about people")
}

func TestServices(t *testing.T) {
	t.Parallel()
	lib := compiled(t, model(
		node("inputData", "wage", "number", "")+
			node("decision", "base", "number", needs("requiredInput", "#wage")+lit("wage"))+
			node("decision", "low", "number", needs("requiredDecision", "#base")+lit("base * 2"))+
			node("decision", "high", "number", needs("requiredDecision", "#base")+needs("requiredInput", "#wage")+lit("base * wage"))+
			node("decisionService", "one", "", `<outputDecision href="#low"/><inputDecision href="#base"/>`)+
			node("decisionService", "two", "", `<outputDecision href="#low"/><outputDecision href="#high"/><inputDecision href="#base"/><inputData href="#wage"/>`)+
			node("decision", "d", "Any", needs("requiredDecision", "#base")+needs("requiredKnowledge", "#one")+needs("requiredKnowledge", "#two")+
				lit("[base, one(10), two(3, 4), two(base: 5, wage: 6).high]"))))
	require.Equal(t, "[7, 20, {low: 8, high: 12}, 30]", ask(t, lib, "{wage: 7}").Value.String())

	two, ok := lib.ServiceByName("two")
	require.True(t, ok)
	require.Equal(t, []dmn.Input{{Name: "wage", Type: "number"}, {Name: "base", Type: "number"}}, two.Inputs)
	got, err := two.Evaluate(&feel.Env{Vars: feel.Variables{"wage": feel.Int(2), "base": feel.Int(9)}})
	require.NoError(t, err)
	require.Equal(t, "{low: 18, high: 18}", got.Value.String())
}

func TestTypes(t *testing.T) {
	t.Parallel()
	types := `
		<itemDefinition name="tTrack"><typeRef>string</typeRef><allowedValues>` + text(`"ordinary", "fast"`) + `</allowedValues></itemDefinition>
		<itemDefinition name="tTracks" isCollection="true"><typeRef>tTrack</typeRef></itemDefinition>
		<itemDefinition name="tWeek" isCollection="true"><typeRef>number</typeRef><allowedValues>` + text(`[0..24]`) + `</allowedValues>
			<typeConstraint>` + text(`count(?) = 5`) + `</typeConstraint></itemDefinition>
		<itemDefinition name="tPerson"><itemComponent name="years of age"><typeRef>number</typeRef></itemComponent>
			<itemComponent name="children" isCollection="true"><typeRef>tPerson</typeRef></itemComponent></itemDefinition>`
	for _, c := range []struct{ typeRef, input, logic, want string }{
		{"number", "5", "v", "5"},
		{"number", `"5"`, "v", "null"},
		{"number", "[5]", "v", "5"},
		{"tTrack", `"fast"`, "v", `"fast"`},
		{"tTrack", `"slow"`, "v", "null"},
		{"tTrack", "null", "v", "null"},
		{"tTracks", `["fast", "ordinary"]`, "v", `["fast", "ordinary"]`},
		{"tTracks", `["fast", "slow"]`, "v", "null"},
		{"tWeek", "[7, 7, 7, 7, 9]", "sum(v)", "37"},
		{"tWeek", "[7, 7, 7, 7]", "v", "null"},
		{"tWeek", "[7, 7, 7, 7, 25]", "v", "null"},
		{"tPerson", `{years of age: 40, children: [{years of age: 9, children: []}]}`, "v.years of age + v.children[1].years of age", "49"},
		{"tPerson", `{years of age: "old", children: []}`, "v", "null"},
		{"date and time", `date("2026-11-23")`, "v.hour", "0"},
		{"dayTimeDuration", `duration("P1D")`, "v", `@"P1D"`},
		{"feel:number", "5", "v", "5"},
		{"Any", "[1]", "v", "[1]"},
	} {
		lib := compiled(t, model(types+node("inputData", "v", c.typeRef, "")+node("decision", "d", "Any", needs("requiredInput", "#v")+lit(c.logic))))
		require.Equal(t, c.want, ask(t, lib, `{v: `+c.input+`}`).Value.String(), "%s %s", c.typeRef, c.input)
	}
}

func TestImports(t *testing.T) {
	t.Parallel()
	head := func(namespace, content string) string {
		return `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:kb="urn:kb" id="` + namespace + `" name="` + namespace + `" namespace="` + namespace + `">` + content + `</definitions>`
	}
	imports := func(namespace, name string) string {
		return `<import namespace="` + namespace + `" name="` + name + `" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>`
	}
	kb := head("urn:kb", `<itemDefinition name="tRate"><typeRef>number</typeRef><allowedValues>`+text("[0..1]")+`</allowedValues></itemDefinition>`+
		node("inputData", "rate", "tRate", "")+
		node("decision", "doubled", "number", needs("requiredInput", "#rate")+lit("2 * rate"))+
		node("businessKnowledgeModel", "say hello", "", in("encapsulatedLogic", `<formalParameter name="to"/>`, lit(`"hello " + to`))))
	prefixed := head("urn:a", imports("urn:kb", "the kb")+node("inputData", "own", "the kb.tRate", "")+
		node("decision", "d", "Any", needs("requiredInput", "#own")+needs("requiredInput", "urn:kb#rate")+needs("requiredDecision", "urn:kb#doubled")+
			needs("requiredKnowledge", "urn:kb#say hello")+lit(`[own, the kb.rate, the kb.doubled, the kb.say hello("Bo")]`)))
	require.Equal(t, `[0.5, 0.2, 0.4, "hello Bo"]`, ask(t, compiled(t, prefixed, kb), "{own: 0.5, rate: 0.2}").Value.String())

	unnamed := head("urn:a", imports("urn:kb", "")+node("inputData", "own", "tRate", "")+
		node("decision", "d", "Any", needs("requiredInput", "urn:a#own")+needs("requiredDecision", "urn:kb#doubled")+
			needs("requiredKnowledge", "urn:kb#say hello")+lit(`[own, doubled, say hello("Bo")]`)))
	require.Equal(t, `[null, 0.4, "hello Bo"]`, ask(t, compiled(t, kb, unnamed), "{own: 5, rate: 0.2}").Value.String())
}

func TestModelsOfOneNamespaceStandSideBySideUnlessImported(t *testing.T) {
	t.Parallel()
	other := model(node("decision", "other", "Any", lit("1")))
	lib := compiled(t, decision(lit("2")), other)
	require.Len(t, lib.Decisions(), 2)

	importing := `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="x" namespace="urn:x">
		<import namespace="urn:m" name="m" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/></definitions>`
	var models []*dmn.Model
	for _, source := range []string{importing, other, decision(lit("2"))} {
		m, _ := dmn.Parse("m.dmn", []byte(source))
		models = append(models, m)
	}
	_, problems := dmn.Compile(models...)
	require.Len(t, problems, 1)
	require.Equal(t, "ambiguous-import", problems[0].Code)
}

// Camunda Modeler declares no inputs: the table names process variables.
func TestUndeclaredVariablesAreSeen(t *testing.T) {
	t.Parallel()
	m, problems := dmn.Parse("fare.dmn", []byte(`<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="fares" name="Fares" namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="d" name="Fare">
    <decisionTable id="t">
      <input id="i" label="Age" camunda:inputVariable="x"><inputExpression id="e" typeRef="integer"><text>person.age</text></inputExpression></input>
      <output id="o" label="Fare" name="fare" typeRef="string" />
      <rule id="child"><inputEntry id="c1"><text>&lt; 16</text></inputEntry><outputEntry id="c2"><text>"child"</text></outputEntry></rule>
      <rule id="other"><description>everybody else</description><inputEntry id="c3"><text></text></inputEntry><outputEntry id="c4"><text></text></outputEntry></rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="d"/></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>`))
	require.Empty(t, problems)
	lib, problems := dmn.Compile(m)
	require.Empty(t, problems)
	problems = lib.Lint()
	require.Len(t, problems, 1)
	require.Equal(t, "fare.dmn:8:7: warning: other: table t: the rules 1 and 2 both take person.age = 15, though the table is unique (narrow one of the two, or choose another hit policy)", problems[0].String())
	require.Equal(t, `null`, ask(t, lib, `{person: {age: 40}}`).Value.String())
	got := ask(t, lib, `{person: {age: 12}}`)
	require.Contains(t, codes(got.Warnings), "not-unique")
	require.Equal(t, []feel.Entry{{Name: "Age", Value: feel.Int(12)}}, got.Audit[0].Inputs)
}
