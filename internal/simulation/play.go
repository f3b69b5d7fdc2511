package simulation

import (
	"errors"
	"fmt"
	"slices"

	"fasthold/definitions"
	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// player leads a world through a scenario.
type player struct {
	w        *World
	scenario Scenario
	process  *definitions.Definition
	checks   []CheckResult
}

// Play plays a scenario on a process of the set. A step that cannot be done ends the simulation: the result holds what happened until
// then, and Error says why. The error is a scenario that fits no process of the set.
//
// A step that cannot be done yet, or a check that does not hold yet, lets the answers come that were promised for later, one by one.
func Play(set *definitions.Set, scenario Scenario) (Result, error) {
	process, err := choose(set, scenario.Process)
	if err != nil {
		return Result{}, err
	}
	settings := workday.Default()
	settings.ClosedDays = scenario.Closed
	calendar, err := workday.New(settings)
	if err != nil {
		return Result{}, err
	}
	p := &player{w: NewWorld(set, calendar, scenario.Now), scenario: scenario, process: process}
	a := &answers{lists: scenario.Answers, used: map[string]int{}, held: held(scenario.Steps)}
	p.w.Answer = a.answer
	err = p.run()
	return p.result(err), nil
}

// held are the elements that a step ends: without an answer they wait for it.
func held(steps []Step) map[string]bool {
	out := map[string]bool{}
	for _, s := range steps {
		switch s.Kind {
		case "complete", "throwError", "fail":
			out[s.Target] = true
		}
	}
	return out
}

// choose finds the process that is meant: by id, or the only one that no other in the set calls.
func choose(set *definitions.Set, id string) (*definitions.Definition, error) {
	if id != "" {
		if d, ok := set.Process(id); ok {
			return d, nil
		}
		return nil, fmt.Errorf("there is no process %s in the files; there are: %s", id, processIDs(set.Processes))
	}
	called := map[string]bool{}
	for _, d := range set.Processes {
		for _, e := range d.Plan.Elements {
			if e.Call != nil {
				v, _ := e.Call.ProcessID.Constant()
				if s, ok := v.(feel.String); ok {
					called[string(s)] = true
				}
			}
		}
	}
	top := slices.DeleteFunc(slices.Clone(set.Processes), func(d *definitions.Definition) bool { return called[d.ProcessID] && len(set.Processes) > 1 })
	if len(top) != 1 {
		return nil, fmt.Errorf("name the process to simulate; there are: %s", processIDs(set.Processes))
	}
	return top[0], nil
}

func processIDs(processes []*definitions.Definition) []string {
	ids := make([]string, len(processes))
	for i, d := range processes {
		ids[i] = d.ProcessID
	}
	return ids
}

func (p *player) run() error {
	if err := p.begin(); err != nil {
		return err
	}
	if !p.scenario.StepsGiven {
		return p.runFree()
	}
	for n, s := range p.scenario.Steps {
		if err := p.noteCheck(n+1, s, p.do(s)); err != nil {
			return &StepError{n + 1, s.Kind, err}
		}
	}
	if p.w.Root() == nil {
		return errors.New("no step started the process: give startEvent, a start step, or a message that starts it")
	}
	for {
		more, err := p.letAnswerCome()
		if !more || err != nil {
			return err
		}
	}
}

// do does one step, if need be after answers that were promised for later.
func (p *player) do(s Step) error {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == s.Kind })
	for {
		err := kinds[i].do(p, s)
		var endless *EndlessError
		if err == nil || errors.As(err, &endless) {
			return err
		}
		if more, wrong := p.letAnswerCome(); wrong != nil {
			return wrong
		} else if !more {
			return err
		}
	}
}

// letAnswerCome moves time to the next promised answer, and reports whether there was one before the end.
func (p *player) letAnswerCome() (bool, error) {
	next, ok := p.w.nextPromise()
	if !ok || next.at.After(p.scenario.Until.from(p.scenario.Now)) {
		return false, nil
	}
	return true, p.w.Advance(next.at)
}

// runFree lets time go on by itself until the instance has ended.
func (p *player) runFree() error {
	return p.w.advance(p.scenario.Until.from(p.scenario.Now), func() bool {
		root := p.w.Root()
		return root != nil && root.State.Status != engine.Active && len(p.w.soon) == 0
	})
}

// StepError is a step that cannot be done.
type StepError struct {
	Step int // from 1
	Kind string
	Err  error
}

// Error returns "step N: kind: why".
func (e *StepError) Error() string { return fmt.Sprintf("step %d: %s: %v", e.Step, e.Kind, e.Err) }

// Unwrap returns why.
func (e *StepError) Unwrap() error { return e.Err }

// begin starts the instance, unless a step or time will.
func (p *player) begin() error {
	if hasKind(p.scenario.Steps, "start") {
		return nil
	}
	if event := p.scenario.StartEvent; event != "" {
		return p.start(event, p.scenario.Variables)
	}
	starts := p.starts()
	none := slices.ContainsFunc(starts, func(e *bpmn.Element) bool { return e.Event == nil })
	switch {
	case none && !p.startsByStep():
		return p.start("", p.scenario.Variables)
	case len(starts) == 1 && broadcasts[starts[0].Event.Kind] != "" && !hasKind(p.scenario.Steps, broadcasts[starts[0].Event.Kind]):
		return p.start(starts[0].ID, p.scenario.Variables)
	}
	return p.setStartTimers()
}

// broadcasts are the events that start a process by a step, and the kinds of these steps.
var broadcasts = map[bpmn.EventKind]string{bpmn.Message: "message", bpmn.Signal: "signal"}

// startsByStep reports whether the first step is a message or a signal that starts the process.
func (p *player) startsByStep() bool {
	if len(p.scenario.Steps) == 0 {
		return false
	}
	first := p.scenario.Steps[0]
	return first.Kind == "message" && p.startOf(bpmn.Message, first.Target) != nil ||
		first.Kind == "signal" && p.startOf(bpmn.Signal, first.Target) != nil
}

func hasKind(steps []Step, kind string) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return s.Kind == kind })
}

func (p *player) starts() []*bpmn.Element {
	plan := p.process.Plan
	var out []*bpmn.Element
	for _, i := range plan.Root().Starts {
		out = append(out, &plan.Elements[i])
	}
	return out
}

// startOf is the start event that a message or signal of that name lets occur.
func (p *player) startOf(kind bpmn.EventKind, name string) *bpmn.Element {
	for _, e := range p.starts() {
		if e.Event == nil || e.Event.Kind != kind {
			continue
		}
		if v, _ := e.Event.Name().Constant(); v == feel.Text(name) {
			return e
		}
	}
	return nil
}

// startBy starts the process by a message or signal, whose variables become its own.
func (p *player) startBy(kind bpmn.EventKind, name string, own engine.Variables) (bool, error) {
	e := p.startOf(kind, name)
	if e == nil || hasKind(p.scenario.Steps, "start") {
		return false, nil
	}
	vars := slices.Clone(p.scenario.Variables)
	for _, v := range own {
		vars = withVariable(vars, v)
	}
	return true, p.start(e.ID, vars)
}

func (p *player) start(event string, vars engine.Variables) error {
	if err := p.w.Start(p.process.ProcessID, event, vars); err != nil {
		return err
	}
	return p.w.Settle()
}

// withVariable returns the variables with one added or replaced.
func withVariable(vars engine.Variables, v engine.Variable) engine.Variables {
	i := slices.IndexFunc(vars, func(x engine.Variable) bool { return x.Name == v.Name })
	if i < 0 {
		return append(vars, v)
	}
	vars[i] = v
	return vars
}
