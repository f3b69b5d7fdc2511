package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

const (
	confirmTick    = time.Second
	confirmAge     = 2 * time.Second // a workflow task under way is over by then, most of the time
	confirmBatch   = 50
	confirmers     = 4
	confirmTimeout = 5 * time.Second
)

// Confirm asks Temporal, until ctx ends, whether it recorded the projections that instances have written last.
//
// A workflow writes its projection by a local activity, before Temporal has the workflow task. What a worker wrote that was lost in between
// never happened, and what happens instead may be something else or nothing. The instance finds that out at its next projection; this loop
// finds it for those that have none for now, and lets them write what is.
func (s *Server) Confirm(ctx context.Context) {
	tick := time.NewTicker(confirmTick)
	defer tick.Stop()
	for {
		for s.confirmSome(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// confirmSome reports whether there may be more.
func (s *Server) confirmSome(ctx context.Context) bool {
	list, err := s.Store.Unconfirmed(ctx, confirmAge, confirmBatch)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "the projections to confirm cannot be read", "error", err)
		}
		return false
	}
	var all sync.WaitGroup
	places := make(chan struct{}, confirmers)
	for _, stored := range list {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			if err := s.confirm(ctx, stored); err != nil && ctx.Err() == nil {
				s.Log.ErrorContext(ctx, "a projection cannot be confirmed", "instance", stored.InstanceID, "error", err)
			}
		})
	}
	all.Wait()
	return len(list) == confirmBatch && ctx.Err() == nil
}

func (s *Server) confirm(ctx context.Context, stored casework.Stored) error {
	known, err := s.storedBy(ctx, stored.InstanceID)
	var gone *serviceerror.NotFound
	switch {
	case errors.As(err, &gone):
		s.Log.WarnContext(ctx, "Temporal does not know an instance that the store has", "instance", stored.InstanceID)
		return s.Store.Confirm(ctx, stored)
	case err != nil:
		s.Log.InfoContext(ctx, "a projection is confirmed later", "instance", stored.InstanceID, "reason", err)
		return s.Store.ConfirmLater(ctx, stored)
	case known == stored:
		return s.Store.Confirm(ctx, stored)
	case known.Sequence > stored.Sequence:
		return nil // written meanwhile
	}
	s.Log.WarnContext(ctx, "the store has what Temporal did not record; it is written anew", "instance", stored.InstanceID, "sequence", stored.Sequence)
	if err := s.rebuild(ctx, stored.InstanceID); err != nil {
		s.Log.WarnContext(ctx, "a projection was not written anew", "instance", stored.InstanceID, "reason", err)
		return s.Store.ConfirmLater(ctx, stored)
	}
	return nil
}

// storedBy asks an instance what it knows the store to have.
func (s *Server) storedBy(ctx context.Context, instance string) (known casework.Stored, err error) {
	ctx, cancel := context.WithTimeout(ctx, confirmTimeout)
	defer cancel()
	answer, err := s.Temporal.QueryWorkflow(ctx, instance, "", workflows.StoredQuery)
	if err != nil {
		return known, err
	}
	return known, answer.Get(&known)
}

// rebuild lets an instance write its projection anew.
func (s *Server) rebuild(ctx context.Context, instance string) error {
	ctx, cancel := context.WithTimeout(ctx, updateTimeout)
	defer cancel()
	_, err := s.ask(ctx, client.UpdateWorkflowOptions{WorkflowID: instance, UpdateName: workflows.RebuildUpdate, Args: []any{workflows.Request{}}})
	return err
}
