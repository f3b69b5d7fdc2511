// Package store keeps what must not be lost: events, cases and all that people wrote, in PostgreSQL or in SQLite, and the projection of
// process instances, which can be rebuilt from Temporal. Case data has one writer, the methods here; every change writes the journal in
// the same transaction. An exported method is one transaction; who acts comes from [casework.ActorFrom], and somebody who works for one
// municipality sees that municipality only. Errors are [*casework.Error]; personal data is sealed at rest and never part of an error.
package store

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"fasthold/internal/casework"
	"fasthold/internal/secret"
)

// Options change how a store behaves.
type Options struct {
	Now func() time.Time // the clock; nil for time.Now
}

// Store is an open database. It is safe for use by several goroutines and processes.
type Store struct {
	writer, reader *gorm.DB
	pools          []*sql.DB
	postgres       bool
	box            *secret.Box
	clock          func() time.Time
	outbox         chan struct{}
}

// Open opens the database that the DSN names: postgres://user@host/database, sqlite:PATH or sqlite::memory:. Its schema must be the one this
// program was built for (see [Migrate]; a database in memory is migrated here) and its data sealed with the same keyset.
func Open(ctx context.Context, dsn string, secrets *secret.Box, o Options) (*Store, error) {
	s := &Store{box: secrets, clock: o.Now, outbox: make(chan struct{}, 1)}
	if s.clock == nil {
		s.clock = time.Now
	}
	if err := s.connect(ctx, dsn); err != nil {
		return nil, err
	}
	if err := s.checkKeyset(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context, dsn string) error {
	db, err := openPools(ctx, dsn)
	if err != nil {
		return err
	}
	s.pools, s.postgres = db.pools(), db.postgres
	if db.memory {
		err = db.migrate(ctx)
	}
	if err == nil {
		err = db.checkSchema(ctx)
	}
	if err == nil {
		s.writer, err = openGorm(db.dialector(db.writer))
	}
	if err == nil {
		s.reader, err = openGorm(db.dialector(db.reader))
	}
	if err != nil {
		_ = s.Close()
	}
	return err
}

// openGorm prepares statements once, leaves transactions to us, and logs nothing: a logged statement shows its values.
func openGorm(d gorm.Dialector) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true,
		PrepareStmt:            true,
		TranslateError:         true,
		Logger:                 logger.Discard,
	})
}

// Close closes the database.
func (s *Store) Close() error {
	var first error
	for _, pool := range s.pools {
		if err := pool.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) (err error) {
	defer wrap(&err, "Ping")
	return s.pools[0].PingContext(ctx)
}

// Outbox gets a value soon after a transaction of this process put something in the outbox. Others may have too: look now and then.
func (s *Store) Outbox() <-chan struct{} { return s.outbox }

func (s *Store) pokeOutbox() {
	select {
	case s.outbox <- struct{}{}:
	default:
	}
}

// now is the clock in the precision that both databases keep.
func (s *Store) now() time.Time { return stamp(s.clock()) }

func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func stampPointer(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := stamp(*t)
	return &at
}

const keysetCheck = "keyset-check"

// checkKeyset seals a word in a new database and opens it in an old one.
func (s *Store) checkKeyset(ctx context.Context) error {
	return s.write(ctx, "Open", func(tx *tx) error {
		var row setting
		err := tx.Where("municipality = '' AND name = ?", keysetCheck).Limit(1).Find(&row).Error
		if err != nil {
			return err
		}
		if row.Name == "" {
			sealed, err := tx.sealText(keysetCheck, "", keysetCheck)
			if err != nil {
				return err
			}
			return tx.Create(&setting{Name: keysetCheck, Value: encodeBytes(sealed), UpdatedAt: tx.now}).Error
		}
		sealed, err := decodeBytes(row.Value)
		if err == nil {
			_, err = tx.box.Open(sealed, sealContext(keysetCheck, ""))
		}
		if err != nil {
			return casework.Errorf(casework.Invalid, "The keyset is not the one this database was written with; start with the keyset that belongs to it.")
		}
		return nil
	})
}
