package store

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

// MaxDraft is the size of the largest draft, in bytes.
const MaxDraft = 256 << 10

type draftRow struct {
	TaskID, CaseID, Author string
	Content                []byte
	At                     time.Time
}

// TableName returns the table.
func (draftRow) TableName() string { return "drafts" }

// owner is whom the content is sealed for.
func (r draftRow) owner() string { return cmp.Or(r.CaseID, r.TaskID) }

// openTaskRow returns a task that the actor may see and that is still open.
func (tx *tx) openTaskRow(id string) (row taskRow, err error) {
	err = one(tx.within(tx.Where("id = ?", id), "municipality"), &row, "Opgaven findes ikke.")
	if err == nil && row.State != casework.TaskOpen {
		err = casework.Errorf(casework.Conflict, "Opgaven er ikke længere åben.")
	}
	return row, err
}

// SaveDraft keeps, in the actor's name, what has been filled in of an open task's form, in place of what was kept before. When that is not of the
// version that the context names, it is Stale; else the last one wins.
func (s *Store) SaveDraft(ctx context.Context, taskID string, data json.RawMessage) (d casework.Draft, err error) {
	err = s.write(ctx, "SaveDraft", func(tx *tx) error {
		if len(data) > MaxDraft {
			return field("data", "Kladden er for stor.")
		}
		if err := tx.lock("draft|" + taskID); err != nil {
			return err
		}
		task, err := tx.openTaskRow(taskID)
		if err != nil {
			return err
		}
		if err := tx.draftIsSeen(ctx, taskID); err != nil {
			return err
		}
		row := draftRow{TaskID: task.ID, CaseID: task.CaseID, Author: tx.actor.ID, At: stamp(tx.now)}
		if row.Content, err = tx.sealJSON(row.owner(), "draft", data); err != nil {
			return err
		}
		d = casework.Draft{TaskID: row.TaskID, CaseID: row.CaseID, Author: row.Author, Data: data, At: row.At}
		return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "task_id"}}, UpdateAll: true}).Create(&row).Error
	})
	return d, err
}

// draftIsSeen compares the draft with the one that the actor saw, if the context names one.
func (tx *tx) draftIsSeen(ctx context.Context, taskID string) error {
	seen, ok := casework.VersionFrom(ctx)
	if !ok {
		return nil
	}
	var rows []draftRow
	if err := tx.Where("task_id = ?", taskID).Limit(1).Find(&rows).Error; err != nil {
		return err
	}
	there := 0
	if len(rows) > 0 {
		there = casework.Draft{At: rows[0].At}.Version()
	}
	if there != seen {
		return casework.Errorf(casework.Stale, "Kladden er ændret, siden du hentede den. Hent den igen.")
	}
	return nil
}

// Draft returns what is kept of an open task's form; a task without one is NotFound.
func (s *Store) Draft(ctx context.Context, taskID string) (d casework.Draft, err error) {
	err = s.read(ctx, "Draft", func(tx *tx) error {
		if _, err := tx.openTaskRow(taskID); err != nil {
			return err
		}
		var row draftRow
		if err := one(tx.Where("task_id = ?", taskID), &row, "Opgaven har ingen kladde."); err != nil {
			return err
		}
		d = casework.Draft{TaskID: row.TaskID, CaseID: row.CaseID, Author: row.Author, At: row.At}
		return tx.openJSON(row.owner(), "draft", row.Content, &d.Data)
	})
	return d, err
}

// RemoveDraft forgets it. A task without one is none the worse.
func (s *Store) RemoveDraft(ctx context.Context, taskID string) error {
	return s.write(ctx, "RemoveDraft", func(tx *tx) error { return tx.Where("task_id = ?", taskID).Delete(&draftRow{}).Error })
}

// endDrafts forgets the drafts of tasks that have ended.
func (a *application) endDrafts() error {
	ended := a.Model(&taskRow{}).Select("id").Where("instance_id = ? AND state <> ?", a.row.ID, casework.TaskOpen)
	some := a.p.Whole || !a.row.State.Open()
	for _, t := range a.p.Tasks {
		some = some || t.State != casework.TaskOpen
	}
	if !some {
		return nil
	}
	return a.Where("task_id IN (?)", ended).Delete(&draftRow{}).Error
}
