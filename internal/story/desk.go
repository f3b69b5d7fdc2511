package story

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"fasthold/definitions"
	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/form"
)

// jobs does the jobs of a story: each completes at once, most with nothing.
type jobs struct {
	mu      sync.Mutex
	ran     []Job
	letters int
}

// do does a job and returns its variables.
func (w *jobs) do(j Job) json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	j.Headers = maps.Clone(j.Headers)
	w.ran = append(w.ran, j)
	switch j.Type {
	case "assign-consultant":
		return json.RawMessage(`{"consultant":"consultant"}`)
	case "send-letter":
		w.letters++
		return fmt.Appendf(nil, `{"letterId":"l%d"}`, w.letters)
	}
	return nil
}

func (w *jobs) done() []Job {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Job(nil), w.ran...)
}

// fill checks an answer against the form of a task, as the API does, and returns the variables that complete it.
func fill(d *definitions.Definition, e *bpmn.Element, answer json.RawMessage, env *feel.Env) (json.RawMessage, error) {
	f := formOf(d, e)
	if f == nil {
		return answer, nil
	}
	if answer == nil {
		answer = json.RawMessage(`{}`)
	}
	values, wrong, err := f.ValidateJSON(answer, env)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the form %s refuses %s: %s", f.ID, wrong[0].Pointer, wrong[0].Message)
	}
	return encode(values), err
}

func formOf(d *definitions.Definition, e *bpmn.Element) *form.Form {
	if e.UserTask == nil {
		return nil
	}
	return d.Forms[e.UserTask.Form]
}
