package workday

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Bounds on [Settings], far above what a municipality needs.
const (
	MaxClosedDays   = 1000
	MaxClosedYearly = 50
	maxRuleOffset   = 60
)

// Settings is what one municipality decides about its calendar. It is plain data and all that a [Calendar] depends
// on, so a workflow that carries it replays the same way everywhere. The zero Settings close nothing but weekends and
// public holidays; [Default] is what most municipalities start from.
type Settings struct {
	// ClosedDays are single days on which the municipality is closed, such as days between holidays.
	ClosedDays []Date `json:"closedDays,omitempty"`
	// ClosedYearly are days closed every year: "MM-DD" ("06-05"), or a movable feast with an offset in days:
	// "easter", "ascension" or "whitsunday", for example "ascension+1".
	ClosedYearly []string `json:"closedYearly,omitempty"`
	// OpeningHours are the hours in which the municipality works; without any they are those of [Default].
	OpeningHours Week `json:"openingHours,omitzero"`
}

// Week holds the opening hours of Monday to Friday. A day without hours is still a working day, but opening hours do
// not run on it.
type Week struct {
	Monday    *Span `json:"monday,omitempty"`
	Tuesday   *Span `json:"tuesday,omitempty"`
	Wednesday *Span `json:"wednesday,omitempty"`
	Thursday  *Span `json:"thursday,omitempty"`
	Friday    *Span `json:"friday,omitempty"`
}

// Span is the time from opening to closing on one day.
type Span struct {
	Open  ClockTime `json:"open"`
	Close ClockTime `json:"close"`
}

// ClockTime is a time of day in minutes since midnight, 0 to 1440. In JSON it is "HH:MM", from "00:00" to "24:00".
type ClockTime int

// String returns "HH:MM".
func (c ClockTime) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText writes the form of String.
func (c ClockTime) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads "HH:MM". An error is an [*Error].
func (c *ClockTime) UnmarshalText(text []byte) error {
	if string(text) == "24:00" {
		*c = 24 * 60
		return nil
	}
	t, err := time.Parse("15:04", string(text))
	if err != nil || len(text) != len("15:04") {
		return &Error{Code: InvalidHours, Message: "Write the time of day as HH:MM, for example 08:00."}
	}
	*c = ClockTime(t.Hour()*60 + t.Minute())
	return nil
}

// Default returns the settings of a municipality that has not decided otherwise: a week of 37 hours (Monday to
// Thursday 08:00–15:30, Friday 08:00–15:00), and closed on the days that are no public holidays but on which banks
// are closed too: Grundlovsdag, Christmas Eve, New Year's Eve and the Friday after Ascension. 1 May is open.
func Default() Settings {
	return Settings{ClosedYearly: []string{"06-05", "12-24", "12-31", "ascension+1"}, OpeningHours: defaultWeek()}
}

func defaultWeek() Week {
	long := func() *Span { return &Span{Open: 8 * 60, Close: 15*60 + 30} }
	return Week{long(), long(), long(), long(), &Span{Open: 8 * 60, Close: 15 * 60}}
}

// yearly is one parsed rule: a fixed day (month > 0), or days after Easter.
type yearly struct {
	month      time.Month
	day        int
	fromEaster int
}

// parseYearly reads a rule of [Settings.ClosedYearly].
func parseYearly(rule string) (yearly, bool) {
	if t, err := time.Parse("2006-01-02", "2000-"+rule); err == nil {
		return yearly{month: t.Month(), day: t.Day()}, true
	}
	name, offset := rule, 0
	if at := strings.IndexAny(rule, "+-"); at >= 0 {
		n, err := strconv.Atoi(rule[at:])
		if err != nil || n < -maxRuleOffset || n > maxRuleOffset {
			return yearly{}, false
		}
		name, offset = rule[:at], n
	}
	feasts := map[string]int{"easter": 0, "ascension": ascension, "whitsunday": whitSunday}
	feast, known := feasts[name]
	return yearly{fromEaster: feast + offset}, known
}

func (w Week) spans() [7]*Span {
	return [7]*Span{time.Monday: w.Monday, time.Tuesday: w.Tuesday, time.Wednesday: w.Wednesday, time.Thursday: w.Thursday, time.Friday: w.Friday}
}
