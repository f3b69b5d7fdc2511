package engine

import (
	"cmp"
	"slices"
	"time"

	"fasthold/definitions/bpmn"
)

// migrate lets every node go on in its element of the target. What waits goes on waiting: jobs, called processes and tasks stay as they are,
// inputs are not mapped again. Events that both versions have keep what they wait for; the others are closed, and those that only the
// target has are opened. Then joins look again whether they have what they wait for.
func (m *machine) migrate(x *matching) {
	if e, ok := x.from.Element(m.s.Start); ok && x.target(e) != nil {
		m.s.Start = x.target(e).ID
	}
	all := x.passages(m.s)
	for _, c := range all {
		m.node(c.key).Element = c.dst.ID
	}
	for _, c := range all {
		m.carryOver(x, c)
	}
	for _, c := range all {
		if n, ok := m.s.Node(c.key); ok && n.Arrived != nil {
			m.joinAgain(c.key, c.dst)
		}
	}
}

// passage is the way of a node from one version into the other.
type passage struct {
	key      int64
	src, dst *bpmn.Element
	opens    []*bpmn.Element // events that only the target has
}

// passages are those of all nodes, in the order of their keys; none of a node whose element goes on nowhere.
func (x *matching) passages(s *State) []passage {
	var all []passage
	for i := range s.Nodes {
		n := &s.Nodes[i]
		src, _ := x.from.Element(n.Element)
		if dst := x.target(src); dst != nil {
			all = append(all, passage{n.Key, src, dst, x.opens(s, n, src, dst)})
		}
	}
	slices.SortFunc(all, func(a, b passage) int { return cmp.Compare(a.key, b.key) })
	return all
}

func (m *machine) carryOver(x *matching, c passage) {
	n := m.node(c.key)
	if c.key == rootKey || c.src.ID != c.dst.ID {
		m.recordText(Migrated, c.key, c.dst, c.src.ID)
	}
	if n.Loop != nil {
		n.Loop.migrate(c.dst.Loop, m.p.Version)
	}
	if n.AdHoc != nil {
		n.AdHoc.Next = x.choices(n.AdHoc.Next, c.dst)
	}
	if n.Arrived != nil {
		n.Arrived, n.Expected = x.arrivals(n, c.src, c.dst)
	}
	n.Past, _ = x.pastOver(n.Past, c.dst)
	if n.Undo != nil {
		n.Undo.Left, _ = x.leftOver(n.Undo.Left, func(scope int64) *bpmn.Element { return m.element(m.node(scope)) })
	}
	m.migrateTimers(x, c)
	m.migrateSubscriptions(x, c)
	m.migrateConditions(x, c)
	if n.Task != nil {
		m.migrateTask(n, c.dst, x.times(c.src))
	}
	for _, event := range c.opens {
		if err := m.subscribe(c.key, event); err != nil { // Accept has tried it
			m.fail(c.key, err)
			return
		}
		m.record(EventOpened, c.key, event)
	}
}

// choices are those of the elements to begin that can be begun in an ad-hoc sub-process of the target.
func (x *matching) choices(next []string, dst *bpmn.Element) []string {
	var out []string
	for _, id := range next {
		src, _ := x.from.Element(id)
		if to := x.target(src); to != nil && slices.Contains(dst.Starts, to.Index) {
			out = append(out, to.ID)
		}
	}
	return out
}

// migrate keeps the results that there are and makes room for those to come.
func (l *Loop) migrate(to *bpmn.Loop, v Version) {
	switch {
	case to.Output == "":
		l.Results = nil
	case l.Results == nil:
		l.Results = nulls(l.Total)
	}
	l.show(to.Output, v)
}

// arrivals are what a join has and, of a complex gateway that resets, still expects, on the incoming flows of the target.
func (x *matching) arrivals(n *Node, src, dst *bpmn.Element) (arrived, expected []int) {
	arrived = make([]int, len(dst.Incoming))
	for slot, count := range n.Arrived {
		if to := x.slot(src, dst, slot); to >= 0 {
			arrived[to] += count
		}
	}
	for _, slot := range n.Expected {
		if to := x.slot(src, dst, slot); to >= 0 {
			expected = append(expected, to)
		}
	}
	slices.Sort(expected)
	return arrived, expected
}

// slot is the position of an incoming flow in the target's join, -1 for none.
func (x *matching) slot(src, dst *bpmn.Element, slot int) int {
	flow := x.flow(&x.from.Flows[src.Incoming[slot]], dst)
	if flow < 0 {
		return -1
	}
	return x.to.Flows[flow].TargetSlot
}

// joinAgain lets a join go on that has all it waits for in the target; an inclusive one is looked at after every step.
func (m *machine) joinAgain(key int64, e *bpmn.Element) {
	n := m.node(key)
	switch e.Kind {
	case bpmn.Parallel:
		if slices.Contains(n.Arrived, 0) {
			return
		}
		if n.Incident != nil {
			n.Incident, n.Wait = nil, WaitJoin
			m.record(IncidentGone, key, e)
		}
		m.fireJoin(key, e)
	case bpmn.Complex:
		if slices.Contains(m.s.Joins, key) && len(n.Expected) == 0 {
			m.reset(key, e)
		} else {
			m.activateComplex(key, e)
		}
	}
}

// goesOn is the event of the target in which an event that a node waits for goes on, nil when it is closed.
func (x *matching) goesOn(n *Node, dst *bpmn.Element, id string) (from, to *bpmn.Element) {
	from, _ = x.from.Element(id)
	to = x.target(from)
	if to == nil || awaits(to) != awaits(from) || !slices.Contains(eventsOf(x.to, n, dst), to) {
		return from, nil
	}
	return from, to
}

// eventsOf are the events that a node may wait for at an element: its own, those attached to it or behind it, and those that start an event
// sub-process in it.
func eventsOf(plan *bpmn.Plan, n *Node, e *bpmn.Element) []*bpmn.Element {
	var out []*bpmn.Element
	switch {
	case e.Kind == bpmn.CatchEvent || e.Kind == bpmn.ReceiveTask:
		out = append(out, e)
	case e.Kind == bpmn.EventBased:
		for _, flow := range e.Outgoing {
			out = append(out, &plan.Elements[plan.Flows[flow].Target])
		}
	}
	for _, i := range n.boundary(e) {
		out = append(out, &plan.Elements[i])
	}
	if e.Kind.Scope() && (e.Loop == nil || n.Round > 0) {
		for _, i := range eventStarts(plan, e) {
			out = append(out, &plan.Elements[i])
		}
	}
	return out
}

// gone is an event of the source as records and commands tell of it: the plan to look up what it was attached to is no longer there.
func gone(event *bpmn.Element) *bpmn.Element {
	e := *event
	e.AttachedTo = -1
	return &e
}

func (m *machine) migrateTimers(x *matching, c passage) {
	key, n := c.key, m.node(c.key)
	n.Timers = slices.DeleteFunc(n.Timers, func(t Timer) bool {
		from, to := x.goesOn(n, c.dst, t.Element)
		if to == nil {
			m.record(EventClosed, key, gone(from))
			m.command(Command{Kind: CancelTimer, Key: key, Element: gone(from), Timer: t})
		}
		return to == nil
	})
	for i := range n.Timers {
		t := &n.Timers[i]
		from, to := x.goesOn(n, c.dst, t.Element)
		next, err := m.carriedOver(*t, key, from, to, x.times(from))
		if err != nil { // Accept has tried it
			m.recordText(FollowFailed, key, to, err.Error())
			next = *t
			next.Element = to.ID
		}
		due := t.Due
		if *t = next; !t.Due.Equal(due) {
			m.moved(key, to, t, t.Due)
		}
	}
}

// carriedOver is a timer as the target has it.
func (m *machine) carriedOver(t Timer, key int64, from, to *bpmn.Element, times Times) (Timer, error) {
	due, was := t.Due, t.From
	t.Element = to.ID
	if times == Keep && (from.Event.Timer.Kind == bpmn.Cycle) == (to.Event.Timer.Kind == bpmn.Cycle) {
		return t, nil
	}
	paused := t.Paused
	t.From, t.Left, t.Every, t.Moved, t.Paused = m.now.UTC(), 0, "", false, nil
	if times == Since {
		t.From, t.Paused = was, paused
	}
	err := m.as(t.From, func() error { return m.schedule(&t, key, to) })
	if err == nil && t.Paused != nil {
		t.Due = m.postpone(t.Due, m.timerCounting(&t, to.Event.Timer), *t.Paused)
	}
	if times == Keep {
		t.From, t.Due, t.Paused = was, due, paused
	}
	if err == nil && times == Since && t.Left != 0 && !t.Due.After(m.now) {
		m.repeat(&t) // what of a cycle is past does not come again
	}
	return t, err
}

// as evaluates something as at another time.
func (m *machine) as(at time.Time, do func() error) error {
	now := m.env.Now
	m.env.Now = at.In(m.now.Location())
	defer func() { m.env.Now = now }()
	return do()
}

func (m *machine) migrateSubscriptions(x *matching, c passage) {
	key, n := c.key, m.node(c.key)
	var anew []*bpmn.Element
	n.Subscriptions = slices.DeleteFunc(n.Subscriptions, func(s Subscription) bool {
		from, to := x.goesOn(n, c.dst, s.Element)
		if to == nil {
			m.record(EventClosed, key, gone(from))
			m.command(Command{Kind: Unsubscribe, Key: key, Element: gone(from), Subscription: s})
			return true
		}
		if next, changed, err := m.otherName(key, from, to, s); changed && err == nil {
			m.recordText(Resubscribed, key, to, next.Name)
			m.command(Command{Kind: Unsubscribe, Key: key, Element: gone(from), Subscription: s})
			anew = append(anew, to)
			return true
		}
		return false
	})
	for i := range n.Subscriptions {
		_, to := x.goesOn(n, c.dst, n.Subscriptions[i].Element)
		n.Subscriptions[i].Element = to.ID
	}
	for _, event := range anew {
		if err := m.subscribe(key, event); err != nil {
			m.fail(key, err)
		}
	}
}

// otherName reports whether an event waits for something else in the target: what is written there has changed, and gives another name or key.
func (m *machine) otherName(key int64, from, to *bpmn.Element, s Subscription) (next Subscription, changed bool, err error) {
	if sameText(from.Event.Name(), to.Event.Name()) && (s.Signal || sameText(from.Event.Message.CorrelationKey, to.Event.Message.CorrelationKey)) {
		return s, false, nil
	}
	if s.Signal {
		next.Name, err = m.signalName(key, to)
	} else {
		next, err = m.messageOf(key, to)
	}
	return next, next.Name != s.Name || next.CorrelationKey != s.CorrelationKey, err
}

func (m *machine) migrateConditions(x *matching, c passage) {
	key, n := c.key, m.node(c.key)
	n.Conditions = slices.DeleteFunc(n.Conditions, func(w Condition) bool {
		from, to := x.goesOn(n, c.dst, w.Element)
		if to == nil {
			m.record(EventClosed, key, gone(from))
		}
		return to == nil
	})
	for i := range n.Conditions {
		w := &n.Conditions[i]
		from, to := x.goesOn(n, c.dst, w.Element)
		w.Element = to.ID
		if !sameText(from.Event.Condition, to.Event.Condition) {
			w.Held = false
			m.opened = append(m.opened, w.Key)
		}
	}
}

// migrateTask leaves a task with whoever has it; its name and its form are those of the target.
func (m *machine) migrateTask(n *Node, dst *bpmn.Element, times Times) {
	next, err := m.taskOver(n, dst, times)
	if err != nil { // Accept has tried it
		m.recordText(FollowFailed, n.Key, dst, err.Error())
		next = *n.Task
	}
	moved := next.Due != nil && !sameTime(n.Task.Due, next.Due)
	*n.Task = next
	m.command(Command{Kind: ChangeTask, Key: n.Key, Element: dst})
	if moved {
		m.t.Trace = append(m.t.Trace, Record{Kind: DeadlineMoved, Key: n.Key, Element: dst, Due: *next.Due})
	}
}

// taskOver is a task as the target has it.
func (m *machine) taskOver(n *Node, dst *bpmn.Element, times Times) (Task, error) {
	next := *n.Task
	if times == Keep || dst.UserTask == nil {
		return next, nil
	}
	at := m.now
	if times == Since {
		at = n.Since
	}
	err := m.as(at, func() error { return m.scheduleTask(n.Key, dst, dst.UserTask, &next) })
	if times == Renew {
		next.Paused = nil
	}
	if err == nil && next.Paused != nil {
		next.Due = m.postponeDate(next.Due, dst.UserTask.DueDate, *next.Paused)
		next.FollowUp = m.postponeDate(next.FollowUp, dst.UserTask.FollowUpDate, *next.Paused)
	}
	return next, err
}

// opens are the events that a node waits for in the target and that the source does not know.
func (x *matching) opens(s *State, n *Node, src, dst *bpmn.Element) []*bpmn.Element {
	if n.Phase != Waiting || n.Undo != nil || n.Wait == WaitIncident && src.Kind == bpmn.EventBased {
		return nil // a retry begins it anew, or nothing is done in it any more
	}
	known := map[*bpmn.Element]bool{dst: true}
	for _, e := range eventsOf(x.from, n, src) {
		if t := x.target(e); t != nil && awaits(t) == awaits(e) {
			known[t] = true
		}
	}
	var out []*bpmn.Element
	for _, e := range eventsOf(x.to, n, dst) {
		if !known[e] && waits[awaits(e)] != "" && !(e.Kind == bpmn.StartEvent && x.interrupted(s, n)) {
			out = append(out, e)
		}
	}
	return out
}

// interrupted reports whether an event sub-process has taken over a scope, in which no other can then start.
func (x *matching) interrupted(s *State, scope *Node) bool {
	return slices.ContainsFunc(s.Nodes, func(n Node) bool {
		e, _ := x.from.Element(n.Element)
		return e != nil && n.Parent == scope.Key && e.Kind == bpmn.EventSubProcess && x.from.Elements[e.Starts[0]].Interrupting
	})
}
