package engine_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
)

// builder writes a random process from blocks with one way in and one way out, so that every one of them is sound.
type builder struct {
	*rapid.T
	strings.Builder
	n int
}

func (b *builder) line(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

func (b *builder) id(kind string) string {
	b.n++
	return fmt.Sprintf("%s%d", kind, b.n)
}

// node writes an element of its own and returns its id twice: it is a block.
func (b *builder) node(kind, options string) (in, out string) {
	id := b.id(kind)
	b.line("%s %s %s", kind, id, options)
	return id, id
}

// block writes a block and returns its first and its last element.
func (b *builder) block(depth int) (in, out string) {
	if depth <= 0 {
		return b.leaf(0)
	}
	// Drawing prefers the first ones.
	kinds := []func(int) (string, string){b.sequence, b.parallel, b.inclusive, b.inner, b.exclusive, b.loop, b.guarded, b.repeated, b.firstFew, b.escalated, b.compensated, b.canceled, b.chosen, b.leaf}
	return kinds[rapid.IntRange(0, len(kinds)-1).Draw(b.T, "block")](depth - 1)
}

func (b *builder) leaf(int) (in, out string) {
	switch rapid.IntRange(0, 10).Draw(b.T, "leaf") {
	case 0:
		return b.attached()
	case 1:
		return b.raced()
	case 2:
		return b.node("user", "")
	case 3:
		return b.node("service", "type=job out.v1=`=1`")
	case 4:
		return b.node("script", "expr=`=v1 + 1` result=v2")
	case 5:
		return b.node("catch", "duration=P1D")
	case 6:
		return b.node("receive", "message=told key=k")
	case 7:
		return b.node("catch", "signal=loud")
	case 9:
		return b.node("catch", "condition=`=v1 >= 0`")
	case 8:
		return b.node("throw", "signal=loud in.v2=`=v1`")
	}
	return b.node("manual", "")
}

func (b *builder) sequence(depth int) (in, out string) {
	in, out = b.block(depth)
	for range rapid.IntRange(1, 3).Draw(b.T, "length") {
		next, last := b.block(depth)
		if rapid.IntRange(0, 3).Draw(b.T, "link") == 3 {
			throw, caught := b.id("throw"), b.id("catch")
			b.line("throw %[1]s link=%[1]s; catch %[2]s link=%[1]s; %[3]s -> %[1]s; %[2]s -> %[4]s", throw, caught, out, next)
		} else {
			b.line("%s -> %s", out, next)
		}
		out = last
	}
	return in, out
}

// branches writes a gateway that splits, blocks with conditions, and one that joins.
func (b *builder) branches(kind string, depth int, arrow func(i, n int) string) (in, out string) {
	split, join := b.id(kind), b.id(kind)
	b.line("%s %s; %s %s", kind, split, kind, join)
	n := rapid.IntRange(2, 4).Draw(b.T, "branches")
	for i := range n {
		first, last := b.block(depth)
		b.line("%s %s %s", split, arrow(i, n), first)
		b.line("%s -> %s", last, join)
	}
	return split, join
}

func (b *builder) condition() string {
	return fmt.Sprintf("-[v%d = %d]->", rapid.IntRange(1, 3).Draw(b.T, "variable"), rapid.IntRange(0, 2).Draw(b.T, "value"))
}

func (b *builder) orDefault(i, n int) string {
	if i == n-1 {
		return "-/->"
	}
	return b.condition()
}

func (b *builder) exclusive(depth int) (in, out string) { return b.branches("xor", depth, b.orDefault) }
func (b *builder) inclusive(depth int) (in, out string) { return b.branches("or", depth, b.orDefault) }

// firstFew goes on when some of its branches are done; the others end in the gateway.
func (b *builder) firstFew(depth int) (in, out string) {
	split, join := b.id("and"), b.id("complex")
	n := rapid.IntRange(2, 3).Draw(b.T, "branches")
	b.line("and %s; complex %s when=`=activationCount >= %d`", split, join, rapid.IntRange(1, n).Draw(b.T, "few"))
	for range n {
		first, last := b.block(depth)
		b.line("%s -> %s; %s -> %s", split, first, last, join)
	}
	return split, join
}

func (b *builder) parallel(depth int) (in, out string) {
	return b.branches("and", depth, func(int, int) string { return "->" })
}

// inner is a sub-process, with an event sub-process that starts by time.
func (b *builder) inner(depth int) (in, out string) {
	sub := b.id("sub")
	b.line("sub %s {", sub)
	b.scope(depth)
	if rapid.Bool().Draw(b.T, "eventsub") {
		kind := rapid.SampledFrom([]string{"duration=P2D", "cycle=R2/P2D noninterrupting", "message=stop key=k", "signal=alarm", "condition=`=v2 > 1`", "condition=`=v2 > 1` noninterrupting"}).Draw(b.T, "trigger")
		b.line("eventsub %s {", b.id("es"))
		start := b.id("s")
		b.line("start %s %s", start, kind)
		first, last := b.block(depth - 1)
		end := b.id("e")
		b.line("end %s; %s -> %s; %s -> %s }", end, start, first, last, end)
	}
	b.line("}")
	return sub, sub
}

// scope writes a block between a start and an end event.
func (b *builder) scope(depth int) {
	start, end := b.id("s"), b.id("e")
	b.line("start %s; end %s", start, end)
	in, out := b.block(depth)
	b.line("%s -> %s; %s -> %s", start, in, out, end)
}

// loop goes round at most three times.
func (b *builder) loop(depth int) (in, out string) {
	head, tail, count := b.id("xor"), b.id("xor"), b.id("count")
	b.line("xor %s; xor %s; script %s expr=`=(if %[3]s = null then 0 else %[3]s) + 1` result=%[3]s", head, tail, count)
	first, last := b.block(depth)
	next := b.id("manual")
	b.line("manual %s; %s -> %s; %s -> %s -> %s", next, head, first, last, count, tail)
	b.line("%s -[%s < 3 and v1 > 0]-> %s; %s -/-> %s", tail, count, head, tail, next)
	return head, next
}

// raced waits for one of two events.
func (b *builder) raced() (in, out string) {
	race, late, told, join := b.id("race"), b.id("catch"), b.id("catch"), b.id("xor")
	b.line("race %s; catch %s duration=P3D; catch %s message=told key=k; xor %s", race, late, told, join)
	b.line("%[1]s -> %[2]s -> %[4]s; %[1]s -> %[3]s -> %[4]s", race, late, told, join)
	return race, join
}

// attached is a task with a deadline that either ends it or adds a token with an end of its own.
func (b *builder) attached() (in, out string) {
	task, event, join := b.id("user"), b.id("boundary"), b.id("xor")
	b.line("user %s; xor %s; %[1]s -> %s", task, join)
	if rapid.Bool().Draw(b.T, "interrupting") {
		b.line("boundary %s on=%s duration=P1D; %[1]s -> %[3]s", event, task, join)
	} else {
		b.line("boundary %s on=%s cycle=R2/P1D noninterrupting; end %s; %[1]s -> %[3]s", event, task, b.id("e"))
	}
	return task, join
}

// guarded is a sub-process out of which an error may come.
func (b *builder) guarded(depth int) (in, out string) {
	sub, event, join := b.id("sub"), b.id("boundary"), b.id("xor")
	b.line("sub %s {", sub)
	start, risky, end := b.id("s"), b.id("risky"), b.id("e")
	b.line("start %s; service %s type=job; end %s", start, risky, end)
	first, last := b.block(depth)
	b.line("%s -> %s -> %s; %s -> %s }", start, risky, first, last, end)
	b.line("boundary %s on=%s error=E; xor %s; %[2]s -> %[3]s; %[1]s -> %[3]s", event, sub, join)
	return sub, join
}

// repeated is a sub-process or a task that is done several times.
func (b *builder) repeated(depth int) (in, out string) {
	how := rapid.SampledFrom([]string{
		"each=`=[1,2]` item=i collect=all yield=`=i + 1`", "each=`=[1,2,3]` sequential", "times=2 until=`=numberOfCompletedInstances > 0`", "times=`=v1`",
		"while=`=loopCounter < 2`", "while=`=v1 > loopCounter` testbefore rounds=2",
	}).Draw(b.T, "how")
	if rapid.Bool().Draw(b.T, "task") {
		kind := rapid.SampledFrom([]string{"user", "service", "manual", "receive"}).Draw(b.T, "kind")
		options := map[string]string{"service": " type=job", "receive": " message=told key=k"}[kind]
		id, event, join := b.id(kind), b.id("boundary"), b.id("xor")
		b.line("%s %s %s%s; boundary %s on=%s duration=P2D; xor %s", kind, id, how, options, event, id, join)
		b.line("%s -> %s; %s -> %[2]s", id, join, event)
		return id, join
	}
	sub := b.id("sub")
	b.line("sub %s %s {", sub, how)
	b.scope(depth - 1)
	b.line("}")
	return sub, sub
}

// escalated is a sub-process out of which an escalation comes, caught by an event that ends it or by one that does not.
func (b *builder) escalated(depth int) (in, out string) {
	sub, event, join := b.id("sub"), b.id("boundary"), b.id("xor")
	b.line("sub %s {", sub)
	start, up, end := b.id("s"), b.id("throw"), b.id("e")
	b.line("start %s; throw %s escalation=UP; end %s", start, up, end)
	first, last := b.block(depth)
	b.line("%s -> %s; %s -> %s -> %s }", start, first, last, up, end)
	b.line("xor %s; %s -> %s", join, sub, join)
	if rapid.Bool().Draw(b.T, "interrupting") {
		b.line("boundary %s on=%s escalation; %[1]s -> %[3]s", event, sub, join)
	} else {
		b.line("boundary %s on=%s escalation=UP noninterrupting; end %s; %[1]s -> %[3]s", event, sub, b.id("e"))
	}
	return sub, join
}

// chosen is an ad-hoc sub-process.
func (b *builder) chosen(depth int) (in, out string) {
	h, event, join := b.id("adhoc"), b.id("boundary"), b.id("xor")
	sub, first, next, manual := b.id("sub"), b.id("user"), b.id("manual"), b.id("manual")
	how := rapid.SampledFrom([]string{
		"", "keep", "ordered", "ordered keep", "done=`=v1 > 0`", "done=`=v1 > 0` keep", "into=all from=`=loopCounter`", "done=`=count(all) > 2` into=all from=`=v1` ordered",
	}).Draw(b.T, "how")
	what := rapid.SampledFrom([]string{"", "active=`=[\"%[1]s\",\"%[2]s\",\"%[1]s\"]`", "active=`=[]`"}).Draw(b.T, "what")
	if what != "active=`=[]`" && what != "" {
		what = fmt.Sprintf(what, first, sub)
	}
	b.line("adhoc %s %s %s { user %s; manual %s; manual %s; %[4]s -> %[5]s; sub %[7]s {", h, how, what, first, next, manual, sub)
	b.scope(depth - 1)
	b.line("} }; boundary %s on=%s duration=P9D; xor %s; %[2]s -> %[3]s; %[1]s -> %[3]s", event, h, join)
	return h, join
}

// undoable is a task with a handler, or one of a sub-process.
func (b *builder) undoable(depth int) (in, out string) {
	event, handler := b.id("boundary"), b.id("undo")
	kind := rapid.SampledFrom([]string{"user %s", "service %s type=job", "manual %s", "user %s times=2", "sub %s {"}).Draw(b.T, "undoable")
	task := b.id("done")
	b.line(kind, task)
	if strings.HasPrefix(kind, "sub") {
		b.scope(depth - 1)
		b.line("}")
	}
	b.line("boundary %s on=%s compensate=%s", event, task, handler)
	b.line(rapid.SampledFrom([]string{"user %s handler", "script %s expr=`=v1` result=v2 handler", "user %s times=2 handler"}).Draw(b.T, "handler"), handler)
	return task, task
}

// compensated does some work that can be undone, then undoes it.
func (b *builder) compensated(depth int) (in, out string) {
	in, out = b.undoable(depth)
	first, last := b.block(depth)
	throw := b.id("throw")
	b.line("throw %s compensate; %s -> %s; %s -> %[1]s", throw, out, first, last)
	return in, throw
}

// canceled is a transaction that is canceled or not, one branch while another one works.
func (b *builder) canceled(depth int) (in, out string) {
	deal, event, join := b.id("deal"), b.id("boundary"), b.id("xor")
	start, fork, choice, end, broken := b.id("s"), b.id("and"), b.id("xor"), b.id("e"), b.id("e")
	b.line("transaction %s {", deal)
	b.line("start %s; and %s; xor %s; end %s; end %s cancel; %[1]s -> %[2]s", start, fork, choice, end, broken)
	first, last := b.undoable(depth)
	b.line("%s -> %s; %s -> %s", fork, first, last, end)
	first, last = b.compensated(depth - 1)
	b.line("%s -> %s; %s -> %s %s %s; %[4]s -/-> %[7]s }", fork, first, last, choice, b.condition(), broken, end)
	b.line("boundary %s on=%s cancel; xor %s; %[2]s -> %[3]s; %[1]s -> %[3]s", event, deal, join)
	return deal, join
}

// random is a run of a random process.
type random struct {
	*rapid.T
	p    *engine.Program
	s    *engine.State
	now  time.Time
	turn engine.Turn
}

// step applies an event, and again to a copy of the state that went through JSON: both must come out the same and sound.
func (r *random) step(e engine.Event) {
	e.At = r.now
	before, err := r.s.Clone()
	if err != nil {
		r.Fatal(err)
	}
	if err := r.p.Step(r.s, e, &r.turn); err != nil {
		r.Fatalf("%+v: %v", e, err)
	}
	var again engine.Turn
	if err := r.p.Step(before, e, &again); err != nil {
		r.Fatalf("after JSON: %+v: %v", e, err)
	}
	if a, b := encoded(r.T, r.s), encoded(r.T, before); a != b {
		r.Fatalf("%s differs after JSON:\n%s\n%s", e.Kind, a, b)
	}
	if a, b := encoded(r.T, told(&r.turn)), encoded(r.T, told(&again)); a != b {
		r.Fatalf("the turn of %s differs after JSON:\n%s\n%s", e.Kind, a, b)
	}
	if wrong := r.s.Verify(); wrong != nil {
		r.Fatalf("after %s: %v", e.Kind, wrong)
	}
	for _, n := range r.s.Nodes {
		if n.Incident != nil {
			r.Fatalf("incident at %s: %+v", n.Element, *n.Incident)
		}
	}
}

func told(t *engine.Turn) []string {
	var out []string
	for _, c := range t.Commands {
		out = append(out, fmt.Sprintf("%s %d %s %v %v %v", c.Kind, c.Key, c.Element.ID, c.Timer.Due, c.Subscription, c.Variables))
	}
	for _, x := range t.Trace {
		out = append(out, fmt.Sprintf("%s %d %s", x.Kind, x.Key, x.Text))
	}
	return out
}

func encoded(t interface{ Fatal(...any) }, v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// possible are all events that something outside could let happen now.
func (r *random) possible() []engine.Event {
	var out []engine.Event
	for _, n := range r.s.Nodes {
		for _, t := range n.Timers {
			out = append(out, engine.Event{Kind: engine.FireTimer, Key: n.Key, Timer: t.Key, Due: t.Due})
		}
		for _, m := range n.Subscriptions {
			e := engine.Event{Kind: engine.Correlate, Name: m.Name, CorrelationKey: m.CorrelationKey}
			if m.Signal {
				e.Kind = engine.Signal
			}
			out = append(out, e)
		}
		switch n.Wait {
		case engine.WaitChoice:
			out = append(out, engine.Event{Kind: engine.CompleteAdHoc, Key: n.Key})
			adHoc, _ := r.p.Plan.Element(n.Element)
			for _, i := range adHoc.Starts {
				if r.s.LastKey < maxChosen {
					out = append(out, engine.Event{Kind: engine.Choose, Key: n.Key, Element: r.p.Plan.Elements[i].ID})
				}
			}
		case engine.WaitTask:
			out = append(out, engine.Event{Kind: engine.CompleteTask, Key: n.Key})
		case engine.WaitJob:
			out = append(out, engine.Event{Kind: engine.CompleteJob, Key: n.Key})
			if strings.HasPrefix(n.Element, "risky") {
				out = append(out, engine.Event{Kind: engine.ThrowError, Key: n.Key, Code: "E"})
			}
		}
	}
	return out
}

// maxChosen is the key after which nothing more is chosen, so that there is an end.
const maxChosen = 400

// pause holds the instance still for a while, in which one thing may come from the world.
func (r *random) pause() {
	due := map[int64]time.Time{}
	for _, n := range r.s.Nodes {
		for _, t := range n.Timers {
			due[t.Key] = t.Due
		}
	}
	r.step(engine.Event{Kind: engine.Suspend})
	r.now = r.now.Add(time.Duration(rapid.IntRange(0, 100).Draw(r.T, "hours")) * time.Hour)
	for _, e := range r.possible() {
		switch e.Kind {
		case engine.Correlate, engine.Signal, engine.CompleteJob, engine.ThrowError:
			r.step(e)
			r.step(engine.Event{Kind: engine.Resume})
			return
		}
	}
	r.step(engine.Event{Kind: engine.Resume})
	for _, n := range r.s.Nodes {
		for _, t := range n.Timers {
			if was, ok := due[t.Key]; ok && t.Due.Before(was) {
				r.Fatalf("%s was due %s and is due %s", t.Element, was, t.Due)
			}
		}
	}
}

// maxEvents is far above what a random process of that depth can need.
const maxEvents = 3000

// Random sound processes always finish, whatever happens in whichever order, with every token accounted for after each step; the same
// input gives the same output, also after the state has been stored and read.
func TestSoundProcessesFinish(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := &builder{T: t}
		b.scope(3)
		r := &random{T: t, s: new(engine.State), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
		r.p = &engine.Program{Plan: bpmntest.Plan(t, "p", b.String()), Version: engine.Current}
		vars := fmt.Sprintf(`{"v1":%d,"v2":%d,"v3":1}`, rapid.IntRange(0, 2).Draw(t, "v1"), rapid.IntRange(0, 2).Draw(t, "v2"))
		parsed, err := engine.ParseVariables([]byte(vars))
		if err != nil {
			t.Fatal(err)
		}
		r.step(engine.Event{Kind: engine.Start, Variables: parsed})
		for n := 0; r.s.Status == engine.Active; n++ {
			possible := r.possible()
			if len(possible) == 0 || n == maxEvents {
				t.Fatalf("stuck after %d events: %s\n%s", n, encoded(t, r.s), b)
			}
			if n < 100 && rapid.IntRange(0, 9).Draw(t, "pause") == 9 {
				r.pause()
				continue
			}
			e := possible[rapid.IntRange(0, len(possible)-1).Draw(t, "event")]
			if e.Due.After(r.now) {
				r.now = e.Due
			}
			r.step(e)
		}
		if r.s.Status != engine.Completed || len(r.s.Nodes) != 0 {
			t.Fatalf("%s", encoded(t, r.s))
		}
	})
}

// everything has one of each element that the engine runs.
const everything = `
	start s
	start begin message=begin
	and f
	user ask due="=date and time(d)" follows groups=all
	boundary remind on=ask cycle=R3/P1D noninterrupting
	boundary stop on=ask message=stop key="=k"
	boundary heard on=ask signal=k noninterrupting
	boundary full on=ask condition="=n" noninterrupting
	boundary over on=work condition="=n > 4"
	service work type="=t" retries=2 in.x="=n" out.y="=x"
	boundary known on=work error=E codevar=code
	call other process=q out.z="=r"
	boundary failed on=other error
	race g
	catch told message=told key="=k"
	catch late duration=PT1H
	catch true condition="=x != null"
	or o
	xor x
	script count expr="=n + 1" result=n
	receive answer message=answer key="=k"
	sub inner {
		start is
		user it
		end ie error=INNER
		is -> it -> up
		throw up escalation="=k"
		user several each="=list" item=one collect=ones yield="=one" until="=numberOfCompletedInstances = n"
		boundary enough on=several message=stop key="=k"
		service round type=t times="=n" sequential out.x="=loopCounter"
		script during expr="=n + 1" result=n while="=n < 3" rounds=5
		up -> several -> round -> during -> ie
		enough -> ie
		eventsub again { start ag message=again key="=k" noninterrupting; manual am; end ae; ag -> am -> ae }
	}
	transaction deal {
		start ds
		user sign times=2
		boundary nosign on=sign compensate=unsign
		service unsign type="=t" handler
		sub part { start ps; user pay; boundary nopay on=pay compensate=unpay; user unpay handler; end pe; ps -> pay -> pe
			eventsub back { start bs compensate; throw all compensate; user bu; end be; bs -> all -> bu -> be } }
		throw one compensate=sign
		user go
		xor dx
		end de
		end dc cancel
		eventsub sorry { start so message=stop key="=k" noninterrupting; end sn compensate; so -> sn }
		ds -> sign -> part -> go -> dx -[n > 3]-> one -> de
		dx -/-> dc
	}
	boundary dealoff on=deal cancel
	boundary dealbad on=deal error
	dealbad -> e1
	boundary innerError on=inner error=INNER
	boundary innerUp on=inner escalation=k noninterrupting
	eventsub hearing { start hg signal=told noninterrupting; catch hc signal=again; end hn signal=stop; hg -> hc -> hn }
	eventsub risen { start rs escalation=stop; end re; rs -> re }
	eventsub halt { start hs duration=P30D; end he terminate; hs -> he }
	eventsub caught { start cs error=E2; user fix; end ce; cs -> fix -> ce }
	adhoc help done="=n = 3" into=ones from="=n" {
		user called
		user several2 times="=n"
		manual noted
		called -> noted
		eventsub helped { start hes message=again key="=k"; user hlp; end hen; hes -> hlp -> hen }
	}
	adhoc todo active="=list" keep ordered { user first; user second; and both; user third; first -> both; second -> both; both -> third }
	and j
	end e
	end e1
	end e2
	s -> f
	begin -> e2
	complex z when="=activationCount >= n"
	f -> ask -> z -> j
	f -> work -> z
	f -> other -> j
	f -> g -> told -> o
	g -> late -> o
	g -> true -> o
	o -[n > 1]-> count -> x
	o -/-> answer -> deal -> x
	dealoff -> e1
	x -[n < 10]-> inner -> j
	x -/-> j
	f -> help -> todo -> j
	j -> e
	remind -> e1
	stop -> e1
	heard -> loud
	full -> loud
	over -> e1
	throw loud signal=told
	loud -> e1
	known -> e1
	failed -> e1
	innerError -> e1
	innerUp -> e1`

// Whatever events come in whatever order, Step neither panics nor loses a token, and what it rejects changes nothing.
func FuzzEvents(f *testing.F) {
	kinds := []engine.EventKind{
		engine.Start, engine.CompleteTask, engine.AssignTask, engine.CompleteJob, engine.FailJob, engine.ThrowError, engine.FireTimer, engine.MoveTimer,
		engine.Correlate, engine.CompleteChild, engine.FailChild, engine.StopChild, engine.Retry, engine.SetVariables, engine.Cancel, "unknown",
		engine.EscalateChild, engine.Signal, engine.Choose, engine.CompleteAdHoc, engine.Suspend, engine.Resume,
	}
	texts := []string{"", "k", "stop", "told", "answer", "again", "begin", "E", "E2", "INNER", "s", "called", "several2", "first", "second"}
	var vars []engine.Variables
	for _, text := range []string{``, `{"n":1,"k":"k","t":"job","d":"2026-03-05T09:00:00"}`, `{"n":5}`, `{"n":"five","k":null}`, `{"d":"never","t":7}`, `{"x":{"y":[1]}}`, `{"list":[1,2,3],"n":2}`, `{"list":["first","second","first"],"n":3}`} {
		v, err := engine.ParseVariables([]byte(text))
		if err != nil {
			f.Fatal(err)
		}
		vars = append(vars, v)
	}
	p := &engine.Program{Plan: bpmntest.Plan(f, "p", everything), Version: engine.Current}
	f.Add([]byte{0, 0, 0, 1, 1, 3, 0, 1, 3, 4, 0, 2})
	f.Add([]byte{0, 0, 0, 1, 8, 0, 3, 1, 6, 0, 1, 0, 5, 4, 7, 0, 12, 4, 0, 0})
	f.Add([]byte{0, 0, 6, 1})
	f.Add([]byte{0, 0, 0, 3, 13, 0, 0, 1, 12, 2, 0, 0, 12, 3, 0, 0, 14, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, now := new(engine.State), time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
		var turn engine.Turn
		for ; len(data) >= 4 && s.LastKey < 500; data = data[4:] {
			e := engine.Event{Kind: kinds[int(data[0])%len(kinds)], At: now, Key: pick(s, data[1]), Timer: timerOf(s, pick(s, data[1]), data[2])}
			text := texts[int(data[2])%len(texts)]
			e.Element, e.Name, e.Code, e.ID, e.Assignee, e.CorrelationKey = text, text, text, text, text, "k"
			e.Variables, e.TTL, e.Due = vars[int(data[3])%len(vars)], time.Duration(data[3])*time.Hour, now.Add(time.Duration(data[3])*time.Minute)
			if e.Kind == engine.Start && text != "begin" {
				e.Element = ""
			}
			before := encoded(t, s)
			if err := p.Step(s, e, &turn); err != nil {
				if after := encoded(t, s); after != before {
					t.Fatalf("rejected (%v), and changed\n%s\n%s", err, before, after)
				}
			}
			if wrong := s.Verify(); wrong != nil {
				t.Fatalf("after %+v: %v\n%s\n%s", e, wrong, before, encoded(t, s))
			}
			now = now.Add(time.Hour)
		}
		c, err := s.Clone()
		if err != nil || !reflect.DeepEqual(encoded(t, c), encoded(t, s)) {
			t.Fatalf("%v: %s", err, encoded(t, s))
		}
	})
}

// pick chooses a node, mostly one that exists.
func pick(s *engine.State, b byte) int64 {
	if len(s.Nodes) == 0 || b > 240 {
		return int64(b)
	}
	return s.Nodes[int(b)%len(s.Nodes)].Key
}

func timerOf(s *engine.State, key int64, b byte) int64 {
	n, ok := s.Node(key)
	if !ok || len(n.Timers) == 0 {
		return int64(b)
	}
	return n.Timers[int(b)%len(n.Timers)].Key
}
