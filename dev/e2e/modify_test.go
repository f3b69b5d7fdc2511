package e2e

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

const moved = `
	start s
	user a
	boundary late on=a duration=P1D
	sub work { start ws; user w1; user w2; end we; ws -> w1 -> w2 -> we }
	call c process=moved-child
	end e
	s -> a -> work -> c -> e
	late -> e`

// modify changes a running instance by hand.
func (s *site) modify(id, instructions string) error {
	s.t.Helper()
	var list []engine.Instruction
	require.NoError(s.t, json.Unmarshal([]byte(instructions), &list))
	_, err := s.update(s.t.Context(), id, workflows.ModifyUpdate, workflows.Request{Actor: "supervisor", Instructions: list, Reason: "r1"})
	return err
}

// A running instance is changed by hand: what waited is called back, what begins is in the lists when the answer comes, a refusal tells all
// problems and leaves nothing in the history, and a new instance goes on where an ended one shall.
func TestAnInstanceIsModified(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("moved-child", `start s; user deep; end e; s -> deep -> e`)
	d := s.deploy("moved", moved)
	id := s.start(d, `{"n":1}`)

	err := s.modify(id, `[{"kind":"activate","element":"nowhere"},{"kind":"terminate","source":"w1"}]`)
	var refused *temporal.ApplicationError
	require.True(t, s.errorAs(err, &refused))
	var problems []engine.Problem
	require.NoError(t, refused.Details(&problems))
	require.Len(t, problems, 2)
	for _, e := range s.history(id).Events {
		require.NotEqual(t, enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED, e.EventType)
	}

	require.NoError(t, s.modify(id, `[{"kind":"move","source":"a","element":"w2","variables":[{"scope":"work","variables":{"own":1}}]}]`))
	require.Contains(t, s.tasks(id), "w2")
	require.NotContains(t, s.tasks(id), "a")
	view, err := s.store.Instance(t.Context(), id)
	require.NoError(t, err)
	require.Empty(t, view.Timers)

	s.complete(id, "w2", ``)
	child := workflows.ChildID(id, s.view(id).State.LastKey, 0)
	s.eventually(func() bool { return len(s.tasks(child)) == 1 }, "the called process begins")
	require.NoError(t, s.modify(id, `[{"kind":"move","source":"c","element":"a"}]`))
	require.Equal(t, engine.Canceled, s.ended(child).Status)
	require.NoError(t, s.modify(id, `[{"kind":"terminate","source":"moved"}]`))
	require.Equal(t, engine.Canceled, s.ended(id).Status)

	again := "pi-" + uuid.NewString()
	_, err = s.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: again, TaskQueue: workflows.TaskQueue}, workflows.ProcessWorkflow,
		workflows.Input{ProcessID: d.ProcessID, Version: d.Version, Definition: d.Hash, Variables: json.RawMessage(`{"n":2}`), Calendar: workday.Default(),
			Interpreter: engine.Current, RestartedFrom: id, Begin: []engine.Instruction{{Kind: engine.Activate, Element: "w1"}}})
	require.NoError(t, err)
	s.view(again)
	require.Contains(t, s.tasks(again), "w1")
	view, err = s.store.Instance(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, id, view.RestartedFrom)
	steps, err := s.store.History(t.Context(), id, casework.Page{Limit: 200})
	require.NoError(t, err)
	modified := 0
	for _, step := range steps.Items {
		if step.Kind == string(engine.Modified) {
			modified++
			require.Equal(t, "supervisor", step.Actor)
		}
	}
	require.Equal(t, 3, modified)
}
