package story

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/testsuite"
)

// Turns let somebody do things, one after the other, to a workflow that runs in Temporal's time-skipping test environment. Each is done in the
// environment's own thread, which stands still meanwhile.
type Turns struct {
	env    *testsuite.TestWorkflowEnvironment
	next   chan turn
	over   chan struct{} // closed when the workflow has ended
	failed error         // read after over
}

// turn is something to do. The one who asked goes on after wait of virtual time, with what happened meanwhile done: the environment moves its
// clock only when nothing is left to do.
type turn struct {
	do   func() error
	wait time.Duration
	done chan error
}

// Begin starts a workflow. The first turn comes when it has run for a while.
func Begin(env *testsuite.TestWorkflowEnvironment, wait time.Duration, workflow string, in any) *Turns {
	t := &Turns{env: env, next: make(chan turn), over: make(chan struct{})}
	env.RegisterDelayedCallback(t.take, wait)
	go t.run(workflow, in)
	return t
}

func (t *Turns) run(workflow string, in any) {
	defer close(t.over)
	defer func() {
		if r := recover(); r != nil {
			t.failed = fmt.Errorf("the test environment gave up: %v", r)
		}
	}()
	t.env.ExecuteWorkflow(workflow, in)
	t.failed = t.env.GetWorkflowError()
}

// take does the next turn. It runs in the environment's thread.
func (t *Turns) take() {
	next, ok := <-t.next
	if !ok {
		t.env.CancelWorkflow()
		return
	}
	err := next.do()
	t.env.RegisterDelayedCallback(func() {
		next.done <- err
		t.take()
	}, next.wait)
}

// Do does something and waits until virtual time has passed, or the workflow has ended. It reports whether it was done: after the end nothing is.
// The error is that of what was done, or of the workflow that has ended.
func (t *Turns) Do(do func() error, wait time.Duration) (bool, error) {
	mine := turn{do, wait, make(chan error, 1)}
	select {
	case t.next <- mine:
	case <-t.over:
		return false, t.failed
	}
	select {
	case err := <-mine.done:
		return true, err
	case <-t.over:
		return true, t.failed
	}
}

// Close cancels the workflow when it has not ended. The error is that of the workflow.
func (t *Turns) Close() error {
	close(t.next)
	<-t.over
	return t.failed
}
