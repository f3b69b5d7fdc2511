package engine

import (
	"fmt"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// activate prepares a node and starts its work.
func (m *machine) activate(key int64, e *bpmn.Element) {
	if err := m.prepare(key, e); err != nil {
		m.node(key).Phase = Entering
		m.fail(key, err)
		return
	}
	n := m.node(key)
	n.Phase, n.Given = Waiting, nil
	m.work(key, e)
}

// prepare maps inputs and opens the events attached to an activity (BPMN 2.0.2 §13.3.2).
func (m *machine) prepare(key int64, e *bpmn.Element) error {
	m.takeGiven(key)
	if n := m.node(key); n.Round > 0 {
		m.setRound(n, e)
	}
	if err := m.mapInputs(key, e); err != nil {
		return err
	}
	for _, i := range m.node(key).boundary(e) {
		if err := m.subscribe(key, &m.p.Plan.Elements[i]); err != nil {
			return err
		}
	}
	if e.Kind.Scope() {
		return m.subscribeScope(key, e)
	}
	return nil
}

// takeGiven makes the variables that came with the choice of an element its own.
func (m *machine) takeGiven(key int64) {
	n := m.node(key)
	for _, v := range n.Given {
		n.Variables.set(v.Name, feel.ToJSONValue(v.Value))
	}
}

// work does what an element is for, or asks the world to.
func (m *machine) work(key int64, e *bpmn.Element) {
	var err error
	switch {
	case e.AdHoc != nil:
		err = m.openAdHoc(key, e)
	case e.Kind.Scope():
		m.openScope(key, e)
	case e.Kind == bpmn.UserTask:
		err = m.openTask(key, e)
	case e.Job != nil:
		err = m.runJob(key, e)
	case e.Script != nil:
		err = m.runScript(key, e)
	case e.Decision != nil:
		err = m.decide(key, e)
	case e.Call != nil:
		err = m.call(key, e)
	case e.Kind == bpmn.CatchEvent || e.Kind == bpmn.ReceiveTask:
		err = m.waitForEvent(key, e)
	case e.Kind == bpmn.EventBased:
		err = m.waitForEvents(key, e)
	case throws(e, bpmn.Error):
		err = m.throwHere(key, e)
	case throws(e, bpmn.Signal):
		err = m.broadcast(key, e)
	case throws(e, bpmn.Escalation):
		err = m.escalate(key, e)
	case throws(e, bpmn.Compensation):
		m.compensate(key, e)
	case throws(e, bpmn.Cancel):
		m.cancelTransaction(key, e)
	default:
		m.complete(key, nil)
	}
	if err != nil {
		m.fail(key, err)
	}
}

func throws(e *bpmn.Element, kind bpmn.EventKind) bool {
	return (e.Kind == bpmn.ThrowEvent || e.Kind == bpmn.EndEvent) && e.Event != nil && e.Event.Kind == kind
}

func (m *machine) openScope(key int64, e *bpmn.Element) {
	n := m.node(key)
	n.Wait, n.Tokens = WaitScope, len(e.Starts)
	for _, start := range e.Starts {
		m.send(key, start, -1)
	}
}

func (m *machine) runJob(key int64, e *bpmn.Element) error {
	job, err := m.jobOf(key, e, e.Job)
	if err != nil {
		return err
	}
	n := m.node(key)
	n.Wait, n.Job = WaitJob, &job
	m.command(Command{Kind: RunJob, Key: key, Element: e, Job: job, Variables: m.jobVariables(key, e)})
	return nil
}

// jobOf evaluates what a job is.
func (m *machine) jobOf(key int64, e *bpmn.Element, d *bpmn.Job) (Job, error) {
	jobType, ok, err := m.evalText(d.Type, key)
	if err != nil {
		return Job{}, err
	}
	if !ok {
		return Job{}, &problem{"job_type", fmt.Sprintf("the job type of %s, %s, is null%s", e.ID, d.Type.Source(), m.why())}
	}
	job := Job{Type: jobType, Retries: 3}
	if d.Retries != nil {
		job.Retries, err = m.evalInt(d.Retries, key, "retries", e)
	}
	return job, err
}

// jobVariables are what a job sees: what the input mappings select, or everything when there are none.
func (m *machine) jobVariables(key int64, e *bpmn.Element) Variables {
	if len(e.Inputs) > 0 {
		return append(Variables(nil), m.node(key).Variables...)
	}
	if root := m.node(rootKey); m.node(key).Parent == rootKey {
		return root.Variables[:len(root.Variables):len(root.Variables)]
	}
	return m.s.Variables(key)
}

func (m *machine) evalInt(x *feel.Expression, scope int64, what string, e *bpmn.Element) (int, error) {
	v, err := m.eval(x, scope, nil)
	if err != nil {
		return 0, err
	}
	if s, ok := v.(feel.String); ok {
		if v, err = feel.ParseNumber(strings.TrimSpace(string(s))); err != nil {
			return 0, &problem{"not_a_number", fmt.Sprintf("%s of %s is %q, not a whole number", what, e.ID, string(s))}
		}
	}
	if n, ok := v.(feel.Number); ok {
		if i, ok := n.Int64(); ok && i >= 0 && i <= 1_000_000 {
			return int(i), nil
		}
	}
	return 0, &problem{"not_a_number", fmt.Sprintf("%s of %s, %s, is not a whole number between 0 and 1000000%s", what, e.ID, x.Source(), m.why())}
}

// runScript evaluates the FEEL of a script task and stores the value.
func (m *machine) runScript(key int64, e *bpmn.Element) error {
	v, err := m.eval(e.Script.Expr, key, nil)
	if err != nil {
		return err
	}
	m.complete(key, result(e.Script.Result, v))
	return nil
}

func result(name string, v feel.Value) Variables {
	if name == "" {
		return nil
	}
	return Variables{{name, feel.ToJSONValue(v)}}
}

// decide evaluates a DMN decision and stores its value; the record keeps what it was based on.
func (m *machine) decide(key int64, e *bpmn.Element) error {
	id, _, err := m.evalText(e.Decision.ID, key)
	if err != nil {
		return err
	}
	if m.p.Decisions == nil {
		return &problem{"no_decision", fmt.Sprintf("%s calls decision %q, but no decisions were deployed with the process", e.ID, id)}
	}
	decision, ok := m.p.Decisions.Invocable(id)
	if !ok {
		return &problem{"no_decision", fmt.Sprintf("%s calls decision %q, which was not deployed with the process", e.ID, id)}
	}
	m.view = view{m.s, key, nil}
	m.env.Warnings = m.env.Warnings[:0]
	evaluate := decision.EvaluateJSON
	if m.p.Version < TypedInputs {
		evaluate = decision.Evaluate
	}
	r, err := evaluate(&m.env)
	if err == nil {
		err = m.bound(r.Value)
	}
	if err != nil {
		return err
	}
	m.t.Trace = append(m.t.Trace, Record{Kind: Decided, Key: key, Element: e, Text: id, Audit: r.Audit})
	m.complete(key, result(e.Decision.Result, r.Value))
	return nil
}

// call asks for another process to be started.
func (m *machine) call(key int64, e *bpmn.Element) error {
	id, ok, err := m.evalText(e.Call.ProcessID, key)
	if err != nil {
		return err
	}
	if !ok {
		return &problem{"no_process", fmt.Sprintf("the process that %s calls, %s, is null%s", e.ID, e.Call.ProcessID.Source(), m.why())}
	}
	n := m.node(key)
	n.Wait = WaitChild
	m.command(Command{Kind: StartChild, Key: key, Element: e, Process: id, Again: n.Again,
		Variables: m.callVariables(key, e), Catches: m.caughtCodes(key), Escalations: m.caughtEscalations(key)})
	return nil
}

func (m *machine) callVariables(key int64, e *bpmn.Element) Variables {
	if e.Call.AllIn {
		return m.s.Variables(key)
	}
	return append(Variables(nil), m.node(key).Variables...)
}

// Told completes the command of a job or call that waited for its turn: the world is told of what is so now. The command has the rest.
func (p *Program) Told(s *State, c Command) Command {
	m := machine{p: p, s: s}
	n := m.node(c.Key)
	c.Element = m.element(n)
	switch {
	case c.Kind == StartChild:
		c.Variables, c.Catches, c.Escalations = m.callVariables(c.Key, c.Element), m.caughtCodes(c.Key), m.caughtEscalations(c.Key)
	case n.listens():
		c.Listener, c.Variables = c.Element.UserTask.Listener(n.Task.Transition.Stage, n.Task.Transition.Next), m.listenerVariables(c.Key, n.Task.Transition)
	default:
		c.Variables = m.jobVariables(c.Key, c.Element)
	}
	return c
}

// completeChild takes over the variables of a called process that has ended.
func (m *machine) completeChild(e Event) {
	n := m.node(e.Key)
	element := m.element(n)
	if !element.Call.AllOut && len(element.Outputs) == 0 {
		e.Variables = nil
	}
	m.complete(e.Key, e.Variables)
}
