package store

import (
	"slices"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

var eventTitles = map[nemrefusion.Type]string{
	nemrefusion.SickNotification: "Anmeldelse af sygefravær modtaget",
	nemrefusion.Correction:       "Rettet anmeldelse modtaget",
	nemrefusion.Annulment:        "Annullering modtaget",
	nemrefusion.PartialRecovery:  "Delvis raskmelding modtaget",
	nemrefusion.FullRecovery:     "Raskmelding modtaget",
	nemrefusion.FastTrackRequest: "Anmodning om tidlig opfølgning modtaget",
	nemrefusion.RefundRequest:    "Refusionsanmodning modtaget",
	nemrefusion.ExtensionQuery:   "Forespørgsel om forlængelse modtaget",
}

// followUp writes the timeline and asks for the process to be started or told.
func (r *received) followUp() error {
	if err := r.journal(r.row.ID, "event_received", eventTitles[r.event.Type], r.event.EventID); err != nil {
		return err
	}
	if r.has(nemrefusion.FastTracked) {
		if err := r.noteFastTrack(); err != nil {
			return err
		}
	}
	started, err := r.start()
	if err != nil {
		return err
	}
	for _, change := range r.changes {
		if started && change.Kind == nemrefusion.FastTracked {
			continue // the process begins with it
		}
		if err := r.tell(change); err != nil {
			return err
		}
	}
	return nil
}

func (r *received) has(kind nemrefusion.ChangeKind) bool {
	return slices.ContainsFunc(r.changes, func(c nemrefusion.Change) bool { return c.Kind == kind })
}

// start asks for the process of a case that has just come to be; it tells whether it did.
func (r *received) start() (bool, error) {
	if r.row.Started || r.row.State != casework.CaseOpen || !r.has(nemrefusion.Started) {
		return false, nil
	}
	trigger := "notification"
	if r.has(nemrefusion.FastTracked) {
		trigger = "fast_track"
	}
	r.row.Started = true
	if err := r.Model(&caseRow{}).Where("id = ?", r.row.ID).Update("started", true).Error; err != nil {
		return false, err
	}
	return true, r.startCase(r.row, trigger)
}

// tell sends the process the message that belongs to a change, with what its deadlines and decisions hang on.
func (r *received) tell(change nemrefusion.Change) error {
	switch change.Kind {
	case nemrefusion.FirstDayCorrected:
		return r.message("first-day-corrected", map[string]any{"firstAbsenceDay": r.after.FirstDay.String()})
	case nemrefusion.FactsCorrected:
		return r.tellFacts(change.Fields)
	case nemrefusion.Annulled:
		return r.message("annulled", map[string]any{})
	case nemrefusion.PartiallyBack:
		return r.message("partial-recovery", map[string]any{
			"effectiveFrom": r.after.PartialFrom.String(), "partialHoursPerWeek": r.after.PartialHoursPerWeek,
		})
	case nemrefusion.Recovered:
		return r.message("recovered", map[string]any{"recoveredOn": r.after.RecoveredOn.String()})
	case nemrefusion.FastTracked:
		return r.message("fast-track-requested", map[string]any{
			"requestedOn": r.after.FastTrack.RequestedOn.String(), "requestedBy": string(r.after.FastTrack.RequestedBy),
		})
	case nemrefusion.Withdrawn:
		return r.alert(casework.Alert{
			ID: "withdrawn|" + r.event.EventID, CaseID: r.row.ID, Audience: casework.ForConsultant, Reason: "report_withdrawn",
		})
	default:
		return nil
	}
}

// tellFacts sends the corrected facts that a process knows; those it does not know (the company, say) are the case's alone.
func (r *received) tellFacts(fields []string) error {
	known := map[string]any{
		"paidDuringSickness": r.after.PaidDuringSickness, "expectedOver8Weeks": r.after.ExpectedOver8Weeks, "section56": r.after.Section56,
		"workInjury": r.after.WorkInjury, "partialHoursPerWeek": r.after.PartialHoursPerWeek,
	}
	variables := map[string]any{}
	for _, name := range fields {
		if value, ok := known[name]; ok {
			variables[name] = value
		}
	}
	if len(variables) == 0 {
		return nil
	}
	return r.message("facts-corrected", variables)
}

func (r *received) message(name string, variables map[string]any) error {
	return r.tellCase(r.row, name, variables, r.event.EventID+"|"+name)
}

// noteFastTrack keeps the employer's answers as a note: they are case data and reach no process.
func (r *received) noteFastTrack() error {
	f := r.after.FastTrack
	text := ""
	for _, line := range []struct{ label, answer string }{
		{"Berørte funktioner", f.AffectedFunctions}, {"Forventet varighed", f.ExpectedDuration}, {"Forsøgte tilpasninger", f.AdaptationsTried},
	} {
		if line.answer != "" {
			text += line.label + ": " + line.answer + "\n"
		}
	}
	if text == "" {
		return nil
	}
	return r.addNote(casework.Note{CaseID: r.row.ID, ElementName: "Anmodning om tidlig opfølgning", Text: text, At: r.at(r.row.ID)})
}
