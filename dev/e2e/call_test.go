package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// A called process that somebody canceled begins anew when the call is retried, as an instance of its own: what happened in the first one stays in
// the store.
func TestACanceledCallIsRetried(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("call-again-called", `start s; user ask; user think; end e; s -> ask -> think -> e`)
	id := s.start(s.deploy("call-again", `start s; call c process=call-again-called; end e; s -> c -> e`), ``)
	called := func() string {
		view, _ := s.store.Instance(t.Context(), id) // nothing before it has begun
		for _, e := range view.Elements {
			if e.ElementID == "c" {
				return e.Child
			}
		}
		return ""
	}
	var first, second string
	s.eventually(func() bool { first = called(); return first != "" && len(s.tasks(first)) == 1 }, "the called process begins")
	s.complete(first, "ask", ``)
	_, err := s.update(t.Context(), first, workflows.CancelUpdate, workflows.Request{Actor: "supervisor"})
	require.NoError(t, err)
	s.awaitIncident(id)
	before := s.historyOf(first)

	_, err = s.update(t.Context(), id, workflows.RetryUpdate, workflows.Request{Key: s.waiting(id, engine.WaitIncident), Actor: "supervisor"})
	require.NoError(t, err)
	s.eventually(func() bool { second = called(); return second != "" && len(s.tasks(second)) == 1 }, "it begins again")
	require.NotEqual(t, first, second)
	s.complete(second, "ask", ``)
	s.complete(second, "think", ``)
	require.Equal(t, engine.Completed, s.ended(id).Status)
	require.Equal(t, before, s.historyOf(first))
	view, err := s.store.Instance(t.Context(), first)
	require.NoError(t, err)
	require.Equal(t, casework.InstanceCanceled, view.State)
}

// A call that is withdrawn in the step that made it begins nothing.
func TestAWithdrawnCallBeginsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("call-withdrawn-called", `start s; user ask; end e; s -> ask -> e`)
	id := s.start(s.deploy("call-withdrawn", `
		start s; and f; call c process=call-withdrawn-called; boundary stop on=c signal=stop; throw loud signal=stop; user last; end e; end l
		s -> f -> c -> e; f -> loud -> l; stop -> last -> e`), ``)
	s.awaitTasks(id, "last")
	s.complete(id, "last", ``)
	require.Equal(t, engine.Completed, s.ended(id).Status)
	list, err := s.store.Instances(t.Context(), casework.InstanceFilter{ProcessID: "call-withdrawn-called"})
	require.NoError(t, err)
	require.Empty(t, list.Items)
}

// An escalation and the end that came after it reach the caller in that order, also when its worker was away and it learns of both at once.
func TestACallerHearsOfAnEscalationBeforeTheEnd(t *testing.T) {
	t.Parallel()
	d := newDeadly(t)
	away := d.work(nil, nil)
	d.deploy("call-order-called", `start s; user ask; end e; s -> ask -> e`)
	id := d.begin(d.deploy("call-order", `start s; call c process=call-order-called; boundary up on=c escalation=UP noninterrupting; end e; end u; s -> c -> e; up -> u`), ``)
	key := d.waiting(id, engine.WaitChild)
	d.await("the called process", func() bool { return len(d.tasks(workflows.ChildID(id, key, 0))) == 1 })
	away.kill()

	require.NoError(t, d.client.SignalWorkflow(t.Context(), id, "", workflows.EscalationSignal, workflows.Escalation{Key: key, Code: "UP"}))
	require.NoError(t, d.client.SignalWorkflow(t.Context(), id, "", workflows.ChildSignal, workflows.ChildEnd{Key: key, Output: workflows.Output{Status: engine.Completed}}))
	d.work(nil, nil)
	require.Equal(t, engine.Completed, d.ended(id).Status)
	var ends []string
	for _, h := range d.historyOf(id) {
		if h.Kind == string(engine.EscalationCaught) || h.Kind == string(engine.Done) {
			ends = append(ends, h.ElementID)
		}
	}
	require.Equal(t, []string{"s", "up", "up", "u", "c", "e"}, ends)
}
