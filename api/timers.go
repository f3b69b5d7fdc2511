package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

// timer is a timer that will fire.
type timer struct {
	ID        string    `json:"id"`
	ElementID string    `json:"elementId"`
	Name      string    `json:"name,omitempty"`
	DueAt     time.Time `json:"dueAt"`
}

func timerOf(t casework.Timer) timer { return timer{t.ID, t.ElementID, t.Name, t.DueAt} }

// TimerChange names a timer to be changed, once.
type TimerChange struct {
	Change
	Timer string `path:"timer" maxLength:"50"`
}

type triggerTimerInput struct {
	TimerChange
	Body *reasoned
}

type moveTimerInput struct {
	TimerChange
	Body struct {
		DueAt  time.Time `json:"dueAt" doc:"When it shall fire"`
		Reason string    `json:"reason,omitempty" maxLength:"2000" doc:"Why; kept with the history"`
	}
}

type forwardInput struct {
	Change
	Body struct {
		Duration string `json:"duration" maxLength:"50" example:"P3W" doc:"ISO 8601"`
	}
}

// forwarded tells the time in an instance after it was moved.
type forwarded struct {
	Now time.Time `json:"now"`
}

func (s *Server) timerRoutes() {
	const tag = "process-instances"
	handle(s, call{method: http.MethodGet, path: "/process-instances/{id}/timers", roles: doers, tag: tag, summary: "Timers that will fire, the next first"}, s.listTimers)
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/timers/{timer}/trigger", roles: operators, tag: tag, summary: "Let a timer fire now"}, s.triggerTimer)
	handle(s, call{method: http.MethodPatch, path: "/process-instances/{id}/timers/{timer}", roles: operators, tag: tag, summary: "Move a timer"}, s.moveTimer)
	if s.Dev != nil {
		handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/fast-forward", roles: doers, tag: tag, summary: "Only in dev: move the instance ahead in time"}, s.fastForward)
	}
}

func (s *Server) listTimers(ctx context.Context, in *byID) (*output[list[timer]], error) {
	v, err := s.Store.Instance(ctx, in.ID)
	return answer(list[timer]{Items: shapes(v.Timers, timerOf)}, err)
}

func (s *Server) triggerTimer(ctx context.Context, in *triggerTimerInput) (*output[instance], error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	return s.changeTimer(ctx, in.TimerChange, reason, workflows.TriggerTimerUpdate, workflows.Request{})
}

func (s *Server) moveTimer(ctx context.Context, in *moveTimerInput) (*output[instance], error) {
	return s.changeTimer(ctx, in.TimerChange, in.Body.Reason, workflows.MoveTimerUpdate,
		workflows.Request{Due: in.Body.DueAt})
}

func (s *Server) changeTimer(ctx context.Context, in TimerChange, reason, update string, r workflows.Request) (*output[instance], error) {
	v, err := s.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(v.Timers, func(t casework.Timer) bool { return t.ID == in.Timer }) {
		return nil, fail(casework.NotFound, "the process instance has no such timer; it may have fired")
	}
	if _, err := fmt.Sscanf(in.Timer, "%d.%d", &r.Key, &r.Timer); err != nil {
		return nil, err
	}
	return s.changeBecause(ctx, in.Change, reason, update, r)
}

func (s *Server) fastForward(ctx context.Context, in *forwardInput) (*output[forwarded], error) {
	v, err := s.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	by, err := duration("/duration", in.Body.Duration, s.now(ctx, v.ID))
	if err == nil && by == 0 {
		err = invalidField("/duration", "give a duration above nothing")
	}
	if err != nil {
		return nil, err
	}
	now, err := s.Dev.FastForward(ctx, v.ID, by)
	s.skips.forget()
	if err != nil {
		return nil, err
	}
	s.settle(ctx, v.ID, "")
	return answer(forwarded{now}, nil)
}
