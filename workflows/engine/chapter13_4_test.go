package engine_test

import (
	"strings"
	"testing"

	"fasthold/workflows/engine"
)

// BPMN 2.0.2 §13.4.1: a parallel gateway takes one token from each flow that leads to it and sends one along each that leads from it.
func TestBPMN13_4_1_ForkAndJoin(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f; user a; user b; user c; and both; user x; user y; end e
		s -> f -> a -> both; f -> b -> both; f -> c -> both; both -> x -> e; both -> y -> e`, ``)
	for _, waiting := range [][]string{{"a", "b", "c"}, {"b", "both", "c"}, {"both", "c"}} {
		p.waits(waiting...)
		p.complete(without(waiting, "both")[0], ``)
	}
	p.waits("x", "y")
	p.order("f", "both", "x", "y")
}

// BPMN 2.0.2 §13.4.1: tokens beyond the first of a flow wait for the next time that the gateway has one of each.
func TestBPMN13_4_1_SurplusTokens(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f; manual m; user b; and j; user after; end e
		s -> f -> m -> j -> after -> e; f -> m; f -> b -> j; f -> b`, ``)
	p.waits("b", "b", "j")
	p.complete("b", ``)
	p.waits("after", "b", "j")
	p.complete("b", ``)
	p.waits("after", "after")
}

// BPMN 2.0.2 §13.4.2: an exclusive gateway sends each token along one flow: the first whose condition holds, in the order of the drawing,
// else the default flow. Without one it fails.
func TestBPMN13_4_2_Decision(t *testing.T) {
	t.Parallel()
	const first, fallback = `x -[n > 1]-> a; x -[n > 2]-> b; `, `x -/-> c`
	for _, c := range []struct{ name, flows, n, want string }{
		{"both hold", first + fallback, "3", "a"},
		{"both hold, the other way round", `x -[n > 2]-> b; x -[n > 1]-> a; ` + fallback, "3", "b"},
		{"one holds", first + fallback, "2", "a"},
		{"none holds", first + fallback, "0", "c"},
		{"the default is drawn first", fallback + `; ` + first, "3", "a"},
		{"none holds, and there is no default", first + `x -[n > 9]-> c`, "0", "no_flow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; xor x; end a; end b; end c; s -> x; `+c.flows, `{"n":`+c.n+`}`)
			if c.want == "no_flow" {
				p.incident(c.want)
				p.sets(`{"n":2}`)
				p.step(engine.Event{Kind: engine.Retry, Key: p.key("x")})
				c.want = "a"
			}
			p.ended(engine.Completed)
			p.visits("s", "x", c.want)
		})
	}
}

// BPMN 2.0.2 §13.4.2: an exclusive gateway does not gather: each token that comes goes on by itself.
func TestBPMN13_4_2_Merge(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; and f; user a; user b; xor x; user after; end e; s -> f -> a -> x -> after -> e; f -> b -> x`, ``)
	p.complete("b", ``)
	p.waits("a", "after")
	p.complete("a", ``)
	p.waits("after", "after")
}

// BPMN 2.0.2 §13.4.3: an inclusive gateway sends a token along each flow whose condition holds, else along the default flow. Without one it fails.
func TestBPMN13_4_3_Split(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, last, n, want string }{
		{"all hold", `o -[n > 3]-> c`, "9", "a b c"},
		{"some hold", `o -/-> c`, "2", "a"},
		{"the default beside others is not taken", `o -/-> c`, "9", "a b"},
		{"none holds", `o -/-> c`, "0", "c"},
		{"one without a condition", `o -> c`, "0", "c"},
		{"none holds, and there is no default", `o -[n > 3]-> c`, "0", "no_flow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; or o; end a; end b; end c; s -> o -[n > 1]-> a; o -[n > 2]-> b; `+c.last, `{"n":`+c.n+`}`)
			if c.want == "no_flow" {
				p.incident(c.want)
				return
			}
			p.ended(engine.Completed)
			p.visits(append([]string{"s", "o"}, strings.Fields(c.want)...)...)
		})
	}
}

// BPMN 2.0.2 §13.4.3, table 13.3: an inclusive gateway that has a token waits while another can still come along a flow that has none, unless
// that one could come as well along a flow that has one, or only through the gateway itself.
func TestBPMN13_4_3_Join(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		first      string // task that is done first
		waiting    string // then
		rest       string // tasks done after that
		joined     int
	}{
		{"another token can come", `s -> f -> a -> j; f -> b -> j`, "a", "b j", "b", 1},
		{"no other token is there", `s -> f -> a -> j; f -> b -> over; end over`, "a", "after b", "b", 1},
		{"the other may end on its way", `s -> f -> a -> j; f -> b -> x; xor x; end over; x -[go]-> j; x -/-> over`, "a", "b j", "b", 1},
		{"the other could also come where one is", `s -> f -> a -> m; f -> b -> x; xor m; xor x; m -> j; x -[go]-> m; x -/-> j`, "a", "after b", "b", 2},
		{"the other comes only through the gateway", `s -> f -> a -> j; f -> b -> over; end over; xor again; after -> again; again -[go]-> j`, "a", "after b", "b", 1},
		{"an event on a border can send one", `s -> f -> a -> j; f -> b -> over; end over; boundary late on=b duration=P1D; late -> j`, "a", "b j", "b", 1},
		{"an event that does not interrupt can, too", `s -> f -> a -> j; f -> b -> over; end over; boundary late on=b duration=P1D noninterrupting; late -> j`, "a", "b j", "b", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := `start s; and f; user a; user b; or j; user after; end e; j -> after; ` + c.text
			if strings.Contains(text, "again") {
				text += `; again -/-> e`
			} else {
				text += `; after -> e`
			}
			p := play(t, text, `{"go":false}`)
			p.complete(c.first, ``)
			p.waits(strings.Fields(c.waiting)...)
			for _, task := range strings.Fields(c.rest) {
				p.complete(task, ``)
			}
			for len(p.waiting()) > 0 {
				p.complete("after", ``)
			}
			p.ended(engine.Completed)
			if got := count(p.visited, "j"); got != c.joined {
				t.Errorf("joined %d times, want %d: %v", got, c.joined, p.visited)
			}
		})
	}
}

// BPMN 2.0.2 §13.4.3: an inclusive gateway takes one token from each flow that has one; more of a flow wait for the next time.
func TestBPMN13_4_3_SurplusTokens(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; and f; manual m; user b; or j; user after; end e; s -> f -> m -> j -> after -> e; f -> m; f -> b -> j`, ``)
	p.waits("b", "j")
	p.complete("b", ``)
	p.waits("after", "after")
	p.complete("after", ``)
	p.complete("after", ``)
	p.ended(engine.Completed)
}

// BPMN 2.0.2 §13.4.4: the first of the events decides; the others are waited for no longer.
func TestBPMN13_4_4_FirstEventWins(t *testing.T) {
	t.Parallel()
	const text = `
		start s; race g; catch told message=told key="=1"; receive asked message=asked key="=1"; catch heard signal=heard; catch late duration=P1D
		user a; user b; user c; user d; end e
		s -> g; g -> told -> a -> e; g -> asked -> b -> e; g -> heard -> c -> e; g -> late -> d -> e`
	happens := []func(*player){
		func(p *player) { p.message("told", "1", ``) }, func(p *player) { p.message("asked", "1", ``) },
		func(p *player) { p.signal("heard", ``) }, func(p *player) { p.advance(day) },
	}
	for i, want := range []string{"a", "b", "c", "d"} {
		p := play(t, text, ``)
		happens[i](p)
		p.waits(want)
		for _, again := range happens {
			again(p)
		}
		p.waits(want)
		p.complete(want, ``)
		p.ended(engine.Completed)
	}
}

// BPMN 2.0.2 §13.4.4: an event-based gateway does not gather: each token that comes waits for events of its own.
func TestBPMN13_4_4_Merge(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; and f; race g; catch told message=told key="=1"; catch late duration=P1D; end a; end b; s -> f -> g -> told -> a; f -> g -> late -> b`, ``)
	p.waits("g", "g")
	p.message("told", "1", ``)
	p.waits("g")
	p.advance(day)
	p.ended(engine.Completed)
	p.order("told", "a", "late", "b")
}
