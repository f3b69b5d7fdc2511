package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// player plays one instance, as a worker and a person would.
type player struct {
	t       *testing.T
	p       *engine.Program
	s       *engine.State
	turn    engine.Turn
	now     time.Time
	visited []string
	done    []string
	flows   []string
}

func play(t *testing.T, text string, vars string) *player {
	t.Helper()
	return start(t, text, engine.Event{Variables: variables(t, vars)})
}

// start starts a process by an event of kind Start.
func start(t *testing.T, text string, e engine.Event) *player {
	t.Helper()
	p := newPlayer(t, text)
	e.Kind = engine.Start
	p.step(e)
	return p
}

// newPlayer has an instance that has not started.
func newPlayer(t *testing.T, text string) *player {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	return &player{t: t, p: &engine.Program{Plan: bpmntest.Plan(t, "p", text), Zone: zone, Version: engine.Current}, s: new(engine.State),
		now: time.Date(2026, 3, 2, 9, 0, 0, 0, zone)}
}

// playFrom starts at one of the events that begin a process.
func playFrom(t *testing.T, start, text, vars string) *player {
	t.Helper()
	p := &player{t: t, p: &engine.Program{Plan: bpmntest.Plan(t, "p", text), Version: engine.Current}, s: new(engine.State), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	p.step(engine.Event{Kind: engine.Start, Element: start, Variables: variables(t, vars)})
	return p
}

func variables(t *testing.T, text string) engine.Variables {
	t.Helper()
	v, err := engine.ParseVariables([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (p *player) step(e engine.Event) {
	p.t.Helper()
	e.At = p.now
	if err := p.p.Step(p.s, e, &p.turn); err != nil {
		p.t.Fatal(err)
	}
	for _, r := range p.turn.Trace {
		switch r.Kind {
		case engine.Entered:
			p.visited = append(p.visited, r.Element.ID)
		case engine.Done:
			p.done = append(p.done, r.Element.ID)
		case engine.FlowTaken:
			p.flows = append(p.flows, r.Flow.ID)
		}
	}
	if wrong := p.s.Verify(); wrong != nil {
		p.t.Fatalf("after %s: %v", e.Kind, wrong)
	}
}

// refuses checks that an event is rejected with that code, and those words, and changes nothing.
func (p *player) refuses(e engine.Event, code string, says ...string) {
	p.t.Helper()
	before, _ := json.Marshal(p.s)
	e.At = p.now
	var r *engine.Rejection
	if err := p.p.Step(p.s, e, &p.turn); !errors.As(err, &r) || r.Code != code || !strings.Contains(r.Message, strings.Join(says, " ")) {
		p.t.Fatalf("%s: %v, want %s: %s", e.Kind, err, code, says)
	}
	if after, _ := json.Marshal(p.s); !bytes.Equal(before, after) {
		p.t.Fatalf("the state was %s and is %s", before, after)
	}
}

func (p *player) key(element string) int64 {
	p.t.Helper()
	for i := range p.s.Nodes {
		if n := &p.s.Nodes[i]; n.Element == element && (n.Loop == nil || n.Wait != engine.WaitScope) {
			return p.s.Nodes[i].Key
		}
	}
	p.t.Fatalf("%s does not wait; waiting: %v", element, p.waiting())
	return 0
}

func (p *player) complete(element, vars string) {
	p.t.Helper()
	key := p.key(element)
	n, _ := p.s.Node(key)
	kind := map[engine.Wait]engine.EventKind{engine.WaitTask: engine.CompleteTask, engine.WaitJob: engine.CompleteJob, engine.WaitChild: engine.CompleteChild}[n.Wait]
	p.step(engine.Event{Kind: kind, Key: key, Variables: variables(p.t, vars)})
}

func (p *player) message(name, key, vars string) {
	p.t.Helper()
	p.step(engine.Event{Kind: engine.Correlate, Name: name, CorrelationKey: key, Variables: variables(p.t, vars)})
}

// advance moves the clock and fires what becomes due, in order.
func (p *player) advance(d time.Duration) {
	p.t.Helper()
	until := p.now.Add(d)
	for {
		node, timer, ok := p.next(until)
		if !ok {
			break
		}
		if timer.Due.After(p.now) {
			p.now = timer.Due
		}
		p.step(engine.Event{Kind: engine.FireTimer, Key: node, Timer: timer.Key})
	}
	p.now = until
}

func (p *player) next(until time.Time) (node int64, next engine.Timer, ok bool) {
	for _, n := range p.s.Nodes {
		for _, t := range n.Timers {
			if !t.Due.After(until) && (!ok || t.Due.Before(next.Due) || t.Due.Equal(next.Due) && t.Key < next.Key) {
				node, next, ok = n.Key, t, true
			}
		}
	}
	return node, next, ok
}

func (p *player) waiting() []string {
	var out []string
	for _, n := range p.s.Nodes {
		if n.Wait != engine.WaitScope {
			out = append(out, n.Element)
		}
	}
	slices.Sort(out)
	return out
}

func (p *player) waits(want ...string) {
	p.t.Helper()
	if got := p.waiting(); !slices.Equal(got, want) {
		p.t.Fatalf("waiting: %v, want %v; incidents: %v", got, want, p.incidents())
	}
}

func (p *player) incidents() []engine.Incident {
	var out []engine.Incident
	for _, n := range p.s.Nodes {
		if n.Incident != nil {
			out = append(out, *n.Incident)
		}
	}
	return out
}

func (p *player) ended(want engine.Status) {
	p.t.Helper()
	if p.s.Status != want {
		p.t.Fatalf("status %s, want %s; waiting %v %v", p.s.Status, want, p.waiting(), p.incidents())
	}
}

func (p *player) variable(name, want string) {
	p.t.Helper()
	vars := p.s.Result
	if root := p.s.Root(); root != nil {
		vars = root.Variables
	}
	got, ok := vars.Lookup(name)
	if !ok {
		got = feel.Null{}
	}
	if got.String() != want {
		p.t.Fatalf("%s = %s, want %s", name, got, want)
	}
}

func (p *player) visits(want ...string) {
	p.t.Helper()
	if !slices.Equal(p.visited, want) {
		p.t.Fatalf("visited %v\n   want %v", p.visited, want)
	}
}
