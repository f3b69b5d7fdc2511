package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
)

// migrate takes the instance to another version.
func (p *player) migrate(text string, moves ...engine.Move) {
	p.t.Helper()
	from := p.p.Plan
	p.p = &engine.Program{Plan: bpmntest.Plan(p.t, "p", text), Zone: p.p.Zone}
	p.step(engine.Event{Kind: engine.Migrate, Migration: &engine.Migration{From: from, Mapping: moves}})
}

// check is what there is to know of a migration before.
func (p *player) check(text string, moves ...engine.Move) []engine.Finding {
	p.t.Helper()
	to := &engine.Program{Plan: bpmntest.Plan(p.t, "p", text), Zone: p.p.Zone}
	before := encoded(p.t, p.s)
	found := to.CheckMigration(p.s, engine.Migration{From: p.p.Plan, Mapping: moves, Fields: func(form string) []string { return []string{"field of " + form} }}, p.now)
	if after := encoded(p.t, p.s); after != before {
		p.t.Fatalf("the check changed\n%s\n%s", before, after)
	}
	return found
}

func (p *player) told(kind engine.RecordKind) (elements []string) {
	for _, r := range p.turn.Trace {
		if r.Kind == kind {
			elements = append(elements, r.Element.ID)
		}
	}
	return elements
}

func (p *player) commanded(kind engine.CommandKind) (elements []string) {
	for _, c := range p.turn.Commands {
		if c.Kind == kind {
			elements = append(elements, c.Element.ID)
		}
	}
	return elements
}

func move(from, to string, times ...engine.Times) engine.Move {
	m := engine.Move{From: from, To: to}
	for _, t := range times {
		m.Times = t
	}
	return m
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
}

const line = "start s; user a; end e; s -> a -> e"

// What stands in the way, and what there is to know: each rule on the smallest instance that shows it.
func TestMigrationCheck(t *testing.T) {
	t.Parallel()
	type rule struct {
		from, vars string
		drive      func(*player)
		to         string
		moves      []engine.Move
		want       []string // codes
	}
	blocks := map[string]bool{}
	for _, code := range []string{engine.BadMapping, engine.Unmapped, engine.CallGone, engine.KindChanged, engine.EventChanged, engine.ScopeChanged, engine.WorkChanged,
		engine.LoopChanged, engine.FlowGone, engine.JoinMerged, engine.Elsewhere, engine.Fails} {
		blocks[code] = true
	}
	complete := func(id string) func(*player) { return func(p *player) { p.complete(id, ``) } }
	for name, r := range map[string]rule{
		"the same":                     {from: line, to: line},
		"renamed without a mapping":    {from: line, to: "start s; user b; end e; s -> b -> e", want: []string{engine.Unmapped}},
		"renamed with a mapping":       {from: line, to: "start s; user b; end e; s -> b -> e", moves: []engine.Move{move("a", "b")}},
		"what does not wait may go":    {from: "start s; user a; user b; end e; s -> a -> b -> e", to: line},
		"mapped to nothing":            {from: line, to: line, moves: []engine.Move{move("a", "")}, want: []string{engine.Unmapped}},
		"a source that is not there":   {from: line, to: line, moves: []engine.Move{move("x", "a")}, want: []string{engine.BadMapping}},
		"a target that is not there":   {from: line, to: line, moves: []engine.Move{move("a", "x")}, want: []string{engine.BadMapping, engine.Unmapped}},
		"mapped twice":                 {from: line, to: line, moves: []engine.Move{move("a", "a"), move("a", "a")}, want: []string{engine.BadMapping}},
		"another type":                 {from: line, to: "start s; service a type=x; end e; s -> a -> e", moves: []engine.Move{move("a", "a")}, want: []string{engine.KindChanged}},
		"another type is not proposed": {from: line, to: "start s; service a type=x; end e; s -> a -> e", want: []string{engine.Unmapped}},
		"another who does it": {from: "start s; rule a type=x; end e; s -> a -> e", to: "start s; rule a decision=d result=x; end e; s -> a -> e",
			want: []string{engine.WorkChanged}},
		"who does it after an incident": {from: "start s; rule a decision=d result=x; end e; s -> a -> e", to: "start s; rule a type=x; end e; s -> a -> e"},
		"into a sub-process": {from: line, to: "start s; sub u { start t; user a; end f; t -> a -> f }; end e; s -> u -> e",
			moves: []engine.Move{move("a", "a")}, want: []string{engine.ScopeChanged}},
		"in a renamed sub-process": {from: "start s; sub u { start t; user a; end f; t -> a -> f }; end e; s -> u -> e",
			to: "start s; sub v { start t; user a; end f; t -> a -> f }; end e; s -> v -> e", moves: []engine.Move{move("u", "v")}},
		"another event": {from: "start s; catch a message=m key==k; end e; s -> a -> e", vars: `{"k":"1"}`, to: "start s; catch a duration=P1D; end e; s -> a -> e",
			moves: []engine.Move{move("a", "a")}, want: []string{engine.EventChanged}},
		"done once and repeated": {from: line, to: "start s; user a times=2; end e; s -> a -> e", want: []string{engine.LoopChanged}},
		"all at once and in turn": {from: "start s; user a times=2; end e; s -> a -> e", to: "start s; user a times=2 sequential; end e; s -> a -> e",
			want: []string{engine.LoopChanged, engine.LoopChanged, engine.LoopChanged}},
		"a call that is gone": {from: "start s; call a process=q; end e; s -> a -> e", to: "start s; user a; end e; s -> a -> e", want: []string{engine.CallGone}},
		"another call":        {from: "start s; call a process=q; end e; s -> a -> e", to: "start s; call a process=r; end e; s -> a -> e", want: []string{engine.CallChanged}},
		"another job":         {from: "start s; service a type=x; end e; s -> a -> e", to: "start s; service a type=y; end e; s -> a -> e", want: []string{engine.JobChanged}},
		"other inputs":        {from: line, to: "start s; user a in.x==1; end e; s -> a -> e", want: []string{engine.InputChanged}},
		"a flow that is gone": {from: "start s; and f; user a; user b; and j; end e; s -> f -> a -> j -> e; f -> b -> j", drive: complete("a"),
			to: "start s; and f; user b; user c; and j; end e; s -> f -> b -> j -> e; f -> c -> j", want: []string{engine.FlowGone, engine.Starved}[:1]},
		"a flow that is mapped": {from: "start s; and f; user a; user b; and j; end e; s -> f -> a -> j -> e; f -> b -> j", drive: complete("a"),
			to: "start s; and f; user b; user c; and j; end e; s -> f -> b -> j -> e; f -> c -> j", moves: []engine.Move{move("a-j", "c-j")}},
		"a flow from a renamed task": {from: "start s; and f; user a; user b; and j; end e; s -> f -> a -> j -> e; f -> b -> j", drive: complete("a"),
			to: "start s; and f; user c; user b; and j; end e; s -> f -> c -> j -> e; f -> b -> j", moves: []engine.Move{move("a", "c")}},
		"a branch more than can come": {from: "start s; and f; user a; user b; and j; end e; s -> f -> a -> j -> e; f -> b -> j", drive: complete("a"),
			to:   "start s; and f; user a; user b; user c; and j; end e; s -> f -> a -> j -> e; f -> b -> j; f -> c -> j",
			want: []string{engine.Starved}},
		"two joins into one": {from: "start s; and f; user a; user b; user c; and j; user d; and k; end e; s -> f -> a -> j -> k -> e; f -> b -> j; f -> c -> k; f -> d -> k",
			drive: func(p *player) { p.complete("a", ``); p.complete("c", ``) },
			to:    "start s; and f; user b; user d; user a; user c; and k; end e; s -> f -> a -> k -> e; f -> b -> k; f -> c -> k; f -> d -> k", moves: []engine.Move{move("j", "k"), move("a-j", "a-k")},
			want: []string{engine.JoinMerged}},
		"an event of something else": {from: "start s; user a; boundary t on=a duration=P1D; end e; s -> a -> e; t -> e",
			to:    "start s; user a; user b; boundary t on=b duration=P1D; end e; s -> a -> b -> e; t -> e",
			moves: []engine.Move{move("t", "t")}, want: []string{engine.Elsewhere}},
		"an event that goes": {from: "start s; user a; boundary t on=a duration=P1D; end e; s -> a -> e; t -> e", to: line},
		"a new event that cannot be worked out": {from: line, to: "start s; user a; boundary t on=a message=m key==k; end e; s -> a -> e; t -> e",
			want: []string{engine.Fails}},
		"a renewed time that cannot be worked out": {from: line, to: "start s; user a due==until; end e; s -> a -> e", vars: `{"until":"soon"}`,
			moves: []engine.Move{move("a", "a", engine.Renew)}, want: []string{engine.Fails}},
		"another message": {from: "start s; catch a message=m key==k; end e; s -> a -> e", vars: `{"k":"1"}`,
			to: "start s; catch a message=n key==k; end e; s -> a -> e", want: []string{engine.NameChanged}},
		"another message that cannot be worked out": {from: "start s; catch a message=m key==k; end e; s -> a -> e", vars: `{"k":"1"}`,
			to: "start s; catch a message=m key==other; end e; s -> a -> e", want: []string{engine.Fails}},
		"results that were not kept": {from: "start s; user a times=2; end e; s -> a -> e", drive: complete("a"),
			to: "start s; user a times=2 collect=all yield==1; end e; s -> a -> e", want: []string{engine.ResultsLost}},
		"a variable that nobody sets":   {from: line, to: "start s; user a; script b expr==x+1 result=y; end e; s -> a -> b -> e", want: []string{engine.Missing}},
		"a variable that a script sets": {from: line, to: "start s; user a; script c expr==1 result=x; script b expr==x+1 result=y; end e; s -> a -> c -> b -> e"},
		"a variable that there is":      {from: line, vars: `{"x":1}`, to: "start s; user a; script b expr==x+1 result=y; end e; s -> a -> b -> e"},
		"a variable behind":             {from: line, to: "start s; script b expr==x+1 result=y; user a; end e; s -> b -> a -> e"},
		"a condition that fails": {from: line, vars: `{"x":"much"}`,
			to: "start s; user a; xor g; end e; end f; s -> a -> g -[x > 3]-> e; g -/-> f", want: []string{engine.WouldFail}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, r.from, r.vars)
			if r.drive != nil {
				r.drive(p)
			}
			var codes []string
			refused := false
			for _, f := range p.check(r.to, r.moves...) {
				codes = append(codes, f.Code)
				if f.Blocks != blocks[f.Code] || f.Message == "" {
					t.Errorf("%+v", f)
				}
				refused = refused || f.Blocks
			}
			slices.Sort(codes)
			want := slices.Clone(r.want)
			slices.Sort(want)
			same(t, "findings", codes, want)
			before := encoded(t, p.s)
			to := &engine.Program{Plan: bpmntest.Plan(t, "p", r.to), Zone: p.p.Zone}
			err := to.Step(p.s, engine.Event{Kind: engine.Migrate, At: p.now, Migration: &engine.Migration{From: p.p.Plan, Mapping: r.moves}}, &p.turn)
			if (err != nil) != refused {
				t.Fatalf("%v, refused: %v", err, refused)
			}
			if refused && encoded(t, p.s) != before {
				t.Fatal("what was refused changed something")
			}
			if wrong := p.s.Verify(); wrong != nil {
				t.Fatal(wrong)
			}
		})
	}
}

// A task keeps who has it and when it is due; its element is the new one.
func TestMigrationKeepsATask(t *testing.T) {
	t.Parallel()
	const to = "start s; user b name=New due==now()+duration(\"P9D\") form=g; user c; end e; s -> b -> c -> e"
	p := play(t, "start s; user a assignee=kim due==now()+duration(\"P7D\"); end e; s -> a -> e", ``)
	due := p.now.Add(7 * day)
	p.now = p.now.Add(2 * day)
	p.migrate(to, move("a", "b"))
	p.waits("b")
	task := p.s.Nodes[1].Task
	if task.Assignee != "kim" || !task.Due.Equal(due) {
		t.Fatalf("%+v", task)
	}
	same(t, "changed", p.commanded(engine.ChangeTask), []string{"b"})
	p.complete("b", ``)
	p.waits("c")
}

// A due date is renewed from now, or as if it had been the target's from the beginning.
func TestMigrationMovesDeadlines(t *testing.T) {
	t.Parallel()
	const from = "start s; user a due==now()+duration(\"P7D\"); boundary late on=a duration=P7D noninterrupting; end e; end l; s -> a -> e; late -> l"
	const to = "start s; user a due==now()+duration(\"P9D\"); boundary late on=a duration=P9D noninterrupting; end e; end l; s -> a -> e; late -> l"
	for times, days := range map[engine.Times]time.Duration{engine.Keep: 7, engine.Since: 9, engine.Renew: 11} {
		p := play(t, from, ``)
		begun := p.now
		p.now = begun.Add(2 * day)
		p.migrate(to, move("a", "a", times), move("late", "late", times))
		n, _ := p.s.Node(p.key("a"))
		want := begun.Add(days * day)
		if !n.Task.Due.Equal(want) || !n.Timers[0].Due.Equal(want) {
			t.Errorf("%q: %v %v, want %v", times, n.Task.Due, n.Timers[0].Due, want)
		}
		moved := []string(nil)
		if times != engine.Keep {
			moved = []string{"late", "a"}
		}
		same(t, string(times), p.told(engine.DeadlineMoved), moved)
		p.advance(20 * day)
		same(t, "visited", p.visited, []string{"s", "a", "late", "l"})
	}
}

// Events of both versions go on, those of the old one are closed, those of the new one opened; one that has fired does not come again.
func TestMigrationOfAttachedEvents(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; user a; end e; end x
		boundary once on=a duration=P1D noninterrupting
		boundary kept on=a duration=P5D noninterrupting
		boundary old on=a signal=old
		boundary told on=a message=told key==k noninterrupting
		s -> a -> e; once -> x; kept -> x; old -> x; told -> x`, `{"k":"1"}`)
	p.advance(2 * day)
	due := p.s.Nodes[1].Timers[0].Due
	p.migrate(`
		start s; user a; end e; end x
		boundary once on=a duration=P1D noninterrupting
		boundary later on=a duration=P9D noninterrupting
		boundary new on=a signal=new
		boundary told on=a message=telling key==k noninterrupting
		eventsub z { start stop message=stop key==k; end zs; stop -> zs }
		s -> a -> e; once -> x; later -> x; new -> x; told -> x`, move("kept", "later"))
	same(t, "closed", p.told(engine.EventClosed), []string{"old"})
	same(t, "opened", p.told(engine.EventOpened), []string{"stop", "new"})
	same(t, "again", p.told(engine.Resubscribed), []string{"told"})
	same(t, "unsubscribed", p.commanded(engine.Unsubscribe), []string{"old", "told"})
	same(t, "subscribed", p.commanded(engine.Subscribe), []string{"stop", "told", "new"})
	n, _ := p.s.Node(p.key("a"))
	if len(n.Timers) != 1 || n.Timers[0].Element != "later" || !n.Timers[0].Due.Equal(due) {
		t.Fatalf("%+v", n.Timers)
	}
	p.message("telling", "1", ``)
	p.waits("a")
	p.message("stop", "1", ``)
	p.ended(engine.Completed)
}

// A message that came before anything waited for it is taken by what the migration opens.
func TestMigrationTakesWhatIsInTheInbox(t *testing.T) {
	t.Parallel()
	p := play(t, line, `{"k":"1"}`)
	p.step(engine.Event{Kind: engine.Correlate, Name: "stop", CorrelationKey: "1", TTL: day})
	p.migrate("start s; user a; boundary b on=a message=stop key==k; end e; s -> a -> e; b -> e")
	p.ended(engine.Completed)
	p.visits("s", "a", "b", "e")
}

// A condition that the new version has and that is true occurs at once.
func TestMigrationOpensConditions(t *testing.T) {
	t.Parallel()
	p := play(t, "start s; user a; boundary b on=a condition==n>9; end e; s -> a -> e; b -> e", `{"n":5}`)
	p.migrate("start s; user a; boundary b on=a condition==n>9; boundary c on=a condition==n>8; end e; s -> a -> e; b -> e; c -> e")
	p.waits("a")
	p.migrate("start s; user a; boundary b on=a condition==n>4; end e; s -> a -> e; b -> e")
	p.ended(engine.Completed)
	p.visits("s", "a", "b", "e")
}

// Joins look again: at a branch that is gone, and at tokens that can come no more.
func TestMigrationOfJoins(t *testing.T) {
	t.Parallel()
	three := func(kind, end string) string {
		return kind + " f; start s; user a; user b; user c; " + kind + " j; user d; end e; s -> f -> a -> j -> d -> e; f -> b -> j; " + end
	}
	for _, kind := range []string{"and", "or"} {
		p := play(t, three(kind, "f -> c -> j"), ``)
		p.complete("a", ``)
		p.complete("b", ``)
		p.waits("c", "j")
		p.migrate(three(kind, "f -> c; c -> e"))
		p.waits("c", "d")
	}
	p := play(t, "start s; xor x; and join; user u; end e; s -> x -[go]-> join -> u -> e; x -/-> join", `{"go":true}`)
	if len(p.incidents()) != 1 {
		t.Fatal("no deadlock")
	}
	p.migrate("start s; xor x; and join; user u; end e; s -> x -[go]-> join -> u -> e; x -/-> e")
	p.waits("u")

	p = play(t, "start s; and f; user a; user b; user c; complex j when==activationCount>=2; user d; end e; s -> f -> a -> j -> d -> e; f -> b -> j; f -> c -> j", ``)
	p.complete("a", ``)
	p.migrate("start s; and f; user a; user b; user c; complex j when==activationCount>=1; user d; end e; s -> f -> a -> j -> d -> e; f -> b -> j; f -> c -> j")
	p.waits("b", "c", "d", "j")
}

// The incident stays, and a retry tries what the new version says.
func TestMigrationMendsAnIncident(t *testing.T) {
	t.Parallel()
	p := play(t, "start s; script a expr=`=if n then 1 else 2` result=r; xor x; end e; end f; s -> a -> x -[n > r]-> e; x -/-> f", `{"n":"many"}`)
	p.waits("x")
	p.migrate("start s; script a expr==1 result=r; xor x; end e; end f; s -> a -> x -[n = \"many\"]-> e; x -/-> f")
	if len(p.incidents()) != 1 {
		t.Fatal("the incident is gone")
	}
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("x")})
	p.ended(engine.Completed)
	p.visits("s", "a", "x", "e")
}

// An event-based gateway waits for what stands behind it in the new version.
func TestMigrationOfAnEventBasedGateway(t *testing.T) {
	t.Parallel()
	p := play(t, "start s; race g; catch m message=m key==k; catch t duration=P3D; end e; end f; s -> g -> m -> e; g -> t -> f", `{"k":"1"}`)
	due := p.s.Nodes[1].Timers[0].Due
	p.migrate("start s; race g; catch n signal=n; catch u duration=P9D; end e; end f; s -> g -> n -> e; g -> u -> f", move("t", "u"))
	same(t, "closed", p.told(engine.EventClosed), []string{"m"})
	same(t, "opened", p.told(engine.EventOpened), []string{"n"})
	p.advance(due.Sub(p.now))
	p.ended(engine.Completed)
	p.visits("s", "g", "u", "f")
}

// Instances of a repeated activity go on; the new version may collect results that the old one did not.
func TestMigrationOfRepeatedActivities(t *testing.T) {
	t.Parallel()
	p := play(t, "start s; sub a each==[1,2,3] item=i sequential { start t; user u; end f; t -> u -> f }; end e; s -> a -> e", ``)
	p.complete("u", ``)
	p.migrate("start s; sub b each==[1,2,3] item=i sequential collect=all yield==i { start t; user v; end f; t -> v -> f }; end e; s -> b -> e", move("a", "b"), move("u", "v"))
	p.complete("v", ``)
	p.complete("v", ``)
	p.ended(engine.Completed)
	p.variable("all", "[null, 2, 3]")
}

// An interrupting event sub-process that runs keeps others from starting.
func TestMigrationOfEventSubProcesses(t *testing.T) {
	t.Parallel()
	const before = "start s; user a; end e; s -> a -> e; eventsub z { start stop signal=stop; user u; end zs; stop -> u -> zs }"
	p := play(t, before, ``)
	p.step(engine.Event{Kind: engine.Signal, Name: "stop"})
	p.waits("u")
	p.migrate(before + "; eventsub y { start also signal=also; end ys; also -> ys }")
	p.step(engine.Event{Kind: engine.Signal, Name: "also"})
	p.waits("u")
	p.complete("u", ``)
	p.ended(engine.Completed)
}

// What is proposed is of the same kind and in the same place, and a mapping that is given counts.
func TestPropose(t *testing.T) {
	t.Parallel()
	plan := func(text string) *bpmn.Plan { return bpmntest.Plan(t, "p", text) }
	from := plan("start s; user a; boundary b on=a duration=P1D; sub u { start t; user c; end f; t -> c -> f }; catch m message=m key=k; end e; s -> a -> u -> m -> e; b -> e")
	to := plan("start s; service a type=x; boundary b on=a duration=P1D; sub v { start t; user c; end f; t -> c -> f }; catch m signal=m; end e; s -> a -> v -> m -> e; b -> e")
	moved := func(m engine.Mapping) (out []string) {
		for _, x := range m {
			out = append(out, x.From+"-"+x.To)
		}
		return out
	}
	same(t, "proposed", moved(engine.Propose(from, to)), []string{"s-s", "e-e"})
	same(t, "completed", moved(engine.Mapping{move("u", "v"), move("u-m", "v-m"), move("s", "")}.Complete(from, to)), []string{"s-", "u-v", "t-t", "c-c", "f-f", "e-e", "u-m-v-m"})
}

// What was done can be compensated in the target by the handler that it has there, also when compensation has begun; what then has none stops the migration.
func TestMigrationOfWhatWasDone(t *testing.T) {
	t.Parallel()
	const before = `start s; user a; boundary b on=a compensate=h; user h handler; sub q { start qs; user c; boundary d on=c compensate=g; user g handler; end qe; qs -> c -> qe }
		user w; throw undo compensate; end e; s -> a -> q -> w -> undo -> e`
	after := strings.NewReplacer("user a;", "user a2;", "on=a ", "on=a2 ", "-> a ->", "-> a2 ->", "user h ", "service h2 type=x ", "=h;", "=h2;").Replace(before)
	p := play(t, before, ``)
	p.complete("a", ``)
	p.complete("c", ``)
	for _, c := range []struct {
		text, lost string
		moves      []engine.Move
	}{
		{before, "", nil},
		{after, "", []engine.Move{move("a", "a2")}},
		{after, "a", nil},
		{strings.Replace(before, "boundary d on=c compensate=g; user g handler;", "", 1), "q", nil},
	} {
		var told string
		for _, f := range p.check(c.text, c.moves...) {
			if f.Code == engine.HandlerGone {
				told, _, _ = strings.Cut(f.Message, " was done")
			}
		}
		if told != c.lost {
			t.Errorf("told %q, want %q", told, c.lost)
		}
	}
	p.complete("w", ``)
	if found := p.check(after); len(found) == 0 || found[0].Code != engine.Undoing || !found[0].Blocks {
		t.Fatal(found)
	}
	p.migrate(after, move("a", "a2"))
	p.complete("g", ``)
	p.complete("h2", ``)
	p.ended(engine.Completed)
}
