package engine_test

import (
	"strings"
	"testing"
	"time"

	"fasthold/workflows/engine"
)

// office is the calendar of these tests: Monday to Friday from 9 to 15, closed from Skærtorsdag to Easter Monday 2026.
type office struct{}

func (office) Workday(y int, m time.Month, d int) bool {
	at := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	easter := y == 2026 && m == time.April && (d == 2 || d == 3 || d == 6)
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && !easter
}

func (o office) BankDay(y int, m time.Month, d int) bool { return o.Workday(y, m, d) }

func (o office) Hours(y int, m time.Month, d int) (opens, closes time.Duration, open bool) {
	closes = 15 * time.Hour
	if time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Weekday() == time.Friday {
		closes = 13 * time.Hour
	}
	return 9 * time.Hour, closes, o.Workday(y, m, d)
}

// suspended starts a process at a time, suspends it, and resumes it later.
func suspended(t *testing.T, text, started, from, to string) *player {
	t.Helper()
	p := newPlayer(t, text)
	p.p.Calendar = office{}
	p.now = p.at(started)
	p.step(engine.Event{Kind: engine.Start})
	p.pause(from, to)
	return p
}

func (p *player) pause(from, to string) {
	p.t.Helper()
	p.now = p.at(from)
	p.step(engine.Event{Kind: engine.Suspend, Actor: "boss", ID: "why"})
	p.now = p.at(to)
	p.step(engine.Event{Kind: engine.Resume})
}

func (p *player) at(text string) time.Time {
	p.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, p.p.Zone)
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

// The deadlines that are left when an instance is suspended move by the pause, counted as they were.
func TestResumedDeadlines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ timer, started, from, to, due string }{
		"a week by days":                      {"duration=P7D", "2026-03-02 10:00", "2026-03-03 10:00", "2026-03-05 16:00", "2026-03-11 10:00"},
		"a pause within the day":              {"duration=P7D", "2026-03-02 10:00", "2026-03-03 10:00", "2026-03-03 16:00", "2026-03-09 10:00"},
		"over the clock change":               {"duration=P2W", "2026-03-16 10:00", "2026-03-23 23:00", "2026-03-30 01:00", "2026-04-07 10:00"},
		"clocks go back":                      {"duration=P1W", "2026-10-19 08:30", "2026-10-20 10:00", "2026-10-27 10:00", "2026-11-02 08:30"},
		"hours by the clock":                  {"duration=PT24H", "2026-03-02 10:00", "2026-03-02 12:00", "2026-03-02 15:30", "2026-03-03 13:30"},
		"hours over the clock change":         {"duration=PT36H", "2026-03-27 10:00", "2026-03-27 12:00", "2026-03-30 12:00", "2026-03-31 22:00"},
		"hours that were computed":            {"duration=`=duration(\"PT\" + \"30H\")`", "2026-03-02 10:00", "2026-03-02 12:00", "2026-03-02 13:00", "2026-03-03 17:00"},
		"a date":                              {"date=`=date(\"2026-03-10\")`", "2026-03-02 10:00", "2026-03-04 10:00", "2026-03-06 08:00", "2026-03-12 00:00"},
		"a workday does not become a day off": {"duration=P4D", "2026-03-02 10:00", "2026-03-03 10:00", "2026-03-04 10:00", "2026-03-09 10:00"},
		"into Easter":                         {"duration=P1W", "2026-03-24 10:00", "2026-03-25 10:00", "2026-03-27 10:00", "2026-04-07 10:00"},
		"a day off may stay one":              {"date=2026-03-07", "2026-03-02 10:00", "2026-03-03 10:00", "2026-03-10 10:00", "2026-03-14 00:00"},
		"five workdays":                       {"date=`=end of day(add workdays(today(), 5))`", "2026-03-02 10:00", "2026-03-04 10:00", "2026-03-10 10:00", "2026-03-13 23:59+59s"},
		"workdays over Easter":                {"date=`=add workdays(today(), 5)`", "2026-03-26 10:00", "2026-03-30 10:00", "2026-04-07 10:00", "2026-04-10 00:00"},
		"a weekend is no workday":             {"date=`=add workdays(today(), 5)`", "2026-03-02 10:00", "2026-03-06 10:00", "2026-03-08 10:00", "2026-03-09 00:00"},
		"closing time":                        {"date=`=end of workday(today())`", "2026-03-05 10:00", "2026-03-05 11:00", "2026-03-06 09:00", "2026-03-06 13:00"},
		"opening hours":                       {"date=`=add opening hours(now(), duration(\"PT8H\"))`", "2026-03-02 10:00", "2026-03-02 12:00", "2026-03-03 10:00", "2026-03-04 10:00"},
		"bank days":                           {"date=`=add bank days(today(), 2)`", "2026-04-01 10:00", "2026-04-01 11:00", "2026-04-07 11:00", "2026-04-09 00:00"},
		"month end":                           {"date=`=end of month(date(\"2026-04-01\"))`", "2026-04-20 10:00", "2026-04-20 10:00", "2026-04-22 10:00", "2026-05-04 00:00"},
		"leap day":                            {"duration=P1W", "2028-02-21 10:00", "2028-02-22 10:00", "2028-02-23 10:00", "2028-02-29 10:00"},
		"kept by its definition":              {"duration=P7D suspend=keep", "2026-03-02 10:00", "2026-03-03 10:00", "2026-03-05 10:00", "2026-03-09 10:00"},
		"kept and passed":                     {"duration=P7D suspend=keep", "2026-03-02 10:00", "2026-03-03 10:00", "2026-06-05 10:00", "2026-03-09 10:00"},
	} {
		p := suspended(t, `start s; user a; boundary late on=a `+c.timer+`; end e; end l; s -> a -> e; late -> l`, c.started, c.from, c.to)
		want := c.due
		extra := time.Duration(0)
		if at := len("2006-01-02 15:04"); len(want) > at {
			extra, _ = time.ParseDuration(want[at+1:])
			want = want[:at]
		}
		n, _ := p.s.Node(p.key("a"))
		if got := n.Timers[0].Due.In(p.p.Zone); !got.Equal(p.at(want).Add(extra)) {
			t.Errorf("%s: %s, want %s", name, got, c.due)
		}
	}
}

// A cycle keeps its rhythm and how often it still comes.
func TestResumedCycle(t *testing.T) {
	t.Parallel()
	p := suspended(t, `start s; user a; boundary r on=a cycle=R3/P1W noninterrupting; end e; end l; s -> a -> e; r -> l`,
		"2026-03-02 10:00", "2026-03-06 12:00", "2026-03-31 09:00")
	n, _ := p.s.Node(p.key("a"))
	if timer := n.Timers[0]; !timer.Due.Equal(p.at("2026-04-03 10:00")) || timer.Left != 2 {
		t.Fatalf("%+v", timer)
	}
	p.advance(60 * day)
	if got := count(p.visited, "r"); got != 3 {
		t.Error(got)
	}
}

// A task's dates move, unless they were over before the pause, or the definition keeps them.
func TestResumedTask(t *testing.T) {
	t.Parallel()
	const text = `start s; user a due="=end of day(add workdays(today(), 3))" followup="=now() + duration(\"P1D\")" %; end e; s -> a -> e`
	for options, want := range map[string][2]string{
		"":             {"2026-03-10 23:59", "2026-03-03 10:00"},
		"suspend=keep": {"2026-03-05 23:59", "2026-03-03 10:00"},
	} {
		p := suspended(t, strings.Replace(text, "%", options, 1), "2026-03-02 10:00", "2026-03-04 10:00", "2026-03-09 10:00")
		n, _ := p.s.Node(p.key("a"))
		if due := n.Task.Due.Truncate(time.Minute); !due.Equal(p.at(want[0])) || !n.Task.FollowUp.Equal(p.at(want[1])) {
			t.Errorf("%s: %s %s", options, n.Task.Due, n.Task.FollowUp)
		}
	}
}

// What is computed anew after a pause is moved by all pauses.
func TestResumedDeadlineFollowsVariables(t *testing.T) {
	t.Parallel()
	p := newPlayer(t, `
		start s
		user a due="=date(day) + duration(\"P7D\")" follows
		boundary late on=a date="=date(day) + duration(\"P8D\")" follows
		end e; end l
		s -> a -> e
		late -> l`)
	p.p.Calendar, p.now = office{}, p.at("2026-03-02 10:00")
	p.step(engine.Event{Kind: engine.Start, Variables: variables(t, `{"day":"2026-03-01"}`)})
	p.pause("2026-03-03 10:00", "2026-03-05 10:00")
	p.pause("2026-03-05 12:00", "2026-03-06 10:00")
	for _, c := range []struct{ day, task, timer string }{
		{"2026-03-01", "2026-03-11 00:00", "2026-03-12 00:00"},
		{"2026-03-09", "2026-03-19 00:00", "2026-03-20 00:00"},
	} {
		p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"day":"`+c.day+`"}`)})
		n, _ := p.s.Node(p.key("a"))
		if !n.Task.Due.Equal(p.at(c.task)) || !n.Timers[0].Due.Equal(p.at(c.timer)) {
			t.Errorf("%s: %s %s", c.day, n.Task.Due, n.Timers[0].Due)
		}
	}
}

// A suspended instance takes nothing from people; what comes from the world happens on resume, in order, once.
func TestSuspendedInstance(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; and f; and j
		user a
		service w type=x
		catch m message=news key="=k"
		script n expr="=from" result=first
		service v type=y
		boundary late on=v duration=P1D noninterrupting
		end e; end l
		s -> f -> a -> j
		f -> w -> v -> j
		f -> m -> n -> j
		j -> e
		late -> l`, `{"k":"1"}`)
	task, job, caught := p.key("a"), p.key("w"), p.key("m")
	p.step(engine.Event{Kind: engine.Suspend})
	for _, e := range []engine.Event{
		{Kind: engine.CompleteTask, Key: task}, {Kind: engine.AssignTask, Key: task, Assignee: "x"}, {Kind: engine.SetVariables}, {Kind: engine.Suspend},
		{Kind: engine.ThrowError, Key: task, Code: "E"}, {Kind: engine.CompleteJob, Key: task}, {Kind: engine.Retry, Key: job},
	} {
		p.refuses(e, engine.Conflict)
	}
	p.step(engine.Event{Kind: engine.CompleteJob, Key: job, Variables: variables(t, `{"from":"job"}`)})
	p.refuses(engine.Event{Kind: engine.CompleteJob, Key: job}, engine.Conflict)
	p.step(engine.Event{Kind: engine.Correlate, Name: "news", CorrelationKey: "1", Variables: variables(t, `{"from":"first"}`), ID: "1"})
	p.step(engine.Event{Kind: engine.Correlate, Name: "news", CorrelationKey: "1", Variables: variables(t, `{"from":"again"}`), ID: "1"})
	p.waits("a", "m", "w")
	if len(p.turn.Commands) > 0 {
		t.Error(p.turn.Commands)
	}
	if _, ok := p.s.Node(caught); !ok {
		t.Error("the message was taken")
	}
	p.step(engine.Event{Kind: engine.Resume})
	p.waits("a", "j", "v")
	p.variable("first", `"first"`)
	p.refuses(engine.Event{Kind: engine.Resume}, engine.Conflict)
	p.step(engine.Event{Kind: engine.Suspend})
	p.step(engine.Event{Kind: engine.Cancel})
	p.ended(engine.Canceled)
}

// A timer that would have fired during the pause does not, and is set again on resume.
func TestSuspendedTimers(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a; boundary late on=a duration=P1D; end e; end l; s -> a -> e; late -> l`, ``)
	n, _ := p.s.Node(p.key("a"))
	timer := n.Timers[0]
	p.step(engine.Event{Kind: engine.Suspend})
	if c := p.turn.Commands; len(c) != 1 || c[0].Kind != engine.CancelTimer || c[0].Timer.Key != timer.Key {
		t.Fatalf("%+v", c)
	}
	p.refuses(engine.Event{Kind: engine.FireTimer, Key: p.key("a"), Timer: timer.Key}, engine.Conflict)
	p.refuses(engine.Event{Kind: engine.MoveTimer, Key: p.key("a"), Timer: timer.Key}, engine.Conflict)
	p.now = p.now.Add(3 * day)
	p.step(engine.Event{Kind: engine.Resume})
	if c := p.turn.Commands; len(c) != 1 || c[0].Kind != engine.SetTimer || !c[0].Timer.Due.Equal(timer.Due.Add(3*day)) {
		t.Fatalf("%+v", c)
	}
	p.advance(day)
	p.ended(engine.Completed)
	p.visits("s", "a", "late", "l")
}

// At most a thousand messages wait for a suspended instance.
func TestSuspendedInstanceIsBounded(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; service a type=x; end e; s -> a -> e`, ``)
	p.step(engine.Event{Kind: engine.Suspend})
	for range 1000 {
		p.step(engine.Event{Kind: engine.Correlate, Name: "m", TTL: time.Hour})
	}
	p.refuses(engine.Event{Kind: engine.Correlate, Name: "m", TTL: time.Hour}, engine.Conflict)
	p.step(engine.Event{Kind: engine.CompleteJob, Key: p.key("a")})
	p.step(engine.Event{Kind: engine.Resume})
	p.ended(engine.Completed)
}

// A message's time to live goes on during the pause.
func TestHeldMessageExpires(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pause time.Duration
		want  engine.Status
	}{{time.Hour, engine.Completed}, {3 * time.Hour, engine.Active}} {
		p := play(t, `start s; user a; receive r message=m key="=1"; end e; s -> a -> r -> e`, ``)
		p.step(engine.Event{Kind: engine.Suspend})
		p.step(engine.Event{Kind: engine.Correlate, Name: "m", CorrelationKey: "1", TTL: 2 * time.Hour})
		p.now = p.now.Add(c.pause)
		p.step(engine.Event{Kind: engine.Resume})
		p.complete("a", ``)
		p.ended(c.want)
	}
}
