package casework

import (
	"encoding/json"
	"time"
)

// Job is what an activity gets: the work of one service task (zeebe:taskDefinition). Its answer is a JSON object of variables.
type Job struct {
	InstanceID string            `json:"instanceId"`
	CaseID     string            `json:"caseId,omitempty"`
	Key        int64             `json:"key"` // of the element instance: with InstanceID, the same on every attempt
	ElementID  string            `json:"elementId"`
	Name       string            `json:"name"` // of the element, its id when it has none
	At         time.Time         `json:"at"`   // when the process asked for it, in its own time
	Type       string            `json:"type"`
	Headers    map[string]string `json:"headers,omitempty"`
	Variables  json.RawMessage   `json:"variables,omitempty"`
}

// Names and types by which workflows and activities know each other.
const (
	// ProjectActivity applies a Projection to the store.
	ProjectActivity = "Project"
	// LocalJobActivity runs a Job whose definition says that it is local; other jobs are activities named by their type.
	LocalJobActivity = "RunJob"
	// ResolveActivity turns a ProcessReference into a Definition.
	ResolveActivity = "ResolveProcess"

	// ErrorBPMN is the type of an activity's error that is a BPMN error: its details are the code and a JSON object of variables.
	ErrorBPMN = "bpmn-error"
	// ErrorRefused is the type of an activity's error that no retry mends.
	ErrorRefused = "refused"
)

// ProcessReference names the process that a call activity starts.
type ProcessReference struct {
	ProcessID  string `json:"processId"`
	Binding    string `json:"binding"` // latest, deployment or versionTag
	VersionTag string `json:"versionTag,omitempty"`
	Caller     string `json:"caller"` // definition hash of the calling instance
}

// ResolvedProcess is the definition a reference stands for now.
type ResolvedProcess struct {
	ProcessID  string `json:"processId"`
	Version    int    `json:"version"`
	Definition string `json:"definition"` // content hash
}
