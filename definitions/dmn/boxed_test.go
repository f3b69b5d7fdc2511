package dmn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lit is a literal expression.
func lit(source string) string { return `<literalExpression>` + text(source) + `</literalExpression>` }

// in wraps elements.
func in(name string, content ...string) string {
	return "<" + name + ">" + strings.Join(content, "") + "</" + name + ">"
}

// with gives attributes to the first element of some XML.
func with(attributes, content string) string {
	return strings.Replace(content, ">", " "+attributes+">", 1)
}

func TestBoxedExpressions(t *testing.T) {
	t.Parallel()
	parts := func(name, variable, collection, wrapper, body string) string {
		return with(`iteratorVariable="`+variable+`"`, in(name, in("in", lit(collection)), in(wrapper, lit(body))))
	}
	filter := func(collection, match string) string {
		return in("filter", in("in", lit(collection)), in("match", lit(match)))
	}
	entry := func(name, logic string) string {
		return in("contextEntry", `<variable name="`+name+`"/>`, logic)
	}
	double := with(`kind="FEEL"`, in("functionDefinition", `<formalParameter name="the number" typeRef="number"/>`, lit("2 * the number")))
	for _, c := range []struct{ name, logic, inputs, want, warning string }{
		{"literal", lit("1 + n"), "{n: 2}", "3", ""},
		{"empty literal", lit(" "), "{}", "null", ""},
		{"literal of its type", with(`typeRef="string"`, lit("1 + n")), "{n: 2}", "null", "type"},
		{"context", in("context", entry("a b", lit("n")), entry("c", lit("a b + 1"))), "{n: 2}", `{a b: 2, c: 3}`, ""},
		{"context with a result", in("context", entry("a b", lit("n")), in("contextEntry", lit("a b * 10"))), "{n: 2}", "20", ""},
		{"context with a typed entry", in("context", entry(`a" typeRef="string`, lit("n"))), "{n: 2}", "{a: null}", "type"},
		{"list", in("list", lit("n"), in("list", lit("2")), lit("null")), "{n: 1}", "[1, [2], null]", ""},
		{"relation", in("relation", `<column name="a"/>`, `<column name="b"/>`, in("row", lit("1"), lit("n")), in("row", lit("2"), lit("null"))), "{n: 5}",
			"[{a: 1, b: 5}, {a: 2, b: null}]", ""},
		{"function and its use", in("context", entry("double", double), in("contextEntry", lit("double(n)"))), "{n: 4}", "8", ""},
		{"function that calls itself", in("context", entry("the factorial", in("functionDefinition", `<formalParameter name="m"/>`,
			lit("if m < 2 then 1 else m * the factorial(m - 1)"))), in("contextEntry", lit("the factorial(n)"))), "{n: 5}", "120", ""},
		{"function with an argument of the wrong type", in("context", entry("double", double), in("contextEntry", lit(`double("x")`))), "{}", "null", "argument"},
		{"invocation", in("context", entry("double", double),
			in("contextEntry", in("invocation", lit("double"), in("binding", `<parameter name="the number"/>`, lit("n + 1"))))), "{n: 4}", "10", ""},
		{"invocation by a wrong name", in("context", entry("double", double),
			in("contextEntry", in("invocation", lit("double"), in("binding", `<parameter name="x"/>`, lit("n"))))), "{n: 4}", "null", "argument"},
		{"invocation of a built-in function", in("invocation", lit("modulo"), in("binding", `<parameter name="divisor"/>`, lit("n")), in("binding", `<parameter name="dividend"/>`, lit("7"))), "{n: 4}", "3", ""},
		{"invocation without an argument", in("context", entry("double", double), in("contextEntry", in("invocation", lit("double")))), "{}", "null", "argument"},
		{"invocation of a number", in("invocation", lit("n")), "{n: 4}", "null", "not-a-function"},
		{"conditional", in("conditional", in("if", lit("n > 1")), in("then", lit(`"many"`)), in("else", lit(`"one"`))), "{n: 4}", `"many"`, ""},
		{"conditional on null", in("conditional", in("if", lit("n > 1")), in("then", lit(`"many"`)), in("else", lit(`"one"`))), "{n: null}", `"one"`, ""},
		{"filter", filter("list", "item >= 2"), "{list: [1, 2, 3]}", "[2, 3]", ""},
		{"filter by a number", filter("list", "1"), "{list: [1, 2, 3]}", "null", "type"},
		{"filter by unknowns", filter("list", "item > 1"), "{list: [1, null, 3]}", "[3]", ""},
		{"filter by a property", filter("list", "weeks > n"), "{n: 8, list: [{weeks: 5}, {weeks: 10}]}", "[{weeks: 10}]", ""},
		{"filter of one value", filter("list", "item > 1"), "{list: 2}", "[2]", ""},
		{"for", parts("for", "x", "list", "return", "x * n"), "{n: 2, list: [1, 2]}", "[2, 4]", ""},
		{"for over a range", parts("for", "x", "[1..n]", "return", "x * x"), "{n: 3}", "[1, 4, 9]", ""},
		{"for with what came before", parts("for", "x", "list", "return", "if count(partial) = 0 then x else x + partial[-1]"), "{list: [1, 2, 3]}", "[1, 3, 6]", ""},
		{"some", parts("some", "x", "list", "satisfies", "x > 2"), "{list: [1, null, 3]}", "true", ""},
		{"some of unknowns", parts("some", "x", "list", "satisfies", "x > 2"), "{list: [1, null]}", "null", ""},
		{"some of none", parts("some", "x", "list", "satisfies", "x > 2"), "{list: []}", "false", ""},
		{"every", parts("every", "x", "list", "satisfies", "x > 2"), "{list: [3, 4]}", "true", ""},
		{"every but one", parts("every", "x", "list", "satisfies", "x > 2"), "{list: [null, 1]}", "false", ""},
		{"no condition at all", parts("every", "x", "list", "satisfies", "x"), "{list: [3]}", "null", "type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := ask(t, compiled(t, decision(c.logic)), c.inputs)
			require.Equal(t, c.want, got.Value.String(), "%v", got.Warnings)
			if c.warning != "" {
				require.Contains(t, codes(got.Warnings), c.warning)
			}
		})
	}
}
