package nemrefusion

import "fasthold/internal/workday"

// Fold tells what the events of one bundle say together. Any order of arrival and any number of repetitions give the
// same facts; no event at all gives the zero Facts.
//
// Events count in the order of their sequence; those without, in the order of their numeric messageIds; the rest, and
// the three groups among each other, by occurredAt. Of two events with the same eventId or [Event.MessageKey] the one
// that occurred first counts.
//
// The last notification or correction tells about the absence as a whole, because a correction is a new version of the
// notification; until there is one, the last fast track request that can start a case does. An annulment withdraws the
// whole notification, or only the recovery, fast track or refund request whose token it carries (which is there,
// because a report is collected before it can be annulled: message code 1103). When that leaves nothing that can start
// a case, the case is annulled until a notification comes.
func Fold(events []Event) Facts {
	ordered := inOrder(once(events))
	withdrawn, annulled := annulments(ordered)
	var now latest
	began := false
	for _, e := range ordered {
		began = began || e.StartsCase()
		if !withdrawn[e.EventID] {
			now.take(e)
		}
	}
	f := now.facts()
	f.Annulled = annulled || began && !f.Started
	f.Started = began
	return f
}

// latest holds the event of each kind that counts.
type latest struct {
	notice, fastTrackStart           *Event
	firstFastTrack, fastTrack        *Event
	partial, full                    *Event
	refundRequests, extensionQueries int
}

func (l *latest) take(e Event) {
	switch e.Type {
	case SickNotification, Correction:
		l.notice = &e
	case FastTrackRequest:
		if l.firstFastTrack == nil {
			l.firstFastTrack = &e
		}
		l.fastTrack = &e
		if e.StartsCase() {
			l.fastTrackStart = &e
		}
	case PartialRecovery:
		l.partial = &e
	case FullRecovery:
		l.full = &e
	case RefundRequest:
		l.refundRequests++
	case ExtensionQuery:
		l.extensionQueries++
	}
}

func (l *latest) facts() Facts {
	f := Facts{Notified: l.notice != nil, RefundRequests: l.refundRequests, ExtensionQueries: l.extensionQueries}
	if l.notice != nil {
		f.describe(*l.notice)
	} else if l.fastTrackStart != nil {
		f.describe(*l.fastTrackStart)
	}
	if l.fastTrack != nil {
		f.FastTrack = requested(*l.firstFastTrack, *l.fastTrack)
	}
	if l.partial != nil {
		f.PartialFrom = firstDayBack(*l.partial)
		if a := l.partial.Absence; a != nil && a.PartialHoursPerWeek != nil {
			f.PartialHoursPerWeek = a.PartialHoursPerWeek
		}
	}
	if l.full != nil {
		f.RecoveredOn = firstDayBack(*l.full)
		f.LastDay = lastDay(*l.full)
	}
	return f
}

// describe takes over what a notification, correction or fast track request tells about the absence.
func (f *Facts) describe(e Event) {
	f.Started = true
	f.Municipality = e.Municipality
	if e.Employer != nil {
		f.Employer = *e.Employer
	}
	if a := e.Absence; a != nil {
		f.FirstDay, f.LastDay, f.EmployerPeriodEnd = a.FirstDay, a.LastDay, a.EmployerPeriodEnd
		f.PaidDuringSickness, f.ExpectedOver8Weeks = a.PaidDuringSickness, a.ExpectedOver8Weeks
		f.Section56, f.WorkInjury = a.Section56, a.WorkInjury
		f.PartialHoursPerWeek = a.PartialHoursPerWeek
	}
}

// requested joins the first request, from whose day the two weeks to the first talk count (sygedagpengeloven § 13 b,
// stk. 2), with the answers of the last.
func requested(first, last Event) *FastTrackFacts {
	f := &FastTrackFacts{RequestedOn: workday.DateOf(first.OccurredAt.In(workday.Zone()))}
	if last.FastTrack != nil {
		f.FastTrack = *last.FastTrack
	}
	return f
}

// firstDayBack is the day a recovery holds from.
func firstDayBack(e Event) workday.Date {
	if e.EffectiveFrom.IsZero() && e.Absence != nil && !e.Absence.LastDay.IsZero() {
		return e.Absence.LastDay.AddDays(1)
	}
	return e.EffectiveFrom
}

// lastDay is the last day of absence before a full recovery.
func lastDay(e Event) workday.Date {
	if e.Absence != nil && !e.Absence.LastDay.IsZero() {
		return e.Absence.LastDay
	}
	if e.EffectiveFrom.IsZero() {
		return workday.Date{}
	}
	return e.EffectiveFrom.AddDays(-1)
}

// annulments returns the ids of the reports that annulments name by token, and whether one annuls the notification.
func annulments(events []Event) (withdrawn map[string]bool, annulled bool) {
	withdrawn = map[string]bool{}
	for _, e := range events {
		if e.Type != Annulment {
			continue
		}
		named := namedBy(e, events)
		for _, id := range named {
			withdrawn[id] = true
		}
		annulled = annulled || len(named) == 0
	}
	return withdrawn, annulled
}

// namedBy returns the reports that carry the annulment's token; none when a notification carries it too.
func namedBy(annulment Event, events []Event) (ids []string) {
	for _, e := range events {
		if e.Type == Annulment || e.Token == "" || e.Token != annulment.Token {
			continue
		}
		if e.Type == SickNotification || e.Type == Correction {
			return nil
		}
		ids = append(ids, e.EventID)
	}
	return ids
}
