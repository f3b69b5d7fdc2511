package workflows_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Recorded histories of every released behaviour replay on this code: a running case never sees the interpreter change under it.
// Record new ones with `go test ./dev/e2e -run TestHistoriesReplay -record` under new names; never change one that was released.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/history/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			xml, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".bpmn")
			require.NoError(t, err)
			replayer := worker.NewWorkflowReplayer()
			programs := library{name: &engine.Program{Plan: bpmntest.Compile(t, name+".bpmn", string(xml))}}
			(&workflows.Processes{Definitions: programs}).Register(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistoryWithOptions(nil, read(t, file),
				worker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: "replay-" + name}}))
		})
	}
}

func read(t *testing.T, file string) *history.History {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	h, err := client.HistoryFromJSON(f, client.HistoryJSONOptions{})
	require.NoError(t, err)
	return h
}
