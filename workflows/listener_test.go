package workflows_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// The update answers when the listeners have let the task be completed, or when one has denied it: the task is then as it was.
func TestTaskListeners(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `start s; user a header.k=v on.creating=remote on.completing=remote; end e; s -> a -> e`})
	var jobs []casework.Job
	s.job = func(j casework.Job) (json.RawMessage, error) {
		jobs = append(jobs, j)
		if len(jobs) == 2 {
			return json.RawMessage(`{"denied":true,"deniedReason":"the plan is missing"}`), nil
		}
		return nil, nil
	}
	var denied *answered
	s.at(time.Hour, func() { denied = s.complete("a", `{"x":1}`) })
	s.at(2*time.Hour, func() {
		var refused *temporal.ApplicationError
		require.ErrorAs(t, denied.err, &refused)
		require.Equal(t, engine.Invalid, refused.Type())
		require.Equal(t, "the plan is missing", refused.Message())
		require.Contains(t, s.open(), "a")
		s.complete("a", `{"x":2}`).done = func(workflows.Reply) { require.NotContains(t, s.open(), "a") }
	})
	out := s.run(``)
	require.JSONEq(t, `{"x":2}`, string(out.Variables))
	require.Len(t, jobs, 3)
	require.Equal(t, "v", jobs[0].Headers["k"])
	require.JSONEq(t, `{"x":1}`, string(jobs[1].Variables))
	require.Contains(t, s.happened(), "denied a")
}
