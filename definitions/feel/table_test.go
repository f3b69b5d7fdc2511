package feel

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what expressions really give into testdata")

// TestTables evaluates testdata/*.feel. A line "expression => value" gives the value
// as FEEL source, "! code" after it the first warning's code. "vars {…}" gives the variables
// of the lines below, "names a b, c d" the known names.
func TestTables(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.feel")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".feel"), func(t *testing.T) {
			t.Parallel()
			runTable(t, file)
		})
	}
}

func runTable(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	table := tableState{env: testEnv(t)}
	lines := strings.Split(string(data), "\n")
	for i, line := range lines {
		expr, want, ok := strings.Cut(line, " => ")
		if !ok || strings.HasPrefix(line, "#") {
			table.directive(t, line)
			continue
		}
		got := table.result(expr)
		if *update {
			lines[i] = expr + " => " + got
		} else if got != want {
			t.Errorf("%s:%d: %s\n got %s\nwant %s", file, i+1, expr, got, want)
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644))
	}
}

type tableState struct {
	env     *Env
	options Options
}

func (s *tableState) directive(t *testing.T, line string) {
	t.Helper()
	if src, ok := strings.CutPrefix(line, "vars "); ok {
		v := evalSource(t, src)
		s.env.Vars = v.(*Context)
	}
	if names, ok := strings.CutPrefix(line, "names "); ok {
		s.options.Names = strings.Split(names, ", ")
	}
}

func (s *tableState) result(expr string) string {
	s.env.Warnings = nil
	v, err := s.eval(expr)
	if err != nil {
		return "error: " + strings.SplitN(err.Error(), "\n", 2)[0]
	}
	got := v.String()
	if len(s.env.Warnings) > 0 {
		got += " ! " + s.env.Warnings[0].Code
	}
	return got
}

// eval takes "input ? tests" in unary test tables apart.
func (s *tableState) eval(expr string) (Value, error) {
	if input, tests, ok := strings.Cut(expr, " |? "); ok {
		u, err := CompileUnaryTests(tests, s.options)
		if err != nil {
			return nil, err
		}
		in, err := Compile(input, s.options)
		if err != nil {
			return nil, err
		}
		v, err := in.Eval(s.env)
		if err != nil {
			return nil, err
		}
		return u.Test(s.env, v)
	}
	e, err := Compile(expr, s.options)
	if err != nil {
		return nil, err
	}
	return e.Eval(s.env)
}

func evalSource(t testing.TB, src string) Value {
	t.Helper()
	e, err := Compile(src, Options{})
	require.NoError(t, err)
	v, err := e.Eval(nil)
	require.NoError(t, err)
	return v
}

// testEnv is a Monday morning in Copenhagen, with the calendar of testCalendar.
func testEnv(t testing.TB) *Env {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	return &Env{Now: time.Date(2026, 11, 23, 10, 0, 0, 0, loc), Calendar: testCalendar{}}
}

// testCalendar closes at weekends, from 24 to 26 December and on 1 January; banks
// also on 31 December. It is open 8–16, on Fridays 8–14.
type testCalendar struct{}

func (testCalendar) Workday(year int, month time.Month, day int) bool {
	switch w := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday(); {
	case w == time.Saturday, w == time.Sunday:
		return false
	case month == time.December:
		return day < 24 || day > 26
	}
	return month != time.January || day != 1
}

func (c testCalendar) BankDay(year int, month time.Month, day int) bool {
	return c.Workday(year, month, day) && !(month == time.December && day == 31)
}

func (c testCalendar) Hours(year int, month time.Month, day int) (opens, closes time.Duration, ok bool) {
	if !c.Workday(year, month, day) {
		return 0, 0, false
	}
	if time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday() == time.Friday {
		return 8 * time.Hour, 14 * time.Hour, true
	}
	return 8 * time.Hour, 16 * time.Hour, true
}

// TestSyntaxProblems compiles testdata/syntax_fail.txt: blocks of a source, a line
// "----" and the problems as printed, apart by a line of "====".
func TestSyntaxProblems(t *testing.T) {
	t.Parallel()
	const file = "testdata/syntax_fail.txt"
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	blocks := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n====\n")
	for i, block := range blocks {
		src, want, _ := strings.Cut(block, "\n----\n")
		_, err := Compile(src, Options{})
		require.Error(t, err, "%q compiles", src)
		if *update {
			blocks[i] = fmt.Sprintf("%s\n----\n%s", src, err)
			continue
		}
		require.Equal(t, want, err.Error())
	}
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(blocks, "\n====\n")+"\n"), 0o644))
	}
}
