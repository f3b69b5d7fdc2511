package story

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"fasthold/definitions"
	"fasthold/definitions/feel"
	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Temporal plays a story on the workflow of process instances in Temporal's time-skipping test environment. What it observes is what the
// store would hold. Close it at the end.
type Temporal struct {
	Set *definitions.Set

	env      *testsuite.TestWorkflowEnvironment
	calendar *workday.Calendar
	worker   jobs
	store    projections
	turns    *Turns
	late     time.Duration // how far the environment's clock may be ahead of the story's
	updates  int
}

var _ Conductor = (*Temporal)(nil)

// rootID is the workflow id that the test environment gives.
const rootID = "default-test-workflow-id"

// tick is the virtual time that a turn takes. It must be longer than local activities take by the clock on the wall, for which the
// environment does not wait longer than for its next timer.
const tick = 2 * time.Second

// patience is how long a busy machine may take for anything.
const patience = time.Minute

// Start starts the workflow.
func (c *Temporal) Start(process string, at time.Time, variables json.RawMessage) (err error) {
	d, ok := c.Set.Process(process)
	if !ok {
		return fmt.Errorf("there is no process %s", process)
	}
	if c.calendar, err = workday.New(workday.Default()); err != nil {
		return err
	}
	c.prepare(at)
	in := workflows.Input{
		ProcessID: process, Version: 1, Definition: d.Hash, Variables: variables, CaseID: "c1", CaseNumber: "2026-000001", Calendar: workday.Default(),
		Interpreter: engine.Current,
	}
	c.turns = Begin(c.env, tick, workflows.ProcessWorkflow, in)
	return c.turn(func() error { return nil }, tick)
}

func (c *Temporal) prepare(at time.Time) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	c.env = suite.NewTestWorkflowEnvironment()
	c.env.SetStartTime(at)
	c.env.SetTestTimeout(patience)
	c.env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: patience})
	(&workflows.Processes{Definitions: c}).Register(c.env)
	c.env.RegisterActivityWithOptions(c.store.project, activity.RegisterOptions{Name: casework.ProjectActivity})
	c.env.RegisterActivityWithOptions(c.resolve, activity.RegisterOptions{Name: casework.ResolveActivity})
	c.env.RegisterActivityWithOptions(c.runJob, activity.RegisterOptions{Name: casework.LocalJobActivity})
	for _, name := range c.jobTypes() {
		c.env.RegisterActivityWithOptions(c.runJob, activity.RegisterOptions{Name: name})
	}
}

// jobTypes are the types of all jobs, each once.
func (c *Temporal) jobTypes() []string {
	var out []string
	seen := map[string]bool{}
	for _, d := range c.Set.Processes {
		for _, ref := range d.Jobs {
			if !seen[ref.ID] {
				seen[ref.ID] = true
				out = append(out, ref.ID)
			}
		}
	}
	return out
}

// Program finds the processes of the set.
func (c *Temporal) Program(_, processID string) (*engine.Program, error) {
	d, ok := c.Set.Process(processID)
	if !ok {
		return nil, fmt.Errorf("there is no process %s", processID)
	}
	return &engine.Program{Plan: d.Plan, Decisions: d.Decisions}, nil
}

func (c *Temporal) resolve(_ context.Context, r casework.ProcessReference) (casework.ResolvedProcess, error) {
	d, ok := c.Set.Process(r.ProcessID)
	if !ok {
		return casework.ResolvedProcess{}, temporal.NewNonRetryableApplicationError("there is no process "+r.ProcessID, casework.ErrorRefused, nil)
	}
	return casework.ResolvedProcess{ProcessID: r.ProcessID, Version: 1, Definition: d.Hash}, nil
}

func (c *Temporal) runJob(_ context.Context, j casework.Job) (json.RawMessage, error) {
	return c.worker.do(Job{j.Type, j.Headers}), nil
}

// turn does something and waits until time has come to it. After the end of the workflow nothing is done.
func (c *Temporal) turn(do func() error, wait time.Duration) error {
	c.late += tick
	_, err := c.turns.Do(do, wait)
	return err
}

// Close cancels the workflow when it has not ended.
func (c *Temporal) Close() error {
	if c.turns == nil {
		return nil
	}
	return c.turns.Close()
}

// Complete completes a task whose form accepts the answer, by the update that the API sends.
func (c *Temporal) Complete(element string, answer json.RawMessage) error {
	task, instance, ok := c.store.task(element)
	if !ok {
		return fmt.Errorf("%s holds no open task", element)
	}
	values, err := c.fill(task, instance, answer)
	if err != nil {
		return err
	}
	a := &accepted{}
	r := workflows.Request{Key: task.Key, Actor: "consultant", Variables: values}
	err = c.turn(func() error { return c.update(instance.ID, r, a) }, tick)
	return errors.Join(err, a.err)
}

func (c *Temporal) fill(task casework.Task, instance casework.Instance, answer json.RawMessage) (json.RawMessage, error) {
	d, _ := c.Set.Process(instance.ProcessID)
	e, _ := d.Plan.Element(task.ElementID)
	vars, err := c.store.seen(instance, task.Key)
	if err != nil {
		return nil, err
	}
	return fill(d, e, answer, &feel.Env{Vars: vars, Now: c.env.Now().In(workday.Zone()), Calendar: c.calendar})
}

func (c *Temporal) update(instance string, r workflows.Request, a *accepted) error {
	c.updates++
	id := fmt.Sprint("update-", c.updates)
	if instance == rootID {
		c.env.UpdateWorkflow(workflows.CompleteTaskUpdate, id, a, r)
		return nil
	}
	return c.env.UpdateWorkflowByID(instance, workflows.CompleteTaskUpdate, id, a, r)
}

// accepted is what came of an update.
type accepted struct{ err error }

// Accept is called when the update is let in.
func (a *accepted) Accept() {}

// Reject is called when it is refused.
func (a *accepted) Reject(err error) { a.err = err }

// Complete is called when it has been done.
func (a *accepted) Complete(_ any, err error) { a.err = err }

// Message signals every instance that has not ended.
func (c *Temporal) Message(name, correlationKey string, variables json.RawMessage) error {
	m := workflows.Message{Name: name, CorrelationKey: correlationKey, Variables: variables}
	return c.turn(func() error {
		for _, i := range c.store.open() {
			if i.ID == rootID {
				c.env.SignalWorkflow(workflows.MessageSignal, m)
			} else if err := c.env.SignalWorkflowByID(i.ID, workflows.MessageSignal, m); err != nil {
				return err
			}
		}
		return nil
	}, tick)
}

// Advance lets the environment skip time, also the ticks by which timers may have been set too late.
func (c *Temporal) Advance(to time.Time) error {
	wait := max(to.Add(c.late).Sub(c.env.Now()), tick)
	return c.turn(func() error { return nil }, wait)
}

// Observe reads what the store would hold.
func (c *Temporal) Observe() (Sight, error) {
	s := c.store.sight()
	s.Jobs = c.worker.done()
	return s, nil
}
