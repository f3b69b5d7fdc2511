package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fasthold/workflows/engine"
)

// keys are the nodes of an element that work, in the order they began.
func (p *player) keys(element string) []int64 {
	var out []int64
	for _, n := range p.s.Nodes {
		if n.Element == element && n.Wait != engine.WaitScope {
			out = append(out, n.Key)
		}
	}
	slices.Sort(out)
	return out
}

// completeNth completes one of several tasks or jobs of an element, counted from 0.
func (p *player) completeNth(element string, nth int, vars string) {
	p.t.Helper()
	key := p.keys(element)[nth]
	n, _ := p.s.Node(key)
	kind := map[engine.Wait]engine.EventKind{engine.WaitTask: engine.CompleteTask, engine.WaitJob: engine.CompleteJob, engine.WaitChild: engine.CompleteChild}[n.Wait]
	p.step(engine.Event{Kind: kind, Key: key, Variables: variables(p.t, vars)})
}

// BPMN 2.0.2 §13.3.7: a parallel multi-instance activity has one instance for each item, and results by position whichever is done first.
func TestBPMN13_3_7_ParallelMultiInstance(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user ask each="=people" item=person collect=answers yield="=answer" assignee="=person"
		end e
		s -> ask -> e`, `{"people":["a","b","c"]}`)
	p.waits("ask", "ask", "ask")
	for i, key := range p.keys("ask") {
		n, _ := p.s.Node(key)
		if want := string(rune('a' + i)); n.Task.Assignee != want {
			t.Fatalf("task %d is assigned to %q, want %q", i, n.Task.Assignee, want)
		}
	}
	p.completeNth("ask", 2, `{"answer":"third"}`)
	p.completeNth("ask", 0, `{"answer":"first"}`)
	p.waits("ask")
	p.completeNth("ask", 0, `{"answer":"second"}`)
	p.ended(engine.Completed)
	p.variable("answers", `["first", "second", "third"]`)
	p.variable("answer", "null")
	p.variable("person", "null")
	p.visits("s", "ask", "ask", "ask", "e")
}

// BPMN 2.0.2 §13.3.7: of a sequential multi-instance activity one instance is alive at a time.
func TestBPMN13_3_7_SequentialMultiInstance(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		service visit type=visit each="=places" item=place collect=seen yield="=place + string(loopCounter)" sequential
		end e
		s -> visit -> e`, `{"places":["x","y"]}`)
	p.waits("visit")
	p.complete("visit", ``)
	p.waits("visit")
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"places":[]}`)})
	p.complete("visit", ``)
	p.ended(engine.Completed)
	p.variable("seen", `["x1", "y2"]`)
	p.visits("s", "visit", "visit", "e")
}

// BPMN 2.0.2 §13.3.7: a number instead of a collection; nothing to do is done at once; anything else is an incident that can be retried.
func TestBPMN13_3_7_HowMany(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a times="=n"; end e; s -> a -> e`, `{"n":2}`)
	p.waits("a", "a")

	p = play(t, `start s; user a each="=list" collect=out yield="=x"; end e; s -> a -> e`, `{"list":[]}`)
	p.ended(engine.Completed)
	p.variable("out", "[]")
	p.visits("s", "e")

	p = play(t, `start s; user a each="=list"; boundary b on=a duration=P1D; end e; s -> a -> e; b -> e`, `{"list":"one"}`)
	p.waits("a")
	if in := p.incidents()[0]; in.Code != "not_a_list" || !strings.Contains(in.Message, `list = "one"`) {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"list":[1,2,3]}`)})
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	p.waits("a", "a", "a")
	p.advance(day)
	p.ended(engine.Completed)

	p = play(t, `start s; user a each="=for i in 1..10001 return i"; end e; s -> a -> e`, ``)
	if in := p.incidents()[0]; in.Code != "too_many_instances" {
		t.Fatal(in)
	}
	p = play(t, `start s; user a times="=n"; end e; s -> a -> e`, `{"n":"many"}`)
	if in := p.incidents()[0]; in.Code != "not_a_number" {
		t.Fatal(in)
	}
}

// BPMN 2.0.2 §13.3.7, table 10.31: when the completion condition holds the other instances are terminated.
func TestBPMN13_3_7_CompletionCondition(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user vote each="=[1,2,3,4]" until="=numberOfCompletedInstances / numberOfInstances >= 0.5 and numberOfActiveInstances = 2 and numberOfTerminatedInstances = 0" collect=votes yield="=vote"
		end e
		s -> vote -> e`, ``)
	p.completeNth("vote", 3, `{"vote":"no"}`)
	p.waits("vote", "vote", "vote")
	p.completeNth("vote", 1, `{"vote":"yes"}`)
	p.ended(engine.Completed)
	p.variable("votes", `[null, "yes", null, "no"]`)

	p = play(t, `start s; script a expr="=loopCounter * 10" result=x each="=[1,2,3]" sequential collect=xs yield="=x" until="=some y in xs satisfies y = 20"; end e; s -> a -> e`, ``)
	p.ended(engine.Completed)
	p.variable("xs", "[10, 20, null]")

	p = play(t, `start s; user a times=2 until="=ready"; end e; s -> a -> e`, ``)
	p.completeNth("a", 0, ``)
	if in := p.incidents()[0]; in.Code != "condition_not_boolean" || !strings.Contains(in.Message, "ready = missing") {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"ready":true}`)})
	for _, n := range p.s.Nodes {
		if n.Incident != nil {
			p.step(engine.Event{Kind: engine.Retry, Key: n.Key})
			break
		}
	}
	p.ended(engine.Completed)
}

// The instances see the results there are so far, which hide a variable of that name outside; those of an older version see that one.
func TestMultiInstanceShowsItsResults(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		sub each each="=[1,2,3]" item=i collect=rs yield="=i * 10" sequential {
			start is
			script look expr="=string(rs)" result=seen
			user a in.sofar="=rs"
			boundary half on=a condition="=count(rs[item != null]) = 2" noninterrupting
			script note expr="=seen" result=log
			end ie
			end he
			is -> look -> a -> ie
			half -> note -> he
		}
		boundary two on=each condition="=count(rs[item != null]) = 2" noninterrupting
		script told expr="=rs" result=early
		end t
		end e
		two -> told -> t
		s -> each -> e`
	for version, want := range map[engine.Version][]string{
		engine.VariablesSet: {`["outer"]`, `["outer"]`, `null`, `null`},
		engine.ResultsShown: {`[null, null, null]`, `[10, 20, null]`, `"[10, 20, null]"`, `["outer"]`},
	} {
		p := newPlayer(t, text)
		p.p.Version = version
		p.step(engine.Event{Kind: engine.Start, Variables: variables(t, `{"rs":["outer"],"seen":null,"log":null}`)})
		for round := range 3 {
			n, _ := p.s.Node(p.key("a"))
			if round != 1 {
				if v, _ := n.Variables.Lookup("sofar"); v.String() != want[round/2] {
					t.Errorf("version %d: round %d sees %v", version, round+1, v)
				}
			}
			p.complete("a", ``)
		}
		p.ended(engine.Completed)
		p.variable("log", want[2])
		p.variable("early", want[3])
		p.variable("rs", `[10, 20, 30]`)
	}

	p := play(t, `start s; sub each each="=[1,2]" item=i collect=rs yield="=[rs]" { start is; user a; end ie; is -> a -> ie }; end e; s -> each -> e`, ``)
	p.completeNth("a", 0, ``)
	p.completeNth("a", 0, ``)
	p.ended(engine.Completed)
	p.variable("rs", `[[[null, null]], [[[[null, null]], null]]]`) // what was seen stays as it was
}

// Input mappings see the item, output mappings the results, and both belong to each instance.
func TestMultiInstanceMappings(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		service a type=price each="=orders" item=order in.id="=order.id" out.cost="=price * order.count" collect=costs yield="=cost"
		end e
		s -> a -> e`, `{"orders":[{"id":7,"count":2},{"id":8,"count":3}]}`)
	if id, _ := p.turn.Commands[1].Variables.Lookup("id"); id == nil || id.String() != "8" {
		t.Fatalf("the second job sees %v", p.turn.Commands[1].Variables)
	}
	p.completeNth("a", 1, `{"price":10}`)
	p.completeNth("a", 0, `{"price":5}`)
	p.ended(engine.Completed)
	p.variable("costs", "[10, 30]")
	p.variable("cost", "null")
	p.variable("price", "null")
}

// BPMN 2.0.2 §13.5.3: events are attached to the activity as a whole; an error out of one instance ends all.
func TestBPMN13_5_3_MultiInstanceBoundary(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		sub each each="=[1,2,3]" item=i {
			start is; user a; service b type=x; end ie
			is -> a -> b -> ie
			eventsub note { start ns message=note key="=string(i)" noninterrupting; user read; end ne; ns -> read -> ne }
		}
		boundary late on=each duration=P3D
		boundary nag on=each cycle=R/P1D noninterrupting
		boundary failed on=each error=E
		user mend
		end e
		s -> each -> e
		late -> e
		nag -> e
		failed -> mend -> e`
	p := play(t, text, ``)
	p.waits("a", "a", "a")
	p.completeNth("a", 1, ``)
	p.advance(day)
	p.message("note", "3", ``)
	p.waits("a", "a", "b", "read")
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("b"), Code: "E"})
	p.waits("mend")
	p.complete("mend", ``)
	p.ended(engine.Completed)

	p = play(t, text, ``)
	p.advance(3 * day)
	p.ended(engine.Completed)
	closed := 0
	for _, c := range p.turn.Commands {
		if c.Kind == engine.CloseTask && !c.Done {
			closed++
		}
	}
	if closed != 3 {
		t.Fatalf("%d tasks were canceled", closed)
	}

	p = play(t, text, ``)
	for range 3 {
		p.completeNth("a", 0, ``)
	}
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.keys("b")[0], Code: "other"})
	if in := p.incidents()[0]; in.Code != "unhandled_error" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.Retry, Key: p.keys("b")[0]})
	for range 3 {
		p.completeNth("b", 0, ``)
	}
	p.ended(engine.Completed)
}

// Multi-instance activities nest, and call activities can be repeated.
func TestMultiInstanceNestedAndCalled(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		sub rows each="=matrix" item=row collect=sums yield="=sum(cells)" {
			start is
			call cell process=q each="=row" item=x allin=false in.v="=x" out.y="=r" collect=cells yield="=y"
			end ie
			is -> cell -> ie
		}
		end e
		s -> rows -> e`, `{"matrix":[[1,2],[],[3]]}`)
	p.waits("cell", "cell", "cell")
	for _, v := range []string{"10", "20", "30"} {
		p.completeNth("cell", 0, `{"r":`+v+`}`)
	}
	p.ended(engine.Completed)
	p.variable("sums", "[30, null, 30]")
}

// BPMN 2.0.2 §13.3.6: a standard loop goes on while its condition holds, asked before or after each round, up to a maximum.
func TestBPMN13_3_6_StandardLoop(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, loop string
		rounds     int
	}{
		{"after each round", `while="=n < 3"`, 3},
		{"after each round, once at least", `while="=n < 0"`, 1},
		{"before each round", `while="=n < 3" testbefore`, 3},
		{"before each round, never", `while="=n < 0" testbefore`, 0},
		{"up to a maximum", `while="=true" rounds=4`, 4},
		{"a maximum alone", `rounds="=2 + 2"`, 4},
		{"by its counter", `while="=loopCounter < 5"`, 5},
		{"by its counter before", `while="=loopCounter < 2" testbefore`, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; script a expr="=n + 1" result=n `+c.loop+`; end e; s -> a -> e`, `{"n":0}`)
			p.ended(engine.Completed)
			p.variable("n", fmt.Sprint(c.rounds))
			if len(p.visited) != c.rounds+2 {
				t.Fatal(p.visited)
			}
		})
	}
	p := play(t, `start s; user a while="=not(ok)"; boundary b on=a duration=P1D; end e; s -> a -> e; b -> e`, ``)
	p.complete("a", `{"ok":false}`)
	p.waits("a")
	p.complete("a", `{"ok":true}`)
	p.ended(engine.Completed)

	p = play(t, `start s; script a expr="=1" result=n while="=true"; end e; s -> a -> e`, ``)
	if in := p.incidents()[0]; in.Code != "endless_loop" {
		t.Fatal(in)
	}
}

// An event ends very many instances at once, each with what it waits for.
func TestManyInstancesAreCanceledAtOnce(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; sub a times=10000 { start is; user u; end ie; is -> u -> ie }; boundary b on=a duration=P1D; end e; s -> a -> e; b -> e`, ``)
	p.advance(day)
	p.ended(engine.Completed)
	closed := 0
	for _, c := range p.turn.Commands {
		if c.Kind == engine.CloseTask {
			closed++
		}
	}
	if closed != 10_000 {
		t.Fatal(closed)
	}
}

// A sequential multi-instance of many scripts is no endless loop, also inside another one.
func TestManyInstancesAreNoEndlessLoop(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		sub outer times=10 sequential { start os; script a expr="=loopCounter" result=x times=1000 sequential; manual m times=1000; end oe; os -> a -> m -> oe }
		sub wide each="=for i in 1..5000 return i" { start ws; manual w; manual v; end we; ws -> w -> v -> we }
		end e
		s -> outer -> wide -> e`, ``)
	p.ended(engine.Completed)
}
