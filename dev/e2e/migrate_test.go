package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A process like that of a retention case, and its next version: a task has another name, a step is gone, and there is a new deadline.
const (
	courseBefore = `
		start s
		user call name="Call the company" due="=now() + duration(\"P7D\")"
		boundary remind on=call duration=P5D noninterrupting
		user plan
		user review
		end e
		end r
		s -> call -> plan -> review -> e
		remind -> r`
	courseAfter = `
		start s
		user ring name="Ring to the company" due="=now() + duration(\"P9D\")"
		boundary remind on=ring duration=P5D noninterrupting
		user plan
		boundary late on=plan duration=P14D noninterrupting
		end e
		end r
		end l
		s -> ring -> plan -> e
		remind -> r
		late -> l`
)

// migrationSeen is what the tests read of a migration.
type migrationSeen struct {
	ID, State string
	Progress  struct{ Waiting, Migrated, Refused, Gone, Failed int }
	Report    *struct {
		Instances, Ready, Stuck, Unread int
		Problems                        []struct {
			Code, Element string
			Blocks        bool
			Count         int
		}
		Deadlines []struct {
			Element      string
			Count, Later int
		}
		Events []struct {
			Kind, Element string
			Count         int
		}
		Ahead struct {
			Decided   int
			Incidents []any
		}
	}
}

func (h *house) do(process, instance, element string) {
	h.Helper()
	var open list[struct{ ID, ElementID string }]
	h.get("supervisor", "/tasks?state=open&processInstance="+instance).is(200).read(&open)
	for _, t := range open.Items {
		if t.ElementID == element {
			h.post("supervisor", "/tasks/"+t.ID+"/complete", `{}`).is(200)
			return
		}
	}
	require.Fail(h, "no open task", "%s of %s in %v", element, process, open.Items)
}

// Thirty running instances stand at three different steps. The rehearsal tells which would be stuck; those that are not migrate and reach their
// end in the new version, the others theirs in the old one.
func TestRunningInstancesMigrate(t *testing.T) {
	h := openHouse(t, "")
	h.deployText("course", courseBefore)
	var ids []string
	for i := range 30 {
		var started struct{ ID string }
		h.post("supervisor", "/process-instances", `{"processId":"course"}`).is(201).read(&started)
		ids = append(ids, started.ID)
		if i%3 > 0 {
			h.do("course", started.ID, "call")
		}
		if i%3 > 1 {
			h.do("course", started.ID, "plan")
		}
	}
	h.deployText("course", courseAfter)

	const where = `"processId":"course","fromVersion":1,"toVersion":2,"mapping":[{"from":"call","to":"ring","times":"since"}]`
	var rehearsed migrationSeen
	h.post("designer", "/migrations?dryRun=true", `{`+where+`}`).is(201).read(&rehearsed)
	r := rehearsed.Report
	require.Equal(t, []int{30, 20, 10, 0}, []int{r.Instances, r.Ready, r.Stuck, r.Unread})
	require.Equal(t, "review", r.Problems[0].Element)
	require.Equal(t, "unmapped", r.Problems[0].Code)
	require.Equal(t, 10, r.Problems[0].Count)
	require.Equal(t, "ring", r.Deadlines[0].Element)
	require.Equal(t, 10, r.Deadlines[0].Later)
	require.Equal(t, "late", r.Events[0].Element)
	require.Equal(t, 10, r.Events[0].Count)
	require.Equal(t, 20, r.Ahead.Decided)
	require.Empty(t, r.Ahead.Incidents)
	for _, i := range h.instancesOf("course") {
		require.Equal(t, 1, i.Version, "a rehearsal changes nothing")
	}

	var m migrationSeen
	h.post("supervisor", "/migrations", fmt.Sprintf(`{"rehearsal":%q,"reason":"New law","perMinute":6000}`, rehearsed.ID)).is(201).read(&m)
	require.Eventually(t, func() bool {
		h.get("supervisor", "/migrations/"+m.ID).is(200).read(&m)
		return m.State == "completed"
	}, time.Minute, 100*time.Millisecond)
	require.Equal(t, 20, m.Progress.Migrated)
	require.Equal(t, 10, m.Progress.Refused)

	for i, id := range ids {
		h.get("supervisor", "/process-instances/"+id+"/history?limit=1000").is(200)
		switch i % 3 {
		case 0:
			h.do("course", id, "ring")
			h.do("course", id, "plan")
		case 1:
			h.do("course", id, "plan")
		default:
			h.do("course", id, "review")
		}
	}
	versions := map[int]int{}
	for _, listed := range h.instancesOf("course") {
		var i struct {
			State   string
			Version int
		}
		h.get("supervisor", "/process-instances/"+listed.ID).is(200).read(&i)
		require.Equal(t, "completed", i.State)
		versions[i.Version]++
	}
	require.Equal(t, map[int]int{1: 10, 2: 20}, versions)
}
