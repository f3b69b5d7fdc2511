package dmn_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/definitions/dmn"
	"fasthold/definitions/problem"
)

// lintOf tells what is found in the tables of a model, one finding a line: code and message without the name of the table.
func lintOf(t testing.TB, source string) string {
	t.Helper()
	var lines []string
	for _, p := range compiled(t, source).Lint() {
		require.NotEmpty(t, p.Advice)
		require.NotZero(t, p.Line)
		require.Equal(t, p.Code == "table-not-decided", p.Severity == problem.Info, p)
		lines = append(lines, p.Code+": "+strings.TrimPrefix(p.Message, "table table: "))
	}
	return strings.Join(lines, "\n")
}

func TestLintOfTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		sheet sheet
		want  string
	}{
		{"complete", sheet{policy: "UNIQUE", head: "a || out", rules: []string{"< 18 || 1", ">= 18 || 2"}}, ""},
		{"a gap between", sheet{policy: "UNIQUE", head: "a || out", rules: []string{"< 18 || 1", "> 20 || 2"}}, "gap: no rule takes a = 20"},
		{"a gap at one value", sheet{policy: "UNIQUE", head: "a || out", rules: []string{"< 18 || 1", "> 18 || 2"}}, "gap: no rule takes a = 18"},
		{"a gap above", sheet{policy: "FIRST", head: "a || out", rules: []string{"[0..18] || 1", "< 0 || 2"}}, "gap: no rule takes a = 19"},
		{"a gap below", sheet{policy: "ANY", head: "a || out", rules: []string{">= 0.5 || 1"}}, "gap: no rule takes a = -0.5"},
		{"a gap of fractions", sheet{policy: "ANY", head: "a || out", rules: []string{"< 1 || 1", "1 || 1", "2 || 1", "> 2 || 1"}}, "gap: no rule takes a = 1.5"},
		{"a gap of two columns", sheet{policy: "UNIQUE", head: "a | b || out", rules: []string{"< 5 | true || 1", ">= 5 | - || 2"}}, "gap: no rule takes a = 4 and b = false"},
		{"a gap of three columns", sheet{policy: "UNIQUE", head: "a | b | c || out", rules: []string{"true | - | - || 1", `false | "x" | - || 2`, `false | not("x") | < 3 || 2`}},
			`gap: no rule takes a = false and b = "other" and c = 4`},
		{"dates are whole days", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`< date("2026-01-01") || 1`, `[date("2026-01-01")..date("2026-01-31")] || 2`, `>= @"2026-02-01" || 3`}}, ""},
		{"a gap of dates", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`< @"2026-01-31" || 1`, `>= @"2026-02-01" || 3`}}, `gap: no rule takes a = @"2026-01-31"`},
		{"a gap of times", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`< @"12:00:00" || 1`, `> @"12:00:00" || 3`}}, `gap: no rule takes a = @"12:00:00"`},
		{"a gap of dates and times", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`< @"2026-01-01T12:00:00Z" || 1`}}, `gap: no rule takes a = @"2026-01-01T13:00:00Z"`},
		{"durations", sheet{policy: "UNIQUE", head: "a | b || out", rules: []string{`< @"P3D" | - || 1`, `>= @"P3D" | <= @"P1Y" || 2`}}, `gap: no rule takes a = @"P4D" and b = @"P1Y1M"`},
		{"what is left of a text", sheet{policy: "UNIQUE", head: "a || out", types: "string", rules: []string{`"x" || 1`, `"other" || 2`}}, `gap: no rule takes a = "other2"`},
		{"ranges of texts", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`["a".."c"] || 1`, `> "c" || 2`}}, `gap: no rule takes a = ""`},
		{"not", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`not("x", "y") || 1`, `"x", "y" || 2`}}, ""},
		{"not a range", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`not([1..5]) || 1`, `(1..5) || 2`}}, "gap: no rule takes a = 5"},
		{"unequal", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`!= 3 || 1`}}, "gap: no rule takes a = 3"},
		{"a list", sheet{policy: "UNIQUE", head: "a || out", types: "number", rules: []string{`[1, 2] || 1`, `not([1, 2, 3]) || 2`}}, "gap: no rule takes a = 3"},
		{"null only if it is named", sheet{policy: "UNIQUE", head: "a | b || out", rules: []string{`null | true || 1`, `not(null) | - || 2`}}, `gap: no rule takes a = null and b = false`},
		{"a default output", sheet{policy: "UNIQUE", head: "a || out", otherwise: "0", rules: []string{"< 18 || 1"}}, ""},
		{"a list of results", sheet{policy: "COLLECT", head: "a || out", rules: []string{"< 18 || 1"}}, ""},
		{"no rules", sheet{policy: "UNIQUE", head: "a || out"}, "gap: no rule takes any input"},
		{"input values bound", sheet{policy: "UNIQUE", head: "a || out", allowed: "[0..10]", rules: []string{"[0..5] || 1", "(5..10] || 2"}}, ""},
		{"input values listed", sheet{policy: "UNIQUE", head: "a || out", allowed: `"x", "y"`, rules: []string{`"x" || 1`, `"y" || 2`}}, ""},
		{"input values that must be evaluated", sheet{policy: "UNIQUE", head: "a || out", allowed: `? > 3 and ? < 9`, rules: []string{`< 5 || 1`}}, "gap: no rule takes a = 6"},
		{"an allowed value that no rule takes", sheet{policy: "UNIQUE", head: "a || out", allowed: `"x", "y", "z"`, rules: []string{`"x" || 1`}},
			`unnamed-value: no rule takes a = "y", "z", which is allowed`},
		{"also where a list is the result", sheet{policy: "COLLECT", head: "a || out", allowed: `1, 2`, rules: []string{`1 || 1`}}, "unnamed-value: no rule takes a = 2, which is allowed"},
		{"a cell outside the input values", sheet{policy: "UNIQUE", head: "a || out", allowed: `"high", "low"`, rules: []string{`"hihg" || 1`, `"low" || 2`, `"high" || 3`}},
			`outside-values: rule 1: "hihg" is not among the allowed values of a`},
		{"a range outside the input values", sheet{policy: "UNIQUE", head: "a || out", allowed: `[0..10]`, rules: []string{"[0..10] || 1", "> 10 || 2"}},
			"outside-values: rule 2: (> 10) is not among the allowed values of a"},
		{"an output outside the output values", sheet{policy: "UNIQUE", head: "a || out", values: "1, 2", rules: []string{"< 5 || 1", ">= 5 || 3"}},
			"outside-values: rule 2: the output 3 is not among the output values of its column"},

		{"numbers that share one", sheet{policy: "UNIQUE", head: "a || out", rules: []string{"<= 18 || 1", ">= 18 || 2"}}, "overlap: the rules 1 and 2 both take a = 18, though the table is unique"},
		{"ranges that share some", sheet{policy: "UNIQUE", head: "a || out", rules: []string{"< 6 || 1", "[4..8] || 2", "> 8 || 3"}},
			"overlap: the rules 1 and 2 both take a = 4, though the table is unique"},
		{"another column tells", sheet{policy: "UNIQUE", head: "a | b || out", rules: []string{`- | true || 1`, `- | false || 2`}}, ""},
		{"everything else", sheet{policy: "UNIQUE", head: "a | b || out", rules: []string{`"x" | true || 1`, `- | - || 2`}},
			`overlap: the rules 1 and 2 both take a = "x" and b = true, though the table is unique`},
		{"any with the same result", sheet{policy: "ANY", head: "a || out", rules: []string{"<= 18 || 1", ">= 18 || 1"}}, ""},
		{"any with different results", sheet{policy: "ANY", head: "a || out", rules: []string{"<= 18 || 1", ">= 18 || 2"}},
			"overlap: the rules 1 and 2 both take a = 18 with different results, though any of them shall count"},
		{"any with results to evaluate", sheet{policy: "ANY", head: "a || out", rules: []string{"<= 18 || a + 1", ">= 18 || a + 2"}},
			"table-not-decided: not everything could be decided: the rules 1 and 2 both take a = 18, and their results must be evaluated to be compared"},
		{"first may overlap", sheet{policy: "FIRST", head: "a || out", rules: []string{"<= 18 || 1", "- || 2"}}, ""},

		{"masked by one", sheet{policy: "FIRST", head: "a || out", rules: []string{"<= 18 || 1", "< 10 || 2", "- || 3"}}, "masked-rule: rule 2 can never count: whatever it takes, rule 1 wins"},
		{"masked by several", sheet{policy: "FIRST", head: "a || out", rules: []string{"< 5 || 1", ">= 5 || 2", "[1..9] || 3", "- || 4"}}, "masked-rule: rule 3 can never count: whatever it takes, another rule wins"},
		{"the rest is for null", sheet{policy: "FIRST", head: "a || out", types: "number", rules: []string{"< 5 || 1", ">= 5 || 2", "- || 4"}}, ""},
		{"the rest is for nothing", sheet{policy: "FIRST", head: "a || out", rules: []string{"- || 1", "- || 2"}}, "masked-rule: rule 2 can never count: whatever it takes, rule 1 wins"},
		{"masked by priority", sheet{policy: "PRIORITY", head: "a || out", values: `"high", "low"`, rules: []string{`< 5 || "low"`, `- || "high"`}}, "masked-rule: rule 1 can never count: whatever it takes, rule 2 wins"},
		{"not masked by priority", sheet{policy: "PRIORITY", head: "a || out", values: `"high", "low"`, rules: []string{`- || "low"`, `< 5 || "high"`}}, ""},

		{"an empty range", sheet{policy: "UNIQUE", head: "a || out", rules: []string{"(5..5) || 1", "- || 2"}}, "dead-rule: rule 1 can never match: no value of a suits its cell (5..5)"},
		{"no day between", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`(@"2026-01-01"..@"2026-01-02") || 1`, "- || 2"}}, `dead-rule: rule 1 can never match: no value of a suits its cell (@"2026-01-01"..@"2026-01-02")`},
		{"two cells about one input", sheet{policy: "UNIQUE", head: "a | a || out", rules: []string{"< 5 | > 7 || 1", "- | - || 2"}}, "dead-rule: rule 1 can never match: no value of a suits its cell < 5 and > 7"},
		{"one input in two columns", sheet{policy: "UNIQUE", head: "a | a || out", rules: []string{">= 5 | < 7 || 1", "< 5 | - || 2", ">= 7 | - || 3"}}, ""},

		{"a text for a number", sheet{policy: "UNIQUE", head: "a || out", types: "number", rules: []string{`"5" || 1`, "- || 2"}}, `cell-type: rule 1: the cell "5" is about a string, and a is a number`},
		{"a text for a date", sheet{policy: "UNIQUE", head: "a || out", types: "date", rules: []string{`< "2026-01-01" || 1`, "- || 2"}}, `cell-type: rule 1: the cell < "2026-01-01" is about a string, and a is a date`},
		{"a type that is inferred", sheet{policy: "UNIQUE", head: "a > 3 || out", rules: []string{`"yes" || 1`, "- || 2"}}, `cell-type: rule 1: the cell "yes" is about a string, and a > 3 is a boolean`},

		{"a cell to evaluate", sheet{policy: "UNIQUE", head: "a || out", rules: []string{"< limit || 1", ">= 5 || 2"}}, "table-not-decided: not everything could be decided: rule 1: the cell < limit of a must be evaluated"},
		{"and yet a gap", sheet{policy: "UNIQUE", head: "a | b || out", rules: []string{"< limit | true || 1", ">= 5 | true || 2"}},
			"gap: no rule takes a = 6 and b = false\ntable-not-decided: not everything could be decided: rule 1: the cell < limit of a must be evaluated"},
		{"inputs that depend on each other", sheet{policy: "UNIQUE", head: "a | a + 1 || out", rules: []string{"< 5 | < 6 || 1", ">= 5 | >= 6 || 2"}},
			"table-not-decided: not everything could be decided: several inputs read a, so gaps cannot be told from what never comes; several inputs read a, so overlaps cannot be told from what never comes"},
		{"entries of one context", sheet{policy: "UNIQUE", head: "a.x | a.y || out", rules: []string{"true | - || 1", "false | true || 2"}}, "gap: no rule takes a.x = false and a.y = false"},
		{"constants of two kinds", sheet{policy: "FIRST", head: "a || out", rules: []string{"< 5 || 1", `"x" || 2`}},
			"table-not-decided: not everything could be decided: rule 1: the cell < 5 of a must be evaluated; rule 2: the cell \"x\" of a must be evaluated"},
		{"local times and others", sheet{policy: "UNIQUE", head: "a || out", rules: []string{`< @"12:00:00" || 1`, `> @"12:00:00Z" || 2`}},
			"table-not-decided: not everything could be decided: rule 1: the cell < @\"12:00:00\" of a must be evaluated; rule 2: the cell > @\"12:00:00Z\" of a must be evaluated"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, lintOf(t, decision(c.sheet.xml())))
		})
	}
}

// kinds are columns of random tables: what cells may say, and inputs to try.
var kinds = []struct {
	typ           string
	cells, inputs []string
}{
	{"number", []string{"-", "< 2", "<= 2", "> 2", ">= 4", "[1..3]", "(1..3)", "[3..5)", "2", "1, 4", "not(3)", "not([1..2], 5)", "!= 4", "null", "(2..2)", "[1, 3]"},
		[]string{"-9", "0", "1", "1.5", "2", "2.5", "3", "3.7", "4", "4.5", "5", "6", "null"}},
	{"boolean", []string{"-", "true", "false", "not(true)", "true, false", "null"}, []string{"true", "false", "null"}},
	{"string", []string{"-", `"x"`, `"y", "z"`, `not("x")`, `not("y", "z")`, `!= "x"`}, []string{`"x"`, `"y"`, `"z"`, `"w"`, "null"}},
	{"date", []string{"-", `< @"2026-01-02"`, `[@"2026-01-01"..@"2026-01-03"]`, `> @"2026-01-03"`, `(@"2026-01-01"..@"2026-01-03")`, `not(@"2026-01-02")`},
		[]string{`@"2025-12-31"`, `@"2026-01-01"`, `@"2026-01-02"`, `@"2026-01-03"`, `@"2026-01-04"`, "null"}},
}

// What is told of random tables is true of them, and what is not told is not: examples match as they say, and other inputs no worse.
func TestLintOfTablesIsTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		columns := rapid.SliceOfN(rapid.IntRange(0, len(kinds)-1), 1, 3).Draw(r, "columns")
		s := sheet{policy: rapid.SampledFrom([]string{"UNIQUE", "ANY", "FIRST", "PRIORITY"}).Draw(r, "policy"), values: "3, 1, 2"}
		var names, types []string
		for i, k := range columns {
			names, types = append(names, string(rune('a'+i))), append(types, kinds[k].typ)
		}
		s.head = strings.Join(names, " | ") + " || out"
		if rapid.Bool().Draw(r, "typed") {
			s.types = strings.Join(types, " | ")
		}
		for range rapid.IntRange(1, 6).Draw(r, "rules") {
			var cells []string
			for _, k := range columns {
				cells = append(cells, rapid.SampledFrom(kinds[k].cells).Draw(r, "cell"))
			}
			s.rules = append(s.rules, fmt.Sprintf("%s || %d", strings.Join(cells, " | "), rapid.IntRange(1, 3).Draw(r, "out")))
		}
		lib := compiled(t, decision(s.xml()))
		findings := lib.Lint()
		input := func() string {
			var entries []string
			for i, k := range columns {
				entries = append(entries, names[i]+": "+rapid.SampledFrom(kinds[k].inputs).Draw(r, "input"))
			}
			return "{" + strings.Join(entries, ", ") + "}"
		}
		codes := map[string]bool{}
		for _, f := range findings {
			codes[f.Code] = true
			examplesHold(t, lib, f, input())
		}
		for range 20 {
			in := input()
			if strings.Contains(in, "null") {
				continue
			}
			matched := ask(t, lib, in).Audit[0].MatchedRules
			require.True(t, codes["gap"] || len(matched) > 0, "%s %v", in, s.rules)
			require.True(t, s.policy != "UNIQUE" || codes["overlap"] || len(matched) < 2, "%s %v", in, s.rules)
		}
		for _, f := range findings {
			neverCounts(t, lib, f, input)
		}
	})
}

// examplesHold evaluates the example of a finding; what it does not mention is as in others.
func examplesHold(t testing.TB, lib *dmn.Library, f problem.Problem, others string) {
	t.Helper()
	_, example, ok := strings.Cut(f.Message, " take")
	if !ok || f.Code != "gap" && f.Code != "overlap" {
		return
	}
	example = strings.TrimPrefix(strings.TrimPrefix(example, "s"), " ")
	example, _, _ = strings.Cut(example, ", though")
	example, _, _ = strings.Cut(example, " with different results")
	entries := strings.Trim(others, "{}")
	if example != "any input" {
		for part := range strings.SplitSeq(example, " and ") {
			name, value, _ := strings.Cut(part, " = ")
			entries = strings.Replace(entries+",", name+": ", "was "+name+": ", 1) + name + ": " + value
		}
	}
	matched := strings.Join(ask(t, lib, "{"+entries+"}").Audit[0].MatchedRules, " ")
	if f.Code == "gap" {
		require.Empty(t, matched, f.Message)
		return
	}
	var x, y int
	_, err := fmt.Sscanf(f.Message, "table table: the rules %d and %d", &x, &y)
	require.NoError(t, err)
	require.Contains(t, matched, fmt.Sprint("r", x), f.Message)
	require.Contains(t, matched, fmt.Sprint("r", y), f.Message)
}

// neverCounts looks for an input that speaks against a rule that is masked or dead.
func neverCounts(t testing.TB, lib *dmn.Library, f problem.Problem, input func() string) {
	t.Helper()
	if f.Code != "masked-rule" && f.Code != "dead-rule" {
		return
	}
	for range 20 {
		in := input()
		matched := ask(t, lib, in).Audit[0].MatchedRules
		require.False(t, len(matched) == 1 && matched[0] == f.Element, "%s: %s", in, f.Message)
	}
}

// large is a table with many rules that together take everything, or nearly so.
func large(rules int, cells func(row int) string) sheet {
	s := sheet{policy: "UNIQUE", head: "a | b | c | d | e || out"}
	for row := range rules {
		s.rules = append(s.rules, cells(row)+" || 1")
	}
	return s
}

// tables of 1,000 rules with five inputs.
var largeTables = map[string]sheet{
	"intervals": large(1000, func(row int) string { return fmt.Sprintf("[%d..%d) | - | - | - | -", row, row+1) }),
	"a grid": large(1000, func(row int) string {
		return fmt.Sprintf("%s | %s | %s | - | -", step(row%10), step(row/10%10), step(row/100))
	}),
	"anything": large(1000, func(row int) string {
		return fmt.Sprintf("> %d | < %d | [%d..%d] | not(%d) | %d", row*7919%1000, row*104729%1000, row%500, row%500+row%37, row, row*31%1000)
	}),
	"nearly everything": large(1000, func(row int) string {
		return fmt.Sprintf("not(%d) | not(%d) | not(%d) | not(%d) | not(%d)", row, row*7%1000, row*11%1000, row*13%1000, row*17%1000)
	}),
}

// step is one of ten intervals that cover all numbers.
func step(i int) string {
	switch i {
	case 0:
		return "< 1"
	case 9:
		return ">= 9"
	}
	return fmt.Sprintf("[%d..%d)", i, i+1)
}

// What cannot be decided within the bound is told; BenchmarkLintOfLargeTables has the times.
func TestLintOfLargeTablesIsBounded(t *testing.T) {
	t.Parallel()
	told := map[string]string{"nearly everything": "table-not-decided", "intervals": "gap", "anything": "gap"}
	for name, s := range largeTables {
		for _, policy := range []string{"UNIQUE", "FIRST"} {
			s.policy = policy
			codes := map[string]int{}
			for _, p := range compiled(t, decision(s.xml())).Lint() {
				codes[p.Code]++
			}
			if want := told[name]; want == "" && len(codes) > 0 || want != "" && codes[want] != 1 {
				t.Errorf("%s %s: %v", name, policy, codes)
			}
		}
	}
}

func BenchmarkLintOfLargeTables(b *testing.B) {
	for name, s := range largeTables {
		lib := compiled(b, decision(s.xml()))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				lib.Lint()
			}
		})
	}
}

// Allowed values of item definitions bound the inputs, and so do the results of the decision that an input is.
func TestLintKnowsWhatComes(t *testing.T) {
	t.Parallel()
	level := `<itemDefinition name="tLevel"><typeRef>string</typeRef><allowedValues>` + text(`"high", "low"`) + `</allowedValues></itemDefinition>`
	input := level + `<inputData id="a" name="a"><variable name="a" typeRef="tLevel"/></inputData>`
	first := node("decision", "a", "", sheet{policy: "FIRST", head: "x || out", rules: []string{`> 1 || "high"`, `- || "low"`}}.xml())
	table := func(rules ...string) string { return sheet{policy: "UNIQUE", head: "a || out", rules: rules}.xml() }
	for _, c := range []struct{ name, source, want string }{
		{"declared", input + node("decision", "d", "", needs("requiredInput", "#a")+table(`"high" || 1`, `"low" || 2`)), ""},
		{"declared, and one is missing", input + node("decision", "d", "", needs("requiredInput", "#a")+table(`"high" || 1`)), `unnamed-value: no rule takes a = "low", which is allowed`},
		{"declared, and written wrong", input + node("decision", "d", "", needs("requiredInput", "#a")+table(`"hihg" || 1`, `"high" || 1`, `"low" || 2`)),
			`outside-values: rule 1: "hihg" is not among the allowed values of a`},
		{"results of a decision", first + node("decision", "d", "", needs("requiredDecision", "#a")+table(`"high" || 1`, `"low" || 2`)), ""},
		{"no result of the decision", first + node("decision", "d", "", needs("requiredDecision", "#a")+table(`"high" || 1`, `"low" || 2`, `"none" || 3`)),
			`outside-values: rule 3: "none" is not among the allowed values of a`},
		{"undeclared", node("decision", "d", "", table(`"high" || 1`, `"low" || 2`)), `gap: no rule takes a = "other"`},
	} {
		require.Equal(t, c.want, lintOf(t, model(c.source)), c.name)
	}
}
