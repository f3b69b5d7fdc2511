package form

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"fasthold/definitions/feel"
)

// check holds a filled-in value against its field; the code is "" when all is well.
func (v *validator) check(c *component, value feel.Value, l *level) (code, message string) {
	switch c.Type {
	case "number":
		return v.checkNumber(c, value, l)
	case "checkbox":
		return checkKind(c, value, feel.KindBoolean, "være ja eller nej")
	case "select", "radio":
		return v.checkChoice(c, value, l)
	case "checklist", "taglist":
		return v.checkChoices(c, value, l)
	case "datetime":
		return v.checkDatetime(c, value)
	}
	return v.checkText(c, value, l)
}

func checkKind(c *component, value feel.Value, kind feel.Kind, must string) (code, message string) {
	if value.Kind() != kind {
		return "type", fmt.Sprintf("%s skal %s.", quoted(c), must)
	}
	return "", ""
}

func quoted(c *component) string { return "»" + c.Label + "«" }

func (c *component) requiredMessage() string {
	switch c.Type {
	case "checkbox":
		return fmt.Sprintf("%s skal være afkrydset.", quoted(c))
	case "select", "radio":
		return fmt.Sprintf("Vælg en mulighed i %s.", quoted(c))
	case "checklist", "taglist":
		return fmt.Sprintf("Vælg mindst én mulighed i %s.", quoted(c))
	}
	return fmt.Sprintf("%s skal udfyldes.", quoted(c))
}

// formats are the validation types of form-js, read generously: they find slips of the keyboard.
var formats = map[string]struct {
	pattern *regexp.Regexp
	must    string
}{
	"email": {regexp.MustCompile(`^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$`), "være en e-mailadresse, fx navn@kommune.dk"},
	"phone": {regexp.MustCompile(`^(\+|00)?[0-9][0-9 ()./-]{5,23}$`), "være et telefonnummer, fx 12 34 56 78"},
}

func (v *validator) checkText(c *component, value feel.Value, l *level) (code, message string) {
	if code, message := checkKind(c, value, feel.KindString, "være tekst"); code != "" {
		return code, message
	}
	text := string(value.(feel.String))
	length := feel.Int(int64(units(strings.TrimSpace(text))))
	switch {
	case units(text) > maxText:
		return "too-long", fmt.Sprintf("%s må højst fylde %d tegn.", quoted(c), maxText)
	case v.below(length, c.rules.minLength, l):
		return "too-short", fmt.Sprintf("%s skal fylde mindst %s tegn.", quoted(c), v.limit(c.rules.minLength, l))
	case v.above(length, c.rules.maxLength, l):
		return "too-long", fmt.Sprintf("%s må højst fylde %s tegn.", quoted(c), v.limit(c.rules.maxLength, l))
	case c.rules.pattern != nil && !c.rules.pattern.MatchString(text):
		return "pattern", fmt.Sprintf("%s er ikke skrevet på den rigtige måde.", quoted(c))
	}
	if format, ok := formats[c.rules.format]; ok && !format.pattern.MatchString(text) {
		return "format", fmt.Sprintf("%s skal %s.", quoted(c), format.must)
	}
	return "", ""
}

// units counts as a browser does.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

func (v *validator) checkNumber(c *component, value feel.Value, l *level) (code, message string) {
	number := value
	if text, ok := value.(feel.String); ok && c.rules.asText {
		if n, err := feel.ParseNumber(string(text)); err == nil {
			number = n
		}
	}
	if code, message := checkKind(c, number, feel.KindNumber, "være et tal"); code != "" {
		return code, message
	}
	switch {
	case v.below(number, c.rules.min, l):
		return "too-small", fmt.Sprintf("%s skal være mindst %s.", quoted(c), v.limit(c.rules.min, l))
	case v.above(number, c.rules.max, l):
		return "too-large", fmt.Sprintf("%s må højst være %s.", quoted(c), v.limit(c.rules.max, l))
	case c.rules.decimals == 0 && decimals(number) > 0:
		return "decimals", fmt.Sprintf("%s skal være et helt tal.", quoted(c))
	case c.rules.decimals > 0 && decimals(number) > c.rules.decimals:
		return "decimals", fmt.Sprintf("%s må højst have %s.", quoted(c), plural(c.rules.decimals, "decimal", "decimaler"))
	}
	return "", ""
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// decimals counts the digits after the point that matter.
func decimals(number feel.Value) int {
	_, fraction, _ := strings.Cut(number.String(), ".")
	return len(strings.TrimRight(fraction, "0"))
}

// at gives the value of a bound; null when there is none.
func (v *validator) at(b *bound, l *level) feel.Value {
	switch {
	case b == nil:
		return feel.Null{}
	case b.value != nil:
		return b.value
	}
	return v.eval(b.expr, l)
}

func (v *validator) below(value feel.Value, b *bound, l *level) bool {
	order, ok := feel.Compare(value, v.at(b, l))
	return ok && order < 0
}

func (v *validator) above(value feel.Value, b *bound, l *level) bool {
	order, ok := feel.Compare(value, v.at(b, l))
	return ok && order > 0
}

// limit writes a bound as Danes write numbers.
func (v *validator) limit(b *bound, l *level) string {
	return strings.Replace(v.at(b, l).String(), ".", ",", 1)
}

func (v *validator) checkChoice(c *component, value feel.Value, l *level) (code, message string) {
	if !contains(v.options(c, l), value) {
		return "option", fmt.Sprintf("Vælg en af mulighederne i %s.", quoted(c))
	}
	return "", ""
}

func (v *validator) checkChoices(c *component, value feel.Value, l *level) (code, message string) {
	list, ok := value.(feel.List)
	if !ok {
		return "type", fmt.Sprintf("%s skal være en liste af muligheder.", quoted(c))
	}
	options := v.options(c, l)
	if len(list) > max(len(options), maxItems) || slices.ContainsFunc(list, func(item feel.Value) bool { return !contains(options, item) }) {
		return "option", fmt.Sprintf("Vælg kun blandt mulighederne i %s.", quoted(c))
	}
	return "", ""
}

func contains(options []feel.Value, value feel.Value) bool {
	return slices.ContainsFunc(options, func(option feel.Value) bool {
		eq, _ := feel.Equal(option, value)
		return eq
	})
}

// options gives the values a person can choose among.
func (v *validator) options(c *component, l *level) []feel.Value {
	var list feel.List
	switch {
	case c.choices.expr != nil:
		list, _ = v.eval(c.choices.expr, l).(feel.List)
	case c.choices.key != nil:
		list, _ = lookup(l.scope, c.choices.key).(feel.List)
	default:
		return c.choices.static
	}
	options := make([]feel.Value, len(list))
	for i, item := range list {
		options[i] = item
		if option, ok := item.(*feel.Context); ok {
			if value, ok := option.Lookup("value"); ok {
				options[i] = value
			}
		}
	}
	return options
}

// lookup follows a path from a scope.
func lookup(s feel.Scope, path []string) feel.Value {
	value, ok := s.Lookup(path[0])
	if !ok || len(path) == 1 {
		return value
	}
	if c, ok := value.(*feel.Context); ok {
		if found := find(c, path[1:]); found != nil {
			return found
		}
	}
	return feel.Null{}
}

// layouts are the ways in which form-js and browsers send dates and times; with and without seconds and offset.
var layouts = map[string][]string{
	"date":     {"2006-01-02"},
	"time":     {"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00", "15:04:05.999999999Z07:00"},
	"datetime": {"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.999999999Z07:00"},
}

var datetimeExamples = map[string]string{"date": "en dato, fx 2026-11-23", "time": "et klokkeslæt, fx 13:30", "datetime": "en dato og et klokkeslæt, fx 2026-11-23T13:30"}

func (v *validator) checkDatetime(c *component, value feel.Value) (code, message string) {
	text, _ := value.(feel.String)
	at, ok := parseTime(c.rules.subtype, string(text), v.env.Now.Location())
	switch {
	case !ok:
		return "type", fmt.Sprintf("%s skal være %s.", quoted(c), datetimeExamples[c.rules.subtype])
	case c.rules.notPast && c.rules.subtype != "time" && at.Before(startOfDay(v.env.Now)):
		return "past", fmt.Sprintf("%s må ikke ligge før i dag.", quoted(c))
	}
	return "", ""
}

func parseTime(subtype, text string, zone *time.Location) (time.Time, bool) {
	for _, layout := range layouts[subtype] {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}
