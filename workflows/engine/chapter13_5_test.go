package engine_test

import (
	"slices"
	"strings"
	"testing"

	"fasthold/workflows/engine"
)

// BPMN 2.0.2 §13.5.1: what a start event brings is there before anything begins, and goes through its mappings.
func TestBPMN13_5_1_StartEvents(t *testing.T) {
	t.Parallel()
	for _, start := range []string{`start s`, `start s message=order`, `start s signal=order`, `start s cycle=R/P1D`} {
		p := playFrom(t, "s", start+` out.who="=customer"; user a assignee="=who"; end e; s -> a -> e`, `{"customer":"bo"}`)
		if n, _ := p.s.Node(p.key("a")); n.Task.Assignee != "bo" {
			t.Errorf("%s: the task is %q's", start, n.Task.Assignee)
		}
	}
}

// awaited are the events that can be waited for in the flow and on borders, and what lets them occur.
var awaited = interruptions[:4]

// BPMN 2.0.2 §13.5.2: a token waits at a catching event until that occurs, which it does once.
func TestBPMN13_5_2_CatchingEvents(t *testing.T) {
	t.Parallel()
	for _, c := range awaited {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; catch c `+c.options+`; user a; end e; s -> c -> a -> e`, ``)
			p.waits("c")
			p.message("stop", "other", ``)
			p.signal("other", ``)
			p.advance(day / 2)
			p.waits("c")
			c.happens(p)
			p.waits("a")
			c.happens(p)
			p.waits("a")
			p.visits("s", "c", "a")
		})
	}
}

// BPMN 2.0.2 §13.5.2: a throwing event does what it is for, and its token goes on.
func TestBPMN13_5_2_ThrowingEvents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, options string
		asks          engine.CommandKind // of the world; "" for nothing
	}{
		{"none", ``, ""},
		{"message", `message=told type=send`, engine.RunJob},
		{"signal", `signal=told`, engine.Broadcast},
		{"compensation of nothing", `compensate`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; throw x `+c.options+`; user a; end e; s -> x -> a -> e`, ``)
			if c.asks != "" {
				p.commands(c.asks, "x")
			}
			if c.asks == engine.RunJob {
				p.waits("x")
				p.complete("x", ``)
			}
			p.waits("a")
			p.visits("s", "x", "a")
		})
	}
}

// BPMN 2.0.2 §13.5.3: an event that does not interrupt adds a token beside the activity, which goes on; what can occur again does.
func TestBPMN13_5_3_BesideTheActivity(t *testing.T) {
	t.Parallel()
	for _, c := range interruptions {
		if c.name == "error" { // always interrupts
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, strings.Replace(busy, "%s", "", 1)+`start s; boundary b on=w `+c.options+` noninterrupting; boundary other on=w escalation noninterrupting
				user after; end e; s -> w -> e; b -> after -> e; other -> e`, ``)
			c.happens(p)
			if got := without(p.waiting(), "ask"); !slices.Equal(got, []string{"after", "c", "x", "y"}) {
				t.Fatalf("waiting %v", got)
			}
			if again := c.name == "message" || c.name == "signal"; again {
				c.happens(p)
				p.waits("after", "after", "ask", "c", "x", "y")
			}
			for len(p.waiting()) > 0 {
				p.complete(p.waiting()[0], ``)
			}
			p.ended(engine.Completed)
			if want := 1 + count(p.visited, "after") + count(p.visited, "other"); count(p.visited, "e") != want || want < 2 {
				t.Errorf("e was reached %d times, want %d", count(p.visited, "e"), want)
			}
		})
	}
}

// BPMN 2.0.2 §13.5.3: several events at one activity: each that does not interrupt occurs beside it, the first that does closes all.
func TestBPMN13_5_3_SeveralEvents(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; user a; user nagged; user gone; end e
		boundary nag on=a duration=P1D noninterrupting; boundary told on=a message=told key="=1" noninterrupting
		boundary stop on=a message=stop key="=1"; boundary late on=a duration=P9D
		s -> a -> e; nag -> nagged -> e; told -> nagged; stop -> gone -> e; late -> gone`, ``)
	p.message("told", "1", ``)
	p.advance(day)
	p.waits("a", "nagged", "nagged")
	p.message("stop", "1", ``)
	p.waits("gone", "nagged", "nagged")
	p.message("told", "1", ``)
	p.advance(9 * day)
	p.waits("gone", "nagged", "nagged")
}

// BPMN 2.0.2 §13.5.4: an event sub-process that interrupts takes over from all that runs in its scope, which ends with it and is left as ever.
func TestBPMN13_5_4_Interrupting(t *testing.T) {
	t.Parallel()
	for _, c := range interruptions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, strings.Replace(busy, "%s", `eventsub es { start es1 `+c.options+`; user r; end re; es1 -> r -> re }`, 1)+`start s; user after; end e; s -> w -> after -> e`, ``)
			c.happens(p)
			p.waits("r")
			p.commands(engine.CancelJob, "y")
			p.commands(engine.CancelChild, "c")
			p.complete("r", ``)
			p.waits("after")
			p.complete("after", ``)
			p.ended(engine.Completed)
			p.order("w", "es", "es1", "r", "re", "after", "e")
		})
	}
}

// BPMN 2.0.2 §13.5.4: one that does not interrupt runs beside the scope, any number of times, and the scope waits for all of them.
func TestBPMN13_5_4_BesideTheScope(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		sub w in.case="=7" { start ws; user a; end we; ws -> a -> we
			eventsub es { start told message=told key="=1" noninterrupting; user r assignee="=case"; end re; told -> r -> re } }
		user after; end e
		s -> w -> after -> e`, ``)
	p.message("told", "1", ``)
	p.message("told", "1", ``)
	p.waits("a", "r", "r")
	if n, _ := p.s.Node(p.key("r")); n.Task.Assignee != "7" {
		t.Errorf("an event sub-process sees what its scope has: %q", n.Task.Assignee)
	}
	p.complete("a", ``)
	p.waits("r", "r")
	p.message("told", "1", ``)
	p.waits("r", "r", "r")
	for range 3 {
		p.complete("r", ``)
	}
	p.waits("after")
}

// BPMN 2.0.2 §13.5.4: an event sub-process begins only while its scope is active, and once one has interrupted no other begins.
func TestBPMN13_5_4_OnlyWhileItsScopeIsActive(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; user before
		sub w { start ws; user a; end we; ws -> a -> we
			eventsub one { start stop message=stop key="=1"; user r; end re; stop -> r -> re }
			eventsub two { start told message=told key="=1" noninterrupting; user q; end qe; told -> q -> qe }
			eventsub three { start late duration=P1D; user z; end ze; late -> z -> ze } }
		user after; end e
		s -> before -> w -> after -> e`, ``)
	p.message("told", "1", ``)
	p.waits("before")
	p.complete("before", ``)
	p.waits("a")
	p.message("told", "1", ``)
	p.message("stop", "1", ``)
	p.waits("r")
	p.message("told", "1", ``)
	p.message("stop", "1", ``)
	p.advance(2 * day)
	p.waits("r")
	p.complete("r", ``)
	p.waits("after")
	p.message("told", "1", ``)
	p.waits("after")
}

// BPMN 2.0.2 §13.5.6: an end event does what it is for and ends its token, whatever else still runs; it can be reached any number of times.
func TestBPMN13_5_6_EndEvents(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f; user a; user b; user c; end quiet; end told message=told type=send; end heard signal=heard
		s -> f -> a -> quiet; f -> b -> told; f -> c -> heard; f -> a; boundary x on=c signal=heard; x -> quiet`, ``)
	p.complete("a", ``)
	p.complete("c", ``)
	p.commands(engine.Broadcast, "heard")
	p.waits("a", "b")
	p.complete("a", ``)
	p.complete("b", ``)
	p.waits("told")
	p.commands(engine.RunJob, "told")
	p.complete("told", ``)
	p.ended(engine.Completed)
	p.order("quiet", "heard", "quiet", "told")
}

// BPMN 2.0.2 §13.5.6: an error end event ends the scope around it by an error, which goes to the nearest event that catches it: around a
// sub-process, in a scope, around the call of the process.
func TestBPMN13_5_6_ErrorEndEvent(t *testing.T) {
	t.Parallel()
	const work = `start s; sub w { start ws; and wf; user a; user b; end bad error="=code"; end good; ws -> wf -> a -> bad; wf -> b -> good }; end e; s -> w -> e;`
	for _, c := range []struct {
		name, around string
		catches      []string // of the caller
		want         engine.Status
		visits       []string // after bad
	}{
		{"on the border", `boundary x on=w error=E; end f; x -> f`, nil, engine.Completed, []string{"x", "f"}},
		{"any error on the border", `boundary x on=w error; end f; x -> f`, []string{"E"}, engine.Completed, []string{"x", "f"}},
		{"another code on the border, its own in the process", `boundary x on=w error=F; end f; x -> f; eventsub es { start y error=E; end g; y -> g }`, nil, engine.Completed, []string{"es", "y", "g"}},
		{"the caller", `boundary x on=w error=F; end f; x -> f`, []string{"E"}, engine.Failed, nil},
		{"nobody", ``, []string{"F"}, engine.Active, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := start(t, work+c.around, engine.Event{Variables: variables(t, `{"code":"E"}`), Catches: c.catches})
			p.complete("a", ``)
			p.ended(c.want)
			if c.want == engine.Active {
				p.incident("unhandled_error")
				p.waits("b", "bad")
			}
			p.visits(append([]string{"s", "w", "ws", "wf", "a", "b", "bad"}, c.visits...)...)
		})
	}
}
