package engine

import (
	"time"

	"fasthold/definitions/bpmn"
)

// TaskPatch is what a person changes in a task; nil leaves it as it is.
type TaskPatch struct {
	Due             *time.Time `json:"due,omitempty"` // the zero time for none
	FollowUp        *time.Time `json:"followUp,omitempty"`
	Priority        *int       `json:"priority,omitempty"`
	CandidateGroups *[]string  `json:"candidateGroups,omitempty"`
	CandidateUsers  *[]string  `json:"candidateUsers,omitempty"`
}

const (
	maxPriority   = 100
	maxCandidates = 100
	maxCandidate  = 200 // bytes of a name
)

// accept refuses what no task can have.
func (p *TaskPatch) accept() error {
	if p == nil || *p == (TaskPatch{}) {
		return reject(Invalid, "nothing is changed: give a due date, a follow-up date, a priority or candidates")
	}
	for _, at := range []*time.Time{p.Due, p.FollowUp} {
		if at != nil && !writable(*at) {
			return reject(Invalid, "a date lies between the years 0 and 9999")
		}
	}
	if p.Priority != nil && (*p.Priority < 0 || *p.Priority > maxPriority) {
		return reject(Invalid, "the priority is a whole number from 0 to %d", maxPriority)
	}
	for _, names := range []*[]string{p.CandidateGroups, p.CandidateUsers} {
		if names == nil {
			continue
		}
		if len(*names) > maxCandidates {
			return reject(Invalid, "a task has at most %d candidate groups and users", maxCandidates)
		}
		for _, name := range *names {
			if name == "" || len(name) > maxCandidate {
				return reject(Invalid, "the name of a candidate has 1 to %d bytes", maxCandidate)
			}
		}
	}
	return nil
}

// acceptDelegation lets the assignee hand a task on for a while, and get it back.
func (n *Node) acceptDelegation(e Event) error {
	if err := n.mustWait(WaitTask, "an open task"); err != nil {
		return err
	}
	switch t := n.Task; {
	case e.Kind == ResolveTask && t.Owner == "":
		return reject(Conflict, "%s is not delegated", n.Element)
	case e.Kind == ResolveTask:
		return nil
	case t.Assignee == "":
		return reject(Conflict, "%s is nobody's: only an assigned task can be delegated", n.Element)
	case e.Assignee == "" || e.Assignee == t.Assignee || e.Assignee == t.Owner:
		return reject(Invalid, "%s can be delegated to somebody else only", n.Element)
	}
	return nil
}

// acceptCompletion refuses to complete a delegated task: it is its owner's, who gets it back first.
func (n *Node) acceptCompletion() error {
	if err := n.mustWait(WaitTask, "an open task"); err != nil {
		return err
	}
	if n.Task.Owner != "" {
		return reject(Conflict, "%s is delegated: resolve it first", n.Element)
	}
	return nil
}

func (m *machine) delegateTask(e Event) {
	t := m.node(e.Key).Task
	if t.Owner == "" {
		t.Owner = t.Assignee
	}
	t.Assignee = e.Assignee
	m.taskChanged(e.Key, Delegated, e.Assignee)
}

func (m *machine) resolveTask(e Event) {
	t := m.node(e.Key).Task
	t.Assignee, t.Owner = t.Owner, ""
	m.taskChanged(e.Key, Undelegated, t.Assignee)
}

func (m *machine) taskChanged(key int64, kind RecordKind, text string) {
	e := m.element(m.node(key))
	m.recordText(kind, key, e, text)
	m.command(Command{Kind: ChangeTask, Key: key, Element: e})
}

// updateTask changes what a person may change by hand. A date that was moved so no longer follows variables.
func (m *machine) updateTask(e Event) {
	n, p := m.node(e.Key), e.Task
	t := n.Task
	due := t.Due
	if p.Due != nil {
		t.Due, t.DueMoved = given(*p.Due), true
	}
	if p.FollowUp != nil {
		t.FollowUp, t.FollowUpMoved = given(*p.FollowUp), true
	}
	if p.Priority != nil {
		t.Priority = *p.Priority
	}
	if p.CandidateGroups != nil {
		t.CandidateGroups = *p.CandidateGroups
	}
	if p.CandidateUsers != nil {
		t.CandidateUsers = *p.CandidateUsers
	}
	m.taskChanged(e.Key, TaskUpdated, "")
	if t.Due != nil && !sameTime(due, t.Due) {
		m.t.Trace = append(m.t.Trace, Record{Kind: DeadlineMoved, Key: e.Key, Element: m.element(n), Due: *t.Due})
	}
}

func given(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

// reschedule works out the dates of a task anew, but for those that a person has moved.
func (m *machine) reschedule(key int64, e *bpmn.Element, t *Task) error {
	before := *t
	if err := m.scheduleTask(key, e, e.UserTask, t); err != nil {
		return err
	}
	if t.Paused != nil {
		t.Due = m.postponeDate(t.Due, e.UserTask.DueDate, *t.Paused)
		t.FollowUp = m.postponeDate(t.FollowUp, e.UserTask.FollowUpDate, *t.Paused)
	}
	if t.DueMoved {
		t.Due = before.Due
	}
	if t.FollowUpMoved {
		t.FollowUp = before.FollowUp
	}
	return nil
}
