package engine

import (
	"slices"

	"fasthold/definitions/bpmn"
)

// cancelTransaction ends all that runs in the transaction around a cancel end event and compensates all that was done in it; its token then
// leaves by the cancel event on its border (BPMN 2.0.2 §10.3.5, §13.5.3). One instance of a repeated transaction cancels all.
func (m *machine) cancelTransaction(key int64, e *bpmn.Element) {
	transaction, at := m.p.Plan.Transaction(e), m.node(key).Parent
	for m.node(at).Element != transaction.ID {
		at = m.node(at).Parent
	}
	if m.node(at).Round > 0 {
		at = m.node(at).Parent
	}
	m.close(key)
	m.record(Done, key, e)
	left := m.harvest(at)
	for i := range left {
		left[i].Scope = at
	}
	m.cancelInside(at)
	m.unsubscribe(at)
	m.node(at).Undo = &Undo{Left: left, Cancel: true}
	m.record(TransactionCanceled, at, transaction)
	m.undoNext(at)
}

// harvest takes what was done in a node out of it, and out of what still runs in it: of a sub-process that is not done, too, each
// activity that is.
func (m *machine) harvest(key int64) []Past {
	n := m.node(key)
	left := n.Past
	n.Past = nil
	if n.Undo != nil {
		left = append(left, n.Undo.Left...)
		n.Undo.Left = nil
	}
	for _, child := range m.children(key) {
		c := m.node(child)
		e := m.element(c)
		if e.ForCompensation {
			continue
		}
		inner := m.harvest(child)
		if len(inner) > 0 && e.Kind.Scope() && c.Loop == nil {
			inner = []Past{{Key: inner[len(inner)-1].Key, Element: e.ID, Inside: true, Broken: true, Variables: slices.Clone(c.Variables), Past: inner}}
		}
		left = append(left, inner...)
	}
	sortPast(left)
	return left
}
