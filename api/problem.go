package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
)

// Problem is every answer that is no success (RFC 9457).
type Problem struct {
	Type   string `json:"type" doc:"Kind of problem" example:"about:blank"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty" doc:"What is wrong and what to do"`
	// Instance names what is in the log about a failure of ours.
	Instance string       `json:"instance,omitempty" doc:"Of a failure of ours: what to look for in the log"`
	Errors   []FieldError `json:"errors,omitempty"`
}

// FieldError is one thing to mend in a request.
type FieldError struct {
	Pointer string `json:"pointer,omitempty" doc:"JSON pointer into the body, or the name of a parameter"`
	Message string `json:"message"`
	Code    string `json:"code,omitempty"`
	File    string `json:"file,omitempty" doc:"Of a deployment: the file at fault"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Element string `json:"element,omitempty" doc:"Of a deployment: id of the element at fault"`
	Advice  string `json:"advice,omitempty"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// What caseworkers read of a problem is Danish; what only operators and designers meet is English, as are all codes.
const (
	fieldsToMend  = "Der er felter, der skal rettes."
	engineAway    = "Procesmotoren svarer ikke lige nu. Prøv igen om et øjeblik."
	failedHere    = "Noget gik galt hos os. Det står i loggen; prøv igen."
	processIsOver = "Processen er slut."
	heldUp        = "Det er gemt, men en kontrol i processen fejlede. Det sker af sig selv, når fejlen er rettet under »Fastlåste sager«."
)

// newProblem is how huma tells of a request that does not fit the description.
func newProblem(status int, detail string, errs ...error) huma.StatusError {
	if detail == "validation failed" {
		detail = fieldsToMend
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			p.Errors = append(p.Errors, fieldErrorOf(d.ErrorDetail()))
		} else if err != nil {
			p.Errors = append(p.Errors, FieldError{Message: err.Error()})
		}
	}
	return p
}

// fieldErrorOf points at the property that is missing, not at where it is missing from.
func fieldErrorOf(d *huma.ErrorDetail) FieldError {
	at := pointer(d.Location)
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok && strings.HasPrefix(d.Location, "body") {
		name, _, _ = strings.Cut(name, " ")
		at += "/" + name
	}
	return FieldError{Pointer: at, Message: d.Message}
}

// pointer turns body.lines[0].action into /lines/0/action, and leaves the name of a parameter.
func pointer(location string) string {
	rest, inBody := strings.CutPrefix(location, "body")
	if !inBody {
		_, name, _ := strings.Cut(location, ".")
		return name
	}
	return strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(rest)
}

var statuses = map[casework.Code]int{
	casework.NotFound: http.StatusNotFound, casework.Conflict: http.StatusConflict, casework.Invalid: http.StatusUnprocessableEntity,
	casework.Stale: http.StatusPreconditionFailed, casework.Forbidden: http.StatusForbidden, casework.Pending: http.StatusUnprocessableEntity, casework.Internal: http.StatusInternalServerError,
}

// problemOf decides what a caller learns of an error; the text of one that is no concern of theirs goes to the log.
func (s *Server) problemOf(ctx context.Context, err error) huma.StatusError {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if unreachable(err) {
		s.Log.ErrorContext(ctx, "the process engine does not answer", "error", err)
		return newProblem(http.StatusServiceUnavailable, engineAway)
	}
	err = fromTemporal(err)
	code := casework.CodeOf(err)
	var e *casework.Error
	if !errors.As(err, &e) || code == casework.Internal {
		return s.failure(ctx, "error", err)
	}
	out := &Problem{Type: "about:blank", Title: http.StatusText(statuses[code]), Status: statuses[code], Detail: e.Message}
	for _, f := range e.Fields {
		out.Errors = append(out.Errors, FieldError{Pointer: f.Pointer, Message: f.Message, Code: f.Code})
	}
	return out
}

// failure logs what went wrong here and gives whoever asked its name in the log.
func (s *Server) failure(ctx context.Context, what string, cause any) *Problem {
	p := &Problem{Type: "about:blank", Title: http.StatusText(http.StatusInternalServerError), Status: http.StatusInternalServerError,
		Detail: failedHere, Instance: "urn:uuid:" + uuid.NewString()}
	s.Log.ErrorContext(ctx, "request failed", "instance", p.Instance, what, cause)
	return p
}

// unreachable reports that Temporal, or every worker, is down or too busy.
func unreachable(err error) bool {
	var unavailable *serviceerror.Unavailable
	var late *serviceerror.DeadlineExceeded
	var busy *serviceerror.ResourceExhausted
	return errors.As(err, &unavailable) || errors.As(err, &late) || errors.As(err, &busy) || errors.Is(err, context.DeadlineExceeded)
}

// fromTemporal turns what a workflow or the Temporal server refused into an error with a code.
func fromTemporal(err error) error {
	var refused *temporal.ApplicationError
	if errors.As(err, &refused) {
		switch code := casework.Code(refused.Type()); code {
		case casework.Conflict, casework.NotFound, casework.Invalid:
			return casework.Errorf(code, "%s", refused.Message())
		case casework.Pending:
			return casework.Errorf(code, heldUp)
		}
	}
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return casework.Errorf(casework.Conflict, processIsOver)
	}
	return err
}

func fail(code casework.Code, format string, args ...any) error {
	return casework.Errorf(code, format, args...)
}

func invalidField(pointer, message string) error {
	return &casework.Error{Code: casework.Invalid, Message: fieldsToMend,
		Fields: []casework.FieldError{{Pointer: pointer, Message: message}}}
}

func writeProblem(c *gin.Context, status int, detail string) {
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(status, newProblem(status, detail))
}

func (s *Server) recoverPanic(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			if r == http.ErrAbortHandler {
				panic(r)
			}
			p := s.failure(c, "panic", fmt.Sprint(r))
			if !c.Writer.Written() {
				c.Header("Content-Type", "application/problem+json")
				c.AbortWithStatusJSON(p.Status, p)
			}
		}
	}()
	c.Next()
}
