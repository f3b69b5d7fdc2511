package simulation

import (
	"fmt"
	"time"

	"fasthold/definitions"
	"fasthold/definitions/bpmn"
	"fasthold/workflows/engine"
)

// World plays one process instance, the processes it calls, and everything around them. What may happen at one instant happens in this
// order: what follows from the last step, then answers, then timers.
type World struct {
	// Now is the virtual time.
	Now time.Time
	// Answer says what a person or a worker does about a piece of work; nil lets everything complete at once.
	Answer func(Work) (Answer, error)
	// Instances are all instances in the order they started, the simulated one first.
	Instances []*Instance

	set      *definitions.Set
	calendar Calendar
	soon     []func() error // what follows from the last step, first in first out
	promised []promise      // answers that come later
	kept     []*kept        // messages not yet taken by all
	starts   []startTimer   // of the process to be simulated
	entries  int
	counts   counts
}

// NewWorld returns a world in which the processes of the set can be played.
func NewWorld(set *definitions.Set, calendar Calendar, now time.Time) *World {
	return &World{Now: now.In(calendar.Zone()), set: set, calendar: calendar}
}

// Instance is one process instance.
type Instance struct {
	Definition *definitions.Definition
	State      engine.State
	// Log is what happened, in order.
	Log []Entry
	// Caller and CallerKey are the instance and the node that called this one; nil and 0 for the simulated one.
	Caller    *Instance
	CallerKey int64
	// CalledBy is the id of the call activity, "" for the simulated one.
	CalledBy string

	program engine.Program
	turn    engine.Turn
	depth   int
}

// Entry is a record with its time and its place among the entries of all instances.
type Entry struct {
	At    time.Time
	Place int
	engine.Record
}

// Work is something that waits for a person, a worker, or a called process that is not in the set.
type Work struct {
	Instance  *Instance
	Key       int64
	Element   *bpmn.Element
	JobType   string           // "" for a user task or a call
	Variables engine.Variables // what a job or a called process sees
	Listener  bool             // a job that a change of a task waits for; its variables denied and deniedReason refuse the change
}

// Answer is what comes of a piece of work. The zero Answer completes it at once with no variables.
type Answer struct {
	Variables engine.Variables
	Wait      bool            // nothing comes of it: somebody else ends it
	After     bpmn.Span       // it comes this much later
	Error     *engine.Failure // it ends by this BPMN error, with Variables
	Fail      string          // the job fails for good, with this text
}

// Root returns the simulated instance, nil before it has started.
func (w *World) Root() *Instance {
	if len(w.Instances) == 0 {
		return nil
	}
	return w.Instances[0]
}

// Start starts the process at one of its start events, "" for the none start event.
func (w *World) Start(process, startEvent string, vars engine.Variables) error {
	d, ok := w.set.Process(process)
	if !ok {
		return fmt.Errorf("there is no process %s in the files", process)
	}
	return w.begin(&Instance{Definition: d}, engine.Event{Kind: engine.Start, Element: startEvent, Variables: vars})
}

func (w *World) begin(i *Instance, e engine.Event) error {
	i.program = w.program(i.Definition)
	if err := i.program.Accept(&i.State, e); err != nil {
		return err
	}
	w.Instances = append(w.Instances, i)
	return w.Step(i, e)
}

func (w *World) program(d *definitions.Definition) engine.Program {
	return engine.Program{Plan: d.Plan, Decisions: d.Decisions, Calendar: w.calendar, Zone: w.calendar.Zone(), Version: engine.Current}
}

// Step applies an event to an instance now. A *engine.Rejection says that it cannot be applied, an *EndlessError that too much happens.
func (w *World) Step(i *Instance, e engine.Event) error {
	e.At = w.Now
	if err := i.program.Step(&i.State, e, &i.turn); err != nil {
		return err
	}
	for _, r := range i.turn.Trace {
		if r.Kind != engine.DeadlineMoved { // obey tells of all deadlines, new ones too
			w.note(i, r)
		}
	}
	for _, c := range i.turn.Commands {
		if err := w.obey(i, c); err != nil {
			return err
		}
	}
	return w.counts.event(i, w.Now)
}

func (w *World) note(i *Instance, r engine.Record) {
	i.Log = append(i.Log, Entry{At: w.Now, Place: w.entries, Record: r})
	w.entries++
}

// noteDeadline notes when a task is due, or a timer that was set or moved.
func (w *World) noteDeadline(i *Instance, c engine.Command) {
	due := c.Timer.Due
	if n, ok := i.State.Node(c.Key); ok && c.Kind != engine.SetTimer && n.Task != nil && n.Task.Due != nil {
		due = *n.Task.Due
	}
	if !due.IsZero() {
		w.note(i, engine.Record{Kind: engine.DeadlineMoved, Key: c.Key, Element: c.Element, Due: due})
	}
}

// obey does what a command asks for, or notes it. Timers and subscriptions are read from the state.
func (w *World) obey(i *Instance, c engine.Command) error {
	switch c.Kind {
	case engine.SetTimer, engine.ChangeTask:
		w.noteDeadline(i, c)
	case engine.OpenTask:
		w.noteDeadline(i, c)
		w.follow(func() error { return w.work(Work{Instance: i, Key: c.Key, Element: c.Element}) })
	case engine.RunJob:
		w.follow(func() error {
			return w.work(Work{Instance: i, Key: c.Key, Element: c.Element, JobType: c.Job.Type, Variables: c.Variables, Listener: c.Listener != nil})
		})
	case engine.StartChild:
		w.follow(func() error { return w.call(i, c) })
	case engine.CancelChild:
		return w.cancelCalled(i, c.Key)
	case engine.Subscribe:
		if len(w.kept) > 0 {
			w.follow(func() error { return w.offerKept(i) })
		}
	case engine.Broadcast:
		w.follow(func() error { return w.Signal(c.Name, c.Variables, i) })
	case engine.Escalate:
		w.follow(func() error {
			return w.unlessLate(i.Caller, engine.Event{Kind: engine.EscalateChild, Key: i.CallerKey, Code: c.Code, Variables: c.Variables})
		})
	case engine.Finish:
		if i.Caller != nil {
			w.follow(func() error { return w.tellCaller(i) })
		}
	}
	return nil
}

func (w *World) follow(f func() error) { w.soon = append(w.soon, f) }

// maxDepth bounds how deep calls nest.
const maxDepth = 50

// call plays the called process; one that is not in the set is work for whoever answers.
func (w *World) call(i *Instance, c engine.Command) error {
	if n, ok := i.State.Node(c.Key); !ok || n.Wait != engine.WaitChild {
		return nil // withdrawn in the step that called
	}
	work := Work{Instance: i, Key: c.Key, Element: c.Element, Variables: c.Variables}
	d, ok := w.set.Process(c.Process)
	if !ok {
		return w.work(work)
	}
	if i.depth == maxDepth {
		return w.stopCall(i, c.Key, "endless_loop", fmt.Sprintf("calls nest more than %d deep: look for a process that calls itself", maxDepth))
	}
	called := &Instance{Definition: d, Caller: i, CallerKey: c.Key, CalledBy: c.Element.ID, depth: i.depth + 1}
	err := w.begin(called, engine.Event{Kind: engine.Start, Variables: c.Variables, Catches: c.Catches, Escalations: c.Escalations})
	if r, rejected := asRejection(err); rejected {
		return w.stopCall(i, c.Key, "child_not_started", r.Message)
	}
	return err
}

func (w *World) stopCall(i *Instance, key int64, code, text string) error {
	return w.unlessLate(i, engine.Event{Kind: engine.StopChild, Key: key, Code: code, Text: text})
}

func (w *World) cancelCalled(caller *Instance, key int64) error {
	for _, i := range w.Instances {
		if i.Caller == caller && i.CallerKey == key && i.State.Status == engine.Active {
			return w.Step(i, engine.Event{Kind: engine.Cancel})
		}
	}
	return nil
}

// tellCaller goes on in the calling instance when a called process has ended.
func (w *World) tellCaller(i *Instance) error {
	e := engine.Event{Kind: engine.CompleteChild, Key: i.CallerKey, Variables: i.State.Result}
	if i.State.Status == engine.Canceled {
		return nil // by its caller
	}
	if f := i.State.Failure; f != nil {
		e = engine.Event{Kind: engine.FailChild, Key: i.CallerKey, Code: f.Code, Text: f.Message, Variables: f.Variables}
		if f.Escalation {
			e.Kind = engine.EscalateChild
		}
	}
	return w.unlessLate(i.Caller, e)
}

// unlessLate applies an event that may come too late.
func (w *World) unlessLate(i *Instance, e engine.Event) error {
	err := w.Step(i, e)
	if _, rejected := asRejection(err); rejected {
		return nil
	}
	return err
}
