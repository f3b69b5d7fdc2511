package site

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"fasthold/api"
	"fasthold/internal/casework"
	"fasthold/internal/workday"
)

// demoCase is a case and how far it has come.
type demoCase struct {
	cpr, citizen   string
	cvr, p, firm   string
	absent         int    // days before today
	event          string // "" when somebody opens the case by hand
	expectedOver8  any
	paid           bool
	done           []demoAnswer
	then           string // type of a later event, "" for none
	fastTrackWords bool
}

// demoAnswer is what a consultant filled in.
type demoAnswer struct {
	task      string
	variables map[string]any
}

func today() workday.Date { return workday.DateOf(time.Now().In(workday.Zone())) }

func daysAgo(n int) string { return today().AddDays(-n).String() }

// inDays is a day that many days ahead, the Monday after when it falls in a weekend.
func inDays(n int) string {
	d := today().AddDays(n)
	for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		d = d.AddDays(1)
	}
	return d.String()
}

// course is what a consultant answers when all goes well, in order.
func course() []demoAnswer {
	return []demoAnswer{
		{"call-company", map[string]any{"note": "Talt med nærmeste leder om opgaver og arbejdstid.", "canReturn": "partly", "expectation": "over26", "meetingWanted": "yes"}},
		{"book-meeting", map[string]any{"bookingResult": "booked", "meetingPlace": "company", "meetingOn": inDays(0), "meetingTime": "10:00",
			"address": "Mødelokale 2", "participants": []string{"employee", "company"}}},
		{"hold-meeting", map[string]any{"meetingResult": "held", "canReturn": "partly", "note": "Enige om gradvis tilbagevenden."}},
		{"assess-offers", map[string]any{"prospects": "part_time", "offers": []string{"internship"}, "note": "Praktik i egen afdeling."}},
		{"make-plan", map[string]any{"mainGoal": "own_job_full",
			"firstOwner": "company", "firstAction": "Tilbyder lettere opgaver tre timer om dagen", "firstDue": inDays(7),
			"plan":       []map[string]string{{"owner": "municipality", "action": "Bevilger virksomhedspraktik", "due": inDays(5)}},
			"milestones": []map[string]string{{"action": "Halv tid", "due": inDays(28)}}, "measures": []string{"partial_return", "internship"}, "followUpIntervalWeeks": 4}},
	}
}

func demoCases() []demoCase {
	all := course()
	return []demoCase{
		{cpr: "0402851234", citizen: "Anders Ager", cvr: "24256790", p: "1003388394", firm: "Hadsten Træindustri A/S", absent: 24, event: "sick_notification", paid: true},
		{cpr: "1711796012", citizen: "Birgit Bak", cvr: "27355021", p: "1005559871", firm: "Hinnerup Plejehjem", absent: 30, expectedOver8: true, paid: true, done: all[:1]},
		{cpr: "2309905567", citizen: "Carsten Clausen", cvr: "13585628", p: "1012345670", firm: "Ulstrup Vvs ApS", absent: 33, expectedOver8: true, paid: true, done: all[:2]},
		{cpr: "0106721118", citizen: "Dagny Drejer", cvr: "29189846", p: "1017654321", firm: "Thorsø Skole", absent: 40, expectedOver8: true, paid: true, done: all},
		{cpr: "3011883345", citizen: "Erik Enevoldsen", cvr: "24256790", p: "1003388394", firm: "Hadsten Træindustri A/S", absent: 9, event: "fast_track_request", expectedOver8: true, paid: true, fastTrackWords: true},
		{cpr: "1208664456", citizen: "Fie Friis", cvr: "27355021", p: "1005559871", firm: "Hinnerup Plejehjem", absent: 38, event: "sick_notification", expectedOver8: true, paid: true, done: all, then: "partial_recovery"},
		{cpr: "0509937789", citizen: "Gorm Gade", cvr: "13585628", p: "1012345670", firm: "Ulstrup Vvs ApS", absent: 28, event: "sick_notification", paid: true, done: all[:1], then: "full_recovery"},
	}
}

// Demonstrate fills an empty database with cases, in the way in which real ones come: through the API.
func (s *Site) Demonstrate(ctx context.Context) {
	cases, err := s.store.Cases(ctx, casework.CaseFilter{})
	if err != nil || len(cases.Items) > 0 {
		return
	}
	for _, c := range demoCases() {
		if err := s.play(ctx, c); err != nil && ctx.Err() == nil {
			s.options.Log.WarnContext(ctx, "a demo case was not made", "error", err)
		}
	}
}

func (s *Site) play(ctx context.Context, c demoCase) error {
	if c.event == "" {
		var opened struct{ ID string }
		if err := s.call(ctx, "supervisor", http.MethodPost, "/cases", c.form(), &opened); err != nil {
			return err
		}
		return s.goOn(ctx, opened.ID, c.done)
	}
	bundle := uuid.NewString()
	var receipt struct{ CaseID string }
	if err := s.call(ctx, "integrator", http.MethodPost, "/intake/nemrefusion", c.notice(bundle, 1, c.event), &receipt); err != nil {
		return err
	}
	if err := s.goOn(ctx, receipt.CaseID, c.done); err != nil || c.then == "" {
		return err
	}
	return s.call(ctx, "integrator", http.MethodPost, "/intake/nemrefusion", c.notice(bundle, 2, c.then), nil)
}

// form is the case as a person opens it by hand: with names, which NemRefusion does not tell.
func (c demoCase) form() map[string]any {
	return map[string]any{
		"municipality": municipality, "firstAbsenceDay": daysAgo(c.absent), "paidDuringSickness": c.paid, "expectedOver8Weeks": c.expectedOver8,
		"citizen": map[string]any{"cpr": c.cpr, "name": c.citizen},
		"company": map[string]any{"cvr": c.cvr, "pNumber": c.p, "name": c.firm, "contact": contact},
	}
}

var contact = map[string]any{"name": "Personaleafdelingen", "phone": "86 00 00 00"}

// goOn waits until a case has begun, so that the cases are shared out in the same way each time, and answers its tasks.
func (s *Site) goOn(ctx context.Context, caseID string, answers []demoAnswer) error {
	_, err := s.task(ctx, caseID, "")
	for _, a := range answers {
		if err == nil {
			err = s.answer(ctx, caseID, a)
		}
	}
	return err
}

// notice is the event of domain.md §1.8.
func (c demoCase) notice(bundle string, sequence int, kind string) map[string]any {
	absence := map[string]any{"firstDay": daysAgo(c.absent), "paidDuringSickness": c.paid, "expectedOver8Weeks": c.expectedOver8}
	event := map[string]any{
		"eventId": uuid.NewString(), "source": "nemrefusion", "type": kind, "bundleUuid": bundle, "messageId": fmt.Sprint(sequence), "sequence": sequence,
		"occurredAt": time.Now().Format(time.RFC3339), "municipality": municipality,
		"citizen":  map[string]any{"cpr": c.cpr},
		"employer": map[string]any{"cvr": c.cvr, "pNumber": c.p, "contact": contact},
		"absence":  absence,
	}
	if c.fastTrackWords {
		event["fastTrack"] = map[string]any{"requestedBy": "employer", "affectedFunctions": "Løft og lange vagter", "expectedDuration": "Mere end otte uger", "adaptationsTried": "Kortere dage"}
	}
	switch kind {
	case "partial_recovery":
		absence["partialHoursPerWeek"] = 15
		event["effectiveFrom"] = today().String()
	case "full_recovery":
		event["effectiveFrom"] = today().String()
	}
	return event
}

// patience is how long a demo case waits for its next task.
const patience = 15 * time.Second

// answer completes a task of a case as soon as it is there.
func (s *Site) answer(ctx context.Context, caseID string, a demoAnswer) error {
	task, err := s.task(ctx, caseID, a.task)
	if err != nil {
		return err
	}
	return s.call(ctx, cmp.Or(task.Assignee, "supervisor"), http.MethodPost, "/tasks/"+task.ID+"/complete", map[string]any{"variables": a.variables}, nil)
}

// demoTask is an open task.
type demoTask struct{ ID, ElementID, Assignee string }

// task waits for a task of a case, any for "".
func (s *Site) task(ctx context.Context, caseID, element string) (demoTask, error) {
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		var list struct{ Items []demoTask }
		if err := s.call(ctx, "supervisor", http.MethodGet, "/tasks?state=open&case="+caseID, nil, &list); err != nil {
			return demoTask{}, err
		}
		for _, task := range list.Items {
			if element == "" || task.ElementID == element {
				return task, nil
			}
		}
	}
	return demoTask{}, fmt.Errorf("the task %s did not come", element)
}

func (s *Site) call(ctx context.Context, user, method, path string, body, into any) error {
	var payload io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(ctx, method, s.URL()+api.Base+path, payload)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer demo-"+user)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, data)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(data, into)
}
