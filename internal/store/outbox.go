package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

const (
	lease      = time.Minute     // how long a relay has before another may take the row
	maxBackoff = 5 * time.Minute // between attempts
	maxReason  = 500             // bytes of an error that are kept
)

type outboxRow struct {
	ID        int64
	Stream    string
	Kind      casework.OutboxKind
	Payload   string
	CreatedAt time.Time
	DueAt     time.Time // not before: leased until, or the next attempt
	Attempts  int
	Error     string
}

// TableName returns the table.
func (outboxRow) TableName() string { return "outbox" }

// send puts an effect in the outbox. The order within a stream is the order of the calls, provided that whoever sends to it holds a lock
// that belongs to it.
func (tx *tx) send(stream string, kind casework.OutboxKind, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	tx.poke = true
	return tx.Create(&outboxRow{Stream: stream, Kind: kind, Payload: string(text), CreatedAt: tx.now, DueAt: tx.now}).Error
}

// NextOutbox takes up to limit effects that are due, for a minute: the first of each stream that nobody else has taken. After
// [Store.OutboxDone] the next of the stream can be had.
func (s *Store) NextOutbox(ctx context.Context, limit int) (out []casework.Outgoing, err error) {
	err = s.write(ctx, "NextOutbox", func(tx *tx) error {
		var rows []outboxRow
		first := "NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.stream = outbox.stream AND earlier.id < outbox.id)"
		found := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("due_at <= ?", tx.now).Where(first).Order("due_at, id").Limit(limit).Find(&rows)
		if found.Error != nil || len(rows) == 0 {
			return found.Error
		}
		ids := make([]int64, len(rows))
		out = make([]casework.Outgoing, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
			if out[i], err = row.outgoing(); err != nil {
				return err
			}
		}
		return tx.Model(&outboxRow{}).Where("id IN ?", ids).Update("due_at", tx.now.Add(lease)).Error
	})
	return out, err
}

func (r outboxRow) outgoing() (casework.Outgoing, error) {
	out := casework.Outgoing{ID: r.ID, Stream: r.Stream, Kind: r.Kind, Attempts: r.Attempts}
	var err error
	switch r.Kind {
	case casework.OutboxStart:
		err = json.Unmarshal([]byte(r.Payload), &out.Start)
	case casework.OutboxMessage:
		err = json.Unmarshal([]byte(r.Payload), &out.Message)
	case casework.OutboxSignal:
		err = json.Unmarshal([]byte(r.Payload), &out.Signal)
	case casework.OutboxStatus:
		err = json.Unmarshal([]byte(r.Payload), &out.Status)
	}
	return out, err
}

// OutboxDone takes a carried-out effect away. A second time is nothing.
func (s *Store) OutboxDone(ctx context.Context, id int64) error {
	return s.write(ctx, "OutboxDone", func(tx *tx) error {
		tx.poke = true // the next of the stream
		return tx.Delete(&outboxRow{}, id).Error
	})
}

// OutboxFailed says that an effect could not be carried out; it comes again after a while that doubles with every attempt, up to five minutes.
// The reason is kept for the operator and must not hold personal data.
func (s *Store) OutboxFailed(ctx context.Context, id int64, reason error) error {
	return s.write(ctx, "OutboxFailed", func(tx *tx) error {
		var row outboxRow
		if err := one(tx.Where("id = ?", id), &row, "The outbox has no such row; it was done meanwhile."); err != nil {
			return err
		}
		text := reason.Error()
		return tx.Model(&row).Updates(map[string]any{
			"attempts": row.Attempts + 1, "due_at": tx.now.Add(backoff(row.Attempts)), "error": strings.ToValidUTF8(text[:min(len(text), maxReason)], ""),
		}).Error
	})
}

// backoff is 1 s, 2 s, 4 s … 5 min.
func backoff(failed int) time.Duration {
	return min(time.Second<<min(failed, 20), maxBackoff)
}

// OutboxStatus tells how many effects wait and since when the oldest does: a relay that is stuck shows.
func (s *Store) OutboxStatus(ctx context.Context) (waiting int64, oldest *time.Time, err error) {
	err = s.read(ctx, "OutboxStatus", func(tx *tx) error {
		if err := tx.Model(&outboxRow{}).Count(&waiting).Error; err != nil {
			return err
		}
		var rows []outboxRow
		found := tx.Order("id").Limit(1).Find(&rows)
		for _, row := range rows {
			oldest = &row.CreatedAt
		}
		return found.Error
	})
	return waiting, oldest, err
}
