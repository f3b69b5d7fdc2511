package embedded_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"fasthold/dev/embedded"
)

func (b bench) forward(t *testing.T, run client.WorkflowRun, d time.Duration) time.Time {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	now, err := embedded.FastForward(ctx, b, run.GetID(), d)
	require.NoError(t, err)
	return now
}

func TestFastForwardFiresTheTimersOnTheWay(t *testing.T) {
	t.Parallel()
	b := newBench(t, shared, weekly)
	begun := time.Now()
	run := b.start(t, weekly, 52)
	now := b.forward(t, run, 3*week+time.Hour)
	require.WithinDuration(t, begun.Add(3*week+time.Hour), now, time.Minute)
	require.Equal(t, 3, b.weeks(t, run))
	now = b.forward(t, run, 3*week)
	require.WithinDuration(t, begun.Add(6*week+time.Hour), now, time.Minute)
	require.Equal(t, 6, b.weeks(t, run))
	b.forward(t, run, 46*week)
	var n int
	require.NoError(t, run.Get(t.Context(), &n))
	require.Equal(t, 52, n)
}

func TestFastForwardStopsBetweenTimers(t *testing.T) {
	t.Parallel()
	b := newBench(t, shared, weekly)
	run := b.start(t, weekly, 2)
	b.forward(t, run, week-time.Hour)
	require.Equal(t, 0, b.weeks(t, run))
	b.forward(t, run, time.Hour+time.Second)
	require.Equal(t, 1, b.weeks(t, run))
}

func TestFastForwardOverContinueAsNew(t *testing.T) {
	t.Parallel()
	b := newBench(t, shared, monthly)
	begun := time.Now()
	run := b.start(t, monthly, 0)
	now := b.forward(t, run, 10*week+time.Hour)
	require.WithinDuration(t, begun.Add(10*week+time.Hour), now, time.Minute)
	answer, err := b.QueryWorkflow(t.Context(), run.GetID(), "", "weeks")
	require.NoError(t, err)
	var n int
	require.NoError(t, answer.Get(&n))
	require.Equal(t, 10, n)
}

// monthly counts weeks for ever, in a new run every four.
func monthly(ctx workflow.Context, n int) error {
	if err := workflow.SetQueryHandler(ctx, "weeks", func() (int, error) { return n, nil }); err != nil {
		return err
	}
	for {
		if err := workflow.Sleep(ctx, week); err != nil {
			return err
		}
		if n++; n%4 == 0 {
			return workflow.NewContinueAsNewError(ctx, monthly, n)
		}
	}
}

// parent waits one week, then for a child that counts weeks and for a word, then two weeks more.
func parent(ctx workflow.Context, weeks int) ([]time.Time, error) {
	var times []time.Time
	note := func() { times = append(times, workflow.Now(ctx)) }
	if err := workflow.Sleep(ctx, week); err != nil {
		return nil, err
	}
	note()
	if err := workflow.ExecuteChildWorkflow(ctx, child, weeks).Get(ctx, nil); err != nil {
		return nil, err
	}
	note()
	err := workflow.Sleep(ctx, 2*week)
	note()
	return times, err
}

func child(ctx workflow.Context, weeks int) error {
	for range weeks {
		if err := workflow.Sleep(ctx, week); err != nil {
			return err
		}
	}
	workflow.GetSignalChannel(ctx, "go on").Receive(ctx, nil)
	return nil
}

func TestFastForwardMovesAWaitingChildWhileItsParentStandsStill(t *testing.T) {
	t.Parallel()
	b := newBench(t, shared, parent, child)
	begun := time.Now()
	run := b.start(t, parent, 2)
	now := b.forward(t, run, 4*week)
	require.WithinDuration(t, begun.Add(4*week), now, time.Minute, "the child has reached the target")
	d, err := b.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
	require.NoError(t, err)
	require.Len(t, d.PendingChildren, 1)
	require.NoError(t, b.SignalWorkflow(t.Context(), d.PendingChildren[0].WorkflowId, "", "go on", nil))
	var times []time.Time
	require.NoError(t, run.Get(t.Context(), &times))
	require.Len(t, times, 3)
	for i, weeks := range []time.Duration{1, 1, 3} {
		require.WithinDuration(t, begun.Add(weeks*week), times[i], time.Minute, "the parent's own clock stood still beside its child, and then went on to the target it had been given")
	}
}

func TestFastForwardRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t, shared, weekly)
	_, err := embedded.FastForward(t.Context(), b, "no such workflow", week)
	require.ErrorContains(t, err, "no such workflow")
	run := b.start(t, weekly, 1)
	_, err = embedded.FastForward(t.Context(), b, run.GetID(), -week)
	require.ErrorContains(t, err, "not positive")
}
