package e2e_test

import "github.com/stretchr/testify/require"

// clarifying brings a case to where it has called the process that clarifies a fleksjob.
func (h *house) clarifying() caseFile {
	h.Helper()
	r := h.tell(sickSince(24))
	h.complete(h.awaitTask(r.CaseID, "call-company"), filler{wishes: map[string]any{"canReturn": "no", "expectation": "over26", "meetingWanted": "no"}})
	c := h.file(r.CaseID)
	h.post("supervisor", "/process-instances/"+c.ProcessInstanceID+"/timers/"+h.timers(c.ProcessInstanceID)["assessment-due"].ID+"/trigger", "").is(200)
	h.complete(h.task(r.CaseID, "assess-benefit"), filler{wishes: map[string]any{"assessment": "fleksjob"}})
	h.task(r.CaseID, "clarify-work-ability")
	return c
}

// called are the instances that others of the case have called.
func (h *house) called(caseID string) (found []instance) {
	h.Helper()
	var all list[struct{ ID, State, ParentID string }]
	h.get("supervisor", "/process-instances?case="+caseID).is(200).read(&all)
	for _, i := range all.Items {
		if i.ParentID != "" {
			found = append(found, instance{ID: i.ID, State: i.State})
		}
	}
	return found
}

// Somebody closes a case by hand: the parties get their letters and the integrator the status, and nothing is left to do, also in the process
// that the case has called.
func closedByHand(h *house) {
	c := h.clarifying()
	var closed caseFile
	h.post("consultant", "/cases/"+c.ID+"/close", map[string]any{"outcome": "transferred"}).is(200).read(&closed)
	require.Equal(h, []string{"closed", "transferred"}, []string{closed.State, closed.Outcome})
	require.Empty(h, h.tasks(c.ID))
	require.Equal(h, "completed", h.instance(c.ProcessInstanceID).State)
	called := h.called(c.ID)
	require.Len(h, called, 1)
	require.Equal(h, "canceled", called[0].State)
	letters := string(h.get("consultant", "/cases/"+c.ID+"/letters").is(200).body)
	require.Contains(h, letters, "closing-citizen")
	require.Contains(h, letters, "closing-company")
	kinds := map[string]string{}
	for _, e := range h.timeline(c.ID) {
		kinds[e.Kind] += e.Title + "|" + e.Actor + ";"
	}
	require.Contains(h, kinds["status"], "sagen er lukket", "the integrator is told")
	require.NotEmpty(h, kinds["case_closing"])
	require.Contains(h, kinds, "case_closed")
	h.post("consultant", "/cases/"+c.ID+"/close", map[string]any{"outcome": "transferred"}).problem(409)
	require.Equal(h, "transferred", h.file(c.ID).Outcome)
}

// Whoever closes a case that has just come in closes it too: the process has the message behind its start.
func closedAtOnce(h *house) {
	r := h.tell(sickSince(10))
	h.post("consultant", "/cases/"+r.CaseID+"/close", map[string]any{"outcome": "transferred"})
	h.awaitEnd(r.CaseID, "transferred")
	h.eventually(func() bool {
		found := h.get("supervisor", "/process-instances/"+r.CaseID)
		if found.status == 404 {
			return false // not begun
		}
		var i instance
		found.is(200).read(&i)
		return i.State == "completed"
	}, "the end of the process")
}

// A case changes hands with all that is open in it and all that comes, in the process that it has called too.
func changesHands(h *house) {
	c := h.clarifying()
	to := "consultant2"
	if c.Consultant.ID == to {
		to = "consultant"
	}
	var after caseFile
	h.post("supervisor", "/cases/"+c.ID+"/consultant", map[string]any{"consultant": to, "reason": "Orlov"}).is(200).read(&after)
	require.Equal(h, to, after.Consultant.ID)
	for _, t := range h.tasks(c.ID) {
		require.Equal(h, to, t.Assignee, t.ElementID)
	}
	child := h.called(c.ID)[0].ID
	h.eventually(func() bool { return h.instance(child).Variables["consultant"] == to }, "the called process to know")
	h.complete(h.task(c.ID, "clarify-work-ability"), filler{wishes: map[string]any{"clarification": "ready"}})
	require.Equal(h, to, h.task(c.ID, "get-health-advice").Assignee)
	h.eventually(func() bool { return h.instance(c.ProcessInstanceID).Variables["consultant"] == to }, "the calling process to know")
}
