package engine_test

import (
	"slices"
	"testing"

	"fasthold/workflows/engine"
)

// journey has a hotel and a flight that are booked, and undone one after the other.
const journey = booked + `
	start s; and f; throw undo compensate; throw again compensate; user after; user last; user beside; end e
	s -> f -> hotel -> flight -> undo -> after -> again -> last -> e; f -> beside -> e`

func compensating(t *testing.T) *player {
	t.Helper()
	p := play(t, journey, ``)
	p.complete("hotel", ``)
	p.complete("flight", ``)
	p.waits("beside", "undo", "unflight")
	return p
}

// A handler that is taken away is not run any more, and the next one begins; what throws goes on after the last.
func TestModifyHandlers(t *testing.T) {
	t.Parallel()
	p := compensating(t)
	p.modify(`[{"kind":"terminate","source":"unflight"}]`)
	p.commands(engine.CancelJob, "unflight")
	p.waits("beside", "undo", "unhotel")
	p.modify(`[{"kind":"terminate","source":"unhotel"}]`)
	p.waits("after", "beside")
	p.complete("after", ``) // nothing is left for the second event
	p.waits("beside", "last")
}

// What throws is taken away with the handler that runs for it; what was not begun can still be compensated.
func TestModifyWhatThrows(t *testing.T) {
	t.Parallel()
	for _, instruction := range []string{
		`[{"kind":"move","source":"undo","element":"after"}]`,
		`[{"kind":"terminate","source":"undo"},{"kind":"activate","element":"after"}]`,
		`[{"kind":"terminate","source":"undo"},{"kind":"terminate","source":"unflight"},{"kind":"activate","element":"after"}]`,
		`[{"kind":"terminate","source":"unflight"},{"kind":"move","source":"undo","element":"after"}]`,
	} {
		p := compensating(t)
		p.modify(instruction)
		p.commands(engine.CancelJob, "unflight")
		p.waits("after", "beside")
		p.complete("after", ``)
		p.waits("again", "beside", "unhotel")
		p.complete("unhotel", ``)
		p.waits("beside", "last")
	}
	// The last handler and what throws, both named: no token goes on from the event.
	for _, instruction := range []string{
		`[{"kind":"terminate","source":"unhotel"},{"kind":"terminate","source":"undo"}]`,
		`[{"kind":"terminate","source":"undo"},{"kind":"terminate","source":"unhotel"}]`,
	} {
		p := compensating(t)
		p.complete("unflight", ``)
		p.modify(instruction)
		p.waits("beside")
		p.complete("beside", ``)
		p.ended(engine.Completed)
	}
}

// A token put before an event that throws compensates what was done; what a modification skips or takes away was not done.
func TestModifyThrows(t *testing.T) {
	t.Parallel()
	p := play(t, journey, ``)
	p.complete("hotel", ``)
	p.modify(`[{"kind":"activate","element":"undo"}]`)
	p.waits("beside", "flight", "undo", "unhotel")
	p.complete("unhotel", ``)
	p.waits("after", "beside", "flight")
	p.modify(`[{"kind":"move","source":"flight","element":"flight","place":"after"}]`)
	p.waits("after", "after", "beside")

	p = play(t, journey, ``)
	p.modify(`[{"kind":"move","source":"hotel","element":"undo"}]`)
	p.waits("after", "beside")
}

// A handler has no token of the flow, and none can be put into one that does not run.
func TestModifyHandlersRefused(t *testing.T) {
	t.Parallel()
	p := compensating(t)
	p.refused(`[{"kind":"move","source":"unflight","element":"after"}]`, engine.NotThere)
	p.refused(`[{"kind":"activate","element":"unflight"}]`, engine.NoTarget)

	p = play(t, `
		start s; user first; end e compensate; s -> first -> z -> e
		sub z { start t; user a; boundary b on=a compensate=h; sub h handler { start hs; user x; user y; hs -> x -> y }; end u; t -> a -> u
			eventsub es { start c compensate; user r; throw inner compensate; end d; c -> r -> inner -> d } }`, ``)
	p.refused(`[{"kind":"activate","element":"y"}]`, engine.NoTarget)
	p.refused(`[{"kind":"activate","element":"r"}]`, engine.NoTarget)
	p.refused(`[{"kind":"activate","element":"es"}]`, engine.NoTarget)
	p.complete("first", ``)
	p.complete("a", ``)
	p.waits("e", "r") // its event sub-process undoes z, which is over
	p.modify(`[{"kind":"move","source":"r","element":"inner"}]`)
	p.waits("e", "inner", "x")
	p.modify(`[{"kind":"move","source":"x","element":"y"}]`)
	p.waits("e", "inner", "y")
	p.modify(`[{"kind":"terminate","source":"y"}]`)
	p.ended(engine.Completed)
}

// What is in a sub-process that is over and undone is taken away with it or by itself, and compensation goes on.
func TestModifyWhatIsUndone(t *testing.T) {
	t.Parallel()
	const text = `
		start s; user last; end e compensate; s -> last -> z -> e; boundary nolast on=last compensate=unlast; user unlast handler
		sub z { start t; user a; user b; boundary na on=a compensate=ua; boundary nb on=b compensate=ub; user ua handler; user ub handler; end u; t -> a -> b -> u }`
	for _, c := range []struct {
		instruction string
		waiting     []string
	}{
		{`[{"kind":"terminate","source":"ub"}]`, []string{"e", "ua"}},
		{`[{"kind":"terminate","source":"z"}]`, []string{"e", "unlast"}},
		{`[{"kind":"terminate","source":"ub"},{"kind":"terminate","source":"z"}]`, []string{"e", "unlast"}},
		{`[{"kind":"activate","element":"b"}]`, []string{"b", "e", "ub"}}, // in a sub-process of its own: the other is over
	} {
		p := play(t, text, ``)
		for _, task := range []string{"last", "a", "b"} {
			p.complete(task, ``)
		}
		p.waits("e", "ub")
		p.modify(c.instruction)
		p.waits(c.waiting...)
	}
}

// A transaction that is canceled: its handlers are taken away one by one until its cancel event occurs, or it is with all of them.
func TestModifyCanceledTransaction(t *testing.T) {
	t.Parallel()
	undone := func() *player {
		p := play(t, transaction, `{"good":false}`)
		p.complete("sign", ``)
		p.complete("decide", ``)
		p.waits("unsign")
		return p
	}
	p := undone()
	p.modify(`[{"kind":"terminate","source":"unsign"}]`)
	p.waits("sorry")
	p.order("canceled", "sorry")

	p = undone()
	p.modify(`[{"kind":"move","source":"deal","element":"well"}]`)
	p.waits("well")
	p.complete("well", ``)
	p.ended(engine.Completed)
	if slices.Contains(p.visited, "canceled") {
		t.Error("the cancel event has occurred")
	}

	p = undone()
	p.modify(`[{"kind":"terminate","source":"unsign"},{"kind":"move","source":"deal","element":"well"}]`)
	p.waits("well")
	p.refused(`[{"kind":"terminate","source":"deal"}]`, engine.NotThere)
}
