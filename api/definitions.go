package api

import (
	"context"
	"net/http"
	"time"

	"fasthold/internal/casework"
)

// definition is one version of a process.
type definition struct {
	ProcessID     string       `json:"processId"`
	Name          string       `json:"name,omitempty"`
	Version       int          `json:"version"`
	VersionTag    string       `json:"versionTag,omitempty"`
	Hash          string       `json:"hash" doc:"Of the process with all it runs on"`
	StartMessages []string     `json:"startMessages" nullable:"false" doc:"Messages that start it"`
	StartTimers   []startTimer `json:"startTimers" nullable:"false" doc:"Timer start events that will start it; only the latest version has any"`
	DeployedAt    time.Time    `json:"deployedAt"`
	DeployedBy    string       `json:"deployedBy,omitempty" doc:"User id"`
}

// startTimer is a timer start event that is not done yet.
type startTimer struct {
	ElementID   string    `json:"elementId"`
	NextStartAt time.Time `json:"nextStartAt" doc:"In the past when a start is late: it will be made up for"`
}

// shaped gives definitions their shape, with what will start them; processID is "" for those of several processes.
func (s *Server) shaped(ctx context.Context, processID string, found ...casework.ProcessDefinition) ([]definition, error) {
	timers, err := s.Store.StartTimers(ctx, processID)
	return shapes(found, func(d casework.ProcessDefinition) definition {
		starts := []startTimer{}
		for _, t := range timers {
			if t.ProcessID == d.ProcessID && t.Version == d.Version {
				starts = append(starts, startTimer{t.ElementID, t.DueAt})
			}
		}
		return definition{d.ProcessID, d.Name, d.Version, d.VersionTag, d.Hash, some(d.StartMessages), starts, d.DeployedAt, d.DeployedBy}
	}), err
}

type processInput struct {
	ID string `path:"id" maxLength:"200" doc:"Process id"`
}

type versionInput struct {
	ID      string `path:"id" maxLength:"200" doc:"Process id"`
	Version int    `query:"version" minimum:"0" doc:"The latest when not given"`
}

// processForm is a form that a process uses.
type processForm struct {
	ID     string `json:"id"`
	Schema object `json:"schema"`
}

// statistic counts what stands on one element.
type statistic struct {
	ElementID string `json:"elementId"`
	Tokens    int    `json:"tokens"`
	Incidents int    `json:"incidents"`
}

func (s *Server) definitionRoutes() {
	const tag = "process-definitions"
	handle(s, call{method: http.MethodGet, path: "/process-definitions", roles: doers, tag: tag, summary: "The latest version of every process"}, s.listDefinitions)
	handle(s, call{method: http.MethodGet, path: "/process-definitions/{id}", roles: doers, tag: tag, summary: "One version of a process"}, s.getDefinition)
	handle(s, call{method: http.MethodGet, path: "/process-definitions/{id}/versions", roles: doers, tag: tag, summary: "Every version of a process, the latest first"}, s.listVersions)
	handle(s, call{method: http.MethodGet, path: "/process-definitions/{id}/xml", roles: doers, tag: tag, summary: "The BPMN file as it was deployed", xml: true}, s.definitionXML)
	handle(s, call{method: http.MethodGet, path: "/process-definitions/{id}/forms", roles: doers, tag: tag, summary: "The forms it uses"}, s.definitionForms)
	handle(s, call{method: http.MethodGet, path: "/process-definitions/{id}/statistics", roles: operators, tag: tag, summary: "Tokens and incidents on each element, of all running instances"}, s.statistics)
}

func (s *Server) listDefinitions(ctx context.Context, _ *struct{}) (*output[list[definition]], error) {
	found, err := s.Store.Definitions(ctx, "")
	if err != nil {
		return nil, err
	}
	items, err := s.shaped(ctx, "", found...)
	return answer(list[definition]{Items: items}, err)
}

func (s *Server) listVersions(ctx context.Context, in *processInput) (*output[list[definition]], error) {
	found, err := s.Store.Definitions(ctx, in.ID)
	if err == nil && len(found) == 0 {
		err = fail(casework.NotFound, "there is no such process")
	}
	if err != nil {
		return nil, err
	}
	items, err := s.shaped(ctx, in.ID, found...)
	return answer(list[definition]{Items: items}, err)
}

func (s *Server) getDefinition(ctx context.Context, in *versionInput) (*output[definition], error) {
	d, err := s.definitionVersion(ctx, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	items, err := s.shaped(ctx, in.ID, d)
	return answer(items[0], err)
}

func (s *Server) definitionXML(ctx context.Context, in *versionInput) (*file, error) {
	d, err := s.definitionVersion(ctx, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	return s.processFile(ctx, d)
}

func (s *Server) definitionForms(ctx context.Context, in *versionInput) (*output[list[processForm]], error) {
	d, err := s.definitionVersion(ctx, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	out := list[processForm]{Items: []processForm{}}
	for _, hash := range d.ResourceHashes {
		r, err := s.Store.Resource(ctx, hash)
		if err != nil {
			return nil, err
		}
		if r.Kind == casework.ResourceForm {
			out.Items = append(out.Items, processForm{r.ID, object(r.Bytes)})
		}
	}
	return answer(out, nil)
}

func (s *Server) statistics(ctx context.Context, in *versionInput) (*output[list[statistic]], error) {
	d, err := s.definitionVersion(ctx, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	found, err := s.Store.ElementStatistics(ctx, d.Hash)
	return answer(list[statistic]{Items: shapes(found, func(e casework.ElementStatistic) statistic {
		return statistic{e.ElementID, e.Tokens, e.Incidents}
	})}, err)
}
