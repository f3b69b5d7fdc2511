package casework

import (
	"encoding/json"
	"time"
)

// InstanceState is where a process instance stands.
type InstanceState string

// Instance states. An instance with at least one open incident shows as InstanceIncident and still goes on elsewhere.
const (
	InstanceActive    InstanceState = "active"
	InstanceSuspended InstanceState = "suspended"
	InstanceIncident  InstanceState = "incident"
	InstanceCompleted InstanceState = "completed"
	InstanceCanceled  InstanceState = "canceled"
)

// Open reports whether an instance in this state can still do something.
func (s InstanceState) Open() bool { return s != InstanceCompleted && s != InstanceCanceled }

// Instance is the projection of one process instance, that is of one workflow.
type Instance struct {
	ID            string          `json:"id"` // the workflow id
	ProcessID     string          `json:"processId"`
	Version       int             `json:"version"`
	Definition    string          `json:"definition"` // content hash of the definition it runs
	BusinessKey   string          `json:"businessKey,omitempty"`
	CaseID        string          `json:"caseId,omitempty"` // "" when the instance belongs to no case
	ParentID      string          `json:"parentId,omitempty"`
	ParentElement string          `json:"parentElement,omitempty"`
	RestartedFrom string          `json:"restartedFrom,omitempty"` // instance that ended and goes on in this one
	State         InstanceState   `json:"state"`
	Variables     json.RawMessage `json:"variables"` // of the process scope, a JSON object
	StartedAt     time.Time       `json:"startedAt"`
	EndedAt       *time.Time      `json:"endedAt,omitempty"`
}

// Projection is what one burst of steps of one instance changed. It has one writer, the instance's workflow, and one reader, the store,
// which applies it in one transaction and ignores one that it has applied: an activity may run twice.
type Projection struct {
	Instance Instance  `json:"instance"`
	Sequence int64     `json:"sequence"` // rises within the instance
	At       time.Time `json:"at"`
	// Digest is a hash of this projection, and Before that of the last one the workflow knows to be applied: what the store has must be that one.
	Digest string `json:"digest,omitempty"`
	Before string `json:"before,omitempty"`
	// Whole tells that the lists hold everything that is open, so that whatever the store has beside them is gone: a rebuild.
	Whole bool `json:"whole,omitempty"`
	// Replaces is, in a Whole projection that mends what was lost with a worker, the first sequence whose history never happened.
	Replaces      int64          `json:"replaces,omitempty"`
	Tasks         []Task         `json:"tasks,omitempty"`         // opened, changed or ended
	Elements      []Element      `json:"elements,omitempty"`      // entered, changed or left
	Timers        []Timer        `json:"timers,omitempty"`        // set, moved or gone
	Subscriptions []Subscription `json:"subscriptions,omitempty"` // opened or gone
	Incidents     []Incident     `json:"incidents,omitempty"`     // raised or resolved
	History       []Step         `json:"history,omitempty"`       // in the order it happened
	Signals       []Signal       `json:"signals,omitempty"`       // thrown, to all but the instance itself, which has had them
}

// Rows is about how many rows of the store the projection changes.
func (p *Projection) Rows() int {
	return len(p.Tasks) + len(p.Elements) + len(p.Timers) + len(p.Subscriptions) + len(p.Incidents) + len(p.History) + len(p.Signals)
}

// Applied is what became of a projection.
type Applied struct {
	// Diverged tells that the store holds a projection the workflow does not know of, up to Sequence, and applied nothing: a Whole one mends it.
	Diverged bool  `json:"diverged,omitempty"`
	Sequence int64 `json:"sequence,omitempty"`
}

// Stored names the last projection of an instance that the store has, or that a workflow knows the store to have.
type Stored struct {
	InstanceID string `json:"instanceId"`
	Sequence   int64  `json:"sequence"`
	Digest     string `json:"digest,omitempty"`
}

// TaskState is where a user task stands.
type TaskState string

// Task states.
const (
	TaskOpen      TaskState = "open"
	TaskCompleted TaskState = "completed"
	TaskCanceled  TaskState = "canceled"
)

// Task is a user task: work that waits for a person.
type Task struct {
	ID              string     `json:"id"` // TaskID(instance, key)
	Key             int64      `json:"key"`
	ElementID       string     `json:"elementId"`
	Name            string     `json:"name"`
	Form            string     `json:"form,omitempty"` // form id, "" when the task has none
	State           TaskState  `json:"state"`
	Assignee        string     `json:"assignee,omitempty"` // user id
	Owner           string     `json:"owner,omitempty"`    // of a delegated task, who gets it back
	CandidateGroups []string   `json:"candidateGroups,omitempty"`
	CandidateUsers  []string   `json:"candidateUsers,omitempty"`
	Priority        int        `json:"priority"` // 0–100, 50 when the definition says nothing
	DueAt           *time.Time `json:"dueAt,omitempty"`
	FollowUpAt      *time.Time `json:"followUpAt,omitempty"`
	CreatedAt       time.Time  `json:"createdAt"`
	EndedAt         *time.Time `json:"endedAt,omitempty"`
	// EndedBy is the user who completed it, and Answer the id of the answer saved with it (Answer.ID), which the store files as case data
	// in the transaction that applies this projection.
	EndedBy string `json:"endedBy,omitempty"`
	Answer  string `json:"answer,omitempty"`
}

// Element is an element instance that holds a token.
type Element struct {
	Key       int64     `json:"key"`
	Parent    int64     `json:"parent,omitempty"` // key of the scope it is in, 0 for that of the process
	ElementID string    `json:"elementId"`
	Name      string    `json:"name,omitempty"`
	Type      string    `json:"type"`            // BPMN element type, e.g. userTask
	State     string    `json:"state"`           // what it waits for: task, job, timer, message, child, join, scope, event, incident
	Child     string    `json:"child,omitempty"` // instance id of the called process
	Since     time.Time `json:"since"`
	// Variables are its own, a JSON object, nil for none. It sees those of the scopes around it, too; the outermost are Instance.Variables.
	Variables json.RawMessage `json:"variables,omitempty"`
	Gone      bool            `json:"gone,omitempty"`
}

// Timer is a timer that will fire.
type Timer struct {
	ID        string    `json:"id"` // unique within the instance
	Key       int64     `json:"key"`
	ElementID string    `json:"elementId"`
	Name      string    `json:"name,omitempty"`
	DueAt     time.Time `json:"dueAt"`
	Gone      bool      `json:"gone,omitempty"`
}

// Subscription is a message, or a signal, that an element waits for.
type Subscription struct {
	Key            int64  `json:"key"` // unique within the instance
	ElementID      string `json:"elementId"`
	Name           string `json:"name"`
	CorrelationKey string `json:"correlationKey"`
	Signal         bool   `json:"signal,omitempty"`
	Gone           bool   `json:"gone,omitempty"`
}

// Incident is a token that cannot go on until somebody acts.
type Incident struct {
	Key       int64     `json:"key"` // of the element instance
	ElementID string    `json:"elementId"`
	Code      string    `json:"code"`
	Message   string    `json:"message"` // a sentence a person can act on, without personal data
	RaisedAt  time.Time `json:"raisedAt"`
	Resolved  bool      `json:"resolved,omitempty"`
}

// Step is one entry in the history of an instance.
type Step struct {
	Kind      string          `json:"kind"` // entered, completed, canceled, flow, timer, message, error, incident, resolved, assigned, decision, started, ended
	Key       int64           `json:"key,omitempty"`
	ElementID string          `json:"elementId,omitempty"`
	Name      string          `json:"name,omitempty"`
	Type      string          `json:"type,omitempty"`
	Actor     string          `json:"actor,omitempty"`  // user id of whoever caused it; "" when the process did
	Detail    json.RawMessage `json:"detail,omitempty"` // what it was done with: variables that were set, the evaluation of a decision
}
