package engine_test

import (
	"strings"
	"testing"
	"time"

	"fasthold/workflows/engine"
)

func (p *player) activate(element, vars string) {
	p.t.Helper()
	p.step(engine.Event{Kind: engine.Choose, Element: element, Variables: variables(p.t, vars)})
}

func (p *player) completeAdHoc() {
	p.t.Helper()
	p.step(engine.Event{Kind: engine.CompleteAdHoc})
}

// BPMN 2.0.2 §13.3.5: people choose what is done in an ad-hoc sub-process, in any order and any number of times, until one declares it done.
func TestBPMN13_3_5_AdHoc(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		adhoc help { user call assignee="=whom"; user visit; user report; visit -> report }
		end e
		s -> help -> e`, ``)
	p.waits("help")
	p.activate("call", `{"whom":"anne"}`)
	p.activate("call", `{"whom":"bo"}`)
	p.activate("visit", ``)
	p.waits("call", "call", "help", "visit")
	for i, want := range []string{"anne", "bo"} {
		if n, _ := p.s.Node(p.keys("call")[i]); n.Task.Assignee != want {
			t.Fatalf("call %d is for %q, want %q", i, n.Task.Assignee, want)
		}
	}
	p.refuses(engine.Event{Kind: engine.Choose, Element: "report"}, engine.Conflict, `no open ad-hoc sub-process lets "report" be chosen`)
	p.complete("visit", `{"km":12}`)
	p.waits("call", "call", "help", "report")
	p.complete("report", ``)
	p.complete("call", `{"answered":true}`)
	p.waits("call", "help")
	p.completeAdHoc()
	p.ended(engine.Completed)
	p.variable("km", "12")
	p.variable("answered", "true")
	p.variable("whom", "null")
	p.visits("s", "help", "call", "call", "visit", "report", "e")
}

// BPMN 2.0.2 §13.3.5: after each token that ends inside, the completion condition is asked; what is still active then is canceled, or goes on
// to its end while nothing more can be chosen.
func TestBPMN13_3_5_CompletionCondition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, options string
		keeps         bool
	}{{"canceled", "", false}, {"kept", "keep", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `
				start s
				adhoc h done="=enough" `+c.options+` { user a; user b }
				end e
				s -> h -> e`, `{"enough":false}`)
			p.activate("a", ``)
			p.complete("a", ``)
			p.waits("h")
			p.activate("a", ``)
			p.activate("b", ``)
			p.complete("a", `{"enough":true}`)
			if c.keeps {
				p.waits("b")
				p.refuses(engine.Event{Kind: engine.Choose, Element: "a"}, engine.Conflict, "h is done")
				p.refuses(engine.Event{Kind: engine.CompleteAdHoc}, engine.Conflict, "h is done")
				p.complete("b", ``)
			}
			p.ended(engine.Completed)
			p.visits("s", "h", "a", "a", "b", "e")
		})
	}
}

// Somebody who declares an ad-hoc sub-process done has the say that its condition has: with cancelRemainingInstances="false" work goes on.
func TestBPMN13_3_5_DeclaredDoneWhileWorkGoesOn(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; adhoc h keep { user a; user b; and j; user c; a -> j; b -> j; j -> c }; end e; s -> h -> e`, ``)
	p.activate("a", ``)
	p.completeAdHoc()
	p.waits("a")
	p.complete("a", ``) // its token comes to a join and can go no further
	p.ended(engine.Completed)
	p.visits("s", "h", "a", "e")
}

// BPMN 2.0.2 §13.3.5: of a sequential one an element can be chosen when the one before has ended.
func TestBPMN13_3_5_SequentialAdHoc(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; adhoc h ordered { user a; user b; and j; user c; a -> j; b -> j; j -> c }; end e; s -> h -> e`, ``)
	p.activate("a", ``)
	p.waits("a")
	p.refuses(engine.Event{Kind: engine.Choose, Element: "b"}, engine.Conflict, "h is sequential")
	p.complete("a", ``)
	p.waits("h", "j")
	p.activate("b", ``)
	p.complete("b", ``)
	p.waits("c")
	p.complete("c", ``)
	p.waits("h")
	p.completeAdHoc()
	p.ended(engine.Completed)
}

// zeebe:adHoc activeElementsCollection: what the list names is begun, and without a condition the sub-process is done when that has ended.
func TestAdHocList(t *testing.T) {
	t.Parallel()
	text := `start s; adhoc h active="=todo" %s { user a; user b; manual m }; end e; s -> h -> e`
	p := play(t, strings.Replace(text, "%s", "", 1), `{"todo":["a","b","a","m"]}`)
	p.waits("a", "a", "b", "h")
	p.complete("a", ``)
	p.complete("b", ``)
	p.complete("a", ``)
	p.ended(engine.Completed)

	p = play(t, strings.Replace(text, "%s", "ordered", 1), `{"todo":["b","m","a"]}`)
	p.waits("b")
	p.complete("b", ``)
	p.waits("a")
	p.complete("a", ``)
	p.ended(engine.Completed)
	p.visits("s", "h", "b", "m", "a", "e")

	p = play(t, strings.Replace(text, "%s", "", 1), `{"todo":[]}`)
	p.waits("h")
	p.activate("a", ``)
	p.complete("a", ``)
	p.ended(engine.Completed)
}

// zeebe:adHoc outputCollection: each token that ends adds a result; the list is seen inside, and goes outwards at the end.
func TestAdHocResults(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		adhoc h done="=count(results) >= 2" into=results from="=result" { user a; service b type=b }
		end e
		s -> h -> e`, ``)
	p.activate("a", ``)
	p.activate("b", ``)
	p.complete("b", ``)
	p.waits("a", "h")
	p.variable("results", "null")
	p.complete("a", `{"result":7}`)
	p.ended(engine.Completed)
	p.variable("results", "[null, 7]")
	p.variable("result", "null")
}

// An ad-hoc sub-process is an activity: events are attached to it, it is repeated, and event sub-processes stand in it.
func TestBPMN13_3_5_AdHocIsAnActivity(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		adhoc h { user a; eventsub late { start t duration=PT1H; user rescue; t -> rescue } }
		boundary over on=h duration=P1D
		end e
		end x
		s -> h -> e
		over -> x`, ``)
	p.activate("a", ``)
	p.advance(time.Hour)
	p.waits("rescue")
	p.refuses(engine.Event{Kind: engine.Choose, Element: "a"}, engine.Conflict, "h is done")
	p.complete("rescue", ``)
	p.ended(engine.Completed)
	p.visits("s", "h", "a", "late", "t", "rescue", "e")

	p = play(t, `start s; adhoc h times=2 { user a }; boundary over on=h duration=P1D; end e; end x; s -> h -> e; over -> x`, ``)
	p.refuses(engine.Event{Kind: engine.Choose, Element: "a"}, engine.Conflict, "several ad-hoc sub-processes are open")
	for range 2 {
		key := p.keys("h")[0]
		p.step(engine.Event{Kind: engine.Choose, Key: key, Element: "a"})
		p.complete("a", ``)
		p.step(engine.Event{Kind: engine.CompleteAdHoc, Key: key})
	}
	p.ended(engine.Completed)
	p.visits("s", "h", "h", "a", "a", "e")

	p = play(t, `start s; adhoc h { sub a times=2 { start b; user c; b -> c } }; boundary over on=h duration=P1D; end e; end x; s -> h -> e; over -> x`, ``)
	p.activate("a", `{"x":1}`)
	p.waits("c", "c", "h")
	p.advance(24 * time.Hour)
	p.ended(engine.Completed)
	p.visits("s", "h", "a", "a", "b", "b", "c", "c", "over", "x")
}

func TestAdHocIncidents(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, options, before, code, after string }{
		{"no list", `active="=todo"`, `{"todo":"a"}`, "not_a_list", `{"todo":["a"]}`},
		{"no texts", `active="=todo"`, `{"todo":[1]}`, "not_a_list", `{"todo":["a"]}`},
		{"an element that is not there", `active="=todo"`, `{"todo":["a","z"]}`, "no_such_choice", `{"todo":["a"]}`},
		{"a condition that is null", `done="=ready" active="=[\"a\"]"`, `{}`, "condition_not_boolean", `{"ready":true}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; adhoc h `+c.options+` { user a }; end e; s -> h -> e`, c.before)
			if len(p.incidents()) == 0 {
				p.complete("a", ``)
			}
			if in := p.incidents(); len(in) != 1 || in[0].Code != c.code {
				t.Fatalf("incidents %v, want %s", in, c.code)
			}
			p.refuses(engine.Event{Kind: engine.Choose, Element: "a"}, engine.Conflict, "")
			p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, c.after)})
			p.step(engine.Event{Kind: engine.Retry, Key: p.key("h")})
			if p.s.Status == engine.Active {
				p.complete("a", ``)
			}
			p.ended(engine.Completed)
		})
	}
	// Variables that came with the choice are still there when its mappings are tried again.
	p := play(t, `start s; adhoc h { user a assignee="=whom" priority="=level" }; end e; s -> h -> e`, `{"level":"high"}`)
	p.activate("a", `{"whom":"anne"}`)
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"level":3}`)})
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("a")})
	if n, _ := p.s.Node(p.key("a")); n.Task == nil || n.Task.Assignee != "anne" || n.Task.Priority != 3 {
		t.Fatalf("the task is %+v", n.Task)
	}
	p.refuses(engine.Event{Kind: engine.Choose, Key: 99, Element: "a"}, engine.Conflict, "element instance 99 is no open ad-hoc sub-process")
	p.refuses(engine.Event{Kind: engine.Choose, Key: p.key("h"), Element: "h"}, engine.Invalid, `"h" cannot be chosen in h; it can be a`)
}
