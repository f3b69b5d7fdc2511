package engine_test

import (
	"slices"
	"strings"
	"testing"

	"fasthold/workflows/engine"
)

// choosing has an ad-hoc sub-process in which one has begun to choose, and room for its options.
const choosing = `
	start s; and f; user before; user after; end e
	adhoc h %s { user a; user b; user c; and j; user both; a -> c; b -> j; c -> j; j -> both
		eventsub es { start told message=told key="=1" noninterrupting; user r; told -> r } }
	boundary late on=h duration=P9D; s -> f -> before -> h -> after -> e; late -> e; user beside; f -> beside -> e`

// Tokens are put into an open ad-hoc sub-process like into any scope, also where nobody can choose; one that is missing is opened for choices.
func TestModifyAdHoc(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, options string
		open          bool // it is open, with a chosen
		instructions  string
		waiting       []string
	}{
		{"an open one takes the token", ``, true, `[{"kind":"activate","element":"b"}]`, []string{"a", "b", "beside", "h"}},
		{"behind something else", ``, true, `[{"kind":"activate","element":"both"}]`, []string{"a", "beside", "both", "h"}},
		{"a token moves inside", ``, true, `[{"kind":"move","source":"a","element":"c"}]`, []string{"beside", "c", "h"}},
		{"along a flow to a join", ``, true, `[{"kind":"activate","flow":"b-j"}]`, []string{"a", "beside", "h", "j"}},
		{"after an element", ``, true, `[{"kind":"move","source":"a","element":"a","place":"after"}]`, []string{"beside", "c", "h"}},
		{"a missing one is opened", ``, false, `[{"kind":"move","source":"before","element":"c"}]`, []string{"beside", "c", "h"}},
		{"its list is not begun then", "active=`=[\"a\",\"b\"]`", false, `[{"kind":"move","source":"before","element":"c"}]`, []string{"beside", "c", "h"}},
		{"the whole begins with its list", "active=`=[\"a\",\"b\"]`", false, `[{"kind":"move","source":"before","element":"h"}]`, []string{"a", "b", "beside", "h"}},
		{"one that is sequential is busy then", `ordered`, false, `[{"kind":"move","source":"before","element":"c"}]`, []string{"beside", "c"}},
		{"what was chosen is taken back", ``, true, `[{"kind":"terminate","source":"a"}]`, []string{"beside", "h"}},
		{"what was chosen is taken back, in its turn", `ordered`, true, `[{"kind":"terminate","source":"a"}]`, []string{"beside", "h"}},
		{"the last token is moved out", ``, true, `[{"kind":"move","source":"a","element":"after"}]`, []string{"after", "beside"}},
		{"all of it is moved out", ``, true, `[{"kind":"move","source":"h","element":"after"}]`, []string{"after", "beside"}},
		{"all of it goes", ``, true, `[{"kind":"terminate","source":"h"}]`, []string{"beside"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, replaced(choosing, c.options), ``)
			if c.open {
				p.complete("before", ``)
				p.activate("a", ``)
			}
			p.modify(c.instructions)
			p.waits(c.waiting...)
			if opened := slices.DeleteFunc(slices.Clone(p.s.Nodes), func(n engine.Node) bool { return n.Element != "h" }); len(opened) > 1 {
				t.Errorf("there are %d of them", len(opened))
			}
		})
	}
}

// What a modification opens is open as ever: people choose in it, events occur in it, results are collected, and its condition ends it.
func TestModifyOpensAnAdHocSubProcess(t *testing.T) {
	t.Parallel()
	p := play(t, replaced(choosing, "active=`=[\"a\",\"b\"]` into=all from=`=x` done=`=count(all) > 1`"), ``)
	p.modify(`[{"kind":"move","source":"before","element":"both"}]`)
	p.waits("beside", "both", "h")
	p.activate("b", ``)
	p.message("told", "1", ``)
	p.waits("b", "beside", "both", "h", "r")
	p.complete("both", `{"x":1}`)
	p.complete("r", `{"x":2}`)
	p.waits("after", "beside")
	p.variable("all", "[1, 2]")
	p.order("h", "both", "b", "es", "after")
}

// A sequential one goes on with its list when what is active in it is taken away; nothing can be chosen while a modification keeps it busy.
func TestModifySequentialAdHoc(t *testing.T) {
	t.Parallel()
	p := play(t, replaced(choosing, "ordered active=`=[\"a\",\"b\",\"a\"]`"), ``)
	p.complete("before", ``)
	p.waits("a", "beside")
	p.modify(`[{"kind":"terminate","source":"a"}]`)
	p.waits("b", "beside")
	p.modify(`[{"kind":"move","source":"b","element":"both"}]`)
	p.waits("beside", "both")
	p.refuses(engine.Event{Kind: engine.Choose, Element: "b"}, engine.Conflict, "h is sequential")
	p.modify(`[{"kind":"activate","element":"b"}]`) // by hand, two at once
	p.complete("both", ``)
	p.waits("b", "beside")
	p.complete("b", ``)
	p.waits("a", "beside", "j")
}

// One that is declared done takes tokens by hand too, but ends when they are taken away, without going on.
func TestModifyAdHocThatIsDone(t *testing.T) {
	t.Parallel()
	p := play(t, replaced(choosing, `keep`), ``)
	p.complete("before", ``)
	p.activate("a", ``)
	p.completeAdHoc()
	p.modify(`[{"kind":"activate","element":"both"}]`)
	p.waits("a", "beside", "both")
	p.modify(`[{"kind":"terminate","source":"a"}]`)
	p.waits("beside", "both")
	p.modify(`[{"kind":"terminate","source":"both"}]`)
	p.waits("beside")
	p.complete("beside", ``)
	p.ended(engine.Completed)
}

// Of a repeated one the instance is named, or the token says which.
func TestModifyRepeatedAdHoc(t *testing.T) {
	t.Parallel()
	p := play(t, replaced(choosing, `times=2`), ``)
	p.complete("before", ``)
	p.refused(`[{"kind":"activate","element":"b"}]`, engine.Repeated)
	p.modify(`[{"kind":"activate","element":"b","ancestor":"{h.2}"}]`)
	p.modify(`[{"kind":"move","source":"b","element":"both"}]`)
	p.waits("beside", "both", "h", "h")
	key := p.key("both")
	if n, _ := p.s.Node(key); n.Parent != p.keys("h")[1] {
		t.Errorf("it is in %d, not in the second of %v", n.Parent, p.keys("h"))
	}
	q := start(t, replaced(choosing, ``), engine.Event{Instructions: instructions(t, `[{"kind":"activate","element":"both"}]`)})
	q.waits("both", "h")
	q.completeAdHoc()
	q.waits("after")
}

func replaced(text, options string) string { return strings.Replace(text, "%s", options, 1) }
