package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/dev/embedded"
	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

var record wanted

func init() {
	flag.Var(&record, "record", "write the histories that the replay tests of package workflows lack; -record=NAME writes that one, though it is there")
}

// wanted says which histories are written: "" none, "true" those that are missing, else the one of that name. One that was released stays as
// it is: the instances that made it may still run.
type wanted string

func (w *wanted) String() string         { return string(*w) }
func (w *wanted) Set(value string) error { *w = wanted(value); return nil }
func (w *wanted) IsBoolFlag() bool       { return true }

// wants reports whether the history of that name is written.
func (w wanted) wants(name string) bool {
	if w != "true" {
		return name == string(w)
	}
	_, err := os.Stat(historyFile(name + ".json"))
	return errors.Is(err, fs.ErrNotExist)
}

func historyFile(name string) string {
	return filepath.Join("..", "..", "workflows", "testdata", "history", name)
}

// recording is the story of one instance.
type recording struct {
	name, text, vars string
	play             func(*recorder, string)
}

// recorder is a site whose payloads can be read, with a worker of its own. It knows the text of each version that it deployed.
type recorder struct {
	*site
	texts map[string]string // by hash
}

// What a run did can be replayed by the code that did it; with -record it must be so for ever.
func TestHistoriesReplay(t *testing.T) {
	longLived := newSite(t).unsealed(server)
	cluster, err := embedded.Start(t.Context(), embedded.Options{Log: slog.New(slog.DiscardHandler), ContinueAsNewAt: func() int { return 20 }})
	require.NoError(t, err)
	t.Cleanup(func() { _ = cluster.Stop(context.Background()) })
	shortLived := newSite(t).unsealed(cluster)
	for name, text := range beside {
		longLived.deploy(name, text)
	}
	for _, r := range recordings {
		t.Run(r.name, func(t *testing.T) {
			s := longLived
			if r.name == "renewed" {
				s = shortLived
			}
			s.on(t).replays(r)
		})
	}
}

// on is the recorder for a subtest.
func (s *recorder) on(t *testing.T) *recorder {
	one := *s.site
	one.t = t
	return &recorder{&one, map[string]string{}}
}

func (s *recorder) replays(r recording) {
	s.t.Helper()
	d := s.deploy(r.name, r.text)
	id := s.startOn(d, r.vars, s.queue)
	r.play(s, id)
	_ = s.client.GetWorkflow(s.t.Context(), id, "").Get(s.t.Context(), nil)
	runs := s.runs(id)
	for _, h := range runs {
		replayer := sdkworker.NewWorkflowReplayer()
		(&workflows.Processes{Definitions: worker.NewLibrary(s.store)}).Register(replayer)
		require.NoError(s.t, replayer.ReplayWorkflowHistoryWithOptions(nil, h, sdkworker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: id}}))
	}
	if record.wants(r.name) {
		s.write(r.name, d.Hash, runs)
	}
}

// unsealed is a recorder on that server.
func (s *site) unsealed(server *embedded.Server) *recorder {
	c, err := client.DialContext(s.t.Context(), client.Options{HostPort: server.Address(), Logger: silent{}, Identity: "recorder"})
	require.NoError(s.t, err)
	out := *s
	out.client, out.queue = c, "replay-"+uuid.NewString()
	w := worker.NewOn(out.queue, worker.Options{Client: c, Store: s.store, Log: slog.New(slog.DiscardHandler)})
	w.RegisterActivityWithOptions(checkPlan, activity.RegisterOptions{Name: "check-plan"})
	require.NoError(s.t, w.Start())
	s.t.Cleanup(func() { w.Stop(); c.Close() })
	return &recorder{&out, map[string]string{}}
}

func (s *recorder) deploy(id, text string) casework.ProcessDefinition {
	s.t.Helper()
	d := s.site.deploy(id, text)
	s.texts[d.Hash] = text
	return d
}

// awaitTasks waits until these tasks are open.
func (s *site) awaitTasks(id string, elements ...string) {
	s.t.Helper()
	s.eventually(func() bool { return slices.Equal(elements, slices.Sorted(maps.Keys(s.tasks(id)))) }, "tasks")
}

// waiting is the key of the first node that waits for that.
func (s *site) waiting(id string, wait engine.Wait) int64 {
	s.t.Helper()
	nodes := s.view(id).State.Nodes
	i := slices.IndexFunc(nodes, func(n engine.Node) bool { return n.Wait == wait })
	require.GreaterOrEqual(s.t, i, 0)
	return nodes[i].Key
}

// does lets an update happen.
func (s *recorder) does(id, name string, r workflows.Request) {
	s.t.Helper()
	_, err := s.update(s.t.Context(), id, name, r)
	require.NoError(s.t, err)
}

func (s *site) startOn(d casework.ProcessDefinition, vars, queue string) string {
	s.t.Helper()
	id := "replay-" + d.ProcessID
	_, err := s.client.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: queue}, workflows.ProcessWorkflow,
		workflows.Input{ProcessID: d.ProcessID, Version: d.Version, Definition: d.Hash, Variables: json.RawMessage(vars), Calendar: workday.Default(), Interpreter: engine.Current})
	require.NoError(s.t, err)
	s.view(id)
	return id
}

func (s *site) forward(id string, by time.Duration) {
	s.t.Helper()
	_, err := embedded.FastForward(s.t.Context(), s.client, id, by)
	require.NoError(s.t, err)
}

func (s *site) signal(id, name string) {
	s.t.Helper()
	require.NoError(s.t, s.client.SignalWorkflow(s.t.Context(), id, "", workflows.MessageSignal,
		workflows.Message{Name: name, CorrelationKey: "k", ID: uuid.NewString()}))
}

func (s *site) awaitIncident(id string) {
	s.t.Helper()
	s.eventually(func() bool {
		view, err := s.store.Instance(s.t.Context(), id)
		return err == nil && view.State == casework.InstanceIncident
	}, "an incident")
}

func (s *site) history(id string) *history.History { return s.historyOfRun(id, "") }

func (s *site) historyOfRun(id, run string) *history.History {
	s.t.Helper()
	h := new(history.History)
	iter := s.client.GetWorkflowHistory(s.t.Context(), id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iter.HasNext() {
		e, err := iter.Next()
		require.NoError(s.t, err)
		h.Events = append(h.Events, e)
	}
	return h
}

// runs are the histories of an instance's runs, the first first.
func (s *site) runs(id string) (all []*history.History) {
	s.t.Helper()
	for run := s.firstRun(id); run != ""; {
		h := s.historyOfRun(id, run)
		all = append(all, h)
		run = h.Events[len(h.Events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
	return all
}

// write keeps the history of the first run as NAME.json, those of later runs as NAME.2.json and so on, with the process as NAME.bpmn and its
// other versions as NAME.HASH.bpmn.
func (s *recorder) write(name, own string, runs []*history.History) {
	s.t.Helper()
	for i, h := range runs {
		file := name + ".json"
		if i > 0 {
			file = fmt.Sprintf("%s.%d.json", name, i+1)
		}
		data, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(h)
		require.NoError(s.t, err)
		require.NoError(s.t, os.WriteFile(historyFile(file), append(data, '\n'), 0o644))
	}
	for hash, text := range s.texts {
		file := name + ".bpmn"
		if hash != own {
			file = fmt.Sprintf("%s.%s.bpmn", name, hash)
		}
		require.NoError(s.t, os.WriteFile(historyFile(file), []byte(bpmntest.XML(name, text)), 0o644))
	}
}

// A history that is there is written again only by its name.
func TestReleasedHistoriesStay(t *testing.T) {
	t.Parallel()
	require.False(t, wanted("").wants("timer"))
	require.False(t, wanted("true").wants("timer"))
	require.True(t, wanted("true").wants("not recorded yet"))
	require.True(t, wanted("timer").wants("timer"))
	require.False(t, wanted("timer").wants("tasks"))
}
