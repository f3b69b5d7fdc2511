package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
)

// instructions reads those of a modification.
func instructions(t testing.TB, text string) []engine.Instruction {
	t.Helper()
	var list []engine.Instruction
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return list
}

// keyed writes the keys of elements for their names in braces: {a} is the only node of a, {a.2} the second.
func (p *player) keyed(text string) string {
	p.t.Helper()
	for {
		_, rest, found := strings.Cut(text, `"{`)
		if !found {
			return text
		}
		name, _, _ := strings.Cut(rest, `}"`)
		element, nth, _ := strings.Cut(name, ".")
		var keys []int64
		for _, n := range p.s.Nodes {
			if n.Element == element && n.Loop == nil {
				keys = append(keys, n.Key)
			}
		}
		slices.Sort(keys)
		at := 0
		if nth == "2" {
			at = 1
		}
		if at >= len(keys) {
			p.t.Fatalf("%s does not wait; waiting: %v", name, p.waiting())
		}
		text = strings.ReplaceAll(text, `"{`+name+`}"`, encoded(p.t, keys[at]))
	}
}

func (p *player) modify(text string) {
	p.t.Helper()
	p.step(engine.Event{Kind: engine.Modify, Instructions: instructions(p.t, p.keyed(text))})
}

// refused requires that a modification is refused with these codes, and that nothing has changed.
func (p *player) refused(text string, codes ...string) *engine.Rejection {
	p.t.Helper()
	before := encoded(p.t, p.s)
	e := engine.Event{Kind: engine.Modify, At: p.now, Instructions: instructions(p.t, p.keyed(text))}
	err := p.p.Step(p.s, e, &p.turn)
	var r *engine.Rejection
	if !errors.As(err, &r) {
		p.t.Fatalf("%s: %v, want a rejection; waiting %v", text, err, p.waiting())
	}
	var got []string
	for _, x := range r.Problems {
		got = append(got, x.Code)
	}
	if !slices.Equal(got, codes) {
		p.t.Fatalf("%s: %v, want %v: %v", text, got, codes, r)
	}
	if after := encoded(p.t, p.s); after != before {
		p.t.Fatalf("refused, and changed\n%s\n%s", before, after)
	}
	return r
}

const changing = `
	start s
	and split
	user a
	user b
	and join
	xor way
	user c in.seen="=n"
	user d
	sub work {
		start ws
		user w1
		sub deep { start ds; user x; end de; ds -> x -> de }
		end we
		ws -> w1 -> deep -> we
		boundary late on=deep duration=P1D; end we2; late -> we2
	}
	boundary give on=work message=stop key="=k"
	race first
	catch told message=told key="=k"
	catch soon duration=PT1H
	end e
	end g
	s -> split -> a -> join
	split -> b -> join
	join -> way -[n > 5]-> c -> e
	way -/-> d -> work -> first
	first -> told -> e
	first -> soon -> e
	give -> g
`

// Camunda 8, "Process instance modification": activations first, then terminations, all or nothing.
func TestModify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, instructions string
		waiting            []string
		visited            []string // beside s, split, a and b
	}{
		{"add a token", `[{"kind":"activate","element":"c"}]`, []string{"a", "b", "c"}, []string{"c"}},
		{"after an element its flows are taken", `[{"kind":"activate","element":"c","place":"after"}]`, []string{"a", "b"}, []string{"e"}},
		{"after a gateway its conditions decide", `[{"kind":"activate","element":"way","place":"after"},{"kind":"setVariables","variables":[{"variables":{"n":9}}]}]`,
			[]string{"a", "b", "c"}, []string{"c"}},
		{"along a flow a token waits at the join", `[{"kind":"activate","flow":"b-join"},{"kind":"terminate","source":"b"}]`, []string{"a", "join"}, nil},
		{"before a join a token joins nothing", `[{"kind":"activate","element":"join"},{"kind":"terminate","source":"b"}]`, []string{"a", "d"}, []string{"join", "way", "d"}},
		{"take a token away", `[{"kind":"terminate","key":"{b}"}]`, []string{"a"}, nil},
		{"move", `[{"kind":"move","source":"a","element":"c"}]`, []string{"b", "c"}, []string{"c"}},
		{"move by key", `[{"kind":"move","key":"{b}","element":"b","place":"after"}]`, []string{"a", "join"}, nil},
		{"missing scopes are opened, nothing starts in them", `[{"kind":"move","source":"a","element":"x"}]`, []string{"b", "x"}, []string{"work", "deep", "x"}},
		{"two tokens share the scope that the first one opens", `[{"kind":"move","source":"a","element":"x"},{"kind":"move","source":"b","element":"w1"}]`,
			[]string{"w1", "x"}, []string{"work", "deep", "x", "w1"}},
		{"a whole sub-process begins with its start event", `[{"kind":"move","source":"a","element":"work"}]`, []string{"b", "w1"}, []string{"work", "ws", "w1"}},
		{"a race waits for its events", `[{"kind":"move","source":"a","element":"first"}]`, []string{"b", "first"}, []string{"first"}},
		{"one side of a race", `[{"kind":"move","source":"a","element":"told"}]`, []string{"b", "told"}, []string{"told"}},
		{"an end event ends the token", `[{"kind":"move","source":"a","element":"e"}]`, []string{"b"}, []string{"e"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, changing, `{"n":1,"k":"k"}`)
			p.modify(c.instructions)
			p.waits(c.waiting...)
			p.visits(append([]string{"s", "split", "a", "b"}, c.visited...)...)
		})
	}
}

func TestModifyRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, instructions string
		codes              []string
	}{
		{"unknown element", `[{"kind":"activate","element":"nowhere"}]`, []string{engine.UnknownTarget}},
		{"unknown flow", `[{"kind":"activate","flow":"a-e"}]`, []string{engine.UnknownTarget}},
		{"no target", `[{"kind":"activate"}]`, []string{engine.UnknownTarget}},
		{"element and flow", `[{"kind":"activate","element":"c","flow":"b-join"}]`, []string{engine.UnknownTarget}},
		{"unknown place", `[{"kind":"activate","element":"c","place":"beside"}]`, []string{engine.UnknownTarget}},
		{"unknown instruction", `[{"kind":"explode","element":"c"}]`, []string{engine.UnknownWork}},
		{"start event", `[{"kind":"activate","element":"ws"}]`, []string{engine.NoTarget}},
		{"boundary event", `[{"kind":"activate","element":"late"}]`, []string{engine.NoTarget}},
		{"the process", `[{"kind":"activate","element":"p"}]`, []string{engine.NoTarget}},
		{"after an end", `[{"kind":"activate","element":"e","place":"after"}]`, []string{engine.NoTarget}},
		{"after a race", `[{"kind":"activate","element":"first","place":"after"}]`, []string{engine.NoTarget}},
		{"a condition that fails", `[{"kind":"setVariables","variables":[{"variables":{"n":"five"}}]},{"kind":"activate","element":"way","place":"after"}]`, []string{engine.CannotBegin}},
		{"a scope that cannot begin", `[{"kind":"setVariables","variables":[{"variables":{"k":null}}]},{"kind":"activate","element":"w1"}]`, []string{engine.CannotBegin}},
		{"nothing there", `[{"kind":"terminate","source":"c"}]`, []string{engine.NotThere}},
		{"unknown key", `[{"kind":"terminate","key":99}]`, []string{engine.NotThere}},
		{"no source", `[{"kind":"move","element":"c"}]`, []string{engine.NotThere}},
		{"unknown scope", `[{"kind":"setVariables","key":99,"variables":[{"variables":{"n":1}}]}]`, []string{engine.NotThere}},
		{"taken twice", `[{"kind":"move","source":"a","element":"c"},{"kind":"terminate","key":"{a}"}]`, []string{engine.Taken}},
		{"nothing left", `[{"kind":"terminate","source":"a"},{"kind":"terminate","source":"b"}]`, []string{engine.NothingLeft}},
		{"the process ends and goes on", `[{"kind":"terminate","source":"p"},{"kind":"activate","element":"c"}]`, []string{engine.WrongScope, engine.WrongScope}},
		{"moving the process", `[{"kind":"move","source":"p","element":"c"}]`, []string{engine.NotThere}},
		{"an ancestor that is none", `[{"kind":"activate","element":"w1","ancestor":"{a}"}]`, []string{engine.WrongScope}},
		{"an ancestor that has gone", `[{"kind":"activate","element":"w1","ancestor":99}]`, []string{engine.NotThere}},
		{"variables of a gateway", `[{"kind":"activate","element":"way","variables":[{"scope":"way","variables":{"n":1}}]}]`, []string{engine.WrongScope}},
		{"variables of a scope elsewhere", `[{"kind":"activate","element":"c","variables":[{"scope":"work","variables":{"n":1}}]}]`, []string{engine.WrongScope}},
		{"all problems at once", `[{"kind":"activate","element":"nowhere"},{"kind":"terminate","source":"c"},{"kind":"activate","element":"s"}]`,
			[]string{engine.NotThere, engine.UnknownTarget, engine.NoTarget}},
		{"no instruction", `[]`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, changing, `{"n":1,"k":"k"}`)
			p.refused(c.instructions, c.codes...)
		})
	}
}

// What was opened around the target is open as ever: its boundary events, and the flows behind it.
func TestModifyOpensScopesWhole(t *testing.T) {
	t.Parallel()
	p := play(t, changing, `{"n":1,"k":"k"}`)
	p.modify(`[{"kind":"move","source":"a","element":"x","variables":[{"scope":"work","variables":{"mine":1}},{"scope":"x","variables":{"own":2}},{"variables":{"all":3}}]},
		{"kind":"terminate","source":"b"}]`)
	work, _ := p.s.Node(p.nodeOf("work"))
	if got := encoded(t, work.Variables); got != `{"mine":1}` {
		t.Errorf("work has %s", got)
	}
	if got := encoded(t, p.s.Variables(p.key("x"))); got != `{"n":1,"k":"k","all":3,"mine":1,"own":2}` {
		t.Errorf("x sees %s", got)
	}
	p.advance(24 * time.Hour)
	p.waits("first") // the deadline of deep has ended work
	p = play(t, changing, `{"n":1,"k":"k"}`)
	p.modify(`[{"kind":"move","source":"a","element":"x"},{"kind":"terminate","source":"b"}]`)
	p.complete("x", `{}`)
	p.waits("first")
	p = play(t, changing, `{"n":1,"k":"k"}`)
	p.modify(`[{"kind":"move","source":"a","element":"x"},{"kind":"terminate","source":"b"}]`)
	p.message("stop", "k", `{}`)
	p.ended(engine.Completed)
}

func (p *player) nodeOf(element string) int64 {
	p.t.Helper()
	for i := range p.s.Nodes {
		if p.s.Nodes[i].Element == element {
			return p.s.Nodes[i].Key
		}
	}
	p.t.Fatalf("%s is not open", element)
	return 0
}

// The innermost scope that a token comes out of is the one it goes on in; a scope that ends with the modification is none, and a scope that
// is named opens all that is between anew.
func TestModifyChoosesScopes(t *testing.T) {
	t.Parallel()
	p := play(t, changing, `{"n":1,"k":"k"}`)
	p.modify(`[{"kind":"move","source":"a","element":"x"},{"kind":"terminate","source":"b"}]`)
	p.modify(`[{"kind":"move","source":"x","element":"w1"}]`) // deep is empty then, and ends
	p.waits("w1")
	p.modify(`[{"kind":"activate","element":"x"}]`)
	p.modify(`[{"kind":"activate","element":"x","ancestor":"{work}"}]`)
	p.waits("w1", "x", "x")
	r := p.refused(`[{"kind":"activate","element":"x"}]`, engine.Ambiguous)
	if !strings.Contains(r.Message, "instruction 1: x is in deep, of which there are several") {
		t.Error(r.Message)
	}
	p.modify(`[{"kind":"activate","element":"x","ancestor":"{deep.2}"}]`)
	p.waits("w1", "x", "x", "x")
	p.modify(`[{"kind":"terminate","source":"deep"}]`)
	p.waits("w1")
	p.modify(`[{"kind":"move","source":"work","element":"w1"}]`) // anew
	if p.waits("w1"); p.visited[len(p.visited)-2] != "work" {
		t.Errorf("visited %v", p.visited)
	}
	p.modify(`[{"kind":"terminate","source":"p"}]`)
	p.ended(engine.Canceled)
}

// Camunda 8 refuses targets in a repeated activity; one of its instances can be named.
func TestModifyRepeated(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		sub each each="=[1,2]" item=i { start is; user one; user two; end ie; is -> one -> two -> ie }
		user last
		end e
		s -> each -> last -> e`
	p := play(t, text, ``)
	p.refused(`[{"kind":"activate","element":"two"}]`, engine.Repeated)
	p.modify(`[{"kind":"move","key":"{one}","element":"two"}]`) // the token says which
	p.waits("one", "two")
	p.modify(`[{"kind":"activate","element":"two","ancestor":"{each.2}"}]`)
	p.waits("one", "two", "two")
	p.modify(`[{"kind":"terminate","key":"{each}"}]`)
	p.waits("one", "two")
	p.complete("two", ``)
	p.complete("one", ``)
	p.complete("two", ``)
	p.waits("last")
	p.modify(`[{"kind":"move","source":"last","element":"each"}]`)
	p.waits("one", "one")
	p.modify(`[{"kind":"move","source":"each","element":"each","place":"after"}]`)
	p.waits("last")
}

// A token that is taken away is waited for no more: an inclusive gateway goes on, a complex one is asked again, a parallel one says that
// it cannot, before as a warning and then as an incident.
func TestModifyJoins(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, waiting, incident string }{
		{"or", "after", ""},
		{"and", "join", "deadlock"},
		{"complex when=`=activationCount > 1`", "join", "deadlock"},
	} {
		kind, options, _ := strings.Cut(c.kind, " ")
		p := play(t, fmt.Sprintf(`start s; and split; user a; user b; %s join %s; user after; end e; s -> split -> a -> join; split -> b -> join -> after -> e`, kind, options), ``)
		p.complete("a", ``)
		p.waits("b", "join")
		e := engine.Event{Kind: engine.Modify, At: p.now, Instructions: instructions(t, p.keyed(`[{"kind":"terminate","source":"b"}]`))}
		preview, turn, err := p.p.Preview(p.s, e)
		if err != nil || len(turn.Commands) == 0 {
			t.Fatal(err, turn)
		}
		if warned := p.p.Stranded(preview); (len(warned) > 0) != (c.kind == "and") || len(p.p.Stranded(p.s)) > 0 {
			t.Errorf("%s: %v", c.kind, warned)
		}
		p.waits("b", "join")
		p.modify(`[{"kind":"terminate","source":"b"}]`)
		p.waits(c.waiting)
		if got := p.incidents(); (len(got) > 0) != (c.incident != "") || len(got) > 0 && got[0].Code != c.incident {
			t.Errorf("%s: %v", c.kind, got)
		}
		if c.incident != "" {
			p.modify(`[{"kind":"move","source":"join","element":"join","place":"after"}]`)
			p.waits("after")
		}
	}
}

// The record tells where tokens were and are, and the names of variables, never their values.
func TestModifyIsRecorded(t *testing.T) {
	t.Parallel()
	p := play(t, changing, `{"n":1,"k":"k"}`)
	p.modify(`[{"kind":"move","source":"a","element":"c","variables":[{"variables":{"secret":"Anna"}}]}]`)
	first := p.turn.Trace[0]
	if got := encoded(t, first.Modification); first.Kind != engine.Modified ||
		got != `{"before":[{"elementId":"a","tokens":1},{"elementId":"b","tokens":1}],"after":[{"elementId":"b","tokens":1},{"elementId":"c","tokens":1}],"variables":["secret"]}` {
		t.Errorf("%s %s", first.Kind, got)
	}
}

// A process begins at chosen elements in place of a start event; its event sub-processes listen.
func TestStartAtElements(t *testing.T) {
	t.Parallel()
	text := changing + `eventsub halt { start hs message=halt key="=k"; end he; hs -> he }`
	p := start(t, text, engine.Event{Variables: variables(t, `{"n":1,"k":"k"}`), Instructions: instructions(t, `[{"kind":"activate","element":"x"},{"kind":"activate","flow":"a-join"}]`)})
	p.waits("join", "x")
	p.visits("work", "deep", "x")
	p.message("halt", "k", ``)
	p.ended(engine.Completed)
	for _, wrong := range []string{`[{"kind":"activate","element":"s"}]`, `[{"kind":"terminate","source":"a"}]`, `[{"kind":"activate","element":"c"},{"kind":"move","source":"a","element":"c"}]`} {
		program, s := &engine.Program{Plan: bpmntest.Plan(t, "p", text)}, new(engine.State)
		e := engine.Event{Kind: engine.Start, Variables: variables(t, `{"k":"k"}`), Instructions: instructions(t, wrong)}
		if err := program.Accept(s, e); err == nil || s.Status != "" {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	e := engine.Event{Kind: engine.Start, Instructions: instructions(t, `[{"kind":"activate","element":"c"}]`)}
	if err := (&engine.Program{Plan: bpmntest.Plan(t, "p", text)}).Accept(new(engine.State), e); err == nil || !strings.Contains(err.Error(), "correlation key of hs") {
		t.Error(err)
	}
}

// A modification does not reach into an instance that is over.
func TestModifyEnded(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; end e; s -> e`, ``)
	p.refused(`[{"kind":"activate","element":"e"}]`)
}
