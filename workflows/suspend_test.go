package workflows_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// No timer fires in a suspended instance, and those that are left move by the pause; what a worker was doing is taken up on resume.
func TestSuspendedInstance(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"p": `
		start s; and f
		user a due="=now() + duration(\"P5D\")"
		boundary late on=a duration=P3D noninterrupting
		receive r message=news key="=k"
		end e; end l
		s -> f -> a -> e
		f -> r -> e
		late -> l`})
	var due time.Time
	s.at(time.Hour, func() {
		due = *s.open()["a"].DueAt
		s.update(workflows.SuspendUpdate, workflows.Request{Actor: "boss", Reason: "why"}).done = func(workflows.Reply) {
			require.Equal(t, casework.InstanceSuspended, s.seen().Instance.State)
			require.Equal(t, []casework.Timer{{ID: s.seen().Timers[0].ID, Key: s.seen().Timers[0].Key, ElementID: "late", DueAt: s.seen().Timers[0].DueAt, Gone: true}}, s.seen().Timers)
		}
	})
	s.at(24*time.Hour, func() {
		s.SignalWorkflow(workflows.MessageSignal, workflows.Message{Name: "news", CorrelationKey: "1", Variables: json.RawMessage(`{"heard":true}`)})
		refused := s.complete("a", ``)
		s.at(time.Minute, func() { require.ErrorContains(t, refused.err, "suspended") })
	})
	s.at(10*24*time.Hour, func() {
		require.NotContains(t, s.happened(), "timer late")
		require.NotContains(t, s.happened(), "message r")
		s.update(workflows.ResumeUpdate, workflows.Request{Actor: "boss"}).done = func(workflows.Reply) {
			require.Contains(t, s.happened(), "message r")
			require.Equal(t, due.AddDate(0, 0, 10), *s.open()["a"].DueAt)
			require.Equal(t, casework.InstanceActive, s.seen().Instance.State)
		}
	})
	s.at(15*24*time.Hour, func() {
		require.Contains(t, s.happened(), "timer late")
		s.complete("a", ``)
	})
	out := s.run(`{"k":"1"}`)
	require.Equal(t, engine.Completed, out.Status)
	require.JSONEq(t, `{"k":"1","heard":true}`, string(out.Variables))
}
