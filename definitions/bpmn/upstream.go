package bpmn

// upstream tells each inclusive gateway from where tokens can still come (BPMN 2.0.2 §13.4.3): the gateway waits while a token
// stands somewhere from which an incoming flow without a token can be reached and none with a token can.
func (b *builder) upstream() {
	var before [][]int
	for i := range b.plan.Elements {
		e := b.element(i)
		if e.Kind != Inclusive && e.Kind != Complex {
			continue
		}
		if before == nil {
			before = b.plan.predecessors()
		}
		for _, f := range e.Incoming {
			e.Upstream = append(e.Upstream, reaching(before, b.plan.Flows[f].Source, i))
		}
	}
}

// predecessors lists for each element those from which a token comes to it in one move. A token in an activity can leave by the
// activity's boundary events; a link leads from its throwing to its catching event.
func (p *Plan) predecessors() [][]int {
	before := make([][]int, len(p.Elements))
	for i := range before {
		e := &p.Elements[i]
		if to, ok := e.LinksTo(); ok && to >= 0 {
			before[to] = append(before[to], i)
		}
		if e.AttachedTo >= 0 {
			before[i] = append(before[i], e.AttachedTo)
		}
		for _, f := range e.Incoming {
			before[i] = append(before[i], p.Flows[f].Source)
		}
	}
	return before
}

// Reaching has the elements from which a token can come along an incoming flow of a gateway without passing that, as Element.Upstream has for
// those gateways that need it at run time. It is worked out anew each time.
func (p *Plan) Reaching(flow int) Bits {
	f := &p.Flows[flow]
	return reaching(p.predecessors(), f.Source, f.Target)
}

// reaching returns the elements from which a token can come to the element without passing the gateway, and the element itself.
func reaching(before [][]int, element, gateway int) Bits {
	found := make(Bits, len(before)/64+1)
	if element == gateway {
		return found
	}
	found.Add(element)
	queue := append(make([]int, 0, 64), element)
	for len(queue) > 0 {
		last := len(queue) - 1
		from := before[queue[last]]
		queue = queue[:last]
		for _, p := range from {
			if p != gateway && !found.Has(p) {
				found.Add(p)
				queue = append(queue, p)
			}
		}
	}
	return found
}
