package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

// retentionCase is a retention case, as a caseworker sees it.
type retentionCase struct {
	ID                  string             `json:"id"`
	CaseNumber          string             `json:"caseNumber"`
	State               casework.CaseState `json:"state" enum:"open,closed"`
	Outcome             string             `json:"outcome,omitempty" doc:"Code of how it ended"`
	Closing             string             `json:"closing,omitempty" doc:"Code of how somebody has closed it, while its process has yet to end"`
	Municipality        municipality       `json:"municipality"`
	Citizen             citizen            `json:"citizen"`
	Company             company            `json:"company"`
	Consultant          *person            `json:"consultant,omitempty"`
	FirstAbsenceDay     string             `json:"firstAbsenceDay,omitempty" format:"date"`
	LastAbsenceDay      string             `json:"lastAbsenceDay,omitempty" format:"date"`
	EmployerPeriodEnd   string             `json:"employerPeriodEnd,omitempty" format:"date"`
	PaidDuringSickness  *bool              `json:"paidDuringSickness" nullable:"true"`
	ExpectedOver8Weeks  *bool              `json:"expectedOver8Weeks" nullable:"true"`
	Section56           bool               `json:"section56"`
	WorkInjury          bool               `json:"workInjury"`
	PartialHoursPerWeek *float64           `json:"partialHoursPerWeek" nullable:"true"`
	Track               string             `json:"track,omitempty" doc:"Code"`
	MainGoal            string             `json:"mainGoal,omitempty" doc:"Code"`
	Standby             bool               `json:"standby"`
	ProcessInstanceID   string             `json:"processInstanceId,omitempty" doc:"Not there until the process has started"`
	OpenedAt            time.Time          `json:"openedAt"`
	ClosedAt            *time.Time         `json:"closedAt" nullable:"true"`
	VirtualNow          *time.Time         `json:"virtualNow,omitempty" doc:"Only in dev: the time in the process"`
}

type municipality struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type citizen struct {
	Name      string `json:"name"`
	CPRMasked string `json:"cprMasked" doc:"Birthday only"`
}

type company struct {
	Name    string `json:"name"`
	CVR     string `json:"cvr,omitempty"`
	PNumber string `json:"pNumber,omitempty"`
}

func (n names) retentionCase(c casework.Case) retentionCase {
	f := c.Facts
	out := retentionCase{
		ID: c.ID, CaseNumber: c.Number, State: c.State, Outcome: c.Outcome, Closing: c.Closing,
		Municipality:    municipality{c.Municipality, casework.Municipality(c.Municipality).Name()},
		Citizen:         citizen{c.Citizen.Name, masked(c.Citizen.CPR)},
		Company:         company{c.Company.Name, c.Company.CVR, c.Company.PNumber},
		FirstAbsenceDay: f.FirstAbsenceDay, LastAbsenceDay: f.LastAbsenceDay, EmployerPeriodEnd: f.EmployerPeriodEnd,
		PaidDuringSickness: f.PaidDuringSickness, ExpectedOver8Weeks: f.ExpectedOver8Weeks, Section56: f.Section56, WorkInjury: f.WorkInjury,
		PartialHoursPerWeek: f.PartialHoursPerWeek, Track: f.Track, MainGoal: f.MainGoal, Standby: f.Standby,
		ProcessInstanceID: c.InstanceID, OpenedAt: c.OpenedAt, ClosedAt: c.ClosedAt,
	}
	if c.Consultant != "" {
		out.Consultant = &person{c.Consultant, n.of(c.Consultant)}
	}
	return out
}

// masked shows a CPR number's birthday only.
func masked(c casework.CPR) string {
	if c.IsZero() {
		return ""
	}
	return c.Formatted()[:7] + "xxxx"
}

type caseSearch struct {
	Page
	Number     string             `query:"caseNumber" maxLength:"50"`
	CVR        string             `query:"cvr" maxLength:"8"`
	Consultant string             `query:"consultant" maxLength:"200" doc:"User id, or me"`
	State      casework.CaseState `query:"state" enum:"open,closed"`
	Text       string             `query:"text" maxLength:"200" doc:"Part of the case number or the company's name. Never a CPR number"`
}

type personSearch struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		CPR     string             `json:"cpr" maxLength:"11"`
		Purpose string             `json:"purpose" minLength:"1" maxLength:"200" doc:"Why you look; it is kept with who looked"`
		State   casework.CaseState `json:"state,omitempty" enum:"open,closed"`
		Limit   int                `json:"limit,omitempty" minimum:"0" maximum:"200"`
		Cursor  string             `json:"cursor,omitempty" maxLength:"512"`
	}
}

// caseAnswer is a case with the version that If-Match compares with.
type caseAnswer struct {
	ETag string `header:"ETag"`
	Body retentionCase
}

// closeAnswer is 200 with the case closed, or 202 while its process has yet to close it.
type closeAnswer struct {
	Status int
	ETag   string `header:"ETag"`
	Body   retentionCase
}

type closeInput struct {
	Change
	Body struct {
		Outcome string `json:"outcome" pattern:"^[a-z][a-z0-9_]{0,63}$" doc:"Code of how it ends"`
	}
}

type consultantInput struct {
	Change
	IfMatch string `header:"If-Match" maxLength:"50" doc:"ETag of the case as you saw it"`
	Body    struct {
		Consultant string `json:"consultant" minLength:"1" maxLength:"200" doc:"User id"`
		Reason     string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why the case changes hands (B12); becomes a note"`
	}
}

func (s *Server) caseRoutes() {
	const tag = "cases"
	handle(s, call{method: http.MethodGet, path: "/cases", roles: caseworkers, tag: tag, summary: "Search cases, the newest first"}, s.listCases)
	handle(s, call{method: http.MethodPost, path: "/cases/search", roles: caseworkers, tag: tag, summary: "Look up a person's cases; it is written in the access log"}, s.searchCases)
	handle(s, call{method: http.MethodPost, path: "/cases", roles: caseworkers, tag: tag, summary: "Open a case by hand", status: http.StatusCreated}, s.openCase)
	handle(s, call{method: http.MethodGet, path: "/cases/{id}", roles: caseworkers, tag: tag, summary: "A case"}, s.getCase)
	handle(s, call{method: http.MethodPost, path: "/cases/{id}/close", roles: caseworkers, tag: tag, status: http.StatusOK, also: http.StatusAccepted,
		summary: "Close a case by hand: its process ends it, with letters and status event. 202 when that takes longer, see closing"}, s.closeCase)
	handle(s, call{method: http.MethodPost, path: "/cases/{id}/consultant", roles: supervised, tag: tag, summary: "Hand a case to another consultant"}, s.changeConsultant)
}

func (s *Server) listCases(ctx context.Context, in *caseSearch) (*output[list[retentionCase]], error) {
	f := casework.CaseFilter{Number: in.Number, CVR: in.CVR, Consultant: in.Consultant, State: in.State, Text: in.Text, Page: in.page()}
	if f.Consultant == "me" {
		f.Consultant = actor(ctx).ID
	}
	return s.cases(ctx, f)
}

func (s *Server) searchCases(ctx context.Context, in *personSearch) (*output[list[retentionCase]], error) {
	cpr, err := casework.ParseCPR(in.Body.CPR)
	if err != nil {
		return nil, danish("/cpr", err)
	}
	return s.cases(ctx, casework.CaseFilter{CPR: cpr, Purpose: in.Body.Purpose, State: in.Body.State, Page: casework.Page{Limit: in.Body.Limit, Cursor: in.Body.Cursor}})
}

func (s *Server) cases(ctx context.Context, f casework.CaseFilter) (*output[list[retentionCase]], error) {
	found, err := s.Store.Cases(ctx, f)
	if err != nil {
		return nil, err
	}
	n, err := s.names(ctx)
	return answer(listOf(found, n.retentionCase), err)
}

// getCase answers a case and writes in the access log that somebody looked.
func (s *Server) getCase(ctx context.Context, in *byID) (*caseAnswer, error) {
	c, err := s.Store.Case(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.logView(ctx, c.ID); err != nil {
		return nil, err
	}
	return s.answerCase(ctx, c)
}

// logView writes in the access log that somebody looks at a case, once for as long as a page is open.
func (s *Server) logView(ctx context.Context, caseID string) error {
	if !s.seen.first(actor(ctx).ID, caseID, time.Now()) {
		return nil
	}
	return s.Store.RecordAccess(ctx, caseID, "case_viewed", "")
}

func (s *Server) answerCase(ctx context.Context, c casework.Case) (*caseAnswer, error) {
	n, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	out := n.retentionCase(c)
	out.VirtualNow = s.virtualNow(ctx, c.InstanceID)
	return &caseAnswer{etag(c), out}, nil
}

func etag(c casework.Case) string { return fmt.Sprintf(`"%d"`, c.Version) }

// seen tells the store which version of a case the editor saw; "" and * stand for any.
func seen(ctx context.Context, ifMatch string) context.Context {
	if ifMatch == "" || ifMatch == "*" {
		return ctx
	}
	version, err := strconv.Atoi(strings.Trim(strings.TrimPrefix(ifMatch, "W/"), `"`))
	if err != nil {
		version = -1 // the tag of something else
	}
	return casework.WithVersion(ctx, version)
}

// closeCase tells the process that somebody has closed its case, and waits for a while until it has ended. Without Temporal it will, later.
func (s *Server) closeCase(ctx context.Context, in *closeInput) (*closeAnswer, error) {
	if err := s.Store.CloseByHand(ctx, in.ID, in.Body.Outcome); err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	wait(bounded, func() bool { return s.closed(bounded, in.ID) })
	c, err := s.caseNow(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if c.Body.State == casework.CaseOpen {
		status = http.StatusAccepted
	}
	return &closeAnswer{status, c.ETag, c.Body}, nil
}

// closed reports whether a case is closed and nothing goes on in it.
func (s *Server) closed(ctx context.Context, id string) bool {
	c, err := s.Store.Case(ctx, id)
	if err != nil || c.State == casework.CaseOpen {
		return false
	}
	going, err := s.Store.Instances(ctx, casework.InstanceFilter{CaseID: id})
	return err == nil && !slices.ContainsFunc(going.Items, func(i casework.Instance) bool { return i.State.Open() })
}

// changeConsultant hands a case over, with the open tasks of the consultant before. Tasks to come are the process's business, which is told.
func (s *Server) changeConsultant(ctx context.Context, in *consultantInput) (*caseAnswer, error) {
	before, err := s.Store.Case(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.Store.ChangeConsultant(seen(ctx, in.IfMatch), in.ID, in.Body.Consultant, in.Body.Reason); err != nil {
		return nil, err
	}
	if before.Consultant != "" && before.Consultant != in.Body.Consultant {
		s.handOver(ctx, in.ID, before.Consultant, in.Body.Consultant)
	}
	return s.caseNow(ctx, in.ID)
}

// handOver gives the open tasks that somebody has in a case to somebody else. The case has changed hands already: a task that cannot be reached
// now stays where it is, for the supervisor to assign.
func (s *Server) handOver(ctx context.Context, caseID, from, to string) {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	open, err := s.Store.Tasks(ctx, casework.TaskFilter{CaseID: caseID, Assignee: from, State: casework.TaskOpen, Page: casework.Page{Limit: maxHandedOver}})
	for _, t := range open.Items {
		err = errors.Join(err, s.update(ctx, t.InstanceID, workflows.AssignTaskUpdate, updateID(ctx, ""), workflows.Request{Key: t.Key, Assignee: to}))
	}
	if err != nil {
		s.Log.WarnContext(ctx, "tasks stay with the consultant before", "case", caseID, "error", err)
	}
}

// maxHandedOver is more tasks than a case has open.
const maxHandedOver = 200

func (s *Server) caseNow(ctx context.Context, id string) (*caseAnswer, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.answerCase(ctx, c)
}

// identifierTexts are what a caseworker reads about a mistyped number.
var identifierTexts = map[string]string{
	casework.InvalidCPR:          "Skriv et gyldigt CPR-nummer: seks cifre for fødselsdagen og fire løbenumre.",
	casework.InvalidCVR:          "Skriv et gyldigt CVR-nummer på otte cifre.",
	casework.InvalidPNumber:      "Skriv et P-nummer på ti cifre.",
	casework.InvalidMunicipality: "Vælg en kommune.",
}

// danish makes a problem of a field out of the refusal of a number.
func danish(pointer string, err error) error {
	var refused *casework.IdentifierError
	if !errors.As(err, &refused) {
		return err
	}
	return &casework.Error{Code: casework.Invalid, Message: fieldsToMend,
		Fields: []casework.FieldError{{Pointer: pointer, Code: refused.Code, Message: identifierTexts[refused.Code]}}}
}
