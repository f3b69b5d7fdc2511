package feel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInfer(t *testing.T) {
	t.Parallel()
	types := map[string]*Type{
		"n": KindType(KindNumber), "s": KindType(KindString), "b": KindType(KindBoolean), "d": KindType(KindDate), "none": NullType(),
		"choice": OneOf(String("yes"), String("no")), "day": OneOf(String("mon")),
		"lines": ListType(ContextType([]Param{{"who", KindType(KindString)}, {"days", KindType(KindNumber)}})),
		"c":     ContextType([]Param{{"a", KindType(KindNumber)}}),
	}
	for _, c := range []struct{ src, typ, reads, warning string }{
		{`n + 1 > 3`, "boolean", "n", ""},
		{`s > 3`, "boolean", "s", "a string compared with a number is always null"},
		{`s < today()`, "boolean", "s", "a string compared with a date is always null; variables hold dates and times as texts, date(…) reads them"},
		{`date(s) < today()`, "boolean", "s", ""},
		{`s + n`, "Any", "n s", "a string + a number has no value, so this is always null"},
		{`d + duration("P1D")`, "date", "d", ""},
		{`today() + @"P1D"`, "date", "", ""},
		{`s != null and n > 1`, "boolean", "n s", ""},
		{`none > 3 or unknown > s`, "boolean", "none s unknown", ""},
		{`if b then 1 else 2`, "number", "b", ""},
		{`if s then 1 else "x"`, "Any", "s", "the condition is always a string, never true or false"},
		{`choice = "maybe"`, "boolean", "choice", `it is never "maybe": it can be "yes", "no"`},
		{`choice = "yes" or choice in ("no", "perhaps")`, "boolean", "choice", ""},
		{`choice in ("perhaps", "maybe")`, "boolean", "choice", `it is never "perhaps", "maybe": it can be "yes", "no"`},
		{`choice = day`, "boolean", "choice day", `it is never "mon": it can be "yes", "no"`},
		{`lines[who = "x"].days`, "list<number>", "lines", ""},
		{`lines[days > "x"]`, "list<context<who: string, days: number>>", "lines", "a number compared with a string is always null"},
		{`for l in lines return l.days + 1`, "list<number>", "lines", ""},
		{`some l in lines satisfies l.name = "x"`, "boolean", "lines", "there is no entry name, only who, days, so this is always null"},
		{`c.b`, "Any", "c", "there is no entry b, only a, so this is always null"},
		{`s.year`, "Any", "s", "a string has no year, so this is always null; variables hold dates and times as texts, date(…) reads them"},
		{`add workdays(s, 3)`, "Any", "s", "add workdays: the argument 1 is always a string, which it does not take, so this is always null"},
		{`add workdays(today(), n)`, "date", "n", ""},
		{`end of day(d)`, "date and time", "d", ""},
		{`min(s, s)`, "Any", "s", ""},
		{`is defined(other) and other2 = 1`, "boolean", "other2", ""},
		{`[1, 2][item > 1]`, "list<number>", "", ""},
		{`count(lines) in [1..3]`, "boolean", "lines", ""},
		{`s in [1..3]`, "boolean", "s", "a string is never among values of the type number"},
		{`b and s`, "boolean", "b s", "this side is always a string, never true or false"},
		{`-n between 1 and s`, "boolean", "n s", "a number compared with a string is always null"},
		{`{x: n, y: x + 1}.y`, "number", "n", ""},
		{`function(x) x + n`, "function<> -> Any", "n", ""},
	} {
		e := compile(t, c.src, Options{})
		got := e.Infer(func(name string) *Type { return types[name] })
		require.Equal(t, c.typ, got.Type.String(), c.src)
		require.Equal(t, c.reads, strings.Join(got.Reads, " "), c.src)
		var warnings []string
		for _, w := range got.Warnings {
			warnings = append(warnings, w.Message)
		}
		require.Equal(t, c.warning, strings.Join(warnings, "; "), c.src)
	}
}

func TestAsJSON(t *testing.T) {
	t.Parallel()
	e := compile(t, `{on: today(), list: [now()], n: 1}`, Options{})
	require.Equal(t, "context<on: string, list: list<string>, n: number>", e.Infer(func(string) *Type { return nil }).Type.AsJSON().String())
}
