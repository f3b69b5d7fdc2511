// Package casework holds the nouns that the store, the API, the activities and the workflows share: cases, parties, tasks, letters,
// and the projection of a process instance. It has no I/O and decides nothing about processes.
package casework

import (
	"encoding/json"
	"time"
)

// Role is what a user may do (design.md §1).
type Role string

// Roles.
const (
	Consultant Role = "consultant"
	Supervisor Role = "supervisor"
	Integrator Role = "integrator"
	Designer   Role = "designer"
)

// User is somebody who works with cases, or a system that does.
type User struct {
	ID           string
	Name         string
	Roles        []Role
	Groups       []string // candidate groups of user tasks, e.g. consultants
	Municipality string   // four digits; "" for all
	Phone, Email string
	Competences  []string // e.g. authority tasks (B09)
}

// Has reports whether the user has the role.
func (u User) Has(r Role) bool {
	for _, have := range u.Roles {
		if have == r {
			return true
		}
	}
	return false
}

// CaseState is whether a case is worked on.
type CaseState string

// Case states.
const (
	CaseOpen   CaseState = "open"
	CaseClosed CaseState = "closed"
)

// Case is a retention case: one sick leave of one citizen from one job.
type Case struct {
	ID           string
	Number       string // what people call it, e.g. 2026-000123
	State        CaseState
	Outcome      string // code; "" while open
	Closing      string // outcome with which somebody has closed it, while its process has yet to end
	Municipality string
	Bundle       string // NemRefusion bundle UUID; "" for a case opened by hand
	Citizen      Citizen
	Company      Company
	Consultant   string // user id; the same from start to end (B12)
	Facts        Facts
	InstanceID   string // process instance that runs the case; "" until it has started
	OpenedAt     time.Time
	ClosedAt     *time.Time
	Version      int // rises with every change, for ETag
}

// Facts are what is known about the absence. No diagnosis, ever (B30).
type Facts struct {
	FirstAbsenceDay     string // ISO date
	LastAbsenceDay      string
	EmployerPeriodEnd   string
	PaidDuringSickness  *bool
	ExpectedOver8Weeks  *bool
	Section56           bool
	WorkInjury          bool
	PartialHoursPerWeek *float64
	Track               string // code, set by the process
	MainGoal            string // code, set by the process
	Standby             bool
}

// Citizen is the person on sick leave.
type Citizen struct {
	CPR  CPR
	Name string
}

// Company is the workplace.
type Company struct {
	CVR, PNumber, SE                        string
	Name                                    string
	ContactName, ContactPhone, ContactEmail string
}

// Note is a written-down fact or conversation (offentlighedsloven §13).
type Note struct {
	ID, CaseID, TaskID string
	ElementName        string // of the task it was written in; "" for a free note
	Text               string
	Author             string
	At                 time.Time
}

// PlanLine is who does what when (D03).
type PlanLine struct {
	ID, CaseID string
	Owner      string // company, employee, municipality, other
	Action     string
	Due        string // ISO date
	Milestone  bool
	Revision   int // of the plan, 1 for the first
}

// Letter is a letter that was produced for a case.
type Letter struct {
	ID, CaseID, Template, Receiver, Subject, Body string
	At                                            time.Time
}

// TimelineEntry is one line of what happened in a case.
type TimelineEntry struct {
	At                         time.Time
	Kind, Title, Detail, Actor string
}

// Answer is what a person entered in a task beyond process variables: case data that never reaches Temporal. It is kept until the
// workflow has accepted the completion and filed with the projection that says so.
type Answer struct {
	ID, TaskID, CaseID, Author string
	Notes                      []string
	Plan                       []PlanLine
	Milestones                 []PlanLine
	Meeting                    map[string]string
	At                         time.Time
}

// Draft is a half-filled form of an open task. It is kept in the store alone, and goes when the task ends.
type Draft struct {
	TaskID, CaseID, Author string
	Data                   json.RawMessage // by the keys of the form's fields
	At                     time.Time       // when it was saved
}

// Version tells two drafts of a task apart; 0 stands for none.
func (d Draft) Version() int { return int(d.At.UnixMicro()) }
