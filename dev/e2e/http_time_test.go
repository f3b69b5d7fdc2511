package e2e_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// stamped is anything that carries the time people read.
type stamped struct {
	CaseID, Kind, Title, Text, Reason, Task string
	At                                      time.Time
}

func (h *house) stamped(who, path string) []stamped {
	h.Helper()
	var l list[stamped]
	h.get(who, path).is(200).read(&l)
	require.Empty(h, l.NextCursor)
	return l.Items
}

// A case that is weeks ahead tells its own time in all that people read of it, and what it asks for is done at once.
func ownTime(h *house) {
	began := time.Now()
	first := sickSince(24)
	r := h.tell(first)
	h.awaitTask(r.CaseID, "call-company")
	c := h.file(r.CaseID)
	due := h.timers(c.ProcessInstanceID)["call-company-late"].DueAt
	h.forward(c.ProcessInstanceID, "P3W")
	ahead := began.AddDate(0, 0, 21)
	near := func(want, at time.Time, what string) {
		h.Helper()
		require.WithinDuration(h, want, at, 5*time.Minute, what)
	}

	called := func(a stamped) bool { return a.CaseID == r.CaseID && a.Reason == "call-company" }
	alerts := h.stamped("supervisor", "/alerts?limit=200")
	i := slices.IndexFunc(alerts, called)
	require.GreaterOrEqual(h, i, 0, "%v", alerts)
	near(due, alerts[i].At, "the alert came when the deadline was over")
	require.Equal(h, "Ring til virksomheden", alerts[i].Task)

	h.complete(h.task(r.CaseID, "call-company"), filler{})
	h.post("supervisor", "/cases/"+r.CaseID+"/notes", map[string]any{"text": "Skrevet ved siden af"}).is(201)
	h.tell(first.then(2, "full_recovery", notice{"effectiveFrom": today().String()}))
	h.awaitEnd(r.CaseID, "recovered")

	timeline := h.stamped("supervisor", "/cases/"+r.CaseID+"/timeline?limit=200")
	slices.Reverse(timeline)
	near(began, timeline[0].At, "the beginning")
	for n, e := range timeline[1:] {
		require.False(h, e.At.Before(timeline[n].At), "%v came before %v", e, timeline[n])
	}
	for _, kind := range []string{"note", "event_received", "case_closed", "letter", "status"} {
		at := slices.IndexFunc(timeline, func(e stamped) bool { return e.Kind == kind && e.At.After(ahead.Add(-time.Minute)) })
		require.GreaterOrEqual(h, at, 0, "%s: %v", kind, timeline)
		near(ahead, timeline[at].At, kind)
	}
	notes := h.stamped("supervisor", "/cases/"+r.CaseID+"/notes")
	require.GreaterOrEqual(h, len(notes), 2)
	require.Equal(h, "Skrevet ved siden af", notes[0].Text, "the latest first")
	for _, n := range notes {
		near(ahead, n.At, n.Text)
	}
	letters := h.stamped("supervisor", "/cases/"+r.CaseID+"/letters")
	near(ahead, letters[0].At, "the last letter")
	near(began, letters[len(letters)-1].At, "the first letter")
}
