package form_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/definitions/form"
)

// What the schema alone tells to fill in is always accepted (design.md §7), and comes out as it went in.
func TestAnyAllowedValueIsAccepted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		components := []map[string]any{{"type": "text", "text": "Overskrift"}}
		sent := map[string]any{}
		for i := range rapid.IntRange(1, 12).Draw(r, "fields") {
			key := fmt.Sprintf("field%d", i)
			component, value := drawField(r)
			component["key"], component["label"] = key, "Felt"
			required := rapid.Bool().Draw(r, "required")
			validate, _ := component["validate"].(map[string]any)
			if validate == nil {
				validate = map[string]any{}
			}
			validate["required"] = required
			component["validate"] = validate
			components = append(components, component)
			if required || rapid.Bool().Draw(r, "filled in") {
				sent[key] = value
			}
		}
		source, err := json.Marshal(map[string]any{"id": "f", "components": components})
		require.NoError(t, err)
		f, problems := form.Parse("f.form", source)
		require.Empty(t, problems)
		body, err := json.Marshal(sent)
		require.NoError(t, err)
		variables, errors, err := f.ValidateJSON(body, env())
		require.NoError(t, err)
		require.Empty(t, errors, "%s\n%s", source, body)
		require.JSONEq(t, string(body), asJSON(variables))
	})
}

// drawField gives a component and a value that it allows.
func drawField(r *rapid.T) (component map[string]any, value any) {
	word := rapid.StringMatching(`[a-zæøå]{1,8}`)
	options := []string{"a", "b", "c"}
	values := []map[string]any{{"label": "A", "value": "a"}, {"label": "B", "value": "b"}, {"label": "C", "value": "c"}}
	switch kind := rapid.SampledFrom([]string{"textfield", "textarea", "number", "checkbox", "select", "radio", "checklist", "taglist", "datetime", "email", "phone"}).Draw(r, "kind"); kind {
	case "textfield", "textarea":
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abcæøå 1-😀")), 1, 30, -1).Draw(r, "text")
		return map[string]any{"type": kind, "validate": map[string]any{"maxLength": 60}}, text
	case "number":
		low := rapid.IntRange(-50, 50).Draw(r, "min")
		return map[string]any{"type": kind, "decimalDigits": 2, "validate": map[string]any{"min": low, "max": low + 10}},
			json.Number(fmt.Sprintf("%d.%02d", low+5, rapid.IntRange(0, 99).Draw(r, "cents")))
	case "checkbox":
		return map[string]any{"type": kind}, true
	case "select", "radio":
		return map[string]any{"type": kind, "values": values}, rapid.SampledFrom(options).Draw(r, "option")
	case "checklist", "taglist":
		return map[string]any{"type": kind, "values": values}, rapid.SliceOfNDistinct(rapid.SampledFrom(options), 1, 3, rapid.ID).Draw(r, "options")
	case "datetime":
		subtype := rapid.SampledFrom([]string{"date", "time", "datetime"}).Draw(r, "subtype")
		return map[string]any{"type": kind, "subtype": subtype},
			map[string]string{"date": "2026-11-23", "time": "09:30", "datetime": "2026-11-23T09:30+01:00"}[subtype]
	case "email":
		return map[string]any{"type": "textfield", "validate": map[string]any{"validationType": kind}}, word.Draw(r, "user") + "@" + word.Draw(r, "host") + ".dk"
	default:
		return map[string]any{"type": "textfield", "validate": map[string]any{"validationType": kind}}, rapid.StringMatching(`(\+45 ?)?[0-9]{8}`).Draw(r, "phone")
	}
}
