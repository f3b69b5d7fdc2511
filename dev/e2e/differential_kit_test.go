package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// way is one of the ways in which a process runs, with all that it calls. Instances are named by what ChildID adds to the id of the caller: the
// simulated one by nothing.
type way interface {
	// do lets something happen to an instance. A refusal is an error that refusal can read.
	do(deed) error
	// sight is how things stand in an instance when everything has happened that follows at once.
	sight(at string) (sight, error)
}

// deed is something that happens to an instance.
type deed struct {
	at string
	engine.Event
	to    casework.ProcessDefinition // of a migration
	until time.Time                  // how long nothing but time passes, of one that is waited
}

// waited is that time passes, and timers fire. Nothing may be under way but the process itself, on whose clock a time is.
const waited engine.EventKind = "wait"

func (d deed) String() string {
	vars, _ := json.Marshal(d.Variables)
	text := fmt.Sprintf("%s%s %d %s%s%s %s", d.Kind, d.at, d.Key, d.Element, d.Name, d.Code, vars)
	if len(d.Instructions) > 0 {
		instructions, _ := json.Marshal(d.Instructions)
		text += string(instructions)
	}
	if d.Kind == waited {
		text += d.until.String()
	}
	if d.Migration != nil {
		mapping, _ := json.Marshal(d.Migration.Mapping)
		text += string(mapping)
	}
	return text
}

// sight is what has happened, in order, and the state of the instance but for times.
type sight struct {
	told  []string
	state string
}

func told(kind string, key int64, element, text string) string {
	return fmt.Sprintf("%s %d %s %s", kind, key, element, text)
}

func toldInStore(s casework.Step) string {
	var detail struct{ Text string }
	_ = json.Unmarshal(s.Detail, &detail) // there is none, or the workflow wrote it
	return told(s.Kind, s.Key, s.ElementID, detail.Text)
}

var instant = regexp.MustCompile(`\d{4}-\d\d-\d\dT[^" ]*`)

func timeless(text string) string { return instant.ReplaceAllString(text, "T") }

func standing(s engine.State) (string, error) {
	data, err := json.Marshal(s)
	return timeless(string(data)), err
}

// refusal is why a deed was refused, with all problems; "" when it was not.
func refusal(d deed, refused error) (string, error) {
	var problems []engine.Problem
	var findings []engine.Finding
	var code, text string
	var inside *engine.Rejection
	var outside *temporal.ApplicationError
	switch {
	case refused == nil:
		return "", nil
	case errors.As(refused, &inside):
		code, text, problems, findings = inside.Code, inside.Message, inside.Problems, inside.Findings
	case errors.As(refused, &outside):
		code, text = outside.Type(), outside.Message()
		if d.Kind == engine.Modify && outside.HasDetails() {
			refused = outside.Details(&problems)
		} else if d.Kind == engine.Migrate && outside.HasDetails() {
			refused = outside.Details(&findings)
		} else {
			refused = nil
		}
		if refused != nil {
			return "", refused
		}
	default:
		return "", refused
	}
	details, err := json.Marshal([]any{problems, findings})
	return timeless(fmt.Sprintf("%s: %s %s", code, text, details)), err
}

// shelf holds the processes of a story, as they are known to the ways that have no store.
type shelf struct {
	mu       sync.Mutex
	programs map[string]*engine.Program // by hash
	latest   map[string]casework.ProcessDefinition
}

func (s *shelf) put(d casework.ProcessDefinition, p *engine.Program) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.programs == nil {
		s.programs, s.latest = map[string]*engine.Program{}, map[string]casework.ProcessDefinition{}
	}
	s.programs[d.Hash], s.latest[d.ProcessID] = p, d
}

// Program finds what was put there.
func (s *shelf) Program(hash, _ string) (*engine.Program, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.programs[hash], nil
}

func (s *shelf) newest(process string) casework.ProcessDefinition {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest[process]
}

// outcome is what an activity returns for the event of a job.
func outcome(e engine.Event) (any, error) {
	if e.Kind == engine.ThrowError {
		vars, _ := json.Marshal(e.Variables) // values that came from JSON
		return nil, temporal.NewNonRetryableApplicationError(e.Text, casework.ErrorBPMN, nil, e.Code, json.RawMessage(vars))
	}
	return e.Variables, nil
}

// updateNames are those of the updates that events of people, and timers, come by.
var updateNames = map[engine.EventKind]string{
	engine.CompleteTask: workflows.CompleteTaskUpdate, engine.FireTimer: workflows.TriggerTimerUpdate, engine.SetVariables: workflows.SetVariablesUpdate,
	engine.Choose: workflows.ActivateUpdate, engine.CompleteAdHoc: workflows.AdHocUpdate, engine.Suspend: workflows.SuspendUpdate, engine.Resume: workflows.ResumeUpdate,
	engine.Retry: workflows.RetryUpdate, engine.Cancel: workflows.CancelUpdate, engine.Modify: workflows.ModifyUpdate, engine.Migrate: workflows.MigrateUpdate,
}

// request is the update that an event of a person, or a timer, comes by.
func request(d deed) (string, workflows.Request) {
	vars, _ := json.Marshal(d.Variables) // values that came from JSON
	r := workflows.Request{Key: d.Key, Timer: d.Timer, Element: d.Element, Variables: vars, Instructions: d.Instructions}
	if d.Migration != nil {
		r.Migration = &workflows.Migration{Definition: d.to.Hash, Version: d.to.Version, Mapping: d.Migration.Mapping}
	}
	return updateNames[d.Kind], r
}

// note is the signal that a message or a signal comes by.
func note(e engine.Event) (string, any) {
	vars, _ := json.Marshal(e.Variables) // values that came from JSON
	if e.Kind == engine.Signal {
		return workflows.BroadcastSignal, casework.Signal{Name: e.Name, ID: e.ID, Variables: vars}
	}
	return workflows.MessageSignal, workflows.Message{Name: e.Name, CorrelationKey: e.CorrelationKey, ID: e.ID, TTL: e.TTL, Variables: vars}
}

// asked are jobs that wait until the story says what comes of them, each once.
type asked struct {
	mu     sync.Mutex
	tokens map[string][]byte
}

func jobID(instance string, key int64) string { return instance + " " + strconv.FormatInt(key, 10) }

func (a *asked) job(ctx context.Context, j casework.Job) (json.RawMessage, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens == nil {
		a.tokens = map[string][]byte{}
	}
	a.tokens[jobID(j.InstanceID, j.Key)] = activity.GetInfo(ctx).TaskToken
	return nil, activity.ErrResultPending
}

// take returns what the outcome of a job has to be sent with.
func (a *asked) take(instance string, key int64) ([]byte, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	token, ok := a.tokens[jobID(instance, key)]
	delete(a.tokens, jobID(instance, key))
	return token, ok
}
