package casework

import (
	"context"
	"time"
)

// Clock tells the time in a case. Dev can move a process ahead, and then its case is ahead of the wall clock.
type Clock func(ctx context.Context, caseID string) time.Time

type clockKey struct{}

// WithClock tells in the context what time it is in cases. What people read of a case carries that time; leases, retries and whatever
// else is technical keep to the store's own clock.
func WithClock(ctx context.Context, c Clock) context.Context {
	return context.WithValue(ctx, clockKey{}, c)
}

// WithTime is [WithClock] for a process, which has one time wherever it looks. The zero time tells nothing.
func WithTime(ctx context.Context, at time.Time) context.Context {
	if at.IsZero() {
		return ctx
	}
	return WithClock(ctx, func(context.Context, string) time.Time { return at })
}

// ClockFrom returns the clock of cases, nil when it is the store's own.
func ClockFrom(ctx context.Context) Clock {
	c, _ := ctx.Value(clockKey{}).(Clock)
	return c
}
