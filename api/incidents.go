package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

// incident is a token that cannot go on until somebody acts.
type incident struct {
	ID                string    `json:"id"`
	ProcessInstanceID string    `json:"processInstanceId"`
	ProcessID         string    `json:"processId,omitempty"`
	CaseID            string    `json:"caseId,omitempty"`
	CaseNumber        string    `json:"caseNumber,omitempty"`
	ElementID         string    `json:"elementId"`
	ElementName       string    `json:"elementName,omitempty"`
	Code              string    `json:"code"`
	Message           string    `json:"message"`
	RaisedAt          time.Time `json:"raisedAt"`
}

func incidentOf(i casework.IncidentView) incident {
	return incident{workflows.TaskID(i.InstanceID, i.Key), i.InstanceID, i.ProcessID, i.CaseID, i.CaseNumber, i.ElementID, i.ElementName, i.Code, i.Message, i.RaisedAt}
}

// incidentIn is an incident with what its instance knows of it.
func incidentIn(v casework.InstanceView, i casework.Incident) casework.IncidentView {
	out := casework.IncidentView{Incident: i, InstanceID: v.ID, CaseID: v.CaseID, ProcessID: v.ProcessID}
	for _, e := range v.Elements {
		if e.Key == i.Key {
			out.ElementName = e.Name
		}
	}
	return out
}

type resolveInput struct {
	Change
	Body struct {
		Reason    string `json:"reason,omitempty" maxLength:"2000" doc:"What has been done about it. Asked for, and kept as a note, where the instance belongs to a case"`
		Variables object `json:"variables,omitempty" doc:"Set before it is tried again"`
		Scope     int64  `json:"scope,omitempty" doc:"Key of the element instance to set them in; the process itself when not given"`
	}
}

func (s *Server) incidentRoutes() {
	handle(s, call{method: http.MethodGet, path: "/incidents", roles: operators, tag: "incidents", summary: "What cannot go on, the longest standing first"}, s.listIncidents)
	handle(s, call{method: http.MethodPost, path: "/incidents/{id}/retry", roles: operators, tag: "incidents", summary: "Try again what failed"}, s.retryIncident)
	handle(s, call{method: http.MethodPost, path: "/incidents/{id}/resolve", roles: operators, tag: "incidents", summary: "Say that the cause is mended, set variables if need be, and try again"}, s.resolveIncident)
}

func (s *Server) listIncidents(ctx context.Context, in *Page) (*output[list[incident]], error) {
	found, err := s.Store.Incidents(ctx, in.page())
	return answer(listOf(found, incidentOf), err)
}

func (s *Server) retryIncident(ctx context.Context, in *ReasonedChange) (*output[instance], error) {
	instance, key, ok := splitIncident(in.ID)
	if !ok {
		return nil, fail(casework.NotFound, "there is no such incident")
	}
	return s.changeBecause(ctx, Change{instance, in.Key}, in.reason(), workflows.RetryUpdate,
		workflows.Request{Key: key})
}

// resolveIncident keeps the reason before it tries again: what was said is known also if the answer is lost. A repeated request sets and writes
// nothing twice.
func (s *Server) resolveIncident(ctx context.Context, in *resolveInput) (*output[instance], error) {
	i, err := s.openIncident(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	reason := strings.TrimSpace(in.Body.Reason)
	if i.CaseID != "" && reason == "" {
		return nil, invalidField("/reason", "Skriv, hvad der er gjort ved fejlen.")
	}
	variables, err := in.Body.Variables.checked()
	if err != nil {
		return nil, err
	}
	if len(in.Body.Variables) > 0 {
		id := updateID(ctx, partOf(in.Change, "variables"))
		if err := s.update(ctx, i.InstanceID, workflows.SetVariablesUpdate, id, workflows.Request{Key: in.Body.Scope, Variables: variables}); err != nil {
			return nil, err
		}
	}
	if i.CaseID != "" {
		subject := "Fejl rettet: " + cmp.Or(i.ElementName, i.ElementID)
		if _, err := s.Store.AddNoteOn(ctx, updateID(ctx, partOf(in.Change, "note")), i.CaseID, subject, reason); err != nil {
			return nil, err
		}
	}
	return s.changeBecause(ctx, Change{i.InstanceID, in.Key}, reason, workflows.RetryUpdate, workflows.Request{Key: i.Key})
}

// partOf is the idempotency key of a part of a change that has several, "" when it has none.
func partOf(in Change, part string) string {
	if in.Key == "" {
		return ""
	}
	return strings.Join([]string{in.Key, in.ID, part}, "\n")
}

// openIncident finds an incident that the actor may act on.
func (s *Server) openIncident(ctx context.Context, id string) (found casework.IncidentView, err error) {
	instance, key, ok := splitIncident(id)
	if !ok {
		return found, fail(casework.NotFound, "there is no such incident")
	}
	v, err := s.changeable(ctx, instance)
	if err != nil {
		return found, err
	}
	for _, i := range v.Incidents {
		if i.Key == key {
			return incidentIn(v, i), nil
		}
	}
	return found, fail(casework.Conflict, "the incident has been resolved")
}

// splitIncident reads what [incidentOf] made: instance and key of the element instance.
func splitIncident(id string) (instance string, key int64, ok bool) {
	i := strings.LastIndexByte(id, '.')
	if i < 0 {
		return "", 0, false
	}
	key, err := strconv.ParseInt(id[i+1:], 10, 64)
	return id[:i], key, err == nil && fmt.Sprint(key) == id[i+1:]
}
