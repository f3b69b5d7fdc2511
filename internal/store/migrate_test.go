package store

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/internal/store/pgtest"
)

// Letters that were there keep what they have when they come to be known by their element too.
func TestMigrationKeepsLetters(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]func() string{
		"SQLite":     func() string { return "sqlite:" + filepath.Join(t.TempDir(), "fasthold.db") },
		"PostgreSQL": func() string { return pgtest.Schema(t) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			db, err := openPools(ctx, dsn())
			require.NoError(t, err)
			t.Cleanup(func() {
				for _, pool := range db.pools() {
					require.NoError(t, pool.Close())
				}
			})
			migrator, err := db.migrator()
			require.NoError(t, err)
			_, err = migrator.UpTo(ctx, 3)
			require.NoError(t, err)
			do := func(statement string) error {
				_, err := db.writer.ExecContext(ctx, statement)
				return err
			}
			require.NoError(t, do(`INSERT INTO cases (id, number, state, outcome, municipality, cpr_index, cvr, p_number, se, company_name, contact_name,
				contact_phone, contact_email, consultant, facts, search, started, instance_id, opened_at, version)
				VALUES ('c', '1', 'open', '', '', '', '', '', '', '', '', '', '', '', '{}', '', true, '', '2026-03-02 08:00:00+00:00', 1)`))
			const letters = `INSERT INTO letters (id, case_id, instance_id, element_key, template, receiver, subject, body, at`
			require.NoError(t, do(letters+`) VALUES ('old', 'c', 'i', 3, 'info', 'citizen', 'abc', 'def', '2026-03-02 08:00:00+00:00')`))
			require.NoError(t, db.migrate(ctx))

			var template, receiver, element string
			var subject, body []byte
			require.NoError(t, db.reader.QueryRowContext(ctx, "SELECT template, receiver, subject, body, element_id FROM letters WHERE id = 'old'").
				Scan(&template, &receiver, &subject, &body, &element))
			require.Equal(t, []string{"info", "citizen", "abc", "def", ""}, []string{template, receiver, string(subject), string(body), element})
			again := func(id string) error {
				return do(letters + `, element_id) VALUES ('` + id + `', 'c', 'i', 3, '', '', '', '', '2026-03-02 08:00:00+00:00', 'e')`)
			}
			require.NoError(t, again("another"), "the key was given to another element")
			require.Error(t, again("second"), "once for an element and a key")
		})
	}
}
