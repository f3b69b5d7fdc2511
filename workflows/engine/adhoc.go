package engine

import (
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// AdHoc is how far an ad-hoc sub-process has come.
type AdHoc struct {
	// Next are the elements that its list names and that are not begun yet: those of a sequential one wait for their turn.
	Next []string `json:"next,omitempty"`
	// Closed is set when nothing more is begun: it ends with its last token.
	Closed bool `json:"closed,omitempty"`
}

// openAdHoc begins what the list of an ad-hoc sub-process names, and lets people choose the rest (BPMN 2.0.2 §13.3.5).
func (m *machine) openAdHoc(key int64, e *bpmn.Element) error {
	first, err := m.chosen(key, e)
	if err != nil {
		return err
	}
	m.letChoose(key, e, first)
	m.beginNext(key, e)
	return nil
}

// letChoose opens an ad-hoc sub-process in which these elements will be begun.
func (m *machine) letChoose(key int64, e *bpmn.Element, next []string) {
	n := m.node(key)
	n.AdHoc, n.Wait = &AdHoc{Next: next}, WaitChoice
	if name := e.AdHoc.Output; name != "" {
		n.Variables.set(name, feel.List{})
	}
	m.forgetResult(n, e)
}

// occupy lets nothing more be chosen in a sequential ad-hoc sub-process in which something begins.
func (m *machine) occupy(n *Node) {
	if n.Wait == WaitChoice && m.element(n).AdHoc.Sequential {
		n.Wait = WaitScope
	}
}

// forgetResult gives an ad-hoc sub-process a variable for results of its own, without one yet.
func (m *machine) forgetResult(n *Node, e *bpmn.Element) {
	if name := e.AdHoc.Own; name != "" {
		n.Variables.set(name, feel.Null{})
	}
}

// chosen evaluates the list of elements to begin.
func (m *machine) chosen(key int64, e *bpmn.Element) ([]string, error) {
	if e.AdHoc.Active == nil {
		return nil, nil
	}
	v, err := m.eval(e.AdHoc.Active, key, nil)
	if err != nil {
		return nil, err
	}
	list, ok := v.(feel.List)
	if !ok {
		return nil, &problem{"not_a_list", fmt.Sprintf("the elements to begin in %s, %s, are %s and not a list%s; variables used: %s",
			e.ID, e.AdHoc.Active.Source(), v.Kind(), m.why(), m.values(key, e.AdHoc.Active))}
	}
	ids, err := textsOf(list, e.AdHoc.Active)
	if err != nil {
		return nil, err
	}
	if len(ids) > maxInstances {
		return nil, &problem{"too_many_instances", fmt.Sprintf("%s would begin %d elements, and at most %d are begun at once", e.ID, len(ids), maxInstances)}
	}
	for _, id := range ids {
		if _, ok := m.p.choice(e, id); !ok {
			return nil, &problem{"no_such_choice", fmt.Sprintf("%s of %s names %q, which cannot be begun there; it can be %s",
				e.AdHoc.Active.Source(), e.ID, shorten(id), m.p.choices(e))}
		}
	}
	return ids, nil
}

// choice finds an element that can be begun in an ad-hoc sub-process.
func (p *Program) choice(adHoc *bpmn.Element, id string) (*bpmn.Element, bool) {
	e, ok := p.Plan.Element(id)
	return e, ok && slices.Contains(adHoc.Starts, e.Index)
}

func (p *Program) choices(adHoc *bpmn.Element) string {
	ids := make([]string, len(adHoc.Starts))
	for i, index := range adHoc.Starts {
		ids[i] = p.Plan.Elements[index].ID
	}
	return strings.Join(ids, ", ")
}

// beginNext begins what is next on the list, all of it or one after the other, and lets people choose unless that must wait.
func (m *machine) beginNext(key int64, e *bpmn.Element) {
	n := m.node(key)
	for len(n.AdHoc.Next) > 0 && !(e.AdHoc.Sequential && m.s.busy(m.p, n)) {
		next, _ := m.p.Plan.Element(n.AdHoc.Next[0])
		n.AdHoc.Next = n.AdHoc.Next[1:]
		n.Tokens++
		m.most = min(m.most+m.inside(next)+1, mostMoves)
		m.send(key, next.Index, -1)
	}
	n.Wait = WaitChoice
	if n.AdHoc.Closed || e.AdHoc.Sequential && m.s.busy(m.p, n) {
		n.Wait = WaitScope
	}
}

// beginWaiting looks, when no token moves, for ad-hoc sub-processes in which nothing is active any more but tokens at joins: a sequential one
// goes on, one that is done ends. It reports whether something moved.
func (m *machine) beginWaiting() bool {
	if !m.p.Plan.Choices {
		return false
	}
	for i := range m.s.Nodes {
		n := &m.s.Nodes[i]
		if n.AdHoc == nil || n.Wait != WaitScope {
			continue
		}
		if n.AdHoc.Closed && n.Tokens == m.s.joining(n.Key) {
			m.goOn(n.Key, m.element(n))
			return true
		}
		m.beginNext(n.Key, m.element(n))
	}
	return len(m.queue) > 0
}

// busy reports whether an element of an ad-hoc sub-process is active: tokens that wait for others at a join, and event sub-processes, are not.
func (s *State) busy(p *Program, n *Node) bool {
	tokens := n.Tokens
	for i := range s.Nodes {
		inner := &s.Nodes[i]
		if inner.Parent != n.Key {
			continue
		}
		if e, _ := p.Plan.Element(inner.Element); inner.Arrived != nil || e.Kind == bpmn.EventSubProcess {
			tokens -= inner.holds()
		}
	}
	return tokens > 0
}

// adHocNode is the ad-hoc sub-process that an event is about: the one with its key, or else the only open one that holds the element.
func (p *Program) adHocNode(s *State, e Event) (*Node, error) {
	var found []*Node
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.AdHoc == nil || e.Key != 0 && n.Key != e.Key {
			continue
		}
		element, _ := p.Plan.Element(n.Element)
		if _, ok := p.choice(element, e.Element); !ok && e.Kind == Choose && e.Key == 0 {
			continue
		}
		found = append(found, n)
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, reject(Conflict, "several ad-hoc sub-processes are open: name the key of one")
	case e.Key != 0:
		return nil, reject(Conflict, "element instance %d is no open ad-hoc sub-process", e.Key)
	case e.Kind == Choose:
		return nil, reject(Conflict, "no open ad-hoc sub-process lets %q be chosen", shorten(e.Element))
	}
	return nil, reject(Conflict, "no ad-hoc sub-process is open")
}

// acceptChoice refuses what cannot be begun, or declared done, now.
func (p *Program) acceptChoice(s *State, e Event) error {
	n, err := p.adHocNode(s, e)
	if err != nil {
		return err
	}
	adHoc, _ := p.Plan.Element(n.Element)
	_, ok := p.choice(adHoc, e.Element)
	switch {
	case n.Wait == WaitIncident:
		return reject(Conflict, "%s is stopped by an incident", n.Element)
	case n.AdHoc.Closed:
		return reject(Conflict, "%s is done, and ends with what is still active in it", n.Element)
	case e.Kind == CompleteAdHoc:
		return nil
	case !ok:
		return reject(Invalid, "%q cannot be chosen in %s; it can be %s", shorten(e.Element), n.Element, p.choices(adHoc))
	case n.Wait != WaitChoice:
		return reject(Conflict, "%s is sequential: what is active in it must end first", n.Element)
	}
	return nil
}

// activateChosen begins the element that somebody has chosen; the variables given with it are its own.
func (m *machine) activateChosen(e Event) {
	n, _ := m.p.adHocNode(m.s, e)
	key := n.Key
	chosen, _ := m.p.choice(m.element(n), e.Element)
	n.Tokens++
	m.record(Activated, key, chosen)
	m.occupy(n)
	m.beginsWith(key, chosen, e.Variables)
}

// declareDone ends an ad-hoc sub-process as its completion condition would.
func (m *machine) declareDone(e Event) {
	n, _ := m.p.adHocNode(m.s, e)
	m.record(DeclaredDone, n.Key, m.element(n))
	n.AdHoc.Closed = true
	m.goOn(n.Key, m.element(n))
}

// endedInside collects the result of a token that has ended in an ad-hoc sub-process, and goes on.
func (m *machine) endedInside(key int64, e *bpmn.Element) {
	n := m.node(key)
	if err := m.gather(n, e); err != nil {
		m.fail(key, err)
	} else if n.Wait != WaitIncident { // else the retry goes on
		m.goOn(key, e)
	}
}

// gather appends a result to the list of an ad-hoc sub-process.
func (m *machine) gather(n *Node, e *bpmn.Element) error {
	if e.AdHoc.Each == nil {
		return nil
	}
	v, err := m.eval(e.AdHoc.Each, n.Key, nil)
	if err != nil {
		v = feel.Null{}
	}
	old, _ := n.Variables.Lookup(e.AdHoc.Output)
	list, _ := old.(feel.List)
	m.set(n.Key, e.AdHoc.Output, append(slices.Clip(list), v))
	m.forgetResult(n, e)
	return err
}

// goOn ends an ad-hoc sub-process that is done, or lets it go on: with what is next on its list, or with what people choose.
func (m *machine) goOn(key int64, e *bpmn.Element) {
	n := m.node(key)
	if !n.AdHoc.Closed && e.AdHoc.Until != nil {
		done, err := m.conditionHolds(e.AdHoc.Until, key, e, "completion condition", nil)
		if err != nil {
			m.fail(key, err)
			return
		}
		n.AdHoc.Closed = done
	}
	closed := n.AdHoc.Closed
	if closed {
		n.AdHoc.Next = nil
	}
	if closed && (e.AdHoc.Cancel || n.Tokens == m.s.joining(key)) {
		m.cancelInside(key)
		n = m.node(key)
	}
	if n.Tokens == 0 && (closed || e.AdHoc.Ends() && len(n.AdHoc.Next) == 0) {
		m.endAdHoc(key, e)
		return
	}
	m.beginNext(key, e)
}

// takeOver closes an ad-hoc sub-process that an interrupting event sub-process has taken over: it ends with that.
func (m *machine) takeOver(scope int64) {
	if n := m.node(scope); n.AdHoc != nil {
		n.AdHoc.Closed, n.AdHoc.Next, n.Wait = true, nil, WaitScope
	}
}

// joining counts the tokens of a scope that wait at joins.
func (s *State) joining(scope int64) int {
	tokens := 0
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Parent == scope && n.Arrived != nil {
			tokens += n.holds()
		}
	}
	return tokens
}

// endAdHoc ends an ad-hoc sub-process; its list of results goes outwards.
func (m *machine) endAdHoc(key int64, e *bpmn.Element) {
	m.forgetResets(key)
	n := m.node(key)
	var results Variables
	if name := e.AdHoc.Output; name != "" {
		list, _ := n.Variables.Lookup(name)
		results = Variables{{name, list}}
		n.Variables = slices.DeleteFunc(n.Variables, func(v Variable) bool { return v.Name == name })
	}
	m.complete(key, results)
}
