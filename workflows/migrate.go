package workflows

import (
	"encoding/json"

	"go.temporal.io/sdk/workflow"

	"fasthold/workflows/engine"
)

// handleMigration lets the instance go on in another version of its process. A migration to the version that it runs is done already: so it
// happens once, however often it is asked for.
func (p *process) handleMigration() error {
	validator := func(r Request) error {
		if p.runs(r.Migration) {
			return nil
		}
		target, e, err := p.migration(r)
		if err == nil {
			e.At = workflow.Now(p.ctx)
			err = target.Accept(&p.state, e)
		}
		return refusal(err)
	}
	return workflow.SetUpdateHandlerWithOptions(p.ctx, MigrateUpdate, p.migrate, workflow.UpdateHandlerOptions{Validator: validator})
}

func (p *process) runs(g *Migration) bool { return g != nil && g.Definition == p.in.Definition }

// migration is the program of the target and the event that it applies.
func (p *process) migration(r Request) (*engine.Program, engine.Event, error) {
	if r.Migration == nil {
		return nil, engine.Event{}, &engine.Rejection{Code: engine.Invalid, Message: "the request does not say where to"}
	}
	in := p.in
	in.Definition = r.Migration.Definition
	target, err := p.processes.program(in)
	return target, engine.Event{Kind: engine.Migrate, Actor: r.Actor, ID: r.Reason, Migration: &engine.Migration{From: p.program.Plan, Mapping: r.Migration.Mapping}}, err
}

func (p *process) migrate(ctx workflow.Context, r Request) (Reply, error) {
	if !p.runs(r.Migration) {
		target, e, err := p.migration(r)
		if err != nil && target == nil && r.Migration != nil {
			panic(err) // fails the workflow task, which Temporal tries again
		}
		if err == nil {
			err = p.changeTo(target, *r.Migration, e)
		}
		if err != nil {
			return Reply{}, refusal(err)
		}
	}
	if err := p.settled(ctx); err != nil {
		return Reply{}, err
	}
	return p.reply(), nil
}

// changeTo applies the migration and is of the target from then on. The store is told everything: all it has may have other names.
func (p *process) changeTo(target *engine.Program, g Migration, e engine.Event) error {
	before, version := p.program, p.in.Version
	p.program = target
	if err := p.step(e, kept{}); err != nil {
		p.program = before
		return err
	}
	p.in.Definition, p.in.Version = g.Definition, g.Version
	p.pending.addAll(p)
	detail, _ := json.Marshal(versionChange{version, g.Version, g.Reference, e.ID})
	for i := range p.pending.history {
		if h := &p.pending.history[i]; h.Kind == string(engine.Migrated) && h.ElementID == target.Plan.ID {
			h.Detail = detail
		}
	}
	return nil
}

// versionChange is what the history tells of a migration.
type versionChange struct {
	From      int    `json:"from"`
	To        int    `json:"to"`
	Migration string `json:"migration,omitempty"` // id of the bulk migration
	Reason    string `json:"reason,omitempty"`    // id of the reason, which the store has
}
