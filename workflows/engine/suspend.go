package engine

import (
	"slices"
	"time"

	"fasthold/definitions/bpmn"
)

// Suspension is that an instance is held still: no timer fires and people change nothing. What comes from the world waits.
type Suspension struct {
	Since time.Time `json:"since"`
	By    string    `json:"by,omitempty"` // user id
	// Reason is the id of the reason, which is kept elsewhere: it may name people.
	Reason string `json:"reason,omitempty"`
	// Held is what has come from the world, in order.
	Held []Held `json:"held,omitempty"`
}

// Held is an event that waits for the instance to go on.
type Held struct {
	Kind           EventKind     `json:"kind"`
	At             time.Time     `json:"at"`
	Key            int64         `json:"key,omitempty"`
	Name           string        `json:"name,omitempty"`
	CorrelationKey string        `json:"correlationKey,omitempty"`
	ID             string        `json:"id,omitempty"`
	TTL            time.Duration `json:"ttl,omitempty"`
	Code           string        `json:"code,omitempty"`
	Text           string        `json:"text,omitempty"`
	Variables      Variables     `json:"variables,omitempty"`
}

// maxHeld bounds the messages, signals and escalations that wait. The others are bounded by what was under way.
const maxHeld = maxInbox

// fromWorld reports whether an event comes from other systems and processes, which cannot be asked to wait.
func (e Event) fromWorld() bool { return e.ends() || e.told() }

// ends reports whether the event ends work that is under way elsewhere.
func (e Event) ends() bool {
	switch e.Kind {
	case CompleteJob, FailJob, ThrowError, CompleteChild, FailChild, StopChild:
		return true
	}
	return false
}

// told reports whether the event may come any number of times.
func (e Event) told() bool { return e.Kind == Correlate || e.Kind == Signal || e.Kind == EscalateChild }

// acceptSuspended tells whether the event can be applied, or held, while the instance is suspended.
func (s *State) acceptSuspended(e Event) error {
	switch {
	case e.Kind == Resume, e.Kind == Cancel:
		return nil
	case e.Kind == Suspend:
		return reject(Conflict, "the process instance has been suspended since %s", s.Suspended.Since.Format(time.RFC3339))
	case !e.fromWorld():
		return reject(Conflict, "the process instance is suspended: resume it first")
	}
	if e.told() && s.Suspended.full() {
		return reject(Conflict, "the process instance is suspended, and more than %d messages and signals wait for it", maxHeld)
	}
	if e.Kind == Correlate || e.Kind == Signal {
		return nil
	}
	return s.acceptEnd(e)
}

// acceptEnd takes the end of each piece of work once.
func (s *State) acceptEnd(e Event) error {
	if err := s.acceptAt(e); err != nil {
		return err
	}
	n, _ := s.Node(e.Key)
	switch {
	case n.Wait == WaitTask && (!n.listens() || e.Kind == ThrowError):
		return reject(Conflict, "the process instance is suspended: resume it first")
	case slices.ContainsFunc(s.Suspended.Held, func(h Held) bool { return h.Key == e.Key && h.event().ends() }):
		return reject(Conflict, "%s has ended already", n.Element)
	}
	return nil
}

func (s *Suspension) full() bool {
	n := 0
	for _, h := range s.Held {
		if h.event().told() {
			n++
		}
	}
	return n >= maxHeld
}

func (s *Suspension) hold(e Event) {
	s.Held = append(s.Held, Held{e.Kind, e.At.UTC(), e.Key, e.Name, e.CorrelationKey, e.ID, e.TTL, e.Code, e.Text, e.Variables})
}

func (h Held) event() Event {
	return Event{Kind: h.Kind, At: h.At, Key: h.Key, Name: h.Name, CorrelationKey: h.CorrelationKey, ID: h.ID, TTL: h.TTL, Code: h.Code, Text: h.Text, Variables: h.Variables}
}

// suspend stops the clocks: the due times stay in the state.
func (m *machine) suspend(e Event) {
	m.s.Suspended = &Suspension{Since: m.now.UTC(), By: e.Actor, Reason: e.ID}
	m.recordText(InstanceHeld, rootKey, m.p.Plan.Root(), e.ID)
	for i := range m.s.Nodes {
		n := &m.s.Nodes[i]
		for _, t := range n.Timers {
			event, _ := m.p.Plan.Element(t.Element)
			m.command(Command{Kind: CancelTimer, Key: n.Key, Element: event, Timer: t})
		}
	}
}

// resume moves the deadlines that are left, then lets happen what came meanwhile.
func (m *machine) resume(e Event) {
	was := m.s.Suspended
	m.s.Suspended = nil
	m.recordText(InstanceResumed, rootKey, m.p.Plan.Root(), e.ID)
	pause := m.pauseSince(was.Since)
	for i := range m.s.Nodes {
		n := &m.s.Nodes[i]
		for j := range n.Timers {
			m.resumeTimer(n.Key, &n.Timers[j], was.Since, pause)
		}
		if n.Task != nil {
			m.resumeTask(n, was.Since, pause)
		}
	}
	for _, h := range was.Held {
		m.release(h)
	}
}

// release applies an event that was held, unless what it is for has gone. What is left of a message's time to live was counted meanwhile.
func (m *machine) release(h Held) {
	e := h.event()
	e.TTL = max(e.TTL-m.now.Sub(h.At), 0)
	if m.p.Accept(m.s, e) != nil {
		return
	}
	m.moves, m.most = 0, maxMoves
	m.apply(e)
	m.run()
}

// resumeTimer sets a timer again. One that was overdue stays so, and one that its definition keeps in its place does.
func (m *machine) resumeTimer(key int64, t *Timer, since time.Time, pause Pause) {
	event, _ := m.p.Plan.Element(t.Element)
	d := event.Event.Timer
	due := t.Due
	if !d.Stays && due.After(since) {
		due = m.postpone(due, m.timerCounting(t, d), pause)
		if d.Follows {
			t.Paused = t.Paused.add(pause)
		}
	}
	if cron, ok, _ := bpmn.ParseCron(t.Every); ok && m.now.After(due) {
		next := *t
		m.nextCron(&next, cron)
		due = next.Due
	}
	if due.Equal(t.Due) {
		m.command(Command{Kind: SetTimer, Key: key, Element: event, Timer: *t})
		return
	}
	m.moved(key, event, t, due)
}

// resumeTask moves the dates of a task that were not over.
func (m *machine) resumeTask(n *Node, since time.Time, pause Pause) {
	e, t := m.element(n), n.Task
	d := e.UserTask
	if d == nil || d.Stays {
		return
	}
	before := *t
	if t.Due != nil && t.Due.After(since) {
		t.Due = m.postponeDate(t.Due, d.DueDate, pause)
	}
	if t.FollowUp != nil && t.FollowUp.After(since) {
		t.FollowUp = m.postponeDate(t.FollowUp, d.FollowUpDate, pause)
	}
	if sameTime(before.Due, t.Due) && sameTime(before.FollowUp, t.FollowUp) {
		return
	}
	if d.Follows {
		t.Paused = t.Paused.add(pause)
	}
	m.taskMoved(n, e)
}
