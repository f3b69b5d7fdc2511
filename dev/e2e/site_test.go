// Package e2e runs process instances on a real Temporal server with a real worker and a real store, as production does.
package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/dev/embedded"
	"fasthold/internal/casework"
	"fasthold/internal/payload"
	"fasthold/internal/secret"
	"fasthold/internal/store"
	"fasthold/internal/store/pgtest"
	"fasthold/internal/workday"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// server is the one Temporal server of all tests, in memory.
var server *embedded.Server

func TestMain(m *testing.M) {
	var err error
	quiet := slog.New(slog.DiscardHandler)
	if server, err = embedded.Start(context.Background(), embedded.Options{Log: quiet}); err != nil {
		slog.Error("the Temporal server does not start", "error", err)
		os.Exit(1)
	}
	code := pgtest.Main(m)
	if err := server.Stop(context.Background()); err != nil {
		slog.Error("the Temporal server does not stop", "error", err)
		code = 1
	}
	os.Exit(code)
}

// site is a worker with a store of its own.
type site struct {
	t      testing.TB
	client client.Client
	store  *store.Store
	worker sdkworker.Worker
	queue  string
}

// theSite is shared: instances do not know of each other.
var theSite = sync.OnceValues(func() (*site, error) {
	ctx := context.Background()
	key, err := secret.Generate()
	if err != nil {
		return nil, err
	}
	box, err := secret.New(key)
	if err != nil {
		return nil, err
	}
	s := &site{}
	if s.store, err = store.Open(ctx, "sqlite::memory:", box, store.Options{}); err != nil {
		return nil, err
	}
	s.client, err = client.DialContext(ctx, client.Options{HostPort: server.Address(), DataConverter: payload.Converter(box), Logger: silent{}})
	if err != nil {
		return nil, err
	}
	s.worker = worker.New(worker.Options{Client: s.client, Store: s.store, Log: slog.New(slog.DiscardHandler), Unit: "Jobcenter"})
	return s, s.worker.Start()
})

func newSite(t testing.TB) *site {
	t.Helper()
	shared, err := theSite()
	require.NoError(t, err)
	s := *shared
	s.t = t
	return &s
}

type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

// deploy deploys a process written in the test language and returns its definition.
func (s *site) deploy(id, text string) casework.ProcessDefinition {
	s.t.Helper()
	set, problems := definitions.Compile([]definitions.File{{Name: id + ".bpmn", Data: []byte(bpmntest.XML(id, text))}}, nil)
	require.NotNil(s.t, set, "%v", problems)
	d := set.Processes[0]
	var resources []casework.Resource
	var hashes []string
	for _, r := range d.Resources {
		sum := sha256.Sum256(r.Data)
		hash := hex.EncodeToString(sum[:])
		resources = append(resources, casework.Resource{Kind: casework.ResourceKind(r.Kind), ID: id, Name: r.File.Name, Hash: hash, Bytes: r.Data})
		hashes = append(hashes, hash)
	}
	out, err := s.store.Deploy(s.t.Context(), resources, []casework.ProcessDefinition{{ProcessID: id, Name: id, Hash: d.Hash, ResourceHashes: hashes}})
	require.NoError(s.t, err)
	return out.Processes[0]
}

// start starts an instance and returns when its first tasks are in the store.
func (s *site) start(d casework.ProcessDefinition, vars string) string {
	s.t.Helper()
	id := "pi-" + uuid.NewString()
	_, err := s.client.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: workflows.TaskQueue}, workflows.ProcessWorkflow,
		workflows.Input{ProcessID: d.ProcessID, Version: d.Version, Definition: d.Hash, Variables: json.RawMessage(vars), Calendar: workday.Default(), Interpreter: engine.Current})
	require.NoError(s.t, err)
	s.view(id)
	return id
}

func (s *site) view(id string) workflows.View {
	s.t.Helper()
	answer, err := s.client.QueryWorkflow(s.t.Context(), id, "", workflows.StateQuery)
	for busy := new(serviceerror.DeadlineExceeded); s.t.Context().Err() == nil && (errors.As(err, &busy) || errors.Is(err, context.DeadlineExceeded)); {
		answer, err = s.client.QueryWorkflow(s.t.Context(), id, "", workflows.StateQuery)
	}
	require.NoError(s.t, err)
	var v workflows.View
	require.NoError(s.t, answer.Get(&v))
	require.Empty(s.t, v.Wrong)
	return v
}

// update sends an update until there is an answer to it: a workflow task that Temporal does again has lost the updates that were in it.
func (s *site) update(ctx context.Context, id, name string, r workflows.Request) (reply workflows.Reply, err error) {
	options := client.UpdateWorkflowOptions{WorkflowID: id, UpdateID: uuid.NewString(), UpdateName: name, Args: []any{r}, WaitForStage: client.WorkflowUpdateStageCompleted}
	for dropped := new(serviceerror.WorkflowNotReady); ; {
		h, err := s.client.UpdateWorkflow(ctx, options)
		if err == nil {
			err = h.Get(ctx, &reply)
		}
		if !errors.As(err, &dropped) {
			return reply, err
		}
	}
}

// patience bounds how long something that follows from an event may take on a busy machine.
const patience = 2 * time.Minute

// eventually waits until done.
func (s *site) eventually(done func() bool, what string) {
	s.t.Helper()
	require.Eventually(s.t, done, patience, 10*time.Millisecond, what)
}

func (s *site) tasks(id string) map[string]casework.TaskView {
	s.t.Helper()
	list, err := s.store.Tasks(s.t.Context(), casework.TaskFilter{Instance: id, State: casework.TaskOpen})
	require.NoError(s.t, err)
	out := map[string]casework.TaskView{}
	for _, task := range list.Items {
		out[task.ElementID] = task
	}
	return out
}

func (s *site) complete(id, element, vars string) {
	s.t.Helper()
	task, ok := s.tasks(id)[element]
	require.True(s.t, ok, "%s is not open among %v", element, s.tasks(id))
	_, err := s.update(s.t.Context(), id, workflows.CompleteTaskUpdate, workflows.Request{Key: task.Key, Actor: "consultant", Variables: json.RawMessage(vars)})
	require.NoError(s.t, err)
}

func (s *site) ended(id string) workflows.Output {
	s.t.Helper()
	var out workflows.Output
	require.NoError(s.t, s.client.GetWorkflow(s.t.Context(), id, "").Get(s.t.Context(), &out))
	return out
}
