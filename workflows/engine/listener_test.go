package engine_test

import (
	"testing"

	"fasthold/workflows/engine"
)

const listened = `start s; user a assignee="=who" on.creating=ready on.assigning=check on.completing=first on.completing=second on.updating=note; user b; end e; s -> a -> b -> e`

// listener answers the job of the listener that is under way, and returns its type.
func (p *player) listener(vars string) string {
	p.t.Helper()
	var job string
	for _, c := range p.turn.Commands {
		if c.Kind == engine.RunJob && c.Listener != nil {
			job = c.Job.Type
		}
	}
	p.step(engine.Event{Kind: engine.CompleteJob, Key: p.key("a"), Variables: variables(p.t, vars)})
	return job
}

func (p *player) asked(kind engine.CommandKind) bool {
	for _, c := range p.turn.Commands {
		if c.Kind == kind {
			return true
		}
	}
	return false
}

// A task is seen, assigned, changed and completed when the listeners of that have let it.
func TestTaskListeners(t *testing.T) {
	t.Parallel()
	p := play(t, listened, `{"who":"anna"}`)
	for i, want := range []string{"ready", "check"} {
		if p.asked(engine.OpenTask) {
			t.Fatal("opened before its listeners were done")
		}
		if got := p.listener(``); got != want {
			t.Fatalf("listener %d is %s, not %s", i, got, want)
		}
	}
	if !p.asked(engine.OpenTask) {
		t.Fatal("not opened")
	}
	key := p.key("a")
	p.step(engine.Event{Kind: engine.AssignTask, Key: key, Assignee: "bo"})
	p.refuses(engine.Event{Kind: engine.CompleteTask, Key: key}, engine.Conflict)
	p.refuses(engine.Event{Kind: engine.ThrowError, Key: key, Code: "E"}, engine.Conflict)
	p.listener(`{"denied":true,"deniedReason":"on leave"}`)
	if got := p.task("a").Assignee; got != "anna" || p.turn.Trace[0].Kind != engine.Denied || p.turn.Trace[0].Text != "on leave" {
		t.Fatalf("%s %+v", got, p.turn.Trace)
	}
	low := 1
	p.step(engine.Event{Kind: engine.UpdateTask, Key: key, Task: &engine.TaskPatch{Priority: &low}})
	if p.task("a").Priority == 1 {
		t.Error("changed before its listener was done")
	}
	p.listener(``)
	if p.task("a").Priority != 1 {
		t.Error("not changed")
	}

	p.step(engine.Event{Kind: engine.CompleteTask, Key: key, Actor: "anna", ID: "answer", Variables: variables(t, `{"x":1}`)})
	if c := p.turn.Commands[0]; c.Kind != engine.RunJob {
		t.Fatalf("%+v", c)
	} else if x, _ := c.Variables.Lookup("x"); x.String() != "1" {
		t.Error("the listener does not see what was entered")
	}
	p.listener(``)
	p.waits("a")
	if got := p.listener(``); got != "second" {
		t.Error(got)
	}
	if c := p.turn.Commands[0]; c.Kind != engine.CloseTask || c.Actor != "anna" || c.Answer != "answer" {
		t.Errorf("%+v", c)
	}
	p.waits("b")
	p.variable("x", "1")
}

// A listener out of retries is an incident; a retry runs it again, and the change goes on.
func TestTaskListenerFails(t *testing.T) {
	t.Parallel()
	p := play(t, listened, ``)
	key := p.key("a")
	p.listener(`{"denied":true}`) // what nobody asked for cannot be denied
	if in := p.incidents(); len(in) != 1 || in[0].Code != "listener" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.Retry, Key: key})
	p.listener(``)
	p.step(engine.Event{Kind: engine.CompleteTask, Key: key})
	p.step(engine.Event{Kind: engine.FailJob, Key: key, Code: "job_failed", Text: "no"})
	p.waits("a")
	p.step(engine.Event{Kind: engine.Retry, Key: key})
	p.listener(``)
	p.listener(``)
	p.waits("b")
}

// What ends a task ends its listener.
func TestTaskListenerIsCanceled(t *testing.T) {
	t.Parallel()
	const text = `start s; user a on.creating=x on.completing=y; boundary b on=a message=stop key="=1"; end e; end f; s -> a -> e; b -> f`
	p := play(t, text, ``)
	p.message("stop", "1", ``)
	p.ended(engine.Completed)
	if !p.asked(engine.CancelJob) || p.asked(engine.CloseTask) {
		t.Errorf("%+v", p.turn.Commands)
	}
	p = play(t, text, ``)
	p.listener(``)
	p.step(engine.Event{Kind: engine.CompleteTask, Key: p.key("a")})
	p.step(engine.Event{Kind: engine.FailJob, Key: p.key("a"), Code: "job_failed"})
	p.message("stop", "1", ``)
	p.ended(engine.Completed)
	if !p.asked(engine.CloseTask) {
		t.Errorf("%+v", p.turn.Commands)
	}
}

// A listener's result that comes while the instance is suspended waits.
func TestSuspendedTaskListener(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a on.completing=y; end e; s -> a -> e`, ``)
	p.step(engine.Event{Kind: engine.CompleteTask, Key: p.key("a")})
	p.step(engine.Event{Kind: engine.Suspend})
	p.listener(``)
	p.waits("a")
	p.step(engine.Event{Kind: engine.Resume})
	p.ended(engine.Completed)
}
