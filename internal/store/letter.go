package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

type letterRow struct {
	ID, CaseID         string
	InstanceID         string
	ElementKey         int64
	Template, Receiver string
	Subject, Body      []byte
	At                 time.Time
	ElementID          string
}

// TableName returns the table.
func (letterRow) TableName() string { return "letters" }

func (tx *tx) letter(r letterRow) (l casework.Letter, err error) {
	l = casework.Letter{ID: r.ID, CaseID: r.CaseID, Template: r.Template, Receiver: r.Receiver, At: r.At}
	if l.Subject, err = tx.openText(r.CaseID, "letter_subject", r.Subject); err != nil {
		return l, err
	}
	l.Body, err = tx.openText(r.CaseID, "letter_body", r.Body)
	return l, err
}

// SaveLetter files a letter that an element instance of a process produced and returns its id. The same element and key again give the same id and no
// second letter: an activity may run twice. The key alone is not enough: what a lost worker did may be decided anew, and the key given to another element.
func (s *Store) SaveLetter(ctx context.Context, instanceID string, elementKey int64, elementID string, l casework.Letter) (id string, err error) {
	err = s.write(ctx, "SaveLetter", func(tx *tx) error {
		if _, err := tx.visibleCase(l.CaseID); err != nil {
			return err
		}
		row := letterRow{uuid.NewString(), l.CaseID, instanceID, elementKey, l.Template, l.Receiver, nil, nil, tx.at(l.CaseID), elementID}
		if row.Subject, err = tx.sealText(l.CaseID, "letter_subject", l.Subject); err != nil {
			return err
		}
		if row.Body, err = tx.sealText(l.CaseID, "letter_body", l.Body); err != nil {
			return err
		}
		saved := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if saved.Error != nil {
			return saved.Error
		}
		if saved.RowsAffected == 0 {
			var known letterRow
			err := tx.Where("instance_id = ? AND element_key = ? AND element_id = ?", instanceID, elementKey, elementID).Limit(1).Find(&known).Error
			id = known.ID
			return err
		}
		id = row.ID
		return tx.journal(l.CaseID, "letter", receiverTitle(l.Receiver), row.ID)
	})
	return id, err
}

func receiverTitle(receiver string) string {
	switch receiver {
	case "company":
		return "Brev til virksomheden"
	case "citizen":
		return "Brev til borgeren"
	default:
		return "Brev"
	}
}

// Letters lists the letters of a case, latest first.
func (s *Store) Letters(ctx context.Context, caseID string, page casework.Page) (list casework.List[casework.Letter], err error) {
	err = s.read(ctx, "Letters", func(tx *tx) error {
		list, err = listInCase(tx, caseID, page, "letters", tx.letter, func(r letterRow) position {
			return position{Sort: "letters", At: &r.At, ID: r.ID}
		})
		return err
	})
	return list, err
}
