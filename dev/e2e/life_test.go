package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"fasthold/dev/embedded"
	"fasthold/internal/casework"
	"fasthold/internal/payload"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// lifelong is a case that has five tasks, twenty messages and a timer each week.
const lifelong = `
	start s
	xor again
	and f
	user talk
	user plan
	user visit times=2
	user report
	receive letter message=letter key="=id"
	service open type=hear local in.n="=n"
	catch week duration=P7D
	and j
	script count expr="=weeks + 1" result=weeks
	xor enough
	end e
	s -> again -> f
	f -> talk -> plan -> j
	f -> visit -> j
	f -> report -> j
	f -> letter -> open -> j
	f -> week -> j -> count -> enough
	enough -[weeks >= life]-> e
	enough -/-> again
	eventsub note {
		start told message=told key="=id" noninterrupting
		service hear type=hear local in.n="=n"
		end h
		told -> hear -> h
	}`

const tasksAWeek, messagesAWeek, toldAWeek = 5, 20, 19

// life is one such case, and what is known of it from outside.
type life struct {
	*deadly
	id    string
	weeks int

	mu  sync.Mutex
	yes map[string]bool // tasks whose completion was answered with yes
	// unheard are those that are completed by somebody who was answered that they are: the first answer was lost with a workflow task, and
	// the case had gone on in a new run when they asked again.
	unheard map[string]bool
}

// done counts the tasks that are.
func (l *life) done() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.yes) + len(l.unheard)
}

// answered takes note of an answer of yes.
func (l *life) answered(task string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	assert.False(l.t, l.yes[task], "two were told that they completed %s", task)
	l.yes[task] = true
	delete(l.unheard, task)
}

// refused takes note of an answer of no, and looks whether the task is done by the one who got it.
func (l *life) refused(task, actor string) {
	view, err := l.store.Task(l.t.Context(), task)
	assert.NoError(l.t, err)
	l.mu.Lock()
	defer l.mu.Unlock()
	if view.EndedBy == actor && !l.yes[task] {
		l.unheard[task] = true
	}
}

// A case of two years, with 500 tasks, 2,000 messages and 100 timers, is asked at random moments to go on in a new run, while many send events to
// it, each message twice: everything happens exactly once, and what one run hands to the next does not grow.
func TestALongLife(t *testing.T) {
	t.Parallel()
	weeks := 100
	if testing.Short() || raced {
		weeks = 10
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(seed, 0))
	cluster, err := embedded.Start(t.Context(), embedded.Options{Log: slog.New(slog.DiscardHandler), ContinueAsNewAt: func() int {
		mu.Lock()
		defer mu.Unlock()
		return 10 + chance.IntN(60)
	}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = cluster.Stop(context.Background()) })

	l := &life{deadly: newDeadlyOn(t, cluster), weeks: weeks, yes: map[string]bool{}, unheard: map[string]bool{}}
	l.deadly.work(nil, nil)
	l.id = l.begin(l.deploy("life", lifelong), fmt.Sprintf(`{"id":"k","n":-1,"weeks":0,"life":%d}`, weeks))
	var rest []int // size of the state at the end of each week
	for week := range weeks {
		l.week(week)
		rest = append(rest, size(t, l.view(l.id).State))
		_, err := embedded.FastForward(t.Context(), l.client, l.id, 7*24*time.Hour)
		require.NoError(t, err)
	}
	require.Equal(t, engine.Completed, l.ended(l.id).Status)
	l.eachOnce()
	l.staysSmall(rest)
}

// week lets three people do the tasks of a week while four clients send its messages.
func (l *life) week(week int) {
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { l.serve((week + 1) * tasksAWeek) })
	}
	for first := range 4 {
		all.Go(func() {
			for i := first; i < 2*messagesAWeek; i += 4 { // whole rounds of 20: each message comes twice, from two clients
				l.send(week*messagesAWeek + (i+i/messagesAWeek)%messagesAWeek)
			}
		})
	}
	all.Wait()
}

// serve completes whatever is open until so many tasks have been done in all. Somebody else may be faster.
func (l *life) serve(until int) {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for ; l.done() < until; <-look.C {
		open, err := l.store.Tasks(l.t.Context(), casework.TaskFilter{Instance: l.id, State: casework.TaskOpen})
		if !assert.NoError(l.t, err) {
			return
		}
		for _, task := range open.Items {
			actor := uuid.NewString()
			_, err := l.update(l.t.Context(), l.id, workflows.CompleteTaskUpdate, workflows.Request{Key: task.Key, Actor: actor})
			var refused *temporal.ApplicationError
			switch {
			case err == nil:
				l.answered(task.ID)
			case !errors.As(err, &refused) || refused.Type() != engine.Conflict:
				l.t.Errorf("task %d: %v", task.Key, err)
				return
			default:
				l.refused(task.ID, actor)
			}
		}
	}
}

func (l *life) send(n int) {
	name := "told"
	if n%messagesAWeek == toldAWeek {
		name = "letter"
	}
	assert.NoError(l.t, l.client.SignalWorkflow(l.t.Context(), l.id, "", workflows.MessageSignal, workflows.Message{
		Name: name, CorrelationKey: "k", ID: fmt.Sprint("m", n), TTL: time.Hour, Variables: fmt.Appendf(nil, `{"n":%d}`, n),
	}))
}

// eachOnce fails unless every task, message and timer has happened once, in the store and in the worker.
func (l *life) eachOnce() {
	l.t.Helper()
	require.Equal(l.t, l.weeks*tasksAWeek, l.done())
	happened := map[string]int{}
	heard := make([]int, l.weeks*messagesAWeek)
	for _, h := range l.historyOf(l.id) {
		happened[h.Kind+" "+h.ElementID]++
		var detail struct{ Variables struct{ N *int } }
		if len(h.Detail) > 0 {
			require.NoError(l.t, json.Unmarshal(h.Detail, &detail))
		}
		if n := detail.Variables.N; n != nil && *n >= 0 {
			heard[*n]++
		}
	}
	for n, times := range heard {
		require.Equal(l.t, 1, times, "message %d", n)
	}
	for what, each := range map[string]int{
		"message told": toldAWeek, "completed hear": toldAWeek, "completed note": toldAWeek, "message letter": 1, "completed open": 1,
		"completed talk": 1, "completed plan": 1, "completed visit": 2, "completed report": 1, "entered visit": 2, "timer week": 1, "completed count": 1,
	} {
		require.Equal(l.t, l.weeks*each, happened[what], what)
	}
	states := map[casework.TaskState]int{}
	for page := (casework.Page{Limit: 200}); ; {
		list, err := l.store.Tasks(l.t.Context(), casework.TaskFilter{Instance: l.id, Page: page})
		require.NoError(l.t, err)
		for _, task := range list.Items {
			states[task.State]++
		}
		if page.Cursor = list.NextCursor; page.Cursor == "" {
			break
		}
	}
	require.Equal(l.t, map[casework.TaskState]int{casework.TaskCompleted: l.weeks * tasksAWeek}, states)
}

// historyOf is all that the store knows to have happened in an instance.
func (s *site) historyOf(id string) (all []casework.HistoryEntry) {
	s.t.Helper()
	for page := (casework.Page{Limit: 200}); ; {
		list, err := s.store.History(s.t.Context(), id, page)
		require.NoError(s.t, err)
		all = append(all, list.Items...)
		if page.Cursor = list.NextCursor; page.Cursor == "" {
			return all
		}
	}
}

// staysSmall fails when what is kept grows with what has happened. Sizes are taken with every number as one digit.
func (l *life) staysSmall(rest []int) {
	l.t.Helper()
	handed := l.handed()
	early, late, quarter := 0, 0, len(handed)/4
	for i, bytes := range handed {
		if i < quarter {
			early = max(early, bytes)
		}
		if i >= len(handed)-quarter {
			late = max(late, bytes)
		}
	}
	l.t.Logf("%d of %d tasks were completed by somebody who did not hear of it", len(l.unheard), l.done())
	l.t.Logf("%d weeks in %d runs; state at rest after 50 messages %d bytes and after %d %d; at most handed over in the first quarter %d, in the last %d",
		l.weeks, len(handed)+1, rest[2], l.weeks*messagesAWeek, rest[len(rest)-1], early, late)
	require.Greater(l.t, len(handed), l.weeks, "the case has hardly ever gone on in a new run")
	require.Equal(l.t, rest[2], rest[len(rest)-1])
	const updates = 16 * 40 // the ids of the last ones
	require.Less(l.t, max(early, late, slices.Max(handed)), 2*rest[2]+updates, "what is active in a busy week, and no more")
}

// handed are the sizes of what each run was given by the one before, the first first.
func (l *life) handed() (sizes []int) {
	l.t.Helper()
	converter := payload.Converter(l.box)
	for run := l.firstRun(l.id); run != ""; {
		next := ""
		events := l.client.GetWorkflowHistory(l.t.Context(), l.id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			require.NoError(l.t, err)
			if a := e.GetWorkflowExecutionContinuedAsNewEventAttributes(); a != nil {
				var in workflows.Input
				require.NoError(l.t, converter.FromPayloads(a.GetInput(), &in))
				sizes = append(sizes, size(l.t, in.Carried))
				next = a.GetNewExecutionRunId()
			}
		}
		run = next
	}
	return sizes
}

func (s *site) firstRun(id string) string {
	s.t.Helper()
	d, err := s.client.DescribeWorkflowExecution(s.t.Context(), id, "")
	require.NoError(s.t, err)
	return d.GetWorkflowExecutionInfo().GetFirstRunId()
}

var number = regexp.MustCompile(`[0-9]+`)

func size(t testing.TB, v any) int {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return len(number.ReplaceAll(data, []byte("0")))
}
