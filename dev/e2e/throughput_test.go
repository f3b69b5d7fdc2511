package e2e

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"fasthold/internal/payload"
	"fasthold/internal/secret"
	"fasthold/internal/store"
	"fasthold/internal/store/pgtest"
	"fasthold/internal/workday"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// BenchmarkThroughput runs cases of ten human tasks side by side and counts those that came to their end, by where the store is.
func BenchmarkThroughput(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { newSiteOn(b, "sqlite:"+b.TempDir()+"/bench.db").throughput(b) })
	b.Run("postgres", func(b *testing.B) { newSiteOn(b, pgtest.Schema(b)).throughput(b) })
}

func (s *site) throughput(b *testing.B) {
	d := s.deploy("ten-tasks", tenTasks())
	b.SetParallelism(4)
	began, before := time.Now(), cpuTime(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s.wholeCase(d.ProcessID, d.Version, d.Hash)
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(began).Minutes(), "cases/min")
	b.ReportMetric(float64(b.N)/(cpuTime(b)-before).Seconds(), "cases/cpu-s")
}

// wholeCase runs a case to its end, reading the open task from the store before it answers, as people do.
func (s *site) wholeCase(process string, version int, hash string) {
	ctx, id := s.t.Context(), "bench-"+uuid.NewString()
	_, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: s.queue}, workflows.ProcessWorkflow,
		workflows.Input{ProcessID: process, Version: version, Definition: hash, Calendar: workday.Default(), Interpreter: engine.Current})
	require.NoError(s.t, err)
	s.view(id)
	for i := range steps {
		_, err := s.update(ctx, id, workflows.CompleteTaskUpdate,
			workflows.Request{Key: s.openKey(id), Actor: "c", Variables: json.RawMessage(fmt.Sprintf(`{"v%d":%d}`, i, i))})
		require.NoError(s.t, err)
	}
	s.ended(id)
}

// newSiteOn is a site with a store and a worker of its own.
func newSiteOn(t testing.TB, dsn string) *site {
	t.Helper()
	key, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(key)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context(), dsn))
	s := &site{t: t, queue: "own-" + uuid.NewString()}
	s.store, err = store.Open(t.Context(), dsn, box, store.Options{})
	require.NoError(t, err)
	s.client, err = client.DialContext(t.Context(), client.Options{HostPort: server.Address(), DataConverter: payload.Converter(box), Logger: silent{}})
	require.NoError(t, err)
	w := worker.NewOn(s.queue, worker.Options{Client: s.client, Store: s.store, Log: slog.New(slog.DiscardHandler), Unit: "Jobcenter"})
	require.NoError(t, w.Start())
	t.Cleanup(func() { w.Stop(); s.client.Close(); _ = s.store.Close() })
	return s
}
