package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// component is what an outside tool reads of a form-js component.
type component struct {
	Type, Key, Path, Subtype string
	Readonly                 any
	DecimalDigits            *int
	Values                   []struct{ Value any }
	Validate                 struct {
		Required             bool
		Min, Max             *float64
		MinLength, MaxLength *int
	}
	Components []component
}

// filler answers forms from their schemas alone, as a tool that knows no process would.
type filler struct {
	random *rand.Rand     // nil: the first value that is allowed, and nothing that is not required
	wishes map[string]any // values for some keys
}

// fill returns the variables that complete a task.
func (f filler) fill(h *house, id string) map[string]any {
	h.Helper()
	var form struct {
		Schema component
		Data   map[string]any
	}
	h.get("supervisor", "/tasks/"+id+"/form").is(200).read(&form)
	values := map[string]any{}
	f.level(h, form.Schema.Components, values)
	return values
}

func (f filler) level(h *house, components []component, into map[string]any) {
	h.Helper()
	for _, c := range components {
		switch {
		case c.Type == "group":
			f.level(h, c.Components, f.inner(into, c.Path))
		case c.Type == "dynamiclist":
			into[c.Path] = f.rows(h, c)
		case c.Key == "" || c.Type == "expression" || c.Readonly == true:
		case f.wishes[c.Key] != nil:
			into[c.Key] = f.wishes[c.Key]
		case c.Validate.Required || f.maybe():
			into[c.Key] = f.value(h, c)
		}
	}
}

func (f filler) inner(into map[string]any, path string) map[string]any {
	if path == "" {
		return into
	}
	inner := map[string]any{}
	into[path] = inner
	return inner
}

func (f filler) rows(h *house, c component) []map[string]any {
	rows := []map[string]any{}
	for range f.pick(3) {
		row := map[string]any{}
		f.level(h, c.Components, row)
		rows = append(rows, row)
	}
	return rows
}

// pick is a number below n.
func (f filler) pick(n int) int {
	if f.random == nil || n == 0 {
		return 0
	}
	return f.random.IntN(n)
}

func (f filler) maybe() bool { return f.pick(2) == 1 }

// value is one that the schema allows.
func (f filler) value(h *house, c component) any {
	h.Helper()
	switch c.Type {
	case "textfield", "textarea":
		return f.text(c)
	case "number":
		return f.number(c)
	case "radio", "select":
		require.NotEmpty(h, c.Values, "%s has no values", c.Key)
		return c.Values[f.pick(len(c.Values))].Value
	case "checklist", "taglist":
		return f.several(c)
	case "checkbox":
		return c.Validate.Required || f.maybe()
	case "datetime":
		return f.moment(h, c)
	}
	require.Failf(h, "an unknown field", "no tool can fill in a %q (%s)", c.Type, c.Key)
	return nil
}

func (f filler) text(c component) string {
	text := "Aftalt på mødet: gradvis tilbage, \"tre timer\" <dagligt> & så mere.\nÆblegrød 🍏"
	if f.maybe() && c.Validate.MaxLength != nil {
		text = strings.Repeat("å", *c.Validate.MaxLength) // the longest there may be
	}
	if c.Type == "textfield" {
		text = strings.ReplaceAll(text, "\n", " ")
	}
	if most := c.Validate.MaxLength; most != nil && len([]rune(text)) > *most {
		text = string([]rune(text)[:*most])
	}
	return text
}

func (f filler) number(c component) json.Number {
	low, high := 0.0, 1000.0
	if c.Validate.Min != nil {
		low = *c.Validate.Min
	}
	if c.Validate.Max != nil {
		high = *c.Validate.Max
	}
	decimals := 0
	if c.DecimalDigits != nil {
		decimals = *c.DecimalDigits
	}
	n := low + float64(f.pick(int(high-low)+1))
	if decimals > 0 && n < high && f.maybe() {
		n += 0.5
	}
	return json.Number(fmt.Sprint(n))
}

func (f filler) several(c component) []any {
	chosen := []any{}
	for i, v := range c.Values {
		if i == 0 && c.Validate.Required || f.maybe() {
			chosen = append(chosen, v.Value)
		}
	}
	return chosen
}

func (f filler) moment(h *house, c component) string {
	h.Helper()
	require.True(h, slices.Contains([]string{"date", "time"}, c.Subtype), "%s is a %s", c.Key, c.Subtype)
	if c.Subtype == "time" {
		return fmt.Sprintf("%02d:%02d", 8+f.pick(8), 15*f.pick(4))
	}
	return today().AddDays(f.pick(60)).String()
}

// complete fills in the form of a task and sends it; it must be accepted, and the task be gone from the list when it is.
func (h *house) complete(t task, f filler) {
	h.Helper()
	variables := f.fill(h, t.ID)
	var done task
	r := h.post("supervisor", "/tasks/"+t.ID+"/complete", map[string]any{"variables": variables})
	require.Equal(h, 200, r.status, "%s refused %v: %s", t.ElementID, variables, r.body)
	r.read(&done)
	require.Equal(h, "completed", done.State)
	for _, open := range h.tasks(t.CaseID) {
		require.NotEqual(h, t.ID, open.ID, "%s is still in the list", t.ElementID)
	}
}
