package api

import (
	"context"
	"net/http"
	"time"

	"fasthold/internal/casework"
	"fasthold/workflows"
)

// instance is a process instance.
type instance struct {
	ID              string                 `json:"id"`
	ProcessID       string                 `json:"processId"`
	ProcessName     string                 `json:"processName,omitempty"`
	Version         int                    `json:"version"`
	State           casework.InstanceState `json:"state" enum:"active,suspended,incident,completed,canceled"`
	BusinessKey     string                 `json:"businessKey,omitempty"`
	CaseID          string                 `json:"caseId,omitempty"`
	ParentID        string                 `json:"parentId,omitempty" doc:"Instance that called this one"`
	RestartedFrom   string                 `json:"restartedFrom,omitempty" doc:"Ended instance that goes on in this one"`
	Variables       object                 `json:"variables" doc:"Of the process. Designers do not see those of cases"`
	StartedAt       time.Time              `json:"startedAt"`
	EndedAt         *time.Time             `json:"endedAt,omitempty"`
	VirtualNow      *time.Time             `json:"virtualNow,omitempty" doc:"Only in dev: the time in the instance"`
	Elements        []element              `json:"elements" nullable:"false" doc:"What holds a token; of one instance only, not in lists"`
	WaitingMessages []waitingMessage       `json:"waitingMessages" nullable:"false"`
	WaitingSignals  []waitingSignal        `json:"waitingSignals,omitempty"`
	Incidents       []incident             `json:"incidents" nullable:"false"`
}

// element is an element instance that holds a token.
type element struct {
	Key       int64     `json:"key"`
	Scope     int64     `json:"scope,omitempty" doc:"Key of the scope it is in"`
	ElementID string    `json:"elementId"`
	Name      string    `json:"name,omitempty"`
	Type      string    `json:"type" doc:"BPMN element type"`
	State     string    `json:"state" doc:"What it waits for: task, job, timer, message, event, child, join, scope, choice or incident"`
	Child     string    `json:"child,omitempty" doc:"Instance that a call activity waits for"`
	Since     time.Time `json:"since"`
	Variables object    `json:"variables,omitempty" doc:"Its own; those of the scopes around it are visible in it, too"`
	Choices   []choice  `json:"choices,omitempty" doc:"Of an ad-hoc sub-process: what can be begun in it now"`
}

// waitingSignal is a signal that an instance waits for.
type waitingSignal struct {
	ElementID string `json:"elementId"`
	Name      string `json:"name"`
}

// waitingMessage is a message that an instance waits for.
type waitingMessage struct {
	ElementID      string `json:"elementId"`
	Name           string `json:"name"`
	CorrelationKey string `json:"correlationKey"`
}

// instanceOf shows an instance; of one of a case, designers do not see the data.
func instanceOf(ctx context.Context, i casework.Instance) instance {
	out := instance{
		ID: i.ID, ProcessID: i.ProcessID, Version: i.Version, State: i.State, CaseID: i.CaseID, ParentID: i.ParentID, RestartedFrom: i.RestartedFrom,
		StartedAt: i.StartedAt, EndedAt: i.EndedAt,
		Elements: []element{}, WaitingMessages: []waitingMessage{}, Incidents: []incident{},
	}
	if mayTouch(ctx, i.CaseID) == nil {
		out.BusinessKey, out.Variables = i.BusinessKey, object(i.Variables)
	}
	return out
}

func instanceViewOf(ctx context.Context, v casework.InstanceView) instance {
	out := instanceOf(ctx, v.Instance)
	bare := mayTouch(ctx, v.CaseID) != nil
	for _, e := range v.Elements {
		if e.ElementID == v.ProcessID {
			continue // the instance itself
		}
		if bare {
			e.Variables = nil
		}
		out.Elements = append(out.Elements, element{Key: e.Key, Scope: e.Parent, ElementID: e.ElementID, Name: e.Name, Type: e.Type, State: e.State, Child: e.Child,
			Since: e.Since, Variables: object(e.Variables)})
	}
	for _, m := range v.Subscriptions {
		if m.Signal {
			out.WaitingSignals = append(out.WaitingSignals, waitingSignal{m.ElementID, m.Name})
			continue
		}
		out.WaitingMessages = append(out.WaitingMessages, waitingMessage{m.ElementID, m.Name, m.CorrelationKey})
	}
	for _, i := range v.Incidents {
		out.Incidents = append(out.Incidents, incidentOf(incidentIn(v, i)))
	}
	return out
}

type instanceSearch struct {
	Page
	Process string                 `query:"processId" maxLength:"200"`
	State   casework.InstanceState `query:"state" enum:"active,suspended,incident,completed,canceled"`
	Case    string                 `query:"case" maxLength:"200"`
	Parent  string                 `query:"parent" maxLength:"200" doc:"Instances that this one called"`
}

type historyInput struct {
	ID     string `path:"id" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" doc:"Most steps to answer; 50 when not given"`
	Cursor string `query:"cursor" maxLength:"512" doc:"nextCursor of the part before"`
}

// historyStep is one step that an instance took.
type historyStep struct {
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	Key       int64     `json:"key,omitempty" doc:"Element instance, the same from its beginning to its end"`
	ElementID string    `json:"elementId,omitempty"`
	Name      string    `json:"name,omitempty"`
	Type      string    `json:"type,omitempty"`
	Actor     string    `json:"actor,omitempty" doc:"User id of whoever caused it"`
	ActorName string    `json:"actorName,omitempty"`
	Detail    object    `json:"detail,omitempty" doc:"What it was done with: the variables that were set, what a decision was based on"`
}

type variablesInput struct {
	Change
	Body struct {
		Variables object `json:"variables"`
		Scope     int64  `json:"scope,omitempty" doc:"Key of an element instance; the process itself when not given"`
		Reason    string `json:"reason,omitempty" maxLength:"2000" doc:"Why; kept with the history"`
	}
}

func (s *Server) instanceRoutes() {
	const tag = "process-instances"
	handle(s, call{method: http.MethodGet, path: "/process-instances", roles: doers, tag: tag, summary: "List process instances, newest first"}, s.listInstances)
	handle(s, call{method: http.MethodPost, path: "/process-instances", roles: operators, tag: tag, summary: "Start a process", status: 201}, s.startInstance)
	handle(s, call{method: http.MethodGet, path: "/process-instances/{id}", roles: doers, tag: tag, summary: "A process instance and all that is open in it"}, s.getInstance)
	handle(s, call{method: http.MethodGet, path: "/process-instances/{id}/history", roles: doers, tag: tag, summary: "What happened, in order"}, s.history)
	handle(s, call{method: http.MethodGet, path: "/process-instances/{id}/diagram", roles: doers, tag: tag, summary: "The BPMN file it runs", xml: true}, s.instanceDiagram)
	handle(s, call{method: http.MethodPost, path: "/process-instances/{id}/cancel", roles: operators, tag: tag, summary: "Cancel it"}, s.cancelInstance)
	handle(s, call{method: http.MethodPatch, path: "/process-instances/{id}/variables", roles: operators, tag: tag, summary: "Set variables"}, s.setVariables)
	s.suspendRoutes()
}

func (s *Server) listInstances(ctx context.Context, in *instanceSearch) (*output[list[instance]], error) {
	found, err := s.Store.Instances(ctx, casework.InstanceFilter{ProcessID: in.Process, State: in.State, CaseID: in.Case, ParentID: in.Parent, Page: in.page()})
	return answer(listOf(found, func(i casework.Instance) instance { return instanceOf(ctx, i) }), err)
}

func (s *Server) getInstance(ctx context.Context, in *byID) (*output[instance], error) {
	v, err := s.Store.Instance(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := instanceViewOf(ctx, v)
	out.VirtualNow = s.virtualNow(ctx, v.ID)
	s.addChoices(ctx, &out, v)
	if d, err := s.Store.Definition(ctx, v.Definition); err == nil {
		out.ProcessName = d.Name
	}
	return answer(out, nil)
}

// changeable loads an instance that the actor may change.
func (s *Server) changeable(ctx context.Context, id string) (casework.InstanceView, error) {
	v, err := s.Store.Instance(ctx, id)
	if err != nil {
		return v, err
	}
	if err := mayTouch(ctx, v.CaseID); err != nil {
		return v, err
	}
	if !v.State.Open() {
		return v, fail(casework.Conflict, processIsOver)
	}
	return v, nil
}

// ReasonedChange is a change for which somebody may say why.
type ReasonedChange struct {
	Change
	Body *reasoned
}

// reasoned may say why something is done by hand.
type reasoned struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why; kept with the history"`
}

func (c *ReasonedChange) reason() string {
	if c.Body == nil {
		return ""
	}
	return c.Body.Reason
}

func (s *Server) cancelInstance(ctx context.Context, in *ReasonedChange) (*output[instance], error) {
	return s.changeBecause(ctx, in.Change, in.reason(), workflows.CancelUpdate, workflows.Request{})
}

func (s *Server) setVariables(ctx context.Context, in *variablesInput) (*output[instance], error) {
	variables, err := in.Body.Variables.checked()
	if err != nil {
		return nil, err
	}
	return s.changeBecause(ctx, in.Change, in.Body.Reason, workflows.SetVariablesUpdate,
		workflows.Request{Key: in.Body.Scope, Variables: variables})
}

// history gathers parts of the store's size until it has as many steps as were asked for.
func (s *Server) history(ctx context.Context, in *historyInput) (*output[list[historyStep]], error) {
	limit := in.Limit
	if limit == 0 {
		limit = 50
	}
	n, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.Store.Instance(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	// Designers see which way a case has gone, not with which data or why.
	bare := mayTouch(ctx, v.CaseID) != nil
	out := list[historyStep]{Items: []historyStep{}, NextCursor: in.Cursor}
	for {
		part, err := s.Store.History(ctx, in.ID, casework.Page{Limit: min(limit-len(out.Items), 200), Cursor: out.NextCursor})
		if err != nil {
			return nil, err
		}
		for _, e := range part.Items {
			if bare {
				e.Detail = nil
			}
			out.Items = append(out.Items, n.historyStep(e))
		}
		out.NextCursor = part.NextCursor
		if len(out.Items) == limit || out.NextCursor == "" {
			return answer(out, nil)
		}
	}
}

func (n names) historyStep(e casework.HistoryEntry) historyStep {
	return historyStep{e.At, e.Kind, e.Key, e.ElementID, e.Name, e.Type, e.Actor, n.of(e.Actor), object(e.Detail)}
}

// file is a definition's file as it was deployed.
type file struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *Server) instanceDiagram(ctx context.Context, in *byID) (*file, error) {
	v, err := s.Store.Instance(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	d, err := s.Store.Definition(ctx, v.Definition)
	if err != nil {
		return nil, err
	}
	return s.processFile(ctx, d)
}

func (s *Server) processFile(ctx context.Context, d casework.ProcessDefinition) (*file, error) {
	if len(d.ResourceHashes) == 0 {
		return nil, fail(casework.NotFound, "the process definition has no file")
	}
	r, err := s.Store.Resource(ctx, d.ResourceHashes[0])
	return &file{"application/xml", r.Bytes}, err
}
