package dmn_test

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// sheet is a decision table as one would write it on paper: columns are separated by "|", outputs stand after "||".
type sheet struct {
	policy    string // "UNIQUE", or "COLLECT SUM"
	head      string // "age | member || fare"
	types     string // of the inputs: "number | boolean"
	allowed   string // input values: `[0..150] | -`
	values    string // of the outputs: `"low", "high" | 1, 2`
	otherwise string // default outputs: `"low" | 1`
	rules     []string
}

func (s sheet) xml() string {
	var b strings.Builder
	policy, aggregation, _ := strings.Cut(s.policy, " ")
	if policy == "RULE" || policy == "OUTPUT" {
		policy, aggregation = s.policy, ""
	}
	fmt.Fprintf(&b, `<decisionTable id="table" hitPolicy="%s"`, policy)
	if aggregation != "" {
		fmt.Fprintf(&b, ` aggregation="%s"`, aggregation)
	}
	b.WriteString(">")
	inputs, outputs := columns(s.head)
	for i, in := range inputs {
		b.WriteString(`<input><inputExpression`)
		if typ := cell(s.types, i); typ != "" {
			fmt.Fprintf(&b, ` typeRef="%s"`, typ)
		}
		fmt.Fprintf(&b, `>%s</inputExpression>`, text(in))
		if v := cell(s.allowed, i); v != "" {
			fmt.Fprintf(&b, `<inputValues>%s</inputValues>`, text(v))
		}
		b.WriteString(`</input>`)
	}
	for i, out := range outputs {
		fmt.Fprintf(&b, `<output name="%s">`, out)
		if v := cell(s.values, i); v != "" {
			fmt.Fprintf(&b, `<outputValues>%s</outputValues>`, text(v))
		}
		if v := cell(s.otherwise, i); v != "" {
			fmt.Fprintf(&b, `<defaultOutputEntry>%s</defaultOutputEntry>`, text(v))
		}
		b.WriteString(`</output>`)
	}
	for i, rule := range s.rules {
		fmt.Fprintf(&b, `<rule id="r%d">`, i+1)
		tests, results := columns(rule)
		for _, test := range tests {
			fmt.Fprintf(&b, `<inputEntry>%s</inputEntry>`, text(test))
		}
		for _, result := range results {
			fmt.Fprintf(&b, `<outputEntry>%s</outputEntry>`, text(result))
		}
		b.WriteString(`</rule>`)
	}
	return b.String() + `</decisionTable>`
}

func columns(line string) (left, right []string) {
	a, b, _ := strings.Cut(line, "||")
	return cells(a), cells(b)
}

func cells(line string) []string {
	var list []string
	for _, c := range strings.Split(line, "|") {
		if c = strings.TrimSpace(c); c != "" {
			list = append(list, c)
		}
	}
	return list
}

func cell(line string, i int) string {
	if list := cells(line); i < len(list) {
		return list[i]
	}
	return ""
}

func text(source string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(source))
	return "<text>" + b.String() + "</text>"
}

// model wraps elements in a definitions element of DMN 1.5.
func model(content string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">` + content + `</definitions>`
}

// decision wraps logic in a decision without requirements.
func decision(logic string) string {
	return model(`<decision id="d" name="d"><variable name="d"/>` + logic + `</decision>`)
}

func compiled(t testing.TB, sources ...string) *dmn.Library {
	t.Helper()
	var models []*dmn.Model
	for i, source := range sources {
		m, problems := dmn.Parse(fmt.Sprintf("m%d.dmn", i+1), []byte(source))
		require.False(t, problem.HasErrors(problems), "%v", problems)
		models = append(models, m)
	}
	lib, problems := dmn.Compile(models...)
	require.False(t, problem.HasErrors(problems), "%v", problems)
	return lib
}

func fromFEEL(t testing.TB, source string) feel.Value {
	t.Helper()
	expr, err := feel.Compile(source, feel.Options{})
	require.NoError(t, err)
	v, err := expr.Eval(&feel.Env{})
	require.NoError(t, err)
	return v
}

// ask evaluates the decision "d" of a library with the inputs of a FEEL context.
func ask(t testing.TB, lib *dmn.Library, inputs string) dmn.Result {
	t.Helper()
	vars, ok := fromFEEL(t, inputs).(*feel.Context)
	require.True(t, ok, inputs)
	d, ok := lib.Decision("d")
	require.True(t, ok)
	result, err := d.Evaluate(&feel.Env{Vars: vars})
	require.NoError(t, err)
	return result
}

func TestHitPolicies(t *testing.T) {
	t.Parallel()
	overlapping := []string{"< 10 || 3", "< 20 || 1", "< 30 || 2", "< 5 || 1"}
	priorities := "1, 2, 3"
	for _, c := range []struct {
		sheet   sheet
		input   string
		want    string
		rules   string // that matched
		warning string
	}{
		{sheet{policy: "UNIQUE", rules: overlapping}, "25", "2", "r3", ""},
		{sheet{policy: "UNIQUE", rules: overlapping}, "15", "null", "r2 r3", "not-unique"},
		{sheet{policy: "UNIQUE", rules: overlapping}, "99", "null", "", ""},
		{sheet{policy: "UNIQUE", rules: overlapping, otherwise: "7"}, "99", "7", "", ""},
		{sheet{policy: "ANY", rules: []string{"< 10 || 1", "< 20 || 1.0", "< 5 || 2"}}, "7", "1", "r1 r2", ""},
		{sheet{policy: "ANY", rules: []string{"< 10 || 1", "< 20 || 1.0", "< 5 || 2"}}, "3", "null", "r1 r2 r3", "not-same"},
		{sheet{policy: "PRIORITY", rules: overlapping, values: priorities}, "7", "1", "r1 r2 r3", ""},
		{sheet{policy: "PRIORITY", rules: overlapping, values: "3, 2, 1"}, "7", "3", "r1 r2 r3", ""},
		{sheet{policy: "FIRST", rules: overlapping}, "3", "3", "r1", ""},
		{sheet{policy: "RULE ORDER", rules: overlapping}, "3", "[3, 1, 2, 1]", "r1 r2 r3 r4", ""},
		{sheet{policy: "RULE ORDER", rules: overlapping}, "99", "[]", "", ""},
		{sheet{policy: "OUTPUT ORDER", rules: overlapping, values: priorities}, "3", "[1, 1, 2, 3]", "r1 r2 r3 r4", ""},
		{sheet{policy: "COLLECT", rules: overlapping}, "3", "[3, 1, 2, 1]", "r1 r2 r3 r4", ""},
		{sheet{policy: "COLLECT", rules: overlapping}, "99", "[]", "", ""},
		{sheet{policy: "COLLECT", rules: overlapping, otherwise: "7"}, "99", "7", "", ""},
		{sheet{policy: "COLLECT SUM", rules: overlapping}, "3", "7", "r1 r2 r3 r4", ""},
		{sheet{policy: "COLLECT MIN", rules: overlapping}, "7", "1", "r1 r2 r3", ""},
		{sheet{policy: "COLLECT MAX", rules: overlapping}, "7", "3", "r1 r2 r3", ""},
		{sheet{policy: "COLLECT COUNT", rules: overlapping}, "3", "4", "r1 r2 r3 r4", ""},
		{sheet{policy: "COLLECT COUNT", rules: overlapping}, "99", "0", "", ""},
		{sheet{policy: "COLLECT SUM", rules: overlapping}, "99", "null", "", ""},
		{sheet{policy: "UNIQUE", rules: []string{"- || 4"}, values: priorities}, "1", "null", "r1", "output-value"},
	} {
		c.sheet.head = "n || out"
		t.Run(c.sheet.policy+" "+c.input+" "+c.want, func(t *testing.T) {
			t.Parallel()
			got := ask(t, compiled(t, decision(c.sheet.xml())), "{n: "+c.input+"}")
			require.Equal(t, c.want, got.Value.String())
			require.Len(t, got.Audit, 1)
			require.Equal(t, "table", got.Audit[0].Table)
			require.Equal(t, c.rules, strings.Join(got.Audit[0].MatchedRules, " "))
			require.Equal(t, c.warning, codes(got.Warnings))
		})
	}
}

func codes(warnings []dmn.Warning) string {
	var list []string
	for _, w := range warnings {
		if len(list) == 0 || list[len(list)-1] != w.Code {
			list = append(list, w.Code)
		}
	}
	return strings.Join(list, " ")
}

func TestSeveralOutputsMakeAContextOrderedByColumn(t *testing.T) {
	t.Parallel()
	s := sheet{
		policy: "OUTPUT ORDER", head: "n || level | weight", values: `"high", "low" | 2, 1`,
		rules: []string{`- || "low" | 1`, `- || "high" | 1`, `- || "high" | 2`, `- || "low" | 2`},
	}
	got := ask(t, compiled(t, decision(s.xml())), "{n: 1}")
	require.Equal(t, `[{level: "high", weight: 2}, {level: "high", weight: 1}, {level: "low", weight: 2}, {level: "low", weight: 1}]`, got.Value.String())

	s.policy, s.rules, s.otherwise = "UNIQUE", []string{`> 5 || "high" | 2`}, `"low"`
	require.Equal(t, `{level: "low", weight: null}`, ask(t, compiled(t, decision(s.xml())), "{n: 1}").Value.String())
}

// The table of the first seed: which track a sick-leave case takes, dated by the first day of absence.
func TestTrackTable(t *testing.T) {
	t.Parallel()
	s := sheet{
		policy: "FIRST", head: "first absence day | expected weeks | fast track || track | follow up by",
		rules: []string{
			`-                  | -    | true || "fast-track" | first absence day + duration("P14D")`,
			`< date(2024,1,1)   | > 8  | -    || "ordinary"   | first absence day + duration("P56D")`,
			`>= date(2024,1,1)  | > 8  | -    || "ordinary"   | first absence day + duration("P55D")`,
			`-                  | <= 8 | -    || "short"      | null`,
		},
	}
	lib := compiled(t, model(`
		<inputData id="a" name="first absence day"><variable name="first absence day" typeRef="date"/></inputData>
		<inputData id="b" name="expected weeks"><variable name="expected weeks" typeRef="number"/></inputData>
		<inputData id="c" name="fast track"><variable name="fast track" typeRef="boolean"/></inputData>
		<decision id="d" name="Track"><variable name="Track"/>
		  <informationRequirement><requiredInput href="#a"/></informationRequirement>
		  <informationRequirement><requiredInput href="#b"/></informationRequirement>
		  <informationRequirement><requiredInput href="#c"/></informationRequirement>`+s.xml()+`</decision>`))
	for _, c := range []struct{ inputs, want string }{
		{`{first absence day: date("2026-11-23"), expected weeks: 12, fast track: false}`, `{track: "ordinary", follow up by: 2027-01-17}`},
		{`{first absence day: date("2023-11-01"), expected weeks: 12, fast track: false}`, `{track: "ordinary", follow up by: 2023-12-27}`},
		{`{first absence day: date("2026-11-23"), expected weeks: 12, fast track: true}`, `{track: "fast-track", follow up by: 2026-12-07}`},
		{`{first absence day: date("2026-11-23"), expected weeks: 2, fast track: null}`, `{track: "short", follow up by: null}`},
	} {
		got := ask(t, lib, c.inputs)
		require.Equal(t, c.want, strings.NewReplacer(`@"`, ``, `"follow up by"`, "follow up by", `"}`, `}`).Replace(got.Value.String()), "%v", got.Warnings)
	}
	d, _ := lib.Decision("d")
	require.Equal(t, []dmn.Input{{Name: "expected weeks", Type: "number"}, {Name: "fast track", Type: "boolean"}, {Name: "first absence day", Type: "date"}}, d.Inputs)
}

// An indexed table answers as its rules do in tables so small that they are not indexed.
func TestIndexChangesNothing(t *testing.T) {
	t.Parallel()
	number := rapid.IntRange(0, 12)
	entry := rapid.OneOf(
		rapid.Just("-"),
		rapid.Map(number, func(n int) string { return fmt.Sprint(n) }),
		rapid.Map(number, func(n int) string { return fmt.Sprintf("%d, %d", n, n+2) }),
		rapid.Map(number, func(n int) string { return fmt.Sprintf("< %d", n) }),
		rapid.Map(number, func(n int) string { return fmt.Sprintf(">= %d", n) }),
		rapid.Map(number, func(n int) string { return fmt.Sprintf("[%d..%d)", n, n+3) }),
		rapid.Map(number, func(n int) string { return fmt.Sprintf("(%d..%d]", n, n+3) }),
		rapid.Map(number, func(n int) string { return fmt.Sprintf("not(%d)", n) }),
		rapid.Just(`"text"`), rapid.Just("null"), rapid.Just("? > 6"),
	)
	rapid.Check(t, func(r *rapid.T) {
		var rules []string
		for i := range rapid.IntRange(16, 40).Draw(r, "rules") {
			rules = append(rules, fmt.Sprintf("%s | %s || %d", entry.Draw(r, "a"), entry.Draw(r, "b"), i))
		}
		whole := collecting(t, rules...)
		var parts []*dmn.Library
		for part := range slices.Chunk(rules, 10) {
			parts = append(parts, collecting(t, part...))
		}
		for range 5 {
			inputs := fmt.Sprintf("{a: %s, b: %s}", drawInput(r), drawInput(r))
			var outputs []string
			for _, part := range parts {
				if s := strings.Trim(ask(t, part, inputs).Value.String(), "[]"); s != "" {
					outputs = append(outputs, s)
				}
			}
			require.Equal(t, "["+strings.Join(outputs, ", ")+"]", ask(t, whole, inputs).Value.String(), inputs)
		}
	})
}

func collecting(t testing.TB, rules ...string) *dmn.Library {
	return compiled(t, decision(sheet{policy: "COLLECT", head: "a | b || out", rules: rules}.xml()))
}

func drawInput(r *rapid.T) string {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(-1, 30), func(n int) string { return fmt.Sprintf("%d / 2", n) }),
		rapid.SampledFrom([]string{"null", `"text"`, "[3]"}),
	).Draw(r, "input")
}

func BenchmarkSmallTable(b *testing.B) {
	rules := []string{`< 18 | "a" || 1`, `>= 18 | "a" || 2`, `< 18 | "b" || 3`, `>= 18 | "b" || 4`, `- | "c" || 5`}
	benchmark(b, sheet{policy: "UNIQUE", head: "age | kind || out", rules: rules}, `{age: 40, kind: "b"}`)
}

// BenchmarkTableOf1000Rules has intervals and constants, and two rules that match but for the unique table; target 5 µs.
func BenchmarkTableOf1000Rules(b *testing.B) {
	for _, policy := range []string{"FIRST", "UNIQUE", "COLLECT SUM"} {
		b.Run(strings.ToLower(policy), func(b *testing.B) {
			width := 10
			if policy == "UNIQUE" {
				width = 6
			}
			var rules []string
			for i := range 1000 {
				rules = append(rules, fmt.Sprintf(`[%d..%d] | "k%d" | - || %d`, i, i+width, i%7, i))
			}
			benchmark(b, sheet{policy: policy, head: "n | kind | other || out", rules: rules}, `{n: 700, kind: "k3", other: 1}`)
		})
	}
}

func benchmark(b *testing.B, s sheet, inputs string) {
	lib := compiled(b, decision(s.xml()))
	d, _ := lib.Decision("d")
	vars := fromFEEL(b, inputs).(*feel.Context)
	b.ReportAllocs()
	for b.Loop() {
		if r, err := d.Evaluate(&feel.Env{Vars: vars}); err != nil || r.Value.Kind() != feel.KindNumber {
			b.Fatal(r, err)
		}
	}
}

func BenchmarkCompile1000Rules(b *testing.B) {
	var rules []string
	for i := range 1000 {
		rules = append(rules, fmt.Sprintf(`[%d..%d] | "k%d" | > n || %d`, i, i+10, i%7, i))
	}
	source := []byte(decision(sheet{policy: "FIRST", head: "n | kind | other || out", rules: rules}.xml()))
	b.ReportAllocs()
	for b.Loop() {
		m, _ := dmn.Parse("m.dmn", source)
		if _, problems := dmn.Compile(m); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}
