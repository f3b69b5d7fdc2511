package engine_test

import (
	"testing"
	"time"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/workflows/engine"
)

// When a process that is deployed on Monday 2 March 2026 at 9:00 in Copenhagen starts.
func TestStartTimers(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	deployed := time.Date(2026, 3, 2, 9, 0, 0, 0, zone)
	for name, c := range map[string]struct {
		timer string
		want  []string // the first times, "…" when it goes on
	}{
		"a date":                         {"date=2026-03-10", []string{"2026-03-10T00:00:00+01:00"}},
		"a date in the past":             {"date=2020-01-01T08:00:00+01:00", []string{"2020-01-01T08:00:00+01:00"}},
		"a date by FEEL":                 {"date=`=date and time(today(), time(\"07:30:00\")) + duration(\"P1D\")`", []string{"2026-03-03T07:30:00+01:00"}},
		"three times":                    {"cycle=R3/PT10M", []string{"2026-03-02T09:10:00+01:00", "2026-03-02T09:20:00+01:00", "2026-03-02T09:30:00+01:00"}},
		"for ever":                       {"cycle=R/P1M", []string{"2026-04-02T09:00:00+02:00", "2026-05-02T09:00:00+02:00", "…"}},
		"daily across a clock change":    {"cycle=R/2026-03-28T08:00:00/P1D", []string{"2026-03-28T08:00:00+01:00", "2026-03-29T08:00:00+02:00", "2026-03-30T08:00:00+02:00", "…"}},
		"with a start":                   {"cycle=R2/2026-03-05T08:00:00+01:00/P1W", []string{"2026-03-05T08:00:00+01:00", "2026-03-12T08:00:00+01:00"}},
		"with a start in the past":       {"cycle=R/2026-02-01T08:00:00/P1W", []string{"2026-02-01T08:00:00+01:00", "2026-03-08T08:00:00+01:00", "2026-03-15T08:00:00+01:00", "…"}},
		"times that passed count":        {"cycle=R6/2026-02-01T08:00:00/P1W", []string{"2026-02-01T08:00:00+01:00", "2026-03-08T08:00:00+01:00"}},
		"a cycle that is over":           {"cycle=R3/2020-01-01T00:00:00Z/PT10M", []string{"2020-01-01T01:00:00+01:00"}},
		"a cycle by FEEL":                {"cycle=`=\"R2/\" + string(date and time(today(), time(\"12:00:00\"))) + \"/P1D\"`", []string{"2026-03-02T12:00:00+01:00", "2026-03-03T12:00:00+01:00"}},
		"every workday morning":          {"cycle=\"0 0 8 * * MON-FRI\"", []string{"2026-03-03T08:00:00+01:00", "2026-03-04T08:00:00+01:00", "2026-03-05T08:00:00+01:00", "…"}},
		"a cycle that leaves the clocks": {"cycle=R/P5000Y", []string{"7026-03-02T09:00:00+01:00"}},
	} {
		p := &engine.Program{Plan: bpmntest.Plan(t, "p", "start s "+c.timer+"; end e; s -> e"), Zone: zone, Version: engine.Current}
		e, _ := p.Plan.Element("s")
		timer, err := p.StartTimer(e, deployed)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, want := range c.want {
			if want == "…" {
				break
			}
			if got := timer.Due.In(zone).Format(time.RFC3339); got != want {
				t.Errorf("%s: time %d is %s, want %s", name, i+1, got, want)
			}
			var more bool
			if timer, more = p.NextStart(timer); more != (i+1 < len(c.want)) {
				t.Errorf("%s: after time %d more is %v: %+v", name, i+1, more, timer)
			}
		}
	}
}

// Nobody waits where nothing starts: whoever deploys is told why.
func TestStartTimersThatSayNoTime(t *testing.T) {
	t.Parallel()
	for timer, want := range map[string]string{
		"date=`=day`":                            `the timer of s, day, is null and not a date: there is no variable day; variables used: day = missing`,
		"cycle=`=\"R/P\" + string(today().day)`": `the timer of s, "R/P" + string(today().day), is "R/P2" and not a cycle; variables used: none`,
		"cycle=`=\"R/PT0.00\" + string(today().day) + \"S\"`": `the timer of s, "R/PT0.00" + string(today().day) + "S", is "R/PT0.002S": ` +
			`the interval of a repetition must be at least one second long; variables used: none`,
	} {
		p := &engine.Program{Plan: bpmntest.Plan(t, "p", "start s "+timer+"; end e; s -> e"), Version: engine.Current}
		e, _ := p.Plan.Element("s")
		if _, err := p.StartTimer(e, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", timer, err)
		}
	}
}

// A cycle that turns out too short while an instance runs stops the instance; it does not flood the worker.
func TestTooShortACycleIsAnIncident(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"boundary": "start s; user a; boundary b on=a cycle=`=\"R/PT\" + string(step) + \"S\"` noninterrupting; end e; end f; s -> a -> e; b -> f",
		"event sub-process": "start s; user a; end e; s -> a -> e; " +
			"eventsub l { start l1 cycle=`=\"R/PT\" + string(step) + \"S\"` noninterrupting; end l2; l1 -> l2 }",
	} {
		p := play(t, text, `{"step":0.5}`)
		in := p.incidents()
		if len(in) != 1 || in[0].Code != "too_often" || in[0].Message == "" {
			t.Errorf("%s: %+v", name, in)
		}
		p = play(t, text, `{"step":1}`)
		if in := p.incidents(); len(in) != 0 {
			t.Errorf("%s: %+v", name, in)
		}
	}
}
