package api

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// startAll starts what time has come for.
func (w *world) startAll() {
	for w.server.startDue(w.Context()) {
	}
}

// started are the start elements of the instances that there are, sorted.
func (w *world) started() []string {
	w.temporal.mu.Lock()
	defer w.temporal.mu.Unlock()
	var elements []string
	for _, in := range w.temporal.inputs {
		elements = append(elements, in.StartElement)
	}
	slices.Sort(elements)
	return elements
}

// nextStarts are the next starts of the latest version by element.
func (w *world) nextStarts(process string) map[string]time.Time {
	w.Helper()
	var d definition
	w.get("designer", "/process-definitions/"+process).is(200).into(&d)
	starts := map[string]time.Time{}
	for _, t := range d.StartTimers {
		starts[t.ElementID] = t.NextStartAt
	}
	return starts
}

// A date in the past starts at once, one that lies ahead at its time, a cycle after its interval.
func TestTimeStartsAProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("nightly", "start past date=2020-01-01T08:00:00Z; start ahead date=2999-06-01; start often cycle=R/P1D; user u; end e; past -> u; ahead -> u; often -> u -> e")
	w.startAll()
	require.Equal(t, []string{"past"}, w.started())
	for id, in := range w.temporal.inputs {
		require.Equal(t, workflows.Input{ProcessID: "nightly", Version: 1, Definition: in.Definition, StartElement: "past", Calendar: workday.Default(), Interpreter: engine.Current}, in)
		w.get("supervisor", "/process-instances/"+id).is(200, `"processId":"nightly"`, `"elementId":"u"`)
	}
	next := w.nextStarts("nightly")
	require.Len(t, next, 2)
	require.Equal(t, time.Date(2999, 6, 1, 0, 0, 0, 0, workday.Zone()).UTC(), next["ahead"])
	require.WithinDuration(t, time.Now().AddDate(0, 0, 1), next["often"], 2*time.Hour)
	w.get("designer", "/process-definitions").is(200, `"nextStartAt":"2999-05-31T22:00:00Z"`)
}

// The latest version alone is started by time, and begins anew.
func TestANewVersionReplacesTheSchedule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", "start s date=2020-01-01; start c cycle=R5/2999-01-01T00:00:00Z/P1D; user u; end e; s -> u -> e; c -> u")
	w.startAll()
	require.Equal(t, []string{"s"}, w.started())
	w.deploy("p", "start s date=2020-01-01; start c cycle=R5/2999-01-01T00:00:00Z/P1D; user u; end e; s -> u -> e; c -> u")
	w.startAll()
	require.Equal(t, []string{"s"}, w.started(), "the same content is the same version")
	w.deploy("p", "start s date=2020-01-01; user u name=New; end e; s -> u -> e")
	require.Equal(t, []string{"s"}, keys(w.nextStarts("p")))
	w.startAll()
	require.Equal(t, []string{"s", "s"}, w.started(), "a date in the past starts every version")
	w.get("designer", "/process-definitions/p/versions").is(200, `"version":1`, `"startTimers":[]`)
	w.deploy("p", "start s; user u; end e; s -> u -> e")
	require.Empty(t, w.nextStarts("p"))
}

func keys[V any](m map[string]V) (list []string) {
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// No time of a cycle is lost while Temporal is away, and two relays start none twice.
func TestMissedStartsAreMadeUpFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.temporal.setDown(true)
	w.deploy("p", "start c cycle=R4/PT1S; user u; end e; c -> u -> e")
	require.Eventually(t, func() bool { w.startAll(); return time.Since(w.nextStarts("p")["c"]) > 3*time.Second }, waitForBackoff, tickForBackoff)
	require.Empty(t, w.started())
	require.Contains(t, w.log.String(), "a process could not be started by time")
	w.temporal.setDown(false)
	require.Eventually(t, func() bool {
		var relays sync.WaitGroup
		for range 2 {
			relays.Go(w.startAll)
		}
		relays.Wait()
		return len(w.nextStarts("p")) == 0
	}, waitForBackoff, tickForBackoff)
	require.Equal(t, []string{"c", "c", "c", "c"}, w.started())
}

// A start whose success could not be noted is none when it comes again.
func TestAStartThatIsDeliveredTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", "start s date=2020-01-01; end e; s -> e")
	due, err := w.store.NextStartTimers(t.Context(), 1)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, w.server.startAtTime(t.Context(), due[0]))
	}
	require.Len(t, w.started(), 1)
	other := due[0]
	other.Number++
	require.NotEqual(t, timedInstance(due[0]), timedInstance(other))
}

// What time cannot start is refused when it is deployed, and dates follow the calendar that is set for everybody.
func TestStartTimersInTheCalendar(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	check := func(timer string) (codes []string) {
		set, problems := Check(t.Context(), w.store, []definitions.File{{Name: "p.bpmn", Data: []byte(bpmntest.XML("p", "start s "+timer+"; end e; s -> e"))}}, nil)
		require.Equal(t, len(problems) == 0, set != nil)
		for _, p := range problems {
			require.Equal(t, "s", p.Element)
			codes = append(codes, p.Code)
		}
		return codes
	}
	require.Equal(t, []string{"bad-start-timer"}, check("date=`=someday`"))
	require.Equal(t, []string{"bad-cycle"}, check("cycle=R/PT0.001S"))
	require.Equal(t, []string{"bad-start-timer"}, check("cycle=`=\"R/PT0.00\" + string(today().weekday) + \"S\"`"))

	require.NoError(t, w.store.PutSetting(t.Context(), "", "calendar", json.RawMessage(`{"closedDays":["2999-06-03"]}`)))
	w.deploy("p", "start s date=`=add workdays(date(\"2999-06-02\"), 1)`; end e; s -> e")
	require.Equal(t, time.Date(2999, 6, 4, 0, 0, 0, 0, workday.Zone()).UTC(), w.nextStarts("p")["s"])
}

// Who wants to start such a process by hand is told what starts it.
func TestStartByHandOfWhatTimeStarts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", "start s cycle=R/P1D; start m message=order; user u; end e; s -> u -> e; m -> u")
	w.post("designer", "/process-instances", `{"processId":"p"}`).is(422, "cannot be started by hand", `s (timer: \"R/P1D\"), m (message: order)`)
	w.deploy("q", "start s cycle=R/P1D; start n; user u; end e; s -> u -> e; n -> u")
	w.post("designer", "/process-instances", `{"processId":"q"}`).is(201)
}
