package e2e

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/casework"
	"fasthold/internal/payload"
	"fasthold/internal/secret"
	"fasthold/internal/workday"
	"fasthold/workflows"
)

// program is `go run ./dev`, as a process of its own that can be killed.
type program struct {
	*testing.T
	binary, data string
	command      *exec.Cmd
	ready        struct{ HTTP, Temporal string }
}

func buildProgram(t *testing.T) *program {
	t.Helper()
	p := &program{T: t, binary: filepath.Join(t.TempDir(), "dev"), data: t.TempDir()}
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", p.binary, "..").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return p
}

// start returns when the program takes requests.
func (p *program) start() {
	p.Helper()
	p.command = exec.Command(p.binary, "--data", p.data, "--http", "127.0.0.1:0", "--temporal", "127.0.0.1:0", "--temporal-ui", "127.0.0.1:0", "--no-demo")
	var log bytes.Buffer
	p.command.Stderr = &log
	out, err := p.command.StdoutPipe()
	require.NoError(p, err)
	require.NoError(p, p.command.Start())
	command := p.command
	p.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		_ = command.Wait()
	}
	require.NoError(p, err, "%s", &log)
	require.NoError(p, json.Unmarshal(line, &p.ready))
}

// kill is kill -9.
func (p *program) kill() {
	p.Helper()
	require.NoError(p, p.command.Process.Kill())
	_ = p.command.Wait()
}

// call returns an error when there was no answer.
func (p *program) call(user, method, path, key string, body, into any) (int, error) {
	data, isRaw := body.([]byte)
	if !isRaw && body != nil {
		data, _ = json.Marshal(body)
	}
	r, err := http.NewRequest(method, p.ready.HTTP+"/api/v1"+path, bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer demo-"+user)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if isRaw {
		r.Header.Set("Content-Type", "application/xml")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if data, err = io.ReadAll(answer.Body); err != nil {
		return 0, err
	}
	if into != nil && answer.StatusCode < http.StatusMultipleChoices {
		return answer.StatusCode, json.Unmarshal(data, into)
	}
	return answer.StatusCode, nil
}

// must is a call that is answered with the status.
func (p *program) must(status int, user, method, path, key string, body, into any) {
	p.Helper()
	got, err := p.call(user, method, path, key, body, into)
	require.NoError(p, err, path)
	require.Equal(p, status, got, path)
}

type (
	items[T any] struct{ Items []T }
	openTask     struct{ ID, ElementID, State string }
	taken        struct{ CaseID, CaseNumber, EventID string }
)

// traffic is what was sent to the program, and what it said to it.
type traffic struct {
	mu       sync.Mutex
	accepted int
	// completed are tasks whose completion was answered with yes, unanswered those where no answer came.
	completed, unanswered map[string]bool
	received              []map[string]any // events that were accepted
	receipts              []taken
	unsure                []map[string]any // events that were sent, and no answer came
	enough                chan struct{}    // closed when that many were accepted
}

const enough = 60

func (a *traffic) answered(note func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	note()
	if a.accepted++; a.accepted == enough {
		close(a.enough)
	}
}

// work completes the tasks of an instance, one after another, until the program is gone.
func (a *traffic) work(p *program, instance string) {
	for {
		var list items[openTask]
		if _, err := p.call("supervisor", http.MethodGet, "/tasks?state=open&processInstance="+instance, "", nil, &list); err != nil {
			return
		}
		for _, task := range list.Items {
			status, err := p.call("supervisor", http.MethodPost, "/tasks/"+task.ID+"/complete", uuid.NewString(), map[string]any{"variables": map[string]any{"x": 1}}, nil)
			if err != nil {
				a.mu.Lock()
				a.unanswered[task.ID] = true
				a.mu.Unlock()
				return
			}
			if status == http.StatusOK {
				a.answered(func() { a.completed[task.ID] = true })
			}
		}
	}
}

// tell sends notifications of sick leave until the program is gone.
func (a *traffic) tell(p *program) {
	for {
		n := sickNote()
		var r taken
		status, err := p.call("integrator", http.MethodPost, "/intake/nemrefusion", "", n, &r)
		if err != nil {
			a.mu.Lock()
			a.unsure = append(a.unsure, n)
			a.mu.Unlock()
			return
		}
		if status == http.StatusAccepted {
			a.answered(func() { a.received, a.receipts = append(a.received, n), append(a.receipts, r) })
		}
	}
}

func sickNote() map[string]any {
	first := workday.DateOf(time.Now().In(workday.Zone())).AddDays(-24)
	return map[string]any{
		"eventId": uuid.NewString(), "source": "nemrefusion", "type": "sick_notification", "bundleUuid": uuid.NewString(), "messageId": "1", "sequence": 1,
		"occurredAt": time.Now().Format(time.RFC3339), "municipality": "0710",
		"citizen":  map[string]any{"cpr": "0402851234"},
		"employer": map[string]any{"cvr": "24256790", "pNumber": "1003388394", "contact": map[string]any{"name": "Løn", "phone": "+45 86 00 00 00"}},
		"absence":  map[string]any{"firstDay": first.String(), "paidDuringSickness": true, "expectedOver8Weeks": true},
	}
}

// kill -9 while completions and events come in, and a new start on what is left: whatever was answered with yes is there, once, and every
// instance goes on.
func TestKill9(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes a while to link the program")
	}
	p := buildProgram(t)
	p.start()
	const perInstance, instances = 40, 6
	p.must(http.StatusCreated, "designer", http.MethodPost, "/deployments", "", []byte(bpmntest.XML("kill9", chain(perInstance))), nil)
	ids := make([]string, instances)
	a := &traffic{completed: map[string]bool{}, unanswered: map[string]bool{}, enough: make(chan struct{})}
	var all sync.WaitGroup
	for i := range ids {
		var created struct{ ID string }
		p.must(http.StatusCreated, "designer", http.MethodPost, "/process-instances", "", map[string]any{"processId": "kill9", "variables": map[string]any{}}, &created)
		ids[i] = created.ID
		all.Go(func() { a.work(p, created.ID) })
	}
	all.Go(func() { a.tell(p) })
	select {
	case <-a.enough:
	case <-time.After(time.Minute):
	}
	p.kill()
	all.Wait()
	require.GreaterOrEqual(t, a.accepted, enough)
	require.NotEmpty(t, a.receipts)

	p.start()
	p.noneIsStuck(ids)
	a.isThere(p)
	for _, id := range ids {
		var list items[openTask]
		p.must(http.StatusOK, "supervisor", http.MethodGet, "/tasks?state=open&processInstance="+id, "", nil, &list)
		require.Len(t, list.Items, 1)
		p.must(http.StatusOK, "supervisor", http.MethodPost, "/tasks/"+list.Items[0].ID+"/complete", "", map[string]any{"variables": map[string]any{}}, nil)
		p.eachOnce(id)
	}
	p.noneIsStuck(ids)
}

// chain is a process of so many tasks, each with a reminder.
func chain(tasks int) string {
	text, flow := "start s\nend e\n", "s"
	for i := range tasks {
		text += fmt.Sprintf("user t%d\nboundary r%d on=t%d duration=P7D noninterrupting\nend x%d\nr%d -> x%d\n", i, i, i, i, i, i)
		flow += fmt.Sprintf(" -> t%d", i)
	}
	return text + flow + " -> e"
}

// isThere fails unless everything that was accepted has happened; what got no answer is sent again, as a client does.
func (a *traffic) isThere(p *program) {
	p.Helper()
	for task := range a.unanswered {
		status, err := p.call("supervisor", http.MethodPost, "/tasks/"+task+"/complete", uuid.NewString(), map[string]any{"variables": map[string]any{"x": 1}}, nil)
		require.NoError(p, err)
		require.Contains(p, []int{http.StatusOK, http.StatusConflict}, status, "done now, or done before")
	}
	for _, task := range slices.Concat(slices.Collect(maps.Keys(a.completed)), slices.Collect(maps.Keys(a.unanswered))) {
		var got openTask
		p.must(http.StatusOK, "supervisor", http.MethodGet, "/tasks/"+task, "", nil, &got)
		require.Equal(p, "completed", got.State, task)
	}
	cases := map[string]bool{}
	for i, n := range a.received {
		var again taken
		p.must(http.StatusOK, "integrator", http.MethodPost, "/intake/nemrefusion", "", n, &again)
		require.Equal(p, a.receipts[i], again)
		cases[again.CaseID] = true
	}
	for _, n := range a.unsure {
		var r taken
		status, err := p.call("integrator", http.MethodPost, "/intake/nemrefusion", "", n, &r)
		require.NoError(p, err)
		require.Contains(p, []int{http.StatusOK, http.StatusAccepted}, status)
		cases[r.CaseID] = true
	}
	require.Len(p, cases, len(a.received)+len(a.unsure))
	c := p.temporal()
	defer c.Close()
	for id := range cases {
		require.Eventually(p, func() bool { return p.goesOn(c, id) }, patience, 50*time.Millisecond, "the case %s", id)
	}
}

// goesOn reports whether a case has its process, and it is sound, or its start is still in the outbox: what the killed program had taken out
// is delivered again a minute later.
func (p *program) goesOn(c client.Client, caseID string) bool {
	var file struct{ ProcessInstanceID string }
	if status, err := p.call("supervisor", http.MethodGet, "/cases/"+caseID, "", nil, &file); err != nil || status != http.StatusOK {
		return false
	}
	if file.ProcessInstanceID != "" {
		return p.agrees(c, file.ProcessInstanceID)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.data, "fasthold.db")+"?mode=ro")
	if err != nil {
		return false
	}
	defer db.Close()
	var waiting int
	err = db.QueryRowContext(p.Context(), "SELECT count(*) FROM outbox WHERE kind = ? AND instr(payload, ?) > 0", casework.OutboxStart, caseID).Scan(&waiting)
	return err == nil && waiting == 1
}

// temporal speaks to the program's Temporal server as the program does.
func (p *program) temporal() client.Client {
	p.Helper()
	key, err := os.ReadFile(filepath.Join(p.data, "keyset.json"))
	require.NoError(p, err)
	box, err := secret.New(key)
	require.NoError(p, err)
	c, err := client.DialContext(p.Context(), client.Options{HostPort: p.ready.Temporal, DataConverter: payload.Converter(box), Logger: silent{}})
	require.NoError(p, err)
	return c
}

// noneIsStuck asks Temporal: every token has a reason to wait, and the open tasks of the store are those of the instance.
func (p *program) noneIsStuck(ids []string) {
	p.Helper()
	c := p.temporal()
	defer c.Close()
	for _, id := range ids {
		require.Eventually(p, func() bool { return p.agrees(c, id) }, patience, 50*time.Millisecond, "the store and Temporal on %s", id)
	}
}

func (p *program) agrees(c client.Client, id string) bool {
	ctx, cancel := context.WithTimeout(p.Context(), 5*time.Second)
	defer cancel()
	answer, err := c.QueryWorkflow(ctx, id, "", workflows.StateQuery)
	if err != nil {
		return false
	}
	var v workflows.View
	if err := answer.Get(&v); err != nil || len(v.Wrong) > 0 {
		return false
	}
	want, got := []string{}, []string{}
	for _, n := range v.State.Nodes {
		if n.Task != nil {
			want = append(want, workflows.TaskID(id, n.Key))
		}
	}
	var list items[openTask]
	if _, err := p.call("supervisor", http.MethodGet, "/tasks?state=open&processInstance="+id, "", nil, &list); err != nil {
		return false
	}
	for _, task := range list.Items {
		got = append(got, task.ID)
	}
	slices.Sort(want)
	slices.Sort(got)
	return slices.Equal(want, got)
}

// eachOnce fails unless every task of an instance was begun and done once, and in order.
func (p *program) eachOnce(id string) {
	p.Helper()
	var history items[struct{ Kind, ElementID, Type string }]
	p.must(http.StatusOK, "supervisor", http.MethodGet, "/process-instances/"+id+"/history?limit=200", "", nil, &history)
	var tasks []string
	for _, h := range history.Items {
		if h.Type == "userTask" {
			tasks = append(tasks, h.Kind+" "+h.ElementID)
		}
	}
	for i := range tasks {
		require.Equal(p, fmt.Sprintf("%s t%d", []string{"entered", "completed"}[i%2], i/2), tasks[i])
	}
	require.NotEmpty(p, tasks)
}
