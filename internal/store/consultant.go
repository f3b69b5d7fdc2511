package store

import (
	"context"

	"fasthold/internal/casework"
)

// AssignConsultant gives a case its consultant and returns who it is (B08): the one with the fewest open cases among the municipality's. A case that has
// one keeps it (B12).
func (s *Store) AssignConsultant(ctx context.Context, caseID string) (consultant string, err error) {
	err = s.write(ctx, "AssignConsultant", func(tx *tx) error {
		if err := tx.lock("case|"+caseID, "consultants"); err != nil {
			return err
		}
		row, err := tx.visibleCase(caseID)
		if consultant = row.Consultant; err != nil || consultant != "" {
			return err
		}
		if consultant, err = tx.leastLoaded(row.Municipality); err != nil {
			return err
		}
		row.Consultant = consultant
		if err := tx.saveCase(&row); err != nil {
			return err
		}
		return tx.journal(caseID, "consultant_assigned", "Fastholdelseskonsulent tildelt", consultant)
	})
	return consultant, err
}

func (tx *tx) leastLoaded(municipality string) (string, error) {
	candidates, err := tx.consultantsOf(municipality)
	if err != nil {
		return "", err
	}
	if len(candidates) == 0 {
		return "", casework.Errorf(casework.Conflict, "Ingen bruger med rollen konsulent arbejder for kommune %s. Opret en, og prøv igen.", municipality)
	}
	load, err := tx.openCases(candidates)
	best := candidates[0].ID
	for _, u := range candidates {
		if load[u.ID] < load[best] {
			best = u.ID
		}
	}
	return best, err
}

// openCases counts the open cases of some users.
func (tx *tx) openCases(users []casework.User) (map[string]int, error) {
	ids := make([]string, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	var rows []struct {
		Consultant string
		Count      int
	}
	err := tx.Model(&caseRow{}).Select("consultant, count(*) AS count").
		Where("consultant IN ? AND state = ?", ids, casework.CaseOpen).Group("consultant").Scan(&rows).Error
	load := make(map[string]int, len(rows))
	for _, row := range rows {
		load[row.Consultant] = row.Count
	}
	return load, err
}

// ChangeConsultant hands an open case to another consultant of its municipality. There must be a reason (B12), which becomes a note. The running process is
// told, and with it those that it has called.
func (s *Store) ChangeConsultant(ctx context.Context, caseID, consultant, reason string) error {
	return s.change(ctx, "ChangeConsultant", caseID, "consultant_changed", "Sagen er givet videre til en anden konsulent", func(tx *tx, row *caseRow) error {
		if reason == "" {
			return field("reason", "Skriv, hvorfor sagen skifter konsulent.")
		}
		if row.State != casework.CaseOpen {
			return casework.Errorf(casework.Conflict, "Sagen er lukket.")
		}
		if err := tx.mayTake(consultant, row.Municipality); err != nil {
			return err
		}
		row.Consultant = consultant
		if err := tx.addNote(casework.Note{CaseID: caseID, Text: reason, Author: tx.actor.ID, At: tx.at(caseID), ElementName: "Skift af konsulent"}); err != nil {
			return err
		}
		return tx.tellWholeCase(*row, "consultant-changed", map[string]any{"consultant": consultant})
	})
}

func (tx *tx) mayTake(consultant, municipality string) error {
	u, err := tx.user(consultant)
	if err != nil {
		return err
	}
	if !u.Has(casework.Consultant) || u.Municipality != "" && u.Municipality != municipality {
		return field("consultant", "Vælg en konsulent i sagens kommune.")
	}
	return nil
}
