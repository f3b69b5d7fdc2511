//go:build !race

package e2e

import "time"

const raced = false

// taskTimeout is how long a worker that can be killed has for a workflow task.
const taskTimeout = time.Second
