package engine_test

import (
	"slices"
	"testing"

	"fasthold/workflows/engine"
)

const escalating = `
	start s
	sub work {
		start i
		throw up escalation=LATE in.days="=n"
		user after
		end done
		i -> up -> after -> done
	}
	end ok
	s -> work -> ok
`

// BPMN 2.0.2 §13.5.3: the nearest event catches an escalation, the one with its code first, and the thrower goes on unless that interrupts.
func TestBPMN13_5_3_Escalation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, catch string
		visited     []string
		waiting     []string
	}{
		{"non-interrupting boundary", `boundary b on=work escalation=LATE noninterrupting; user help; end h; b -> help -> h`,
			[]string{"s", "work", "i", "up", "b", "help", "after"}, []string{"after", "help"}},
		{"interrupting boundary", `boundary b on=work escalation=LATE; user help; end h; b -> help -> h`,
			[]string{"s", "work", "i", "up", "b", "help"}, []string{"help"}},
		{"any code", `boundary b on=work escalation; user help; end h; b -> help -> h`,
			[]string{"s", "work", "i", "up", "b", "help"}, []string{"help"}},
		{"its own code before any", `boundary a on=work escalation; boundary b on=work escalation=LATE noninterrupting; user help; user any; end h; b -> help -> h; a -> any -> h`,
			[]string{"s", "work", "i", "up", "b", "help", "after"}, []string{"after", "help"}},
		{"non-interrupting event sub-process", `eventsub es { start b escalation=LATE noninterrupting; user help; end h; b -> help -> h }`,
			[]string{"s", "work", "i", "up", "es", "b", "help", "after"}, []string{"after", "help"}},
		{"interrupting event sub-process", `eventsub es { start b escalation; user help; end h; b -> help -> h }`,
			[]string{"s", "work", "i", "up", "es", "b", "help"}, []string{"help"}},
		{"nearest first", `boundary b on=work escalation noninterrupting; eventsub es { start far escalation=LATE; end fe; far -> fe }; user help; end h; b -> help -> h`,
			[]string{"s", "work", "i", "up", "b", "help", "after"}, []string{"after", "help"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, escalating+c.catch, `{"n":3}`)
			slices.Sort(p.visited)
			slices.Sort(c.visited)
			p.visits(c.visited...)
			p.waits(c.waiting...)
			p.variable("days", "3")
			for _, element := range c.waiting {
				p.complete(element, ``)
			}
			p.ended(engine.Completed)
		})
	}
}

// BPMN 2.0.2 §13.5.6: an escalation end event throws, then ends its token.
func TestBPMN13_5_6_EscalationEndEvent(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		sub work { start i; end up escalation="=code"; i -> up }
		boundary b on=work escalation=A noninterrupting codevar=caught
		boundary c on=work escalation=B
		end ok; end ea; end eb
		s -> work -> ok
		b -> ea
		c -> eb`, `{"code":"A"}`)
	p.ended(engine.Completed)
	p.visits("s", "work", "i", "up", "b", "ea", "ok")
	p.variable("caught", `"A"`)
}

// What comes out of an event sub-process is not caught beside it, but around its scope.
func TestBPMN13_5_4_EscalationOutOfAnEventSubProcess(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		sub work {
			start i; user a; end done; i -> a -> done
			eventsub one { start m message=go key=k noninterrupting; end up escalation=E; m -> up }
			eventsub two { start x escalation=E; end xe; x -> xe }
		}
		boundary b on=work escalation=E noninterrupting
		end ok; end eb
		s -> work -> ok
		b -> eb`, ``)
	p.message("go", "k", ``)
	p.waits("a")
	p.visits("s", "work", "i", "a", "one", "m", "up", "b", "eb")
}

func TestUncaughtEscalationIsAnIncidentWhoseRetryGoesOn(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; throw up escalation=E; user a; end e; s -> up -> a -> e`, ``)
	if in := p.incidents(); len(in) != 1 || in[0].Code != "unhandled_escalation" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("up")})
	p.waits("a")
}

func TestEscalationWithoutACodeIsAnIncident(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; throw up escalation="=code"; end e; s -> up -> e; eventsub es { start x escalation noninterrupting; end xe; x -> xe }`, ``)
	if in := p.incidents(); len(in) != 1 || in[0].Code != "escalation_code" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"code":"E"}`)})
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("up")})
	p.ended(engine.Completed)
}

// A called process tells its caller of what that catches: it goes on after an event that does not interrupt, and ends by one that does.
func TestBPMN13_5_3_EscalationOutOfACalledProcess(t *testing.T) {
	t.Parallel()
	const caller = `
		start s
		call c process=q
		boundary soft on=c escalation=A noninterrupting
		boundary hard on=c escalation
		user a; user b
		end e; end ea; end eb
		s -> c -> e
		soft -> a -> ea
		hard -> b -> eb`
	const called = `start s; throw up escalation="=code" in.n="=7"; user work; end e; s -> up -> work -> e`

	p := play(t, caller, ``)
	call := p.turn.Commands[len(p.turn.Commands)-1]
	if want := []engine.EscalationCatch{{Code: "A"}, {Interrupting: true}}; !slices.Equal(call.Escalations, want) {
		t.Fatalf("%+v", call.Escalations)
	}
	q := start(t, called, engine.Event{Variables: variables(t, `{"code":"A"}`), Escalations: call.Escalations})
	q.waits("work")
	up := q.turn.Commands[0]
	if up.Kind != engine.Escalate || up.Code != "A" {
		t.Fatalf("%+v", q.turn.Commands)
	}
	p.step(engine.Event{Kind: engine.EscalateChild, Key: call.Key, Code: up.Code, Variables: up.Variables})
	p.waits("a", "c")
	p.variable("n", "7")

	q = start(t, called, engine.Event{Variables: variables(t, `{"code":"X"}`), Escalations: call.Escalations})
	q.ended(engine.Failed)
	if f := q.s.Failure; f == nil || !f.Escalation || f.Code != "X" {
		t.Fatalf("%+v", f)
	}
	p.step(engine.Event{Kind: engine.EscalateChild, Key: call.Key, Code: "X"})
	p.waits("a", "b")
}
