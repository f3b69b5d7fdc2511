package api

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const askForm = `{"id":"ask","type":"default","components":[
	{"type":"radio","id":"c1","key":"answer","label":"Svar","values":[{"label":"Ja","value":"yes"},{"label":"Nej","value":"no"}],"validate":{"required":true}},
	{"type":"number","id":"c2","key":"days","label":"Dage","validate":{"min":0,"max":30}}]}`

func TestDesignerTriesAProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("leave", `start s; user ask form=ask; user check groups=consultants; service send type=broken retries=1; end e; s -> ask -> check -> send -> e`, askForm)

	started := w.post("designer", "/process-instances", `{"processId":"leave","businessKey":"k1","variables":{"days":7}}`).
		is(201, `"processId":"leave"`, `"state":"active"`, `"elementId":"ask"`)
	id := started.id()
	ask := w.task("designer", id, "ask")
	w.get("designer", "/tasks/"+ask+"/form").is(200, `"schema":{"id":"ask"`, `"data":{"days":7}`)
	w.post("designer", "/tasks/"+ask+"/complete", `{"variables":{"days":31}}`).is(422, `"pointer":"/variables/answer"`, `"pointer":"/variables/days"`)
	w.post("designer", "/tasks/"+ask+"/complete", `{"variables":{"answer":"yes"}}`).is(200, `"state":"completed"`)
	w.post("designer", "/tasks/"+ask+"/complete", `{"variables":{"answer":"yes"}}`).is(409)

	check := w.task("designer", id, "check")
	w.get("designer", "/tasks/"+check+"/form").is(200, `"components":[]`, `"data":{}`)
	w.post("designer", "/tasks/"+check+"/complete", `{}`).is(200)
	w.get("designer", "/process-instances/"+id).is(200, `"state":"incident"`, `"answer":"yes"`, `"code":"job_failed"`)

	var open list[incident]
	w.get("designer", "/incidents").is(200, "the post office is closed").into(&open)
	require.Len(t, open.Items, 1)
	w.post("supervisor", "/incidents/"+open.Items[0].ID+"/retry", "").is(200, `"state":"incident"`)
	w.get("designer", "/process-instances/"+id+"/history?limit=1000").is(200, `"kind":"entered"`, `"elementId":"ask"`)
	w.get("designer", "/process-instances/"+id+"/diagram").is(200, "<bpmn")
	w.post("designer", "/process-instances/"+id+"/cancel", "").is(200, `"state":"canceled"`)
	w.post("designer", "/process-instances/"+id+"/cancel", "").is(409)
}

func TestTwoPeopleWantOneTask(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user ask groups=consultants; user more; end e; s -> ask -> more -> e`)
	id := w.post("supervisor", "/process-instances", `{"processId":"p"}`).is(201).id()
	ask := "/tasks/" + w.task("consultant", id, "ask")

	w.post("consultant", ask+"/claim", `{}`).is(200, `"assignee":"consultant"`, `"assigneeName":"Kirsten Konsulent"`)
	w.post("consultant", ask+"/claim", "").is(200)
	w.post("consultant2", ask+"/claim", "").is(409)
	w.post("consultant2", ask+"/complete", `{}`).is(403)
	w.post("consultant2", ask+"/release", "").is(403)
	w.post("consultant2", ask+"/assign", `{"assignee":"consultant2"}`).is(403)
	w.get("consultant", "/tasks?assignee=me").is(200, `"elementId":"ask"`)
	w.get("consultant2", "/tasks?assignee=me").is(200, `"items":[]`)
	w.get("consultant2", "/tasks?group=consultants&state=open").is(200, `"elementId":"ask"`)

	w.post("supervisor", ask+"/assign", `{"assignee":"nobody"}`).is(422, `"pointer":"/assignee"`)
	w.post("supervisor", ask+"/assign", `{"assignee":"stranger"}`).is(422, `"pointer":"/assignee"`)
	w.post("supervisor", ask+"/assign", `{"assignee":"consultant2"}`).is(200, `"assignee":"consultant2"`)
	w.post("consultant2", ask+"/release", "").is(200, `"assignee":null`)
	w.post("consultant", ask+"/complete", `{"variables":{"free":[1,{"a":null}]}}`).is(200, `"state":"completed"`, `"endedBy":"consultant"`)
	w.post("consultant2", ask+"/complete", `{}`).is(409)
	w.post("consultant2", ask+"/claim", "").is(409)
	w.get("consultant", ask+"/form").is(200)
	w.get("supervisor", "/process-instances/"+id).is(200, `"free":[1,{"a":null}]`)
	w.get("stranger", ask).is(200) // belongs to no case, so to no municipality
}

// However close they come, one of two gets the yes.
func TestTwoPeopleCompleteAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user ask; end e; s -> ask -> e`)
	for range 20 {
		task := "/tasks/" + w.task("consultant", w.post("supervisor", "/process-instances", `{"processId":"p"}`).is(201).id(), "ask")
		var both sync.WaitGroup
		var statuses [2]int
		for i, who := range []string{"consultant", "consultant2"} {
			both.Go(func() { statuses[i] = w.post(who, task+"/complete", `{}`).status })
		}
		both.Wait()
		require.ElementsMatch(t, []int{200, 409}, statuses[:])
	}
}

func TestCalledProcessIsInTheListsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("inner", `start s; user deep; end e; s -> deep -> e`)
	w.deploy("outer", `start s; user first; call sub process=inner; user last; end e; s -> first -> sub -> last -> e`)
	id := w.post("designer", "/process-instances", `{"processId":"outer"}`).is(201).id()
	w.post("designer", "/tasks/"+w.task("designer", id, "first")+"/complete", `{}`).is(200)

	var called list[instance]
	w.get("designer", "/process-instances?parent="+id).is(200).into(&called)
	require.Len(t, called.Items, 1)
	child := called.Items[0].ID
	w.get("designer", "/process-instances/"+id).is(200, `"child":"`+child+`"`, `"state":"child"`)
	w.post("designer", "/tasks/"+w.task("designer", child, "deep")+"/complete", `{}`).is(200)
	w.post("designer", "/tasks/"+w.task("designer", id, "last")+"/complete", `{}`).is(200)
	w.get("designer", "/process-instances/"+id).is(200, `"state":"completed"`)
	w.get("designer", "/process-instances?processId=inner&state=completed").is(200, child)
}

func TestTimers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user ask; boundary late on=ask duration=P3D; user remind; end e; s -> ask -> e; late -> remind -> e`)
	id := w.post("designer", "/process-instances", `{"processId":"p"}`).is(201).id()
	base := "/process-instances/" + id
	var timers list[timer]
	w.get("consultant", base+"/timers").is(200, `"elementId":"late"`).into(&timers)
	one := base + "/timers/" + timers.Items[0].ID

	w.do("designer", "PATCH", one, `{"dueAt":"2027-01-02T08:00:00+01:00"}`).is(200)
	w.get("designer", base+"/timers").is(200, `"dueAt":"2027-01-02T07:00:00Z"`)
	w.do("designer", "PATCH", one, `{"dueAt":"tomorrow"}`).is(422, `"pointer":"/dueAt"`)
	w.post("designer", base+"/timers/99.99/trigger", "").is(404)
	w.post("designer", one+"/trigger", "").is(200)
	w.task("designer", id, "remind")
	w.post("designer", one+"/trigger", "").is(404)

	w.post("consultant", base+"/fast-forward", `{"duration":"P3W"}`).is(200, `"now":"20`)
	for _, wrong := range []string{"", "3 weeks", "-P1D", "P11Y", "P0D"} {
		w.post("consultant", base+"/fast-forward", `{"duration":"`+wrong+`"}`).is(422, `"pointer":"/duration"`)
	}
	w.do("designer", "PATCH", base+"/variables", `{"variables":{"a":1.50}}`).is(200, `"a":1.5`)
	w.do("designer", "PATCH", base+"/variables", `{"variables":[]}`).is(422, `"pointer":"/variables"`)
}

func TestMessagesReachWhoWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; catch c message=paid key="=order"; end e; s -> c -> e`)
	w.deploy("q", `start s message=begin; user ask; end e; s -> ask -> e`)
	w.post("designer", "/process-instances", `{"processId":"p","variables":{"order":"o1"}}`).is(201, `"waitingMessages":[{"elementId":"c","name":"paid","correlationKey":"o1"}]`)
	w.post("integrator", "/messages", `{"name":"paid","correlationKey":"o1","variables":{"sum":5},"messageId":"m1"}`).is(202)
	w.relay()
	require.Len(t, w.temporal.signals, 1)
	require.JSONEq(t, `{"sum":5}`, string(w.temporal.signals[0].Variables))

	w.post("integrator", "/messages", `{"name":"begin","correlationKey":"k"}`).is(202)
	w.relay()
	w.get("designer", "/tasks?state=open").is(200, `"elementId":"ask"`)
	w.post("designer", "/process-instances", `{"processId":"q"}`).is(422, "start")
	w.post("integrator", "/messages", `{"name":"paid","timeToLive":"tomorrow"}`).is(422, `"pointer":"/timeToLive"`)
	w.post("integrator", "/messages", `{"correlationKey":"o1"}`).is(422)
}
