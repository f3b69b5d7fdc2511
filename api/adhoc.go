package api

import (
	"context"
	"net/http"

	"fasthold/definitions/bpmn"
	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// choice is an element of an ad-hoc sub-process that can be begun now.
type choice struct {
	ElementID string `json:"elementId"`
	Name      string `json:"name,omitempty"`
	Type      string `json:"type" doc:"BPMN element type"`
}

type activateInput struct {
	Change
	Body struct {
		Element   string `json:"element" minLength:"1" maxLength:"200" doc:"Id of the element to begin"`
		Key       int64  `json:"key,omitempty" doc:"Key of the ad-hoc sub-process; the only open one that holds the element when not given"`
		Variables object `json:"variables,omitempty" doc:"Variables of the element's own"`
		reasoned
	}
}

type adHocInput struct {
	Change
	Body struct {
		Key int64 `json:"key,omitempty" doc:"Key of the ad-hoc sub-process; the only open one when not given"`
		reasoned
	}
}

func (s *Server) adHocRoutes() {
	const tag = "process-instances"
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/activate", roles: doers, tag: tag, summary: "Begin an element of an ad-hoc sub-process"}, s.activate)
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/complete-ad-hoc", roles: doers, tag: tag, summary: "Declare an ad-hoc sub-process done"}, s.completeAdHoc)
}

func (s *Server) activate(ctx context.Context, in *activateInput) (*output[instance], error) {
	variables, err := in.Body.Variables.checked()
	if err != nil {
		return nil, err
	}
	return s.changeBecause(ctx, in.Change, in.Body.Reason, workflows.ActivateUpdate, workflows.Request{Element: in.Body.Element, Key: in.Body.Key, Variables: variables})
}

func (s *Server) completeAdHoc(ctx context.Context, in *adHocInput) (*output[instance], error) {
	return s.changeBecause(ctx, in.Change, in.Body.Reason, workflows.AdHocUpdate, workflows.Request{Key: in.Body.Key})
}

// addChoices says of the ad-hoc sub-processes of an instance what can be begun in them now.
func (s *Server) addChoices(ctx context.Context, i *instance, v casework.InstanceView) {
	for at := range i.Elements {
		if i.Elements[at].State != string(engine.WaitChoice) {
			continue
		}
		d, err := s.library.definition(ctx, v.Definition)
		if err != nil {
			s.Log.WarnContext(ctx, "the choices of an ad-hoc sub-process cannot be told", "instance", i.ID, "error", err)
			return
		}
		i.Elements[at].Choices = choicesIn(d.Plan, i.Elements[at].ElementID)
	}
}

func choicesIn(plan *bpmn.Plan, adHoc string) []choice {
	var out []choice
	if e, ok := plan.Element(adHoc); ok {
		for _, start := range e.Starts {
			c := &plan.Elements[start]
			out = append(out, choice{c.ID, c.Name, string(c.Kind)})
		}
	}
	return out
}
