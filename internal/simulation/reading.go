package simulation

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// fields says how each key of an object is read. A key that is not in it is refused.
type fields map[string]func(feel.Value) error

// read reads an object, key by key in its order.
func (f fields) read(v feel.Value) error {
	c, ok := v.(*feel.Context)
	if !ok {
		return fmt.Errorf("must be an object, not a %s", v.Kind())
	}
	for _, entry := range c.Entries() {
		set, known := f[entry.Name]
		if !known {
			return fmt.Errorf("unknown key %q; known are %s", entry.Name, strings.Join(slices.Sorted(maps.Keys(f)), ", "))
		}
		if err := set(entry.Value); err != nil {
			return fmt.Errorf("%s: %w", entry.Name, err)
		}
	}
	return nil
}

func text(to *string) func(feel.Value) error {
	return func(v feel.Value) error {
		s, ok := v.(feel.String)
		if !ok {
			return fmt.Errorf("must be a text, not a %s", v.Kind())
		}
		*to = string(s)
		return nil
	}
}

// key reads a correlation key: a text, or a number as text.
func key(to *string) func(feel.Value) error {
	return func(v feel.Value) error {
		if n, ok := v.(feel.Number); ok {
			*to = n.String()
			return nil
		}
		return text(to)(v)
	}
}

func flag(to *bool) func(feel.Value) error {
	return func(v feel.Value) error {
		b, ok := v.(feel.Bool)
		if !ok {
			return fmt.Errorf("must be true or false, not a %s", v.Kind())
		}
		*to = bool(b)
		return nil
	}
}

// whole reads a whole number between 1 and most.
func whole(to *int, most int64) func(feel.Value) error {
	return func(v feel.Value) error {
		if n, ok := v.(feel.Number); ok {
			if i, ok := n.Int64(); ok && i >= 1 && i <= most {
				*to = int(i)
				return nil
			}
		}
		return fmt.Errorf("must be a whole number from 1 to %d", most)
	}
}

func variables(to *engine.Variables) func(feel.Value) error {
	return func(v feel.Value) error {
		c, ok := v.(*feel.Context)
		if !ok {
			return fmt.Errorf("must be an object, not a %s", v.Kind())
		}
		*to = make(engine.Variables, 0, c.Len())
		for _, entry := range c.Entries() {
			*to = append(*to, engine.Variable{Name: entry.Name, Value: entry.Value})
		}
		return nil
	}
}

func span(to *bpmn.Span) func(feel.Value) error {
	return func(v feel.Value) error {
		var s string
		if err := text(&s)(v); err != nil {
			return err
		}
		parsed, err := bpmn.ParseSpan(s)
		if err != nil {
			return err
		}
		if start := time.Unix(0, 0).UTC(); parsed.After(start).Before(start) {
			return fmt.Errorf("%q goes back in time", s)
		}
		*to = parsed
		return nil
	}
}

// moment reads a date and time, or a date for its start, in the zone when it names none.
func moment(to *time.Time, zone *time.Location) func(feel.Value) error {
	return func(v feel.Value) error {
		var s string
		if err := text(&s)(v); err != nil {
			return err
		}
		parsed, _ := feel.ParseTemporal(s)
		switch at := parsed.(type) {
		case feel.DateTime:
			*to = at.Instant(zone)
			return nil
		case feel.Date:
			year, month, day := at.Parts()
			*to = time.Date(year, month, day, 0, 0, 0, 0, zone)
			return nil
		}
		return fmt.Errorf("%q is not a date and time such as 2026-11-23T08:00:00+01:00", s)
	}
}

// list reads up to most items.
func list(most int, item func(at int, v feel.Value) error) func(feel.Value) error {
	return func(v feel.Value) error {
		items, ok := v.(feel.List)
		if !ok {
			return fmt.Errorf("must be a list, not a %s", v.Kind())
		}
		if len(items) > most {
			return fmt.Errorf("has %d items, more than %d", len(items), most)
		}
		for i, x := range items {
			if err := item(i, x); err != nil {
				return err
			}
		}
		return nil
	}
}

func texts(to *[]string) func(feel.Value) error {
	return list(maxItems, func(_ int, v feel.Value) error {
		*to = append(*to, "")
		return text(&(*to)[len(*to)-1])(v)
	})
}
