package proof

import (
	"fmt"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// maxCalls bounds how deep called processes are looked into.
const maxCalls = 8

// called is when a called process has ended at the latest: the longest of its routes to an end. Loops count as open there.
func (w *walker) called(e *bpmn.Element, local *feel.Context, m mark) ending {
	end := ending{at: m.at}
	id, ok := w.eval(e.Call.ProcessID, local, m.at).(feel.String)
	if !ok || w.Called == nil || e.Call.Binding == "versionTag" {
		end.why = "nothing says how long the called process takes"
		return end
	}
	child, ok := w.Called(string(id))
	switch {
	case !ok:
		end.why = fmt.Sprintf("nothing says how long the process %s takes, which is not among the files", id)
		return end
	case w.depth >= maxCalls:
		end.why = "processes call each other again and again"
		return end
	}
	child.Now, child.Calendar, child.Called = m.at, w.Calendar, w.Called
	c := w.calling(child, e, local, m)
	if err := c.walk(); err != nil {
		end.why = err.Error()
		return end
	}
	if end = c.end(m); end.why != "" {
		end.why = fmt.Sprintf("in the process %s, %s", id, end.why)
	}
	end.assumed = m.assuming(m.inputs(e), e.Call.ProcessID).assumes(end.assumed...).assumed
	return end
}

// calling walks through a called process with the variables that it is handed.
func (w *walker) calling(child Case, e *bpmn.Element, local *feel.Context, m mark) *walker {
	own := m.inputs(e)
	child.Variables = local
	if !e.Call.AllIn {
		child.Variables = feel.ContextOf()
		for _, in := range e.Inputs {
			if v, ok := local.Lookup(in.Target[0]); ok {
				child.Variables = child.Variables.With(in.Target[0], v)
			}
		}
	}
	a := newAnalysis(child.Plan)
	c := walkerOf(child, a, (&walker{Case: child, a: a}).endsIn(child.Plan.Root())...)
	c.depth, c.nested, c.believed = w.depth+1, true, own
	if e.Call.AllIn {
		c.rest = m.rest
		for name, b := range m.known {
			if _, local := own[name]; !local {
				own[name] = b
			}
		}
	}
	return c
}
