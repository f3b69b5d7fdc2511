package workflows_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// versions are two versions of a process: a task has another name, the step behind it is gone, and there is a new deadline.
var versions = map[string]string{
	"p": `
		start s
		user a
		user b
		end e
		s -> a -> b -> e`,
	"p second": `
		start s
		user c form=f
		boundary late on=c duration=P3D
		end e
		end l
		s -> c -> e
		late -> l`,
}

func migration(moves ...engine.Move) workflows.Request {
	return workflows.Request{Actor: "supervisor", Migration: &workflows.Migration{Definition: "p second", Version: 2, Mapping: moves, Reference: "m1"}}
}

func TestAnInstanceMigrates(t *testing.T) {
	t.Parallel()
	s := newSite(t, versions)
	var refused, again *answered
	s.at(24*time.Hour, func() { refused = s.update(workflows.MigrateUpdate, migration()) })
	s.at(24*time.Hour+time.Minute, func() {
		var e *temporal.ApplicationError
		require.True(t, errors.As(refused.err, &e), "%v", refused.err)
		require.Equal(t, engine.Conflict, e.Type())
		var found []engine.Finding
		require.NoError(t, e.Details(&found))
		require.Equal(t, engine.Unmapped, found[0].Code)
		require.Equal(t, "a", found[0].Element)
		s.update(workflows.MigrateUpdate, migration(engine.Move{From: "a", To: "c"}))
	})
	s.at(25*time.Hour, func() {
		require.Equal(t, 2, s.seen().Instance.Version)
		require.Equal(t, "p second", s.seen().Instance.Definition)
		require.True(t, s.seen().Whole)
		require.Contains(t, s.open(), "c")
		require.Equal(t, "f", s.open()["c"].Form)
		require.Contains(t, s.happened(), "migrated p")
		for _, h := range s.seen().History {
			if h.ElementID == "p" {
				require.JSONEq(t, `{"from":1,"to":2,"migration":"m1"}`, string(h.Detail))
				require.Equal(t, "supervisor", h.Actor)
			}
		}
		again = s.update(workflows.MigrateUpdate, migration()) // it is done already
	})
	s.at(26*time.Hour, func() { require.NoError(t, again.err) })
	s.at(5*24*time.Hour, func() { t.Error("the new deadline has not come") })
	s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Version: 1, Definition: "d", Calendar: workday.Default()})
	require.True(t, s.IsWorkflowCompleted())
	require.NoError(t, s.GetWorkflowError())
	require.Contains(t, s.happened(), "timer late")
}

// An instance that continues as new goes on in the version that it migrated to.
func TestAMigratedInstanceStaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t, versions)
	s.at(time.Hour, func() { s.update(workflows.MigrateUpdate, migration(engine.Move{From: "a", To: "c"})) })
	s.at(2*time.Hour, func() {
		s.SetContinueAsNewSuggested(true)
		s.update(workflows.SetVariablesUpdate, workflows.Request{Variables: json.RawMessage(`{"n":1}`)})
	})
	s.ExecuteWorkflow(workflows.ProcessWorkflow, workflows.Input{ProcessID: "p", Version: 1, Definition: "d", Calendar: workday.Default()})
	var renewed *workflow.ContinueAsNewError
	require.True(t, errors.As(s.GetWorkflowError(), &renewed), "%v", s.GetWorkflowError())
	var in workflows.Input
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(renewed.Input, &in))
	require.Equal(t, "p second", in.Definition)
	require.Equal(t, 2, in.Version)
	require.Equal(t, "c", in.Carried.State.Nodes[1].Element)
}
