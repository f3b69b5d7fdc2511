package e2e

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"fasthold/dev/embedded"
	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// place is one moment in the life of a worker: before or after the nth time that it does something.
type place struct {
	name  string
	after bool
	nth   int
}

func (p place) String() string {
	when := "before"
	if p.after {
		when = "after"
	}
	return fmt.Sprintf("%s_%s_%d", when, p.name, p.nth)
}

// itinerary counts the places that a worker comes by.
type itinerary struct {
	mu   sync.Mutex
	seen map[place]int // by name and side
	all  []place
}

// here is where the worker is now.
func (w *itinerary) here(name string, after bool) place {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil {
		w.seen = map[place]int{}
	}
	side := place{name: name, after: after}
	w.seen[side]++
	side.nth = w.seen[side]
	w.all = append(w.all, side)
	return side
}

// places are all where the worker has been.
func (w *itinerary) places() []place {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.all)
}

// everything waits for one thing after another, one of each kind.
func (d *deadly) everything() casework.ProcessDefinition {
	d.deploy("kill-one-called", `
		start s
		throw up escalation=UP
		user ask
		end e
		s -> up -> ask -> e`)
	return d.deploy("kill-one", `
		start s
		user first on.completing=check
		boundary remind on=first duration=PT0.3S noninterrupting
		end reminded
		service fetch type=fetch retries=3 timeout=PT1S backoff=PT1S
		service note type=note local retries=3 backoff=PT1S
		service broken type=broken local retries=1
		catch pause duration=PT0.3S
		receive letter message=letter key="=id"
		catch alarm signal=alarm
		call c process=kill-one-called out.answer="=answer"
		boundary told on=c escalation=UP noninterrupting
		end heard
		user each times=2
		service book type=book local
		boundary nobook on=book compensate=unbook
		user unbook handler
		throw undo compensate
		user last
		end e
		s -> first -> fetch -> note -> broken -> pause -> letter -> alarm -> c -> each -> book -> undo -> last -> e
		remind -> reminded
		told -> heard
		eventsub hint {
			start hinted message=hint key="=id" noninterrupting
			script hear expr="=heard + 1" result=heard
			end h
			hinted -> hear -> h
		}`)
}

// one is one instance of it.
type one struct {
	*deadly
	id       string
	repaired atomic.Bool
}

// left is what remains of an instance.
type left struct {
	trace
	Told []string // in order
}

func (o *one) left(id string) left {
	l := left{trace: o.trace(id)}
	for _, h := range o.historyOf(id) {
		l.Told = append(l.Told, toldInStore(h.Step))
	}
	return l
}

func (o *one) worker(die func(string, bool) bool) *mortal {
	return o.employ(&mortal{die: die, still: true, does: o.does, types: []string{"fetch", "check"}})
}

func (o *one) does(j casework.Job) (any, error) {
	switch {
	case j.Type == "broken" && !o.repaired.Load():
		return nil, errors.New("there is no paper")
	case j.Type == "check":
		return map[string]any{}, nil
	}
	return map[string]any{j.Type: true}, nil
}

// rests waits until the store tells that something has happened in an instance, so many times, and Temporal has nothing to do for it.
func (o *one) rests(id, happened string, times int) {
	o.t.Helper()
	looked := "" // in vain, when so much was written
	o.eventually(func() bool {
		before, busy := o.written(id)
		if busy || before == looked {
			return false
		}
		n := 0
		for _, h := range o.historyOf(id) {
			if h.Kind+" "+h.ElementID == happened {
				n++
			}
		}
		after, busy := o.written(id)
		if n < times && !busy && before == after {
			looked = before
		}
		return n >= times && !busy && before == after
	}, happened)
}

// written is how long the history of the present run is, and whether there is anything to do for it.
func (o *one) written(id string) (events string, busy bool) {
	o.t.Helper()
	d, err := o.client.DescribeWorkflowExecution(o.t.Context(), id, "")
	if err != nil {
		return "", true // a called process that has not begun
	}
	info := d.GetWorkflowExecutionInfo()
	return fmt.Sprint(info.GetExecution().GetRunId(), info.GetHistoryLength()), d.GetPendingWorkflowTask() != nil || len(d.GetPendingActivities()) > 0
}

// finish completes the oldest open task of an element.
func (o *one) finish(id, element string, nth int) {
	o.t.Helper()
	o.rests(id, "entered "+element, nth)
	list, err := o.store.Tasks(o.t.Context(), casework.TaskFilter{Instance: id, State: casework.TaskOpen})
	require.NoError(o.t, err)
	var keys []int64
	for _, task := range list.Items {
		if task.ElementID == element {
			keys = append(keys, task.Key)
		}
	}
	require.NotEmpty(o.t, keys, element)
	o.update1(id, workflows.CompleteTaskUpdate, workflows.Request{Key: slices.Min(keys), Actor: "consultant"})
}

// tell plays the story, one thing after another, and returns what is left of it, in the caller and in the called process.
func (o *one) tell(def casework.ProcessDefinition) [2]left {
	o.id = o.begin(def, `{"id":"k","heard":0}`)
	o.rests(o.id, "completed reminded", 1)
	o.finish(o.id, "first", 1)
	o.rests(o.id, "incident broken", 1)
	o.repaired.Store(true)
	v, err := o.store.Instance(o.t.Context(), o.id)
	require.NoError(o.t, err)
	require.Len(o.t, v.Incidents, 1)
	o.update1(o.id, workflows.RetryUpdate, workflows.Request{Key: v.Incidents[0].Key})
	o.rests(o.id, "entered letter", 1)
	o.deadly.tell(o.id, "hint", "m1")
	o.rests(o.id, "completed hint", 1)
	o.update1(o.id, workflows.SuspendUpdate, workflows.Request{Reason: "holiday"})
	o.rests(o.id, "suspended ", 0)
	o.update1(o.id, workflows.ResumeUpdate, workflows.Request{Reason: "work"})
	o.rests(o.id, "entered letter", 1)
	o.deadly.tell(o.id, "letter", "m2")
	o.rests(o.id, "entered alarm", 1)
	require.NoError(o.t, o.client.SignalWorkflow(o.t.Context(), o.id, "", workflows.BroadcastSignal, casework.Signal{Name: "alarm", ID: "s1"}))
	o.rests(o.id, "completed heard", 1)
	child := o.called(o.id)
	o.finish(child, "ask", 1)
	o.rests(o.id, "entered each", 2)
	o.finish(o.id, "each", 2)
	o.finish(o.id, "each", 2)
	o.finish(o.id, "unbook", 1)
	o.finish(o.id, "last", 1)
	require.Equal(o.t, engine.Completed, o.ended(o.id).Status)
	return [2]left{o.left(o.id), o.left(child)}
}

// beside has the same store and a task queue of its own.
func (d *deadly) beside(t *testing.T) *one {
	o := &one{deadly: d.within(t)}
	o.queue, o.sequences = "kill-"+uuid.NewString(), map[string][]int64{}
	return o
}

// A worker is stopped at each point of a story in which something is waited for in every way: before and after each of its calls to Temporal, to the
// store, and of its jobs. Another one takes over, and what is left of the story is, word by word, what is left of an undisturbed one.
func TestAWorkerDiesAnywhere(t *testing.T) {
	t.Parallel()
	cluster, err := embedded.Start(t.Context(), embedded.Options{Log: slog.New(slog.DiscardHandler), ContinueAsNewAt: func() int { return 40 }})
	require.NoError(t, err)
	t.Cleanup(func() { _ = cluster.Stop(context.Background()) })
	d := newDeadlyOn(t, cluster)
	def := d.everything()

	var undisturbed itinerary
	calm := d.beside(t)
	calm.worker(func(name string, after bool) bool { undisturbed.here(name, after); return false })
	want := calm.tell(def)
	require.Equal(t, casework.InstanceCompleted, want[0].State)
	require.Zero(t, want[0].Open)

	all := undisturbed.places()
	places := slices.Clone(all)
	if testing.Short() || raced {
		places = slices.DeleteFunc(places, func(p place) bool { return p.nth%10 != 0 })
	}
	next := make(chan place)
	var under sync.WaitGroup
	var deaths atomic.Int64
	for range 8 {
		under.Go(func() {
			for p := range next {
				t.Run(p.String(), func(t *testing.T) {
					o := d.beside(t)
					if o.diesAt(p, func() { require.Equal(t, want, o.tell(def)) }) {
						deaths.Add(1)
					}
				})
			}
		})
	}
	begun := time.Now()
	for _, p := range places {
		next <- p
	}
	close(next)
	under.Wait()
	t.Logf("%d of %d points of a story, %d deaths, %v", len(places), len(all), deaths.Load(), time.Since(begun).Round(time.Second))
}

// diesAt lets a worker work until it comes by the place, and then another one, and reports whether it did.
func (o *one) diesAt(p place, story func()) (died bool) {
	var seen itinerary
	first := o.worker(func(name string, after bool) bool { return seen.here(name, after) == p })
	over := make(chan struct{})
	var undertaker sync.WaitGroup
	undertaker.Go(func() {
		select {
		case <-first.dead:
			died = true
			first.kill()
			o.worker(nil)
		case <-over:
		}
	})
	defer undertaker.Wait()
	defer close(over)
	story()
	return
}
