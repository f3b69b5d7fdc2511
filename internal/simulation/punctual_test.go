package simulation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions"
	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/feel"
	"fasthold/definitions/proof"
	"fasthold/internal/simulation"
	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// Nothing is reached later than the deadline proof says, when nobody is late: random processes, random answers, people who act at the last
// moment or before.
func TestNothingIsLaterThanProved(t *testing.T) {
	t.Parallel()
	calendar, err := workday.New(workday.Default())
	if err != nil {
		t.Fatal(err)
	}
	reached, bounded := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := &punctual{T: t, calendar: calendar, processes: writeTimed(t), now: time.Date(2026, 11, 23, 8, 0, 0, 0, calendar.Zone())}
		p.play()
		p.compare()
		reached, bounded = reached+p.reached, bounded+p.bounded
	})
	t.Logf("%d elements were reached, %d of them are bounded", reached, bounded)
	if bounded*10 < reached {
		t.Errorf("only %d of %d elements that were reached are bounded: the test shows little", bounded, reached)
	}
}

// punctual plays a process with people who are never late.
type punctual struct {
	*rapid.T
	calendar         *workday.Calendar
	processes        map[string]string
	now              time.Time
	set              *definitions.Set
	w                *simulation.World
	vars             string
	lazy             bool // everybody acts at the last moment
	reached, bounded int
}

func (p *punctual) draw(n int, what string) int { return rapid.IntRange(0, n-1).Draw(p.T, what) }

// play lets four weeks pass, in which messages come.
func (p *punctual) play() {
	var in []definitions.File
	for _, id := range []string{"p", "q"} {
		in = append(in, definitions.File{Name: id + ".bpmn", Data: []byte(bpmntest.XML(id, p.processes[id]))})
	}
	in = append(in, definitions.File{Name: "ask.form", Data: []byte(ask)})
	set, problems := definitions.Compile(in, nil)
	if set == nil {
		p.Fatal(problems, p.processes)
	}
	p.set, p.w = set, simulation.NewWorld(set, p.calendar, p.now)
	p.w.Answer, p.lazy = p.answer, p.draw(2, "in time") == 0
	p.vars = fmt.Sprintf(`{"v1":%d,"v2":%d,"v3":%d,"k":"k"}`, p.draw(4, "v1"), p.draw(4, "v2"), p.draw(4, "v3"))
	vars, err := engine.ParseVariables([]byte(p.vars))
	if err != nil {
		p.Fatal(err)
	}
	p.must(p.w.Start("p", "", vars))
	for range p.draw(4, "messages") {
		p.must(p.w.Advance(p.w.Now.Add(time.Duration(p.draw(72, "hours")) * time.Hour)))
		p.must(p.w.Publish(simulation.Message{Name: "told", CorrelationKey: "k"}))
	}
	p.must(p.w.Advance(p.w.Now.AddDate(0, 6, 0)))
}

func (p *punctual) must(err error) {
	if err != nil {
		p.Fatal(err)
	}
}

// answer is what a person does by the due date, or never when there is none, and a worker at once.
func (p *punctual) answer(work simulation.Work) (simulation.Answer, error) {
	if work.Element.UserTask == nil {
		a := simulation.Answer{}
		if strings.HasPrefix(work.Element.ID, "risky") && p.draw(3, "goes wrong") == 2 {
			a.Error = &engine.Failure{Code: "E"}
		} else if work.Element.Job != nil {
			a.Variables = p.variables(`{"v1":%d}`, p.draw(4, "job"))
		}
		return a, nil
	}
	a := simulation.Answer{Variables: p.variables(`{"answer":%q,"urgent":%v,"v3":%d}`, []string{"yes", "no"}[p.draw(2, "answer")], p.draw(2, "urgent") == 1, p.draw(4, "v3"))}
	if work.Element.UserTask.Form == "" {
		a.Variables = nil
	}
	n, ok := work.Instance.State.Node(work.Key)
	switch {
	case !ok || n.Task.Due == nil:
		a.Wait = true
	case n.Task.Due.After(p.w.Now):
		left := n.Task.Due.Sub(p.w.Now)
		if !p.lazy {
			left = left * time.Duration(p.draw(5, "quarters")) / 4
		}
		a.After = bpmn.Span{Clock: left}
	}
	return a, nil
}

func (p *punctual) variables(format string, args ...any) engine.Variables {
	vars, err := engine.ParseVariables([]byte(fmt.Sprintf(format, args...)))
	if err != nil {
		p.Fatal(err)
	}
	return vars
}

// compare asks the proof about every element that was reached.
func (p *punctual) compare() {
	root := p.w.Root()
	entered, done := map[*bpmn.Element]time.Time{}, map[*bpmn.Element]time.Time{}
	var order []*bpmn.Element
	for _, e := range root.Log {
		switch {
		case e.Element == nil || e.Element.Kind == bpmn.Process:
		case e.Kind == engine.Entered:
			if _, again := entered[e.Element]; !again {
				order = append(order, e.Element)
			}
			entered[e.Element] = e.At
		case e.Kind == engine.Done:
			done[e.Element] = e.At
		}
	}
	vars, err := feel.FromJSON([]byte(p.vars))
	p.must(err)
	c := p.set.Case(root.Definition, []definitions.Job{{Type: "job", Gives: []string{"v1"}}})
	c.Variables, c.Now, c.Calendar = vars.(*feel.Context), p.now, p.calendar
	for _, e := range order {
		p.reached++
		reached, left, ok := p.latest(c, e.ID)
		if !ok {
			continue
		}
		p.bounded++
		if e.Loop != nil {
			reached = left // the last round is not entered later than it is done
		}
		if entered[e].After(reached) || done[e].After(left) {
			p.Fatalf("%s was reached at %s and done at %s, and is proved to be reached by %s and done by %s\nvariables %s, visited %s\n%s\nq: %s", e.ID,
				entered[e], done[e], reached, left, p.vars, ids(order), p.processes["p"], p.processes["q"])
		}
	}
}

func ids(all []*bpmn.Element) string {
	var out []string
	for _, e := range all {
		out = append(out, e.ID)
	}
	return strings.Join(out, " ")
}

// latest is when an element is reached and done at the latest, when that is bounded.
func (p *punctual) latest(c proof.Case, id string) (entered, done time.Time, bounded bool) {
	routes, err := proof.Deadline(c, id)
	if err != nil {
		return entered, done, false
	}
	for _, r := range routes {
		if r.Open != nil || r.Again != nil || len(r.Assumed) > 0 {
			return entered, done, false
		}
		if r.Entered.After(entered) {
			entered = r.Entered
		}
		if r.Done.After(done) {
			done = r.Done
		}
	}
	return entered, done, true
}

// ask is a form with two choices and a number.
const ask = `{"id":"ask","type":"default","components":[
	{"type":"radio","id":"f1","key":"answer","values":[{"label":"Ja","value":"yes"},{"label":"Nej","value":"no"}],"validate":{"required":true}},
	{"type":"checkbox","id":"f2","key":"urgent","validate":{"required":true}},{"type":"number","id":"f3","key":"v3"}]}`

// timed writes random sound processes in which time passes. They read the variables v1 to v3, numbers from 0 to 3.
type timed struct {
	*bpmntest.Blocks
	calls bool // it calls the process q
}

// writeTimed writes the process p and the process q, which it calls.
func writeTimed(t *rapid.T) map[string]string {
	out := map[string]string{}
	for _, id := range []string{"q", "p"} {
		b := timed{&bpmntest.Blocks{Draw: func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(t, what) }}, id == "p"}
		if id == "q" {
			b.scope(1)
		} else {
			b.scope(3)
		}
		if id == "p" && b.Draw(4, "event sub-process") == 3 {
			b.bySub(1)
		}
		out[id] = b.String()
	}
	return out
}

func (b timed) scope(depth int) {
	start, end := b.ID("s"), b.ID("e")
	b.Line("start %s; end %s", start, end)
	in, out := b.block(depth)
	b.Line("%s -> %s; %s -> %s", start, in, out, end)
}

func (b timed) block(depth int) (in, out string) {
	switch {
	case depth < 0: // nobody knows when it comes, so no time may pass
		return b.Node("manual", "")
	case depth == 0:
		return b.leaf()
	}
	kinds := []func(int) (string, string){b.sequence, b.parallel, b.exclusive, b.inclusive, b.inner, b.counted, b.guarded, b.repeated, b.chosen}
	return kinds[b.Draw(len(kinds), "block")](depth - 1)
}

// due is a due date or what is none.
func (b timed) due() string {
	return b.OneOf("due", "due=`=now() + duration(\"P2D\")`", "due=`=now() + duration(\"P\" + string(v1) + \"D\")`", "due=`=now() + duration(\"PT\" + string(v2 * 5) + \"H\")`",
		"due=2026-11-26", "due=`=now() + duration(\"P1D\")` in.v1=`=v2`", "form=ask due=`=now() + duration(\"P1D\")`",
		"form=ask due=`=now() + duration(\"P1D\")` out.v2=`=if answer = \"yes\" then 1 else v1`", "due=`=now() + duration(\"P\" + string(v3) + \"D\")`")
}

func (b timed) leaf() (in, out string) {
	switch b.Number(0, 11, "leaf") {
	case 0:
		return b.Node("manual", "")
	case 1, 2, 3:
		return b.Node("user", b.due())
	case 4:
		return b.bounded()
	case 5:
		return b.Node("script", b.OneOf("script", "expr=`=v1 + 1` result=v2", "expr=`=2` result=v1", "expr=`=if v2 > 1 then 0 else 3` result=v3", "expr=`=1` result=v1 out.v2=`=v1 + v3`"))
	case 6:
		return b.Node("service", b.OneOf("job", "type=job", "type=job out.v2=`=v1`", "type=job out.v2=`=v3`"))
	case 7:
		return b.Node("catch", b.OneOf("wait", "duration=P1D", "duration=`=duration(\"P\" + string(v2) + \"D\")`", "date=`=date and time(\"2026-11-25T12:00:00\")`"))
	case 8:
		if !b.calls {
			return b.Node("manual", "")
		}
		return b.Node("call", "process=q"+b.OneOf("call", "", " in.v1=`=v2`", " out.v1=`=v2`"))
	case 9:
		return b.raced()
	case 10:
		return b.Node("receive", "message=told key=k")
	}
	return b.Node("user", "")
}

// bounded is a task with a timer, perhaps with a message beside it.
func (b timed) bounded() (in, out string) {
	task, event, join := b.ID("user"), b.ID("boundary"), b.ID("xor")
	b.Line("user %s %s; xor %s; %[1]s -> %[3]s", task, b.OneOf("with", "", b.due()), join)
	timer := b.OneOf("timer", "duration=P1D", "duration=`=duration(\"P\" + string(v1) + \"D\")`", "cycle=R2/P1D noninterrupting", "cycle=R/PT30H noninterrupting", "date=2026-11-25 noninterrupting", "message=told key=k")
	b.Line("boundary %s on=%s %s", event, task, timer)
	if !strings.Contains(timer, "noninterrupting") {
		b.Line("%s -> %s", event, join)
	} else {
		in, out := b.leaf()
		end := b.ID("e")
		b.Line("end %s; %s -> %s; %s -> %s", end, event, in, out, end)
	}
	return task, join
}

func (b timed) raced() (in, out string) {
	race, late, told, join := b.ID("race"), b.ID("catch"), b.ID("catch"), b.ID("xor")
	b.Line("race %s; catch %s duration=`=duration(\"P\" + string(v1) + \"D\")`; catch %s message=told key=k; xor %s", race, late, told, join)
	b.Line("%[1]s -> %[2]s -> %[4]s; %[1]s -> %[3]s -> %[4]s", race, late, told, join)
	return race, join
}

func (b timed) sequence(depth int) (in, out string) {
	in, out = b.block(depth)
	for range b.Number(1, 2, "length") {
		next, last := b.block(depth)
		b.Line("%s -> %s", out, next)
		out = last
	}
	return in, out
}

func (b timed) branches(kind string, depth int, arrow func(i, n int) string) (in, out string) {
	split, join := b.ID(kind), b.ID(kind)
	b.Line("%s %s; %s %s", kind, split, kind, join)
	n := b.Number(2, 3, "branches")
	for i := range n {
		first, last := b.block(depth)
		b.Line("%s %s %s", split, arrow(i, n), first)
		if kind != "or" || b.Draw(3, "cut") < 2 {
			b.Line("%s -> %s", last, join)
			continue
		}
		cut, end := b.ID("xor"), b.ID("e") // it may end before the join, which then waits no longer
		b.Line("xor %[1]s; end %[2]s; %[3]s -> %[1]s; %[1]s %[4]s %[2]s; %[1]s -/-> %[5]s", cut, end, last, b.condition(0, 2), join)
	}
	return split, join
}

func (b timed) condition(i, n int) string {
	if i == n-1 {
		return "-/->"
	}
	return "-[" + b.OneOf("condition", "v1 = 1", "v2 > 1", "v3 < 2", "answer = \"yes\"", "urgent") + "]->"
}

func (b timed) exclusive(depth int) (in, out string) { return b.branches("xor", depth, b.condition) }
func (b timed) inclusive(depth int) (in, out string) { return b.branches("or", depth, b.condition) }
func (b timed) parallel(depth int) (in, out string) {
	return b.branches("and", depth, func(int, int) string { return "->" })
}

// inner is a sub-process, perhaps with a timer around it or an event sub-process that a timer starts.
func (b timed) inner(depth int) (in, out string) {
	sub := b.ID("sub")
	b.Line("sub %s %s {", sub, b.OneOf("own", "", "in.v1=`=v2`", "out.v3=`=v1`"))
	b.scope(depth)
	if b.Draw(3, "event sub-process") == 2 {
		b.bySub(max(depth-1, 0))
	}
	b.Line("}")
	if b.Draw(2, "timer") == 0 {
		return sub, sub
	}
	event, join := b.ID("boundary"), b.ID("xor")
	b.Line("boundary %s on=%s duration=P3D; xor %s; %[1]s -> %[3]s; %[2]s -> %[3]s", event, sub, join)
	return sub, join
}

func (b timed) bySub(depth int) {
	start, end := b.ID("s"), b.ID("e")
	trigger := b.OneOf("trigger", "duration=P2D", "duration=P2D noninterrupting", "cycle=R2/P1D noninterrupting", "message=told key=k noninterrupting")
	b.Line("eventsub %s { start %s %s; end %s", b.ID("es"), start, trigger, end)
	if strings.HasPrefix(trigger, "message") {
		depth = -1
	}
	in, out := b.block(depth)
	b.Line("%s -> %s; %s -> %s }", start, in, out, end)
}

// counted goes round as long as a counter says.
func (b timed) counted(depth int) (in, out string) {
	head, tail, count, next := b.ID("xor"), b.ID("xor"), b.ID("count"), b.ID("manual")
	b.Line("xor %s; xor %s; script %s expr=`=(if %[3]s = null then 0 else %[3]s) + 1` result=%[3]s; manual %s", head, tail, count, next)
	first, last := b.block(depth)
	b.Line("%s -> %s; %s -> %s -> %s", head, first, last, count, tail)
	b.Line("%s -[%s]-> %s; %s -/-> %s", tail, b.OneOf("while", count+" < 2", count+" < 3 and v1 > 0"), head, tail, next)
	return head, next
}

// chosen goes round as long as somebody chooses so.
func (b timed) chosen(depth int) (in, out string) {
	head, task, tail, next := b.ID("xor"), b.ID("user"), b.ID("xor"), b.ID("manual")
	b.Line("xor %s; xor %s; user %s form=ask due=`=now() + duration(\"P1D\")`; manual %s", head, tail, task, next)
	first, last := b.block(depth)
	b.Line("%s -> %s; %s -> %s -> %s", head, first, last, task, tail)
	b.Line("%s -[urgent]-> %s; %s -/-> %s", tail, head, tail, next)
	return head, next
}

// guarded is a sub-process out of which an error may come.
func (b timed) guarded(depth int) (in, out string) {
	sub, event, join := b.ID("sub"), b.ID("boundary"), b.ID("xor")
	b.Line("sub %s {", sub)
	start, risky, end := b.ID("s"), b.ID("risky"), b.ID("e")
	b.Line("start %s; service %s type=job; end %s", start, risky, end)
	first, last := b.block(depth)
	b.Line("%s -> %s; %s -> %s -> %s }", start, first, last, risky, end)
	b.Line("boundary %s on=%s error=E; xor %s; %[2]s -> %[3]s; %[1]s -> %[3]s", event, sub, join)
	return sub, join
}

// repeated is an activity that is done several times.
func (b timed) repeated(depth int) (in, out string) {
	how := b.OneOf("how", "each=`=[1,2]` item=v1", "each=`=[1,2,3]` item=i sequential", "times=`=v1`", "times=`=v2` sequential", "while=`=loopCounter < 2`", "while=`=v1 > loopCounter` testbefore rounds=2")
	if b.Draw(2, "task") == 0 {
		return b.Node("user", how+" "+b.due())
	}
	sub := b.ID("sub")
	b.Line("sub %s %s {", sub, how)
	b.scope(max(depth-1, 0))
	b.Line("}")
	return sub, sub
}
