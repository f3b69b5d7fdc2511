package api

import (
	"context"
	"net/http"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

type reasonInput struct {
	Change
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why; kept with the case and shown in the history"`
	}
}

const onHold = "Forløbet er sat i bero, så opgaven venter, til det fortsætter."

func (s *Server) suspendRoutes() {
	const tag = "process-instances"
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/suspend", roles: operators, tag: tag,
		summary: "Hold it still, with the processes it calls: no timer fires, people change nothing, what other systems send waits"}, s.suspendInstance)
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/resume", roles: operators, tag: tag,
		summary: "Let it go on: deadlines that are left move by the pause, then what has come meanwhile happens"}, s.resumeInstance)
}

func (s *Server) suspendInstance(ctx context.Context, in *reasonInput) (*output[instance], error) {
	return s.hold(ctx, in, workflows.SuspendUpdate)
}

func (s *Server) resumeInstance(ctx context.Context, in *reasonInput) (*output[instance], error) {
	return s.hold(ctx, in, workflows.ResumeUpdate)
}

// hold suspends or resumes an instance, then the processes that it calls. The same request again goes on where the first one was lost.
func (s *Server) hold(ctx context.Context, in *reasonInput, update string) (*output[instance], error) {
	v, err := s.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	id := updateID(ctx, partOf(in.Change, update))
	if err := s.Store.SaveReason(ctx, id, v.ID, in.Body.Reason); err != nil {
		return nil, err
	}
	if err := fromTemporal(s.update(ctx, v.ID, update, id, workflows.Request{Reason: id})); err != nil {
		if refused(err) {
			s.dropReason(ctx, id)
		}
		return nil, err
	}
	if err := s.holdCalled(ctx, in.Key, v.ID, update, id); err != nil {
		return nil, err
	}
	return s.getInstance(ctx, &byID{v.ID})
}

func (s *Server) dropReason(ctx context.Context, id string) {
	if err := s.Store.RemoveReason(ctx, id); err != nil {
		s.Log.ErrorContext(ctx, "the reason of a refused change was not removed", "error", err)
	}
}

// holdCalled does the same to all that is called below an instance. What has ended meanwhile, or stands so already, needs nothing.
func (s *Server) holdCalled(ctx context.Context, key, caller, update, reason string) error {
	v, err := s.Store.Instance(ctx, caller)
	if err != nil {
		return err
	}
	for _, e := range v.Elements {
		if e.Child == "" {
			continue
		}
		id := updateID(ctx, partOf(Change{e.Child, key}, update))
		err := fromTemporal(s.update(ctx, e.Child, update, id, workflows.Request{Reason: reason}))
		if err != nil && casework.CodeOf(err) != casework.Conflict {
			return err
		}
		if err := s.holdCalled(ctx, key, e.Child, update, reason); err != nil {
			return err
		}
	}
	return nil
}
