package bpmn

import (
	"time"

	"fasthold/definitions/feel"
)

// Kind is the BPMN element type of a flow node; its text is the XML local name.
type Kind string

// Flow node kinds (BPMN 2.0.2 §10). A process is the outermost scope and counts as an element of its own plan.
const (
	Process          Kind = "process"
	SubProcess       Kind = "subProcess"
	EventSubProcess  Kind = "eventSubProcess" // subProcess with triggeredByEvent="true"
	AdHocSubProcess  Kind = "adHocSubProcess"
	Transaction      Kind = "transaction" // sub-process that can be canceled: what was done in it is compensated
	CallActivity     Kind = "callActivity"
	UndefinedTask    Kind = "task"
	UserTask         Kind = "userTask"
	ServiceTask      Kind = "serviceTask"
	SendTask         Kind = "sendTask"
	ReceiveTask      Kind = "receiveTask"
	BusinessRuleTask Kind = "businessRuleTask"
	ScriptTask       Kind = "scriptTask"
	ManualTask       Kind = "manualTask"
	StartEvent       Kind = "startEvent"
	EndEvent         Kind = "endEvent"
	CatchEvent       Kind = "intermediateCatchEvent"
	ThrowEvent       Kind = "intermediateThrowEvent"
	BoundaryEvent    Kind = "boundaryEvent"
	Exclusive        Kind = "exclusiveGateway"
	Parallel         Kind = "parallelGateway"
	Inclusive        Kind = "inclusiveGateway"
	EventBased       Kind = "eventBasedGateway"
	Complex          Kind = "complexGateway"
)

// Scope reports whether an element of this kind holds tokens of its own.
func (k Kind) Scope() bool { return k == Process || k == EventSubProcess || k.Embedded() }

// Embedded reports whether an element of this kind is an activity that holds others.
func (k Kind) Embedded() bool { return k == SubProcess || k == Transaction || k == AdHocSubProcess }

// Activity reports whether events can be attached to an element of this kind (BPMN 2.0.2 §10.3).
func (k Kind) Activity() bool {
	switch k {
	case SubProcess, Transaction, AdHocSubProcess, CallActivity, UndefinedTask, UserTask, ServiceTask, SendTask, ReceiveTask,
		BusinessRuleTask, ScriptTask, ManualTask:
		return true
	}
	return false
}

// EventKind is what an event waits for or does (BPMN 2.0.2 §10.5.5).
type EventKind string

// Event kinds that the engine runs.
const (
	None        EventKind = ""
	Timer       EventKind = "timer"
	Message     EventKind = "message"
	Error       EventKind = "error"
	Escalation  EventKind = "escalation"
	Signal      EventKind = "signal"
	Conditional EventKind = "conditional"
	Link        EventKind = "link" // a sequence flow that is not drawn
	Terminate   EventKind = "terminate"
	// Compensation undoes activities that are done, Cancel ends a transaction and undoes all of it.
	Compensation EventKind = "compensation"
	Cancel       EventKind = "cancel"
)

// Plan is one executable process, resolved and checked: everything that can be looked up was looked up, every expression is
// compiled. It is immutable and shared by all instances. Elements[0] is the process itself.
type Plan struct {
	File       string // resource the process came from, for messages
	ID         string
	Name       string
	VersionTag string // zeebe:versionTag, "" when absent
	Elements   []Element
	Flows      []Flow
	Follows    bool // whether any due time is evaluated again when a variable is set
	// Inputs are the variables that come from outside, at the start and with messages; nil when the process does not say (fasthold:inputs).
	Inputs []Input
	// Conditional tells that some event waits for a condition.
	Conditional bool
	// Choices tells that some sub-process is ad-hoc.
	Choices bool
	byID    map[string]int
}

// Element returns the element with that id.
func (p *Plan) Element(id string) (*Element, bool) {
	i, ok := p.byID[id]
	if !ok {
		return nil, false
	}
	return &p.Elements[i], true
}

// Input is a variable that a process gets from outside.
type Input struct {
	Name string
	Type *feel.Type // nil for any
}

// Root returns the process element.
func (p *Plan) Root() *Element { return &p.Elements[0] }

// Element is a flow node of a plan. Other elements and flows are named by their index in the plan.
type Element struct {
	Index    int
	ID, Name string
	Kind     Kind
	Line     int
	Lane     string // name of the lane the element is drawn in, "" when none
	Parent   int    // enclosing scope; -1 for the process

	Incoming []int // flows
	Outgoing []int // flows
	Default  int   // flow taken when no condition holds; -1 when none

	Children     []int // of a scope: all flow nodes directly in it, in document order
	Starts       []int // of a scope: its start events, and of a process the events behind its instantiating event-based gateways, of an ad-hoc sub-process what can be begun
	EventScopes  []int // of a scope: the event sub-processes directly in it
	Boundary     []int // of an activity: events attached to it, in document order
	AttachedTo   int   // of a boundary event: its activity; -1 otherwise
	Interrupting bool  // of a boundary event or of the start event of an event sub-process

	// ForCompensation marks a handler: an activity without flows that undoes another one (BPMN 2.0.2 §10.7).
	ForCompensation bool
	// Kept tells that the engine remembers when the activity is done, because something can compensate it or what is in it.
	Kept bool

	Event   *Event    // what an event waits for or does, also of a receive task; nil for none
	Inputs  []Mapping // zeebe:ioMapping, and of a scope its data objects; evaluated on entry into local variables
	Outputs []Mapping // evaluated on completion into the enclosing scope

	Job      *Job      // work for an activity of the worker
	UserTask *Task     // work for a person
	Script   *Script   // FEEL evaluated by the engine
	Decision *Decision // DMN evaluated by the engine
	Call     *Call     // another process
	AdHoc    *AdHoc    // of an ad-hoc sub-process
	Loop     *Loop     // of an activity that is done more than once; nil: once

	// Activation tells a complex gateway with several incoming flows when to go on; it reads activationCount (BPMN 2.0.2 §10.6.5).
	Activation *feel.Expression

	// Upstream has, for each incoming flow of an inclusive or complex gateway, the elements of its scope from which a token can reach
	// that flow without passing the gateway (BPMN 2.0.2 §13.4.3), as a bit set over element indexes.
	Upstream []Bits
}

// Flow is a sequence flow.
type Flow struct {
	Index      int
	ID, Name   string
	Line       int
	Source     int
	Target     int
	TargetSlot int              // position in the target's Incoming
	Condition  *feel.Expression // nil: unconditional
}

// Event is the definition behind an event.
type Event struct {
	Kind    EventKind
	Timer   *TimerDefinition
	Message *MessageDefinition // nil for a throwing event that names none: its job says what is sent
	// Signal is the name of the signal thrown or caught; that of a process start event is constant.
	Signal *feel.Expression
	// Condition lets a conditional event occur when it becomes true.
	Condition *feel.Expression
	// Code is the error or escalation code thrown or caught; nil on a catching event means any code.
	Code *feel.Expression
	// CodeVariable and MessageVariable name the variables a catching event stores the code and, of an error, the text in ("" for none).
	CodeVariable, MessageVariable string
	// Link is, of a throwing link event, the catching one.
	Link int
	// Activity is, of a compensation event, the handler of the activity it is attached to; of one that throws, the activity to compensate,
	// -1 for all of the scope.
	Activity int
}

// Name is that of the message or signal that is thrown or waited for, nil for none.
func (e *Event) Name() *feel.Expression {
	if e.Message != nil {
		return e.Message.Name
	}
	return e.Signal
}

// TimerKind tells how a timer expression is read (BPMN 2.0.2 §10.5.5, timeDate, timeDuration, timeCycle).
type TimerKind string

// Timer kinds.
const (
	Date     TimerKind = "date"
	Duration TimerKind = "duration"
	Cycle    TimerKind = "cycle"
)

// TimerDefinition is when a timer is due: a FEEL date, date and time, duration or ISO 8601 text.
type TimerDefinition struct {
	Kind TimerKind
	Expr *feel.Expression
	// Follows is set by fasthold:timer follows="variables": the due time is evaluated again whenever a variable that the
	// expression reads is set, so that a corrected date moves every deadline that hangs on it.
	Follows bool
	// Stays is set by fasthold:timer suspend="keep": the due time does not move when the instance has been suspended.
	Stays bool
}

// MessageDefinition names a message and, for waiting events, the key that picks the instance (BPMN 2.0.2 §8.4.11).
type MessageDefinition struct {
	Name           *feel.Expression
	CorrelationKey *feel.Expression // nil on process start events and throwing events
}

// Mapping sets the variable Target, a dotted path, to the value of Source.
type Mapping struct {
	Source *feel.Expression
	Target []string
}

// Job is work that an activity of the worker does (zeebe:taskDefinition, zeebe:taskHeaders).
type Job struct {
	Type    *feel.Expression
	Retries *feel.Expression // attempts before an incident; nil: 3
	Headers []Header
	// Local marks short work beside the worker's own store, which Temporal runs without a round trip (fasthold:job local="true").
	Local   bool
	Timeout time.Duration // for one attempt (fasthold:job timeout); 0: the binding's default
	Backoff time.Duration // before the second attempt, doubled after each (fasthold:job backoff); 0: the binding's default
}

// Header is a static key and value for a job.
type Header struct{ Key, Value string }

// Task is work for a person (zeebe:userTask, assignmentDefinition, taskSchedule, priorityDefinition, formDefinition).
type Task struct {
	Form                                                                       string // form id, "" when the task has none
	Assignee, CandidateGroups, CandidateUsers, DueDate, FollowUpDate, Priority *feel.Expression
	// Follows is set by fasthold:task follows="variables": due and follow-up dates are evaluated again when a variable they read is set.
	Follows bool
	// Endless is set by fasthold:task deadline="none": it is meant that nothing says by when the task must be done.
	Endless bool
	// Stays is set by fasthold:task suspend="keep": due and follow-up dates do not move when the instance has been suspended.
	Stays   bool
	Headers []Header
	// Listeners are jobs that changes of the task wait for, in order.
	Listeners []Listener
}

// Script is a FEEL expression whose value is stored (zeebe:script).
type Script struct {
	Expr   *feel.Expression
	Result string // variable name
}

// Decision is a DMN decision whose value is stored (zeebe:calledDecision).
type Decision struct {
	ID     *feel.Expression
	Result string // variable name
}

// Call starts another process and waits for its end (zeebe:calledElement).
type Call struct {
	ProcessID *feel.Expression
	// AllOut: without output mappings, every variable of the called process comes back.
	AllOut bool
	// AllIn: every variable visible at the call is copied in; else only the local ones, that is the input mappings.
	AllIn bool
	// Binding is "latest", "deployment" or "versionTag"; VersionTag goes with the last.
	Binding, VersionTag string
}

// Loop lets an activity be done more than once: for each item of a collection or a number of times (multi-instance, BPMN 2.0.2 §10.3.8,
// zeebe:loopCharacteristics), or while a condition holds (standard loop, §10.3.7). Events attached to the activity belong to all of it,
// mappings and event sub-processes to each instance.
type Loop struct {
	Sequential  bool             // one instance after the other; always so in a standard loop
	Collection  *feel.Expression // a list; nil when Cardinality says how often
	Item        string           // variable of each instance that holds its item, "" for none
	Cardinality *feel.Expression // number of instances; of a standard loop the most rounds (loopMaximum), nil: any number
	Output      string           // variable that takes the list of results at the end, "" for none
	Each        *feel.Expression // result of one instance
	// Own is the variable that Each reads when it is simply a variable or an entry of one, else "": each instance has one of that name for
	// itself, so that results do not meet before they are collected.
	Own   string
	Until *feel.Expression // when it holds after an instance, the others are terminated; nil: never

	Standard   bool
	TestBefore bool             // While is asked before the first round too
	While      *feel.Expression // nil: always, up to Cardinality
}

// Bits is a set of small non-negative integers.
type Bits []uint64

// Has reports whether i is in the set.
func (b Bits) Has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

// Add puts i, which must be below the set's size, into the set.
func (b Bits) Add(i int) { b[i>>6] |= 1 << (i & 63) }
