package simulation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// startTimer is a timer start event of a process that has not started.
type startTimer struct {
	element string
	due     time.Time
	start   func() error
}

// nextStart is the start timer that is due first.
func (w *World) nextStart() (first startTimer, ok bool) {
	if w.Root() != nil {
		return startTimer{}, false
	}
	for _, s := range w.starts {
		if !ok || s.due.Before(first.due) {
			first, ok = s, true
		}
	}
	return first, ok
}

// setStartTimers lets time start the process. Of a cycle only the first time counts: one instance is simulated.
func (p *player) setStartTimers() error {
	for _, e := range p.starts() {
		if e.Event == nil || e.Event.Kind != bpmn.Timer {
			continue
		}
		due, err := p.due(e.Event.Timer)
		if err != nil {
			return fmt.Errorf("start event %s: %w", e.ID, err)
		}
		start := func() error { return p.w.Start(p.process.ProcessID, e.ID, p.scenario.Variables) }
		p.w.starts = append(p.w.starts, startTimer{e.ID, due, start})
	}
	return nil
}

// fireStart starts the process by a timer start event: time moves to when it is due.
func (p *player) fireStart(element string) (bool, error) {
	i := slices.IndexFunc(p.w.starts, func(s startTimer) bool { return s.element == element })
	if i < 0 || p.w.Root() != nil {
		return false, nil
	}
	if due := p.w.starts[i].due; due.After(p.w.Now) {
		p.w.Now = due.In(p.w.calendar.Zone())
	}
	if err := p.w.starts[i].start(); err != nil {
		return true, err
	}
	return true, p.w.Settle()
}

// due works out when a start timer is due for the first time.
func (p *player) due(d *bpmn.TimerDefinition) (time.Time, error) {
	v, err := d.Expr.Eval(&feel.Env{Vars: p.scenario.Variables, Now: p.w.Now, Calendar: p.w.calendar})
	if err != nil {
		return time.Time{}, err
	}
	var at time.Time
	iso := isoText(v)
	switch d.Kind {
	case bpmn.Date:
		err = moment(&at, p.w.calendar.Zone())(feel.Text(iso))
	case bpmn.Duration:
		var s bpmn.Span
		s, err = bpmn.ParseSpan(iso)
		at = s.After(p.w.Now)
	case bpmn.Cycle:
		var r bpmn.Repeat
		r, err = bpmn.ParseRepeat(iso)
		if at = r.Every.After(p.w.Now); err == nil && r.Start != "" {
			err = moment(&at, p.w.calendar.Zone())(feel.Text(r.Start))
		}
	}
	return at, err
}

// isoText is the text of a value without quotes, as JSON has it.
func isoText(v feel.Value) string {
	text := string(feel.AppendJSON(nil, v))
	if strings.HasPrefix(text, `"`) {
		_ = json.Unmarshal([]byte(text), &text) // AppendJSON writes valid JSON
	}
	return text
}
