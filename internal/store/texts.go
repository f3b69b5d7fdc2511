package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// texts is a column that holds a JSON list of texts.
type texts []string

// Value writes the list.
func (t texts) Value() (driver.Value, error) {
	if t == nil {
		return "[]", nil
	}
	text, err := json.Marshal([]string(t))
	return string(text), err
}

// Scan reads the list; an empty one is nil.
func (t *texts) Scan(value any) error {
	var text []byte
	switch v := value.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return fmt.Errorf("a list of texts is no %T", value)
	}
	var list []string
	if err := json.Unmarshal(text, &list); err != nil || len(list) == 0 {
		*t = nil
		return err
	}
	*t = list
	return nil
}
