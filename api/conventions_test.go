package api

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/casework"
)

// A failed delivery comes again after a second.
const (
	waitForBackoff = 5 * time.Second
	tickForBackoff = 50 * time.Millisecond
)

var testTime = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func page(limit int) casework.Page { return casework.Page{Limit: limit} }

// Who may call what. 200 stands for being let in: what comes after is told elsewhere.
func TestAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	who := []string{"", "consultant", "supervisor", "integrator", "designer"}
	for _, row := range []struct {
		call string
		may  string // first letters of the roles
	}{
		{"GET /tasks", "csd"}, {"GET /tasks/x", "csd"}, {"GET /tasks/x/form", "csd"}, {"POST /tasks/x/claim", "csd"},
		{"POST /tasks/x/release", "csd"}, {"POST /tasks/x/assign", "csd"}, {"POST /tasks/x/complete", "csd"},
		{"GET /cases", "cs"}, {"POST /cases", "cs"}, {"POST /cases/search", "cs"}, {"GET /cases/x", "cs"}, {"GET /cases/x/timeline", "cs"},
		{"GET /cases/x/notes", "cs"}, {"POST /cases/x/notes", "cs"}, {"GET /cases/x/plan", "cs"}, {"GET /cases/x/letters", "cs"},
		{"GET /cases/x/meetings", "cs"}, {"GET /cases/x/parties", "cs"}, {"PATCH /cases/x/parties", "cs"}, {"POST /cases/x/close", "cs"}, {"POST /cases/x/consultant", "s"},
		{"GET /process-instances", "csd"}, {"POST /process-instances", "sd"}, {"GET /process-instances/x", "csd"}, {"GET /process-instances/x/history", "csd"},
		{"GET /process-instances/x/diagram", "csd"}, {"GET /process-instances/x/timers", "csd"}, {"POST /process-instances/x/cancel", "sd"},
		{"POST /process-instances/x/modify", "sd"}, {"POST /process-instances/x/restart", "sd"},
		{"PATCH /process-instances/x/variables", "sd"}, {"POST /process-instances/x/activate", "csd"}, {"POST /process-instances/x/complete-ad-hoc", "csd"}, {"POST /process-instances/x/timers/1.2/trigger", "sd"},
		{"PATCH /process-instances/x/timers/1.2", "sd"}, {"POST /process-instances/x/fast-forward", "csd"},
		{"GET /process-definitions", "csd"}, {"GET /process-definitions/x", "csd"}, {"GET /process-definitions/x/versions", "csd"},
		{"GET /process-definitions/x/xml", "csd"}, {"GET /process-definitions/x/forms", "csd"}, {"GET /process-definitions/x/statistics", "sd"},
		{"POST /deployments", "sd"}, {"POST /decisions/evaluate", "sd"}, {"POST /messages", "sid"}, {"POST /intake/nemrefusion", "is"},
		{"POST /migrations", "sd"}, {"GET /migrations", "sd"}, {"GET /migrations/x", "sd"}, {"GET /migrations/x/instances", "s"}, {"POST /migrations/x/pause", "s"},
		{"POST /migrations/x/resume", "s"}, {"POST /migrations/x/cancel", "s"},
		{"GET /incidents", "sd"}, {"POST /incidents/x.1/retry", "sd"}, {"POST /incidents/x.1/resolve", "sd"},
		{"GET /alerts", "cs"}, {"POST /alerts/x/see", "cs"},
	} {
		method, path, _ := strings.Cut(row.call, " ")
		for _, user := range who {
			status := w.do(user, method, path, "").status
			switch {
			case user == "":
				require.Equal(t, 401, status, row.call)
			case strings.Contains(row.may, user[:1]):
				require.NotContains(t, []int{401, 403}, status, "%s as %s", row.call, user)
			default:
				require.Equal(t, 403, status, "%s as %s", row.call, user)
			}
		}
	}
}

// Every operation has a row above: nothing is open by oversight.
func TestEveryOperationHasRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, item := range w.server.api.OpenAPI().Paths {
		for _, op := range operationsOf(item) {
			roles, _ := op.Metadata[rolesKey].([]casework.Role)
			require.NotEmpty(t, roles, path)
		}
	}
}

func TestDesignersSeeNoCases(t *testing.T) {
	t.Parallel()
	w := newCaseWorld(t)
	id := w.post("consultant", "/cases", byHand()).is(201).id()
	w.relay()
	call := w.task("consultant", id, "call")
	w.get("designer", "/tasks").is(200, `"items":[]`)
	w.get("designer", "/tasks/"+call).is(403)
	w.post("designer", "/tasks/"+call+"/complete", `{"variables":{"note":"x"}}`).is(403)
	w.post("designer", "/process-instances/"+id+"/cancel", "").is(403)
	w.get("stranger", "/tasks").is(200, `"items":[]`)
	w.get("stranger", "/tasks/"+call).is(404)
	w.get("stranger", "/process-instances/"+id).is(404)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name, who, method, path, body string
		status                        int
		contains                      []string
	}{
		{"no such address", "consultant", "GET", "/nothing", "", 404, []string{`"status":404`}},
		{"wrong method", "consultant", "PUT", "/tasks", "", 405, nil},
		{"no such task", "consultant", "GET", "/tasks/none", "", 404, nil},
		{"no JSON", "designer", "POST", "/process-instances", "{", 400, []string{"unexpected end", "-Go"}},
		{"no body", "designer", "POST", "/process-instances", "", 400, nil},
		{"missing field", "designer", "POST", "/process-instances", "{}", 422, []string{"processId"}},
		{"unknown field", "designer", "POST", "/process-instances", `{"processId":"p","colour":1}`, 422, []string{`"pointer":"/colour"`}},
		{"wrong type", "designer", "POST", "/process-instances", `{"processId":5}`, 422, []string{`"pointer":"/processId"`}},
		{"no such process", "designer", "POST", "/process-instances", `{"processId":"p"}`, 404, nil},
		{"unknown parameter", "consultant", "GET", "/tasks?colour=1", "", 422, []string{`"pointer":"colour"`}},
		{"wrong parameter", "consultant", "GET", "/tasks?limit=many", "", 422, []string{`"pointer":"limit"`}},
		{"limit beyond bound", "consultant", "GET", "/tasks?limit=201", "", 422, []string{`"pointer":"limit"`}},
		{"made-up cursor", "consultant", "GET", "/tasks?cursor=abc", "", 422, nil},
		{"unknown sort", "consultant", "GET", "/tasks?sort=colour", "", 422, []string{`"pointer":"sort"`}},
		{"no such incident", "supervisor", "POST", "/incidents/x/retry", "", 404, nil},
		{"no such incident to resolve", "supervisor", "POST", "/incidents/x/resolve", `{"reason":"x"}`, 404, nil},
		{"too large", "designer", "POST", "/process-instances", `{"processId":"` + strings.Repeat("x", maxBody) + `"}`, 413, nil},
		{"too many variables", "designer", "POST", "/messages", `{"name":"m","variables":{"x":"` + strings.Repeat("x", maxVariables) + `"}}`, 422, []string{`"pointer":"/variables"`}},
		{"deep", "designer", "POST", "/messages", `{"name":"m","variables":{"x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}}`, 400, nil},
		{"NUL in an id", "consultant", "GET", "/tasks/%00", "", 404, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := w.in(t).do(c.who, c.method, c.path, c.body).is(c.status, c.contains...)
			require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
		})
	}
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user ask; end e; s -> ask -> e`)
	first := w.post("designer", "/process-instances", `{"processId":"p"}`, keyHeader, "k1").is(201)
	again := w.post("designer", "/process-instances", `{"processId":"p"}`, keyHeader, "k1").is(201)
	require.Equal(t, first.text, again.text)
	require.Equal(t, "true", again.header.Get("Idempotent-Replay"))
	w.post("designer", "/process-instances", `{"processId":"q"}`, keyHeader, "k1").is(409)
	require.NotEqual(t, first.id(), w.post("supervisor", "/process-instances", `{"processId":"p"}`, keyHeader, "k1").is(201).id())
	require.Len(t, w.temporal.instances, 2)

	// What failed here may be asked for again with its key; the answer that was lost is the same change.
	task := "/tasks/" + w.task("designer", first.id(), "ask")
	w.temporal.setDown(true)
	w.post("designer", task+"/complete", `{}`, keyHeader, "k2").is(503)
	w.temporal.setDown(false)
	w.post("designer", task+"/complete", `{}`, keyHeader, "k2").is(200)
	require.NoError(t, w.store.Forget(casework.WithActor(t.Context(), users[4]), "k2"))
	w.post("designer", task+"/complete", `{}`, keyHeader, "k2").is(200)
	w.post("designer", task+"/complete", `{}`, keyHeader, "k3").is(409)
}

func TestSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get("", "/session").is(401)
	w.get("", "/session/options").is(200, `"id":"consultant"`, `"name":"Lise Leder"`, "-96281000")
	w.post("", "/session", `{"user":"nobody"}`).is(422)
	w.post("", "/session", `{"usr":"x"}`).is(400)
	signedIn := w.post("", "/session", `{"user":"supervisor"}`).is(200, `"roles":["supervisor"]`)
	cookie := signedIn.header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		require.Contains(t, cookie, part)
	}
	with := func(method, path string, headers ...string) reply {
		value, _, _ := strings.Cut(cookie, ";")
		return w.do("", method, path, "", append(headers, "Cookie", value)...)
	}
	with("GET", "/session").is(200, `"id":"supervisor"`)
	with("GET", "/tasks").is(200)
	with("POST", "/tasks/x/claim").is(403, csrfHeader)
	with("POST", "/tasks/x/claim", csrfHeader, "fasthold").is(404)
	require.Contains(t, with("DELETE", "/session").is(204).header.Get("Set-Cookie"), "Max-Age=0")
	w.do("", "GET", "/tasks", "", "Cookie", sessionCookie+"=bm90IHNlYWxlZA").is(401)
	w.do("", "GET", "/tasks", "", "Authorization", "Bearer demo-nobody").is(401)
	w.do("", "GET", "/tasks", "", "Authorization", "Basic x").is(401)

	w.server.Identity.(*Demo).Bearer = false
	w.get("consultant", "/tasks").is(401)
}

func TestDeployments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := bpmntest.XML("leave", `start s; user ask form=ask due=2026-12-01; service send type=unheard; end e; s -> ask -> send -> e`)
	w.upload("designer", "", "leave.bpmn", good, "ask.form", askForm).is(201, `"kind":"process","id":"leave"`, `"version":1`, `"kind":"form","id":"ask"`,
		`"code":"unknown-job-type"`, `"element":"send"`)
	w.upload("designer", "", "leave.bpmn", good).is(201, `"version":1`)
	w.upload("designer", "?dryRun=true", "leave.bpmn", strings.ReplaceAll(good, "unheard", "known")).is(200, `"resources":[]`, `"warnings":[]`, `-"id"`)
	w.upload("designer", "", "leave.bpmn", strings.ReplaceAll(good, "unheard", "known")).is(201, `"version":2`, `"warnings":[]`)

	w.upload("designer", "", "bad.bpmn", bpmntest.XML("bad", `start s; user a form=none; end e; s -> a -> e`), "worse.bpmn", bpmntest.XML("worse", `start s; xor x; end e; end f; s -> x; x -[1 +]-> e; x -/-> f`)).
		is(422, `"file":"bad.bpmn"`, `"line":`, `"code":"unknown-form"`, `"pointer":"bad.bpmn:`, `"advice":`, `"file":"worse.bpmn"`, `"element":"x-e"`)
	w.upload("designer", "", "x.txt", "hello").is(422, `"code":"unknown-kind"`)
	w.upload("designer", "", "f.form", `{"id":"f","type":"default","components":[{"type":"textfield","id":"c","key":"k","label":"L","properties":{"store":"attic"}}]}`).is(422, `"code":"unknown-store"`)
	w.upload("designer", "", "f.form", `{"id":"f","type":"default","components":[{"type":"group","id":"c","label":"L","properties":{"store":"note"},"components":[]}]}`).is(422, `"code":"unknown-store"`)
	w.do("designer", "POST", "/deployments", good, "Content-Type", "application/xml").is(201)
	w.do("designer", "POST", "/deployments", "{}", "Content-Type", "application/json").is(422, filesPart)
	w.do("designer", "POST", "/deployments", "--x", "Content-Type", "multipart/form-data; boundary=x").is(422)
	w.do("designer", "POST", "/deployments", strings.Repeat("x", maxDeployment+1), "Content-Type", "application/xml").is(413)

	w.get("designer", "/process-definitions").is(200, `"processId":"leave"`)
	w.get("designer", "/process-definitions/leave?version=1").is(200, `"version":1`)
	w.get("designer", "/process-definitions/leave/versions").is(200, `"version":2`, `"version":1`)
	w.get("designer", "/process-definitions/leave/xml?version=1").is(200, "unheard")
	w.get("designer", "/process-definitions/leave/forms").is(200, `"schema":{"id":"ask"`)
	w.get("designer", "/process-definitions/none").is(404)
	w.get("designer", "/process-definitions/none/versions").is(404)
	w.post("designer", "/process-instances", `{"processId":"leave"}`).is(201)
	w.get("designer", "/process-definitions/leave/statistics").is(200, `{"elementId":"ask","tokens":1,"incidents":0}`)
}

// upload deploys files: names and contents in turn.
func (w *world) upload(who, query string, files ...string) reply {
	w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(files); i += 2 {
		part, err := form.CreateFormFile(filesPart, files[i])
		require.NoError(w, err)
		_, err = part.Write([]byte(files[i+1]))
		require.NoError(w, err)
	}
	require.NoError(w, form.Close())
	return w.do(who, "POST", "/deployments"+query, body.String(), "Content-Type", form.FormDataContentType())
}

const dish = `<?xml version="1.0"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
	<decision id="dish" name="Dish"><decisionTable id="t"><input id="i"><inputExpression id="ie" typeRef="number"><text>guests</text></inputExpression></input>
	<output id="o" name="dish" typeRef="string"/>
	<rule id="few"><inputEntry id="e1"><text>&lt; 5</text></inputEntry><outputEntry id="o1"><text>"Stew"</text></outputEntry></rule>
	<rule id="many"><inputEntry id="e2"><text>&gt;= 5</text></inputEntry><outputEntry id="o2"><text>"Soup"</text></outputEntry></rule>
	</decisionTable></decision></definitions>`

func TestDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.upload("designer", "", "dish.dmn", dish).is(201, `"kind":"dmn","id":"dish"`)
	w.post("designer", "/decisions/evaluate", `{"decisionId":"dish","variables":{"guests":7}}`).is(200, `"result":"Soup"`, `"many"`, `"warnings":[]`)
	w.post("designer", "/decisions/evaluate", `{"decisionId":"dish"}`).is(200, `"result":null`)
	w.post("designer", "/decisions/evaluate", `{"decisionId":"none"}`).is(404)
	w.upload("designer", "", "p.bpmn", bpmntest.XML("p", `start s; rule r decision=dish result=dish; end e; s -> r -> e`)).is(201)
	w.post("designer", "/process-instances", `{"processId":"p","variables":{"guests":2}}`).is(201, `"dish":"Stew"`, `"state":"completed"`)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	probe := func(path string) reply { return w.send(httptest.NewRequest(http.MethodGet, path, nil)) }
	probe("/healthz").is(200)
	probe("/readyz").is(200, `"temporal":"ok"`)
	w.get("consultant", "/tasks").is(200)
	probe("/metrics").is(200, `fasthold_http_request_seconds_count{method="GET",route="/api/v1/tasks",status="200"} 1`, "fasthold_relay_waiting 0", "fasthold_relay_lag_seconds 0")
	w.temporal.setDown(true)
	probe("/readyz").is(503, `"temporal":"down"`, `"store":"ok"`)
	probe("/").is(404)
	probe("/api/v2/x").is(404)
}

func TestDescription(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Summary, OperationID string }
		Components struct{ Schemas map[string]json.RawMessage }
	}
	w.get("", "/openapi.json").is(200, `"bundleUuid"`, `"NoticeEvent"`).into(&doc)
	require.Regexp(t, `^3\.1`, doc.OpenAPI)
	ids := map[string]bool{}
	for path, calls := range doc.Paths {
		for method, op := range calls {
			require.NotEmpty(t, op.Summary, "%s %s", method, path)
			require.False(t, ids[op.OperationID], op.OperationID)
			ids[op.OperationID] = true
		}
	}
	for name, schema := range doc.Components.Schemas {
		for _, word := range []string{"diagnos", "health", "sygdom"} {
			require.NotContains(t, strings.ToLower(string(bytes.ReplaceAll(schema, []byte("diagnosis"), nil))), word+`":`, name)
		}
	}
}

func TestPanicIsAProblem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.Dev.FastForward = nil
	w.deploy("p", `start s; user ask; end e; s -> ask -> e`)
	id := w.post("designer", "/process-instances", `{"processId":"p"}`).is(201).id()
	w.post("designer", "/process-instances/"+id+"/fast-forward", `{"duration":"P1D"}`).is(500, `"instance":"urn:uuid:`, "-nil", "-goroutine")
	require.Contains(t, w.log.String(), "panic=")
}
