package bpmn

import "fmt"

// compensates reports whether the element is a compensation event on the border of an activity, which leads to a handler.
func (e *Element) compensates() bool { return e.Kind == BoundaryEvent && e.is(Compensation) }

func (e *Element) is(k EventKind) bool { return e.Event != nil && e.Event.Kind == k }

// throwsCompensation reports whether the element lets activities be compensated.
func (e *Element) throwsCompensation() bool {
	return (e.Kind == ThrowEvent || e.Kind == EndEvent) && e.is(Compensation)
}

// Compensation returns the compensation event on the border of an activity, nil when it has none.
func (p *Plan) Compensation(e *Element) *Element {
	for _, i := range e.Boundary {
		if b := &p.Elements[i]; b.compensates() {
			return b
		}
	}
	return nil
}

// Undoing returns the event sub-process that compensates what is in a scope (BPMN 2.0.2 §10.7), nil when it has none: then each activity
// in it is compensated.
func (p *Plan) Undoing(scope *Element) *Element {
	for _, i := range scope.EventScopes {
		if sub := &p.Elements[i]; p.undoes(sub) {
			return sub
		}
	}
	return nil
}

func (p *Plan) undoes(e *Element) bool {
	return e.Kind == EventSubProcess && len(e.Starts) > 0 && p.Elements[e.Starts[0]].is(Compensation)
}

// compensation reads a compensation event: what it compensates, or by what. That it interrupts means nothing: its activity is done.
func (b *builder) compensation(e *Element, n, def *Node, where position) *Event {
	e.Interrupting = false
	ev := &Event{Kind: Compensation, Activity: -1}
	switch {
	case where == boundaryPlace:
		ev.Activity = b.handler(e, n)
	case where == eventStart:
		if scope := b.element(b.element(e.Parent).Parent); !scope.Kind.Embedded() {
			b.fail(n, "misplaced-compensation", fmt.Sprintf("nothing compensates the %s that this event sub-process is in", scope.Kind), "put it into a sub-process, or start it by another event")
		}
	default:
		if !b.boolean(def, "waitForCompletion", true) {
			b.failText(def.text("waitForCompletion"), "unsupported-attribute", `waitForCompletion="false" is not run`, "let the event wait until everything is compensated; draw it on a flow of its own if something else shall go on")
		}
		ev.Activity = b.compensated(e, def)
	}
	return ev
}

// compensated follows activityRef to an activity that is visible to the throwing event: one of its scope or, out of an event
// sub-process, of the scope around that (BPMN 2.0.2 table 10.90); 0 for one that is not, which is reported.
func (b *builder) compensated(e *Element, def *Node) int {
	ref := def.text("activityRef")
	if ref.value == "" {
		return -1
	}
	i, ok := b.end(ref)
	if !ok {
		return 0
	}
	a := b.element(i)
	for _, scope := range b.visible(e) {
		if a.Parent == scope && a.Kind.Activity() && !a.ForCompensation {
			return i
		}
	}
	b.failText(ref, "bad-compensation", fmt.Sprintf("%s is not an activity that this event can compensate", a.ID), "choose an activity beside the event, or beside the event sub-process that it is in")
	return 0
}

// visible are the scopes whose activities an event can compensate.
func (b *builder) visible(e *Element) []int {
	scopes := []int{e.Parent}
	for at := e.Parent; b.element(at).Kind == EventSubProcess; {
		at = b.element(at).Parent
		scopes = append(scopes, at)
	}
	return scopes
}

// handler follows the association of a compensation event to its one handler; -1 when it has none, which is reported.
func (b *builder) handler(e *Element, n *Node) int {
	found := -1
	for _, id := range b.associated[e.ID] {
		i, ok := b.plan.byID[id]
		if !ok || !b.element(i).Kind.Activity() {
			continue // a text annotation
		}
		h := b.element(i)
		switch {
		case !h.ForCompensation:
			b.fail(n, "bad-handler", fmt.Sprintf("%s is not a compensation handler", h.ID), `mark it with isForCompensation="true"`)
		case h.Parent != e.Parent:
			b.fail(n, "bad-handler", fmt.Sprintf("the handler %s is not beside the activity that it compensates", h.ID), "put both into the same process or sub-process")
		case found >= 0:
			b.fail(n, "several-handlers", fmt.Sprintf("%s and %s would both compensate the activity", b.element(found).ID, h.ID), "keep one of them, or put both into a sub-process that is the handler")
		default:
			found = i
			continue
		}
		return i
	}
	if found < 0 {
		b.fail(n, "missing-handler", "no association leads from the compensation event to a handler", `draw one to an activity with isForCompensation="true"`)
	}
	return found
}

// associate notes what is associated with what, in both directions.
func (b *builder) associate(process *Node) {
	note := func(n *Node) bool {
		if n.is("association") {
			source, target := unprefixed(n.Attr("sourceRef")), unprefixed(n.Attr("targetRef"))
			b.associated[source] = append(b.associated[source], target)
			b.associated[target] = append(b.associated[target], source)
		}
		return n.Space == spaceBPMN
	}
	process.walk(note)
	for _, c := range b.doc.Root.all(spaceBPMN, "collaboration") {
		c.walk(note)
	}
}

// checkHandler looks at a compensation handler: it has no part in the flow.
func (b *builder) checkHandler(e *Element, n *Node) {
	if e.compensates() && e.AttachedTo >= 0 && b.element(e.AttachedTo).ForCompensation {
		b.fail(n, "bad-handler", "a compensation handler is not compensated", "delete the event")
	}
	if !e.ForCompensation {
		return
	}
	if len(e.Incoming)+len(e.Outgoing) > 0 {
		b.fail(n, "bad-flow", "a compensation handler has no flows", "delete them; the handler runs when its activity is compensated")
	}
	if len(e.Boundary) > 0 {
		b.fail(b.nodes[e.Boundary[0]], "bad-handler", "a compensation handler has no boundary events", "put the work and its event into a sub-process that is the handler")
	}
}

// keep works out which activities have to be remembered when they are done: those that something can compensate. It warns of events that
// compensate nothing, and of handlers that nothing calls.
func (b *builder) keep() {
	all, some, canceled := map[int]bool{}, map[int]bool{}, map[int]bool{} // scopes of which everything is compensated, single activities, scopes in what is canceled
	for i := range b.plan.Elements {
		e := b.element(i)
		switch {
		case e.throwsCompensation() && e.Event.Activity >= 0:
			some[e.Event.Activity] = true
		case e.throwsCompensation():
			for _, scope := range b.visible(e) {
				all[scope] = true
			}
		case e.Kind == Transaction && len(b.cancels(e)) > 0:
			canceled[i] = true
		}
	}
	// From the outside in: who could be compensated; a canceled transaction also compensates what is in sub-processes that are not done.
	reached := make([]bool, len(b.plan.Elements))
	for i := 1; i < len(reached); i++ {
		e, p := b.element(i), b.element(b.element(i).Parent)
		own := !e.ForCompensation && !b.plan.undoes(e)
		reached[i] = own && (all[p.Index] || canceled[p.Index] || some[i] || reached[p.Index] && b.plan.Undoing(p) == nil)
		canceled[i] = canceled[i] || own && canceled[p.Index]
	}
	undone := make([]bool, len(b.plan.Elements))
	for i := len(undone) - 1; i > 0; i-- {
		e := b.element(i)
		undone[i] = undone[i] || b.plan.Compensation(e) != nil || e.Kind.Embedded() && b.plan.Undoing(e) != nil
		e.Kept = undone[i] && reached[i]
		if undone[i] && !e.ForCompensation && !b.plan.undoes(e) {
			undone[e.Parent] = true
		}
	}
	b.checkCompensation(undone)
}

// checkCompensation warns of what is drawn and never happens. undone are the activities, and scopes, in which something can be compensated.
func (b *builder) checkCompensation(undone []bool) {
	for i := range b.plan.Elements {
		e, n := b.element(i), b.nodes[i]
		switch {
		case e.throwsCompensation() && e.Event.Activity != 0 && !b.compensatesSome(e, undone):
			b.warn(n, "idle-compensation", "there is nothing that this event could compensate", "attach a compensation event with a handler to what it shall undo, or delete it")
		case e.compensates() && e.AttachedTo >= 0 && !b.element(e.AttachedTo).Kept:
			b.warn(n, "idle-handler", fmt.Sprintf("nothing ever compensates %s", b.element(e.AttachedTo).ID), "throw compensation in the same process or sub-process, or delete the handler")
		case b.plan.undoes(e) && b.element(e.Parent).Kind.Embedded() && !b.element(e.Parent).Kept:
			b.warn(n, "idle-handler", fmt.Sprintf("nothing ever compensates %s", b.element(e.Parent).ID), "throw compensation beside it, or delete the event sub-process")
		}
	}
}

func (b *builder) compensatesSome(e *Element, undone []bool) bool {
	if e.Event.Activity >= 0 {
		return undone[e.Event.Activity]
	}
	for _, scope := range b.visible(e) {
		for _, i := range b.element(scope).Children {
			if b.element(i).Kept {
				return true
			}
		}
	}
	return false
}
