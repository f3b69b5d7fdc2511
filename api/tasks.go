package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

// task is a user task.
type task struct {
	ID                string             `json:"id"`
	ElementID         string             `json:"elementId"`
	Name              string             `json:"name"`
	CaseID            string             `json:"caseId" doc:"Empty when the instance belongs to no case"`
	CaseNumber        string             `json:"caseNumber,omitempty"`
	CompanyName       string             `json:"companyName,omitempty" doc:"CVR and its number while nobody has told the name"`
	ProcessID         string             `json:"processId"`
	ProcessName       string             `json:"processName,omitempty"`
	ProcessInstanceID string             `json:"processInstanceId"`
	State             casework.TaskState `json:"state" enum:"open,completed,canceled"`
	Assignee          *string            `json:"assignee" nullable:"true" doc:"User id"`
	AssigneeName      string             `json:"assigneeName,omitempty"`
	Owner             string             `json:"owner,omitempty" doc:"Of a delegated task: user id of whoever gets it back"`
	OwnerName         string             `json:"ownerName,omitempty"`
	CandidateGroups   []string           `json:"candidateGroups" nullable:"false"`
	CandidateUsers    []string           `json:"candidateUsers" nullable:"false"`
	Priority          int                `json:"priority" doc:"0 to 100; 50 is ordinary"`
	Form              string             `json:"formId,omitempty"`
	DueAt             *time.Time         `json:"dueAt" nullable:"true"`
	FollowUpAt        *time.Time         `json:"followUpAt" nullable:"true"`
	CreatedAt         time.Time          `json:"createdAt"`
	EndedAt           *time.Time         `json:"endedAt,omitempty"`
	EndedBy           string             `json:"endedBy,omitempty"`
	Suspended         bool               `json:"suspended,omitempty" doc:"It waits until its process instance is resumed. Such tasks are listed only by case or process instance"`
	VirtualNow        *time.Time         `json:"virtualNow,omitempty" doc:"Only in dev: the time in the instance"`
}

func (n names) task(t casework.TaskView) task {
	out := task{
		ID: t.ID, ElementID: t.ElementID, Name: t.Name, CaseID: t.CaseID, CaseNumber: t.CaseNumber, CompanyName: t.CompanyName,
		ProcessID: t.ProcessID, ProcessName: t.ProcessName, ProcessInstanceID: t.InstanceID, State: t.State,
		CandidateGroups: some(t.CandidateGroups), CandidateUsers: some(t.CandidateUsers), Priority: t.Priority, Form: t.Form,
		DueAt: t.DueAt, FollowUpAt: t.FollowUpAt, CreatedAt: t.CreatedAt, EndedAt: t.EndedAt, EndedBy: t.EndedBy, Suspended: t.Suspended, Owner: t.Owner, OwnerName: n.of(t.Owner),
	}
	if t.Assignee != "" {
		out.Assignee, out.AssigneeName = &t.Assignee, n.of(t.Assignee)
	}
	return out
}

// some turns no list into an empty one.
func some(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

type taskSearch struct {
	Page
	Assignee  string             `query:"assignee" maxLength:"200" doc:"User id, or me"`
	Group     string             `query:"group" maxLength:"200" doc:"Candidate group"`
	Case      string             `query:"case" maxLength:"200"`
	Instance  string             `query:"processInstance" maxLength:"200"`
	State     casework.TaskState `query:"state" enum:"open,completed,canceled"`
	Overdue   bool               `query:"overdue" doc:"Only open tasks whose due time is over"`
	DueBefore time.Time          `query:"dueBefore"`
	Text      string             `query:"text" maxLength:"200" doc:"Part of the task's name, the case number or the company's name. Never a CPR number"`
	Sort      string             `query:"sort" enum:"dueAt,-dueAt,priority,-priority,createdAt,-createdAt" doc:"dueAt when not given"`
}

func (q *taskSearch) filter(me casework.User) casework.TaskFilter {
	f := casework.TaskFilter{
		CaseID: q.Case, Instance: q.Instance, Assignee: q.Assignee, State: q.State, Overdue: q.Overdue, Text: q.Text, Sort: q.Sort, Page: q.page(),
		WithoutCase: !me.Has(casework.Consultant) && !me.Has(casework.Supervisor),
	}
	if q.Assignee == "me" {
		f.Assignee = me.ID
	}
	if q.Group != "" {
		f.Groups = []string{q.Group}
	}
	if !q.DueBefore.IsZero() {
		f.DueBefore = &q.DueBefore
	}
	return f
}

// byID names one thing.
type byID struct {
	ID string `path:"id" maxLength:"200"`
}

type assignInput struct {
	Change
	Body struct {
		Assignee string `json:"assignee" minLength:"1" maxLength:"200" doc:"User id"`
	}
}

// Change names one thing to be changed, once.
type Change struct {
	ID  string `path:"id" maxLength:"200"`
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same key again is the same request"`
}

func (s *Server) taskRoutes() {
	handle(s, call{method: http.MethodGet, path: "/tasks", roles: doers, tag: "tasks", summary: "Search tasks"}, s.listTasks)
	handle(s, call{method: http.MethodGet, path: "/tasks/{id}", roles: doers, tag: "tasks", summary: "A task"}, s.getTask)
	handle(s, call{method: http.MethodGet, path: "/tasks/{id}/form", roles: doers, tag: "tasks", summary: "The form of a task, with what is known"}, s.taskForm)
	handle(s, call{method: http.MethodPost, path: "/tasks/{id}/claim", roles: doers, tag: "tasks", summary: "Take a task that nobody has"}, s.claimTask)
	handle(s, call{method: http.MethodPost, path: "/tasks/{id}/release", roles: doers, tag: "tasks", summary: "Give a task back"}, s.releaseTask)
	handle(s, call{method: http.MethodPost, path: "/tasks/{id}/assign", roles: doers, tag: "tasks", summary: "Give a task to somebody"}, s.assignTask)
	handle(s, call{method: http.MethodPost, path: "/tasks/{id}/complete", roles: doers, tag: "tasks", summary: "Complete a task with what its form asks for"}, s.completeTask)
	s.taskLifeRoutes()
}

func (s *Server) listTasks(ctx context.Context, in *taskSearch) (*output[list[task]], error) {
	found, err := s.Store.Tasks(ctx, in.filter(actor(ctx)))
	if err != nil {
		return nil, err
	}
	n, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	out := listOf(found, n.task)
	s.tellVirtualNow(ctx, out.Items)
	return answer(out, s.tellCompanies(ctx, out.Items))
}

// tellCompanies lets tasks show the CVR number of a company whose name nobody has told.
func (s *Server) tellCompanies(ctx context.Context, tasks []task) error {
	var cases []string
	for _, t := range tasks {
		if t.CompanyName == "" && t.CaseID != "" {
			cases = append(cases, t.CaseID)
		}
	}
	if len(cases) == 0 {
		return nil
	}
	numbers, err := s.Store.CVRNumbers(ctx, cases)
	for i, t := range tasks {
		tasks[i].CompanyName = casework.Company{Name: t.CompanyName, CVR: numbers[t.CaseID]}.Called()
	}
	return err
}

func (s *Server) getTask(ctx context.Context, in *byID) (*output[task], error) {
	t, err := s.task(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.answerTask(ctx, t)
}

// task loads a task that the actor may see.
func (s *Server) task(ctx context.Context, id string) (casework.TaskView, error) {
	t, err := s.Store.Task(ctx, id)
	if err != nil {
		return t, err
	}
	return t, mayTouch(ctx, t.CaseID)
}

func (s *Server) answerTask(ctx context.Context, t casework.TaskView) (*output[task], error) {
	n, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	out := []task{n.task(t)}
	out[0].VirtualNow = s.virtualNow(ctx, t.InstanceID)
	err = s.tellCompanies(ctx, out)
	return answer(out[0], err)
}

// mayDo lets people work on their own tasks and on those that nobody has, and supervisors on all.
func mayDo(u casework.User, t casework.TaskView) error {
	if t.Assignee == "" || t.Assignee == u.ID || u.Has(casework.Supervisor) {
		return nil
	}
	return fail(casework.Forbidden, "Opgaven er en andens; få den overdraget af den ansvarlige eller lederen.")
}

const noLongerOpen = "Opgaven er ikke længere åben."

func stillOpen(t casework.TaskView) error {
	if t.Suspended {
		return fail(casework.Conflict, onHold)
	}
	if t.State == casework.TaskOpen {
		return nil
	}
	return fail(casework.Conflict, noLongerOpen)
}

// claimTask gives a task to whoever asks first. The list may be behind: it is the process that decides.
func (s *Server) claimTask(ctx context.Context, in *Change) (*output[task], error) {
	me := actor(ctx)
	return s.assign(ctx, *in, workflows.Request{Assignee: me.ID, Claim: true}, func(t casework.TaskView) error {
		if t.Assignee != "" && t.Assignee != me.ID {
			return s.taken(ctx, t)
		}
		return nil
	})
}

// taken tells who was first.
func (s *Server) taken(ctx context.Context, t casework.TaskView) error {
	n, err := s.names(ctx)
	if err != nil {
		return err
	}
	return fail(casework.Conflict, "Opgaven er allerede taget af %s.", cmp.Or(n.of(t.Assignee), "en anden"))
}

// lateForClaim tells why a task could not be claimed, as soon as the list has heard.
func (s *Server) lateForClaim(ctx context.Context, id string) error {
	bounded, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	var t casework.TaskView
	var err error
	wait(bounded, func() bool {
		t, err = s.Store.Task(ctx, id)
		return err != nil || t.Assignee != "" || t.State != casework.TaskOpen
	})
	return cmp.Or(err, stillOpen(t), s.taken(ctx, t))
}

func (s *Server) releaseTask(ctx context.Context, in *Change) (*output[task], error) {
	return s.assign(ctx, *in, workflows.Request{}, func(t casework.TaskView) error { return mayDo(actor(ctx), t) })
}

func (s *Server) assignTask(ctx context.Context, in *assignInput) (*output[task], error) {
	u, err := s.Store.User(ctx, in.Body.Assignee)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return nil, err
	}
	return s.assign(ctx, in.Change, workflows.Request{Assignee: in.Body.Assignee}, func(t casework.TaskView) error {
		if err != nil || !canWork(u, t, actor(ctx)) {
			return invalidField("/assignee", "Vælg en konsulent eller leder i kommunen.")
		}
		return mayDo(actor(ctx), t)
	})
}

// canWork reports whether somebody can be given a task by an actor: a task of a case goes to a caseworker of the actor's municipality.
func canWork(u casework.User, t casework.TaskView, by casework.User) bool {
	roles := doers
	if t.CaseID != "" {
		roles = caseworkers
	}
	return slices.ContainsFunc(roles, u.Has) && (u.Municipality == "" || by.Municipality == "" || u.Municipality == by.Municipality)
}

// assign gives an open task to somebody, or with no assignee back to all, when may allows it.
func (s *Server) assign(ctx context.Context, in Change, r workflows.Request, may func(casework.TaskView) error) (*output[task], error) {
	t, err := s.task(ctx, in.ID)
	if err == nil {
		err = cmp.Or(stillOpen(t), may(t))
	}
	if err == nil && t.Assignee != r.Assignee {
		r.Key = t.Key
		err = lateForTask(s.update(ctx, t.InstanceID, workflows.AssignTaskUpdate, updateID(ctx, in.Key), r))
		if r.Claim && casework.CodeOf(err) == casework.Conflict {
			err = s.lateForClaim(ctx, in.ID)
		}
	}
	if err != nil {
		return nil, err
	}
	return s.taskNow(ctx, in.ID)
}

func (s *Server) taskNow(ctx context.Context, id string) (*output[task], error) {
	t, err := s.Store.Task(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.answerTask(ctx, t)
}

// lateForTask tells in a caseworker's words that the workflow has gone on from a task which the store knew.
func lateForTask(err error) error {
	err = fromTemporal(err)
	switch casework.CodeOf(err) {
	case casework.NotFound, casework.Conflict:
		return fail(casework.Conflict, noLongerOpen)
	}
	return err
}
