package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/casework"
	"fasthold/internal/secret"
	"fasthold/internal/store"
)

const herning = "0657"

// users are the demo users, and one of another municipality.
var users = []casework.User{
	{ID: "consultant", Name: "Kirsten Konsulent", Roles: []casework.Role{casework.Consultant}, Groups: []string{"consultants"}, Municipality: herning, Phone: "96281000"},
	{ID: "consultant2", Name: "Karl Konsulent", Roles: []casework.Role{casework.Consultant}, Groups: []string{"consultants"}, Municipality: herning},
	{ID: "supervisor", Name: "Lise Leder", Roles: []casework.Role{casework.Supervisor}, Municipality: herning},
	{ID: "integrator", Name: "NemRefusion", Roles: []casework.Role{casework.Integrator}, Municipality: herning},
	{ID: "designer", Name: "Dorte Designer", Roles: []casework.Role{casework.Designer}, Municipality: herning},
	{ID: "stranger", Name: "Viborg", Roles: []casework.Role{casework.Consultant, casework.Supervisor}, Municipality: "0791"},
}

// world is a server with a store of its own, on the engine.
type world struct {
	testing.TB
	server   *Server
	store    *store.Store
	temporal *fakeTemporal
	log      *logBuffer
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

func newWorld(t testing.TB) *world {
	t.Helper()
	key, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(key)
	require.NoError(t, err)
	st, err := store.Open(t.Context(), "sqlite::memory:", box, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	for _, u := range users {
		require.NoError(t, st.PutUser(t.Context(), u))
	}
	w := &world{TB: t, store: st, log: &logBuffer{}, temporal: newFake(newLibrary(st))}
	w.server = New(Options{Store: st, Temporal: w.temporal, Identity: &Demo{Store: st, Box: box, Bearer: true}, Log: slog.New(slog.NewTextHandler(w.log, nil)),
		Jobs: []definitions.Job{{Type: "known", Reads: []string{"answer", "days"}}, {Type: "broken"}}, Dev: w.dev()})
	return w
}

// in is the world in a subtest.
func (w *world) in(t *testing.T) *world {
	sub := *w
	sub.TB = t
	return &sub
}

// dev moves nothing, but tells a time.
func (w *world) dev() *DevTools {
	return &DevTools{
		FastForward: func(_ context.Context, _ string, by time.Duration) (time.Time, error) { return time.Now().Add(by), nil },
		Now:         func(context.Context, string) (time.Time, error) { return time.Now(), nil },
	}
}

// deploy deploys a process written in the test language, with forms.
func (w *world) deploy(id, text string, forms ...string) {
	w.Helper()
	files := []definitions.File{{Name: id + ".bpmn", Data: []byte(bpmntest.XML(id, text))}}
	for _, f := range forms {
		files = append(files, definitions.File{Name: "x.form", Data: []byte(f)})
	}
	set, problems := Check(w.Context(), w.store, files, nil)
	require.NotNil(w, set, "%v", problems)
	_, err := Deploy(w.Context(), w.store, set)
	require.NoError(w, err)
}

// relay delivers all that is due.
func (w *world) relay() {
	for w.server.relayOnce(w.Context()) {
	}
}

// reply is an answer to a test.
type reply struct {
	*world
	status int
	header http.Header
	text   string
}

// do sends a request as a user, and checks the answer against the API's own description.
func (w *world) do(who, method, path, body string, headers ...string) reply {
	w.Helper()
	r := httptest.NewRequestWithContext(w.Context(), method, Base+path, strings.NewReader(body))
	if who != "" {
		r.Header.Set("Authorization", demoBearer+who)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) reply {
	w.Helper()
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, r)
	text, err := io.ReadAll(rec.Body)
	require.NoError(w, err)
	w.checkAnswer(r, rec.Code, rec.Header().Get("Content-Type"), text)
	return reply{w, rec.Code, rec.Header(), string(text)}
}

func (w *world) get(who, path string) reply { w.Helper(); return w.do(who, http.MethodGet, path, "") }

func (w *world) post(who, path, body string, headers ...string) reply {
	w.Helper()
	return w.do(who, http.MethodPost, path, body, headers...)
}

// is requires the status and that the answer contains the texts; a text after "-" must not be there.
func (r reply) is(status int, contains ...string) reply {
	r.Helper()
	require.Equal(r, status, r.status, r.text)
	for _, text := range contains {
		if absent, ok := strings.CutPrefix(text, "-"); ok {
			require.NotContains(r, r.text, absent)
		} else {
			require.Contains(r, r.text, text)
		}
	}
	return r
}

// into reads the answer.
func (r reply) into(v any) {
	r.Helper()
	require.NoError(r, json.Unmarshal([]byte(r.text), v), r.text)
}

func (r reply) id() string {
	r.Helper()
	var v struct{ ID string }
	r.into(&v)
	require.NotEmpty(r, v.ID)
	return v.ID
}

// task returns the id of the only open task at an element.
func (w *world) task(who, instance, element string) string {
	w.Helper()
	var found list[task]
	w.get(who, "/tasks?state=open&processInstance="+instance).is(200).into(&found)
	for _, t := range found.Items {
		if t.ElementID == element {
			return t.ID
		}
	}
	require.Fail(w, "no open task", "%s in %v", element, found.Items)
	return ""
}

// checkAnswer holds a JSON answer against the OpenAPI document.
func (w *world) checkAnswer(r *http.Request, status int, contentType string, text []byte) {
	w.Helper()
	op := w.operation(r.Method, strings.TrimPrefix(r.URL.Path, Base))
	if op == nil || len(text) == 0 || !strings.Contains(contentType, "json") {
		return
	}
	described := op.Responses[strconv.Itoa(status)]
	require.NotNil(w, described, "%s %s answers %d, which is not described: %s", r.Method, op.Path, status, text)
	media := described.Content[contentType]
	require.NotNil(w, media, "%s %s %d answers %s, which is not described", r.Method, op.Path, status, contentType)
	var value any
	require.NoError(w, json.Unmarshal(text, &value), string(text))
	var result huma.ValidateResult
	registry := w.server.api.OpenAPI().Components.Schemas
	huma.Validate(registry, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, &result)
	require.Empty(w, result.Errors, "%s %s %d: %s", r.Method, op.Path, status, text)
}

// operation finds the description of a call.
func (w *world) operation(method, path string) *huma.Operation {
	for template, item := range w.server.api.OpenAPI().Paths {
		if matches(template, path) {
			for _, op := range operationsOf(item) {
				if op.Method == method {
					return op
				}
			}
		}
	}
	return nil
}

func operationsOf(item *huma.PathItem) (ops []*huma.Operation) {
	for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Put, item.Delete} {
		if op != nil {
			ops = append(ops, op)
		}
	}
	return ops
}

func matches(template, path string) bool {
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && want[i] != have[i] {
			return false
		}
	}
	return true
}
