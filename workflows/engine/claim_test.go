package engine_test

import (
	"errors"
	"testing"

	"fasthold/workflows/engine"
)

// A task is claimed by one: whoever comes later is refused, until it is given back; whoever may give tasks out gives it to anybody.
func TestClaim(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user a
		end e
		s -> a -> e`, ``)
	key := p.key("a")
	for _, c := range []struct {
		to     string
		claim  bool
		has    string
		refuse bool
	}{
		{to: "anna", claim: true, has: "anna"},
		{to: "bo", claim: true, has: "anna", refuse: true},
		{to: "anna", claim: true, has: "anna"},
		{to: "bo", has: "bo"},
		{to: "", has: ""},
		{to: "anna", claim: true, has: "anna"},
	} {
		e := engine.Event{Kind: engine.AssignTask, Key: key, Assignee: c.to, Claim: c.claim, At: p.now}
		err := p.p.Accept(p.s, e)
		if step := p.p.Step(p.s, e, &p.turn); (step == nil) != (err == nil) {
			t.Fatalf("%+v: Accept says %v and Step %v", c, err, step)
		}
		var r *engine.Rejection
		if refused := errors.As(err, &r); refused != c.refuse || refused && r.Code != engine.Conflict {
			t.Fatalf("%+v: %v", c, err)
		}
		if n, _ := p.s.Node(key); n.Task.Assignee != c.has {
			t.Fatalf("%+v: %q has it", c, n.Task.Assignee)
		}
	}
	p.complete("a", ``)
	p.ended(engine.Completed)
}
