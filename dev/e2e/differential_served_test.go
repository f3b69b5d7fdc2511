package e2e

import (
	"context"
	"errors"
	"strings"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	sdkworker "go.temporal.io/sdk/worker"

	"fasthold/dev/embedded"
	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

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

func (s *served) do(d deed) error {
	ctx, id := s.t.Context(), s.id+d.at
	switch d.Kind {
	case waited:
		now, err := embedded.Now(ctx, s.client, id)
		if err == nil {
			_, err = embedded.FastForward(ctx, s.client, id, d.until.Sub(now))
		}
		return err
	case engine.Correlate, engine.Signal:
		name, arg := note(d.Event)
		return s.client.SignalWorkflow(ctx, id, "", name, arg)
	case engine.CompleteJob, engine.ThrowError:
		var token []byte
		s.eventually(func() (ok bool) { token, ok = s.jobs.take(id, d.Key); return ok }, "a job")
		result, err := outcome(d.Event)
		return s.client.CompleteActivity(ctx, token, result, err)
	}
	name, r := request(d)
	_, err := s.update(ctx, id, name, r)
	return err
}

func (s *served) sight(at string) (out sight, err error) {
	if _, err := s.store.Instance(s.t.Context(), s.id+at); casework.CodeOf(err) == casework.NotFound {
		return sight{}, nil
	}
	answer, err := s.client.QueryWorkflow(s.t.Context(), s.id+at, "", workflows.StateQuery)
	busy, away := new(serviceerror.DeadlineExceeded), new(serviceerror.FailedPrecondition) // a worker that could not ask for work is taken for one that is away
	if errors.As(err, &busy) || errors.As(err, &away) || errors.Is(err, context.DeadlineExceeded) {
		return sight{}, nil
	}
	if err != nil {
		return sight{}, err
	}
	var v workflows.View
	if err := answer.Get(&v); err != nil {
		return sight{}, err
	}
	require.Empty(s.t, v.Wrong)
	for _, h := range s.historyOf(s.id + at) {
		out.told = append(out.told, toldInStore(h.Step))
	}
	out.state, err = standing(v.State)
	return out, err
}

// begun are the instances that the store has of a story, sorted.
func (s *served) begun(processes []string) (names []string) {
	s.t.Helper()
	for _, process := range processes {
		list, err := s.store.Instances(s.t.Context(), casework.InstanceFilter{ProcessID: process, Page: casework.Page{Limit: 200}})
		require.NoError(s.t, err)
		for _, i := range list.Items {
			names = append(names, strings.TrimPrefix(i.ID, s.id))
		}
	}
	return names
}
