package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const forked = `start s; xor which name="Er der svaret?"; user a; end e; end n; s -> which -[ok]-> a -> e; which -/-> n`

// stuck is the incident of an instance; there must be one.
func (w *world) stuck(instance string) incident {
	w.Helper()
	var all list[incident]
	w.get("supervisor", "/incidents").is(200).into(&all)
	for _, i := range all.Items {
		if i.ProcessInstanceID == instance {
			return i
		}
	}
	require.Fail(w, "no incident", instance)
	return incident{}
}

// What was set first is there when it is tried again.
func TestAnIncidentIsResolved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("forked", forked)
	id := w.post("designer", "/process-instances", `{"processId":"forked","variables":{"ok":"maybe"}}`).is(201, `"state":"incident"`).id()
	stuck := w.stuck(id)
	require.Equal(t, []string{"which", "Er der svaret?"}, []string{stuck.ElementID, stuck.ElementName})
	w.get("designer", "/process-instances/"+id).is(200, `"elementId":"which","elementName":"Er der svaret?"`)
	resolve := "/incidents/" + stuck.ID + "/resolve"
	w.post("designer", resolve, `{}`).is(200, `"state":"incident"`)
	w.post("designer", resolve, `{"variables":[]}`).is(422)
	w.post("designer", resolve, `{"variables":{"ok":true},"scope":99}`).is(404)
	w.post("designer", resolve, `{"variables":{"ok":true}}`).is(200, `"state":"active"`, `"elementId":"a"`, `"ok":true`, `"incidents":[]`)
	w.post("designer", resolve, `{}`).is(409)
}

// In a case somebody says what has been done, and that is kept.
func TestAnIncidentOfACaseIsResolvedWithAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("retention", forked)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	stuck := w.stuck(id)
	require.Equal(t, id, stuck.CaseID)
	resolve := "/incidents/" + stuck.ID + "/resolve"
	w.post("consultant", resolve, `{"reason":"x"}`).is(403)
	w.post("designer", resolve, `{"reason":"x"}`).is(403)
	w.post("supervisor", resolve, `{"reason":" ","variables":{"ok":true}}`).is(422, `"pointer":"/reason"`)
	w.get("supervisor", "/cases/"+id+"/notes").is(200, `"items":[]`)

	const body = `{"reason":"Svaret var tomt; aftalt med virksomheden.","variables":{"ok":true}}`
	for range 2 {
		w.post("supervisor", resolve, body, "Idempotency-Key", "k").is(200, `"state":"active"`)
	}
	var notes list[note]
	w.get("supervisor", "/cases/"+id+"/notes").is(200).into(&notes)
	require.Len(t, notes.Items, 1)
	require.Equal(t, "Svaret var tomt; aftalt med virksomheden.", notes.Items[0].Text)
	require.Equal(t, "Lise Leder", notes.Items[0].Author)
	w.get("supervisor", "/cases/"+id+"/timeline").is(200, "Notat: Fejl rettet: Er der svaret?", "Forløbet er i gang igen: Er der svaret?")
}

// A resolution whose answer was lost halfway is sent again: what was done is not done twice, and what was not is.
func TestAResolutionIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("retention", forked)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	resolve := "/incidents/" + w.stuck(id).ID + "/resolve"
	const body = `{"reason":"Aftalt med virksomheden."}`
	w.temporal.setDown(true)
	w.post("supervisor", resolve, body, "Idempotency-Key", "k").is(503)
	w.temporal.setDown(false)
	w.post("supervisor", resolve, body, "Idempotency-Key", "k").is(200)
	var notes list[note]
	w.get("supervisor", "/cases/"+id+"/notes").is(200).into(&notes)
	require.Len(t, notes.Items, 1)
}
