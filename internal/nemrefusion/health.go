package nemrefusion

import (
	"strings"
	"unicode"
)

// healthWords are parts of names under which other systems carry diagnoses and health. The list chooses between two
// reasons for a refusal: a field that is not part of an event is refused in any case.
var healthWords = []string{
	"behandling", "diagno", "disease", "handicap", "health", "helbred", "icd", "journal", "laege", "lidelse", "læge",
	"medic", "prognos", "psyk", "sygdom", "symptom", "treatment",
}

// describesHealth reports whether a field's name says that it holds health data, however it is spelled or joined.
func describesHealth(name string) bool {
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	letters = strings.ReplaceAll(letters, "sagsbehandl", "") // casework, no treatment
	for _, word := range healthWords {
		if strings.Contains(letters, word) {
			return true
		}
	}
	return false
}

// refuse reports a member that is no part of an event, and every health field within it.
func (r *report) refuse(pointer, name string, value any) {
	if describesHealth(name) {
		r.add(pointer, HealthDataRefused, "Leave this out: diagnoses and health data are not received here.")
	} else {
		r.add(pointer, UnknownField, "Leave this out: it is no part of an event.")
	}
	r.refuseHealthWithin(pointer, value)
}

func (r *report) refuseHealthWithin(pointer string, value any) {
	switch v := value.(type) {
	case *object:
		for _, name := range v.names {
			at := child(pointer, name)
			if describesHealth(name) {
				r.add(at, HealthDataRefused, "Leave this out: diagnoses and health data are not received here.")
			}
			r.refuseHealthWithin(at, v.members[name])
		}
	case []any:
		for i, element := range v {
			r.refuseHealthWithin(item(pointer, i), element)
		}
	}
}
