package store

import (
	"context"
	"time"

	"fasthold/internal/casework"
)

// Unconfirmed returns up to limit instances whose last projection Temporal is not known to have recorded and has had that long to, the
// longest waiting first.
func (s *Store) Unconfirmed(ctx context.Context, age time.Duration, limit int) (list []casework.Stored, err error) {
	err = s.read(ctx, "Unconfirmed", func(tx *tx) error {
		var rows []instanceRow
		err := tx.Where("confirmed < sequence AND written_at <= ?", tx.now.Add(-age)).Order("written_at, id").Limit(limit).Find(&rows).Error
		list = make([]casework.Stored, len(rows))
		for i, row := range rows {
			list[i] = row.stored()
		}
		return err
	})
	return list, err
}

// Stored names the last projection of an instance, of sequence 0 when there is none.
func (s *Store) Stored(ctx context.Context, instanceID string) (stored casework.Stored, err error) {
	err = s.read(ctx, "Stored", func(tx *tx) error {
		row, err := tx.storedInstance(instanceID)
		stored = row.stored()
		return err
	})
	return stored, err
}

func (r instanceRow) stored() casework.Stored {
	return casework.Stored{InstanceID: r.ID, Sequence: r.Sequence, Digest: r.Digest}
}

// Confirm says that Temporal has recorded a projection. It is nothing when another has been written meanwhile.
func (s *Store) Confirm(ctx context.Context, stored casework.Stored) error {
	return s.write(ctx, "Confirm", func(tx *tx) error {
		return tx.Model(&instanceRow{}).Where("id = ? AND sequence = ? AND digest = ?", stored.InstanceID, stored.Sequence, stored.Digest).
			Update("confirmed", stored.Sequence).Error
	})
}

// ConfirmLater puts off what Temporal did not answer: the instance goes to the end of the list of Unconfirmed.
func (s *Store) ConfirmLater(ctx context.Context, stored casework.Stored) error {
	return s.write(ctx, "ConfirmLater", func(tx *tx) error {
		return tx.Model(&instanceRow{}).Where("id = ? AND confirmed < sequence", stored.InstanceID).Update("written_at", tx.now).Error
	})
}
