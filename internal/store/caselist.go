package store

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"fasthold/internal/casework"
)

// Cases lists cases, newest first. A look-up by CPR is written in the access log, with every case it found.
func (s *Store) Cases(ctx context.Context, f casework.CaseFilter) (list casework.List[casework.Case], err error) {
	run := s.read
	if !f.CPR.IsZero() {
		run = s.write
	}
	err = run(ctx, "Cases", func(tx *tx) error {
		list, err = tx.searchCases(f)
		if err != nil || f.CPR.IsZero() {
			return err
		}
		return tx.logSearch(list.Items, f.Purpose)
	})
	return list, err
}

func (tx *tx) searchCases(f casework.CaseFilter) (list casework.List[casework.Case], err error) {
	if len(f.Text) > maxText {
		return list, field("text", "Søg på højst %d tegn.", maxText)
	}
	limit, err := limitOf(f.Page)
	if err != nil {
		return list, err
	}
	after, err := positionOf(f.Cursor, "cases")
	if err != nil {
		return list, err
	}
	rows, err := tx.casePages(f, after, limit)
	if err != nil {
		return list, err
	}
	rest := listOf(rows, limit, func(r caseRow) caseRow { return r }, func(r caseRow) position {
		return position{Sort: "cases", At: &r.OpenedAt, ID: r.ID}
	})
	list.NextCursor = rest.NextCursor
	list.Items = make([]casework.Case, len(rest.Items))
	for i, row := range rest.Items {
		if list.Items[i], err = tx.caseOf(row); err != nil {
			return list, err
		}
	}
	return list, nil
}

// casePages asks for each state, so that an index begins with what is fixed, and merges.
func (tx *tx) casePages(f casework.CaseFilter, after *position, limit int) (rows []caseRow, err error) {
	states := []casework.CaseState{f.State}
	if f.State == "" {
		states = []casework.CaseState{casework.CaseOpen, casework.CaseClosed}
	}
	newestFirst := order{column: "opened_at", id: "id", down: true}
	for _, state := range states {
		query, err := tx.casesLike(f)
		if err != nil {
			return nil, err
		}
		var found []caseRow
		if err := newestFirst.page(query.Where("state = ?", state), after, limit).Find(&found).Error; err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	slices.SortFunc(rows, func(a, b caseRow) int {
		if c := b.OpenedAt.Compare(a.OpenedAt); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	return rows[:min(len(rows), limit+1)], nil
}

func (tx *tx) casesLike(f casework.CaseFilter) (*gorm.DB, error) {
	index, err := tx.cprIndex(f.CPR)
	if err != nil {
		return nil, err
	}
	query := tx.DB
	if tx.actor.Municipality != "" {
		query = query.Where("municipality = ?", tx.actor.Municipality) // every case has one
	}
	for _, condition := range []struct{ column, value string }{
		{"number", f.Number}, {"cpr_index", index}, {"cvr", f.CVR}, {"consultant", f.Consultant},
	} {
		if condition.value != "" {
			query = query.Where(condition.column+" = ?", condition.value)
		}
	}
	if f.Text != "" {
		query = query.Where(tx.holds("search"), strings.ToLower(f.Text))
	}
	return query, nil
}

// CVRNumbers returns the companies' CVR numbers by case, of those cases that the actor may see.
func (s *Store) CVRNumbers(ctx context.Context, caseIDs []string) (numbers map[string]string, err error) {
	err = s.read(ctx, "CVRNumbers", func(tx *tx) error {
		var rows []caseRow
		if err := tx.within(tx.Select("id", "cvr").Where("id IN ?", caseIDs), "municipality").Find(&rows).Error; err != nil {
			return err
		}
		numbers = make(map[string]string, len(rows))
		for _, row := range rows {
			numbers[row.ID] = row.CVR
		}
		return nil
	})
	return numbers, err
}
