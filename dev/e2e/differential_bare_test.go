package e2e

import (
	"errors"
	"slices"
	"time"

	"fasthold/internal/casework"
	"fasthold/internal/workday"
	"fasthold/workflows"
	"fasthold/workflows/engine"
)

// bare is the engine alone: what the commands about called processes ask for is done at once, one after the other.
type bare struct {
	*shelf
	calendar  *workday.Calendar
	now       time.Time
	instances map[string]*played
	order     []string // of their beginning
	soon      []func() error
	left      bool // a job was withdrawn while somebody worked at it
}

// played is an instance.
type played struct {
	definition casework.ProcessDefinition
	program    *engine.Program
	state      engine.State
	turn       engine.Turn
	trace      []string
	name       string
	caller     *played
	key        int64 // of the call in its caller
}

func newBare(s *shelf) (*bare, error) {
	calendar, err := workday.New(workday.Default())
	return &bare{shelf: s, calendar: calendar, now: time.Now().UTC(), instances: map[string]*played{}}, err
}

func (b *bare) program(d casework.ProcessDefinition) *engine.Program {
	p, _ := b.Program(d.Hash, d.ProcessID)
	return &engine.Program{Plan: p.Plan, Calendar: b.calendar, Zone: b.calendar.Zone(), Version: engine.Current}
}

// start begins an instance of the latest version.
func (b *bare) start(process, name string, caller *played, key int64, e engine.Event) error {
	d := b.newest(process)
	i := &played{definition: d, program: b.program(d), name: name, caller: caller, key: key}
	b.instances[name], b.order = i, append(b.order, name)
	return b.step(i, e)
}

func (b *bare) do(d deed) error {
	if d.Kind == waited {
		return b.wait(d.until)
	}
	b.now = b.now.Add(time.Second) // no two things happen at once
	i := b.instances[d.at]
	before := i.program
	if d.Kind == engine.Migrate {
		if d.to.Hash == i.definition.Hash {
			return nil
		}
		i.program = b.program(d.to)
	}
	if err := b.step(i, d.Event); err != nil {
		i.program = before
		return err
	}
	if d.Kind == engine.Migrate {
		i.definition = d.to
	}
	return b.rest()
}

// rest lets happen what follows.
func (b *bare) rest() error {
	for len(b.soon) > 0 {
		next := b.soon[0]
		b.soon = b.soon[1:]
		if err := next(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bare) step(i *played, e engine.Event) error {
	e.At = b.now
	if err := i.program.Step(&i.state, e, &i.turn); err != nil {
		return err
	}
	for at, r := range i.turn.Trace {
		text := r.Text
		if r.Kind == engine.VariableSet {
			if at > 0 && i.turn.Trace[at-1].Kind == r.Kind && i.turn.Trace[at-1].Key == r.Key { // the history tells of several at once
				continue
			}
			text = ""
		}
		if r.Kind == engine.Migrated && r.Element == i.program.Plan.Root() { // of which it tells the versions
			text = ""
		}
		element := ""
		switch {
		case r.Flow != nil:
			element = r.Flow.ID
		case r.Element != nil:
			element = r.Element.ID
		}
		i.trace = append(i.trace, told(string(r.Kind), r.Key, element, text))
	}
	for _, c := range i.turn.Commands {
		b.obey(i, c)
	}
	return nil
}

// wait lets time pass.
func (b *bare) wait(until time.Time) error {
	for {
		due := b.timers()
		if len(due) == 0 || due[0].Due.After(until) {
			b.now = until
			return nil
		}
		b.now = due[0].Due
		if err := b.step(due[0].of, due[0].fires); err != nil {
			return err
		}
		if err := b.rest(); err != nil {
			return err
		}
	}
}

// running is a timer that will fire.
type running struct {
	engine.Timer
	of    *played
	fires engine.Event
}

// timers are those of all instances that do not stand still, the next first.
func (b *bare) timers() (all []running) {
	for _, i := range b.active() {
		for _, n := range i.state.Nodes {
			for _, t := range n.Timers {
				if i.state.Suspended == nil {
					all = append(all, running{t, i, engine.Event{Kind: engine.FireTimer, Key: n.Key, Timer: t.Key}})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b running) int { return a.Due.Compare(b.Due) })
	return all
}

// obey does later what a command about timers that are over and about called processes asks for.
func (b *bare) obey(i *played, c engine.Command) {
	switch c.Kind {
	case engine.CancelJob:
		b.left = true
	case engine.SetTimer:
		if !c.Timer.Due.After(b.now) {
			b.follow(func() error {
				return b.unlessLate(i, engine.Event{Kind: engine.FireTimer, Key: c.Key, Timer: c.Timer.Key})
			})
		}
	case engine.StartChild:
		b.follow(func() error { return b.call(i, c) })
	case engine.CancelChild:
		b.follow(func() error {
			for _, name := range b.order {
				if called := b.instances[name]; called.caller == i && called.key == c.Key && called.state.Status == engine.Active {
					return b.step(called, engine.Event{Kind: engine.Cancel})
				}
			}
			return nil
		})
	case engine.Escalate:
		e := engine.Event{Kind: engine.EscalateChild, Key: i.key, Code: c.Code, Variables: c.Variables}
		b.follow(func() error { return b.unlessLate(i.caller, e) })
	case engine.Finish:
		if i.caller != nil {
			b.follow(func() error { return b.unlessLate(i.caller, i.end()) })
		}
	}
}

func (b *bare) follow(f func() error) { b.soon = append(b.soon, f) }

func (b *bare) unlessLate(i *played, e engine.Event) error {
	err := b.step(i, e)
	if late := new(engine.Rejection); errors.As(err, &late) {
		return nil
	}
	return err
}

// call begins a called process, unless the call was withdrawn in the same step.
func (b *bare) call(i *played, c engine.Command) error {
	if n, ok := i.state.Node(c.Key); !ok || n.Wait != engine.WaitChild {
		return nil
	}
	return b.start(c.Process, workflows.ChildID(i.name, c.Key, c.Again), i, c.Key,
		engine.Event{Kind: engine.Start, Variables: c.Variables, Catches: c.Catches, Escalations: c.Escalations})
}

// end is what the caller is told of the end.
func (i *played) end() engine.Event {
	switch f := i.state.Failure; {
	case i.state.Status == engine.Completed:
		return engine.Event{Kind: engine.CompleteChild, Key: i.key, Variables: i.state.Result}
	case i.state.Status != engine.Failed:
		return engine.Event{Kind: engine.StopChild, Key: i.key, Code: "child_canceled", Text: "the called process was canceled: retry starts it again"}
	case f.Escalation:
		return engine.Event{Kind: engine.EscalateChild, Key: i.key, Code: f.Code, Variables: f.Variables}
	default:
		return engine.Event{Kind: engine.FailChild, Key: i.key, Code: f.Code, Text: f.Message, Variables: f.Variables}
	}
}

func (b *bare) sight(at string) (sight, error) {
	i := b.instances[at]
	state, err := standing(i.state)
	return sight{slices.Clone(i.trace), state}, err
}

// active are the instances that have not ended, in the order of their beginning.
func (b *bare) active() (all []*played) {
	for _, name := range b.order {
		if i := b.instances[name]; i.state.Status == engine.Active {
			all = append(all, i)
		}
	}
	return all
}
