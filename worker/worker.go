// Package worker builds and runs the Temporal worker: process instances and what they do to the world.
package worker

import (
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

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
}

// Patience is how long a workflow may compute before the SDK gives it up, and with that its workflow task: the first instance of a definition reads
// it from the store and compiles it, which may take longer than the SDK's one second when the machine is busy.
const Patience = 8 * time.Second

// New builds a worker; Start and Stop it.
func New(o Options) worker.Worker { return NewOn(workflows.TaskQueue, o) }

// NewOn builds a worker that listens on a task queue of its own.
func NewOn(queue string, o Options) worker.Worker {
	w := worker.New(o.Client, queue, worker.Options{DeadlockDetectionTimeout: Patience})
	(&workflows.Processes{Definitions: NewLibrary(o.Store)}).Register(w)
	(&activities.Activities{Store: o.Store, Log: o.Log, Unit: o.Unit}).Register(w)
	return w
}
