package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"fasthold/internal/casework"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Three people are asked at once; what each of them is shown and answers is their own, and the answers come in the order of the list.
func TestMultiInstanceOfUserTasks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.start(s.deploy("multi-people", `
		start s
		user ask each="=people" item=person assignee="=person" in.sofar="=answers" collect=answers yield="=answer"
		end e
		s -> ask -> e`), `{"people":["anna","bo","carl"]}`)
	open := s.assigned(id)
	require.Len(t, open, 3)
	for _, person := range []string{"carl", "anna", "bo"} {
		require.Contains(t, string(open[person].Variables), `"sofar":[null,null,null]`)
		_, err := s.update(t.Context(), id, workflows.CompleteTaskUpdate,
			workflows.Request{Key: open[person].Key, Actor: person, Variables: json.RawMessage(fmt.Sprintf(`{"answer":"by %s"}`, person))})
		require.NoError(t, err)
	}
	require.JSONEq(t, `{"people":["anna","bo","carl"],"answers":["by anna","by bo","by carl"]}`, string(s.ended(id).Variables))
}

// assigned are the open tasks by the person they belong to.
func (s *site) assigned(id string) map[string]casework.TaskView {
	s.t.Helper()
	list, err := s.store.Tasks(s.t.Context(), casework.TaskFilter{Instance: id, State: casework.TaskOpen})
	require.NoError(s.t, err)
	out := map[string]casework.TaskView{}
	for _, task := range list.Items {
		out[task.Assignee], err = s.store.Task(s.t.Context(), task.ID)
		require.NoError(s.t, err)
	}
	return out
}

// Two hundred jobs are under way at once, each is done once, and none loses its place.
func TestMultiInstanceOfJobs(t *testing.T) {
	t.Parallel()
	const jobs = 200
	s := newSite(t)
	queue := "multi-" + uuid.NewString()
	w := worker.NewOn(queue, worker.Options{Client: s.client, Store: s.store, Log: slog.New(slog.DiscardHandler)})
	var done atomic.Int64
	w.RegisterActivityWithOptions(func(_ context.Context, j casework.Job) (json.RawMessage, error) {
		done.Add(1)
		var seen struct{ N int }
		err := json.Unmarshal(j.Variables, &seen)
		return fmt.Appendf(nil, `{"square":%d}`, seen.N*seen.N), err
	}, activity.RegisterOptions{Name: "square"})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)

	id := s.startOn(s.deploy("multi-jobs", `
		start s
		service work type=square each="=for i in 1..n return i" item=i in.n="=i" collect=squares yield="=square"
		end e
		s -> work -> e`), fmt.Sprintf(`{"n":%d}`, jobs), queue)
	var out struct{ Squares []int }
	require.NoError(t, json.Unmarshal(s.ended(id).Variables, &out))
	require.Len(t, out.Squares, jobs)
	for i, square := range out.Squares {
		require.Equal(t, (i+1)*(i+1), square)
	}
	require.EqualValues(t, jobs, done.Load())
	ends := 0
	for _, h := range s.historyOf(id) {
		if h.ElementID == "work" && h.Kind == string(engine.Done) {
			ends++
		}
	}
	require.Equal(t, jobs, ends)
}

// Each item is handled by a process of its own; when enough of them have ended the others are called off.
func TestMultiInstanceOfCalls(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("multi-called", `start s; xor ask; user wait; script answer expr="=n * 10" result=r; end e; s -> ask -[n > 3]-> wait -> answer -> e; ask -/-> answer`)
	id := s.start(s.deploy("multi-calls", `
		start s
		call c process=multi-called each="=[1,2,3,4,5]" item=i allin=false in.n="=i" out.result="=r" collect=results yield="=result" until="=numberOfCompletedInstances = 3"
		user look
		end e
		s -> c -> look -> e`), ``)
	s.eventually(func() bool { return len(s.tasks(id)) == 1 }, "three are enough")
	s.complete(id, "look", ``)
	require.JSONEq(t, `{"results":[10,20,30,null,null]}`, string(s.ended(id).Variables))
	list, err := s.store.Instances(t.Context(), casework.InstanceFilter{ProcessID: "multi-called"})
	require.NoError(t, err)
	states := map[casework.InstanceState]int{}
	for _, i := range list.Items {
		if strings.HasPrefix(i.ID, id) {
			states[i.State]++
		}
	}
	require.Equal(t, map[casework.InstanceState]int{casework.InstanceCompleted: 3, casework.InstanceCanceled: 2}, states)
}

// One person after the other is asked until somebody says yes, each seeing what those before have said.
func TestMultiInstanceOneAfterTheOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.start(s.deploy("multi-sequence", `
		start s
		sub round each="=people" item=person sequential collect=said yield="=answer" until="=answer = \"yes\"" {
			start rs
			user ask assignee="=person" in.before="=said"
			end re
			rs -> ask -> re
		}
		end e
		s -> round -> e`), `{"people":["anna","bo","carl"]}`)
	for _, x := range []struct{ person, before, answer string }{{"anna", `[null,null,null]`, "no"}, {"bo", `["no",null,null]`, "yes"}} {
		open := s.assigned(id)
		require.Len(t, open, 1)
		require.Contains(t, string(open[x.person].Variables), `"before":`+x.before)
		s.complete(id, "ask", fmt.Sprintf(`{"answer":%q}`, x.answer))
	}
	require.JSONEq(t, `{"people":["anna","bo","carl"],"said":["no","yes",null]}`, string(s.ended(id).Variables))
}
