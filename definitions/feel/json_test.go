package feel

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFromJSON(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`null`:                              `null`,
		` [1, 2.50, -3e2, true] `:           `[1, 2.5, -300, true]`,
		`{"b": 1, "a": {"x y": null}}`:      `{b: 1, a: {x y: null}}`,
		`"\u00e6\n\ud83d\udc0e"`:            `"æ\n🐎"`,
		`1234567890123456789012345678.90`:   `1234567890123456789012345678.9`,
		`0.1000000000000000000000000000001`: `0.1000000000000000000000000000001`,
	} {
		v, err := FromJSON([]byte(in))
		require.NoError(t, err, in)
		require.Equal(t, want, v.String())
	}
}

func TestFromJSONRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		``:                        "feel: JSON at byte 0: expected a value",
		`{"a":1,"a":2}`:           `feel: JSON at byte 12: the key "a" is there twice`,
		`[1,]`:                    "feel: JSON at byte 3: expected a value",
		`[1 2]`:                   "feel: JSON at byte 3: expected , or ]",
		`{"a" 1}`:                 "feel: JSON at byte 5: expected : after the key",
		`{a: 1}`:                  "feel: JSON at byte 1: expected a key in quotes",
		`-`:                       "feel: JSON at byte 0: expected a value",
		`.5`:                      "feel: JSON at byte 0: expected a value",
		`1.`:                      "feel: JSON at byte 0: expected a value",
		`+1`:                      "feel: JSON at byte 0: expected a value",
		`01`:                      "feel: JSON at byte 0: expected a value",
		`1e99999`:                 "feel: JSON at byte 0: the number is too large or too small",
		`"abc`:                    "feel: JSON at byte 0: the text has no end",
		`"\x"`:                    "feel: JSON at byte 0: the text has a bad escape or control character",
		"\"\xff\"":                "feel: JSON at byte 0: the text is not valid UTF-8",
		`tru`:                     "feel: JSON at byte 0: expected true",
		`1 1`:                     "feel: JSON at byte 2: there is more after the value",
		strings.Repeat("[", 5000): "feel: JSON at byte 201: the value is nested more than 200 deep",
	} {
		_, err := FromJSON([]byte(in))
		require.EqualError(t, err, want, in)
	}
}

func TestToJSONValue(t *testing.T) {
	t.Parallel()
	v := evalSource(t, `{d: @"2026-11-23", t: [@"10:00:00Z", @"P1D", @"P1Y"], r: [1..5], f: function(a) a, n: 1.5, s: "x"}`)
	const want = `{"d":"2026-11-23","t":["10:00:00Z","P1D","P1Y"],"r":"[1..5]","f":"function(a)","n":1.5,"s":"x"}`
	require.Equal(t, want, string(AppendJSON(nil, v)))
	stored := ToJSONValue(v)
	back, err := FromJSON([]byte(want))
	require.NoError(t, err)
	require.Equal(t, back.String(), stored.String())
	require.True(t, same(inUTC(), stored, ToJSONValue(stored)))
}

// TestJSONRoundTrip: what was written is read back the same, and encoding/json agrees on it.
func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := jsonValue(3).Draw(t, "value")
		data := AppendJSON(nil, v)
		require.True(t, json.Valid(data), "%s", data)
		back, err := FromJSON(data)
		require.NoError(t, err)
		require.Equal(t, v.String(), back.String())
	})
}

// jsonValue generates values that survive JSON.
func jsonValue(depth int) *rapid.Generator[Value] {
	scalars := rapid.OneOf(
		rapid.Just[Value](Null{}),
		rapid.Map(rapid.Bool(), func(b bool) Value { return Bool(b) }),
		rapid.Map(rapid.String(), Text),
		rapid.Map(rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,3})?`), func(s string) Value {
			v, _ := ParseNumber(s)
			return v
		}),
	)
	if depth == 0 {
		return scalars
	}
	inner := rapid.Deferred(func() *rapid.Generator[Value] { return jsonValue(depth - 1) })
	return rapid.OneOf(scalars,
		rapid.Map(rapid.SliceOfN(inner, 0, 4), func(items []Value) Value { return List(items) }),
		rapid.Map(rapid.MapOfN(rapid.String(), inner, 0, 20), func(m map[string]Value) Value {
			c := &Context{}
			for k, v := range m {
				c.put(Entry{k, v})
			}
			return c
		}))
}

func TestJSONInStruct(t *testing.T) {
	t.Parallel()
	var s struct{ A, B JSON }
	require.NoError(t, json.Unmarshal([]byte(`{"A": {"x": 1.10}}`), &s))
	out, err := json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, `{"A": {"x": 1.1}, "B": null}`, string(out))
}

// Where a type wants a date, time or duration, the text of it in JSON is one, and what is written as JSON is read back.
func TestTypeFromJSON(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ typ, json, want string }{
		{"date", `"2026-01-31"`, `@"2026-01-31"`},
		{"date", `"2026-01-31T10:00:00"`, `"2026-01-31T10:00:00"`},
		{"date", `"2026-02-30"`, `"2026-02-30"`},
		{"date", `3`, `3`},
		{"date", `null`, `null`},
		{"string", `"2026-01-31"`, `"2026-01-31"`},
		{"Any", `"2026-01-31"`, `"2026-01-31"`},
		{"time", `"10:00:00+01:00"`, `@"10:00:00+01:00"`},
		{"date and time", `"2026-01-31T10:00:00@Europe/Copenhagen"`, `@"2026-01-31T10:00:00@Europe/Copenhagen"`},
		{"date and time", `"2026-01-31"`, `@"2026-01-31"`}, // which the type makes midnight of
		{"days and time duration", `"P3DT2H"`, `@"P3DT2H"`},
		{"days and time duration", `"P3M"`, `"P3M"`},
		{"years and months duration", `"P3M"`, `@"P3M"`},
		{"list<date>", `["2026-01-31", "x", 1]`, `[@"2026-01-31", "x", 1]`},
		{"list<date>", `"2026-01-31"`, `@"2026-01-31"`}, // which the type makes a list of
		{"date", `["2026-01-31"]`, `[@"2026-01-31"]`},   // which the type takes the one of
		{"list<Any>", `["2026-01-31"]`, `["2026-01-31"]`},
		{"context<born: date, all: list<context<at: time>>>", `{"born":"1980-05-06","all":[{"at":"08:00:00"}],"more":"1980-05-06"}`,
			`{born: @"1980-05-06", all: [{at: @"08:00:00"}], more: "1980-05-06"}`},
		{"context<born: date>", `{}`, `{}`},
	} {
		typ, err := ParseType(row.typ, nil)
		require.NoError(t, err)
		v, err := FromJSON([]byte(row.json))
		require.NoError(t, err)
		require.Equal(t, row.want, typ.FromJSON(v).String(), "%s %s", row.typ, row.json)
	}
}
