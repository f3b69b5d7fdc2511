package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

const (
	replyLife   = 7 * 24 * time.Hour
	replyPeriod = time.Minute // that a first request may take before another takes its place
)

type replyRow struct {
	Actor     string `gorm:"primaryKey"`
	Key       string `gorm:"primaryKey"`
	Request   string
	Status    int
	Body      []byte
	ExpiresAt time.Time
}

// TableName returns the table.
func (replyRow) TableName() string { return "replies" }

// Recall looks for the reply to the actor's request with this idempotency key; request is a hash of what was asked. Nil means that this is the first: work on
// it and Remember the reply, or Forget it. The key of another request, and of one still being worked on, is a Conflict.
func (s *Store) Recall(ctx context.Context, key, request string) (reply *casework.Reply, err error) {
	err = s.write(ctx, "Recall", func(tx *tx) error {
		reply = nil
		if key == "" || len(key) > maxText {
			return field("Idempotency-Key", "An idempotency key has 1 to %d letters.", maxText)
		}
		if err := tx.lock("reply|" + tx.actor.ID + "|" + key); err != nil {
			return err
		}
		var row replyRow
		if err := tx.Where("actor = ? AND key = ?", tx.actor.ID, key).Limit(1).Find(&row).Error; err != nil {
			return err
		}
		switch {
		case !row.ExpiresAt.After(tx.now):
			row = replyRow{Actor: tx.actor.ID, Key: key, Request: request, ExpiresAt: tx.now.Add(replyPeriod)}
			return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
		case row.Request != request:
			return casework.Errorf(casework.Conflict, "This Idempotency-Key came with another request; use a new key for every new request.")
		case row.Status == 0:
			return casework.Errorf(casework.Conflict, "Din første forespørgsel er ikke færdig endnu. Prøv igen om et øjeblik.")
		}
		body, err := tx.openText(row.Actor, "reply|"+key, row.Body)
		reply = &casework.Reply{Status: row.Status, Body: []byte(body)}
		return err
	})
	return reply, err
}

// Remember keeps the reply to a request for seven days, sealed.
func (s *Store) Remember(ctx context.Context, key string, reply casework.Reply) error {
	return s.write(ctx, "Remember", func(tx *tx) error {
		body, err := tx.sealText(tx.actor.ID, "reply|"+key, string(reply.Body))
		if err != nil {
			return err
		}
		return tx.Model(&replyRow{}).Where("actor = ? AND key = ?", tx.actor.ID, key).
			Updates(map[string]any{"status": reply.Status, "body": body, "expires_at": tx.now.Add(replyLife)}).Error
	})
}

// Forget lets a request that failed be made again with the same key.
func (s *Store) Forget(ctx context.Context, key string) error {
	return s.write(ctx, "Forget", func(tx *tx) error {
		return tx.Where("actor = ? AND key = ? AND status = 0", tx.actor.ID, key).Delete(&replyRow{}).Error
	})
}
