package e2e

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"fasthold/dev/embedded"
	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

func TestAnInstanceRunsToItsEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.deploy("two-tasks", `
		start s
		user a due="=now() + duration(\"P7D\")"
		user b
		end e
		s -> a -> b -> e`)
	id := s.start(d, `{"n":1}`)
	require.Contains(t, s.tasks(id), "a")
	s.complete(id, "a", `{"x":2}`)
	require.Contains(t, s.tasks(id), "b")
	s.complete(id, "b", ``)
	out := s.ended(id)
	require.Equal(t, engine.Completed, out.Status)
	require.JSONEq(t, `{"n":1,"x":2}`, string(out.Variables))
	view, err := s.store.Instance(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, casework.InstanceCompleted, view.State)
	require.Empty(t, view.Elements)
}

// Two people complete the same task at once: exactly one is told yes, every time.
func TestTwoPeopleCompleteOneTask(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.deploy("race", `
		start s
		user a
		user b
		end e
		s -> a -> b -> e`)
	rounds := 1000
	switch {
	case testing.Short():
		rounds = 50
	case raced:
		rounds = 20
	}
	var wg sync.WaitGroup
	lanes := make(chan struct{}, 4)
	for range rounds {
		lanes <- struct{}{}
		wg.Go(func() {
			defer func() { <-lanes }()
			s.raceOnce(d)
		})
	}
	wg.Wait()
}

func (s *site) raceOnce(d casework.ProcessDefinition) {
	id := s.start(d, ``)
	key := s.tasks(id)["a"].Key
	var wg sync.WaitGroup
	var errs [2]error
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = s.update(s.t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: key})
		})
	}
	wg.Wait()
	yes := 0
	for _, err := range errs {
		var refused *temporal.ApplicationError
		switch {
		case err == nil:
			yes++
		default:
			if !s.errorAs(err, &refused) {
				return
			}
		}
	}
	if yes != 1 {
		s.t.Errorf("%d of two were told yes: %v", yes, errs)
	}
	s.complete(id, "b", ``)
	s.ended(id)
}

func (s *site) errorAs(err error, refused **temporal.ApplicationError) bool {
	if !errors.As(err, refused) || (*refused).Type() != engine.Conflict {
		s.t.Errorf("unexpected error %v", err)
		return false
	}
	return true
}

// A year of reminders fires in order when the server skips time.
func TestTimersOverAYear(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.deploy("year", `
		start s
		user a
		boundary remind on=a cycle=R/P4W noninterrupting
		boundary late on=a duration=P51W
		script count expr="=n + 1" result=n
		end r
		end l
		end e
		s -> a -> e
		remind -> count -> r
		late -> l`)
	id := s.start(d, `{"n":0}`)
	_, err := embedded.FastForward(t.Context(), s.client, id, 53*7*24*time.Hour)
	require.NoError(t, err)
	require.JSONEq(t, `{"n":12}`, string(s.ended(id).Variables))
}

func TestACalledProcessAndItsCaller(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("called", `
		start s
		user ask
		end e
		s -> ask -> e`)
	d := s.deploy("caller", `
		start s
		user first
		call c process=called out.result="=answer"
		user last
		end e
		s -> first -> c -> last -> e`)
	id := s.start(d, ``)
	key := s.tasks(id)["first"].Key
	reply, err := s.update(t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: key})
	require.NoError(t, err)
	require.Len(t, reply.Children, 1)
	s.view(reply.Children[0])
	s.complete(reply.Children[0], "ask", `{"answer":42}`)
	s.eventually(func() bool { return len(s.tasks(id)) == 1 }, "the caller goes on")
	s.complete(id, "last", ``)
	require.JSONEq(t, `{"result":42}`, string(s.ended(id).Variables))
}

// An unknown job type is an incident, not a stuck instance.
func TestUnknownJobTypeIsAnIncident(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, local := range []string{"", "local"} {
		d := s.deploy("unknown-job"+local, `
			start s
			service a type=nobody retries=1 `+local+`
			end e
			s -> a -> e`)
		id := s.start(d, ``)
		s.awaitIncident(id)
		view, err := s.store.Instance(t.Context(), id)
		require.NoError(t, err)
		require.Contains(t, view.Incidents[0].Message, `"nobody"`)
		require.NoError(t, s.client.CancelWorkflow(t.Context(), id, ""))
		require.Equal(t, engine.Canceled, s.ended(id).Status)
	}
}
