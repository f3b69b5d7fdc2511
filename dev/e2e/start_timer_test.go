package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/api"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/store"
	"fasthold/internal/store/pgtest"
)

// timed is what a process that time starts does: a date leads to the task once, a cycle to the task again.
const timed = `
	start date date=%s
	start cycle cycle=%s
	user once
	user again
	end e
	date -> once -> e
	cycle -> again -> e`

// byHand is the version of such a process that somebody starts.
const byHand = `
	start s
	user once
	end e
	s -> once -> e`

// startedInstance is an instance in a list.
type startedInstance struct {
	ID        string
	Version   int
	StartedAt time.Time
}

func (h *house) instancesOf(process string) []startedInstance {
	h.Helper()
	var l list[startedInstance]
	h.get("supervisor", "/process-instances?limit=200&processId="+process).is(200).read(&l)
	require.Empty(h, l.NextCursor)
	return l.Items
}

// startedTasks are the tasks that the instances of a process have come to, sorted.
func (h *house) startedTasks(process string) (waiting []string) {
	h.Helper()
	for _, listed := range h.instancesOf(process) {
		var i instance
		h.get("supervisor", "/process-instances/"+listed.ID).is(200).read(&i)
		for _, e := range i.Elements {
			waiting = append(waiting, e.ElementID)
		}
	}
	slices.Sort(waiting)
	return waiting
}

// schedule is what is known of a process and of when time starts it next.
type schedule struct {
	Version     int
	DeployedAt  time.Time
	StartTimers []struct {
		ElementID   string
		NextStartAt time.Time
	}
}

func (h *house) schedule(process string) (s schedule) {
	h.Helper()
	h.get("designer", "/process-definitions/"+process).is(200).read(&s)
	return s
}

func (h *house) deployText(process, text string, values ...any) {
	h.Helper()
	h.deploy("designer", process+".bpmn", bpmntest.XML(process, fmt.Sprintf(text, values...))).is(201)
}

// secondRelay runs one more relay on the same database and the same Temporal, as a second API process does, until the test ends.
func (h *house) secondRelay() {
	h.Helper()
	dsn := h.db
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(h.data, "fasthold.db")
	}
	st, err := store.Open(h.Context(), dsn, h.box(), store.Options{})
	require.NoError(h, err)
	server := api.New(api.Options{Store: st, Temporal: h.site.Client(), Log: slog.New(slog.NewTextHandler(h.log, nil))})
	ctx, stop := context.WithCancel(context.Background())
	var relay sync.WaitGroup
	relay.Go(func() { server.Relay(ctx) })
	h.Cleanup(func() {
		stop()
		relay.Wait()
		require.NoError(h, st.Close())
	})
}

// soon is a date and time in a second.
func soon() string { return time.Now().Add(time.Second).Format("2006-01-02T15:04:05.000Z07:00") }

func TestTimeStartsProcesses(t *testing.T) {
	t.Parallel()
	for name, db := range map[string]func() string{"SQLite": func() string { return "" }, "PostgreSQL": func() string { return pgtest.Schema(t) }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t, db())
			h.secondRelay()
			h.startedOnce()
			h.lastVersionOnly()
		})
	}
}

// A date starts an instance and a cycle two, each once, whoever relays; nobody does by hand.
func (h *house) startedOnce() {
	h.Helper()
	h.deployText("clockwork", timed, soon(), "R2/PT1S")
	at := h.schedule("clockwork")
	require.Len(h, at.StartTimers, 2)
	require.WithinDuration(h, at.DeployedAt.Add(time.Second), at.StartTimers[0].NextStartAt, time.Second)
	p := h.post("designer", "/process-instances", map[string]any{"processId": "clockwork"}).problem(422)
	require.Contains(h, p.Detail, `cycle (timer: "R2/PT1S")`)

	h.eventually(func() bool { return len(h.schedule("clockwork").StartTimers) == 0 }, "all have started")
	h.eventually(func() bool { return slices.Equal([]string{"again", "again", "once"}, h.startedTasks("clockwork")) }, "and came to their tasks")
	for _, i := range h.instancesOf("clockwork") {
		require.False(h, i.StartedAt.Before(at.DeployedAt), "%v", i)
	}
}

// What starts for ever ends with the next version; that something else starts later shows that time went on.
func (h *house) lastVersionOnly() {
	h.Helper()
	h.deployText("metronome", timed, soon(), "R/PT1S")
	h.eventually(func() bool { return len(h.instancesOf("metronome")) >= 3 }, "it goes")
	h.deployText("metronome", byHand)
	last := h.schedule("metronome")
	require.Equal(h, 2, last.Version)
	left, err := h.site.Store().StartTimers(h.Context(), "metronome")
	require.NoError(h, err)
	require.Empty(h, left)
	h.deployText("echo", timed, time.Now().Add(3*time.Second).Format(time.RFC3339), "R/P1D")
	h.eventually(func() bool { return len(h.instancesOf("echo")) == 1 }, "three seconds later")
	var after []startedInstance
	for _, i := range h.instancesOf("metronome") {
		require.Equal(h, 1, i.Version)
		if i.StartedAt.After(last.DeployedAt) {
			after = append(after, i)
		}
	}
	require.LessOrEqual(h, len(after), 1, "only what a relay had in hand at %s still starts: %v", last.DeployedAt, after)
	require.Empty(h, h.schedule("clockwork").StartTimers)
	require.Len(h, h.instancesOf("clockwork"), 3)
	require.Equal(h, "active", h.start("metronome", nil).State)
}

// A process that is deployed while Temporal is down has missed nothing when it is back: every time of its cycle is made up for.
func TestTimeStartsProcessesAfterAnOutage(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "")
	h.close()
	h.whileTemporalIsDown(func(down *house) {
		down.deployText("late", timed, "2020-01-01", "R3/PT1S")
		down.eventually(func() bool {
			at := down.schedule("late")
			return len(at.StartTimers) == 2 && time.Since(at.DeployedAt) > 3*time.Second
		}, "the times pass")
		require.Empty(t, down.instancesOf("late"))
	})
	h.open()
	h.eventually(func() bool { return len(h.schedule("late").StartTimers) == 0 }, "all are made up for")
	h.eventually(func() bool { return slices.Equal([]string{"again", "again", "again", "once"}, h.startedTasks("late")) }, "each once")
}
