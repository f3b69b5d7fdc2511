// Package workflows binds the engine to Temporal: one workflow runs one process instance. It applies events and does what the commands
// say, nothing else; time comes from the workflow context, and the world is reached through activities named by constants.
package workflows

import (
	"encoding/json"
	"fmt"
	"time"

	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// Names that clients use.
const (
	// TaskQueue is where workers of this system listen.
	TaskQueue = "fasthold"
	// ProcessWorkflow is the workflow type of a process instance.
	ProcessWorkflow = "Process"

	// MessageSignal carries a Message.
	MessageSignal = "message"
	// BroadcastSignal carries a casework.Signal.
	BroadcastSignal = "signal"
	// ChildSignal carries a ChildEnd from a called process to its caller.
	ChildSignal = "childEnded"

	// EscalationSignal carries an Escalation from a called process to its caller.
	EscalationSignal = "escalation"

	// StateQuery returns the instance's View.
	StateQuery = "state"
	// StoredQuery returns the casework.Stored that the instance knows the store to have.
	StoredQuery = "stored"
)

// Updates, each taking a Request and answering when the next tasks are in the store. Each may have a Reason.
const (
	CompleteTaskUpdate = "completeTask" // Key, Variables, Answer
	AssignTaskUpdate   = "assignTask"   // Key, Assignee, Claim
	DelegateTaskUpdate = "delegateTask" // Key, Assignee
	ResolveTaskUpdate  = "resolveTask"  // Key
	UpdateTaskUpdate   = "updateTask"   // Key, Task
	TriggerTimerUpdate = "triggerTimer" // Key, Timer
	MoveTimerUpdate    = "moveTimer"    // Key, Timer, Due
	RetryUpdate        = "retry"        // Key
	SetVariablesUpdate = "setVariables" // Key, Variables
	ActivateUpdate     = "activate"     // Element, Key of the ad-hoc sub-process (0: the only open one), Variables
	AdHocUpdate        = "adHocDone"    // Key of the ad-hoc sub-process (0: the only open one)
	CancelUpdate       = "cancel"       //
	ModifyUpdate       = "modify"       // Instructions, Reason
	MigrateUpdate      = "migrate"      // Migration
	SuspendUpdate      = "suspend"      // Reason
	ResumeUpdate       = "resume"       // Reason
	RebuildUpdate      = "rebuild"      // writes the whole projection anew
)

// Input starts a process instance.
type Input struct {
	ProcessID    string           `json:"processId"`
	Version      int              `json:"version"`
	Definition   string           `json:"definition"` // content hash
	StartElement string           `json:"startElement,omitempty"`
	Variables    json.RawMessage  `json:"variables,omitempty"`
	BusinessKey  string           `json:"businessKey,omitempty"`
	CaseID       string           `json:"caseId,omitempty"`
	CaseNumber   string           `json:"caseNumber,omitempty"`
	Municipality string           `json:"municipality,omitempty"`
	Calendar     workday.Settings `json:"calendar"`
	Actor        string           `json:"actor,omitempty"`
	// Interpreter is the version of the engine that the instance runs on as long as it lives: engine.Current for whoever starts one.
	Interpreter engine.Version `json:"interpreter,omitempty"`
	// Parent and ParentKey are the calling instance and the key of its call activity.
	Parent    string   `json:"parent,omitempty"`
	ParentKey int64    `json:"parentKey,omitempty"`
	Catches   []string `json:"catches,omitempty"`
	// Escalations are those that something around the call catches.
	Escalations []engine.EscalationCatch `json:"escalations,omitempty"`

	// Begin are the elements that it begins at in place of a start event.
	Begin []engine.Instruction `json:"begin,omitempty"`
	// RestartedFrom is the instance that ended and goes on in this one, and Reason the id of why, see Request.
	RestartedFrom string `json:"restartedFrom,omitempty"`
	Reason        string `json:"reason,omitempty"`

	// Carried is what the run before this one handed over when it continued as new.
	Carried *Carried `json:"carried,omitempty"`
}

// Carried is a whole instance between two runs.
type Carried struct {
	State     engine.State     `json:"state"`
	Sequence  int64            `json:"sequence"`
	Digest    string           `json:"digest,omitempty"` // of the last projection
	StartedAt time.Time        `json:"startedAt"`
	Children  map[int64]string `json:"children,omitempty"` // instance ids of called processes by call activity key
	Shown     Shown            `json:"shown"`
	Updates   []string         `json:"updates,omitempty"` // ids of those that were applied last
	Waiting   []Waiting        `json:"waiting,omitempty"` // jobs and calls that have not begun
}

// Output is how a process instance ended.
type Output struct {
	Status    engine.Status   `json:"status"`
	Variables json.RawMessage `json:"variables,omitempty"`
	Failure   *engine.Failure `json:"failure,omitempty"`
}

// Request is the argument of every update.
type Request struct {
	Actor     string          `json:"actor,omitempty"` // user id
	Key       int64           `json:"key,omitempty"`
	Timer     int64           `json:"timer,omitempty"`
	Due       time.Time       `json:"due,omitzero"`
	Assignee  string          `json:"assignee,omitempty"`
	Claim     bool            `json:"claim,omitempty"` // refuse when the task is somebody else's
	Variables json.RawMessage `json:"variables,omitempty"`
	Element   string          `json:"element,omitempty"`
	Answer    string          `json:"answer,omitempty"` // id of the saved answer, casework.Answer
	// Task is what is changed in a task.
	Task      *engine.TaskPatch `json:"task,omitempty"`
	Migration *Migration        `json:"migration,omitempty"`
	Reason    string            `json:"reason,omitempty"` // id of the reason that the store keeps
	// Instructions are those of a modification.
	Instructions []engine.Instruction `json:"instructions,omitempty"`
}

// Migration takes an instance to another version of its process.
type Migration struct {
	Definition string         `json:"definition"` // content hash of the target
	Version    int            `json:"version"`
	Mapping    engine.Mapping `json:"mapping,omitempty"`   // see engine.Migration
	Reference  string         `json:"reference,omitempty"` // id of the stored migration
}

// Reply is the answer of every update.
type Reply struct {
	Status   engine.Status `json:"status"`
	Sequence int64         `json:"sequence"`           // of the projection that holds the effects
	Children []string      `json:"children,omitempty"` // instances of called processes that are under way
	Parent   string        `json:"parent,omitempty"`   // of an instance that has ended: who goes on
}

// Message is a message for one instance.
type Message struct {
	Name           string          `json:"name"`
	CorrelationKey string          `json:"correlationKey"`
	Variables      json.RawMessage `json:"variables,omitempty"`
	ID             string          `json:"id,omitempty"`
	TTL            time.Duration   `json:"ttl,omitempty"`
}

// ChildEnd tells a caller how the process it called has ended.
type ChildEnd struct {
	Key    int64  `json:"key"`
	Output Output `json:"output"`
}

// Escalation tells a caller of an escalation out of the process it called, which goes on.
type Escalation struct {
	Key       int64           `json:"key"`
	Code      string          `json:"code"`
	Variables json.RawMessage `json:"variables,omitempty"`
}

// View is what the state query returns.
type View struct {
	State    engine.State `json:"state"`
	Sequence int64        `json:"sequence"`
	Wrong    []string     `json:"wrong,omitempty"` // tokens without a reason to wait, engine.State.Verify
	Now      time.Time    `json:"now"`
	// Definition, Interpreter and Calendar are what it takes to play the instance elsewhere.
	Definition  string           `json:"definition,omitempty"`
	Version     int              `json:"version,omitempty"`
	Interpreter engine.Version   `json:"interpreter,omitempty"`
	Calendar    workday.Settings `json:"calendar"`
}

// ChildID is the instance id of the process called by the node key of an instance, after so many retries of the call.
func ChildID(instance string, key int64, again int) string {
	if again > 0 {
		return fmt.Sprintf("%s-%dr%d", instance, key, again)
	}
	return fmt.Sprintf("%s-%d", instance, key)
}

// TaskID is the id of the task that the node key of an instance holds.
func TaskID(instance string, key int64) string { return fmt.Sprintf("%s.%d", instance, key) }

// TimerID is the id of a timer of the node key of an instance, unique within the instance.
func TimerID(key, timer int64) string { return fmt.Sprintf("%d.%d", key, timer) }
