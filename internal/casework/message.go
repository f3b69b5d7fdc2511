package casework

import (
	"encoding/json"
	"time"
)

// Message is a message to whichever instances wait for it (BPMN 2.0.2 §8.4.11), with the buffering of Camunda 8.
type Message struct {
	Name           string
	CorrelationKey string
	Variables      json.RawMessage // a JSON object; nil for none
	TTL            time.Duration   // how long it waits for a subscription; 0 for not at all
	ID             string          // while it lives, a second one with the same name, key and ID is the same message; "" for none
}

// Signal is a signal to everything that waits for it when it is broadcast (BPMN 2.0.2 §10.5.5). It is not kept.
type Signal struct {
	Name      string          `json:"name"`
	Variables json.RawMessage `json:"variables,omitempty"` // a JSON object; nil for none
	ID        string          `json:"id,omitempty"`        // an instance takes, and a process starts by, a signal with an ID once; "" for none
}

// OutboxKind says what an [Outgoing] asks for.
type OutboxKind string

// Outbox kinds.
const (
	OutboxStart   OutboxKind = "start"   // Outgoing.Start: start a process instance
	OutboxMessage OutboxKind = "message" // Outgoing.Message: tell a running instance
	OutboxSignal  OutboxKind = "signal"  // Outgoing.Signal: tell a running instance of a signal
	OutboxStatus  OutboxKind = "status"  // Outgoing.Status: tell the integrator
)

// Outgoing is an effect that was decided in a transaction and is to be carried out after it, at least once and in order
// within its stream. Exactly one of Start, Message, Signal and Status is set, as Kind says.
type Outgoing struct {
	ID       int64
	Stream   string // case id or instance id: rows of one stream go out one after the other
	Kind     OutboxKind
	Attempts int // that failed before
	Start    *StartRequest
	Message  *MessageRequest
	Signal   *SignalRequest
	Status   *StatusEvent
}

// StartRequest asks for an instance of the latest version of a process.
type StartRequest struct {
	InstanceID string          `json:"instanceId"` // becomes the workflow id, so that a second start is none
	ProcessID  string          `json:"processId"`
	CaseID     string          `json:"caseId,omitempty"`
	Message    string          `json:"message,omitempty"` // name of the message whose start event starts it; "" for the none start event
	MessageID  string          `json:"messageId,omitempty"`
	Key        string          `json:"correlationKey,omitempty"`
	Signal     string          `json:"signal,omitempty"` // name of the signal whose start event starts it, in place of a message
	Variables  json.RawMessage `json:"variables"`        // a JSON object
}

// MessageRequest asks to give a message to one running instance. An instance that has ended has no use for it.
type MessageRequest struct {
	InstanceID     string          `json:"instanceId"`
	ElementKey     int64           `json:"elementKey,omitempty"` // the subscription it was matched with; 0 when whichever element waits may have it
	Name           string          `json:"name"`
	CorrelationKey string          `json:"correlationKey"`
	Variables      json.RawMessage `json:"variables,omitempty"`
	MessageID      string          `json:"messageId"`     // the instance ignores one it has seen
	TTL            time.Duration   `json:"ttl,omitempty"` // how long the instance keeps it when nothing waits yet
}

// SignalRequest asks to give a signal to one running instance. An instance that has ended has no use for it.
type SignalRequest struct {
	InstanceID string `json:"instanceId"`
	Signal
}

// StatusEvent tells the integrator how a case goes.
type StatusEvent struct {
	ID         string    `json:"id"` // the same for the same event, so that a second one is none
	CaseID     string    `json:"caseId"`
	CaseNumber string    `json:"caseNumber"`
	Status     string    `json:"status"` // code
	At         time.Time `json:"at"`
}
