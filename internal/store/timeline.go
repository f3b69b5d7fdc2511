package store

import (
	"context"
	"strings"

	"fasthold/internal/casework"
)

// Timeline tells what happened in a case, latest first: events, what the process did, notes, letters, changes by hand. The detail of a note is its text, that
// of a letter its subject, that of what somebody did to its process by hand the reason.
func (s *Store) Timeline(ctx context.Context, caseID string, page casework.Page) (list casework.List[casework.TimelineEntry], err error) {
	err = s.read(ctx, "Timeline", func(tx *tx) error {
		rows, err := tx.journalOf(caseID, page)
		if err != nil {
			return err
		}
		details, err := tx.details(rows.Items)
		if err != nil {
			return err
		}
		list, err = openList(rows, func(r journalEntry) (casework.TimelineEntry, error) {
			return casework.TimelineEntry{At: r.At, Kind: r.Kind, Title: r.Title, Detail: details[r.Ref], Actor: r.Actor}, nil
		})
		return err
	})
	return list, err
}

func (tx *tx) journalOf(caseID string, page casework.Page) (list casework.List[journalEntry], err error) {
	if _, err := tx.visibleCase(caseID); err != nil {
		return list, err
	}
	limit, err := limitOf(page)
	if err != nil {
		return list, err
	}
	after, err := positionOf(page.Cursor, "timeline")
	if err != nil {
		return list, err
	}
	query := tx.Where("case_id = ?", caseID)
	if after != nil {
		query = query.Where("id < ?", *after.Number)
	}
	var rows []journalEntry
	if err := query.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return list, err
	}
	return listOf(rows, limit, func(r journalEntry) journalEntry { return r }, func(r journalEntry) position {
		return position{Sort: "timeline", Number: &r.ID}
	}), nil
}

// details opens the notes, the reasons and the subjects of the letters that entries are about.
func (tx *tx) details(entries []journalEntry) (map[string]string, error) {
	refs := map[string][]string{}
	for _, e := range entries {
		refs[e.Kind] = append(refs[e.Kind], e.Ref)
	}
	var steps []string
	for _, e := range entries {
		if strings.HasPrefix(e.Kind, "process_") {
			steps = append(steps, e.Ref)
		}
	}
	details, err := tx.reasons(steps)
	if err != nil {
		return nil, err
	}
	var notes []noteRow
	if err := tx.Where("id IN ?", refs["note"]).Find(&notes).Error; err != nil {
		return nil, err
	}
	for _, row := range notes {
		n, err := tx.note(row)
		if err != nil {
			return nil, err
		}
		details[n.ID] = n.Text
	}
	var letters []letterRow
	if err := tx.Where("id IN ?", refs["letter"]).Find(&letters).Error; err != nil {
		return nil, err
	}
	for _, row := range letters {
		l, err := tx.letter(row)
		if err != nil {
			return nil, err
		}
		details[l.ID] = l.Subject
	}
	return details, nil
}
