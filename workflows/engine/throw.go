package engine

import (
	"fmt"
	"iter"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// thrown is an error or an escalation on its way outwards.
type thrown struct {
	kind       bpmn.EventKind
	code, text string
	vars       Variables
}

// throwFrom lets a BPMN error out of a node; when nothing catches it the node gets an incident.
func (m *machine) throwFrom(key int64, e Event) {
	x := thrown{bpmn.Error, e.Code, e.Text, e.Variables}
	if m.catch(key, x) || m.throwToCaller(x) {
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

// throwToCaller ends the instance by an error that its caller catches.
func (m *machine) throwToCaller(x thrown) bool {
	for _, caught := range m.s.Catches {
		if caught == x.code || caught == "*" {
			m.failInstance(x)
			return true
		}
	}
	return false
}

func (m *machine) failInstance(x thrown) {
	m.cancelInside(rootKey)
	m.s.Failure = &Failure{x.code, x.text, x.vars, x.kind == bpmn.Escalation}
	m.endInstance(Failed)
}

// around are the events that can catch what comes out of a node, from the inside out, each with the node it belongs to: those attached
// to an activity, then those that start an event sub-process beside it. An event sub-process does not catch what comes out of another
// one of its scope (BPMN 2.0.2 §10.5.6, §13.5.3).
func (m *machine) around(key int64) iter.Seq2[int64, []int] {
	return func(yield func(int64, []int) bool) {
		for at := key; at != 0; {
			n := m.node(at)
			e, scope, round, thrower := m.element(n), n.Parent, n.Round > 0, n.For
			if !yield(at, n.boundary(e)) {
				return
			}
			if thrower != 0 { // compensation is part of what throws it
				at = thrower
				continue
			}
			if scope != 0 && !round && e.Kind != bpmn.EventSubProcess && !yield(scope, m.eventStarts(m.element(m.node(scope)))) {
				return
			}
			at = scope
		}
	}
}

// boundary are the events attached to a node: those of a repeated activity are attached to its body, and what is compensated has none any more.
func (n *Node) boundary(e *bpmn.Element) []int {
	if n.Round > 0 || n.For != 0 {
		return nil
	}
	return e.Boundary
}

// catch goes on at the nearest event that catches what comes out of a node, and reports whether there is one in this instance.
func (m *machine) catch(key int64, x thrown) bool {
	for owner, events := range m.around(key) {
		c := m.catcher(events, x)
		if c == nil {
			continue
		}
		kind := ErrorCaught
		if x.kind == bpmn.Escalation {
			kind = EscalationCaught
		}
		m.recordText(kind, owner, c, x.code)
		m.occurred(owner, c, x.payload(c))
		return true
	}
	return false
}

// catcher picks the event that catches the code, one for any code last.
func (m *machine) catcher(events []int, x thrown) *bpmn.Element {
	var any *bpmn.Element
	for _, e := range m.catching(events, x.kind) {
		caught, fixed := caughtCode(e)
		if fixed && caught == x.code {
			return e
		}
		if !fixed && any == nil {
			any = e
		}
	}
	return any
}

// catching are those of the events that catch errors, or escalations.
func (m *machine) catching(events []int, kind bpmn.EventKind) []*bpmn.Element {
	var out []*bpmn.Element
	for _, i := range events {
		if e := &m.p.Plan.Elements[i]; e.Event != nil && e.Event.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

func caughtCode(e *bpmn.Element) (code string, fixed bool) {
	if e.Event.Code == nil {
		return "", false
	}
	v, _ := e.Event.Code.Constant()
	s, ok := v.(feel.String)
	return string(s), ok
}

// eventStarts are the start events of the event sub-processes in a scope.
func (m *machine) eventStarts(scope *bpmn.Element) []int { return eventStarts(m.p.Plan, scope) }

func eventStarts(p *bpmn.Plan, scope *bpmn.Element) []int {
	var out []int
	for _, i := range scope.EventScopes {
		out = append(out, p.Elements[i].Starts...)
	}
	return out
}

func (x thrown) payload(c *bpmn.Element) Variables {
	out := append(Variables(nil), x.vars...)
	if name := c.Event.CodeVariable; name != "" {
		out.set(name, feel.Text(x.code))
	}
	if name := c.Event.MessageVariable; name != "" {
		out.set(name, feel.Text(x.text))
	}
	return out
}

// caughtCodes lists the error codes that something around a node catches, "*" for any: what a called process may end with.
func (m *machine) caughtCodes(key int64) []string {
	var out []string
	for _, events := range m.around(key) {
		for _, e := range m.catching(events, bpmn.Error) {
			if code, fixed := caughtCode(e); fixed {
				out = append(out, code)
			} else {
				out = append(out, "*")
			}
		}
	}
	return append(out, m.s.Catches...)
}
