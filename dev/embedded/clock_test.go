package embedded_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"fasthold/dev/embedded"
)

// told begins, waits a week, starts a child that does the same, and tells the times of both.
func told(ctx workflow.Context, generations int) ([]time.Time, error) {
	times := []time.Time{workflow.Now(ctx)}
	if err := workflow.Sleep(ctx, week); err != nil {
		return nil, err
	}
	var n int
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	if err := workflow.ExecuteActivity(ctx, countActivity, 1).Get(ctx, &n); err != nil || generations == 0 {
		return append(times, workflow.Now(ctx)), err
	}
	var rest []time.Time
	err := workflow.ExecuteChildWorkflow(ctx, told, generations-1).Get(ctx, &rest)
	return append(times, rest...), err
}

// Workflows begin at the clock's time, behind the wall clock as ahead of it, and their children at theirs.
func TestWorkflowsBeginAtTheTimeOfTheClock(t *testing.T) {
	t.Parallel()
	var clock atomic.Pointer[time.Time]
	s, err := embedded.Start(t.Context(), embedded.Options{Log: quiet(), Clock: func() time.Time { return *clock.Load() }})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Stop(t.Context())) }()
	b := newBench(t, s, told, monthly)
	for _, begin := range []time.Time{time.Date(2024, 2, 29, 8, 0, 0, 0, time.UTC), time.Now().AddDate(9, 0, 0)} {
		clock.Store(&begin)
		run := b.start(t, told, 1)
		now := b.forward(t, run, 3*week)
		require.WithinDuration(t, begin.Add(week), now, time.Minute, "its child's end has reached it, and it ended on its own time")
		var times []time.Time
		require.NoError(t, run.Get(t.Context(), &times))
		require.Len(t, times, 3)
		for i, got := range times {
			require.WithinDuration(t, begin.Add(time.Duration(i)*week), got, time.Minute)
		}

		run = b.start(t, monthly, 0)
		now = b.forward(t, run, 10*week+time.Hour)
		require.WithinDuration(t, begin.Add(10*week+time.Hour), now, time.Minute, "it has continued as new twice")
	}
}
