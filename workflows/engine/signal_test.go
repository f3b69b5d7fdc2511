package engine_test

import (
	"testing"

	"fasthold/workflows/engine"
)

func (p *player) signal(name, vars string) {
	p.t.Helper()
	p.step(engine.Event{Kind: engine.Signal, Name: name, Variables: variables(p.t, vars)})
}

// BPMN 2.0.2 §10.5.5: a signal reaches everything that waits for it, and is not kept for what waits later.
func TestBPMN10_5_5_SignalReachesEverythingThatWaits(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f
		catch one signal=alarm
		catch two signal="=name"
		race g; catch three signal=alarm; catch late duration=P1D
		user a; boundary soft on=a signal=alarm noninterrupting
		user b; boundary hard on=b signal=alarm
		eventsub es { start at signal=alarm noninterrupting; user read; end re; at -> read -> re }
		catch again signal=alarm
		end e
		s -> f -> one -> again -> e
		f -> two -> e
		f -> g -> three -> e
		g -> late -> e
		f -> a -> e
		f -> b -> e
		soft -> e
		hard -> e`, `{"name":"alarm"}`)
	p.waits("a", "b", "g", "one", "two")
	p.message("alarm", "", ``)
	p.signal("other", ``)
	p.waits("a", "b", "g", "one", "two")
	p.signal("alarm", `{"n":1}`)
	p.waits("a", "again", "read")
	p.variable("n", "1")
	p.signal("alarm", ``)
	p.waits("a", "read", "read")
}

// BPMN 2.0.2 §13.5.4: an interrupting signal start event of an event sub-process ends its scope, whatever else the signal reaches.
func TestBPMN13_5_4_SignalInterrupts(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f; user a; catch c signal=stop; user after; end e
		s -> f -> a -> e
		f -> c -> after -> e
		eventsub es { start at signal=stop; user halt; end he; at -> halt -> he }`, ``)
	p.signal("stop", ``)
	p.waits("halt")
	p.complete("halt", ``)
	p.ended(engine.Completed)
}

// BPMN 2.0.2 §13.5.2: a thrown signal reaches what waits in its own instance once its token has moved on, and then the world.
func TestBPMN13_5_2_ThrownSignal(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f
		throw t signal="=name" in.day="=3"
		catch behind signal=go
		catch beside signal=go
		user a
		end e
		s -> f -> beside -> a -> e
		f -> t -> behind -> e`, `{"name":"go"}`)
	p.waits("a", "behind")
	p.variable("day", "3")
	p.visits("s", "f", "beside", "t", "behind", "a")
	var sent *engine.Command
	for i, c := range p.turn.Commands {
		if c.Kind == engine.Broadcast {
			sent = &p.turn.Commands[i]
		}
	}
	if sent == nil || sent.Name != "go" || sent.Element.ID != "t" || len(sent.Variables) != 1 {
		t.Fatalf("%+v", p.turn.Commands)
	}
}

// The signal of an end event still reaches what waits in the scope that would end with it.
func TestBPMN13_5_6_SignalEndEvent(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; end t signal=done
		s -> t
		eventsub soft { start at signal=done noninterrupting; user note; end ne; at -> note -> ne }`, ``)
	p.waits("note")
	p.complete("note", ``)
	p.ended(engine.Completed)
	p.visits("s", "t", "soft", "at", "note", "ne")

	p = play(t, `
		start s; sub w { start i; end t signal=done; i -> t }; boundary b on=w signal=done; end e; end eb
		s -> w -> e
		b -> eb`, ``)
	p.ended(engine.Completed)
	p.visits("s", "w", "i", "t", "b", "eb")
}

func TestSignalWithAnIDIsTakenOnce(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a; boundary b on=a signal=x noninterrupting; user r; end e; s -> a -> e; b -> r -> e`, ``)
	for _, id := range []string{"1", "1", "2"} {
		p.step(engine.Event{Kind: engine.Signal, Name: "x", ID: id})
	}
	p.step(engine.Event{Kind: engine.Correlate, Name: "x", ID: "1"})
	p.waits("a", "r", "r")
}

func TestSignalWithoutANameIsAnIncident(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`start s; catch c signal="=name"; end e; s -> c -> e`, `start s; throw c signal="=name"; end e; s -> c -> e`} {
		p := play(t, text, ``)
		if in := p.incidents(); len(in) != 1 || in[0].Code != "signal_name" {
			t.Fatal(in)
		}
		p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"name":"x"}`)})
		p.step(engine.Event{Kind: engine.Retry, Key: p.key("c")})
		if p.s.Status == engine.Active {
			p.signal("x", ``)
		}
		p.ended(engine.Completed)
	}
}

func TestSignalStartEvent(t *testing.T) {
	t.Parallel()
	p := start(t, `start s signal=begin; user a; end e; s -> a -> e`, engine.Event{Element: "s", Variables: variables(t, `{"x":1}`)})
	p.waits("a")
	p.variable("x", "1")
}
