package storetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// workload is tasks of many kinds in two municipalities and without a case.
func (w world) workload(n int) (all []casework.TaskView) {
	w.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	instances := map[string]string{"herning": w.openCase(herning).ID, "viborg": w.openCase(viborg).ID, "none": ""}
	tasks, ends := map[string][]casework.Task{}, map[string][]casework.Task{}
	for i := range n {
		t := w.openTask(id("t", i), int64(i))
		t.Name = []string{"Ring til virksomheden", "Hold møde", "Ændr planen"}[random.IntN(3)]
		t.Priority = random.IntN(4) * 10
		t.CreatedAt = t.CreatedAt.Add(time.Duration(random.IntN(5)) * time.Minute)
		t.Assignee = []string{"", "anna", "bo"}[random.IntN(3)]
		t.CandidateGroups = [][]string{{"consultants"}, {"supervisors"}, {"consultants", "supervisors"}, nil, {"consult"}}[random.IntN(5)]
		if random.IntN(4) > 0 {
			due := w.clock.now().Add(time.Duration(random.IntN(9)-4) * time.Hour)
			t.DueAt = &due
		}
		instance := []string{"herning", "viborg", "none"}[random.IntN(3)]
		tasks[instance] = append(tasks[instance], t)
		if random.IntN(5) == 0 {
			ends[instance] = append(ends[instance], ended(t, "anna", "", w.clock.now()))
		}
	}
	for _, instance := range []string{"herning", "viborg", "none"} {
		w.apply(instance, instances[instance], 1, func(p *casework.Projection) { p.Tasks = tasks[instance] })
		w.apply(instance, instances[instance], 2, func(p *casework.Projection) { p.Tasks = ends[instance] })
	}
	for i := range n {
		view, err := w.Task(w.ctx, id("t", i))
		require.NoError(w, err)
		all = append(all, view)
	}
	return all
}

// expected is what a search must find, worked out by reading everything.
func expected(all []casework.TaskView, f casework.TaskFilter, now time.Time, sees func(casework.TaskView) bool) (ids []string) {
	fits := func(t casework.TaskView) bool {
		due := t.DueAt != nil
		group := len(f.Groups) == 0
		for _, g := range f.Groups {
			group = group || slices.Contains(t.CandidateGroups, g)
		}
		words := strings.ToLower(t.Name + "|" + t.CaseNumber + " " + t.CompanyName)
		return sees(t) && group && (f.State == "" || f.State == t.State) && (f.Assignee == "" || f.Assignee == t.Assignee) &&
			(f.Instance == "" || f.Instance == t.InstanceID) && (f.Element == "" || f.Element == t.ElementID) && (!f.WithoutCase || t.CaseID == "") && strings.Contains(words, strings.ToLower(f.Text)) &&
			(!f.Overdue || due && t.DueAt.Before(now) && t.State == casework.TaskOpen) && (f.DueBefore == nil || due && t.DueAt.Before(*f.DueBefore))
	}
	found := slices.DeleteFunc(slices.Clone(all), func(t casework.TaskView) bool { return !fits(t) })
	slices.SortFunc(found, func(a, b casework.TaskView) int { return compareTasks(f.Sort, a, b) })
	for _, t := range found {
		ids = append(ids, t.ID)
	}
	return ids
}

func compareTasks(sort string, a, b casework.TaskView) int {
	name, down := strings.CutPrefix(sort, "-")
	var c int
	switch name {
	case casework.SortPriority:
		c = cmp.Or(cmp.Compare(a.Priority, b.Priority), dueOf(b).Compare(dueOf(a)), cmp.Compare(b.ID, a.ID))
	case casework.SortCreatedAt:
		c = a.CreatedAt.Compare(b.CreatedAt)
	default:
		c = dueOf(a).Compare(dueOf(b))
	}
	if c = cmp.Or(c, cmp.Compare(a.ID, b.ID)); down {
		return -c
	}
	return c
}

func dueOf(t casework.TaskView) time.Time {
	if t.DueAt == nil {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return *t.DueAt
}

var tasks = map[string]func(world){
	// A draft is sealed, the last one wins, and it goes when the task ends, however that comes.
	"Draft": func(w world) {
		c := w.openCase(herning)
		first, second := w.openTask("i.1", 1), w.openTask("i.2", 2)
		w.apply("i", c.ID, 1, func(p *casework.Projection) { p.Tasks = []casework.Task{first, second} })
		for _, id := range []string{"i.1", "i.2"} {
			_, err := w.SaveDraft(w.as("anna"), id, json.RawMessage(`{"x":1}`))
			require.NoError(w, err)
		}
		_, err := w.SaveDraft(w.as("viggo"), "i.1", json.RawMessage(`{}`))
		w.requireCode(casework.NotFound, err)
		w.clock.advance(time.Hour)
		_, err = w.SaveDraft(w.as("bo"), "i.1", json.RawMessage(`{"x":2}`))
		require.NoError(w, err)
		d, err := w.Draft(w.as("anna"), "i.1")
		require.NoError(w, err)
		require.Equal(w, casework.Draft{TaskID: "i.1", CaseID: c.ID, Author: "bo", Data: json.RawMessage(`{"x":2}`), At: w.clock.now()}, d)
		_, err = w.Draft(w.as("viggo"), "i.1")
		w.requireCode(casework.NotFound, err)

		w.clock.advance(time.Millisecond)
		_, err = w.SaveDraft(casework.WithVersion(w.as("anna"), d.Version()), "i.1", json.RawMessage(`{"x":3}`))
		require.NoError(w, err)
		for id, seen := range map[string]int{"i.1": d.Version(), "i.2": 0} {
			_, err = w.SaveDraft(casework.WithVersion(w.as("bo"), seen), id, json.RawMessage(`{"x":4}`))
			w.requireCode(casework.Stale, err)
		}

		w.apply("i", c.ID, 2, func(p *casework.Projection) { p.Tasks = []casework.Task{ended(first, "bo", "", w.clock.now())} })
		_, err = w.Draft(w.as("anna"), "i.1")
		w.requireCode(casework.Conflict, err)
		_, err = w.Draft(w.as("anna"), "i.2")
		require.NoError(w, err)
		w.apply("i", c.ID, 3, func(p *casework.Projection) {
			p.Whole, p.Tasks = true, []casework.Task{first} // opened again, as after a lost worker
		})
		_, err = w.Draft(w.as("anna"), "i.1")
		w.requireCode(casework.NotFound, err)
	},
	// Every filter, sort and municipality, page by page, finds exactly what reading everything would.
	"Search": func(w world) {
		all := w.workload(50)
		sorts := []string{"", "dueAt", "-dueAt", "priority", "-priority", "createdAt", "-createdAt"}
		soon := w.clock.now().Add(2 * time.Hour)
		for u, user := range []string{"", "anna", "viggo"} {
			sees := func(t casework.TaskView) bool {
				return user == "" || t.CaseID == "" || (t.InstanceID == "herning") == (user == "anna")
			}
			for n, f := range []casework.TaskFilter{
				{}, {State: casework.TaskOpen}, {State: casework.TaskCompleted}, {Assignee: "anna"}, {Groups: []string{"consultants"}},
				{Groups: []string{"supervisors", "consult"}, State: casework.TaskOpen}, {Overdue: true, State: casework.TaskOpen}, {DueBefore: &soon},
				{Text: "ændr"}, {Text: "ØRSTED"}, {Text: "2026-0000"}, {Text: "100%_"}, {Instance: "none"}, {Element: "call-company"}, {Instance: "none", Element: "elsewhere"}, {WithoutCase: true}, {Assignee: "bo", Overdue: true, State: casework.TaskOpen},
			} {
				f.Sort = sorts[(n+u*5)%len(sorts)] // each filter with three sorts, each sort with six filters
				var ids []string
				for _, t := range pages(w, 7, func(p casework.Page) (casework.List[casework.TaskView], error) {
					f.Page = p
					return w.Tasks(w.as(user), f)
				}) {
					ids = append(ids, t.ID)
				}
				require.Equal(w, expected(all, f, w.clock.now(), sees), ids, "%s %+v", user, f)
			}
		}
	},

	// The most urgent first: the highest priority, within it what is due first, and what has no due time last.
	"ByUrgency": func(w world) {
		at := func(days int) *time.Time {
			due := w.clock.now().AddDate(0, 0, days)
			return &due
		}
		open := []struct {
			id       string
			priority int
			due      *time.Time
		}{{"a", 50, nil}, {"b", 50, at(3)}, {"c", 90, nil}, {"d", 50, at(-1)}, {"e", 90, at(9)}, {"f", 10, at(-9)}, {"g", 50, at(3)}}
		w.apply("i", "", 1, func(p *casework.Projection) {
			for n, o := range open {
				t := w.openTask(o.id, int64(n))
				t.Priority, t.DueAt = o.priority, o.due
				p.Tasks = append(p.Tasks, t)
			}
		})
		for _, user := range []string{"", "anna"} {
			for sort, want := range map[string]string{"-priority": "ecdbgaf", "priority": "fagbdce"} {
				var got string
				for _, t := range pages(w, 2, func(p casework.Page) (casework.List[casework.TaskView], error) {
					return w.Tasks(w.as(user), casework.TaskFilter{State: casework.TaskOpen, Sort: sort, Page: p})
				}) {
					got += t.ID
				}
				require.Equal(w, want, got, "%s %s", user, sort)
			}
		}
	},

	"ByCase": func(w world) {
		all := w.workload(30)
		c, err := w.Cases(w.ctx, casework.CaseFilter{})
		require.NoError(w, err)
		for _, c := range c.Items {
			list, err := w.Tasks(w.ctx, casework.TaskFilter{CaseID: c.ID, State: casework.TaskOpen})
			require.NoError(w, err)
			want := 0
			for _, t := range all {
				if t.CaseID == c.ID && t.State == casework.TaskOpen {
					want++
				}
			}
			require.Len(w, list.Items, want)
		}
	},

	// A task becomes overdue by the clock alone.
	"OverdueByTheClock": func(w world) {
		due := w.clock.now().Add(time.Hour)
		w.apply("i", "", 1, func(p *casework.Projection) {
			t := w.openTask("t", 1)
			t.DueAt = &due
			p.Tasks = []casework.Task{t}
		})
		overdue := func() int {
			list, err := w.Tasks(w.ctx, casework.TaskFilter{Overdue: true})
			require.NoError(w, err)
			return len(list.Items)
		}
		require.Zero(w, overdue())
		w.clock.advance(61 * time.Minute)
		require.Equal(w, 1, overdue())
	},

	// What a stranger may send wrong is refused by name.
	"Refuses": func(w world) {
		first, err := w.Tasks(w.ctx, casework.TaskFilter{})
		require.NoError(w, err)
		require.Empty(w, first.Items)
		w.workload(9)
		part, err := w.Tasks(w.ctx, casework.TaskFilter{Page: casework.Page{Limit: 2}})
		require.NoError(w, err)
		for name, f := range map[string]casework.TaskFilter{
			"sort": {Sort: "name"}, "limit": {Page: casework.Page{Limit: 201}}, "negative": {Page: casework.Page{Limit: -1}}, "state": {State: "late"},
			"cursor": {Page: casework.Page{Cursor: "x"}}, "cursor of another sort": {Sort: "priority", Page: casework.Page{Cursor: part.NextCursor}},
			"cursor with another value": {Page: casework.Page{Cursor: "eyJzIjoiZHVlQXQiLCJuIjoxLCJpIjoidCJ9"}}, "text": {Text: strings.Repeat("x", 201)},
		} {
			_, err := w.Tasks(w.ctx, f)
			require.Equal(w, casework.Invalid, casework.CodeOf(err), name)
		}
		_, err = w.Task(w.ctx, "nobody")
		w.requireCode(casework.NotFound, err)
	},

	// Reassigning, moving and following up show in the list.
	"Changes": func(w world) {
		t := w.openTask("t", 1)
		w.apply("i", "", 1, func(p *casework.Projection) { p.Tasks = []casework.Task{t} })
		due := w.clock.now().Add(time.Hour)
		t.Assignee, t.DueAt, t.FollowUpAt, t.Priority = "bo", &due, &due, 90
		w.apply("i", "", 2, func(p *casework.Projection) { p.Tasks = []casework.Task{t} })
		view, err := w.Task(w.ctx, "t")
		require.NoError(w, err)
		require.Equal(w, t, view.Task)
		list, err := w.Tasks(w.ctx, casework.TaskFilter{Assignee: "bo"})
		require.NoError(w, err)
		require.Len(w, list.Items, 1)
	},

	"ProcessName": func(w world) {
		_, err := w.Deploy(w.ctx, nil, []casework.ProcessDefinition{{ProcessID: "retention", Name: "Fastholdelse", Hash: "d1"}})
		require.NoError(w, err)
		w.apply("i", "", 1, func(p *casework.Projection) { p.Tasks = []casework.Task{w.openTask("t", 1)} })
		view, err := w.Task(w.ctx, "t")
		require.NoError(w, err)
		require.Equal(w, "Fastholdelse", view.ProcessName, fmt.Sprint(view))
	},
}
