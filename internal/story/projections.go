package story

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"

	"fasthold/internal/casework"
	"fasthold/workflows/engine"
)

// projections is a store that remembers only what is open.
type projections struct {
	mu        sync.Mutex
	instances []casework.Instance // in order of their first projection
	tasks     []openTask          // in order of opening
	elements  []openElement
	incidents []openIncident
}

type openTask struct {
	casework.Task
	instance string
}

type openElement struct {
	casework.Element
	instance string
}

type openIncident struct {
	casework.Incident
	instance string
}

// project is the activity that applies a projection.
func (s *projections) project(_ context.Context, p casework.Projection) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.instances, func(i casework.Instance) bool { return i.ID == p.Instance.ID }); i >= 0 {
		s.instances[i] = p.Instance
	} else {
		s.instances = append(s.instances, p.Instance)
	}
	for _, t := range p.Tasks {
		s.tasks = put(s.tasks, openTask{t, p.Instance.ID}, t.State != casework.TaskOpen, func(x openTask) bool { return x.ID == t.ID })
	}
	for _, e := range p.Elements {
		same := func(x openElement) bool { return x.instance == p.Instance.ID && x.Key == e.Key }
		s.elements = put(s.elements, openElement{e, p.Instance.ID}, e.Gone, same)
	}
	for _, in := range p.Incidents {
		same := func(x openIncident) bool { return x.instance == p.Instance.ID && x.Key == in.Key }
		s.incidents = put(s.incidents, openIncident{in, p.Instance.ID}, in.Resolved, same)
	}
	return nil
}

// put replaces the item that is the same, adds it when there is none, or takes it out when it is gone.
func put[T any](list []T, item T, gone bool, same func(T) bool) []T {
	i := slices.IndexFunc(list, same)
	switch {
	case gone:
		return slices.DeleteFunc(list, same)
	case i >= 0:
		list[i] = item
		return list
	}
	return append(list, item)
}

// task is the task of that element which has been open longest, with its instance.
func (s *projections) task(element string) (casework.Task, casework.Instance, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.tasks, func(t openTask) bool { return t.ElementID == element })
	if i < 0 {
		return casework.Task{}, casework.Instance{}, false
	}
	t := s.tasks[i]
	at := slices.IndexFunc(s.instances, func(x casework.Instance) bool { return x.ID == t.instance })
	return t.Task, s.instances[at], true
}

// seen are the variables that an element of an instance sees.
func (s *projections) seen(instance casework.Instance, key int64) (engine.Variables, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	scopes := []json.RawMessage{}
	for held := true; held; {
		i := slices.IndexFunc(s.elements, func(x openElement) bool { return x.instance == instance.ID && x.Key == key })
		if held = i >= 0; held {
			scopes, key = append(scopes, s.elements[i].Variables), s.elements[i].Parent
		}
	}
	seen, err := engine.ParseVariables(instance.Variables)
	for _, scope := range slices.Backward(scopes) {
		own, wrong := engine.ParseVariables(scope)
		err = cmp.Or(err, wrong)
		for _, v := range own {
			seen = seen.With(v.Name, v.Value)
		}
	}
	return seen, err
}

// open are the instances that have not ended.
func (s *projections) open() []casework.Instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.instances), func(i casework.Instance) bool { return !i.State.Open() })
}

func (s *projections) sight() Sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out Sight
	for _, t := range s.tasks {
		out.Tasks = append(out.Tasks, Task{t.ElementID, t.DueAt, t.Priority})
	}
	for _, in := range s.incidents {
		out.Incidents = append(out.Incidents, Incident{in.ElementID, in.Code, in.Message})
	}
	if i := slices.IndexFunc(s.instances, func(i casework.Instance) bool { return i.ID == rootID }); i >= 0 {
		out.State = string(cmp.Or(s.instances[i].State, casework.InstanceActive))
		out.Variables, _ = engine.ParseVariables(s.instances[i].Variables) // the workflow wrote them
	}
	return out
}
