package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

type startTimerRow struct {
	ProcessID  string `gorm:"primaryKey"`
	ElementID  string `gorm:"primaryKey"`
	Version    int
	Definition string
	Number     int
	FromAt     time.Time
	DueAt      time.Time
	Remaining  int
	Every      string
	TryAt      time.Time // not before: due, leased until, or the next attempt
	Attempts   int
	Error      string
}

// TableName returns the table.
func (startTimerRow) TableName() string { return "start_timers" }

func (r startTimerRow) timer() casework.StartTimer {
	return casework.StartTimer{
		ProcessID: r.ProcessID, ElementID: r.ElementID, Version: r.Version, Definition: r.Definition, Number: r.Number,
		From: r.FromAt, DueAt: r.DueAt, Left: r.Remaining, Every: r.Every, Attempts: r.Attempts,
	}
}

// replaceStartTimers lets time start the latest version only: the schedule of the version before goes, and nothing of it is made up for.
func (tx *tx) replaceStartTimers(latest definitionRow, timers []casework.StartTimer) error {
	if err := tx.Where("process_id = ?", latest.ProcessID).Delete(&startTimerRow{}).Error; err != nil {
		return err
	}
	var rows []startTimerRow
	for _, t := range timers {
		if t.ProcessID != latest.ProcessID {
			continue
		}
		rows = append(rows, startTimerRow{
			ProcessID: t.ProcessID, ElementID: t.ElementID, Version: latest.Version, Definition: latest.Hash, Number: 1,
			FromAt: stamp(t.From), DueAt: stamp(t.DueAt), Remaining: t.Left, Every: t.Every, TryAt: stamp(t.DueAt),
		})
	}
	tx.poke = tx.poke || len(rows) > 0 // what is due already
	return insert(tx.DB, rows)
}

// StartTimers lists what will start a process by time, or every process when it is "", by process and element.
func (s *Store) StartTimers(ctx context.Context, processID string) (list []casework.StartTimer, err error) {
	err = s.read(ctx, "StartTimers", func(tx *tx) error {
		query := tx.Order("process_id, element_id")
		if processID != "" {
			query = query.Where("process_id = ?", processID)
		}
		list, err = all(query, startTimerRow.timer)
		return err
	})
	return list, err
}

// NextStartTimers takes up to limit timers that are due, for a minute: the longest waiting that nobody else has taken. After
// [Store.StartTimerDone] the next time of a cycle can be had.
func (s *Store) NextStartTimers(ctx context.Context, limit int) (due []casework.StartTimer, err error) {
	err = s.write(ctx, "NextStartTimers", func(tx *tx) error {
		due = nil
		var rows []startTimerRow
		found := tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("try_at <= ?", tx.now).Order("try_at, process_id, element_id").Limit(limit).Find(&rows)
		if found.Error != nil {
			return found.Error
		}
		for _, row := range rows {
			if err := tx.Model(&row).Update("try_at", tx.now.Add(lease)).Error; err != nil {
				return err
			}
			due = append(due, row.timer())
		}
		return nil
	})
	return due, err
}

// StartTimerDone says that a timer has started its instance. next is the timer at its next time, nil when that was the last. It does nothing
// when somebody else said so, or another version has come meanwhile.
func (s *Store) StartTimerDone(ctx context.Context, t casework.StartTimer, next *casework.StartTimer) error {
	return s.write(ctx, "StartTimerDone", func(tx *tx) error {
		if next == nil {
			return tx.sameStart(t).Delete(&startTimerRow{}).Error
		}
		return tx.sameStart(t).Updates(map[string]any{
			"number": t.Number + 1, "due_at": stamp(next.DueAt), "remaining": next.Left, "try_at": stamp(next.DueAt), "attempts": 0, "error": "",
		}).Error
	})
}

// StartTimerFailed says that a timer could not start its instance; it comes again as a failed effect of the outbox does ([Store.OutboxFailed]).
// The reason is kept for the operator and must not hold personal data.
func (s *Store) StartTimerFailed(ctx context.Context, t casework.StartTimer, reason error) error {
	return s.write(ctx, "StartTimerFailed", func(tx *tx) error {
		text := reason.Error()
		return tx.sameStart(t).Updates(map[string]any{
			"attempts": t.Attempts + 1, "try_at": tx.now.Add(backoff(t.Attempts)), "error": strings.ToValidUTF8(text[:min(len(text), maxReason)], ""),
		}).Error
	})
}

// sameStart finds a timer as long as it is about to start the same instance.
func (tx *tx) sameStart(t casework.StartTimer) *gorm.DB {
	return tx.Model(&startTimerRow{}).Where("process_id = ? AND element_id = ? AND version = ? AND number = ?", t.ProcessID, t.ElementID, t.Version, t.Number)
}
