package engine_test

import (
	"testing"

	"fasthold/workflows/engine"
)

// BPMN 2.0.2 §10.5.5, §13.5.2: a token goes from a throwing link event to the catching one of the same name; both count as entries.
func TestBPMN13_5_2_Links(t *testing.T) {
	t.Parallel()
	const text = `
		start s; xor x
		throw one link=page2; throw two link=page2; catch page link=page2
		user a; end e
		s -> x -[first]-> one
		x -/-> two
		page -> a -> e`
	for vars, thrower := range map[string]string{`{"first":true}`: "one", `{"first":false}`: "two"} {
		p := play(t, text, vars)
		p.complete("a", ``)
		p.ended(engine.Completed)
		p.visits("s", "x", thrower, "page", "a", "e")
	}
}

// BPMN 2.0.2 §13.4.3: an inclusive join waits for a token that can still come through a link.
func TestBPMN13_4_3_InclusiveJoinBehindALink(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f; user a; user b; throw t link=L; catch c link=L; or j; end e
		s -> f -> a -> j -> e
		f -> b -> t
		c -> j`, ``)
	p.complete("a", ``)
	p.waits("b", "j")
	p.complete("b", ``)
	p.ended(engine.Completed)
	p.visits("s", "f", "a", "b", "t", "c", "j", "e")
}

// A loop of links in which nothing waits is an incident, not a hang.
func TestEndlessLoopOfLinks(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; catch c link=L; xor x; throw t link=L; throw again link=L; end e; s -> t; c -> x -[stop]-> e; x -/-> again`, `{"stop":false}`)
	if in := p.incidents(); len(in) != 1 || in[0].Code != "endless_loop" {
		t.Fatal(in)
	}
}
