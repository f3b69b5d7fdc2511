package workflows

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fasthold/internal/casework"
	"fasthold/workflows/engine"
)

// Process runs one process instance to its end.
func (b *Processes) Process(ctx workflow.Context, in Input) (Output, error) {
	program, err := b.program(in)
	if err != nil {
		panic(err) // fails the workflow task, which Temporal tries again; to return the error would end the instance
	}
	p := newProcess(ctx, in, program)
	p.processes = b
	if in.Carried == nil {
		// The first event is applied before any handler is set: an update that came with the start finds the tasks it asks for.
		if err := p.begin(); err != nil {
			return Output{}, temporal.NewNonRetryableApplicationError(err.Error(), string(casework.CodeOf(err)), nil)
		}
	} else {
		p.resume(*in.Carried)
	}
	if err := p.handle(); err != nil {
		return Output{}, err
	}
	return p.run()
}

// process is one run of an instance.
type process struct {
	ctx     workflow.Context // never canceled: a canceled workflow still tells the store
	in      Input
	id      string
	program *engine.Program
	// processes finds the program of another version.
	processes *Processes
	log       log.Logger
	// canceled tells of a request to cancel the workflow.
	canceled workflow.ReceiveChannel

	state    engine.State
	turn     engine.Turn
	started  time.Time
	shown    Shown
	timers   timers
	jobs     map[int64]workflow.CancelFunc // by node key
	children map[int64]string              // instance ids by node key
	calling  int                           // called processes about to be started
	weight   int                           // bytes of variables that jobs and calls were given since the last pause
	pausing  bool

	waitingJobs, waitingCalls backlog

	denied map[int64]string // by node key, why a listener refused what somebody waits to hear of

	pending  projection // what the store does not know yet
	now      time.Time  // of the last step
	sequence int64      // of the last projection that was begun
	stored   int64      // of the last one the store has
	digest   string     // of that one
	updates  []string   // ids of those that were applied last
	short    int        // local work under way, after which the instance goes on at once
}

func newProcess(ctx workflow.Context, in Input, program *engine.Program) *process {
	free, _ := workflow.NewDisconnectedContext(ctx)
	return &process{
		ctx: free, in: in, program: program,
		id:       workflow.GetInfo(ctx).WorkflowExecution.ID,
		log:      workflow.GetLogger(ctx),
		canceled: ctx.Done(),
		timers:   timers{all: map[int64]*timer{}},
		jobs:     map[int64]workflow.CancelFunc{},
		children: map[int64]string{},
		denied:   map[int64]string{},
	}
}

func (p *process) begin() error {
	vars, err := engine.ParseVariables(p.in.Variables)
	if err != nil {
		return err
	}
	p.started = workflow.Now(p.ctx)
	return p.step(engine.Event{Kind: engine.Start, Element: p.in.StartElement, Variables: vars, Catches: p.in.Catches, Escalations: p.in.Escalations,
		Instructions: p.in.Begin, Actor: p.in.Actor}, kept{reason: p.in.Reason})
}

// resume takes over from the run before: timers are set again from their due times.
func (p *process) resume(c Carried) {
	p.state, p.sequence, p.stored, p.digest, p.started, p.shown = c.State, c.Sequence, c.Sequence, c.Digest, c.StartedAt, c.Shown
	p.now = workflow.Now(p.ctx)
	p.updates = slices.Clone(c.Updates)
	if c.Children != nil {
		p.children = c.Children
	}
	p.resumeBacklogs(c.Waiting)
	if p.state.Suspended != nil {
		return
	}
	for i := range p.state.Nodes {
		for _, t := range p.state.Nodes[i].Timers {
			p.setTimer(p.state.Nodes[i].Key, t)
		}
	}
	p.armTimers()
	p.letIn()
}

// kept are the ids of what the store keeps of an event: what a person entered with it, and why somebody did it by hand.
type kept struct{ answer, reason string }

// step applies one event and does what follows from it.
func (p *process) step(e engine.Event, k kept) error {
	p.now = workflow.Now(p.ctx)
	e.At = p.now
	if err := p.program.Step(&p.state, e, &p.turn); err != nil {
		return err
	}
	p.pending.add(p, e, k)
	for _, r := range p.turn.Trace {
		if r.Kind == engine.Denied {
			p.denied[r.Key] = r.Text
		}
	}
	for _, c := range p.turn.Commands {
		p.do(c)
	}
	p.armTimers()
	p.letIn()
	return nil
}

// stepQuietly applies an event that may come too late, such as a timer that fires as its element ends.
func (p *process) stepQuietly(e engine.Event) {
	if err := p.step(e, kept{}); err != nil {
		p.log.Info("event came too late", "event", string(e.Kind), "reason", err.Error())
		p.armTimers() // what it tells of is over all the same
		p.letIn()
	}
}

// run writes projections until the instance has ended or should continue as new. It is the only one that does.
func (p *process) run() (Output, error) {
	for {
		err := workflow.Await(p.ctx, func() bool {
			return p.short == 0 && (!p.pending.empty() || p.ended() && p.calling == 0 || p.renewable())
		})
		if err != nil {
			return Output{}, err
		}
		switch {
		case !p.pending.empty():
			p.show()
			p.store()
		case p.ended() && p.calling == 0:
			return p.finish()
		case p.quiet():
			return Output{}, p.renew()
		}
	}
}

func (p *process) ended() bool { return p.state.Status != engine.Active && p.state.Status != "" }

// store writes what is pending, and does not give up.
//
// A local activity may write what is then lost with the worker and its workflow task: the store shows what never happened. The chain of digests
// tells it so when it is given what happened instead, and it is then given everything that is open. Before that Temporal has to record the
// instance's timer: a worker that has lost the workflow task without knowing gets no further, and mends nothing that is right.
func (p *process) store() {
	p.sequence++
	projection := p.pending.take(p)
	for {
		applied := p.project(&projection)
		if !applied.Diverged {
			break
		}
		p.log.Warn("the store had what was lost with a worker; it is written anew", "sequence", projection.Sequence)
		_ = workflow.Sleep(p.ctx, time.Millisecond)
		p.sequence = max(p.sequence, applied.Sequence) + 1
		projection = p.whole(projection)
	}
	p.stored, p.digest = p.sequence, projection.Digest
}

// project writes a projection, and tries again until the store answers.
func (p *process) project(projection *casework.Projection) (applied casework.Applied) {
	projection.Before, projection.Digest = p.digest, ""
	projection.Digest = digest(*projection)
	ctx := workflow.WithLocalActivityOptions(p.ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: 10*time.Second + time.Duration(projection.Rows())*time.Millisecond,
		Summary:             "project",
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, MaximumInterval: 30 * time.Second},
	})
	for {
		err := workflow.ExecuteLocalActivity(ctx, casework.ProjectActivity, *projection).Get(ctx, &applied)
		if err == nil {
			return applied
		}
		p.log.Error("the projection could not be written; trying again in a minute", "sequence", p.sequence, "error", err)
		_ = workflow.Sleep(p.ctx, time.Minute)
	}
}

func digest(projection casework.Projection) string {
	data, _ := json.Marshal(projection)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// settled waits until the store holds everything that has happened so far and no short work is under way.
func (p *process) settled(ctx workflow.Context) error {
	return workflow.Await(ctx, func() bool { return p.short == 0 && p.pending.empty() && p.stored == p.sequence })
}

// finish waits for the handlers under way and tells the caller.
func (p *process) finish() (Output, error) {
	if err := workflow.Await(p.ctx, func() bool { return workflow.AllHandlersFinished(p.ctx) }); err != nil {
		return Output{}, err
	}
	out := p.output()
	if p.in.Parent == "" {
		return out, nil
	}
	err := workflow.SignalExternalWorkflow(p.ctx, p.in.Parent, "", ChildSignal, ChildEnd{p.in.ParentKey, out}).Get(p.ctx, nil)
	var gone *temporal.UnknownExternalWorkflowExecutionError
	if err != nil && !errors.As(err, &gone) {
		p.log.Warn("the calling process could not be told", "parent", p.in.Parent, "error", err)
	}
	return out, nil
}

func (p *process) output() Output {
	vars, _ := json.Marshal(p.state.Result)
	return Output{Status: p.state.Status, Variables: vars, Failure: p.state.Failure}
}

// maxHistory is the number of history events after which an instance continues as new, well below the 10,240 at which Temporal warns.
const maxHistory = 4000

// renewable reports whether the run should and can give way to a new one: nothing may be under way that the new one would not know of.
func (p *process) renewable() bool {
	return p.long() && len(p.jobs) == 0 && p.calling == 0 && workflow.AllHandlersFinished(p.ctx)
}

// long reports whether the run has become so long that it should give way to a new one.
func (p *process) long() bool {
	info := workflow.GetInfo(p.ctx)
	return info.GetContinueAsNewSuggested() || info.GetCurrentHistoryLength() > maxHistory
}

// quiet lets everybody else take what has come, such as a signal that is already in the hands of a listener, and reports whether the run
// can still give way to a new one.
func (p *process) quiet() bool {
	passed := false
	workflow.Go(p.ctx, func(workflow.Context) { passed = true }) // runs after all others
	_ = workflow.Await(p.ctx, func() bool { return passed })
	return p.short == 0 && p.pending.empty() && !p.ended() && p.renewable()
}

func (p *process) renew() error {
	in := p.in
	in.Variables, in.Begin, in.Reason = nil, nil, ""
	in.Carried = &Carried{State: p.state, Sequence: p.sequence, Digest: p.digest, StartedAt: p.started, Children: p.children, Shown: p.shown, Updates: p.updates,
		Waiting: p.carryBacklogs()}
	return workflow.NewContinueAsNewError(p.ctx, ProcessWorkflow, in)
}
