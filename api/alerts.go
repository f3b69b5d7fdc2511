package api

import (
	"context"
	"net/http"
	"time"

	"fasthold/internal/casework"
)

// alert calls somebody's attention to a case.
type alert struct {
	ID         string    `json:"id"`
	CaseID     string    `json:"caseId"`
	CaseNumber string    `json:"caseNumber"`
	Reason     string    `json:"reason" doc:"Code, or the element id of the task whose deadline is near or over"`
	Task       string    `json:"task,omitempty" doc:"Name of that task"`
	At         time.Time `json:"at"`
}

func alertOf(a casework.Alert) alert {
	return alert{a.ID, a.CaseID, a.CaseNumber, a.Reason, a.Task, a.At}
}

func (s *Server) alertRoutes() {
	handle(s, call{method: http.MethodGet, path: "/alerts", roles: caseworkers, tag: "alerts",
		summary: "Reminders in one's own cases; to a supervisor, escalations in the whole municipality"}, s.listAlerts)
	handle(s, call{method: http.MethodPost, path: "/alerts/{id}/see", roles: caseworkers, tag: "alerts", summary: "Take an alert off the list", status: http.StatusNoContent}, s.seeAlert)
}

func (s *Server) listAlerts(ctx context.Context, in *Page) (*output[list[alert]], error) {
	audience := casework.ForConsultant
	if actor(ctx).Has(casework.Supervisor) {
		audience = casework.ForSupervisor
	}
	found, err := s.Store.Alerts(ctx, audience, in.page())
	return answer(listOf(found, alertOf), err)
}

func (s *Server) seeAlert(ctx context.Context, in *Change) (*struct{}, error) {
	return nil, s.Store.SeeAlert(ctx, in.ID)
}
