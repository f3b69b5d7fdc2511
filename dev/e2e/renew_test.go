package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/dev/embedded"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// An instance that has grown long goes on in a new run: its state, timers and projection are the same.
func TestALongInstanceContinuesAsNew(t *testing.T) {
	t.Parallel()
	if testing.Short() || raced {
		t.Skip("hundreds of tasks take half a minute, and many under the race detector")
	}
	s := newSite(t)
	d := s.deploy("long", `
		start s
		xor again
		user a
		script count expr="=n + 1" result=n
		xor enough
		catch pause duration=P1D
		end e
		s -> again -> a -> count -> enough -[n >= 800]-> pause -> e
		enough -/-> again
		eventsub note {
			start told message=told key="=id" noninterrupting
			script hear expr="=heard + 1" result=heard
			end h
			told -> hear -> h
		}`)
	id := s.start(d, `{"n":0,"heard":0,"id":"k"}`)
	first := s.runID(id)
	for n := range 800 {
		s.complete(id, "a", ``)
		if n%100 == 0 {
			require.NoError(t, s.client.SignalWorkflow(t.Context(), id, "", workflows.MessageSignal,
				workflows.Message{Name: "told", CorrelationKey: "k", ID: fmt.Sprint("m", n)}))
		}
	}
	require.NotEqual(t, first, s.runID(id))
	_, err := embedded.FastForward(t.Context(), s.client, id, 25*time.Hour)
	require.NoError(t, err)
	out := s.ended(id)
	require.Equal(t, engine.Completed, out.Status)
	require.JSONEq(t, `{"n":800,"heard":8,"id":"k"}`, string(out.Variables))
}

func (s *site) runID(id string) string {
	s.t.Helper()
	d, err := s.client.DescribeWorkflowExecution(s.t.Context(), id, "")
	require.NoError(s.t, err)
	return d.GetWorkflowExecutionInfo().GetExecution().GetRunId()
}
