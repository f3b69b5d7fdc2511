package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const movable = `
	start s
	user a name="Ring"
	boundary late on=a duration=P1D name="Frist"
	sub work { start ws; user w1 name="Tal"; user w2 due="=now() + duration(\"P2D\")"; end we; ws -> w1 -> w2 -> we }
	call c process=called
	end e
	s -> a -> work -> c -> e
	late -> e`

// What a dry run tells is what the modification then does; the reason stays in the store and is shown with the history.
func TestAnInstanceIsModified(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("movable", movable)
	id := w.post("designer", "/process-instances", `{"processId":"movable","variables":{"n":1}}`).is(201).id()
	path := "/process-instances/" + id + "/modify"
	const move = `{"reason":"Anna er ringet op i dag","instructions":[{"type":"move","sourceElementId":"a","elementId":"w2","variables":[{"variables":{"by":"phone"}},{"scopeId":"work","variables":{"own":2}}]}]}`

	w.post("designer", path+"?dryRun=true", move).is(200, `"dryRun":true`, `"state":"active"`, `"before":[{"elementId":"a","tokens":1}]`, `"after":[{"elementId":"w2","tokens":1}]`,
		`"openedTasks":[{"elementId":"w2","dueAt":`, `"closedTasks":[{"elementId":"a","name":"Ring"}]`, `"canceledTimers":[{"elementId":"late","name":"Frist","dueAt":`, `"variables":["by","own"]`, `"warnings":[]`, `-"instance"`)
	w.task("designer", id, "a")

	w.post("consultant", path, move).is(403)
	w.post("designer", path, `{"instructions":[{"type":"move","sourceElementId":"a","elementId":"w2"}]}`).is(422, `"pointer":"/reason"`)
	w.post("designer", path, `{"reason":"  ","instructions":[{"type":"move","sourceElementId":"a","elementId":"w2"}]}`).is(422, `"pointer":"/reason"`)
	w.post("designer", path, `{"reason":"x","instructions":[]}`).is(422)
	w.post("designer", path, `{"reason":"x","instructions":[{"type":"explode"}]}`).is(422)
	w.post("designer", path, `{"reason":"x","instructions":[{"type":"setVariables","variables":[{"variables":[]}]}]}`).is(422)
	const wrong = `{"reason":"x","instructions":[{"type":"activate","elementId":"nowhere"},{"type":"terminate","sourceElementId":"a"},{"type":"activate","elementId":"late"}]}`
	for _, p := range []string{path, path + "?dryRun=true"} {
		w.post("designer", p, wrong).is(422, `"pointer":"/instructions/0"`, `"unknown_element"`, `"pointer":"/instructions/2"`, `"not_a_target"`)
		w.post("designer", p, `{"reason":"x","instructions":[{"type":"terminate","key":99}]}`).is(409, `"not_active"`)
	}

	for range 2 {
		w.post("designer", path, move, "Idempotency-Key", "k").is(200, `"dryRun":false`, `"instance":{`, `"elementId":"w2"`, `"by":"phone"`, `-"elementId":"a"`)
	}
	w.task("designer", id, "w2")
	w.get("designer", "/process-instances/"+id+"/history?limit=100").is(200, `"kind":"modified"`, `"actor":"designer"`, `"reason":"Anna er ringet op i dag"`)
	w.post("designer", path, `{"reason":"Fejl","instructions":[{"type":"terminate","sourceElementId":"movable"}]}`).is(200, `"state":"canceled"`)
	w.post("designer", path, move).is(409)
}

// Why somebody touches a timer, tries an incident again, sets variables or cancels is kept where they say it.
func TestReasonsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("movable", movable)
	id := w.post("designer", "/process-instances", `{"processId":"movable"}`).is(201).id()
	base := "/process-instances/" + id
	var timers list[timer]
	w.get("designer", base+"/timers").is(200).into(&timers)
	w.do("designer", "PATCH", base+"/timers/"+timers.Items[0].ID, `{"dueAt":"2027-01-01T08:00:00Z","reason":"udsat"}`).is(200)
	w.do("designer", "PATCH", base+"/variables", `{"variables":{"n":7},"reason":"rettet"}`).is(200)
	w.post("designer", base+"/timers/"+timers.Items[0].ID+"/trigger", `{"reason":"nu"}`).is(200, `"state":"completed"`)
	w.get("designer", base+"/history?limit=100").is(200, `"reason":"udsat"`, `"kind":"variables"`, `"reason":"rettet"`, `"reason":"nu"`)

	w.deploy("forked", forked)
	id = w.post("designer", "/process-instances", `{"processId":"forked","variables":{"ok":"maybe"}}`).is(201).id()
	w.post("designer", "/incidents/"+w.stuck(id).ID+"/retry", `{"reason":"igen"}`).is(200)
	w.post("designer", "/incidents/"+w.stuck(id).ID+"/resolve", `{"reason":"mangler"}`).is(200)
	w.post("designer", "/process-instances/"+id+"/cancel", `{"reason":"opgivet"}`).is(200, `"state":"canceled"`)
	w.get("designer", "/process-instances/"+id+"/history?limit=100").is(200, `"reason":"igen"`, `"reason":"mangler"`, `"reason":"opgivet"`)
}

// A process begins at chosen elements, as Camunda 8 lets it.
func TestStartInstructions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("movable", movable)
	id := w.post("designer", "/process-instances", `{"processId":"movable","variables":{"n":1},"startInstructions":[{"elementId":"w2"},{"elementId":"a"}]}`).is(201, `"elementId":"w2"`, `"elementId":"a"`, `-"elementId":"w1"`).id()
	w.task("designer", id, "w2")
	w.post("designer", "/process-instances", `{"processId":"movable","startInstructions":[{"elementId":"w2"},{"elementId":"s"},{"flowId":"no"}]}`).
		is(422, `"pointer":"/startInstructions/1"`, `"pointer":"/startInstructions/2"`)
}

// An ended instance goes on in one other, with its variables or with others.
func TestAnInstanceIsRestarted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("movable", movable)
	id := w.post("designer", "/process-instances", `{"processId":"movable","businessKey":"b","variables":{"n":1}}`).is(201).id()
	path := "/process-instances/" + id + "/restart"
	const body = `{"reason":"Var afbrudt for tidligt","startInstructions":[{"elementId":"w2"}]}`
	w.post("designer", path, body).is(409)
	w.post("designer", "/process-instances/"+id+"/cancel", "").is(200)
	w.post("designer", path, `{"reason":"x","startInstructions":[{"elementId":"s"}]}`).is(422, `"pointer":"/startInstructions/0"`)
	w.post("designer", path, `{"reason":" ","startInstructions":[{"elementId":"w2"}]}`).is(422, `"pointer":"/reason"`)
	w.post("consultant", path, body).is(403)
	var first, again instance
	w.post("designer", path, body, "Idempotency-Key", "r").is(201, `"restartedFrom":"`+id+`"`, `"businessKey":"b"`, `"elementId":"w2"`, `"n":1`).into(&first)
	w.post("designer", path, body, "Idempotency-Key", "r").is(201).into(&again)
	require.Equal(t, first.ID, again.ID)
	w.post("designer", path, body).is(409, first.ID)
	w.get("designer", "/process-instances/"+first.ID+"/history").is(200, `"reason":"Var afbrudt for tidligt"`)
	w.post("designer", "/process-instances/"+first.ID+"/cancel", "").is(200)
	w.post("designer", "/process-instances/"+first.ID+"/restart", `{"reason":"x","startInstructions":[{"elementId":"a"}],"variables":{"m":2}}`).
		is(201, `"m":2`, `-"n":1`, `"restartedFrom":"`+first.ID+`"`)
}

// The case knows the instance that runs it now: its messages reach that, and it tells who restarted it and why.
func TestACaseIsRestarted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("retention", `start s; user a name="Ring"; user b; end e; s -> a -> b -> e; eventsub closing { start closed message=case-closed key="=caseId" noninterrupting; end over; closed -> over }`)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	w.post("stranger", "/process-instances/"+id+"/modify", `{"reason":"x","instructions":[{"type":"move","sourceElementId":"a","elementId":"b"}]}`).is(404)
	w.post("designer", "/process-instances/"+id+"/modify?dryRun=true", `{"instructions":[{"type":"move","sourceElementId":"a","elementId":"b"}]}`).is(403)
	w.post("supervisor", "/process-instances/"+id+"/modify", `{"reason":"Bo har talt med dem","instructions":[{"type":"move","sourceElementId":"a","elementId":"b"}]}`).is(200)
	w.get("consultant", "/cases/"+id+"/timeline").is(200, `"title":"Forløbet er flyttet i hånden"`, `"detail":"Bo har talt med dem"`, `"Opgave bortfaldet: Ring"`)
	w.post("supervisor", "/process-instances/"+id+"/cancel", `{"reason":"En fejl"}`).is(200)
	var again instance
	w.post("supervisor", "/process-instances/"+id+"/restart", `{"reason":"Det var forkert","startInstructions":[{"elementId":"b"}]}`).is(201, `"caseId":"`+id+`"`).into(&again)
	w.get("consultant", "/cases/"+id).is(200, `"processInstanceId":"`+again.ID+`"`)
	w.get("consultant", "/cases/"+id+"/timeline").is(200, `"Forløbet er sat i gang igen"`, `"detail":"Det var forkert"`)
	w.post("consultant", "/cases/"+id+"/close", `{"outcome":"other"}`).is(202)
	w.relay()
	require.Equal(t, "case-closed", w.temporal.signals[len(w.temporal.signals)-1].Name)
	w.get("supervisor", "/process-instances/"+again.ID+"/history?limit=100").is(200, `"kind":"message"`)
}

// Words that may name people never reach Temporal.
func TestReasonsStayInTheStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("movable", movable)
	id := w.post("designer", "/process-instances", `{"processId":"movable"}`).is(201).id()
	w.post("designer", "/process-instances/"+id+"/cancel", `{"reason":"Anna"}`).is(200)
	again := w.post("designer", "/process-instances/"+id+"/restart", `{"reason":"Anna","startInstructions":[{"elementId":"a"}]}`).is(201).id()
	in := w.temporal.inputs[again]
	require.NotEmpty(t, in.Reason)
	require.NotContains(t, in.Reason, "Anna")
	require.NotContains(t, w.log.String(), "Anna")
}
