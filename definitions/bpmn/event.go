package bpmn

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fasthold/definitions/feel"
)

// Bounds of fasthold:job timeout and backoff.
const (
	minTimeout = time.Second
	maxTimeout = 7 * 24 * time.Hour
)

// position is where an event stands; it decides which definitions the event may have.
type position string

const (
	processStart  position = "start event of a process"
	scopeStart    position = "start event of a sub-process"
	eventStart    position = "start event of an event sub-process"
	gatewayStart  position = "event behind an instantiating gateway"
	catching      position = "intermediate catch event"
	throwing      position = "intermediate throw event"
	boundaryPlace position = "boundary event"
	ending        position = "end event"
)

// allowed tells which event definitions the engine runs where (BPMN 2.0.2 table 10.93).
var allowed = map[position][]EventKind{
	processStart:  {None, Timer, Message, Signal},
	scopeStart:    {None},
	gatewayStart:  {Message},
	eventStart:    {Timer, Message, Signal, Conditional, Error, Escalation, Compensation},
	catching:      {Timer, Message, Signal, Conditional, Link},
	throwing:      {None, Message, Signal, Escalation, Compensation, Link},
	boundaryPlace: {Timer, Message, Signal, Conditional, Error, Escalation, Compensation, Cancel},
	ending:        {None, Message, Signal, Error, Escalation, Compensation, Cancel, Terminate},
}

func (b *builder) position(e *Element) position {
	switch e.Kind {
	case CatchEvent, ReceiveTask:
		if b.instantiated(e) {
			return gatewayStart
		}
		return catching
	case ThrowEvent:
		return throwing
	case BoundaryEvent:
		return boundaryPlace
	case EndEvent:
		return ending
	}
	switch b.element(e.Parent).Kind {
	case Process:
		return processStart
	case EventSubProcess:
		return eventStart
	}
	return scopeStart
}

// event reads the definition of an event.
func (b *builder) event(e *Element, n *Node) {
	where := b.position(e)
	if where == eventStart {
		e.Interrupting = b.boolean(n, "isInterrupting", true)
	}
	kind, def, ok := b.definition(n)
	if !ok {
		return
	}
	if !slices.Contains(allowed[where], kind) {
		b.fail(n, "unsupported-event", fmt.Sprintf("the %s cannot be %s event", where, article(kind)), "it can be "+alternatives(allowed[where]))
		return
	}
	switch kind {
	case Timer:
		e.Event = &Event{Kind: Timer, Timer: b.timer(e, def, where)}
		if own := n.extension(spaceFasthold, "timer"); own != nil && e.Event.Timer != nil {
			e.Event.Timer.Follows = b.follows(own, e.Event.Timer.Expr)
			e.Event.Timer.Stays = b.stays(own)
		}
	case Message:
		e.Event = &Event{Kind: Message, Message: b.message(def, where)}
	case Error, Escalation:
		e.Event = b.codeEvent(e, n, def, where, kind)
	case Signal:
		e.Event = &Event{Kind: Signal, Signal: b.signal(def, where)}
	case Conditional:
		b.plan.Conditional = true
		e.Event = &Event{Kind: Conditional, Condition: b.awaitedCondition(def)}
	case Link:
		e.Event = &Event{Kind: Link, Link: -1}
	case Terminate:
		e.Event = &Event{Kind: Terminate}
	case Compensation:
		e.Event = b.compensation(e, n, def, where)
	case Cancel:
		e.Event = b.cancellation(e, n, where)
	}
}

func article(k EventKind) string {
	switch k {
	case None:
		return "a none"
	case Error, Escalation:
		return "an " + string(k)
	}
	return "a " + string(k)
}

func alternatives(kinds []EventKind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, article(k))
	}
	return strings.Join(names, ", ") + " event"
}

// definition finds the one event definition; false when there are several or one that the engine does not run, which is reported.
func (b *builder) definition(n *Node) (kind EventKind, def *Node, ok bool) {
	for _, c := range n.Children {
		if c.Space == spaceBPMN && refused[c.Name] != "" {
			return None, nil, false
		}
		k, is := eventDefinitions[c.Name]
		switch {
		case c.Space != spaceBPMN || !is:
		case def != nil:
			b.fail(c, "multiple-definitions", "the event has more than one definition", "use one event per definition, behind an event-based or parallel gateway")
			return None, nil, false
		default:
			kind, def = k, c
		}
	}
	return kind, def, true
}

// timer reads a timer definition, which has exactly one of a date, a duration and a cycle.
func (b *builder) timer(e *Element, def *Node, where position) *TimerDefinition {
	var found []*Node
	for _, c := range def.Children {
		if c.Space == spaceBPMN && timers[c.Name] != "" {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		b.fail(def, "bad-timer", "the timer must have exactly one of a date, a duration and a cycle", "choose the type of the timer")
		return nil
	}
	kind, t := timers[found[0].Name], found[0].body()
	switch {
	case kind == Duration && where == processStart:
		b.fail(found[0], "bad-timer", "a process cannot start after a duration", "use a date or a cycle")
	case kind == Cycle && where == catching:
		b.fail(found[0], "bad-timer", "an intermediate event cannot wait for a cycle", "use a date or a duration, or a non-interrupting boundary event")
	case kind == Cycle && e.Interrupting:
		b.fail(found[0], "bad-timer", "an interrupting event cannot repeat", "make it non-interrupting, or use a date or a duration")
	case strings.TrimSpace(t.value) == "":
		b.fail(found[0], "bad-timer", "the timer says no time", "write FEEL after =, or ISO 8601")
	}
	return &TimerDefinition{Kind: kind, Expr: b.moment(t, kind)}
}

var timers = map[string]TimerKind{"timeDate": Date, "timeDuration": Duration, "timeCycle": Cycle}

// receive reads the message of a receive task.
func (b *builder) receive(e *Element, n *Node) {
	if m := b.message(n, b.position(e)); m != nil {
		e.Event = &Event{Kind: Message, Message: m}
	}
}

// message follows messageRef. A throwing event may do without, because its job says what is sent.
func (b *builder) message(from *Node, where position) *MessageDefinition {
	throws := where.throws()
	ref := from.text("messageRef")
	if ref.value == "" && throws {
		return nil
	}
	m := b.root(ref, "message")
	if m == nil {
		return nil
	}
	b.extensionsBeside(m, "zeebe:subscription", "zeebe:properties")
	d := &MessageDefinition{Name: b.value(m.text("name"), b.string)}
	if strings.TrimSpace(m.Attr("name")) == "" {
		b.failText(m.text("name"), "missing-message-name", "the message has no name", "name it; publishers use the name")
	}
	if throws || where == processStart || where == gatewayStart {
		return d
	}
	var key text
	if s := m.extension(spaceZeebe, "subscription"); s != nil {
		key = s.text("correlationKey")
		d.CorrelationKey = b.value(key, b.string)
	}
	if strings.TrimSpace(key.value) == "" {
		b.fail(from, "missing-correlation-key", fmt.Sprintf("the message %s has no correlation key", m.ID()), "add zeebe:subscription with a correlationKey, so that the message finds its instance")
	}
	return d
}

// awaitedCondition reads the condition of a conditional event.
func (b *builder) awaitedCondition(def *Node) *feel.Expression {
	b.extensionsBeside(def)
	c := def.child("condition")
	if c == nil {
		b.fail(def, "missing-condition", "the event has no condition", "write one in FEEL")
		return nil
	}
	e := b.condition(c)
	if e != nil && len(e.References()) == 0 {
		b.warn(c, "idle-condition", "the condition reads no variable, so it is evaluated only when the event is waited for", "use a timer event to wait for a time")
	}
	return e
}

// signal follows signalRef.
func (b *builder) signal(def *Node, where position) *feel.Expression {
	x := b.root(def.text("signalRef"), "signal")
	if x == nil {
		return nil
	}
	b.extensionsBeside(x, "zeebe:properties")
	name := x.text("name")
	if strings.TrimSpace(name.value) == "" {
		b.failText(name, "missing-signal-name", "the signal has no name", "name it; whoever broadcasts it uses the name")
	}
	e := b.value(name, b.string)
	if e == nil || where != processStart {
		return e
	}
	if v, ok := e.Constant(); !ok || v.Kind() != feel.KindString {
		b.failText(name, "bad-signal-name", "the name of a signal that starts a process depends on variables", "write the name itself: before the start there are no variables")
	}
	return e
}

// root follows a reference to an element directly in <definitions>; nil when there is none, which is reported.
func (b *builder) root(ref text, name string) *Node {
	id := unprefixed(ref.value)
	if id == "" {
		b.failText(ref, "missing-reference", fmt.Sprintf("no %s is chosen", name), fmt.Sprintf("choose the %s or make a new one", name))
		return nil
	}
	if n := b.doc.ids[id]; n != nil && n.is(name) && n.parent == b.doc.Root {
		return n
	}
	b.failText(ref, "unknown-reference", fmt.Sprintf("the %s %q does not exist", name, clip(id)), fmt.Sprintf("choose the %s again", name))
	return nil
}
