package casework

import (
	"errors"
	"fmt"
)

// Code is the kind of an error, as far as whoever asked can act on it.
type Code string

// Error codes. Everything that is not an [*Error] is Internal.
const (
	NotFound  Code = "not_found"
	Conflict  Code = "conflict"
	Stale     Code = "stale" // what is to be changed is no longer what its editor saw: see [WithVersion]
	Invalid   Code = "invalid"
	Forbidden Code = "forbidden"
	Pending   Code = "pending" // what was asked for is taken, and happens when an incident has been resolved
	Internal  Code = "internal"
)

// FieldError names one field of what was sent.
type FieldError struct {
	Pointer string `json:"pointer"` // JSON pointer, e.g. /citizen/cpr
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
}

// Error is a failure with a code and a sentence that a person can act on. It never carries personal data.
type Error struct {
	Code    Code
	Message string
	Fields  []FieldError // of an Invalid request, where single fields are to blame
	Cause   error        // of an Internal error; for the log, never for whoever asked
}

// Error returns the sentence, and the cause of an internal error.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Cause)
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an [*Error] of a code and a sentence.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the first [*Error] in the chain, "" for nil and Internal for any other error.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	default:
		return Internal
	}
}
