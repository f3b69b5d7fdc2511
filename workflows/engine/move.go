package engine

import (
	"fasthold/definitions/bpmn"
)

// start opens the process and sends its first token. Problems are those of the instructions that say where it begins.
func (m *machine) start(e Event) []Problem {
	root := m.p.Plan.Root()
	m.s.Status = Active
	m.s.Catches, m.s.Escalations = e.Catches, e.Escalations
	m.s.LastKey = rootKey
	m.s.add(rootKey, 0, root.ID, m.now).Wait = WaitScope
	m.record(InstanceBegan, rootKey, root)
	for _, v := range e.Variables {
		m.set(rootKey, v.Name, v.Value)
	}
	m.dirty = m.dirty[:0]
	if len(e.Instructions) > 0 {
		return m.startAt(e)
	}
	start, _ := m.p.startElement(e.Element)
	m.s.Start = start.ID
	m.openProcess()
	return nil
}

// prepareProcess sets the data objects of the process and subscribes its event sub-processes.
func (m *machine) prepareProcess() error {
	root := m.p.Plan.Root()
	for _, in := range root.Inputs {
		value, err := m.eval(in.Source, rootKey, nil)
		if err != nil {
			return err
		}
		m.set(rootKey, in.Target[0], value)
	}
	return m.subscribeScope(rootKey, root)
}

// openProcess prepares the process and sends its first token.
func (m *machine) openProcess() {
	if err := m.prepareProcess(); err != nil {
		m.node(rootKey).Phase = Entering
		m.fail(rootKey, err)
		return
	}
	n := m.node(rootKey)
	n.Wait, n.Phase, n.Tokens = WaitScope, Waiting, 1
	if start, _ := m.p.Plan.Element(m.s.Start); start.Kind == bpmn.StartEvent {
		m.send(rootKey, start.Index, -1)
	} else {
		m.instantiate(start)
	}
}

// enter takes a token off the queue into its element.
func (m *machine) enter(t token) {
	if t.scope == 0 {
		return // canceled on its way
	}
	if t.element == nowhere {
		m.tokens(t.scope, -1)
		return
	}
	e := &m.p.Plan.Elements[t.element]
	if t.node > 0 {
		m.beginNode(t.node, e)
		return
	}
	if m.moves > m.most {
		m.parkLoop(t, e)
		return
	}
	if t.round > 0 {
		m.beginRound(t, e)
		return
	}
	if t.thrower > 0 {
		m.beginHandler(t, e)
		return
	}
	if t.flow < 0 || len(e.Incoming) < 2 { // put before a gateway by hand, a token joins nothing
		m.begins(t.scope, e)
		return
	}
	switch e.Kind {
	case bpmn.Parallel:
		m.arriveParallel(t, e)
	case bpmn.Inclusive:
		m.arriveInclusive(t, e)
	case bpmn.Complex:
		m.arriveComplex(t, e)
	default:
		m.begins(t.scope, e)
	}
}

// begins starts an element instance. One that neither waits nor has variables of its own needs no node.
func (m *machine) begins(scope int64, e *bpmn.Element) { m.beginsWith(scope, e, nil) }

// beginsWith starts one with variables of its own.
func (m *machine) beginsWith(scope int64, e *bpmn.Element, given Variables) {
	if m.passes(e) {
		key := m.s.nextKey()
		m.record(Entered, key, e)
		m.pass(key, scope, e, nil)
		return
	}
	key := m.open(scope, e, "", Entering)
	m.node(key).Given = given
	m.beginNode(key, e)
}

// beginNode begins the element instance of a node that is open.
func (m *machine) beginNode(key int64, e *bpmn.Element) {
	if e.Loop != nil {
		m.openLoop(key, e)
		return
	}
	m.record(Entered, key, e)
	m.activate(key, e)
}

// passes reports whether a token goes straight through the element.
func (m *machine) passes(e *bpmn.Element) bool {
	if len(e.Inputs) > 0 || len(e.Outputs) > 0 || len(e.Boundary) > 0 || e.Loop != nil || e.ForCompensation {
		return false
	}
	switch e.Kind {
	case bpmn.Exclusive, bpmn.Parallel, bpmn.Inclusive, bpmn.Complex, bpmn.StartEvent:
		return true
	case bpmn.UndefinedTask, bpmn.ManualTask:
		return true
	case bpmn.ThrowEvent, bpmn.EndEvent, bpmn.CatchEvent:
		return e.Event == nil || e.Event.Kind == bpmn.Terminate || e.Event.Kind == bpmn.Link
	}
	return false
}

// pass completes an element that has no node: its results are mapped, its token goes on.
func (m *machine) pass(key, scope int64, e *bpmn.Element, payload Variables) {
	if err := m.mapOutputs(scope, scope, e, payload); err != nil {
		m.parkLeaving(key, scope, e, payload, err)
		return
	}
	first := len(m.queue)
	n, err := m.choose(scope, e)
	if err != nil {
		m.queue = m.queue[:first]
		m.parkLeaving(key, scope, e, nil, err)
		return
	}
	m.record(Done, key, e)
	m.recordFlows(first)
	m.departed(scope, e, n)
}

// complete ends the work of a node: its results are mapped, its token goes on.
func (m *machine) complete(key int64, payload Variables) {
	n := m.node(key)
	e, scope := m.element(n), n.Parent
	m.unsubscribeOwn(key)
	n.Wait, n.Phase, n.Task, n.Job = "", Leaving, nil, nil
	if len(e.Outputs) > 0 {
		for _, v := range payload {
			n.Variables.set(v.Name, v.Value)
		}
		payload = nil
	}
	if n.Round > 0 {
		if err := m.leaveRound(key, e, payload); err != nil {
			m.fail(key, err)
		}
		return
	}
	if err := m.leaveNode(key, scope, e, payload); err != nil {
		m.fail(key, err)
	}
}

func (m *machine) leaveNode(key, scope int64, e *bpmn.Element, payload Variables) error {
	loop, thrower := m.node(key).Loop, m.node(key).For
	if loop != nil {
		m.collect(scope, e, loop)
	} else if err := m.carryOut(key, scope, e, payload); err != nil {
		return err
	}
	first := len(m.queue)
	n, err := m.choose(scope, e)
	if err != nil {
		m.queue = m.queue[:first]
		return err
	}
	m.remember(key, scope, e)
	m.close(key)
	m.record(doneKind(loop), key, e)
	if thrower != 0 {
		m.handled(scope, thrower)
		return nil
	}
	m.recordFlows(first)
	m.departed(scope, e, n)
	return nil
}

// carryOut maps a node's results; without output mappings a variable that the node has itself is set there and ends with it.
func (m *machine) carryOut(key, scope int64, e *bpmn.Element, payload Variables) error {
	if len(e.Outputs) > 0 {
		return m.mapOutputs(key, scope, e, nil)
	}
	for _, v := range payload {
		if _, local := m.node(key).Variables.Lookup(v.Name); !local {
			m.assign(scope, v.Name, v.Value)
		}
	}
	return nil
}

// departed accounts for a token that left an element along n flows.
func (m *machine) departed(scope int64, e *bpmn.Element, n int) {
	if e.Kind == bpmn.EndEvent && e.Event != nil && e.Event.Kind == bpmn.Terminate {
		m.cancelInside(scope)
		m.node(scope).Tokens = 1
	}
	m.tokens(scope, n-1)
}

// tokens changes the number of live tokens of a scope, which ends with the last one.
func (m *machine) tokens(scope int64, change int) {
	n := m.node(scope)
	n.Tokens += change
	if n.AdHoc != nil && change < 0 {
		m.endedInside(scope, m.element(n))
		return
	}
	if n.Tokens > 0 || n.AdHoc != nil {
		return
	}
	undoes := n.Undo != nil
	m.forgetResets(scope)
	if undoes {
		m.undoNext(scope)
		return
	}
	if scope == rootKey {
		m.endInstance(Completed)
		return
	}
	m.complete(scope, nil)
}

// recordFlows records the flows of the tokens queued since position first.
func (m *machine) recordFlows(first int) {
	for _, t := range m.queue[first:] {
		if t.flow >= 0 {
			m.t.Trace = append(m.t.Trace, Record{Kind: FlowTaken, Flow: &m.p.Plan.Flows[t.flow]})
		}
	}
}

// endInstance ends the process instance.
func (m *machine) endInstance(status Status) {
	root := m.node(rootKey)
	m.s.Result = root.Variables
	m.unsubscribe(rootKey)
	m.s.Status = status
	m.s.Nodes, m.s.Joins, m.s.Inbox, m.s.Suspended = nil, nil, nil, nil
	m.s.index, m.s.open = nil, nil
	m.queue = m.queue[:m.head]
	m.recordText(InstanceEnded, rootKey, m.p.Plan.Root(), string(status))
	m.command(Command{Kind: Finish, Key: rootKey, Element: m.p.Plan.Root()})
}

func (m *machine) cancelInstance() {
	m.cancelInside(rootKey)
	m.endInstance(Canceled)
}

// cancelInside takes every token out of a scope.
func (m *machine) cancelInside(scope int64) {
	children := m.children(scope)
	if m.kin == nil && len(children) > smallState {
		m.kin = m.s.kin()
		defer func() { m.kin = nil }()
	}
	for _, key := range children {
		if _, ok := m.s.Node(key); ok { // not gone with what it ran for
			m.cancelNode(key)
		}
	}
	for i := m.head; i < len(m.queue); i++ {
		if m.queue[i].scope == scope {
			m.queue[i].scope = 0
		}
	}
	m.node(scope).Tokens = 0
}

// children are the keys of the nodes directly in a scope, in order.
func (m *machine) children(scope int64) []int64 {
	if m.kin != nil {
		return m.kin[scope]
	}
	var keys []int64
	for i := range m.s.Nodes {
		if m.s.Nodes[i].Parent == scope {
			keys = append(keys, m.s.Nodes[i].Key)
		}
	}
	sortKeys(keys)
	return keys
}

// cancelNode ends a node without completing it.
func (m *machine) cancelNode(key int64) {
	n := m.node(key)
	e := m.element(n)
	inside := e.Kind.Scope() || n.Loop != nil
	if n.Undo != nil {
		m.abandon(key)
	}
	if inside {
		m.cancelInside(key)
	}
	m.withdraw(key, e)
	m.close(key)
	m.record(Terminated, key, e)
}

// withdraw calls back the work a node waits for.
func (m *machine) withdraw(key int64, e *bpmn.Element) {
	n := m.node(key)
	if n.listens() {
		m.command(Command{Kind: CancelJob, Key: key, Element: e})
	}
	switch {
	case n.Task != nil && !n.Task.Open():
		return
	case n.Task != nil && n.Wait == WaitIncident: // of a listener
		m.command(Command{Kind: CloseTask, Key: key, Element: e})
	}
	switch n.Wait {
	case WaitTask:
		m.command(Command{Kind: CloseTask, Key: key, Element: e})
	case WaitJob:
		m.command(Command{Kind: CancelJob, Key: key, Element: e})
	case WaitChild:
		m.command(Command{Kind: CancelChild, Key: key, Element: e})
	}
}

// close takes a node out of the state.
func (m *machine) close(key int64) {
	m.unsubscribe(key)
	m.s.remove(key)
}
