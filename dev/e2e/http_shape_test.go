package e2e_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"fasthold/internal/workday"
)

// The shapes that outside tools rely on, with what the tests read of them.
type (
	receipt     struct{ CaseID, CaseNumber, EventID string }
	list[T any] struct {
		Items      []T
		NextCursor string
	}
	task struct {
		ID, ElementID, Name, CaseID, ProcessInstanceID, State, Assignee string
		Priority                                                        int
		DueAt                                                           *time.Time
	}
	caseFile struct {
		ID, CaseNumber, State, Outcome, ProcessInstanceID, FirstAbsenceDay, Track string
		Consultant                                                                struct{ ID string }
	}
	timer struct {
		ID, ElementID string
		DueAt         time.Time
	}
	incident struct{ ID, ProcessInstanceID, ElementID, Code, Message string }
	instance struct {
		ID, State string
		Elements  []struct{ ElementID, State string }
		Variables map[string]any
		Incidents []incident
	}
	entry struct{ Kind, Title, Detail, Actor string }
)

// notice is an event as it is sent.
type notice map[string]any

// planted are the CPR numbers that were sent, for the search for places where they must not be.
var planted struct {
	sync.Mutex
	numbers []string
}

func plantCPR() string {
	cpr := fmt.Sprintf("%02d%02d%02d%04d", 1+rand.IntN(28), 1+rand.IntN(12), 50+rand.IntN(49), 1000+rand.IntN(3000))
	planted.Lock()
	defer planted.Unlock()
	planted.numbers = append(planted.numbers, cpr)
	return cpr
}

func today() workday.Date { return workday.DateOf(time.Now().In(workday.Zone())) }

// sickSince is the notification of somebody who has been absent for so many days.
func sickSince(days int) notice {
	return notice{
		"eventId": uuid.NewString(), "source": "nemrefusion", "type": "sick_notification", "bundleUuid": uuid.NewString(), "messageId": "1", "sequence": 1,
		"occurredAt": time.Now().Format(time.RFC3339), "municipality": "0710",
		"citizen":  map[string]any{"cpr": plantCPR()},
		"employer": map[string]any{"cvr": "24256790", "pNumber": "1003388394", "contact": map[string]any{"name": "Løn og personale", "phone": "+45 86 00 00 00"}},
		"absence":  map[string]any{"firstDay": today().AddDays(-days).String(), "paidDuringSickness": true, "expectedOver8Weeks": true},
	}
}

// then is a later event of the same bundle.
func (n notice) then(sequence int, kind string, more notice) notice {
	next := maps.Clone(n)
	maps.Copy(next, notice{"eventId": uuid.NewString(), "type": kind, "sequence": sequence, "messageId": fmt.Sprint(sequence)})
	maps.Copy(next, more)
	return next
}

// tell sends an event that has not come before.
func (h *house) tell(n notice) (r receipt) {
	h.Helper()
	h.post("integrator", "/intake/nemrefusion", n).is(202).read(&r)
	require.Equal(h, n["eventId"], r.EventID)
	require.NotEmpty(h, r.CaseID)
	require.NotEmpty(h, r.CaseNumber)
	return r
}

func (h *house) file(id string) (c caseFile) {
	h.Helper()
	h.get("supervisor", "/cases/"+id).is(200).read(&c)
	return c
}

// tasks are those of a case that are open, the most urgent first.
func (h *house) tasks(caseID string) []task {
	h.Helper()
	var l list[task]
	h.get("supervisor", "/tasks?"+url.Values{"case": {caseID}, "state": {"open"}, "sort": {"dueAt"}, "limit": {"200"}}.Encode()).is(200).read(&l)
	require.Empty(h, l.NextCursor)
	return l.Items
}

// elements are the element ids of tasks.
func elements(tasks []task) (ids []string) {
	for _, t := range tasks {
		ids = append(ids, t.ElementID)
	}
	return ids
}

// patience bounds how long something that follows from an event may take: the relay hands it on, beside the answer.
const patience = 2 * time.Minute

// eventually waits until done.
func (h *house) eventually(done func() bool, what string) {
	h.Helper()
	require.Eventually(h, done, patience, 20*time.Millisecond, what)
}

// awaitTask waits for an open task of a case.
func (h *house) awaitTask(caseID, element string) (found task) {
	h.Helper()
	h.eventually(func() bool {
		for _, t := range h.tasks(caseID) {
			if t.ElementID == element {
				found = t
				return true
			}
		}
		return false
	}, "the task "+element)
	return found
}

// task is an open task that must be in the list by now.
func (h *house) task(caseID, element string) task {
	h.Helper()
	tasks := h.tasks(caseID)
	for _, t := range tasks {
		if t.ElementID == element {
			return t
		}
	}
	require.Failf(h, "not there", "%s is not among the open tasks %v", element, elements(tasks))
	return task{}
}

func (h *house) awaitEnd(caseID, outcome string) caseFile {
	h.Helper()
	h.eventually(func() bool { return h.file(caseID).State == "closed" && len(h.tasks(caseID)) == 0 }, "the end of the case")
	c := h.file(caseID)
	require.Equal(h, outcome, c.Outcome)
	return c
}

func (h *house) timeline(caseID string) []entry {
	h.Helper()
	var l list[entry]
	h.get("supervisor", "/cases/"+caseID+"/timeline?limit=200").is(200).read(&l)
	return l.Items
}

func (h *house) timers(instanceID string) map[string]timer {
	h.Helper()
	var l list[timer]
	h.get("supervisor", "/process-instances/"+instanceID+"/timers").is(200).read(&l)
	out := map[string]timer{}
	for _, t := range l.Items {
		out[t.ElementID] = t
	}
	return out
}

func (h *house) instance(id string) (i instance) {
	h.Helper()
	h.get("supervisor", "/process-instances/"+id).is(200).read(&i)
	return i
}

func (h *house) forward(instanceID, duration string) {
	h.Helper()
	h.post("supervisor", "/process-instances/"+instanceID+"/fast-forward", map[string]any{"duration": duration}).is(200)
}
