package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"

	schema "go.temporal.io/server/schema/sqlite"
)

// retention is how long a closed workflow can still be seen: as long as Danish job-retention files are kept in practice, and
// longer than any story's virtual time.
const retention = 10 * 365 * 24 * time.Hour

// driver is the name under which the Temporal server registers modernc.org/sqlite; whoever else needs SQLite in this process uses it too.
const driver = "sqlite"

// databaseFile is the server's database below the directory of [Options].
func databaseFile(dir string) string { return filepath.Join(dir, "temporal.db") }

// sqliteDatabase describes the server's database: a file in write-ahead mode, which survives a killed process (though the last
// moments may be lost with the power), or a memory database of its own.
func sqliteDatabase(dir string) *config.SQL {
	if dir == "" {
		return &config.SQL{
			PluginName:        sqlite.PluginName,
			DatabaseName:      uuid.NewString(),
			ConnectAttributes: map[string]string{"mode": "memory", "cache": "shared"},
		}
	}
	return &config.SQL{
		PluginName:        sqlite.PluginName,
		DatabaseName:      databaseFile(dir),
		ConnectAttributes: map[string]string{"mode": "rwc", "journal_mode": "wal", "synchronous": "normal"},
	}
}

// prepareDatabase sets up what is not there yet: the tables and the namespace. In memory the server makes the tables itself.
func prepareDatabase(ctx context.Context, dir string, cfg *config.Config) error {
	if dir != "" {
		if err := createTables(ctx, databaseFile(dir)); err != nil {
			return fmt.Errorf("set up %s: %w", databaseFile(dir), err)
		}
	}
	ns, err := schema.NewNamespaceConfig(clusterName, Namespace, false, SearchAttributes())
	if err != nil {
		return fmt.Errorf("describe the namespace: %w", err)
	}
	ns.Detail.Config.Retention = durationpb.New(retention)
	if err := schema.CreateNamespaces(cfg.Persistence.DataStores[sqlite.PluginName].SQL, ns); err != nil {
		return fmt.Errorf("create the namespace: %w", err)
	}
	return nil
}

// createTables makes the server's tables all or none, so that a start killed half-way leaves nothing behind.
func createTables(ctx context.Context, file string) (err error) {
	db, err := sql.Open(driver, "file:"+file+"?mode=rwc")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var tables int
	if err := tx.QueryRow("SELECT count(*) FROM sqlite_master WHERE name = 'namespaces'").Scan(&tables); err != nil || tables > 0 {
		return err
	}
	if err := schema.SetupSchemaOnDB(schemaWriter{tx: tx}); err != nil {
		return err
	}
	return tx.Commit()
}

// schemaWriter lends a transaction to the server's schema set-up, which calls nothing but Exec.
type schemaWriter struct {
	sqlplugin.AdminDB
	tx *sql.Tx
}

// Exec implements [sqlplugin.AdminDB].
func (w schemaWriter) Exec(statement string, args ...any) error {
	_, err := w.tx.Exec(statement, args...)
	return err
}

// dirLock keeps a second process out of a directory. It is an exclusive lock of SQLite, hence released by every operating system when
// the process ends, however it ends.
type dirLock struct {
	db *sql.DB
}

// lockDir creates dir when missing and takes its lock; no directory needs none.
func lockDir(dir string) (*dirLock, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the data directory: %w", err)
	}
	db, err := sql.Open(driver, "file:"+filepath.Join(dir, "lock.db")+"?_pragma=busy_timeout(0)&_pragma=locking_mode(exclusive)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(fmt.Errorf("the directory %s is in use by another process, stop that one or choose another directory: %w", dir, err), db.Close())
	}
	return &dirLock{db: db}, nil
}

func (l *dirLock) release() error { return l.db.Close() }
