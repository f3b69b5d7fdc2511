package dmn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/feel"
)

// What exceeds a limit tells its line and column in the file, wherever in the model it is; ^ marks the place.
func TestALimitIsToldWithItsPlaceInTheFile(t *testing.T) {
	t.Parallel()
	const busy = `some i in 1..999, ^j in 1..9999 satisfies false`
	entry := func(name, logic string) string {
		return in("contextEntry", `<variable name="`+name+`"/>`, logic)
	}
	table := func(test, output string) string {
		return "\n" + sheet{policy: "FIRST", head: "n || out", rules: []string{`null || 0`, test + " || " + output}}.xml()
	}
	knowledge := func(logic string) string {
		return model(node("businessKnowledgeModel", "k", "", in("encapsulatedLogic", `<formalParameter name="n"/>`, logic)) +
			node("decision", "d", "Any", needs("requiredKnowledge", "#k")+lit("1 + k(7)")))
	}
	for name, source := range map[string]string{
		"a literal":                   decision("\n  " + lit("1 +\n  count("+busy+")")),
		"a literal in one line":       decision("\n  " + lit("if "+busy+" then 1 else 2")),
		"a cell":                      decision(table(busy, "1")),
		"an output":                   decision(table("- ", busy)),
		"an entry of a context":       decision(in("context", entry("a", lit("1")), "\n", entry("b", lit(busy)))),
		"a knowledge model":           knowledge(lit(busy)),
		"a table of one":              knowledge(table(busy, "1")),
		"the match of a filter":       decision(in("filter", in("in", lit("[1, 2]")), "\n", in("match", lit(busy)))),
		"a list that is too long":     decision("\n" + lit("[1, count(for ^i in 1..9999999 return i)]")),
		"a function made elsewhere":   decision(in("context", entry("f", lit("function(n) "+strings.ReplaceAll(busy, "^", ""))), "\n", entry("b", lit("^f(1)")))),
		"the condition of a boxed if": decision(in("conditional", in("if", lit("\n\n"+busy)), in("then", lit("1")), in("else", lit("2")))),
	} {
		source = strings.ReplaceAll(source, "&#xA;", "\n")
		at := strings.Index(source, "^")
		require.Positive(t, at, name)
		source = source[:at] + source[at+1:]
		d, _ := compiled(t, source).Decision("d")
		_, err := d.Evaluate(&feel.Env{Vars: feel.Variables{"n": feel.Int(1)}, Limits: feel.Limits{Steps: 9_500}})
		var limit *feel.LimitError
		require.ErrorAs(t, err, &limit, name)
		line, column := 1+strings.Count(source[:at], "\n"), at-strings.LastIndex(source[:at], "\n")
		require.Equal(t, "m1.dmn", limit.Where, name)
		require.Equal(t, [2]int{line, column}, [2]int{limit.Line, limit.Column}, "%s: %v\n%s", name, err, source)
	}
}
