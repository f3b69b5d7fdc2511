package api

import (
	"context"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"fasthold/internal/casework"
)

// now is the time in an instance, which dev can move ahead.
func (s *Server) now(ctx context.Context, instance string) time.Time {
	if v := s.virtualNow(ctx, instance); v != nil {
		return *v
	}
	return time.Now()
}

// virtualNow is the time in an instance in dev; nil elsewhere, and for an instance that has not started.
func (s *Server) virtualNow(ctx context.Context, instance string) *time.Time {
	if s.Dev == nil || instance == "" {
		return nil
	}
	now, err := s.Dev.Now(ctx, instance)
	if err != nil {
		return nil
	}
	return &now
}

// tellCaseTime lets what people write in a case carry the time in its process, which has the case's id.
func (s *Server) tellCaseTime(ctx huma.Context, next func(huma.Context)) {
	next(huma.WithContext(ctx, casework.WithClock(ctx.Context(), s.caseTime)))
}

// caseTime is never behind the wall clock, as the end of a process is.
func (s *Server) caseTime(ctx context.Context, caseID string) time.Time {
	now := time.Now()
	if v := s.virtualNow(ctx, caseID); v != nil && v.After(now) {
		return *v
	}
	return now
}

// skips remembers how far ahead instances are; it changes only when somebody moves one.
type skips struct {
	mu    sync.Mutex
	ahead map[string]time.Duration
}

func (k *skips) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ahead = map[string]time.Duration{}
}

// of returns how far ahead an instance is, asking now when it is not known.
func (k *skips) of(instance string, now func() *time.Time) (ahead time.Duration, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if ahead, ok = k.ahead[instance]; ok {
		return ahead, true
	}
	virtual := now()
	if virtual == nil {
		return 0, false
	}
	ahead = time.Until(*virtual).Round(time.Second)
	k.ahead[instance] = ahead
	return ahead, true
}

// tellVirtualNow tells, in dev, of each task the time in its instance.
func (s *Server) tellVirtualNow(ctx context.Context, tasks []task) {
	if s.Dev == nil {
		return
	}
	for i, t := range tasks {
		if ahead, ok := s.skips.of(t.ProcessInstanceID, func() *time.Time { return s.virtualNow(ctx, t.ProcessInstanceID) }); ok {
			now := time.Now().Add(ahead)
			tasks[i].VirtualNow = &now
		}
	}
}
