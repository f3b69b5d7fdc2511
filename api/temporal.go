package api

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Temporal is what the API needs of Temporal's client.
type Temporal interface {
	ExecuteWorkflow(ctx context.Context, options client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error)
	UpdateWorkflow(ctx context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error)
	QueryWorkflow(ctx context.Context, workflowID, runID, queryType string, args ...any) (converter.EncodedValue, error)
	SignalWorkflow(ctx context.Context, workflowID, runID, signalName string, arg any) error
	ListWorkflow(ctx context.Context, request *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error)
	DescribeWorkflowExecution(ctx context.Context, workflowID, runID string) (*workflowservice.DescribeWorkflowExecutionResponse, error)
	CheckHealth(ctx context.Context, request *client.CheckHealthRequest) (*client.CheckHealthResponse, error)
}

var _ Temporal = client.Client(nil)

const (
	updateTimeout = 30 * time.Second
	settleTimeout = 5 * time.Second
)

// update asks an instance for a change and returns when its effects are in the lists, also those in the processes it calls and in the one
// that called it. The same id again is the same change; "" for a new one.
func (s *Server) update(ctx context.Context, instance, name, id string, r workflows.Request) error {
	ctx, cancel := context.WithTimeout(ctx, updateTimeout)
	defer cancel()
	r.Actor = actor(ctx).ID
	reply, err := s.ask(ctx, client.UpdateWorkflowOptions{WorkflowID: instance, UpdateName: name, UpdateID: id, Args: []any{r}})
	if err != nil {
		s.mend(ctx, instance, err)
		return err
	}
	if len(reply.Children) > 0 || reply.Parent != "" {
		s.settle(ctx, instance, reply.Parent)
	}
	return nil
}

// ask sends an update until there is an answer to it, under one id. A workflow task may fail for what has nothing to do with the update, such
// as a signal that comes just as the instance ends: Temporal does the task again, without the updates that were in it.
func (s *Server) ask(ctx context.Context, update client.UpdateWorkflowOptions) (reply workflows.Reply, err error) {
	update.WaitForStage = client.WorkflowUpdateStageCompleted
	if update.UpdateID == "" {
		update.UpdateID = uuid.NewString()
	}
	var dropped *serviceerror.WorkflowNotReady
	wait(ctx, func() bool {
		var handle client.WorkflowUpdateHandle
		if handle, err = s.Temporal.UpdateWorkflow(ctx, update); err == nil {
			err = handle.Get(ctx, &reply)
		}
		return !errors.As(err, &dropped)
	})
	return reply, err
}

// mend makes sure of the lists when an instance refuses what they offered.
func (s *Server) mend(ctx context.Context, instance string, refusal error) {
	if casework.CodeOf(fromTemporal(refusal)) != casework.Conflict {
		return
	}
	stored, err := s.Store.Stored(ctx, instance)
	if err == nil {
		err = s.confirm(ctx, stored)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "a projection cannot be confirmed", "instance", instance, "error", err)
	}
}

// settle waits until the processes that the instance calls have come to wait for something of their own, and, if it has ended, until its
// parent has gone on. It waits for a while only: the change is made, and its effects will come.
func (s *Server) settle(ctx context.Context, instance, parent string) {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	for parent != "" {
		if !wait(ctx, func() bool { return s.heard(ctx, parent, instance) }) {
			return
		}
		instance, parent = parent, s.parentOfEnded(ctx, parent)
	}
	wait(ctx, func() bool { return s.quiet(ctx, instance) })
}

// heard reports whether the parent knows that the child has ended.
func (s *Server) heard(ctx context.Context, parent, child string) bool {
	v, err := s.Store.Instance(ctx, parent)
	waits := func(e casework.Element) bool { return e.Child == child }
	return err == nil && !slices.ContainsFunc(v.Elements, waits)
}

// parentOfEnded returns who goes on after an instance, "" while the instance itself does.
func (s *Server) parentOfEnded(ctx context.Context, instance string) string {
	v, err := s.Store.Instance(ctx, instance)
	if err != nil || v.State.Open() {
		return ""
	}
	return v.ParentID
}

// quiet reports whether every process that is called below the instance has begun, and none has something to tell its caller.
func (s *Server) quiet(ctx context.Context, instance string) bool {
	v, err := s.Store.Instance(ctx, instance)
	if err != nil {
		return false
	}
	for _, e := range v.Elements {
		if e.State == string(engine.WaitChild) && !s.underWay(ctx, e.Child) {
			return false
		}
	}
	return true
}

func (s *Server) underWay(ctx context.Context, child string) bool {
	v, err := s.Store.Instance(ctx, child)
	return err == nil && v.State.Open() && s.quiet(ctx, child)
}

// wait asks again and again, ever more slowly, until done or the context ends; it reports which.
func wait(ctx context.Context, done func() bool) bool {
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		if done() {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pause):
		}
	}
}
