package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

// undoing writes blocks whose work can be undone.
type undoing struct {
	*bpmntest.Blocks
	*rapid.T
}

// undone writes a block in which each activity is done at most once and can be undone: one after the other, side by side, either or, in
// sub-processes.
func (b undoing) undone(depth int) (in, out string) {
	if depth <= 0 {
		return b.single()
	}
	switch rapid.IntRange(0, 4).Draw(b.T, "undone") {
	case 0:
		in, out = b.undone(depth - 1)
		next, last := b.undone(depth - 1)
		b.Line("%s -> %s", out, next)
		return in, last
	case 1, 2:
		kind := rapid.SampledFrom([]string{"and", "xor"}).Draw(b.T, "gateway")
		split, join := b.ID(kind), b.ID(kind)
		arrow := map[string]string{"and": "->", "xor": "-[v1 > 0]->"}[kind]
		b.Line("%s %s; %s %s", kind, split, kind, join)
		for _, arrow := range []string{arrow, strings.Replace(arrow, "-[v1 > 0]->", "-/->", 1)} {
			first, last := b.undone(depth - 1)
			b.Line("%s %s %s; %s -> %s", split, arrow, first, last, join)
		}
		return split, join
	case 3:
		sub, start, end := b.ID("sub"), b.ID("s"), b.ID("e")
		b.Line("sub %s {; start %s; end %s", sub, start, end)
		first, last := b.undone(depth - 1)
		b.Line("%s -> %s; %s -> %s }", start, first, last, end)
		if rapid.Bool().Draw(b.T, "handled") {
			b.handled(sub)
		}
		return sub, sub
	}
	return b.single()
}

func (b undoing) single() (in, out string) {
	task := b.ID("do")
	b.Line("%s", fmt.Sprintf(rapid.SampledFrom([]string{"user %s", "service %s type=job", "manual %s", "user %s times=2"}).Draw(b.T, "task"), task))
	b.handled(task)
	return task, task
}

func (b undoing) handled(activity string) {
	b.Line("boundary un%[1]s on=%[1]s compensate=undo%[1]s", activity)
	b.Line("%s", fmt.Sprintf(rapid.SampledFrom([]string{"user undo%s handler", "manual undo%s handler"}).Draw(b.T, "handler"), activity))
}

// expected is how what is done in a scope is undone: the last one first, of a sub-process its own handler, then what is in it.
func expected(p *bpmn.Plan, done []string, scope int) []string {
	var out []string
	for _, id := range slices.Backward(done) {
		e, _ := p.Element(id)
		if e.Parent != scope {
			continue
		}
		if b := p.Compensation(e); b != nil {
			out = append(out, b.ID)
		}
		if e.Kind == bpmn.SubProcess {
			out = append(out, expected(p, done, e.Index)...)
		}
	}
	return out
}

// Whatever is done in whichever order, each activity that is done is undone once, the last one first; what is undone midway is not undone
// again at the end, and the instance always ends.
func TestEverythingIsUndoneOnceInReverseOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := undoing{blocks(t), t}
		b.Line("start s; end all compensate; eventsub sorry { start told message=sorry key=k noninterrupting; end midway compensate; told -> midway }")
		in, out := b.undone(4)
		b.Line("s -> %s; %s -> all", in, out)
		r := &random{T: t, s: new(engine.State), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
		r.p = &engine.Program{Plan: bpmntest.Plan(t, "p", b.String())}
		vars, _ := engine.ParseVariables([]byte(fmt.Sprintf(`{"v1":%d}`, rapid.IntRange(0, 1).Draw(t, "v1"))))
		var done, undone, want []string
		note := func(e engine.Event) {
			r.step(e)
			for _, x := range r.turn.Trace {
				switch {
				case x.Kind == engine.LoopEnded, x.Kind == engine.Done && (x.Element.Kind == bpmn.SubProcess || strings.HasPrefix(x.Element.ID, "do")) && x.Element.Loop == nil:
					done = append(done, x.Element.ID)
				case x.Kind == engine.CompensationThrown:
					want = append(want, expected(r.p.Plan, done, 0)...)
					before := slices.Clone(done)
					done = slices.DeleteFunc(done, func(id string) bool { // what is in a sub-process that still runs stays
						e, _ := r.p.Plan.Element(id)
						for e.Parent != 0 {
							e = &r.p.Plan.Elements[e.Parent]
						}
						return slices.Contains(before, e.ID)
					})
				case x.Kind == engine.Entered && strings.HasPrefix(x.Element.ID, "un") && x.Element.Kind == bpmn.BoundaryEvent:
					undone = append(undone, x.Element.ID)
				}
			}
		}
		note(engine.Event{Kind: engine.Start, Variables: vars})
		for n := 0; r.s.Status == engine.Active; n++ {
			possible := enginetest.Possible(r.p, r.s)
			undoing := slices.DeleteFunc(slices.Clone(possible), func(e engine.Event) bool {
				node, ok := r.s.Node(e.Key)
				return !ok || !strings.HasPrefix(node.Element, "undo")
			})
			if len(undoing) > 0 {
				possible = undoing // one compensation after the other, so that their orders do not mix
			}
			if len(possible) == 0 || n == maxEvents {
				t.Fatalf("stuck after %d events: %s\n%s", n, encoded(t, r.s), b)
			}
			note(possible[rapid.IntRange(0, len(possible)-1).Draw(t, "event")])
		}
		if !slices.Equal(undone, want) {
			t.Fatalf("undone %v\n  want %v\n%s", undone, want, b)
		}
	})
}
