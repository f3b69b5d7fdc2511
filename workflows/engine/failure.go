package engine

import (
	"errors"
	"fmt"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
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
	m.s.add(Node{Key: key, Parent: scope, Element: e.ID, Since: m.now.UTC(), Phase: Leaving, Variables: payload})
	m.fail(key, err)
}

func (m *machine) parkLoop(t token, e *bpmn.Element) {
	key := m.open(t.scope, e, "", Entering)
	m.node(key).Round = t.round
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
	case n.Arrived != nil:
		n.Wait = WaitJoin
	case e.Loop != nil && n.Round == 0:
		m.retryLoop(key, e, phase)
	case phase == Leaving:
		m.complete(key, nil)
	case m.passes(e):
		m.s.remove(key)
		m.send(scope, e.Index, -1)
	case phase == Waiting:
		m.unsubscribeOwn(key)
		m.work(key, e)
	default:
		n.Variables = n.Variables[:0]
		m.activate(key, e)
	}
}

// throwFrom lets a BPMN error out of a node; when nothing catches it the node gets an incident.
func (m *machine) throwFrom(key int64, e Event) {
	if m.throw(key, e.Code, e.Text, e.Variables) {
		return
	}
	if n := m.node(key); n.Wait == WaitTask {
		m.command(Command{Kind: CloseTask, Key: key, Element: m.element(n)})
	}
	m.incident(key, "unhandled_error", fmt.Sprintf("nothing catches the error %q thrown by %s: add an error boundary event or an error event sub-process, or retry",
		e.Code, m.node(key).Element))
}

// throwHere throws the error of an error end event.
func (m *machine) throwHere(key int64, e *bpmn.Element) error {
	code, _, err := m.evalText(e.Event.Code, key)
	if err != nil {
		return err
	}
	m.throwFrom(key, Event{Code: code})
	return nil
}

// throw finds the nearest event that catches the error and goes on there (BPMN 2.0.2 §10.5.6, §13.5.3).
func (m *machine) throw(key int64, code, text string, vars Variables) bool {
	for at := key; at != 0; {
		n := m.node(at)
		e, scope := m.element(n), n.Parent
		if c := m.catcher(n.boundary(e), code); c != nil {
			m.caughtAt(at, c, code, text, vars)
			return true
		}
		if n.exposed(e) {
			if c := m.scopeCatcher(scope, code); c != nil {
				m.caughtIn(scope, c, code, text, vars)
				return true
			}
		}
		at = scope
	}
	return m.throwToCaller(Failure{code, text, vars})
}

func (m *machine) throwToCaller(f Failure) bool {
	for _, caught := range m.s.Catches {
		if caught == f.Code || caught == "*" {
			m.cancelInside(rootKey)
			m.s.Failure = &f
			m.endInstance(Failed)
			return true
		}
	}
	return false
}

// boundary are the events attached to a node: those of a repeated activity are attached to its body.
func (n *Node) boundary(e *bpmn.Element) []int {
	if n.Round > 0 {
		return nil
	}
	return e.Boundary
}

// exposed reports whether the event sub-processes beside an element can catch what comes out of its node.
func (n *Node) exposed(e *bpmn.Element) bool {
	return n.Parent != 0 && n.Round == 0 && e.Kind != bpmn.EventSubProcess
}

// catcher picks the event that catches the code, one for any code last.
func (m *machine) catcher(events []int, code string) *bpmn.Element {
	var any *bpmn.Element
	for _, i := range events {
		e := &m.p.Plan.Elements[i]
		if e.Event == nil || e.Event.Kind != bpmn.Error {
			continue
		}
		caught, fixed := caughtCode(e)
		if fixed && caught == code {
			return e
		}
		if !fixed && any == nil {
			any = e
		}
	}
	return any
}

func caughtCode(e *bpmn.Element) (code string, fixed bool) {
	if e.Event.Code == nil {
		return "", false
	}
	v, _ := e.Event.Code.Constant()
	s, ok := v.(feel.String)
	return string(s), ok
}

func (m *machine) scopeCatcher(scope int64, code string) *bpmn.Element {
	return m.catcher(m.eventStarts(m.element(m.node(scope))), code)
}

// eventStarts are the start events of the event sub-processes in a scope.
func (m *machine) eventStarts(scope *bpmn.Element) []int {
	var out []int
	for _, i := range scope.EventScopes {
		out = append(out, m.p.Plan.Elements[i].Starts...)
	}
	return out
}

func (m *machine) caughtAt(key int64, c *bpmn.Element, code, text string, vars Variables) {
	m.recordText(ErrorCaught, key, c, code)
	m.attached(key, c, errorPayload(c, code, text, vars))
}

func (m *machine) caughtIn(scope int64, c *bpmn.Element, code, text string, vars Variables) {
	m.recordText(ErrorCaught, scope, c, code)
	m.eventScope(scope, c, errorPayload(c, code, text, vars))
}

func errorPayload(c *bpmn.Element, code, text string, vars Variables) Variables {
	out := append(Variables(nil), vars...)
	if name := c.Event.CodeVariable; name != "" {
		out.set(name, feel.Text(code))
	}
	if name := c.Event.MessageVariable; name != "" {
		out.set(name, feel.Text(text))
	}
	return out
}

// caughtCodes lists the codes that something around a node catches, "*" for any: what a called process may end with.
func (m *machine) caughtCodes(key int64) []string {
	var out []string
	for at := key; at != 0; {
		n := m.node(at)
		e := m.element(n)
		events := n.boundary(e)
		if n.exposed(e) {
			events = append(append([]int(nil), events...), m.eventStarts(m.element(m.node(n.Parent)))...)
		}
		out = append(out, m.codesOf(events)...)
		at = n.Parent
	}
	return append(out, m.s.Catches...)
}

func (m *machine) codesOf(events []int) []string {
	var out []string
	for _, i := range events {
		e := &m.p.Plan.Elements[i]
		if e.Event == nil || e.Event.Kind != bpmn.Error {
			continue
		}
		if code, fixed := caughtCode(e); fixed {
			out = append(out, code)
		} else {
			out = append(out, "*")
		}
	}
	return out
}
