package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fasthold/definitions/feel"
)

// Status is where a process instance stands.
type Status string

// Statuses. The zero Status is an instance that has not started.
const (
	Active    Status = "active"
	Completed Status = "completed"
	Canceled  Status = "canceled"
	Failed    Status = "failed" // ended by an error, or an escalation with an interrupting catch, that its caller catches
)

// State is all that is known about one process instance: its waiting tokens, their scopes and variables. It survives JSON; the zero
// value is an instance that has not started.
type State struct {
	Status Status `json:"status,omitempty"`
	// Start is the id of the start event it began with.
	Start string `json:"start,omitempty"`
	// LastKey is the last key given to a node, timer or subscription.
	LastKey int64 `json:"lastKey,omitempty"`
	// Nodes are the element instances that hold a token or a scope, the process first. Others are in no order that means anything.
	Nodes []Node `json:"nodes,omitempty"`
	// Joins are the keys of the inclusive gateways that wait for tokens, in the order the first one came.
	Joins []int64 `json:"joins,omitempty"`
	// Inbox are messages that came before anything waited for them.
	Inbox []Message `json:"inbox,omitempty"`
	// Seen are the ids of messages and signals that must not be taken again.
	Seen []SeenMessage `json:"seen,omitempty"`
	// Catches are the error codes that the caller of this instance catches; "*" stands for any.
	Catches []string `json:"catches,omitempty"`
	// Escalations are those that something around the call of this instance catches, the first that fits does.
	Escalations []EscalationCatch `json:"escalations,omitempty"`
	// Failure is the error, or the escalation with an interrupting catch, that ended a Failed instance.
	Failure *Failure `json:"failure,omitempty"`
	// Suspended is set while the instance is held still.
	Suspended *Suspension `json:"suspended,omitempty"`
	// Result are the variables of the process when it ended.
	Result Variables `json:"result,omitempty"`

	index map[int64]int     // node key to position, kept only for large states
	open  map[gateway]int64 // the join that was last seen waiting at a gateway, kept only for large states; it may be gone
}

// gateway is an element in a scope.
type gateway struct {
	scope   int64
	element string
}

// Phase is how far a node has come; a retry goes on from there.
type Phase string

// Phases.
const (
	Entering Phase = "entering" // input mappings, subscriptions
	Waiting  Phase = ""         // its work is under way
	Leaving  Phase = "leaving"  // output mappings, outgoing flows
)

// Wait is the reason why a node holds its token.
type Wait string

// Reasons to wait.
const (
	WaitScope     Wait = "scope"     // tokens inside it
	WaitTask      Wait = "task"      // a person
	WaitJob       Wait = "job"       // an activity of the worker
	WaitTimer     Wait = "timer"     // time
	WaitMessage   Wait = "message"   // a message
	WaitSignal    Wait = "signal"    // a signal
	WaitCondition Wait = "condition" // a condition to become true
	WaitEvent     Wait = "event"     // whichever event of an event-based gateway comes first
	WaitChild     Wait = "child"     // the end of a called process
	WaitJoin      Wait = "join"      // tokens on the other incoming flows
	WaitChoice    Wait = "choice"    // somebody who chooses what is done in an ad-hoc sub-process, be something active in it or not
	// WaitCompensation is an event that throws compensation: all that it compensates.
	WaitCompensation Wait = "compensation"
	WaitIncident     Wait = "incident" // somebody who resolves the incident
)

// Node is one element instance.
type Node struct {
	Key     int64     `json:"key"`
	Parent  int64     `json:"parent,omitempty"` // the enclosing scope; 0 for the process
	Element string    `json:"element"`
	Since   time.Time `json:"since"`
	Wait    Wait      `json:"wait"`
	Phase   Phase     `json:"phase,omitempty"`
	// Tokens counts the live tokens directly in a scope.
	Tokens    int       `json:"tokens,omitempty"`
	Variables Variables `json:"variables,omitempty"` // local ones
	// Arrived counts, for a join, the tokens that wait on each incoming flow.
	Arrived []int `json:"arrived,omitempty"`
	// Expected are, for a complex gateway that has gone on, the incoming flows whose tokens it still takes away before it begins anew.
	Expected      []int          `json:"expected,omitempty"`
	Timers        []Timer        `json:"timers,omitempty"`
	Subscriptions []Subscription `json:"subscriptions,omitempty"`
	Conditions    []Condition    `json:"conditions,omitempty"`
	Task          *Task          `json:"task,omitempty"`
	Job           *Job           `json:"job,omitempty"`
	Incident      *Incident      `json:"incident,omitempty"`
	// Loop is set on the body of a repeated activity, which holds its instances, and Round on each of those: 1 for the first.
	Loop  *Loop `json:"loop,omitempty"`
	Round int   `json:"round,omitempty"`
	// AdHoc is set on an ad-hoc sub-process that is open.
	AdHoc *AdHoc `json:"adHoc,omitempty"`
	// Given are the variables that came with the choice of an element, until it has begun.
	Given Variables `json:"given,omitempty"`
	// Past is, of a scope, what was done in it and something may still compensate, in the order it was done.
	Past []Past `json:"past,omitempty"`
	// Undo is set on a node that lets activities be compensated, and For, on what runs for that, is the key of that node.
	Undo *Undo `json:"undo,omitempty"`
	For  int64 `json:"for,omitempty"`
	// Again counts how often a call was retried.
	Again int `json:"again,omitempty"`
}

// Loop is how far a repeated activity has come.
type Loop struct {
	Items   Values `json:"items,omitempty"` // the collection, evaluated once
	Total   int    `json:"total"`           // instances there will be; of a standard loop the most rounds, -1 for any number
	Begun   int    `json:"begun"`
	Done    int    `json:"done,omitempty"`
	Results Values `json:"results,omitempty"` // by position; null until an instance is done
	Shown   string `json:"shown,omitempty"`   // variable as which the instances see the results, "" for none
}

// Values are values that survive JSON.
type Values []feel.Value

// MarshalJSON writes an array.
func (v Values) MarshalJSON() ([]byte, error) { return feel.AppendJSON(nil, feel.List(v)), nil }

// UnmarshalJSON reads an array, or null for none.
func (v *Values) UnmarshalJSON(data []byte) error {
	value, err := feel.FromJSON(data)
	if err != nil {
		return err
	}
	list, ok := value.(feel.List)
	if _, null := value.(feel.Null); !ok && !null {
		return fmt.Errorf("values must be a JSON array, not a %s", value.Kind())
	}
	*v = Values(list)
	return nil
}

// Timer fires the event Element, which is the node's own, one attached to it, or one that starts an event sub-process in it.
type Timer struct {
	Key     int64     `json:"key"`
	Element string    `json:"element"`
	From    time.Time `json:"from"` // when it was set
	Due     time.Time `json:"due"`
	// Left is how often it fires again after this time, -1 for ever, and Every the ISO 8601 duration between.
	Left  int    `json:"left,omitempty"`
	Every string `json:"every,omitempty"`
	// Moved is set when somebody moved it by hand: it then no longer follows variables.
	Moved bool `json:"moved,omitempty"`
	// Paused is how long it stood still, of one that follows variables: what is computed anew is moved by that again.
	Paused *Pause `json:"paused,omitempty"`
}

// Subscription waits for a message, or a signal, on behalf of the event Element.
type Subscription struct {
	Key            int64  `json:"key"`
	Element        string `json:"element"`
	Name           string `json:"name"`
	CorrelationKey string `json:"correlationKey"`
	Signal         bool   `json:"signal,omitempty"`
}

// Condition is what the conditional event Element waits for. It occurs when that becomes true.
type Condition struct {
	Key     int64  `json:"key"`
	Element string `json:"element"`
	Held    bool   `json:"held,omitempty"` // when it was evaluated last
}

// Task is work for a person.
type Task struct {
	Assignee        string     `json:"assignee,omitempty"`
	Owner           string     `json:"owner,omitempty"` // of a delegated task, who gets it back
	CandidateGroups []string   `json:"candidateGroups,omitempty"`
	CandidateUsers  []string   `json:"candidateUsers,omitempty"`
	Due             *time.Time `json:"due,omitempty"`
	FollowUp        *time.Time `json:"followUp,omitempty"`
	Priority        int        `json:"priority"`
	// Transition is a change that waits for listeners.
	Transition *Transition `json:"transition,omitempty"`
	// DueMoved and FollowUpMoved are set when a person gave the date, or took it away: it then no longer follows variables.
	DueMoved      bool `json:"dueMoved,omitempty"`
	FollowUpMoved bool `json:"followUpMoved,omitempty"`
	// Paused is how long its dates stood still, of one whose dates follow variables.
	Paused *Pause `json:"paused,omitempty"`
}

// Job is work for an activity of the worker.
type Job struct {
	Type    string `json:"type"`
	Retries int    `json:"retries"`
}

// Incident is why a node cannot go on, in words a person can act on.
type Incident struct {
	Code    string    `json:"code"`
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// Failure is a BPMN error or escalation that left the instance and ended it.
type Failure struct {
	Code       string    `json:"code"`
	Message    string    `json:"message,omitempty"`
	Variables  Variables `json:"variables,omitempty"`
	Escalation bool      `json:"escalation,omitempty"`
}

// EscalationCatch is an escalation that is caught: its code, "" for any, and whether the catching event interrupts.
type EscalationCatch struct {
	Code         string `json:"code,omitempty"`
	Interrupting bool   `json:"interrupting,omitempty"`
}

// Message is a message kept until something waits for it or it expires.
type Message struct {
	Name           string    `json:"name"`
	CorrelationKey string    `json:"correlationKey"`
	Variables      Variables `json:"variables,omitempty"`
	Expires        time.Time `json:"expires"`
}

// SeenMessage is a message id that is not taken again before Until.
type SeenMessage struct {
	ID    string    `json:"id"`
	Until time.Time `json:"until"`
}

// Variable is a name and a value that survives JSON.
type Variable struct {
	Name  string
	Value feel.Value
}

// Variables are the variables of one scope in the order they were first set. In JSON they are an object.
type Variables []Variable

// Lookup returns the variable of that name: Variables are a feel.Scope.
func (v Variables) Lookup(name string) (feel.Value, bool) {
	for i := range v {
		if v[i].Name == name {
			return v[i].Value, true
		}
	}
	return nil, false
}

// With returns the variables with one more, or with another value of that name.
func (v Variables) With(name string, value feel.Value) Variables {
	v.set(name, value)
	return v
}

func (v *Variables) set(name string, value feel.Value) {
	for i := range *v {
		if (*v)[i].Name == name {
			(*v)[i].Value = value
			return
		}
	}
	*v = append(*v, Variable{name, value})
}

// MarshalJSON writes an object with one member per variable.
func (v Variables) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, variable := range v {
		if i > 0 {
			out = append(out, ',')
		}
		out = feel.AppendJSON(out, feel.Text(variable.Name))
		out = append(out, ':')
		out = feel.AppendJSON(out, variable.Value)
	}
	return append(out, '}'), nil
}

// UnmarshalJSON reads an object, or null for none.
func (v *Variables) UnmarshalJSON(data []byte) error {
	parsed, err := ParseVariables(data)
	*v = parsed
	return err
}

// ParseVariables reads a JSON object; null and nothing at all are no variables.
func ParseVariables(data []byte) (Variables, error) {
	if len(data) == 0 {
		return nil, nil
	}
	value, err := feel.FromJSON(data)
	if err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case feel.Null:
		return nil, nil
	case *feel.Context:
		return variablesOf(value), nil
	}
	return nil, fmt.Errorf("variables must be a JSON object, not a %s", value.Kind())
}

func variablesOf(c *feel.Context) Variables {
	var out Variables
	for _, entry := range c.Entries() {
		out = append(out, Variable{entry.Name, entry.Value})
	}
	return out
}

// Clone returns a copy that shares nothing that Step changes.
func (s *State) Clone() (*State, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	out := new(State)
	return out, json.Unmarshal(data, out)
}

// smallState is the number of nodes up to which a scan beats a map.
const smallState = 24

// Node returns the node with that key, valid until the next Step.
func (s *State) Node(key int64) (*Node, bool) {
	i := s.position(key)
	if i < 0 {
		return nil, false
	}
	return &s.Nodes[i], true
}

func (s *State) position(key int64) int {
	if len(s.Nodes) > smallState {
		if len(s.index) != len(s.Nodes) {
			s.reindex()
		}
		if i, ok := s.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range s.Nodes {
		if s.Nodes[i].Key == key {
			return i
		}
	}
	return -1
}

func (s *State) reindex() {
	s.index = make(map[int64]int, 2*len(s.Nodes))
	for i := range s.Nodes {
		s.index[s.Nodes[i].Key] = i
	}
}

// kin lists the keys of the nodes in each scope, in order.
func (s *State) kin() map[int64][]int64 {
	type pair struct{ key, parent int64 }
	all := make([]pair, len(s.Nodes))
	for i := range s.Nodes {
		all[i] = pair{s.Nodes[i].Key, s.Nodes[i].Parent}
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	kin := map[int64][]int64{}
	for _, p := range all {
		kin[p.parent] = append(kin[p.parent], p.key)
	}
	return kin
}

func (s *State) nextKey() int64 {
	s.LastKey++
	return s.LastKey
}

// add appends a node; pointers to other nodes are no longer valid. Nodes are large, and most of one is empty: what lies behind the last is
// empty already.
func (s *State) add(key, parent int64, element string, since time.Time) *Node {
	last := len(s.Nodes)
	if last == cap(s.Nodes) {
		s.Nodes = slices.Grow(s.Nodes, 2)
	}
	s.Nodes = s.Nodes[:last+1]
	if s.index != nil && len(s.index) == last {
		s.index[key] = last
	}
	n := &s.Nodes[last]
	n.Key, n.Parent, n.Element, n.Since = key, parent, element, since.UTC()
	return n
}

// remove takes a node out by moving the last one into its place.
func (s *State) remove(key int64) {
	i := s.position(key)
	last := len(s.Nodes) - 1
	indexed := len(s.index) == len(s.Nodes)
	if i < last {
		s.Nodes[i] = s.Nodes[last]
	}
	s.Nodes[last] = Node{}
	s.Nodes = s.Nodes[:last]
	if !indexed {
		s.index = nil
		return
	}
	delete(s.index, key)
	if i < last {
		s.index[s.Nodes[i].Key] = i
	}
}

// Root returns the node of the process, or nil before the start and after the end.
func (s *State) Root() *Node {
	if len(s.Nodes) == 0 {
		return nil
	}
	n, _ := s.Node(rootKey)
	return n
}

// rootKey is the key of the process's own node.
const rootKey int64 = 1
