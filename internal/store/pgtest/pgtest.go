// Package pgtest gives tests a PostgreSQL: the server that FASTHOLD_TEST_POSTGRES names, or one started here from binaries that are
// installed. Without either, tests are skipped and say so.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Variable names a server whose user may create schemas in the database, as a DSN: postgres://user@host/database.
const Variable = "FASTHOLD_TEST_POSTGRES"

// errMissing says that there is no server and no way to start one.
var errMissing = errors.New("no PostgreSQL: set " + Variable + " or install its binaries (Debian: postgresql)")

var (
	once    sync.Once
	address string
	failed  error
	stop    = func() {}
)

// Main runs a package's tests and then stops the server they started, also when the run is interrupted; call it from TestMain.
func Main(m *testing.M) int {
	defer func() { stop() }()
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupted
		stop()
		os.Exit(1)
	}()
	return m.Run()
}

// Schema makes an empty schema for one test and returns a DSN that works in it. The test is skipped when there is no PostgreSQL.
func Schema(t testing.TB) string {
	t.Helper()
	once.Do(func() { address, failed = server() })
	if errors.Is(failed, errMissing) {
		t.Skip(failed)
	}
	if failed != nil {
		t.Fatal(failed)
	}
	name := "test_" + strings.ToLower(rand.Text())
	run(t, "CREATE SCHEMA "+name)
	t.Cleanup(func() { run(t, "DROP SCHEMA "+name+" CASCADE") })
	dsn, err := url.Parse(address)
	if err != nil {
		t.Fatal("the DSN of the test server cannot be read")
	}
	query := dsn.Query()
	query.Set("search_path", name)
	dsn.RawQuery = query.Encode()
	return dsn.String()
}

func run(t testing.TB, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

func server() (string, error) {
	if dsn := os.Getenv(Variable); dsn != "" {
		return dsn, nil
	}
	binaries, err := binaries()
	if err != nil {
		return "", err
	}
	return start(binaries)
}

// binaries finds the folder with initdb and postgres, the newest version first.
func binaries() (string, error) {
	candidates, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for i := len(candidates) - 1; i >= 0; i-- {
		if isExecutable(candidates[i], "initdb") && isExecutable(candidates[i], "postgres") {
			return candidates[i], nil
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil && isExecutable(filepath.Dir(path), "postgres") {
			return filepath.Dir(path), nil
		}
	}
	return "", errMissing
}

func isExecutable(folder, name string) bool {
	_, err := exec.LookPath(filepath.Join(folder, name))
	return err == nil
}

// start makes a cluster in a temporary folder and runs a server on a Unix socket in it: nothing is opened to the network.
func start(binaries string) (string, error) {
	folder, err := os.MkdirTemp("", "fasthold-pg-")
	if err != nil {
		return "", err
	}
	as, err := unprivileged(folder)
	if err != nil {
		return "", err
	}
	data := filepath.Join(folder, "data")
	initdb := exec.Command(filepath.Join(binaries, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	initdb.SysProcAttr, initdb.Dir = as, folder
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	postgres := exec.Command(filepath.Join(binaries, "postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "max_connections=300", "-c", "max_locks_per_transaction=32", "-c", "timezone=America/New_York")
	postgres.SysProcAttr, postgres.Dir = as, folder
	if err := postgres.Start(); err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	stop = func() {
		_ = postgres.Process.Signal(syscall.SIGQUIT)
		_ = postgres.Wait()
		_ = os.RemoveAll(folder)
	}
	dsn := "postgres://postgres@/postgres?host=" + url.QueryEscape(folder)
	return dsn, ready(dsn)
}

// unprivileged says as whom to run: PostgreSQL refuses root.
func unprivileged(folder string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(account.Uid)
		gid, _ := strconv.Atoi(account.Gid)
		credential := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return &syscall.SysProcAttr{Credential: credential}, os.Chown(folder, uid, gid)
	}
	return nil, fmt.Errorf("%w; it does not run as root, and there is no user postgres or nobody", errMissing)
}

// ready waits until the server answers.
func ready(dsn string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	deadline := time.Now().Add(30 * time.Second)
	for {
		if err = db.Ping(); err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}
