package store

import (
	"context"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"fasthold/internal/casework"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema of the database to the one this program was built for. Several may try at once. A database in memory needs no migration:
// Open does it.
func Migrate(ctx context.Context, dsn string) error {
	db, err := openPools(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() {
		for _, pool := range db.pools() {
			_ = pool.Close()
		}
	}()
	return db.migrate(ctx)
}

func (d *database) migrate(ctx context.Context) error {
	provider, err := d.migrator()
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err == nil && current > target {
		return tooNew(current, target)
	}
	if _, err = provider.Up(ctx); err != nil {
		return internal("Migrate", err)
	}
	return nil
}

// checkSchema refuses a schema that is not the one the code was written for.
func (d *database) checkSchema(ctx context.Context) error {
	provider, err := d.migrator()
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return internal("Open", err)
	case current < target:
		return casework.Errorf(casework.Conflict, "The database has schema version %d and this program needs %d; run “migrate” first.", current, target)
	case current > target:
		return tooNew(current, target)
	default:
		return nil
	}
}

func tooNew(current, target int64) error {
	return casework.Errorf(casework.Conflict, "The database has schema version %d and this program knows only %d; start a newer program.", current, target)
}

func (d *database) migrator() (*goose.Provider, error) {
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	var options []goose.ProviderOption
	if d.postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, internal("Migrate", err)
		}
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, internal("Migrate", err)
	}
	provider, err := goose.NewProvider(dialect, d.writer, files, append(options, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return nil, internal("Migrate", err)
	}
	return provider, nil
}
