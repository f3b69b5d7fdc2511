package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sentences are the codes for which a table of a language has a sentence, in order; "other" is for those it does not know.
func sentences(t *testing.T, file, table string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("src", file))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "\n  "+table+": {\n")
	require.True(t, found, "%s has no table %s", file, table)
	rest, _, _ = strings.Cut(rest, "\n  },\n")
	var codes []string
	for _, row := range regexp.MustCompile(`(?m)^    (\w+): \["[^"]+", "?\w`).FindAllStringSubmatch(rest, -1) {
		if row[1] != "other" {
			codes = append(codes, row[1])
		}
	}
	slices.Sort(codes)
	return codes
}

// Whoever leads reads of every incident, in their own language, what has happened and what they can do.
func TestEveryCodeHasASentence(t *testing.T) {
	t.Parallel()
	for table, codes := range map[string][]string{
		"incident":    codesIn(t, incidentCode, "../../workflows/engine", "../../workflows", "../../worker", "../../activities", ".."),
		"finding":     codesIn(t, codeBeside("HeldStill"), "../../workflows/engine"),
		"instruction": codesIn(t, codeBeside("NothingLeft"), "../../workflows/engine"),
	} {
		require.NotEmpty(t, codes)
		assert.Equal(t, codes, sentences(t, "codes.ts", table), "Danish sentences of %s", table)
		assert.Equal(t, codes, sentences(t, "codes.en.ts", table), "English sentences of %s", table)
	}
}

// codesIn collects the codes that a reader finds in the source of packages, each once, in order.
func codesIn(t *testing.T, read func(ast.Node) []string, folders ...string) (codes []string) {
	t.Helper()
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files, folder)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			require.NoError(t, err)
			ast.Inspect(parsed, func(n ast.Node) bool {
				codes = append(codes, read(n)...)
				return true
			})
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// incidentCode reads the code off whatever becomes an incident: a problem of the engine, or an event that stops an element.
func incidentCode(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.CompositeLit:
		switch name(n.Type) {
		case "problem":
			return constant(first(n.Elts))
		case "Event":
			if kind := name(field(n, "Kind")); kind == "FailJob" || kind == "StopChild" {
				return constant(field(n, "Code"))
			}
		}
	case *ast.CallExpr:
		if called := name(n.Fun); len(n.Args) > 1 && (called == "incident" || called == "listenerFailed" || called == "childFailed") {
			return constant(n.Args[1])
		}
	}
	return nil
}

func first(all []ast.Expr) ast.Expr {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

func field(lit *ast.CompositeLit, key string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && name(kv.Key) == key {
			return kv.Value
		}
	}
	return nil
}

func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// constant is a constant text, if that is what stands there; a code that was passed on was read where it came from.
func constant(e ast.Expr) []string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return nil
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return nil
	}
	return []string{s}
}

// codeBeside reads the codes off the group of constants that one is in.
func codeBeside(known string) func(ast.Node) []string {
	return func(n ast.Node) (codes []string) {
		group, ok := n.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST || !slices.ContainsFunc(group.Specs, func(s ast.Spec) bool { return s.(*ast.ValueSpec).Names[0].Name == known }) {
			return nil
		}
		for _, s := range group.Specs {
			codes = append(codes, constant(first(s.(*ast.ValueSpec).Values))...)
		}
		return codes
	}
}
