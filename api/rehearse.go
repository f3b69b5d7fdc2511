package api

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"fasthold/definitions"
	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// playAll plays the instances beside each other; what cannot be read, or not in time, has no result.
func (s *Server) playAll(ctx context.Context, instances []casework.Instance, target *definitions.Definition, plan MigrationPlan) []*played {
	ctx, cancel := context.WithTimeout(ctx, rehearsalTime)
	defer cancel()
	results := make([]*played, len(instances))
	var all sync.WaitGroup
	next := make(chan int)
	for range min(rehearsers, len(instances)) {
		all.Go(func() {
			for i := range next {
				one, err := s.play(ctx, instances[i], target, plan)
				if err != nil {
					s.Log.InfoContext(ctx, "an instance could not be rehearsed", "instance", instances[i].ID, "error", err)
					continue
				}
				results[i] = one
			}
		})
	}
	for i := range instances {
		next <- i
	}
	close(next)
	all.Wait()
	return results
}

// played is what a migration does to one instance.
type played struct {
	findings  []engine.Finding
	migrated  bool
	deadlines []moved
	events    []engine.Record
	incidents []engine.Finding
	decided   bool
}

// moved is a deadline before and after.
type moved struct {
	kind, element string
	before, after time.Time
	overdueAtOnce bool
}

// programs is the library as the workflow's View asks for it.
type programs struct {
	ctx     context.Context
	library *library
}

// Program compiles a definition.
func (p programs) Program(hash, _ string) (*engine.Program, error) {
	d, err := p.library.definition(p.ctx, hash)
	if err != nil {
		return nil, err
	}
	return &engine.Program{Plan: d.Plan, Decisions: d.Decisions}, nil
}

func (s *Server) play(ctx context.Context, i casework.Instance, target *definitions.Definition, plan MigrationPlan) (*played, error) {
	encoded, err := s.Temporal.QueryWorkflow(ctx, i.ID, "", workflows.StateQuery)
	if err != nil {
		return nil, err
	}
	var view workflows.View
	if err := encoded.Get(&view); err != nil {
		return nil, err
	}
	if view.Definition == "" {
		view.Definition = i.Definition // a worker of an earlier build
	}
	from, err := view.Program(programs{ctx, s.library}, i.ProcessID)
	if err != nil {
		return nil, err
	}
	view.Definition = target.Hash
	to, err := view.Program(programs{ctx, s.library}, i.ProcessID)
	if err != nil {
		return nil, err
	}
	now := s.now(ctx, i.ID)
	if view.Now.After(now) {
		now = view.Now
	}
	return rehearse(&view.State, from, to, engine.Migration{From: from.Plan, Mapping: plan.Mapping, Fields: fieldsOf(target)}, now, now.AddDate(0, 0, plan.Days))
}

// fieldsOf tells the variables that the forms of a definition set.
func fieldsOf(d *definitions.Definition) func(string) []string {
	return func(id string) []string {
		f, ok := d.Forms[id]
		if !ok {
			return nil
		}
		var names []string
		for _, field := range f.Fields() {
			names = append(names, strings.FieldsFunc(field.Key, func(r rune) bool { return r == '.' || r == '[' })[0])
		}
		return names
	}
}

// rehearse plays a migration on a copy of a state, and then time on that and on another that is not migrated.
func rehearse(s *engine.State, from, to *engine.Program, g engine.Migration, now, until time.Time) (*played, error) {
	out := &played{findings: to.CheckMigration(s, g, now)}
	if slices.ContainsFunc(out.findings, func(f engine.Finding) bool { return f.Blocks }) {
		return out, nil
	}
	after, err := s.Clone()
	if err != nil {
		return nil, err
	}
	before, err := s.Clone()
	if err != nil {
		return nil, err
	}
	var turn engine.Turn
	if err := to.Step(after, engine.Event{Kind: engine.Migrate, At: now, Migration: &g}, &turn); err != nil {
		return nil, err
	}
	out.migrated, out.deadlines = true, movedDeadlines(before, after, now)
	for _, r := range turn.Trace {
		if r.Kind == engine.EventClosed || r.Kind == engine.EventOpened || r.Kind == engine.Resubscribed {
			out.events = append(out.events, r)
		}
	}
	known := incidentsOf(before, nil)
	_, _ = passTime(from, before, now, until)
	usual := incidentsOf(before, known)
	_, out.decided = passTime(to, after, now, until)
	for _, f := range incidentsOf(after, known) {
		f.Key = 0
		if !slices.ContainsFunc(usual, func(u engine.Finding) bool { return u.Element == f.Element && u.Code == f.Code }) {
			out.incidents = append(out.incidents, f)
		}
	}
	return out, nil
}

// movedDeadlines compares the due times of tasks and timers that there were before with those after.
func movedDeadlines(before, after *engine.State, now time.Time) []moved {
	var out []moved
	add := func(kind, element string, was, is time.Time) {
		if !was.Equal(is) {
			out = append(out, moved{kind, element, was, is, was.After(now) && !is.After(now)})
		}
	}
	for i := range before.Nodes {
		old := &before.Nodes[i]
		n, ok := after.Node(old.Key)
		if !ok {
			continue
		}
		if old.Task != nil && n.Task != nil && old.Task.Due != nil && n.Task.Due != nil {
			add("task", n.Element, *old.Task.Due, *n.Task.Due)
		}
		for _, t := range old.Timers {
			for _, u := range n.Timers {
				if u.Key == t.Key {
					add("timer", u.Element, t.Due, u.Due)
				}
			}
		}
	}
	return out
}

// incidentsOf are the open incidents of a state but for those of known keys.
func incidentsOf(s *engine.State, known []engine.Finding) (found []engine.Finding) {
	for _, n := range s.Nodes {
		is := func(f engine.Finding) bool { return f.Key == n.Key }
		if n.Incident != nil && !slices.ContainsFunc(known, is) {
			found = append(found, engine.Finding{Code: n.Incident.Code, Element: n.Element, Key: n.Key, Message: n.Incident.Message})
		}
	}
	return found
}

// passTime fires timers as they come due, and reports whether it got to the end.
func passTime(p *engine.Program, s *engine.State, now, until time.Time) (fired int, decided bool) {
	var turn engine.Turn
	for ; fired < maxFired; fired++ {
		node, timer, ok := nextTimer(s, until)
		if !ok {
			return fired, true
		}
		if timer.Due.After(now) {
			now = timer.Due
		}
		if err := p.Step(s, engine.Event{Kind: engine.FireTimer, At: now, Key: node, Timer: timer.Key}, &turn); err != nil {
			return fired, false
		}
	}
	return fired, false
}

func nextTimer(s *engine.State, until time.Time) (node int64, next engine.Timer, ok bool) {
	for _, n := range s.Nodes {
		for _, t := range n.Timers {
			if !t.Due.After(until) && (!ok || t.Due.Before(next.Due) || t.Due.Equal(next.Due) && t.Key < next.Key) {
				node, next, ok = n.Key, t, true
			}
		}
	}
	return node, next, ok
}
