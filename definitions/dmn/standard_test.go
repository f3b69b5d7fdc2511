package dmn_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// rates is a model with an input, a decision and a service, for others to import.
func rates(namespace, content string) string {
	return `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="r" name="r" namespace="` + namespace + `">` + content +
		node("inputData", "base", "number", "") +
		node("decision", "twice", "number", needs("requiredInput", "#base")+lit("2 * base")) +
		node("decisionService", "doubling", "", `<outputDecision href="#twice"/><inputData href="#base"/>`) + `</definitions>`
}

func importing(namespace, name string) string {
	return `<import namespace="` + namespace + `" name="` + name + `" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>`
}

// DMN 1.5 §10.3.1.6: inputs of one name in several models are told apart by the names of the imports they come through.
func TestDMN_6_3_3_InputsOfImportedModels(t *testing.T) {
	t.Parallel()
	whole := model(importing("urn:a", "a") + importing("urn:b", "the b.1") +
		node("inputData", "base", "number", "") +
		node("decision", "d", "Any", needs("requiredInput", "#base")+needs("requiredInput", "urn:a#base")+needs("requiredDecision", "urn:a#twice")+
			needs("requiredDecision", "urn:b#sum")+lit("[base, a.base, a.twice, the b.1.sum]")))
	b := rates("urn:b", importing("urn:a", "deep")+
		node("decision", "sum", "number", needs("requiredInput", "#base")+needs("requiredDecision", "urn:a#twice")+lit("base + deep.twice")))
	lib := compiled(t, whole, rates("urn:a", ""), b)
	for inputs, want := range map[string]string{
		`{base: 1, a: {base: 10}, the b.1: {base: 100}}`: "[1, 10, 20, 120]",
		`{base: 1, a: {base: 10}}`:                       "[1, 10, 20, 21]",
		`{base: 1}`:                                      "[1, 1, 2, 3]",
		`{base: 1, a: {base: null}}`:                     "[1, null, null, null]",
		`{base: 1, a: 5}`:                                "[1, 1, 2, 3]",
		`{base: 1, a: {base: "x"}}`:                      "[1, null, null, null]",
	} {
		require.Equal(t, want, ask(t, lib, inputs).Value.String(), inputs)
	}
	d, _ := lib.Decision("d")
	require.Equal(t, []dmn.Input{
		{Name: "base", Type: "number"}, {Name: "base", Type: "number", Imports: []string{"a"}, Namespace: "urn:a"},
		{Name: "base", Type: "number", Imports: []string{"the b.1"}, Namespace: "urn:b"},
	}, d.Inputs)
	require.Equal(t, []string{"a", "base", "the b.1"}, d.Reads())
}

// What is imported by an imported model is named by both imports.
func TestDMN_6_3_3_InputsOfIndirectlyImportedModels(t *testing.T) {
	t.Parallel()
	middle := rates("urn:b", importing("urn:a", "deep")+
		node("decision", "sum", "number", needs("requiredInput", "#base")+needs("requiredInput", "urn:a#base")+lit("base + deep.base")))
	top := model(importing("urn:b", "b") + node("decision", "d", "Any", needs("requiredDecision", "urn:b#sum")+lit("b.sum")))
	lib := compiled(t, top, middle, rates("urn:a", ""))
	require.Equal(t, "3", ask(t, lib, "{b: {base: 1, deep: {base: 2}}}").Value.String())
	require.Equal(t, "2", ask(t, lib, "{base: 1}").Value.String())
}

// DMN 1.5 §10.4: the parameters of a service are the qualified names of its inputs.
func TestDMN_10_4_ParametersOfOtherModels(t *testing.T) {
	t.Parallel()
	service := node("inputData", "base", "number", "") +
		node("decision", "both", "number", needs("requiredInput", "#base")+needs("requiredInput", "urn:a#base")+lit("base - a.base")) +
		node("decisionService", "s", "", `<outputDecision href="#both"/><inputData href="#base"/><inputData href="urn:a#base"/>`)
	for logic, want := range map[string]string{
		"s(5, 2)": "3", "s(base: 5, a.base: 2)": "3", "s(a.base: 2, base: 5)": "3", "s(base: 5)": "null", "a.doubling(4)": "8", "a.doubling(base: 4)": "8",
	} {
		lib := compiled(t, model(importing("urn:a", "a")+service+node("decision", "d", "Any", needs("requiredKnowledge", "#s")+
			needs("requiredKnowledge", "urn:a#doubling")+lit(logic))), rates("urn:a", ""))
		require.Equal(t, want, ask(t, lib, "{}").Value.String(), logic)
		s, _ := lib.Service("s")
		got, err := s.Evaluate(&feel.Env{Vars: fromFEEL(t, "{base: 5, a: {base: 1}}").(*feel.Context)})
		require.NoError(t, err)
		require.Equal(t, "4", got.Value.String())
	}
}

// DMN 1.5 §6.3.3: imports without a name bring what the model does not have itself; of two the first counts.
func TestDMN_6_3_3_ImportsIntoTheDefaultNamespace(t *testing.T) {
	t.Parallel()
	part := func(namespace, limit, value string) string {
		return strings.Replace(rates(namespace, `<itemDefinition name="tSmall"><typeRef>number</typeRef><typeConstraint>`+text(limit)+`</typeConstraint></itemDefinition>`+
			node("decision", "same", "number", lit(value))), `name="r"`, `name="`+namespace+`"`, 1)
	}
	one, two := part("urn:a", "< 5", "1"), part("urn:b", "< 50", "2")
	needsBoth := needs("requiredDecision", "urn:b#same") + needs("requiredDecision", "urn:a#same")
	for _, c := range []struct{ content, want string }{
		{importing("urn:a", "") + importing("urn:b", "") + node("decision", "d", "Any", needsBoth+lit("same")), "1"},
		{importing("urn:b", "") + importing("urn:a", "") + node("decision", "d", "Any", needsBoth+lit("same")), "2"},
		{importing("urn:a", "") + node("decision", "same", "number", lit("3")) + node("decision", "d", "Any", needs("requiredDecision", "urn:a#same")+
			needs("requiredDecision", "#same")+lit("same")), "3"},
		{importing("urn:a", "") + importing("urn:b", "") + node("decision", "d", "tSmall", lit("7")), "null"},
		{importing("urn:b", "") + importing("urn:a", "") + node("decision", "d", "tSmall", lit("7")), "7"},
		{importing("urn:b", "") + importing("urn:a", "") + node("decision", "d", "Any", lit("7 instance of tSmall")), "true"},
		{importing("urn:a", "") + node("decision", "d", "list&lt;tSmall&gt;", lit("[1, 2]")), "[1, 2]"},
		{importing("urn:a", "") + node("decision", "d", "list&lt;tSmall&gt;", lit("[1, 7]")), "null"},
	} {
		require.Equal(t, c.want, ask(t, compiled(t, model(c.content), one, two), "{}").Value.String(), c.content)
	}
}

// DMN 1.5 §6.3.9 and §10.2.1.7: functions of business knowledge models.
func TestDMN_6_3_9_BusinessKnowledgeModels(t *testing.T) {
	t.Parallel()
	table := sheet{policy: "FIRST", head: "Age | Risk Class || fee", types: "number | string", rules: []string{`< 18 | - || 1`, `- | "high" || Age`, `- | - || 3`}}.xml()
	knowledge := node("businessKnowledgeModel", "fee", "number", in("encapsulatedLogic", table)) +
		node("businessKnowledgeModel", "faculty", "number", in("encapsulatedLogic", `<formalParameter name="m" typeRef="number"/>`,
			lit("if m < 2 then 1 else m * faculty(m - 1)"))) +
		node("businessKnowledgeModel", "empty", "", in("encapsulatedLogic", `<formalParameter name="m"/>`)) +
		node("businessKnowledgeModel", "none", "", "") +
		node("businessKnowledgeModel", "pair", "", in("encapsulatedLogic", `<formalParameter name="a"/><formalParameter name="b"/>`, lit("[a, b]")))
	knows := ""
	for _, name := range []string{"fee", "faculty", "empty", "none", "pair"} {
		knows += needs("requiredKnowledge", "#"+name)
	}
	bind := func(name, logic string) string { return in("binding", `<parameter name="`+name+`"/>`, logic) }
	var cases []clauseCase
	for _, c := range [][3]string{
		{lit(`fee(17, "high")`), "1", ""}, {lit(`fee(40, "high")`), "40", ""}, {lit(`fee(Risk Class: "low", Age: 40)`), "3", ""},
		{lit(`fee(40)`), "null", "argument"}, {lit(`fee("x", "high")`), "null", "argument"},
		{in("invocation", lit("fee"), bind("Risk Class", lit(`"high"`))+bind("Age", lit("50"))), "50", ""},
		{lit("faculty(5)"), "120", ""}, {lit("[1, 2, 3][faculty(item) = 2]"), "[2]", ""},
		{lit("empty(1)"), "null", ""}, {lit("none(1)"), "null", "type"},
		{lit("pair(b: 2)"), "[null, 2]", ""}, {lit("pair(2)"), "null", "argument"},
		{in("invocation", lit("pair"), bind("a", lit("1"))), "[1, null]", ""},
		{in("invocation", lit("pair"), bind("a", lit("1"))+bind("b", "")), "[1, null]", ""},
	} {
		cases = append(cases, clauseCase{c[0], model(knowledge + node("decision", "d", "Any", knows+c[0])), c[1], c[2]})
	}
	runClause(t, cases)
}

// DMN 1.5 §7.3.3: the allowed values of a component may mention those beside it.
func TestDMN_7_3_3_ItemDefinitions(t *testing.T) {
	t.Parallel()
	component := func(name, kind, tests string) string {
		return `<itemComponent name="` + name + `"` + kind + `><typeRef>number</typeRef>` + tests + `</itemComponent>`
	}
	const many = ` isCollection="true"`
	allowed := func(tests string) string { return in("allowedValues", text(tests)) }
	constraint := func(tests string) string { return in("typeConstraint", text(tests)) }
	item := func(name string, components ...string) string {
		return with(`name="`+name+`"`, in("itemDefinition", components...))
	}
	types := item("tPeriod", component("first day", "", ""), component("last", "", constraint("? >= first day"))) +
		item("tAllowed", component("most", "", ""), component("each", many, allowed("<= most"))) +
		item("tCounted", component("most", "", ""), component("all", many, constraint("count(?) <= most"))) +
		`<itemDefinition name="tPeriods" isCollection="true"><typeRef>tPeriod</typeRef></itemDefinition>` +
		`<itemDefinition name="tEven"><typeRef>number</typeRef>` + constraint("even(?)") + `</itemDefinition>` +
		`<itemDefinition name="tBig"><typeRef>tEven</typeRef>` + constraint("> 10") + `</itemDefinition>` +
		`<itemDefinition name="tNot"><typeRef>string</typeRef>` + constraint(`not("a", "b")`) + `</itemDefinition>`
	var cases []clauseCase
	for _, c := range [][3]string{
		{"tPeriod", "{first day: 1, last: 1}", `{first day: 1, last: 1}`}, {"tPeriod", "{first day: 2, last: 1}", "null"}, {"tPeriod", "{first day: 2}", "null"},
		{"tPeriods", "[{first day: 1, last: 2}]", `[{first day: 1, last: 2}]`}, {"tPeriods", "[{first day: 1, last: 2}, {first day: 3, last: 2}]", "null"},
		{"tAllowed", "{most: 3, each: [1, 3]}", "{most: 3, each: [1, 3]}"}, {"tAllowed", "{most: 3, each: [1, 4]}", "null"},
		{"tCounted", "{most: 1, all: [9]}", "{most: 1, all: [9]}"}, {"tCounted", "{most: 1, all: [9, 9]}", "null"},
		{"tEven", "4", "4"}, {"tEven", "5", "null"}, {"tBig", "12", "12"}, {"tBig", "4", "null"}, {"tBig", "13", "null"},
		{"tNot", `"c"`, `"c"`}, {"tNot", `"a"`, "null"}, {"tNot", "null", "null"},
	} {
		warnings := ""
		if c[2] == "null" && c[1] != "null" {
			warnings = "type"
		}
		cases = append(cases, clauseCase{c[0] + " " + c[1], model(types + node("decision", "d", c[0], lit(c[1]))), c[2], warnings})
	}
	runClause(t, cases)
}

// XML 1.0 §4.3.3: files in UTF-16, and those that declare an older encoding.
func TestEncodings(t *testing.T) {
	t.Parallel()
	source := decision(lit(`"blåbær – grød"`))
	wide := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(strings.Replace(source, "UTF-8", "UTF-16", 1))) {
		wide = append(wide, byte(u>>8), byte(u))
	}
	narrow := []byte{0xFF, 0xFE}
	for i := 2; i < len(wide); i += 2 {
		narrow = append(narrow, wide[i+1], wide[i])
	}
	latin := strings.NewReplacer("UTF-8", "windows-1252", "å", "\xe5", "æ", "\xe6", "ø", "\xf8", "–", "\x96").Replace(source)
	for name, data := range map[string][]byte{
		"UTF-8": []byte(source), "with a byte order mark": []byte("\ufeff" + source), "UTF-16, high byte first": wide, "UTF-16, low byte first": narrow,
		"Windows": []byte(latin), "ISO 8859-1": []byte(strings.Replace(latin, "windows-1252", "ISO-8859-1", 1)),
	} {
		m, problems := dmn.Parse("m.dmn", data)
		require.Empty(t, problems, name)
		lib, problems := dmn.Compile(m)
		require.Empty(t, problems, name)
		require.Equal(t, `"blåbær – grød"`, ask(t, lib, "{}").Value.String(), name)
	}
	_, problems := dmn.Parse("m.dmn", []byte(strings.Replace(source, "UTF-8", "EBCDIC", 1)))
	require.True(t, problem.HasErrors(problems))
}

// DMN 1.5 §6.3.2: the expression language of the model counts where an expression names none.
func TestDMN_6_3_2_ExpressionLanguage(t *testing.T) {
	t.Parallel()
	with := func(language, logic string) string {
		return strings.Replace(decision(logic), `id="m"`, `id="m" expressionLanguage="`+language+`"`, 1)
	}
	const plain, uninterpreted = "https://www.omg.org/spec/DMN/20230324/FEEL/", "http://www.omg.org/spec/DMN/uninterpreted/20140801"
	own := strings.Replace(lit("1"), "<literalExpression", `<literalExpression expressionLanguage="`+plain+`"`, 1)
	for _, c := range []struct {
		source, want string
		problems     bool
	}{{with(plain, lit("1")), "1", false}, {with(uninterpreted, own), "1", false}, {with(uninterpreted, lit("1")), "null", true}} {
		m, problems := dmn.Parse("m.dmn", []byte(c.source))
		require.Empty(t, problems)
		lib, problems := dmn.Compile(m)
		require.Equal(t, c.problems, problem.HasErrors(problems))
		require.Equal(t, c.want, ask(t, lib, "{}").Value.String())
	}
}

// DMN 1.5 §10.4 and §6.3.10: services, functions and requirements in all combinations.
func TestDMN_10_4_Invocables(t *testing.T) {
	t.Parallel()
	parts := `<itemDefinition name="tPair"><itemComponent name="x"><typeRef>number</typeRef></itemComponent><itemComponent name="y"><typeRef>number</typeRef></itemComponent></itemDefinition>
		<itemDefinition name="tToNumber"><functionItem outputTypeRef="number"><parameters name="a" typeRef="number"/></functionItem></itemDefinition>` +
		node("inputData", "n", "number", "") +
		node("businessKnowledgeModel", "plus one", "tToNumber", in("encapsulatedLogic", `<formalParameter name="a" typeRef="number"/>`, lit("a + 1"))) +
		node("businessKnowledgeModel", "via", "number", needs("requiredKnowledge", "#s")+needs("requiredKnowledge", "#plus one")+
			in("encapsulatedLogic", `<formalParameter name="a"/>`, lit("plus one(s(a))"))) +
		node("decision", "inner", "number", needs("requiredInput", "#n")+needs("requiredKnowledge", "#plus one")+lit("plus one(n)")) +
		node("decision", "outer", "number", needs("requiredDecision", "#inner")+lit("inner * 10")) +
		node("decision", "y", "number", needs("requiredDecision", "#inner")+lit("inner * 100")) +
		node("decision", "adder", "Any", needs("requiredInput", "#n")+lit("function(a) a + n")) +
		node("decision", "wordy", "Any", in("context", in("contextEntry", `<variable name="max amount"/>`, lit("7")))) +
		node("decisionService", "s", "number", `<outputDecision href="#outer"/><encapsulatedDecision href="#inner"/><inputData href="#n"/>`) +
		node("decisionService", "wrong", "string", `<outputDecision href="#outer"/><inputData href="#n"/>`) +
		node("decisionService", "given", "", `<outputDecision href="#outer"/><outputDecision href="#y"/><inputDecision href="#inner"/>`) +
		node("decisionService", "forgetful", "", `<outputDecision href="#outer"/><encapsulatedDecision href="#inner"/>`)
	all := needs("requiredInput", "#n") + needs("requiredDecision", "#inner") + needs("requiredDecision", "#adder") + needs("requiredDecision", "#wordy")
	for _, name := range []string{"plus one", "via", "s", "wrong", "given", "forgetful"} {
		all += needs("requiredKnowledge", "#"+name)
	}
	entry := func(name, logic string) string {
		return in("contextEntry", `<variable name="`+name+`"/>`, logic)
	}
	var cases []clauseCase
	for _, c := range [][3]string{
		{lit("s(5)"), "60", ""}, {lit("s([5])"), "60", ""}, {lit("s(n: 5)"), "60", ""}, {lit("wrong(5)"), "null", "type"},
		{lit("given(5)"), "{outer: 50, y: 500}", ""}, {lit("given(inner: 5).y"), "500", ""}, {lit("given([5]).outer"), "50", ""}, {lit(`given("5")`), "null", "argument"},
		{lit("forgetful()"), "null", "missing-input type"}, {lit("via(1)"), "21", ""}, {lit("[inner, s(5), inner]"), "[2, 60, 2]", ""},
		{lit("adder(5)"), "6", ""}, {lit("[1, 2][adder(item) = 3]"), "[2]", ""}, {lit("adder(a: 2)"), "3", ""},
		{lit("{apply: function(g, v) g(v), r: apply(s, 4)}.r"), "50", ""}, {lit("(for g in [s, plus one] return g(1))"), "[20, 2]", ""},
		{lit("plus one instance of function<number> -> number"), "true", ""}, {lit("s instance of function<number> -> number"), "true", ""},
		{lit("wordy.max amount + 1"), "8", ""},
		{in("invocation", lit("given"), in("binding", `<parameter name="inner"/>`, lit("3"))), "{outer: 30, y: 300}", ""},
		{in("invocation", lit("adder"), in("binding", `<parameter name="a"/>`, lit("3"))), "4", ""},
		{in("invocation", lit("count"), in("binding", `<parameter name="list"/>`, in("list", lit("3"), lit("4")))), "2", ""},
		{in("context", entry("n", lit("5")), entry("m", lit("n + 1")), in("contextEntry", lit("[n, m, inner]"))), "[5, 6, 2]", ""},
		{in("context", entry("f", with(`kind="FEEL"`, in("functionDefinition", `<formalParameter name="n"/>`, lit("n * inner")))), in("contextEntry", lit("f(4)"))), "8", ""},
		{with(`iteratorVariable="n"`, in("for", in("in", lit("[7, 8]")), in("return", in("list", lit("n"), lit("partial"))))), "[[7, []], [8, [[7, []]]]]", ""},
		{with(`iteratorVariable="p"`, in("some", in("in", in("relation", `<column name="x"/>`, `<column name="y"/>`, in("row", lit("1"), lit("2")), in("row", lit("3"), lit("4")))),
			in("satisfies", lit("p.x = 3 and p.y > n")))), "true", ""},
		{in("filter", in("in", in("relation", `<column name="x"/>`, `<column name="n"/>`, in("row", lit("1"), lit("2")), in("row", lit("3"), lit("4")))),
			in("match", lit("n > 3"))), "[{x: 3, n: 4}]", ""},
		{in("conditional", in("if", lit("null")), in("then", lit("1")), in("else", in("conditional", in("if", lit("n = 1")), in("then", lit("2")), in("else", lit("3"))))), "2", ""},
		{in("relation", `<column name="x" typeRef="number"/>`, in("row", lit("[1]")), in("row", lit(`"2"`))), "[{x: 1}, {x: null}]", "type"},
		{in("list", with(`typeRef="tPair"`, lit("{x: 1, y: [2]}")), with(`typeRef="tPair"`, lit("[{x: 1, y: 2}]"))), "[null, {x: 1, y: 2}]", "type"},
		{sheet{policy: "UNIQUE", head: "|| out", rules: []string{"|| n + 4"}}.xml(), "5", ""},
		{sheet{policy: "FIRST", head: "n || out", types: "string", rules: []string{`"1" || 1`, "null || 2", "- || 3"}}.xml(), "2", "type"},
		{sheet{policy: "UNIQUE", head: "n || out", allowed: "[5..9]", rules: []string{"- || 1"}}.xml(), "null", "input-value"},
		{sheet{policy: "UNIQUE", head: "n + 1 | [n, 5] || out", rules: []string{"2 | list contains(?, n) || ? + 1", "3 | - || 0"}}.xml(), "null", "unknown-name type"},
		{sheet{policy: "UNIQUE", head: "n || out", rules: []string{"[inner - 1..inner] || inner", "> inner || 0"}}.xml(), "2", ""},
		{sheet{policy: "PRIORITY", head: "n || a | b", values: `- | "y", "x"`, rules: []string{`1 || 5 | "x"`, `- || 6 | "y"`}}.xml(), `{a: 6, b: "y"}`, ""},
	} {
		cases = append(cases, clauseCase{c[0], model(parts + node("decision", "d", "Any", all+c[0])), c[1], c[2]})
	}
	runClause(t, cases)
}

// DMN 1.5 §10.3.1.6: entries of what boxed expressions make need no type to be named, also from another model.
func TestDMN_10_3_1_6_NamesOfEntries(t *testing.T) {
	t.Parallel()
	made := node("decision", "table", "Any", sheet{policy: "UNIQUE", head: "|| pre-risk | up and down", rules: []string{`|| "high" | 2`}}.xml()) +
		node("decision", "relation", "Any", in("relation", `<column name="record date"/>`, `<column name="a/b"/>`, in("row", lit("1"), lit("2")), in("row", lit("3"), lit("4")))) +
		node("decision", "boxed", "Any", in("context", in("contextEntry", `<variable name="x or y"/>`, lit("5"))))
	all := ""
	for _, name := range []string{"table", "relation", "boxed"} {
		all += needs("requiredDecision", "#"+name)
	}
	const logic = `[PREtable.pre-risk, PREtable.up and down, PRErelation[record date = 3].a/b, PRErelation[a/b > 2].record date, PREboxed.x or y]`
	const want = `["high", 2, [4], [3], 5]`
	require.Equal(t, want, ask(t, compiled(t, model(made+node("decision", "d", "Any", all+lit(strings.ReplaceAll(logic, "PRE", ""))))), "{}").Value.String())

	other := strings.ReplaceAll(model(made), "urn:m", "urn:other")
	using := model(importing("urn:other", "kb") + node("decision", "d", "Any", strings.ReplaceAll(all, "#", "urn:other#")+lit(strings.ReplaceAll(logic, "PRE", "kb."))))
	require.Equal(t, want, ask(t, compiled(t, using, other), "{}").Value.String())
}

// DMN 1.5 §10.3.1.6: names with keywords and operators in them, and names of built-in functions.
func TestDMN_10_3_1_6_Names(t *testing.T) {
	t.Parallel()
	for name, logic := range map[string]string{
		"Profit and loss": "Profit and loss + 0", "a-b": "a - b", "what if?": "[what if?][item = 7][1]", "rate/12": "rate / 12", "driver's age": "driver's age * 1",
		"and so on": "and so on", "date": `if date("2020-01-01").year = 2020 then date else 0`, "count": "count", "sum of all": "sum of all", "list": "list", "2nd": "0",
		"størrelse": "størrelse", "x*y+z": "x * y + z", "Is it for me": "if Is it for me = 7 then Is it for me else 0", "a.b": "a.b", "string length": "string length", "🐎": "🐎",
		"not": "not", "item": "[1][1] * item", "partial": "(for i in [1] return i)[1] * partial", "days and time duration": "days and time duration", "time offset": "time offset",
	} {
		m := model(`<inputData id="i" name="` + name + `"><variable name="` + name + `" typeRef="number"/></inputData>` +
			node("decision", "d", "Any", needs("requiredInput", "#i")+lit(logic)))
		want := "7"
		if logic == "0" {
			want = "0"
		}
		d, ok := compiled(t, m).Decision("d")
		require.True(t, ok)
		got, err := d.Evaluate(&feel.Env{Vars: feel.Variables{name: feel.Int(7)}})
		require.NoError(t, err)
		require.Equal(t, want, got.Value.String(), "%s: %v", name, got.Warnings)
	}
}

// DMN 1.5 §7.3.3 and table 71: the types of XML Schema, when that is the type language.
func TestDMN_7_3_3_TypesOfXMLSchema(t *testing.T) {
	t.Parallel()
	var cases []clauseCase
	for _, c := range [][4]string{
		{"xs:decimal", "1.5", "1.5", ""}, {"xs:integer", `"1"`, "null", "type"}, {"xs:string", `"a"`, `"a"`, ""}, {"xs:boolean", "true", "true", ""},
		{"xs:date", `@"2020-01-01"`, `@"2020-01-01"`, ""}, {"xs:dateTime", `@"2020-01-01"`, `@"2020-01-01T00:00:00Z"`, ""}, {"xs:time", "1", "null", "type"},
		{"xs:duration", `@"P1D"`, `@"P1D"`, ""}, {"xs:yearMonthDuration", `@"P1Y"`, `@"P1Y"`, ""}, {"xs:anyType", "[1]", "[1]", ""}, {"xs:anyURI", "[1]", "null", "type"},
	} {
		source := strings.Replace(model(node("decision", "d", c[0], lit(c[1]))), ` id="m"`,
			` xmlns:xs="http://www.w3.org/2001/XMLSchema" typeLanguage="http://www.w3.org/2001/XMLSchema" id="m"`, 1)
		cases = append(cases, clauseCase{c[0] + " " + c[1], source, c[2], c[3]})
	}
	runClause(t, cases)
}
