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
// `go test ./dev/e2e -run TestHistoriesReplay -record` writes those that are missing, NAME.json with NAME.bpmn; a second run of an instance is
// NAME.2.json, a version of the process that it migrates to NAME.HASH.bpmn. Never change one that was released.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/history/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			name, _, _ := strings.Cut(filepath.Base(file), ".")
			replayer := worker.NewWorkflowReplayer()
			(&workflows.Processes{Definitions: recorded(t, name)}).Register(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistoryWithOptions(nil, read(t, file),
				worker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: "replay-" + name}}))
		})
	}
}

// recorded are the versions of a process beside its histories.
func recorded(t *testing.T, name string) library {
	files, err := filepath.Glob("testdata/history/" + name + ".*bpmn")
	require.NoError(t, err)
	programs := library{}
	for _, file := range files {
		xml, err := os.ReadFile(file)
		require.NoError(t, err)
		id := name
		if _, hash, other := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".bpmn"), "."); other {
			id = hash
		}
		programs[id] = &engine.Program{Plan: bpmntest.Compile(t, name+".bpmn", string(xml))}
	}
	return programs
}

func read(t *testing.T, file string) *history.History {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	h, err := client.HistoryFromJSON(f, client.HistoryJSONOptions{})
	require.NoError(t, err)
	return h
}
