package engine

import (
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// maxMoves bounds how often tokens move in one Step: a loop in which nothing waits becomes an incident, not a hang.
const maxMoves = 20_000

// Step applies one event to the state and moves tokens until all of them wait. What has to be done is in the turn. An event that cannot
// be applied now is returned as a *Rejection and changes nothing.
func (p *Program) Step(s *State, e Event, t *Turn) error {
	t.Commands, t.Trace = t.Commands[:0], t.Trace[:0]
	if err := p.Accept(s, e); err != nil {
		return err
	}
	m := &t.m
	m.begin(p, s, t, e)
	if s.Suspended != nil && e.fromWorld() {
		s.Suspended.hold(e)
		m.end()
		return nil
	}
	m.apply(e)
	m.run()
	m.followVariables()
	m.findDeadlock()
	m.tellAfter(e)
	m.end()
	return nil
}

// machine is one Step under way.
type machine struct {
	p     *Program
	s     *State
	t     *Turn
	now   time.Time
	actor string
	env   feel.Env
	view  view
	queue []token // tokens on their way, first in first out
	head  int
	moves int
	most  int               // moves allowed in this step
	kin   map[int64][]int64 // children by scope while many scopes are canceled
	dirty []string          // names of variables set in this step

	checked int     // of dirty, those that conditions have followed
	opened  []int64 // keys of conditions not evaluated yet
}

// token is a token about to enter an element.
type token struct {
	scope   int64
	element int   // or nowhere
	flow    int   // that it comes along; -1 for none
	round   int   // of a repeated activity whose instance it begins; else 0
	node    int64 // that is open already for it; else 0
	thrower int64 // node on whose behalf it begins a compensation handler; else 0
}

// nowhere is where a token goes that ends, but not before what its end lets happen has happened.
const nowhere = -1

func (m *machine) begin(p *Program, s *State, t *Turn, e Event) {
	now := e.At
	if p.Zone != nil {
		now = now.In(p.Zone)
	} else {
		now = now.UTC()
	}
	m.p, m.s, m.t, m.now, m.actor = p, s, t, now, e.Actor
	m.moves, m.most, m.head, m.checked = 0, maxMoves, 0, 0
	m.queue, m.dirty, m.opened = m.queue[:0], m.dirty[:0], m.opened[:0]
	m.env.Vars, m.env.Now, m.env.Calendar, m.env.Warnings = &m.view, now, p.Calendar, nil
}

// end lets go of the state and what belongs to it, so that a turn that is kept keeps nothing else.
func (m *machine) end() {
	m.p, m.s, m.t, m.kin = nil, nil, nil, nil
	m.view.s, m.view.over = nil, nil
	m.env.Calendar, m.env.Warnings = nil, nil
}

func (m *machine) apply(e Event) {
	if len(e.Variables) > 0 && !m.p.bounds(m.s, e) {
		e = e.tooLarge()
	}
	switch e.Kind {
	case Start:
		m.start(e)
	case CompleteTask, AssignTask, DelegateTask, ResolveTask, UpdateTask:
		m.request(e)
	case CompleteJob:
		if m.node(e.Key).listens() {
			m.listenerDone(e)
		} else {
			m.complete(e.Key, e.Variables)
		}
	case CompleteChild:
		m.completeChild(e)
	case FailJob, StopChild:
		if m.node(e.Key).listens() {
			m.listenerFailed(e.Key, e.Code, e.Text)
			return
		}
		m.incident(e.Key, e.Code, e.Text)
	case ThrowError, FailChild:
		m.throwFrom(e.Key, e)
	case EscalateChild:
		m.escalateChild(e)
	case FireTimer:
		m.fireTimer(e)
	case MoveTimer:
		m.moveTimer(e)
	case Correlate:
		m.correlate(e)
	case Signal:
		m.signaled(e)
	case Retry:
		m.retry(e.Key)
	case SetVariables:
		m.setVariables(e)
	case Choose:
		m.activateChosen(e)
	case CompleteAdHoc:
		m.declareDone(e)
	case Cancel:
		m.cancelInstance()
	case Modify:
		m.modify(e)
	case Migrate:
		m.migrate(match(*e.Migration, m.p.Plan))
	case Suspend:
		m.suspend(e)
	case Resume:
		m.resume(e)
	}
}

// run moves tokens until none is on its way.
func (m *machine) run() {
	for {
		m.checkConditions()
		for m.head < len(m.queue) {
			t := m.queue[m.head]
			m.head++
			m.moves++
			m.enter(t)
			m.checkConditions()
		}
		m.queue, m.head = m.queue[:0], 0
		if !m.joinInclusive() && !m.deliverFromInbox() && !m.beginWaiting() {
			return
		}
	}
}

func (m *machine) element(n *Node) *bpmn.Element {
	e, _ := m.p.Plan.Element(n.Element)
	return e
}

func (m *machine) node(key int64) *Node {
	n, _ := m.s.Node(key)
	return n
}

func (m *machine) record(kind RecordKind, key int64, e *bpmn.Element) {
	m.t.Trace = append(m.t.Trace, Record{Kind: kind, Key: key, Element: e})
}

func (m *machine) recordText(kind RecordKind, key int64, e *bpmn.Element, text string) {
	m.t.Trace = append(m.t.Trace, Record{Kind: kind, Key: key, Element: e, Text: text})
}

func (m *machine) command(c Command) { m.t.Commands = append(m.t.Commands, c) }

// open adds a node for the element and returns its key.
func (m *machine) open(scope int64, e *bpmn.Element, wait Wait, phase Phase) int64 {
	key := m.s.nextKey()
	n := m.s.add(key, scope, e.ID, m.now)
	n.Wait, n.Phase = wait, phase
	return key
}

// send puts a token of the scope on its way into an element.
func (m *machine) send(scope int64, element, flow int) {
	m.queue = append(m.queue, token{scope: scope, element: element, flow: flow})
}
