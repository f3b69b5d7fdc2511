package bpmn

import (
	"fmt"
	"slices"

	"fasthold/definitions/feel"
)

// condition compiles a conditionExpression. A condition that is the same whatever the variables are, and no boolean, never holds.
func (b *builder) condition(c *Node) *feel.Expression {
	for _, a := range c.Attrs {
		if a.Name == "language" && a.Value != "" && a.Value != "feel" && a.Value != "http://www.omg.org/spec/FEEL/20140401" {
			b.fail(c, "unsupported-language", fmt.Sprintf("conditions in %q are not run", clip(a.Value)), "write the condition in FEEL")
		}
	}
	e := b.feel(c.body())
	if e == nil {
		return nil
	}
	if v, ok := e.Constant(); ok && v.Kind() != feel.KindBoolean {
		b.failText(c.body().trimmed(), "bad-condition", fmt.Sprintf("the condition is always %s, which is neither true nor false", clip(v.String())), "write a comparison")
	}
	return e
}

// check applies the rules about how elements may be joined (BPMN 2.0.2 §10 and §13).
func (b *builder) check() {
	for i := range b.plan.Elements {
		e, n := b.element(i), b.nodes[i]
		if e.Kind.Scope() {
			b.checkScope(e, n)
		}
		b.checkEnds(e, n)
		b.checkRivals(e)
		b.checkHandler(e, n)
		switch e.Kind {
		case Exclusive, Inclusive, Complex:
			b.checkChoice(e, n)
		case EventBased:
			b.checkEventBased(e, n)
		case BoundaryEvent:
			if len(e.Outgoing) == 0 && !b.cut[e.Index] && !e.compensates() {
				b.fail(n, "dead-end", "the boundary event leads nowhere", "draw a flow from it")
			}
			b.checkEscalation(e, n)
		}
		b.checkConditions(e)
	}
	b.checkTransactions()
	b.checkReachable()
	b.checkDrawn()
}

// checkScope looks at the start events of a scope.
func (b *builder) checkScope(e *Element, n *Node) {
	none := 0
	for _, s := range e.Starts {
		if b.element(s).Kind == StartEvent && b.element(s).Event == nil && b.nodes[s].plain() {
			none++
		}
	}
	switch {
	case e.Kind == AdHocSubProcess:
	case len(e.Starts) == 0:
		b.fail(n, "no-start-event", fmt.Sprintf("the %s has no start event", e.Kind), "add one")
	case e.Kind == EventSubProcess && len(e.Starts) > 1:
		b.fail(n, "several-start-events", "an event sub-process has exactly one start event", "make an event sub-process for each")
	case none > 1:
		b.fail(n, "several-start-events", fmt.Sprintf("the %s has %d start events without a trigger", e.Kind, none), "keep one of them, or give the others a message or timer")
	}
}

// plain reports whether an event has no event definition.
func (n *Node) plain() bool {
	for _, c := range n.Children {
		_, runs := eventDefinitions[c.Name]
		if c.Space == spaceBPMN && (runs || refused[c.Name] != "") {
			return false
		}
	}
	return true
}

// checkEnds looks for flows where there may be none.
func (b *builder) checkEnds(e *Element, n *Node) {
	if len(e.Incoming) > 0 && (e.Kind == StartEvent || e.Kind == BoundaryEvent || e.Kind == EventSubProcess || e.isLink(CatchEvent)) {
		b.fail(n, "bad-flow", fmt.Sprintf("a flow leads to this %s", e.Kind), "end the flow elsewhere")
	}
	if len(e.Outgoing) > 0 && (e.Kind == EndEvent || e.Kind == EventSubProcess || e.isLink(ThrowEvent) || e.compensates()) {
		b.fail(n, "bad-flow", fmt.Sprintf("a flow leads from this %s", e.Kind), "begin the flow elsewhere")
	}
}

// checkChoice looks at the conditions behind an exclusive or inclusive gateway.
func (b *builder) checkChoice(e *Element, n *Node) {
	if len(e.Outgoing) == 0 {
		if !b.cut[e.Index] {
			b.fail(n, "dead-end", "the gateway leads nowhere", "draw a flow from it")
		}
		return
	}
	for _, f := range e.Outgoing {
		if len(e.Outgoing) == 1 || f == e.Default || b.flowXML[f].child("conditionExpression") != nil {
			continue
		}
		if e.Kind != Exclusive {
			b.warn(b.flowXML[f], "missing-condition", fmt.Sprintf("the flow from the gateway %s has no condition and is always taken", e.ID), "write a condition if that is not meant")
			continue
		}
		b.fail(b.flowXML[f], "missing-condition", fmt.Sprintf("the flow from the gateway %s has no condition", e.ID), "write one, or make it the default flow")
	}
}

// checkConditions looks for conditions that would never be asked, and for default flows that would never be taken.
func (b *builder) checkConditions(e *Element) {
	always := slices.IndexFunc(e.Outgoing, func(f int) bool { return f != e.Default && b.flowXML[f].child("conditionExpression") == nil })
	if e.Default >= 0 && always >= 0 && e.Kind != Exclusive {
		other := b.plan.Flows[e.Outgoing[always]].ID
		b.warn(b.flowXML[e.Default], "unused-default", fmt.Sprintf("the default flow is never taken, because the flow %s always is", other), "write a condition on the other flow")
	}
	for _, f := range e.Outgoing {
		n := b.flowXML[f]
		c := n.child("conditionExpression")
		switch {
		case c == nil:
		case f == e.Default:
			b.warn(c, "unused-condition", "the default flow has a condition, which is never asked", "delete it")
		case e.Kind != Exclusive && e.Kind != Inclusive && e.Kind != Complex && !e.Kind.Activity():
			b.fail(c, "misplaced-condition", fmt.Sprintf("a flow from this %s cannot have a condition", e.Kind), "put an exclusive or inclusive gateway in between")
		}
	}
}

// checkEventBased looks at what an event-based gateway waits for (BPMN 2.0.2 §10.6.6).
func (b *builder) checkEventBased(e *Element, n *Node) {
	if len(e.Outgoing) < 2 && !b.cut[e.Index] {
		b.fail(n, "bad-event-gateway", "an event-based gateway needs at least two events to choose from", "draw flows to two catch events or receive tasks")
	}
	for _, f := range e.Outgoing {
		t := b.element(b.plan.Flows[f].Target)
		switch {
		case t.Kind != CatchEvent && t.Kind != ReceiveTask || t.isLink(CatchEvent):
			b.fail(b.flowXML[f], "bad-event-gateway", fmt.Sprintf("%s, which follows the event-based gateway, does not wait for an event", t.ID), "use a catch event or a receive task")
		case len(t.Incoming) > 1:
			b.fail(b.nodes[t.Index], "bad-event-gateway", fmt.Sprintf("another flow leads to this event of the event-based gateway %s", e.ID), "give the other flow an event of its own")
		case t.Loop != nil:
			b.fail(b.nodes[t.Index], "bad-event-gateway", "a receive task behind an event-based gateway cannot be repeated", "repeat a sub-process around the gateway")
		case len(t.Boundary) > 0:
			b.fail(b.nodes[t.Index], "bad-event-gateway", "a receive task behind an event-based gateway cannot have boundary events", "add the event to the gateway instead")
		}
		if len(t.Inputs) > 0 {
			b.warn(b.nodes[t.Index], "idle-inputs", "the gateway waits in place of the receive task, whose input mappings are never evaluated", "delete them")
		}
	}
}

// checkReachable warns of elements that no token can come to. It is silent when flows are missing, because then everything behind is.
func (b *builder) checkReachable() {
	for i := range b.plan.Flows {
		if b.plan.Flows[i].Source < 0 {
			return
		}
	}
	reached := make(Bits, len(b.plan.Elements)/64+1)
	var visit func(i int)
	queue := []int{0}
	visit = func(i int) {
		if !reached.Has(i) {
			reached.Add(i)
			queue = append(queue, i)
		}
	}
	reached.Add(0)
	for _, start := range b.element(0).Starts {
		for _, f := range b.element(start).Incoming {
			visit(b.plan.Flows[f].Source)
		}
	}
	for len(queue) > 0 {
		e := b.element(queue[0])
		queue = queue[1:]
		for _, next := range [][]int{e.Starts, e.EventScopes, e.Boundary} {
			for _, i := range next {
				visit(i)
			}
		}
		for _, f := range e.Outgoing {
			visit(b.plan.Flows[f].Target)
		}
		if to, ok := e.LinksTo(); ok {
			visit(max(to, 0)) // one that is not resolved has been reported
		}
		if e.compensates() {
			visit(max(e.Event.Activity, 0))
		}
	}
	for i := range b.plan.Elements {
		e := b.element(i)
		switch {
		case reached.Has(i) || e.Parent >= 0 && !reached.Has(e.Parent):
		case e.ForCompensation:
			b.warn(b.nodes[i], "unreachable", "no compensation event leads to this handler", "draw an association to it from a compensation event on the border of an activity, or delete it")
		default:
			b.warn(b.nodes[i], "unreachable", fmt.Sprintf("nothing leads to this %s", e.Kind), "draw a flow to it or delete it")
		}
	}
}

// checkDrawn warns of elements that exist but cannot be seen in the diagram.
func (b *builder) checkDrawn() {
	if b.doc.Diagram == nil {
		return
	}
	seen := map[string]bool{}
	for _, s := range b.doc.Diagram.Shapes {
		seen[s.Element] = true
	}
	for i := range b.plan.Elements[1:] {
		if e := b.element(i + 1); !seen[e.ID] {
			b.warn(b.nodes[i+1], "not-drawn", "the element is not in the diagram", "draw it again, or delete it from the file")
		}
	}
}
