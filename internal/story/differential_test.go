package story_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/story"
	"fasthold/internal/workday"
)

// wide has most of what a case does: people, jobs, deadlines, messages, branches, and a process that it calls.
const wide = `
	start s
	and f
	user a due="=now() + duration(\"P5D\")"
	boundary remind on=a cycle=R3/P2D noninterrupting
	service nag type=nag
	end nagged
	or o
	user b
	user c
	or oj
	call d process=q out.y="=x"
	boundary refused on=d error=NO
	user again
	boundary late on=d duration=P9D
	xor dj
	and j
	user last priority=70
	end e
	s -> f -> a -> j
	remind -> nag -> nagged
	f -> o -[x > 1]-> b -> oj -> j
	o -/-> c -> oj
	f -> d -> dj -> j -> last -> e
	refused -> again -> dj
	late -> dj
	eventsub note { start told message=told key="=caseId" noninterrupting; script count expr="=n + 1" result=n; user read; end r; told -> count -> read -> r }
	eventsub halt { start stop message=stop key="=caseId"; service out type=outcome; end h; stop -> out -> h }`

const called = `
	start s
	user ask
	receive heard message=heard key="=caseId"
	xor ok
	end no error=NO
	end yes
	s -> ask -> heard -> ok -[x > 1]-> yes
	ok -/-> no`

// Whatever people, messages and time do to a case in whichever order, Temporal shows the same as the bare engine.
func TestConductorsAgree(t *testing.T) {
	t.Parallel()
	set, problems := definitions.Check([]definitions.File{
		{Name: "p.bpmn", Data: []byte(bpmntest.XML("p", wide))}, {Name: "q.bpmn", Data: []byte(bpmntest.XML("q", called))},
	}, nil)
	if set == nil {
		t.Fatal(problems)
	}
	rapid.Check(t, func(t *rapid.T) {
		remote := &story.Temporal{Set: set}
		defer func() {
			if err := remote.Close(); err != nil {
				t.Fatal(err)
			}
		}()
		p := pair{T: t, both: []story.Conductor{&story.Engine{Set: set}, remote}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, workday.Zone())}
		vars := fmt.Appendf(nil, `{"caseId":"c1","n":0,"x":%d}`, rapid.IntRange(0, 3).Draw(t, "x"))
		s := p.do("start", func(c story.Conductor) error { return c.Start("p", p.now, vars) })
		for n := 0; n < 25 && s.State == "active"; n++ {
			s = p.something(s)
		}
	})
}

// pair plays the same on two conductors.
type pair struct {
	*rapid.T
	both []story.Conductor
	now  time.Time
	told []string
}

// something lets a person, a message or time act.
func (p *pair) something(s story.Sight) story.Sight {
	switch n := rapid.IntRange(0, 5).Draw(p.T, "what"); {
	case n < 3 && len(s.Tasks) > 0:
		task := rapid.SampledFrom(s.Tasks).Draw(p.T, "task").Element
		vars := fmt.Appendf(nil, `{"x":%d}`, rapid.IntRange(0, 3).Draw(p.T, "x"))
		return p.do("complete "+task, func(c story.Conductor) error { return c.Complete(task, vars) })
	case n == 3:
		name := rapid.SampledFrom([]string{"told", "heard", "heard", "heard", "stop", "other"}).Draw(p.T, "message")
		return p.do("message "+name, func(c story.Conductor) error { return c.Message(name, "c1", nil) })
	}
	p.now = p.now.Add(time.Duration(rapid.IntRange(1, 60).Draw(p.T, "hours")) * time.Hour)
	return p.do("advance to "+p.now.String(), func(c story.Conductor) error { return c.Advance(p.now) })
}

// do does it on both and compares what they show.
func (p *pair) do(what string, do func(story.Conductor) error) story.Sight {
	p.told = append(p.told, what)
	var sights []story.Sight
	var shown []string
	for _, c := range p.both {
		if err := do(c); err != nil {
			p.Fatalf("%T: %v: %v", c, p.told, err)
		}
		s, err := c.Observe()
		if err != nil {
			p.Fatalf("%T: %v: %v", c, p.told, err)
		}
		sights, shown = append(sights, s), append(shown, seen(s))
	}
	if shown[0] != shown[1] {
		p.Fatalf("%v\nengine   %s\ntemporal %s", p.told, shown[0], shown[1])
	}
	return sights[0]
}

// seen is what must be the same: order of tasks apart, and due times to the hour.
func seen(s story.Sight) string {
	var tasks, jobs []string
	for _, t := range s.Tasks {
		tasks = append(tasks, fmt.Sprint(t.Element, t.Priority))
		if t.Due != nil {
			tasks[len(tasks)-1] += t.Due.UTC().Format(" 02T15")
		}
	}
	for _, j := range s.Jobs {
		jobs = append(jobs, j.Type)
	}
	slices.Sort(tasks)
	vars, err := json.Marshal(s.Variables)
	return fmt.Sprint(s.State, tasks, jobs, s.Incidents, string(vars), err)
}
