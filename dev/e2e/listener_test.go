package e2e

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"fasthold/internal/casework"
	"fasthold/worker"
	"fasthold/workflows"
)

// A listener on a real server lets a task be completed or denies it, and the update tells which.
func TestTaskListeners(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	queue := "listeners-" + uuid.NewString()
	w := worker.NewOn(queue, worker.Options{Client: s.client, Store: s.store, Log: slog.New(slog.DiscardHandler)})
	w.RegisterActivityWithOptions(checkPlan, activity.RegisterOptions{Name: "check-plan"})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)

	id := s.startOn(s.deploy("listeners", `start s; user a on.completing="check-plan"; user b; end e; s -> a -> b -> e`), ``, queue)
	s.view(id)
	key := s.tasks(id)["a"].Key
	_, err := s.update(t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: key, Actor: "consultant", Variables: json.RawMessage(`{"draft":true}`)})
	require.ErrorContains(t, err, "Planen mangler.")
	require.Contains(t, s.tasks(id), "a")
	s.complete(id, "a", `{"plan":"agreed"}`)
	require.NotContains(t, s.tasks(id), "a")
	s.complete(id, "b", ``)
	require.JSONEq(t, `{"plan":"agreed"}`, string(s.ended(id).Variables))
}

// checkPlan is a listener that denies an empty plan.
func checkPlan(_ context.Context, j casework.Job) (json.RawMessage, error) {
	var seen struct{ Plan string }
	if err := json.Unmarshal(j.Variables, &seen); err != nil || seen.Plan != "" {
		return nil, err
	}
	return json.RawMessage(`{"denied":true,"deniedReason":"Planen mangler."}`), nil
}
