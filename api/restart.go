package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

type restartInput struct {
	Change
	Body struct {
		Reason            string      `json:"reason" maxLength:"2000" doc:"Why; kept with the history, never given to Temporal"`
		StartInstructions []Beginning `json:"startInstructions" nullable:"false" minItems:"1" maxItems:"200" doc:"Where it begins"`
		Variables         object      `json:"variables,omitempty" doc:"In place of those that the ended instance had"`
	}
}

// restartInstance starts a new instance of the definition that an ended one ran, in the same case. An instance goes on in one other: to restart
// again, restart that.
func (s *Server) restartInstance(ctx context.Context, in *restartInput) (*output[instance], error) {
	old, err := s.Store.Instance(ctx, in.ID)
	if err == nil {
		err = mayTouch(ctx, old.CaseID)
	}
	if err != nil {
		return nil, err
	}
	id, reason := restartOf(old.ID), updateID(ctx, in.Key)
	if err := s.restartable(ctx, old, id, reason); err != nil {
		return nil, err
	}
	input, err := s.restartInput(ctx, old, in)
	if err != nil {
		return nil, err
	}
	if err := s.Store.SaveReason(ctx, reason, old.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	input.Reason = reason
	if err := s.start(ctx, id, old.ProcessID+" "+old.BusinessKey, input); err != nil {
		if refused(err) {
			s.dropReason(ctx, reason)
		}
		return nil, err
	}
	return s.getInstance(ctx, &byID{id})
}

// restartOf is the id of the instance in which an ended one goes on.
func restartOf(id string) string {
	sum := sha256.Sum256([]byte("restart\n" + id))
	return "pi-" + hex.EncodeToString(sum[:16])
}

// restartable refuses to restart what is under way, what has been restarted, other than by this same request, and what belongs to a closed case.
func (s *Server) restartable(ctx context.Context, old casework.InstanceView, id, reason string) error {
	if old.State.Open() {
		return fail(casework.Conflict, "the process instance has not ended; modify it instead")
	}
	if old.ParentID != "" {
		return fail(casework.Conflict, "the process instance was called by %s, which does not wait for it any more: modify or restart that", old.ParentID)
	}
	if _, err := s.Store.Instance(ctx, id); err == nil {
		if same, err := s.Store.KnowsReason(ctx, reason); same || err != nil {
			return err
		}
		return fail(casework.Conflict, "the process instance has been restarted as %s already", id)
	}
	if old.CaseID == "" {
		return nil
	}
	c, err := s.Store.Case(ctx, old.CaseID)
	if err == nil && c.State == casework.CaseClosed {
		err = fail(casework.Conflict, "Sagen er lukket.")
	}
	return err
}

func (s *Server) restartInput(ctx context.Context, old casework.InstanceView, in *restartInput) (input workflows.Input, err error) {
	variables := old.Variables
	if len(in.Body.Variables) > 0 {
		if variables, err = in.Body.Variables.checked(); err != nil {
			return input, err
		}
	}
	input = workflows.Input{
		ProcessID: old.ProcessID, Version: old.Version, Definition: old.Definition, Variables: variables, BusinessKey: old.BusinessKey,
		CaseID: old.CaseID, Municipality: actor(ctx).Municipality, Actor: actor(ctx).ID, RestartedFrom: old.ID, Interpreter: engine.Current,
	}
	if old.CaseID != "" {
		c, err := s.Store.Case(ctx, old.CaseID)
		if err != nil {
			return input, err
		}
		input.CaseNumber, input.Municipality = c.Number, c.Municipality
	}
	if input.Calendar, err = calendarSettings(ctx, s.Store, input.Municipality); err != nil {
		return input, err
	}
	return input, s.beginAt(ctx, &input, in.Body.StartInstructions)
}

// beginAt lets an instance begin at chosen elements, when the engine accepts them.
func (s *Server) beginAt(ctx context.Context, input *workflows.Input, begin []Beginning) (err error) {
	if input.Begin, err = beginningsOf(begin); err != nil {
		return err
	}
	p, err := s.program(ctx, input.Definition, input.Calendar, input.Interpreter)
	if err != nil {
		return err
	}
	vars, err := engine.ParseVariables(input.Variables)
	if err != nil {
		return err
	}
	err = p.Accept(new(engine.State), engine.Event{Kind: engine.Start, At: time.Now(), Variables: vars, Instructions: input.Begin})
	return byInstruction("/startInstructions", refusedByEngine(err))
}

// refusedByEngine is how a workflow would have refused it.
func refusedByEngine(err error) error {
	var r *engine.Rejection
	if !errors.As(err, &r) {
		return err
	}
	return temporal.NewNonRetryableApplicationError(r.Message, r.Code, nil, r.Problems)
}

// problemsIn are those that come with the refusal of instructions.
func problemsIn(err error) (problems []engine.Problem) {
	var refused *temporal.ApplicationError
	if !errors.As(err, &refused) || !refused.HasDetails() {
		return nil
	}
	if refused.Details(&problems) != nil {
		return nil
	}
	return problems
}
