package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
)

type intakeInput struct {
	Key     string `header:"Idempotency-Key" maxLength:"200"`
	RawBody []byte
}

// receipt says what became of an event.
type receipt struct {
	CaseID     string `json:"caseId"`
	CaseNumber string `json:"caseNumber"`
	EventID    string `json:"eventId"`
}

// received is 202 with a receipt, or 200 when the event had come before.
type received struct {
	Status int
	Body   receipt
}

func (s *Server) intakeRoutes() {
	event := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[nemrefusion.Event](), true, "Event")
	handle(s, call{method: http.MethodPost, path: "/intake/nemrefusion", roles: intake, tag: "intake", status: http.StatusAccepted, also: http.StatusOK,
		summary: "Tell of a sick leave: the same event again answers 200 and changes nothing",
		body:    &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: event}}}}, s.receiveNotice)
}

// receiveNotice reads the event itself: strictly, and naming each field at fault.
func (s *Server) receiveNotice(ctx context.Context, in *intakeInput) (*received, error) {
	e, err := nemrefusion.Parse(in.RawBody)
	if err != nil {
		return nil, eventProblem(err)
	}
	r, err := s.Store.ReceiveNotice(ctx, in.RawBody, e)
	if err != nil {
		return nil, err
	}
	out := &received{http.StatusAccepted, receipt{r.CaseID, r.CaseNumber, r.EventID}}
	if r.Repeated {
		out.Status = http.StatusOK
	}
	return out, nil
}

func eventProblem(err error) error {
	var wrong *nemrefusion.Error
	if !errors.As(err, &wrong) {
		return err
	}
	e := &casework.Error{Code: casework.Invalid, Message: "the event cannot be taken; see errors"}
	for _, f := range wrong.Fields {
		e.Fields = append(e.Fields, casework.FieldError{Pointer: f.Pointer, Code: f.Code, Message: f.Message})
	}
	return e
}
