package store

import (
	"context"
	"encoding/json"
	"time"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

// caseMessageTTL is how long a process keeps a message about its case that nothing in it waits for yet.
const caseMessageTTL = 30 * 24 * time.Hour

type eventRow struct {
	ID                         int64
	EventID, Bundle, MessageID string
	Type                       nemrefusion.Type
	Digest                     string
	Raw                        []byte
	CaseID                     string
	ReceivedAt                 time.Time
}

// TableName returns the table.
func (eventRow) TableName() string { return "events" }

// ReceiveNotice keeps an event as it came and does in the same transaction what follows from it: it finds or opens the case of its bundle, folds the
// bundle's events anew (their order of arrival does not matter), and asks for the process to be started or told what has changed. The same event
// again gives the same receipt; another event in its place is a Conflict. An annulment before the start closes the case.
func (s *Store) ReceiveNotice(ctx context.Context, raw []byte, e nemrefusion.Event) (receipt casework.Receipt, err error) {
	err = s.write(ctx, "ReceiveNotice", func(tx *tx) error {
		if err := tx.lock("bundle|" + e.BundleUUID); err != nil {
			return err
		}
		digest, err := tx.digest(raw)
		if err != nil {
			return err
		}
		if receipt, err = tx.repeated(e, digest); err != nil || receipt.Repeated {
			return err
		}
		row, err := tx.caseOfBundle(e.BundleUUID)
		if err != nil {
			return err
		}
		receipt = casework.Receipt{CaseID: row.ID, CaseNumber: row.Number, EventID: e.EventID}
		return tx.fold(row, raw, digest, e)
	})
	return receipt, err
}

// digest is a keyed hash of what an event says, whatever the layout and order of its JSON.
func (tx *tx) digest(raw []byte) (string, error) {
	var content any
	if err := json.Unmarshal(raw, &content); err != nil {
		return "", casework.Errorf(casework.Invalid, "Hændelsen er ikke JSON.")
	}
	text, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	return tx.box.Index("event", string(text))
}

// repeated looks for the event by its id and by its place in the bundle.
func (tx *tx) repeated(e nemrefusion.Event, digest string) (receipt casework.Receipt, err error) {
	var known []eventRow
	found := tx.Where("event_id = ? OR (bundle = ? AND message_id = ?)", e.EventID, e.BundleUUID, e.MessageKey()).Order("id").Limit(1).Find(&known)
	if found.Error != nil || len(known) == 0 {
		return receipt, found.Error
	}
	if known[0].Digest != digest {
		return receipt, casework.Errorf(casework.Conflict, "En anden hændelse med samme eventId, eller samme bundleUuid og messageId, er modtaget før. En rettelse er en ny hændelse.")
	}
	var row caseRow
	err = one(tx.Where("id = ?", known[0].CaseID), &row, noCase)
	return casework.Receipt{CaseID: row.ID, CaseNumber: row.Number, EventID: known[0].EventID, Repeated: true}, err
}

// caseOfBundle finds the case of a bundle, locked, or makes one that is not saved yet.
func (tx *tx) caseOfBundle(bundle string) (row caseRow, err error) {
	if err := tx.Where("bundle = ?", bundle).Limit(1).Find(&row).Error; err != nil {
		return row, err
	}
	if row.ID == "" {
		row, err = tx.newCase()
		row.Bundle = &bundle
		return row, err
	}
	if err := tx.lock("case|" + row.ID); err != nil {
		return row, err
	}
	return row, one(tx.Where("id = ?", row.ID), &row, noCase)
}
