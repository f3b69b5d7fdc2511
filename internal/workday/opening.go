package workday

import (
	"fmt"
	"time"
)

// MaxOpeningHours bounds what AddOpeningHours adds at once; it is about five years of full weeks.
const MaxOpeningHours = 10_000 * time.Hour

// EndOfWorkday returns the closing time that ends the working day of t: of the same day while the municipality is
// open or about to open, or else of the next day with opening hours. Feedback "the same working day" (A02) is due then.
func (c *Calendar) EndOfWorkday(t time.Time) time.Time {
	_, closes := c.nextOpening(t)
	return closes
}

// AddOpeningHours returns the moment at which the municipality has been open for d since t. The clock stands still
// outside opening hours; d that ends at closing time ends then, not next morning. With d = 0 it returns t.
// The result is in [Zone]. An error is an [*Error].
func (c *Calendar) AddOpeningHours(t time.Time, d time.Duration) (time.Time, error) {
	if d < 0 || d > MaxOpeningHours {
		return time.Time{}, &Error{Code: TooFar, Message: fmt.Sprintf("Add between 0 and %d opening hours.", int(MaxOpeningHours.Hours()))}
	}
	t = t.In(copenhagen)
	for d > 0 {
		opens, closes := c.nextOpening(t)
		open := min(d, closes.Sub(opens))
		t, d = opens.Add(open), d-open
	}
	return t, nil
}

// nextOpening returns the first stretch of opening time that ends after t, cut to begin no earlier than t.
func (c *Calendar) nextOpening(t time.Time) (opens, closes time.Time) {
	t = t.In(copenhagen)
	for d := DateOf(t); ; d = d.AddDays(1) {
		open, close, ok := c.Hours(d.Year, d.Month, d.Day)
		if !ok {
			continue
		}
		opens, closes = d.At(open, copenhagen), d.At(close, copenhagen)
		if t.Before(closes) {
			if opens.Before(t) {
				opens = t
			}
			return opens, closes
		}
	}
}
