package casework

import (
	"encoding/json"
	"time"
)

// Page asks for a part of a list.
type Page struct {
	Limit  int    // 1–200; 0 for 50
	Cursor string // List.NextCursor of the part before; "" for the first
}

// List is a part of a list.
type List[T any] struct {
	Items      []T
	NextCursor string // "" at the end
}

// TaskView is a task with what a task list shows beside it.
type TaskView struct {
	Task
	InstanceID  string
	CaseID      string // "" when the instance belongs to no case, as are the next two
	CaseNumber  string
	CompanyName string
	ProcessID   string
	ProcessName string
	Suspended   bool // it waits until its instance goes on
	// Definition is the content hash of what its instance runs, and Variables are those the task sees, as they are now, a JSON object. Only of
	// a task that is asked for by its id.
	Definition string
	Variables  json.RawMessage
}

// Task sorts; with a leading "-" the list runs the other way.
const (
	SortDueAt     = "dueAt"    // tasks without a due time come last
	SortPriority  = "priority" // backwards, the highest priority first and within one what is due first
	SortCreatedAt = "createdAt"
)

// TaskFilter narrows a task list. The zero value of a field does not narrow it.
type TaskFilter struct {
	CaseID      string
	WithoutCase bool // of instances that belong to no case
	Instance    string
	Element     string // element id
	Assignee    string
	Groups      []string // candidate of at least one of them
	State       TaskState
	Overdue     bool // open, and due before now
	DueBefore   *time.Time
	Text        string // part of the task's name, the case number or the company's name, whatever the case of the letters
	Sort        string // SortDueAt when ""
	Page
}

// CaseFilter narrows a case list, newest first. The zero value of a field does not narrow it.
type CaseFilter struct {
	Number     string
	CPR        CPR    // whoever looks up a person says why: see Purpose
	Purpose    string // goes into the access log with a look-up by CPR
	CVR        string
	Consultant string
	State      CaseState
	Text       string // part of the case number or the company's name, whatever the case of the letters
	Page
}

// InstanceFilter narrows a list of instances, newest first. The zero value of a field does not narrow it.
type InstanceFilter struct {
	ProcessID string
	State     InstanceState
	CaseID    string
	ParentID  string
	Page
}

// InstanceView is an instance with all that is open in it.
type InstanceView struct {
	Instance
	Sequence      int64 // of the last projection that was applied
	Elements      []Element
	Timers        []Timer
	Subscriptions []Subscription
	Incidents     []Incident
}

// HistoryEntry is a step of an instance with the moment it was taken.
type HistoryEntry struct {
	Step
	At time.Time
}

// IncidentView is an open incident and where it stands.
type IncidentView struct {
	Incident
	ElementName string
	InstanceID  string
	CaseID      string
	CaseNumber  string
	ProcessID   string
}

// NewCase is a case opened by hand.
type NewCase struct {
	Municipality string
	Citizen      Citizen
	Company      Company
	Facts        Facts
}

// Receipt says what became of an event.
type Receipt struct {
	CaseID     string
	CaseNumber string
	EventID    string
	Repeated   bool // the same event had come before
}

// Meeting is an agreed meeting.
type Meeting struct {
	ID, CaseID, TaskID string
	Details            map[string]string // as the form names them: place, time …
	Author             string
	At                 time.Time // when it was written down
}

// Audience is who an [Alert] is for.
type Audience string

// Audiences.
const (
	ForConsultant Audience = "consultant" // the one of the case
	ForSupervisor Audience = "supervisor"
)

// Alert calls somebody's attention to a case: a reminder before a deadline, an escalation after it.
type Alert struct {
	ID         string // the same for the same cause, so that a second one is none
	CaseID     string
	CaseNumber string // set by the store
	Audience   Audience
	Reason     string    // code, or the element id of the task whose deadline is near or over
	Task       string    // name of that task; "" when it is about none
	At         time.Time // set by the store, as is the next
	SeenAt     *time.Time
}

// Access is that somebody looked at a person's data, for the extract the person may ask for.
type Access struct {
	At      time.Time
	Actor   string
	CaseID  string // "" for a look-up that found nothing
	Action  string // code, e.g. case_viewed, cpr_search
	Purpose string
}

// Reply is an answer to a request, kept to be given again to the same request.
type Reply struct {
	Status int
	Body   []byte
}
