package store

import (
	"context"
	"time"
)

// orphanAge is when an answer that nothing came to file is given up: its completion was refused and removing it failed.
const orphanAge = 30 * 24 * time.Hour

// Sweep deletes what has had its time: messages nobody came for, kept replies, orphaned answers, and lines of the access log older than keepAccess (a log of who
// looked must have an end, 0 keeps it). It returns how many rows went.
func (s *Store) Sweep(ctx context.Context, keepAccess time.Duration) (deleted int64, err error) {
	err = s.write(ctx, "Sweep", func(tx *tx) error {
		deleted = 0
		for _, old := range []struct {
			rows      any
			condition string
			at        time.Time
		}{
			{&messageRow{}, "expires_at <= ?", tx.now},
			{&replyRow{}, "expires_at <= ?", tx.now},
			{&answerRow{}, "at < ?", tx.now.Add(-orphanAge)},
			{&accessRow{}, "at < ?", oldest(tx.now, keepAccess)},
		} {
			gone := tx.Where(old.condition, old.at).Delete(old.rows)
			if gone.Error != nil {
				return gone.Error
			}
			deleted += gone.RowsAffected
		}
		return nil
	})
	return deleted, err
}

func oldest(now time.Time, keep time.Duration) time.Time {
	if keep <= 0 {
		return time.Unix(0, 0).UTC()
	}
	return now.Add(-keep)
}
