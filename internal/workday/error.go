package workday

// Codes of an [Error].
const (
	InvalidDate  = "invalid_date"  // no such day, or not written as one
	InvalidRule  = "invalid_rule"  // not a day that returns every year
	InvalidHours = "invalid_hours" // not a time of day, or opening not before closing
	TooMany      = "too_many"      // a list beyond its bound
	TooFar       = "too_far"       // a count or distance beyond its bound
)

// Error says what is wrong with settings, a written date or time, or a count.
type Error struct {
	Code    string // one of the constants above
	Field   string // JSON pointer into [Settings], "" when the fault is not in settings
	Message string // a sentence about what to do instead
}

// Error returns the sentence, after the field if there is one.
func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}
