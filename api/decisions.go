package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/internal/casework"
	"fasthold/internal/workday"
)

type evaluateInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		DecisionID string `json:"decisionId" minLength:"1" maxLength:"200"`
		Variables  object `json:"variables,omitempty"`
	}
}

// decided is the answer of a decision.
type decided struct {
	Result      json.RawMessage `json:"result" doc:"null when nothing applies"`
	Evaluations json.RawMessage `json:"evaluations" doc:"What was decided on the way: inputs, matched rules, output"`
	Warnings    []string        `json:"warnings" nullable:"false" doc:"What became null, and why"`
}

func (s *Server) decisionRoutes() {
	handle(s, call{method: http.MethodPost, path: "/decisions/evaluate", roles: operators, tag: "decisions", summary: "Evaluate the latest version of a decision"}, s.evaluate)
}

func (s *Server) evaluate(ctx context.Context, in *evaluateInput) (*output[decided], error) {
	variables, err := in.Body.Variables.checked()
	if err != nil {
		return nil, err
	}
	decision, err := s.decision(ctx, in.Body.DecisionID)
	if err != nil {
		return nil, err
	}
	env, err := s.decisionEnv(ctx, variables)
	if err != nil {
		return nil, err
	}
	result, err := decision.EvaluateJSON(env)
	if err != nil {
		return nil, fail(casework.Invalid, "the decision was stopped: %s", err)
	}
	return answer(decidedOf(result))
}

// decision compiles the file that the decision, or decision service, is in.
func (s *Server) decision(ctx context.Context, id string) (dmn.Invocable, error) {
	r, err := s.Store.LatestDecision(ctx, id)
	if err != nil {
		return nil, err
	}
	model, _ := dmn.Parse(r.Name, r.Bytes)
	if model != nil {
		library, _ := dmn.Compile(model)
		if d, ok := library.Invocable(id); ok {
			return d, nil
		}
	}
	return nil, fail(casework.Conflict, "decision %s can no longer be read; deploy its file anew", id)
}

func (s *Server) decisionEnv(ctx context.Context, variables json.RawMessage) (*feel.Env, error) {
	v, err := feel.FromJSON(variables)
	if err != nil {
		return nil, invalidField("/variables", "the variables cannot be read: "+err.Error())
	}
	settings, err := calendarSettings(ctx, s.Store, actor(ctx).Municipality)
	if err != nil {
		return nil, err
	}
	calendar, err := workday.New(settings)
	if err != nil {
		return nil, err
	}
	vars, _ := v.(*feel.Context)
	return &feel.Env{Vars: vars, Now: time.Now().In(workday.Zone()), Calendar: calendar}, nil
}

func decidedOf(r dmn.Result) (out decided, err error) {
	out.Result, out.Warnings = feel.AppendJSON(nil, r.Value), shapes(r.Warnings, dmn.Warning.String)
	if out.Evaluations, err = json.Marshal(r.Audit); r.Audit == nil {
		out.Evaluations = json.RawMessage("[]")
	}
	return out, err
}
