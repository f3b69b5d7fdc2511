package engine

import (
	"errors"
	"fmt"

	"fasthold/definitions/bpmn"
)

// problem is what becomes an incident.
type problem struct{ code, message string }

func (p *problem) Error() string { return p.message }

// fail turns an error into an incident on the node, which keeps its phase for a retry.
func (m *machine) fail(key int64, err error) {
	var p *problem
	if errors.As(err, &p) {
		m.incident(key, p.code, p.message)
		return
	}
	m.incident(key, "evaluation", err.Error())
}

func (m *machine) incident(key int64, code, text string) {
	n := m.node(key)
	n.Wait = WaitIncident
	n.Incident = &Incident{Code: code, Message: text, At: m.now.UTC()}
	n.Job, n.Task = nil, nil
	if n.Phase == Entering {
		m.unsubscribe(key)
	}
	m.recordText(IncidentOpen, key, m.element(m.node(key)), code)
}

// parkLeaving opens a node for an element that had none and could not be left.
func (m *machine) parkLeaving(key, scope int64, e *bpmn.Element, payload Variables, err error) {
	n := m.s.add(key, scope, e.ID, m.now)
	n.Phase, n.Variables = Leaving, payload
	m.fail(key, err)
}

func (m *machine) parkLoop(t token, e *bpmn.Element) {
	key := m.open(t.scope, e, "", Entering)
	m.node(key).Round, m.node(key).For = t.round, t.thrower
	m.fail(key, &problem{"endless_loop", fmt.Sprintf(
		"tokens moved %d times without anything to wait for: there is a loop through %s; correct the variables its conditions read, then retry", m.most, e.ID)})
}

// retry goes on where an incident stopped a node.
func (m *machine) retry(key int64) {
	n := m.node(key)
	e, phase, scope := m.element(n), n.Phase, n.Parent
	n.Incident, n.Wait = nil, ""
	m.record(IncidentGone, key, e)
	switch {
	case key == rootKey:
		m.openProcess()
	case n.Task != nil:
		n.Wait = WaitTask
		m.listen(key)
	case n.Arrived != nil:
		n.Wait = WaitJoin
		m.activateComplex(key, e)
	case e.Loop != nil && n.Round == 0:
		m.retryLoop(key, e, phase)
	case phase == Leaving:
		m.complete(key, nil)
	case m.passes(e):
		m.s.remove(key)
		m.send(scope, e.Index, -1)
	case n.AdHoc != nil:
		m.goOn(key, e)
	case phase == Waiting:
		if e.Call != nil && m.p.Version >= CallsKept {
			n.Again++
		}
		m.unsubscribeOwn(key)
		m.work(key, e)
	default:
		n.Variables = n.Variables[:0]
		m.activate(key, e)
	}
}
