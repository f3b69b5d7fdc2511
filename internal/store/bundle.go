package store

import (
	"cmp"
	"slices"
	"strings"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

// annulled is the outcome of a case whose notification was withdrawn before its process began.
const annulled = "annulled"

// received is an event on its way into the case of its bundle.
type received struct {
	*tx
	event         nemrefusion.Event
	row           caseRow
	before, after nemrefusion.Facts
	changes       []nemrefusion.Change
}

// fold adds an event to its bundle and lets the case follow.
func (tx *tx) fold(row caseRow, raw []byte, digest string, e nemrefusion.Event) error {
	events, err := tx.eventsOf(row)
	if err != nil {
		return err
	}
	r := received{tx: tx, event: e, row: row, before: nemrefusion.Fold(events)}
	events = append(events, e)
	r.after = nemrefusion.Fold(events)
	r.changes = nemrefusion.Diff(r.before, r.after)
	if err := r.updateCase(events); err != nil {
		return err
	}
	if err := r.saveEvent(raw, digest); err != nil {
		return err
	}
	return r.followUp()
}

// eventsOf reads the events of a case's bundle again. They were well-formed when they came; one that this version cannot read any more is left out.
func (tx *tx) eventsOf(row caseRow) ([]nemrefusion.Event, error) {
	var rows []eventRow
	if err := tx.Where("bundle = ?", row.Bundle).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	var events []nemrefusion.Event
	for _, r := range rows {
		raw, err := tx.box.Open(r.Raw, sealContext(row.ID, "event"))
		if err != nil {
			return nil, err
		}
		if e, err := nemrefusion.Parse(raw); err == nil {
			events = append(events, e)
		}
	}
	return events, nil
}

func (r *received) saveEvent(raw []byte, digest string) error {
	sealed, err := r.box.Seal(raw, sealContext(r.row.ID, "event"))
	if err != nil {
		return err
	}
	return r.Create(&eventRow{
		EventID: r.event.EventID, Bundle: r.event.BundleUUID, MessageID: r.event.MessageKey(), Type: r.event.Type,
		Digest: digest, Raw: sealed, CaseID: r.row.ID, ReceivedAt: r.now,
	}).Error
}

// updateCase brings what the bundle says into the case, keeping what people and the process have added.
func (r *received) updateCase(events []nemrefusion.Event) error {
	row := &r.row
	if row.Municipality == "" {
		row.Municipality = string(cmp.Or(r.after.Municipality, r.event.Municipality))
	}
	if r.actor.Municipality != "" && row.Municipality != "" && row.Municipality != r.actor.Municipality {
		return casework.Errorf(casework.Forbidden, "Hændelsen hører til en anden kommune end den, du sender for.")
	}
	row.takeEmployer(companyOf(r.before.Employer), companyOf(r.after.Employer))
	facts, err := row.facts()
	if err != nil {
		return err
	}
	row.setFacts(mergeFacts(facts, r.before, r.after))
	if err := r.updateCitizen(citizenIn(events)); err != nil {
		return err
	}
	if err := r.recall(row); err != nil {
		return err
	}
	r.open()
	return r.saveCase(row)
}

// updateCitizen lets the case be about another person. What the first one was called does not go for the second.
func (r *received) updateCitizen(cpr casework.CPR) error {
	citizen, err := r.citizenOf(r.row)
	if err != nil || cpr.IsZero() || cpr == citizen.CPR {
		return err
	}
	return r.setCitizen(&r.row, casework.Citizen{CPR: cpr})
}

// takeEmployer takes over what the new fold says differently of the workplace. Another company has another name.
func (row *caseRow) takeEmployer(before, after casework.Company) {
	if before.CVR != "" && before.CVR != after.CVR {
		row.setCompany(after)
		return
	}
	take(&row.CVR, before.CVR, after.CVR)
	take(&row.PNumber, before.PNumber, after.PNumber)
	take(&row.SE, before.SE, after.SE)
	take(&row.ContactName, before.ContactName, after.ContactName)
	take(&row.ContactPhone, before.ContactPhone, after.ContactPhone)
	take(&row.ContactEmail, before.ContactEmail, after.ContactEmail)
}

// open decides whether the case is worked on: it starts with the notification, and one that is annulled before ends at once.
func (r *received) open() {
	row := &r.row
	switch {
	case row.Started:
	case r.after.Annulled:
		row.State, row.Outcome, row.ClosedAt = casework.CaseClosed, annulled, &r.now
	case r.after.Started:
		row.State, row.Outcome, row.ClosedAt = casework.CaseOpen, "", nil
	}
}

func companyOf(e nemrefusion.Employer) casework.Company {
	return casework.Company{
		CVR: string(e.CVR), PNumber: string(e.PNumber), SE: string(e.SE),
		ContactName: e.Contact.Name, ContactPhone: e.Contact.Phone, ContactEmail: e.Contact.Email,
	}
}

// citizenIn returns the person whom the latest notification is about; before there is one, whom any event is about.
func citizenIn(events []nemrefusion.Event) (cpr casework.CPR) {
	told := slices.DeleteFunc(slices.Clone(events), func(e nemrefusion.Event) bool { return e.Citizen == nil })
	slices.SortFunc(told, func(a, b nemrefusion.Event) int {
		return cmp.Or(cmp.Compare(authority(a), authority(b)), a.OccurredAt.Compare(b.OccurredAt), strings.Compare(a.EventID, b.EventID))
	})
	for _, e := range told {
		cpr = e.Citizen.CPR
	}
	return cpr
}

// authority ranks who knows best whom a case is about.
func authority(e nemrefusion.Event) int {
	switch e.Type {
	case nemrefusion.Correction, nemrefusion.SickNotification:
		return 1
	default:
		return 0
	}
}

// mergeFacts takes over what the new fold says differently.
func mergeFacts(f casework.Facts, before, after nemrefusion.Facts) casework.Facts {
	take(&f.FirstAbsenceDay, before.FirstDay.String(), after.FirstDay.String())
	take(&f.LastAbsenceDay, before.LastDay.String(), after.LastDay.String())
	take(&f.EmployerPeriodEnd, before.EmployerPeriodEnd.String(), after.EmployerPeriodEnd.String())
	take(&f.Section56, before.Section56, after.Section56)
	take(&f.WorkInjury, before.WorkInjury, after.WorkInjury)
	takeOptional(&f.PaidDuringSickness, before.PaidDuringSickness, after.PaidDuringSickness)
	takeOptional(&f.ExpectedOver8Weeks, before.ExpectedOver8Weeks, after.ExpectedOver8Weeks)
	takeOptional(&f.PartialHoursPerWeek, before.PartialHoursPerWeek, after.PartialHoursPerWeek)
	return f
}

func take[T comparable](field *T, before, after T) {
	if before != after {
		*field = after
	}
}

func takeOptional[T comparable](field **T, before, after *T) {
	if (before == nil) != (after == nil) || before != nil && *before != *after {
		*field = after
	}
}
