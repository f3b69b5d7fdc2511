package bpmn

import (
	"fmt"
	"strings"

	"fasthold/definitions/feel"
)

// coded are the events that are told apart by a code, errors and escalations, with what they have in XML (BPMN 2.0.2 §10.5.5).
var coded = map[EventKind]struct{ reference, code string }{
	Error:      {"errorRef", "errorCode"},
	Escalation: {"escalationRef", "escalationCode"},
}

// throws reports whether events there let something happen elsewhere.
func (p position) throws() bool { return p == throwing || p == ending }

// codeEvent follows errorRef or escalationRef. A catching event without one catches every code.
func (b *builder) codeEvent(e *Element, n, def *Node, where position, kind EventKind) *Event {
	ev := &Event{Kind: kind}
	if kind == Error && !where.throws() && !e.Interrupting {
		b.fail(n, "bad-error-event", "an error event always interrupts", "make it interrupting")
	}
	if own := n.extension(spaceFasthold, string(kind)); own != nil && !where.throws() {
		ev.CodeVariable = b.optionalVariable(own, "codeVariable")
		ev.MessageVariable = b.optionalVariable(own, "messageVariable")
	}
	ref := def.text(coded[kind].reference)
	if ref.value == "" && !where.throws() {
		return ev
	}
	if x := b.root(ref, string(kind)); x != nil {
		b.extensionsBeside(x, "zeebe:properties")
		ev.Code = b.code(x.text(coded[kind].code), where, kind)
	}
	return ev
}

func (b *builder) code(code text, where position, kind EventKind) *feel.Expression {
	switch {
	case strings.TrimSpace(code.value) == "" && where.throws():
		b.failText(code, fmt.Sprintf("missing-%s-code", kind), fmt.Sprintf("the %s thrown has no code", kind), fmt.Sprintf("give it one; catching events tell %ss apart by it", kind))
	case strings.HasPrefix(strings.TrimSpace(code.value), "=") && !where.throws():
		b.failText(code, fmt.Sprintf("bad-%s-code", kind), fmt.Sprintf("the code of an %s that is caught cannot be an expression", kind), "write the code itself")
		return nil
	}
	return b.value(code, b.string)
}

// checkEscalation warns of an escalation event on an activity out of which no escalation can come.
func (b *builder) checkEscalation(e *Element, n *Node) {
	if e.Event == nil || e.Event.Kind != Escalation || e.AttachedTo < 0 {
		return
	}
	if host := b.element(e.AttachedTo); !host.Kind.Embedded() && host.Kind != CallActivity {
		b.warn(n, "idle-escalation", fmt.Sprintf("no escalation can come out of this %s", host.Kind), "attach the event to a sub-process or a call activity")
	}
}

func (b *builder) optionalVariable(n *Node, attr string) string {
	if !n.hasAttr(attr) {
		return ""
	}
	return b.variable(n.text(attr), attr)
}
