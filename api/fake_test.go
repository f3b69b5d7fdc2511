package api

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// fakeTemporal runs instances on the real engine, in this process, and writes what they do to the store as workflows do. Jobs are done at
// once, but for those whose type is "broken".
type fakeTemporal struct {
	library *library

	mu         sync.Mutex
	down       bool
	instances  map[string]*fakeInstance
	updates    map[string]error // outcomes by update id
	signals    []workflows.Message
	inputs     map[string]workflows.Input
	terminated []string // instances that somebody has ended in the Temporal Web UI, or has reset
	unreadable string   // an instance that Temporal tells nothing of
}

type fakeInstance struct {
	id       string
	in       workflows.Input
	program  *engine.Program
	state    engine.State
	sequence int64
}

func newFake(l *library) *fakeTemporal {
	return &fakeTemporal{library: l, instances: map[string]*fakeInstance{}, updates: map[string]error{}, inputs: map[string]workflows.Input{}}
}

func (f *fakeTemporal) reach() error {
	if f.down {
		return serviceerror.NewUnavailable("down")
	}
	return nil
}

// find returns an instance that has not ended.
func (f *fakeTemporal) find(id string) (*fakeInstance, error) {
	i, ok := f.instances[id]
	if !ok || i.state.Status != engine.Active {
		return nil, serviceerror.NewNotFound("no such workflow")
	}
	return i, f.reach()
}

// ExecuteWorkflow starts an instance once.
func (f *fakeTemporal) ExecuteWorkflow(ctx context.Context, o client.StartWorkflowOptions, _ any, args ...any) (client.WorkflowRun, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.reach(); err != nil {
		return nil, err
	}
	if _, ok := f.instances[o.ID]; ok {
		return nil, serviceerror.NewWorkflowExecutionAlreadyStarted("started", "", "")
	}
	in := args[0].(workflows.Input)
	f.inputs[o.ID] = in
	return fakeRun{err: f.start(ctx, o.ID, in)}, nil
}

func (f *fakeTemporal) start(ctx context.Context, id string, in workflows.Input) error {
	d, err := f.library.definition(ctx, in.Definition)
	if err != nil {
		return err
	}
	calendar, err := workday.New(in.Calendar)
	if err != nil {
		return err
	}
	i := &fakeInstance{id: id, in: in, program: &engine.Program{Plan: d.Plan, Decisions: d.Decisions, Calendar: calendar, Zone: workday.Zone(), Version: in.Interpreter}}
	vars, err := engine.ParseVariables(in.Variables)
	if err != nil {
		return err
	}
	if err := f.step(ctx, i, engine.Event{Kind: engine.Start, Element: in.StartElement, Variables: vars, Instructions: in.Begin}, "", in.Reason); err != nil {
		return temporal.NewNonRetryableApplicationError(err.Error(), "invalid", nil)
	}
	f.instances[id] = i
	return nil
}

// step applies an event, writes the projection and does what the commands say.
func (f *fakeTemporal) step(ctx context.Context, i *fakeInstance, e engine.Event, answer, reason string) error {
	e.At = time.Now()
	var turn engine.Turn
	if err := i.program.Step(&i.state, e, &turn); err != nil {
		return err
	}
	i.sequence++
	if _, err := f.library.store.Apply(casework.WithActor(ctx, casework.User{}), i.projection(turn, e.Actor, answer, reason)); err != nil {
		return err
	}
	for _, c := range turn.Commands {
		if err := f.do(ctx, i, c); err != nil {
			return err
		}
	}
	return nil
}

func (f *fakeTemporal) do(ctx context.Context, i *fakeInstance, c engine.Command) error {
	switch c.Kind {
	case engine.RunJob:
		event := engine.Event{Kind: engine.CompleteJob, Key: c.Key}
		switch c.Job.Type {
		case "broken":
			event = engine.Event{Kind: engine.FailJob, Key: c.Key, Code: "job_failed", Text: "the post office is closed"}
		case "set-outcome":
			if err := f.setOutcome(ctx, i, c.Key); err != nil {
				return err
			}
		}
		return f.step(ctx, i, event, "", "")
	case engine.StartChild:
		d, err := f.library.store.LatestDefinition(ctx, c.Process)
		if err != nil {
			return err
		}
		in := i.in
		in.ProcessID, in.Version, in.Definition, in.Parent, in.ParentKey = d.ProcessID, d.Version, d.Hash, i.id, c.Key
		in.Variables, _ = json.Marshal(c.Variables)
		return f.start(ctx, workflows.ChildID(i.id, c.Key, c.Again), in)
	case engine.Finish:
		if parent, ok := f.instances[i.in.Parent]; ok {
			return f.step(ctx, parent, engine.Event{Kind: engine.CompleteChild, Key: i.in.ParentKey, Variables: i.state.Result}, "", "")
		}
	}
	return nil
}

// setOutcome closes the case, as the worker does.
func (f *fakeTemporal) setOutcome(ctx context.Context, i *fakeInstance, key int64) error {
	var seen struct{ Outcome string }
	vars, err := json.Marshal(i.state.Variables(key))
	if err == nil {
		err = json.Unmarshal(vars, &seen)
	}
	if err != nil {
		return err
	}
	return f.library.store.CloseCase(casework.WithActor(ctx, casework.User{}), i.in.CaseID, seen.Outcome)
}

// UpdateWorkflow applies the event of an update, once for each id.
func (f *fakeTemporal) UpdateWorkflow(ctx context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.reach(); err != nil {
		return nil, err
	}
	if outcome, again := f.updates[o.UpdateID]; again {
		return fakeUpdate{err: outcome}, nil
	}
	i, err := f.find(o.WorkflowID)
	if err != nil {
		return nil, err
	}
	r := o.Args[0].(workflows.Request)
	vars, err := engine.ParseVariables(r.Variables)
	switch {
	case err == nil && o.UpdateName == workflows.MigrateUpdate:
		err = f.migrate(ctx, i, r)
	case err == nil:
		err = f.step(ctx, i, engine.Event{Kind: engine.EventKind(eventKinds[o.UpdateName]), Actor: r.Actor, Key: r.Key, Timer: r.Timer,
			Due: r.Due, Assignee: r.Assignee, Claim: r.Claim, Element: r.Element, Variables: vars, ID: r.Reason, Task: r.Task, Instructions: r.Instructions}, r.Answer, r.Reason)
	}
	if rejection, ok := err.(*engine.Rejection); ok {
		err = refusalOf(rejection)
	}
	f.updates[o.UpdateID] = err
	return fakeUpdate{err: err, reply: f.reply(i)}, nil
}

// refusalOf is a rejection as it comes over the wire.
func refusalOf(r *engine.Rejection) error {
	return temporal.NewNonRetryableApplicationError(r.Message, r.Code, nil, details(r)...)
}

// migrate lets an instance go on in another version.
func (f *fakeTemporal) migrate(ctx context.Context, i *fakeInstance, r workflows.Request) error {
	if i.in.Definition == r.Migration.Definition {
		return nil
	}
	d, err := f.library.definition(ctx, r.Migration.Definition)
	if err != nil {
		return err
	}
	before, in := i.program, i.in
	after := *before
	after.Plan, after.Decisions = d.Plan, d.Decisions
	i.program, i.in.Definition, i.in.Version = &after, d.Hash, r.Migration.Version
	err = f.step(ctx, i, engine.Event{Kind: engine.Migrate, Actor: r.Actor, ID: r.Reason, Migration: &engine.Migration{From: before.Plan, Mapping: r.Migration.Mapping}}, "", "")
	if err != nil {
		i.program, i.in = before, in
	}
	return err
}

var eventKinds = map[string]engine.EventKind{
	workflows.CompleteTaskUpdate: engine.CompleteTask, workflows.AssignTaskUpdate: engine.AssignTask, workflows.TriggerTimerUpdate: engine.FireTimer,
	workflows.MoveTimerUpdate: engine.MoveTimer, workflows.RetryUpdate: engine.Retry, workflows.SetVariablesUpdate: engine.SetVariables,
	workflows.DelegateTaskUpdate: engine.DelegateTask, workflows.ResolveTaskUpdate: engine.ResolveTask, workflows.UpdateTaskUpdate: engine.UpdateTask,
	workflows.ActivateUpdate: engine.Choose, workflows.AdHocUpdate: engine.CompleteAdHoc,
	workflows.CancelUpdate: engine.Cancel, workflows.SuspendUpdate: engine.Suspend, workflows.ResumeUpdate: engine.Resume, workflows.ModifyUpdate: engine.Modify,
}

// details are the problems of a modification.
func details(r *engine.Rejection) []any {
	switch {
	case len(r.Problems) > 0:
		return []any{r.Problems}
	case r.Findings != nil:
		return []any{r.Findings}
	}
	return nil
}

func (f *fakeTemporal) reply(i *fakeInstance) workflows.Reply {
	r := workflows.Reply{Status: i.state.Status, Sequence: i.sequence, Children: i.children()}
	if i.state.Status != engine.Active {
		r.Parent = i.in.Parent
	}
	return r
}

func (i *fakeInstance) children() (ids []string) {
	for _, n := range i.state.Nodes {
		if n.Wait == engine.WaitChild {
			ids = append(ids, workflows.ChildID(i.id, n.Key, n.Again))
		}
	}
	return ids
}

// QueryWorkflow answers the state, also of an instance that has ended.
func (f *fakeTemporal) QueryWorkflow(_ context.Context, id, _, _ string, _ ...any) (converter.EncodedValue, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, ok := f.instances[id]
	if !ok {
		return nil, serviceerror.NewNotFound("no such workflow")
	}
	data, err := json.Marshal(workflows.View{State: i.state, Sequence: i.sequence, Now: time.Now(),
		Definition: i.in.Definition, Version: i.in.Version, Calendar: i.in.Calendar, Interpreter: i.in.Interpreter})
	if err != nil {
		return nil, err
	}
	return fakeValue(data), f.reach()
}

// SignalWorkflow gives a message to a running instance, and remembers it.
func (f *fakeTemporal) SignalWorkflow(ctx context.Context, id, _, _ string, arg any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.reach(); err != nil {
		return err
	}
	i, err := f.find(id)
	if err != nil {
		return err
	}
	if s, ok := arg.(casework.Signal); ok {
		vars, err := engine.ParseVariables(s.Variables)
		if err != nil {
			return err
		}
		return f.step(ctx, i, engine.Event{Kind: engine.Signal, Name: s.Name, Variables: vars, ID: s.ID}, "", "")
	}
	m := arg.(workflows.Message)
	f.signals = append(f.signals, m)
	vars, err := engine.ParseVariables(m.Variables)
	if err != nil {
		return err
	}
	return f.step(ctx, i, engine.Event{Kind: engine.Correlate, Name: m.Name, CorrelationKey: m.CorrelationKey, Variables: vars, ID: m.ID, TTL: m.TTL}, "", "")
}

// CheckHealth tells whether it is up.
func (f *fakeTemporal) CheckHealth(context.Context, *client.CheckHealthRequest) (*client.CheckHealthResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return nil, f.reach()
}

func (f *fakeTemporal) setDown(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}

// projection tells the store what a turn did, and all that is open.
func (i *fakeInstance) projection(turn engine.Turn, actor, answer, reason string) casework.Projection {
	p := casework.Projection{Sequence: i.sequence, At: time.Now(), Whole: true, Instance: i.instance()}
	for _, r := range turn.Trace {
		step := casework.Step{Kind: string(r.Kind), Key: r.Key, Actor: actor}
		if r.Element != nil {
			step.ElementID, step.Name, step.Type = r.Element.ID, r.Element.Name, string(r.Element.Kind)
		}
		if r.Kind == engine.InstanceHeld || r.Kind == engine.InstanceResumed {
			step.Detail, _ = json.Marshal(map[string]string{"reason": r.Text})
		}
		p.History = append(p.History, step)
	}
	if reason != "" {
		p.History[0].Detail, _ = json.Marshal(map[string]string{"reason": reason})
	}
	for _, c := range turn.Commands {
		if now := time.Now(); c.Kind == engine.CloseTask {
			t := casework.Task{ID: workflows.TaskID(i.id, c.Key), Key: c.Key, ElementID: c.Element.ID, Name: c.Element.Name, State: casework.TaskCanceled, CreatedAt: now, EndedAt: &now}
			if c.Done {
				t.State, t.EndedBy, t.Answer = casework.TaskCompleted, actor, answer
			}
			p.Tasks = append(p.Tasks, t)
		}
	}
	for n := range i.state.Nodes {
		i.open(&p, &i.state.Nodes[n])
	}
	return p
}

func (i *fakeInstance) instance() casework.Instance {
	out := casework.Instance{ID: i.id, ProcessID: i.in.ProcessID, Version: i.in.Version, Definition: i.in.Definition, BusinessKey: i.in.BusinessKey,
		CaseID: i.in.CaseID, ParentID: i.in.Parent, RestartedFrom: i.in.RestartedFrom, State: casework.InstanceActive, StartedAt: time.Now()}
	vars := i.state.Result
	if root := i.state.Root(); root != nil {
		vars = root.Variables
	}
	out.Variables, _ = json.Marshal(vars)
	incident := func(n engine.Node) bool { return n.Incident != nil }
	switch now := time.Now(); {
	case i.state.Status == engine.Completed:
		out.State, out.EndedAt = casework.InstanceCompleted, &now
	case i.state.Status != engine.Active:
		out.State, out.EndedAt = casework.InstanceCanceled, &now
	case i.state.Suspended != nil:
		out.State = casework.InstanceSuspended
	case slices.ContainsFunc(i.state.Nodes, incident):
		out.State = casework.InstanceIncident
	}
	return out
}

// open adds what a node has open.
func (i *fakeInstance) open(p *casework.Projection, n *engine.Node) {
	e, _ := i.program.Plan.Element(n.Element)
	held := casework.Element{Key: n.Key, ElementID: e.ID, Name: e.Name, Type: string(e.Kind), State: string(n.Wait), Since: n.Since}
	if n.Wait == engine.WaitChild {
		held.Child = workflows.ChildID(i.id, n.Key, n.Again)
	}
	p.Elements = append(p.Elements, held)
	for _, t := range n.Timers {
		if i.state.Suspended != nil {
			break
		}
		p.Timers = append(p.Timers, casework.Timer{ID: workflows.TimerID(n.Key, t.Key), Key: n.Key, ElementID: t.Element, DueAt: t.Due})
	}
	for _, s := range n.Subscriptions {
		p.Subscriptions = append(p.Subscriptions, casework.Subscription{Key: s.Key, ElementID: s.Element, Name: s.Name, CorrelationKey: s.CorrelationKey, Signal: s.Signal})
	}
	if n.Incident != nil {
		p.Incidents = append(p.Incidents, casework.Incident{Key: n.Key, ElementID: n.Element, Code: n.Incident.Code, Message: n.Incident.Message, RaisedAt: n.Incident.At})
	}
	if t := n.Task; t != nil {
		p.Tasks = append(p.Tasks, casework.Task{ID: workflows.TaskID(i.id, n.Key), Key: n.Key, ElementID: e.ID, Name: e.Name, Form: e.UserTask.Form,
			State: casework.TaskOpen, Assignee: t.Assignee, Owner: t.Owner, CandidateGroups: t.CandidateGroups, Priority: t.Priority,
			DueAt: t.Due, FollowUpAt: t.FollowUp, CreatedAt: n.Since})
	}
}

type fakeValue []byte

func (v fakeValue) HasValue() bool     { return true }
func (v fakeValue) Get(into any) error { return json.Unmarshal(v, into) }

type fakeRun struct {
	client.WorkflowRun
	err error
}

func (r fakeRun) Get(context.Context, any) error { return r.err }

type fakeUpdate struct {
	client.WorkflowUpdateHandle
	reply workflows.Reply
	err   error
}

func (u fakeUpdate) Get(_ context.Context, into any) error {
	if u.err == nil {
		*into.(*workflows.Reply) = u.reply
	}
	return u.err
}

// ListWorkflow lists what was terminated from outside.
func (f *fakeTemporal) ListWorkflow(context.Context, *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := new(workflowservice.ListWorkflowExecutionsResponse)
	for _, id := range f.terminated {
		out.Executions = append(out.Executions, &workflow.WorkflowExecutionInfo{Execution: &common.WorkflowExecution{WorkflowId: id}})
	}
	return out, f.reach()
}

// DescribeWorkflowExecution tells whether an instance was terminated.
func (f *fakeTemporal) DescribeWorkflowExecution(_ context.Context, id, _ string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if id == f.unreadable {
		return nil, serviceerror.NewInternal("cannot read " + id)
	}
	info := &workflow.WorkflowExecutionInfo{Status: enums.WORKFLOW_EXECUTION_STATUS_RUNNING}
	if _, runs := f.instances[id]; !runs {
		info.Status = enums.WORKFLOW_EXECUTION_STATUS_TERMINATED
	}
	return &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: info}, f.reach()
}
