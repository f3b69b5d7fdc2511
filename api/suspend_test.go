package api

import "testing"

// A suspended instance takes its called processes with it. Its tasks are in no work list, and nobody can do them until it goes on.
func TestAnInstanceIsSuspendedAndResumed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("inner", `start s; user b due="=now() + duration(\"P2D\")"; end e; s -> b -> e`)
	w.deploy("outer", `start s; and f; call c process=inner; user a; boundary late on=a duration=P3D; end e; s -> f -> c -> e; f -> a -> e; late -> e`)
	id := w.post("designer", "/process-instances", `{"processId":"outer"}`).is(201).id()
	var children list[instance]
	w.get("designer", "/process-instances?parent="+id).is(200).into(&children)
	child := children.Items[0].ID
	var tasks list[task]
	w.get("designer", "/tasks?processInstance="+child).is(200).into(&tasks)
	inner := "/tasks/" + tasks.Items[0].ID
	w.get("designer", "/tasks?state=open").is(200, tasks.Items[0].ID)

	at := "/process-instances/" + id
	w.post("designer", at+"/suspend", `{}`).is(422, "reason")
	w.post("designer", at+"/suspend", `{"reason":"  "}`).is(422, `"pointer":"/reason"`)
	w.post("consultant", at+"/suspend", `{"reason":"x"}`).is(403)
	w.post("designer", at+"/resume", `{"reason":"x"}`).is(409)
	for range 2 {
		w.post("designer", at+"/suspend", `{"reason":"Borgeren er indlagt"}`, "Idempotency-Key", "k").is(200, `"state":"suspended"`)
	}
	w.post("designer", at+"/suspend", `{"reason":"igen"}`).is(409)
	w.get("designer", "/process-instances/"+child).is(200, `"state":"suspended"`)
	w.get("designer", "/process-instances?state=suspended").is(200, id, child)
	w.get("designer", at+"/timers").is(200, `"items":[]`)
	w.get("designer", "/tasks?state=open").is(200, "-"+tasks.Items[0].ID)
	w.get("designer", "/tasks?processInstance="+child).is(200, `"suspended":true`)
	w.post("designer", inner+"/complete", `{}`).is(409, "sat i bero")
	w.post("designer", inner+"/claim", `{}`).is(409, "sat i bero")

	w.post("designer", at+"/resume", `{"reason":"Udskrevet"}`).is(200, `"state":"active"`)
	w.get("designer", at+"/timers").is(200, `"elementId":"late"`)
	w.post("designer", inner+"/complete", `{}`).is(200, `"state":"completed"`)
	w.get("designer", at+"/history").is(200, `"kind":"suspended"`, `{"reason":"Borgeren er indlagt"}`, `{"reason":"Udskrevet"}`, "-igen")
}

// In a case the reason stands in the timeline.
func TestACaseIsSuspended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("retention", `start s; user a; end e; s -> a -> e`)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	w.post("supervisor", "/process-instances/"+id+"/suspend", `{"reason":"Standby"}`).is(200)
	w.get("consultant", "/cases/"+id+"/timeline").is(200, "Forløbet er sat i bero", `"detail":"Standby"`)
	w.get("consultant", "/tasks?case="+id).is(200, `"suspended":true`)
}
