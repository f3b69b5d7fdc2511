package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
	whole "fasthold/dev/site"
)

// BenchmarkTaskOverHTTP completes tasks through the API as a person's browser does, one after another, on everything that dev runs, and
// reports how long the answer takes: it comes when the next task is in the list.
func BenchmarkTaskOverHTTP(b *testing.B) {
	s, err := whole.Open(b.Context(), whole.Options{Data: b.TempDir(), HTTP: "127.0.0.1:0", Temporal: "127.0.0.1:0", TemporalUI: "127.0.0.1:0",
		Log: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	b.Cleanup(func() { _ = s.Close(b.Context()) })
	p := &person{b, s.URL() + "/api/v1"}
	p.post("/deployments", "application/xml", []byte(bpmntest.XML("ten-tasks", tenTasks())), nil)
	var took []time.Duration
	for b.Loop() {
		took = append(took, p.oneCase()...)
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms/task")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms/task")
}

// person works through the API.
type person struct {
	*testing.B
	base string
}

func (p *person) oneCase() (took []time.Duration) {
	var instance struct{ ID string }
	p.post("/process-instances", "application/json", []byte(`{"processId":"ten-tasks","variables":{}}`), &instance)
	for range steps {
		var open struct{ Items []struct{ ID string } }
		p.call(http.MethodGet, "/tasks?state=open&processInstance="+instance.ID, "", nil, &open)
		require.Len(p, open.Items, 1)
		began := time.Now()
		p.post("/tasks/"+open.Items[0].ID+"/complete", "application/json", []byte(`{"variables":{"x":1}}`), nil)
		took = append(took, time.Since(began))
	}
	return took
}

func (p *person) post(path, kind string, body []byte, into any) {
	p.Helper()
	p.call(http.MethodPost, path, kind, body, into)
}

func (p *person) call(method, path, kind string, body []byte, into any) {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), method, p.base+path, bytes.NewReader(body))
	require.NoError(p, err)
	r.Header.Set("Authorization", "Bearer demo-designer")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(p, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	require.NoError(p, err)
	require.Less(p, answer.StatusCode, 300, "%s", data)
	if into != nil {
		require.NoError(p, json.Unmarshal(data, into))
	}
}
