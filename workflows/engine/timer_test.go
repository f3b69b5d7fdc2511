package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"fasthold/workflows/engine"
)

// An overdue cycle fires once, however many of its times have passed: they are counted, not walked through.
func TestOverdueCycleCostsNothing(t *testing.T) {
	t.Parallel()
	for cycle, left := range map[string]int{"R/0001-01-01T00:00:00/PT1S": -1, "R2147483647/1970-01-01T00:00:00/PT1S": 375_041_645, "R/1970-01-01T00:00:00/PT24H": -1} {
		p := play(t, `
			start s
			user a
			boundary remind on=a cycle=`+cycle+` noninterrupting
			end e
			end r
			s -> a -> e
			remind -> r`, ``)
		n, _ := p.s.Node(p.key("a"))
		p.step(engine.Event{Kind: engine.FireTimer, Key: n.Key, Timer: n.Timers[0].Key})
		n, _ = p.s.Node(p.key("a"))
		next := n.Timers[0]
		if !next.Due.After(p.now) || next.Due.Sub(p.now) > day || next.Left != left {
			t.Errorf("%s: %+v at %s", cycle, next, p.now)
		}
		if got := count(p.visited, "remind"); got != 1 {
			t.Errorf("%s fired %d times", cycle, got)
		}
	}
}

// A cycle that has no time left after those that passed fires once more, as it always did.
func TestOverdueCycleEnds(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user a
		boundary remind on=a cycle=R5/PT1H noninterrupting
		end e
		end r
		s -> a -> e
		remind -> r`, ``)
	p.now = p.now.Add(3*time.Hour + time.Minute)
	n, _ := p.s.Node(p.key("a"))
	p.step(engine.Event{Kind: engine.FireTimer, Key: n.Key, Timer: n.Timers[0].Key})
	p.advance(day)
	if got := count(p.visited, "remind"); got != 3 { // the overdue one, at 4 h and at 5 h
		t.Error(got)
	}
}

// What JSON cannot write, a time after the year 9999, never gets into a state.
func TestTimesKeepToTheCalendar(t *testing.T) {
	t.Parallel()
	for _, timer := range []string{"duration=P99999Y", "duration=-P9999Y", "cycle=R3/P9000Y", "cycle=R/P99999Y", "cycle=R/P5000Y"} {
		p := play(t, `
			start s
			user a
			boundary late on=a `+timer+` noninterrupting
			end e
			end l
			s -> a -> e
			late -> l`, ``)
		for range 25 {
			p.advance(280 * 366 * day)
		}
		if _, err := json.Marshal(p.s); err != nil {
			t.Errorf("%s: %v", timer, err)
		}
	}
	p := play(t, `
		start s
		user a due="=date and time(\"2026-01-01T00:00:00\") + duration(\"P9000Y\")"
		end e
		s -> a -> e`, ``)
	if in := p.incidents(); len(in) != 1 || in[0].Code != "not_a_time" {
		t.Error(in)
	}
}

// A cycle may be a cron expression: it comes at its times in the municipality's zone, for ever. What passed unseen comes once.
func TestCronCycle(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		user a
		boundary remind on=a cycle="0 0 8 * * MON-FRI" noninterrupting
		boundary late on=a cycle="=\"0 0 12 \" + string(day) + \" * *\"" noninterrupting
		end e
		end r
		s -> a -> e
		remind -> r
		late -> r`, `{"day":6}`)
	p.advance(7 * day) // from Monday 2 March at 9
	if got := count(p.visited, "remind"); got != 5 {
		t.Errorf("%d", got)
	}
	if got := count(p.visited, "late"); got != 1 {
		t.Errorf("%d", got)
	}
	p.now = p.now.AddDate(0, 0, 21) // 30 March, summer time
	n, _ := p.s.Node(p.key("a"))
	p.step(engine.Event{Kind: engine.FireTimer, Key: n.Key, Timer: n.Timers[0].Key})
	n, _ = p.s.Node(p.key("a"))
	if due := n.Timers[0].Due; !due.Equal(time.Date(2026, 3, 31, 6, 0, 0, 0, time.UTC)) {
		t.Error(due)
	}
	if p := play(t, `start s; user a; boundary b on=a cycle="=x" noninterrupting; end e; end r; s -> a -> e; b -> r`, `{"x":"0 0 0 31 2 *"}`); len(p.incidents()) != 1 {
		t.Error(p.incidents())
	}
}

// A suspended cycle of a cron expression goes on with its next time.
func TestResumedCron(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{"2026-03-05 10:00": "2026-03-06 08:00", "2026-03-03 07:00": "2026-03-03 08:00"} {
		p := suspended(t, `start s; user a; boundary r on=a cycle="0 0 8 * * MON-FRI" noninterrupting; end e; end l; s -> a -> e; r -> l`,
			"2026-03-02 10:00", "2026-03-02 11:00", to)
		n, _ := p.s.Node(p.key("a"))
		if due := n.Timers[0].Due; !due.Equal(p.at(want)) {
			t.Errorf("%s: %s", to, due)
		}
	}
}
