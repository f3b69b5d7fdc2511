package engine

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// EventKind is what happened.
type EventKind string

// Event kinds, each with the fields of Event that it reads besides At and Actor.
const (
	Start         EventKind = "start"         // Element (a start event; "" for the none start event) or Instructions to activate elements, Variables, Catches, Escalations
	CompleteTask  EventKind = "completeTask"  // Key, Variables
	AssignTask    EventKind = "assignTask"    // Key, Assignee ("" releases), Claim
	DelegateTask  EventKind = "delegateTask"  // Key, Assignee: who does it until it is resolved
	ResolveTask   EventKind = "resolveTask"   // Key: a delegated task goes back to its owner
	UpdateTask    EventKind = "updateTask"    // Key, Task
	CompleteJob   EventKind = "completeJob"   // Key, Variables
	FailJob       EventKind = "failJob"       // Key, Code, Text: no retries are left
	ThrowError    EventKind = "throwError"    // Key, Code, Text, Variables: a BPMN error out of a task or job
	FireTimer     EventKind = "fireTimer"     // Key, Timer
	MoveTimer     EventKind = "moveTimer"     // Key, Timer, Due
	Correlate     EventKind = "correlate"     // Name, CorrelationKey, Variables, ID, TTL
	Signal        EventKind = "signal"        // Name, Variables, ID
	CompleteChild EventKind = "completeChild" // Key, Variables
	FailChild     EventKind = "failChild"     // Key, Code, Text: the called process ended by that error
	EscalateChild EventKind = "escalateChild" // Key, Code, Variables: an escalation came out of the called process
	StopChild     EventKind = "stopChild"     // Key, Code, Text: the called process did not start or was canceled
	Retry         EventKind = "retry"         // Key of a node with an incident
	SetVariables  EventKind = "setVariables"  // Key of the scope (0: the process), Variables
	Choose        EventKind = "activate"      // Key of an ad-hoc sub-process (0: the only open one), Element, Variables of its own
	CompleteAdHoc EventKind = "completeAdHoc" // Key of an ad-hoc sub-process (0: the only open one): it is declared done
	Cancel        EventKind = "cancel"        //
	Modify        EventKind = "modify"        // Instructions: all of them or none
	Migrate       EventKind = "migrate"       // Migration; applied by the program of the target
	Suspend       EventKind = "suspend"       // ID: of the reason, kept elsewhere
	Resume        EventKind = "resume"        // ID: of the reason, kept elsewhere
)

// Event is something that happens to an instance.
type Event struct {
	Kind           EventKind
	At             time.Time
	Actor          string // user id, "" for no person
	Key            int64  // node
	Timer          int64
	Element        string
	Name           string
	CorrelationKey string
	ID             string
	TTL            time.Duration
	Due            time.Time
	Assignee       string
	Claim          bool // the task must be nobody's, or the assignee's already
	Code, Text     string
	Variables      Variables
	Catches        []string
	Escalations    []EscalationCatch
	Task           *TaskPatch
	Instructions   []Instruction
	Migration      *Migration
}

// Rejection says why an event was not applied; nothing has changed.
type Rejection struct {
	Code    string // not_found, conflict or invalid
	Message string
	// Problems are all that is wrong with the instructions of a modification.
	Problems []Problem
	// Findings are, of a migration, all that stands in its way, and what else there is to know of it.
	Findings []Finding
}

// Error returns the sentence.
func (r *Rejection) Error() string { return r.Message }

// Rejection codes.
const (
	NotFound = "not_found"
	Conflict = "conflict"
	Invalid  = "invalid"
)

func reject(code, format string, args ...any) error {
	return &Rejection{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Accept tells whether the event can be applied now. It changes nothing, so that a request can be refused before it is recorded.
func (p *Program) Accept(s *State, e Event) error {
	if held := s.Suspended != nil && e.told(); (held || !e.fromWorld()) && !p.bounds(s, e) {
		return reject(Invalid, "%s", tooLarge().message)
	}
	if e.Kind == Start {
		return p.acceptStart(s, e)
	}
	switch s.Status {
	case Active:
	case "":
		return reject(Conflict, "the process instance has not started")
	default:
		return reject(Conflict, "the process instance is %s", s.Status)
	}
	if s.Suspended != nil {
		return s.acceptSuspended(e)
	}
	switch e.Kind {
	case Correlate, Signal, Cancel, Suspend:
		return nil
	case Resume:
		return reject(Conflict, "the process instance is not suspended")
	case SetVariables:
		return acceptVariables(s, e)
	case Choose, CompleteAdHoc:
		return p.acceptChoice(s, e)
	case Modify:
		return p.acceptInstructions(s, e)
	case Migrate:
		return p.acceptMigration(s, e)
	}
	return s.acceptAt(e)
}

// acceptAt tells whether an event can happen to the node that it names.
func (s *State) acceptAt(e Event) error {
	n, ok := s.Node(e.Key)
	if !ok {
		return reject(Conflict, "element instance %d is no longer active", e.Key)
	}
	return acceptNode(n, e)
}

func (p *Program) acceptStart(s *State, e Event) error {
	if s.Status != "" {
		return reject(Conflict, "the process instance has already started")
	}
	if len(e.Instructions) > 0 {
		return p.acceptInstructions(s, e)
	}
	_, err := p.startElement(e.Element)
	return err
}

// acceptInstructions follows the instructions on a copy of the state, short of letting tokens move, and tells all that is wrong with them.
func (p *Program) acceptInstructions(s *State, e Event) error {
	if n := len(e.Instructions); n == 0 || n > MaxInstructions {
		return reject(Invalid, "a modification has between 1 and %d instructions, not %d", MaxInstructions, n)
	}
	s, err := s.Clone()
	if err != nil {
		return err
	}
	var t Turn
	t.m.begin(p, s, &t, e)
	var problems []Problem
	if e.Kind == Start {
		problems = t.m.start(e)
	} else {
		problems = t.m.modify(e)
	}
	if len(problems) == 0 {
		return nil
	}
	return refusal(problems)
}

// refusal tells all problems in one sentence each. What has changed meanwhile is a conflict, all else is invalid.
func refusal(problems []Problem) error {
	r := &Rejection{Code: Invalid, Problems: problems}
	var lines []string
	for _, p := range problems {
		line := p.Message
		if p.Instruction >= 0 {
			line = fmt.Sprintf("instruction %d: %s", p.Instruction+1, p.Message)
		}
		lines = append(lines, line)
		if p.Code == NotThere {
			r.Code = Conflict
		}
	}
	r.Message = strings.Join(lines, "; ")
	return r
}

func acceptVariables(s *State, e Event) error {
	if e.Key == 0 {
		return nil
	}
	if _, ok := s.Node(e.Key); !ok {
		return reject(NotFound, "there is no scope %d", e.Key)
	}
	return nil
}

func acceptNode(n *Node, e Event) error {
	if n.listens() && stages[e.Kind] != "" {
		return reject(Conflict, "%s is being changed by somebody: try again in a moment", n.Element)
	}
	switch e.Kind {
	case CompleteTask:
		return n.acceptCompletion()
	case AssignTask:
		return n.acceptAssignment(e)
	case DelegateTask, ResolveTask:
		return n.acceptDelegation(e)
	case UpdateTask:
		return cmp.Or(n.mustWait(WaitTask, "an open task"), e.Task.accept())
	case CompleteJob, FailJob:
		if n.listens() {
			return nil
		}
		return n.mustWait(WaitJob, "a running job")
	case CompleteChild, FailChild, EscalateChild, StopChild:
		return n.mustWait(WaitChild, "waiting for a called process")
	case ThrowError:
		if n.Wait != WaitJob && n.Wait != WaitTask || n.listens() {
			return reject(Conflict, "%s is neither an open task nor a running job", n.Element)
		}
		return nil
	case Retry:
		return n.mustWait(WaitIncident, "stopped by an incident")
	case FireTimer, MoveTimer:
		if n.timer(e.Timer) == nil {
			return reject(Conflict, "timer %d of %s is no longer set", e.Timer, n.Element)
		}
		return nil
	}
	return reject(Invalid, "unknown event %q", e.Kind)
}

func (n *Node) mustWait(w Wait, what string) error {
	if n.Wait != w {
		return reject(Conflict, "%s is not %s", n.Element, what)
	}
	return nil
}

func (n *Node) timer(key int64) *Timer {
	for i := range n.Timers {
		if n.Timers[i].Key == key {
			return &n.Timers[i]
		}
	}
	return nil
}
