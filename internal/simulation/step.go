package simulation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// Step is one thing that a scenario does. Kind names it; what other fields it has is in the table of kinds.
type Step struct {
	Kind           string
	Target         string // element id, or the name of a message or signal
	Span           bpmn.Span
	Variables      engine.Variables
	Count          int // how many; 0: one
	CorrelationKey string
	TimeToLive     bpmn.Span
	ID             string
	Code           string
	Instructions   []engine.Instruction
	Check          Check
}

// Check is what a check step looks at; each part is optional.
type Check struct {
	Waiting, NotWaiting []string // element ids that hold a token, or must not; one that is there twice must hold two
	Completed           *bool
	Variables           engine.Variables // of the process; null also stands for one that is missing
}

// kind is how a step of that name is read and done.
type kind struct {
	name string
	read func(*Step) func(feel.Value) error // its own value
	args string                             // other keys it may have
	do   func(*player, Step) error
}

// kinds are all steps in the order of design §6.
var kinds = []kind{
	{"complete", target, "variables count", (*player).complete},
	{"message", target, "correlationKey variables timeToLive id", (*player).message},
	{"signal", target, "variables", (*player).signal},
	{"advance", func(s *Step) func(feel.Value) error { return span(&s.Span) }, "", (*player).advance},
	{"fireTimer", target, "", (*player).fireTimer},
	{"throwError", target, "code variables", (*player).throwError},
	{"fail", target, "", (*player).fail},
	{"retry", target, "", (*player).retry},
	{"activate", target, "variables", (*player).activate},
	{"completeAdHoc", target, "", (*player).completeAdHoc},
	{"start", target, "variables", (*player).startStep},
	{"cancel", mustBeTrue, "", (*player).cancel},
	{"suspend", mustBeTrue, "", (*player).suspend},
	{"resume", mustBeTrue, "", (*player).resume},
	{"setVariables", func(s *Step) func(feel.Value) error { return variables(&s.Variables) }, "", (*player).setVariables},
	{"modify", readInstructions, "", (*player).modify},
	{"check", readCheck, "", (*player).check},
}

func target(s *Step) func(feel.Value) error { return text(&s.Target) }

func mustBeTrue(*Step) func(feel.Value) error {
	return func(v feel.Value) error {
		if v != feel.Bool(true) {
			return fmt.Errorf("must be true")
		}
		return nil
	}
}

func readCheck(s *Step) func(feel.Value) error {
	c := &s.Check
	return fields{
		"waiting":    texts(&c.Waiting),
		"notWaiting": texts(&c.NotWaiting),
		"completed":  func(v feel.Value) error { c.Completed = new(bool); return flag(c.Completed)(v) },
		"variables":  variables(&c.Variables),
	}.read
}

// arguments are the keys that a step can have besides the one of its kind.
func (s *Step) arguments() fields {
	return fields{
		"variables":      variables(&s.Variables),
		"count":          whole(&s.Count, maxItems),
		"correlationKey": key(&s.CorrelationKey),
		"timeToLive":     span(&s.TimeToLive),
		"id":             key(&s.ID),
		"code":           text(&s.Code),
	}
}

func (s *Scenario) readStep(at int, v feel.Value) error {
	var step Step
	k, err := kindOf(v)
	if err == nil {
		step.Kind = k.name
		all := step.arguments()
		own := fields{k.name: k.read(&step)}
		for _, name := range strings.Fields(k.args) {
			own[name] = all[name]
		}
		err = own.read(v)
	}
	if err != nil {
		return fmt.Errorf("step %d: %w", at+1, err)
	}
	s.Steps = append(s.Steps, step)
	return nil
}

// kindOf finds the one key of a step that says what it does.
func kindOf(v feel.Value) (kind, error) {
	c, ok := v.(*feel.Context)
	if !ok {
		return kind{}, fmt.Errorf("must be an object, not a %s", v.Kind())
	}
	var found []kind
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
		if _, ok := c.Lookup(k.name); ok {
			found = append(found, k)
		}
	}
	if len(found) != 1 {
		return kind{}, fmt.Errorf("must have exactly one of %s", strings.Join(names, ", "))
	}
	return found[0], nil
}

// waiting lists up to count nodes of the element in which the step can be done, oldest first, in the simulated instance before called ones.
func (p *player) waiting(element string, count int, can func(*engine.Node) bool) ([]found, error) {
	var out []found
	for _, i := range p.w.Instances {
		for _, n := range i.Nodes() {
			if n.Element == element && can(n) && len(out) < count {
				out = append(out, found{i, n.Key})
			}
		}
	}
	if len(out) < count {
		return nil, p.notWaiting(element, len(out), count)
	}
	return out, nil
}

// found is a node of an instance.
type found struct {
	i   *Instance
	key int64
}

func (p *player) notWaiting(element string, have, want int) error {
	if p.w.Root() == nil {
		return fmt.Errorf("the process has not started")
	}
	now := strings.Join(p.w.active(), ", ")
	if now == "" {
		now = "nothing"
	}
	if want > 1 {
		return fmt.Errorf("%s waits for that %d times, not %d; waiting: %s", element, have, want, now)
	}
	return fmt.Errorf("%s does not wait for that; waiting: %s", element, now)
}

func (p *player) complete(s Step) error {
	nodes, err := p.waiting(s.Target, max(s.Count, 1), func(n *engine.Node) bool { return completions[n.Wait] != "" })
	if err != nil {
		return err
	}
	for _, f := range nodes {
		n, ok := f.i.State.Node(f.key)
		if !ok {
			return p.notWaiting(s.Target, 0, 1) // ended by the one before
		}
		if err := p.step(f.i, engine.Event{Kind: completions[n.Wait], Key: f.key, Variables: s.Variables}); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) message(s Step) error {
	m := Message{Name: s.Target, CorrelationKey: s.CorrelationKey, Variables: s.Variables, TimeToLive: s.TimeToLive, ID: s.ID}
	if p.w.Root() == nil {
		if started, err := p.startBy(bpmn.Message, m.Name, m.Variables); started || err != nil {
			return err
		}
	}
	if err := p.w.Publish(m); err != nil {
		return err
	}
	return p.w.Settle()
}

func (p *player) signal(s Step) error {
	if p.w.Root() == nil {
		if started, err := p.startBy(bpmn.Signal, s.Target, s.Variables); started || err != nil {
			return err
		}
	}
	if err := p.w.Signal(s.Target, s.Variables, nil); err != nil {
		return err
	}
	return p.w.Settle()
}

func (p *player) advance(s Step) error { return p.w.Advance(s.Span.After(p.w.Now)) }

// fireTimer fires the timer before all others: time moves to when it is due, and what else is due by then comes after it.
func (p *player) fireTimer(s Step) error {
	if started, err := p.fireStart(s.Target); started || err != nil {
		return err
	}
	var first *alarm
	for _, i := range p.w.Instances {
		for _, n := range i.Nodes() {
			for _, t := range n.Timers {
				if t.Element == s.Target && (first == nil || t.Due.Before(first.due)) {
					first = &alarm{i, n.Key, t.Key, t.Due}
				}
			}
		}
	}
	if first == nil {
		return p.notWaiting(s.Target, 0, 1)
	}
	if first.due.After(p.w.Now) {
		p.w.Now = first.due.In(p.w.calendar.Zone())
	}
	return p.step(first.i, engine.Event{Kind: engine.FireTimer, Key: first.node, Timer: first.timer})
}

func (p *player) throwError(s Step) error {
	return p.end(s, Answer{Error: &engine.Failure{Code: s.Code}, Variables: s.Variables}, engine.WaitTask, engine.WaitJob, engine.WaitChild)
}

func (p *player) fail(s Step) error {
	return p.end(s, Answer{Fail: "failed by the scenario"}, engine.WaitJob, engine.WaitChild)
}

// end gives an answer to the first node of the element that waits so.
func (p *player) end(s Step, a Answer, waits ...engine.Wait) error {
	nodes, err := p.waiting(s.Target, 1, func(n *engine.Node) bool { return slices.Contains(waits, n.Wait) })
	if err != nil {
		return err
	}
	n, _ := nodes[0].i.State.Node(nodes[0].key)
	e, _ := eventOf(n, a)
	return p.step(nodes[0].i, e)
}

func (p *player) retry(s Step) error {
	nodes, err := p.waiting(s.Target, 1, func(n *engine.Node) bool { return n.Wait == engine.WaitIncident })
	if err != nil {
		return err
	}
	return p.step(nodes[0].i, engine.Event{Kind: engine.Retry, Key: nodes[0].key})
}

// activate begins an element of the first ad-hoc sub-process that lets it be chosen, of the simulated instance before called ones.
func (p *player) activate(s Step) error {
	return p.chosen(engine.Event{Kind: engine.Choose, Element: s.Target, Variables: s.Variables}, func(n *engine.Node, plan *bpmn.Plan) bool {
		adHoc, _ := plan.Element(n.Element)
		e, ok := plan.Element(s.Target)
		return ok && slices.Contains(adHoc.Starts, e.Index)
	})
}

// completeAdHoc declares the first ad-hoc sub-process of that id done.
func (p *player) completeAdHoc(s Step) error {
	return p.chosen(engine.Event{Kind: engine.CompleteAdHoc, Element: s.Target}, func(n *engine.Node, _ *bpmn.Plan) bool { return n.Element == s.Target })
}

// chosen applies an event to the first open ad-hoc sub-process that it can be about. When none takes it, the first says why.
func (p *player) chosen(e engine.Event, about func(*engine.Node, *bpmn.Plan) bool) error {
	var why error
	for _, i := range p.w.Instances {
		for _, n := range i.Nodes() {
			if n.AdHoc == nil || !about(n, i.Definition.Plan) {
				continue
			}
			e.Key = n.Key
			err := i.program.Accept(&i.State, e)
			if err == nil {
				return p.step(i, e)
			}
			why = cmp.Or(why, err)
		}
	}
	if why != nil {
		return why
	}
	return p.notWaiting(e.Element, 0, 1)
}

func (p *player) startStep(s Step) error {
	if p.w.Root() != nil {
		return fmt.Errorf("the process has already started")
	}
	vars := slices.Clone(p.scenario.Variables)
	for _, v := range s.Variables {
		vars = withVariable(vars, v)
	}
	return p.start(s.Target, vars)
}

func (p *player) cancel(Step) error { return p.rootStep(engine.Event{Kind: engine.Cancel}) }

func (p *player) suspend(Step) error { return p.withCalled(engine.Suspend) }
func (p *player) resume(Step) error  { return p.withCalled(engine.Resume) }

// withCalled lets an event happen to the simulated instance, then to those that it called and that still run.
func (p *player) withCalled(kind engine.EventKind) error {
	if err := p.rootStep(engine.Event{Kind: kind}); err != nil {
		return err
	}
	for _, i := range p.w.Instances[1:] {
		if err := p.w.unlessLate(i, engine.Event{Kind: kind}); err != nil {
			return err
		}
	}
	return p.w.Settle()
}

func (p *player) setVariables(s Step) error {
	return p.rootStep(engine.Event{Kind: engine.SetVariables, Variables: s.Variables})
}

func (p *player) rootStep(e engine.Event) error {
	if p.w.Root() == nil {
		return fmt.Errorf("the process has not started")
	}
	return p.step(p.w.Root(), e)
}

// step applies an event and lets everything follow that follows at once.
func (p *player) step(i *Instance, e engine.Event) error {
	if err := p.w.Step(i, e); err != nil {
		return err
	}
	return p.w.Settle()
}
