package store

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"gorm.io/gorm"

	"fasthold/internal/casework"
)

const (
	defaultLimit = 50
	maxLimit     = 200
	maxCursor    = 512
	maxText      = 200
)

// limitOf returns how many rows a page asks for.
func limitOf(p casework.Page) (int, error) {
	switch {
	case p.Limit == 0:
		return defaultLimit, nil
	case p.Limit < 0 || p.Limit > maxLimit:
		return 0, field("limit", "Ask for 1 to %d items at a time.", maxLimit)
	default:
		return p.Limit, nil
	}
}

// position is where a list goes on: after the row with this sort value and id. At or Number is the sort value, both where a list is sorted by a
// number and then by a time.
type position struct {
	Sort   string     `json:"s"`
	At     *time.Time `json:"t,omitempty"`
	Number *int64     `json:"n,omitempty"`
	ID     string     `json:"i,omitempty"`
	Key    int64      `json:"k,omitempty"` // where an id is not enough
}

func (p position) values() (values []any) {
	if p.Number != nil {
		values = append(values, *p.Number)
	}
	if p.At != nil {
		values = append(values, *p.At)
	}
	return values
}

// fits reports whether a position is one in a list with this sort.
func (p position) fits(sort string) bool {
	timed := !counted[sort] || strings.TrimPrefix(sort, "-") == casework.SortPriority
	return p.Sort == sort && (p.Number != nil) == counted[sort] && (p.At != nil) == timed
}

func (p position) cursor() string {
	text, _ := json.Marshal(p) // cannot fail: times, numbers and texts
	return base64.RawURLEncoding.EncodeToString(text)
}

// counted are the sorts whose value is, or begins with, a number; that of the others is a time.
var counted = map[string]bool{"history": true, "timeline": true, "access": true, casework.SortPriority: true, "-" + casework.SortPriority: true}

// positionOf reads a cursor that was made for the same sort; nil for the first page.
func positionOf(cursor, sort string) (*position, error) {
	if cursor == "" {
		return nil, nil
	}
	var p position
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(cursor) > maxCursor || json.Unmarshal(text, &p) != nil || !p.fits(sort) {
		return nil, field("cursor", "Take the cursor from the answer before, with the same sort, or leave it out to start again.")
	}
	return &p, nil
}

// order says how a list is sorted: by a column, where there is a second one by that, and then by id, all up or all down, so that one index serves it.
type order struct {
	column, second, id string
	down               bool
}

func (o order) columns() []string {
	if o.second == "" {
		return []string{o.column, o.id}
	}
	return []string{o.column, o.second, o.id}
}

// page adds where to go on, the order and the limit to a query. It asks for one row more, which tells whether there is more.
func (o order) page(db *gorm.DB, after *position, limit int) *gorm.DB {
	direction, than, columns := "", ">", o.columns()
	if o.down {
		direction, than = " DESC", "<"
	}
	if after != nil {
		db = db.Where("("+strings.Join(columns, ", ")+") "+than+" ?", append(after.values(), after.ID))
	}
	return db.Order(strings.Join(columns, direction+", ") + direction).Limit(limit + 1)
}

// listOf makes a list of the rows of a page.
func listOf[R, T any](rows []R, limit int, item func(R) T, at func(R) position) casework.List[T] {
	var list casework.List[T]
	if len(rows) > limit {
		rows = rows[:limit]
		list.NextCursor = at(rows[limit-1]).cursor()
	}
	list.Items = make([]T, len(rows))
	for i, row := range rows {
		list.Items[i] = item(row)
	}
	return list
}

// field makes an Invalid error about one parameter.
func field(name, format string, args ...any) error {
	err := casework.Errorf(casework.Invalid, format, args...)
	err.Fields = []casework.FieldError{{Pointer: "/" + name, Message: err.Message}}
	return err
}
