package form

import (
	"slices"
	"strings"
	"unicode"
)

// Words that ask for a diagnosis. A workplace must not be asked for it, nor tell it; the form asks for the effects on work
// instead (requirement B30). Only keys and labels are held against the words, not the texts between the fields.
var (
	diagnosisStems = []string{"diagnos", "lidelse", "symptom", "disease", "sygdomsbeskr", "sygdomstype", "sygdomsart", "sygdomshist", "sygehist", "helbredsopl"}
	diagnosisWords = []string{"sygdom", "sygdomme", "sygdommen", "sygdommens", "illness", "icd"}
)

// asksForDiagnosis reports whether a key or label has one of the words, also within "camelCase" and "snake_case".
func asksForDiagnosis(text string) bool {
	return slices.ContainsFunc(words(text), func(word string) bool {
		return slices.Contains(diagnosisWords, word) ||
			slices.ContainsFunc(diagnosisStems, func(stem string) bool { return strings.HasPrefix(word, stem) })
	})
}

// words splits at everything that is no letter and before capitals, and makes the parts lower case.
func words(text string) []string {
	var b strings.Builder
	lower := false
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
			fallthrough
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		lower = unicode.IsLower(r)
	}
	return strings.Fields(b.String())
}
