//go:build race

package e2e

import "time"

// raced tells that the race detector watches, under which a round takes about ten times as long.
const raced = true

// taskTimeout is how long a worker that can be killed has for a workflow task.
const taskTimeout = 4 * time.Second
