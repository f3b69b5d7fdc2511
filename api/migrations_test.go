package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// Two versions of a process: the task has another name and a deadline, and the step behind it is gone.
const (
	firstVersion  = `start s; user call name=Call due="=now() + duration(\"P7D\")"; user note; end e; s -> call -> note -> e`
	secondVersion = `start s; user ring name=Ring due="=now() + duration(\"P9D\")"; boundary late on=ring duration=P3D noninterrupting; xor x; end e; end l; end m
		s -> ring -> e; late -> x -[missing]-> l; x -/-> m`
)

// startAs starts instances of a process and returns their ids.
func (w *world) startAs(who, process string, n int) (ids []string) {
	for range n {
		ids = append(ids, w.post(who, "/process-instances", fmt.Sprintf(`{"processId":%q}`, process)).is(201).id())
	}
	return ids
}

func (w *world) migrateAll() {
	for w.server.migrateSome(w.Context()) {
	}
}

func TestAnInstanceMigrates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", firstVersion)
	id := w.startAs("supervisor", "p", 1)[0]
	w.deploy("p", secondVersion)
	at := "/process-instances/" + id + "/migrate"
	w.post("consultant", at, `{"reason":"x"}`).is(403)
	w.post("supervisor", at, `{}`).is(422, `"pointer":"/reason"`)
	w.post("supervisor", at, `{"reason":"x","version":7}`).is(404)
	w.post("supervisor", at, `{"reason":"x","definition":"nope"}`).is(404)
	w.post("supervisor", at, `{"reason":"x","mapping":[{"from":"call","to":"ring","times":"never"}]}`).is(422)
	w.post("supervisor", at, `{"reason":"afvist"}`).is(409, `"element":"call"`, `"code":"unmapped"`, "advice")
	w.post("supervisor", at+"?dryRun=true", `{}`).is(200, `"stuck":1`, `"code":"unmapped"`)

	const mapping = `"mapping":[{"from":"call","to":"ring","times":"since"}]`
	var dry migratedOutput
	w.post("supervisor", at+"?dryRun=true", `{`+mapping+`}`).is(200).into(&dry)
	r := dry.Rehearsal
	require.Equal(t, []int{1, 1, 0, 0}, []int{r.Instances, r.Ready, r.Stuck, r.Unread})
	require.Equal(t, "ring", r.Deadlines[0].Element)
	require.InDelta(t, 2*24*3600, r.Deadlines[0].Longest, 4000)
	require.Equal(t, 1, r.Deadlines[0].Later)
	require.Equal(t, "late", r.Events[0].Element)
	require.Equal(t, "opened", r.Events[0].Kind)
	require.Equal(t, 1, r.Ahead.Decided)
	require.Equal(t, "x", r.Ahead.Incidents[0].Element)
	require.Equal(t, "condition_not_boolean", r.Ahead.Incidents[0].Code)
	w.get("supervisor", "/process-instances/"+id).is(200, `"version":1`, `"elementId":"call"`)

	for range 2 {
		w.post("supervisor", at, `{"reason":"Ny lov","version":2,`+mapping+`}`, "Idempotency-Key", "once").is(200, `"version":2`, `"elementId":"ring"`)
	}
	w.get("supervisor", "/process-instances/"+id+"/timers").is(200, `"elementId":"late"`)
	w.get("supervisor", "/process-instances/"+id+"/history").is(200, `"kind":"migrated"`)
	w.post("supervisor", "/tasks/"+w.task("supervisor", id, "ring")+"/complete", `{}`).is(200)
	w.post("supervisor", at, `{"reason":"x"}`).is(409)
}

// finish carries out a migration to its end.
func (w *world) finish(id string) {
	w.Helper()
	require.Eventually(w, func() bool { w.migrateAll(); return w.migration(id).State == casework.MigrationCompleted }, 2*waitForBackoff, tickForBackoff, "the migration does not end")
}

func (w *world) migration(path string) (m migration) {
	w.Helper()
	w.get("supervisor", "/migrations/"+path).is(200).into(&m)
	return m
}

// A rehearsal changes nothing; confirming it migrates the instances it was about.
func TestARehearsalIsConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", firstVersion)
	ids := w.startAs("supervisor", "p", 5)
	w.post("supervisor", "/tasks/"+w.task("supervisor", ids[0], "call")+"/complete", `{}`).is(200) // now at note, which is gone
	w.deploy("p", secondVersion)

	w.post("designer", "/migrations?dryRun=true", `{"toVersion":2}`).is(422, "/processId")
	var rehearsed migration
	w.post("supervisor", "/migrations?dryRun=true", `{"processId":"p","fromVersion":1,"mapping":[{"from":"call","to":"ring"}]}`).is(201).into(&rehearsed)
	require.Equal(t, casework.MigrationRehearsed, rehearsed.State)
	require.Equal(t, []int{5, 4, 1}, []int{rehearsed.Report.Instances, rehearsed.Report.Ready, rehearsed.Report.Stuck})
	require.Equal(t, "note", rehearsed.Report.Problems[0].Element)
	require.Equal(t, ids[0], rehearsed.Report.Problems[0].Instances[0].ID)
	w.get("designer", "/migrations/"+rehearsed.ID).is(200, `"stuck":1`, `"element":"note"`, "-"+ids[0], `"message":""`)
	w.get("designer", "/migrations").is(200, rehearsed.ID, "-"+ids[0])
	w.migrateAll()
	for _, id := range ids {
		w.get("supervisor", "/process-instances/"+id).is(200, `"version":1`)
	}
	confirm := fmt.Sprintf(`{"rehearsal":%q,"reason":"Ny lov","perMinute":6000}`, rehearsed.ID)
	w.post("designer", "/migrations", confirm).is(403)
	w.post("supervisor", "/migrations", strings.Replace(confirm, "Ny lov", "", 1)).is(422, "/reason")
	w.post("supervisor", "/migrations", `{"rehearsal":"nope","reason":"x"}`).is(404)
	id := w.post("supervisor", "/migrations", confirm, "Idempotency-Key", "k").is(201, `"state":"running"`, `"waiting":5`).id()
	w.finish(id)
	done := w.migration(id)
	require.Equal(t, migrationProgress{Migrated: 4, Refused: 1}, done.Progress)
	require.Equal(t, casework.MigrationCompleted, done.State)
	require.NotNil(t, done.EndedAt)
	require.Equal(t, "Ny lov", done.Reason)
	w.get("supervisor", "/migrations/"+id+"/instances?outcome=refused").is(200, ids[0], `"code":"unmapped"`, "-"+ids[1])
	w.get("supervisor", "/migrations/"+id+"/instances?limit=2").is(200, "nextCursor")
	w.get("supervisor", "/migrations").is(200, id, rehearsed.ID)
	w.get("supervisor", "/process-instances/"+ids[1]).is(200, `"version":2`)
	w.get("designer", "/migrations/"+id).is(200, `"migrated":4`, "-Ny lov")
	w.get("designer", "/migrations/"+id+"/instances").is(403)
	w.get("stranger", "/migrations/"+id).is(404)
}

// A migration rests and goes on, does not exceed its rate, and leaves undone what is not done when it is canceled.
func TestAMigrationIsPausedAndCanceled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user a; end e; s -> a -> e`)
	ids := w.startAs("supervisor", "p", 3)
	w.deploy("p", `start s; user a name=New; end e; s -> a -> e`)
	id := w.post("supervisor", "/migrations", `{"processId":"p","reason":"x","perMinute":1}`).is(201).id()
	w.migrateAll()
	require.Equal(t, migrationProgress{Migrated: 1, Waiting: 2}, w.migration(id).Progress, "one a minute")
	w.post("supervisor", "/migrations/"+id+"/pause", `{}`).is(200, `"state":"paused"`)
	w.post("supervisor", "/migrations/"+id+"/resume", `{}`).is(200, `"state":"running"`)
	w.post("consultant", "/migrations/"+id+"/cancel", `{}`).is(403)
	w.post("supervisor", "/migrations/"+id+"/cancel", `{}`).is(200, `"state":"canceled"`)
	w.post("supervisor", "/migrations/"+id+"/resume", `{}`).is(409)
	w.migrateAll()
	migrated := 0
	for _, i := range ids {
		if w.get("supervisor", "/process-instances/"+i).is(200); strings.Contains(w.get("supervisor", "/process-instances/"+i).text, `"version":2`) {
			migrated++
		}
	}
	require.Equal(t, 1, migrated)
}

// When the engine is away, instances are tried again; what had been done before the answer was lost is not done twice.
func TestAMigrationGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.deploy("p", `start s; user a; end e; s -> a -> e`)
	ids := w.startAs("supervisor", "p", 2)
	w.deploy("p", `start s; user a name=New; end e; s -> a -> e`)
	id := w.post("supervisor", "/migrations", `{"processId":"p","reason":"x"}`).is(201).id()
	w.temporal.setDown(true)
	w.server.migrateSome(w.Context())
	require.Equal(t, migrationProgress{Waiting: 2}, w.migration(id).Progress)
	w.temporal.setDown(false)
	w.finish(id)
	require.Equal(t, migrationProgress{Migrated: 2}, w.migration(id).Progress)
	for _, i := range ids {
		require.Equal(t, 1, strings.Count(w.get("supervisor", "/process-instances/"+i+"/history?limit=1000").text, `"kind":"migrated"`))
	}
}
