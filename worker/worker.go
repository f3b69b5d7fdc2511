// Package worker builds and runs the Temporal worker: process instances and what they do to the world.
package worker

import (
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"fasthold/activities"
	"fasthold/internal/store"
	"fasthold/workflows"
)

// Options are what a worker needs. The client must use the payload converter that the API's uses.
type Options struct {
	Client client.Client
	Store  *store.Store
	Log    *slog.Logger
	Unit   string // name of the municipality's unit, for letters
	// Build names what this program was built from. Workers of different builds can then run at once, and an operator says which build runs
	// the instances (docs/upgrades.md); until one is said to be current, none of them gets work. Without it any worker runs any instance.
	Build string
}

// Deployment is the name under which Temporal knows the builds of this worker.
const Deployment = "fasthold"

// Versioned tells Temporal the build of a worker. An instance goes on under whichever build is current at its next step: it lives for years,
// and a build cannot be kept running for as long as the last instance that it has begun. What the interpreter does with an instance does not
// depend on the build but on engine.Version, and the histories of released builds are replayed by the tests of each new one.
func Versioned(build string) worker.DeploymentOptions {
	if build == "" {
		return worker.DeploymentOptions{}
	}
	return worker.DeploymentOptions{
		UseVersioning:             true,
		Version:                   worker.WorkerDeploymentVersion{DeploymentName: Deployment, BuildID: build},
		DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
	}
}

// Patience is how long a workflow may compute before the SDK gives it up, and with that its workflow task: the first instance of a definition reads
// it from the store and compiles it, which may take longer than the SDK's one second when the machine is busy.
const Patience = 8 * time.Second

// New builds a worker; Start and Stop it.
func New(o Options) worker.Worker { return NewOn(workflows.TaskQueue, o) }

// NewOn builds a worker that listens on a task queue of its own.
func NewOn(queue string, o Options) worker.Worker {
	w := worker.New(o.Client, queue, worker.Options{DeadlockDetectionTimeout: Patience, DeploymentOptions: Versioned(o.Build)})
	(&workflows.Processes{Definitions: NewLibrary(o.Store)}).Register(w)
	(&activities.Activities{Store: o.Store, Log: o.Log, Unit: o.Unit}).Register(w)
	return w
}
