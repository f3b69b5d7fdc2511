package api

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

const (
	migrationTick  = 500 * time.Millisecond
	migrationBatch = 16 // instances that are migrated beside each other
)

// Migrate carries out migrations until ctx ends, each instance at most once. Several may run at once, and one that was stopped is gone on with:
// what is not known to be done is asked for again, and is then none.
func (s *Server) Migrate(ctx context.Context) {
	tick := time.NewTicker(migrationTick)
	defer tick.Stop()
	for {
		for s.migrateSome(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// migrateSome reports whether there may be more.
func (s *Server) migrateSome(ctx context.Context) bool {
	m, items, err := s.Store.NextMigration(ctx, migrationBatch)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "the migrations cannot be read", "error", err)
		}
		return false
	}
	by, err := s.Store.User(ctx, m.By)
	if err != nil {
		by = casework.User{ID: m.By}
	}
	var all sync.WaitGroup
	for _, item := range items {
		all.Go(func() { s.migrateOne(casework.WithActor(ctx, by), m, item) })
	}
	all.Wait()
	return len(items) > 0 && ctx.Err() == nil
}

// migrateOne migrates an instance and says what became of it.
func (s *Server) migrateOne(ctx context.Context, m casework.Migration, item casework.MigrationItem) {
	outcome, detail, err := s.migrateItem(ctx, m, item)
	if err != nil && ctx.Err() != nil {
		return // the server stops: that is no attempt, and the instance is taken up again
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), relayTimeout)
	defer cancel()
	if err == nil {
		err = s.Store.MigrationDone(ctx, item, outcome, detail)
	} else {
		s.Log.WarnContext(ctx, "an instance could not be migrated", "migration", m.ID, "instance", item.InstanceID, "attempts", item.Attempts+1, "error", err)
		err = s.Store.MigrationFailed(ctx, item, err)
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "a migration cannot be written", "migration", m.ID, "error", err)
	}
}

func (s *Server) migrateItem(ctx context.Context, m casework.Migration, item casework.MigrationItem) (casework.MigrationOutcome, json.RawMessage, error) {
	v, err := s.Store.Instance(ctx, item.InstanceID)
	switch {
	case casework.CodeOf(err) == casework.NotFound || err == nil && !v.State.Open():
		return casework.OutcomeGone, nil, nil
	case err != nil:
		return "", nil, err
	case v.Definition == m.Target:
		return casework.OutcomeMigrated, nil, nil
	}
	var moves []mappingMove
	if err := json.Unmarshal(m.Mapping, &moves); err != nil {
		return "", nil, err
	}
	id := m.ID + "-" + item.InstanceID
	if err := s.Store.SaveReason(ctx, id, item.InstanceID, m.Reason); err != nil {
		return "", nil, err
	}
	target := workflows.Migration{Definition: m.Target, Version: m.To, Mapping: mappingOf(moves), Reference: m.ID}
	err = s.update(ctx, item.InstanceID, workflows.MigrateUpdate, id, workflows.Request{Migration: &target, Reason: id})
	if err == nil {
		return casework.OutcomeMigrated, nil, nil
	}
	refusal := fromTemporal(err)
	if !refused(refusal) {
		return "", nil, err
	}
	s.dropReason(ctx, id)
	if found := findingsOf(err); found != nil {
		detail, err := json.Marshal(found)
		return casework.OutcomeRefused, detail, err
	}
	if refusal.Error() == processIsOver {
		return casework.OutcomeGone, nil, nil
	}
	detail, err := json.Marshal(refusal.Error())
	return casework.OutcomeRefused, detail, err
}
