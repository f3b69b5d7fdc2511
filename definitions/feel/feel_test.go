package feel

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func compile(t testing.TB, src string, o Options) *Expression {
	t.Helper()
	e, err := Compile(src, o)
	require.NoError(t, err)
	return e
}

func TestReferences(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`amount > 1000 and status = "open"`:          "amount status",
		`for i in list return i + base`:              "base list",
		`{a: x, b: a}.b`:                             "x",
		`count(items) > 0`:                           "items",
		`sort(list, string length)`:                  "list string length",
		`function(n) n + m`:                          "m",
		`people[age > limit]`:                        "age limit people",
		`birth date`:                                 "birth date",
		`some x in xs satisfies x > max and x > min`: "max min xs",
		`1 + 2`: "",
	} {
		e := compile(t, src, Options{Names: []string{"birth date"}})
		require.Equal(t, want, strings.Join(e.References(), " "), src)
	}
	u, err := CompileUnaryTests("< limit, ? > other", Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"limit", "other"}, u.References())
}

func TestConstant(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`1 + 2 * 3`:                   "7",
		`[1, {a: upper case("x")}]`:   `[1, {a: "X"}]`,
		`@"2026-11-23" + @"P1D"`:      `@"2026-11-24"`,
		`now()`:                       "",
		`today() > @"2026-01-01"`:     "",
		`x + 1`:                       "",
		`1 + "a"`:                     "",
		`next workday(@"2026-11-23")`: "",
		`@"10:00:00@Europe/Paris" < @"10:00:00Z"`:    "",
		`if 1 > 2 then "a" else "b"`:                 `"b"`,
		`for i in 1..1000000000000 return 1`:         "",
		`[1, 2, 3][2]`:                               "2",
		`function(x) x`:                              "",
		`5 in (> 3, < 2)`:                            "true",
		`matches("abc", "b") and contains("x", "y")`: "false",
	} {
		e := compile(t, src, Options{})
		v, ok := e.Constant()
		require.Equal(t, want != "", ok, src)
		if ok {
			require.Equal(t, want, v.String(), src)
		}
	}
}

// TestStaticWarnings shows what a designer learns before anything runs.
func TestStaticWarnings(t *testing.T) {
	t.Parallel()
	e := compile(t, "a > 1 and\n  date(\"2026-13-01\") = b", Options{})
	require.Equal(t, []Warning{{2, 3, "argument", "date: the text is not a date such as 2026-11-23"}}, e.Warnings())
	e = compile(t, "upper case(name, 1) + substring(text: name, start position: 2)", Options{})
	require.Equal(t, []Warning{
		{1, 1, "argument", "upper case: it does not take 2 arguments"},
		{1, 23, "argument", "substring: it has no parameters text, start position"},
	}, e.Warnings())
}

// TestLimits: hostile expressions end with an error that says what to do.
func TestLimits(t *testing.T) {
	t.Parallel()
	for src, code := range map[string]string{
		`for i in 1..1000000000 return i`:                                                             "too-many-items",
		`for i in 1..100000, j in 1..100000 return i`:                                                 "too-many-items",
		`some i in 1..99999, j in 1..99999 satisfies false`:                                           "too-many-steps",
		`{f: function(n) f(n + 1), r: f(0)}.r`:                                                        "too-deep",
		`(for i in 1..60 return if i = 1 then "x" else partial[-1] + partial[-1])[-1]`:                "too-long",
		`string((for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]]))`:           "too-many-steps",
		`for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]]`:                     "too-many-steps",
		`for i in 1..5000 return partial`:                                                             "too-many-steps",
		`(for i in 1..5000 return if i = 1 then [1] else [partial[-1]])[-1]`:                          "too-deep",
		`{f: function(n) [f(n + 1), f(n + 1)], r: f(0)}.r`:                                            "too-deep",
		`(for i in 1..40 return if i = 1 then "xxxxxxxx" else replace(partial[-1], "x", "xxxx"))[-1]`: "too-many-steps",
	} {
		_, err := compile(t, src, Options{}).Eval(&Env{})
		var limit *LimitError
		require.True(t, errors.As(err, &limit), "%s: %v", src, err)
		require.Equal(t, code, limit.Code, src)
	}
	_, err := Compile(strings.Repeat("(", 60_000), Options{})
	require.ErrorContains(t, err, "nested more than 200 levels deep")
	_, err = Compile(strings.Repeat("-", 60_000)+"1", Options{})
	require.ErrorContains(t, err, "nested more than 200 levels deep")
	_, err = Compile(strings.Repeat(" ", maxSource+1), Options{})
	require.ErrorContains(t, err, "longer than")
}

// TestHostFunction shows how a function of the host evaluates further expressions
// within the limits and warnings of the caller.
func TestHostFunction(t *testing.T) {
	t.Parallel()
	body := compile(t, "n * rate + missing", Options{})
	fee := NewFunction([]string{"n", "rate"}, func(env *Env, args []Value) (Value, error) {
		return body.Eval(env.With(Variables{"n": args[0], "rate": args[1]}))
	})
	env := &Env{Vars: Variables{"fee": fee}}
	v, err := compile(t, "fee(rate: 2, n: 3)", Options{}).Eval(env)
	require.NoError(t, err)
	require.Equal(t, Null{}, v)
	require.Equal(t, "there is no variable missing", env.Warnings[0].Message)

	loop := NewFunction(nil, nil).(*Function)
	loop.host = func(env *Env, _ []Value) (Value, error) {
		return compile(t, "again()", Options{}).Eval(env.With(Variables{"again": loop}))
	}
	_, err = compile(t, "again()", Options{}).Eval(&Env{Vars: Variables{"again": loop}})
	var limit *LimitError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, "too-deep", limit.Code)

	broken := NewFunction(nil, func(*Env, []Value) (Value, error) { return nil, errors.New("no connection") })
	_, err = compile(t, "1 + broken()", Options{}).Eval(&Env{Vars: Variables{"broken": broken}})
	require.EqualError(t, err, "no connection")
}

func TestTypes(t *testing.T) {
	t.Parallel()
	grown, err := CompileUnaryTests(">= 18", Options{})
	require.NoError(t, err)
	adult := simpleTypes["number"].Restrict("tAdult", grown)
	named := map[string]*Type{"tAdult": adult, "my type": ListType(adult)}
	for _, c := range []struct{ typ, value, want string }{
		{"number", "1", "1"},
		{"number", "[1]", "1"},
		{"number", `"1"`, "no"},
		{"number", "null", "null"},
		{"list<number>", "1", "[1]"},
		{"date and time", `@"2026-11-23"`, `@"2026-11-23T00:00:00Z"`},
		{"tAdult", "17", "no"},
		{"tAdult", "18", "18"},
		{"my type", "18", "[18]"},
		{"my type", "[18, 3]", "no"},
		{"context<a: number, b: list<string>>", `{a: 1, b: ["x"], c: 0}`, `{a: 1, b: ["x"], c: 0}`},
		{"context<a: number>", `{b: 1}`, "no"},
		{"range<number>", "[1..2]", "[1..2]"},
		{"Any", "[1]", "[1]"},
	} {
		typ, err := ParseType(c.typ, named)
		require.NoError(t, err)
		got, ok := typ.Coerce(evalSource(t, c.value))
		if !ok {
			require.Equal(t, c.want, "no", "%s to %s", c.value, c.typ)
			continue
		}
		require.Equal(t, c.want, got.String(), "%s to %s", c.value, c.typ)
	}
	_, err = ParseType("list<", nil)
	require.ErrorContains(t, err, "expected a type")
}

// TestSourceForm: the text of a value is FEEL source for the same value.
func TestSourceForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := jsonValue(2).Draw(t, "value")
		e, err := Compile(v.String(), Options{})
		require.NoError(t, err, "%s", v)
		back, err := e.Eval(nil)
		require.NoError(t, err)
		require.Equal(t, v.String(), back.String())
	})
}

// TestArithmeticLaws: numbers of any size add and multiply alike in any order, and
// small ones as integers do.
func TestArithmeticLaws(t *testing.T) {
	t.Parallel()
	number := rapid.Map(rapid.StringMatching(`-?[0-9]{1,15}(\.[0-9]{1,6})?`), func(s string) Number {
		n, _ := parseNumber(strings.TrimSpace(s))
		return n
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		sum, _ := addNumbers(a, b)
		other, _ := addNumbers(b, a)
		require.Equal(t, sum.String(), other.String())
		back, _ := subNumbers(sum, b)
		require.Equal(t, a.String(), back.String())
		require.Equal(t, a.Compare(b), -b.Compare(a))
		i, j := rapid.Int64().Draw(t, "i"), int64(rapid.Int32().Draw(t, "j"))
		if product, fits := mulInt(i, j); fits {
			n, _ := mulNumbers(Number{coef: i}, Number{coef: j})
			require.Equal(t, Int(product).String(), n.String())
		}
	})
}

// TestDurationsAdd: adding and taking away a duration leads back.
func TestDurationsAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		start := DateTimeOf(time.Unix(rapid.Int64Range(-1e11, 1e11).Draw(t, "start"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanos")).UTC())
		d := daysDuration(time.Duration(rapid.Int64().Draw(t, "duration")))
		there := addTemporal(start, d)
		require.Equal(t, start.String(), subTemporal(inUTC(), there, d).String())
		require.Equal(t, d.String(), subTemporal(inUTC(), there, start).String())
		require.Equal(t, d.String(), parseDuration(d.iso()).String())
	})
}
