package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// newTime is a time that is given, taken away by null, or not mentioned.
type newTime struct {
	mentioned bool
	at        *time.Time
}

// Schema describes a time or null.
func (newTime) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

// UnmarshalJSON reads a time or null.
func (t *newTime) UnmarshalJSON(data []byte) error {
	t.mentioned = true
	return json.Unmarshal(data, &t.at)
}

// patch is the time as an instance reads it: the zero time for none.
func (t newTime) patch() *time.Time {
	if t.mentioned && t.at == nil {
		return new(time.Time)
	}
	return t.at
}

type delegateInput struct {
	Change
	Body struct {
		To string `json:"to" minLength:"1" maxLength:"200" doc:"User id"`
	}
}

type patchTaskInput struct {
	Change
	Body struct {
		DueAt           newTime   `json:"dueAt,omitempty" doc:"null for none. It no longer follows the process's variables"`
		FollowUpAt      newTime   `json:"followUpAt,omitempty" doc:"null for none. It no longer follows the process's variables"`
		Priority        *int      `json:"priority,omitempty" minimum:"0" maximum:"100"`
		CandidateGroups *[]string `json:"candidateGroups,omitempty" maxItems:"100"`
		CandidateUsers  *[]string `json:"candidateUsers,omitempty" maxItems:"100"`
	}
}

type draftInput struct {
	Change
	IfMatch     string `header:"If-Match" maxLength:"50" doc:"ETag of the draft as you saw it"`
	IfNoneMatch string `header:"If-None-Match" enum:"*" doc:"When you saw none"`
	Body        struct {
		Data object `json:"data" doc:"What has been filled in so far, by the keys of the form's fields"`
	}
}

// draft is a half-filled form.
type draft struct {
	Data        object    `json:"data"`
	SavedAt     time.Time `json:"savedAt"`
	SavedBy     string    `json:"savedBy" doc:"User id"`
	SavedByName string    `json:"savedByName,omitempty"`
	Version     int       `json:"version" doc:"For If-Match"`
}

// draftAnswer is a draft with the version that If-Match compares with.
type draftAnswer struct {
	ETag string `header:"ETag"`
	Body draft
}

func (s *Server) taskLifeRoutes() {
	const tag = "tasks"
	handle(s, call{method: http.MethodPatch, path: "/tasks/{id}", roles: doers, tag: tag, summary: "Change a task's dates, priority or candidates"}, s.patchTask)
	handle(s, call{method: http.MethodPost, path: "/tasks/{id}/delegate", roles: doers, tag: tag,
		summary: "Let somebody else work on a task, who gives it back: it stays its owner's to complete"}, s.delegateTask)
	handle(s, call{method: http.MethodPost, path: "/tasks/{id}/resolve", roles: doers, tag: tag, summary: "Give a delegated task back to its owner"}, s.resolveTask)
	handle(s, call{method: http.MethodGet, path: "/tasks/{id}/draft", roles: doers, tag: tag, summary: "What has been filled in of a task's form so far"}, s.getDraft)
	handle(s, call{method: http.MethodPut, path: "/tasks/{id}/draft", roles: doers, tag: tag,
		summary: "Keep a half-filled form, unchecked, until the task ends; without If-Match or If-None-Match the last one wins"}, s.putDraft)
	handle(s, call{method: http.MethodDelete, path: "/tasks/{id}/draft", roles: doers, tag: tag, summary: "Forget a half-filled form", status: http.StatusNoContent}, s.deleteDraft)
}

// mayHelp lets those work on a task who may do it, and the owner of a delegated one.
func mayHelp(u casework.User, t casework.TaskView) error {
	if t.Owner != "" && t.Owner == u.ID {
		return nil
	}
	return mayDo(u, t)
}

// alter asks for a change of an open task that the actor may work on.
func (s *Server) alter(ctx context.Context, in Change, update string, r workflows.Request, may func(casework.TaskView) error) (*output[task], error) {
	t, err := s.task(ctx, in.ID)
	if err == nil {
		err = cmp.Or(stillOpen(t), mayHelp(actor(ctx), t), may(t))
	}
	if err != nil {
		return nil, err
	}
	r.Key = t.Key
	if err := fromTemporal(s.update(ctx, t.InstanceID, update, updateID(ctx, in.Key), r)); err != nil {
		if casework.CodeOf(err) == casework.Invalid {
			return nil, err
		}
		return nil, lateForTask(err)
	}
	return s.taskNow(ctx, in.ID)
}

func (s *Server) delegateTask(ctx context.Context, in *delegateInput) (*output[task], error) {
	to, err := s.Store.User(ctx, in.Body.To)
	if err != nil && casework.CodeOf(err) != casework.NotFound {
		return nil, err
	}
	return s.alter(ctx, in.Change, workflows.DelegateTaskUpdate, workflows.Request{Assignee: in.Body.To}, func(t casework.TaskView) error {
		switch {
		case t.Assignee == "":
			return fail(casework.Conflict, "Opgaven er ingens. Tag den, eller tildel den, i stedet for at uddelegere den.")
		case err != nil || !canWork(to, t, actor(ctx)) || to.ID == t.Assignee || to.ID == t.Owner:
			return invalidField("/to", "Vælg en anden konsulent eller leder i kommunen.")
		}
		return nil
	})
}

func (s *Server) resolveTask(ctx context.Context, in *Change) (*output[task], error) {
	return s.alter(ctx, *in, workflows.ResolveTaskUpdate, workflows.Request{}, func(t casework.TaskView) error {
		if t.Owner == "" {
			return fail(casework.Conflict, "Opgaven er ikke uddelegeret.")
		}
		return nil
	})
}

func (s *Server) patchTask(ctx context.Context, in *patchTaskInput) (*output[task], error) {
	b := in.Body
	patch := &engine.TaskPatch{Due: b.DueAt.patch(), FollowUp: b.FollowUpAt.patch(), Priority: b.Priority, CandidateGroups: b.CandidateGroups, CandidateUsers: b.CandidateUsers}
	return s.alter(ctx, in.Change, workflows.UpdateTaskUpdate, workflows.Request{Task: patch}, func(casework.TaskView) error {
		if *patch == (engine.TaskPatch{}) {
			return fail(casework.Invalid, "Skriv, hvad der skal ændres.")
		}
		return nil
	})
}

// draftable loads a task whose form the actor may fill in, also while its instance is suspended.
func (s *Server) draftable(ctx context.Context, id string) error {
	t, err := s.task(ctx, id)
	if err != nil {
		return err
	}
	return mayHelp(actor(ctx), t)
}

func (s *Server) getDraft(ctx context.Context, in *byID) (*draftAnswer, error) {
	if err := s.draftable(ctx, in.ID); err != nil {
		return nil, err
	}
	d, err := s.Store.Draft(ctx, in.ID)
	return s.answerDraft(ctx, d, err)
}

func (s *Server) putDraft(ctx context.Context, in *draftInput) (*draftAnswer, error) {
	if err := s.draftable(ctx, in.ID); err != nil {
		return nil, err
	}
	data, err := in.Body.Data.checked()
	if err != nil {
		return nil, err
	}
	ctx = seen(ctx, in.IfMatch)
	if in.IfNoneMatch != "" {
		ctx = casework.WithVersion(ctx, 0)
	}
	d, err := s.Store.SaveDraft(ctx, in.ID, data)
	return s.answerDraft(ctx, d, err)
}

func (s *Server) answerDraft(ctx context.Context, d casework.Draft, err error) (*draftAnswer, error) {
	if err != nil {
		return nil, err
	}
	n, err := s.names(ctx)
	return &draftAnswer{fmt.Sprintf(`"%d"`, d.Version()), draft{object(d.Data), d.At, d.Author, n.of(d.Author), d.Version()}}, err
}

func (s *Server) deleteDraft(ctx context.Context, in *byID) (*struct{}, error) {
	if err := s.draftable(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, s.Store.RemoveDraft(ctx, in.ID)
}
