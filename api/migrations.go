package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// mappingMove takes what waits at an element to an element of the new version.
type mappingMove struct {
	From  string `json:"from" minLength:"1" maxLength:"200" doc:"Element of the version that runs, or a sequence flow on which tokens wait at a join"`
	To    string `json:"to" maxLength:"200" doc:"Element, or flow, of the new version; empty of an event: it is closed"`
	Times string `json:"times,omitempty" enum:"keep,renew,since" doc:"Of a timer event or a user task: keep its due time, work it out anew from now, or as if the new version had been there when it was entered"`
}

func mappingOf(moves []mappingMove) engine.Mapping {
	var m engine.Mapping
	for _, move := range moves {
		times := engine.Times(move.Times)
		if times == "keep" {
			times = engine.Keep
		}
		m = append(m, engine.Move{From: move.From, To: move.To, Times: times})
	}
	return m
}

// migration is a migration of instances, or a rehearsal of one.
type migration struct {
	ID          string                  `json:"id"`
	ProcessID   string                  `json:"processId"`
	FromVersion int                     `json:"fromVersion,omitempty"`
	ToVersion   int                     `json:"toVersion"`
	State       casework.MigrationState `json:"state" enum:"rehearsed,running,paused,canceled,completed"`
	Reason      string                  `json:"reason,omitempty"`
	Rehearsal   string                  `json:"rehearsal,omitempty" doc:"The rehearsal that this confirms"`
	PerMinute   int                     `json:"perMinute,omitempty"`
	By          string                  `json:"by" doc:"User id"`
	At          time.Time               `json:"at"`
	EndedAt     *time.Time              `json:"endedAt,omitempty"`
	Mapping     []mappingMove           `json:"mapping" nullable:"false"`
	Progress    migrationProgress       `json:"progress"`
	Report      *Rehearsal              `json:"report,omitempty" doc:"Of a rehearsal"`
}

// shownMigration is a migration as the actor may see it.
func shownMigration(ctx context.Context) func(casework.Migration) migration {
	return func(m casework.Migration) migration {
		out := migrationOf(m)
		if !actor(ctx).Has(casework.Supervisor) {
			out.withoutCases()
		}
		return out
	}
}

// withoutCases leaves what a designer needs to mend the process: designers see no cases, neither which they are nor what is in them or said of them.
func (m *migration) withoutCases() {
	m.Reason = ""
	if m.Report == nil {
		return
	}
	for _, problems := range [][]RehearsedProblem{m.Report.Problems, m.Report.Ahead.Incidents} {
		for i := range problems {
			problems[i].Message, problems[i].Instances = "", []RehearsedInstance{}
		}
	}
	for i := range m.Report.Deadlines {
		m.Report.Deadlines[i].Instances = []RehearsedInstance{}
	}
	for i := range m.Report.Events {
		m.Report.Events[i].Instances = []RehearsedInstance{}
	}
}

// migrationProgress counts instances by what became of them.
type migrationProgress struct {
	Waiting  int `json:"waiting"`
	Migrated int `json:"migrated"`
	Refused  int `json:"refused" doc:"They stay in the version that they run"`
	Gone     int `json:"gone" doc:"They had ended"`
	Failed   int `json:"failed" doc:"They gave no answer"`
}

func migrationOf(m casework.Migration) migration {
	out := migration{ID: m.ID, ProcessID: m.ProcessID, FromVersion: m.From, ToVersion: m.To, State: m.State, Reason: m.Reason, Rehearsal: m.Rehearsal, PerMinute: m.PerMinute,
		By: m.By, At: m.At, EndedAt: m.EndedAt, Mapping: []mappingMove{}}
	_ = json.Unmarshal(m.Mapping, &out.Mapping) // written by createMigration
	p := m.Progress
	out.Progress = migrationProgress{p[casework.OutcomeWaiting], p[casework.OutcomeMigrated], p[casework.OutcomeRefused], p[casework.OutcomeGone], p[casework.OutcomeFailed]}
	if m.Report != nil {
		out.Report = new(Rehearsal)
		_ = json.Unmarshal(m.Report, out.Report)
	}
	return out
}

// migratedInstance is what became of one instance.
type migratedInstance struct {
	InstanceID string                    `json:"instanceId"`
	CaseNumber string                    `json:"caseNumber,omitempty"`
	Outcome    casework.MigrationOutcome `json:"outcome" enum:"waiting,migrated,refused,gone,failed"`
	Findings   []engine.Finding          `json:"findings,omitempty"`
	Message    string                    `json:"message,omitempty"`
	At         *time.Time                `json:"at,omitempty"`
}

func migratedInstanceOf(i casework.MigrationItem) migratedInstance {
	out := migratedInstance{InstanceID: i.InstanceID, CaseNumber: i.CaseNumber, Outcome: i.Outcome, At: i.At}
	if json.Unmarshal(i.Detail, &out.Findings) != nil {
		_ = json.Unmarshal(i.Detail, &out.Message)
	}
	return out
}

type migrationsInput struct {
	Key    string `header:"Idempotency-Key" maxLength:"200"`
	DryRun bool   `query:"dryRun" doc:"Rehearse: play it on copies of the states of all instances and report; nothing changes"`
	Body   struct {
		Rehearsal   string        `json:"rehearsal,omitempty" maxLength:"200" doc:"Confirm this rehearsal: its process, versions, mapping and instances"`
		ProcessID   string        `json:"processId,omitempty" maxLength:"200"`
		FromVersion int           `json:"fromVersion,omitempty" minimum:"0" doc:"Instances of this version; any other when not given"`
		ToVersion   int           `json:"toVersion,omitempty" minimum:"0" doc:"The latest when not given"`
		Element     string        `json:"element,omitempty" maxLength:"200" doc:"Only instances in which something waits at this element"`
		Instances   []string      `json:"instances,omitempty" maxItems:"1000" doc:"Only these"`
		Mapping     []mappingMove `json:"mapping,omitempty" maxItems:"2000" doc:"What goes on elsewhere than in the element of the same id"`
		Reason      string        `json:"reason,omitempty" maxLength:"2000" doc:"Why; asked for unless it is rehearsed"`
		PerMinute   int           `json:"perMinute,omitempty" minimum:"0" maximum:"6000" doc:"Most instances a minute; 600 when not given"`
		Days        int           `json:"days,omitempty" minimum:"0" maximum:"366" doc:"Of a rehearsal: how far to look ahead; 30 when not given"`
	}
}

type itemsInput struct {
	Page
	ID      string                    `path:"id" maxLength:"200"`
	Outcome casework.MigrationOutcome `query:"outcome" enum:"waiting,migrated,refused,gone,failed"`
}

type migrateInput struct {
	Change
	DryRun bool `query:"dryRun" doc:"Rehearse it; nothing changes"`
	Body   struct {
		Version    int           `json:"version,omitempty" minimum:"0" doc:"Of the same process; the latest when neither is given"`
		Definition string        `json:"definition,omitempty" maxLength:"200" doc:"Hash of the version, in place of its number"`
		Mapping    []mappingMove `json:"mapping,omitempty" maxItems:"2000" doc:"What goes on elsewhere than in the element of the same id"`
		Reason     string        `json:"reason,omitempty" maxLength:"2000" doc:"Why; asked for unless it is rehearsed"`
		Days       int           `json:"days,omitempty" minimum:"0" maximum:"366"`
	}
}

// migratedOutput is the instance after a migration, or what a rehearsal found.
type migratedOutput struct {
	Instance  *instance  `json:"instance,omitempty"`
	Rehearsal *Rehearsal `json:"rehearsal,omitempty"`
}

func (s *Server) migrationRoutes() {
	const tag = "migrations"
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/migrate", roles: operators, tag: "process-instances", summary: "Let it go on in another version of its process"}, s.migrateInstance)
	handle(s, call{method: http.MethodPost, path: "/migrations", roles: operators, tag: tag, summary: "Migrate running instances, or rehearse that", status: 201}, s.createMigration)
	handle(s, call{method: http.MethodGet, path: "/migrations", roles: operators, tag: tag, summary: "Migrations and rehearsals, the latest first"}, s.listMigrations)
	handle(s, call{method: http.MethodGet, path: "/migrations/{id}", roles: operators, tag: tag, summary: "A migration and how far it has come"}, s.getMigration)
	handle(s, call{method: http.MethodGet, path: "/migrations/{id}/instances", roles: supervised, tag: tag, summary: "What became of each instance"}, s.listMigrated)
	handle(s, call{method: http.MethodPost, path: "/migrations/{id}/pause", roles: supervised, tag: tag, summary: "Let a migration rest"}, s.turnMigration(casework.MigrationPaused))
	handle(s, call{method: http.MethodPost, path: "/migrations/{id}/resume", roles: supervised, tag: tag, summary: "Go on with a migration that rests"}, s.turnMigration(casework.MigrationRunning))
	handle(s, call{method: http.MethodPost, path: "/migrations/{id}/cancel", roles: supervised, tag: tag, summary: "Leave the instances that are not done as they are"}, s.turnMigration(casework.MigrationCanceled))
}

func (s *Server) turnMigration(to casework.MigrationState) func(context.Context, *Change) (*output[migration], error) {
	return func(ctx context.Context, in *Change) (*output[migration], error) {
		if err := s.Store.TurnMigration(ctx, in.ID, to); err != nil {
			return nil, err
		}
		return s.getMigration(ctx, &byID{in.ID})
	}
}

const sayWhy = "Skriv hvorfor."

func (s *Server) migrateInstance(ctx context.Context, in *migrateInput) (*output[migratedOutput], error) {
	v, err := s.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.versionOf(ctx, v.ProcessID, in.Body.Version, in.Body.Definition)
	if err != nil {
		return nil, err
	}
	plan := MigrationPlan{ProcessID: v.ProcessID, To: d.Version, Instances: []string{v.ID}, Mapping: mappingOf(in.Body.Mapping), Days: in.Body.Days}
	if in.DryRun {
		r, err := s.Rehearse(ctx, plan)
		return answer(migratedOutput{Rehearsal: &r}, err)
	}
	if in.Body.Reason == "" {
		return nil, invalidField("/reason", sayWhy)
	}
	id := updateID(ctx, partOf(in.Change, workflows.MigrateUpdate))
	if err := s.Store.SaveReason(ctx, id, v.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	target := workflows.Migration{Definition: d.Hash, Version: d.Version, Mapping: plan.Mapping}
	if err := s.update(ctx, v.ID, workflows.MigrateUpdate, id, workflows.Request{Migration: &target, Reason: id}); err != nil {
		if refused(fromTemporal(err)) {
			s.dropReason(ctx, id)
		}
		return nil, withFindings(err)
	}
	out, err := s.getInstance(ctx, &byID{v.ID})
	if err != nil {
		return nil, err
	}
	return answer(migratedOutput{Instance: &out.Body}, nil)
}

func (s *Server) versionOf(ctx context.Context, process string, version int, hash string) (casework.ProcessDefinition, error) {
	if hash == "" {
		return s.definitionVersion(ctx, process, version)
	}
	d, err := s.Store.Definition(ctx, hash)
	if err == nil && (d.ProcessID != process || version != 0 && version != d.Version) {
		err = invalidField("/definition", "this is not that version of the process")
	}
	return d, err
}

// findingsOf are what stands in the way of a migration that was refused.
func findingsOf(err error) (found []engine.Finding) {
	var a *temporal.ApplicationError
	if !errors.As(err, &a) || !a.HasDetails() || a.Details(&found) != nil {
		return nil
	}
	return found
}

// withFindings lets a refusal name everything that stands in the way.
func withFindings(err error) error {
	found := findingsOf(err)
	if found == nil {
		return err
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(http.StatusConflict), Status: http.StatusConflict, Detail: fromTemporal(err).Error()}
	for _, f := range found {
		if f.Blocks {
			p.Errors = append(p.Errors, FieldError{Code: f.Code, Element: f.Element, Message: f.Message, Advice: f.Advice})
		}
	}
	return p
}

const perMinute = 600

func (s *Server) createMigration(ctx context.Context, in *migrationsInput) (*output[migration], error) {
	m := casework.Migration{ID: "mig-" + updateID(ctx, in.Key), PerMinute: in.Body.PerMinute, Reason: in.Body.Reason}
	if m.PerMinute == 0 {
		m.PerMinute = perMinute
	}
	if in.Key == "" {
		m.ID = "mig-" + uuid.NewString()
	}
	var items []casework.MigrationItem
	var err error
	switch {
	case in.DryRun:
		items, err = s.rehearsed(ctx, in, &m)
	case !actor(ctx).Has(casework.Supervisor):
		return nil, fail(casework.Forbidden, "a supervisor migrates the instances of a process; you may rehearse it")
	case in.Body.Reason == "":
		return nil, invalidField("/reason", sayWhy)
	case in.Body.Rehearsal != "":
		items, err = s.confirmed(ctx, in.Body.Rehearsal, &m)
	default:
		items, err = s.selected(ctx, in, &m)
	}
	if err != nil {
		return nil, err
	}
	if err := s.Store.CreateMigration(ctx, m, items); err != nil {
		return nil, err
	}
	return s.getMigration(ctx, &byID{m.ID})
}

func (in *migrationsInput) plan() (MigrationPlan, error) {
	b := &in.Body
	if b.ProcessID == "" {
		return MigrationPlan{}, invalidField("/processId", "name the process")
	}
	return MigrationPlan{b.ProcessID, b.FromVersion, b.ToVersion, b.Element, b.Instances, mappingOf(b.Mapping), b.Days}, nil
}

// about fills in where a migration goes.
func (s *Server) about(ctx context.Context, plan MigrationPlan, moves []mappingMove, m *casework.Migration) error {
	d, _, err := s.migrationTarget(ctx, plan)
	m.ProcessID, m.From, m.To, m.Target, m.State = plan.ProcessID, plan.From, d.Version, d.Hash, casework.MigrationRunning
	m.Mapping, _ = json.Marshal(append([]mappingMove{}, moves...))
	return err
}

// rehearsed plays a migration, keeps the report, and which instances it was about.
func (s *Server) rehearsed(ctx context.Context, in *migrationsInput, m *casework.Migration) ([]casework.MigrationItem, error) {
	plan, err := in.plan()
	if err != nil {
		return nil, err
	}
	if err := s.about(ctx, plan, in.Body.Mapping, m); err != nil {
		return nil, err
	}
	plan.To = m.To
	r, err := s.Rehearse(ctx, plan)
	if err != nil {
		return nil, err
	}
	m.State, m.Reason = casework.MigrationRehearsed, ""
	m.Report, err = json.Marshal(r)
	return r.outcomes, err
}

// confirmed takes over what was rehearsed: all its instances are tried, also those that were stuck, since they may have gone on.
func (s *Server) confirmed(ctx context.Context, rehearsal string, m *casework.Migration) ([]casework.MigrationItem, error) {
	r, err := s.Store.Migration(ctx, rehearsal)
	if err != nil {
		return nil, err
	}
	if r.State != casework.MigrationRehearsed {
		return nil, fail(casework.Conflict, "%s is no rehearsal", rehearsal)
	}
	m.ProcessID, m.From, m.To, m.Target, m.Mapping, m.Rehearsal, m.State = r.ProcessID, r.From, r.To, r.Target, r.Mapping, r.ID, casework.MigrationRunning
	var items []casework.MigrationItem
	for page := (casework.Page{Limit: 200}); ; {
		part, err := s.Store.MigrationItems(ctx, rehearsal, "", page)
		if err != nil {
			return nil, err
		}
		for _, i := range part.Items {
			items = append(items, casework.MigrationItem{InstanceID: i.InstanceID, Outcome: casework.OutcomeWaiting})
		}
		if page.Cursor = part.NextCursor; page.Cursor == "" {
			return items, nil
		}
	}
}

// selected are the instances that run now and fit.
func (s *Server) selected(ctx context.Context, in *migrationsInput, m *casework.Migration) ([]casework.MigrationItem, error) {
	plan, err := in.plan()
	if err != nil {
		return nil, err
	}
	if err := s.about(ctx, plan, in.Body.Mapping, m); err != nil {
		return nil, err
	}
	found, _, total, err := s.Store.ToMigrate(ctx, plan.filter(m.Target), maxMigrated)
	if err == nil && total > maxMigrated {
		err = fail(casework.Invalid, "these are %d instances, and at most %d are migrated at a time: narrow them down", total, maxMigrated)
	}
	var items []casework.MigrationItem
	for _, i := range found {
		items = append(items, casework.MigrationItem{InstanceID: i.ID, Outcome: casework.OutcomeWaiting})
	}
	return items, err
}

func (s *Server) getMigration(ctx context.Context, in *byID) (*output[migration], error) {
	m, err := s.Store.Migration(ctx, in.ID)
	return answer(shownMigration(ctx)(m), err)
}

func (s *Server) listMigrations(ctx context.Context, in *Page) (*output[list[migration]], error) {
	found, err := s.Store.Migrations(ctx, in.page())
	return answer(listOf(found, shownMigration(ctx)), err)
}

func (s *Server) listMigrated(ctx context.Context, in *itemsInput) (*output[list[migratedInstance]], error) {
	found, err := s.Store.MigrationItems(ctx, in.ID, in.Outcome, in.page())
	return answer(listOf(found, migratedInstanceOf), err)
}
