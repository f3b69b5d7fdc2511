package engine_test

import (
	"testing"

	"fasthold/workflows/engine"
)

const twoOfThree = `
	start s
	and f
	user a
	user b
	user c
	complex two when="=activationCount >= 2"
	user next
	end e
	s -> f -> a -> two
	f -> b -> two
	f -> c -> two
	two -> next -> e`

// BPMN 2.0.2 §13.4.5: a complex gateway goes on as soon as its activation condition holds; the tokens that come later end there.
func TestBPMN13_4_5_ComplexJoin(t *testing.T) {
	t.Parallel()
	p := play(t, twoOfThree, ``)
	p.complete("b", ``)
	p.waits("a", "c", "two")
	p.complete("a", ``)
	p.waits("c", "next", "two")
	p.complete("c", ``)
	p.waits("next")
	p.complete("next", ``)
	p.ended(engine.Completed)
	p.visits("s", "f", "a", "b", "c", "two", "next", "e")

	p = play(t, twoOfThree, ``)
	p.complete("b", ``)
	p.complete("a", ``)
	p.complete("next", ``)
	p.waits("c", "two")
	p.complete("c", ``)
	p.ended(engine.Completed)
}

// BPMN 2.0.2 §13.4.5: a gateway does not wait for tokens that can come no more before it begins anew.
func TestBPMN13_4_5_ComplexReset(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		or f
		user a
		user b
		complex one when="=activationCount = 1"
		user again
		xor x
		end e
		s -> f -[wa]-> a -> one
		f -[wb]-> b -> one
		one -> again -> x -[stop]-> e
		x -/-> f`, `{"wa":true,"wb":false,"stop":false}`)
	for range 3 {
		p.complete("a", ``)
		p.waits("again")
		p.complete("again", ``)
	}
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"wb":true,"stop":true}`)})
	p.complete("a", ``)
	p.complete("again", ``)
	p.ended(engine.Completed)
}

// BPMN 2.0.2 §13.4.5: a complex gateway splits like an inclusive one.
func TestBPMN13_4_5_ComplexSplit(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; complex c; user a; user b; user d; end e; s -> c -[x > 1]-> a -> e; c -[x > 2]-> b -> e; c -/-> d -> e`, `{"x":3}`)
	p.waits("a", "b")
	p = play(t, `start s; complex c; user a; user d; end e; s -> c -[x > 1]-> a -> e; c -/-> d -> e`, `{"x":0}`)
	p.waits("d")
}

// What is neither true nor false is an incident, and so is a gateway that waits for what cannot come; both can be retried.
func TestComplexGatewayIncidents(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; and f; manual a; user b; complex c when="=activationCount >= need"; end e; s -> f -> a -> c -> e; f -> b -> c`, ``)
	if in := p.incidents()[0]; in.Code != "condition_not_boolean" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"need":3}`)})
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("c")})
	p.complete("b", ``)
	if in := p.incidents()[0]; in.Code != "deadlock" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"need":2}`)})
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("c")})
	p.ended(engine.Completed)
}
