package nemrefusion

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Codes of a [FieldError]. Identifiers add those of package casework (invalid_cpr, …).
const (
	TooLarge          = "too_large"           // more than MaxSize bytes
	InvalidJSON       = "invalid_json"        // no JSON, or no object
	TooDeep           = "too_deep"            // nested beyond what an event can be
	DuplicateField    = "duplicate_field"     // the same name twice in an object
	UnknownField      = "unknown_field"       // no part of an event
	HealthDataRefused = "health_data_refused" // a field for a diagnosis or for health
	Required          = "required"            // missing, null or empty
	InvalidType       = "invalid_type"        // another JSON type
	InvalidValue      = "invalid_value"       // not one of the words, not a UUID, not an address
	InvalidDate       = "invalid_date"        // no date, or no time with offset
	OutOfRange        = "out_of_range"        // a number or date beyond its bounds
	TooLong           = "too_long"            // a text beyond its bound
	Contradiction     = "contradiction"       // two fields that cannot both be true
)

// FieldError is one thing that is wrong with an event. It never repeats a value from the event.
type FieldError struct {
	Pointer string `json:"pointer" doc:"JSON Pointer (RFC 6901) to the field; empty for the whole event."`
	Code    string `json:"code" doc:"What is wrong, as a stable code."`
	Message string `json:"message" doc:"What to send instead."`
}

// Error is everything that is wrong with an event, at most [MaxProblems].
type Error struct {
	Fields []FieldError
}

// Error lists the problems in one line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		lines[i] = strings.TrimPrefix(f.Pointer+": "+f.Message, ": ")
	}
	return "nemrefusion event refused: " + strings.Join(lines, " ")
}

// MaxProblems bounds how many problems of one event are reported.
const MaxProblems = 50

// report collects problems.
type report struct {
	problems []FieldError
}

func (r *report) add(pointer, code, message string) {
	if len(r.problems) < MaxProblems {
		r.problems = append(r.problems, FieldError{pointer, code, message})
	}
}

func (r *report) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &Error{r.problems}
}

const maxNameInPointer = 64

var (
	longNumber  = regexp.MustCompile(`[0-9]{4,}`)
	escapedName = strings.NewReplacer("~", "~0", "/", "~1")
)

// child is the pointer of a member. A stranger chooses the name of an unknown member and may have put a person's number
// there, so numbers are blotted out and long names cut.
func child(pointer, name string) string {
	if len(name) <= maxNameInPointer && strings.IndexFunc(name, notLetter) < 0 {
		return pointer + "/" + name
	}
	name = longNumber.ReplaceAllStringFunc(name, func(n string) string { return strings.Repeat("#", len(n)) })
	if runes := []rune(name); len(runes) > maxNameInPointer {
		name = string(runes[:maxNameInPointer]) + "…"
	}
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
	return pointer + "/" + escapedName.Replace(name)
}

func notLetter(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }

func item(pointer string, index int) string { return pointer + "/" + strconv.Itoa(index) }
