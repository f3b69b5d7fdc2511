package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"fasthold/internal/casework"
)

const noMigration = "Migreringen findes ikke."

type migrationRow struct {
	ID, ProcessID          string
	FromVersion, ToVersion int
	Target, Mapping        string
	Reason                 []byte
	Rehearsal              string
	PerMinute              int
	State                  casework.MigrationState
	Report                 string
	Author, Municipality   string
	At                     time.Time
	EndedAt                *time.Time
	NextAt                 time.Time // when the next instance may be taken
}

// TableName returns the table.
func (migrationRow) TableName() string { return "migrations" }

func (tx *tx) migration(r migrationRow) (casework.Migration, error) {
	reason, err := tx.openText(r.ID, "migration", r.Reason)
	m := casework.Migration{
		ID: r.ID, ProcessID: r.ProcessID, From: r.FromVersion, To: r.ToVersion, Target: r.Target, Mapping: json.RawMessage(r.Mapping), Reason: reason,
		Rehearsal: r.Rehearsal, PerMinute: r.PerMinute, State: r.State, By: r.Author, At: r.At, EndedAt: r.EndedAt,
	}
	if r.Report != "" {
		m.Report = json.RawMessage(r.Report)
	}
	return m, err
}

type migrationItemRow struct {
	MigrationID string `gorm:"primaryKey"`
	InstanceID  string `gorm:"primaryKey"`
	Outcome     casework.MigrationOutcome
	Detail      string
	Attempts    int
	TryAt       time.Time
	At          *time.Time
}

// TableName returns the table.
func (migrationItemRow) TableName() string { return "migration_items" }

type itemWithCase struct {
	Row    migrationItemRow `gorm:"embedded"`
	Number string
}

func (r itemWithCase) item() casework.MigrationItem {
	item := casework.MigrationItem{MigrationID: r.Row.MigrationID, InstanceID: r.Row.InstanceID, CaseNumber: r.Number, Outcome: r.Row.Outcome, Attempts: r.Row.Attempts, At: r.Row.At}
	if r.Row.Detail != "" {
		item.Detail = json.RawMessage(r.Row.Detail)
	}
	return item
}

type instanceWithCase struct {
	Row    instanceRow `gorm:"embedded"`
	Number string
}

// ToMigrate returns up to limit running instances that a migration is about, by id, with the numbers of their cases, and how many there are.
func (s *Store) ToMigrate(ctx context.Context, f casework.MigrationFilter, limit int) (found []casework.Instance, numbers map[string]string, total int64, err error) {
	err = s.read(ctx, "ToMigrate", func(tx *tx) error {
		query := tx.within(tx.Table("instances"), "instances.municipality").
			Where("instances.process_id = ? AND instances.definition <> ? AND instances.state NOT IN ?", f.ProcessID, f.Not,
				[]casework.InstanceState{casework.InstanceCompleted, casework.InstanceCanceled})
		if f.From != 0 {
			query = query.Where("instances.version = ?", f.From)
		}
		if len(f.Instances) > 0 {
			query = query.Where("instances.id IN ?", f.Instances)
		}
		if f.Element != "" {
			query = query.Where("EXISTS (SELECT 1 FROM elements WHERE elements.instance_id = instances.id AND elements.element_id = ?)", f.Element)
		}
		if err := query.Count(&total).Error; err != nil {
			return err
		}
		var rows []instanceWithCase
		err := query.Select("instances.*, cases.number").Joins("LEFT JOIN cases ON cases.id = instances.case_id").Order("instances.id").Limit(limit).Scan(&rows).Error
		numbers = make(map[string]string, len(rows))
		for _, r := range rows {
			found = append(found, r.Row.instance())
			numbers[r.Row.ID] = r.Number
		}
		return err
	})
	return found, numbers, total, err
}

// CreateMigration keeps a migration of these instances, in the actor's name; one that runs begins at once. One with a known id is none.
func (s *Store) CreateMigration(ctx context.Context, m casework.Migration, items []casework.MigrationItem) error {
	return s.write(ctx, "CreateMigration", func(tx *tx) error {
		text := strings.TrimSpace(m.Reason)
		if length := utf8.RuneCountInString(text); m.State != casework.MigrationRehearsed && length == 0 || length > MaxReason {
			return field("reason", "Skriv hvorfor, på 1 til %d tegn.", MaxReason)
		}
		sealed, err := tx.sealText(m.ID, "migration", text)
		if err != nil {
			return err
		}
		row := migrationRow{
			ID: m.ID, ProcessID: m.ProcessID, FromVersion: m.From, ToVersion: m.To, Target: m.Target, Mapping: string(m.Mapping), Reason: sealed, Rehearsal: m.Rehearsal,
			PerMinute: m.PerMinute, State: m.State, Report: string(m.Report), Author: tx.actor.ID, Municipality: tx.actor.Municipality, At: tx.now, NextAt: tx.now,
		}
		if len(items) == 0 && m.State == casework.MigrationRunning {
			row.State, row.EndedAt = casework.MigrationCompleted, &tx.now
		}
		created := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if created.Error != nil || created.RowsAffected == 0 {
			return created.Error
		}
		rows := make([]migrationItemRow, len(items))
		for i, item := range items {
			rows[i] = migrationItemRow{MigrationID: m.ID, InstanceID: item.InstanceID, Outcome: item.Outcome, Detail: string(item.Detail), TryAt: tx.now}
		}
		tx.poke = true
		return insert(tx.DB, rows)
	})
}

func (tx *tx) visibleMigration(id string) (row migrationRow, err error) {
	return row, one(tx.within(tx.Where("id = ?", id), "municipality"), &row, noMigration)
}

// Migration returns a migration that the actor may see, with its progress.
func (s *Store) Migration(ctx context.Context, id string) (m casework.Migration, err error) {
	err = s.read(ctx, "Migration", func(tx *tx) error {
		row, err := tx.visibleMigration(id)
		if err != nil {
			return err
		}
		if m, err = tx.migration(row); err == nil {
			m.Progress, err = tx.progress(id)
		}
		return err
	})
	return m, err
}

func (tx *tx) progress(id string) (map[casework.MigrationOutcome]int, error) {
	var counts []struct {
		Outcome casework.MigrationOutcome
		Number  int
	}
	err := tx.Model(&migrationItemRow{}).Select("outcome, COUNT(*) AS number").Where("migration_id = ?", id).Group("outcome").Scan(&counts).Error
	out := map[casework.MigrationOutcome]int{}
	for _, c := range counts {
		out[c.Outcome] = c.Number
	}
	return out, err
}

// Migrations lists migrations and rehearsals, latest first, without their reports.
func (s *Store) Migrations(ctx context.Context, page casework.Page) (list casework.List[casework.Migration], err error) {
	err = s.read(ctx, "Migrations", func(tx *tx) error {
		limit, err := limitOf(page)
		if err != nil {
			return err
		}
		after, err := positionOf(page.Cursor, "migrations")
		if err != nil {
			return err
		}
		var rows []migrationRow
		latestFirst := order{column: "at", id: "id", down: true}
		if err := latestFirst.page(tx.within(tx.DB, "municipality"), after, limit).Find(&rows).Error; err != nil {
			return err
		}
		list, err = openList(listOf(rows, limit, func(r migrationRow) migrationRow { return r },
			func(r migrationRow) position { return position{Sort: "migrations", At: &r.At, ID: r.ID} }), tx.migration)
		for i := range list.Items {
			m := &list.Items[i]
			m.Report = nil
			if err == nil {
				m.Progress, err = tx.progress(m.ID)
			}
		}
		return err
	})
	return list, err
}

// MigrationItems lists what became of the instances of a migration, by instance; outcome "" for any.
func (s *Store) MigrationItems(ctx context.Context, id string, outcome casework.MigrationOutcome, page casework.Page) (list casework.List[casework.MigrationItem], err error) {
	err = s.read(ctx, "MigrationItems", func(tx *tx) error {
		if _, err := tx.visibleMigration(id); err != nil {
			return err
		}
		limit, err := limitOf(page)
		if err != nil {
			return err
		}
		query := tx.Table("migration_items").Select("migration_items.*, cases.number").
			Joins("LEFT JOIN instances ON instances.id = migration_items.instance_id").Joins("LEFT JOIN cases ON cases.id = instances.case_id").
			Where("migration_items.migration_id = ?", id).Order("migration_items.instance_id").Limit(limit + 1)
		if outcome != "" {
			query = query.Where("migration_items.outcome = ?", outcome)
		}
		if page.Cursor != "" {
			query = query.Where("migration_items.instance_id > ?", page.Cursor)
		}
		var rows []itemWithCase
		if err := query.Scan(&rows).Error; err != nil {
			return err
		}
		list = listOf(rows, limit, itemWithCase.item, func(itemWithCase) position { return position{} })
		if list.NextCursor != "" {
			list.NextCursor = list.Items[len(list.Items)-1].InstanceID
		}
		return nil
	})
	return list, err
}

// turns are the states that a migration can be taken to, and from where.
var turns = map[casework.MigrationState][]casework.MigrationState{
	casework.MigrationPaused:   {casework.MigrationRunning},
	casework.MigrationRunning:  {casework.MigrationPaused},
	casework.MigrationCanceled: {casework.MigrationRunning, casework.MigrationPaused},
}

// TurnMigration pauses, resumes or cancels a migration. One that stands so already stays so.
func (s *Store) TurnMigration(ctx context.Context, id string, to casework.MigrationState) error {
	return s.write(ctx, "TurnMigration", func(tx *tx) error {
		if err := tx.lock("migration|" + id); err != nil {
			return err
		}
		row, err := tx.visibleMigration(id)
		if err != nil || row.State == to {
			return err
		}
		if !slices.Contains(turns[to], row.State) {
			return casework.Errorf(casework.Conflict, "the migration is %s", row.State)
		}
		changes := map[string]any{"state": to}
		if to == casework.MigrationCanceled {
			changes["ended_at"] = tx.now
		}
		tx.poke = true
		return tx.Model(&row).Updates(changes).Error
	})
}
