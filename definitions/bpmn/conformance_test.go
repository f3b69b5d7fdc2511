package bpmn

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the checkout as seen from here.
const root = "../.."

// row is one line of a table in docs, by column.
type row []string

// tables reads the rows of all tables of a document whose header begins with these columns.
func tables(t *testing.T, file string, header ...string) []row {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "docs", file))
	require.NoError(t, err)
	var rows []row
	inside := false
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "|") {
			inside = false
			continue
		}
		var cells row
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		switch {
		case slices.Equal(cells, header):
			inside = true
		case inside && !strings.HasPrefix(line, "|---"):
			require.Len(t, cells, len(header), "docs/%s: %s", file, line)
			rows = append(rows, cells)
		}
	}
	require.NotEmpty(t, rows, "%s has no table of %v", file, header)
	return rows
}

var quoted = regexp.MustCompile("`([^`]+)`")

// names are what stands in backticks; of an attribute with a value the attribute.
func names(cell string) []string {
	var list []string
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		name, _, _ := strings.Cut(m[1], "=")
		list = append(list, name)
	}
	return list
}

// testsIn are the test functions of a package.
func testsIn(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "%s has no tests", folder)
	var list []string
	for _, file := range files {
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range syntax.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				list = append(list, f.Name.Name)
			}
		}
	}
	return list
}

// suite has the test functions of the packages that tables name.
type suite map[string][]string

// check requires that a cell of the form `package` `Test`, `Test`; `package` `Test` names tests that exist, and at least one.
func (s suite) check(t *testing.T, what, cell string) (found []string) {
	t.Helper()
	folder := ""
	for _, name := range names(cell) {
		switch {
		case !strings.HasPrefix(name, "Test"):
			folder = name
			if s[folder] == nil {
				s[folder] = testsIn(t, folder)
			}
		case !slices.Contains(s[folder], name):
			t.Errorf("%s: there is no %s in %q", what, name, folder)
		default:
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		t.Errorf("%s: no test shows it", what)
	}
	return found
}

// places are the words of the conformance table for where an event stands.
var places = map[position]string{
	processStart: "start of a process", scopeStart: "start of a sub-process", eventStart: "start of an event sub-process",
	gatewayStart: "behind an instantiating gateway", catching: "intermediate catch", throwing: "intermediate throw", boundaryPlace: "boundary", ending: "end",
}

var aside = regexp.MustCompile(` ?\([^)]*\)`)

// eventsOf reads the first column of a row about an event: "signal event: intermediate catch, boundary (§10.5.5)".
func eventsOf(r row) (kind string, at []string) {
	kind, list, _ := strings.Cut(aside.ReplaceAllString(r[0], ""), " event: ")
	return kind, strings.Split(list, ", ")
}

// The conformance table has a row for everything that runs, and each row names the tests that show it. What it does not have is refused,
// because the engine's own vocabulary is compared with it.
func TestConformanceTable(t *testing.T) {
	t.Parallel()
	rows := tables(t, "bpmn.md", "element", "supported attributes", "refused", "test")
	tests, elements, words, refusals := suite{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	events := map[string]bool{}
	for _, r := range rows {
		tests.check(t, r[0], r[3])
		for i, cell := range r[:3] {
			for _, name := range names(cell) {
				elements[name] = elements[name] || i == 0
				refusals[name] = refusals[name] || i == 2
				words[name] = true
			}
		}
		if kind, at := eventsOf(r); at[0] != "" {
			for _, place := range at {
				events[kind+" event: "+place] = true
			}
		}
	}
	for _, name := range slices.Concat(sorted(flowNodes), []string{"process", "sequenceFlow", multiInstance, standardLoop}) {
		if !elements[name] {
			t.Errorf("no row is about <%s>", name)
		}
	}
	for name, x := range extensions {
		for _, word := range append(strings.Fields(x.attrs), name) {
			if !words[word] && word != "id" {
				t.Errorf("nothing is said of %s of <%s>", word, name)
			}
		}
	}
	for _, name := range slices.Concat(sorted(refused), sorted(instead)) {
		if !refusals[name] {
			t.Errorf("no row refuses <%s>", name)
		}
	}
	for element, known := range attributes {
		for _, word := range sorted(known) {
			if !words[word] {
				t.Errorf("nothing is said of %s of <%s>", word, element)
			}
		}
	}
	for _, word := range slices.Concat(sorted(drawn), sorted(ignored)) {
		if !words[word] {
			t.Errorf("nothing is said of <%s>", word)
		}
	}
	for where, kinds := range allowed {
		for _, kind := range kinds {
			name := eventName(kind) + " event: " + places[where]
			if !events[name] {
				t.Errorf("no row is about the %s", name)
			}
			delete(events, name)
		}
	}
	for name := range events {
		t.Errorf("the engine does not run the %s", name)
	}
}

func sorted[V any](set map[string]V) []string { return slices.Sorted(maps.Keys(set)) }

func eventName(k EventKind) string {
	if k == None {
		return "none"
	}
	return string(k)
}

// sections of BPMN 2.0.2 chapter 13 that say how a process runs.
var sections = strings.Fields(`13.2 13.3.1 13.3.2 13.3.3 13.3.4 13.3.5 13.3.6 13.3.7 13.4.1 13.4.2 13.4.3 13.4.4 13.4.5 13.5.1 13.5.2 13.5.3 13.5.4 13.5.5 13.5.6`)

// Each section of chapter 13 has its rules, each rule its tests, and each test that is named after a section its rule.
func TestChapter13(t *testing.T) {
	t.Parallel()
	const pkg = "workflows/engine"
	tests, told, last := suite{pkg: testsIn(t, pkg)}, map[string]bool{}, -1
	for _, r := range tables(t, "chapter13.md", "section", "rule", "test", "remark") {
		for _, name := range tests.check(t, r[0]+" "+r[1], r[2]) {
			told[name] = true
		}
		switch at := slices.Index(sections, strings.TrimPrefix(r[0], "§")); {
		case at < 0:
			t.Errorf("chapter 13 has no rules in %s", r[0])
		case at < last || at > last+1:
			t.Errorf("%s stands behind §%s", r[0], sections[last])
		default:
			last = at
		}
	}
	if last != len(sections)-1 {
		t.Errorf("the rules end with §%s", sections[last])
	}
	for _, name := range tests[pkg] {
		if strings.HasPrefix(name, "TestBPMN13_") && !told[name] {
			t.Errorf("docs/chapter13.md does not name %s", name)
		}
	}
}
