package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

type answerRow struct {
	ID, TaskID, CaseID, Author string
	Content                    []byte
	At                         time.Time
}

// TableName returns the table.
func (answerRow) TableName() string { return "answers" }

// answerContent is what of an answer is sealed.
type answerContent struct {
	Notes            []string
	Plan, Milestones []casework.PlanLine
	Meeting          map[string]string
}

// SaveAnswer keeps an answer until the projection of its task's completion files it, and returns its id. An answer with an id replaces the one
// that has it.
func (s *Store) SaveAnswer(ctx context.Context, a casework.Answer) (id string, err error) {
	err = s.write(ctx, "SaveAnswer", func(tx *tx) error {
		if a.ID == "" {
			a.ID = uuid.NewString()
		}
		if a.CaseID != "" {
			if _, err := tx.visibleCase(a.CaseID); err != nil {
				return err
			}
		}
		sealed, err := tx.sealJSON(a.ID, "answer", answerContent{a.Notes, a.Plan, a.Milestones, a.Meeting})
		if err != nil {
			return err
		}
		id = a.ID
		row := answerRow{a.ID, a.TaskID, a.CaseID, a.Author, sealed, tx.now} // the wall clock: this is when an orphan's time is up
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	})
	return id, err
}

// RemoveAnswer takes an answer away whose completion was refused. One that has been filed stays filed.
func (s *Store) RemoveAnswer(ctx context.Context, id string) error {
	return s.write(ctx, "RemoveAnswer", func(tx *tx) error { return tx.Where("id = ?", id).Delete(&answerRow{}).Error })
}

// fileAnswers makes case data of the answers that came with completed tasks.
func (a *application) fileAnswers() error {
	for _, task := range a.p.Tasks {
		if task.State != casework.TaskCompleted || task.Answer == "" {
			continue
		}
		if err := a.fileAnswer(task); err != nil {
			return err
		}
	}
	return nil
}

func (a *application) fileAnswer(task casework.Task) error {
	var row answerRow
	if err := a.Where("id = ? AND task_id = ?", task.Answer, task.ID).Limit(1).Find(&row).Error; err != nil || row.ID == "" {
		return err // nothing there: it has been filed
	}
	if row.CaseID != "" {
		var content answerContent
		if err := a.openJSON(row.ID, "answer", row.Content, &content); err != nil {
			return err
		}
		if err := a.file(row, content, task.Name); err != nil {
			return err
		}
	}
	return a.Delete(&row).Error
}

// file writes what an answer holds into its case, in the name of whoever gave it and at the moment the process took it.
func (tx *tx) file(row answerRow, content answerContent, element string) error {
	for _, text := range content.Notes {
		n := casework.Note{CaseID: row.CaseID, TaskID: row.TaskID, ElementName: element, Text: text, Author: row.Author, At: tx.at(row.CaseID)}
		if err := tx.addNote(n); err != nil {
			return err
		}
	}
	if len(content.Plan)+len(content.Milestones) > 0 {
		if err := tx.filePlan(row, content); err != nil {
			return err
		}
	}
	if len(content.Meeting) == 0 {
		return nil
	}
	return tx.addMeeting(casework.Meeting{CaseID: row.CaseID, TaskID: row.TaskID, Details: content.Meeting, Author: row.Author, At: tx.at(row.CaseID)})
}

func (tx *tx) filePlan(row answerRow, content answerContent) error {
	revision, err := tx.revisePlan(row.CaseID, content.Plan, content.Milestones)
	if err != nil {
		return err
	}
	title := "Fastholdelsesplan lagt"
	if revision > 1 {
		title = "Fastholdelsesplan ændret"
	}
	return tx.journalBy(row.Author, tx.at(row.CaseID), row.CaseID, "plan", title, row.TaskID)
}
