package engine

import (
	"cmp"
	"slices"

	"fasthold/definitions/bpmn"
)

// Past is an activity that is done and that something may still compensate.
type Past struct {
	Key     int64  `json:"key"` // those done later have a higher one
	Element string `json:"element"`
	// Scope is the node in which its handler runs, known when it is to be compensated.
	Scope int64 `json:"scope,omitempty"`
	// Inside tells that only what is in it is compensated: it has no handler, or that has run.
	Inside bool `json:"inside,omitempty"`
	// Broken marks a sub-process that was not done when its transaction was canceled: its own event sub-process does not compensate it.
	Broken bool `json:"broken,omitempty"`
	// Variables are those that a sub-process had when it was done, and Past what was done in it.
	Variables Variables `json:"variables,omitempty"`
	Past      []Past    `json:"past,omitempty"`
}

// Undo is compensation that a node lets happen: one activity after the other, the last one done first (BPMN 2.0.2 §13.5.5). The node is
// an event that throws compensation, a sub-process that is over and was opened again, or a transaction that is canceled.
type Undo struct {
	Left   []Past `json:"left,omitempty"` // not begun, in the order they were done
	Cancel bool   `json:"cancel,omitempty"`
}

// remember keeps what is needed to compensate an activity that is done. The instances of a repeated one are kept with its body until that
// is done too.
func (m *machine) remember(key, scope int64, e *bpmn.Element) {
	if !e.Kept {
		return
	}
	n, around := m.node(key), m.node(scope)
	p := Past{Element: e.ID, Inside: n.Round > 0 || m.p.Plan.Compensation(e) == nil}
	inside := len(n.Past) > 0 || m.p.Plan.Undoing(e) != nil
	switch {
	case n.Loop != nil:
		around.Past, inside = append(around.Past, n.Past...), false
	case inside:
		p.Past, p.Variables = n.Past, n.Variables
	}
	if inside || !p.Inside {
		p.Key = m.s.nextKey()
		around.Past = append(around.Past, p)
	}
}

// compensate lets an event that throws compensation wait until all that it is about is compensated: one activity, or all that are done in
// its scope and, out of an event sub-process, in the scope around that.
func (m *machine) compensate(key int64, e *bpmn.Element) {
	m.record(CompensationThrown, key, e)
	only := ""
	if e.Event.Activity >= 0 {
		only = m.p.Plan.Elements[e.Event.Activity].ID
	}
	var left []Past
	for scope := m.node(key).Parent; scope != 0; {
		n := m.node(scope)
		left = append(left, n.takePast(only)...)
		scope = 0
		if m.element(n).Kind == bpmn.EventSubProcess {
			scope = n.Parent
		}
	}
	sortPast(left)
	n := m.node(key)
	n.Wait, n.Undo = WaitCompensation, &Undo{Left: left}
	m.undoNext(key)
}

// takePast takes what is done in a scope away from it: all, or one activity.
func (n *Node) takePast(only string) []Past {
	var taken []Past
	n.Past = slices.DeleteFunc(n.Past, func(p Past) bool {
		if only != "" && p.Element != only {
			return false
		}
		p.Scope = n.Key
		taken = append(taken, p)
		return true
	})
	return taken
}

func sortPast(list []Past) {
	slices.SortFunc(list, func(a, b Past) int { return cmp.Compare(a.Key, b.Key) })
}

// undoNext compensates the activity that was done last of those left: by its handler, then what is in it.
func (m *machine) undoNext(key int64) {
	u := m.node(key).Undo
	last := len(u.Left) - 1
	if last < 0 {
		m.undone(key)
		return
	}
	p := u.Left[last]
	u.Left = u.Left[:last]
	e, _ := m.p.Plan.Element(p.Element)
	if p.Inside {
		m.reopen(key, p, e)
		return
	}
	if e.Loop == nil && (len(p.Past) > 0 || m.p.Plan.Undoing(e) != nil) {
		p.Inside = true
		u.Left = append(u.Left, p)
	}
	event := m.p.Plan.Compensation(e)
	at := m.s.nextKey()
	m.record(Entered, at, event)
	m.record(Done, at, event)
	m.node(p.Scope).Tokens++
	m.queue = append(m.queue, token{scope: p.Scope, element: event.Event.Activity, flow: -1, thrower: key})
}

// reopen opens a sub-process that is over, with the variables that it had, and compensates what is in it: by its event sub-process for
// that, else one activity after the other.
func (m *machine) reopen(thrower int64, p Past, e *bpmn.Element) {
	m.node(p.Scope).Tokens++
	key := m.open(p.Scope, e, WaitScope, Waiting)
	n := m.node(key)
	n.For, n.Variables, n.Undo = thrower, p.Variables, &Undo{}
	m.record(Compensating, key, e)
	if sub := m.p.Plan.Undoing(e); sub != nil && !p.Broken {
		n.Past = p.Past
		m.eventScope(key, &m.p.Plan.Elements[sub.Starts[0]], nil)
		return
	}
	for i := range p.Past {
		p.Past[i].Scope = key
	}
	n.Undo.Left = p.Past
	m.undoNext(key)
}

// beginHandler runs the handler of an activity.
func (m *machine) beginHandler(t token, e *bpmn.Element) {
	key := m.open(t.scope, e, "", Entering)
	m.node(key).For = t.thrower
	m.beginNode(key, e)
}

// handled goes on when something that ran on behalf of compensation is done.
func (m *machine) handled(scope, thrower int64) {
	m.node(scope).Tokens--
	m.undoNext(thrower)
}

// undone goes on when a node has nothing left to compensate.
func (m *machine) undone(key int64) {
	n := m.node(key)
	e, scope, thrower, canceled := m.element(n), n.Parent, n.For, n.Undo.Cancel
	n.Undo = nil
	switch {
	case canceled:
		m.attached(key, m.p.Plan.Cancellation(e), nil)
	case thrower != 0:
		m.close(key)
		m.record(Compensated, key, e)
		m.handled(scope, thrower)
	default:
		m.complete(key, nil)
	}
}

// abandon takes away what runs on behalf of a node that is terminated. What has not begun is given back: something else may compensate it.
func (m *machine) abandon(key int64) {
	for _, p := range m.node(key).Undo.Left {
		if n, ok := m.s.Node(p.Scope); ok && p.Scope != key {
			p.Scope = 0
			n.Past = append(n.Past, p)
			sortPast(n.Past)
		}
	}
	m.node(key).Undo = nil
	for i := m.head; i < len(m.queue); i++ {
		if t := &m.queue[i]; t.thrower == key && t.scope != 0 {
			m.node(t.scope).Tokens--
			t.scope = 0
		}
	}
	for _, handler := range m.handlers(key) {
		scope := m.node(handler).Parent
		m.cancelNode(handler)
		m.node(scope).Tokens--
	}
}

// handlers are the keys of the nodes that run on behalf of a node, in order.
func (m *machine) handlers(key int64) []int64 {
	var keys []int64
	for i := range m.s.Nodes {
		if m.s.Nodes[i].For == key {
			keys = append(keys, m.s.Nodes[i].Key)
		}
	}
	sortKeys(keys)
	return keys
}
