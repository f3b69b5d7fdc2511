package store

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"fasthold/internal/casework"
)

// database is a DSN, opened. SQLite has one connection that writes, so that writers queue in Go instead of failing with "database is
// locked", and several that read beside it (write-ahead log); in memory one connection does both.
type database struct {
	writer, reader *sql.DB
	postgres       bool
	memory         bool
}

const (
	sqliteReaders     = 4
	postgresPool      = 20
	postgresIdle      = 8
	postgresIdleLimit = 5 * time.Minute
)

func openPools(ctx context.Context, dsn string) (*database, error) {
	path, isSQLite := strings.CutPrefix(dsn, "sqlite:")
	switch {
	case isSQLite && path == ":memory:":
		return openMemory()
	case isSQLite && path != "":
		return openSQLite(path)
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		return openPostgres(ctx, dsn)
	default:
		return nil, casework.Errorf(casework.Invalid, "The database is named by postgres://user@host/database, sqlite:PATH or sqlite::memory:.")
	}
}

func openMemory() (*database, error) {
	pool, err := sql.Open("sqlite", sqliteDSN(":memory:", "foreign_keys(1)"))
	if err != nil {
		return nil, internal("Open", err)
	}
	pool.SetMaxOpenConns(1)
	return &database{writer: pool, reader: pool, memory: true}, nil
}

func openSQLite(path string) (*database, error) {
	writer, err := sql.Open("sqlite", sqliteDSN(path, "busy_timeout(10000)", "journal_mode(wal)", "synchronous(normal)", "foreign_keys(1)"))
	if err != nil {
		return nil, internal("Open", err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", sqliteDSN(path, "busy_timeout(10000)", "query_only(1)"))
	if err != nil {
		return nil, internal("Open", err)
	}
	reader.SetMaxOpenConns(sqliteReaders)
	reader.SetMaxIdleConns(sqliteReaders)
	return &database{writer: writer, reader: reader}, nil
}

// sqliteDSN writes times as microseconds since 1970, so that they sort, and starts transactions with the write lock in hand, so that
// none has to be upgraded to it.
func sqliteDSN(path string, pragmas ...string) string {
	query := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}, "_time_integer_format": {"unix_micro"}, "_inttotime": {"1"}, "_timezone": {"UTC"}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}

func openPostgres(ctx context.Context, dsn string) (*database, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // the error may repeat the DSN with its password
		return nil, casework.Errorf(casework.Invalid, "The PostgreSQL DSN cannot be read; write postgres://user:password@host:port/database?sslmode=….")
	}
	config.RuntimeParams["timezone"] = "UTC"
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(readTimesInUTC))
	pool.SetMaxOpenConns(postgresPool)
	pool.SetMaxIdleConns(postgresIdle)
	pool.SetConnMaxIdleTime(postgresIdleLimit)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, internal("Open", err)
	}
	return &database{writer: pool, reader: pool, postgres: true}, nil
}

func readTimesInUTC(_ context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
	return nil
}

func (d *database) pools() []*sql.DB {
	if d.writer == d.reader {
		return []*sql.DB{d.writer}
	}
	return []*sql.DB{d.writer, d.reader}
}

func (d *database) dialector(pool *sql.DB) gorm.Dialector {
	if d.postgres {
		return postgres.New(postgres.Config{Conn: pool})
	}
	return sqliteDialector{pool}
}
