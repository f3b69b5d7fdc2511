package casework

import "time"

// ResourceKind is the language of a deployed file.
type ResourceKind string

// Resource kinds.
const (
	ResourceBPMN ResourceKind = "bpmn"
	ResourceDMN  ResourceKind = "dmn"
	ResourceForm ResourceKind = "form"
)

// Resource is one deployed file. Its bytes are named by their hash and never change.
type Resource struct {
	Kind    ResourceKind
	ID      string // of the definitions element, the decision (a DMN file is a resource for each of its decisions) or the form
	Name    string // of the file
	Hash    string // lower-case hex SHA-256 of Bytes
	Bytes   []byte
	Version int // 1, 2, 3 … within kind and id; set by the store
}

// ProcessDefinition is one version of a process together with all it needs.
type ProcessDefinition struct {
	ProcessID      string
	Name           string
	VersionTag     string
	Hash           string   // of the bundle: it names the definition for running instances
	ResourceHashes []string // the BPMN file first, then what it calls
	StartMessages  []string // names of the messages that start it
	StartSignals   []string // names of the signals that do; known when it is deployed, and not kept with a version
	Version        int      // 1, 2, 3 … within the process id; set by the store
	DeployedAt     time.Time
	DeployedBy     string // user id
}

// Deployment is what a deployment gave: every resource and process with its version, also those that were there before.
type Deployment struct {
	ID        string
	At        time.Time
	Resources []Resource // without Bytes
	Processes []ProcessDefinition
}

// ElementStatistic counts what stands on one element of a definition's diagram.
type ElementStatistic struct {
	ElementID string
	Tokens    int
	Incidents int
}
