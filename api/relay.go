package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.temporal.io/api/serviceerror"

	"fasthold/internal/casework"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

const (
	relayBatch   = 20
	relayTick    = time.Second // another process may have put something in the outbox, and failures come due again
	relayTimeout = 20 * time.Second
)

// Relay hands what the store has decided, and what time has come for, to Temporal until ctx ends: at least once and in order within a
// stream; ids make a second delivery none. Several relays may run at once.
func (s *Server) Relay(ctx context.Context) {
	tick := time.NewTicker(relayTick)
	defer tick.Stop()
	for {
		for more := true; more; {
			more = s.relayOnce(ctx)
			more = s.startDue(ctx) || more
		}
		select {
		case <-ctx.Done():
			return
		case <-s.Store.Outbox():
		case <-tick.C:
		}
	}
}

// relayOnce delivers what is due, and reports whether there may be more.
func (s *Server) relayOnce(ctx context.Context) bool {
	batch, err := s.Store.NextOutbox(ctx, relayBatch)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "the outbox cannot be read", "error", err)
		}
		return false
	}
	var all sync.WaitGroup
	for _, o := range batch {
		all.Go(func() { s.relay(ctx, o) })
	}
	all.Wait()
	return len(batch) > 0 && ctx.Err() == nil
}

// relay delivers one effect and says so, also when it is stopped meanwhile: what cannot be said stays leased for a while and is then
// delivered again.
func (s *Server) relay(ctx context.Context, o casework.Outgoing) {
	bounded, cancel := context.WithTimeout(ctx, relayTimeout)
	defer cancel()
	err := s.deliver(bounded, o)
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), relayTimeout)
	defer cancel()
	result := "ok"
	if err == nil {
		err = s.Store.OutboxDone(ctx, o.ID)
	} else {
		result = "failed"
		s.Log.WarnContext(ctx, "an effect could not be handed to Temporal", "kind", o.Kind, "stream", o.Stream, "attempts", o.Attempts+1, "error", err)
		err = s.Store.OutboxFailed(ctx, o.ID, err)
	}
	s.metrics.delivered.WithLabelValues(string(o.Kind), result).Inc()
	if err != nil {
		s.Log.ErrorContext(ctx, "the outbox cannot be written", "error", err)
	}
}

func (s *Server) deliver(ctx context.Context, o casework.Outgoing) error {
	switch o.Kind {
	case casework.OutboxStart:
		return s.deliverStart(ctx, *o.Start)
	case casework.OutboxMessage:
		return s.deliverMessage(ctx, *o.Message)
	case casework.OutboxSignal:
		return s.deliverSignal(ctx, *o.Signal)
	default:
		return nil // a status event is kept in the store, where the integrator's webhook will find it
	}
}

// deliverStart starts the process; one that has been started is as good.
func (s *Server) deliverStart(ctx context.Context, r casework.StartRequest) error {
	input, err := s.inputOf(ctx, r)
	if err != nil {
		return err
	}
	summary := input.ProcessID
	if input.CaseNumber != "" {
		summary = "Fastholdelse " + input.CaseNumber
	}
	_, err = s.Temporal.ExecuteWorkflow(ctx, startOptions(r.InstanceID, summary), workflows.ProcessWorkflow, input)
	if alreadyStarted(err) {
		return nil
	}
	return err
}

func (s *Server) inputOf(ctx context.Context, r casework.StartRequest) (in workflows.Input, err error) {
	latest, err := s.Store.LatestDefinition(ctx, r.ProcessID)
	if err != nil {
		return in, err
	}
	compiled, err := s.library.definition(ctx, latest.Hash)
	if err != nil {
		return in, err
	}
	in = workflows.Input{
		ProcessID: latest.ProcessID, Version: latest.Version, Definition: latest.Hash, Variables: r.Variables, CaseID: r.CaseID, Interpreter: engine.Current,
	}
	if in.StartElement, err = startElement(compiled, r.Message, r.Signal); err != nil {
		return in, err
	}
	if r.CaseID != "" {
		c, err := s.Store.Case(ctx, r.CaseID)
		if err != nil {
			return in, err
		}
		in.CaseNumber, in.Municipality = c.Number, c.Municipality
	}
	in.Calendar, err = calendarSettings(ctx, s.Store, in.Municipality)
	return in, err
}

// deliverMessage signals an instance. One that is there no more has no use for the message.
func (s *Server) deliverMessage(ctx context.Context, r casework.MessageRequest) error {
	m := workflows.Message{Name: r.Name, CorrelationKey: r.CorrelationKey, Variables: r.Variables, ID: r.MessageID, TTL: r.TTL}
	return s.tell(ctx, r.InstanceID, workflows.MessageSignal, r.Name, m)
}

// deliverSignal does the same with a BPMN signal.
func (s *Server) deliverSignal(ctx context.Context, r casework.SignalRequest) error {
	return s.tell(ctx, r.InstanceID, workflows.BroadcastSignal, r.Name, r.Signal)
}

// tell sends a Temporal signal to an instance that may have ended.
func (s *Server) tell(ctx context.Context, instance, kind, name string, what any) error {
	err := s.Temporal.SignalWorkflow(ctx, instance, "", kind, what)
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		s.Log.InfoContext(ctx, "a "+kind+" came after the end of its process instance", "name", name, "instance", instance)
		return nil
	}
	return err
}
