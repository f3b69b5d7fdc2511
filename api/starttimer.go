package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"fasthold/definitions"
	"fasthold/definitions/bpmn"
	"fasthold/definitions/problem"
	"fasthold/internal/casework"
	"fasthold/internal/store"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// startTimers works out when time starts processes that are deployed at that moment, in the calendar that is set for everybody (BPMN 2.0.2
// §10.5.2). A timer that gives no time is a problem.
func startTimers(ctx context.Context, st *store.Store, processes []*definitions.Definition, at time.Time) (timers []casework.StartTimer, problems []problem.Problem, err error) {
	for _, d := range processes {
		events := timerStarts(d.Plan)
		if len(events) == 0 {
			continue
		}
		program, err := programForAll(ctx, st, d)
		if err != nil {
			return nil, nil, err
		}
		for _, e := range events {
			t, err := program.StartTimer(e, at)
			if err != nil {
				problems = append(problems, problem.Problem{File: d.Plan.File, Line: e.Line, Element: e.ID, Code: "bad-start-timer", Message: err.Error(),
					Advice: "write a time, or FEEL that reads the calendar and no variables", Severity: problem.Error})
				continue
			}
			timers = append(timers, casework.StartTimer{ProcessID: d.ProcessID, ElementID: e.ID, From: t.From, DueAt: t.Due, Left: t.Left, Every: t.Every})
		}
	}
	return timers, problems, nil
}

func timerStarts(p *bpmn.Plan) (events []*bpmn.Element) {
	for _, i := range p.Root().Starts {
		if e := &p.Elements[i]; e.Event != nil && e.Event.Kind == bpmn.Timer {
			events = append(events, e)
		}
	}
	return events
}

// programForAll is the process in the calendar of no municipality.
func programForAll(ctx context.Context, st *store.Store, d *definitions.Definition) (*engine.Program, error) {
	settings, err := calendarSettings(ctx, st, "")
	if err != nil {
		return nil, err
	}
	calendar, err := workday.New(settings)
	if err != nil {
		return nil, err
	}
	return &engine.Program{Plan: d.Plan, Decisions: d.Decisions, Calendar: calendar, Zone: workday.Zone(), Version: engine.Current}, nil
}

// wrongStarts finds timer start events that could not be scheduled if the processes were deployed now.
func wrongStarts(ctx context.Context, st *store.Store, processes []*definitions.Definition) []problem.Problem {
	_, problems, err := startTimers(ctx, st, processes, time.Now())
	if err != nil {
		problems = append(problems, problem.Problem{Code: "no-calendar", Message: "the calendar for timer start events cannot be read: " + err.Error(),
			Advice: "mend the setting “calendar”", Severity: problem.Error})
	}
	return problems
}

// startDue starts what time has come for, and reports whether there may be more.
func (s *Server) startDue(ctx context.Context) bool {
	due, err := s.Store.NextStartTimers(ctx, relayBatch)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "the start timers cannot be read", "error", err)
		}
		return false
	}
	var all sync.WaitGroup
	for _, t := range due {
		all.Go(func() { s.startTimed(ctx, t) })
	}
	all.Wait()
	return len(due) > 0 && ctx.Err() == nil
}

// startTimed starts one instance and says so, as [Server.relay] does: what cannot be said is started again, and that is then none.
func (s *Server) startTimed(ctx context.Context, t casework.StartTimer) {
	bounded, cancel := context.WithTimeout(ctx, relayTimeout)
	defer cancel()
	err := s.startAtTime(bounded, t)
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), relayTimeout)
	defer cancel()
	result := "ok"
	if err == nil {
		err = s.Store.StartTimerDone(ctx, t, nextStart(t))
	} else {
		result = "failed"
		s.Log.WarnContext(ctx, "a process could not be started by time", "process", t.ProcessID, "element", t.ElementID, "attempts", t.Attempts+1, "error", err)
		err = s.Store.StartTimerFailed(ctx, t, err)
	}
	s.metrics.delivered.WithLabelValues("timer", result).Inc()
	if err != nil {
		s.Log.ErrorContext(ctx, "the start timers cannot be written", "error", err)
	}
}

func (s *Server) startAtTime(ctx context.Context, t casework.StartTimer) error {
	calendar, err := calendarSettings(ctx, s.Store, "")
	if err != nil {
		return err
	}
	input := workflows.Input{
		ProcessID: t.ProcessID, Version: t.Version, Definition: t.Definition, StartElement: t.ElementID, Calendar: calendar, Interpreter: engine.Current,
	}
	_, err = s.Temporal.ExecuteWorkflow(ctx, startOptions(timedInstance(t), t.ProcessID+" "+t.ElementID), workflows.ProcessWorkflow, input)
	if alreadyStarted(err) {
		return nil
	}
	return err
}

// timedInstance is the id of the instance that a timer starts next: the same for a second try.
func timedInstance(t casework.StartTimer) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s\n%d", t.ProcessID, t.Version, t.ElementID, t.Number))
	return "pi-" + hex.EncodeToString(sum[:16])
}

// nextStart is the timer at its next time, nil when there is none.
func nextStart(t casework.StartTimer) *casework.StartTimer {
	p := engine.Program{Zone: workday.Zone(), Version: engine.Current}
	next, more := p.NextStart(engine.Timer{Element: t.ElementID, From: t.From, Due: t.DueAt, Left: t.Left, Every: t.Every})
	if !more {
		return nil
	}
	t.DueAt, t.Left = next.Due, next.Left
	return &t
}

// nobodyStarts tells somebody who wants to start a process by hand what starts it instead.
func nobodyStarts(d *definitions.Definition) error {
	var events []string
	for _, i := range d.Plan.Root().Starts {
		switch e := &d.Plan.Elements[i]; e.Event.Kind {
		case bpmn.Timer:
			events = append(events, fmt.Sprintf("%s (timer: %s)", e.ID, e.Event.Timer.Expr.Source()))
		case bpmn.Message, bpmn.Signal:
			events = append(events, fmt.Sprintf("%s (%s: %s)", e.ID, e.Event.Kind, constantName(e.Event.Name())))
		}
	}
	return fail(casework.Invalid, "process %s cannot be started by hand: it has no start event without a trigger, only %s", d.ProcessID, strings.Join(events, ", "))
}
