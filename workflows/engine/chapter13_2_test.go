package engine_test

import (
	"slices"
	"testing"

	"fasthold/workflows/engine"
)

// commands requires that the last step asked for these things, each for these elements, whatever else it asked for.
func (p *player) commands(kind engine.CommandKind, want ...string) {
	p.t.Helper()
	got := p.commanded(kind)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		p.t.Fatalf("%s: %v, want %v", kind, got, want)
	}
}

// incident requires that there is one incident, with that code.
func (p *player) incident(code string) {
	p.t.Helper()
	if in := p.incidents(); len(in) != 1 || in[0].Code != code {
		p.t.Fatalf("incidents %v, want %s; waiting %v", in, code, p.waiting())
	}
}

// BPMN 2.0.2 §13.2: an instance begins when one of the start events of its process occurs; the others get no token.
func TestBPMN13_2_StartEventsAreAlternatives(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"asked", "letter", "alarm", "monday"} {
		p := playFrom(t, event, `
			start asked
			start letter message=letter
			start alarm signal=alarm
			start monday cycle=R/P1W
			user a
			end e
			asked -> a -> e; letter -> a; alarm -> a; monday -> a`, `{"n":1}`)
		p.waits("a")
		p.visits(event, "a")
		p.variable("n", "1")
		p.complete("a", ``)
		p.ended(engine.Completed)
	}
}

// BPMN 2.0.2 §13.2: what no flow leads to gets no token of its own: neither a forgotten task nor a handler nor an event on a border.
func TestBPMN13_2_NothingBeginsWithoutAFlow(t *testing.T) {
	t.Parallel()
	p := play(t, booked+`start s; user forgotten; user a; end e; s -> a -> hotel -> flight -> undo; throw undo compensate; undo -> e`, ``)
	p.waits("a")
	p.visits("s", "a")
}

// BPMN 2.0.2 §13.2: an instance is completed when no token is left in it and no activity is active, however many ends were reached before.
func TestBPMN13_2_CompletesWithItsLastToken(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f
		user a; boundary told on=a message=told key="=1" noninterrupting; user open
		sub w { start ws; user b; end we; ws -> b -> we }
		eventsub late { start ls duration=P1D noninterrupting; user c; end le; ls -> c -> le }
		end one; end two
		s -> f -> a -> one; f -> w -> two; told -> open`, ``)
	p.message("told", "1", ``)
	p.advance(day)
	for _, waiting := range [][]string{{"a", "b", "c", "open"}, {"b", "c", "open"}, {"c", "open"}, {"open"}} {
		p.waits(waiting...)
		p.ended(engine.Active)
		p.complete(waiting[0], ``)
	}
	p.ended(engine.Completed)
	p.commands(engine.Finish, "p")
	p.refuses(engine.Event{Kind: engine.Cancel}, engine.Conflict, "the process instance is completed")
}

// BPMN 2.0.2 §13.2: a terminate end event ends everything in the process at once; nothing goes on, and all work is called back.
func TestBPMN13_2_Terminate(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f; and j
		user a; end stop terminate
		sub w { start ws; and wf; user x; service y type=y; user z; end we; ws -> wf -> x -> we; wf -> y -> we }
		boundary soft on=w message=soft key="=1" noninterrupting
		call c process=q; catch d duration=P1D; end e
		s -> f -> a -> stop
		f -> w -> j; f -> c -> j; f -> d -> j; soft -> j -> e
		eventsub es { start at signal=at; user h; end he; at -> h -> he }`, ``)
	p.waits("a", "c", "d", "x", "y")
	p.complete("a", ``)
	p.ended(engine.Completed)
	p.visits("s", "f", "a", "w", "c", "d", "ws", "wf", "x", "y", "stop")
	p.commands(engine.CloseTask, "a", "x")
	p.commands(engine.CancelJob, "y")
	p.commands(engine.CancelChild, "c")
	p.commands(engine.CancelTimer, "d")
	p.commands(engine.Unsubscribe, "at", "soft")
}
