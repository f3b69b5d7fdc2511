package api

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a case was told while Temporal was away reaches it in order, each thing once.
func TestRelayDeliversInOrderAndOnce(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	w.temporal.setDown(true)
	w.post("integrator", "/intake/nemrefusion", notice(1)).is(202)
	w.post("integrator", "/intake/nemrefusion", notice(2, "sick_notification", "partial_recovery", `"occurredAt"`, `"effectiveFrom":"2026-11-16","occurredAt"`)).is(202)
	w.post("integrator", "/intake/nemrefusion", notice(3, "sick_notification", "full_recovery", `"occurredAt"`, `"effectiveFrom":"2026-11-20","occurredAt"`)).is(202)
	w.relay()
	require.Empty(t, w.temporal.inputs)
	require.Contains(t, w.log.String(), "an effect could not be handed to Temporal")

	w.temporal.setDown(false)
	require.Eventually(t, func() bool { w.relay(); return len(w.temporal.signals) == 2 }, waitForBackoff, tickForBackoff)
	require.Equal(t, "partial-recovery", w.temporal.signals[0].Name)
	require.Equal(t, "recovered", w.temporal.signals[1].Name)
	require.NotEqual(t, w.temporal.signals[0].ID, w.temporal.signals[1].ID)
	w.relay()
	require.Len(t, w.temporal.signals, 2)
	waiting, _, err := w.store.OutboxStatus(t.Context())
	require.NoError(t, err)
	require.Zero(t, waiting)
}

// A second delivery of a start, and a message after the end, are done with.
func TestRelayForgivesRepetition(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	batch, err := w.store.NextOutbox(t.Context(), 1)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, w.server.deliver(t.Context(), batch[0]))
	}
	require.Len(t, w.temporal.instances, 1)
	require.NoError(t, w.store.OutboxDone(t.Context(), batch[0].ID))

	w.post("supervisor", "/process-instances/"+id+"/cancel", "").is(200)
	w.post("supervisor", "/cases/"+id+"/consultant", `{"consultant":"consultant2","reason":"Ferie"}`).is(200)
	w.relay()
	require.Empty(t, w.temporal.signals)
	require.Contains(t, w.log.String(), "after the end")
}

// A server answers while its relay works, and stops cleanly.
func TestRun(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.server.Run(ctx, listener) }()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/healthz", nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.JSONEq(t, `{"status":"ok"}`, string(text))

	id := w.post("consultant", "/cases", byHand()).is(201).id()
	require.Eventually(t, func() bool { return w.get("consultant", "/process-instances/"+id).status == 200 }, waitForBackoff, tickForBackoff)
	stop()
	require.NoError(t, <-ended)
}
