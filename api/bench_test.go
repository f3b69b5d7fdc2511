package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// answered sends a request without looking closer at the answer.
func (w *world) answered(who, method, path, body string) int {
	r := httptest.NewRequestWithContext(w.Context(), method, Base+path, strings.NewReader(body))
	r.Header.Set("Authorization", demoBearer+who)
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, r)
	return rec.Code
}

// A page of fifty tasks, from the request to the last byte.
func BenchmarkListTasks(b *testing.B) {
	w := newWorld(b)
	w.deploy("p", `start s; user ask; end e; s -> ask -> e`)
	for range 60 {
		require.Equal(b, http.StatusCreated, w.answered("supervisor", "POST", "/process-instances", `{"processId":"p"}`))
	}
	b.ReportAllocs()
	for b.Loop() {
		if status := w.answered("consultant", "GET", "/tasks?state=open&sort=-priority", ""); status != http.StatusOK {
			b.Fatal(status)
		}
	}
}

// Starting a process and completing its only task: the API, the engine and the store, without Temporal.
func BenchmarkStartAndComplete(b *testing.B) {
	w := newWorld(b)
	w.deploy("p", `start s; user ask form=ask; end e; s -> ask -> e`, askForm)
	b.ReportAllocs()
	for b.Loop() {
		id := w.post("supervisor", "/process-instances", `{"processId":"p"}`).is(201).id()
		if status := w.answered("supervisor", "POST", "/tasks/"+id+".3/complete", `{"variables":{"answer":"yes"}}`); status != http.StatusOK {
			b.Fatal(status)
		}
	}
}
