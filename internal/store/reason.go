package store

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

// MaxReason is the length of the longest reason, in letters.
const MaxReason = 2000

type reasonRow struct {
	ID, InstanceID, CaseID, Author string
	Text                           []byte
	At                             time.Time
}

// TableName returns the table.
func (reasonRow) TableName() string { return "reasons" }

// owner is whom the text is sealed for.
func (r reasonRow) owner() string { return cmp.Or(r.CaseID, r.InstanceID) }

// SaveReason keeps, in the actor's name, why an instance is about to be changed by hand. The text may name people, so the workflow gets the id
// alone, and its history shows the text in place of that. A known id keeps its reason.
func (s *Store) SaveReason(ctx context.Context, id, instanceID, text string) error {
	return s.write(ctx, "SaveReason", func(tx *tx) error {
		text := strings.TrimSpace(text)
		if length := utf8.RuneCountInString(text); length == 0 || length > MaxReason {
			return field("reason", "Skriv hvorfor, på 1 til %d tegn.", MaxReason)
		}
		instance, err := tx.visibleInstance(instanceID)
		if err != nil {
			return err
		}
		row := reasonRow{ID: id, InstanceID: instanceID, CaseID: instance.CaseID, Author: tx.actor.ID, At: tx.now}
		if row.Text, err = tx.sealText(row.owner(), "reason", text); err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	})
}

// RemoveReason takes the reason away of a change that was refused.
func (s *Store) RemoveReason(ctx context.Context, id string) error {
	return s.write(ctx, "RemoveReason", func(tx *tx) error { return tx.Where("id = ?", id).Delete(&reasonRow{}).Error })
}

// KnowsReason reports whether there is a reason with that id.
func (s *Store) KnowsReason(ctx context.Context, id string) (known bool, err error) {
	err = s.read(ctx, "KnowsReason", func(tx *tx) error {
		var count int64
		err := tx.Model(&reasonRow{}).Where("id = ?", id).Count(&count).Error
		known = count > 0
		return err
	})
	return known, err
}

// reasons opens reasons by their ids.
func (tx *tx) reasons(ids []string) (map[string]string, error) {
	texts := map[string]string{}
	if len(ids) == 0 {
		return texts, nil
	}
	var rows []reasonRow
	if err := tx.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		text, err := tx.openText(row.owner(), "reason", row.Text)
		if err != nil {
			return nil, err
		}
		texts[row.ID] = text
	}
	return texts, nil
}

// reasonOf is the id of the reason that a step of the history names, "" for none.
func reasonOf(detail json.RawMessage) string {
	var d struct{ Reason string }
	if len(detail) == 0 || json.Unmarshal(detail, &d) != nil {
		return ""
	}
	return d.Reason
}

// tellReasons puts the texts of reasons into the steps that name them.
func (tx *tx) tellReasons(steps []casework.HistoryEntry) error {
	var ids []string
	for _, step := range steps {
		if id := reasonOf(step.Detail); id != "" {
			ids = append(ids, id)
		}
	}
	texts, err := tx.reasons(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	for i, step := range steps {
		id := reasonOf(step.Detail)
		if id == "" {
			continue
		}
		var all map[string]json.RawMessage // numbers stay as they are written
		if err := json.Unmarshal(step.Detail, &all); err != nil {
			return err
		}
		if all["reason"], err = json.Marshal(texts[id]); err != nil {
			return err
		}
		if steps[i].Detail, err = json.Marshal(all); err != nil {
			return err
		}
	}
	return nil
}
