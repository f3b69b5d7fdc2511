package workflows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// library are the processes of one test, by their id; another version of one by its hash.
type library map[string]*engine.Program

func (l library) Program(hash, processID string) (*engine.Program, error) {
	if p, ok := l[hash]; ok {
		return p, nil
	}
	return l[processID], nil
}

// site is a test environment with a store that only remembers.
type site struct {
	*testsuite.TestWorkflowEnvironment
	t       *testing.T
	updates int
	job     func(casework.Job) (json.RawMessage, error)

	mu      sync.Mutex               // activities run beside the test
	tasks   map[string]casework.Task // open ones by element id
	last    casework.Projection
	history []string // kinds and elements
}

func newSite(t *testing.T, processes map[string]string) *site {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	s := &site{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t, tasks: map[string]casework.Task{},
		job: func(casework.Job) (json.RawMessage, error) { return nil, nil }}
	programs := library{}
	for id, text := range processes {
		process, _, _ := strings.Cut(id, " ") // "p second" is another version of p
		programs[id] = &engine.Program{Plan: bpmntest.Plan(t, process, text)}
	}
	(&workflows.Processes{Definitions: programs}).Register(s)
	s.RegisterActivityWithOptions(s.project, activity.RegisterOptions{Name: casework.ProjectActivity})
	s.RegisterActivityWithOptions(s.runJob, activity.RegisterOptions{Name: casework.LocalJobActivity})
	s.RegisterActivityWithOptions(s.runJob, activity.RegisterOptions{Name: "remote"})
	s.RegisterActivityWithOptions(func(_ context.Context, r casework.ProcessReference) (casework.ResolvedProcess, error) {
		return casework.ResolvedProcess{ProcessID: r.ProcessID, Version: 1, Definition: "d"}, nil
	}, activity.RegisterOptions{Name: casework.ResolveActivity})
	s.SetStartTime(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	return s
}

func (s *site) project(_ context.Context, p casework.Projection) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = p
	for _, task := range p.Tasks {
		if task.State == casework.TaskOpen {
			s.tasks[task.ElementID] = task
		} else {
			delete(s.tasks, task.ElementID)
		}
	}
	for _, h := range p.History {
		s.history = append(s.history, h.Kind+" "+h.ElementID)
	}
	return nil
}

func (s *site) runJob(_ context.Context, j casework.Job) (json.RawMessage, error) { return s.job(j) }

// open are the open tasks by element id.
func (s *site) open() map[string]casework.Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.tasks)
}

// seen is the last projection.
func (s *site) seen() casework.Projection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// happened are the kinds and elements of the history.
func (s *site) happened() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.history)
}

// answered is what became of an update.
type answered struct {
	t     *testing.T
	err   error
	reply workflows.Reply
	done  func(workflows.Reply)
}

func (a *answered) Accept()          {}
func (a *answered) Reject(err error) { a.err = err }
func (a *answered) Complete(r any, err error) {
	a.err = err
	if err == nil {
		a.reply = r.(workflows.Reply)
		if a.done != nil {
			a.done(a.reply)
		}
	}
}

// at does something after some virtual time.
func (s *site) at(d time.Duration, do func()) { s.RegisterDelayedCallback(do, d) }

func (s *site) update(name string, r workflows.Request) *answered {
	a := &answered{t: s.t}
	s.updates++
	s.UpdateWorkflow(name, fmt.Sprint("update-", s.updates), a, r)
	return a
}

func (s *site) complete(element, vars string) *answered {
	s.t.Helper()
	task, ok := s.open()[element]
	require.True(s.t, ok, "no open task %s among %v", element, s.open())
	return s.update(workflows.CompleteTaskUpdate, workflows.Request{Key: task.Key, Actor: "consultant", Variables: json.RawMessage(vars)})
}

func (s *site) run(vars string) workflows.Output {
	s.t.Helper()
	s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Definition: "d", Variables: json.RawMessage(vars), Calendar: workday.Default(), Interpreter: engine.Current})
	require.True(s.t, s.IsWorkflowCompleted())
	require.NoError(s.t, s.GetWorkflowError())
	var out workflows.Output
	require.NoError(s.t, s.GetWorkflowResult(&out))
	return out
}

func TestTaskIsInTheStoreBeforeTheUpdateAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		user a
		service send type=letter local
		user b
		end e
		s -> a -> send -> b -> e`})
	s.at(time.Hour, func() {
		s.complete("a", `{"x":1}`).done = func(workflows.Reply) {
			require.Contains(t, s.open(), "b")
			require.NotContains(t, s.open(), "a")
		}
	})
	s.at(2*time.Hour, func() { s.complete("b", ``) })
	out := s.run(`{"n":1}`)
	require.JSONEq(t, `{"n":1,"x":1}`, string(out.Variables))
	require.Equal(t, casework.InstanceCompleted, s.seen().Instance.State)
}

// Who did what with which data: variables set together are one step, told before what comes of them. Instances of the first version go on without.
func TestHistoryTellsTheData(t *testing.T) {
	t.Parallel()
	for version, want := range map[engine.Version][]string{
		engine.Current:   {`started p`, `variables p {"variables":{"n":1}}`, `variables p {"variables":{"n":2,"x":"yes"}} consultant`, `completed a consultant`, `variables p {"variables":{"total":12}} consultant`},
		engine.Uncounted: {`started p`, `completed a consultant`},
	} {
		s := newSite(t, map[string]string{"p": "start s; user a; script sum result=total expr=`=n + 10`; end e; s -> a -> sum -> e"})
		var told []string
		s.OnActivity(casework.ProjectActivity, mock.Anything, mock.Anything).Return(func(ctx context.Context, p casework.Projection) error {
			for _, h := range p.History {
				if h.Kind == "started" || h.Kind == "variables" || h.ElementID == "a" && h.Kind == "completed" {
					told = append(told, strings.TrimSpace(strings.Join([]string{h.Kind, h.ElementID, string(h.Detail), h.Actor}, " ")))
				}
			}
			return s.project(ctx, p)
		})
		s.at(time.Hour, func() { s.complete("a", `{"n":2,"x":"yes"}`) })
		s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Definition: "d", Variables: json.RawMessage(`{"n":1}`), Calendar: workday.Default(), Interpreter: version})
		require.NoError(t, s.GetWorkflowError())
		for i := range told {
			told[i] = strings.Join(strings.Fields(told[i]), " ")
		}
		require.Equal(t, want, told)
	}
}

func TestSecondCompletionIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		user a
		user b
		end e
		s -> a -> b -> e`})
	var task casework.Task
	var second *answered
	s.at(time.Hour, func() {
		task = s.open()["a"]
		s.complete("a", ``)
	})
	s.at(90*time.Minute, func() {
		second = s.update(workflows.CompleteTaskUpdate, workflows.Request{Key: task.Key})
	})
	s.at(100*time.Minute, func() {
		var refused *temporal.ApplicationError
		require.ErrorAs(t, second.err, &refused)
		require.Equal(t, engine.Conflict, refused.Type())
	})
	s.at(2*time.Hour, func() { s.complete("b", ``) })
	s.run(``)
}

func TestJobOutOfRetriesIsAnIncidentThatCanBeRetried(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		service call type=remote retries=2
		end e
		s -> call -> e`})
	var attempts atomic.Int32
	s.job = func(j casework.Job) (json.RawMessage, error) {
		if attempts.Add(1) <= 2 {
			return nil, temporal.NewApplicationError("no answer", "network")
		}
		return json.RawMessage(`{"answer":42}`), nil
	}
	s.at(time.Hour, func() {
		require.Equal(t, casework.InstanceIncident, s.seen().Instance.State)
		incident := s.seen().Incidents[len(s.seen().Incidents)-1]
		require.Equal(t, "no answer", incident.Message)
		s.update(workflows.RetryUpdate, workflows.Request{Key: incident.Key})
	})
	require.JSONEq(t, `{"answer":42}`, string(s.run(``).Variables))
	require.EqualValues(t, 3, attempts.Load())
}

func TestTimersFireInVirtualTime(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		user a
		boundary remind on=a cycle=R3/P7D noninterrupting
		boundary late on=a duration=P8W
		service nag type=nag local
		end r
		end l
		end e
		s -> a -> e
		remind -> nag -> r
		late -> l`})
	var nags atomic.Int32
	s.job = func(casework.Job) (json.RawMessage, error) { nags.Add(1); return nil, nil }
	s.run(``)
	require.EqualValues(t, 3, nags.Load())
	require.Contains(t, s.happened(), "timer late")
	require.Empty(t, s.open())
}

func TestMessageReachesTheInstanceOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		user a
		end e
		s -> a -> e
		eventsub note {
			start told message=told key="=id" noninterrupting
			script count expr="=n + 1" result=n
			end r
			told -> count -> r
		}`})
	s.at(time.Hour, func() {
		for range 3 {
			s.SignalWorkflow(workflows.MessageSignal, workflows.Message{Name: "told", CorrelationKey: "k", ID: "m1"})
		}
	})
	s.at(2*time.Hour, func() { s.complete("a", ``) })
	require.JSONEq(t, `{"id":"k","n":1}`, string(s.run(`{"id":"k","n":0}`).Variables))
}

func TestCalledProcess(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"p": `
			start s
			call c process=q out.result="=x"
			boundary refused on=c error=NO
			end e
			end r
			s -> c -> e
			refused -> r`,
		"q": `
			start s
			user ask
			xor ok
			end no error=NO
			end yes
			s -> ask -> ok -[x > 1]-> yes
			ok -/-> no`,
	})
	s.at(time.Hour, func() {
		task := s.open()["ask"]
		require.NoError(t, s.UpdateWorkflowByID(workflows.ChildID("default-test-workflow-id", 3, 0), workflows.CompleteTaskUpdate, "", &answered{t: t},
			workflows.Request{Key: task.Key, Variables: json.RawMessage(`{"x":7}`)}))
	})
	require.JSONEq(t, `{"y":1,"result":7}`, string(s.run(`{"y":1}`).Variables))
}

// A thrown signal goes to the store with what happened besides, and one from outside is taken once.
func TestSignals(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		throw loud signal=go in.n="=7"
		user a
		boundary heard on=a signal=back noninterrupting
		script count expr="=(if c = null then 0 else c) + 1" result=c
		end e; end r
		s -> loud -> a -> e
		heard -> count -> r`})
	s.at(time.Minute, func() {
		require.Equal(t, []casework.Signal{{Name: "go", Variables: json.RawMessage(`{"n":7}`), ID: "default-test-workflow-id.3"}}, s.seen().Signals)
		require.Equal(t, []casework.Subscription{{Key: 5, ElementID: "heard", Name: "back", Signal: true}}, s.seen().Subscriptions)
		for _, id := range []string{"1", "1", "2"} {
			s.SignalWorkflow(workflows.BroadcastSignal, casework.Signal{Name: "back", ID: id})
		}
	})
	s.at(time.Hour, func() { s.complete("a", ``) })
	require.JSONEq(t, `{"c":2}`, string(s.run(``).Variables))
}

// The caller learns of an escalation while the called process goes on.
func TestEscalationOutOfACalledProcess(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"p": `
			start s
			call c process=q
			boundary soft on=c escalation=A noninterrupting
			boundary hard on=c escalation=B
			end e; end ea; end eb
			s -> c -> e
			soft -> ea
			hard -> eb`,
		"q": `start s; throw a escalation=A in.n="=7"; end b escalation=B; s -> a -> b`,
	})
	require.JSONEq(t, `{"n":7}`, string(s.run(``).Variables))
	caught := slices.DeleteFunc(s.happened(), func(h string) bool { return !strings.HasPrefix(h, "escalation ") })
	require.Equal(t, []string{"escalation soft", "escalation hard"}, caught)
}

// Jobs, called processes and tasks of repeated activities each run on their own; what holds them is an element of a type of its own.
func TestMultiInstance(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"p": `
			start s
			service a type=remote each="=[1,2,3]" item=i in.i="=i" collect=tens yield="=r"
			call c process=q each="=tens" item=ten sequential collect=more yield="=z"
			user u times=2
			end e
			s -> a -> c -> u -> e`,
		"q": `start s; script one expr="=ten + 1" result=z; end e; s -> one -> e`,
	})
	s.job = func(j casework.Job) (json.RawMessage, error) {
		var in struct{ I int }
		err := json.Unmarshal(j.Variables, &in)
		return json.RawMessage(fmt.Sprintf(`{"r":%d}`, 10*in.I)), err
	}
	s.at(time.Hour, func() { s.update(workflows.RebuildUpdate, workflows.Request{}) })
	s.at(2*time.Hour, func() {
		types := map[string]int{}
		for _, e := range s.seen().Elements {
			types[e.ElementID+" "+e.Type+" "+e.State]++
		}
		require.Equal(t, map[string]int{"p process scope": 1, "u multiInstanceBody scope": 1, "u userTask task": 2}, types)
		require.Len(t, s.seen().Tasks, 2)
		s.CancelWorkflow()
	})
	out := s.run(``)
	require.Equal(t, engine.Canceled, out.Status)
	require.JSONEq(t, `{"tens":[10,20,30],"more":[11,21,31]}`, string(out.Variables))
}

// What is canceled in a transaction is undone by jobs and people, and the case goes on behind it.
func TestCompensation(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		transaction deal {
			start i
			service book type=remote; boundary nobook on=book compensate=unbook; service unbook type=remote in.room="=room" handler
			user sign; boundary nosign on=sign compensate=unsign; user unsign name="Send retur" handler
			xor ok; end done; end no cancel
			i -> book -> sign -> ok -[signed]-> done; ok -/-> no
		}
		boundary canceled on=deal cancel
		end e; end ce
		s -> deal -> e; canceled -> ce`})
	var jobs []string
	s.job = func(j casework.Job) (json.RawMessage, error) {
		jobs = append(jobs, string(j.Variables))
		return json.RawMessage(`{"room":7}`), nil
	}
	s.at(time.Hour, func() { s.complete("sign", `{"signed":false}`) })
	s.at(2*time.Hour, func() {
		require.Contains(t, s.open(), "unsign")
		s.update(workflows.RebuildUpdate, workflows.Request{})
		s.complete("unsign", ``)
	})
	s.run(`{"signed":false}`)
	require.Equal(t, []string{`{"signed":false}`, `{"room":7}`}, jobs)
	require.Subset(t, s.happened(), []string{"cancellation deal", "entered nosign", "entered unsign", "completed unsign", "completed unbook", "entered canceled"})
}

func TestCancellation(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		user a
		end e
		s -> a -> e`})
	s.at(time.Hour, s.CancelWorkflow)
	require.Equal(t, engine.Canceled, s.run(``).Status)
	require.Equal(t, casework.InstanceCanceled, s.seen().Instance.State)
	require.Empty(t, s.open())
}

func TestRebuildHoldsEverythingThatIsOpen(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		user a
		boundary late on=a duration=P30D
		end e
		end l
		s -> a -> e
		late -> l`})
	s.at(time.Hour, func() { s.update(workflows.RebuildUpdate, workflows.Request{}) })
	s.at(2*time.Hour, func() {
		require.True(t, s.seen().Whole)
		require.Len(t, s.seen().Tasks, 1)
		require.Len(t, s.seen().Timers, 1)
		require.Len(t, s.seen().Elements, 2)
		s.complete("a", ``)
	})
	s.run(``)
}

// An update whose answer was lost with a run that continued as new is sent again, to the next run: that answers as the first one did.
func TestAnUpdateIsAppliedOnceAcrossContinueAsNew(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": "start s; user a; user b; end e; s -> a -> b -> e"})
	state := engine.State{Status: engine.Active, Start: "s", LastKey: 9, Nodes: []engine.Node{
		{Key: 1, Element: "p", Wait: engine.WaitScope, Tokens: 1}, {Key: 9, Parent: 1, Element: "b", Wait: engine.WaitTask, Task: &engine.Task{}}}}
	again, other := &answered{t: t}, &answered{t: t}
	s.at(time.Hour, func() {
		s.UpdateWorkflow(workflows.CompleteTaskUpdate, "completes-a", again, workflows.Request{Key: 4})
		s.UpdateWorkflow(workflows.CompleteTaskUpdate, "too-late", other, workflows.Request{Key: 4})
	})
	s.at(2*time.Hour, func() { s.update(workflows.CompleteTaskUpdate, workflows.Request{Key: 9}) })
	s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Definition: "d", Calendar: workday.Default(), Interpreter: engine.Current,
		Carried: &workflows.Carried{State: state, Updates: []string{"completes-a"}}})
	require.NoError(t, s.GetWorkflowError())
	require.NoError(t, again.err)
	require.Equal(t, engine.Active, again.reply.Status)
	require.ErrorContains(t, other.err, "no longer active")
}
