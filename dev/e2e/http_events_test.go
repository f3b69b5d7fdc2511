package e2e_test

import (
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/workday"
)

func sameEventTwice(h *house) {
	n := sickSince(10)
	first := h.tell(n)
	h.awaitTask(first.CaseID, "call-company")
	before := elements(h.tasks(first.CaseID))
	for range 3 {
		var again receipt
		h.post("integrator", "/intake/nemrefusion", n).is(200).read(&again)
		require.Equal(h, first, again)
	}
	require.Equal(h, before, elements(h.tasks(first.CaseID)))
	n["occurredAt"] = time.Now().Add(time.Hour).Format(time.RFC3339)
	h.post("integrator", "/intake/nemrefusion", n).problem(409)
}

// The recovery comes first, then the notification: one case, which ends as if they had come in their order.
func eventsOutOfOrder(h *house) {
	n := sickSince(20)
	early := h.tell(n.then(3, "full_recovery", notice{"effectiveFrom": today().String()}))
	require.Empty(h, h.tasks(early.CaseID))
	late := h.tell(n)
	require.Equal(h, early.CaseID, late.CaseID)
	require.Equal(h, early.CaseNumber, late.CaseNumber)
	h.awaitEnd(early.CaseID, "recovered")
	require.Empty(h, h.tasks(early.CaseID))
}

// contactDue is the last day on which somebody absent since a day must have been talked to (B07): a month after it, or the workday before; and
// the day five working days earlier, when the task opens.
func (h *house) contactDue(firstDay workday.Date) (opens, due workday.Date) {
	h.Helper()
	month := firstDay.At(0, workday.Zone()).AddDate(0, 1, 0)
	if month.Day() != firstDay.Day { // a shorter month ends it
		month = month.AddDate(0, 0, -month.Day())
	}
	calendar, err := workday.New(workday.Default())
	require.NoError(h, err)
	due = calendar.EndForMunicipality(workday.DateOf(month))
	opens, err = calendar.AddWorkdays(due, -5)
	require.NoError(h, err)
	return opens, due
}

func dayOf(t time.Time) workday.Date { return workday.DateOf(t.In(workday.Zone())) }

// Every deadline that hangs on the first day moves with it, to the day, and nothing else does.
func correction(h *house) {
	n := sickSince(5)
	r := h.tell(n)
	call := h.awaitTask(r.CaseID, "call-company")
	id := h.file(r.CaseID).ProcessInstanceID
	opens, _ := h.contactDue(today().AddDays(-5))
	before := h.timers(id)
	require.Equal(h, opens, dayOf(before["contact-due"].DueAt))

	first := today().AddDays(-5 - 7)
	h.tell(n.then(2, "correction", notice{"absence": map[string]any{"firstDay": first.String(), "paidDuringSickness": true, "expectedOver8Weeks": true}}))
	opens, due := h.contactDue(first)
	h.eventually(func() bool { return dayOf(h.timers(id)["contact-due"].DueAt) == opens }, "the corrected deadline")
	require.Equal(h, first.String(), h.file(r.CaseID).FirstAbsenceDay)
	require.Equal(h, call, h.task(r.CaseID, "call-company"), "the call hangs on the day the case was opened")
	h.post("supervisor", "/process-instances/"+id+"/timers/"+h.timers(id)["contact-due"].ID+"/trigger", "").is(200)
	contact := h.task(r.CaseID, "contact-citizen")
	require.Equal(h, due, dayOf(*contact.DueAt))

	// Eight weeks later: the open task keeps its identity and gets the later deadline, and the assessment of week 22 waits longer.
	far := first.AddDays(56)
	h.tell(n.then(3, "correction", notice{"absence": map[string]any{"firstDay": far.String(), "paidDuringSickness": true, "expectedOver8Weeks": true}}))
	_, due = h.contactDue(far)
	h.eventually(func() bool { return dayOf(*h.task(r.CaseID, "contact-citizen").DueAt) == due }, "the later deadline")
	require.Equal(h, contact.ID, h.task(r.CaseID, "contact-citizen").ID)
	require.True(h, h.timers(id)["assessment-due"].DueAt.After(before["assessment-due"].DueAt))
}

func annulment(h *house) {
	n := sickSince(15)
	r := h.tell(n)
	open := h.awaitTask(r.CaseID, "call-company")
	h.tell(n.then(2, "annulment", nil))
	h.awaitEnd(r.CaseID, "annulled")
	require.Empty(h, h.tasks(r.CaseID))
	var after task
	h.get("consultant", "/tasks/"+open.ID).is(200).read(&after)
	require.Equal(h, "canceled", after.State)
	h.post("supervisor", "/tasks/"+open.ID+"/complete", map[string]any{"variables": map[string]any{}}).problem(409)
	require.Contains(h, string(h.get("consultant", "/cases/"+r.CaseID+"/letters").body), "annulled-citizen")
}

// Somebody who begins to come back is what the consultant must see first (B33).
func partialRecovery(h *house) {
	n := sickSince(30)
	r := h.tell(n)
	h.awaitTask(r.CaseID, "call-company")
	h.tell(n.then(2, "partial_recovery", notice{"effectiveFrom": today().String(),
		"absence": map[string]any{"firstDay": today().AddDays(-30).String(), "paidDuringSickness": true, "expectedOver8Weeks": true, "partialHoursPerWeek": 15.5}}))
	back := h.awaitTask(r.CaseID, "follow-partial-return")
	var l list[task]
	h.get("consultant", "/tasks?state=open&sort=-priority&case="+r.CaseID).is(200).read(&l)
	require.Equal(h, back.ID, l.Items[0].ID)
	require.Greater(h, back.Priority, l.Items[1].Priority)
	h.complete(back, filler{wishes: map[string]any{"partialResult": "back_fully"}})
	h.awaitEnd(r.CaseID, "back_fully")
}

// A fast track request makes the call due the next working day instead of the one after.
func fastTrack(h *house) {
	n := sickSince(6)
	r := h.tell(n)
	call := h.awaitTask(r.CaseID, "call-company")
	h.tell(n.then(2, "fast_track_request", notice{"fastTrack": map[string]any{"requestedBy": "employer", "affectedFunctions": "Løft over ti kilo"}}))
	h.eventually(func() bool { return h.task(r.CaseID, "call-company").DueAt.Before(*call.DueAt) }, "the earlier deadline")
	require.Equal(h, "fast_track", h.file(r.CaseID).Track)
	h.awaitTask(r.CaseID, "contact-citizen")
	require.NotContains(h, string(h.get("supervisor", "/process-instances/"+r.CaseID).body), "Løft")
}
