package nemrefusion

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
)

// section reads the members of one object by name and remembers which it was asked for; what is left is unknown.
// Every reading returns the zero value for a member that is absent, null or "", and reports one that is wrong.
type section struct {
	*report
	pointer string
	object  *object
	asked   []string
}

func (s *section) at(name string) string { return child(s.pointer, name) }

// member returns the named member as the wanted JSON type, and whether it is there and of that type.
func member[T any](s *section, name, wanted string) (value T, ok bool) {
	s.asked = append(s.asked, name)
	found := s.object.members[name]
	if found == nil || found == "" {
		return value, false
	}
	if value, ok = found.(T); !ok {
		s.add(s.at(name), InvalidType, "Send "+wanted+" here.")
	}
	return value, ok
}

// finish refuses the members nobody asked for.
func (s *section) finish() {
	for _, name := range s.object.names {
		if !slices.Contains(s.asked, name) {
			s.refuse(s.at(name), name, s.object.members[name])
		}
	}
}

// within reads a member that is an object.
func within[T any](s *section, name string, read func(*section) T) *T {
	o, ok := member[*object](s, name, "an object")
	if !ok {
		return nil
	}
	inner := &section{report: s.report, pointer: s.at(name), object: o}
	value := read(inner)
	inner.finish()
	return &value
}

// text reads one line of at most limit characters.
func (s *section) text(name string, limit int) string {
	return s.freeText(name, limit, func(r rune) bool { return unicode.IsControl(r) })
}

// prose reads text of several lines.
func (s *section) prose(name string, limit int) string {
	return s.freeText(name, limit, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) })
}

func (s *section) freeText(name string, limit int, refused func(rune) bool) string {
	text, ok := member[string](s, name, "a text")
	switch {
	case !ok:
		return ""
	case utf8.RuneCountInString(text) > limit:
		s.add(s.at(name), TooLong, fmt.Sprintf("Write at most %d characters.", limit))
	case strings.ContainsFunc(text, refused):
		s.add(s.at(name), InvalidValue, "Leave out control characters.")
	default:
		return strings.TrimSpace(text)
	}
	return ""
}

// word reads one of the given words.
func word[T ~string](s *section, name string, words ...T) T {
	text, ok := member[string](s, name, "a text")
	if !ok {
		return ""
	}
	if !slices.Contains(words, T(text)) {
		s.add(s.at(name), InvalidValue, fmt.Sprintf("Send one of %q.", words))
		return ""
	}
	return T(text)
}

// identifier reads what one of casework's Parse functions reads.
func identifier[T any](s *section, name string, parse func(string) (T, error)) (id T) {
	text, ok := member[string](s, name, "a text of digits")
	if !ok {
		return id
	}
	id, err := parse(text)
	var refused *casework.IdentifierError
	if errors.As(err, &refused) {
		s.add(s.at(name), refused.Code, refused.Message)
	}
	return id
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

const nilUUID = "00000000-0000-0000-0000-000000000000"

// uuid reads a UUID and returns it in lower case.
func (s *section) uuid(name string) string {
	text, ok := member[string](s, name, "a UUID")
	if !ok {
		return ""
	}
	id := strings.ToLower(text)
	if !uuidForm.MatchString(id) || id == nilUUID {
		s.add(s.at(name), InvalidValue, "Send a UUID such as 3f1f9a52-4c0e-4b4e-9a3c-0d2f6c1e7b11.")
		return ""
	}
	return id
}

// Every date of a case lies between these years; another one is a mistyped one.
const firstYear, lastYear = 2000, 2099

func (s *section) date(name string) workday.Date {
	text, ok := member[string](s, name, "a date as text")
	if !ok {
		return workday.Date{}
	}
	d, err := workday.ParseDate(text)
	if err != nil {
		s.add(s.at(name), InvalidDate, "Write the date as year-month-day, for example 2026-11-23.")
	} else if d.Year < firstYear || d.Year > lastYear {
		s.add(s.at(name), OutOfRange, fmt.Sprintf("Send a date between %d and %d.", firstYear, lastYear))
		return workday.Date{}
	}
	return d
}

// moment reads a time with offset and returns it in UTC.
func (s *section) moment(name string) time.Time {
	text, ok := member[string](s, name, "a time as text")
	if !ok {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		s.add(s.at(name), InvalidDate, "Write the time with date and offset (RFC 3339), for example 2026-11-23T08:00:00+01:00.")
		return time.Time{}
	}
	if t.Year() < firstYear || t.Year() > lastYear {
		s.add(s.at(name), OutOfRange, fmt.Sprintf("Send a time between %d and %d.", firstYear, lastYear))
		return time.Time{}
	}
	return t.UTC()
}

// integer reads a whole number from 0 to limit.
func (s *section) integer(name string, limit int) int {
	number, ok := member[json.Number](s, name, "a whole number")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(number.String())
	if err != nil || n < 0 || n > limit {
		s.add(s.at(name), OutOfRange, fmt.Sprintf("Send a whole number between 0 and %d.", limit))
		return 0
	}
	return n
}

// hours reads a number of hours a week.
func (s *section) hours(name string) *float64 {
	number, ok := member[json.Number](s, name, "a number of hours")
	if !ok {
		return nil
	}
	h, err := number.Float64()
	if err != nil || h < 0 || h > maxHoursPerWeek {
		s.add(s.at(name), OutOfRange, fmt.Sprintf("Send a number of hours between 0 and %d.", maxHoursPerWeek))
		return nil
	}
	return &h
}

func (s *section) answer(name string) *bool {
	yes, ok := member[bool](s, name, "true, false or null")
	if !ok {
		return nil
	}
	return &yes
}
