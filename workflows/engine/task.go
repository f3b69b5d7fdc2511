package engine

import (
	"fmt"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// defaultPriority is the priority of a task whose definition gives none (zeebe:priorityDefinition).
const defaultPriority = 50

// openTask opens work for a person.
func (m *machine) openTask(key int64, e *bpmn.Element) error {
	t := Task{Priority: defaultPriority}
	if d := e.UserTask; d != nil {
		if err := m.describeTask(key, e, d, &t); err != nil {
			return err
		}
	}
	n := m.node(key)
	n.Wait, n.Task = WaitTask, &t
	m.beginTask(key, e)
	return nil
}

func (m *machine) describeTask(key int64, e *bpmn.Element, d *bpmn.Task, t *Task) (err error) {
	if t.Assignee, _, err = m.evalText(d.Assignee, key); err != nil {
		return err
	}
	if t.CandidateGroups, err = m.evalTexts(d.CandidateGroups, key); err != nil {
		return err
	}
	if t.CandidateUsers, err = m.evalTexts(d.CandidateUsers, key); err != nil {
		return err
	}
	if d.Priority != nil {
		if t.Priority, err = m.evalInt(d.Priority, key, "the priority", e); err != nil {
			return err
		}
	}
	return m.scheduleTask(key, e, d, t)
}

func (m *machine) scheduleTask(key int64, e *bpmn.Element, d *bpmn.Task, t *Task) (err error) {
	if t.Due, err = m.evalTime(d.DueDate, key, "the due date", e); err != nil {
		return err
	}
	t.FollowUp, err = m.evalTime(d.FollowUpDate, key, "the follow-up date", e)
	return err
}

// evalTexts evaluates to a list of texts; a text is split at commas.
func (m *machine) evalTexts(x *feel.Expression, scope int64) ([]string, error) {
	if x == nil {
		return nil, nil
	}
	v, err := m.eval(x, scope, nil)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case feel.Null:
		return nil, nil
	case feel.String:
		return splitList(string(v)), nil
	case feel.List:
		return textsOf(v, x)
	}
	return nil, &problem{"not_a_list", fmt.Sprintf("%s is a %s, not a list of texts%s", x.Source(), v.Kind(), m.why())}
}

func splitList(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func textsOf(list feel.List, x *feel.Expression) ([]string, error) {
	var out []string
	for _, item := range list {
		s, ok := item.(feel.String)
		if !ok {
			return nil, &problem{"not_a_list", fmt.Sprintf("%s has an item that is a %s, not a text", x.Source(), item.Kind())}
		}
		out = append(out, string(s))
	}
	return out, nil
}

// evalTime evaluates to a point in time; null is none.
func (m *machine) evalTime(x *feel.Expression, scope int64, what string, e *bpmn.Element) (*time.Time, error) {
	if x == nil {
		return nil, nil
	}
	v, err := m.eval(x, scope, nil)
	if err != nil {
		return nil, err
	}
	if _, null := v.(feel.Null); null && len(m.env.Warnings) == 0 {
		return nil, nil
	}
	if at, ok := m.instant(v); ok {
		return &at, nil
	}
	return nil, &problem{"not_a_time", fmt.Sprintf("%s of %s, %s, is a %s and not a date or a date and time%s; variables used: %s",
		what, e.ID, x.Source(), v.Kind(), m.why(), m.values(scope, x))}
}

func (m *machine) completeTask(e Event) {
	n := m.node(e.Key)
	m.command(Command{Kind: CloseTask, Key: e.Key, Element: m.element(n), Done: true, Actor: e.Actor, Answer: e.ID})
	m.complete(e.Key, e.Variables)
}

// acceptAssignment refuses to let somebody claim a task that is another's.
func (n *Node) acceptAssignment(e Event) error {
	if err := n.mustWait(WaitTask, "an open task"); err != nil {
		return err
	}
	if has := n.Task.Assignee; e.Claim && has != "" && has != e.Assignee {
		return reject(Conflict, "%s has been claimed by somebody else", n.Element)
	}
	if n.Task.Owner != "" && e.Assignee == "" {
		return reject(Conflict, "%s is delegated: resolve it, and it is its owner's again", n.Element)
	}
	return nil
}

func (m *machine) assignTask(e Event) {
	n := m.node(e.Key)
	n.Task.Assignee, n.Task.Owner = e.Assignee, ""
	m.recordText(Assigned, e.Key, m.element(n), e.Assignee)
	m.command(Command{Kind: ChangeTask, Key: e.Key, Element: m.element(n)})
}
