package workflows_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Of very many jobs side by side some hundreds are under way at once; the others follow, each once and with its own item.
func TestJobsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	const jobs = 600
	s := newSite(t, map[string]string{"p": `
		start s
		service a type=remote each="=for i in 1..n return i" item=i in.i="=i" collect=doubled yield="=r"
		end e
		s -> a -> e`})
	var begun, under, most atomic.Int64
	full := make(chan struct{})
	s.job = func(j casework.Job) (json.RawMessage, error) {
		if now := under.Add(1); now > most.Load() {
			most.Store(now)
		}
		if begun.Add(1) == 500 {
			close(full)
		}
		<-full
		under.Add(-1)
		var in struct{ I int }
		err := json.Unmarshal(j.Variables, &in)
		return fmt.Appendf(nil, `{"r":%d}`, 2*in.I), err
	}
	var out struct{ Doubled []int }
	require.NoError(t, json.Unmarshal(s.run(fmt.Sprintf(`{"n":%d}`, jobs)).Variables, &out))
	require.Len(t, out.Doubled, jobs)
	for i, d := range out.Doubled {
		require.Equal(t, 2*(i+1), d)
	}
	require.EqualValues(t, jobs, begun.Load())
	require.LessOrEqual(t, most.Load(), int64(500))
}

// Jobs that take much along begin a few at a time, but none waits for another to be done.
func TestHeavyJobsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		service a type=remote each="=for i in 1..5 return i" item=i
		end e
		s -> a -> e`})
	pauses := 0
	var done atomic.Int64
	others := make(chan struct{})
	s.job = func(j casework.Job) (json.RawMessage, error) {
		if strings.Contains(string(j.Variables), `"loopCounter":1}`) {
			<-others
		} else if done.Add(1) == 4 {
			close(others)
		}
		return nil, nil
	}
	s.SetOnTimerScheduledListener(func(string, time.Duration) { pauses++ })
	text, _ := json.Marshal(strings.Repeat("x", 1_200_000))
	require.Equal(t, engine.Completed, s.run(fmt.Sprintf(`{"text":%s}`, text)).Status)
	require.Equal(t, 4, pauses, "one at a time")
}

// What has not begun when it is called off never begins, and what comes behind has room again.
func TestWhatWaitsCanBeCalledOff(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s
		service a type=remote each="=for i in 1..1200 return i" item=i in.i="=i"
		boundary refused on=a error=NO
		service b type=remote in.b="=true"
		end e
		s -> a -> e
		refused -> b -> e`})
	var begun atomic.Int64
	full, off := make(chan struct{}), make(chan struct{})
	s.job = func(j casework.Job) (json.RawMessage, error) {
		if j.ElementID == "b" {
			close(off)
			return nil, nil
		}
		if begun.Add(1) == 500 {
			close(full)
		}
		<-full
		if string(j.Variables) == `{"i":7,"loopCounter":7}` {
			return nil, temporal.NewNonRetryableApplicationError("refused", casework.ErrorBPMN, nil, "NO")
		}
		<-off
		return nil, nil
	}
	require.Equal(t, engine.Completed, s.run(`{}`).Status)
	require.EqualValues(t, 500, begun.Load())
}

// A call waits while as many processes are called as Temporal keeps; it begins when one of them has ended, but not while the instance is suspended.
func TestCallsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": "start s; user u; call c process=q; end e; s -> u -> c -> e", "q": "start s; user look; end e; s -> look -> e"})
	state := engine.State{Status: engine.Active, Start: "s", LastKey: 9, Nodes: []engine.Node{
		{Key: 1, Element: "p", Wait: engine.WaitScope, Tokens: 1}, {Key: 9, Parent: 1, Element: "u", Wait: engine.WaitTask, Task: &engine.Task{}}}}
	called := map[int64]string{}
	for key := range int64(1500) {
		called[100+key] = fmt.Sprint("called-", key)
	}
	looks := func() bool { return slices.Contains(s.happened(), "entered look") }
	s.at(time.Hour, func() { s.update(workflows.CompleteTaskUpdate, workflows.Request{Key: 9}) })
	s.at(2*time.Hour, func() {
		require.Contains(t, s.happened(), "entered c")
		require.False(t, looks())
		s.update(workflows.SuspendUpdate, workflows.Request{})
	})
	s.at(3*time.Hour, func() { s.SignalWorkflow(workflows.ChildSignal, workflows.ChildEnd{Key: 100}) })
	s.at(4*time.Hour, func() {
		require.False(t, looks())
		s.update(workflows.ResumeUpdate, workflows.Request{})
	})
	s.at(5*time.Hour, func() {
		require.True(t, looks())
		key := s.open()["look"].Key
		require.NoError(t, s.UpdateWorkflowByID(workflows.ChildID("default-test-workflow-id", 10, 0), workflows.CompleteTaskUpdate, "", &answered{t: t}, workflows.Request{Key: key}))
	})
	s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Definition: "d", Calendar: workday.Default(), Interpreter: engine.Current,
		Carried: &workflows.Carried{State: state, Children: called}})
	require.NoError(t, s.GetWorkflowError())
}

// What waits for its turn is handed over when the instance continues as new.
func TestWhatWaitsIsCarried(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"p": `start s; service a type=remote; call c process=q allin=false in.n="=n"; end e; s -> a -> e; s -> c -> e`,
		"q": `start s; script r expr="=n + 1" result=m; end e; s -> r -> e`})
	var seen string
	s.job = func(j casework.Job) (json.RawMessage, error) {
		seen = string(j.Variables)
		return json.RawMessage(`{"worked":true}`), nil
	}
	n, _ := engine.ParseVariables([]byte(`{"n":4}`))
	job := engine.Job{Type: "remote", Retries: 3}
	state := engine.State{Status: engine.Active, Start: "s", LastKey: 9, Nodes: []engine.Node{
		{Key: 1, Element: "p", Wait: engine.WaitScope, Tokens: 2, Variables: n}, {Key: 8, Parent: 1, Element: "a", Wait: engine.WaitJob, Job: &job},
		{Key: 9, Parent: 1, Element: "c", Wait: engine.WaitChild, Variables: n}}}
	s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Definition: "d", Calendar: workday.Default(), Interpreter: engine.Current,
		Carried: &workflows.Carried{State: state, Waiting: []workflows.Waiting{{Key: 8, Job: job}, {Key: 9, Process: "q"}}}})
	require.NoError(t, s.GetWorkflowError())
	require.JSONEq(t, `{"n":4}`, seen)
	var out workflows.Output
	require.NoError(t, s.GetWorkflowResult(&out))
	require.JSONEq(t, `{"n":4,"m":5,"worked":true}`, string(out.Variables))
}
