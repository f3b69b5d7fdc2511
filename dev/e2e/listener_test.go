package e2e

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/worker"
	"fasthold/workflows"
)

// A listener on a real server lets a task be completed or denies it, and the update tells which.
func TestTaskListeners(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	queue := "listeners-" + uuid.NewString()
	var mended atomic.Bool
	w := worker.NewOn(queue, worker.Options{Client: s.client, Store: s.store, Log: slog.New(slog.DiscardHandler)})
	w.RegisterActivityWithOptions(func(_ context.Context, j casework.Job) (json.RawMessage, error) {
		var seen struct{ Plan string }
		if err := json.Unmarshal(j.Variables, &seen); err != nil || seen.Plan == "agreed" {
			return nil, err
		}
		if seen.Plan == "unsure" && !mended.Load() {
			return nil, temporal.NewNonRetryableApplicationError("the plan cannot be read", casework.ErrorRefused, nil)
		}
		if seen.Plan == "unsure" {
			return nil, nil
		}
		return json.RawMessage(`{"denied":true,"deniedReason":"Planen mangler."}`), nil
	}, activity.RegisterOptions{Name: "check-plan"})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)

	id := s.startOn(s.deploy("listeners", `start s; user a on.completing="check-plan"; user b on.completing="check-plan"; end e; s -> a -> b -> e`), ``, queue)
	s.view(id)
	key := s.tasks(id)["a"].Key
	_, err := s.update(t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: key, Actor: "consultant", Variables: json.RawMessage(`{"draft":true}`)})
	require.ErrorContains(t, err, "Planen mangler.")
	require.Contains(t, s.tasks(id), "a")
	s.complete(id, "a", `{"plan":"agreed"}`)
	require.NotContains(t, s.tasks(id), "a")

	// A listener that fails holds the completion; when it has been mended a retry completes the task with what was entered.
	key = s.tasks(id)["b"].Key
	_, err = s.update(t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: key, Actor: "consultant", Variables: json.RawMessage(`{"plan":"unsure"}`)})
	var held *temporal.ApplicationError
	require.ErrorAs(t, err, &held)
	require.Equal(t, string(casework.Pending), held.Type())
	s.awaitIncident(id)
	mended.Store(true)
	_, err = s.update(t.Context(), id, workflows.RetryUpdate, workflows.Request{Key: key, Actor: "supervisor"})
	require.NoError(t, err)
	require.JSONEq(t, `{"plan":"unsure"}`, string(s.ended(id).Variables))
}
