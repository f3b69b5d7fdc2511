package proof

import (
	"fmt"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// maxCalls bounds how deep called processes are looked into.
const maxCalls = 8

// called is when a called process has ended at the latest: the longest of its routes to an end. Loops count as open there.
func (w *walker) called(e *bpmn.Element, local *feel.Context, m mark) (time.Time, string) {
	id, ok := w.eval(e.Call.ProcessID, local, m.at).(feel.String)
	if !ok || w.Called == nil || e.Call.Binding == "versionTag" {
		return m.at, "nothing says how long the called process takes"
	}
	child, ok := w.Called(string(id))
	switch {
	case !ok:
		return m.at, fmt.Sprintf("nothing says how long the process %s takes, which is not among the files", id)
	case w.depth >= maxCalls:
		return m.at, "processes call each other again and again"
	}
	child.Now, child.Calendar, child.Called, child.Variables = m.at, w.Calendar, w.Called, w.handed(e, local)
	c := newWalker(child, ends(child.Plan)...)
	c.depth = w.depth + 1
	c.walk()
	until := m.at
	for _, r := range c.routes {
		switch {
		case r.Open != nil:
			return m.at, fmt.Sprintf("in the process %s, at %s: %s", id, r.Open.ID, r.Why)
		case r.Again != nil:
			return m.at, fmt.Sprintf("in the process %s a loop comes back to %s", id, r.Again.ID)
		}
		until = later(until, r.Done)
	}
	if c.visits > maxVisits || len(c.routes) > maxRoutes || len(c.routes) == 0 {
		return m.at, fmt.Sprintf("there are too many routes through the process %s", id)
	}
	return until, ""
}

// handed are the variables that a called process begins with.
func (w *walker) handed(e *bpmn.Element, local *feel.Context) *feel.Context {
	if e.Call.AllIn {
		return local
	}
	vars := feel.ContextOf()
	for _, in := range e.Inputs {
		if v, ok := local.Lookup(in.Target[0]); ok {
			vars = vars.With(in.Target[0], v)
		}
	}
	return vars
}

// ends are the elements of a process that nothing follows.
func ends(p *bpmn.Plan) []*bpmn.Element {
	var all []*bpmn.Element
	for _, i := range p.Root().Children {
		e := &p.Elements[i]
		if _, links := e.LinksTo(); len(e.Outgoing) == 0 && !links && !e.ForCompensation && e.Kind != bpmn.EventSubProcess {
			all = append(all, e)
		}
	}
	return all
}
