package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

// modify makes a random change. What is refused changes nothing; what is not is the same after JSON and leaves a sound state.
func (r *random) modify() {
	e := engine.Event{Kind: engine.Modify, At: r.now}
	for range rapid.IntRange(1, 4).Draw(r.T, "instructions") {
		e.Instructions = append(e.Instructions, enginetest.Instruction(drawFrom(r.T), r.p, r.s))
	}
	before := encoded(r.T, r.s)
	refused := r.p.Accept(r.s, e)
	if after := encoded(r.T, r.s); after != before {
		r.Fatalf("Accept changed\n%s\n%s", before, after)
	}
	if refused != nil {
		return
	}
	copied, err := r.s.Clone()
	if err != nil {
		r.Fatal(err)
	}
	sent := e
	sent.Instructions = nil
	if err := json.Unmarshal([]byte(encoded(r.T, e.Instructions)), &sent.Instructions); err != nil {
		r.Fatal(err)
	}
	var again engine.Turn
	if err := r.p.Step(r.s, e, &r.turn); err != nil {
		r.Fatalf("accepted and refused: %v", err)
	}
	if err := r.p.Step(copied, sent, &again); err != nil {
		r.Fatalf("after JSON: %v", err)
	}
	if a, b := encoded(r.T, r.s), encoded(r.T, copied); a != b {
		r.Fatalf("%s differs after JSON:\n%s\n%s", encoded(r.T, e.Instructions), a, b)
	}
	if wrong := r.s.Verify(); wrong != nil {
		r.Fatalf("after %s: %v\n%s\n%s", encoded(r.T, e.Instructions), wrong, before, encoded(r.T, r.s))
	}
}

// Whatever is changed by hand in a running process, each token has a reason to wait, and the instance comes to its end or to an incident that
// says why it does not.
func TestModifiedProcessesFinish(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := blocks(t)
		b.Scope(2)
		r := &random{T: t, s: new(engine.State), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
		r.p = &engine.Program{Plan: bpmntest.Plan(t, "p", b.String())}
		vars, err := engine.ParseVariables([]byte(`{"v1":1,"v2":1,"v3":1,"k":"k"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.step(engine.Event{Kind: engine.Start, Variables: vars})
		for n := 0; r.s.Status == engine.Active; n++ {
			if n < 60 && rapid.IntRange(0, 2).Draw(t, "modify") == 2 {
				r.modify()
				continue
			}
			possible := enginetest.Possible(r.p, r.s)
			if len(possible) == 0 {
				break
			}
			if n == maxEvents {
				t.Fatalf("no end after %d events\n%s", n, b)
			}
			e := possible[rapid.IntRange(0, len(possible)-1).Draw(t, "event")]
			if e.Due.After(r.now) {
				r.now = e.Due
			}
			e.At = r.now
			if err := r.p.Step(r.s, e, &r.turn); err != nil {
				t.Fatalf("%+v: %v", e, err)
			}
			if wrong := r.s.Verify(); wrong != nil {
				t.Fatalf("after %s: %v", e.Kind, wrong)
			}
		}
		if r.s.Status != engine.Active {
			return
		}
		for _, n := range r.s.Nodes {
			if n.Incident != nil {
				return
			}
		}
		t.Fatalf("stuck: %s\n%s", encoded(t, r.s), b)
	})
}

// Whatever instructions come, in whatever order, Step neither panics nor loses a token, and what it rejects changes nothing.
func FuzzModify(f *testing.F) {
	p := &engine.Program{Plan: bpmntest.Plan(f, "p", everything)}
	vars, err := engine.ParseVariables([]byte(`{"n":2,"k":"k","t":"job","d":"2026-03-05T09:00:00","list":[1,2,3]}`))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		`[[{"kind":"activate","element":"it"}],[{"kind":"move","source":"it","element":"several"}],[{"kind":"activate","flow":"f-work"}]]`,
		`[[{"kind":"move","source":"ask","element":"x","place":"after"},{"kind":"terminate","source":"work"}],[{"kind":"activate","element":"hc"}]]`,
		`[[{"kind":"setVariables","variables":[{"variables":{"n":5}}]}],[{"kind":"activate","element":"round","ancestor":1,"variables":[{"scope":"inner","variables":{"n":1}}]}]]`,
		`[[{"kind":"activate","element":"j"},{"kind":"activate","element":"z"}],[{"kind":"terminate","source":"p"}]]`,
		`[[{"kind":"terminate","key":5}],[{"kind":"move","key":9,"element":"fix","ancestor":3}]]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var all [][]engine.Instruction
		if json.Unmarshal(data, &all) != nil || len(all) > 20 {
			t.Skip()
		}
		s, now := new(engine.State), time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
		var turn engine.Turn
		if err := p.Step(s, engine.Event{Kind: engine.Start, At: now, Variables: vars}, &turn); err != nil {
			t.Fatal(err)
		}
		for _, instructions := range all {
			before := encoded(t, s)
			if err := p.Step(s, engine.Event{Kind: engine.Modify, At: now, Instructions: instructions}, &turn); err != nil {
				if after := encoded(t, s); after != before {
					t.Fatalf("rejected (%v), and changed\n%s\n%s", err, before, after)
				}
			}
			if wrong := s.Verify(); wrong != nil {
				t.Fatalf("after %s: %v\n%s\n%s", encoded(t, instructions), wrong, before, encoded(t, s))
			}
			p.Stranded(s)
			if s.LastKey > 5000 {
				return
			}
			now = now.Add(time.Hour)
		}
	})
}
