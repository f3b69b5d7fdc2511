package api

import (
	"testing"

	"fasthold/internal/casework"
)

// A task of a case goes to a caseworker of the municipality; a task of no case also to whoever tries a process.
func TestCanWork(t *testing.T) {
	t.Parallel()
	by := casework.User{Municipality: "0710"}
	inCase, free := casework.TaskView{CaseID: "c"}, casework.TaskView{}
	for _, c := range []struct {
		role         casework.Role
		municipality string
		task         casework.TaskView
		can          bool
	}{
		{casework.Consultant, "0710", inCase, true},
		{casework.Supervisor, "", inCase, true},
		{casework.Consultant, "0791", inCase, false},
		{casework.Integrator, "0710", inCase, false},
		{casework.Designer, "0710", inCase, false},
		{casework.Designer, "0710", free, true},
		{casework.Integrator, "0710", free, false},
	} {
		u := casework.User{Roles: []casework.Role{c.role}, Municipality: c.municipality}
		if got := canWork(u, c.task, by); got != c.can {
			t.Errorf("%s of %q, task of case %q: %v", c.role, c.municipality, c.task.CaseID, got)
		}
	}
}
