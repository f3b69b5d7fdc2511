package activities

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
	"fasthold/internal/secret"
	"fasthold/internal/store"
)

var (
	karen = casework.User{ID: "karen", Name: "Karen Konsulent", Roles: []casework.Role{casework.Consultant}, Municipality: "0710"}
	lise  = casework.User{ID: "lise", Name: "Lise Leder", Roles: []casework.Role{casework.Supervisor}, Municipality: "0710"}
)

// office has a case to work on.
type office struct {
	*testing.T
	Activities
	ctx    context.Context
	caseID string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	key, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(key)
	require.NoError(t, err)
	st, err := store.Open(t.Context(), "sqlite::memory:", box, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	for _, u := range []casework.User{karen, lise} {
		require.NoError(t, st.PutUser(t.Context(), u))
	}
	cpr, err := casework.ParseCPR("2512169996")
	require.NoError(t, err)
	c, err := st.OpenCase(t.Context(), casework.NewCase{
		Municipality: "0710", Citizen: casework.Citizen{CPR: cpr, Name: "Bente Borger"}, Facts: casework.Facts{FirstAbsenceDay: "2026-11-02"},
	})
	require.NoError(t, err)
	o := &office{T: t, Activities: Activities{Store: st, Log: slog.New(slog.DiscardHandler), Unit: "Jobcenter Favrskov"}, ctx: t.Context(), caseID: c.ID}
	require.NoError(t, errorOf(o.run(o.ctx, o.job("assign-consultant", 1, "assign"))))
	return o
}

func errorOf(_ json.RawMessage, err error) error { return err }

var jobTime = time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)

func (o *office) job(kind string, key int64, element string) casework.Job {
	return casework.Job{
		InstanceID: o.caseID, CaseID: o.caseID, Key: key, ElementID: element, Type: kind, At: jobTime,
		Headers:   map[string]string{"template": "info-citizen", "receiver": "citizen", "reason": "call-company", "status": "opened"},
		Variables: json.RawMessage(`{"track":"ordinary","standby":true,"expectedOver8Weeks":true,"partialHoursPerWeek":12.5,"outcome":"recovered"}`),
	}
}

// done is how much there is of what jobs leave behind.
func (o *office) done() (lines int, version int) {
	o.Helper()
	timeline, err := o.Store.Timeline(o.ctx, o.caseID, casework.Page{Limit: 200})
	require.NoError(o, err)
	c, err := o.Store.Case(o.ctx, o.caseID)
	require.NoError(o, err)
	return len(timeline.Items), c.Version
}

// A job may run twice: its answer, or the worker that had it, may be lost. The second time is nothing, and gives the same answer.
func TestASecondRunIsNothing(t *testing.T) {
	t.Parallel()
	for _, known := range Jobs() {
		kind := known.Type
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			job := o.job(kind, 7, "element")
			first, err := o.run(o.ctx, job)
			require.NoError(t, err)
			lines, version := o.done()
			job.At = job.At.Add(time.Minute)
			second, err := o.run(o.ctx, job)
			require.NoError(t, err)
			require.Equal(t, string(first), string(second))
			moreLines, laterVersion := o.done()
			require.Equal(t, lines, moreLines)
			require.Equal(t, version, laterVersion)
		})
	}
}

// What a lost worker did may be decided anew, and its key be given to another element: that is another letter, alert or status event.
func TestTheSameKeyOfAnotherElementIsAnotherJob(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"send-letter", "remind", "notify-supervisor", "status-event"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			require.NoError(t, errorOf(o.run(o.ctx, o.job(kind, 7, "lost"))))
			before, _ := o.done()
			require.NoError(t, errorOf(o.run(o.ctx, o.job(kind, 7, "instead"))))
			after, _ := o.done()
			require.Equal(t, before+1, after)
		})
	}
}

// A reminder names its task, also when it comes before it, and goes without a name when it is about something else.
func TestAnAlertNamesItsTask(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for n, reason := range []string{"call-company", "recovered", ""} {
		job := o.job("remind", int64(n), "soon")
		job.At, job.Headers["reason"] = jobTime.Add(-time.Duration(n)*time.Hour), reason
		require.NoError(t, errorOf(o.run(o.ctx, job)))
	}
	_, err := o.Store.Apply(o.ctx, casework.Projection{
		Instance: casework.Instance{ID: o.caseID, CaseID: o.caseID, State: casework.InstanceActive, StartedAt: jobTime}, Sequence: 1, At: jobTime,
		Tasks: []casework.Task{{ID: "1", ElementID: "call-company", Name: "Ring til virksomheden", State: casework.TaskOpen, CreatedAt: jobTime}},
	})
	require.NoError(t, err)
	alerts, err := o.Store.Alerts(casework.WithActor(o.ctx, karen), casework.ForConsultant, casework.Page{})
	require.NoError(t, err)
	var told []string
	for _, a := range alerts.Items {
		told = append(told, a.Reason+"="+a.Task)
	}
	require.Equal(t, []string{"call-company=Ring til virksomheden", "recovered=", "="}, told)
}

// What a job leaves carries the time of its process.
func TestJobsActInTheirOwnTime(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"send-letter", "set-facts", "set-outcome", "remind", "status-event"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			require.NoError(t, errorOf(o.run(o.ctx, o.job(kind, 7, "element"))))
			timeline, err := o.Store.Timeline(o.ctx, o.caseID, casework.Page{})
			require.NoError(t, err)
			require.Equal(t, jobTime, timeline.Items[0].At)
		})
	}
}
