package simulation

import (
	"fmt"
	"slices"
	"time"

	"fasthold/definitions/bpmn"
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
	program := p.w.program(p.process)
	for _, e := range p.starts() {
		if e.Event == nil || e.Event.Kind != bpmn.Timer {
			continue
		}
		timer, err := program.StartTimer(e, p.w.Now)
		if err != nil {
			return fmt.Errorf("start event %s: %w", e.ID, err)
		}
		start := func() error { return p.w.Start(p.process.ProcessID, e.ID, p.scenario.Variables) }
		p.w.starts = append(p.w.starts, startTimer{e.ID, timer.Due, start})
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
