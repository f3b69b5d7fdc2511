package embedded_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"fasthold/dev/embedded"
)

const week = 7 * 24 * time.Hour

// shared is one in-memory server for all tests that need no directory.
var shared *embedded.Server

func TestMain(m *testing.M) {
	var err error
	shared, err = embedded.Start(context.Background(), embedded.Options{UIAddress: "127.0.0.1:0", CodecEndpoint: "http://127.0.0.1:8080/codec", Log: quiet()})
	if err != nil {
		slog.Error("start the shared server", "error", err)
		os.Exit(1)
	}
	code := m.Run()
	if err := shared.Stop(context.Background()); err != nil {
		slog.Error("stop the shared server", "error", err)
		code = 1
	}
	os.Exit(code)
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// bench is a client with a worker on a task queue of its own.
type bench struct {
	client.Client
	queue string
}

func newBench(t *testing.T, s *embedded.Server, workflows ...any) bench {
	t.Helper()
	return newBenchOn(t, s, uuid.NewString(), workflows...)
}

func newBenchOn(t *testing.T, s *embedded.Server, queue string, workflows ...any) bench {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{HostPort: s.Address(), Logger: nopLogger{}})
	require.NoError(t, err)
	b := bench{Client: c, queue: queue}
	w := worker.New(c, b.queue, worker.Options{})
	for _, f := range workflows {
		w.RegisterWorkflow(f)
	}
	w.RegisterActivity(countActivity)
	require.NoError(t, w.Start())
	t.Cleanup(func() { w.Stop(); c.Close() })
	return b
}

func (b bench) start(t *testing.T, f any, args ...any) client.WorkflowRun {
	t.Helper()
	return b.startWith(t, client.StartWorkflowOptions{}, f, args...)
}

func (b bench) startWith(t *testing.T, o client.StartWorkflowOptions, f any, args ...any) client.WorkflowRun {
	t.Helper()
	o.TaskQueue = b.queue
	run, err := b.ExecuteWorkflow(t.Context(), o, f, args...)
	require.NoError(t, err)
	return run
}

type nopLogger struct{}

func (nopLogger) Debug(string, ...any) {}
func (nopLogger) Info(string, ...any)  {}
func (nopLogger) Warn(string, ...any)  {}
func (nopLogger) Error(string, ...any) {}

func countActivity(_ context.Context, n int) (int, error) { return n + 1, nil }

// weekly counts weeks with an activity each, and tells how many when asked.
func weekly(ctx workflow.Context, weeks int) (int, error) {
	n := 0
	if err := workflow.SetQueryHandler(ctx, "weeks", func() (int, error) { return n, nil }); err != nil {
		return 0, err
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	for n < weeks {
		if err := workflow.Sleep(ctx, week); err != nil {
			return n, err
		}
		if err := workflow.ExecuteActivity(ctx, countActivity, n).Get(ctx, &n); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (b bench) weeks(t *testing.T, run client.WorkflowRun) (n int) {
	t.Helper()
	answer, err := b.QueryWorkflow(t.Context(), run.GetID(), run.GetRunID(), "weeks")
	require.NoError(t, err)
	require.NoError(t, answer.Get(&n))
	return n
}

func TestEverythingIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	o := embedded.Options{Dir: t.TempDir(), Log: quiet()}
	first, err := embedded.Start(t.Context(), o)
	require.NoError(t, err)
	b := newBench(t, first, weekly)
	year := b.startWith(t, client.StartWorkflowOptions{ID: "year"}, weekly, 52)
	_, err = embedded.FastForward(t.Context(), b, "year", 20*week+time.Hour)
	require.NoError(t, err)
	require.Equal(t, 20, b.weeks(t, year))
	require.NoError(t, first.Stop(t.Context()))
	require.NoError(t, first.Stop(t.Context()), "a second stop does nothing")

	second, err := embedded.Start(t.Context(), o)
	require.NoError(t, err)
	defer second.Stop(context.Background())
	again := newBenchOn(t, second, b.queue, weekly)
	require.Equal(t, 20, again.weeks(t, year))
	_, err = embedded.FastForward(t.Context(), again, "year", 33*week)
	require.NoError(t, err)
	var n int
	require.NoError(t, again.GetWorkflow(t.Context(), "year", "").Get(t.Context(), &n))
	require.Equal(t, 52, n)
}

func TestADirectoryServesOneAtATime(t *testing.T) {
	t.Parallel()
	o := embedded.Options{Dir: t.TempDir(), Log: quiet()}
	first, err := embedded.Start(t.Context(), o)
	require.NoError(t, err)
	defer first.Stop(context.Background())
	_, err = embedded.Start(t.Context(), o)
	require.ErrorContains(t, err, "is in use by another process")
}

func TestAnAddressThatIsTakenIsAnError(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, err = embedded.Start(t.Context(), embedded.Options{Address: l.Addr().String(), Log: quiet()})
	require.ErrorContains(t, err, "cannot be used")
	_, err = embedded.Start(t.Context(), embedded.Options{UIAddress: l.Addr().String(), Log: quiet()})
	require.ErrorContains(t, err, "cannot be used for the Temporal Web UI")
}

func TestTheWebUIServesItsAssetsAndTheServersData(t *testing.T) {
	t.Parallel()
	tests := []struct{ path, contains string }{
		{"/", "<!doctype html>"},
		{"/namespaces/default/workflows", "<!doctype html>"},
		{"/api/v1/namespaces/default", `"name":"default"`},
		{"/api/v1/settings", `"Endpoint":"http://127.0.0.1:8080/codec"`},
		{"/favicon.ico", ""},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			answer, err := http.Get(shared.UIURL() + tt.path)
			require.NoError(t, err)
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, answer.StatusCode, string(body))
			require.Contains(t, strings.ReplaceAll(string(body), " ", ""), strings.ReplaceAll(tt.contains, " ", ""))
		})
	}
}

func TestCasesAreFoundByTheirSearchAttributes(t *testing.T) {
	t.Parallel()
	b := newBench(t, shared, weekly)
	number := uuid.NewString()
	run := b.startWith(t, client.StartWorkflowOptions{TypedSearchAttributes: temporal.NewSearchAttributes(
		temporal.NewSearchAttributeKeyKeyword("CaseNumber").ValueSet(number),
		temporal.NewSearchAttributeKeyKeyword("Process").ValueSet("retention"),
		temporal.NewSearchAttributeKeyKeyword("Step").ValueSet("call-company"),
		temporal.NewSearchAttributeKeyKeyword("Municipality").ValueSet("0101"),
		temporal.NewSearchAttributeKeyKeyword("Consultant").ValueSet("consultant"),
		temporal.NewSearchAttributeKeyTime("DueAt").ValueSet(time.Now().Add(week)),
		temporal.NewSearchAttributeKeyBool("Overdue").ValueSet(false),
		temporal.NewSearchAttributeKeyBool("Incident").ValueSet(true),
	)}, weekly, 1)
	require.Eventually(t, func() bool {
		found, err := b.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
			Query: `CaseNumber = "` + number + `" AND Incident = true AND DueAt > "2026-01-01T00:00:00Z"`,
		})
		require.NoError(t, err)
		return len(found.Executions) == 1 && found.Executions[0].Execution.WorkflowId == run.GetID()
	}, time.Minute, 20*time.Millisecond)
}
