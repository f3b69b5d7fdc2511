package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// The person of these tests is made up; what must not leak is grepped for.
const (
	cprDigits = "2512169996"
	personal  = "Bolette Bolsen"
	spoken    = "Vi aftalte kortere dage"
)

const callForm = `{"id":"call","type":"default","components":[
	{"type":"textarea","id":"c1","key":"note","label":"Notat","properties":{"store":"note"},"validate":{"required":true}},
	{"type":"checkbox","id":"c2","key":"meetingWanted","label":"Møde"},
	{"type":"textfield","id":"c3","key":"place","label":"Sted","properties":{"store":"meeting"}},
	{"type":"dynamiclist","id":"c4","path":"lines","label":"Aftaler","isRepeating":true,"allowAddRemove":true,"properties":{"store":"plan"},"components":[
		{"type":"textfield","id":"c5","key":"owner","label":"Hvem","properties":{"store":"plan"}},
		{"type":"textfield","id":"c6","key":"action","label":"Hvad","properties":{"store":"plan"}},
		{"type":"datetime","subtype":"date","id":"c7","key":"due","label":"Hvornår","properties":{"store":"plan"}}]}]}`

const retention = `start s; user call form=call assignee="=consultant" groups=consultants; user next; end e; s -> call -> next -> e
	eventsub closure { start closed message=case-closed key="=caseId"; service outcome type=set-outcome; end over; closed -> outcome -> over }`

func newCaseWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.deploy("retention", retention, callForm)
	return w
}

func byHand(change ...string) string {
	return strings.NewReplacer(change...).Replace(`{"municipality":"0657","citizen":{"cpr":"251216-9996","name":"Bolette Bolsen"},
		"company":{"cvr":"24256790","pNumber":"1003374621","name":"Bageriet"},"firstAbsenceDay":"2026-11-02","expectedOver8Weeks":null}`)
}

func notice(id int, change ...string) string {
	return strings.NewReplacer(change...).Replace(fmt.Sprintf(`{"eventId":"5f0c2c0a-0000-4000-8000-%012d","source":"nemrefusion","type":"sick_notification",
		"bundleUuid":"5f0c2c0a-0000-4000-8000-00000000000a","messageId":"%d","occurredAt":"2026-11-03T08:00:00+01:00","municipality":"0657",
		"citizen":{"cpr":"2512169996"},"employer":{"cvr":"24256790"},"absence":{"firstDay":"2026-11-02"}}`, id, id))
}

func TestNoticeBecomesACaseThatMovesOn(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	var got receipt
	w.post("integrator", "/intake/nemrefusion", notice(1)).is(202).into(&got)
	w.post("integrator", "/intake/nemrefusion", notice(1)).is(200, got.CaseID, got.CaseNumber)
	w.get("consultant", "/cases/"+got.CaseID).is(200, got.CaseNumber, `"firstAbsenceDay":"2026-11-02"`, "-processInstanceId", `"cprMasked":"251216-xxxx"`, "-9996")

	w.temporal.setDown(true)
	w.relay()
	w.get("consultant", "/tasks").is(200, `"items":[]`)
	w.temporal.setDown(false)
	require.Eventually(t, func() bool { w.relay(); return len(w.temporal.inputs) > 0 }, waitForBackoff, tickForBackoff)
	in := w.temporal.inputs[got.CaseID]
	require.Equal(t, []string{got.CaseID, got.CaseNumber, herning}, []string{in.CaseID, in.CaseNumber, in.Municipality})

	c := "/cases/" + got.CaseID
	w.get("consultant", c).is(200, `"processInstanceId":"`+got.CaseID+`"`)
	call := "/tasks/" + w.task("consultant", got.CaseID, "call")
	w.post("consultant", call+"/complete", `{"variables":{"note":"","meetingWanted":true}}`).is(422, `"pointer":"/variables/note"`)
	w.post("consultant", call+"/complete", `{"variables":{"note":"`+spoken+`","meetingWanted":true,"place":"Kantinen",
		"lines":[{"owner":"company","action":"Lettere opgaver","due":"2026-12-01"}]}}`).is(200, `"state":"completed"`)
	w.task("consultant", got.CaseID, "next")
	w.get("consultant", c+"/notes").is(200, spoken, `"author":"Kirsten Konsulent"`)
	w.get("consultant", c+"/plan").is(200, "Lettere opgaver", `"due":"2026-12-01"`)
	w.get("consultant", c+"/meetings").is(200, `"place":"Kantinen"`)
	w.get("consultant", c+"/timeline").is(200, spoken)
	history := "/process-instances/" + got.CaseID + "/history"
	w.post("supervisor", "/process-instances/"+got.CaseID+"/suspend", `{"reason":"`+spoken+`"}`).is(200)
	w.get("supervisor", history).is(200, `"elementId":"call"`, `"kind":"suspended"`, spoken)
	w.get("designer", history).is(200, `"elementId":"call"`, `"kind":"suspended"`, `-"detail"`)
	w.post("supervisor", "/process-instances/"+got.CaseID+"/resume", `{"reason":"igen"}`).is(200)
	w.get("consultant", c+"/letters").is(200, `"items":[]`)
	w.get("consultant", c+"/parties").is(200, "24256790")
	w.get("consultant", "/process-instances/"+got.CaseID).is(200, `"meetingWanted":true`, "-note", "-Kantinen", "-Lettere")
	w.get("designer", "/process-instances/"+got.CaseID).is(200, `"elementId":"next"`, `"variables":{}`, "-meetingWanted")
	w.get("designer", "/process-instances").is(200, got.CaseID, "-meetingWanted")
}

// A completion that the process refuses leaves nothing behind.
func TestRefusedCompletionKeepsNoNote(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	call := "/tasks/" + w.task("consultant", id, "call")
	w.temporal.mu.Lock()
	delete(w.temporal.instances, id) // ended, and the store has not heard yet
	w.temporal.mu.Unlock()
	w.post("consultant", call+"/complete", `{"variables":{"note":"`+spoken+`"}}`).is(409)
	w.get("consultant", "/cases/"+id+"/notes").is(200, `"items":[]`)
}

func TestOpenCaseByHand(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	for _, c := range []struct {
		name   string
		change []string
		answer []string
	}{
		{"no such day", []string{"251216-", "320116-"}, []string{`"pointer":"/citizen/cpr"`, "Skriv et gyldigt CPR-nummer", "-320116"}},
		{"mistyped CVR", []string{"24256790", "24256791"}, []string{`"pointer":"/company/cvr"`}},
		{"short P-number", []string{"1003374621", "100"}, []string{`"pointer":"/company/pNumber"`}},
		{"no name", []string{"Bolette Bolsen", " "}, []string{`"pointer":"/citizen/name"`, "Skriv den sygemeldtes navn."}},
		{"no date", []string{"2026-11-02", "2. nov"}, []string{`"pointer":"/firstAbsenceDay"`}},
		{"two at once", []string{"24256790", "1", "2026-11-02", ""}, []string{`"pointer":"/company/cvr"`, `"pointer":"/firstAbsenceDay"`}},
		{"unknown field", []string{`"municipality"`, `"diagnosis":"x","municipality"`}, []string{`"pointer":"/diagnosis"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t).post("consultant", "/cases", byHand(c.change...)).is(422, c.answer...)
		})
	}
	w.post("consultant", "/cases", byHand("0657", "0791")).is(403)
	opened := w.post("consultant", "/cases", byHand()).is(201, `"caseNumber":"20`, `"expectedOver8Weeks":null`)
	w.get("consultant", "/cases?text=bageri").is(200, opened.id())
	w.get("consultant", "/cases?cpr=2512169996").is(422, `"pointer":"cpr"`)
	w.post("consultant", "/cases/search", `{"cpr":"251216-9996","purpose":"Borgeren ringer"}`).is(200, opened.id(), "-9996")
	w.post("consultant", "/cases/search", `{"cpr":"251216-9996","purpose":""}`).is(422, `"pointer":"/purpose"`)
	w.post("consultant", "/cases/search", `{"cpr":"12345","purpose":"x"}`).is(422, `"pointer":"/cpr"`, "-12345")
	w.get("stranger", "/cases/"+opened.id()).is(404)
}

func TestTwoPeopleEditOneCase(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	seen := w.get("supervisor", "/cases/"+id).is(200).header.Get("ETag")
	require.NotEmpty(t, seen)
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant2","reason":"Barsel"}`, "If-Match", seen).is(200, `"id":"consultant2"`)
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant","reason":"Fortrudt"}`, "If-Match", seen).is(412, "Hent den igen")
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant","reason":"Fortrudt"}`, "If-Match", `"abc"`).is(412)
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant2","reason":"Barsel"}`, "If-Match", "*").is(200)
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"designer","reason":"x"}`).is(422)
	w.post("consultant", "/cases/"+id+"/consultant", `{"consultant":"consultant","reason":"x"}`).is(403)
	w.get("consultant", "/cases/"+id+"/notes").is(200, "Barsel")
}

// A case that is closed by hand is closed by its process, as soon as that can be reached; once.
func TestCloseByHand(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	go w.server.Relay(t.Context())
	w.post("consultant", "/cases/"+id+"/close", `{"outcome":"Slut!"}`).is(422, `"pointer":"/outcome"`)
	w.post("stranger", "/cases/"+id+"/close", `{"outcome":"moved_away"}`).is(404)
	w.post("consultant", "/cases/"+id+"/close", `{"outcome":"moved_away"}`).is(200, `"state":"closed"`, `"outcome":"moved_away"`, "-closing")
	w.post("consultant", "/cases/"+id+"/close", `{"outcome":"moved_away"}`).is(409, "Sagen er allerede lukket.")
	w.get("consultant", "/process-instances/"+id).is(200, `"state":"completed"`)
	w.get("consultant", "/tasks?state=open&case="+id).is(200, `"items":[]`)
	w.post("consultant", "/cases/"+id+"/notes", `{"text":"Efterskrift"}`).is(201, "Efterskrift", `"author":"Kirsten Konsulent"`)
	w.post("consultant", "/cases/"+id+"/notes", `{"text":" "}`).is(422, `"pointer":"/text"`)

	w.temporal.setDown(true)
	id = w.post("consultant", "/cases", byHand()).is(201).id()
	w.post("consultant", "/cases/"+id+"/close", `{"outcome":"moved_away"}`).is(202, `"state":"open"`, `"closing":"moved_away"`)
	w.post("consultant", "/cases/"+id+"/close", `{"outcome":"moved_away"}`).is(409, "ved at blive lukket")
	w.temporal.setDown(false)
	require.Eventually(t, func() bool { return strings.Contains(w.get("consultant", "/cases/"+id).text, `"state":"closed"`) }, 3*waitForBackoff, tickForBackoff)
}

// The open tasks of whoever had the case go along with it, in the processes that it calls too; those of others stay.
func TestTasksGoAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("child", `start s; user ask assignee=consultant; user then assignee="=consultant"; end e; s -> ask -> then -> e
		eventsub change { start changed message=consultant-changed key="=caseId" noninterrupting; end known; changed -> known }`)
	w.deploy("retention", `start s; and f; user mine assignee=consultant; user theirs assignee=supervisor; call c process=child; and j; end e
		s -> f -> mine -> j; f -> theirs -> j; f -> c -> j -> e`)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant","reason":"Kender virksomheden"}`).is(200)
	w.relay()
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant2","reason":"Ferie"}`).is(200)
	has := func() map[string]string {
		var found list[task]
		w.get("supervisor", "/tasks?state=open&case="+id).is(200).into(&found)
		out := map[string]string{}
		for _, t := range found.Items {
			out[t.ElementID] = *t.Assignee
		}
		return out
	}
	require.Equal(t, map[string]string{"mine": "consultant2", "theirs": "supervisor", "ask": "consultant2"}, has())
	w.relay()
	var found list[task]
	w.get("supervisor", "/tasks?state=open&assignee=consultant2&case="+id).is(200).into(&found)
	for _, one := range found.Items {
		if one.ElementID == "ask" {
			w.post("consultant2", "/tasks/"+one.ID+"/complete", `{}`).is(200)
		}
	}
	require.Equal(t, "consultant2", has()["then"])
}

// A task is taken by whoever was first; the list may have yet to hear of it.
func TestClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user ask; end e; s -> ask -> e`)
	id := w.post("supervisor", "/process-instances", `{"processId":"p"}`).is(201).id()
	ask := "/tasks/" + w.task("supervisor", id, "ask")
	w.post("consultant", ask+"/claim", "").is(200, `"assignee":"consultant"`)
	w.post("consultant", ask+"/claim", "").is(200, `"assignee":"consultant"`)
	w.post("consultant2", ask+"/claim", "").is(409, "Opgaven er allerede taget af Kirsten Konsulent.")
	require.Equal(t, "Opgaven er allerede taget af Kirsten Konsulent.", w.server.lateForClaim(w.Context(), strings.TrimPrefix(ask, "/tasks/")).Error())
	w.post("supervisor", ask+"/assign", `{"assignee":"consultant2"}`).is(200, `"assignee":"consultant2"`)
	w.post("consultant2", ask+"/release", "").is(200, `"assignee":null`)
	w.post("supervisor", ask+"/claim", "").is(200, `"assignee":"supervisor"`)
	w.post("supervisor", ask+"/complete", "{}").is(200)
	w.post("consultant", ask+"/claim", "").is(409, noLongerOpen)
}

// What a notification does not tell people do, and the next case of the company and of the person has it.
func TestParties(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	var got receipt
	w.post("integrator", "/intake/nemrefusion", notice(1)).is(202).into(&got)
	w.relay()
	parties := "/cases/" + got.CaseID + "/parties"
	w.get("consultant", "/tasks?case="+got.CaseID).is(200, `"companyName":"CVR 24256790"`)
	w.get("consultant", "/tasks/"+w.task("consultant", got.CaseID, "call")).is(200, `"companyName":"CVR 24256790"`)
	seen := w.get("consultant", parties).is(200, `"citizen":{"name":"","cprMasked":"251216-xxxx"}`, `"cvr":"24256790"`).header.Get("ETag")
	for _, c := range []struct {
		body, pointer string
	}{
		{`{"company":{"contactEmail":"anne"}}`, "/company/contactEmail"},
		{`{"company":{"contactPhone":"ring"}}`, "/company/contactPhone"},
		{`{"citizen":{"name":"Bolette 251216-9996"}}`, "/citizen/name"},
		{`{"company":{"name":"` + strings.Repeat("x", 201) + `"}}`, "/company/name"},
		{`{"citizen":{"cpr":"2512169996"}}`, "/citizen/cpr"},
	} {
		w.do("consultant", "PATCH", parties, c.body).is(422, `"pointer":"`+c.pointer+`"`, "-"+cprDigits)
	}
	told := `{"citizen":{"name":" Bolette  Bolsen\n"},"company":{"name":"Bageriet","contactName":"Anne Dam","contactPhone":"+45 96 28 10 00","contactEmail":"anne@bageriet.dk"}}`
	changed := w.do("consultant", "PATCH", parties, told, "If-Match", seen).is(200, `"name":"Bolette Bolsen"`, `"contactEmail":"anne@bageriet.dk"`)
	w.do("consultant2", "PATCH", parties, told, "If-Match", seen).is(412, "Hent den igen")
	w.do("consultant2", "PATCH", parties, `{"company":{"contactName":""}}`, "If-Match", changed.header.Get("ETag")).is(200, `"name":"Bageriet"`, "-Anne Dam")
	w.do("stranger", "PATCH", parties, told).is(404)
	w.get("consultant", "/tasks?case="+got.CaseID).is(200, `"companyName":"Bageriet"`)
	w.get("consultant", "/cases/"+got.CaseID+"/timeline").is(200, "Navne og kontakt er ændret", "Karl Konsulent")
	require.NotContains(t, w.log.String(), "Bolette")

	w.post("integrator", "/intake/nemrefusion", notice(2, "00000000000a", "00000000000b")).is(202).into(&got)
	w.get("consultant", "/cases/"+got.CaseID).is(200, `"name":"Bolette Bolsen"`, `"name":"Bageriet"`)
}

func TestAlerts(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant","reason":"Kender virksomheden"}`).is(200)
	for _, a := range []casework.Alert{{ID: "a1", CaseID: id, Audience: casework.ForConsultant, Reason: "call_due_soon"}, {ID: "a2", CaseID: id, Audience: casework.ForSupervisor, Reason: "call_overdue"}} {
		require.NoError(t, w.store.Alert(t.Context(), a))
	}
	w.get("consultant", "/alerts").is(200, "call_due_soon", "-call_overdue")
	w.get("consultant2", "/alerts").is(200, `"items":[]`)
	w.get("supervisor", "/alerts").is(200, "call_overdue", "-call_due_soon")
	w.post("supervisor", "/alerts/a2/see", "").is(204)
	w.get("supervisor", "/alerts").is(200, `"items":[]`)
	w.post("stranger", "/alerts/a1/see", "").is(404)
}

// Looking at a case is written down, once for as long as a page is open.
func TestLookingIsLogged(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	for range 3 {
		w.get("consultant", "/cases/"+id).is(200)
	}
	w.get("supervisor", "/cases/"+id).is(200)
	w.post("supervisor", "/cases/search", `{"cpr":"2512169996","purpose":"Klage"}`).is(200)
	lines, err := w.store.Accesses(t.Context(), id, page(10))
	require.NoError(t, err)
	var said []string
	for _, l := range lines.Items {
		said = append(said, l.Actor+" "+l.Action+" "+l.Purpose)
	}
	require.ElementsMatch(t, []string{"consultant case_viewed ", "supervisor case_viewed ", "supervisor cpr_search Klage"}, said)
}

// Health has no place to go, and nothing personal is repeated or logged.
func TestNothingPersonalLeaks(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	w.post("integrator", "/intake/nemrefusion", notice(1, `"absence":{`, `"absence":{"diagnosis":"depression",`)).is(422, `"pointer":"/absence/diagnosis"`, `"code":"health_data_refused"`, "-depression", "-"+cprDigits)
	w.post("integrator", "/intake/nemrefusion", notice(1, cprDigits, "9912169996")).is(422, `"pointer":"/citizen/cpr"`, "-9912169996")
	w.post("integrator", "/intake/nemrefusion", `{"eventId":`).is(422, "-eventId")
	w.post("integrator", "/intake/nemrefusion", notice(1)).is(202)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.post("consultant", "/cases", `{"citizen":{"cpr":"`+cprDigits+`","name":"`+personal+`"`).is(400, "-"+cprDigits, "-"+personal)
	w.post("consultant", "/cases", byHand(`"cpr":"251216-9996"`, `"cpr":2512169996`)).is(422, "-"+cprDigits)
	w.post("consultant", "/cases/search", `{"cpr":"`+cprDigits+`","purpose":"Opslag"}`).is(200)
	w.relay()
	call := "/tasks/" + w.task("consultant", id, "call")
	w.temporal.setDown(true)
	w.post("consultant", call+"/complete", `{"variables":{"note":"`+spoken+`"}}`).is(503, "-"+spoken)
	w.temporal.setDown(false)
	w.post("consultant", call+"/complete", `{"variables":{"note":"`+spoken+`"}}`).is(200)

	inputs, err := json.Marshal(w.temporal.inputs)
	require.NoError(t, err)
	for _, secret := range []string{cprDigits, "251216", "9996", personal, "Bolette", spoken} {
		require.NotContains(t, w.log.String(), secret)
		require.NotContains(t, string(inputs), secret)
	}
}
