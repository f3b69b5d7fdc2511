package dmn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// clauseCase is a model whose decision "d" gives a value, and warnings with codes.
type clauseCase struct{ name, source, want, warnings string }

func runClause(t *testing.T, cases []clauseCase) {
	t.Helper()
	for _, c := range cases {
		got := ask(t, compiled(t, c.source), "{n: 1}")
		require.Equal(t, c.want, got.Value.String(), "%s: %v", c.name, got.Warnings)
		require.Equal(t, c.warnings, codes(got.Warnings), c.name)
	}
}

// DMN 1.5 §8.2.8: what the hit policies make of null outputs, of outputs that are lists or not among the output values, and of no match.
func TestDMN_8_2_8_OddResultsOfHitPolicies(t *testing.T) {
	t.Parallel()
	one := func(policy, values, otherwise string, rules ...string) string {
		return decision(sheet{policy: policy, head: "n || out", values: values, otherwise: otherwise, rules: rules}.xml())
	}
	runClause(t, []clauseCase{
		{"unique, none", one("UNIQUE", "1, 2", "", "2 || 1"), "null", ""},
		{"unique, none, default", one("UNIQUE", "1, 2", "2", "2 || 1"), "2", ""},
		{"unique, the same twice", one("UNIQUE", "", "", "1 || 2", "- || 2"), "null", "not-unique"},
		{"any, the same twice", one("ANY", "", "", "1 || 2", "- || 2.0"), "2", ""},
		{"any, null beside a value", one("ANY", "", "", "1 || null", "- || 2"), "null", "not-same"},
		{"first, not an output value", one("FIRST", "1, 2", "", "1 || 3", "- || 2"), "null", "output-value"},
		{"priority, null comes last", one("PRIORITY", "1, 2", "", "1 || null", "- || 2"), "2", ""},
		{"priority of lists", one("PRIORITY", "[1], [2]", "", "1 || [2]", "- || [1]"), "[1]", ""},
		{"output order of lists", one("OUTPUT ORDER", "[1], [2]", "", "1 || [2]", "- || [1]"), "[[1], [2]]", ""},
		{"output order, null comes last", one("OUTPUT ORDER", "1, 2", "", "1 || null", "- || 2"), "[2, null]", ""},
		{"rule order, none", one("RULE ORDER", "", "", "2 || 1"), "[]", ""},
		{"rule order keeps what is there twice", one("RULE ORDER", "", "", "1 || 2", "- || 2"), "[2, 2]", ""},
		{"collect, none", one("COLLECT", "", "", "2 || 1"), "[]", ""},
		{"sum, none", one("COLLECT SUM", "", "", "2 || 1"), "null", ""},
		{"sum, none, default", one("COLLECT SUM", "", "0", "2 || 1"), "0", ""},
		{"sum of durations", one("COLLECT SUM", "", "", `1 || @"P1D"`, `- || @"PT12H"`), `@"P1DT12H"`, ""},
		{"sum of texts", one("COLLECT SUM", "", "", `1 || "a"`, `- || "b"`), "null", "argument"},
		{"sum with null", one("COLLECT SUM", "", "", "1 || 1", "- || null"), "null", "argument"},
		{"min of texts", one("COLLECT MIN", "", "", `1 || "b"`, `- || "a"`), `"a"`, ""},
		{"max, none", one("COLLECT MAX", "", "", "2 || 1"), "null", ""},
		{"count counts null and what is there twice", one("COLLECT COUNT", "", "", "1 || 1", "- || 1", "- || null"), "3", ""},
		{"count, none", one("COLLECT COUNT", "", "", "2 || 1"), "0", ""},
	})
}

// DMN 1.5 §8.3.3: without output values, the allowed values of the type tell the priorities, wherever the type is stated.
func TestDMN_8_3_3_PrioritiesOfTypes(t *testing.T) {
	t.Parallel()
	types := `<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues>` + text(`"high", "low"`) + `</allowedValues></itemDefinition>
		<itemDefinition name="tSame"><typeRef>tLevel</typeRef></itemDefinition>
		<itemDefinition name="tConstraint"><typeRef>string</typeRef><typeConstraint>` + text(`"high", "low"`) + `</typeConstraint></itemDefinition>
		<itemDefinition name="tBoth"><itemComponent name="level"><typeRef>tSame</typeRef></itemComponent><itemComponent name="days"><typeRef>number</typeRef></itemComponent></itemDefinition>
		<itemDefinition name="tBothToo"><typeRef>tBoth</typeRef></itemDefinition>`
	one := sheet{policy: "PRIORITY", head: "n || out", rules: []string{`1 || "low"`, `- || "high"`}}.xml()
	both := sheet{policy: "PRIORITY", head: "n || level | days", rules: []string{`1 || "low" | 1`, `- || "high" | 2`}}.xml()
	typed := func(element, ref, xml string) string {
		return strings.Replace(xml, "<"+element, `<`+element+` typeRef="`+ref+`"`, 1)
	}
	d := func(ref, logic string) string { return model(types + node("decision", "d", ref, logic)) }
	importing := []string{
		`<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="a" namespace="urn:a">
			<import namespace="urn:m" name="kb" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>` + node("decision", "d", "kb.tSame", one) + `</definitions>`,
		model(types),
	}
	const high, low = `"high"`, `{level: "high", days: 2}`
	runClause(t, []clauseCase{
		{"of the column", d("Any", typed("output", "tLevel", one)), high, ""},
		{"of the type the column's refers to", d("Any", typed("output", "tSame", one)), high, ""},
		{"of a constraint", d("Any", typed("output", "tConstraint", one)), high, ""},
		{"of the table", d("Any", typed("decisionTable", "tLevel", one)), high, ""},
		{"of the decision", d("tLevel", one), high, ""},
		{"of a part of the decision's type", d("tBoth", both), low, ""},
		{"of a part of the type it refers to", d("tBothToo", both), low, ""},
		{"of an entry of a context", d("Any", in("context", in("contextEntry", `<variable name="x" typeRef="tLevel"/>`, one), in("contextEntry", lit("x")))), high, ""},
	})
	require.Equal(t, high, ask(t, compiled(t, importing...), "{n: 1}").Value.String())
}

// DMN 1.5 §10.4 and §10.3.2.13: arguments of decision services and business knowledge models.
func TestDMN_10_4_Arguments(t *testing.T) {
	t.Parallel()
	parts := node("inputData", "a", "number", "") + node("inputData", "b", "string", "") +
		node("decision", "x", "number", needs("requiredInput", "#a")+needs("requiredInput", "#b")+lit("a + string length(b)")) +
		node("decisionService", "s", "", `<outputDecision href="#x"/><inputData href="#a"/><inputData href="#b"/>`) +
		node("businessKnowledgeModel", "k", "number", in("encapsulatedLogic", `<formalParameter name="a" typeRef="number"/>`, lit("a"))) +
		node("businessKnowledgeModel", "wrong", "number", in("encapsulatedLogic", lit(`"x"`))) +
		node("businessKnowledgeModel", "single", "number", in("encapsulatedLogic", lit("[1]")))
	knows := needs("requiredKnowledge", "#s") + needs("requiredKnowledge", "#k") + needs("requiredKnowledge", "#wrong") + needs("requiredKnowledge", "#single")
	var cases []clauseCase
	for _, c := range [][3]string{
		{`s(1, "ab")`, "3", ""}, {`s(b: "ab", a: 1)`, "3", ""}, {`s([1], ["ab"])`, "3", ""},
		{`s(1)`, "null", "argument"}, {`s()`, "null", "argument"}, {`s(1, "ab", 2)`, "null", "argument"}, {`s(a: 1, c: "ab")`, "null", "argument"},
		{`s("1", "ab")`, "null", "argument"}, {`s(null, "ab")`, "null", "type"}, {`s instance of function<number, string> -> number`, "true", ""},
		{`k(1)`, "1", ""}, {`k([1])`, "1", ""}, {`k(null)`, "null", ""}, {`k("1")`, "null", "argument"}, {`k(b: 1)`, "null", "argument"}, {`k()`, "null", "argument"},
		{`wrong()`, "null", "type"}, {`single()`, "1", ""},
	} {
		cases = append(cases, clauseCase{c[0], model(parts + node("decision", "d", "Any", knows+lit(c[0]))), c[1], c[2]})
	}
	bind := func(name, value string) string { return in("binding", `<parameter name="`+name+`"/>`, lit(value)) }
	for args, want := range map[string][2]string{
		bind("b", `"ab"`) + bind("a", "1"):                  {"3", ""},
		bind("a", "1"):                                      {"null", "argument type"},
		bind("a", "1") + bind("c", "1"):                     {"null", "argument"},
		bind("a", `"1"`) + bind("b", `"ab"`):                {"null", "argument"},
		bind("a", "1") + bind("b", `"ab"`) + bind("a", "2"): {"null", "argument"},
	} {
		cases = append(cases, clauseCase{args, model(parts + node("decision", "d", "Any", knows+in("invocation", lit("s"), args))), want[0], want[1]})
	}
	runClause(t, cases)
}

// DMN 1.5 §10.3.2.9.4: how results are converted to the type of the decision.
func TestDMN_10_3_2_9_4_ConversionOfResults(t *testing.T) {
	t.Parallel()
	types := `<itemDefinition name="tSmall"><typeRef>number</typeRef><allowedValues>` + text("[0..5]") + `</allowedValues></itemDefinition>
		<itemDefinition name="tToo"><typeRef>tSmall</typeRef></itemDefinition>
		<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>
		<itemDefinition name="tFew" isCollection="true"><typeRef>tSmall</typeRef><typeConstraint>` + text("count(?) < 4") + `</typeConstraint></itemDefinition>
		<itemDefinition name="tPoint"><itemComponent name="x"><typeRef>number</typeRef></itemComponent><itemComponent name="y"><typeRef>number</typeRef></itemComponent></itemDefinition>
		<itemDefinition name="tPoints" isCollection="true"><typeRef>tPoint</typeRef></itemDefinition>
		<itemDefinition name="tFunction"><functionItem outputTypeRef="number"><parameters name="a" typeRef="number"/></functionItem></itemDefinition>`
	var cases []clauseCase
	for _, c := range [][4]string{
		{"number", `"1"`, "null", "type"}, {"number", "[1]", "1", ""}, {"number", "[1, 2]", "null", "type"}, {"number", "[[1]]", "null", "type"},
		{"string", `["a"]`, `"a"`, ""}, {"boolean", "null", "null", ""},
		{"date", `@"2020-01-01T00:00:00"`, "null", "type"}, {"date and time", `@"2020-01-01"`, `@"2020-01-01T00:00:00Z"`, ""},
		{"list", "1", "[1]", ""}, {"tNumbers", "1", "[1]", ""}, {"tNumbers", `["a"]`, "null", "type"}, {"tNumbers", "[[1]]", "[1]", ""}, {"tNumbers", "[]", "[]", ""},
		{"tSmall", "[5]", "5", ""}, {"tSmall", "6", "null", "type"}, {"tToo", "5", "5", ""}, {"tToo", "6", "null", "type"},
		{"tFew", "[1, 2]", "[1, 2]", ""}, {"tFew", "1", "[1]", ""}, {"tFew", "[1, 7]", "null", "type"}, {"tFew", "[1, 2, 3, 4]", "null", "type"},
		{"tPoint", "{x: 1, y: 2, z: 3}", "{x: 1, y: 2, z: 3}", ""}, {"tPoint", "{x: 1}", "null", "type"}, {"tPoint", `{x: "1", y: 2}`, "null", "type"},
		{"tPoint", "{x: null, y: 2}", "{x: null, y: 2}", ""}, {"tPoint", "[{x: 1, y: 2}]", "{x: 1, y: 2}", ""}, {"tPoints", "{x: 1, y: 2}", "[{x: 1, y: 2}]", ""},
		{"tFunction", "function(a: number) a", "function(a)", ""}, {"tFunction", "function(a: string) 1", "null", "type"}, {"tFunction", "function() 1", "null", "type"},
		{"range<number>", "[1..2]", "[1..2]", ""}, {"range<number>", `["a".."b"]`, "null", "type"},
	} {
		ref := strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(c[0])
		cases = append(cases, clauseCase{c[0] + " of " + c[1], model(types + node("decision", "d", ref, lit(c[1]))), c[2], c[3]})
	}
	runClause(t, cases)
}
