package e2e_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
)

// An operator who knows the cause says so, with the variable that was wrong: it is set and the token tried again in one call, once.
func resolution(h *house) {
	h.deploy("designer", "mended.bpmn", bpmntest.XML("mended", `
		start s
		xor x name="Er der svaret?"
		user a
		end e
		end n
		s -> x -[ok]-> a -> e
		x -/-> n`)).is(201)
	i := h.start("mended", map[string]any{"ok": "maybe"})
	var found list[struct{ ID, ProcessInstanceID, ElementName string }]
	h.get("supervisor", "/incidents?limit=200").is(200).read(&found)
	at := slices.IndexFunc(found.Items, func(one struct{ ID, ProcessInstanceID, ElementName string }) bool {
		return one.ProcessInstanceID == i.ID
	})
	require.GreaterOrEqual(h, at, 0)
	require.Equal(h, "Er der svaret?", found.Items[at].ElementName)

	resolve := "/incidents/" + found.Items[at].ID + "/resolve"
	h.post("consultant", resolve, map[string]any{"reason": "x"}).problem(403)
	for range 2 {
		var mended instance
		h.post("supervisor", resolve, map[string]any{"variables": map[string]any{"ok": true}}, "Idempotency-Key", "mend-"+i.ID).is(200).read(&mended)
		require.Equal(h, "active", mended.State)
		require.Empty(h, mended.Incidents)
		require.Equal(h, true, mended.Variables["ok"])
	}
	h.post("supervisor", resolve, map[string]any{}).problem(409)
	var l list[task]
	h.get("supervisor", "/tasks?state=open&processInstance="+i.ID).is(200).read(&l)
	require.Equal(h, []string{"a"}, elements(l.Items))
}

// What somebody ends in the Temporal Web UI has ended in the workbench too, and is told of.
func terminated(h *house) {
	h.deploy("designer", "waits.bpmn", bpmntest.XML("waits", "start s; user a; end e; s -> a -> e")).is(201)
	i := h.start("waits", nil)
	require.NoError(h, h.site.Client().TerminateWorkflow(h.Context(), i.ID, "", "by mistake"))
	h.eventually(func() bool {
		var now instance
		h.get("designer", "/process-instances/"+i.ID).is(200).read(&now)
		return now.State == "canceled" && len(now.Elements) == 0
	}, "the end of what was terminated")
	h.post("supervisor", "/process-instances/"+i.ID+"/restart", map[string]any{"reason": "Stoppet ved en fejl", "startInstructions": []map[string]any{{"elementId": "a"}}}).is(201)
}
