package e2e_test

import (
	"strings"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/proxy"
	"google.golang.org/protobuf/proto"

	"fasthold/internal/payload"
)

// noCPROutside looks for every CPR number that was sent in all that left the store: the log, and the histories as Temporal keeps them and as
// they read when they are opened.
func (h *house) noCPROutside() {
	require.NotEmpty(h, planted.numbers)
	log := h.log.String()
	require.NotEmpty(h, log)
	histories := 0
	var l list[caseFile]
	h.get("supervisor", "/cases?limit=200").is(200).read(&l)
	for _, c := range l.Items {
		if c.ProcessInstanceID == "" {
			continue
		}
		histories++
		text := h.history(c.ProcessInstanceID)
		answer := string(h.get("supervisor", "/process-instances/"+c.ProcessInstanceID).body)
		h.clean("the history of "+c.CaseNumber, text)
		h.clean("the process of "+c.CaseNumber, answer)
	}
	require.Greater(h, histories, 5)
	h.clean("the log", log)
}

func (h *house) clean(where, text string) {
	h.Helper()
	planted.Lock()
	defer planted.Unlock()
	for _, cpr := range planted.numbers {
		for _, written := range []string{cpr, cpr[:6] + "-" + cpr[6:]} {
			require.False(h, strings.Contains(text, written), "a CPR number is in %s", where)
		}
	}
}

// history is all of a run: its events as they are kept, and what their payloads say once they are opened.
func (h *house) history(id string) string {
	h.Helper()
	codec := payload.Codec{Box: h.box()}
	var text strings.Builder
	read := func(_ *proxy.VisitPayloadsContext, sealed []*common.Payload) ([]*common.Payload, error) {
		opened, err := codec.Decode(sealed)
		for _, p := range opened {
			text.Write(p.GetData())
		}
		return sealed, err
	}
	events := h.site.Client().GetWorkflowHistory(h.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(h, err)
		raw, err := proto.Marshal(event)
		require.NoError(h, err)
		text.Write(raw)
		require.NoError(h, proxy.VisitPayloads(h.Context(), event, proxy.VisitPayloadsOptions{Visitor: read}))
	}
	require.Contains(h, text.String(), `"caseId"`, "the payloads were not opened")
	return text.String()
}
