package engine_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

func drawFrom(t *rapid.T) func(n int, what string) int {
	return func(n int, what string) int { return rapid.IntRange(0, n-1).Draw(t, what) }
}

// blocks draw from rapid.
func blocks(t *rapid.T) *bpmntest.Blocks { return &bpmntest.Blocks{Draw: drawFrom(t)} }

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
	for _, e := range enginetest.Possible(r.p, r.s) {
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
		b := blocks(t)
		b.Scope(3)
		r := &random{T: t, s: new(engine.State), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
		r.p = &engine.Program{Plan: bpmntest.Plan(t, "p", b.String()), Version: engine.Current}
		vars := fmt.Sprintf(`{"v1":%d,"v2":%d,"v3":1}`, rapid.IntRange(0, 2).Draw(t, "v1"), rapid.IntRange(0, 2).Draw(t, "v2"))
		parsed, err := engine.ParseVariables([]byte(vars))
		if err != nil {
			t.Fatal(err)
		}
		r.step(engine.Event{Kind: engine.Start, Variables: parsed})
		for n := 0; r.s.Status == engine.Active; n++ {
			possible := enginetest.Possible(r.p, r.s)
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
