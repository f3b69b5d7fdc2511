package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fasthold/workflows/engine"
)

const day = 24 * time.Hour

// BPMN 2.0.2 §13.3.2: an activity waits for its work, then its token goes on.
func TestActivities(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		service a type=x
		user b
		script c expr="=n + 1" result=n
		manual d
		end e
		s -> a -> b -> c -> d -> e`, `{"n":1}`)
	p.waits("a")
	p.complete("a", `{"n":41}`)
	p.waits("b")
	p.complete("b", ``)
	p.ended(engine.Completed)
	p.variable("n", "42")
	p.visits("s", "a", "b", "c", "d", "e")
}

// BPMN 2.0.2 §13.4.2: the first flow whose condition holds, else the default flow.
func TestExclusiveGateway(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		xor x
		end small
		end large
		end other
		s -> x -[n < 10]-> small
		x -[n < 100]-> large
		x -/-> other`
	for vars, end := range map[string]string{`{"n":5}`: "small", `{"n":50}`: "large", `{"n":500}`: "other"} {
		p := play(t, text, vars)
		p.ended(engine.Completed)
		p.visits("s", "x", end)
	}
}

// An error must not become a wrong way: a condition that is neither true nor false is an incident naming flow, expression and values.
func TestConditionThatIsNotBoolean(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		xor x
		end a
		end b
		s -> x -[n < 10]-> a
		x -/-> b`, `{"n":"many"}`)
	p.waits("x")
	in := p.incidents()[0]
	if in.Code != "condition_not_boolean" {
		t.Fatal(in)
	}
	for _, part := range []string{"x-a", "n < 10", `n = "many"`} {
		if !strings.Contains(in.Message, part) {
			t.Errorf("%q does not name %s", in.Message, part)
		}
	}
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"n":3}`)})
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("x")})
	p.ended(engine.Completed)
	p.visits("s", "x", "a")
}

// BPMN 2.0.2 §13.4.1: a parallel gateway waits for a token on each incoming flow.
func TestParallelGateway(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		and fork
		user a
		user b
		and join
		user c
		end e
		s -> fork -> a -> join -> c -> e
		fork -> b -> join`, ``)
	p.waits("a", "b")
	p.complete("b", `{"x":1}`)
	p.waits("a", "join")
	p.complete("a", `{"y":2}`)
	p.waits("c")
	p.complete("c", ``)
	p.ended(engine.Completed)
	p.visits("s", "fork", "a", "b", "join", "c", "e")
	p.variable("x", "1")
}

func TestDeadlockIsAnIncident(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		xor x
		and join
		end e
		s -> x -[go]-> join -> e
		x -/-> join`, `{"go":true}`)
	if in := p.incidents(); len(in) != 1 || in[0].Code != "deadlock" {
		t.Fatal(in)
	}
}

// BPMN 2.0.2 §13.4.3: an inclusive join waits exactly for the tokens that can still come.
func TestInclusiveGateway(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		or fork
		user a
		user b
		user c
		or join
		end e
		s -> fork -[wa]-> a -> join -> e
		fork -[wb]-> b -> join
		fork -/-> c -> join`
	p := play(t, text, `{"wa":true,"wb":true}`)
	p.waits("a", "b")
	p.complete("a", ``)
	p.waits("b", "join")
	p.complete("b", ``)
	p.ended(engine.Completed)

	p = play(t, text, `{"wa":false,"wb":true}`)
	p.waits("b")
	p.complete("b", ``)
	p.ended(engine.Completed)

	p = play(t, text, `{"wa":false,"wb":false}`)
	p.waits("c")
	p.complete("c", ``)
	p.ended(engine.Completed)
}

// BPMN 2.0.2 §13.4.4: the first event that happens decides.
func TestEventBasedGateway(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		race g
		catch m message=answer key="=id"
		catch late duration=P3D
		end a
		end b
		s -> g -> m -> a
		g -> late -> b`
	p := play(t, text, `{"id":"k"}`)
	p.waits("g")
	p.message("answer", "other", ``)
	p.waits("g")
	p.message("answer", "k", `{"yes":true}`)
	p.ended(engine.Completed)
	p.visits("s", "g", "m", "a")
	p.variable("yes", "true")

	p = play(t, text, `{"id":"k"}`)
	p.advance(3 * day)
	p.ended(engine.Completed)
	p.visits("s", "g", "late", "b")
}

// BPMN 2.0.2 §13.5.3: an interrupting boundary event ends the activity, a non-interrupting one does not.
func TestBoundaryEvents(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		user a
		boundary remind on=a cycle=R3/P2D noninterrupting
		boundary stop on=a duration=P10D
		service nag type=nag
		end e
		end reminded
		end stopped
		s -> a -> e
		remind -> nag -> reminded
		stop -> stopped`
	p := play(t, text, ``)
	p.advance(2 * day)
	p.waits("a", "nag")
	p.complete("nag", ``)
	p.advance(2 * day)
	p.complete("nag", ``)
	p.advance(2 * day)
	p.waits("a", "nag")
	p.advance(3 * day)
	p.waits("a", "nag")
	p.complete("a", ``)
	p.waits("nag")
	p.complete("nag", ``)
	p.ended(engine.Completed)

	p = play(t, text, ``)
	p.advance(2 * day)
	p.complete("nag", ``)
	p.advance(8 * day)
	if count(p.visited, "nag") != 3 {
		t.Fatal(p.visited)
	}
	p.waits("nag", "nag")
}

// BPMN 2.0.2 §13.5.4: event sub-processes start inside the running scope.
func TestEventSubProcess(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		user a
		end e
		s -> a -> e
		eventsub note {
			start told message=told key="=id" noninterrupting
			user read
			end r
			told -> read -> r
		}
		eventsub halt {
			start stop message=stop key="=id"
			end h
			stop -> h
		}`
	p := play(t, text, `{"id":"k"}`)
	p.message("told", "k", `{"n":1}`)
	p.waits("a", "read")
	p.message("told", "k", `{"n":2}`)
	p.waits("a", "read", "read")
	p.variable("n", "2")
	p.message("stop", "k", ``)
	p.ended(engine.Completed)
	p.visits("s", "a", "note", "told", "read", "note", "told", "read", "halt", "stop", "h")
}

// BPMN 2.0.2 §10.5.6: an error goes to the nearest event that catches it, the one with its code first.
func TestErrors(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		sub outer {
			start i
			service work type=x
			end done
			i -> work -> done
		}
		boundary known on=outer error=E1 codevar=code
		boundary any on=outer error
		end ok
		end k
		end a
		s -> outer -> ok
		known -> k
		any -> a`
	for code, want := range map[string]string{"E1": "k", "E2": "a"} {
		p := play(t, text, ``)
		p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("work"), Code: code})
		p.ended(engine.Completed)
		if last := p.visited[len(p.visited)-1]; last != want {
			t.Errorf("%s: %v", code, p.visited)
		}
	}
}

func TestUncaughtErrorIsAnIncident(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		service a type=x
		end e
		s -> a -> e`, ``)
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("a"), Code: "E"})
	if in := p.incidents(); len(in) != 1 || in[0].Code != "unhandled_error" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	p.complete("a", ``)
	p.ended(engine.Completed)
}

// A job out of retries keeps its place, and the deadlines attached to it keep their time.
func TestFailedJobKeepsItsDeadline(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		service a type=x
		boundary late on=a duration=P1D noninterrupting
		user help
		end e
		end h
		s -> a -> e
		late -> help -> h`, ``)
	p.step(engine.Event{Kind: engine.FailJob, Key: p.key("a"), Code: "job_failed", Text: "no answer"})
	p.advance(day)
	p.waits("a", "help")
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	p.complete("a", ``)
	p.complete("help", ``)
	p.ended(engine.Completed)
}

// A corrected date moves every deadline that hangs on it.
func TestDeadlinesFollowVariables(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user a due="=date and time(first + \"T00:00:00\") + duration(\"P7D\")" follows
		boundary late on=a date="=date and time(first + \"T00:00:00\") + duration(\"P8D\")" follows
		end e
		end l
		s -> a -> e
		late -> l`, `{"first":"2026-03-02"}`)
	n, _ := p.s.Node(p.key("a"))
	before := *n.Task.Due
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"first":"2026-03-12"}`)})
	n, _ = p.s.Node(p.key("a"))
	if got := n.Task.Due.Sub(before); got != 10*day {
		t.Fatalf("moved by %v", got)
	}
	p.advance(9 * day)
	p.waits("a")
	p.advance(10 * day)
	p.ended(engine.Completed)
}

// Messages that come before anything waits are kept for their time to live; an id is taken once.
func TestMessages(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user a
		receive m message=go key=k
		user b
		end e
		s -> a -> m -> b -> e`, ``)
	early := engine.Event{Kind: engine.Correlate, Name: "go", CorrelationKey: "k", TTL: time.Hour, ID: "1", Variables: variables(t, `{"x":1}`)}
	p.step(early)
	p.step(early)
	p.complete("a", ``)
	p.waits("b")
	p.variable("x", "1")
}

func TestCallActivity(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		call c process=other out.result="=x"
		boundary oops on=c error=E
		end e
		end o
		s -> c -> e
		oops -> o`, `{"y":1}`)
	c := p.turn.Commands[len(p.turn.Commands)-1]
	if c.Kind != engine.StartChild || c.Process != "other" || len(c.Catches) != 1 || c.Catches[0] != "E" {
		t.Fatalf("%+v", c)
	}
	p.complete("c", `{"x":7}`)
	p.ended(engine.Completed)
	p.variable("result", "7")
}

// Each retry of a call asks for another instance of the process. Instances from before that was counted ask for the same one.
func TestRetriedCall(t *testing.T) {
	t.Parallel()
	for version, want := range map[engine.Version][]int{engine.ResultsShown: {0, 0, 0}, engine.CallsKept: {0, 1, 2}} {
		p := newPlayer(t, `start s; call c process=other; end e; s -> c -> e`)
		p.p.Version = version
		p.step(engine.Event{Kind: engine.Start})
		var asked []int
		for range 3 {
			asked = append(asked, p.turn.Commands[len(p.turn.Commands)-1].Again)
			p.step(engine.Event{Kind: engine.StopChild, Key: p.key("c"), Code: "child_canceled"})
			p.step(engine.Event{Kind: engine.Retry, Key: p.key("c")})
		}
		if !slices.Equal(asked, want) {
			t.Errorf("version %d: %v, want %v", version, asked, want)
		}
		p.complete("c", ``)
		p.ended(engine.Completed)
	}
}

func TestTerminate(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		and f
		user a
		user b
		end t terminate
		end e
		s -> f -> a -> t
		f -> b -> e`, ``)
	p.complete("a", ``)
	p.ended(engine.Completed)
	p.visits("s", "f", "a", "b", "t")
}

func TestEndlessLoopIsAnIncident(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		xor a
		manual b
		end e
		s -> a -> b
		b -> a2
		xor a2
		a2 -[stop]-> e
		a2 -/-> a`, `{"stop":false}`)
	if in := p.incidents(); len(in) != 1 || in[0].Code != "endless_loop" {
		t.Fatal(in)
	}
}

func TestStateSurvivesJSON(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		and f
		user a
		catch m message=go key=k
		and j
		end e
		s -> f -> a -> j -> e
		f -> m -> j`, `{"x":{"b":1.50,"a":[true,null,"æ"]}}`)
	c, err := p.s.Clone()
	if err != nil {
		t.Fatal(err)
	}
	p.s = c
	p.complete("a", ``)
	p.message("go", "k", ``)
	p.ended(engine.Completed)
	p.variable("x", `{b: 1.5, a: [true, null, "æ"]}`)
}

func count(list []string, x string) (n int) {
	for _, y := range list {
		if y == x {
			n++
		}
	}
	return n
}
