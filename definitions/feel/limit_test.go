package feel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// attacks are expressions that would hang or exhaust a worker, with the limit that ends
// each and the place it ends at.
var attacks = []struct{ name, src, code string }{
	{"a range of 10^12", "1 +\n  count(for ^i in 1..1000000000000 return i)", "too-many-items"},
	{"a product of lists", `count(for i in 1..40000, ^j in 1..3 return i)`, "too-many-items"},
	{"a search through a product", `some i in 1..99999, ^j in 1..99999 satisfies false`, "too-many-steps"},
	{"doubling of a text", `(for i in 1..60 return if i = 1 then "x" else partial[-1] ^+ partial[-1])[-1]`, "too-long"},
	{"doubling of a list", `(for i in 1..60 return if i = 1 then [1] else ^concatenate(partial[-1], partial[-1]))[-1]`, "too-many-items"},
	{"growth by replacement", `(for i in 1..40 return if i = 1 then "xxxxxxxx" else ^replace(partial[-1], "x", "xxxx"))[-1]`, "too-many-steps"},
	{"growth by joining", `{s: for i in 1..90000 return "0123456789012345", r: ^string join(s, "----")}.r`, "too-long"},
	{"growth by formatting", `{f: function(s, n) external {java: {class: "java.lang.String", method signature: "format(String, Object...)"}}, s: string join(for i in 1..9000 return "%999s"), r: f^(s, for i in 1..9000 return "x")}.r`, "too-long"},
	{"a tree of shared parts", `^string(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])`, "too-many-steps"},
	{"all results so far, each time", `for ^i in 1..5000 return partial`, "too-many-steps"},
	{"endless recursion", `{f: function(n) f^(n + 1), r: f(0)}.r`, "too-deep"},
	{"recursion with two branches", `{fib: function(n) if n < 2 then n else fib^(n - 1) + fib(n - 2), r: fib(60)}.r`, "too-many-steps"},
	{"recursion by another function", `{f: function(g, n) g^(g, n), r: f(f, 0)}.r`, "too-deep"},
	{"recursion in a sort", `{f: function(l) sort(l, function(a, b) f^(l)), r: f([1, 2])}.r`, "too-deep"},
	{"a long body in a loop", `count(for ^i in 1..99999 return ` + strings.Repeat("1.5 * i / 7 + ", 4000) + `1)`, "too-many-steps"},
	{"a long condition in a filter", `count((for i in 1..99999 return i)^[` + strings.Repeat("item / 7 > 0 and ", 3000) + `true])`, "too-many-steps"},
	{"powers in a loop", `for i in 1..99999 return 1.0000001 ^** (i + 999999999)`, "too-many-steps"},
	{"exponentials in a loop", `for i in 1..99999 return ^exp(14000 + i / 1000)`, "too-many-steps"},
	{"logarithms in a loop", `for i in 1..99999 return ^log(1e6000 + i)`, "too-many-steps"},
	{"remainders of huge numbers in a loop", `for i in 1..99999 return ^modulo(1e6000 - 1e5980, 1e5970 + i)`, "too-many-steps"},
	{"distinct values of very many", `^distinct values(for i in 1..50000 return i)`, "too-many-steps"},
	{"flattening of shared lists", `^flatten((for i in 1..40 return if i = 1 then [1] else [partial[-1], partial[-1]])[-1])`, "too-many-steps"},
	{"a deep list", `(for ^i in 1..5000 return if i = 1 then [1] else [partial[-1]])[-1]`, "too-deep"},
	{"searches in a long text", `{s: (for i in 1..20 return if i = 1 then "x" else partial[-1] + partial[-1])[-1], r: for i in 1..99999 return ^contains(s, "y")}.r`, "too-many-steps"},
	{"comparisons of long texts", `{s: (for i in 1..20 return if i = 1 then "x" else partial[-1] + partial[-1])[-1], r: for ^i in 1..99999 return s = s}.r`, "too-many-steps"},
	{"a back-reference with very many ways", `^matches(string join(for i in 1..40 return "a"), "((a*)*)*\2b")`, "too-many-steps"},
	{"a back-reference over a long text", `^matches(string join(for i in 1..90000 return "ab"), "(.*)(.*)\1x\2")`, "too-many-steps"},
	{"many long patterns", `for i in 1..99999 return ^matches("a", "[a-z]{1,90}(b|c){1,80}" + string(i))`, "too-many-steps"},
	{"very many matches", `^extract(string join(for i in 1..90000 return "abababab"), "(a)|(b)")`, "too-many-steps"},
	{"a context that grows in a loop", `(for i in 1..90000 return if i = 1 then {} else ^context put(partial[-1], string(i), i))[-1]`, "too-many-steps"},
	{"days of a calendar in a loop", `for i in 1..99999 return ^add workdays(@"2026-11-23", 19000)`, "too-many-steps"},
	{"dates of all times", `for ^d in @"0001-01-01"..@"9999-12-31" return d`, "too-many-items"},
}

// TestAttacks: each ends with an error that tells code and place, where without limits it would not end or take all memory.
func TestAttacks(t *testing.T) {
	t.Parallel()
	for _, c := range attacks {
		t.Run(c.name, func(t *testing.T) {
			src := c.src
			at := strings.Index(src, "^")
			src = src[:at] + src[at+1:]
			env := testEnv(t)
			env.Limits.Steps = 300_000 // of 1,000,000, so that the test is over soon
			_, err := compile(t, src, Options{}).Eval(env)
			var limit *LimitError
			require.ErrorAs(t, err, &limit)
			t.Logf("%v\n%s", err, limit.Excerpt)
			require.Equal(t, c.code, limit.Code)
			line, column := 1+strings.Count(src[:at], "\n"), at-strings.LastIndex(src[:at], "\n")
			require.Equal(t, [2]int{line, column}, [2]int{limit.Line, limit.Column}, "%v\n%s", err, limit.Excerpt)
			shown, caret, _ := strings.Cut(limit.Excerpt, "\n")
			require.Contains(t, src, shown)
			require.True(t, strings.HasSuffix(caret, "^"), limit.Excerpt)
		})
	}
}

// TestHostileSources: what takes long to compile is bounded as well. The test is that each comes to an end.
func TestHostileSources(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]string{
		"constants to compute": `matches("aaaaaaaaaaaaaaaaaaaaaaaa","((a*)*)*\2b"),`,
		"patterns":             `matches(x,"(\w{1,99}){1,90}"),`,
		"powers":               `1.0000001**999999999,`,
		"names":                `a b c d e f,`,
		"calls in calls":       `f(g(h(`,
		"types":                `x instance of list<list<list<number>>>,`,
	} {
		src := "[" + strings.Repeat(part, (maxSource-100)/len(part)) + "1]"
		_, err := Compile(src, Options{Names: []string{"a b c d e g", "a b c d", "a b"}})
		t.Logf("%s: %v", name, err)
	}
}
