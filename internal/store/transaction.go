package store

import (
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"fasthold/internal/casework"
	"fasthold/internal/secret"
)

// tx is one transaction: the database, the moment it happens at, who acts, and how to seal.
type tx struct {
	*gorm.DB
	now      time.Time // by the wall clock, for whatever is technical; see at
	clock    casework.Clock
	actor    casework.User
	box      *secret.Box
	postgres bool
	poke     bool // something was put in the outbox
}

// retries is how often a transaction that PostgreSQL broke off for the sake of another is tried again.
const retries = 5

// write runs do in a transaction that may change things. It may run do again, from the start.
func (s *Store) write(ctx context.Context, name string, do func(*tx) error) (err error) {
	defer wrap(&err, name)
	for range retries {
		var t *tx
		err = s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			t = s.begin(ctx, db)
			return do(t)
		})
		if err == nil && t.poke {
			s.pokeOutbox()
		}
		if !brokenOff(err) {
			return err
		}
	}
	return err
}

// read runs do on one unchanging view of the database.
func (s *Store) read(ctx context.Context, name string, do func(*tx) error) (err error) {
	defer wrap(&err, name)
	options := &sql.TxOptions{ReadOnly: true}
	if s.postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	return s.reader.WithContext(ctx).Transaction(func(db *gorm.DB) error { return do(s.begin(ctx, db)) }, options)
}

func (s *Store) begin(ctx context.Context, db *gorm.DB) *tx {
	return &tx{DB: db, now: s.now(), clock: casework.ClockFrom(ctx), actor: casework.ActorFrom(ctx), box: s.box, postgres: s.postgres}
}

// at is the time in a case: what people read of it carries this.
func (tx *tx) at(caseID string) time.Time {
	if tx.clock == nil {
		return tx.now
	}
	return stamp(tx.clock(tx.Statement.Context, caseID))
}

// brokenOff reports a serialization failure or a deadlock of PostgreSQL.
func brokenOff(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01")
}

// lock makes transactions that lock the same thing come one after the other. Several things are locked in the same order by everybody.
func (tx *tx) lock(things ...string) error {
	if !tx.postgres {
		return nil // a transaction that writes has SQLite to itself
	}
	keys := make([]int64, len(things))
	for i, thing := range things {
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(thing))
		keys[i] = int64(sum.Sum64())
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", key).Error; err != nil {
			return err
		}
	}
	return nil
}

// within restricts a query to what the actor may see: rows of the actor's municipality, and rows of none.
func (tx *tx) within(db *gorm.DB, column string) *gorm.DB {
	if tx.actor.Municipality == "" {
		return db
	}
	return db.Where(column+" IN ('', ?)", tx.actor.Municipality)
}

// one reads the single row of the query into row. Nothing found is NotFound with the sentence.
func one(db *gorm.DB, row any, missing string) error {
	found := db.Limit(1).Find(row)
	if found.Error == nil && found.RowsAffected == 0 {
		return casework.Errorf(casework.NotFound, "%s", missing)
	}
	return found.Error
}

// holds is the condition that a column holds a text. What people search is kept in lower case, since not every database knows that Ø is a
// big ø.
func (tx *tx) holds(column string) string {
	if tx.postgres {
		return "strpos(" + column + ", ?) > 0"
	}
	return "instr(" + column + ", ?) > 0"
}
