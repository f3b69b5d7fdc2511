package engine

import (
	"cmp"
	"fmt"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// Transition is a change of a task that waits for its listeners (zeebe:taskListeners): it happens when all of them are done, one after the
// other, and not at all when one of them denies it.
type Transition struct {
	Stage     bpmn.ListenerEvent `json:"stage"`
	Next      int                `json:"next,omitempty"` // listener of that stage under way
	Kind      EventKind          `json:"kind,omitempty"` // what a person asked for; "" while the task comes into being
	Actor     string             `json:"actor,omitempty"`
	Answer    string             `json:"answer,omitempty"`
	Assignee  string             `json:"assignee,omitempty"`
	Variables Variables          `json:"variables,omitempty"`
	Task      *TaskPatch         `json:"task,omitempty"`
}

// Open reports whether people see the task: not before its listeners have let it come into being.
func (t *Task) Open() bool { return t.Transition == nil || t.Transition.Kind != "" }

// listens reports whether the node waits for a listener's job.
func (n *Node) listens() bool { return n.Wait == WaitTask && n.Task != nil && n.Task.Transition != nil }

// stages are the events of listeners that a person's request lets happen.
var stages = map[EventKind]bpmn.ListenerEvent{
	CompleteTask: bpmn.Completing, AssignTask: bpmn.Assigning, DelegateTask: bpmn.Assigning, ResolveTask: bpmn.Assigning, UpdateTask: bpmn.Updating,
}

// request lets a change of a task happen, once its listeners have let it.
func (m *machine) request(e Event) {
	n := m.node(e.Key)
	if stage := stages[e.Kind]; m.element(n).UserTask.Listener(stage, 0) != nil {
		n.Task.Transition = &Transition{Stage: stage, Kind: e.Kind, Actor: e.Actor, Answer: e.ID, Assignee: e.Assignee, Variables: e.Variables, Task: e.Task}
		m.listen(e.Key)
		return
	}
	m.grant(e)
}

func (m *machine) grant(e Event) {
	switch e.Kind {
	case CompleteTask:
		m.completeTask(e)
	case AssignTask:
		m.assignTask(e)
	case DelegateTask:
		m.delegateTask(e)
	case ResolveTask:
		m.resolveTask(e)
	case UpdateTask:
		m.updateTask(e)
	}
}

// listen runs the listener that is next, or goes on when none is left.
func (m *machine) listen(key int64) {
	n := m.node(key)
	e, x := m.element(n), n.Task.Transition
	l := e.UserTask.Listener(x.Stage, x.Next)
	if l == nil {
		m.listened(key, e)
		return
	}
	job, err := m.jobOf(key, e, &l.Job)
	if err != nil {
		m.listenerFailed(key, "listener", err.Error())
		return
	}
	m.command(Command{Kind: RunJob, Key: key, Element: e, Job: job, Listener: l, Variables: m.listenerVariables(key, x)})
}

// listenerVariables are what a listener sees: those of the task, and of a completion what was entered.
func (m *machine) listenerVariables(key int64, x *Transition) Variables {
	vars := m.s.Variables(key)
	for _, v := range x.Variables {
		vars.set(v.Name, v.Value)
	}
	return vars
}

// listened goes on when all listeners of a stage are done. A task that comes into being with an assignee is assigned then.
func (m *machine) listened(key int64, e *bpmn.Element) {
	t := m.node(key).Task
	x := t.Transition
	switch {
	case x.Kind != "":
		t.Transition = nil
		m.grant(Event{Kind: x.Kind, Key: key, Actor: x.Actor, ID: x.Answer, Assignee: x.Assignee, Variables: x.Variables, Task: x.Task})
	case x.Stage == bpmn.Creating && t.Assignee != "" && e.UserTask.Listener(bpmn.Assigning, 0) != nil:
		t.Transition = &Transition{Stage: bpmn.Assigning}
		m.listen(key)
	default:
		t.Transition = nil
		m.command(Command{Kind: OpenTask, Key: key, Element: e})
	}
}

// listenerDone takes the result of a listener: it goes on, unless the listener denies the change.
func (m *machine) listenerDone(e Event) {
	n := m.node(e.Key)
	x := n.Task.Transition
	if denied, _ := e.Variables.Lookup("denied"); denied == feel.Bool(true) {
		reason, _ := e.Variables.Lookup("deniedReason")
		text, _ := reason.(feel.String)
		m.deny(e.Key, n, string(text))
		return
	}
	x.Next++
	m.listen(e.Key)
}

// deny leaves the task as it was. What nobody asked for cannot be denied.
func (m *machine) deny(key int64, n *Node, reason string) {
	if n.Task.Transition.Kind == "" {
		m.listenerFailed(key, "listener", fmt.Sprintf("a listener of %s denied that the task comes into being: %s", n.Element, reason))
		return
	}
	n.Task.Transition = nil
	m.recordText(Denied, key, m.element(n), cmp.Or(reason, "denied"))
}

// listenerFailed raises an incident on a task, which stays as it is; a retry runs the listener again.
func (m *machine) listenerFailed(key int64, code, text string) {
	n := m.node(key)
	n.Wait = WaitIncident
	n.Incident = &Incident{Code: code, Message: text, At: m.now.UTC()}
	m.recordText(IncidentOpen, key, m.element(n), code)
}

// beginTask opens work for a person, once its listeners have let it.
func (m *machine) beginTask(key int64, e *bpmn.Element) {
	t := m.node(key).Task
	for _, stage := range []bpmn.ListenerEvent{bpmn.Creating, bpmn.Assigning} {
		if e.UserTask.Listener(stage, 0) != nil && (stage == bpmn.Creating || t.Assignee != "") {
			t.Transition = &Transition{Stage: stage}
			m.listen(key)
			return
		}
	}
	m.command(Command{Kind: OpenTask, Key: key, Element: e})
}
