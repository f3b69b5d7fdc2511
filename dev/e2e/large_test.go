package e2e

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"fasthold/internal/casework"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Ten thousand people are asked at once, each with a deadline: each task opens, one can be done, and the instance continues as new with all the
// others, although its state is larger than what Temporal takes uncompressed, and the timers are more than it takes at a time.
func TestTenThousandTasksAtOnce(t *testing.T) {
	t.Parallel()
	if testing.Short() || raced {
		t.Skip("takes long, and many times as long under the race detector")
	}
	s := newSite(t)
	id := s.start(s.deploy("large-tasks", `
		start s
		sub one each="=for i in 1..n return i" item=i {
			start os
			user ask in.question="=\"What is to be decided about item number \" + string(i) + \" of the list, and by whom?\""
			boundary late on=ask duration=P7D noninterrupting
			end oe
			end ol
			os -> ask -> oe
			late -> ol
		}
		end e
		s -> one -> e`), `{"n":10000}`)
	s.eventually(func() bool { return len(s.tasks(id)) > 0 }, "the tasks are open")
	first := s.runID(id)
	for range 30 { // what nothing waits for only makes the history larger, to more than the 4 MB at which Temporal suggests another
		unheard := casework.Signal{Name: "unheard", ID: uuid.NewString(), Variables: fmt.Appendf(nil, `{"noise":%q}`, noise(200<<10))}
		require.NoError(t, s.client.SignalWorkflow(t.Context(), id, "", workflows.BroadcastSignal, unheard))
	}
	s.complete(id, "ask", ``)
	s.eventually(func() bool { return s.runID(id) != first }, "the instance has continued as new")
	s.complete(id, "ask", ``)
	view, err := s.store.Instance(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, view.Elements, 2+2*9_998, "the process, the body, and the open tasks with their scopes")
	require.Len(t, view.Timers, 9_998)

	_, err = s.update(t.Context(), id, workflows.RebuildUpdate, workflows.Request{})
	require.NoError(t, err)
	_, err = s.update(t.Context(), id, workflows.CancelUpdate, workflows.Request{})
	require.NoError(t, err)
	require.Equal(t, engine.Canceled, s.ended(id).Status)
	require.Empty(t, s.tasks(id))
}

// Two thousand jobs at once are more than Temporal keeps, and what they take along is more than it takes at a time: they take their turns, also
// across runs, and each is done once.
func TestTwoThousandJobsAtOnce(t *testing.T) {
	t.Parallel()
	if testing.Short() || raced {
		t.Skip("takes long, and many times as long under the race detector")
	}
	const jobs = 2100
	s := newSite(t)
	queue := "large-" + uuid.NewString()
	w := worker.NewOn(queue, worker.Options{Client: s.client, Store: s.store, Log: slog.New(slog.DiscardHandler)})
	w.RegisterActivityWithOptions(func(_ context.Context, j casework.Job) (json.RawMessage, error) {
		var seen struct{ I int }
		err := json.Unmarshal(j.Variables, &seen)
		return fmt.Appendf(nil, `{"double":%d}`, 2*seen.I), err
	}, activity.RegisterOptions{Name: "double"})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	id := s.startOn(s.deploy("large-jobs", `
		start s
		service work type=double each="=list" item=i collect=doubles yield="=double"
		end e
		s -> work -> e`), fmt.Sprintf(`{"list":%s}`, upTo(jobs)), queue)
	first := s.runID(id)
	var out struct{ Doubles []int }
	require.NoError(t, json.Unmarshal(s.ended(id).Variables, &out))
	require.NotEqual(t, first, s.runID(id))
	require.Len(t, out.Doubles, jobs)
	for i, double := range out.Doubles {
		require.Equal(t, 2*(i+1), double)
	}
}

// noise is a text that cannot be compressed much.
func noise(n int) string {
	bytes := make([]byte, n*3/4)
	_, _ = rand.Read(bytes)
	return base64.StdEncoding.EncodeToString(bytes)
}

func upTo(n int) []byte {
	list := make([]int, n)
	for i := range list {
		list[i] = i + 1
	}
	text, _ := json.Marshal(list) // numbers
	return text
}
