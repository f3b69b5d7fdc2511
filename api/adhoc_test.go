package api

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever works with a process sees what can be done in an ad-hoc sub-process, does it, and declares it done; the history says who.
func TestAdHocSubProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; adhoc help name="Help" keep { user call name="Call"; user visit; user report; visit -> report }; end e; s -> help -> e`)
	id := w.post("designer", "/process-instances", `{"processId":"p"}`).is(201).id()
	base := "/process-instances/" + id
	var i instance
	w.get("consultant", base).is(200, `"state":"choice"`,
		`"choices":[{"elementId":"call","name":"Call","type":"userTask"},{"elementId":"visit","type":"userTask"}]`).into(&i)

	w.post("consultant", base+"/activate", `{"element":"report"}`).is(409, "be chosen")
	w.post("consultant", base+"/activate", `{}`).is(422, `"pointer":"/element"`)
	w.post("consultant", base+"/activate", `{"element":"call","variables":[]}`).is(422, `"pointer":"/variables"`)
	w.post("consultant", base+"/activate", fmt.Sprintf(`{"element":"report","key":%d}`, i.Elements[0].Key)).is(422, "it can be call, visit")
	w.post("consultant", base+"/activate", fmt.Sprintf(`{"element":"call","key":%d,"variables":{"whom":"bo"}}`, i.Elements[0].Key)).is(200, `"elementId":"call"`)
	call := w.task("consultant", id, "call")

	w.post("consultant", base+"/complete-ad-hoc", `{}`).is(200, `"state":"active"`)
	w.post("consultant", base+"/activate", `{"element":"visit"}`).is(409, "help is done")
	w.post("consultant", "/tasks/"+call+"/complete", `{}`).is(200)
	w.get("consultant", base).is(200, `"state":"completed"`)
	w.post("consultant", base+"/complete-ad-hoc", `{}`).is(409)

	var history list[historyStep]
	w.get("consultant", base+"/history").is(200).into(&history)
	who := map[string]string{}
	for _, h := range history.Items {
		who[h.Kind+" "+h.ElementID] = h.Actor
	}
	require.NotEmpty(t, who["activated call"])
	require.Equal(t, who["activated call"], who["declared help"])
}
