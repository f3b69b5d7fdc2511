package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

type changeRow struct {
	ID, InstanceID, CaseID string
	Kind                   casework.ChangeKind
	Subject, Author        string
	Content                []byte
	At                     time.Time
	Applied                bool // the instance has done it
}

// TableName returns the table.
func (changeRow) TableName() string { return "changes" }

// changeContent is what of a change is sealed.
type changeContent struct {
	Reason  string
	Request json.RawMessage `json:",omitempty"`
}

// SaveChange keeps why the actor is about to change an instance by hand. The projection in which the instance does it makes that final and tells
// the case. One with a known id is none.
func (s *Store) SaveChange(ctx context.Context, c casework.Change) error {
	return s.write(ctx, "SaveChange", func(tx *tx) error {
		c.Reason = strings.TrimSpace(c.Reason)
		if length := utf8.RuneCountInString(c.Reason); length == 0 || length > casework.MaxReason {
			return field("reason", "Skriv hvorfor, på 1 til %d tegn.", casework.MaxReason)
		}
		if c.CaseID != "" {
			if _, err := tx.visibleCase(c.CaseID); err != nil {
				return err
			}
		}
		sealed, err := tx.sealJSON(c.ID, "change", changeContent{c.Reason, c.Request})
		if err != nil {
			return err
		}
		row := changeRow{c.ID, c.InstanceID, c.CaseID, c.Kind, c.Subject, tx.actor.ID, sealed, tx.now, false}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	})
}

// RemoveChange takes a change away that was refused. One that was done stays.
func (s *Store) RemoveChange(ctx context.Context, id string) error {
	return s.write(ctx, "RemoveChange", func(tx *tx) error { return tx.Where("id = ? AND NOT applied", id).Delete(&changeRow{}).Error })
}

// ChangeOf returns a change, done or not, that the actor may see.
func (s *Store) ChangeOf(ctx context.Context, id string) (c casework.Change, err error) {
	err = s.read(ctx, "ChangeOf", func(tx *tx) error {
		found, err := tx.changesByID([]string{id})
		if err != nil {
			return err
		}
		known, ok := found[id]
		if !ok {
			return casework.Errorf(casework.NotFound, "Ændringen findes ikke.")
		}
		c = *known
		if c.CaseID != "" {
			_, err = tx.visibleCase(c.CaseID)
		}
		return err
	})
	return c, err
}

// changeTitles say in the caseworker's words what was done by hand. A resolved incident of a case has a note that says it.
var changeTitles = map[casework.ChangeKind]string{
	casework.ChangeModify: "Forløbet er flyttet i hånden", casework.ChangeRestart: "Forløbet er sat i gang igen",
	casework.ChangeTriggerTimer: "Frist udløst i hånden", casework.ChangeMoveTimer: "Frist flyttet i hånden",
	casework.ChangeRetry: "Trin prøvet igen", casework.ChangeVariables: "Oplysninger i forløbet er rettet", casework.ChangeCancel: "Forløbet er afbrudt",
}

// keepChanges makes final what has been done of the changes by hand, and writes the journal in the name of whoever made them.
func (a *application) keepChanges() error {
	for _, step := range a.p.History {
		if step.Change == "" {
			continue
		}
		var row changeRow
		if err := a.Where("id = ? AND NOT applied", step.Change).Limit(1).Find(&row).Error; err != nil {
			return err
		}
		if row.ID == "" {
			continue
		}
		if err := a.keepChange(row); err != nil {
			return err
		}
	}
	return nil
}

func (a *application) keepChange(row changeRow) error {
	if err := a.Model(&row).Where("id = ?", row.ID).Update("applied", true).Error; err != nil {
		return err
	}
	title := changeTitles[row.Kind]
	if row.CaseID == "" || title == "" {
		return nil
	}
	if row.Subject != "" {
		title += ": " + row.Subject
	}
	return a.journalBy(row.Author, stamp(a.p.At), row.CaseID, "change", title, row.ID)
}

func (tx *tx) openChange(row changeRow) (casework.Change, error) {
	var content changeContent
	err := tx.openJSON(row.ID, "change", row.Content, &content)
	return casework.Change{
		ID: row.ID, InstanceID: row.InstanceID, CaseID: row.CaseID, Kind: row.Kind, Subject: row.Subject, Author: row.Author, At: row.At,
		Reason: content.Reason, Request: content.Request,
	}, err
}

// changesByID opens changes; ids that are unknown, such as one that its instance never did, are missing.
func (tx *tx) changesByID(ids []string) (map[string]*casework.Change, error) {
	found := map[string]*casework.Change{}
	if len(ids) == 0 {
		return found, nil
	}
	var rows []changeRow
	if err := tx.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		c, err := tx.openChange(row)
		if err != nil {
			return nil, err
		}
		found[c.ID] = &c
	}
	return found, nil
}

// addChanges tells of steps that were taken by hand why.
func (tx *tx) addChanges(entries []casework.HistoryEntry) error {
	var ids []string
	for _, e := range entries {
		if e.Step.Change != "" {
			ids = append(ids, e.Step.Change)
		}
	}
	changes, err := tx.changesByID(ids)
	for i := range entries {
		entries[i].Change = changes[entries[i].Step.Change]
	}
	return err
}
