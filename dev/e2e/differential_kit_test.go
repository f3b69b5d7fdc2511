package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	sdkworker "go.temporal.io/sdk/worker"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// way is one of the ways in which a process runs.
type way interface {
	// do lets an event happen.
	do(engine.Event) error
	// sight is how things stand when everything has happened that follows at once.
	sight() (sight, error)
}

// sight is what has happened, in order, and the state of the instance but for times.
type sight struct {
	told  []string
	state string
}

func told(kind string, key int64, element, text string) string {
	return fmt.Sprintf("%s %d %s %s", kind, key, element, text)
}

func toldInStore(s casework.Step) string {
	var detail struct{ Text string }
	_ = json.Unmarshal(s.Detail, &detail) // there is none, or the workflow wrote it
	return told(s.Kind, s.Key, s.ElementID, detail.Text)
}

var instant = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*"`)

func standing(s engine.State) (string, error) {
	data, err := json.Marshal(s)
	return instant.ReplaceAllString(string(data), `"T"`), err
}

// bare is the engine alone.
type bare struct {
	program *engine.Program
	state   engine.State
	turn    engine.Turn
	trace   []string
}

func newBare(program *engine.Program) (*bare, error) {
	calendar, err := workday.New(workday.Default())
	if err != nil {
		return nil, err
	}
	return &bare{program: &engine.Program{Plan: program.Plan, Calendar: calendar, Zone: calendar.Zone(), Version: engine.Current}}, nil
}

func (b *bare) do(e engine.Event) error {
	e.At = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if err := b.program.Step(&b.state, e, &b.turn); err != nil {
		return err
	}
	for i, r := range b.turn.Trace {
		if r.Kind == engine.VariableSet {
			if i == 0 || b.turn.Trace[i-1].Kind != r.Kind || b.turn.Trace[i-1].Key != r.Key { // the history tells of several at once
				b.trace = append(b.trace, told(string(r.Kind), r.Key, r.Element.ID, ""))
			}
			continue
		}
		element := ""
		switch {
		case r.Flow != nil:
			element = r.Flow.ID
		case r.Element != nil:
			element = r.Element.ID
		}
		b.trace = append(b.trace, told(string(r.Kind), r.Key, element, r.Text))
	}
	return nil
}

func (b *bare) sight() (sight, error) {
	state, err := standing(b.state)
	return sight{slices.Clone(b.trace), state}, err
}

// asked are jobs that wait until the story says what comes of them.
type asked struct {
	mu     sync.Mutex
	tokens map[string][]byte
}

func jobID(instance string, key int64) string { return instance + " " + strconv.FormatInt(key, 10) }

func (a *asked) job(ctx context.Context, j casework.Job) (json.RawMessage, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil {
		a.tokens = map[string][]byte{}
	}
	a.tokens[jobID(j.InstanceID, j.Key)] = activity.GetInfo(ctx).TaskToken
	return nil, activity.ErrResultPending
}

func (a *asked) token(instance string, key int64) ([]byte, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	token, ok := a.tokens[jobID(instance, key)]
	return token, ok
}

// outcome is what an activity returns for the event of a job.
func outcome(e engine.Event) (any, error) {
	if e.Kind == engine.ThrowError {
		vars, _ := json.Marshal(e.Variables) // values that came from JSON
		return nil, temporal.NewNonRetryableApplicationError(e.Text, casework.ErrorBPMN, nil, e.Code, json.RawMessage(vars))
	}
	return e.Variables, nil
}

// request is the update that an event of a person, or a timer, comes by.
func request(e engine.Event) (string, workflows.Request) {
	vars, _ := json.Marshal(e.Variables) // values that came from JSON
	names := map[engine.EventKind]string{engine.CompleteTask: workflows.CompleteTaskUpdate, engine.FireTimer: workflows.TriggerTimerUpdate,
		engine.SetVariables: workflows.SetVariablesUpdate, engine.Choose: workflows.ActivateUpdate, engine.CompleteAdHoc: workflows.AdHocUpdate}
	return names[e.Kind], workflows.Request{Key: e.Key, Timer: e.Timer, Element: e.Element, Variables: vars}
}

// note is the signal that a message or a signal comes by.
func note(e engine.Event) (string, any) {
	vars, _ := json.Marshal(e.Variables) // values that came from JSON
	if e.Kind == engine.Signal {
		return workflows.BroadcastSignal, casework.Signal{Name: e.Name, ID: e.ID, Variables: vars}
	}
	return workflows.MessageSignal, workflows.Message{Name: e.Name, CorrelationKey: e.CorrelationKey, ID: e.ID, TTL: e.TTL, Variables: vars}
}

// served is a real server with a real worker and a real store.
type served struct {
	*deadly
	id   string
	jobs *asked
}

// jobType is that of all jobs of a random process.
const jobType = "job"

func (d *deadly) serve(jobs *asked) {
	d.employ(&mortal{also: func(w sdkworker.Worker) {
		w.RegisterActivityWithOptions(jobs.job, activity.RegisterOptions{Name: jobType})
	}})
}

func (s *served) do(e engine.Event) error {
	ctx := s.t.Context()
	switch e.Kind {
	case engine.Correlate, engine.Signal:
		name, arg := note(e)
		return s.client.SignalWorkflow(ctx, s.id, "", name, arg)
	case engine.CompleteJob, engine.ThrowError:
		var token []byte
		s.await("a job", func() (ok bool) { token, ok = s.jobs.token(s.id, e.Key); return ok })
		result, err := outcome(e)
		return s.client.CompleteActivity(ctx, token, result, err)
	}
	name, r := request(e)
	_, err := s.update(ctx, s.id, name, r)
	return err
}

func (s *served) sight() (sight, error) {
	state, err := standing(s.view(s.id).State)
	out := sight{state: state}
	for _, h := range s.historyOf(s.id) {
		out.told = append(out.told, toldInStore(h.Step))
	}
	return out, err
}

// skippedID is the workflow id that the environment gives.
const skippedID = "default-test-workflow-id"

// skipped is Temporal's time-skipping test environment.
type skipped struct {
	env   *testsuite.TestWorkflowEnvironment
	turns chan turn
	over  chan struct{} // closed when the workflow has ended
	jobs  asked
	n     int

	mu    sync.Mutex
	trace []string
}

// turn is something to do in the environment's own thread, which stands still meanwhile.
type turn struct {
	do   func() error
	done chan error
}

// breath is the virtual time between two turns, much longer than what follows at once takes by the clock on the wall.
const breath = 20 * time.Second

// only is the one process there is.
type only struct{ program *engine.Program }

func (o only) Program(string, string) (*engine.Program, error) { return o.program, nil }

func newSkipped(program *engine.Program, in workflows.Input) *skipped {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	s := &skipped{env: suite.NewTestWorkflowEnvironment(), turns: make(chan turn), over: make(chan struct{})}
	s.env.SetTestTimeout(10 * time.Minute)
	s.env.SetWorkerOptions(sdkworker.Options{DeadlockDetectionTimeout: worker.Patience})
	(&workflows.Processes{Definitions: only{program}}).Register(s.env)
	s.env.RegisterActivityWithOptions(s.project, activity.RegisterOptions{Name: casework.ProjectActivity})
	s.env.RegisterActivityWithOptions(s.jobs.job, activity.RegisterOptions{Name: jobType})
	s.env.RegisterDelayedCallback(s.take, breath)
	go func() {
		defer close(s.over)
		s.env.ExecuteWorkflow(workflows.ProcessWorkflow, in)
	}()
	return s
}

func (s *skipped) project(_ context.Context, p casework.Projection) (casework.Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, step := range p.History {
		s.trace = append(s.trace, toldInStore(step))
	}
	return casework.Applied{}, nil
}

// take does the next turn, and goes on when time has passed.
func (s *skipped) take() {
	next, ok := <-s.turns
	if !ok {
		s.env.CancelWorkflow()
		return
	}
	err := next.do()
	s.env.RegisterDelayedCallback(func() {
		next.done <- err
		s.take()
	}, breath)
}

func (s *skipped) turn(do func() error) error {
	t := turn{do, make(chan error, 1)}
	select {
	case s.turns <- t:
	case <-s.over:
		return do()
	}
	select {
	case err := <-t.done:
		return err
	case <-s.over:
		return s.env.GetWorkflowError()
	}
}

func (s *skipped) close() {
	close(s.turns)
	<-s.over
}

// verdict is what becomes of an update.
type verdict struct{ err error }

func (v *verdict) Accept()                   {}
func (v *verdict) Reject(err error)          { v.err = err }
func (v *verdict) Complete(_ any, err error) { v.err = err }

func (s *skipped) do(e engine.Event) error {
	var v verdict
	err := s.turn(func() error {
		switch e.Kind {
		case engine.Correlate, engine.Signal:
			name, arg := note(e)
			s.env.SignalWorkflow(name, arg)
		case engine.CompleteJob, engine.ThrowError:
			token, ok := s.jobs.token(skippedID, e.Key)
			if !ok {
				return fmt.Errorf("job %d has not been asked for", e.Key)
			}
			result, err := outcome(e)
			return s.env.CompleteActivity(token, result, err)
		default:
			name, r := request(e)
			s.n++
			s.env.UpdateWorkflow(name, strconv.Itoa(s.n), &v, r)
		}
		return nil
	})
	return errors.Join(err, v.err)
}

func (s *skipped) sight() (out sight, err error) {
	err = s.turn(func() error {
		answer, err := s.env.QueryWorkflow(workflows.StateQuery)
		if err != nil {
			return err
		}
		var v workflows.View
		if err := answer.Get(&v); err != nil {
			return err
		}
		out.state, err = standing(v.State)
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	out.told = slices.Clone(s.trace)
	return out, err
}
