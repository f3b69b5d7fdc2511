package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// Beginning is where a token is put: before or after an element, or along a sequence flow.
type Beginning struct {
	ElementID string       `json:"elementId,omitempty" maxLength:"200" doc:"Where the token goes; either this or flowId"`
	Place     string       `json:"place,omitempty" enum:"before,after" doc:"before: the element begins; after: as if it had just completed, its outgoing flows are taken. before when not given"`
	FlowID    string       `json:"flowId,omitempty" maxLength:"200" doc:"Sequence flow that the token comes along; the way to one side of a join"`
	Variables []assignment `json:"variables,omitempty" nullable:"false" maxItems:"50" doc:"Set before the token moves"`
}

// assignment sets variables in a scope.
type assignment struct {
	ScopeID   string `json:"scopeId,omitempty" maxLength:"200" doc:"Element in whose scope they are: the target, or a scope around it; the process when not given"`
	Variables object `json:"variables"`
}

// instruction is one change to where tokens are.
type instruction struct {
	Type string `json:"type" enum:"activate,terminate,move,setVariables"`
	Beginning
	AncestorKey     int64  `json:"ancestorKey,omitempty" minimum:"0" doc:"Element instance in which the target begins, when there are several; the scopes between are opened anew"`
	Key             int64  `json:"key,omitempty" minimum:"0" doc:"Of terminate and move the element instance that is taken away; of setVariables the scope, the process when not given"`
	SourceElementID string `json:"sourceElementId,omitempty" maxLength:"200" doc:"Of terminate and move, in place of key: the element all of whose instances are taken away. To terminate the process itself cancels it"`
}

type modifyInput struct {
	Change
	DryRun bool `query:"dryRun" doc:"Tell what would happen, and change nothing"`
	Body   struct {
		Reason       string        `json:"reason,omitempty" maxLength:"2000" doc:"Why, asked for unless it is a dry run; kept with the history, never given to Temporal"`
		Instructions []instruction `json:"instructions" nullable:"false" minItems:"1" maxItems:"200" doc:"All of them or none: variables are set, then tokens are put, then others taken away"`
	}
}

// modification is what was, or would be, changed.
type modification struct {
	DryRun   bool      `json:"dryRun"`
	Outcome  *outcome  `json:"outcome,omitempty" doc:"Of a dry run: what would happen"`
	Instance *instance `json:"instance,omitempty" doc:"Of a modification that was made: the instance after it"`
}

// outcome is what a modification would lead to at once.
type outcome struct {
	State          casework.InstanceState `json:"state"`
	Before         []engine.Position      `json:"before" nullable:"false" doc:"Where tokens wait now"`
	After          []engine.Position      `json:"after" nullable:"false"`
	Variables      []string               `json:"variables" nullable:"false" doc:"Names of those that are set"`
	OpenedTasks    []plannedTask          `json:"openedTasks" nullable:"false"`
	ClosedTasks    []plannedTask          `json:"closedTasks" nullable:"false"`
	SetTimers      []plannedTimer         `json:"setTimers" nullable:"false" doc:"Set or moved"`
	CanceledTimers []plannedTimer         `json:"canceledTimers" nullable:"false"`
	CanceledCalls  []string               `json:"canceledCalls" nullable:"false" doc:"Call activities whose called process is canceled"`
	Incidents      []plannedIncident      `json:"incidents" nullable:"false" doc:"Those that would be new"`
	Warnings       []engine.Warning       `json:"warnings" nullable:"false"`
}

type plannedTask struct {
	ElementID string     `json:"elementId"`
	Name      string     `json:"name,omitempty"`
	DueAt     *time.Time `json:"dueAt,omitempty"`
}

type plannedTimer struct {
	ElementID string    `json:"elementId"`
	Name      string    `json:"name,omitempty"`
	DueAt     time.Time `json:"dueAt"`
}

type plannedIncident struct {
	ElementID string `json:"elementId"`
	Code      string `json:"code"`
	Message   string `json:"message"`
}

func (s *Server) modifyRoutes() {
	const tag = "process-instances"
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/modify", roles: operators, tag: tag,
		summary: "Move its tokens and set variables by hand, or tell what that would do"}, s.modifyInstance)
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/restart", roles: operators, tag: tag,
		summary: "Let a new instance go on where an ended one shall", status: 201}, s.restartInstance)
}

func (s *Server) modifyInstance(ctx context.Context, in *modifyInput) (*output[modification], error) {
	v, err := s.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	instructions, err := instructionsOf(in.Body.Instructions)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		out, err := s.preview(ctx, v, instructions)
		return answer(modification{DryRun: true, Outcome: out}, err)
	}
	out, err := s.changeBecause(ctx, in.Change, in.Body.Reason, workflows.ModifyUpdate,
		workflows.Request{Instructions: instructions})
	if err != nil {
		return nil, err
	}
	return answer(modification{Instance: &out.Body}, nil)
}

// instructionsOf reads instructions.
func instructionsOf(all []instruction) ([]engine.Instruction, error) {
	out := make([]engine.Instruction, len(all))
	for n, i := range all {
		vars, err := assignments(fmt.Sprintf("/instructions/%d", n), i.Variables)
		if err != nil {
			return nil, err
		}
		out[n] = engine.Instruction{Kind: engine.InstructionKind(i.Type), Element: i.ElementID, Place: engine.Place(i.Place), Flow: i.FlowID,
			Ancestor: i.AncestorKey, Key: i.Key, Source: i.SourceElementID, Variables: vars}
	}
	return out, nil
}

// beginningsOf reads where a new instance begins.
func beginningsOf(all []Beginning) ([]engine.Instruction, error) {
	out := make([]engine.Instruction, len(all))
	for n, b := range all {
		vars, err := assignments(fmt.Sprintf("/startInstructions/%d", n), b.Variables)
		if err != nil {
			return nil, err
		}
		out[n] = engine.Instruction{Kind: engine.Activate, Element: b.ElementID, Place: engine.Place(b.Place), Flow: b.FlowID, Variables: vars}
	}
	return out, nil
}

func assignments(pointer string, all []assignment) ([]engine.Assignment, error) {
	var out []engine.Assignment
	for n, a := range all {
		if _, err := a.Variables.checked(); err != nil {
			return nil, invalidField(fmt.Sprintf("%s/variables/%d/variables", pointer, n), "the variables are no JSON object of at most 256 kB")
		}
		vars, err := engine.ParseVariables(json.RawMessage(a.Variables))
		if err != nil {
			return nil, err
		}
		out = append(out, engine.Assignment{Scope: a.ScopeID, Variables: vars})
	}
	return out, nil
}

// changeBecause keeps why somebody changes an instance by hand, then asks the instance for it; what is refused leaves nothing. Without a reason
// it is a change like any other.
func (s *Server) changeBecause(ctx context.Context, in Change, reason, update string, r workflows.Request) (*output[instance], error) {
	v, err := s.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	id := updateID(ctx, in.Key)
	if strings.TrimSpace(reason) != "" || update == workflows.ModifyUpdate {
		r.Reason = id
		if err := s.Store.SaveReason(ctx, id, v.ID, reason); err != nil {
			return nil, err
		}
	}
	if err = s.update(ctx, v.ID, update, id, r); err != nil {
		if r.Reason != "" && refused(fromTemporal(err)) {
			s.dropReason(ctx, id)
		}
		return nil, byInstruction("/instructions", err)
	}
	return s.getInstance(ctx, &byID{in.ID})
}

// byInstruction turns the refusal of instructions into a problem that points at each.
func byInstruction(pointer string, err error) error {
	problems := problemsIn(err)
	if len(problems) == 0 {
		return err
	}
	e := &casework.Error{Code: casework.CodeOf(fromTemporal(err)), Message: fieldsToMend}
	for _, p := range problems {
		at := pointer
		if p.Instruction >= 0 {
			at = fmt.Sprintf("%s/%d", pointer, p.Instruction)
		}
		e.Fields = append(e.Fields, casework.FieldError{Pointer: at, Code: p.Code, Message: p.Message})
	}
	return e
}

// preview plays instructions on a copy of an instance's state.
func (s *Server) preview(ctx context.Context, v casework.InstanceView, instructions []engine.Instruction) (*outcome, error) {
	view, err := s.stateOf(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.program(ctx, view.Definition, view.Calendar, view.Interpreter)
	if err != nil {
		return nil, err
	}
	after, turn, err := p.Preview(&view.State, engine.Event{Kind: engine.Modify, At: s.now(ctx, v.ID), Actor: actor(ctx).ID, Instructions: instructions})
	if err != nil {
		return nil, byInstruction("/instructions", refusedByEngine(err))
	}
	return outcomeOf(p, &view.State, after, turn), nil
}

// stateOf asks an instance where it stands.
func (s *Server) stateOf(ctx context.Context, id string) (view workflows.View, err error) {
	ctx, cancel := context.WithTimeout(ctx, updateTimeout)
	defer cancel()
	value, err := s.Temporal.QueryWorkflow(ctx, id, "", workflows.StateQuery)
	if err != nil {
		return view, err
	}
	return view, value.Get(&view)
}

// program is a definition in a calendar, as a version of the interpreter runs it.
func (s *Server) program(ctx context.Context, hash string, calendar workday.Settings, version engine.Version) (*engine.Program, error) {
	d, err := s.library.definition(ctx, hash)
	if err != nil {
		return nil, err
	}
	c, err := workday.New(calendar)
	if err != nil {
		return nil, err
	}
	return &engine.Program{Plan: d.Plan, Decisions: d.Decisions, Calendar: c, Zone: c.Zone(), Version: version}, nil
}

func outcomeOf(p *engine.Program, before, after *engine.State, turn *engine.Turn) *outcome {
	m := turn.Trace[0].Modification
	out := &outcome{
		State: stateShown(after), Before: m.Before, After: m.After, Variables: orNone(m.Variables), OpenedTasks: []plannedTask{}, ClosedTasks: []plannedTask{},
		SetTimers: []plannedTimer{}, CanceledTimers: []plannedTimer{}, CanceledCalls: []string{}, Incidents: []plannedIncident{}, Warnings: orNone(p.Stranded(after)),
	}
	for _, c := range turn.Commands {
		out.add(after, c)
	}
	for _, n := range after.Nodes {
		if known, ok := before.Node(n.Key); n.Incident != nil && (!ok || known.Incident == nil) {
			out.Incidents = append(out.Incidents, plannedIncident{n.Element, n.Incident.Code, n.Incident.Message})
		}
	}
	return out
}

// add says what a command would do. A task or timer that would be gone again at once is none.
func (o *outcome) add(after *engine.State, c engine.Command) {
	n, open := after.Node(c.Key)
	switch c.Kind {
	case engine.OpenTask, engine.ChangeTask:
		if open && n.Task != nil {
			o.OpenedTasks = append(o.OpenedTasks, plannedTask{c.Element.ID, c.Element.Name, n.Task.Due})
		}
	case engine.CloseTask:
		o.ClosedTasks = append(o.ClosedTasks, plannedTask{ElementID: c.Element.ID, Name: c.Element.Name})
	case engine.SetTimer:
		if open && slices.ContainsFunc(n.Timers, func(t engine.Timer) bool { return t.Key == c.Timer.Key }) {
			o.SetTimers = append(o.SetTimers, plannedTimer{c.Element.ID, c.Element.Name, c.Timer.Due})
		}
	case engine.CancelTimer:
		o.CanceledTimers = append(o.CanceledTimers, plannedTimer{c.Element.ID, c.Element.Name, c.Timer.Due})
	case engine.CancelChild:
		o.CanceledCalls = append(o.CanceledCalls, c.Element.ID)
	}
}

func orNone[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// stateShown is how lists show an instance in that state.
func stateShown(s *engine.State) casework.InstanceState {
	switch {
	case s.Status == engine.Completed:
		return casework.InstanceCompleted
	case s.Status != engine.Active:
		return casework.InstanceCanceled
	case slices.ContainsFunc(s.Nodes, func(n engine.Node) bool { return n.Incident != nil }):
		return casework.InstanceIncident
	default:
		return casework.InstanceActive
	}
}
