package store

import (
	"database/sql"
	"errors"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/migrator"
	"gorm.io/gorm/schema"
	"modernc.org/sqlite"
)

// sqliteDialector is GORM's view of a pool of modernc.org/sqlite, the SQLite in Go that Temporal's server registers too. GORM's own
// dialector links the one in C, which costs a minute of building and needs a C compiler; it makes tables besides, which migrations do here.
type sqliteDialector struct{ pool *sql.DB }

var _ gorm.Dialector = sqliteDialector{}
var _ gorm.ErrorTranslator = sqliteDialector{}

// Name returns "sqlite".
func (sqliteDialector) Name() string { return "sqlite" }

// Initialize tells GORM which clauses SQLite knows.
func (d sqliteDialector) Initialize(db *gorm.DB) error {
	db.ConnPool = d.pool
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{
		CreateClauses:        []string{"INSERT", "VALUES", "ON CONFLICT", "RETURNING"},
		UpdateClauses:        []string{"UPDATE", "SET", "FROM", "WHERE", "RETURNING"},
		DeleteClauses:        []string{"DELETE", "FROM", "WHERE", "RETURNING"},
		LastInsertIDReversed: true,
	})
	// A transaction that writes holds the only write lock: there is no row to lock.
	db.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	return nil
}

// Migrator is there because the interface asks for it.
func (d sqliteDialector) Migrator(db *gorm.DB) gorm.Migrator {
	return migrator.Migrator{Config: migrator.Config{DB: db, Dialector: d}}
}

// DataTypeOf is asked by migrators only.
func (sqliteDialector) DataTypeOf(field *schema.Field) string { return string(field.DataType) }

// DefaultValueOf gives what an automatic key is inserted as.
func (sqliteDialector) DefaultValueOf(*schema.Field) clause.Expression {
	return clause.Expr{SQL: "NULL"}
}

// BindVarTo writes a placeholder.
func (sqliteDialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo quotes a name, or a table and a column with a dot between them.
func (sqliteDialector) QuoteTo(w clause.Writer, name string) {
	_, _ = w.WriteString(`"` + strings.ReplaceAll(strings.ReplaceAll(name, `"`, `""`), ".", `"."`) + `"`)
}

// Explain shows a statement.
func (sqliteDialector) Explain(statement string, vars ...any) string {
	return logger.ExplainSQL(statement, nil, `'`, vars...)
}

// SQLite's extended result codes, see https://www.sqlite.org/rescode.html.
const (
	constraintForeignKey = 787
	constraintPrimaryKey = 1555
	constraintUnique     = 2067
)

// Translate turns what SQLite says into GORM's errors.
func (sqliteDialector) Translate(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case constraintPrimaryKey, constraintUnique:
		return gorm.ErrDuplicatedKey
	case constraintForeignKey:
		return gorm.ErrForeignKeyViolated
	default:
		return err
	}
}
