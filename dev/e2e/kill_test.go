package e2e

import (
	"database/sql"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"fasthold/internal/casework"
	"fasthold/worker"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// trace is what the store knows of an instance, without times and keys.
type trace struct {
	State     casework.InstanceState
	Variables string
	History   []string // kinds and elements, sorted
	Tasks     []string // elements and states, sorted
	Open      int      // elements, timers, subscriptions, incidents
}

func (d *deadly) trace(id string) (t trace) {
	d.t.Helper()
	v, err := d.store.Instance(d.t.Context(), id)
	require.NoError(d.t, err)
	t.State, t.Variables, t.Open = v.State, string(v.Variables), len(v.Elements)+len(v.Timers)+len(v.Subscriptions)+len(v.Incidents)
	h, err := d.store.History(d.t.Context(), id, casework.Page{Limit: 200})
	require.NoError(d.t, err)
	require.Empty(d.t, h.NextCursor)
	for _, step := range h.Items {
		t.History = append(t.History, step.Kind+" "+step.ElementID)
	}
	slices.Sort(t.History)
	tasks, err := d.store.Tasks(d.t.Context(), casework.TaskFilter{Instance: id})
	require.NoError(d.t, err)
	for _, task := range tasks.Items {
		t.Tasks = append(t.Tasks, task.ElementID+" "+string(task.State))
	}
	slices.Sort(t.Tasks)
	// No sequence is left out, and the store is at the last.
	d.mu.Lock()
	seen := slices.Clone(d.sequences[id])
	d.mu.Unlock()
	slices.Sort(seen)
	seen = slices.Compact(seen)
	for i, sequence := range seen {
		require.Equal(d.t, int64(i+1), sequence)
	}
	require.Equal(d.t, int64(len(seen)), v.Sequence)
	return t
}

// told is a story with a task, a reminder, a local job, a called process, a timer, and messages at any time.
func (d *deadly) story() (caller casework.ProcessDefinition) {
	d.deploy("kill-called", `
		start s
		user ask
		end e
		s -> ask -> e`)
	return d.deploy("kill-caller", `
		start s
		user a
		boundary remind on=a duration=PT1S noninterrupting
		service j type=work local retries=3
		call c process=kill-called out.id="=id"
		catch pause duration=PT1S
		race g
		catch m message=answer key="=id"
		catch late duration=P30D
		user b
		end e
		end r
		end l
		s -> a -> j -> c -> pause -> g -> m -> b -> e
		remind -> r
		g -> late -> l
		eventsub note {
			start told message=told key="=id" noninterrupting
			script hear expr="=heard + 1" result=heard
			user read
			end h
			told -> hear -> read -> h
		}`)
}

// play tells the story and returns what is left of it, in the caller and in the called process.
func (d *deadly) play(def casework.ProcessDefinition) (caller, called trace) {
	id := d.begin(def, `{"id":"k","heard":0}`)
	d.await("the reminder", func() bool { return d.reminded(id) })
	var all sync.WaitGroup
	all.Go(func() { d.tell(id, "told", "first"); d.tell(id, "answer", "second"); d.tell(id, "told", "first") })
	all.Go(func() { d.finishTask(id, "read") })
	all.Go(func() { d.finishTask(id, "a") })
	var child string
	d.await("the called process", func() bool {
		v, err := d.store.Instance(d.t.Context(), id)
		for _, e := range v.Elements {
			child = max(child, e.Child)
		}
		return err == nil && child != ""
	})
	d.finishTask(child, "ask")
	d.finishTask(id, "b")
	all.Wait()
	require.Equal(d.t, engine.Completed, d.ended(id).Status)
	caller, called = d.trace(id), d.trace(child)
	called.Variables = "" // when it was called, the first message may have come or not
	return caller, called
}

// reminded reads Temporal's history, for the store may show a reminder that was lost with its worker, and comes again or not at all if
// somebody is faster.
func (d *deadly) reminded(id string) bool {
	var reminder int64 // the event that set the timer
	fired := int64(math.MaxInt64)
	events := d.client.GetWorkflowHistory(d.t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(d.t, err)
		switch e.GetEventType() {
		case enums.EVENT_TYPE_TIMER_STARTED:
			if reminder == 0 && e.GetTimerStartedEventAttributes().GetStartToFireTimeout().AsDuration() == time.Second {
				reminder = e.GetEventId()
			}
		case enums.EVENT_TYPE_TIMER_FIRED:
			if e.GetTimerFiredEventAttributes().GetStartedEventId() == reminder {
				fired = e.GetEventId()
			}
		case enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
			if e.GetWorkflowTaskCompletedEventAttributes().GetStartedEventId() > fired {
				return true
			}
		}
	}
	return false
}

// Workers die again and again, before or after they wrote to the store, and others take over: the store and the result are those of a
// story that nobody disturbed.
func TestWorkersDie(t *testing.T) {
	t.Parallel()
	calm := newDeadly(t)
	var points atomic.Int64
	calm.work(func(string, bool) bool { points.Add(1); return false }, nil)
	caller, called := calm.play(calm.story())
	require.Equal(t, casework.InstanceCompleted, caller.State)
	require.Zero(t, caller.Open)
	require.JSONEq(t, `{"id":"k","heard":1,"worked":true}`, caller.Variables)
	stories := 6
	if testing.Short() || raced {
		stories = 2
	}
	for range stories {
		t.Run("story", func(t *testing.T) {
			t.Parallel()
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			chance := rand.New(rand.NewPCG(seed, 0))
			d := newDeadly(t)
			over := make(chan struct{})
			var undertaker sync.WaitGroup
			undertaker.Go(func() { d.dieAndLive(over, chance, points.Load()/2) })
			gotCaller, gotCalled := d.play(d.story())
			close(over)
			undertaker.Wait()
			require.Equal(t, caller, gotCaller)
			require.Equal(t, called, gotCalled)
		})
	}
}

// dieAndLive lets two workers die somewhere on their way, and a third live until the story is over.
func (d *deadly) dieAndLive(over <-chan struct{}, chance *rand.Rand, points int64) {
	for range 2 {
		var left atomic.Int64
		left.Store(1 + chance.Int64N(points))
		m := d.work(func(string, bool) bool { return left.Add(-1) == 0 }, nil)
		select {
		case <-m.dead:
			m.kill()
		case <-over:
			return
		}
	}
	d.work(nil, nil)
	<-over
}

// A worker dies when the first of two messages is in the store and Temporal does not know that it is; then the second comes. Whoever takes over
// finds both at once: the store must not take them for what it has already.
func TestTheStoreNeverKnowsMoreThanTemporal(t *testing.T) {
	t.Parallel()
	d := newDeadly(t)
	def := d.deploy("kill-between", `
		start s
		user a
		end e
		s -> a -> e
		eventsub note {
			start told message=told key="=id" noninterrupting
			user read
			end h
			told -> read -> h
		}
		eventsub question {
			start asked message=asked key="=id" noninterrupting
			user look
			end l
			asked -> look -> l
		}`)
	var armed atomic.Bool
	m := d.work(func(name string, after bool) bool { return after && armed.Load() && name == casework.ProjectActivity }, nil)
	id := d.begin(def, `{"id":"k"}`)
	d.await("a", func() bool { return len(d.tasks(id)) == 1 })
	armed.Store(true)
	d.tell(id, "told", "first")
	<-m.dead
	m.kill()
	d.tell(id, "asked", "second")
	d.work(nil, nil)
	for _, task := range []string{"look", "read", "a"} {
		d.finishTask(id, task)
	}
	require.Equal(t, engine.Completed, d.ended(id).Status)
	require.Equal(t, []string{"a completed", "look completed", "read completed"}, d.trace(id).Tasks)
}

// away are definitions that cannot be read at first.
type away struct {
	workflows.Definitions
	left atomic.Int64
}

func (a *away) Program(hash, processID string) (*engine.Program, error) {
	if a.left.Add(-1) >= 0 {
		return nil, errors.New("the store is away")
	}
	return a.Definitions.Program(hash, processID)
}

// The store is away when an instance begins: it begins later.
func TestAnInstanceBeginsWhenItsDefinitionCanBeRead(t *testing.T) {
	t.Parallel()
	d := newDeadly(t)
	definitions := &away{Definitions: worker.NewLibrary(d.store)}
	definitions.left.Store(2)
	d.work(nil, definitions)
	id := d.begin(d.deploy("kill-away", "start s\nuser a\nend e\ns -> a -> e"), ``)
	d.finishTask(id, "a")
	require.Equal(t, engine.Completed, d.ended(id).Status)
}

// A canceled case takes the processes that it called with it; one of them that is ended from outside is an incident of its caller.
func TestCalledProcessesEndWithTheirCaller(t *testing.T) {
	t.Parallel()
	d := newDeadly(t)
	d.work(nil, nil)
	d.deploy("kill-leaf", "start s\nuser a\nend e\ns -> a -> e")
	d.deploy("kill-middle", "start s\ncall c process=kill-leaf\nend e\ns -> c -> e")
	def := d.deploy("kill-root", "start s\ncall c process=kill-middle\nend e\ns -> c -> e")
	id := d.begin(def, ``)
	middle := d.called(id)
	leaf := d.called(middle)
	d.await("the task", func() bool { return len(d.tasks(leaf)) == 1 })

	require.NoError(t, d.client.TerminateWorkflow(t.Context(), leaf, "", "by an operator"))
	var incident casework.Incident
	d.await("an incident", func() bool {
		v, err := d.store.Instance(t.Context(), middle)
		if err == nil && len(v.Incidents) == 1 {
			incident = v.Incidents[0]
		}
		return incident.Code == "child_failed"
	})
	d.update1(middle, workflows.RetryUpdate, workflows.Request{Key: incident.Key})
	again := d.called(middle)
	require.Equal(t, leaf+"r1", again, "another instance")

	d.update1(id, workflows.CancelUpdate, workflows.Request{})
	for _, each := range []string{id, middle, again} {
		require.Equal(t, engine.Canceled, d.ended(each).Status)
	}
}

// called waits for the process that an instance calls.
func (d *deadly) called(id string) (child string) {
	d.t.Helper()
	d.await("a called process", func() bool {
		v, err := d.store.Instance(d.t.Context(), id)
		for _, e := range v.Elements {
			child = max(child, e.Child)
		}
		return err == nil && child != ""
	})
	return child
}

// What the store has lost of an instance, Temporal still knows.
func TestRebuild(t *testing.T) {
	t.Parallel()
	d := newDeadly(t)
	d.work(nil, nil)
	d.deploy("kill-inner", "start s\nuser a\nend e\ns -> a -> e")
	def := d.deploy("kill-rebuild", `
		start s
		and f
		user a due="=now() + duration(\"P7D\")" groups="consultants" priority=70
		boundary remind on=a cycle=R3/P2D noninterrupting
		call c process=kill-inner
		service j type=nobody retries=1 local
		catch m message=answer key="=id"
		end e; end r; end x; end y; end z
		s -> f; f -> a -> e; f -> c -> x; f -> m -> y; f -> j -> z
		remind -> r`)
	id := d.begin(def, `{"id":"k"}`)
	child := d.called(id)
	d.await("the task", func() bool { return len(d.tasks(id)) == 1 })
	d.finishTask(child, "a")
	d.await("the end of the called process", func() bool {
		h, err := d.store.History(t.Context(), id, casework.Page{Limit: 200})
		return err == nil && slices.ContainsFunc(h.Items, func(e casework.HistoryEntry) bool { return e.ElementID == "x" })
	})
	before, tasks, traced := d.openRows(id), d.tasks(id), d.trace(id)

	db, err := sql.Open("sqlite", "file:"+d.file+"?_pragma=busy_timeout(5000)")
	require.NoError(t, err)
	defer db.Close()
	for _, table := range []string{"elements", "timers", "subscriptions", "incidents", "tasks"} {
		_, err := db.ExecContext(t.Context(), "DELETE FROM "+table+" WHERE instance_id = ?", id)
		require.NoError(t, err)
	}
	_, err = db.ExecContext(t.Context(), "INSERT INTO timers (instance_id, id, key, element_id, name, due_at) VALUES (?, '99.99', 99, 'ghost', '', ?)", id, time.Now())
	require.NoError(t, err)
	require.NotEqual(t, before, d.openRows(id))

	d.update1(id, workflows.RebuildUpdate, workflows.Request{})
	require.Equal(t, before, d.openRows(id))
	require.Equal(t, tasks, d.tasks(id))
	require.Equal(t, traced, d.trace(id))
	d.finishTask(id, "a")
}

// openRows is the projection of an instance but for its sequence.
func (d *deadly) openRows(id string) casework.InstanceView {
	d.t.Helper()
	v, err := d.store.Instance(d.t.Context(), id)
	require.NoError(d.t, err)
	v.Sequence = 0
	return v
}
