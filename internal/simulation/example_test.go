package simulation_test

import (
	"testing"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/proof"
	"fasthold/internal/simulation"
)

// Each counter-example of a proof can be played: the simulation comes to where the proof says tokens get stuck, double or go round.
func TestCounterExamplesAreReplayed(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"XOR split, AND join":     `start s; xor x; user a; user b; and j; end e; s -> x -[n > 5]-> a -> j; x -/-> b -> j -> e`,
		"AND split, XOR join":     `start s; and f; user a; user b; xor m; user c; end e; s -> f -> a -> m; f -> b -> m -> c -> e`,
		"an end inside a split":   "start s; and f; xor x; user b; and j; end e; end gone; s -> f; f -> b -> j -> e; f -> x -[way = \"out\"]-> gone; x -/-> j",
		"a decision behind tasks": `start s; user u; xor x; service a type=job; user b; and j; end e; s -> u -> x -[n = 7 and ok]-> a -> j; x -/-> b -> j -> e`,
		"an OR split, AND join":   `start s; or o; user a; user b; user c; and j; end e; s -> o -[p > 1]-> a -> j; o -[q > 1]-> b -> j; o -/-> c -> j -> e`,
		"a late task":             `start s; and f; user a; boundary late on=a duration=P1D; user b; and j; end e; end e2; s -> f -> a -> j; f -> b -> j -> e; late -> e2`,
		"an error":                `start s; and f; service a type=x; boundary bad on=a error=BAD; and j; end e; end e2; s -> f -> a -> j; f -> j -> e; bad -> e2`,
		"a race":                  `start s; race r; catch c message=m key=k; catch t duration=P1D; and j; end e; s -> r -> c -> j; r -> t -> j -> e`,
		"in a sub-process":        `start s; user u; sub q { start is; xor x; user a; user b; and j; end ie; is -> x -[v]-> a -> j; x -/-> b -> j -> ie }; end e; s -> u -> q -> e`,
		"behind a sub-process":    `start s; sub q { start is; user a; xor x; end ie; end ie2; is -> a -> x -[v]-> ie; x -/-> ie2 }; xor y; and j; end e; s -> q -> y -[v]-> j; y -/-> j -> e`,
		"in an event sub-process": `start s; user u; end e; s -> u -> e; eventsub es { start go message=go key=k noninterrupting; xor x; user a; user b; and j; end ie; go -> x -[v]-> a -> j; x -/-> b -> j -> ie }`,
		"inclusive joins":         `start s; and f; or g; or h; user a; user b; end e; end e2; s -> f -> g -> a; a -[v1]-> h; a -/-> e; f -> h -> b; b -[v2]-> g; b -/-> e2`,
		"a loop without exit":     `start s; xor x; end e; xor m; user a; s -> x -[v]-> m -> a -> m; x -/-> e`,
		"a message start":         `start s; start t message=t; and f; and j; end e; s -> f -> j; f -> j -> e; t -> j`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := files(t, map[string]string{"p": text})
			r := proof.Soundness(set.Processes[0].Plan, 0)
			if len(r.Findings) == 0 {
				t.Fatal("nothing found")
			}
			for _, f := range r.Findings {
				if x, ok := simulation.ExampleOf(set, set.Processes[0], f); !ok {
					t.Errorf("%s %s %v: %+v\n%s", f.Kind, f.Element.ID, f.IDs(), x, bpmntest.XML("p", text))
				}
			}
		})
	}
}
