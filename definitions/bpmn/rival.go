package bpmn

import "fmt"

// checkRivals refuses events that wait at the same time in the same place for the same thing, because only chance could tell which of
// them gets it: start events of a process or of the event sub-processes in a scope, events around an activity, and events behind a gateway.
func (b *builder) checkRivals(e *Element) {
	if e.Kind.Activity() && len(e.Boundary) > 0 {
		b.rivals(append([]int{e.Index}, e.Boundary...))
	}
	switch {
	case e.Kind.Scope():
		var starts []int
		for _, sub := range e.EventScopes {
			starts = append(starts, b.element(sub).Starts...)
		}
		b.rivals(starts)
		if e.Kind == Process {
			b.rivals(e.Starts)
		}
	case e.Kind == EventBased:
		var targets []int
		for _, f := range e.Outgoing {
			targets = append(targets, b.plan.Flows[f].Target)
		}
		b.rivals(targets)
	}
}

func (b *builder) rivals(events []int) {
	first := map[string]int{}
	for _, i := range events {
		what := b.element(i).Event.awaited()
		if what == "" {
			continue
		}
		if other, ok := first[what]; ok && other != i {
			b.fail(b.nodes[i], "rival-events", fmt.Sprintf("%s waits for %s as well", b.element(other).ID, what), "keep one of the two events")
			continue
		}
		first[what] = i
	}
}

// awaited is what an event waits for, as far as two events could want the same; "" for none and for times.
func (e *Event) awaited() string {
	switch {
	case e == nil:
	case e.Kind == Message && e.Message != nil && e.Message.Name != nil:
		return "the message " + e.Message.Name.Source()
	case e.Kind == Signal && e.Signal != nil:
		return "the signal " + e.Signal.Source()
	case e.Kind == Compensation:
		return "compensation"
	case e.Kind == Cancel:
		return "the cancellation"
	case coded[e.Kind].code != "" && e.Code != nil:
		return fmt.Sprintf("the %s %s", e.Kind, e.Code.Source())
	case coded[e.Kind].code != "":
		return "any " + string(e.Kind)
	}
	return ""
}
