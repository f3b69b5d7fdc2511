package engine_test

import (
	"testing"
	"time"

	"fasthold/workflows/engine"
)

func (p *player) task(element string) *engine.Task {
	p.t.Helper()
	n, _ := p.s.Node(p.key(element))
	return n.Task
}

// A delegated task goes back to its owner, who completes it.
func TestDelegation(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a assignee=anna; user b; end e; s -> a -> b -> e`, ``)
	key := p.key("a")
	for _, to := range []string{"", "anna"} {
		p.refuses(engine.Event{Kind: engine.DelegateTask, Key: key, Assignee: to}, engine.Invalid)
	}
	p.refuses(engine.Event{Kind: engine.ResolveTask, Key: key}, engine.Conflict)
	p.step(engine.Event{Kind: engine.DelegateTask, Key: key, Assignee: "bo"})
	p.step(engine.Event{Kind: engine.DelegateTask, Key: key, Assignee: "carl"})
	if task := p.task("a"); task.Assignee != "carl" || task.Owner != "anna" {
		t.Fatalf("%+v", task)
	}
	p.refuses(engine.Event{Kind: engine.DelegateTask, Key: key, Assignee: "anna"}, engine.Invalid)
	p.refuses(engine.Event{Kind: engine.CompleteTask, Key: key}, engine.Conflict)
	p.refuses(engine.Event{Kind: engine.AssignTask, Key: key}, engine.Conflict)
	p.step(engine.Event{Kind: engine.ResolveTask, Key: key})
	if task := p.task("a"); task.Assignee != "anna" || task.Owner != "" {
		t.Fatalf("%+v", task)
	}
	p.step(engine.Event{Kind: engine.DelegateTask, Key: key, Assignee: "bo"})
	p.step(engine.Event{Kind: engine.AssignTask, Key: key, Assignee: "dorte"})
	p.complete("a", ``)
	p.refuses(engine.Event{Kind: engine.DelegateTask, Key: p.key("b"), Assignee: "bo"}, engine.Conflict)
}

// What a person changes in a task; a date given by hand no longer follows variables, also when it was taken away.
func TestTaskUpdate(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a due="=date(day) + duration(\"P7D\")" followup="=date(day)" follows; end e; s -> a -> e`, `{"day":"2026-03-10"}`)
	key, at, low := p.key("a"), time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC), 10
	many := 101
	for _, patch := range []*engine.TaskPatch{nil, {}, {Priority: &many}, {CandidateUsers: &[]string{""}}} {
		p.refuses(engine.Event{Kind: engine.UpdateTask, Key: key, Task: patch}, engine.Invalid)
	}
	p.step(engine.Event{Kind: engine.UpdateTask, Key: key, Task: &engine.TaskPatch{Due: &at, Priority: &low, CandidateGroups: &[]string{"team"}}})
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"day":"2026-03-20"}`)})
	task := p.task("a")
	if !task.Due.Equal(at) || task.Priority != 10 || task.CandidateGroups[0] != "team" || !task.FollowUp.Equal(p.at("2026-03-20 00:00")) {
		t.Fatalf("%+v", task)
	}
	p.step(engine.Event{Kind: engine.UpdateTask, Key: key, Task: &engine.TaskPatch{Due: new(time.Time), FollowUp: new(time.Time)}})
	p.step(engine.Event{Kind: engine.SetVariables, Variables: variables(t, `{"day":"2026-03-21"}`)})
	if task := p.task("a"); task.Due != nil || task.FollowUp != nil {
		t.Fatalf("%+v", task)
	}
}
