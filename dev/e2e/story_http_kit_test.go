package e2e_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/dev/site"
	"fasthold/internal/story"
	"fasthold/workflows/engine"
)

// stage is a house in which it is the time of the story that is played in it. Stories take turns.
type stage struct {
	*house
	clock *storyClock
	plans map[string]*bpmn.Plan // of instances that were looked at, by process
}

// storyClock runs as the wall clock does, from wherever it is set to.
type storyClock struct{ ahead atomic.Int64 }

func (c *storyClock) now() time.Time   { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *storyClock) set(to time.Time) { c.ahead.Store(int64(time.Until(to))) }

func openStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{house: &house{T: t, data: t.TempDir(), log: &logBuffer{}}, clock: &storyClock{}, plans: map[string]*bpmn.Plan{}}
	var err error
	s.site, err = site.Open(t.Context(), site.Options{
		Data: s.data, HTTP: "127.0.0.1:0", Temporal: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(s.log, nil)), Clock: s.clock.now,
	})
	require.NoError(t, err)
	s.url = s.site.URL()
	t.Cleanup(s.close)
	return s
}

// in is the same stage for a subtest.
func (s *stage) in(t *testing.T) *stage {
	other := *s
	other.house = s.house.in(t)
	return &other
}

// httpConductor plays a story as users do: what it does and what it sees goes over HTTP.
type httpConductor struct {
	*stage
	caseID string
	shown  string          // the instance that the story is about
	seen   []storyInstance // when all came to rest
}

var _ story.Conductor = (*httpConductor)(nil)

// The shapes of answers, with what a story looks at.
type (
	storyTask struct {
		ID, ElementID string
		Priority      int
		DueAt         *time.Time
		CreatedAt     time.Time
	}
	storyInstance struct {
		ID, ProcessID, State string
		VirtualNow           time.Time
		Variables            json.RawMessage
		Elements             []struct{ State, Child string }
		WaitingMessages      []struct{ Name, CorrelationKey string }
		Incidents            []incident
	}
	storyStep struct {
		At              time.Time
		Kind, ElementID string
	}
)

func (i storyInstance) open() bool { return i.State != "completed" && i.State != "canceled" }

// tell sends something and look reads something; what is no success is an error that a story can be blamed for.
func (c *httpConductor) tell(who, path string, body any) error {
	return judged(c.post(who, path, body))
}

func (c *httpConductor) look(path string, into any) error {
	r := c.get("supervisor", path)
	if err := judged(r); err != nil {
		return err
	}
	return json.Unmarshal(r.body, into)
}

func judged(r reply) error {
	if r.status < http.StatusMultipleChoices {
		return nil
	}
	return fmt.Errorf("%s: %d: %s", r.call, r.status, r.body)
}

// Start tells the case to the intake, which starts its process.
func (c *httpConductor) Start(process string, at time.Time, variables json.RawMessage) error {
	var given map[string]any
	if err := json.Unmarshal(variables, &given); err != nil {
		return err
	}
	c.clock.set(at)
	c.caseID = c.stage.tell(eventOf(given, at)).CaseID
	err := c.await("the process "+process, func() (bool, error) {
		tree, err := c.tree()
		i := slices.IndexFunc(tree, func(i storyInstance) bool { return i.ProcessID == process })
		if i < 0 || err != nil {
			return false, err
		}
		c.shown = tree[i].ID
		return c.rests(tree)
	})
	if err != nil {
		return err
	}
	return c.given(given)
}

// eventOf is the notification that gives a case's process the variables.
func eventOf(variables map[string]any, at time.Time) notice {
	n := sickSince(0)
	n["occurredAt"] = at.Format(time.RFC3339)
	absence := map[string]any{"firstDay": at.Format(time.DateOnly)}
	for name, v := range variables {
		switch name {
		case "firstAbsenceDay":
			absence["firstDay"] = v
		case "paidDuringSickness", "expectedOver8Weeks", "section56", "workInjury", "partialHoursPerWeek":
			absence[name] = v
		}
	}
	n["absence"] = absence
	if variables["trigger"] == "fast_track" {
		n["type"], n["fastTrack"] = "fast_track_request", map[string]any{"requestedBy": "employer"}
	}
	return n
}

// given checks that the process has begun with what the story gave it.
func (c *httpConductor) given(want map[string]any) error {
	i, err := c.one(c.shown)
	if err != nil {
		return err
	}
	var got map[string]any
	if err := json.Unmarshal(i.Variables, &got); err != nil {
		return err
	}
	for name, v := range want {
		if name != "caseId" && name != "caseNumber" && got[name] != v {
			return fmt.Errorf("%s is %v, not %v", name, got[name], v)
		}
	}
	return nil
}

// Complete fills in the form of the task.
func (c *httpConductor) Complete(element string, answer json.RawMessage) error {
	tasks, err := c.open()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(tasks, func(t storyTask) bool { return t.ElementID == element })
	if i < 0 {
		return fmt.Errorf("%s holds no open task", element)
	}
	body := map[string]any{}
	if answer != nil {
		body["variables"] = answer
	}
	if err := c.tell("supervisor", "/tasks/"+tasks[i].ID+"/complete", body); err != nil {
		return err
	}
	return c.settle()
}

// Message publishes the message to the case, and waits until all that wait for it have taken it.
func (c *httpConductor) Message(name, _ string, variables json.RawMessage) error {
	tree, err := c.tree()
	if err != nil {
		return err
	}
	before := map[string]int{}
	for _, i := range tree {
		for _, w := range i.WaitingMessages {
			if w.Name == name && w.CorrelationKey == c.caseID {
				steps, err := c.history(i.ID)
				if err != nil {
					return err
				}
				before[i.ID] = len(steps)
			}
		}
	}
	if len(before) == 0 {
		return fmt.Errorf("nothing waits for the message %s", name)
	}
	body := map[string]any{"name": name, "correlationKey": c.caseID, "variables": variables}
	if err := c.tell("integrator", "/messages", body); err != nil {
		return err
	}
	for id, n := range before {
		err := c.await("the message "+name, func() (bool, error) {
			steps, err := c.history(id)
			return len(steps) > n, err
		})
		if err != nil {
			return err
		}
	}
	return c.settle()
}

// Advance lets the case's time pass.
func (c *httpConductor) Advance(to time.Time) error {
	if err := c.forwardTo(to); err != nil {
		return err
	}
	c.clock.set(to)
	return c.settle()
}

func (c *httpConductor) forwardTo(to time.Time) error {
	root, err := c.one(c.caseID)
	if err != nil {
		return err
	}
	by := to.Sub(root.VirtualNow)
	if by <= 0 {
		return nil
	}
	seconds := int64((by + time.Second - 1) / time.Second)
	return c.tell("supervisor", "/process-instances/"+c.caseID+"/fast-forward", map[string]any{"duration": fmt.Sprintf("PT%dS", seconds)})
}

// Observe reads the lists.
func (c *httpConductor) Observe() (out story.Sight, err error) {
	for _, i := range c.seen {
		if i.ID == c.shown {
			out.State = i.State
			if out.Variables, err = engine.ParseVariables(i.Variables); err != nil {
				return out, err
			}
		}
		for _, in := range i.Incidents {
			out.Incidents = append(out.Incidents, story.Incident{Element: in.ElementID, Code: in.Code, Message: in.Message})
		}
	}
	tasks, err := c.open()
	if err != nil {
		return out, err
	}
	for _, t := range tasks {
		out.Tasks = append(out.Tasks, story.Task{Element: t.ElementID, Due: t.DueAt, Priority: t.Priority})
	}
	out.Jobs, err = c.jobs()
	return out, err
}

// jobs are the service tasks that have completed, in order.
func (c *httpConductor) jobs() ([]story.Job, error) {
	type done struct {
		story.Job
		at time.Time
	}
	var all []done
	for _, i := range c.seen {
		plan, err := c.plan(i)
		if err != nil {
			return nil, err
		}
		steps, err := c.history(i.ID)
		if err != nil {
			return nil, err
		}
		for _, s := range steps {
			if e, ok := plan.Element(s.ElementID); ok && e.Job != nil && s.Kind == "completed" {
				all = append(all, done{jobOf(e.Job), s.At})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b done) int { return a.at.Compare(b.at) })
	var out []story.Job
	for _, d := range all {
		out = append(out, d.Job)
	}
	return out, nil
}

func jobOf(j *bpmn.Job) story.Job {
	name, _ := j.Type.Constant()
	out := story.Job{Type: string(name.(feel.String)), Headers: map[string]string{}}
	for _, h := range j.Headers {
		out.Headers[h.Key] = h.Value
	}
	return out
}

// plan is the process of an instance as its diagram has it.
func (c *httpConductor) plan(i storyInstance) (*bpmn.Plan, error) {
	if p, ok := c.plans[i.ProcessID]; ok {
		return p, nil
	}
	r := c.get("supervisor", "/process-instances/"+i.ID+"/diagram")
	if err := judged(r); err != nil {
		return nil, err
	}
	document, _ := bpmn.Parse("diagram", r.body) // it was checked when it was deployed
	plans, _ := bpmn.Compile(document)
	for _, p := range plans {
		c.plans[p.Root().ID] = p
	}
	return c.plans[i.ProcessID], nil
}

// letters checks that for each letter that a process sent there is one in the case.
func (c *httpConductor) letters() {
	c.Helper()
	var l list[struct{ Template string }]
	require.NoError(c, c.look("/cases/"+c.caseID+"/letters?limit=200", &l))
	seen, err := c.Observe()
	require.NoError(c, err)
	var sent, kept []string
	for _, j := range seen.Jobs {
		if j.Type == "send-letter" {
			sent = append(sent, j.Headers["template"])
		}
	}
	for _, letter := range l.Items {
		kept = append(kept, letter.Template)
	}
	require.ElementsMatch(c, sent, kept)
}

// close closes the case of a story that broke off: its consultant would have one case too many for the next.
func (c *httpConductor) close() {
	if c.Failed() && c.caseID != "" {
		c.post("supervisor", "/cases/"+c.caseID+"/close", map[string]any{"outcome": "transferred"})
	}
}

// open are the open tasks of the case, the oldest first.
func (c *httpConductor) open() ([]storyTask, error) {
	var l list[storyTask]
	err := c.look("/tasks?limit=200&state=open&case="+url.QueryEscape(c.caseID), &l)
	slices.SortStableFunc(l.Items, func(a, b storyTask) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return l.Items, err
}

func (c *httpConductor) one(id string) (i storyInstance, err error) {
	err = c.look("/process-instances/"+id, &i)
	return i, err
}

// tree is the instance of the case and all that it has called, callers first.
func (c *httpConductor) tree() ([]storyInstance, error) {
	var l list[storyInstance]
	if err := c.look("/process-instances?limit=200&case="+url.QueryEscape(c.caseID), &l); err != nil {
		return nil, err
	}
	slices.Reverse(l.Items)
	for n, i := range l.Items {
		var err error
		if l.Items[n], err = c.one(i.ID); err != nil {
			return nil, err
		}
	}
	return l.Items, nil
}

func (c *httpConductor) history(id string) ([]storyStep, error) {
	var l list[storyStep]
	err := c.look("/process-instances/"+id+"/history?limit=1000", &l)
	if err == nil && l.NextCursor != "" {
		err = fmt.Errorf("%s has a history of more than 1000 steps", id)
	}
	return l.Items, err
}

func (c *httpConductor) await(what string, done func() (bool, error)) error {
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if ok, err := done(); ok || err != nil {
			return err
		}
	}
	return fmt.Errorf("%s has been waited for in vain", what)
}

// settle waits until everything that follows at once has happened.
func (c *httpConductor) settle() error {
	return c.await("rest", func() (bool, error) {
		tree, err := c.tree()
		if err != nil {
			return false, err
		}
		return c.rests(tree)
	})
}

// rests tells whether all wait for people, messages or time, and keeps what it saw.
func (c *httpConductor) rests(tree []storyInstance) (bool, error) {
	if busy(tree) {
		return false, nil
	}
	// A process stands still beside one that it has called, and afterwards has some time to make up.
	if root := tree[0]; root.open() && c.clock.now().Sub(root.VirtualNow) > time.Minute {
		return false, c.forwardTo(c.clock.now())
	}
	c.seen = tree
	return true, nil
}

// busy tells whether jobs are under way, or one process waits for what another has done already.
func busy(tree []storyInstance) bool {
	open, awaited := []string{}, []string{}
	for n, i := range tree {
		if i.open() {
			open = append(open, i.ID)
		}
		if n == 0 && i.open() {
			awaited = append(awaited, i.ID) // nobody called it
		}
		for _, e := range i.Elements {
			switch e.State {
			case "job":
				return true
			case "child":
				awaited = append(awaited, e.Child)
			}
		}
	}
	slices.Sort(open)
	slices.Sort(awaited)
	return !slices.Equal(open, awaited)
}
