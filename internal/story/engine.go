package story

import (
	"encoding/json"
	"fmt"
	"time"

	"fasthold/definitions"
	"fasthold/definitions/feel"
	"fasthold/internal/simulation"
	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// Engine plays a story on the bare engine.
type Engine struct {
	Set *definitions.Set

	world    *simulation.World
	calendar *workday.Calendar
	worker   jobs
}

var _ Conductor = (*Engine)(nil)

// Start starts the instance in a new world.
func (c *Engine) Start(process string, at time.Time, variables json.RawMessage) error {
	vars, err := engine.ParseVariables(variables)
	if err != nil {
		return err
	}
	if c.calendar, err = workday.New(workday.Default()); err != nil {
		return err
	}
	c.world = simulation.NewWorld(c.Set, c.calendar, at)
	c.world.Answer = c.answer
	if err := c.world.Start(process, "", vars); err != nil {
		return err
	}
	return c.settle()
}

// answer lets people wait for the story, and the worker do everything else.
func (c *Engine) answer(w simulation.Work) (simulation.Answer, error) {
	if w.Element.Job == nil {
		return simulation.Answer{Wait: true}, nil
	}
	headers := map[string]string{}
	for _, h := range w.Element.Job.Headers {
		headers[h.Key] = h.Value
	}
	vars, err := engine.ParseVariables(c.worker.do(Job{w.JobType, headers}))
	return simulation.Answer{Variables: vars}, err
}

// settle lets everything happen that happens at once; afterwards every token must have a reason to wait.
func (c *Engine) settle() error {
	if err := c.world.Settle(); err != nil {
		return err
	}
	for _, i := range c.world.Instances {
		if wrong := i.State.Verify(); wrong != nil {
			return fmt.Errorf("%s is not sound: %v", i.Definition.ProcessID, wrong)
		}
	}
	return nil
}

// Complete completes a task whose form accepts the answer.
func (c *Engine) Complete(element string, answer json.RawMessage) error {
	i, key, err := c.task(element)
	if err != nil {
		return err
	}
	e, _ := i.Definition.Plan.Element(element)
	values, err := fill(i.Definition, e, answer, &feel.Env{Vars: i.State.Variables(key), Now: c.world.Now, Calendar: c.calendar})
	if err != nil {
		return err
	}
	vars, err := engine.ParseVariables(values)
	if err != nil {
		return err
	}
	if err := c.world.Step(i, engine.Event{Kind: engine.CompleteTask, Key: key, Actor: "consultant", Variables: vars}); err != nil {
		return err
	}
	return c.settle()
}

func (c *Engine) task(element string) (*simulation.Instance, int64, error) {
	for _, i := range c.world.Instances {
		for _, n := range i.Nodes() {
			if n.Element == element && n.Wait == engine.WaitTask {
				return i, n.Key, nil
			}
		}
	}
	return nil, 0, fmt.Errorf("%s holds no open task", element)
}

// Message publishes a message that nobody keeps.
func (c *Engine) Message(name, correlationKey string, variables json.RawMessage) error {
	vars, err := engine.ParseVariables(variables)
	if err != nil {
		return err
	}
	if err := c.world.Publish(simulation.Message{Name: name, CorrelationKey: correlationKey, Variables: vars}); err != nil {
		return err
	}
	return c.settle()
}

// Advance moves the world's time.
func (c *Engine) Advance(to time.Time) error {
	if err := c.world.Advance(to); err != nil {
		return err
	}
	return c.settle()
}

// Observe reads the states of all instances.
func (c *Engine) Observe() (Sight, error) {
	root := c.world.Root()
	s := Sight{State: string(root.State.Status), Jobs: c.worker.done(), Variables: root.Variables()}
	for _, i := range c.world.Instances {
		for _, n := range i.Nodes() {
			if n.Task != nil {
				s.Tasks = append(s.Tasks, Task{n.Element, n.Task.Due, n.Task.Priority})
			}
			if n.Incident != nil {
				s.Incidents = append(s.Incidents, Incident{n.Element, n.Incident.Code, n.Incident.Message})
			}
		}
	}
	return s, nil
}
