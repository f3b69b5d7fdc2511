package activities

import (
	"context"
	"fmt"
	"html/template"
	"strings"
	"time"

	"fasthold/definitions"
	"fasthold/internal/casework"
)

// Receivers of a letter.
const (
	toCompany = "company"
	toCitizen = "citizen"
)

// companyLetter is all that a letter to a company can show: the allow-list of §68 a sygedagpengeloven. It has no word about the person
// beyond the case number that the company knows.
type companyLetter struct {
	CaseNumber, CompanyName         string
	ConsultantName, ConsultantPhone string
	UnitName                        string
	FirstAbsenceDay                 string // Danish date, as are the next two
	MeetingOn, NextFollowUpOn       string
	MeetingTime, MeetingPlace       string
}

// citizenLetter is all that a letter to the person on sick leave can show.
type citizenLetter struct {
	companyLetter
	CitizenName string
}

// letterInput are the process variables a letter may need.
type letterInput struct {
	MeetingOn      string `json:"meetingOn"`
	MeetingTime    string `json:"meetingTime"`
	MeetingPlace   string `json:"meetingPlace"`
	NextFollowUpOn string `json:"nextFollowUpOn"`
}

// sendLetter writes a letter from its template, once however often the job runs (B01, D05).
func (a *Activities) sendLetter(ctx context.Context, job casework.Job) (any, error) {
	if err := inCase(job); err != nil {
		return nil, err
	}
	var in letterInput
	if err := read(job, &in); err != nil {
		return nil, err
	}
	facts, err := a.letterFacts(ctx, job.CaseID, in)
	if err != nil {
		return nil, err
	}
	name, receiver := job.Headers["template"], job.Headers["receiver"]
	subject, body, err := writeLetter(name, receiver, facts)
	if err != nil {
		return nil, err
	}
	id, err := a.Store.SaveLetter(ctx, job.InstanceID, job.Key, job.ElementID, casework.Letter{
		CaseID: job.CaseID, Template: name, Receiver: receiver, Subject: subject, Body: body})
	return map[string]string{"letterId": id}, err
}

func (a *Activities) letterFacts(ctx context.Context, caseID string, in letterInput) (citizenLetter, error) {
	c, err := a.Store.Case(ctx, caseID)
	if err != nil {
		return citizenLetter{}, err
	}
	facts := companyLetter{
		CaseNumber: c.Number, CompanyName: c.Company.Name, UnitName: a.Unit,
		FirstAbsenceDay: danishDate(c.Facts.FirstAbsenceDay),
		MeetingOn:       danishDate(in.MeetingOn), MeetingTime: in.MeetingTime, MeetingPlace: places[in.MeetingPlace],
		NextFollowUpOn: danishDate(in.NextFollowUpOn),
	}
	if c.Consultant != "" {
		u, err := a.Store.User(ctx, c.Consultant)
		if err != nil {
			return citizenLetter{}, err
		}
		facts.ConsultantName, facts.ConsultantPhone = u.Name, u.Phone
	}
	return citizenLetter{facts, c.Citizen.Name}, nil
}

// places are the codes of meeting places as letters name them.
var places = map[string]string{
	"company": "På virksomheden", "municipality": "Hos kommunen", "elsewhere": "Efter aftale",
	"phone": "Telefonmøde", "digital": "Digitalt møde",
}

// writeLetter fills in a template, which has a subject and a body. A company's letter cannot show what is only the citizen's: its data
// have no such field, and a template that asks for one fails.
func writeLetter(name, receiver string, facts citizenLetter) (subject, body string, err error) {
	source, ok := definitions.Letters()[name]
	if !ok {
		return "", "", casework.Errorf(casework.Invalid, "there is no letter template %q", name)
	}
	t, err := template.New(name).Parse(source)
	if err != nil {
		return "", "", casework.Errorf(casework.Invalid, "the letter template %q cannot be read", name)
	}
	var data any
	switch receiver {
	case toCompany:
		data = facts.companyLetter
	case toCitizen:
		data = facts
	default:
		return "", "", casework.Errorf(casework.Invalid, "a letter is for %q or %q, not for %q", toCompany, toCitizen, receiver)
	}
	var s, b strings.Builder
	if err := t.ExecuteTemplate(&s, "subject", data); err != nil {
		return "", "", casework.Errorf(casework.Invalid, "the subject of the letter %q shows what a %s may not see or nobody knows", name, receiver)
	}
	if err := t.ExecuteTemplate(&b, "body", data); err != nil {
		return "", "", casework.Errorf(casework.Invalid, "the letter %q shows what a %s may not see or nobody knows", name, receiver)
	}
	return strings.TrimSpace(s.String()), strings.TrimSpace(b.String()), nil
}

var months = [...]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"}

// danishDate writes an ISO date as people read it: 2. marts 2026. What is no date is nothing.
func danishDate(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d. %s %d", t.Day(), months[t.Month()-1], t.Year())
}
