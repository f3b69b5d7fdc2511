package api

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"

	"fasthold/workflows"
)

const (
	lostTick    = 15 * time.Second
	lostPage    = 200
	lostOverlap = 10 * time.Minute // how late Temporal may list what has ended
	lostTimeout = 30 * time.Second
)

// FindLost looks, until ctx ends, for instances whose workflow was ended from outside, such as by "Terminate" in the Temporal Web UI. Nobody
// else tells the store of those: they would look as if they ran, for ever.
func (s *Server) FindLost(ctx context.Context) {
	tick := time.NewTicker(lostTick)
	defer tick.Stop()
	var since time.Time
	for {
		began := time.Now()
		if err := s.findLost(ctx, since); err == nil {
			since = began.Add(-lostOverlap)
		} else if ctx.Err() == nil {
			s.Log.InfoContext(ctx, "instances that were ended from outside are looked for later", "reason", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// findLost looks through the workflows that ended since then otherwise than by themselves; the zero time means all that Temporal still has.
func (s *Server) findLost(ctx context.Context, since time.Time) (failed error) {
	ctx, cancel := context.WithTimeout(ctx, lostTimeout)
	defer cancel()
	query := fmt.Sprintf(`WorkflowType = "%s" AND ExecutionStatus IN ("Terminated", "Failed", "TimedOut")`, workflows.ProcessWorkflow)
	if !since.IsZero() {
		query += fmt.Sprintf(` AND CloseTime > "%s"`, since.UTC().Format(time.RFC3339))
	}
	request := &workflowservice.ListWorkflowExecutionsRequest{Query: query, PageSize: lostPage}
	for {
		page, err := s.Temporal.ListWorkflow(ctx, request)
		if err != nil {
			return err
		}
		ids := make([]string, len(page.Executions))
		for i, e := range page.Executions {
			ids[i] = e.Execution.GetWorkflowId()
		}
		failed = errors.Join(failed, s.abandonLost(ctx, ids))
		if request.NextPageToken = page.NextPageToken; len(request.NextPageToken) == 0 {
			return failed
		}
	}
}

func (s *Server) abandonLost(ctx context.Context, ids []string) error {
	running, err := s.Store.Running(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range running {
		err = errors.Join(err, s.abandonIfLost(ctx, id)) // one that fails keeps no other waiting
	}
	return err
}

func (s *Server) abandonIfLost(ctx context.Context, id string) error {
	how, err := s.endedFromOutside(ctx, id)
	if err != nil || how == "" {
		return err
	}
	s.Log.WarnContext(ctx, "an instance was ended from outside", "instance", id, "how", how)
	return s.Store.Abandon(ctx, id, how)
}

// endedFromOutside tells how the last run of a workflow was ended, "" when it runs, as after a reset, or ended by itself.
func (s *Server) endedFromOutside(ctx context.Context, id string) (string, error) {
	d, err := s.Temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return "", err
	}
	switch status := d.GetWorkflowExecutionInfo().GetStatus(); status {
	case enums.WORKFLOW_EXECUTION_STATUS_TERMINATED, enums.WORKFLOW_EXECUTION_STATUS_FAILED, enums.WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
		return strings.ToLower(status.String()), nil
	}
	return "", nil
}
