package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
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

var record = flag.Bool("record", false, "write the histories for the replay tests of package workflows; only ever add some")

// recordings are small cases, each showing one way in which an instance talks to Temporal.
var recordings = []struct {
	name, text, vars string
	play             func(*site, string)
}{
	{"tasks", `
		start s
		user a due="=now() + duration(\"P7D\")"
		service w type=nobody local retries=1
		boundary remind on=a cycle=R3/P2D noninterrupting
		user b
		end e
		end r
		s -> a -> b -> e
		remind -> r`, `{"n":1}`, func(s *site, id string) {
		s.forward(id, 5*24*time.Hour)
		s.complete(id, "a", `{"x":1}`)
		s.complete(id, "b", ``)
	}},
	{"messages", `
		start s
		race g
		catch m message=answer key="=id"
		catch late duration=P3D
		end a
		end l
		s -> g -> m -> a
		g -> late -> l
		eventsub note {
			start told message=told key="=id" noninterrupting
			script hear expr="=heard + 1" result=heard
			end h
			told -> hear -> h
		}`, `{"id":"k","heard":0}`, func(s *site, id string) {
		for _, name := range []string{"told", "told", "answer"} {
			s.signal(id, name)
		}
	}},
	{"incident", `
		start s
		service a type=nobody retries=1
		end e
		s -> a -> e`, ``, func(s *site, id string) {
		s.awaitIncident(id)
		_, err := s.update(s.t.Context(), id, workflows.RetryUpdate, workflows.Request{Key: s.view(id).State.LastKey})
		require.NoError(s.t, err)
		s.awaitIncident(id)
		require.NoError(s.t, s.client.CancelWorkflow(s.t.Context(), id, ""))
	}},
	{"timer", `
		start s
		catch wait duration=P2W
		end e
		s -> wait -> e`, ``, func(s *site, id string) { s.forward(id, 15*24*time.Hour) }},
	{"modify", `
		start s
		user a
		boundary late on=a duration=P1D
		sub work { start ws; user w1; user w2; end we; ws -> w1 -> w2 -> we }
		end e
		s -> a -> work -> e
		late -> e`, `{"n":1}`, func(s *site, id string) {
		require.NoError(s.t, s.modify(id, `[{"kind":"move","source":"a","element":"w2","variables":[{"scope":"work","variables":{"own":1}}]}]`))
		require.NoError(s.t, s.modify(id, `[{"kind":"activate","element":"a"},{"kind":"setVariables","variables":[{"variables":{"n":2}}]}]`))
		require.NoError(s.t, s.modify(id, `[{"kind":"terminate","source":"work"}]`))
		s.complete(id, "a", `{}`)
		s.complete(id, "w1", `{}`)
		s.complete(id, "w2", `{}`)
	}},
	{"call", `
		start s
		call c process=timer
		end e
		s -> c -> e`, ``, func(s *site, id string) { s.forward(workflows.ChildID(id, s.view(id).State.LastKey), 15*24*time.Hour) }},
	{"transaction", `
		start s
		transaction deal {
			start i
			user sign
			boundary nosign on=sign compensate=unsign
			user unsign handler
			sub pay in.amount="=amount" {
				start ps
				user order
				boundary noorder on=order compensate=unorder
				script unorder expr="=amount" result=refunded handler
				end pe
				ps -> order -> pe
			}
			xor ok
			end done
			end no cancel
			i -> sign -> pay -> ok -[good]-> done
			ok -/-> no
		}
		boundary canceled on=deal cancel
		user again
		boundary noagain on=again compensate=unagain
		user unagain handler
		throw undo compensate
		end e
		end ce
		s -> deal -> e
		canceled -> again -> undo -> ce`, `{"good":false,"amount":7}`, func(s *site, id string) {
		for _, task := range []string{"sign", "order", "unsign", "again", "unagain"} {
			s.complete(id, task, ``)
		}
	}},
}

// What a run did can be replayed by the code that did it; with -record it must be so for ever.
func TestHistoriesReplay(t *testing.T) {
	s := newSite(t).unsealed()
	for _, r := range recordings {
		d := s.deploy(r.name, r.text)
		id := s.startOn(d, r.vars, s.queue)
		r.play(s, id)
		_ = s.client.GetWorkflow(t.Context(), id, "").Get(t.Context(), nil)
		h := s.history(id)
		replayer := sdkworker.NewWorkflowReplayer()
		(&workflows.Processes{Definitions: worker.NewLibrary(s.store)}).Register(replayer)
		require.NoError(t, replayer.ReplayWorkflowHistoryWithOptions(nil, h, sdkworker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: id}}), r.name)
		if *record {
			write(t, r.name, r.text, h)
		}
	}
}

// unsealed is a site whose payloads can be read, with a worker of its own.
func (s *site) unsealed() *site {
	c, err := client.DialContext(s.t.Context(), client.Options{HostPort: server.Address(), Logger: silent{}, Identity: "recorder"})
	require.NoError(s.t, err)
	out := *s
	out.client, out.queue = c, "replay-"+uuid.NewString()
	w := worker.NewOn(out.queue, worker.Options{Client: c, Store: s.store, Log: slog.New(slog.DiscardHandler)})
	require.NoError(s.t, w.Start())
	s.t.Cleanup(func() { w.Stop(); c.Close() })
	return &out
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

func (s *site) history(id string) *history.History {
	h := new(history.History)
	iter := s.client.GetWorkflowHistory(s.t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for iter.HasNext() {
		e, err := iter.Next()
		require.NoError(s.t, err)
		h.Events = append(h.Events, e)
	}
	return h
}

func write(t *testing.T, name, text string, h *history.History) {
	data, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(h)
	require.NoError(t, err)
	dir := filepath.Join("..", "..", "workflows", "testdata", "history")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s.json", name)), append(data, '\n'), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s.bpmn", name)), []byte(bpmntest.XML(name, text)), 0o644))
}
