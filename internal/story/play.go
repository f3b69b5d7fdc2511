package story

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fasthold/definitions/feel"
	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// Conductor plays the commands of one story on one of the ways in which processes run. Each call returns when everything that follows
// at once has happened.
type Conductor interface {
	// Start starts an instance of the process at that virtual time.
	Start(process string, at time.Time, variables json.RawMessage) error
	// Complete completes the task of that element which has been open longest.
	Complete(element string, answer json.RawMessage) error
	// Message gives a message to the instance and those it has called.
	Message(name, correlationKey string, variables json.RawMessage) error
	// Advance moves the virtual time, and lets timers fire on the way.
	Advance(to time.Time) error
	// Observe tells how things stand.
	Observe() (Sight, error)
}

// Sight is how things stand in an instance and those it has called.
type Sight struct {
	State     string // of the instance: active, completed or canceled
	Tasks     []Task // open ones
	Incidents []Incident
	Jobs      []Job            // all that have run, in order
	Variables engine.Variables // of the instance
}

// Task is an open user task.
type Task struct {
	Element  string
	Due      *time.Time
	Priority int
}

// Incident is a token that cannot go on.
type Incident struct{ Element, Code, Message string }

// Job is a job that has run.
type Job struct {
	Type    string
	Headers map[string]string
}

// T is the part of *testing.T that is needed here.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Play plays the story; the first expectation that does not hold fails the test, with file and line.
func Play(t T, s Story, c Conductor) {
	t.Helper()
	p := player{story: s, c: c, now: s.Given}
	for i, command := range s.Commands {
		if err := p.play(command, s.Commands[i+1:]); err != nil {
			t.Fatalf("%s:%d: %s: %v", s.File, command.Line, command.Verb, err)
		}
	}
}

type player struct {
	story Story
	c     Conductor
	now   time.Time
	key   string // correlation key of messages
	sight Sight
	old   int // jobs that ran before the last command that is no expectation
	found map[int]bool
}

func (p *player) play(c Command, rest []Command) error {
	if expect, ok := expectations[c.Verb]; ok {
		return expect(p, c)
	}
	if err := p.act(c); err != nil {
		return err
	}
	p.old, p.found = p.jobsBefore(), map[int]bool{}
	var err error
	if p.sight, err = p.c.Observe(); err != nil {
		return err
	}
	return p.unexpected(rest)
}

// jobsBefore is where the jobs begin that the next expectations are about. Without an expectation in between, those that ran before
// count too.
func (p *player) jobsBefore() int {
	if len(p.found) == 0 {
		return p.old
	}
	return len(p.sight.Jobs)
}

// unexpected fails the story for an incident that the expectations which follow do not name.
func (p *player) unexpected(rest []Command) error {
	for _, c := range rest {
		if c.Verb == "expect incident" {
			return nil
		}
		if _, expects := expectations[c.Verb]; !expects {
			break
		}
	}
	if len(p.sight.Incidents) == 0 {
		return nil
	}
	in := p.sight.Incidents[0]
	return fmt.Errorf("incident at %s: %s: %s", in.Element, in.Code, in.Message)
}

func (p *player) act(c Command) error {
	values := encode(c.Values)
	switch c.Verb {
	case "start":
		if c.Values != nil {
			if id, ok := c.Values.Lookup("caseId"); ok {
				p.key = strings.Trim(id.String(), `"`)
			}
		}
		return p.c.Start(c.Name, p.now, values)
	case "complete":
		return p.c.Complete(c.Name, values)
	case "message":
		return p.c.Message(c.Name, p.key, values)
	}
	to := c.At
	if to.IsZero() {
		to = c.Span.After(p.now)
	}
	if to.Before(p.now) {
		return fmt.Errorf("it is already %s", p.now.Format("2006-01-02T15:04"))
	}
	p.now = to
	return p.c.Advance(to)
}

func encode(values *feel.Context) json.RawMessage {
	if values == nil {
		return nil
	}
	return feel.AppendJSON(nil, values)
}

// expectations are the commands that only look.
var expectations = map[string]func(*player, Command) error{
	"expect waiting":  (*player).waiting,
	"expect due":      (*player).due,
	"expect priority": (*player).priority,
	"expect job":      (*player).job,
	"expect variable": (*player).variable,
	"expect incident": (*player).incident,
	"expect ended":    (*player).ended,
}

func (p *player) waiting(c Command) error { return same("waiting", p.open(), c.Names) }

func (p *player) open() []string {
	var out []string
	for _, t := range p.sight.Tasks {
		out = append(out, t.Element)
	}
	return out
}

// same compares two lists without regard to order.
func same(what string, got, want []string) error {
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if slices.Equal(got, want) {
		return nil
	}
	return fmt.Errorf("%s: %s; expected: %s", what, listed(got), listed(want))
}

func listed(names []string) string { return cmp.Or(strings.Join(names, " "), "none") }

func (p *player) task(element string) (Task, error) {
	for _, t := range p.sight.Tasks {
		if t.Element == element {
			return t, nil
		}
	}
	return Task{}, fmt.Errorf("%s holds no open task; open: %s", element, listed(p.open()))
}

func (p *player) due(c Command) error {
	t, err := p.task(c.Name)
	if err != nil {
		return err
	}
	layout := "2006-01-02T15:04"
	if c.DateOnly {
		layout = time.DateOnly
	}
	got := "never"
	if t.Due != nil {
		got = t.Due.In(workday.Zone()).Format(layout)
	}
	if want := c.At.Format(layout); got != want {
		return fmt.Errorf("%s is due %s, not %s", c.Name, got, want)
	}
	return nil
}

func (p *player) priority(c Command) error {
	t, err := p.task(c.Name)
	if err == nil && t.Priority != c.Number {
		err = fmt.Errorf("%s has priority %d, not %d", c.Name, t.Priority, c.Number)
	}
	return err
}

// job finds a job that no other expectation has found.
func (p *player) job(c Command) error {
	var ran []string
	for i, j := range p.sight.Jobs {
		if i < p.old || p.found[i] {
			continue
		}
		if j.is(c) {
			p.found[i] = true
			return nil
		}
		ran = append(ran, j.String())
	}
	return fmt.Errorf("%s has not run; others that have: %s", strings.Join(append([]string{c.Name}, c.Names...), " "), cmp.Or(strings.Join(ran, ", "), "none"))
}

func (j Job) is(c Command) bool {
	if j.Type != c.Name {
		return false
	}
	for _, want := range c.Names {
		if !slices.Contains(j.values(), want) {
			return false
		}
	}
	return true
}

// values are the header values, sorted.
func (j Job) values() []string {
	var out []string
	for _, v := range j.Headers {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// String returns the type and the header values.
func (j Job) String() string { return strings.Join(append([]string{j.Type}, j.values()...), " ") }

func (p *player) variable(c Command) error { return p.holds(c.Name, c.Value) }

func (p *player) holds(name string, want feel.Value) error {
	got, ok := p.sight.Variables.Lookup(name)
	if !ok {
		got = feel.Null{}
	}
	if equal, _ := feel.Equal(got, want); !equal {
		return fmt.Errorf("%s is %s, not %s", name, got, want)
	}
	return nil
}

func (p *player) incident(c Command) error {
	var got []string
	for _, in := range p.sight.Incidents {
		got = append(got, in.Element)
	}
	return same("incidents", got, c.Names)
}

func (p *player) ended(c Command) error {
	if p.sight.State != "completed" {
		return fmt.Errorf("the process is %s; open tasks: %s", p.sight.State, listed(p.open()))
	}
	if c.Values == nil {
		return nil
	}
	for _, v := range c.Values.Entries() {
		if err := p.holds(v.Name, v.Value); err != nil {
			return err
		}
	}
	return nil
}
