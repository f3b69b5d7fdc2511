package dmn_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

var (
	update  = flag.Bool("update", false, "write docs/dmn.md anew from the conformance results")
	section = flag.String("section", "", "run only the sections of the conformance suite whose names contain this, and log each failure")
)

// tckFolder is where the public DMN Technology Compatibility Kit is looked for, seen from this folder.
const tckFolder = "../../../shared/tck"

// tckCases is a file of test cases (testCases.xsd of the TCK).
type tckCases struct {
	Model string    `xml:"modelName"`
	Cases []tckCase `xml:"testCase"`
}

type tckCase struct {
	ID        string      `xml:"id,attr"`
	Type      string      `xml:"type,attr"`
	Invocable string      `xml:"invocableName,attr"`
	Inputs    []tckInput  `xml:"inputNode"`
	Results   []tckResult `xml:"resultNode"`
}

type tckInput struct {
	Name      string `xml:"name,attr"`
	Namespace string `xml:"namespace,attr"`
	tckValue
}

type tckResult struct {
	Name     string   `xml:"name,attr"`
	Expected tckValue `xml:"expected"`
}

type tckValue struct {
	Nil        string         `xml:"http://www.w3.org/2001/XMLSchema-instance nil,attr"`
	Value      *tckScalar     `xml:"value"`
	Components []tckComponent `xml:"component"`
	List       *tckList       `xml:"list"`
}

type tckScalar struct {
	Type string `xml:"http://www.w3.org/2001/XMLSchema-instance type,attr"`
	Nil  string `xml:"http://www.w3.org/2001/XMLSchema-instance nil,attr"`
	Text string `xml:",chardata"`
}

type tckComponent struct {
	Name string `xml:"name,attr"`
	tckValue
}

type tckList struct {
	Nil   string     `xml:"http://www.w3.org/2001/XMLSchema-instance nil,attr"`
	Items []tckValue `xml:"item"`
}

// value turns the suite's notation into a FEEL value.
func (v tckValue) value(t testing.TB) feel.Value {
	t.Helper()
	switch {
	case v.List != nil:
		if v.List.Nil == "true" {
			return feel.Null{}
		}
		list := feel.List{}
		for _, item := range v.List.Items {
			list = append(list, item.value(t))
		}
		return list
	case len(v.Components) > 0:
		entries := make([]feel.Entry, len(v.Components))
		for i, c := range v.Components {
			entries[i] = feel.Entry{Name: c.Name, Value: c.value(t)}
		}
		return feel.ContextOf(entries...)
	case v.Value == nil || v.Value.Nil == "true" || v.Nil == "true":
		return feel.Null{}
	}
	return v.Value.value(t)
}

// conversions turn a text into a value of an XML Schema type.
var conversions = map[string]string{
	"decimal": "number(text)", "double": "number(text)", "integer": "number(text)", "int": "number(text)", "long": "number(text)", "float": "number(text)",
	"date": "date(text)", "time": "time(text)", "dateTime": "date and time(text)", "duration": "duration(text)",
	"dayTimeDuration": "duration(text)", "yearMonthDuration": "duration(text)",
}

func (s *tckScalar) value(t testing.TB) feel.Value {
	t.Helper()
	_, kind, _ := strings.Cut(s.Type, ":")
	switch kind {
	case "boolean":
		return feel.Bool(strings.TrimSpace(s.Text) == "true")
	case "string", "":
		return feel.Text(s.Text)
	}
	source, ok := conversions[kind]
	require.True(t, ok, "unknown type %q", s.Type)
	expr, err := feel.Compile(source, feel.Options{})
	require.NoError(t, err)
	v, err := expr.Eval(&feel.Env{Vars: feel.Variables{"text": feel.Text(strings.TrimSpace(s.Text))}})
	require.NoError(t, err)
	require.NotEqual(t, feel.KindNull, v.Kind(), "%s %s", s.Type, s.Text)
	return v
}

// score counts results; solid are those whose expected value is not null.
type score struct{ ok, all, okSolid, solid int }

func (s *score) add(passed, solid bool) {
	s.all++
	if passed {
		s.ok++
	}
	if solid {
		s.solid++
		if passed {
			s.okSolid++
		}
	}
}

func (s *score) sum(o score) {
	s.ok, s.all, s.okSolid, s.solid = s.ok+o.ok, s.all+o.all, s.okSolid+o.okSolid, s.solid+o.solid
}

// TestTCK runs the public DMN conformance suite, prints what each section scores, and holds the scores against docs/dmn.md.
func TestTCK(t *testing.T) {
	if _, err := os.Stat(tckFolder); err != nil {
		t.Skip("the DMN conformance suite is not at ../shared/tck seen from the repository root")
	}
	var doc strings.Builder
	doc.WriteString(tckHead)
	for _, level := range []string{"compliance-level-2", "compliance-level-3"} {
		folders, err := filepath.Glob(filepath.Join(tckFolder, level, "*"))
		require.NoError(t, err)
		fmt.Fprintf(&doc, "\n### %s\n\n| section | results | all | not null |\n|---|---|---|---|\n", strings.ReplaceAll(level, "-", " "))
		var total score
		for _, folder := range folders {
			if !strings.Contains(folder, *section) {
				continue
			}
			s := runSection(t, folder)
			total.sum(s)
			t.Logf("%-60s %4d/%-4d  not null %4d/%-4d", filepath.Base(folder), s.ok, s.all, s.okSolid, s.solid)
			fmt.Fprintf(&doc, "| %s | %d | %s | %s |\n", filepath.Base(folder), s.all, share(s.ok, s.all), share(s.okSolid, s.solid))
		}
		t.Logf("%s: %d/%d, not null %d/%d", level, total.ok, total.all, total.okSolid, total.solid)
		fmt.Fprintf(&doc, "| **together** | %d | %s | %s |\n", total.all, share(total.ok, total.all), share(total.okSolid, total.solid))
	}
	if *section == "" {
		holdAgainst(t, "../../docs/dmn.md", doc.String())
	}
}

// holdAgainst fails when a section scores less than the document says.
func holdAgainst(t *testing.T, file, now string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(now), 0o644))
	}
	documented, err := os.ReadFile(file)
	require.NoError(t, err)
	scores := rows(now)
	for section, want := range rows(string(documented)) {
		require.GreaterOrEqual(t, scores[section], want, "section %s", section)
	}
	if string(documented) != now {
		t.Log("docs/dmn.md is out of date; run: go test ./definitions/dmn -run TestTCK -update")
	}
}

// rows reads how many results of each section of the document are right.
func rows(doc string) map[string]int {
	scores := map[string]int{}
	for line := range strings.Lines(doc) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 {
			continue
		}
		number, _, _ := strings.Cut(strings.TrimSpace(cells[3]), " ")
		if n, err := strconv.Atoi(number); err == nil {
			scores[strings.TrimSpace(cells[1])] += n
		}
	}
	return scores
}

func share(ok, all int) string {
	if all == 0 {
		return "–"
	}
	if ok == all {
		return fmt.Sprintf("%d", ok)
	}
	return fmt.Sprintf("%d of %d", ok, all)
}

func runSection(t *testing.T, folder string) score {
	t.Helper()
	var s score
	files, err := filepath.Glob(filepath.Join(folder, "*.xml"))
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var cases tckCases
		require.NoError(t, xml.NewDecoder(bytes.NewReader(data)).Decode(&cases))
		lib := library(t, folder, strings.TrimSpace(cases.Model))
		for _, c := range cases.Cases {
			s.sum(runCase(t, lib, c))
		}
	}
	return s
}

// library compiles all models of a folder, the one under test first.
func library(t *testing.T, folder, main string) *dmn.Library {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.dmn"))
	require.NoError(t, err)
	if i := slices.Index(files, filepath.Join(folder, main)); i > 0 {
		files[0], files[i] = files[i], files[0]
	}
	var models []*dmn.Model
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		m, problems := dmn.Parse(filepath.Base(file), data)
		logProblems(t, problems)
		if m != nil {
			models = append(models, m)
		}
	}
	lib, problems := dmn.Compile(models...)
	logProblems(t, problems)
	return lib
}

func logProblems(t *testing.T, problems []problem.Problem) {
	t.Helper()
	for _, p := range problems {
		if *section != "" {
			t.Log(p)
		}
	}
}

func runCase(t *testing.T, lib *dmn.Library, c tckCase) score {
	t.Helper()
	var s score
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for _, want := range c.Results {
		inputs := c.inputs(t, lib, want.Name)
		expected := want.Expected.value(t)
		got := evaluate(lib, c, want.Name, &feel.Env{Vars: inputs, Now: now}, dmn.Invocable.Evaluate)
		passed := same(expected, got.Value)
		overJSON := evaluate(lib, c, want.Name, &feel.Env{Vars: feel.ToJSONValue(inputs).(*feel.Context), Now: now}, dmn.Invocable.EvaluateJSON)
		if passed && !undeclared[want.Name] && !same(feel.ToJSONValue(expected), feel.ToJSONValue(overJSON.Value)) {
			t.Errorf("%s %s over JSON: want %s, got %s %v", c.ID, want.Name, expected, overJSON.Value, overJSON.Warnings)
		}
		s.add(passed, expected.Kind() != feel.KindNull)
		if !passed && *section != "" {
			t.Logf("FAIL %s %s: want %s, got %s %v", c.ID, want.Name, expected, got.Value, got.Warnings)
		}
	}
	return s
}

// undeclared are results that need a date of an input without a type, which is a text when it comes as JSON.
var undeclared = map[string]bool{"date_001": true, "date_006": true, "datetime_004": true}

// inputs gives what a case tells: an input with a namespace in the place of that model's, so that inputs of one name can differ.
func (c tckCase) inputs(t testing.TB, lib *dmn.Library, decision string) *feel.Context {
	t.Helper()
	var known []dmn.Input
	if d, ok := lib.DecisionByName(decision); ok {
		known = d.Inputs
	}
	if s, ok := lib.ServiceByName(c.Invocable); ok {
		known = s.Inputs
	}
	var inputs feel.Value = feel.ContextOf()
	for _, in := range c.Inputs {
		path := []string{in.Name}
		for _, k := range known {
			if in.Namespace != "" && k.Name == in.Name && k.Namespace == in.Namespace {
				path = append(slices.Clone(k.Imports), in.Name)
			}
		}
		inputs = feel.WithPath(inputs, path, in.value(t))
	}
	return inputs.(*feel.Context)
}

// evaluate asks a service when the case names one, and for several outputs takes the one that is expected.
func evaluate(lib *dmn.Library, c tckCase, name string, env *feel.Env, ask func(dmn.Invocable, *feel.Env) (dmn.Result, error)) dmn.Result {
	if service, ok := lib.ServiceByName(c.Invocable); ok {
		r, _ := ask(service, env)
		if outputs, several := r.Value.(*feel.Context); several {
			if v, ok := outputs.Lookup(name); ok {
				r.Value = v
			}
		}
		return r
	}
	if decision, ok := lib.DecisionByName(name); ok {
		r, _ := ask(decision, env)
		return r
	}
	return dmn.Result{Value: feel.Null{}}
}

// same compares as the suite's schema says: numbers with the eight decimals that its expectations have, where they are not exact.
func same(want, got feel.Value) bool {
	switch want := want.(type) {
	case feel.Null:
		return got.Kind() == feel.KindNull
	case feel.List:
		list, ok := got.(feel.List)
		if !ok || len(list) != len(want) {
			return false
		}
		for i := range want {
			if !same(want[i], list[i]) {
				return false
			}
		}
		return true
	case *feel.Context:
		c, ok := got.(*feel.Context)
		if !ok || c.Len() != want.Len() {
			return false
		}
		for _, e := range want.Entries() {
			if v, ok := c.Lookup(e.Name); !ok || !same(e.Value, v) {
				return false
			}
		}
		return true
	case feel.Number:
		n, ok := got.(feel.Number)
		return ok && sameNumber(want, n)
	}
	eq, _ := feel.Equal(want, got)
	return eq
}

// sameNumber allows a deviation only where the expectation has about eight decimals or more and is thus rounded.
func sameNumber(want, got feel.Number) bool {
	if want.Compare(got) == 0 {
		return true
	}
	_, decimals, _ := strings.Cut(want.String(), ".")
	if len(decimals) < 7 { // the eighth may have been a zero
		return false
	}
	difference := want.Float64() - got.Float64()
	return difference < 1e-7 && difference > -1e-7
}
