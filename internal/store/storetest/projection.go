package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"fasthold/internal/casework"
)

// projection is one of an instance of the process "retention"; change fills in what happened.
func (w world) projection(instance, caseID string, sequence int64, change func(*casework.Projection)) casework.Projection {
	p := casework.Projection{
		Instance: casework.Instance{
			ID: instance, ProcessID: "retention", Version: 1, Definition: "d1", CaseID: caseID, State: casework.InstanceActive,
			Variables: json.RawMessage(`{"track":"ordinary"}`), StartedAt: w.clock.now(),
		},
		Sequence: sequence, At: w.clock.now(),
	}
	change(&p)
	return p
}

func (w world) apply(instance, caseID string, sequence int64, change func(*casework.Projection)) {
	w.Helper()
	require.NoError(w, w.follow(w.ctx, w.projection(instance, caseID, sequence, change)))
}

// follow applies a projection of a workflow that the store follows.
func (w world) follow(ctx context.Context, p casework.Projection) error {
	applied, err := w.Apply(ctx, p)
	if applied.Diverged {
		return fmt.Errorf("the store has sequence %d and does not follow %d", applied.Sequence, p.Sequence)
	}
	return err
}

func (w world) openTask(id string, key int64) casework.Task {
	return casework.Task{
		ID: id, Key: key, ElementID: "call-company", Name: "Ring til virksomheden", Form: "call-company", State: casework.TaskOpen, Priority: 50,
		CandidateGroups: []string{"consultants"}, CreatedAt: w.clock.now(),
	}
}

// ended is what a workflow tells of a completed task: which it was and how it ended.
func ended(t casework.Task, by, answer string, at time.Time) casework.Task {
	return casework.Task{
		ID: t.ID, Key: t.Key, ElementID: t.ElementID, Name: t.Name, State: casework.TaskCompleted, EndedBy: by, Answer: answer, EndedAt: &at, CreatedAt: at,
	}
}

var projections = map[string]func(world){
	// What a workflow tells can be read back, and the case knows the instance that runs it.
	"Reads": func(w world) {
		c := w.openCase(herning)
		due := w.clock.now().Add(72 * time.Hour)
		task := w.openTask("i|1", 1)
		task.DueAt = &due
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.Tasks = []casework.Task{task}
			p.Elements = []casework.Element{{Key: 1, ElementID: "call-company", Type: "userTask", State: "task", Since: w.clock.now()}}
			p.Timers = []casework.Timer{{ID: "t1", Key: 1, ElementID: "late", Name: "Opkald forsinket", DueAt: due}}
			p.Subscriptions = []casework.Subscription{{Key: 2, ElementID: "recovery", Name: "recovered", CorrelationKey: c.ID}}
			p.History = []casework.Step{{Kind: "started"}, {Kind: "entered", Key: 1, ElementID: "call-company", Detail: json.RawMessage(`{"a":1}`)}}
		})
		view, err := w.Instance(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, int64(1), view.Sequence)
		require.Equal(w, casework.InstanceActive, view.State)
		require.JSONEq(w, `{"track":"ordinary"}`, string(view.Variables))
		require.Equal(w, []casework.Element{{Key: 1, ElementID: "call-company", Type: "userTask", State: "task", Since: w.clock.now()}}, view.Elements)
		require.Equal(w, []casework.Timer{{ID: "t1", Key: 1, ElementID: "late", Name: "Opkald forsinket", DueAt: due}}, view.Timers)
		require.Equal(w, []casework.Subscription{{Key: 2, ElementID: "recovery", Name: "recovered", CorrelationKey: c.ID}}, view.Subscriptions)

		shown, err := w.Task(w.ctx, "i|1")
		require.NoError(w, err)
		require.Equal(w, casework.TaskView{
			Task: task, InstanceID: c.ID, CaseID: c.ID, CaseNumber: c.Number, CompanyName: c.Company.Name, ProcessID: "retention", ProcessName: "retention",
			Definition: view.Definition, Variables: json.RawMessage(`{"track":"ordinary"}`),
		}, shown)
		c, err = w.Case(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, c.ID, c.InstanceID)

		steps := pages(w, 1, func(p casework.Page) (casework.List[casework.HistoryEntry], error) { return w.History(w.ctx, c.ID, p) })
		require.Len(w, steps, 2)
		require.JSONEq(w, `{"a":1}`, string(steps[1].Detail))
		require.Equal(w, w.clock.now(), steps[1].At)
	},

	// A task sees its own variables, those of the scopes around it and those of the process, as they are now.
	"SeenVariables": func(w world) {
		c := w.openCase(herning)
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.Tasks = []casework.Task{w.openTask("t", 9)}
			p.Instance.Variables = json.RawMessage(`{"n":1,"who":"the process","exact":12345678901234567890.10}`)
			p.Elements = []casework.Element{
				{Key: 1, ElementID: "retention"},
				{Key: 5, Parent: 1, ElementID: "visits", Variables: json.RawMessage(`{"who":"the scope","where":"Herning"}`)},
				{Key: 7, Parent: 5, ElementID: "visit"},
				{Key: 8, Parent: 5, ElementID: "visit", Variables: json.RawMessage(`{"other":true}`)},
				{Key: 9, Parent: 7, ElementID: "call-company", Variables: json.RawMessage(`{"who":"the task"}`)},
			}
		})
		sees := func(want string) {
			t, err := w.Task(w.ctx, "t")
			require.NoError(w, err)
			require.JSONEq(w, want, string(t.Variables))
			require.Contains(w, string(t.Variables), "12345678901234567890.10")
		}
		sees(`{"n":1,"who":"the task","where":"Herning","exact":12345678901234567890.10}`)
		w.apply(c.ID, c.ID, 2, func(p *casework.Projection) {
			p.Instance.Variables = json.RawMessage(`{"n":2,"who":"the process","exact":12345678901234567890.10}`)
			p.Elements = []casework.Element{{Key: 5, Parent: 1, ElementID: "visits", Variables: json.RawMessage(`{"where":"Ikast"}`)}, {Key: 9, Parent: 7, ElementID: "call-company"}}
		})
		sees(`{"n":2,"who":"the process","where":"Ikast","exact":12345678901234567890.10}`)
	},

	// An instance can wait for very many messages at once, and give all of them up at once: more than a statement names, and PostgreSQL locks.
	"VeryMany": func(w world) {
		for sequence, gone := range []bool{false, true} {
			w.apply("i", "", int64(sequence+1), func(p *casework.Projection) {
				for key := range int64(many) {
					p.Subscriptions = append(p.Subscriptions, casework.Subscription{Key: key, ElementID: "m", Name: "m", CorrelationKey: fmt.Sprint(key), Gone: gone})
				}
			})
			view, err := w.Instance(w.ctx, "i")
			require.NoError(w, err)
			require.Len(w, view.Subscriptions, map[bool]int{false: many, true: 0}[gone])
		}
	},

	// The history tells the text of a reason, which no workflow has, and numbers with every digit.
	"Reason": func(w world) {
		c := w.openCase(herning)
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) { p.History = []casework.Step{{Kind: "started"}} })
		require.NoError(w, w.SaveReason(w.as("clara"), "r1", c.ID, " Aftalt med Bo "))
		w.apply(c.ID, c.ID, 2, func(p *casework.Projection) {
			p.History = []casework.Step{{Kind: "variables", Detail: json.RawMessage(`{"reason":"r1","variables":{"n":12345678901234567890.10}}`)}}
		})
		steps, err := w.History(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Equal(w, `{"reason":"Aftalt med Bo","variables":{"n":12345678901234567890.10}}`, string(steps.Items[1].Detail))
	},

	// A projection that comes twice, or late, changes nothing.
	"OncePerSequence": func(w world) {
		c := w.openCase(herning)
		first := w.projection(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.Tasks, p.History = []casework.Task{w.openTask("t", 1)}, []casework.Step{{Kind: "started"}}
		})
		second := w.projection(c.ID, c.ID, 2, func(p *casework.Projection) {
			p.Tasks = []casework.Task{ended(w.openTask("t", 1), "anna", "", w.clock.now())}
			p.History = []casework.Step{{Kind: "completed", Type: "userTask", Name: "Ring til virksomheden", Actor: "anna"}}
		})
		for _, p := range []casework.Projection{first, second, first, second, second} {
			require.NoError(w, w.follow(w.ctx, p))
		}
		steps, err := w.History(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Len(w, steps.Items, 2)
		task, err := w.Task(w.ctx, "t")
		require.NoError(w, err)
		kept := w.openTask("t", 1)
		end := w.clock.now()
		kept.State, kept.EndedBy, kept.EndedAt = casework.TaskCompleted, "anna", &end
		require.Equal(w, kept, task.Task, "an ended task keeps what it was opened with")
		stored, err := w.Stored(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, int64(2), stored.Sequence)
	},

	// A worker wrote what was then lost with it. What happened instead is not taken for a repetition, and a whole projection mends the store.
	"LostWithAWorker": func(w world) {
		c := w.openCase(herning)
		task := w.openTask("t", 1)
		link := func(digest, before string, sequence int64, change func(*casework.Projection)) casework.Projection {
			p := w.projection(c.ID, c.ID, sequence, change)
			p.Digest, p.Before = digest, before
			return p
		}
		require.NoError(w, w.follow(w.ctx, link("a", "", 1, func(p *casework.Projection) {
			p.Tasks, p.History = []casework.Task{task}, []casework.Step{{Kind: "entered", Key: 1}}
		})))
		require.NoError(w, w.follow(w.ctx, link("lost", "a", 2, func(p *casework.Projection) {
			p.Tasks = []casework.Task{ended(task, "anna", "", w.clock.now()), w.openTask("never", 2), w.openTask("again", 3)}
			p.History = []casework.Step{{Kind: "completed", Key: 1}}
		})))
		applied, err := w.Apply(w.ctx, link("b", "a", 2, func(p *casework.Projection) {
			p.History = []casework.Step{{Kind: "timer", Key: 1}}
		}))
		require.NoError(w, err)
		require.Equal(w, casework.Applied{Diverged: true, Sequence: 2}, applied)
		mend := link("c", "a", 3, func(p *casework.Projection) {
			p.Whole, p.Replaces = true, 2
			p.Tasks, p.History = []casework.Task{task, w.openTask("again", 3)}, []casework.Step{{Kind: "timer", Key: 1}}
		})
		require.NoError(w, w.follow(w.ctx, mend))
		require.NoError(w, w.follow(w.ctx, mend))
		open, err := w.Task(w.ctx, "t")
		require.NoError(w, err)
		require.Equal(w, task, open.Task)
		_, err = w.Task(w.ctx, "never")
		w.requireCode(casework.NotFound, err)
		again, err := w.Task(w.ctx, "again")
		require.NoError(w, err)
		require.Equal(w, casework.TaskOpen, again.State)
		steps, err := w.History(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Len(w, steps.Items, 2)
		require.Equal(w, "timer", steps.Items[1].Kind)
	},

	// The same projection from thirty activities at once is applied once.
	"OnceAtOnce": func(w world) {
		c := w.openCase(herning)
		p := w.projection(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.Tasks, p.History = []casework.Task{w.openTask("t", 1)}, []casework.Step{{Kind: "started"}}
		})
		require.Equal(w, make([]error, 30), together(30, func(int) error { return w.follow(w.ctx, p) }))
		steps, err := w.History(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Len(w, steps.Items, 1)
	},

	// What is left is gone; of two states of one element in a burst the last counts.
	"Gone": func(w world) {
		w.apply("i", "", 1, func(p *casework.Projection) {
			p.Elements = []casework.Element{{Key: 1, ElementID: "a"}, {Key: 2, ElementID: "b"}, {Key: 2, ElementID: "b", Gone: true}}
			p.Timers = []casework.Timer{{ID: "t", DueAt: w.clock.now()}}
			p.Subscriptions = []casework.Subscription{{Key: 1, Name: "m"}}
		})
		view, err := w.Instance(w.ctx, "i")
		require.NoError(w, err)
		require.Len(w, view.Elements, 1)
		w.apply("i", "", 2, func(p *casework.Projection) {
			p.Elements = []casework.Element{{Key: 1, Gone: true}, {Key: 3, ElementID: "c"}}
			p.Timers = []casework.Timer{{ID: "t", Gone: true}}
			p.Subscriptions = []casework.Subscription{{Key: 1, Gone: true}}
		})
		view, err = w.Instance(w.ctx, "i")
		require.NoError(w, err)
		require.Equal(w, []casework.Element{{Key: 3, ElementID: "c", Since: time.Time{}}}, view.Elements)
		require.Empty(w, view.Timers)
		require.Empty(w, view.Subscriptions)
	},

	// A whole projection rebuilds: what it does not name is gone, and tasks it does not name are canceled.
	"Whole": func(w world) {
		w.apply("i", "", 1, func(p *casework.Projection) {
			p.Tasks = []casework.Task{w.openTask("t1", 1), w.openTask("t2", 2)}
			p.Elements = []casework.Element{{Key: 1, ElementID: "a"}, {Key: 2, ElementID: "b"}}
			p.Incidents = []casework.Incident{{Key: 2, Code: "x", RaisedAt: w.clock.now()}}
		})
		w.apply("i", "", 5, func(p *casework.Projection) {
			p.Whole = true
			p.Tasks = []casework.Task{w.openTask("t2", 2), w.openTask("t3", 3)}
			p.Elements = []casework.Element{{Key: 3, ElementID: "c"}}
		})
		view, err := w.Instance(w.ctx, "i")
		require.NoError(w, err)
		require.Equal(w, casework.InstanceActive, view.State)
		require.Len(w, view.Elements, 1)
		require.Empty(w, view.Incidents)
		for id, state := range map[string]casework.TaskState{"t1": casework.TaskCanceled, "t2": casework.TaskOpen, "t3": casework.TaskOpen} {
			task, err := w.Task(w.ctx, id)
			require.NoError(w, err)
			require.Equal(w, state, task.State, id)
		}
	},

	// An instance with an open incident shows it until it is resolved.
	"Incident": func(w world) {
		c := w.openCase(herning)
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.Elements = []casework.Element{{Key: 7, ElementID: "gw", Name: "Hvad nu?", State: "incident"}}
			p.Incidents = []casework.Incident{{Key: 7, ElementID: "gw", Code: "no_flow", Message: "No condition held.", RaisedAt: w.clock.now()}}
		})
		w.apply(c.ID, c.ID, 2, func(*casework.Projection) {})
		view, err := w.Instance(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, casework.InstanceIncident, view.State)
		list, err := w.Incidents(w.as("clara"), casework.Page{})
		require.NoError(w, err)
		require.Equal(w, []casework.IncidentView{{Incident: view.Incidents[0], ElementName: "Hvad nu?", InstanceID: c.ID, CaseID: c.ID, CaseNumber: c.Number, ProcessID: "retention"}}, list.Items)
		list, err = w.Incidents(w.as("viggo"), casework.Page{})
		require.NoError(w, err)
		require.Empty(w, list.Items)

		w.apply(c.ID, c.ID, 3, func(p *casework.Projection) { p.Incidents = []casework.Incident{{Key: 7, Resolved: true}} })
		view, err = w.Instance(w.ctx, c.ID)
		require.NoError(w, err)
		require.Equal(w, casework.InstanceActive, view.State)
	},

	"IncidentPages": func(w world) {
		for n := range 7 {
			w.apply(id("i", n), "", 1, func(p *casework.Projection) {
				p.Incidents = []casework.Incident{{Key: 1, RaisedAt: w.clock.now()}, {Key: 2, RaisedAt: w.clock.now()}}
			})
		}
		all := pages(w, 3, func(p casework.Page) (casework.List[casework.IncidentView], error) { return w.Incidents(w.ctx, p) })
		require.Len(w, all, 14)
		seen := map[string]bool{}
		for _, i := range all {
			seen[i.InstanceID+string(rune('0'+i.Key))] = true
		}
		require.Len(w, seen, 14)
	},

	// An instance that has ended holds nothing, even if its workflow forgot to say so.
	"Ended": func(w world) {
		w.apply("i", "", 1, func(p *casework.Projection) {
			p.Tasks, p.Elements = []casework.Task{w.openTask("t", 1)}, []casework.Element{{Key: 1}}
			p.Incidents = []casework.Incident{{Key: 1, RaisedAt: w.clock.now()}}
		})
		end := w.clock.now()
		w.apply("i", "", 2, func(p *casework.Projection) { p.Instance.State, p.Instance.EndedAt = casework.InstanceCanceled, &end })
		view, err := w.Instance(w.ctx, "i")
		require.NoError(w, err)
		require.Equal(w, casework.InstanceCanceled, view.State)
		require.Equal(w, end, *view.EndedAt)
		require.Empty(w, view.Elements)
		require.Empty(w, view.Incidents)
		task, err := w.Task(w.ctx, "t")
		require.NoError(w, err)
		require.Equal(w, casework.TaskCanceled, task.State)
	},

	// The answer of a completed task becomes notes, plan and meeting of the case, once, in the name of whoever gave it.
	"FilesAnswer": func(w world) {
		c := w.openCase(herning)
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) { p.Tasks = []casework.Task{w.openTask("t", 1)} })
		answer, err := w.SaveAnswer(w.as("anna"), casework.Answer{
			TaskID: "t", CaseID: c.ID, Author: "anna", Notes: []string{"Talte med værkføreren."},
			Plan:       []casework.PlanLine{{Owner: "company", Action: "Skaffe hejs", Due: "2026-03-20"}},
			Milestones: []casework.PlanLine{{Owner: "employee", Action: "20 timer om ugen", Due: "2026-04-01"}},
			Meeting:    map[string]string{"place": "Virksomheden"},
		})
		require.NoError(w, err)
		empty, err := w.Notes(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Empty(w, empty.Items, "nothing is filed before the workflow has accepted it")

		done := func(p *casework.Projection) {
			p.Tasks = []casework.Task{ended(w.openTask("t", 1), "anna", answer, w.clock.now())}
		}
		w.apply(c.ID, c.ID, 2, done)
		w.apply(c.ID, c.ID, 3, done)
		notes, err := w.Notes(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Len(w, notes.Items, 1)
		require.Equal(w, "Talte med værkføreren.", notes.Items[0].Text)
		require.Equal(w, "Ring til virksomheden", notes.Items[0].ElementName)
		require.Equal(w, "anna", notes.Items[0].Author)
		plan, err := w.Plan(w.ctx, c.ID, 0)
		require.NoError(w, err)
		require.Len(w, plan, 2)
		require.Equal(w, "Skaffe hejs", plan[0].Action)
		require.True(w, plan[1].Milestone)
		meetings, err := w.Meetings(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Equal(w, map[string]string{"place": "Virksomheden"}, meetings.Items[0].Details)
	},

	// An answer whose completion was refused is taken away and never filed.
	"RefusedAnswer": func(w world) {
		c := w.openCase(herning)
		answer, err := w.SaveAnswer(w.as("anna"), casework.Answer{TaskID: "t", CaseID: c.ID, Author: "anna", Notes: []string{"x"}})
		require.NoError(w, err)
		require.NoError(w, w.RemoveAnswer(w.ctx, answer))
		w.apply(c.ID, c.ID, 1, func(p *casework.Projection) {
			p.Tasks = []casework.Task{ended(w.openTask("t", 1), "anna", answer, w.clock.now())}
		})
		notes, err := w.Notes(w.ctx, c.ID, casework.Page{})
		require.NoError(w, err)
		require.Empty(w, notes.Items)
	},

	// A plan is always whole: new milestones keep the lines, new lines keep the milestones, and every revision can be read.
	"PlanRevisions": func(w world) {
		c := w.openCase(herning)
		line := func(action string) []casework.PlanLine {
			return []casework.PlanLine{{Owner: "company", Action: action, Due: "2026-03-20"}}
		}
		for n, a := range []casework.Answer{{Plan: line("a"), Milestones: line("m")}, {Milestones: line("n")}, {Plan: line("b")}} {
			a.CaseID, a.TaskID = c.ID, id("t", n)
			answer, err := w.SaveAnswer(w.ctx, a)
			require.NoError(w, err)
			w.apply(c.ID, c.ID, int64(n+1), func(p *casework.Projection) {
				p.Tasks = []casework.Task{ended(w.openTask(a.TaskID, int64(n)), "anna", answer, w.clock.now())}
			})
		}
		for revision, want := range map[int][]string{1: {"a", "m"}, 2: {"a", "n"}, 3: {"b", "n"}, 0: {"b", "n"}, 9: {}} {
			lines, err := w.Plan(w.ctx, c.ID, revision)
			require.NoError(w, err)
			actions := []string{}
			for _, l := range lines {
				actions = append(actions, l.Action)
			}
			require.Equal(w, want, actions, "revision %d", revision)
		}
	},

	// Instances are listed newest first, children by their parent, and of the actor's municipality only.
	"Lists": func(w world) {
		c, other := w.openCase(herning), w.openCase(viborg)
		for n := range 5 {
			w.clock.advance(time.Second)
			w.apply(id("i", n), c.ID, 1, func(p *casework.Projection) { p.Instance.ParentID = "i-000" })
		}
		w.apply("elsewhere", other.ID, 1, func(*casework.Projection) {})
		w.apply("none", "", 1, func(*casework.Projection) {})
		list := func(f casework.InstanceFilter) (ids []string) {
			for _, i := range pages(w, 2, func(p casework.Page) (casework.List[casework.Instance], error) {
				f.Page = p
				return w.Instances(w.as("anna"), f)
			}) {
				ids = append(ids, i.ID)
			}
			return ids
		}
		require.ElementsMatch(w, []string{"none", "i-004", "i-003", "i-002", "i-001", "i-000"}, list(casework.InstanceFilter{}))
		require.Equal(w, []string{"i-004", "i-003", "i-002", "i-001", "i-000"}, list(casework.InstanceFilter{ParentID: "i-000", ProcessID: "retention"}))
		require.Empty(w, list(casework.InstanceFilter{State: casework.InstanceCompleted}))
		_, err := w.Instance(w.as("anna"), "elsewhere")
		w.requireCode(casework.NotFound, err)
	},

	// A request that is given up halfway leaves nothing half-done, and the store goes on.
	"GivenUp": func(w world) {
		errs := together(40, func(i int) error {
			ctx, cancel := context.WithTimeout(w.ctx, time.Duration(i)*200*time.Microsecond)
			defer cancel()
			return w.follow(ctx, w.projection(id("i", i), "", 1, func(p *casework.Projection) {
				p.Tasks, p.History = []casework.Task{w.openTask(id("t", i), 1)}, []casework.Step{{Kind: "started"}}
			}))
		})
		for i := range errs {
			stored, err := w.Stored(w.ctx, id("i", i))
			require.NoError(w, err)
			_, err = w.Task(w.ctx, id("t", i))
			require.Equal(w, stored.Sequence == 1, err == nil, "%v", errs[i])
		}
	},

	// A projection waits to be confirmed when it has had time to be recorded, and again when another is written.
	"Confirmed": func(w world) {
		const age = 2 * time.Second
		unconfirmed := func() []casework.Stored {
			list, err := w.Unconfirmed(w.ctx, age, 10)
			require.NoError(w, err)
			return list
		}
		write := func(instance string, sequence int64, digest, before string) {
			w.apply(instance, "", sequence, func(p *casework.Projection) { p.Digest, p.Before = digest, before })
		}
		write("i", 1, "a", "")
		require.Empty(w, unconfirmed(), "Temporal may just be recording it")
		w.clock.advance(time.Second)
		write("j", 1, "x", "")
		w.clock.advance(age)
		i, j := casework.Stored{InstanceID: "i", Sequence: 1, Digest: "a"}, casework.Stored{InstanceID: "j", Sequence: 1, Digest: "x"}
		require.Equal(w, []casework.Stored{i, j}, unconfirmed())
		require.NoError(w, w.ConfirmLater(w.ctx, i))
		w.clock.advance(age)
		require.Equal(w, []casework.Stored{j, i}, unconfirmed())
		write("i", 2, "b", "a")
		require.NoError(w, w.Confirm(w.ctx, i))
		require.NoError(w, w.Confirm(w.ctx, j))
		w.clock.advance(age)
		i.Sequence, i.Digest = 2, "b"
		require.Equal(w, []casework.Stored{i}, unconfirmed(), "another was written meanwhile")
		require.NoError(w, w.Confirm(w.ctx, i))
		require.Empty(w, unconfirmed())
	},

	// A text that a database cannot keep is refused as such, not as our fault; everybody else's projections go on.
	"BrokenText": func(w world) {
		p := w.projection("i", "", 1, func(p *casework.Projection) { p.Elements = []casework.Element{{Key: 1, Name: "a\x00b"}} })
		err := w.follow(w.ctx, p)
		if err != nil {
			w.requireCode(casework.Invalid, err)
			var e *casework.Error
			require.True(w, errors.As(err, &e))
		}
		w.apply("j", "", 1, func(*casework.Projection) {})
	},
}
