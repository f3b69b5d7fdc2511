package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"fasthold/definitions/bpmn"
	"fasthold/internal/casework"
	"fasthold/internal/store"
	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// Page asks for a part of a list.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" doc:"Most items to answer; 50 when not given"`
	Cursor string `query:"cursor" maxLength:"512" doc:"nextCursor of the part before"`
}

func (p Page) page() casework.Page { return casework.Page{Limit: p.Limit, Cursor: p.Cursor} }

// list is a part of a list.
type list[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Where the list goes on; not there at the end"`
}

// listOf turns the items of a list into their shape.
func listOf[A, B any](l casework.List[A], shape func(A) B) list[B] {
	return list[B]{shapes(l.Items, shape), l.NextCursor}
}

func shapes[A, B any](items []A, shape func(A) B) []B {
	out := make([]B, len(items))
	for i, item := range items {
		out[i] = shape(item)
	}
	return out
}

// object is a JSON object that is passed on as it is.
type object json.RawMessage

// Schema describes any object.
func (object) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

// MarshalJSON writes the object; nothing is an empty one.
func (o object) MarshalJSON() ([]byte, error) {
	if len(o) == 0 {
		return []byte("{}"), nil
	}
	return o, nil
}

// UnmarshalJSON keeps the object.
func (o *object) UnmarshalJSON(data []byte) error {
	*o = append((*o)[:0], data...)
	return nil
}

// maxVariables bounds the variables of one request.
const maxVariables = 256 << 10

// checked returns the object for use as variables.
func (o object) checked() (json.RawMessage, error) {
	if len(o) > maxVariables {
		return nil, invalidField("/variables", "the variables are more than 256 kB")
	}
	if len(o) == 0 {
		return json.RawMessage("{}"), nil
	}
	if _, err := engine.ParseVariables(o); err != nil {
		return nil, invalidField("/variables", "the variables cannot be read: "+err.Error())
	}
	return json.RawMessage(o), nil
}

// maxSpan bounds every duration in a request.
const maxSpan = 10 * 366 * 24 * time.Hour

// duration reads an ISO 8601 duration such as P3W or PT1H, from a moment on since months differ; "" is none.
func duration(pointer, text string, from time.Time) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	span, err := bpmn.ParseSpan(text)
	if err != nil {
		return 0, invalidField(pointer, "this is no ISO 8601 duration such as P3W or PT1H")
	}
	d := span.After(from).Sub(from)
	if d < 0 || d > maxSpan {
		return 0, invalidField(pointer, "a duration is between nothing and ten years")
	}
	return d, nil
}

// person is who somebody is, as far as others need to know.
type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// names knows the users that the actor may see, by id.
type names map[string]casework.User

func (s *Server) names(ctx context.Context) (names, error) {
	users, err := s.Store.Users(ctx)
	if err != nil {
		return nil, err
	}
	n := make(names, len(users))
	for _, u := range users {
		n[u.ID] = u
	}
	return n, nil
}

// of returns a user's name; the id of one who is unknown.
func (n names) of(id string) string {
	if u, ok := n[id]; ok {
		return u.Name
	}
	return id
}

// calendarSettings are those of a municipality, or of everybody when it is "".
func calendarSettings(ctx context.Context, st *store.Store, municipality string) (settings workday.Settings, err error) {
	value, err := st.Setting(ctx, municipality, "calendar")
	if err != nil || value == nil {
		return workday.Default(), err
	}
	return settings, json.Unmarshal(value, &settings)
}
