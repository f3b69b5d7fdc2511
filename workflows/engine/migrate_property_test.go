package engine_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

// ids are those of the elements of a random process; a counter has the name of its variable and keeps it.
var ids = regexp.MustCompile(`\b(user|service|risky|catch|sub|xor|and|or|complex|race|boundary|es|s|e|throw|manual|script|receive)(\d+)\b`)

func renamed(text string) string { return ids.ReplaceAllString(text, "${1}x${2}") }

// To migrate to the same process changes nothing. Migrating at some moment to one whose elements have other names and going on gives what
// going on and having other names gives: the same states, commands and records.
func TestMigrationIsDrivenAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := blocks(t)
		b.Scope(2)
		old := bpmntest.Plan(t, "p", b.String())
		to := bpmntest.Plan(t, "p", renamed(b.String()))
		var mapping engine.Mapping
		for i := range old.Elements[1:] {
			if id := old.Elements[i+1].ID; renamed(id) != id {
				mapping = append(mapping, engine.Move{From: id, To: renamed(id)})
			}
		}
		left := &random{T: t, s: new(engine.State), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), p: &engine.Program{Plan: old}}
		parsed, err := engine.ParseVariables(fmt.Appendf(nil, `{"v1":%d,"v2":1,"v3":1}`, rapid.IntRange(0, 2).Draw(t, "v1")))
		if err != nil {
			t.Fatal(err)
		}
		left.step(engine.Event{Kind: engine.Start, Variables: parsed})
		var right *random
		when := rapid.IntRange(0, 6).Draw(t, "when")
		for n := 0; left.s.Status == engine.Active && n < maxEvents; n++ {
			if n == when {
				before := encoded(t, left.s)
				left.step(engine.Event{Kind: engine.Migrate, Migration: &engine.Migration{From: bpmntest.Plan(t, "p", b.String())}})
				if after := encoded(t, left.s); after != before {
					t.Fatalf("the same process changed\n%s\n%s\n%s", before, after, b)
				}
				copied, err := left.s.Clone()
				if err != nil {
					t.Fatal(err)
				}
				right = &random{T: t, s: copied, now: left.now, p: &engine.Program{Plan: to}}
				right.step(engine.Event{Kind: engine.Migrate, Migration: &engine.Migration{From: old, Mapping: mapping}})
			}
			possible := enginetest.Possible(left.p, left.s)
			if len(possible) == 0 {
				t.Fatalf("stuck: %s", encoded(t, left.s))
			}
			e := possible[rapid.IntRange(0, len(possible)-1).Draw(t, "event")]
			if e.Due.After(left.now) {
				left.now = e.Due
			}
			left.step(e)
			if right == nil {
				continue
			}
			right.now, e.Element = left.now, renamed(e.Element)
			right.step(e)
			if a, b := renamed(encoded(t, left.s)), encoded(t, right.s); a != b {
				t.Fatalf("driven differently\n%s\n%s", a, b)
			}
			if a, b := renamed(encoded(t, told(&left.turn))), encoded(t, told(&right.turn)); a != b {
				t.Fatalf("told differently\n%s\n%s", a, b)
			}
		}
	})
}

// Whatever the two processes have in common, a migration is refused and changes nothing, or leaves a state in which every token has a
// reason to wait and from which the instance can be driven on.
func TestMigrationBetweenAnyProcesses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, second := blocks(t), blocks(t)
		first.Scope(2)
		second.Scope(2)
		r := &random{T: t, s: new(engine.State), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), p: &engine.Program{Plan: bpmntest.Plan(t, "p", first.String())}}
		parsed, err := engine.ParseVariables([]byte(`{"v1":1,"v2":1,"v3":1}`))
		if err != nil {
			t.Fatal(err)
		}
		r.step(engine.Event{Kind: engine.Start, Variables: parsed})
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			if possible := enginetest.Possible(r.p, r.s); len(possible) > 0 {
				r.step(possible[rapid.IntRange(0, len(possible)-1).Draw(t, "event")])
			}
		}
		if r.s.Status != engine.Active {
			return
		}
		to := &engine.Program{Plan: bpmntest.Plan(t, "p", second.String())}
		var mapping engine.Mapping
		for i := range r.p.Plan.Elements[1:] { // something of the same kind, if there is any
			e := &r.p.Plan.Elements[i+1]
			for j := range to.Plan.Elements {
				if f := &to.Plan.Elements[j]; f.Kind == e.Kind && rapid.Bool().Draw(t, "map") {
					mapping = append(mapping, engine.Move{From: e.ID, To: f.ID, Times: rapid.SampledFrom([]engine.Times{engine.Keep, engine.Renew, engine.Since}).Draw(t, "times")})
					break
				}
			}
		}
		before := encoded(t, r.s)
		event := engine.Event{Kind: engine.Migrate, At: r.now, Migration: &engine.Migration{From: r.p.Plan, Mapping: mapping}}
		if err := to.Step(r.s, event, &r.turn); err != nil {
			if after := encoded(t, r.s); after != before {
				t.Fatalf("refused, and changed\n%s\n%s", before, after)
			}
			return
		}
		if wrong := r.s.Verify(); wrong != nil {
			t.Fatalf("%v\n%s\n%s\n%s\n%s", wrong, before, encoded(t, r.s), first, second)
		}
		r.p = to
		for n := 0; r.s.Status == engine.Active && n < 100; n++ {
			possible := enginetest.Possible(r.p, r.s)
			if len(possible) == 0 {
				return // an incident, such as a join that waits in vain
			}
			e := possible[0]
			if e.Due.After(r.now) {
				r.now = e.Due
			}
			e.At = r.now
			if err := to.Step(r.s, e, &r.turn); err != nil {
				t.Fatal(err)
			}
			if wrong := r.s.Verify(); wrong != nil {
				t.Fatal(wrong)
			}
		}
	})
}
