package api

import (
	"net/http"
	"strings"
	"testing"
)

// taskOf starts a process of one task and returns the path of the task.
func (w *world) taskOf(text string) string {
	w.Helper()
	w.deploy("p", text)
	instance := w.post("supervisor", "/process-instances", `{"processId":"p"}`).is(201).id()
	var tasks list[task]
	w.get("supervisor", "/tasks?processInstance="+instance).is(200).into(&tasks)
	return "/tasks/" + tasks.Items[0].ID
}

// A task is delegated, given back and then completed by its owner.
func TestATaskIsDelegated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.taskOf(`start s; user a; end e; s -> a -> e`)
	w.post("consultant", at+"/delegate", `{"to":"consultant2"}`).is(409, "ingens")
	w.post("consultant", at+"/claim", ``).is(200)
	w.post("consultant", at+"/delegate", `{"to":"nobody"}`).is(422, "/to")
	w.post("consultant", at+"/delegate", `{"to":"consultant"}`).is(422, "/to")
	w.post("consultant2", at+"/delegate", `{"to":"consultant2"}`).is(403)
	w.post("consultant", at+"/resolve", ``).is(409)
	w.post("consultant", at+"/delegate", `{"to":"consultant2"}`).is(200, `"assignee":"consultant2"`, `"owner":"consultant"`, `"ownerName":`)
	w.post("consultant2", at+"/complete", `{}`).is(409, "uddelegeret")
	w.post("supervisor", at+"/complete", `{}`).is(409, "uddelegeret")
	w.post("consultant2", at+"/resolve", ``).is(200, `"assignee":"consultant"`, "-owner")
	w.post("consultant", at+"/delegate", `{"to":"consultant2"}`).is(200)
	w.post("consultant", at+"/resolve", ``).is(200, `"assignee":"consultant"`)
	w.post("consultant", at+"/complete", `{}`).is(200, `"state":"completed"`)
	w.post("consultant", at+"/delegate", `{"to":"consultant2"}`).is(409)
}

// Dates, priority and candidates are set and taken away.
func TestATaskIsChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.taskOf(`start s; user a due="2030-01-01"; end e; s -> a -> e`)
	patch := func(body string) reply { return w.do("consultant", http.MethodPatch, at, body) }
	patch(`{}`).is(422)
	patch(`{"priority":101}`).is(422, "priority")
	patch(`{"dueAt":"soon"}`).is(422)
	patch(`{"followUpAt":"2029-06-01T08:00:00Z","priority":0,"candidateGroups":["team"]}`).is(200, `"priority":0`, `"candidateGroups":["team"]`, `"dueAt":"2029-12-31T23:00:00Z"`)
	patch(`{"dueAt":null}`).is(200, `"dueAt":null`, `"priority":0`)
	w.post("consultant2", at+"/claim", ``).is(200)
	patch(`{"priority":1}`).is(403)
}

// A half-filled form is kept until the task ends; the last one wins and is told with who saved it.
func TestADraftIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := w.taskOf(`start s; user a; user b; end e; s -> a -> b -> e`)
	put := func(who, body string) reply { return w.do(who, http.MethodPut, at+"/draft", body) }
	w.get("consultant", at+"/draft").is(404)
	put("consultant", `{"data":[]}`).is(422)
	put("consultant", `{"data":{"x":"`+strings.Repeat("x", 300<<10)+`"}}`).is(422)
	put("consultant", `{"data":{"x":1}}`).is(200, `"savedBy":"consultant"`)
	put("consultant2", `{"data":{"x":2}}`).is(200)
	saw := w.get("consultant", at+"/draft").is(200, `{"x":2}`, `"savedBy":"consultant2"`, `"savedByName":`).header.Get("ETag")
	put("consultant2", `{"data":{"x":3}}`).is(200)
	w.do("consultant", http.MethodPut, at+"/draft", `{"data":{"x":4}}`, "If-Match", saw).is(412, "Hent den igen")
	w.do("consultant", http.MethodPut, at+"/draft", `{"data":{"x":4}}`, "If-None-Match", "*").is(412)
	saw = w.get("consultant", at+"/draft").is(200, `{"x":3}`).header.Get("ETag")
	w.do("consultant", http.MethodPut, at+"/draft", `{"data":{"x":4}}`, "If-Match", saw).is(200, `{"x":4}`)
	w.do("consultant", http.MethodDelete, at+"/draft", ``).is(204)
	w.get("consultant", at+"/draft").is(404)
	w.do("consultant", http.MethodPut, at+"/draft", `{"data":{}}`, "If-None-Match", "*").is(200)
	w.post("consultant2", at+"/claim", ``).is(200)
	put("consultant", `{"data":{}}`).is(403)
	w.get("consultant", at+"/draft").is(403)
	w.post("consultant2", at+"/complete", `{}`).is(200)
	w.get("supervisor", at+"/draft").is(409)
}
