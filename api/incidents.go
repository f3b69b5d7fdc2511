package api

import (
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
	Code              string    `json:"code"`
	Message           string    `json:"message"`
	RaisedAt          time.Time `json:"raisedAt"`
}

func incidentOf(i casework.IncidentView) incident {
	return incident{workflows.TaskID(i.InstanceID, i.Key), i.InstanceID, i.ProcessID, i.CaseID, i.CaseNumber, i.ElementID, i.Code, i.Message, i.RaisedAt}
}

func (s *Server) incidentRoutes() {
	handle(s, call{method: http.MethodGet, path: "/incidents", roles: operators, tag: "incidents", summary: "What cannot go on, the longest standing first"}, s.listIncidents)
	handle(s, call{method: http.MethodPost, path: "/incidents/{id}/retry", roles: operators, tag: "incidents", summary: "Try again what failed"}, s.retryIncident)
}

func (s *Server) listIncidents(ctx context.Context, in *Page) (*output[list[incident]], error) {
	found, err := s.Store.Incidents(ctx, in.page())
	return answer(listOf(found, incidentOf), err)
}

func (s *Server) retryIncident(ctx context.Context, in *Change) (*output[instance], error) {
	instance, key, ok := splitIncident(in.ID)
	if !ok {
		return nil, fail(casework.NotFound, "there is no such incident")
	}
	return s.change(ctx, Change{instance, in.Key}, workflows.RetryUpdate, workflows.Request{Key: key})
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
