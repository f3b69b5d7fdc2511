package engine

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
)

// escalate throws the escalation of an event, with the event's own variables. The token then goes on, unless an interrupting event that
// caught the escalation took it away (BPMN 2.0.2 §10.5.5, §13.5.3).
func (m *machine) escalate(key int64, e *bpmn.Element) error {
	code, ok, err := m.evalText(e.Event.Code, key)
	if err != nil {
		return err
	}
	if !ok {
		return &problem{"escalation_code", fmt.Sprintf("the escalation code of %s, %s, is null%s", e.ID, e.Event.Code.Source(), m.why())}
	}
	x := thrown{kind: bpmn.Escalation, code: code, vars: slices.Clone(m.node(key).Variables)}
	if !m.catch(key, x) && !m.escalateToCaller(x) {
		m.node(key).Phase = Leaving // a retry goes on behind the event
		return &problem{"unhandled_escalation", fmt.Sprintf(
			"nothing catches the escalation %q thrown by %s: add an escalation boundary event or an escalation event sub-process; retry goes on without it", code, e.ID)}
	}
	if _, ok := m.s.Node(key); ok {
		m.complete(key, nil)
	}
	return nil
}

// escalateToCaller lets an escalation out of the instance when something around the call catches it: an interrupting event ends the
// instance, of any other the caller is told.
func (m *machine) escalateToCaller(x thrown) bool {
	for _, c := range m.s.Escalations {
		if c.Code != "" && c.Code != x.code {
			continue
		}
		if c.Interrupting {
			m.failInstance(x)
		} else {
			m.command(Command{Kind: Escalate, Key: rootKey, Element: m.p.Plan.Root(), Code: x.code, Variables: x.vars})
		}
		return true
	}
	return false
}

// escalateChild takes an escalation out of a called process.
func (m *machine) escalateChild(e Event) {
	x := thrown{kind: bpmn.Escalation, code: e.Code, vars: e.Variables}
	if !m.catch(e.Key, x) && !m.escalateToCaller(x) {
		m.incident(e.Key, "unhandled_escalation", fmt.Sprintf("nothing catches the escalation %q out of the process that %s calls", e.Code, m.node(e.Key).Element))
	}
}

// caughtEscalations lists what around a node catches escalations; of several that catch one the first does.
func (m *machine) caughtEscalations(key int64) []EscalationCatch {
	var out []EscalationCatch
	for _, events := range m.around(key) {
		var any []EscalationCatch
		for _, e := range m.catching(events, bpmn.Escalation) {
			if code, fixed := caughtCode(e); fixed {
				out = append(out, EscalationCatch{code, e.Interrupting})
			} else {
				any = append(any, EscalationCatch{"", e.Interrupting})
			}
		}
		out = append(out, any...)
	}
	return append(out, m.s.Escalations...)
}
