package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/store"
	"fasthold/internal/store/pgtest"
)

// Both databases have the same columns, and take or refuse NULL alike.
func TestSameColumns(t *testing.T) {
	t.Parallel()
	columns := func(driver, dsn, query string) (list []string) {
		db, err := sql.Open(driver, dsn)
		require.NoError(t, err)
		defer db.Close()
		rows, err := db.Query(query)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var table, column string
			var required bool
			require.NoError(t, rows.Scan(&table, &column, &required))
			list = append(list, fmt.Sprintf("%s.%s required=%v", table, column, required))
		}
		return list
	}
	postgres := pgtest.Schema(t)
	opened(t, postgres, nil)
	path := filepath.Join(t.TempDir(), "fasthold.db")
	opened(t, "sqlite:"+path, nil)
	want := columns("pgx", postgres, `SELECT table_name, column_name, is_nullable = 'NO' FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name <> 'goose_db_version' ORDER BY table_name COLLATE "C", ordinal_position`)
	got := columns("sqlite", path, `SELECT t.name, c.name, c."notnull" OR c.type = 'INTEGER' AND c.pk = 1 FROM sqlite_master AS t, pragma_table_xinfo(t.name) AS c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'goose_db_version' ORDER BY t.name, c.cid`)
	require.NotEmpty(t, want)
	require.Equal(t, want, got)
}

// A schema that is not the program's own is refused, with what to do.
func TestOpenRefusesOtherSchema(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, driver := range []string{"sqlite", "pgx"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "fasthold.db")
			dsn, raw := "sqlite:"+path, path
			if driver == "pgx" {
				dsn = pgtest.Schema(t)
				raw = dsn
			}
			_, err := store.Open(ctx, dsn, newBox(t), store.Options{})
			require.ErrorContains(t, err, "run “migrate” first")
			require.NoError(t, store.Migrate(ctx, dsn))
			require.NoError(t, store.Migrate(ctx, dsn), "a second time is nothing")

			db, err := sql.Open(driver, raw)
			require.NoError(t, err)
			defer db.Close()
			_, err = db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, true)")
			require.NoError(t, err)
			_, err = store.Open(ctx, dsn, newBox(t), store.Options{})
			require.ErrorContains(t, err, "start a newer program")
			require.ErrorContains(t, store.Migrate(ctx, dsn), "start a newer program")
		})
	}
}

// A database is opened with the keyset it was written with, or not at all.
func TestOpenRefusesOtherKeyset(t *testing.T) {
	t.Parallel()
	ctx, dsn, box := context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "fasthold.db"), newBox(t)
	require.NoError(t, store.Migrate(ctx, dsn))
	for range 2 {
		s, err := store.Open(ctx, dsn, box, store.Options{})
		require.NoError(t, err)
		require.NoError(t, s.Ping(ctx))
		require.NoError(t, s.Close())
	}
	_, err := store.Open(ctx, dsn, newBox(t), store.Options{})
	require.Equal(t, casework.Invalid, casework.CodeOf(err))
	require.ErrorContains(t, err, "keyset")
}

// A DSN that cannot be used is told without its password.
func TestOpenRefusesDSN(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{
		"", "mysql://x", "sqlite:", "postgres://u:hunter2@127.0.0.1:1/db", "postgres://u:hunter2@[", "postgres://u:hunter2@h:port/db",
		"sqlite:" + filepath.Join(t.TempDir(), "no", "folder.db"),
	} {
		_, err := store.Open(context.Background(), dsn, newBox(t), store.Options{})
		require.Error(t, err, dsn)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

// What is on the disk tells no person: numbers, names, notes, letters and raw events are sealed.
func TestDiskHoldsNoPerson(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := opened(t, "sqlite:"+filepath.Join(folder, "fasthold.db"), nil)
	secrets := []string{"2512169996", "251216-9996", "Nanna Berggren", "Hemmeligt notat", "Hemmeligt brev", "Hemmeligt svar", "Hemmelig plan", "Hemmelig reply"}
	fill(t, s, secrets)
	require.NoError(t, s.Ping(context.Background()))
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	var disk []byte
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		disk = append(disk, content...)
	}
	require.Contains(t, string(disk), "Ring til virksomheden", "what is no secret can be found")
	for _, secret := range secrets {
		require.False(t, bytes.Contains(disk, []byte(secret)), secret)
	}
}

func fill(t *testing.T, s *store.Store, secrets []string) {
	t.Helper()
	ctx := context.Background()
	cpr, err := casework.ParseCPR(secrets[0])
	require.NoError(t, err)
	c, err := s.OpenCase(ctx, casework.NewCase{
		Municipality: "0657", Citizen: casework.Citizen{CPR: cpr, Name: secrets[2]}, Facts: casework.Facts{FirstAbsenceDay: "2026-02-20"},
	})
	require.NoError(t, err)
	_, err = s.AddNote(ctx, c.ID, secrets[3])
	require.NoError(t, err)
	_, err = s.SaveLetter(ctx, c.ID, 1, "letter", casework.Letter{CaseID: c.ID, Subject: secrets[4], Body: secrets[4]})
	require.NoError(t, err)
	answer, err := s.SaveAnswer(ctx, casework.Answer{
		TaskID: "t", CaseID: c.ID, Notes: []string{secrets[5]}, Plan: []casework.PlanLine{{Action: secrets[6]}}, Meeting: map[string]string{"place": secrets[5]},
	})
	require.NoError(t, err)
	_, err = s.Apply(ctx, casework.Projection{
		Instance: casework.Instance{ID: c.ID, CaseID: c.ID, State: casework.InstanceActive}, Sequence: 1, At: time.Now(),
		Tasks: []casework.Task{{ID: "t", Name: "Ring til virksomheden", State: casework.TaskCompleted, Answer: answer}},
	})
	require.NoError(t, err)
	_, err = s.Recall(ctx, "k", "r")
	require.NoError(t, err)
	require.NoError(t, s.Remember(ctx, "k", casework.Reply{Status: 200, Body: []byte(secrets[7])}))
	_, err = s.Cases(ctx, casework.CaseFilter{CPR: cpr})
	require.NoError(t, err)
}

// A file keeps what was written when it is opened again, by another program even while the first has it open.
func TestTwoProcessesOneFile(t *testing.T) {
	t.Parallel()
	ctx, dsn, box := context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "med mellemrum & ø?.db"), newBox(t)
	require.NoError(t, store.Migrate(ctx, dsn))
	open := func() *store.Store {
		s, err := store.Open(ctx, dsn, box, store.Options{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	}
	stores := []*store.Store{open(), open()}
	errs := make(chan error, 200)
	for i := range cap(errs) {
		go func() {
			_, err := stores[i%2].Apply(ctx, casework.Projection{
				Instance: casework.Instance{ID: fmt.Sprint(i), State: casework.InstanceActive}, Sequence: 1, History: []casework.Step{{Kind: "started"}},
			})
			errs <- err
		}()
	}
	for range cap(errs) {
		require.NoError(t, <-errs)
	}
	list, err := stores[0].Instances(ctx, casework.InstanceFilter{Page: casework.Page{Limit: 200}})
	require.NoError(t, err)
	require.Len(t, list.Items, 200)
}
