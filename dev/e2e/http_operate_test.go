package e2e_test

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
)

func timersByHand(h *house) {
	r := h.tell(sickSince(3))
	h.awaitTask(r.CaseID, "call-company")
	id := h.file(r.CaseID).ProcessInstanceID
	timers := "/process-instances/" + id + "/timers/"
	contact := h.timers(id)["contact-due"]
	require.NotEmpty(h, contact.ID)

	due := time.Now().Add(48 * time.Hour).Truncate(time.Second)
	h.json("supervisor", "PATCH", timers+contact.ID, map[string]any{"dueAt": due}).is(200)
	require.True(h, due.Equal(h.timers(id)["contact-due"].DueAt))

	h.post("supervisor", timers+contact.ID+"/trigger", "").is(200)
	h.task(r.CaseID, "contact-citizen")
	require.NotContains(h, h.timers(id), "contact-due")
	h.post("supervisor", timers+contact.ID+"/trigger", "").problem(404)
	h.post("consultant", timers+contact.ID+"/trigger", "").problem(403)
}

// Time passes for one case: what falls due on the way has happened when the answer comes.
func threeWeeks(h *house) {
	r := h.tell(sickSince(14))
	h.awaitTask(r.CaseID, "call-company")
	id := h.file(r.CaseID).ProcessInstanceID
	before := len(h.timeline(r.CaseID))
	var answer struct{ Now time.Time }
	h.post("consultant", "/process-instances/"+id+"/fast-forward", map[string]any{"duration": "P3W"}).is(200).read(&answer)
	require.WithinDuration(h, time.Now().AddDate(0, 0, 21), answer.Now, 2*time.Hour)
	h.task(r.CaseID, "contact-citizen")
	timers := h.timers(id)
	require.NotContains(h, timers, "call-company-soon")
	require.NotContains(h, timers, "call-company-late")
	require.Greater(h, len(h.timeline(r.CaseID)), before)
	for element, t := range timers {
		require.True(h, t.DueAt.After(answer.Now), element)
	}
	for _, bad := range []string{"-P1D", "P0D", "P99Y", "three weeks", ""} {
		h.post("consultant", "/process-instances/"+id+"/fast-forward", map[string]any{"duration": bad}).problem(422)
	}
}

func (h *house) start(process string, variables map[string]any, headers ...string) (i instance) {
	h.Helper()
	h.post("designer", "/process-instances", map[string]any{"processId": process, "variables": variables}, headers...).is(201).read(&i)
	return i
}

// A condition that gives no boolean stops the token, says why, and goes on once the variable is mended.
func incidents(h *house) {
	h.deploy("designer", "stuck.bpmn", bpmntest.XML("stuck", `
		start s
		xor x
		user a
		end e
		end n
		s -> x -[ok]-> a -> e
		x -/-> n`)).is(201)
	i := h.start("stuck", map[string]any{"ok": "maybe"})
	require.Equal(h, "incident", i.State)
	var found list[incident]
	h.get("supervisor", "/incidents?limit=200").is(200).read(&found)
	var mine incident
	for _, one := range found.Items {
		if one.ProcessInstanceID == i.ID {
			mine = one
		}
	}
	require.Equal(h, "x", mine.ElementID)
	require.NotEmpty(h, mine.Message)
	var still instance
	h.post("supervisor", "/incidents/"+mine.ID+"/retry", "").is(200).read(&still)
	require.Equal(h, "incident", still.State)
	h.json("designer", "PATCH", "/process-instances/"+i.ID+"/variables", map[string]any{"variables": map[string]any{"ok": true}}).is(200)
	var mended instance
	h.post("supervisor", "/incidents/"+still.Incidents[0].ID+"/retry", "").is(200).read(&mended)
	require.Equal(h, "active", mended.State)
	require.Empty(h, mended.Incidents)
	require.Len(h, mended.Elements, 1)
	require.Equal(h, "a", mended.Elements[0].ElementID)
	h.post("supervisor", "/incidents/"+mine.ID+"/retry", "").problem(409)
}

func deployments(h *house) {
	text := bpmntest.XML("parcel", `
		start s
		user a
		end e
		s -> a -> e`)
	type resource struct {
		Kind, ID, Hash string
		Version        int
	}
	var first, same, next struct {
		ID        string
		Resources []resource
	}
	h.deploy("designer", "parcel.bpmn", text).is(201).read(&first)
	require.Equal(h, "process", first.Resources[0].Kind)
	require.Equal(h, "parcel", first.Resources[0].ID)
	require.Equal(h, 1, first.Resources[0].Version)
	h.send("designer", "POST", "/deployments", "application/xml", strings.NewReader(text)).is(201).read(&same)
	require.Equal(h, 1, same.Resources[0].Version, "the same process is no new version")
	changed := strings.Replace(text, `id="a"`, `id="a" name="Ask"`, 1)
	h.send("designer", "POST", "/deployments", "application/xml", strings.NewReader(changed)).is(201).read(&next)
	require.Equal(h, 2, next.Resources[0].Version)
	require.NotEqual(h, first.Resources[0].Hash, next.Resources[0].Hash)
	i := h.start("parcel", nil)
	require.Equal(h, "a", i.Elements[0].ElementID)
}

// Every problem comes with the file, the line, the element and what to do; nothing is deployed.
func badDefinitions(h *house) {
	text := bpmntest.XML("wrong", `
		start s
		xor x
		user a
		user b
		end e
		s -> x -[1 +]-> a -> e
		x -[for]-> b -> e`)
	p := h.deploy("designer", "wrong.bpmn", text, "worse.form", `{"id":"w","type":"default","components":[{"type":"hologram","key":"k"}]}`).problem(422)
	require.GreaterOrEqual(h, len(p.Errors), 3)
	files := map[string]int{}
	for _, e := range p.Errors {
		files[e.File]++
		require.NotEmpty(h, e.Message)
		require.Positive(h, e.Line, "%+v", e)
	}
	require.Equal(h, 2, files["wrong.bpmn"])
	require.Positive(h, files["worse.form"])
	h.post("designer", "/process-instances", map[string]any{"processId": "wrong"}).problem(404)
	bomb := `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">]><d>&a;</d>`
	h.send("designer", "POST", "/deployments", "application/xml", strings.NewReader(bomb)).problem(422)
	h.send("designer", "POST", "/deployments", "application/json", strings.NewReader(`{}`)).problem(422)
}

// A client that lost the answer asks again with the same key and gets it: nothing happens twice.
func repeatedRequests(h *house) {
	h.deploy("designer", "once.bpmn", bpmntest.XML("once", `
		start s
		user a
		user b
		end e
		s -> a -> b -> e`)).is(201)
	key := []string{"Idempotency-Key", "key-" + h.Name()}
	first := h.start("once", map[string]any{"n": 1}, key...)
	again := h.start("once", map[string]any{"n": 1}, key...)
	require.Equal(h, first.ID, again.ID)
	h.post("designer", "/process-instances", map[string]any{"processId": "once", "variables": map[string]any{"n": 2}}, key...).problem(409)

	var l list[task]
	h.get("designer", "/tasks?state=open&processInstance="+first.ID).is(200).read(&l)
	require.Equal(h, []string{"a"}, elements(l.Items))
	done := []string{"Idempotency-Key", "done-" + h.Name()}
	one := h.post("designer", "/tasks/"+l.Items[0].ID+"/complete", map[string]any{"variables": map[string]any{"x": 1}}, done...).is(200)
	two := h.post("designer", "/tasks/"+l.Items[0].ID+"/complete", map[string]any{"variables": map[string]any{"x": 1}}, done...).is(200)
	require.JSONEq(h, string(one.body), string(two.body))
	h.get("designer", "/tasks?state=open&processInstance="+first.ID).is(200).read(&l)
	require.Equal(h, []string{"b"}, elements(l.Items))
}

// Two people complete the same task at once: one is told yes, the other that it is done already, every time.
func race(h *house) {
	h.deploy("designer", "dispute.bpmn", bpmntest.XML("dispute", `
		start s
		user a
		user b
		end e
		s -> a -> b -> e`)).is(201)
	for round := range rounds(50) {
		i := h.start("dispute", nil)
		var l list[task]
		h.get("supervisor", "/tasks?state=open&processInstance="+i.ID).is(200).read(&l)
		var both sync.WaitGroup
		var statuses [2]int
		for n, who := range []string{"supervisor", "designer"} {
			both.Go(func() {
				statuses[n] = h.post(who, "/tasks/"+l.Items[0].ID+"/complete", map[string]any{"variables": map[string]any{"by": who}}).status
			})
		}
		both.Wait()
		require.ElementsMatch(h, []int{200, 409}, statuses[:], "round %d", round)
		h.get("supervisor", "/tasks?state=open&processInstance="+i.ID).is(200).read(&l)
		require.Equal(h, []string{"b"}, elements(l.Items), fmt.Sprint("round ", round))
	}
}
