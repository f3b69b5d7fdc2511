package simulation_test

import (
	"reflect"
	"strings"
	"testing"

	"fasthold/internal/simulation"
)

const whole = `{"now":"2026-11-23T08:00:00+01:00","until":"P2W","variables":{"n":1.50,"when":"2026-11-23","ok":true,"none":null},"process":"p","startEvent":"s",
	"calendar":{"closed":["2026-12-24"]},
	"answers":{"*":{},"a":[{"variables":{"x":1}},{"error":{"code":"E1","message":"m","variables":{}}},{"fail":"text"},{"wait":true},{"after":"PT2H","variables":{}}]},
	"steps":[{"complete":"a","variables":{},"count":2},{"message":"m","correlationKey":"k","timeToLive":"PT1H","id":"m1"},{"advance":"P3D"},{"fireTimer":"t"},
	{"throwError":"a","code":"E1"},{"fail":"a"},{"retry":"a"},{"start":"s"},{"cancel":true},{"setVariables":{"x":1}},
	{"check":{"waiting":["a"],"notWaiting":[],"completed":false,"variables":{"x":1}}},{"signal":"s"},{"activate":"a"},{"completeAdHoc":"a"}]}`

const wholeYAML = `
now: 2026-11-23T08:00:00+01:00
until: P2W
variables: {n: 1.50, when: 2026-11-23, ok: true, none: null}
process: p
startEvent: s
calendar: {closed: [2026-12-24]}
answers:
  "*": {}
  a:
    - variables: {x: 1}
    - error: {code: E1, message: m, variables: {}}
    - fail: text
    - wait: true
    - {after: PT2H, variables: {}}
steps:
  - {complete: a, variables: {}, count: 2}
  - {message: m, correlationKey: k, timeToLive: PT1H, id: m1}
  - advance: P3D
  - fireTimer: t
  - {throwError: a, code: E1}
  - fail: a
  - retry: a
  - start: s
  - cancel: true
  - setVariables: {x: 1}
  - check: {waiting: [a], notWaiting: [], completed: false, variables: {x: 1}}
  - signal: s
  - activate: a
  - completeAdHoc: a
`

// JSON and YAML say the same.
func TestReadScenario(t *testing.T) {
	t.Parallel()
	a, err := simulation.ReadScenario("a.json", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	b, err := simulation.ReadScenario("b.yaml", []byte(wholeYAML))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("\nJSON %+v\nYAML %+v", a, b)
	}
	if len(a.Steps) != 14 || len(a.Answers["a"]) != 5 || a.Steps[0].Count != 2 {
		t.Errorf("%+v", a)
	}
}

// What is not understood is refused by name and place.
func TestReadScenarioRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[]`:                                               "must be an object, not a list",
		`{"a"`:                                             "JSON at byte 4",
		`{"stpes":[]}`:                                     `unknown key "stpes"; known are answers, calendar`,
		`{"now":"soon"}`:                                   `now: "soon" is not a date and time`,
		`{"until":1}`:                                      "until: must be a text, not a number",
		`{"until":"-P1D"}`:                                 `until: "-P1D" is not a date`,
		`{"variables":[]}`:                                 "variables: must be an object",
		`{"variables":{"a":1,"a":2}}`:                      "there twice",
		`{"calendar":{"closed":["x"]}}`:                    "calendar: closed: ",
		`{"calendar":{"open":[]}}`:                         `calendar: unknown key "open"`,
		`{"answers":{"a":1}}`:                              "answers: a: must be an object, not a number",
		`{"answers":{"a":{"vars":1}}}`:                     `answers: a: unknown key "vars"`,
		`{"answers":{"a":{"after":"2h"}}}`:                 `answers: a: after: "2h" is not an ISO 8601 duration`,
		`{"steps":{}}`:                                     "steps: must be a list",
		`{"steps":[{}]}`:                                   "steps: step 1: must have exactly one of complete, message, signal",
		`{"steps":[{"retry":"a"},{"jump":"a"}]}`:           "steps: step 2: must have exactly one of",
		`{"steps":[{"retry":"a","fail":"a"}]}`:             "step 1: must have exactly one of",
		`{"steps":[{"retry":"a","count":1}]}`:              `step 1: unknown key "count"; known are retry`,
		`{"steps":[{"complete":"a","count":0}]}`:           "step 1: count: must be a whole number from 1 to 10000",
		`{"steps":[{"complete":7}]}`:                       "step 1: complete: must be a text",
		`{"steps":[{"cancel":false}]}`:                     "step 1: cancel: must be true",
		`{"steps":[{"advance":"-P1D"}]}`:                   "step 1: advance: \"-P1D\" goes back in time",
		`{"steps":[{"check":{"done":true}}]}`:              `step 1: check: unknown key "done"`,
		"steps:\n  - &x {retry: a}\n  - *x":                "line 3: aliases are not read",
		"process: a\nprocess: b":                           "line 2: a key must be a text, and be there once",
		"a: [":                                             "yaml",
		"variables: {x: .inf}":                             `".inf" is not a decimal number`,
		`{"process":"` + strings.Repeat("x", 1<<20) + `"}`: "longer than 1 MB",
	} {
		_, err := simulation.ReadScenario("f", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s\n got %v\nwant %s", text, err, want)
		}
	}
}

// No scenario makes reading or playing panic or hang, and every result has a known state.
func FuzzScenario(f *testing.F) {
	f.Add(whole)
	f.Add(wholeYAML)
	f.Add(`{"answers":{"b":{"after":"PT2H"}},"steps":[{"advance":"PT1H"},{"complete":"a"},{"check":{"completed":true}}]}`)
	f.Add(`{"answers":{"b":[{"fail":"x"},{"error":{"code":"E1"}}]},"steps":[{"throwError":"a","code":"E"},{"retry":"a"},{"setVariables":{"x":1}},{"cancel":true}]}`)
	set := files(f, map[string]string{"p": both})
	f.Fuzz(func(t *testing.T, text string) {
		s, err := simulation.ReadScenario("f", []byte(text))
		if err != nil {
			return
		}
		r, err := simulation.Play(set, s)
		if err != nil {
			return
		}
		switch r.State {
		case simulation.Completed, simulation.Active, simulation.Incident, simulation.Canceled:
		default:
			t.Fatal(r.State)
		}
	})
}
