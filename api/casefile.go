package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"fasthold/internal/casework"
)

type inCase struct {
	Page
	ID string `path:"id" maxLength:"200"`
}

// timelineEntry is one line of what happened in a case.
type timelineEntry struct {
	At     time.Time `json:"at"`
	Kind   string    `json:"kind" doc:"Code"`
	Title  string    `json:"title"`
	Detail string    `json:"detail,omitempty"`
	Actor  string    `json:"actor,omitempty" doc:"Name of whoever did it; not there when the process did"`
}

// note is a written-down fact or conversation.
type note struct {
	ID          string    `json:"id"`
	Text        string    `json:"text"`
	At          time.Time `json:"at"`
	Author      string    `json:"author,omitempty" doc:"Name"`
	TaskID      string    `json:"taskId,omitempty"`
	ElementName string    `json:"elementName,omitempty" doc:"Of the task it was written in"`
}

type noteInput struct {
	Change
	Body struct {
		Text string `json:"text" maxLength:"20000" doc:"No diagnosis, nothing about health"`
	}
}

type planInput struct {
	ID       string `path:"id" maxLength:"200"`
	Revision int    `query:"revision" minimum:"0" doc:"The latest when not given"`
}

// planLine is who does what when.
type planLine struct {
	ID        string `json:"id"`
	Owner     string `json:"owner" doc:"company, employee, municipality or other"`
	Action    string `json:"action"`
	Due       string `json:"due,omitempty" format:"date"`
	Milestone bool   `json:"milestone"`
	Revision  int    `json:"revision"`
}

// letter is a letter that was produced for a case.
type letter struct {
	ID       string    `json:"id"`
	Template string    `json:"template"`
	Receiver string    `json:"receiver"`
	Subject  string    `json:"subject"`
	Body     string    `json:"body"`
	At       time.Time `json:"at"`
}

// meeting is an agreed meeting.
type meeting struct {
	ID      string            `json:"id"`
	Details map[string]string `json:"details" doc:"As the form names them"`
	Author  string            `json:"author,omitempty" doc:"Name"`
	At      time.Time         `json:"at" doc:"When it was written down"`
}

func (s *Server) caseFileRoutes() {
	const tag = "cases"
	handle(s, call{method: http.MethodGet, path: "/cases/{id}/timeline", roles: caseworkers, tag: tag, summary: "What happened, the latest first"}, s.timeline)
	handle(s, call{method: http.MethodGet, path: "/cases/{id}/notes", roles: caseworkers, tag: tag, summary: "Notes, the latest first"}, s.notes)
	handle(s, call{method: http.MethodPost, path: "/cases/{id}/notes", roles: caseworkers, tag: tag, summary: "Write a note", status: http.StatusCreated}, s.addNote)
	handle(s, call{method: http.MethodGet, path: "/cases/{id}/plan", roles: caseworkers, tag: tag, summary: "The retention plan"}, s.plan)
	handle(s, call{method: http.MethodGet, path: "/cases/{id}/letters", roles: caseworkers, tag: tag, summary: "Letters, the latest first"}, s.letters)
	handle(s, call{method: http.MethodGet, path: "/cases/{id}/meetings", roles: caseworkers, tag: tag, summary: "Agreed meetings, the latest first"}, s.meetings)
	s.partyRoutes()
}

func (s *Server) timeline(ctx context.Context, in *inCase) (*output[list[timelineEntry]], error) {
	found, err := s.Store.Timeline(ctx, in.ID, in.page())
	return named(ctx, s, found, err, func(n names, e casework.TimelineEntry) timelineEntry {
		return timelineEntry{e.At, e.Kind, e.Title, e.Detail, n.of(e.Actor)}
	})
}

// named answers a list whose items name users.
func named[A, B any](ctx context.Context, s *Server, found casework.List[A], err error, shape func(names, A) B) (*output[list[B]], error) {
	if err != nil {
		return nil, err
	}
	n, err := s.names(ctx)
	return answer(listOf(found, func(a A) B { return shape(n, a) }), err)
}

func (n names) note(x casework.Note) note {
	return note{x.ID, x.Text, x.At, n.of(x.Author), x.TaskID, x.ElementName}
}

func (s *Server) notes(ctx context.Context, in *inCase) (*output[list[note]], error) {
	found, err := s.Store.Notes(ctx, in.ID, in.page())
	return named(ctx, s, found, err, names.note)
}

func (s *Server) addNote(ctx context.Context, in *noteInput) (*output[note], error) {
	if strings.TrimSpace(in.Body.Text) == "" {
		return nil, invalidField("/text", "Skriv et notat.")
	}
	x, err := s.Store.AddNote(ctx, in.ID, in.Body.Text)
	if err != nil {
		return nil, err
	}
	n, err := s.names(ctx)
	return answer(n.note(x), err)
}

func (s *Server) plan(ctx context.Context, in *planInput) (*output[list[planLine]], error) {
	lines, err := s.Store.Plan(ctx, in.ID, in.Revision)
	return answer(list[planLine]{Items: shapes(lines, func(l casework.PlanLine) planLine {
		return planLine{l.ID, l.Owner, l.Action, l.Due, l.Milestone, l.Revision}
	})}, err)
}

func (s *Server) letters(ctx context.Context, in *inCase) (*output[list[letter]], error) {
	found, err := s.Store.Letters(ctx, in.ID, in.page())
	return answer(listOf(found, func(l casework.Letter) letter {
		return letter{l.ID, l.Template, l.Receiver, l.Subject, l.Body, l.At}
	}), err)
}

func (s *Server) meetings(ctx context.Context, in *inCase) (*output[list[meeting]], error) {
	found, err := s.Store.Meetings(ctx, in.ID, in.page())
	return named(ctx, s, found, err, func(n names, m casework.Meeting) meeting {
		return meeting{m.ID, m.Details, n.of(m.Author), m.At}
	})
}

// viewLife is how long somebody who looks at a case again, as an open page does, makes no new line in the access log.
const viewLife = 15 * time.Minute

// views remembers who looked at which case of late.
type views struct {
	mu   sync.Mutex
	last map[[2]string]time.Time
}

func newViews() *views { return &views{last: map[[2]string]time.Time{}} }

// first reports whether it is a new look, and remembers it.
func (v *views) first(user, caseID string, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	key := [2]string{user, caseID}
	if now.Sub(v.last[key]) < viewLife {
		return false
	}
	for k, at := range v.last {
		if now.Sub(at) >= viewLife {
			delete(v.last, k)
		}
	}
	v.last[key] = now
	return true
}
