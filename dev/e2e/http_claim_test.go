package e2e_test

import (
	"fmt"
	"sync"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
)

// Two people claim the same task at once: one has it, and the other is told who, every time.
func claimRace(h *house) {
	h.deploy("designer", "claimed.bpmn", bpmntest.XML("claimed", `
		start s
		user a
		end e
		s -> a -> e`)).is(201)
	var options list[struct{ ID, Name string }]
	h.get("", "/session/options").is(200).read(&options)
	names := map[string]string{}
	for _, u := range options.Items {
		names[u.ID] = u.Name
	}
	people := [2]string{"consultant", "consultant2"}
	for round := range rounds(50) {
		i := h.start("claimed", nil)
		var l list[task]
		h.get("supervisor", "/tasks?state=open&processInstance="+i.ID).is(200).read(&l)
		id := "/tasks/" + l.Items[0].ID
		var both sync.WaitGroup
		var answers [2]reply
		for n, who := range people {
			both.Go(func() { answers[n] = h.post(who, id+"/claim", "") })
		}
		both.Wait()
		require.ElementsMatch(h, []int{200, 409}, []int{answers[0].status, answers[1].status}, "round %d", round)
		first := 0
		if answers[1].status == 200 {
			first = 1
		}
		p := answers[1-first].problem(409)
		require.Equal(h, "Opgaven er allerede taget af "+names[people[first]]+".", p.Detail, fmt.Sprint("round ", round))
		var after task
		h.get("supervisor", id).is(200).read(&after)
		require.Equal(h, people[first], after.Assignee)
	}
}
