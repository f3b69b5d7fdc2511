package nemrefusion

import "fasthold/internal/workday"

// always are the parts of every event.
var always = [][]string{{"eventId"}, {"source"}, {"type"}, {"bundleUuid"}, {"occurredAt"}}

// parts returns what an event of the type must have besides, as paths; see [Event].
func parts(t Type) [][]string {
	switch t {
	case SickNotification, Correction:
		return [][]string{{"municipality"}, {"citizen", "cpr"}, {"employer", "cvr"}, {"absence", "firstDay"}}
	case FastTrackRequest:
		return [][]string{{"municipality"}, {"citizen", "cpr"}, {"employer", "cvr"}, {"fastTrack", "requestedBy"}}
	default:
		return nil
	}
}

// requireParts reports what is missing; a part that is there but wrong has been reported already. A citizen, employer
// or fast track, where it is not needed, must still be whole when it is there.
func (s *section) requireParts(t Type) {
	for _, path := range always {
		s.require(path)
	}
	needed := parts(t)
	for _, path := range needed {
		s.require(path)
	}
	for _, path := range [][]string{{"citizen", "cpr"}, {"employer", "cvr"}, {"fastTrack", "requestedBy"}} {
		if s.object.members[path[0]] != nil && !mentions(needed, path[0]) {
			s.require(path)
		}
	}
	if t != PartialRecovery && t != FullRecovery {
		return
	}
	if !s.object.has("effectiveFrom") && !s.object.has("absence", "lastDay") {
		s.add(s.at("effectiveFrom"), Required, "Send the first day back at work, or absence.lastDay.")
	}
}

func mentions(paths [][]string, first string) bool {
	for _, path := range paths {
		if path[0] == first {
			return true
		}
	}
	return false
}

// require reports the first step of the path that is missing.
func (s *section) require(path []string) {
	pointer := s.pointer
	for i, name := range path {
		pointer = child(pointer, name)
		if !s.object.has(path[:i+1]...) {
			s.add(pointer, Required, "An event of this type needs this field.")
			return
		}
	}
}

// has reports whether something stands at the path, be it right or wrong.
func (o *object) has(path ...string) bool {
	value := o.members[path[0]]
	if len(path) == 1 {
		return value != nil && value != ""
	}
	inner, isObject := value.(*object)
	return !isObject && value != nil || isObject && inner.has(path[1:]...)
}

// checkDays reports days that contradict each other.
func (s *section) checkDays(e Event) {
	a := Absence{}
	if e.Absence != nil {
		a = *e.Absence
	}
	notBefore := func(day, first workday.Date, pointer, message string) {
		if !day.IsZero() && !first.IsZero() && day.Before(first) {
			s.add(pointer, Contradiction, message)
		}
	}
	notBefore(a.LastDay, a.FirstDay, "/absence/lastDay", "The last day of absence cannot lie before the first.")
	notBefore(a.EmployerPeriodEnd, a.FirstDay, "/absence/employerPeriodEnd", "The employer period cannot end before the first day of absence.")
	if e.Type == PartialRecovery || e.Type == FullRecovery {
		notBefore(e.EffectiveFrom, a.FirstDay, "/effectiveFrom", "A recovery cannot begin before the first day of absence.")
	}
	if e.Type == FullRecovery && !a.LastDay.IsZero() {
		notBefore(e.EffectiveFrom, a.LastDay.AddDays(1), "/effectiveFrom", "Full recovery begins after the last day of absence.")
	}
	if e.Type == PartialRecovery && a.PartialHoursPerWeek != nil && *a.PartialHoursPerWeek == 0 {
		s.add("/absence/partialHoursPerWeek", OutOfRange, "Without hours of absence the recovery is full; send full_recovery.")
	}
}
