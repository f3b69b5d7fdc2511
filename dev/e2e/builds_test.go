package e2e

import (
	"encoding/json"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdkworker "go.temporal.io/sdk/worker"

	"fasthold/internal/casework"
	"fasthold/worker"
	"fasthold/workflows/engine"
)

// rollout is a site whose workers are of several builds.
type rollout struct {
	*deadly
	deployment string
	def        casework.ProcessDefinition
}

func (r *rollout) employ(build string) *mortal {
	r.t.Helper()
	m := &mortal{does: func(casework.Job) (any, error) { return map[string]any{"by": build}, nil }}
	m.options = sdkworker.Options{DeploymentOptions: worker.Versioned(build)}
	m.options.DeploymentOptions.Version.DeploymentName = r.deployment
	return r.deadly.employ(m)
}

// current makes a build the current one, as an operator does; a worker of it must have asked for work once.
func (r *rollout) current(build string) {
	r.t.Helper()
	handle := r.client.WorkerDeploymentClient().GetHandle(r.deployment)
	r.await("the deployment of "+build, func() bool {
		_, err := handle.SetCurrentVersion(r.t.Context(), client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
		return err == nil
	})
}

func (r *rollout) begin() string {
	r.t.Helper()
	return r.deadly.begin(r.def, `{"n":0}`)
}

// step completes the task of an instance and returns which build did the job that follows.
func (r *rollout) step(id string) string {
	r.t.Helper()
	r.finishTask(id, "a")
	v, err := r.store.Instance(r.t.Context(), id)
	require.NoError(r.t, err)
	var vars struct{ By string }
	require.NoError(r.t, json.Unmarshal(v.Variables, &vars))
	require.Equal(r.t, vars.By, r.lastBuild(id))
	return vars.By
}

// lastBuild is the build that Temporal says to have done the last workflow task.
func (r *rollout) lastBuild(id string) (build string) {
	r.t.Helper()
	events := r.client.GetWorkflowHistory(r.t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(r.t, err)
		if a := e.GetWorkflowTaskCompletedEventAttributes(); a != nil {
			require.Equal(r.t, enums.VERSIONING_BEHAVIOR_AUTO_UPGRADE, a.GetVersioningBehavior())
			build = a.GetDeploymentVersion().GetBuildId()
		}
	}
	return build
}

// A new build comes beside the old one and gets nothing before it is made current. Then it begins the new instances and goes on with the old
// ones at their next step, the old build may be shut down, and the way back is the same.
func TestTwoBuildsAtOnce(t *testing.T) {
	t.Parallel()
	r := &rollout{deadly: newDeadly(t), deployment: "builds-" + uuid.NewString()}
	r.def = r.deploy("builds", `
		start s
		xor again
		user a
		service job type=work local
		script count expr="=n + 1" result=n
		xor enough
		end e
		s -> again -> a -> job -> count -> enough -[n >= 4]-> e
		enough -/-> again`)

	old := r.employ("1.0")
	r.current("1.0")
	first := r.begin()
	require.Equal(t, "1.0", r.step(first))

	newer := r.employ("1.1")
	r.await("the new build", func() bool { return r.knows("1.1") })
	second := r.begin()
	require.Equal(t, "1.0", r.step(second), "a build that is not current gets nothing")
	require.Equal(t, "1.0", r.step(first))

	r.current("1.1")
	third := r.begin()
	require.Equal(t, "1.1", r.step(third), "new instances take the newest")
	require.Equal(t, "1.1", r.step(first), "and so do those that have begun before, with their state")

	old.kill()
	require.Equal(t, "1.1", r.step(second))
	require.Equal(t, "1.1", r.step(third))

	r.employ("1.0")
	r.current("1.0")
	newer.kill()
	for _, step := range []struct {
		id   string
		left int
	}{{first, 1}, {second, 2}, {third, 2}} {
		for range step.left {
			require.Equal(t, "1.0", r.step(step.id))
		}
		require.Equal(t, engine.Completed, r.ended(step.id).Status)
		require.Equal(t, "1.0", r.lastBuild(step.id))
	}
}

// knows reports whether Temporal has heard of a build.
func (r *rollout) knows(build string) bool {
	d, err := r.client.WorkerDeploymentClient().GetHandle(r.deployment).Describe(r.t.Context(), client.WorkerDeploymentDescribeOptions{})
	if err != nil {
		return false
	}
	for _, v := range d.Info.VersionSummaries {
		if v.Version.BuildID == build {
			return true
		}
	}
	return false
}
