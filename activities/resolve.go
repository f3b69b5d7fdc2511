package activities

import (
	"context"
	"errors"

	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
)

// resolve finds the definition a call activity starts: the latest, the one deployed together with the caller, or the latest with a tag.
func (a *Activities) resolve(ctx context.Context, ref casework.ProcessReference) (casework.ResolvedProcess, error) {
	d, err := a.definition(ctx, ref)
	var e *casework.Error
	if errors.As(err, &e) && e.Code == casework.NotFound {
		return casework.ResolvedProcess{}, temporal.NewNonRetryableApplicationError(e.Message, casework.ErrorRefused, nil)
	}
	return casework.ResolvedProcess{ProcessID: d.ProcessID, Version: d.Version, Definition: d.Hash}, err
}

func (a *Activities) definition(ctx context.Context, ref casework.ProcessReference) (casework.ProcessDefinition, error) {
	switch ref.Binding {
	case "versionTag":
		return a.match(ctx, ref.ProcessID, func(d casework.ProcessDefinition) bool { return d.VersionTag == ref.VersionTag })
	case "deployment":
		caller, err := a.Store.Definition(ctx, ref.Caller)
		if err != nil {
			return caller, err
		}
		return a.match(ctx, ref.ProcessID, func(d casework.ProcessDefinition) bool { return !d.DeployedAt.After(caller.DeployedAt) })
	}
	return a.Store.LatestDefinition(ctx, ref.ProcessID)
}

// match finds the newest version for which the condition holds.
func (a *Activities) match(ctx context.Context, processID string, holds func(casework.ProcessDefinition) bool) (found casework.ProcessDefinition, err error) {
	versions, err := a.Store.Definitions(ctx, processID)
	if err != nil {
		return found, err
	}
	for _, d := range versions {
		if holds(d) && d.Version > found.Version {
			found = d
		}
	}
	if found.Version == 0 {
		return found, casework.Errorf(casework.NotFound, "no version of process %s fits the call", processID)
	}
	return found, nil
}
