package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/store"
	"fasthold/internal/store/pgtest"
)

var benchStart = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// burst is what a typical burst of steps tells: a task ends, the next opens, a deadline is set.
func burst(instance string, sequence int64) casework.Projection {
	at := benchStart.Add(time.Duration(sequence) * time.Hour)
	due := at.Add(72 * time.Hour)
	task := func(n int64, state casework.TaskState) casework.Task {
		return casework.Task{
			ID: fmt.Sprintf("%s|%d", instance, n), Key: n, ElementID: "call-company", Name: "Ring til virksomheden", Form: "call", State: state, Assignee: "anna",
			CandidateGroups: []string{"consultants"}, Priority: 50, DueAt: &due, CreatedAt: at,
		}
	}
	return casework.Projection{
		Instance: casework.Instance{
			ID: instance, ProcessID: "retention", Version: 1, Definition: "d", State: casework.InstanceActive, StartedAt: benchStart,
			Variables: json.RawMessage(`{"caseId":"c","track":"ordinary"}`),
		},
		Sequence: sequence, At: at,
		Tasks:    []casework.Task{task(sequence, casework.TaskCompleted), task(sequence+1, casework.TaskOpen)},
		Elements: []casework.Element{{Key: sequence, Gone: true}, {Key: sequence + 1, ElementID: "call-company", State: "task", Since: at}},
		Timers:   []casework.Timer{{ID: fmt.Sprint(sequence), Gone: true}, {ID: fmt.Sprint(sequence + 1), DueAt: due}},
		History:  []casework.Step{{Kind: "completed", Key: sequence}, {Kind: "flow", ElementID: "f"}, {Kind: "entered", Key: sequence + 1}},
	}
}

// full is a store with n open tasks of n/10 instances, the tasks spread over a year.
func full(b *testing.B, dsn string, n int) *store.Store {
	b.Helper()
	s := opened(b, dsn, func() time.Time { return benchStart })
	for i := range n / 1000 {
		p := burst(fmt.Sprintf("full-%d", i), 1)
		p.Tasks = nil
		for k := range 1000 {
			due := benchStart.Add(time.Duration((i*7919+k*104729)%525600) * time.Minute)
			p.Tasks = append(p.Tasks, casework.Task{
				ID: fmt.Sprintf("full-%d|%d", i, k), Key: int64(k), Name: "Hold møde", State: casework.TaskOpen, Assignee: fmt.Sprintf("user-%d", k%200),
				CandidateGroups: []string{"consultants"}, Priority: k % 100, DueAt: &due, CreatedAt: benchStart,
			})
		}
		_, err := s.Apply(context.Background(), p)
		require.NoError(b, err)
	}
	return s
}

func everyStore(b *testing.B, run func(b *testing.B, s *store.Store)) {
	for _, n := range []int{0, 1000, 100_000} {
		b.Run(fmt.Sprintf("SQLite/tasks=%d", n), func(b *testing.B) {
			run(b, full(b, "sqlite:"+filepath.Join(b.TempDir(), "fasthold.db"), n))
		})
		b.Run(fmt.Sprintf("PostgreSQL/tasks=%d", n), func(b *testing.B) { run(b, full(b, pgtest.Schema(b), n)) })
	}
}

// BenchmarkApply measures one projection of an instance that goes on and on, beside what is stored already.
func BenchmarkApply(b *testing.B) {
	everyStore(b, func(b *testing.B, s *store.Store) {
		sequence := int64(0)
		b.ReportAllocs()
		for b.Loop() {
			sequence++
			_, err := s.Apply(context.Background(), burst("bench", sequence))
			require.NoError(b, err)
		}
	})
}

// BenchmarkTasks measures the first page of the lists a workbench shows.
func BenchmarkTasks(b *testing.B) {
	consultant := casework.WithActor(context.Background(), casework.User{ID: "user-7", Municipality: "0657"})
	lists := map[string]casework.TaskFilter{
		"mine":     {Assignee: "user-7", State: casework.TaskOpen},
		"team":     {Groups: []string{"consultants"}, State: casework.TaskOpen},
		"urgent":   {State: casework.TaskOpen, Sort: "-priority"},
		"overdue":  {Overdue: true},
		"anything": {Sort: "-createdAt"},
	}
	everyStore(b, func(b *testing.B, s *store.Store) {
		for _, name := range []string{"mine", "team", "urgent", "overdue", "anything"} {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, err := s.Tasks(consultant, lists[name])
					require.NoError(b, err)
				}
			})
		}
	})
}
