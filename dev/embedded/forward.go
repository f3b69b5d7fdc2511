package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// maxSkips bounds the timers that one fast-forward skips to in one workflow before it is asked again; the server's default is 200.
const maxSkips = 1000

// FastForward moves a running workflow and its children d ahead on their virtual clocks and returns the workflow's virtual now, see [Now].
// Every timer on the way fires in order at its own virtual time, with the workflow tasks and activities that follow; FastForward
// returns when they are done and all is waiting again. A workflow that ends on the way is no error. d must be positive; bound the waiting by ctx.
//
// How the server (1.32.1, experimental) behaves, seen in its source and in the tests beside:
//   - The clock is the run's own: event times, workflow.Now and timers move, and the offset stays for the rest of the run and
//     over continue-as-new. Other workflows and the database keep the wall clock.
//   - It skips only while the workflow is idle: no workflow task, activity (waiting for a retry counts as idle), child, or signal
//     or cancel to another workflow is under way, and it is not paused.
//   - A workflow with a running child never skips: its clock and its timers stand still beside a waiting child, while the child can
//     skip. After the child's end the parent goes on from its own time, not from the child's, and skips to the target it was given.
//   - A child starts on the virtual time of its parent. By default it would also inherit unbounded skipping and run through all
//     its timers at once, which FastForward switches off to give each child the same target as its parent.
//   - Each skip is one history event (WorkflowExecutionTimeSkippingTransitioned); asking for it is another.
func FastForward(ctx context.Context, c client.Client, workflowID string, d time.Duration) (time.Time, error) {
	if d <= 0 {
		return time.Time{}, fmt.Errorf("fast-forward workflow %s: the duration %s is not positive", workflowID, d)
	}
	now, err := Now(ctx, c, workflowID)
	if err != nil {
		return time.Time{}, err
	}
	f := forward{client: c, target: now.Add(d)}
	if err := poll(ctx, func() (bool, error) { return f.settled(ctx, workflowID) }); err != nil {
		return time.Time{}, fmt.Errorf("fast-forward workflow %s: %w", workflowID, err)
	}
	return Now(ctx, c, workflowID)
}

// Now is a workflow's virtual time: its own clock, or that of a running child which is ahead of it (see [FastForward]). It is the
// wall clock for a workflow that never skipped, and the time of its end for a closed one.
func Now(ctx context.Context, c client.Client, workflowID string) (time.Time, error) {
	w, err := describe(ctx, c, workflowID)
	if err != nil {
		return time.Time{}, err
	}
	now := virtualNow(w)
	for _, child := range w.GetPendingChildren() {
		if child.GetRunId() == "" {
			continue // not started yet
		}
		t, err := Now(ctx, c, child.GetWorkflowId())
		if err != nil {
			return time.Time{}, err
		}
		if t.After(now) {
			now = t
		}
	}
	return now, nil
}

func virtualNow(w *workflowservice.DescribeWorkflowExecutionResponse) time.Time {
	switch {
	case closed(w):
		return w.GetWorkflowExecutionInfo().GetCloseTime().AsTime()
	case w.GetWorkflowExtendedInfo().GetTimeSkippingInfo() != nil:
		return w.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetCurrentTime().AsTime()
	default:
		return time.Now().UTC()
	}
}

func describe(ctx context.Context, c client.Client, workflowID string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	w, err := c.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return nil, fmt.Errorf("describe workflow %s: %w", workflowID, err)
	}
	return w, nil
}

// forward moves a tree of workflows to one target.
type forward struct {
	client client.Client
	target time.Time
}

// settled asks a workflow and its children to skip where they have not been asked yet, and tells whether all of them rest: closed, or at
// the target with nothing due or under way, or behind a child that rests.
func (f forward) settled(ctx context.Context, workflowID string) (bool, error) {
	w, err := describe(ctx, f.client, workflowID)
	if err != nil {
		return false, err
	}
	return f.rests(ctx, w)
}

func (f forward) rests(ctx context.Context, w *workflowservice.DescribeWorkflowExecutionResponse) (bool, error) {
	switch w.GetWorkflowExecutionInfo().GetStatus() {
	case enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
	case enums.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
		return false, nil // the next run is about to be the current one
	case enums.WORKFLOW_EXECUTION_STATUS_PAUSED:
		return false, errors.New("the workflow " + w.GetWorkflowExecutionInfo().GetExecution().GetWorkflowId() + " is paused; resume it first")
	default:
		return true, nil
	}
	if w.GetWorkflowExecutionInfo().GetHistoryLength() < 2 {
		return false, nil // a child before its first workflow task has no timers yet and would skip past them
	}
	if virtualNow(w).Before(f.target) && !f.asked(w) {
		return false, f.ask(ctx, w)
	}
	if w.GetPendingWorkflowTask() != nil || activityUnderWay(w) {
		return false, nil
	}
	if children := w.GetPendingChildren(); len(children) > 0 {
		return f.allSettled(ctx, children)
	}
	if virtualNow(w).Before(f.target) {
		return false, nil
	}
	due, err := timerDue(ctx, f.client, w)
	return !due, err
}

func closed(w *workflowservice.DescribeWorkflowExecutionResponse) bool {
	return w.GetWorkflowExecutionInfo().GetCloseTime() != nil
}

func (f forward) allSettled(ctx context.Context, children []*workflow.PendingChildExecutionInfo) (bool, error) {
	all := true
	for _, child := range children {
		if child.GetRunId() == "" {
			return false, nil // not started yet
		}
		w, err := describe(ctx, f.client, child.GetWorkflowId())
		if err != nil {
			return false, err
		}
		ok, err := f.rests(ctx, w)
		if err != nil {
			return false, err
		}
		all = all && ok && !closed(w) // after its end its parent is about to be told
	}
	return all, nil
}

// ask sets the fast-forward of one workflow.
func (f forward) ask(ctx context.Context, w *workflowservice.DescribeWorkflowExecutionResponse) error {
	_, err := f.client.WorkflowService().UpdateWorkflowExecutionOptions(ctx, &workflowservice.UpdateWorkflowExecutionOptionsRequest{
		Namespace:         Namespace,
		WorkflowExecution: w.GetWorkflowExecutionInfo().GetExecution(),
		WorkflowExecutionOptions: &workflow.WorkflowExecutionOptions{TimeSkippingConfig: &common.TimeSkippingConfig{
			Enabled:             true,
			DisablePropagation:  true,
			MaxSessionSkipCount: maxSkips,
			FastForwardConfig: &common.FastForwardConfig{
				Id:       f.id(),
				Duration: durationpb.New(f.target.Sub(virtualNow(w))),
			},
		}},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"time_skipping_config"}},
	})
	var ended *serviceerror.NotFound
	if errors.As(err, &ended) {
		return nil // since it was described; the next look will tell
	}
	return err
}

// id names the fast-forward by its target, so that an older one still pending behind a child is told from it.
func (f forward) id() string { return f.target.Format(time.RFC3339Nano) }

// asked tells whether a workflow is skipping to the target; it stops by itself after maxSkips and is then asked again.
func (f forward) asked(w *workflowservice.DescribeWorkflowExecutionResponse) bool {
	cfg := w.GetWorkflowExtendedInfo().GetTimeSkippingInfo().GetEffectiveConfig()
	return cfg.GetEnabled() && cfg.GetFastForwardConfig().GetId() == f.id()
}

// activityUnderWay tells whether an activity runs or is about to; one that waits for its next attempt does not count.
func activityUnderWay(w *workflowservice.DescribeWorkflowExecutionResponse) bool {
	now := virtualNow(w)
	for _, a := range w.GetPendingActivities() {
		waiting := a.GetState() == enums.PENDING_ACTIVITY_STATE_SCHEDULED && a.GetAttempt() > 1 &&
			a.GetScheduledTime().AsTime().After(now)
		if !waiting {
			return true
		}
	}
	return false
}

// timerDue tells whether a timer of the workflow should have fired by now, from its history: the description does not list timers.
func timerDue(ctx context.Context, c client.Client, w *workflowservice.DescribeWorkflowExecutionResponse) (bool, error) {
	x := w.GetWorkflowExecutionInfo().GetExecution()
	due := map[int64]time.Time{}
	events := c.GetWorkflowHistory(ctx, x.GetWorkflowId(), x.GetRunId(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return false, fmt.Errorf("read the history of workflow %s: %w", x.GetWorkflowId(), err)
		}
		switch e.GetEventType() {
		case enums.EVENT_TYPE_TIMER_STARTED:
			due[e.GetEventId()] = e.GetEventTime().AsTime().Add(e.GetTimerStartedEventAttributes().GetStartToFireTimeout().AsDuration())
		case enums.EVENT_TYPE_TIMER_FIRED:
			delete(due, e.GetTimerFiredEventAttributes().GetStartedEventId())
		case enums.EVENT_TYPE_TIMER_CANCELED:
			delete(due, e.GetTimerCanceledEventAttributes().GetStartedEventId())
		}
	}
	now := virtualNow(w)
	for _, at := range due {
		if !at.After(now) {
			return true, nil
		}
	}
	return false, nil
}
