package api

import (
	"context"
	"strings"
	"time"

	"fasthold/internal/casework"
)

type openCaseInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		Municipality string `json:"municipality" maxLength:"4" doc:"Municipality code"`
		Citizen      struct {
			CPR  string `json:"cpr" maxLength:"11"`
			Name string `json:"name" maxLength:"200"`
		} `json:"citizen"`
		Company struct {
			CVR     string `json:"cvr" maxLength:"8"`
			PNumber string `json:"pNumber,omitempty" maxLength:"10"`
			Name    string `json:"name" maxLength:"200"`
			Contact struct {
				Name  string `json:"name,omitempty" maxLength:"200"`
				Phone string `json:"phone,omitempty" maxLength:"50"`
				Email string `json:"email,omitempty" maxLength:"200"`
			} `json:"contact,omitempty"`
		} `json:"company"`
		FirstAbsenceDay     string   `json:"firstAbsenceDay" maxLength:"10" doc:"ISO 8601 date"`
		PaidDuringSickness  *bool    `json:"paidDuringSickness,omitempty" nullable:"true"`
		ExpectedOver8Weeks  *bool    `json:"expectedOver8Weeks,omitempty" nullable:"true"`
		Section56           bool     `json:"section56,omitempty"`
		WorkInjury          bool     `json:"workInjury,omitempty"`
		PartialHoursPerWeek *float64 `json:"partialHoursPerWeek,omitempty" nullable:"true" minimum:"0" maximum:"60"`
	}
}

func (s *Server) openCase(ctx context.Context, in *openCaseInput) (*caseAnswer, error) {
	n, err := in.read()
	if err != nil {
		return nil, err
	}
	c, err := s.Store.OpenCase(ctx, n)
	if err != nil {
		return nil, err
	}
	return s.answerCase(ctx, c)
}

// read checks every field and tells all that is wrong, in words for whoever filled in the form.
func (in *openCaseInput) read() (casework.NewCase, error) {
	b := &in.Body
	var wrong reader
	n := casework.NewCase{
		Municipality: string(parsed(&wrong, "/municipality", b.Municipality, casework.ParseMunicipality)),
		Citizen: casework.Citizen{
			CPR:  parsed(&wrong, "/citizen/cpr", b.Citizen.CPR, casework.ParseCPR),
			Name: wrong.text("/citizen/name", b.Citizen.Name, "Skriv den sygemeldtes navn."),
		},
		Company: casework.Company{
			CVR:  string(parsed(&wrong, "/company/cvr", b.Company.CVR, casework.ParseCVR)),
			Name: wrong.text("/company/name", b.Company.Name, "Skriv virksomhedens navn."), ContactName: b.Company.Contact.Name,
			ContactPhone: b.Company.Contact.Phone, ContactEmail: b.Company.Contact.Email,
		},
		Facts: casework.Facts{
			FirstAbsenceDay: wrong.date("/firstAbsenceDay", b.FirstAbsenceDay), PaidDuringSickness: b.PaidDuringSickness,
			ExpectedOver8Weeks: b.ExpectedOver8Weeks, Section56: b.Section56, WorkInjury: b.WorkInjury, PartialHoursPerWeek: b.PartialHoursPerWeek,
		},
	}
	if b.Company.PNumber != "" {
		n.Company.PNumber = string(parsed(&wrong, "/company/pNumber", b.Company.PNumber, casework.ParsePNumber))
	}
	return n, wrong.problem()
}

// reader gathers the fields that are wrong.
type reader []casework.FieldError

// problem tells all that is wrong, nil when nothing is.
func (r *reader) problem() error {
	if len(*r) == 0 {
		return nil
	}
	return &casework.Error{Code: casework.Invalid, Message: fieldsToMend, Fields: *r}
}

func (r *reader) refuse(pointer, code, message string) {
	*r = append(*r, casework.FieldError{Pointer: pointer, Code: code, Message: message})
}

func parsed[T any](r *reader, pointer, text string, parse func(string) (T, error)) T {
	v, err := parse(text)
	if identifier, ok := err.(*casework.IdentifierError); ok {
		r.refuse(pointer, identifier.Code, identifierTexts[identifier.Code])
	}
	return v
}

func (r *reader) text(pointer, text, missing string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		r.refuse(pointer, "required", missing)
	}
	return text
}

func (r *reader) date(pointer, text string) string {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		r.refuse(pointer, "invalid_date", "Skriv en dato.")
	}
	return text
}
