package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An instance that an operator terminates in the Temporal Web UI ends in the store too, with its tasks. One that was reset goes on, and one
// that had ended stays as it was.
func TestTerminatedInstancesEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user ask groups=consultants; end e; s -> ask -> e`)
	start := func() string { return w.post("supervisor", "/process-instances", `{"processId":"p"}`).is(201).id() }
	lost, reset, done := start(), start(), start()
	w.post("consultant", "/tasks/"+w.task("consultant", done, "ask")+"/complete", `{}`).is(200)
	broken := start()
	w.temporal.terminated = []string{broken, lost, reset, done, "unknown"}
	w.temporal.unreadable = broken
	delete(w.temporal.instances, lost)

	require.ErrorContains(t, w.server.findLost(t.Context(), time.Time{}), broken, "one that cannot be asked keeps no other waiting")
	w.temporal.unreadable = ""
	require.NoError(t, w.server.findLost(t.Context(), time.Now()))
	w.get("supervisor", "/process-instances/"+lost).is(200, `"state":"canceled"`, `"elements":[]`)
	w.get("supervisor", "/process-instances/"+lost+"/history").is(200, `"kind":"ended"`, `"text":"terminated"`)
	w.get("supervisor", "/tasks?processInstance="+lost+"&state=open").is(200, `"items":[]`)
	w.get("supervisor", "/process-instances/"+reset).is(200, `"state":"active"`)
	w.get("supervisor", "/process-instances/"+done).is(200, `"state":"completed"`)
	w.post("supervisor", "/process-instances/"+lost+"/restart", `{"reason":"Stoppet ved en fejl","startInstructions":[{"elementId":"ask"}]}`).is(201)
}
