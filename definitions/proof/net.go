package proof

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
)

const (
	// maxChoices bounds the ways out of one element: an inclusive gateway has one for each set of flows.
	maxChoices = 1 << 9
	// maxRepeats bounds the non-interrupting events around one activity that are told apart.
	maxRepeats = 8
)

// net is the control flow of one scope as a net of places. Nested scopes are single places.
type net struct {
	scope     *bpmn.Element
	places    []place
	joins     []join
	inclusive bool  // it has inclusive joins
	starts    []int // places; the process begins with one of them, an ad-hoc sub-process with any, other scopes with all
	undecided string
	index     map[placeKey]int
}

type placeKey struct {
	element, slot int
	fired         uint8
}

// place is where a token can be: in an element, or on an incoming flow of a join.
type place struct {
	placeKey           // slot -1: in the element; fired: non-interrupting events that have occurred since it was entered
	auto     bool      // the engine moves on without waiting
	steady   bool      // no inclusive join fires otherwise because its token has moved, see findSteady
	joins    bool      // it leads to a join
	head     bool      // a loop can begin here
	leads    []int     // inclusive joins that its token can come to, or is at
	aside    bool      // it is none of the main flow's business, see findAside
	rank     int       // places further down have a higher one, places of one loop the same
	moves    []outcome // ways on
}

// outcome is one way on for the token of a place.
type outcome struct {
	to    []int // places that get a token
	flows []int
	event int  // boundary or awaited event that occurs; -1: the element ends by itself
	exit  bool // all other tokens of the scope are gone, and it ends
	leave bool // all tokens of the scope are gone, and something outside goes on
	spawn bool // the token stays, another one comes
}

// join is a gateway that waits for tokens.
type join struct {
	element int
	slots   []int // places
	pass    int   // place
}

func isJoin(e *bpmn.Element) bool {
	return (e.Kind == bpmn.Parallel || e.Kind == bpmn.Inclusive) && len(e.Incoming) > 1
}

// net builds the places that can be reached from the starts of a scope.
func (a *analysis) net(scope *bpmn.Element) *net {
	n := &net{scope: scope, index: map[placeKey]int{}}
	for _, i := range scope.Starts {
		n.starts = append(n.starts, a.place(n, placeKey{i, -1, 0}))
	}
	for i := 0; i < len(n.places); i++ {
		k := n.places[i].placeKey
		if k.slot < 0 {
			moves := a.moves(n, k)
			n.places[i].moves = moves
		}
	}
	n.order()
	a.findSteady(n)
	return n
}

// place finds or adds a place; a join comes with all its slots.
func (a *analysis) place(n *net, k placeKey) int {
	if i, ok := n.index[k]; ok {
		return i
	}
	n.index[k] = len(n.places)
	n.places = append(n.places, place{placeKey: k, auto: k.slot < 0 && a.auto(a.element(k.element))})
	if e := a.element(k.element); isJoin(e) && k.slot >= 0 {
		a.joinOf(n, e)
	}
	return n.index[k]
}

func (a *analysis) joinOf(n *net, e *bpmn.Element) {
	if slices.ContainsFunc(n.joins, func(j join) bool { return j.element == e.Index }) {
		return
	}
	at := len(n.joins)
	n.joins = append(n.joins, join{element: e.Index})
	n.inclusive = n.inclusive || e.Kind == bpmn.Inclusive
	slots := make([]int, len(e.Incoming))
	for s := range slots {
		slots[s] = a.place(n, placeKey{e.Index, s, 0})
	}
	n.joins[at].slots, n.joins[at].pass = slots, a.place(n, placeKey{e.Index, -1, 0})
}

// auto reports whether a token goes on from an element at once.
func (a *analysis) auto(e *bpmn.Element) bool {
	if len(e.Boundary) > 0 || e.Job != nil || e.UserTask != nil || e.Call != nil || e.Kind.Scope() || throws(e, bpmn.Compensation) {
		return false
	}
	switch e.Kind {
	case bpmn.ReceiveTask, bpmn.CatchEvent:
		return a.chosen(e) || e.Event != nil && e.Event.Kind == bpmn.Link
	case bpmn.EventBased:
		return false
	}
	return true
}

// chosen reports whether an event stands behind an event-based gateway, which has waited for it.
func (a *analysis) chosen(e *bpmn.Element) bool {
	return len(e.Incoming) > 0 && a.element(a.plan.Flows[e.Incoming[0]].Source).Kind == bpmn.EventBased
}

// moves are the ways on from an element, as the engine takes them.
func (a *analysis) moves(n *net, k placeKey) []outcome {
	e := a.element(k.element)
	switch {
	case e.Kind == bpmn.EndEvent && e.Event != nil && e.Event.Kind == bpmn.Terminate:
		return []outcome{{event: -1, exit: true}}
	case throws(e, bpmn.Error):
		return a.broken(n, a.thrownBy(e, bpmn.Error))
	case throws(e, bpmn.Escalation):
		return a.escalated(n, e)
	case throws(e, bpmn.Cancel):
		return []outcome{{event: -1, leave: true}}
	case e.Kind == bpmn.EventBased:
		return a.race(n, e)
	}
	var out []outcome
	if !e.Kind.Scope() || a.ends[e.Index] || e.Loop != nil { // a loop may have no round
		out = a.choices(n, e)
	}
	errors, errorsLeft := a.catch(e.Boundary, a.thrownBy(e, bpmn.Error))
	escalations, escalationsLeft := a.catch(e.Boundary, a.thrownBy(e, bpmn.Escalation))
	for at, b := range slices.Concat(a.outer(e), errors, escalations) {
		out = append(out, a.occurs(n, k, at, b)...)
	}
	out = append(out, a.canceled(n, e)...)
	out = append(out, a.broken(n, errorsLeft)...)
	return append(out, a.interrupted(n, escalationsLeft)...)
}

// broken are the ways in which errors that are not caught at their element end what runs in a scope. One that nothing in the process
// catches leaves it: its caller may catch it.
func (a *analysis) broken(n *net, t thrown) []outcome {
	own, outer, rest := a.caught(n.scope, t)
	out := a.taken(own, outer)
	if t.ends && !rest.none() && len(outer) == 0 {
		out = append(out, outcome{event: -1, leave: true})
	}
	return out
}

// escalated are the ways on from an event that throws an escalation: its token goes on unless what catches it interrupts.
func (a *analysis) escalated(n *net, e *bpmn.Element) []outcome {
	own, outer, rest := a.caught(n.scope, a.thrownBy(e, bpmn.Escalation))
	out := a.taken(own, outer)
	if hits := slices.Concat(own, outer); !rest.none() || slices.ContainsFunc(hits, func(i int) bool { return !a.element(i).Interrupting }) {
		out = append(out, a.choices(n, e)...)
	}
	return out
}

// interrupted are the ways in which escalations out of an activity end what runs in a scope.
func (a *analysis) interrupted(n *net, t thrown) []outcome {
	own, outer, _ := a.caught(n.scope, t)
	return a.taken(own, outer)
}

// taken are the ways in which events that interrupt take over: event sub-processes of the scope itself, or events further out.
func (a *analysis) taken(own, outer []int) []outcome {
	var out []outcome
	if slices.ContainsFunc(own, func(i int) bool { return a.element(i).Interrupting && a.ends[a.element(i).Parent] }) {
		out = append(out, outcome{event: -1, exit: true})
	}
	if a.interrupting(own) && len(out) == 0 || a.interrupting(outer) {
		out = append(out, outcome{event: -1, leave: true})
	}
	return out
}

// race are the ways on from an event-based gateway: the first event decides.
func (a *analysis) race(n *net, e *bpmn.Element) []outcome {
	var out []outcome
	for _, f := range e.Outgoing {
		out = append(out, outcome{to: []int{a.arrive(n, f)}, flows: []int{f}, event: a.plan.Flows[f].Target})
	}
	return out
}

// outer are the boundary events of an element that time or somebody outside lets occur.
func (a *analysis) outer(e *bpmn.Element) []int {
	return slices.DeleteFunc(slices.Clone(e.Boundary), func(i int) bool { return !a.fromOutside(i) })
}

func (a *analysis) fromOutside(event int) bool {
	ev := a.element(event).Event
	return ev != nil && !slices.Contains([]bpmn.EventKind{bpmn.Error, bpmn.Escalation, bpmn.Compensation, bpmn.Cancel}, ev.Kind)
}

// occurs lets a boundary event occur; one that does not interrupt does so once in each activity instance.
func (a *analysis) occurs(n *net, k placeKey, at, event int) []outcome {
	b := a.element(event)
	if b.Interrupting {
		return []outcome{{to: []int{a.place(n, placeKey{event, -1, 0})}, event: event}}
	}
	if at >= maxRepeats {
		n.undecided = fmt.Sprintf("%s has more than %d boundary events", a.element(k.element).ID, maxRepeats)
		return []outcome{{to: []int{a.place(n, placeKey{event, -1, 0})}, event: event}}
	}
	if k.fired&(1<<at) != 0 {
		return nil
	}
	stays := a.place(n, placeKey{k.element, -1, k.fired | 1<<at})
	return []outcome{{to: []int{stays, a.place(n, placeKey{event, -1, 0})}, event: event, spawn: true}}
}

// arrive is the place that a token comes to along a flow.
func (a *analysis) arrive(n *net, flow int) int {
	f := &a.plan.Flows[flow]
	if isJoin(a.element(f.Target)) {
		return a.place(n, placeKey{f.Target, f.TargetSlot, 0})
	}
	return a.place(n, placeKey{f.Target, -1, 0})
}

// choices are the sets of flows that a token can leave an element by (BPMN 2.0.2 §13.3.2, §13.4), whatever the data are.
func (a *analysis) choices(n *net, e *bpmn.Element) []outcome {
	to, linked := e.LinksTo()
	switch {
	case linked:
		return []outcome{{to: []int{a.place(n, placeKey{to, -1, 0})}, event: -1}}
	case len(e.Outgoing) == 0:
		return []outcome{{event: -1}}
	case e.Kind == bpmn.Exclusive:
		out := make([]outcome, len(e.Outgoing))
		for i, f := range e.Outgoing {
			out[i] = a.along(n, f)
		}
		return out
	case e.Kind == bpmn.Parallel:
		return []outcome{a.along(n, e.Outgoing...)}
	}
	var always, maybe []int
	for _, f := range e.Outgoing {
		switch {
		case f == e.Default:
		case a.plan.Flows[f].Condition == nil:
			always = append(always, f)
		default:
			maybe = append(maybe, f)
		}
	}
	if len(maybe) > 0 && 1<<min(len(maybe), 30) > maxChoices {
		n.undecided = fmt.Sprintf("%s has %d conditional flows, and so more than %d ways out", e.ID, len(maybe), maxChoices)
		return []outcome{a.along(n, e.Outgoing...)}
	}
	return a.subsets(n, e, always, maybe)
}

// subsets are the ways out by the flows always taken and any of the others, the smallest first; by the default flow when there are none.
func (a *analysis) subsets(n *net, e *bpmn.Element, always, maybe []int) []outcome {
	var out []outcome
	for set := range 1 << len(maybe) {
		flows := slices.Clone(always)
		for i, f := range maybe {
			if set&(1<<i) != 0 {
				flows = append(flows, f)
			}
		}
		switch {
		case len(flows) > 0:
			out = append(out, a.along(n, flows...))
		case e.Default >= 0:
			out = append(out, a.along(n, e.Default))
		}
	}
	slices.SortStableFunc(out, func(x, y outcome) int { return len(x.to) - len(y.to) })
	return out
}

func (a *analysis) along(n *net, flows ...int) outcome {
	o := outcome{flows: flows, event: -1, to: make([]int, len(flows))}
	for i, f := range flows {
		o.to[i] = a.arrive(n, f)
	}
	return o
}
