package store

import (
	"context"
	"time"

	"fasthold/internal/casework"
)

type accessRow struct {
	ID                             int64
	At                             time.Time
	Actor, CaseID, Action, Purpose string
}

// TableName returns the table.
func (accessRow) TableName() string { return "access_log" }

func (r accessRow) access() casework.Access {
	return casework.Access{At: r.At, Actor: r.Actor, CaseID: r.CaseID, Action: r.Action, Purpose: r.Purpose}
}

// RecordAccess writes that the actor looked at a case's data, and why.
func (s *Store) RecordAccess(ctx context.Context, caseID, action, purpose string) error {
	return s.write(ctx, "RecordAccess", func(tx *tx) error { return tx.logAccess(caseID, action, purpose) })
}

func (tx *tx) logAccess(caseID, action, purpose string) error {
	return tx.Create(&accessRow{0, tx.now, tx.actor.ID, caseID, action, purpose}).Error
}

// logSearch writes a look-up by CPR: a line for each case, or one for having found none.
func (tx *tx) logSearch(found []casework.Case, purpose string) error {
	if len(found) == 0 {
		return tx.logAccess("", "cpr_search", purpose)
	}
	for _, c := range found {
		if err := tx.logAccess(c.ID, "cpr_search", purpose); err != nil {
			return err
		}
	}
	return nil
}

// Accesses lists who looked at a case, latest first.
func (s *Store) Accesses(ctx context.Context, caseID string, page casework.Page) (list casework.List[casework.Access], err error) {
	err = s.read(ctx, "Accesses", func(tx *tx) error {
		if _, err := tx.visibleCase(caseID); err != nil {
			return err
		}
		limit, err := limitOf(page)
		if err != nil {
			return err
		}
		after, err := positionOf(page.Cursor, "access")
		if err != nil {
			return err
		}
		query := tx.Where("case_id = ?", caseID)
		if after != nil {
			query = query.Where("id < ?", *after.Number)
		}
		var rows []accessRow
		if err := query.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		list = listOf(rows, limit, accessRow.access, func(r accessRow) position { return position{Sort: "access", Number: &r.ID} })
		return nil
	})
	return list, err
}
