package engine

import (
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
)

// Turn is what one Step did: commands for the world and a record of what happened, both in order. A Turn can be used again for the
// next Step, which then needs hardly any memory.
type Turn struct {
	Commands []Command
	Trace    []Record

	m machine
}

// CommandKind is what the world is asked to do.
type CommandKind string

// Command kinds, each with the fields of Command it sets besides Kind, Key and Element.
const (
	OpenTask    CommandKind = "openTask"    // the node's Task has the rest
	ChangeTask  CommandKind = "changeTask"  // the node's Task has the rest
	CloseTask   CommandKind = "closeTask"   // Done: completed, else canceled
	RunJob      CommandKind = "runJob"      // Job, Variables (the local ones, or all when nothing is mapped in)
	CancelJob   CommandKind = "cancelJob"   //
	SetTimer    CommandKind = "setTimer"    // Timer; one with a key that is set moves that timer
	CancelTimer CommandKind = "cancelTimer" // Timer.Key; also of one that has fired for the last time
	Subscribe   CommandKind = "subscribe"   // Subscription
	Unsubscribe CommandKind = "unsubscribe" // Subscription.Key
	StartChild  CommandKind = "startChild"  // Process, Variables, Catches, Escalations, Again
	CancelChild CommandKind = "cancelChild" //
	Escalate    CommandKind = "escalate"    // Code, Variables: to the caller, which goes on waiting for the end
	Broadcast   CommandKind = "broadcast"   // Name, Variables: a signal, to all but this instance, which has had it
	Finish      CommandKind = "finish"      // the instance has ended; State.Status says how
)

// Command asks the world to do something for the node Key. Element is the element it is about, in timers and subscriptions the event.
type Command struct {
	Kind         CommandKind
	Key          int64
	Element      *bpmn.Element
	Done         bool
	Job          Job
	Timer        Timer
	Subscription Subscription
	Process      string
	Again        int // how often the call was retried
	Variables    Variables
	Catches      []string
	Escalations  []EscalationCatch
	Code         string
	Listener     *bpmn.Listener // of a job that a change of a task waits for
	Actor        string         // of a task that is done, who did it
	Answer       string         // and the id of what was entered
	Name         string
}

// RecordKind is what a record tells.
type RecordKind string

// Record kinds.
const (
	Entered          RecordKind = "entered"
	Done             RecordKind = "completed"
	Terminated       RecordKind = "canceled"
	FlowTaken        RecordKind = "flow"       // Flow
	TimerFired       RecordKind = "timer"      // Element is the event
	SignalTaken      RecordKind = "signal"     // Element is the event, Text the signal name
	MessageTaken     RecordKind = "message"    // Element is the event, Text the message name
	ErrorCaught      RecordKind = "error"      // Element is the catching event, Text the code
	EscalationCaught RecordKind = "escalation" // Element is the catching event, Text the code
	LoopBegan        RecordKind = "repeating"  // Key is the body of a repeated activity; its instances are entered and completed
	LoopEnded        RecordKind = "repeated"   //
	ConditionMet     RecordKind = "condition"  // Element is the event
	Activated        RecordKind = "activated"  // Key is an ad-hoc sub-process, Element what somebody has chosen in it
	DeclaredDone     RecordKind = "declared"   // Element is an ad-hoc sub-process that somebody has declared done
	IncidentOpen     RecordKind = "incident"   // Text the code
	IncidentGone     RecordKind = "resolved"   //
	Assigned         RecordKind = "assigned"   // Text the assignee
	Delegated        RecordKind = "delegated"  // Text to whom
	Undelegated      RecordKind = "returned"   // Text the owner, who has it again
	TaskUpdated      RecordKind = "updated"    // by a person
	Denied           RecordKind = "denied"     // Text: why a listener refuses what a person asked for
	Decided          RecordKind = "decision"   // Audit
	VariableSet      RecordKind = "variables"  // Key and Element are the scope's, Text the name, Value
	FollowFailed     RecordKind = "stale"      // Text: why a due time or a condition could not follow a variable; the time stayed as it was, the condition is false
	DeadlineMoved    RecordKind = "deadline"   // Due: of the task or the timer event Element
	Migrated         RecordKind = "migrated"   // of the process and of what goes on in an element of another id, Text the id before
	EventClosed      RecordKind = "closed"     // Element is an event of the version before that is no longer waited for
	EventOpened      RecordKind = "opened"     // Element is an event of the target that is waited for from now on
	Resubscribed     RecordKind = "subscribed" // Element is the event, Text the message or signal that it waits for in place of another
	InstanceBegan    RecordKind = "started"    //
	InstanceHeld     RecordKind = "suspended"  // Text the id of the reason
	InstanceResumed  RecordKind = "resumed"    // Text the id of the reason
	InstanceEnded    RecordKind = "ended"      // Text the status
	Modified         RecordKind = "modified"   // Modification; what follows from it comes after

	// Compensation: thrown by the event Element; of what is in the sub-process Element, which is over; done with that. Handlers are entered
	// and completed.
	CompensationThrown RecordKind = "compensation"
	Compensating       RecordKind = "compensating"
	Compensated        RecordKind = "compensated"
	// TransactionCanceled tells of the transaction Element.
	TransactionCanceled RecordKind = "cancellation"
)

// Record is one thing that happened in a Step.
type Record struct {
	Kind    RecordKind
	Key     int64
	Element *bpmn.Element
	Flow    *bpmn.Flow
	Text    string
	Due     time.Time
	Value   feel.Value
	Audit   []dmn.Evaluation

	Modification *Modification
}

// Program is what instances run: a checked plan with the decisions it calls, in the municipality's calendar and time zone. It is
// immutable and shared.
type Program struct {
	Plan      *bpmn.Plan
	Decisions *dmn.Library // nil when the process calls none
	Calendar  feel.Calendar
	Zone      *time.Location // nil: UTC
	Version   Version        // that the instance was started with
}

func (p *Program) startElement(id string) (*bpmn.Element, error) {
	root := p.Plan.Root()
	for _, i := range root.Starts {
		e := &p.Plan.Elements[i]
		if e.ID == id || id == "" && e.Event == nil {
			return e, nil
		}
	}
	if id == "" {
		return nil, reject(Invalid, "process %s has no none start event: name the start event", p.Plan.ID)
	}
	return nil, reject(NotFound, "process %s has no start event %s", p.Plan.ID, id)
}
