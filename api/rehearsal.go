package api

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"fasthold/definitions"
	"fasthold/internal/casework"
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
