package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/google/uuid"

	"fasthold/definitions/feel"
	"fasthold/definitions/form"
	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
)

// taskForm is what a page needs to draw a task's form.
type taskForm struct {
	Schema object `json:"schema" doc:"form-js schema; without components when the task has no form"`
	Data   object `json:"data" doc:"Values to begin with, by the keys of the form's fields"`
}

// formless is the schema of a task without a form.
const formless = `{"type":"default","components":[]}`

// formOf is a task's form as it was deployed with the instance's definition.
type formOf struct {
	*form.Form
	source json.RawMessage
}

// formOf returns nil for a task without a form.
func (s *Server) formOf(ctx context.Context, t casework.TaskView) (*formOf, error) {
	if t.Form == "" {
		return nil, nil
	}
	d, err := s.library.definition(ctx, t.Definition)
	if err != nil {
		return nil, err
	}
	source, ok := formSource(d, t.Form)
	if !ok {
		return nil, fail(casework.Conflict, "Opgavens formular %s mangler i processens definition. Sig det til den, der har lavet processen.", t.Form)
	}
	return &formOf{d.Forms[t.Form], source}, nil
}

func (s *Server) taskForm(ctx context.Context, in *byID) (*output[taskForm], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	f, err := s.formOf(ctx, t)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return answer(taskForm{Schema: object(formless)}, nil)
	}
	data, err := f.prefill(t.Variables)
	return answer(taskForm{object(f.source), object(data)}, err)
}

// prefill picks the variables that the form has fields for.
func (f *formOf) prefill(variables json.RawMessage) (json.RawMessage, error) {
	if len(variables) == 0 {
		return nil, nil
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(variables, &all); err != nil {
		return nil, err
	}
	data := map[string]json.RawMessage{}
	for _, field := range f.Fields() {
		name := firstName(field.Key)
		if v, ok := all[name]; ok && !bytes.Equal(v, []byte("null")) {
			data[name] = v
		}
	}
	return json.Marshal(data)
}

// firstName is the variable that a field's key begins with: lines[].who begins with lines.
func firstName(key string) string {
	for i, r := range key {
		if r == '.' || r == '[' {
			return key[:i]
		}
	}
	return key
}

type completeInput struct {
	Change
	Body struct {
		Variables object `json:"variables,omitempty" doc:"What was filled in, by the keys of the form's fields; without a form any object"`
	}
}

func (s *Server) completeTask(ctx context.Context, in *completeInput) (*output[task], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	// A request that comes again may find the task done by itself: the workflow knows it by its id and says the same as before.
	if again := in.Key != "" && t.EndedBy == actor(ctx).ID; !again {
		if err := stillOpen(t); err != nil {
			return nil, err
		}
	}
	if t.Owner != "" && t.State == casework.TaskOpen {
		return nil, fail(casework.Conflict, "Opgaven er uddelegeret. Den skal gives tilbage, før den kan afsluttes.")
	}
	if err := mayDo(actor(ctx), t); err != nil {
		return nil, err
	}
	if err := s.complete(ctx, t, updateID(ctx, in.Key), in.Body.Variables); err != nil {
		return nil, err
	}
	return s.taskNow(ctx, in.ID)
}

func (s *Server) complete(ctx context.Context, t casework.TaskView, id string, sent object) error {
	variables, kept, err := s.filledIn(ctx, t, sent)
	if err != nil {
		return err
	}
	request := workflows.Request{Key: t.Key, Variables: variables}
	if kept.any() {
		kept.ID, kept.TaskID, kept.CaseID, kept.Author = id, t.ID, t.CaseID, actor(ctx).ID
		if request.Answer, err = s.Store.SaveAnswer(ctx, kept.Answer); err != nil {
			return err
		}
	}
	err = lateForTask(s.update(ctx, t.InstanceID, workflows.CompleteTaskUpdate, id, request))
	if err != nil && request.Answer != "" && refused(err) {
		if removal := s.Store.RemoveAnswer(ctx, request.Answer); removal != nil {
			s.Log.ErrorContext(ctx, "the answer of a refused completion was not removed", "error", removal)
		}
	}
	return err
}

// refused reports whether an error means that nothing was done, for certain.
func refused(err error) bool {
	switch casework.CodeOf(err) {
	case casework.Conflict, casework.Invalid, casework.NotFound:
		return true
	}
	return false
}

// filledIn checks what was filled in, and takes out of it what is case data.
func (s *Server) filledIn(ctx context.Context, t casework.TaskView, sent object) (json.RawMessage, kept, error) {
	raw, err := sent.checked()
	if err != nil {
		return nil, kept{}, err
	}
	f, err := s.formOf(ctx, t)
	if f == nil || err != nil {
		return raw, kept{}, err
	}
	env, err := s.formEnv(ctx, t)
	if err != nil {
		return nil, kept{}, err
	}
	values, wrong, err := f.ValidateJSON(raw, env)
	if err != nil {
		return nil, kept{}, fail(casework.Invalid, "Formularen kunne ikke kontrolleres: %s", err)
	}
	if len(wrong) > 0 {
		return nil, kept{}, formProblem(wrong)
	}
	checked, err := json.Marshal(feel.JSON{Value: values})
	if err != nil {
		return nil, kept{}, err
	}
	return split(f.source, checked)
}

// formEnv is what the form's expressions see: the task's variables, the instance's time, the municipality's calendar.
func (s *Server) formEnv(ctx context.Context, t casework.TaskView) (*feel.Env, error) {
	env := &feel.Env{Vars: feel.Variables{}, Now: s.now(ctx, t.InstanceID).In(workday.Zone())}
	if len(t.Variables) > 0 {
		v, err := feel.FromJSON(t.Variables)
		if err != nil {
			return nil, err
		}
		if vars, ok := v.(*feel.Context); ok {
			env.Vars = vars
		}
	}
	settings, err := calendarSettings(ctx, s.Store, actor(ctx).Municipality)
	if err != nil {
		return nil, err
	}
	calendar, err := workday.New(settings)
	env.Calendar = calendar
	return env, err
}

func formProblem(wrong []form.FieldError) error {
	p := &Problem{Type: "about:blank", Title: http.StatusText(http.StatusUnprocessableEntity), Status: http.StatusUnprocessableEntity,
		Detail: fieldsToMend}
	for _, w := range wrong {
		p.Errors = append(p.Errors, FieldError{Pointer: w.Pointer, Message: w.Message, Code: w.Code})
	}
	return p
}

// updateID makes an update's id of an idempotency key, so that a repeated request is one change also when the first answer was lost.
func updateID(ctx context.Context, key string) string {
	if key == "" {
		return uuid.NewString()
	}
	sum := sha256.Sum256([]byte(actor(ctx).ID + "\n" + key))
	return hex.EncodeToString(sum[:16])
}
