package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

func TestAnInstanceOfANewerInterpreterWaitsForANewerWorker(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": "start s; end e; s -> e"})
	s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Definition: "d", Calendar: workday.Default(), Interpreter: engine.Current + 1})
	// The environment makes an error of the panic that fails a workflow task.
	require.ErrorContains(t, s.GetWorkflowError(), "waits for a newer worker")
	require.Empty(t, s.happened())
}

func TestACalledProcessRunsOnTheVersionOfItsCaller(t *testing.T) {
	t.Parallel()
	for _, version := range []engine.Version{engine.Uncounted, engine.Current} {
		s := newSite(t, map[string]string{
			"p": "start s; call c process=q; end e; s -> c -> e",
			"q": "start s; end e; s -> e",
		})
		var in workflows.Input
		s.SetOnChildWorkflowStartedListener(func(_ *workflow.Info, _ workflow.Context, args converter.EncodedValues) {
			require.NoError(t, args.Get(&in))
		})
		s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Definition: "d", Calendar: workday.Default(), Interpreter: version})
		require.NoError(t, s.GetWorkflowError())
		require.Equal(t, "q", in.ProcessID)
		require.Equal(t, version, in.Interpreter)
	}
}
