package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/api"
	"fasthold/dev/site"
	"fasthold/internal/secret"
)

// house is a whole site, as `go run ./dev` opens it, and what its people ask of it over HTTP.
type house struct {
	*testing.T
	site *site.Site
	url  string
	data string
	db   string
	log  *logBuffer
}

// openHouse opens a site on a fresh directory; db is the DSN of a PostgreSQL database, "" for SQLite.
func openHouse(t *testing.T, db string) *house {
	t.Helper()
	h := &house{T: t, data: t.TempDir(), db: db, log: &logBuffer{}}
	h.open()
	t.Cleanup(h.close)
	return h
}

func (h *house) open() {
	h.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	s, err := site.Open(ctx, site.Options{
		Data: h.data, HTTP: "127.0.0.1:0", Temporal: "127.0.0.1:0", TemporalUI: "127.0.0.1:0", DB: h.db,
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	require.NoError(h, err)
	h.site, h.url = s, s.URL()
}

func (h *house) close() {
	h.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	require.NoError(h, h.site.Close(ctx))
}

// in is the same house for a subtest.
func (h *house) in(t *testing.T) *house {
	other := *h
	other.T = t
	return &other
}

// box has the keys of the house.
func (h *house) box() *secret.Box {
	h.Helper()
	key, err := os.ReadFile(filepath.Join(h.data, "keyset.json"))
	require.NoError(h, err)
	box, err := secret.New(key)
	require.NoError(h, err)
	return box
}

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// reply is an answer, read to its end.
type reply struct {
	t      testing.TB
	call   string
	status int
	header http.Header
	body   []byte
	closed bool // the connection, after the answer
}

// is fails the test unless the answer has the status.
func (r reply) is(status int) reply {
	r.t.Helper()
	require.Equal(r.t, status, r.status, "%s: %s", r.call, r.body)
	return r
}

// read decodes the answer.
func (r reply) read(into any) reply {
	r.t.Helper()
	require.NoError(r.t, json.Unmarshal(r.body, into), "%s: %s", r.call, r.body)
	return r
}

// problem is an answer that is no success.
type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct {
		Pointer, Message, Code, File, Element, Advice string
		Line, Column                                  int
	}
}

// problem fails the test unless the answer is a problem with the status, as RFC 9457 has it.
func (r reply) problem(status int) (p problem) {
	r.t.Helper()
	r.is(status)
	require.Equal(r.t, "application/problem+json", r.header.Get("Content-Type"), "%s: %s", r.call, r.body)
	r.read(&p)
	require.Equal(r.t, status, p.Status)
	require.NotEmpty(r.t, p.Title)
	require.NotEmpty(r.t, p.Detail, r.call)
	for _, trace := range []string{"goroutine ", ".go:", "panic", "SQLSTATE", "sqlite"} {
		require.NotContains(r.t, string(r.body), trace)
	}
	return p
}

// points lists what the errors of a problem point at.
func (p problem) points() (pointers []string) {
	for _, e := range p.Errors {
		pointers = append(pointers, e.Pointer)
	}
	return pointers
}

// send sends a body as it is.
func (h *house) send(who, method, path, contentType string, body io.Reader, headers ...string) reply {
	h.Helper()
	r, err := http.NewRequestWithContext(h.Context(), method, h.url+api.Base+path, body)
	require.NoError(h, err)
	if who != "" {
		r.Header.Set("Authorization", "Bearer demo-"+who)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(h, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	require.NoError(h, err)
	return reply{h, method + " " + path, answer.StatusCode, answer.Header, data, answer.Close}
}

func (h *house) get(who, path string) reply {
	h.Helper()
	return h.send(who, http.MethodGet, path, "", nil)
}

// post sends JSON; a string is sent as it is.
func (h *house) post(who, path string, body any, headers ...string) reply {
	h.Helper()
	return h.json(who, http.MethodPost, path, body, headers...)
}

func (h *house) json(who, method, path string, body any, headers ...string) reply {
	h.Helper()
	text, ok := body.(string)
	if !ok {
		data, err := json.Marshal(body)
		require.NoError(h, err)
		text = string(data)
	}
	return h.send(who, method, path, "application/json", strings.NewReader(text), headers...)
}

// deploy sends files as a form, name and text in turn.
func (h *house) deploy(who string, files ...string) reply {
	h.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(files); i += 2 {
		part, err := form.CreateFormFile("resources", files[i])
		require.NoError(h, err)
		_, err = io.WriteString(part, files[i+1])
		require.NoError(h, err)
	}
	require.NoError(h, form.Close())
	return h.send(who, http.MethodPost, "/deployments", form.FormDataContentType(), &body)
}
