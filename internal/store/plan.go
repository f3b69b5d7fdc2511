package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"fasthold/internal/casework"
)

type planLineRow struct {
	ID, CaseID         string
	Revision, Position int
	Owner              string
	Action             []byte
	Due                string
	Milestone          bool
}

// TableName returns the table.
func (planLineRow) TableName() string { return "plan_lines" }

func (tx *tx) planLine(r planLineRow) (casework.PlanLine, error) {
	action, err := tx.openText(r.CaseID, "plan", r.Action)
	return casework.PlanLine{ID: r.ID, CaseID: r.CaseID, Owner: r.Owner, Action: action, Due: r.Due, Milestone: r.Milestone, Revision: r.Revision}, err
}

// Plan returns the lines of a case's plan in a revision, 0 for the latest; none when there is no plan.
func (s *Store) Plan(ctx context.Context, caseID string, revision int) (lines []casework.PlanLine, err error) {
	err = s.read(ctx, "Plan", func(tx *tx) error {
		if _, err := tx.visibleCase(caseID); err != nil {
			return err
		}
		if revision == 0 {
			if revision, err = tx.latestRevision(caseID); err != nil {
				return err
			}
		}
		lines, err = tx.planLines(caseID, revision)
		return err
	})
	return lines, err
}

func (tx *tx) planLines(caseID string, revision int) (lines []casework.PlanLine, err error) {
	var rows []planLineRow
	if err := tx.Where("case_id = ? AND revision = ?", caseID, revision).Order("position").Find(&rows).Error; err != nil {
		return nil, err
	}
	lines = make([]casework.PlanLine, len(rows))
	for i, row := range rows {
		if lines[i], err = tx.planLine(row); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

func (tx *tx) latestRevision(caseID string) (int, error) {
	var rows []planLineRow
	err := tx.Where("case_id = ?", caseID).Order("revision DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].Revision, nil
}

// revisePlan files a new revision. Without new lines the milestones replace those of the latest revision, whose lines go along: a plan is always
// whole.
func (tx *tx) revisePlan(caseID string, lines, milestones []casework.PlanLine) (revision int, err error) {
	latest, err := tx.latestRevision(caseID)
	if err != nil {
		return 0, err
	}
	old, err := tx.planLines(caseID, latest)
	if err != nil {
		return 0, err
	}
	if len(lines) == 0 {
		lines = ofKind(old, false)
	}
	if len(milestones) == 0 {
		milestones = ofKind(old, true)
	}
	rows, err := tx.planRows(caseID, latest+1, lines, milestones)
	if err != nil {
		return 0, err
	}
	return latest + 1, insert(tx.DB, rows)
}

func ofKind(lines []casework.PlanLine, milestone bool) (found []casework.PlanLine) {
	for _, line := range lines {
		if line.Milestone == milestone {
			found = append(found, line)
		}
	}
	return found
}

func (tx *tx) planRows(caseID string, revision int, lines, milestones []casework.PlanLine) (rows []planLineRow, err error) {
	for i, line := range append(append([]casework.PlanLine{}, lines...), milestones...) {
		row := planLineRow{uuid.NewString(), caseID, revision, i, line.Owner, nil, line.Due, i >= len(lines)}
		if row.Action, err = tx.sealText(caseID, "plan", line.Action); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

type meetingRow struct {
	ID, CaseID, TaskID string
	Details            []byte
	Author             string
	At                 time.Time
}

// TableName returns the table.
func (meetingRow) TableName() string { return "meetings" }

func (tx *tx) meeting(r meetingRow) (casework.Meeting, error) {
	m := casework.Meeting{ID: r.ID, CaseID: r.CaseID, TaskID: r.TaskID, Author: r.Author, At: r.At}
	return m, tx.openJSON(r.CaseID, "meeting", r.Details, &m.Details)
}

func (tx *tx) addMeeting(m casework.Meeting) error {
	sealed, err := tx.sealJSON(m.CaseID, "meeting", m.Details)
	if err != nil {
		return err
	}
	row := meetingRow{uuid.NewString(), m.CaseID, m.TaskID, sealed, m.Author, m.At}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	return tx.journalBy(m.Author, m.At, m.CaseID, "meeting", "Møde aftalt", row.ID)
}

// Meetings lists the agreed meetings of a case, latest first.
func (s *Store) Meetings(ctx context.Context, caseID string, page casework.Page) (list casework.List[casework.Meeting], err error) {
	err = s.read(ctx, "Meetings", func(tx *tx) error {
		list, err = listInCase(tx, caseID, page, "meetings", tx.meeting, func(r meetingRow) position {
			return position{Sort: "meetings", At: &r.At, ID: r.ID}
		})
		return err
	})
	return list, err
}
