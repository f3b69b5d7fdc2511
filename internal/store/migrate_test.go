package store

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/internal/store/pgtest"
)

// Letters that were there keep what they have when they come to be known by their element too.
func TestMigrationKeepsLetters(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *database) {
		do := db.filledAt(t, 3)
		require.NoError(t, do(`INSERT INTO cases (id, number, state, outcome, municipality, cpr_index, cvr, p_number, se, company_name, contact_name,
			contact_phone, contact_email, consultant, facts, search, started, instance_id, opened_at, version)
			VALUES ('c', '1', 'open', '', '', '', '', '', '', '', '', '', '', '', '{}', '', true, '', '2026-03-02 08:00:00+00:00', 1)`))
		const letters = `INSERT INTO letters (id, case_id, instance_id, element_key, template, receiver, subject, body, at`
		require.NoError(t, do(letters+`) VALUES ('old', 'c', 'i', 3, 'info', 'citizen', 'abc', 'def', '2026-03-02 08:00:00+00:00')`))
		require.NoError(t, db.migrate(t.Context()))

		var template, receiver, element string
		var subject, body []byte
		require.NoError(t, db.reader.QueryRowContext(t.Context(), "SELECT template, receiver, subject, body, element_id FROM letters WHERE id = 'old'").
			Scan(&template, &receiver, &subject, &body, &element))
		require.Equal(t, []string{"info", "citizen", "abc", "def", ""}, []string{template, receiver, string(subject), string(body), element})
		again := func(id string) error {
			return do(letters + `, element_id) VALUES ('` + id + `', 'c', 'i', 3, '', '', '', '', '2026-03-02 08:00:00+00:00', 'e')`)
		}
		require.NoError(t, again("another"), "the key was given to another element")
		require.Error(t, again("second"), "once for an element and a key")
	})
}

// What an open task could see before each scope kept its own variables, it still sees; what ended gives its copy up.
func TestMigrationKeepsVariables(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, db *database) {
		do := db.filledAt(t, 9)
		require.NoError(t, do(`INSERT INTO instances (id, process_id, version, definition, business_key, case_id, municipality, parent_id, parent_element, state,
			variables, started_at, sequence, digest) VALUES ('i', 'p', 1, 'd', '', '', '', '', '', 'active', '{}', '2026-03-02 08:00:00+00:00', 1, '')`))
		for key, state := range map[string]string{"1": "open", "2": "completed"} {
			require.NoError(t, do(`INSERT INTO elements (instance_id, key, element_id, name, type, state, child, since)
				VALUES ('i', `+key+`, 'e', '', 'userTask', 'task', '', '2026-03-02 08:00:00+00:00')`))
			require.NoError(t, do(`INSERT INTO tasks (id, instance_id, key, case_id, municipality, element_id, name, form, state, assignee, owner, candidate_groups,
				candidate_users, priority, due_at, created_at, ended_by, variables, search) VALUES ('t`+key+`', 'i', `+key+`, '', '', 'e', '', '', '`+state+`',
				'', '', '[]', '[]', 50, '2026-03-02 08:00:00+00:00', '2026-03-02 08:00:00+00:00', '', '{"seen":`+key+`}', '')`))
		}
		require.NoError(t, db.migrate(t.Context()))
		var kept string
		require.NoError(t, db.reader.QueryRowContext(t.Context(), "SELECT variables FROM elements WHERE key = 1").Scan(&kept))
		require.Equal(t, `{"seen":1}`, kept)
		require.NoError(t, db.reader.QueryRowContext(t.Context(), "SELECT variables FROM elements WHERE key = 2").Scan(&kept))
		require.Empty(t, kept)
	})
}

func eachDatabase(t *testing.T, test func(*testing.T, *database)) {
	for name, dsn := range map[string]func() string{
		"SQLite":     func() string { return "sqlite:" + filepath.Join(t.TempDir(), "fasthold.db") },
		"PostgreSQL": func() string { return pgtest.Schema(t) },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := openPools(t.Context(), dsn())
			require.NoError(t, err)
			t.Cleanup(func() {
				for _, pool := range db.pools() {
					require.NoError(t, pool.Close())
				}
			})
			test(t, db)
		})
	}
}

// filledAt brings an empty database to a version, and returns how to fill it then.
func (db *database) filledAt(t *testing.T, version int64) func(statement string) error {
	t.Helper()
	migrator, err := db.migrator()
	require.NoError(t, err)
	_, err = migrator.UpTo(t.Context(), version)
	require.NoError(t, err)
	return func(statement string) error {
		_, err := db.writer.ExecContext(t.Context(), statement)
		return err
	}
}
