package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"fasthold/internal/casework"
	"fasthold/internal/secret"
)

// No list of tasks or cases reads or sorts all there is: an index gives the rows in the order asked for.
func TestListsUseIndexes(t *testing.T) {
	t.Parallel()
	s := openForTest(t)
	for _, municipality := range []string{"", "0657"} {
		ctx := casework.WithActor(context.Background(), casework.User{ID: "anna", Municipality: municipality})
		for _, f := range []casework.TaskFilter{
			{}, {Sort: "-dueAt"}, {Sort: "priority"}, {Sort: "-priority"}, {Sort: "createdAt"}, {Overdue: true}, {Groups: []string{"g"}}, {Text: "x"},
			{Assignee: "anna"}, {CaseID: "c"}, {Assignee: "anna", Overdue: true},
		} {
			requireIndexed(t, s, ctx, fmt.Sprintf("%q %+v", municipality, f), "tasks", func(tx *tx) error {
				search, err := newTaskSearch(f)
				require.NoError(t, err)
				_, err = tx.searchTasks(search)
				require.NoError(t, err)
				here := search.position(taskWithCase{})
				search.after = &here
				_, err = tx.searchTasks(search)
				return err
			})
		}
		for _, f := range []casework.CaseFilter{{}, {State: casework.CaseOpen}, {Consultant: "anna"}, {Text: "x"}} {
			requireIndexed(t, s, ctx, fmt.Sprintf("%q %+v", municipality, f), "cases", func(tx *tx) error {
				_, err := tx.searchCases(f)
				return err
			})
		}
	}
}

func openForTest(t *testing.T) *Store {
	t.Helper()
	keyset, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(keyset)
	require.NoError(t, err)
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "fasthold.db")
	require.NoError(t, Migrate(context.Background(), dsn))
	s, err := Open(context.Background(), dsn, box, Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// requireIndexed asks SQLite how it runs each query that do makes.
func requireIndexed(t *testing.T, s *Store, ctx context.Context, name, table string, do func(*tx) error) {
	t.Helper()
	db, err := openGorm(sqliteDialector{s.pools[1]})
	require.NoError(t, err)
	type query struct {
		text string
		vars []any
	}
	var queries []query
	remember := func(db *gorm.DB) { queries = append(queries, query{db.Statement.SQL.String(), db.Statement.Vars}) }
	require.NoError(t, db.Callback().Query().After("gorm:query").Register("remember", remember))
	require.NoError(t, db.Callback().Row().After("gorm:row").Register("remember", remember))
	require.NoError(t, do(s.begin(ctx, db.WithContext(ctx))))
	require.NotEmpty(t, queries)
	for _, q := range queries {
		var plan []struct{ Detail string }
		require.NoError(t, s.reader.Raw("EXPLAIN QUERY PLAN "+q.text, q.vars...).Scan(&plan).Error)
		for _, step := range plan {
			require.NotContains(t, step.Detail, "TEMP B-TREE", "%s\n%s", name, q.text)
			require.False(t, strings.HasPrefix(step.Detail, "SCAN "+table), "%s: %s\n%s", name, step.Detail, q.text)
			if strings.Contains(q.text, ", tasks.id) ") && strings.HasPrefix(step.Detail, "SEARCH tasks") {
				require.Contains(t, step.Detail, ",id)", "%s goes on where the part before ended\n%s", name, q.text)
			}
		}
	}
}
