package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/secret"
	"fasthold/internal/store"
	"fasthold/internal/store/pgtest"
	"fasthold/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func newBox(t testing.TB) *secret.Box {
	t.Helper()
	keyset, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(keyset)
	require.NoError(t, err)
	return box
}

// opened migrates and opens a database.
func opened(t testing.TB, dsn string, now func() time.Time) *store.Store {
	t.Helper()
	require.NoError(t, store.Migrate(context.Background(), dsn))
	return reopened(t, dsn, now)
}

// reopened opens a database that has been migrated.
func reopened(t testing.TB, dsn string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, newBox(t), store.Options{Now: now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// Every test has a copy of one migrated file: migrating is most of what a test costs.
func TestSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "empty.db")
	require.NoError(t, store.Migrate(context.Background(), "sqlite:"+path))
	empty, err := os.ReadFile(path)
	require.NoError(t, err)
	storetest.Exercise(t, func(t testing.TB, now func() time.Time) *store.Store {
		path := filepath.Join(t.TempDir(), "fasthold.db")
		require.NoError(t, os.WriteFile(path, empty, 0o600))
		return reopened(t, "sqlite:"+path, now)
	})
}

func TestMemory(t *testing.T) {
	t.Parallel()
	storetest.Exercise(t, func(t testing.TB, now func() time.Time) *store.Store {
		return reopened(t, "sqlite::memory:", now) // which migrates itself
	})
}

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	storetest.Exercise(t, func(t testing.TB, now func() time.Time) *store.Store {
		return opened(t, pgtest.Schema(t), now)
	})
}
