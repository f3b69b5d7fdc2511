package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

// maxTries is how often an instance that gives no answer is tried before it counts as failed.
const maxTries = 8

// NextMigration takes up to limit instances of a running migration that may be migrated now, for a minute: no more than its rate allows.
// It takes them from the migration that has waited longest, and returns none when there is nothing to do.
func (s *Store) NextMigration(ctx context.Context, limit int) (m casework.Migration, items []casework.MigrationItem, err error) {
	err = s.write(ctx, "NextMigration", func(tx *tx) error {
		m, items = casework.Migration{}, nil
		var rows []migrationRow
		running := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("state = ? AND next_at <= ?", casework.MigrationRunning, tx.now).Order("next_at, id").Limit(1).Find(&rows)
		if running.Error != nil || len(rows) == 0 {
			return running.Error
		}
		row := rows[0]
		var due []migrationItemRow
		err := tx.Where("migration_id = ? AND outcome = ? AND try_at <= ?", row.ID, casework.OutcomeWaiting, tx.now).
			Order("try_at, instance_id").Limit(row.allowed(tx.now, limit)).Find(&due).Error
		if err != nil {
			return err
		}
		if m, err = tx.migration(row); err != nil {
			return err
		}
		for _, d := range due {
			if err := tx.Model(&d).Update("try_at", tx.now.Add(lease)).Error; err != nil {
				return err
			}
			items = append(items, itemWithCase{Row: d}.item())
		}
		return tx.Model(&row).Update("next_at", row.next(tx.now, len(due))).Error
	})
	return m, items, err
}

// idle is how long a migration rests in which nothing is due.
const idle = time.Second

func (r migrationRow) interval() time.Duration {
	return time.Minute / time.Duration(max(r.PerMinute, 1))
}

// allowed is how many instances may be taken now: what has not been used of the last second, and at least one.
func (r migrationRow) allowed(now time.Time, limit int) int {
	return min(limit, 1+int(min(now.Sub(r.NextAt), time.Second)/r.interval()))
}

func (r migrationRow) next(now time.Time, taken int) time.Time {
	if taken == 0 {
		return now.Add(idle)
	}
	from := r.NextAt
	if now.Sub(from) > time.Second {
		from = now.Add(-time.Second)
	}
	return from.Add(time.Duration(taken) * r.interval())
}

// MigrationDone says what became of an instance. The migration is over with the last of them. A second time is nothing.
func (s *Store) MigrationDone(ctx context.Context, item casework.MigrationItem, outcome casework.MigrationOutcome, detail json.RawMessage) error {
	return s.write(ctx, "MigrationDone", func(tx *tx) error {
		if err := tx.lock("migration|" + item.MigrationID); err != nil {
			return err
		}
		done := tx.Model(&migrationItemRow{}).Where("migration_id = ? AND instance_id = ? AND outcome = ?", item.MigrationID, item.InstanceID, casework.OutcomeWaiting).
			Updates(map[string]any{"outcome": outcome, "detail": string(detail), "at": tx.now})
		if done.Error != nil {
			return done.Error
		}
		return tx.endMigration(item.MigrationID)
	})
}

func (tx *tx) endMigration(id string) error {
	var waiting int64
	if err := tx.Model(&migrationItemRow{}).Where("migration_id = ? AND outcome = ?", id, casework.OutcomeWaiting).Count(&waiting).Error; err != nil || waiting > 0 {
		return err
	}
	return tx.Model(&migrationRow{}).Where("id = ? AND state IN ?", id, []casework.MigrationState{casework.MigrationRunning, casework.MigrationPaused}).
		Updates(map[string]any{"state": casework.MigrationCompleted, "ended_at": tx.now}).Error
}

// MigrationFailed says that an instance gave no answer: it is tried again after a while that doubles, and given up in the end. The reason is
// kept for the operator and must not hold personal data.
func (s *Store) MigrationFailed(ctx context.Context, item casework.MigrationItem, reason error) error {
	detail, _ := json.Marshal(reason.Error())
	if item.Attempts+1 >= maxTries {
		return s.MigrationDone(ctx, item, casework.OutcomeFailed, detail)
	}
	return s.write(ctx, "MigrationFailed", func(tx *tx) error {
		return tx.Model(&migrationItemRow{}).Where("migration_id = ? AND instance_id = ? AND outcome = ?", item.MigrationID, item.InstanceID, casework.OutcomeWaiting).
			Updates(map[string]any{"attempts": item.Attempts + 1, "try_at": tx.now.Add(backoff(item.Attempts)), "detail": string(detail)}).Error
	})
}
