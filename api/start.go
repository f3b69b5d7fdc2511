package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

type startInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		ProcessID   string `json:"processId" minLength:"1" maxLength:"200"`
		Version     int    `json:"version,omitempty" minimum:"0" doc:"The latest when not given"`
		BusinessKey string `json:"businessKey,omitempty" maxLength:"200" doc:"No personal data"`
		Variables   object `json:"variables,omitempty"`
		// StartInstructions are what Camunda 8 calls by this name.
		StartInstructions []Beginning `json:"startInstructions,omitempty" nullable:"false" maxItems:"200" doc:"Begin at these elements in place of the start event"`
	}
}

func (s *Server) startInstance(ctx context.Context, in *startInput) (*output[instance], error) {
	variables, err := in.Body.Variables.checked()
	if err != nil {
		return nil, err
	}
	d, err := s.definitionVersion(ctx, in.Body.ProcessID, in.Body.Version)
	if err != nil {
		return nil, err
	}
	compiled, err := s.library.definition(ctx, d.Hash)
	if err != nil {
		return nil, err
	}
	begin := in.Body.StartInstructions
	element, err := startElement(compiled, "", "")
	if err != nil && len(begin) == 0 {
		return nil, nobodyStarts(compiled)
	}
	me := actor(ctx)
	calendar, err := calendarSettings(ctx, s.Store, me.Municipality)
	if err != nil {
		return nil, err
	}
	id := "pi-" + uuid.NewString()
	if in.Key != "" {
		id = "pi-" + updateID(ctx, in.Key)
	}
	input := workflows.Input{
		ProcessID: d.ProcessID, Version: d.Version, Definition: d.Hash, StartElement: element, Variables: variables, BusinessKey: in.Body.BusinessKey,
		Municipality: me.Municipality, Calendar: calendar, Actor: me.ID, Interpreter: engine.Current,
	}
	if len(begin) > 0 {
		input.StartElement = ""
		if err := s.beginAt(ctx, &input, begin); err != nil {
			return nil, err
		}
	}
	if err := s.start(ctx, id, d.ProcessID+" "+in.Body.BusinessKey, input); err != nil {
		return nil, err
	}
	out, err := s.getInstance(ctx, &byID{id})
	if casework.CodeOf(err) == casework.NotFound {
		return nil, newProblem(http.StatusServiceUnavailable, "the process has been started as "+id+", but no worker has taken it up yet")
	}
	return out, err
}

func (s *Server) definitionVersion(ctx context.Context, processID string, version int) (casework.ProcessDefinition, error) {
	if version == 0 {
		return s.Store.LatestDefinition(ctx, processID)
	}
	return s.Store.DefinitionVersion(ctx, processID, version)
}

// startOptions start an instance once: an id that was ever used starts nothing again.
func startOptions(id, summary string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.TaskQueue, StaticSummary: summary,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}
}

// start starts an instance and returns when its first tasks are in the lists.
func (s *Server) start(ctx context.Context, id, summary string, input workflows.Input) error {
	ctx, cancel := context.WithTimeout(ctx, updateTimeout)
	defer cancel()
	run, err := s.Temporal.ExecuteWorkflow(ctx, startOptions(id, summary), workflows.ProcessWorkflow, input)
	if err != nil && !alreadyStarted(err) {
		return err
	}
	// The query waits for the first piece of work, so that the store then has it.
	if _, queryErr := s.Temporal.QueryWorkflow(ctx, id, "", workflows.StateQuery); queryErr != nil && run != nil {
		return startFailure(ctx, run, queryErr)
	}
	s.settle(ctx, id, "")
	return nil
}

// alreadyStarted reports that there is, or was, an instance with the id.
func alreadyStarted(err error) bool {
	var started *serviceerror.WorkflowExecutionAlreadyStarted
	return errors.As(err, &started)
}

// startFailure tells why an instance did not come to its first wait: the workflow's own words when it has ended, else what the query met.
func startFailure(ctx context.Context, run client.WorkflowRun, queryErr error) error {
	if unreachable(queryErr) {
		return queryErr
	}
	err := run.Get(ctx, nil)
	var a *temporal.ApplicationError
	switch {
	case err == nil:
		return nil // it has come to its end already
	case errors.As(err, &a):
		return fail(casework.Invalid, "the process cannot be started: %s", a.Message())
	default:
		return queryErr
	}
}
