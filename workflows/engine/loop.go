package engine

import (
	"fmt"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

const (
	// maxInstances bounds the instances of one multi-instance activity.
	maxInstances = 10_000
	// mostMoves bounds the moves of one Step, however many instances begin in it.
	mostMoves = 500_000
)

// A repeated activity has a body: a node that holds one child for each of its instances, or rounds, that is under way. Events are attached
// to the body, all else belongs to the instances.

// openLoop opens the body of a repeated activity.
func (m *machine) openLoop(key int64, e *bpmn.Element) {
	m.record(LoopBegan, key, e)
	m.takeGiven(key)
	for _, i := range e.Boundary {
		if err := m.subscribe(key, &m.p.Plan.Elements[i]); err != nil {
			m.fail(key, err)
			return
		}
	}
	n := m.node(key)
	n.Phase, n.Given = Waiting, nil
	m.beginLoop(key, e)
}

// beginLoop works out how many instances there will be and begins them: all at once, or the first.
func (m *machine) beginLoop(key int64, e *bpmn.Element) {
	loop, err := m.measure(key, e)
	if err != nil {
		m.fail(key, err)
		return
	}
	n := m.node(key)
	n.Loop, n.Wait = loop, WaitScope
	if loop.Total == 0 {
		m.complete(key, nil)
		return
	}
	first := loop.Total
	if e.Loop.Sequential {
		first = 1
	}
	n.Tokens = first
	for range first {
		m.nextRound(key, e, loop)
	}
}

func (m *machine) nextRound(body int64, e *bpmn.Element, loop *Loop) {
	loop.Begun++
	m.queue = append(m.queue, token{scope: body, element: e.Index, flow: -1, round: loop.Begun})
}

// retryLoop goes on where an incident stopped a body.
func (m *machine) retryLoop(key int64, e *bpmn.Element, phase Phase) {
	switch phase {
	case Entering:
		m.openLoop(key, e)
	case Waiting:
		m.beginLoop(key, e)
	default:
		m.complete(key, nil)
	}
}

// measure evaluates the collection or the number of instances, of a standard loop the most rounds and whether there is a first one.
func (m *machine) measure(key int64, e *bpmn.Element) (*Loop, error) {
	l := e.Loop
	loop := &Loop{Total: -1}
	var err error
	switch {
	case l.Collection != nil:
		loop.Items, err = m.items(key, e)
		loop.Total = len(loop.Items)
	case l.Cardinality != nil:
		loop.Total, err = m.evalInt(l.Cardinality, key, "the number of instances", e)
	}
	if err != nil {
		return nil, err
	}
	if loop.Total > maxInstances && !l.Standard {
		return nil, &problem{"too_many_instances", fmt.Sprintf("%s would have %d instances, and at most %d are run: handle them in batches, then retry", e.ID, loop.Total, maxInstances)}
	}
	if l.Output != "" {
		loop.Results = nulls(loop.Total)
		loop.show(l.Output, m.p.Version)
	}
	if l.TestBefore {
		again, err := m.conditionHolds(l.While, key, e, "loop condition", Variables{{"loopCounter", feel.Int(0)}})
		if err == nil && !again {
			loop.Total = 0
		}
		return loop, err
	}
	return loop, nil
}

// show makes the results so far a variable of the body.
func (l *Loop) show(name string, v Version) {
	if v >= ResultsShown {
		l.Shown = name
	}
}

func (l *Loop) shows(name string) bool { return l != nil && l.Shown == name && name != "" }

func nulls(n int) Values {
	list := make(Values, n)
	for i := range list {
		list[i] = feel.Null{}
	}
	return list
}

// items evaluates the collection.
func (m *machine) items(key int64, e *bpmn.Element) (Values, error) {
	v, err := m.eval(e.Loop.Collection, key, nil)
	if err != nil {
		return nil, err
	}
	list, ok := v.(feel.List)
	if !ok {
		return nil, &problem{"not_a_list", fmt.Sprintf("the input collection of %s, %s, is %s and not a list%s; variables used: %s",
			e.ID, e.Loop.Collection.Source(), v.Kind(), m.why(), m.values(key, e.Loop.Collection))}
	}
	items := make(Values, len(list))
	for i := range list {
		items[i] = feel.ToJSONValue(list[i])
	}
	return items, nil
}

// beginRound begins an instance of a repeated activity. Each one of a multi-instance activity may move as often as it has elements, beyond
// what one Step allows else.
func (m *machine) beginRound(t token, e *bpmn.Element) {
	if !e.Loop.Standard {
		m.most = min(m.most+m.inside(e)+1, mostMoves)
	}
	key := m.open(t.scope, e, "", Entering)
	m.node(key).Round = t.round
	m.record(Entered, key, e)
	m.activate(key, e)
}

// inside is the number of elements in an element.
func (m *machine) inside(e *bpmn.Element) int {
	last := e.Index + 1
	for last < len(m.p.Plan.Elements) && m.p.Plan.Elements[last].Parent >= e.Index {
		last++
	}
	return last - e.Index - 1
}

// setRound sets the variables that an instance has of its own.
func (m *machine) setRound(n *Node, e *bpmn.Element) {
	l, loop := e.Loop, m.node(n.Parent).Loop
	if l.Item != "" {
		n.Variables.set(l.Item, loop.Items[n.Round-1])
	}
	n.Variables.set("loopCounter", feel.Int(int64(n.Round)))
	if name := l.Own; name != "" {
		if _, set := n.Variables.Lookup(name); !set {
			n.Variables.set(name, feel.Null{})
		}
	}
}

// leaveRound ends an instance of a repeated activity: its results are mapped and collected, then the body goes on.
func (m *machine) leaveRound(key int64, e *bpmn.Element, payload Variables) error {
	if err := m.mapOutputs(key, key, e, payload); err != nil {
		return err
	}
	n := m.node(key)
	body, round := n.Parent, n.Round
	result, err := m.result(key, e)
	if err != nil {
		return err
	}
	loop := m.node(body).Loop
	if result != nil {
		loop.Results[round-1] = result
	}
	if loop.Shown != "" {
		m.dirty = append(m.dirty, loop.Shown)
	}
	more, err := m.another(key, e, body, loop)
	if err != nil {
		return err
	}
	m.remember(key, body, e)
	m.close(key)
	m.record(Done, key, e)
	loop.Done++
	switch {
	case !more:
		m.cancelInside(body)
		m.complete(body, nil)
	case e.Loop.Sequential && loop.Begun != loop.Total:
		m.nextRound(body, e, loop)
	default:
		m.tokens(body, -1)
	}
	return nil
}

func (m *machine) result(key int64, e *bpmn.Element) (feel.Value, error) {
	if e.Loop.Each == nil {
		return nil, nil
	}
	v, err := m.eval(e.Loop.Each, key, nil)
	if err != nil {
		return nil, err
	}
	return feel.ToJSONValue(v), nil
}

// another reports whether others go on, or may begin, after the instance key.
func (m *machine) another(key int64, e *bpmn.Element, body int64, loop *Loop) (bool, error) {
	l := e.Loop
	switch {
	case l.Standard && l.While != nil:
		return m.conditionHolds(l.While, key, e, "loop condition", nil)
	case l.Until != nil:
		ended, err := m.conditionHolds(l.Until, key, e, "completion condition", m.tally(body, l, loop))
		return !ended, err
	}
	return true, nil
}

// tally are the properties of a multi-instance activity when one more instance is done (BPMN 2.0.2 table 10.31), and its results so far.
func (m *machine) tally(body int64, l *bpmn.Loop, loop *Loop) Variables {
	vars := Variables{
		{"numberOfInstances", feel.Int(int64(loop.Total))},
		{"numberOfActiveInstances", feel.Int(int64(m.node(body).Tokens - 1))},
		{"numberOfCompletedInstances", feel.Int(int64(loop.Done + 1))},
		{"numberOfTerminatedInstances", feel.Int(0)},
	}
	if l.Output != "" {
		vars = append(vars, Variable{l.Output, feel.List(loop.Results)})
	}
	return vars
}

// conditionHolds evaluates a condition of an element, nil being one that always holds. Like that of a flow it must be true or false.
func (m *machine) conditionHolds(x *feel.Expression, scope int64, e *bpmn.Element, what string, over Variables) (bool, error) {
	if x == nil {
		return true, nil
	}
	v, err := m.eval(x, scope, over)
	if err != nil {
		return false, err
	}
	if b, ok := v.(feel.Bool); ok {
		return bool(b), nil
	}
	return false, &problem{"condition_not_boolean", fmt.Sprintf("the %s of %s, %s, is %s and not true or false%s; variables used: %s",
		what, e.ID, x.Source(), v.Kind(), m.why(), m.values(scope, x))}
}

// collect hands the results of a multi-instance activity over to the scope around it.
func (m *machine) collect(scope int64, e *bpmn.Element, loop *Loop) {
	if e.Loop.Output != "" {
		m.assign(scope, e.Loop.Output, feel.List(loop.Results))
	}
}

func doneKind(loop *Loop) RecordKind {
	if loop != nil {
		return LoopEnded
	}
	return Done
}
