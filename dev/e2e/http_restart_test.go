package e2e_test

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"fasthold/api"
	"fasthold/internal/payload"
	"fasthold/internal/store"
)

// Stop it, start it again: everything is where it was, and goes on.
func TestASiteGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "")
	r := h.tell(sickSince(24))
	h.complete(h.awaitTask(r.CaseID, "call-company"), filler{})
	before, file, timers := h.tasks(r.CaseID), h.file(r.CaseID), h.timers(r.CaseID)
	require.NotEmpty(t, before)
	h.close()

	h.open()
	require.Equal(t, before, h.tasks(r.CaseID))
	require.Equal(t, file, h.file(r.CaseID))
	require.Equal(t, timers, h.timers(r.CaseID))
	h.complete(h.task(r.CaseID, "book-meeting"), filler{})
	h.task(r.CaseID, "hold-meeting")
	h.forward(file.ProcessInstanceID, "P3W")
	h.task(r.CaseID, "contact-citizen")
}

// Temporal is down while a notification and its correction arrive: both are kept, and handed over once when it is back.
func TestAnEventWhileTemporalIsDown(t *testing.T) {
	t.Parallel()
	h := openHouse(t, "")
	h.close()
	n := sickSince(30)
	var told receipt
	h.whileTemporalIsDown(func(down *house) {
		told = down.tell(n)
		down.tell(n.then(2, "partial_recovery", notice{"effectiveFrom": today().String()}))
		var again receipt
		down.post("integrator", "/intake/nemrefusion", n).is(200).read(&again)
		require.Equal(t, told, again)
		require.Empty(t, down.tasks(told.CaseID))
	})
	h.open()
	h.awaitTask(told.CaseID, "follow-partial-return")
	require.ElementsMatch(t, []string{"call-company", "contact-citizen", "follow-partial-return"}, elements(h.tasks(told.CaseID)))
	var again receipt
	h.post("integrator", "/intake/nemrefusion", n).is(200).read(&again)
	require.Equal(t, told, again)
	waiting, _, err := h.site.Store().OutboxStatus(t.Context())
	require.NoError(t, err)
	require.Zero(t, waiting)
}

// whileTemporalIsDown opens the store and the API of a house that is closed, with nothing behind them.
func (h *house) whileTemporalIsDown(do func(*house)) {
	h.Helper()
	st, err := store.Open(h.Context(), "sqlite:"+filepath.Join(h.data, "fasthold.db"), h.box(), store.Options{})
	require.NoError(h, err)
	defer func() { require.NoError(h, st.Close()) }()
	nowhere, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", DataConverter: payload.Converter(h.box())})
	require.NoError(h, err)
	defer nowhere.Close()
	log := slog.New(slog.NewTextHandler(h.log, nil))
	handler := api.New(api.Options{Store: st, Temporal: nowhere, Log: log, Identity: &api.Demo{Store: st, Box: h.box(), Bearer: true}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(h, err)
	ctx, cancel := context.WithCancel(h.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- handler.Run(ctx, listener) }()
	down := h.in(h.T)
	down.url = "http://" + listener.Addr().String()
	do(down)
	cancel()
	require.NoError(h, <-stopped)
}
