package bpmn

import "fmt"

// Transaction returns the transaction that an element is in, the innermost, nil when there is none. What compensates is in none: it may
// run when the transaction is over.
func (p *Plan) Transaction(e *Element) *Element {
	for at := e.Parent; at > 0; at = p.Elements[at].Parent {
		switch t := &p.Elements[at]; {
		case t.Kind == Transaction:
			return t
		case t.ForCompensation, p.undoes(t):
			return nil
		}
	}
	return nil
}

// Cancellation returns the cancel event on the border of a transaction, nil when it has none.
func (p *Plan) Cancellation(transaction *Element) *Element {
	for _, i := range transaction.Boundary {
		if e := &p.Elements[i]; e.is(Cancel) {
			return e
		}
	}
	return nil
}

// cancellation reads a cancel event: an end event in a transaction, or the event on its border (BPMN 2.0.2 §10.3.5, §13.5.3).
func (b *builder) cancellation(e *Element, n *Node, where position) *Event {
	switch {
	case where == boundaryPlace && e.AttachedTo >= 0 && b.element(e.AttachedTo).Kind != Transaction:
		b.fail(n, "misplaced-cancel", fmt.Sprintf("%s is not a transaction", b.element(e.AttachedTo).ID), "attach the cancel event to a transaction, or use an error event")
	case where == boundaryPlace && !e.Interrupting:
		b.fail(n, "bad-cancel-event", "a cancel event always interrupts", "make it interrupting")
	}
	return &Event{Kind: Cancel}
}

// cancels are the cancel end events of a transaction.
func (b *builder) cancels(transaction *Element) []int {
	var found []int
	for i := range b.plan.Elements {
		if e := b.element(i); e.Kind == EndEvent && e.is(Cancel) && b.plan.Transaction(e) == transaction {
			found = append(found, i)
		}
	}
	return found
}

// checkTransactions looks for cancel end events without a way on, and for cancel events that nothing lets occur.
func (b *builder) checkTransactions() {
	for i := range b.plan.Elements {
		e := b.element(i)
		if e.Kind == EndEvent && e.is(Cancel) && b.plan.Transaction(e) == nil {
			b.fail(b.nodes[i], "misplaced-cancel", "the cancel end event is in no transaction", "draw a transaction around it, or end with an error")
		}
		if e.Kind != Transaction {
			continue
		}
		on, ends := b.plan.Cancellation(e), b.cancels(e)
		switch {
		case on == nil && len(ends) > 0:
			b.fail(b.nodes[ends[0]], "missing-cancel-event", fmt.Sprintf("nothing goes on when the transaction %s is canceled", e.ID), "attach a cancel event to the transaction, and draw a flow from it")
		case on != nil && len(ends) == 0:
			b.warn(b.nodes[on.Index], "idle-cancel", fmt.Sprintf("nothing cancels the transaction %s", e.ID), "draw a cancel end event in it, or delete this event")
		}
	}
}
