package engine_test

import (
	"testing"

	"fasthold/workflows/engine"
)

// A task that ends in an error nothing catches is off the list until somebody retries it.
func TestTaskWithUncaughtErrorIsClosed(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user a
		end e
		s -> a -> e`, ``)
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("a"), Code: "E"})
	if c := p.turn.Commands; len(c) != 1 || c[0].Kind != engine.CloseTask || c[0].Done {
		t.Errorf("%+v", c)
	}
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	if c := p.turn.Commands; len(c) != 1 || c[0].Kind != engine.OpenTask {
		t.Errorf("%+v", c)
	}
}

// The variables of an error reach whoever catches it, also across a call.
func TestErrorVariablesLeaveTheCalledProcess(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		service a type=x
		end e
		s -> a -> e`, ``)
	p.s.Catches = []string{"E"}
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("a"), Code: "E", Variables: variables(t, `{"why":"late"}`)})
	p.ended(engine.Failed)
	if v, ok := p.s.Failure.Variables.Lookup("why"); !ok || v.String() != `"late"` {
		t.Errorf("%+v", p.s.Failure)
	}
}
