package store

import (
	"encoding/base64"
	"encoding/json"
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

// position is where a list goes on: after the row with this sort value and id. Exactly one of At and Number is the sort value.
type position struct {
	Sort   string     `json:"s"`
	At     *time.Time `json:"t,omitempty"`
	Number *int64     `json:"n,omitempty"`
	ID     string     `json:"i,omitempty"`
	Key    int64      `json:"k,omitempty"` // where an id is not enough
}

func (p position) value() any {
	if p.At != nil {
		return *p.At
	}
	return *p.Number
}

func (p position) cursor() string {
	text, _ := json.Marshal(p) // cannot fail: times, numbers and texts
	return base64.RawURLEncoding.EncodeToString(text)
}

// counted are the sorts whose value is a number; that of the others is a time.
var counted = map[string]bool{"history": true, "timeline": true, "access": true, casework.SortPriority: true, "-" + casework.SortPriority: true}

// positionOf reads a cursor that was made for the same sort; nil for the first page.
func positionOf(cursor, sort string) (*position, error) {
	if cursor == "" {
		return nil, nil
	}
	var p position
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(cursor) > maxCursor || json.Unmarshal(text, &p) != nil || p.Sort != sort || (p.At == nil) != counted[sort] || (p.Number == nil) == counted[sort] {
		return nil, field("cursor", "Take the cursor from the answer before, with the same sort, or leave it out to start again.")
	}
	return &p, nil
}

// order says how a list is sorted: by a column and then by id, both up or both down, so that one index serves it.
type order struct {
	column, id string
	down       bool
}

// page adds where to go on, the order and the limit to a query. It asks for one row more, which tells whether there is more.
func (o order) page(db *gorm.DB, after *position, limit int) *gorm.DB {
	direction, than := "", ">"
	if o.down {
		direction, than = " DESC", "<"
	}
	if after != nil {
		db = db.Where("("+o.column+", "+o.id+") "+than+" (?, ?)", after.value(), after.ID)
	}
	return db.Order(o.column + direction + ", " + o.id + direction).Limit(limit + 1)
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
