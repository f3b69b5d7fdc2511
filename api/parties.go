package api

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"fasthold/internal/casework"
)

// parties are those a case is about.
type parties struct {
	Citizen    citizen     `json:"citizen"`
	Company    partner     `json:"company"`
	Consultant *consultant `json:"consultant,omitempty"`
}

type partner struct {
	Name         string `json:"name"`
	CVR          string `json:"cvr,omitempty"`
	PNumber      string `json:"pNumber,omitempty"`
	SE           string `json:"se,omitempty"`
	ContactName  string `json:"contactName,omitempty"`
	ContactPhone string `json:"contactPhone,omitempty"`
	ContactEmail string `json:"contactEmail,omitempty"`
}

type consultant struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// partiesAnswer are the parties with the version of the case that If-Match compares with.
type partiesAnswer struct {
	ETag string `header:"ETag"`
	Body parties
}

type partiesInput struct {
	ID      string `path:"id" maxLength:"200"`
	IfMatch string `header:"If-Match" maxLength:"50" doc:"ETag of the parties, or of the case, as you saw them"`
	Body    struct {
		Citizen toldOfCitizen `json:"citizen,omitempty"`
		Company toldOfCompany `json:"company,omitempty"`
	}
}

type toldOfCitizen struct {
	Name *string `json:"name,omitempty" maxLength:"200"`
}

type toldOfCompany struct {
	Name         *string `json:"name,omitempty" maxLength:"200"`
	ContactName  *string `json:"contactName,omitempty" maxLength:"200"`
	ContactPhone *string `json:"contactPhone,omitempty" maxLength:"50"`
	ContactEmail *string `json:"contactEmail,omitempty" maxLength:"200"`
}

func (s *Server) partyRoutes() {
	const tag = "cases"
	handle(s, call{method: http.MethodGet, path: "/cases/{id}/parties", roles: caseworkers, tag: tag, summary: "Citizen, company and consultant"}, s.parties)
	handle(s, call{method: http.MethodPatch, path: "/cases/{id}/parties", roles: caseworkers, tag: tag,
		summary: "Tell names and contact; what is not given stays, an empty text takes away"}, s.changeParties)
}

func (s *Server) parties(ctx context.Context, in *byID) (*partiesAnswer, error) {
	c, err := s.Store.Case(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.logView(ctx, c.ID); err != nil {
		return nil, err
	}
	return s.answerParties(ctx, c)
}

func (s *Server) answerParties(ctx context.Context, c casework.Case) (*partiesAnswer, error) {
	n, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	k := c.Company
	out := parties{
		Citizen: citizen{c.Citizen.Name, masked(c.Citizen.CPR)},
		Company: partner{k.Name, k.CVR, k.PNumber, k.SE, k.ContactName, k.ContactPhone, k.ContactEmail},
	}
	if c.Consultant != "" {
		u := n[c.Consultant]
		out.Consultant = &consultant{c.Consultant, n.of(c.Consultant), u.Phone, u.Email}
	}
	return &partiesAnswer{etag(c), out}, nil
}

func (s *Server) changeParties(ctx context.Context, in *partiesInput) (*partiesAnswer, error) {
	told, err := in.read()
	if err != nil {
		return nil, err
	}
	if err := s.Store.ChangeNames(seen(ctx, in.IfMatch), in.ID, told); err != nil {
		return nil, err
	}
	c, err := s.Store.Case(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.answerParties(ctx, c)
}

// read tidies what was written and tells all that is wrong with it.
func (in *partiesInput) read() (casework.Names, error) {
	var wrong reader
	b := &in.Body
	told := casework.Names{
		Citizen: wrong.name("/citizen/name", b.Citizen.Name), Company: wrong.name("/company/name", b.Company.Name),
		ContactName:  wrong.name("/company/contactName", b.Company.ContactName),
		ContactPhone: wrong.like("/company/contactPhone", b.Company.ContactPhone, phoneNumber, "Skriv et telefonnummer som 12 34 56 78."),
		ContactEmail: wrong.like("/company/contactEmail", b.Company.ContactEmail, mailAddress, "Skriv en e-mailadresse som navn@firma.dk."),
	}
	return told, wrong.problem()
}

var (
	phoneNumber = regexp.MustCompile(`^(\+|00)?[0-9][0-9 ()-]{4,22}$`)
	mailAddress = regexp.MustCompile(`^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$`)
	readsAsCPR  = regexp.MustCompile(`(^|\D)\d{6}[- ]?\d{4}(\D|$)`)
)

// name reads a name on one line. Names are shown where a CPR number must not be.
func (r *reader) name(pointer string, text *string) *string {
	text = tidy(text)
	if text != nil && readsAsCPR.MatchString(*text) {
		r.refuse(pointer, "personal_number", "Skriv navnet uden CPR-nummer.")
	}
	return text
}

// like reads a text that is of a form, or empty.
func (r *reader) like(pointer string, text *string, form *regexp.Regexp, message string) *string {
	text = tidy(text)
	if text != nil && *text != "" && !form.MatchString(*text) {
		r.refuse(pointer, "invalid", message)
	}
	return text
}

// tidy puts a text on one line, without spaces around it.
func tidy(text *string) *string {
	if text == nil {
		return nil
	}
	line := strings.Join(strings.Fields(*text), " ")
	return &line
}
