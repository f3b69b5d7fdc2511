package workflows

import (
	"encoding/json"
	"errors"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fasthold/definitions/bpmn"
	"fasthold/internal/casework"
	"fasthold/workflows/engine"
)

// do carries out a command. What concerns the store alone is in the projection.
func (p *process) do(c engine.Command) {
	switch c.Kind {
	case engine.RunJob:
		p.admit(c, &p.waitingJobs, p.roomForJobs, p.runJob)
	case engine.CancelJob:
		p.waitingJobs.withdraw(c.Key)
		p.cancelJob(c.Key)
	case engine.SetTimer:
		p.setTimer(c.Key, c.Timer)
	case engine.CancelTimer:
		p.cancelTimer(c.Timer.Key)
	case engine.StartChild:
		p.admit(c, &p.waitingCalls, p.roomForCalls, p.startChild)
	case engine.CancelChild:
		p.waitingCalls.withdraw(c.Key)
		p.cancelChild(c.Key)
	case engine.Escalate:
		p.escalate(c)
	}
}

// runJob lets an activity do the work of a service task and steps on with what comes of it.
func (p *process) runJob(c engine.Command) {
	ctx, cancel := workflow.WithCancel(p.ctx)
	p.jobs[c.Key] = cancel
	local := jobOf(c).Local
	if local {
		p.short++
	}
	job := p.job(c)
	p.weight += len(job.Variables)
	workflow.Go(ctx, func(ctx workflow.Context) {
		result, err := p.perform(ctx, c, job)
		if ctx.Err() == nil {
			delete(p.jobs, c.Key)
			p.jobEnded(c, result, err)
		}
		if local {
			p.short--
		}
	})
}

func (p *process) cancelJob(key int64) {
	if cancel, ok := p.jobs[key]; ok {
		delete(p.jobs, key)
		cancel()
	}
}

const (
	defaultTimeout = time.Minute
	defaultBackoff = time.Second
	maxBackoff     = time.Hour
)

func (p *process) perform(ctx workflow.Context, c engine.Command, job casework.Job) (json.RawMessage, error) {
	d := jobOf(c)
	timeout, policy := orElse(d.Timeout, defaultTimeout), retryPolicy(d, c.Job.Retries)
	var result json.RawMessage
	if d.Local {
		ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: timeout, RetryPolicy: policy, Summary: c.Element.ID})
		return result, workflow.ExecuteLocalActivity(ctx, casework.LocalJobActivity, job).Get(ctx, &result)
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: timeout, RetryPolicy: policy, Summary: c.Element.ID})
	err := workflow.ExecuteActivity(ctx, c.Job.Type, job).Get(ctx, &result)
	return result, err
}

func retryPolicy(d *bpmn.Job, retries int) *temporal.RetryPolicy {
	return &temporal.RetryPolicy{
		InitialInterval:        orElse(d.Backoff, defaultBackoff),
		BackoffCoefficient:     2,
		MaximumInterval:        maxBackoff,
		MaximumAttempts:        int32(max(retries, 1)),
		NonRetryableErrorTypes: []string{casework.ErrorBPMN, casework.ErrorRefused},
	}
}

func orElse(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// jobOf describes the work of an element, or of a listener of a task.
func jobOf(c engine.Command) *bpmn.Job {
	if c.Listener != nil {
		return &c.Listener.Job
	}
	return c.Element.Job
}

func (p *process) job(c engine.Command) casework.Job {
	vars, _ := json.Marshal(c.Variables)
	headers := make(map[string]string, len(jobOf(c).Headers))
	for _, h := range jobOf(c).Headers {
		headers[h.Key] = h.Value
	}
	return casework.Job{
		InstanceID: p.id, CaseID: p.in.CaseID, Key: c.Key, ElementID: c.Element.ID, Name: nameOf(c.Element), At: workflow.Now(p.ctx).UTC(),
		Type: c.Job.Type, Headers: headers, Variables: vars,
	}
}

// jobEnded steps on: with the variables of a job that is done, with its BPMN error, or with an incident when no retry is left.
func (p *process) jobEnded(c engine.Command, result json.RawMessage, err error) {
	key := c.Key
	if err == nil {
		vars, parseErr := engine.ParseVariables(result)
		if parseErr == nil {
			p.stepQuietly(engine.Event{Kind: engine.CompleteJob, Key: key, Variables: vars})
			return
		}
		err = parseErr
	}
	var a *temporal.ApplicationError
	if !errors.As(err, &a) {
		p.stepQuietly(engine.Event{Kind: engine.FailJob, Key: key, Code: "job_failed", Text: err.Error()})
		return
	}
	if a.Type() != casework.ErrorBPMN || c.Listener != nil {
		p.stepQuietly(engine.Event{Kind: engine.FailJob, Key: key, Code: "job_failed", Text: a.Message()})
		return
	}
	var code string
	var raw json.RawMessage
	_ = a.Details(&code, &raw)
	vars, _ := engine.ParseVariables(raw)
	p.stepQuietly(engine.Event{Kind: engine.ThrowError, Key: key, Code: code, Text: a.Message(), Variables: vars})
}

// startChild starts a called process, which the store is told of when it has started.
func (p *process) startChild(c engine.Command) {
	p.short++
	p.startChildLate(c, func() { p.short-- })
}

// startChildLate starts a called process as a workflow of its own, which tells its end by a signal: that reaches this instance also when
// it has continued as new meanwhile.
func (p *process) startChildLate(c engine.Command, started func()) {
	vars, _ := json.Marshal(c.Variables)
	p.calling++
	p.weight += len(vars)
	workflow.Go(p.ctx, func(ctx workflow.Context) {
		defer started()
		err := p.child(ctx, c, vars)
		p.calling--
		if err != nil {
			p.childFailed(c.Key, "child_not_started", err)
		} else {
			p.letIn()
		}
	})
}

func (p *process) child(ctx workflow.Context, c engine.Command, vars json.RawMessage) error {
	found, err := p.resolve(ctx, c)
	if err != nil {
		return err
	}
	if p.program.Version >= engine.CallsKept && !p.calls(c.Key) { // withdrawn in the step that called, or meanwhile
		return nil
	}
	in := p.in
	in.ProcessID, in.Version, in.Definition, in.StartElement = found.ProcessID, found.Version, found.Definition, ""
	in.Variables = vars
	in.Parent, in.ParentKey, in.Catches, in.Escalations, in.Carried = p.id, c.Key, c.Catches, c.Escalations, nil
	in.Begin, in.RestartedFrom, in.Reason = nil, "", ""
	id := ChildID(p.id, c.Key, c.Again)
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:        id,
		ParentClosePolicy: enums.PARENT_CLOSE_POLICY_ABANDON,
		// A called process that is canceled ends itself, when the store knows.
		WaitForCancellation: true,
		StaticSummary:       c.Element.ID + " " + p.in.CaseNumber,
	})
	run := workflow.ExecuteChildWorkflow(ctx, ProcessWorkflow, in)
	if err := run.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
		return err
	}
	if _, ok := p.state.Node(c.Key); !ok { // canceled while it started
		p.stopChild(id)
		return nil
	}
	p.children[c.Key] = id
	p.pending.touch(c.Key)
	p.watchChild(c.Key, id, run)
	return nil
}

// calls reports whether a node waits for a called process.
func (p *process) calls(key int64) bool {
	n, ok := p.state.Node(key)
	return ok && n.Wait == engine.WaitChild
}

// watchChild notices a called process that could not begin or was terminated: it tells nobody of its end.
func (p *process) watchChild(key int64, id string, run workflow.Future) {
	workflow.Go(p.ctx, func(ctx workflow.Context) {
		if err := run.Get(ctx, nil); err != nil && p.children[key] == id {
			delete(p.children, key)
			p.childFailed(key, "child_failed", err)
		}
	})
}

func (p *process) resolve(ctx workflow.Context, c engine.Command) (casework.ResolvedProcess, error) {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: 10 * time.Second, Summary: "resolve " + c.Process,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, MaximumAttempts: 20, NonRetryableErrorTypes: []string{casework.ErrorRefused}},
	})
	ref := casework.ProcessReference{ProcessID: c.Process, Binding: c.Element.Call.Binding, VersionTag: c.Element.Call.VersionTag, Caller: p.in.Definition}
	var found casework.ResolvedProcess
	err := workflow.ExecuteLocalActivity(ctx, casework.ResolveActivity, ref).Get(ctx, &found)
	return found, err
}

func (p *process) cancelChild(key int64) {
	id, ok := p.children[key]
	if !ok {
		return
	}
	delete(p.children, key)
	p.stopChild(id)
}

// stopChild asks a called process to cancel itself. The instance does not end before Temporal has passed that on, for it drops the requests
// of a workflow that has ended.
func (p *process) stopChild(id string) {
	p.short++
	request := workflow.RequestCancelExternalWorkflow(p.ctx, id, "")
	workflow.Go(p.ctx, func(ctx workflow.Context) {
		defer func() { p.short-- }()
		if err := request.Get(ctx, nil); err != nil {
			p.log.Info("a called process could not be canceled", "child", id, "reason", err)
		}
	})
}

func (p *process) childEnded(end ChildEnd) {
	delete(p.children, end.Key)
	switch out := end.Output; out.Status {
	case engine.Completed:
		vars, _ := engine.ParseVariables(out.Variables)
		p.stepQuietly(engine.Event{Kind: engine.CompleteChild, Key: end.Key, Variables: vars})
	case engine.Failed:
		f := out.Failure
		kind := engine.FailChild
		if f.Escalation {
			kind = engine.EscalateChild
		}
		p.stepQuietly(engine.Event{Kind: kind, Key: end.Key, Code: f.Code, Text: f.Message, Variables: f.Variables})
	default:
		p.stepQuietly(engine.Event{Kind: engine.StopChild, Key: end.Key, Code: "child_canceled", Text: "the called process was canceled: retry starts it again"})
	}
}

func (p *process) childFailed(key int64, code string, err error) {
	text := err.Error()
	var a *temporal.ApplicationError
	if errors.As(err, &a) {
		text = a.Message()
	}
	p.stepQuietly(engine.Event{Kind: engine.StopChild, Key: key, Code: code, Text: text})
}

// escalate tells the caller of an escalation. The instance does not end before Temporal has passed that on: the caller learns it first.
func (p *process) escalate(c engine.Command) {
	vars, _ := json.Marshal(c.Variables)
	p.short++
	told := workflow.SignalExternalWorkflow(p.ctx, p.in.Parent, "", EscalationSignal, Escalation{p.in.ParentKey, c.Code, vars})
	workflow.Go(p.ctx, func(ctx workflow.Context) {
		defer func() { p.short-- }()
		if err := told.Get(ctx, nil); err != nil {
			p.log.Warn("the calling process could not be told of an escalation", "parent", p.in.Parent, "code", c.Code, "error", err)
		}
	})
}

func (p *process) childEscalated(e Escalation) {
	vars, _ := engine.ParseVariables(e.Variables)
	p.stepQuietly(engine.Event{Kind: engine.EscalateChild, Key: e.Key, Code: e.Code, Variables: vars})
}
