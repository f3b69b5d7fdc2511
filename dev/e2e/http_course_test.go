package e2e_test

import (
	"math/rand/v2"

	"github.com/stretchr/testify/require"
)

// A case as it should go: every task comes when its turn is, and each form is completed from its schema alone.
func courseOfACase(h *house) {
	r := h.tell(sickSince(24))
	h.awaitTask(r.CaseID, "call-company")
	c := h.file(r.CaseID)
	require.Equal(h, "open", c.State)
	require.Equal(h, r.CaseNumber, c.CaseNumber)
	require.Equal(h, "ordinary", c.Track)
	require.NotEmpty(h, c.Consultant.ID)
	for _, element := range []string{"call-company", "book-meeting", "hold-meeting", "assess-offers", "make-plan"} {
		t := h.task(r.CaseID, element)
		require.Equal(h, c.Consultant.ID, t.Assignee, "the consultant stays")
		require.NotNil(h, t.DueAt)
		h.complete(t, filler{wishes: map[string]any{"canReturn": "partly", "expectation": "over26"}})
	}
	h.forward(c.ProcessInstanceID, "P3W")
	h.complete(h.task(r.CaseID, "contact-citizen"), filler{wishes: map[string]any{"expectation": "over26"}})
	h.complete(h.task(r.CaseID, "follow-up"), filler{wishes: map[string]any{"nextStep": "back_fully"}})
	require.Empty(h, h.tasks(r.CaseID))
	h.awaitEnd(r.CaseID, "back_fully")
	require.Equal(h, "completed", h.instance(c.ProcessInstanceID).State)
	var letters list[struct{ Template, Receiver string }]
	h.get("consultant", "/cases/"+r.CaseID+"/letters").is(200).read(&letters)
	require.GreaterOrEqual(h, len(letters.Items), 4, "two to begin with and two at the end (B01, B50)")
	h.keptOutOfTheProcess(c)
}

// keptOutOfTheProcess looks for what people wrote: it is case data.
func (h *house) keptOutOfTheProcess(c caseFile) {
	h.Helper()
	var notes list[struct{ Text string }]
	h.get("consultant", "/cases/"+c.ID+"/notes").is(200).read(&notes)
	require.GreaterOrEqual(h, len(notes.Items), 4)
	var plan list[struct{ Owner, Action, Due string }]
	h.get("consultant", "/cases/"+c.ID+"/plan").is(200).read(&plan)
	require.NotEmpty(h, plan.Items)
	require.NotContains(h, string(h.get("supervisor", "/process-instances/"+c.ProcessInstanceID).body), "gradvis tilbage")
}

// A tool that knows nothing of the process answers whatever comes with any values that the schemas allow, for as long as it likes.
func anyAnswer(h *house) {
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 2))
		h.Logf("seed %d", seed)
		r := h.tell(sickSince(5 + random.IntN(60)))
		h.awaitTask(r.CaseID, "call-company")
		for range 15 {
			if h.file(r.CaseID).State == "closed" {
				break
			}
			tasks := h.tasks(r.CaseID)
			if len(tasks) == 0 {
				h.forward(h.file(r.CaseID).ProcessInstanceID, "P4W")
				continue
			}
			h.complete(tasks[random.IntN(len(tasks))], filler{random: random})
		}
		var found list[incident]
		h.get("supervisor", "/incidents?limit=200").is(200).read(&found)
		for _, i := range found.Items {
			require.NotEqual(h, h.file(r.CaseID).ProcessInstanceID, i.ProcessInstanceID, "seed %d: %s", seed, i.Message)
		}
	}
}
