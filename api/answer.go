package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"fasthold/internal/casework"
)

// Where a form's field says that its value is case data (its property "store"): it is kept in the store and never reaches a process.
const (
	storeNote       = "note"
	storePlan       = "plan"
	storeMilestones = "milestones"
	storeMeeting    = "meeting"
)

var stores = []string{storeNote, storePlan, storeMilestones, storeMeeting}

// component is what of a form-js component tells where its value goes.
type component struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Key        string `json:"key"`
	Path       string `json:"path"`
	Properties struct {
		Store string `json:"store"`
	} `json:"properties"`
	Components []component `json:"components"`
}

// name is the key of a field, or the path of what holds fields.
func (c component) name() string { return c.Key + c.Path }

// keeps reports whether the value of the component is case data. Only what has a name has a value.
func (c component) keeps() bool { return c.Properties.Store != "" && c.name() != "" }

// destination is a value that goes to the store.
type destination struct {
	path  []string
	store string
}

// destinations lists the values of a form that are case data.
func destinations(source json.RawMessage) ([]destination, error) {
	var root component
	if err := json.Unmarshal(source, &root); err != nil {
		return nil, err
	}
	return root.destinations(nil), nil
}

func (c component) destinations(at []string) (out []destination) {
	if c.name() != "" {
		at = append(slices.Clone(at), strings.Split(c.name(), ".")...)
	}
	if c.keeps() {
		return []destination{{at, c.Properties.Store}}
	}
	if c.Type == "dynamiclist" {
		return nil // its rows are kept or not as a whole
	}
	for _, inner := range c.Components {
		out = append(out, inner.destinations(at)...)
	}
	return out
}

// kept is case data on its way into the store.
type kept struct{ casework.Answer }

func (k kept) any() bool { return len(k.Notes)+len(k.Plan)+len(k.Milestones)+len(k.Meeting) > 0 }

// split takes the case data out of the checked values of a form.
func split(source, values json.RawMessage) (json.RawMessage, kept, error) {
	var k kept
	into, err := destinations(source)
	if err != nil || len(into) == 0 {
		return values, k, err
	}
	var tree map[string]any
	in := json.NewDecoder(bytes.NewReader(values))
	in.UseNumber()
	if err := in.Decode(&tree); err != nil {
		return nil, k, err
	}
	for _, d := range into {
		if err := k.keep(d, take(tree, d.path)); err != nil {
			return nil, k, err
		}
	}
	rest, err := json.Marshal(tree)
	return rest, k, err
}

// take removes the value at a path and returns it, nil for none.
func take(tree map[string]any, path []string) any {
	for len(path) > 1 {
		inner, ok := tree[path[0]].(map[string]any)
		if !ok {
			return nil
		}
		tree, path = inner, path[1:]
	}
	value := tree[path[0]]
	delete(tree, path[0])
	return value
}

func (k *kept) keep(d destination, value any) error {
	if value == nil {
		return nil
	}
	switch d.store {
	case storeNote:
		if text := strings.TrimSpace(textOf(value)); text != "" {
			k.Notes = append(k.Notes, text)
		}
	case storePlan:
		k.Plan = append(k.Plan, planLines(value, false)...)
	case storeMilestones:
		k.Milestones = append(k.Milestones, planLines(value, true)...)
	case storeMeeting:
		if k.Meeting == nil {
			k.Meeting = map[string]string{}
		}
		k.Meeting[d.path[len(d.path)-1]] = textOf(value)
	default:
		return fmt.Errorf("a form keeps %s in an unknown store %q", strings.Join(d.path, "."), d.store)
	}
	return nil
}

// planLines reads the rows of a list with the fields owner, action and due; one without an action is none.
func planLines(value any, milestone bool) (lines []casework.PlanLine) {
	rows, _ := value.([]any)
	for _, row := range rows {
		fields, _ := row.(map[string]any)
		if action := strings.TrimSpace(textOf(fields["action"])); action != "" {
			lines = append(lines, casework.PlanLine{Owner: textOf(fields["owner"]), Action: action, Due: textOf(fields["due"]), Milestone: milestone})
		}
	}
	return lines
}

// textOf writes a JSON value for people: a list with commas.
func textOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		return strings.Join(shapes(v, textOf), ", ")
	default:
		return fmt.Sprint(v)
	}
}
