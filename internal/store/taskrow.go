package store

import (
	"strings"
	"time"

	"fasthold/internal/casework"
)

// never is when a task without a due time is due.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

type taskRow struct {
	ID                              string
	InstanceID                      string
	Key                             int64
	CaseID, Municipality            string
	ElementID, Name, Form           string
	State                           casework.TaskState
	Assignee, Owner                 string
	CandidateGroups, CandidateUsers texts
	Priority                        int
	DueAt                           time.Time
	FollowUpAt                      *time.Time
	CreatedAt                       time.Time
	EndedAt                         *time.Time
	EndedBy, Search                 string
	OpenedIn                        int64 // sequence of the projection that brought it
}

// TableName returns the table.
func (taskRow) TableName() string { return "tasks" }

func rowOfTask(p casework.Projection, municipality string, t casework.Task) taskRow {
	due := never
	if t.DueAt != nil {
		due = stamp(*t.DueAt)
	}
	return taskRow{
		ID: t.ID, InstanceID: p.Instance.ID, Key: t.Key, CaseID: p.Instance.CaseID, Municipality: municipality,
		ElementID: t.ElementID, Name: t.Name, Form: t.Form, State: t.State, Assignee: t.Assignee, Owner: t.Owner,
		CandidateGroups: t.CandidateGroups, CandidateUsers: t.CandidateUsers, Priority: t.Priority,
		DueAt: due, FollowUpAt: stampPointer(t.FollowUpAt), CreatedAt: stamp(t.CreatedAt), EndedAt: stampPointer(t.EndedAt), EndedBy: t.EndedBy,
		Search: strings.ToLower(t.Name), OpenedIn: p.Sequence,
	}
}

func (r taskRow) task() casework.Task {
	t := casework.Task{
		ID: r.ID, Key: r.Key, ElementID: r.ElementID, Name: r.Name, Form: r.Form, State: r.State, Assignee: r.Assignee, Owner: r.Owner,
		CandidateGroups: r.CandidateGroups, CandidateUsers: r.CandidateUsers, Priority: r.Priority,
		FollowUpAt: r.FollowUpAt, CreatedAt: r.CreatedAt, EndedAt: r.EndedAt, EndedBy: r.EndedBy,
	}
	if r.DueAt.Before(never) {
		t.DueAt = &r.DueAt
	}
	return t
}
