package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"fasthold/internal/casework"
)

// inCase refuses a job of an instance that belongs to no case.
func inCase(job casework.Job) error {
	if job.CaseID == "" {
		return casework.Errorf(casework.Invalid, "%s works on a case, and this process instance belongs to none", job.Type)
	}
	return nil
}

func read(job casework.Job, into any) error {
	if len(job.Variables) == 0 {
		return nil
	}
	if err := json.Unmarshal(job.Variables, into); err != nil {
		return casework.Errorf(casework.Invalid, "the variables of %s are not what %s needs", job.ElementID, job.Type)
	}
	return nil
}

// assignConsultant gives the case a consultant, who stays (B08, B12).
func (a *Activities) assignConsultant(ctx context.Context, job casework.Job) (any, error) {
	if err := inCase(job); err != nil {
		return nil, err
	}
	consultant, err := a.Store.AssignConsultant(ctx, job.CaseID)
	return map[string]string{"consultant": consultant}, err
}

// factsInput are the facts a process may set; what is not given stays as it is.
type factsInput struct {
	Track               *string  `json:"track"`
	MainGoal            *string  `json:"mainGoal"`
	Standby             *bool    `json:"standby"`
	ExpectedOver8Weeks  *bool    `json:"expectedOver8Weeks"`
	PartialHoursPerWeek *float64 `json:"partialHoursPerWeek"`
}

func (a *Activities) setFacts(ctx context.Context, job casework.Job) (any, error) {
	var in factsInput
	if err := inCase(job); err != nil {
		return nil, err
	}
	if err := read(job, &in); err != nil {
		return nil, err
	}
	c, err := a.Store.Case(ctx, job.CaseID)
	if err != nil {
		return nil, err
	}
	facts := c.Facts
	if in.apply(&facts); reflect.DeepEqual(facts, c.Facts) {
		return nil, nil // it has run before
	}
	return nil, a.Store.SetFacts(ctx, job.CaseID, in.apply)
}

func (in factsInput) apply(f *casework.Facts) {
	set(&f.Track, in.Track)
	set(&f.MainGoal, in.MainGoal)
	set(&f.Standby, in.Standby)
	if in.ExpectedOver8Weeks != nil {
		f.ExpectedOver8Weeks = in.ExpectedOver8Weeks
	}
	if in.PartialHoursPerWeek != nil {
		f.PartialHoursPerWeek = in.PartialHoursPerWeek
	}
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

type outcomeInput struct {
	Outcome string `json:"outcome"`
}

func (a *Activities) setOutcome(ctx context.Context, job casework.Job) (any, error) {
	var in outcomeInput
	if err := inCase(job); err != nil {
		return nil, err
	}
	if err := read(job, &in); err != nil {
		return nil, err
	}
	if in.Outcome == "" {
		return nil, casework.Errorf(casework.Invalid, "%s needs an outcome", job.ElementID)
	}
	return nil, a.Store.CloseCase(ctx, job.CaseID, in.Outcome)
}

// once is an id that is the same at every attempt of a job. When a worker is lost, what it did may be decided anew and the key be given to
// another element, whose job is another.
func once(job casework.Job) string {
	return fmt.Sprintf("%s.%d.%s", job.InstanceID, job.Key, job.ElementID)
}

func (a *Activities) remind(ctx context.Context, job casework.Job) (any, error) {
	return a.alert(ctx, job, casework.ForConsultant)
}

func (a *Activities) notifySupervisor(ctx context.Context, job casework.Job) (any, error) {
	return a.alert(ctx, job, casework.ForSupervisor)
}

func (a *Activities) alert(ctx context.Context, job casework.Job, who casework.Audience) (any, error) {
	if err := inCase(job); err != nil {
		return nil, err
	}
	return nil, a.Store.Alert(ctx, casework.Alert{ID: once(job), CaseID: job.CaseID, Audience: who, Reason: job.Headers["reason"]})
}

func (a *Activities) statusEvent(ctx context.Context, job casework.Job) (any, error) {
	if err := inCase(job); err != nil {
		return nil, err
	}
	return nil, a.Store.TellStatus(ctx, once(job), job.CaseID, job.Headers["status"])
}
