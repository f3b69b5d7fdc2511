package simulation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
	"fasthold/workflows/engine"
)

// States of a result.
const (
	Completed = "completed"
	Active    = "active"
	Incident  = "incident" // active, and at least one token, also of a called process, cannot go on
	Canceled  = "canceled"
	Failed    = "failed" // a called process that ended by an error
	Rejected  = "rejected"
)

// Result is what a simulation shows; its JSON is that of design §6. Times are those of Europe/Copenhagen.
type Result struct {
	Course
	Incidents []IncidentResult `json:"incidents"` // also of called processes
	// Problems are why the definitions cannot be run: the state is rejected.
	Problems []problem.Problem `json:"problems,omitempty"`
	Checks   []CheckResult     `json:"checks"`
	// Error says which step could not be done, and why; what follows it was not played.
	Error string `json:"error,omitempty"`
}

// Course is what happened in one process instance.
type Course struct {
	Element   string           `json:"element,omitempty"` // the call activity, of a called process
	Process   string           `json:"process,omitempty"` // process id
	State     string           `json:"state"`
	StartedAt *time.Time       `json:"startedAt"`
	EndedAt   *time.Time       `json:"endedAt"`
	Visited   []string         `json:"visited"`   // element ids in order of entry
	Completed []string         `json:"completed"` // element ids in order of completion
	Flows     []string         `json:"flows"`     // sequence flow ids in order
	Variables engine.Variables `json:"variables"` // of the process
	Active    []string         `json:"active"`    // element ids that hold a token, in order of entry
	Timeline  []Moment         `json:"timeline"`
	Calls     []Course         `json:"calls,omitempty"` // processes called by this one, in order of start
}

// Moment is one thing that happened. Element is an element or a flow.
type Moment struct {
	At      time.Time  `json:"at"`
	Event   string     `json:"event"` // engine.RecordKind
	Element string     `json:"element,omitempty"`
	Name    string     `json:"name,omitempty"` // of the element
	Text    string     `json:"text,omitempty"` // message name, error or incident code, decision id, status
	Due     *time.Time `json:"due,omitempty"`  // of a deadline: a task, or a timer that was set or moved
	// Audit is what a decision was based on: inputs, rules that matched, outputs.
	Audit []dmn.Evaluation `json:"audit,omitempty"`

	place int // among the moments of all instances
}

// IncidentResult is a token that cannot go on.
type IncidentResult struct {
	Element string `json:"element"`
	Process string `json:"process,omitempty"` // of a called process
	Code    string `json:"code"`
	Message string `json:"message"`
}

// CheckResult is what came of a check step.
type CheckResult struct {
	Step   int    `json:"step"` // from 1
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// RejectedBy is the result for definitions that cannot be run.
func RejectedBy(problems []problem.Problem) Result {
	course := newCourse()
	course.State = Rejected
	return Result{Course: course, Incidents: []IncidentResult{}, Checks: []CheckResult{}, Problems: problems}
}

// OK reports whether the definitions could be run, each step done, and every check holds.
func (r Result) OK() bool {
	return r.State != Rejected && r.Error == "" && !slices.ContainsFunc(r.Checks, func(c CheckResult) bool { return !c.OK })
}

func newCourse() Course {
	return Course{Visited: []string{}, Completed: []string{}, Flows: []string{}, Active: []string{}, Timeline: []Moment{}}
}

// result sums up; err is why the simulation stopped before its end.
func (p *player) result(err error) Result {
	r := Result{Course: newCourse(), Incidents: []IncidentResult{}, Checks: append([]CheckResult{}, p.checks...)}
	r.State = Active
	if root := p.w.Root(); root != nil {
		r.Course = p.w.course(root)
		r.Incidents = append(r.Incidents, p.w.incidents()...)
	}
	r.Process = p.process.ProcessID
	var endless *EndlessError
	if errors.As(err, &endless) {
		r.Incidents = append(r.Incidents, p.w.incident(endless.Instance, endless.Element, "endless_loop", endless.Message))
	} else if err != nil {
		r.Error = err.Error()
	}
	if r.State == Active && len(r.Incidents) > 0 {
		r.State = Incident
	}
	return r
}

func (w *World) incidents() []IncidentResult {
	var out []IncidentResult
	for _, i := range w.Instances {
		for _, n := range i.Nodes() {
			if n.Incident != nil {
				out = append(out, w.incident(i, n.Element, n.Incident.Code, n.Incident.Message))
			}
		}
	}
	return out
}

func (w *World) incident(i *Instance, element, code, message string) IncidentResult {
	in := IncidentResult{Element: element, Code: code, Message: message}
	if i != w.Root() {
		in.Process = i.Definition.ProcessID
	}
	return in
}

// course is what happened in an instance and in those it called.
func (w *World) course(i *Instance) Course {
	c := newCourse()
	c.Element, c.Process, c.State = i.CalledBy, i.Definition.ProcessID, string(i.State.Status)
	c.Variables = append(engine.Variables{}, i.Variables()...)
	for _, e := range i.Log {
		c.add(e)
	}
	for _, n := range i.Nodes() {
		if i.holdsToken(n) {
			c.Active = append(c.Active, n.Element)
		}
		if n.Incident != nil {
			c.State = Incident
		}
	}
	for _, called := range w.Instances {
		if called.Caller == i {
			c.Calls = append(c.Calls, w.course(called))
		}
	}
	return c
}

func (c *Course) add(e Entry) {
	m := Moment{At: e.At, Event: string(e.Kind), Text: e.Text, Audit: e.Audit, place: e.Place}
	switch {
	case e.Flow != nil:
		m.Element, m.Name = e.Flow.ID, e.Flow.Name
	case e.Element != nil:
		m.Element, m.Name = e.Element.ID, e.Element.Name
	}
	if !e.Due.IsZero() {
		due := e.Due.In(e.At.Location())
		m.Due = &due
	}
	switch e.Kind {
	case engine.VariableSet:
		m.Text = fmt.Sprintf("%s = %s", e.Text, feel.AppendJSON(nil, e.Value))
	case engine.InstanceBegan:
		c.StartedAt = &m.At
	case engine.InstanceEnded:
		c.EndedAt = &m.At
	case engine.Entered:
		c.Visited = append(c.Visited, m.Element)
	case engine.Done:
		c.Completed = append(c.Completed, m.Element)
	case engine.FlowTaken:
		c.Flows = append(c.Flows, m.Element)
	}
	c.Timeline = append(c.Timeline, m)
}

// Nodes are the nodes of an instance in order of entry; they are valid until the next step.
func (i *Instance) Nodes() []*engine.Node {
	out := make([]*engine.Node, len(i.State.Nodes))
	for k := range out {
		out[k] = &i.State.Nodes[k]
	}
	slices.SortFunc(out, func(a, b *engine.Node) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// Variables are those of the process, also when it has ended.
func (i *Instance) Variables() engine.Variables {
	if i == nil {
		return nil
	}
	if root := i.State.Root(); root != nil {
		return root.Variables
	}
	return i.State.Result
}

func (i *Instance) rootKey() int64 {
	if root := i.State.Root(); root != nil {
		return root.Key
	}
	return 0
}

// holdsToken reports whether a node counts as active: the process does not, nor does what holds the instances of a repeated
// activity, nor a complex gateway that only resets.
func (i *Instance) holdsToken(n *engine.Node) bool {
	resets := n.Expected != nil && slices.Max(n.Arrived) == 0
	return n.Key != i.rootKey() && (n.Loop == nil || n.Wait != engine.WaitScope) && !resets
}

// active are the elements that hold a token, those of the simulated instance before those of called ones.
func (w *World) active() []string {
	var out []string
	for _, i := range w.Instances {
		for _, n := range i.Nodes() {
			if i.holdsToken(n) {
				out = append(out, n.Element)
			}
		}
	}
	return out
}
