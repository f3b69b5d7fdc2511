package bpmn

// instantiates reports whether an event-based gateway begins the process (BPMN 2.0.2 §10.6.6).
func (b *builder) instantiates(e *Element) bool {
	return e.Kind == EventBased && b.boolean(b.nodes[e.Index], "instantiate", false)
}

// instantiated reports whether an event begins the process because it stands behind a gateway that does.
func (b *builder) instantiated(e *Element) bool {
	return len(e.Incoming) == 1 && b.plan.Flows[e.Incoming[0]].Source >= 0 && b.instantiates(b.element(b.plan.Flows[e.Incoming[0]].Source))
}

// instantiate makes the events behind instantiating gateways start events of the process: whichever message comes starts an instance.
func (b *builder) instantiate() {
	for i := range b.plan.Elements {
		e := b.element(i)
		if !b.instantiates(e) {
			continue
		}
		if len(e.Incoming) > 0 || e.Parent != 0 {
			b.fail(b.nodes[i], "bad-event-gateway", "an instantiating gateway stands at the beginning of a process", `draw it directly in the process without a flow to it, or delete instantiate="true"`)
			continue
		}
		for _, f := range e.Outgoing {
			if t := b.element(b.plan.Flows[f].Target); b.instantiated(t) && (t.Kind == CatchEvent || t.Kind == ReceiveTask) {
				b.element(0).Starts = append(b.element(0).Starts, t.Index)
			}
		}
	}
}
