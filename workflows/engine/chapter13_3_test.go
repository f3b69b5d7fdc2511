package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fasthold/definitions/dmn"
	"fasthold/definitions/problem"
	"fasthold/workflows/engine"
)

// BPMN 2.0.2 §13.3.1: without a gateway each token that comes to an activity lets it begin once more.
func TestBPMN13_3_1_SeveralIncomingFlows(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; and f; user a; end e; s -> f -> a -> e; f -> a`, ``)
	p.waits("a", "a")
	p.complete("a", ``)
	p.waits("a")
	p.complete("a", ``)
	p.ended(engine.Completed)
	p.visits("s", "f", "a", "a", "e", "e")
}

// BPMN 2.0.2 §13.3.1: several flows out of an activity: all without a condition and those whose condition holds, else the default flow.
func TestBPMN13_3_1_SeveralOutgoingFlows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, flows, n, want string }{
		{"all without a condition", `a -> x; a -> y; a -> z`, "0", "x y z"},
		{"those whose condition holds", `a -[n > 1]-> x; a -[n > 2]-> y; a -/-> z`, "3", "x y"},
		{"one of them", `a -[n > 1]-> x; a -[n > 2]-> y; a -/-> z`, "2", "x"},
		{"the default flow", `a -[n > 1]-> x; a -[n > 2]-> y; a -/-> z`, "1", "z"},
		{"a mixture", `a -> x; a -[n > 2]-> y; a -[n > 9]-> z`, "3", "x y"},
		{"a mixture of which only the sure one is taken", `a -> x; a -[n > 2]-> y; a -[n > 9]-> z`, "0", "x"},
		{"none", `a -[n > 1]-> x; a -[n > 2]-> y; a -[n > 9]-> z`, "0", "no_flow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; user a; end x; end y; end z; s -> a; `+c.flows, `{}`)
			p.complete("a", `{"n":`+c.n+`}`)
			if c.want == "no_flow" {
				p.incident(c.want)
				return
			}
			p.ended(engine.Completed)
			p.visits(append([]string{"s", "a"}, strings.Fields(c.want)...)...)
		})
	}
}

// BPMN 2.0.2 §13.3.2, ready: an activity begins when what it needs is there; until then nobody sees its work.
func TestBPMN13_3_2_Ready(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a; boundary b on=a message=m key="=k"; end e; s -> a -> e; b -> e`, `{}`)
	p.incident("correlation_key")
	p.commands(engine.OpenTask)
	p.sets(`{"k":1}`)
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	p.commands(engine.OpenTask, "a")
	p.commands(engine.Subscribe, "b")
}

// BPMN 2.0.2 §13.3.2, active and completing: data come in before the work begins, results go out before a token leaves.
func TestBPMN13_3_2_DataBeforeAndAfter(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; service work type=work in.half="=n / 2" out.n="=half + done"; end large; end small
		s -> work -[n > 10]-> large; work -/-> small`, `{"n":8}`)
	if got := encoded(t, p.turn.Commands[0].Variables); got != `{"half":4}` {
		t.Errorf("the job sees %s", got)
	}
	p.complete("work", `{"done":7}`)
	p.ended(engine.Completed)
	p.visits("s", "work", "large")
	p.variable("n", "11")
	p.variable("half", "null")
	p.variable("done", "null")
}

// BPMN 2.0.2 §13.3.2, completed: what is done is done once, and its events no longer occur.
func TestBPMN13_3_2_Completed(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a; boundary b on=a message=m key="=1"; boundary d on=a duration=P1D; user next; end e; end x; s -> a -> next -> e; b -> x; d -> x`, ``)
	key := p.key("a")
	p.complete("a", ``)
	p.commands(engine.Unsubscribe, "b")
	p.commands(engine.CancelTimer, "d")
	p.refuses(engine.Event{Kind: engine.CompleteTask, Key: key}, engine.Conflict, "no longer active")
	p.message("m", "1", ``)
	p.advance(2 * day)
	p.waits("next")
}

// interruptions are the ways in which an event with these options comes to a sub-process with a job and a task that can throw.
var interruptions = []struct {
	name, options string
	happens       func(*player)
}{
	{"timer", `duration=P1D`, func(p *player) { p.advance(day) }},
	{"message", `message=stop key="=1"`, func(p *player) { p.message("stop", "1", ``) }},
	{"signal", `signal=stop`, func(p *player) { p.signal("stop", ``) }},
	{"condition", `condition="=stop = true"`, func(p *player) { p.sets(`{"stop":true}`) }},
	{"escalation", `escalation=UP`, func(p *player) { p.complete("ask", ``) }},
	{"error", `error=E`, func(p *player) {
		p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("y"), Code: "E"})
	}},
}

// busy is a sub-process with work of all kinds in it; there is room for more elements.
const busy = `
	sub w {
		start ws; and wf; sub deep { start ds; user x; end de; ds -> x -> de }; service y type=y; call c process=q
		user ask; throw up escalation=UP; end we
		ws -> wf -> deep -> we; wf -> y -> we; wf -> c -> we; wf -> ask -> up -> we
		%s
	}
`

// BPMN 2.0.2 §13.3.2, failing and terminating: an error, or another interrupting event, ends an activity and all that is in it; the token
// goes on from the event and from nowhere else.
func TestBPMN13_3_2_Terminated(t *testing.T) {
	t.Parallel()
	for _, c := range interruptions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, strings.Replace(busy, "%s", "", 1)+`start s; boundary b on=w `+c.options+`; user after; end e; end done; s -> w -> done; b -> after -> e`, ``)
			p.waits("ask", "c", "x", "y")
			c.happens(p)
			p.waits("after")
			ended := p.told(engine.Terminated)
			slices.Sort(ended)
			if want := []string{"c", "deep", "w", "x", "y"}; !slices.Equal(without(ended, "ask", "up"), want) {
				t.Errorf("terminated %v, want %v", ended, want)
			}
			p.commands(engine.CancelJob, "y")
			p.commands(engine.CancelChild, "c")
			p.complete("after", ``)
			p.ended(engine.Completed)
			p.order("b", "after", "e")
		})
	}
}

func without(list []string, words ...string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(words, s) })
}

// BPMN 2.0.2 §13.3.3: what each kind of task does, and when it is done.
func TestBPMN13_3_3_Tasks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, task string
		asks       engine.CommandKind // of the world; "" for nothing
		done       func(*player)
	}{
		{"abstract", `task a`, "", nil},
		{"manual", `manual a`, "", nil},
		{"script", `script a expr="=n + 1" result=r`, "", nil},
		{"business rule", `rule a decision=double result=r`, "", nil},
		{"service", `service a type=work`, engine.RunJob, func(p *player) { p.complete("a", `{"r":2}`) }},
		{"send", `send a type=mail`, engine.RunJob, func(p *player) { p.complete("a", `{"r":2}`) }},
		{"script of a worker", `script a type=python`, engine.RunJob, func(p *player) { p.complete("a", `{"r":2}`) }},
		{"business rule of a worker", `rule a type=rules`, engine.RunJob, func(p *player) { p.complete("a", `{"r":2}`) }},
		{"user", `user a`, engine.OpenTask, func(p *player) { p.complete("a", `{"r":2}`) }},
		{"receive", `receive a message=m key="=n"`, engine.Subscribe, func(p *player) {
			p.message("m", "7", `{"r":7}`)
			p.waits("a")
			p.message("m", "1", `{"r":2}`)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlayer(t, `start s; `+c.task+`; end e; s -> a -> e`)
			p.p.Decisions = decisions(t)
			p.step(engine.Event{Kind: engine.Start, Variables: variables(t, `{"n":1}`)})
			if c.asks != "" {
				p.waits("a")
				p.commands(c.asks, "a")
				c.done(p)
			}
			p.ended(engine.Completed)
			p.visits("s", "a", "e")
			if c.name != "abstract" && c.name != "manual" {
				p.variable("r", "2")
			}
		})
	}
}

// A variable holds a date as text; a decision that declares a date gets one. Instances from before keep the null that they got.
func TestADecisionReadsDates(t *testing.T) {
	t.Parallel()
	for version, want := range map[engine.Version]string{engine.ResultsShown: "null", engine.TypedInputs: "2026"} {
		p := newPlayer(t, `start s; rule a decision=year result=r; end e; s -> a -> e`)
		p.p.Version, p.p.Decisions = version, library(t, `<inputData id="i" name="day"><variable name="day" typeRef="date"/></inputData>
			<decision id="year" name="year"><variable name="year" typeRef="number"/>
				<informationRequirement><requiredInput href="#i"/></informationRequirement><literalExpression><text>day.year</text></literalExpression></decision>`)
		p.step(engine.Event{Kind: engine.Start, Variables: variables(t, `{"day":"2026-01-31"}`)})
		p.ended(engine.Completed)
		p.variable("r", want)
	}
}

// decisions has one that doubles n.
func decisions(t *testing.T) *dmn.Library {
	t.Helper()
	return library(t, `<inputData id="i" name="n"><variable name="n" typeRef="number"/></inputData>
		<decision id="double" name="double"><variable name="double" typeRef="number"/>
			<informationRequirement><requiredInput href="#i"/></informationRequirement><literalExpression><text>2 * n</text></literalExpression></decision>`)
}

func library(t *testing.T, content string) *dmn.Library {
	t.Helper()
	model, problems := dmn.Parse("d.dmn", []byte(`<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">`+content+`</definitions>`))
	library, more := dmn.Compile(model)
	if all := append(problems, more...); problem.HasErrors(all) {
		t.Fatal(all)
	}
	return library
}

// BPMN 2.0.2 §13.3.3: a fault of a service is an error that ends its task; a failure that is none leaves the task where it is.
func TestBPMN13_3_3_ServiceFault(t *testing.T) {
	t.Parallel()
	const text = `start s; service a type=work; boundary b on=a error=FULL codevar=code; end e; end x; s -> a -> e; b -> x`
	p := play(t, text, ``)
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("a"), Code: "FULL"})
	p.ended(engine.Completed)
	p.visits("s", "a", "b", "x")
	p.variable("code", `"FULL"`)

	p = play(t, text, ``)
	p.step(engine.Event{Kind: engine.FailJob, Key: p.key("a"), Code: "job_failed", Text: "no answer"})
	p.incident("job_failed")
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	p.complete("a", ``)
	p.visits("s", "a", "e")
}

// BPMN 2.0.2 §13.3.3: a message lets one receive task of an instance go on, the one that has waited longest.
func TestBPMN13_3_3_ReceiveTakesOneMessage(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; and f; receive a message=m key="=1"; receive b message=m key="=1"; end e; s -> f -> a -> e; f -> b -> e`, ``)
	p.message("m", "1", ``)
	p.waits("b")
	p.message("m", "1", ``)
	p.ended(engine.Completed)
}

// BPMN 2.0.2 §13.3.4: each token that comes to a sub-process opens one, which begins at its start event and is done when no token is left in it.
func TestBPMN13_3_4_SubProcess(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f
		sub w { start ws; and wf; user a; user b; end one; end two; ws -> wf -> a -> one; wf -> b -> two }
		user after; end e
		s -> f -> w -> after -> e; f -> w`, ``)
	p.waits("a", "a", "b", "b")
	p.complete("a", ``)
	p.complete("a", ``)
	p.waits("b", "b")
	p.complete("b", ``)
	p.waits("after", "b")
	p.complete("b", ``)
	p.waits("after", "after")
	p.order("w", "w", "ws", "ws", "wf", "wf", "one", "one", "two", "after", "two", "after")
}

// BPMN 2.0.2 §13.3.4: a terminate end event in a sub-process ends that one alone; its token goes on as ever.
func TestBPMN13_3_4_TerminateEndsOneSubProcess(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f
		sub w { start ws; and wf; user a; sub deep { start ds; user b; end de; ds -> b -> de }; end we terminate; ws -> wf -> a -> we; wf -> deep -> we }
		user after; end e
		s -> f -> w -> after -> e; f -> w`, ``)
	p.complete("a", ``)
	p.waits("a", "after", "b")
	p.complete("a", ``)
	p.waits("after", "after")
}

// BPMN 2.0.2 §13.3.4: a called process begins at its none start event; its others mean nothing to a call.
func TestBPMN13_3_4_CalledProcess(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; call c process=q in.x="=n"; boundary late on=c duration=P1D; end e; end l; s -> c -> e; late -> l`, `{"n":1}`)
	p.commands(engine.StartChild, "c")
	called := start(t, `start m message=m; start none; start t cycle=R/P1D; user a; end e; none -> a -> e; m -> e; t -> e`, engine.Event{Variables: p.turn.Commands[len(p.turn.Commands)-1].Variables})
	called.visits("none", "a")
	called.complete("a", `{"y":2}`)
	called.ended(engine.Completed)
	p.complete("c", encoded(t, called.s.Result))
	p.ended(engine.Completed)
	p.variable("y", "2")

	p = play(t, `start s; call c process=q; boundary late on=c duration=P1D; end e; end l; s -> c -> e; late -> l`, ``)
	p.advance(25 * time.Hour)
	p.ended(engine.Completed)
	p.visits("s", "c", "late", "l")
}
