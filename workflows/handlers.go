package workflows

import (
	"cmp"
	"errors"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fasthold/internal/casework"
	"fasthold/workflows/engine"
)

// updates are the updates that are one engine event each, in the order they are registered.
var updates = []struct {
	name string
	kind engine.EventKind
}{
	{CompleteTaskUpdate, engine.CompleteTask},
	{AssignTaskUpdate, engine.AssignTask},
	{DelegateTaskUpdate, engine.DelegateTask},
	{ResolveTaskUpdate, engine.ResolveTask},
	{UpdateTaskUpdate, engine.UpdateTask},
	{TriggerTimerUpdate, engine.FireTimer},
	{MoveTimerUpdate, engine.MoveTimer},
	{RetryUpdate, engine.Retry},
	{SetVariablesUpdate, engine.SetVariables},
	{ActivateUpdate, engine.Choose},
	{AdHocUpdate, engine.CompleteAdHoc},
	{CancelUpdate, engine.Cancel},
	{ModifyUpdate, engine.Modify},
	{SuspendUpdate, engine.Suspend},
	{ResumeUpdate, engine.Resume},
}

// handle opens the instance to the world.
func (p *process) handle() error {
	if err := workflow.SetQueryHandler(p.ctx, StateQuery, p.view); err != nil {
		return err
	}
	if err := workflow.SetQueryHandler(p.ctx, StoredQuery, p.inStore); err != nil {
		return err
	}
	p.listen()
	for _, u := range updates {
		if err := p.handleUpdate(u.name, u.kind); err != nil {
			return err
		}
	}
	if err := p.handleMigration(); err != nil {
		return err
	}
	return workflow.SetUpdateHandler(p.ctx, RebuildUpdate, p.rebuild)
}

// handleUpdate applies the event in the handler itself: a step never waits, so nothing comes between the check and the change.
func (p *process) handleUpdate(name string, kind engine.EventKind) error {
	handler := func(ctx workflow.Context, r Request) (Reply, error) {
		e, err := r.event(kind)
		if err == nil && !p.appliedBefore(ctx) {
			if err = p.step(e, kept{r.Answer, r.Reason}); err == nil {
				p.applied(ctx)
			}
		}
		if err == nil {
			err = p.listened(ctx, e)
		}
		if err != nil {
			return Reply{}, refusal(err)
		}
		if err := p.settled(ctx); err != nil {
			return Reply{}, err
		}
		return p.reply(), nil
	}
	validator := func(ctx workflow.Context, r Request) error {
		e, err := r.event(kind)
		if err == nil && !p.appliedBefore(ctx) {
			e.At = workflow.Now(p.ctx)
			err = p.program.Accept(&p.state, e)
		}
		return refusal(err)
	}
	return workflow.SetUpdateHandlerWithOptions(p.ctx, name, handler, workflow.UpdateHandlerOptions{Validator: validator})
}

// maxApplied bounds the ids of updates that a run hands over to the next.
const maxApplied = 16

// applied keeps the id of an update. Its answer may be lost with the run, when that continues as new in the same workflow task: whoever asks
// again asks the next run.
func (p *process) applied(ctx workflow.Context) {
	p.updates = append(p.updates, workflow.GetCurrentUpdateInfo(ctx).ID)
	if extra := len(p.updates) - maxApplied; extra > 0 {
		p.updates = slices.Delete(p.updates, 0, extra)
	}
}

// appliedBefore reports whether an update was applied in the runs just before this one. Temporal itself knows those of this one.
func (p *process) appliedBefore(ctx workflow.Context) bool {
	return p.in.Carried != nil && slices.Contains(p.in.Carried.Updates, workflow.GetCurrentUpdateInfo(ctx).ID)
}

// listened waits until the listeners of a task have let a change of it happen; the error is that one of them denied it, or has failed: then
// the change is pending until somebody resolves the incident.
func (p *process) listened(ctx workflow.Context, e engine.Event) error {
	delete(p.denied, e.Key)
	var n *engine.Node
	waits := func() bool {
		found, ok := p.state.Node(e.Key)
		n = found
		return ok && found.Task != nil && found.Task.Transition != nil && found.Incident == nil
	}
	if !waits() {
		return nil
	}
	if err := workflow.Await(ctx, func() bool { return !waits() }); err != nil {
		return err
	}
	if reason, ok := p.denied[e.Key]; ok {
		delete(p.denied, e.Key)
		return &engine.Rejection{Code: engine.Invalid, Message: reason}
	}
	if n != nil && n.Incident != nil {
		return temporal.NewNonRetryableApplicationError(n.Incident.Message, string(casework.Pending), nil)
	}
	return nil
}

func (r Request) event(kind engine.EventKind) (engine.Event, error) {
	vars, err := engine.ParseVariables(r.Variables)
	if err != nil {
		return engine.Event{}, &engine.Rejection{Code: engine.Invalid, Message: err.Error()}
	}
	return engine.Event{Kind: kind, Actor: r.Actor, Key: r.Key, Timer: r.Timer, Due: r.Due, Assignee: r.Assignee, Claim: r.Claim, Element: r.Element, Variables: vars,
		ID: cmp.Or(r.Reason, r.Answer), Task: r.Task, Instructions: r.Instructions}, nil
}

// refusal is how a client learns that an event was not applied: an application error whose type is the code, with all problems of a
// modification as details.
func refusal(err error) error {
	var r *engine.Rejection
	if errors.As(err, &r) && len(r.Problems) > 0 {
		return temporal.NewNonRetryableApplicationError(r.Message, r.Code, nil, r.Problems)
	}
	if errors.As(err, &r) {
		if r.Findings != nil {
			return temporal.NewNonRetryableApplicationError(r.Message, r.Code, nil, r.Findings)
		}
		return temporal.NewNonRetryableApplicationError(r.Message, r.Code, nil)
	}
	return err
}

func (p *process) reply() Reply {
	r := Reply{Status: p.state.Status, Sequence: p.stored}
	for i := range p.state.Nodes {
		if child, ok := p.children[p.state.Nodes[i].Key]; ok {
			r.Children = append(r.Children, child)
		}
	}
	if p.ended() {
		r.Parent = p.in.Parent
	}
	return r
}

func (p *process) rebuild(ctx workflow.Context, _ Request) (Reply, error) {
	p.pending.addAll(p)
	if err := p.settled(ctx); err != nil {
		return Reply{}, err
	}
	return p.reply(), nil
}

func (p *process) view() (View, error) {
	return View{State: p.state, Sequence: p.stored, Wrong: p.state.Verify(), Now: p.now,
		Definition: p.in.Definition, Version: p.in.Version, Interpreter: p.in.Interpreter, Calendar: p.in.Calendar}, nil
}

func (p *process) inStore() (casework.Stored, error) {
	return casework.Stored{InstanceID: p.id, Sequence: p.stored, Digest: p.digest}, nil
}

// listen takes messages, signals, escalations and the ends of called processes, and a cancellation of the workflow. Of what comes in one
// workflow task those that listen first take theirs first: an escalation comes before the end of the called process that threw it.
func (p *process) listen() {
	hear(p, MessageSignal, p.message)
	hear(p, BroadcastSignal, p.signal)
	if p.program.Version < engine.CallsKept {
		hear(p, ChildSignal, p.childEnded)
	}
	hear(p, EscalationSignal, p.childEscalated)
	if p.program.Version >= engine.CallsKept {
		hear(p, ChildSignal, p.childEnded)
	}
	workflow.Go(p.ctx, func(ctx workflow.Context) {
		p.canceled.Receive(ctx, nil)
		p.stepQuietly(engine.Event{Kind: engine.Cancel})
	})
}

// hear takes all Temporal signals of a name.
func hear[T any](p *process, name string, take func(T)) {
	all := workflow.GetSignalChannel(p.ctx, name)
	workflow.Go(p.ctx, func(ctx workflow.Context) {
		for {
			var one T
			all.Receive(ctx, &one)
			take(one)
		}
	})
}

func (p *process) message(m Message) {
	vars, err := engine.ParseVariables(m.Variables)
	if err != nil {
		p.log.Error("a message with unreadable variables was dropped", "message", m.Name, "id", m.ID)
		return
	}
	p.stepQuietly(engine.Event{Kind: engine.Correlate, Name: m.Name, CorrelationKey: m.CorrelationKey, Variables: vars, ID: m.ID, TTL: m.TTL})
}

func (p *process) signal(s casework.Signal) {
	vars, err := engine.ParseVariables(s.Variables)
	if err != nil {
		p.log.Error("a signal with unreadable variables was dropped", "signal", s.Name, "id", s.ID)
		return
	}
	p.stepQuietly(engine.Event{Kind: engine.Signal, Name: s.Name, Variables: vars, ID: s.ID})
}
