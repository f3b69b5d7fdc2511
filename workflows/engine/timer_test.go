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
