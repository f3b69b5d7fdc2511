package e2e_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/internal/store/pgtest"
)

// A signal reaches every instance that waits for it and starts what begins with it, whether it comes from outside or out of an instance.
func TestSignals(t *testing.T) {
	t.Parallel()
	for name, db := range map[string]func() string{"SQLite": func() string { return "" }, "PostgreSQL": func() string { return pgtest.Schema(t) }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			openHouse(t, db()).signals()
		})
	}
}

func (h *house) signals() {
	h.Helper()
	h.deployText("listener", `start s; catch c signal=flood; user pack; end e; s -> c -> pack -> e
		eventsub es { start all signal=allclear; throw calm signal=calm; end ae; all -> calm -> ae }`)
	h.deployText("starter", `start s signal=flood; user warn; end e; s -> warn -> e`)
	h.deployText("quiet", `start s; catch c signal=calm; end e; s -> c -> e`)
	quiet := h.start("quiet", nil)
	one, two := h.start("listener", nil), h.start("listener", nil)

	for range 2 {
		h.post("integrator", "/signals", map[string]any{"name": "flood", "signalId": "f1", "variables": map[string]any{"level": 3}}).is(202)
	}
	h.post("consultant", "/signals", map[string]any{"name": "flood"}).problem(403)
	h.post("integrator", "/signals", map[string]any{"name": ""}).problem(422)
	h.eventually(func() bool { return slices.Equal([]string{"pack", "pack"}, h.startedTasks("listener")) }, "both go on")
	h.eventually(func() bool { return slices.Equal([]string{"warn"}, h.startedTasks("starter")) }, "one is started, once")

	h.post("integrator", "/signals", map[string]any{"name": "allclear"}).is(202)
	for _, id := range []string{one.ID, two.ID, quiet.ID} {
		h.eventually(func() bool { return h.instance(id).State == "completed" }, "it ends")
	}
	require.Len(h, h.instancesOf("starter"), 1)
}
