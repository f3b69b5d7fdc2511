// Package activities touches the world on a process's behalf: it writes projections, produces letters, and does the work of service
// tasks. Each job type of a definition is one function here.
package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"fasthold/definitions"
	"fasthold/internal/casework"
	"fasthold/internal/store"
)

// Activities are what a worker does for processes.
type Activities struct {
	Store *store.Store
	Log   *slog.Logger
	// Unit is what the municipality calls the place that does this work, for letters, e.g. "Jobcenter" (domain.md §6.10).
	Unit string
}

// work does a job and returns the variables it gives.
type work func(context.Context, casework.Job) (any, error)

// job is a job type that definitions may use.
type job struct {
	do    work
	input any      // what it reads of the variables, by JSON name; nil for nothing
	gives []string // the variables it answers with
}

// jobs are the job types that definitions may use. None of them throws a BPMN error.
func (a *Activities) jobs() map[string]job {
	return map[string]job{
		"assign-consultant": {a.assignConsultant, nil, []string{"consultant"}},
		"send-letter":       {a.sendLetter, letterInput{}, []string{"letterId"}},
		"set-facts":         {a.setFacts, factsInput{}, nil},
		"set-outcome":       {a.setOutcome, outcomeInput{}, nil},
		"remind":            {a.remind, nil, nil},
		"notify-supervisor": {a.notifySupervisor, nil, nil},
		"status-event":      {a.statusEvent, nil, nil},
	}
}

// Jobs lists the job types that definitions may use, by name.
func Jobs() []definitions.Job {
	list := []definitions.Job{}
	for name, j := range (&Activities{}).jobs() {
		list = append(list, definitions.Job{Type: name, Reads: fieldsOf(j.input), Gives: j.gives})
	}
	slices.SortFunc(list, func(x, y definitions.Job) int { return cmp.Compare(x.Type, y.Type) })
	return list
}

// fieldsOf are the JSON names of the fields of a struct.
func fieldsOf(input any) (names []string) {
	if input == nil {
		return nil
	}
	for t, i := reflect.TypeOf(input), 0; i < t.NumField(); i++ {
		names = append(names, t.Field(i).Tag.Get("json"))
	}
	return names
}

// Register makes a worker do all of this.
func (a *Activities) Register(r worker.Registry) {
	r.RegisterActivityWithOptions(a.project, activity.RegisterOptions{Name: casework.ProjectActivity})
	r.RegisterActivityWithOptions(a.resolve, activity.RegisterOptions{Name: casework.ResolveActivity})
	r.RegisterActivityWithOptions(a.run, activity.RegisterOptions{Name: casework.LocalJobActivity})
	// An activity is named by its job type. One for all names also answers for a type that nobody has written.
	r.RegisterDynamicActivity(a.runNamed, activity.DynamicRegisterOptions{})
}

func (a *Activities) runNamed(ctx context.Context, args converter.EncodedValues) (json.RawMessage, error) {
	var job casework.Job
	if err := args.Get(&job); err != nil {
		return nil, temporal.NewNonRetryableApplicationError("the job cannot be read", casework.ErrorRefused, err)
	}
	return a.run(ctx, job)
}

func (a *Activities) run(ctx context.Context, job casework.Job) (json.RawMessage, error) {
	known, ok := a.jobs()[job.Type]
	if !ok {
		return nil, temporal.NewNonRetryableApplicationError(fmt.Sprintf("no activity does jobs of type %q", job.Type), casework.ErrorRefused, nil)
	}
	result, err := known.do(casework.WithTime(ctx, job.At), job)
	if err != nil {
		return nil, a.failure(job, err)
	}
	return json.Marshal(result)
}

// failure is what the process learns of an error: a refusal, which no retry mends, or that something failed for now. The cause of the
// latter goes to the log only, for it may hold more than a process should know.
func (a *Activities) failure(job casework.Job, err error) error {
	var e *casework.Error
	if errors.As(err, &e) && e.Code != casework.Internal {
		return temporal.NewNonRetryableApplicationError(e.Message, casework.ErrorRefused, nil)
	}
	a.Log.Error("job failed", "type", job.Type, "instance", job.InstanceID, "element", job.ElementID, "error", err)
	return temporal.NewApplicationError("the job failed and is tried again; the log of the worker has the cause", "failed")
}

func (a *Activities) project(ctx context.Context, p casework.Projection) (casework.Applied, error) {
	return a.Store.Apply(ctx, p)
}
