package rooms_test

import (
	"os"
	"testing"
	"testing/fstest"

	"fasthold/internal/rooms"
)

func TestTheWallsStand(t *testing.T) {
	t.Parallel()
	found, err := rooms.Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		t.Error(v)
	}
}

// TestTheWallsAreSeen plants one thing at a time in an otherwise empty checkout.
func TestTheWallsAreSeen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, source, want string
	}{
		{"a pure room may compute", "definitions/feel/a.go", "package feel\n\nimport \"strings\"\n\nvar _ = strings.ToUpper\n", ""},
		{"a pure room may use decimals", "definitions/feel/a.go", "package feel\n\nimport _ \"github.com/cockroachdb/apd/v3\"\n", ""},
		{"a language may import another", "definitions/dmn/a.go", "package dmn\n\nimport _ \"fasthold/definitions/feel\"\n", ""},
		{"no context in the engine", "workflows/engine/a.go", "package engine\n\nimport \"context\"\n",
			`workflows/engine/a.go:3: import of "context": workflows/engine is a pure room`},
		{"no clock in the engine", "workflows/engine/a.go", "package engine\n\nimport \"time\"\n\nvar x = time.Now()\n",
			`workflows/engine/a.go:5: use of time.Now: workflows/engine is a pure room`},
		{"no clock under another name", "definitions/bpmn/a.go", "package bpmn\n\nimport t \"time\"\n\nvar x = t.Since\n",
			`definitions/bpmn/a.go:5: use of t.Since: definitions is a pure room`},
		{"no randomness in definitions", "definitions/a.go", "package definitions\n\nimport \"math/rand/v2\"\n",
			`definitions/a.go:3: import of "math/rand/v2": definitions is a pure room`},
		{"no files in definitions", "definitions/a.go", "package definitions\n\nimport \"os\"\n",
			`definitions/a.go:3: import of "os": definitions is a pure room`},
		{"but in their tests", "definitions/a_test.go", "package definitions\n\nimport (\n\t_ \"os\"\n\t_ \"pgregory.net/rapid\"\n)\n", ""},
		{"no other room from a test either", "definitions/a_test.go", "package definitions\n\nimport \"fasthold/internal/store\"\n",
			`definitions/a_test.go:3: import of "fasthold/internal/store": definitions may not import internal/store`},
		{"no engine in the languages", "definitions/feel/a.go", "package feel\n\nimport \"fasthold/workflows/engine\"\n",
			`definitions/feel/a.go:3: import of "fasthold/workflows/engine": definitions may not import workflows/engine`},
		{"no Temporal in the engine", "workflows/engine/a.go", "package engine\n\nimport \"go.temporal.io/sdk/workflow\"\n",
			`workflows/engine/a.go:3: import of "go.temporal.io/sdk/workflow": workflows/engine may not import it`},
		{"no binding in the engine", "workflows/engine/a.go", "package engine\n\nimport \"fasthold/workflows\"\n",
			`workflows/engine/a.go:3: import of "fasthold/workflows": workflows/engine may not import workflows`},
		{"workflows bind the engine to Temporal", "workflows/a.go",
			"package workflows\n\nimport (\n\t_ \"fasthold/workflows/engine\"\n\t_ \"go.temporal.io/sdk/workflow\"\n)\n",
			""},
		{"workflows do not know activities", "workflows/a.go", "package workflows\n\nimport \"fasthold/activities\"\n",
			`workflows/a.go:3: import of "fasthold/activities": workflows may not import activities`},
		{"workflows do not talk to Temporal from outside", "workflows/a.go", "package workflows\n\nimport \"go.temporal.io/sdk/client\"\n",
			`workflows/a.go:3: import of "go.temporal.io/sdk/client": workflows may never import it`},
		{"but in their tests, on the real server", "workflows/a_test.go", "package workflows\n\nimport _ \"go.temporal.io/sdk/client\"\n", ""},
		{"workflows do not reach out", "workflows/a.go", "package workflows\n\nimport \"net/http\"\n",
			`workflows/a.go:3: import of "net/http": workflows may never import it`},
		{"the API does not know activities", "api/a.go", "package api\n\nimport \"fasthold/activities\"\n",
			`api/a.go:3: import of "fasthold/activities": api may not import activities`},
		{"activities do not know the API", "activities/a.go", "package activities\n\nimport \"github.com/gin-gonic/gin\"\n",
			`activities/a.go:3: import of "github.com/gin-gonic/gin": activities may never import it`},
		{"the store does not know Temporal", "internal/store/a.go", "package store\n\nimport \"go.temporal.io/sdk/client\"\n",
			`internal/store/a.go:3: import of "go.temporal.io/sdk/client": internal/store may never import it`},
		{"the command line does not know dev", "main.go", "package main\n\nimport \"fasthold/dev/embedded\"\n",
			`main.go:3: import of "fasthold/dev/embedded": the command line may not import dev/embedded`},
		{"nobody moves in unannounced", "internal/attic/a.go", "package attic\n",
			`internal/attic/a.go:1: the folder internal/attic has no row in the table of rooms`},
		{"nothing else at the top", "scripts/a.sh", "",
			`scripts:1: nothing of this name may lie at the top level`},
		{"no vague names", "api/utils/a.go", "package utils\n",
			`api/utils:1: the name "utils" does not say what the folder holds`},
		{"broken Go is no hiding place", "api/a.go", "package",
			`api/a.go:1: cannot be parsed: api/a.go:1:8: expected 'IDENT', found 'EOF'`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, fstest.MapFS{tt.file: {Data: []byte(tt.source)}}, tt.want)
		})
	}
}

func TestNoGoBesideADefinition(t *testing.T) {
	t.Parallel()
	expect(t, fstest.MapFS{
		"definitions/retention/retention.bpmn": {},
		"definitions/retention/a.go":           {Data: []byte("package retention\n")},
	}, "definitions/retention/a.go:1: a folder of definitions holds no Go")
}

func expect(t *testing.T, checkout fstest.MapFS, want string) {
	t.Helper()
	found, err := rooms.Check(checkout)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case want == "" && len(found) > 0:
		t.Errorf("unexpected: %v", found)
	case want != "" && (len(found) != 1 || found[0].String() != want):
		t.Errorf("got  %v\nwant [%s]", found, want)
	}
}
