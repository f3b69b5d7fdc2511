package bpmn

// upstream tells each inclusive gateway from where tokens can still come (BPMN 2.0.2 §13.4.3): the gateway waits while a token
// stands somewhere from which an incoming flow without a token can be reached and none with a token can.
func (b *builder) upstream() {
	for i := range b.plan.Elements {
		e := b.element(i)
		if e.Kind != Inclusive {
			continue
		}
		for _, f := range e.Incoming {
			e.Upstream = append(e.Upstream, b.before(f, i))
		}
	}
}

// before returns the elements of the scope from which a token can come to the flow without passing the gateway. A token in an
// activity can leave by the activity's boundary events.
func (b *builder) before(flow, gateway int) Bits {
	found := make(Bits, len(b.plan.Elements)/64+1)
	var queue []int
	visit := func(i int) {
		if i >= 0 && i != gateway && !found.Has(i) {
			found.Add(i)
			queue = append(queue, i)
		}
	}
	visit(b.plan.Flows[flow].Source)
	for len(queue) > 0 {
		e := b.element(queue[0])
		queue = queue[1:]
		visit(e.AttachedTo)
		for _, f := range e.Incoming {
			visit(b.plan.Flows[f].Source)
		}
	}
	return found
}
