package workflows

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Register makes a worker run process instances.
func (b *Processes) Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(b.Process, workflow.RegisterOptions{Name: ProcessWorkflow})
}
