package dmn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/feel"
)

// Input data that come as JSON have dates as texts. A model that declares a date gets one, and a text everywhere else.
func TestInputsFromJSON(t *testing.T) {
	t.Parallel()
	const types = `<itemDefinition name="person"><itemComponent name="born"><typeRef>date</typeRef></itemComponent><itemComponent name="name"><typeRef>string</typeRef></itemComponent></itemDefinition>
		<itemDefinition name="due"><typeRef>date</typeRef><allowedValues><text>&gt; date("2020-01-01")</text></allowedValues></itemDefinition>
		<itemDefinition name="days" isCollection="true"><typeRef>date</typeRef></itemDefinition>`
	for name, row := range map[string]struct{ typ, logic, given, json, want string }{
		"a date":                  {"date", `<literalExpression><text>a + duration("P1D")</text></literalExpression>`, `{"a":"2026-01-31"}`, `@"2026-02-01"`, `null`},
		"a duration":              {"days and time duration", `<literalExpression><text>a * 2</text></literalExpression>`, `{"a":"PT12H"}`, `@"P1D"`, `null`},
		"a text":                  {"string", `<literalExpression><text>a + "!"</text></literalExpression>`, `{"a":"2026-01-31"}`, `"2026-01-31!"`, `"2026-01-31!"`},
		"an entry":                {"person", `<literalExpression><text>a.born.year</text></literalExpression>`, `{"a":{"born":"1980-05-06","name":"1980-05-06"}}`, `1980`, `null`},
		"allowed values":          {"due", `<literalExpression><text>a</text></literalExpression>`, `{"a":"2026-01-31"}`, `@"2026-01-31"`, `null`},
		"beyond the allowed":      {"due", `<literalExpression><text>a</text></literalExpression>`, `{"a":"2019-01-31"}`, `null`, `null`},
		"a list":                  {"days", `<literalExpression><text>max(a)</text></literalExpression>`, `{"a":["2026-01-31","2026-02-01"]}`, `@"2026-02-01"`, `null`},
		"a column of a table":     {"", dated, `{"a":"2026-01-31"}`, `"late"`, `null`},
		"a column that reads one": {"", dated, `{"a":"2025-12-31"}`, `"early"`, `null`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			input := `<inputData id="a" name="a"><variable name="a" typeRef="` + row.typ + `"/></inputData>`
			requires := `<informationRequirement><requiredInput href="#a"/></informationRequirement>`
			if row.typ == "" {
				input, requires = "", ""
			}
			d, ok := compiled(t, model(types+input+`<decision id="d" name="d"><variable name="d"/>`+requires+row.logic+`</decision>`)).Decision("d")
			require.True(t, ok)
			vars, err := feel.FromJSON([]byte(row.given))
			require.NoError(t, err)
			env := &feel.Env{Vars: vars.(*feel.Context)}
			r, err := d.EvaluateJSON(env)
			require.NoError(t, err)
			require.Equal(t, row.json, r.Value.String())
			r, err = d.Evaluate(env)
			require.NoError(t, err)
			require.Equal(t, row.want, r.Value.String(), "inputs that are values already are what they are")
		})
	}
}

const dated = `<decisionTable><input><inputExpression typeRef="date"><text>a</text></inputExpression></input><output/>
	<rule><inputEntry><text>&lt; date("2026-01-01")</text></inputEntry><outputEntry><text>"early"</text></outputEntry></rule>
	<rule><inputEntry><text>&gt;= date("2026-01-01")</text></inputEntry><outputEntry><text>"late"</text></outputEntry></rule></decisionTable>`

// What is called is a decision, or a service with the decisions that it makes; one without an id goes by its name.
func TestInvocable(t *testing.T) {
	t.Parallel()
	lib := compiled(t, model(`<inputData id="i" name="day"><variable name="day" typeRef="date"/></inputData>
		<decision name="a year"><variable name="a year"/><informationRequirement><requiredInput href="#i"/></informationRequirement><literalExpression><text>day.year</text></literalExpression></decision>
		<decision id="m" name="month"><variable name="month"/><informationRequirement><requiredInput href="#i"/></informationRequirement><literalExpression><text>day.month</text></literalExpression></decision>
		<decision id="d" name="date"><variable name="date"/><informationRequirement><requiredDecision href="#m"/></informationRequirement><literalExpression><text>month + 1</text></literalExpression></decision>
		<decisionService id="s" name="service"><variable name="service"/><outputDecision href="#d"/><outputDecision href="#m"/><inputData href="#i"/></decisionService>
		<decisionService id="given" name="given"><variable name="given"/><outputDecision href="#d"/><inputDecision href="#m"/></decisionService>`))
	vars, err := feel.FromJSON([]byte(`{"day":"2026-01-31","month":6}`))
	require.NoError(t, err)
	for id, want := range map[string]string{"a year": "2026", "m": "1", "d": "2", "s": "{date: 2, month: 1}", "given": "7"} {
		i, ok := lib.Invocable(id)
		require.True(t, ok, id)
		r, err := i.EvaluateJSON(&feel.Env{Vars: vars.(*feel.Context)})
		require.NoError(t, err)
		require.Equal(t, want, r.Value.String(), id)
	}
	_, ok := lib.Invocable("i")
	require.False(t, ok)
}
