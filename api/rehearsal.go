package api

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"fasthold/definitions"
	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

const (
	maxMigrated   = 10_000 // instances of one migration, or rehearsal
	rehearsers    = 8      // states that are read at once
	rehearsalTime = 90 * time.Second
	maxAhead      = 366 // days
	aheadDays     = 30
	maxFired      = 200 // timers of one copy
	maxNamed      = 20  // instances that a group names
)

// MigrationPlan says which instances go to which version, and how.
type MigrationPlan struct {
	ProcessID string
	From, To  int // versions; From 0: any other
	Element   string
	Instances []string // ids; none: all
	Mapping   engine.Mapping
	Days      int // to look ahead
}

// Rehearsal is what a migration would do to the instances that run now.
type Rehearsal struct {
	At        time.Time          `json:"at"`
	ProcessID string             `json:"processId"`
	ToVersion int                `json:"toVersion"`
	Instances int                `json:"instances" doc:"Those that run now and would be migrated"`
	Ready     int                `json:"ready" doc:"Those that would go through"`
	Stuck     int                `json:"stuck" doc:"Those that would be refused and stay as they are"`
	Unread    int                `json:"unread" doc:"Those whose state could not be read, or were too many"`
	Problems  []RehearsedProblem `json:"problems" nullable:"false" doc:"What stands in the way first, then what else to know"`
	Deadlines []RehearsedMove    `json:"deadlines" nullable:"false" doc:"Deadlines that would move"`
	Events    []RehearsedEvent   `json:"events" nullable:"false" doc:"Events that would be waited for no longer, from now on, or under another name"`
	Ahead     RehearsedAhead     `json:"ahead"`

	outcomes []casework.MigrationItem
}

// RehearsedInstance names an instance.
type RehearsedInstance struct {
	ID         string `json:"id"`
	CaseNumber string `json:"caseNumber,omitempty"`
}

// Affected are the instances of a group.
type Affected struct {
	Count     int                 `json:"count"`
	Instances []RehearsedInstance `json:"instances" nullable:"false" doc:"The first of them"`
}

// RehearsedProblem is something that is so for several instances.
type RehearsedProblem struct {
	Code    string `json:"code"`
	Element string `json:"element,omitempty"`
	Target  string `json:"target,omitempty"`
	Message string `json:"message" doc:"Of the first instance"`
	Advice  string `json:"advice,omitempty"`
	Blocks  bool   `json:"blocks" doc:"Whether it stands in the way"`
	Affected
}

// RehearsedMove is that the deadline of an element moves.
type RehearsedMove struct {
	Kind     string `json:"kind" enum:"task,timer"`
	Element  string `json:"element" doc:"Of the new version"`
	Earlier  int    `json:"earlier" doc:"Instances in which it comes earlier"`
	Later    int    `json:"later"`
	Shortest int64  `json:"shortestSeconds" doc:"The smallest change; below nothing when it comes earlier"`
	Longest  int64  `json:"longestSeconds" doc:"The greatest change"`
	Overdue  int    `json:"overdue" doc:"Instances in which it would be over at once"`
	Affected
}

// RehearsedEvent is what becomes of an event.
type RehearsedEvent struct {
	Kind    string `json:"kind" enum:"closed,opened,subscribed"`
	Element string `json:"element"`
	Affected
}

// RehearsedAhead is what happens on copies when nothing but time goes by.
type RehearsedAhead struct {
	Days      int                `json:"days"`
	Decided   int                `json:"decided" doc:"Copies that were played to the end of these days"`
	Undecided int                `json:"undecided" doc:"Copies in which more timers fired than are played"`
	Incidents []RehearsedProblem `json:"incidents" nullable:"false" doc:"Incidents that would come and would not without the migration"`
}

// Rehearse plays a migration on copies of the states of the instances that run now. Nothing changes.
func (s *Server) Rehearse(ctx context.Context, plan MigrationPlan) (Rehearsal, error) {
	d, target, err := s.migrationTarget(ctx, plan)
	if err != nil {
		return Rehearsal{}, err
	}
	found, numbers, total, err := s.Store.ToMigrate(ctx, plan.filter(d.Hash), maxMigrated)
	if err != nil {
		return Rehearsal{}, err
	}
	if plan.Days == 0 {
		plan.Days = aheadDays
	}
	r := Rehearsal{At: time.Now().UTC(), ProcessID: plan.ProcessID, ToVersion: d.Version, Instances: int(total), Unread: int(total) - len(found),
		Problems: []RehearsedProblem{}, Deadlines: []RehearsedMove{}, Events: []RehearsedEvent{}, Ahead: RehearsedAhead{Days: plan.Days, Incidents: []RehearsedProblem{}}}
	played := s.playAll(ctx, found, target, plan)
	for i, instance := range found {
		r.add(RehearsedInstance{instance.ID, numbers[instance.ID]}, played[i])
	}
	slices.SortStableFunc(r.Problems, func(a, b RehearsedProblem) int {
		if a.Blocks != b.Blocks {
			return map[bool]int{true: -1, false: 1}[a.Blocks]
		}
		return cmp.Compare(b.Count, a.Count)
	})
	return r, nil
}

func (p MigrationPlan) filter(target string) casework.MigrationFilter {
	return casework.MigrationFilter{ProcessID: p.ProcessID, From: p.From, Not: target, Element: p.Element, Instances: p.Instances}
}

func (s *Server) migrationTarget(ctx context.Context, plan MigrationPlan) (casework.ProcessDefinition, *definitions.Definition, error) {
	d, err := s.definitionVersion(ctx, plan.ProcessID, plan.To)
	if err != nil {
		return d, nil, err
	}
	target, err := s.library.definition(ctx, d.Hash)
	return d, target, err
}

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

// add takes in what a migration does to an instance, nil when that could not be read.
func (r *Rehearsal) add(i RehearsedInstance, p *played) {
	item := casework.MigrationItem{InstanceID: i.ID, Outcome: casework.OutcomeWaiting}
	switch {
	case p == nil:
		r.Unread++
	case p.migrated:
		r.Ready++
	default:
		r.Stuck++
		item.Outcome = casework.OutcomeRefused
		item.Detail, _ = json.Marshal(p.findings)
	}
	r.outcomes = append(r.outcomes, item)
	if p == nil {
		return
	}
	r.Problems = grouped(r.Problems, p.findings, i)
	for _, d := range p.deadlines {
		r.move(d, i)
	}
	for _, e := range p.events {
		r.event(e, i)
	}
	if p.migrated && p.decided {
		r.Ahead.Decided++
	} else if p.migrated {
		r.Ahead.Undecided++
	}
	r.Ahead.Incidents = grouped(r.Ahead.Incidents, p.incidents, i)
}

func (a *Affected) count(i RehearsedInstance) {
	if n := len(a.Instances); n > 0 && a.Instances[n-1] == i {
		return // several times in one instance
	}
	a.Count++
	if len(a.Instances) < maxNamed {
		a.Instances = append(a.Instances, i)
	}
}

func grouped(groups []RehearsedProblem, findings []engine.Finding, i RehearsedInstance) []RehearsedProblem {
	for _, f := range findings {
		at := slices.IndexFunc(groups, func(p RehearsedProblem) bool {
			return p.Code == f.Code && p.Element == f.Element && p.Target == f.Target
		})
		if at < 0 {
			at = len(groups)
			groups = append(groups, RehearsedProblem{Code: f.Code, Element: f.Element, Target: f.Target, Message: f.Message, Advice: f.Advice, Blocks: f.Blocks})
		}
		groups[at].count(i)
	}
	return groups
}

func (r *Rehearsal) move(d moved, i RehearsedInstance) {
	at := slices.IndexFunc(r.Deadlines, func(m RehearsedMove) bool { return m.Kind == d.kind && m.Element == d.element })
	by := int64(d.after.Sub(d.before) / time.Second)
	if at < 0 {
		at = len(r.Deadlines)
		r.Deadlines = append(r.Deadlines, RehearsedMove{Kind: d.kind, Element: d.element, Shortest: by, Longest: by})
	}
	m := &r.Deadlines[at]
	m.Shortest, m.Longest = min(m.Shortest, by), max(m.Longest, by)
	if by < 0 {
		m.Earlier++
	} else {
		m.Later++
	}
	if d.overdueAtOnce {
		m.Overdue++
	}
	m.count(i)
}

func (r *Rehearsal) event(e engine.Record, i RehearsedInstance) {
	at := slices.IndexFunc(r.Events, func(x RehearsedEvent) bool { return x.Kind == string(e.Kind) && x.Element == e.Element.ID })
	if at < 0 {
		at = len(r.Events)
		r.Events = append(r.Events, RehearsedEvent{Kind: string(e.Kind), Element: e.Element.ID})
	}
	r.Events[at].count(i)
}
