package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	sdkworker "go.temporal.io/sdk/worker"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"

	"fasthold/activities"
	"fasthold/api"
	"fasthold/dev/embedded"
	"fasthold/internal/casework"
	"fasthold/internal/payload"
	"fasthold/internal/secret"
	"fasthold/internal/store"
	"fasthold/internal/workday"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// deadly is a site on a task queue of its own, whose workers can be killed.
type deadly struct {
	*site
	temporal *embedded.Server
	file     string // of the store
	box      *secret.Box

	mu        sync.Mutex
	sequences map[string][]int64 // of the projections that were applied, by instance
}

func newDeadly(t *testing.T) *deadly { return newDeadlyOn(t, server) }

func newDeadlyOn(t *testing.T, temporal *embedded.Server) *deadly {
	t.Helper()
	key, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(key)
	require.NoError(t, err)
	d := &deadly{site: &site{t: t, queue: "kill-" + uuid.NewString()}, temporal: temporal, file: filepath.Join(t.TempDir(), "kill.db"), box: box, sequences: map[string][]int64{}}
	require.NoError(t, store.Migrate(t.Context(), "sqlite:"+d.file))
	d.store, err = store.Open(t.Context(), "sqlite:"+d.file, box, store.Options{})
	require.NoError(t, err)
	d.client = d.connect()
	ctx, cancel := context.WithCancel(context.Background())
	var beside sync.WaitGroup
	beside.Go(func() {
		api.New(api.Options{Store: d.store, Temporal: d.client, Log: slog.New(slog.DiscardHandler)}).Confirm(ctx)
	})
	t.Cleanup(func() { cancel(); beside.Wait(); d.client.Close(); _ = d.store.Close() })
	return d
}

func (d *deadly) connect(through ...grpc.UnaryClientInterceptor) client.Client {
	d.t.Helper()
	c, err := client.DialContext(d.t.Context(), client.Options{HostPort: d.temporal.Address(), DataConverter: payload.Converter(d.box), Logger: silent{},
		ConnectionOptions: client.ConnectionOptions{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(through...)}}})
	require.NoError(d.t, err)
	return c
}

// mortal is a worker that can be killed: from one moment to the next, nothing that it does reaches Temporal.
type mortal struct {
	interceptor.WorkerInterceptorBase
	// die is asked before and after the worker tells Temporal what it did, reads or writes the store or does a job, and after it was given a
	// task, and tells whether it is time to; nil for ever is no.
	die func(what string, after bool) bool
	// still says that one who is dead does not work on, unheard: it reaches the store no more either.
	still bool
	// does is what comes of a job; nil says that it worked.
	does func(casework.Job) (any, error)
	// definitions are nil for those of the store.
	definitions workflows.Definitions
	// types are those of the jobs that are not local.
	types []string
	// also registers what else it can do.
	also    func(sdkworker.Worker)
	options sdkworker.Options

	site   *deadly
	client client.Client
	worker sdkworker.Worker
	once   sync.Once
	dead   chan struct{}
}

// work starts a worker; immortal ones have no die.
func (d *deadly) work(die func(string, bool) bool, definitions workflows.Definitions) *mortal {
	return d.employ(&mortal{die: die, definitions: definitions})
}

func (d *deadly) employ(m *mortal) *mortal {
	d.t.Helper()
	m.site, m.dead, m.client = d, make(chan struct{}), d.connect(m.call)
	m.options.StickyScheduleToStartTimeout, m.options.DeadlockDetectionTimeout, m.options.DisableRegistrationAliasing = taskTimeout/2, worker.Patience, true
	m.options.Interceptors = []interceptor.WorkerInterceptor{m}
	m.worker = sdkworker.New(m.client, d.queue, m.options)
	if m.definitions == nil {
		m.definitions = worker.NewLibrary(d.store)
	}
	(&workflows.Processes{Definitions: m}).Register(m.worker)
	(&activities.Activities{Store: d.store, Log: slog.New(slog.DiscardHandler)}).Register(m.worker)
	m.worker.RegisterActivityWithOptions(m.project, activity.RegisterOptions{Name: casework.ProjectActivity, DisableAlreadyRegisteredCheck: true})
	m.worker.RegisterActivityWithOptions(m.job, activity.RegisterOptions{Name: casework.LocalJobActivity, DisableAlreadyRegisteredCheck: true})
	for _, name := range m.types {
		m.worker.RegisterActivityWithOptions(m.job, activity.RegisterOptions{Name: name})
	}
	if m.also != nil {
		m.also(m.worker)
	}
	require.NoError(d.t, m.worker.Start())
	d.t.Cleanup(m.kill)
	return m
}

// kill takes the connection away, then everything else.
func (m *mortal) kill() {
	m.once.Do(func() {
		m.client.Close()
		close(m.dead)
	})
	m.worker.Stop()
}

var errDead = temporal.NewNonRetryableApplicationError("the worker is dead", "dead", nil)

// perhapsDie returns an error when the worker is dead and does not work on.
func (m *mortal) perhapsDie(name string, after bool) error {
	if m.die != nil && m.die(name, after) {
		m.once.Do(func() {
			m.client.Close()
			close(m.dead)
		})
	}
	select {
	case <-m.dead:
		if m.still {
			return errDead
		}
	default:
	}
	return nil
}

// call sends something to Temporal.
func (m *mortal) call(ctx context.Context, method string, request, reply any, c *grpc.ClientConn, send grpc.UnaryInvoker, options ...grpc.CallOption) error {
	name := path.Base(method)
	tells := strings.HasPrefix(name, "Respond") && name != "RespondQueryTaskCompleted"
	if tells {
		if err := m.perhapsDie(name, false); err != nil {
			return err
		}
	}
	if done, ok := request.(*workflowservice.RespondWorkflowTaskCompletedRequest); ok {
		for _, c := range done.GetCommands() {
			if child := c.GetStartChildWorkflowExecutionCommandAttributes(); child != nil {
				child.WorkflowTaskTimeout = durationpb.New(taskTimeout) // as impatient as the one that calls it
			}
		}
	}
	if err := send(ctx, method, request, reply, c, options...); err != nil {
		return err
	}
	if tells || given(reply) {
		return m.perhapsDie(name, true)
	}
	return nil
}

// given reports whether an answer of Temporal is a task.
func given(reply any) bool {
	switch r := reply.(type) {
	case *workflowservice.PollWorkflowTaskQueueResponse:
		return len(r.GetTaskToken()) > 0 && r.GetQuery() == nil
	case *workflowservice.PollActivityTaskQueueResponse:
		return len(r.GetTaskToken()) > 0
	}
	return false
}

func (m *mortal) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	i := &watched{m: m}
	i.Next = next
	return i
}

// watched is what a mortal does besides deciding, such as to write to the store.
type watched struct {
	interceptor.ActivityInboundInterceptorBase
	m *mortal
}

func (w *watched) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	name := activity.GetInfo(ctx).ActivityType.Name
	if err := w.m.perhapsDie(name, false); err != nil {
		return nil, err
	}
	result, err := w.Next.ExecuteActivity(ctx, in)
	if dead := w.m.perhapsDie(name, true); dead != nil {
		return nil, dead
	}
	return result, err
}

// Program reads a definition from the store, or a worker that did so before knows it.
func (m *mortal) Program(hash, processID string) (*engine.Program, error) {
	if err := m.perhapsDie("Program", false); err != nil {
		return nil, err
	}
	program, err := m.definitions.Program(hash, processID)
	if dead := m.perhapsDie("Program", true); dead != nil {
		return nil, dead
	}
	return program, err
}

func (m *mortal) project(ctx context.Context, p casework.Projection) (casework.Applied, error) {
	applied, err := m.site.store.Apply(ctx, p)
	if err != nil || applied.Diverged {
		return applied, err
	}
	m.site.mu.Lock()
	m.site.sequences[p.Instance.ID] = append(m.site.sequences[p.Instance.ID], p.Sequence)
	m.site.mu.Unlock()
	return applied, nil
}

func (m *mortal) job(_ context.Context, j casework.Job) (any, error) {
	if m.does != nil {
		return m.does(j)
	}
	return map[string]any{"worked": true}, nil
}

// begin starts an instance on the site's own queue; a workflow task of a dead worker is soon given to another.
func (d *deadly) begin(def casework.ProcessDefinition, vars string) string {
	d.t.Helper()
	id := "pi-" + uuid.NewString()
	_, err := d.client.ExecuteWorkflow(d.t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: d.queue, WorkflowTaskTimeout: taskTimeout}, workflows.ProcessWorkflow,
		workflows.Input{ProcessID: def.ProcessID, Version: def.Version, Definition: def.Hash, Variables: json.RawMessage(vars), Calendar: workday.Default(), Interpreter: engine.Current})
	require.NoError(d.t, err)
	return id
}

// await waits until the store says so.
func (d *deadly) await(what string, done func() bool) {
	d.t.Helper()
	require.Eventually(d.t, done, 50*taskTimeout, 10*time.Millisecond, what)
}

// finishTask waits for a task and completes it. A person who is told that the task is not there looks again.
func (d *deadly) finishTask(id, element string) {
	d.t.Helper()
	d.await(element, func() bool {
		task, ok := d.tasks(id)[element]
		if !ok {
			return false
		}
		_, err := d.update(d.t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: task.Key, Actor: "consultant"})
		var refused *temporal.ApplicationError
		if !errors.As(err, &refused) {
			require.NoError(d.t, err)
			return true
		}
		return false
	})
}

func (d *deadly) update1(id, name string, r workflows.Request) {
	d.t.Helper()
	_, err := d.update(d.t.Context(), id, name, r)
	require.NoError(d.t, err)
}

func (d *deadly) tell(id, name, message string) {
	d.t.Helper()
	require.NoError(d.t, d.client.SignalWorkflow(d.t.Context(), id, "", workflows.MessageSignal,
		workflows.Message{Name: name, CorrelationKey: "k", ID: message, TTL: time.Hour}))
}
