package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/proof"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

// Blocks with one way in and one way out are proved sound.
func TestBlocksAreProvedSound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := blocks(t)
		b.Scope(3)
		r := proof.Soundness(bpmntest.Plan(t, "p", b.String()), 0)
		for _, f := range r.Findings {
			if f.Kind != proof.Dead { // behind a throw whose escalation interrupts
				t.Errorf("%s at %s: %v\n%s", f.Kind, f.Element.ID, f.IDs(), b)
			}
		}
		if r.Reason != "" && !strings.Contains(r.Reason, "complex gateway") {
			t.Errorf("not decided: %s\n%s", r.Reason, b)
		}
	})
}

// The proof finds a deadlock exactly when the engine can come to one, tried with every order of events and every outcome of conditions.
func TestDeadlocksAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &wild{T: t, Blocks: blocks(t)}
		w.scope(2)
		plan := bpmntest.Plan(t, "p", w.String())
		r := proof.Soundness(plan, 0)
		if r.Verdict == proof.NotDecided || has(r, proof.Unbounded) {
			t.Skip("not comparable")
		}
		x := &exhaustive{t: t, p: &engine.Program{Plan: plan, Version: engine.Current}, flags: w.flags, seen: map[string]bool{}}
		x.run()
		if x.tooMuch {
			t.Skip("too many states")
		}
		if found := has(r, proof.Deadlock); found != (x.stuck != "") {
			t.Fatalf("proved %v; the engine gets stuck: %q\n%s", found, x.stuck, w)
		}
	})
}

func has(r proof.Result, k proof.Kind) bool {
	return slices.ContainsFunc(r.Findings, func(f proof.Finding) bool { return f.Kind == k })
}

// wild writes blocks whose gateways need not fit, with short cuts to ends. Each condition is a variable of its own.
type wild struct {
	*bpmntest.Blocks
	*rapid.T
	flags []string
}

const maxFlags = 6

func (w *wild) scope(depth int) {
	start, end := w.ID("s"), w.ID("e")
	w.Line("start %s; end %s", start, end)
	in, out := w.block(depth)
	w.Line("%s -> %s; %s -> %s", start, in, out, end)
}

func (w *wild) block(depth int) (in, out string) {
	if depth <= 0 {
		return w.leaf()
	}
	switch rapid.SampledFrom([]string{"branches", "branches", "sequence", "loop", "cut", "sub", "leaf"}).Draw(w.T, "block") {
	case "branches":
		return w.branches(depth - 1)
	case "sequence":
		in, out = w.block(depth - 1)
		next, last := w.block(depth - 1)
		w.Line("%s -> %s", out, next)
		return in, last
	case "loop":
		return w.loop(depth - 1)
	case "cut":
		return w.cut(depth - 1)
	case "sub":
		return w.sub(depth - 1)
	}
	return w.leaf()
}

func (w *wild) leaf() (in, out string) {
	switch rapid.IntRange(0, 4).Draw(w.T, "leaf") {
	case 0:
		return w.Node("manual", "")
	case 1:
		return w.Attached()
	}
	return w.Node("user", "")
}

// flag is a condition of its own, or none when there are too many to try.
func (w *wild) flag() (string, bool) {
	if len(w.flags) == maxFlags {
		return "", false
	}
	name := fmt.Sprintf("c%d", len(w.flags))
	w.flags = append(w.flags, name)
	return name, true
}

func (w *wild) gateway(label string) string {
	return rapid.SampledFrom([]string{"xor", "and", "or"}).Draw(w.T, label)
}

func (w *wild) branches(depth int) (in, out string) {
	kind := w.gateway("split")
	split, join := w.ID("split"), w.ID("join")
	n := rapid.IntRange(2, 3).Draw(w.T, "branches")
	var first, last []string
	for range n {
		i, o := w.block(depth)
		first, last = append(first, i), append(last, o)
	}
	arrows := make([]string, n)
	for i := range arrows {
		arrows[i] = "->"
		if kind == "and" {
			continue
		}
		if i == n-1 {
			arrows[i] = "-/->"
			continue
		}
		name, ok := w.flag()
		if !ok {
			kind = "and"
			for k := range arrows {
				arrows[k] = "->"
			}
			break
		}
		arrows[i] = "-[" + name + "]->"
	}
	w.Line("%s %s; %s %s", kind, split, w.gateway("join"), join)
	for i := range n {
		if kind == "and" {
			arrows[i] = "->"
		}
		w.Line("%s %s %s; %s -> %s", split, arrows[i], first[i], last[i], join)
	}
	return split, join
}

func (w *wild) loop(depth int) (in, out string) {
	name, ok := w.flag()
	if !ok {
		return w.leaf()
	}
	kind := rapid.SampledFrom([]string{"xor", "or"}).Draw(w.T, "head")
	head, tail, task := w.ID("head"), w.ID("tail"), w.ID("user")
	first, last := w.block(depth)
	next, _ := w.Node("manual", "")
	w.Line("%s %s; xor %s; user %s", kind, head, tail, task)
	w.Line("%s -> %s -> %s; %s -> %s; %s -[%s]-> %s; %s -/-> %s", head, task, first, last, tail, tail, name, head, tail, next)
	return head, next
}

// cut is a block that can be left for an end.
func (w *wild) cut(depth int) (in, out string) {
	name, ok := w.flag()
	if !ok {
		return w.leaf()
	}
	x, end := w.ID("xor"), w.ID("e")
	w.Line("xor %s; end %s %s", x, end, rapid.SampledFrom([]string{"", "", "terminate", "error=E"}).Draw(w.T, "end"))
	first, last := w.block(depth)
	w.Line("%s -[%s]-> %s; %s -/-> %s", x, name, end, x, first)
	return x, last
}

func (w *wild) sub(depth int) (in, out string) {
	sub := w.ID("sub")
	w.Line("sub %s {", sub)
	w.scope(depth)
	w.Line("}")
	event, end := w.ID("b"), w.ID("e")
	w.Line("boundary %s on=%s error; end %s; %s -> %s", event, sub, end, event, end)
	return sub, sub
}

// exhaustive plays every order of events with every outcome of conditions.
type exhaustive struct {
	t       *rapid.T
	p       *engine.Program
	flags   []string
	seen    map[string]bool
	stuck   string
	tooMuch bool
	steps   int
}

func (x *exhaustive) run() {
	for _, vars := range x.outcomes() {
		x.play(new(engine.State), engine.Event{Kind: engine.Start, Variables: vars})
	}
}

// outcomes are all values of the conditions.
func (x *exhaustive) outcomes() []engine.Variables {
	out := make([]engine.Variables, 1<<len(x.flags))
	for set := range out {
		fields := make([]string, len(x.flags))
		for i, name := range x.flags {
			fields[i] = fmt.Sprintf("%q:%v", name, set&(1<<i) != 0)
		}
		vars, err := engine.ParseVariables([]byte("{" + strings.Join(fields, ",") + "}"))
		if err != nil {
			x.t.Fatal(err)
		}
		out[set] = vars
	}
	return out
}

const maxSteps = 4_000

func (x *exhaustive) play(s *engine.State, e engine.Event) {
	if x.steps++; x.steps > maxSteps {
		x.tooMuch = true
	}
	if x.tooMuch || x.stuck != "" {
		return
	}
	var turn engine.Turn
	e.At = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	if err := x.p.Step(s, e, &turn); err != nil {
		x.t.Fatal(err)
	}
	if s.Status != engine.Active {
		return
	}
	for i := range s.Nodes {
		if in := s.Nodes[i].Incident; in != nil && in.Code == "deadlock" {
			x.stuck = shape(s, 1)
			return
		}
	}
	key := shape(s, 1)
	if x.seen[key] {
		return
	}
	x.seen[key] = true
	for _, next := range x.possible(s) {
		for _, vars := range x.outcomes() {
			c, err := s.Clone()
			if err != nil {
				x.t.Fatal(err)
			}
			if err := x.p.Step(c, engine.Event{Kind: engine.SetVariables, Variables: vars, At: e.At}, &turn); err != nil {
				x.t.Fatal(err)
			}
			x.play(c, next)
		}
	}
}

// possible are all events that can happen now; whatever a person works on can end by an error.
func (x *exhaustive) possible(s *engine.State) []engine.Event {
	events := enginetest.Possible(x.p, s)
	for i := range s.Nodes {
		if s.Nodes[i].Wait == engine.WaitTask {
			events = append(events, engine.Event{Kind: engine.ThrowError, Key: s.Nodes[i].Key, Code: "E"})
		}
	}
	return events
}

// shape is what a state is but for keys, times and variables.
func shape(s *engine.State, scope int64) string {
	var parts []string
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Parent == scope {
			text := n.Element + " " + string(n.Wait)
			if n.Arrived != nil {
				text += fmt.Sprint(n.Arrived)
			}
			for _, t := range n.Timers {
				text += " " + t.Element
			}
			parts = append(parts, text+"{"+shape(s, n.Key)+"}")
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}
