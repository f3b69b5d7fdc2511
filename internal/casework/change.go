package casework

import (
	"encoding/json"
	"time"
)

// ChangeKind is what somebody does to a process instance by hand.
type ChangeKind string

// Change kinds.
const (
	ChangeModify       ChangeKind = "modify"
	ChangeRestart      ChangeKind = "restart"
	ChangeTriggerTimer ChangeKind = "triggerTimer"
	ChangeMoveTimer    ChangeKind = "moveTimer"
	ChangeRetry        ChangeKind = "retry"
	ChangeResolve      ChangeKind = "resolve"
	ChangeVariables    ChangeKind = "setVariables"
	ChangeCancel       ChangeKind = "cancel"
)

// MaxReason is the length of the longest reason, in letters.
const MaxReason = 2000

// Change is why somebody changes a process instance by hand, and what they asked for. Its words may name people: they stay in the store, sealed,
// and Temporal gets the id.
type Change struct {
	ID         string
	InstanceID string
	CaseID     string // "" when the instance belongs to no case
	Kind       ChangeKind
	Subject    string // name of the timer or element it is about, "" for the whole instance
	Reason     string
	// Request is what was asked for with all values, JSON.
	Request json.RawMessage
	Author  string // user id
	At      time.Time
}
