package engine_test

import (
	"fmt"
	"testing"

	"fasthold/workflows/engine"
)

func (p *player) sets(vars string) {
	p.t.Helper()
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(p.t, vars)})
}

// BPMN 2.0.2 §10.5.5: a conditional event occurs when its condition becomes true, at once when it is.
func TestBPMN10_5_5_ConditionalCatchEvent(t *testing.T) {
	t.Parallel()
	const text = `start s; catch c condition="=x > 3"; user a; end e; s -> c -> a -> e`
	p := play(t, text, ``)
	p.waits("c")
	p.sets(`{"y":9}`)
	p.sets(`{"x":3}`)
	p.waits("c")
	p.sets(`{"x":4}`)
	p.waits("a")
	p.visits("s", "c", "a")
	play(t, text, `{"x":5}`).waits("a")
}

// BPMN 2.0.2 §13.5.3: at the border of an activity; one that does not interrupt occurs again after it has been false in between.
func TestBPMN13_5_3_ConditionalBoundaryEvent(t *testing.T) {
	t.Parallel()
	const text = `
		start s; user a
		boundary soft on=a condition="=x > 3" noninterrupting
		boundary hard on=a condition="=stop"
		user r; user h; end e
		s -> a -> e
		soft -> r -> e
		hard -> h -> e`
	p := play(t, text, `{"x":1}`)
	p.sets(`{"x":4}`)
	p.waits("a", "r")
	p.sets(`{"x":5}`)
	p.waits("a", "r")
	p.sets(`{"x":0}`)
	p.sets(`{"x":6}`)
	p.waits("a", "r", "r")
	p.sets(`{"stop":true}`)
	p.waits("h", "r", "r")
	p = play(t, text, `{"stop":true}`)
	p.waits("h")
	p.visits("s", "a", "hard", "h")
}

// BPMN 2.0.2 §13.5.4: a variable that a task sets starts the event sub-process before the next element begins.
func TestBPMN13_5_4_ConditionalEventSubProcess(t *testing.T) {
	t.Parallel()
	const text = `
		start s; user a; user b; end e; s -> a -> b -> e
		eventsub es { start at condition="=ill" %s; user fix; end fe; at -> fix -> fe }`
	p := play(t, fmt.Sprintf(text, ""), ``)
	p.complete("a", `{"ill":true}`)
	p.waits("fix")
	p.visits("s", "a", "es", "at", "fix")
	p = play(t, fmt.Sprintf(text, "noninterrupting"), ``)
	p.complete("a", `{"ill":true}`)
	p.waits("b", "fix")
}

// BPMN 2.0.2 §13.4.4: behind an event-based gateway.
func TestBPMN13_4_4_ConditionBehindAGateway(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; race g; catch c condition="=ok"; catch late duration=P1D; end a; end b; s -> g -> c -> a; g -> late -> b`, ``)
	p.waits("g")
	p.sets(`{"ok":true}`)
	p.ended(engine.Completed)
	p.visits("s", "g", "c", "a")
}

// A condition that is neither true nor false stops the token that waits for it; one beside work that is under way is told and counts as false.
func TestConditionalEventThatIsNotBoolean(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; catch c condition="=x"; end e; s -> c -> e`, ``)
	p.sets(`{"x":"maybe"}`)
	if in := p.incidents(); len(in) != 1 || in[0].Code != "condition_not_boolean" {
		t.Fatal(in)
	}
	p.sets(`{"x":true}`)
	p.waits("c")
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("c")})
	p.ended(engine.Completed)

	const text = `start s; user a; boundary b on=a condition="=x"; end e; s -> a -> e; b -> e`
	p = play(t, text, ``)
	p.sets(`{"x":1}`)
	p.waits("a")
	if r := p.turn.Trace[len(p.turn.Trace)-1]; r.Kind != engine.FollowFailed || r.Element.ID != "b" {
		t.Fatal(p.turn.Trace)
	}
	p.sets(`{"x":true}`)
	p.ended(engine.Completed)
	p = play(t, text, `{"x":1}`)
	if in := p.incidents(); len(in) != 1 {
		t.Fatal(in)
	}
}

// Conditions that turn each other on and off for ever are an incident, not a hang.
func TestEndlessConditions(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a; end e; s -> a -> e
		eventsub one { start x condition="=n = 1" noninterrupting out.n="=2"; end xe; x -> xe }
		eventsub two { start y condition="=n = 2" noninterrupting out.n="=1"; end ye; y -> ye }`, ``)
	p.sets(`{"n":1}`)
	if in := p.incidents(); len(in) == 0 || in[0].Code != "endless_loop" {
		t.Fatal(in)
	}
}
