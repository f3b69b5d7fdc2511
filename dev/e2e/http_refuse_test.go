package e2e_test

import (
	"strings"

	"github.com/stretchr/testify/require"
)

// Whatever is wrong is told with a problem that names it, and nothing is half done.
func badInput(h *house) {
	r := h.tell(sickSince(12))
	call := h.awaitTask(r.CaseID, "call-company")
	complete := "/tasks/" + call.ID + "/complete"
	with := func(change func(notice)) notice {
		n := sickSince(12)
		change(n)
		return n
	}
	inside := func(part, field string, value any) notice {
		return with(func(n notice) { n[part].(map[string]any)[field] = value })
	}
	for _, c := range []struct {
		name, who, path string
		body            any
		status          int
		points          string // one of the problem's errors points at it
	}{
		{"no JSON", "integrator", "/intake/nemrefusion", `{"eventId":`, 422, ""},
		{"an empty event", "integrator", "/intake/nemrefusion", `{}`, 422, "/eventId"},
		{"a list", "integrator", "/intake/nemrefusion", `[]`, 422, ""},
		{"a field twice", "integrator", "/intake/nemrefusion", `{"eventId":"a","eventId":"b"}`, 422, "/eventId"},
		{"an unknown field", "integrator", "/intake/nemrefusion", with(func(n notice) { n["colour"] = "red" }), 422, "/colour"},
		{"a diagnosis", "integrator", "/intake/nemrefusion", inside("absence", "diagnose", "x"), 422, "/absence/diagnose"},
		{"a diagnosis by code", "integrator", "/intake/nemrefusion", inside("citizen", "icd10", "M54"), 422, "/citizen/icd10"},
		{"a wrong type", "integrator", "/intake/nemrefusion", with(func(n notice) { n["sequence"] = "one" }), 422, "/sequence"},
		{"no CPR number", "integrator", "/intake/nemrefusion", inside("citizen", "cpr", "3113900000"), 422, "/citizen/cpr"},
		{"a CVR number with a wrong check digit", "integrator", "/intake/nemrefusion", inside("employer", "cvr", "12345678"), 422, "/employer/cvr"},
		{"a short P-number", "integrator", "/intake/nemrefusion", inside("employer", "pNumber", "123"), 422, "/employer/pNumber"},
		{"no date", "integrator", "/intake/nemrefusion", inside("absence", "firstDay", "2026-02-30"), 422, "/absence/firstDay"},
		{"too large an event", "integrator", "/intake/nemrefusion", `{"token":"` + strings.Repeat("x", 2<<20) + `"}`, 413, ""},
		{"deeply nested", "integrator", "/intake/nemrefusion", strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000), 422, ""},
		{"no variables that the form asks for", "supervisor", complete, `{"variables":{}}`, 422, "/variables/note"},
		{"a value that is none of the options", "supervisor", complete, `{"variables":{"note":"n","canReturn":"perhaps","expectation":"unknown","meetingWanted":"no"}}`, 422, "/variables/canReturn"},
		{"a field that the form does not have", "supervisor", complete, `{"variables":{"note":"n","canReturn":"no","expectation":"unknown","meetingWanted":"no","diagnose":"x"}}`, 422, "/variables/diagnose"},
		{"too long a note", "supervisor", complete, map[string]any{"variables": map[string]any{"note": strings.Repeat("n", 5000)}}, 422, "/variables/note"},
		{"an unknown member", "supervisor", complete, `{"variables":{},"force":true}`, 422, "/force"},
		{"variables that are a list", "supervisor", complete, `{"variables":[]}`, 422, "/variables"},
		{"a process that is not there", "designer", "/process-instances", `{"processId":"nothing"}`, 404, ""},
		{"a version that is not there", "designer", "/process-instances", `{"processId":"retention","version":99}`, 404, ""},
		{"no process", "designer", "/process-instances", `{}`, 422, "/processId"},
		{"a task that is not there", "supervisor", "/tasks/nothing.1/complete", `{"variables":{}}`, 404, ""},
		{"somebody who is not there", "supervisor", "/tasks/" + call.ID + "/assign", `{"assignee":"nobody"}`, 422, "/assignee"},
		{"an incident that is not there", "supervisor", "/incidents/nothing/retry", ``, 404, ""},
		{"a message without a name", "integrator", "/messages", `{"correlationKey":"k"}`, 422, "/name"},
		{"a message that lives for no duration", "integrator", "/messages", `{"name":"m","timeToLive":"soon"}`, 422, "/timeToLive"},
		{"a case without anything", "consultant", "/cases", `{}`, 422, "/citizen"},
		{"an address that is not there", "supervisor", "/no/such/thing", `{}`, 404, ""},
	} {
		answer := h.post(c.who, c.path, c.body)
		p := answer.problem(c.status)
		require.Equal(h, c.status == 413, answer.closed, "%s: what is left unread must not be taken for another request", c.name)
		if c.points != "" {
			require.Contains(h, p.points(), c.points, "%s: %+v", c.name, p)
		}
	}
	h.get("supervisor", "/tasks?colour=red").problem(422)
	h.get("supervisor", "/tasks?limit=100000").problem(422)
	h.get("supervisor", "/tasks?cursor=!!").problem(422)
	h.get("supervisor", "/cases/nothing").problem(404)
	h.send("supervisor", "DELETE", "/tasks", "", nil).problem(405)
	require.Equal(h, call, h.task(r.CaseID, "call-company"), "nothing was half done")
}

// Who may do what, by a sample of calls: the status for each of those who try.
func roles(h *house) {
	r := h.tell(sickSince(8))
	h.awaitTask(r.CaseID, "call-company")
	instance := "/process-instances/" + h.file(r.CaseID).ProcessInstanceID
	who := []string{"", "consultant", "supervisor", "integrator", "designer"}
	for _, c := range []struct {
		method, path, body string
		statuses           [5]int
	}{
		{"GET", "/tasks", "", [5]int{401, 200, 200, 403, 200}},
		{"GET", "/cases", "", [5]int{401, 200, 200, 403, 403}},
		{"GET", "/cases/" + r.CaseID, "", [5]int{401, 200, 200, 403, 403}},
		{"GET", "/cases/" + r.CaseID + "/notes", "", [5]int{401, 200, 200, 403, 403}},
		{"GET", "/incidents", "", [5]int{401, 403, 200, 403, 200}},
		{"GET", instance, "", [5]int{401, 200, 200, 403, 200}},
		{"POST", "/intake/nemrefusion", "{}", [5]int{401, 403, 422, 422, 403}},
		{"POST", "/messages", "{}", [5]int{401, 403, 422, 422, 422}},
		{"POST", "/deployments", "{}", [5]int{401, 403, 422, 403, 422}},
		{"POST", "/process-instances", "{}", [5]int{401, 403, 422, 403, 422}},
		{"POST", "/cases/" + r.CaseID + "/consultant", "{}", [5]int{401, 403, 422, 403, 403}},
		{"POST", instance + "/cancel", "", [5]int{401, 403, 0, 403, 403}},
	} {
		for i, user := range who {
			if c.statuses[i] == 0 {
				continue
			}
			answer := h.send(user, c.method, c.path, "application/json", strings.NewReader(c.body))
			require.Equal(h, c.statuses[i], answer.status, "%s %s by %q: %s", c.method, c.path, user, answer.body)
			if answer.status >= 400 {
				answer.problem(answer.status)
			}
		}
	}
	var l list[task]
	h.get("designer", "/tasks?limit=200").is(200).read(&l)
	for _, t := range l.Items {
		require.Empty(h, t.CaseID, "a designer sees no tasks of cases")
	}
}
