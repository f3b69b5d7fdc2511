package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	sdkworker "go.temporal.io/sdk/worker"

	"fasthold/internal/casework"
	"fasthold/internal/story"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// skippedID is the workflow id that the environment gives.
const skippedID = "default-test-workflow-id"

// skipped is Temporal's time-skipping test environment.
type skipped struct {
	*shelf
	env   *testsuite.TestWorkflowEnvironment
	turns *story.Turns
	jobs  asked
	n     int

	mu     sync.Mutex
	traces map[string][]string
}

// breath is the virtual time between two turns, much longer than what follows at once takes by the clock on the wall, and glance that after one
// that only looks.
const (
	breath = 20 * time.Second
	glance = time.Millisecond
)

func newSkipped(programs *shelf, at time.Time, in workflows.Input) *skipped {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	s := &skipped{shelf: programs, env: suite.NewTestWorkflowEnvironment(), traces: map[string][]string{}}
	s.env.SetStartTime(at)
	s.env.SetTestTimeout(10 * time.Minute)
	s.env.SetWorkerOptions(sdkworker.Options{DeadlockDetectionTimeout: worker.Patience})
	(&workflows.Processes{Definitions: programs}).Register(s.env)
	s.env.RegisterActivityWithOptions(s.project, activity.RegisterOptions{Name: casework.ProjectActivity})
	s.env.RegisterActivityWithOptions(s.resolve, activity.RegisterOptions{Name: casework.ResolveActivity})
	s.env.RegisterActivityWithOptions(s.jobs.job, activity.RegisterOptions{Name: jobType})
	s.turns = story.Begin(s.env, breath, workflows.ProcessWorkflow, in)
	return s
}

func (s *skipped) project(_ context.Context, p casework.Projection) (casework.Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, step := range p.History {
		s.traces[p.Instance.ID] = append(s.traces[p.Instance.ID], toldInStore(step))
	}
	return casework.Applied{}, nil
}

func (s *skipped) resolve(_ context.Context, r casework.ProcessReference) (casework.ResolvedProcess, error) {
	d := s.newest(r.ProcessID)
	return casework.ResolvedProcess{ProcessID: d.ProcessID, Version: d.Version, Definition: d.Hash}, nil
}

// turn does something; one who looks does so after the end too.
func (s *skipped) turn(do func() error, wait time.Duration) error {
	done, err := s.turns.Do(do, wait)
	if !done {
		return do()
	}
	return err
}

// verdict is what becomes of an update.
type verdict struct{ err error }

func (v *verdict) Accept()                   {}
func (v *verdict) Reject(err error)          { v.err = err }
func (v *verdict) Complete(_ any, err error) { v.err = err }

func (s *skipped) do(d deed) error {
	if d.Kind == waited {
		return s.turn(func() error { return nil }, d.until.Sub(s.env.Now()))
	}
	var v verdict
	err := s.turn(func() error {
		switch d.Kind {
		case engine.Correlate, engine.Signal:
			name, arg := note(d.Event)
			return s.signal(d.at, name, arg)
		case engine.CompleteJob, engine.ThrowError:
			token, ok := s.jobs.take(skippedID+d.at, d.Key)
			if !ok {
				return fmt.Errorf("job %d has not been asked for", d.Key)
			}
			result, err := outcome(d.Event)
			if err := s.env.CompleteActivity(token, result, err); err != nil || d.at == "" {
				return err
			}
			return s.signal(d.at, "look", nil) // the environment lets only the root go on when an activity has been completed
		}
		name, r := request(d)
		s.n++
		return s.update(d.at, name, &v, r)
	}, breath)
	return errors.Join(err, v.err)
}

func (s *skipped) signal(at, name string, arg any) error {
	if at == "" {
		s.env.SignalWorkflow(name, arg)
		return nil
	}
	return s.env.SignalWorkflowByID(skippedID+at, name, arg)
}

func (s *skipped) update(at, name string, v *verdict, r workflows.Request) error {
	if at == "" {
		s.env.UpdateWorkflow(name, strconv.Itoa(s.n), v, r)
		return nil
	}
	return s.env.UpdateWorkflowByID(skippedID+at, name, strconv.Itoa(s.n), v, r)
}

func (s *skipped) query(at string) (converter.EncodedValue, error) {
	if at == "" {
		return s.env.QueryWorkflow(workflows.StateQuery)
	}
	return s.env.QueryWorkflowByID(skippedID+at, workflows.StateQuery)
}

func (s *skipped) sight(at string) (out sight, err error) {
	err = s.turn(func() error {
		answer, err := s.query(at)
		if err != nil {
			return err
		}
		var v workflows.View
		if err := answer.Get(&v); err != nil {
			return err
		}
		out.state, err = standing(v.State)
		return err
	}, glance)
	s.mu.Lock()
	defer s.mu.Unlock()
	out.told = slices.Clone(s.traces[skippedID+at])
	return out, err
}
