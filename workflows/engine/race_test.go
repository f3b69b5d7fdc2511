package engine_test

import (
	"testing"

	"fasthold/workflows/engine"
)

// BPMN 2.0.2 §10.6.6, §13.4.4: a receive task behind an event-based gateway waits in the gateway; the gateway's message is its own.
func TestBPMN13_4_4_ReceiveTaskBehindAGateway(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		race g
		receive answer message=answer key="=id" out.said="=word"
		catch late duration=P1D
		end e
		s -> g -> answer -> e
		g -> late -> e`, `{"id":"k"}`)
	p.waits("g")
	p.message("answer", "k", `{"word":"yes"}`)
	p.ended(engine.Completed)
	p.visits("s", "g", "answer", "e")
	p.variable("said", `"yes"`)
}

// BPMN 2.0.2 §10.6.6: an instantiating gateway begins the process with whichever of its messages comes.
func TestBPMN13_4_4_InstantiatingGateway(t *testing.T) {
	t.Parallel()
	const text = `
		race g instantiate
		catch order message=order
		receive letter message=letter out.kind="=kind + 1"
		user a
		end e
		g -> order -> a -> e
		g -> letter -> e
		eventsub stop { start ss message=stop key="=kind"; end se; ss -> se }`
	p := playFrom(t, "order", text, `{"kind":1}`)
	p.waits("a")
	p.visits("g", "order", "a")
	p.complete("a", ``)
	p.ended(engine.Completed)

	p = playFrom(t, "letter", text, `{"kind":1}`)
	p.ended(engine.Completed)
	p.visits("g", "letter", "e")
	p.variable("kind", "2")
}
