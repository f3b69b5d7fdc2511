package workflows

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/internal/casework"
	"fasthold/workflows/engine"
)

// projection gathers what a burst of steps changed. What is open is read from the state when the burst is over.
type projection struct {
	whole         bool
	touched       []int64 // nodes entered, changed or left, in key order
	opened        []int64 // tasks opened or changed
	closed        []casework.Task
	timers        []casework.Timer
	subscriptions []casework.Subscription
	history       []casework.Step
	signals       []casework.Signal
}

func (c *projection) empty() bool {
	return !c.whole && len(c.touched)+len(c.closed)+len(c.timers)+len(c.subscriptions)+len(c.history)+len(c.signals) == 0
}

func (c *projection) touch(key int64) {
	if i, found := slices.BinarySearch(c.touched, key); !found {
		c.touched = slices.Insert(c.touched, i, key)
	}
}

// add takes in the turn of a step. Why somebody did it by hand goes with the first thing that happened.
func (c *projection) add(p *process, e engine.Event, k kept) {
	first := len(c.history)
	for i, r := range p.turn.Trace {
		if r.Kind == engine.VariableSet {
			c.addVariable(p, p.turn.Trace, i, e.Actor)
			continue
		}
		c.history = append(c.history, p.historyStep(r, e.Actor))
		if r.Key != 0 {
			c.touch(r.Key)
		}
	}
	for _, x := range p.turn.Commands {
		c.touch(x.Key)
		c.addCommand(p, x, e.Actor, k.answer)
	}
	if k.reason == "" {
		return
	}
	if first == len(c.history) {
		// Only variables are set without a trace, by an interpreter from before that was told.
		c.history = append(c.history, casework.Step{Kind: string(engine.VariableSet), Key: e.Key, Actor: e.Actor})
	}
	c.history[first].Detail = withReason(c.history[first].Detail, k.reason)
}

// withReason names the reason of a step in its detail, as that of a pause is.
func withReason(detail json.RawMessage, reason string) json.RawMessage {
	all := map[string]json.RawMessage{} // numbers stay as they are written
	_ = json.Unmarshal(detail, &all)
	all["reason"], _ = json.Marshal(reason)
	out, _ := json.Marshal(all)
	return out
}

// addVariable tells of variables that were set together, in one scope, in one step.
func (c *projection) addVariable(p *process, trace []engine.Record, i int, actor string) {
	r := trace[i]
	together := func(other engine.Record) bool { return other.Kind == r.Kind && other.Key == r.Key }
	if i > 0 && together(trace[i-1]) {
		return
	}
	var vars engine.Variables
	for ; i < len(trace) && together(trace[i]); i++ {
		vars = vars.With(trace[i].Text, toldValue(trace[i].Value))
	}
	step := p.historyStep(r, actor)
	step.Detail, _ = json.Marshal(map[string]any{"variables": vars})
	c.history = append(c.history, step)
	if root := p.state.Root(); root == nil || r.Key != root.Key { // those of the process are told with the instance
		c.touch(r.Key)
	}
}

// maxTold is the size, as JSON, of the largest value that the history repeats: a list that grows in a loop would fill it with its square.
const maxTold = 16 << 10

// toldValue is a value as the history tells it; of a large one only its kind.
func toldValue(v feel.Value) feel.Value {
	if feel.Size(v, maxTold) > maxTold {
		return feel.Text(fmt.Sprintf("(%s, more than %d kB)", v.Kind(), maxTold>>10))
	}
	return v
}

// toldEvaluations are those of decisions as the history tells them.
func toldEvaluations(all []dmn.Evaluation) []dmn.Evaluation {
	told := slices.Clone(all)
	for i := range told {
		told[i].Output, told[i].Inputs = toldValue(told[i].Output), slices.Clone(told[i].Inputs)
		for j, in := range told[i].Inputs {
			told[i].Inputs[j].Value = toldValue(in.Value)
		}
	}
	return told
}

func (c *projection) addCommand(p *process, x engine.Command, actor, answer string) {
	switch x.Kind {
	case engine.OpenTask, engine.ChangeTask:
		if !slices.Contains(c.opened, x.Key) {
			c.opened = append(c.opened, x.Key)
		}
	case engine.CloseTask:
		c.closed = append(c.closed, p.closedTask(x, actor, answer))
	case engine.SetTimer:
		c.timers = append(c.timers, p.timerOf(x, false))
	case engine.CancelTimer:
		c.timers = append(c.timers, p.timerOf(x, true))
	case engine.Subscribe:
		c.subscriptions = append(c.subscriptions, subscriptionOf(x, false))
	case engine.Unsubscribe:
		c.subscriptions = append(c.subscriptions, subscriptionOf(x, true))
	case engine.Broadcast:
		c.signals = append(c.signals, p.thrownSignal(x))
	}
}

// addAll takes in everything that is open: a rebuild.
func (c *projection) addAll(p *process) {
	c.whole = true
	c.timers, c.subscriptions = nil, nil
	for i := range p.state.Nodes {
		n := &p.state.Nodes[i]
		c.touch(n.Key)
		if n.Task != nil && n.Task.Open() && !slices.Contains(c.opened, n.Key) {
			c.opened = append(c.opened, n.Key)
		}
		for _, t := range p.running(n) {
			c.timers = append(c.timers, p.timerOf(engine.Command{Key: n.Key, Element: p.element(t.Element), Timer: t}, false))
		}
		for _, s := range n.Subscriptions {
			c.subscriptions = append(c.subscriptions, subscriptionOf(engine.Command{Key: n.Key, Element: p.element(s.Element), Subscription: s}, false))
		}
	}
	slices.Sort(c.opened)
}

// running are the timers of a node, none while the instance is suspended.
func (p *process) running(n *engine.Node) []engine.Timer {
	if p.state.Suspended != nil {
		return nil
	}
	return n.Timers
}

func (p *process) element(id string) *bpmn.Element {
	e, _ := p.program.Plan.Element(id)
	return e
}

// take hands the burst over and begins a new one.
func (c *projection) take(p *process) casework.Projection {
	out := casework.Projection{
		Instance: p.instance(), Sequence: p.sequence, At: workflow.Now(p.ctx).UTC(), Whole: c.whole,
		Tasks: c.closed, Timers: c.timers, Subscriptions: c.subscriptions, History: c.history, Signals: c.signals,
	}
	for _, key := range c.opened {
		if n, ok := p.state.Node(key); ok && n.Task != nil && n.Task.Open() {
			out.Tasks = append(out.Tasks, p.openTask(n))
		}
	}
	for _, key := range c.touched {
		out.Elements = append(out.Elements, p.elementState(key))
		if n, ok := p.state.Node(key); ok && n.Incident != nil {
			out.Incidents = append(out.Incidents, casework.Incident{Key: key, ElementID: n.Element, Code: n.Incident.Code, Message: n.Incident.Message, RaisedAt: n.Incident.At})
		} else {
			out.Incidents = append(out.Incidents, casework.Incident{Key: key, Resolved: true})
		}
	}
	*c = projection{}
	return out
}

// whole is everything that is open, in place of a projection that the store could not follow; what ended and happened in that is kept.
func (p *process) whole(lost casework.Projection) casework.Projection {
	var all projection
	all.addAll(p)
	out := all.take(p)
	out.Replaces = lost.Sequence
	if lost.Replaces > 0 {
		out.Replaces = lost.Replaces
	}
	out.History, out.Signals = lost.History, lost.Signals
	for _, t := range lost.Tasks {
		if t.State != casework.TaskOpen {
			out.Tasks = append(out.Tasks, t)
		}
	}
	return out
}

func (p *process) instance() casework.Instance {
	i := casework.Instance{
		ID: p.id, ProcessID: p.in.ProcessID, Version: p.in.Version, Definition: p.in.Definition, BusinessKey: p.in.BusinessKey,
		CaseID: p.in.CaseID, ParentID: p.in.Parent, RestartedFrom: p.in.RestartedFrom, StartedAt: p.started.UTC(), State: casework.InstanceActive,
	}
	vars := p.state.Result
	if root := p.state.Root(); root != nil {
		vars = root.Variables
	}
	i.Variables, _ = json.Marshal(vars)
	switch p.state.Status {
	case engine.Active:
		switch {
		case p.state.Suspended != nil:
			i.State = casework.InstanceSuspended
		case p.hasIncident():
			i.State = casework.InstanceIncident
		}
		return i
	case engine.Completed:
		i.State = casework.InstanceCompleted
	default:
		i.State = casework.InstanceCanceled
	}
	now := workflow.Now(p.ctx).UTC()
	i.EndedAt = &now
	return i
}

func (p *process) hasIncident() bool {
	return slices.ContainsFunc(p.state.Nodes, func(n engine.Node) bool { return n.Incident != nil })
}

func (p *process) elementState(key int64) casework.Element {
	n, ok := p.state.Node(key)
	if !ok {
		return casework.Element{Key: key, Gone: true}
	}
	e := p.element(n.Element)
	kind := string(e.Kind)
	if n.Loop != nil {
		kind = multiInstanceBody
	}
	out := casework.Element{Key: key, Parent: n.Parent, ElementID: e.ID, Name: e.Name, Type: kind, State: string(n.Wait), Child: p.children[key], Since: n.Since}
	if n.Parent != 0 && len(n.Variables) > 0 {
		out.Variables, _ = json.Marshal(n.Variables)
	}
	return out
}

// multiInstanceBody is the type of what holds the instances of a repeated activity, which have the type of the activity.
const multiInstanceBody = "multiInstanceBody"

func (p *process) openTask(n *engine.Node) casework.Task {
	e, t := p.element(n.Element), n.Task
	out := casework.Task{
		ID: TaskID(p.id, n.Key), Key: n.Key, ElementID: e.ID, Name: nameOf(e), State: casework.TaskOpen,
		Assignee: t.Assignee, Owner: t.Owner, CandidateGroups: t.CandidateGroups, CandidateUsers: t.CandidateUsers, Priority: t.Priority,
		DueAt: t.Due, FollowUpAt: t.FollowUp, CreatedAt: n.Since,
	}
	if e.UserTask != nil {
		out.Form = e.UserTask.Form
	}
	return out
}

func (p *process) closedTask(x engine.Command, actor, answer string) casework.Task {
	now := workflow.Now(p.ctx).UTC()
	out := casework.Task{ID: TaskID(p.id, x.Key), Key: x.Key, ElementID: x.Element.ID, Name: nameOf(x.Element), State: casework.TaskCanceled, CreatedAt: now, EndedAt: &now}
	if x.Done {
		out.State, out.EndedBy, out.Answer = casework.TaskCompleted, cmp.Or(x.Actor, actor), cmp.Or(x.Answer, answer)
	}
	return out
}

func (p *process) timerOf(x engine.Command, gone bool) casework.Timer {
	return casework.Timer{ID: TimerID(x.Key, x.Timer.Key), Key: x.Key, ElementID: x.Element.ID, Name: p.nameWithActivity(x.Element), DueAt: x.Timer.Due, Gone: gone}
}

// nameWithActivity says of an attached event what it is attached to: "Ring til virksomheden: Frist".
func (p *process) nameWithActivity(e *bpmn.Element) string {
	if e.AttachedTo < 0 || e.Name == "" {
		return e.Name
	}
	return nameOf(&p.program.Plan.Elements[e.AttachedTo]) + ": " + e.Name
}

func subscriptionOf(x engine.Command, gone bool) casework.Subscription {
	return casework.Subscription{Key: x.Subscription.Key, ElementID: x.Element.ID, Name: x.Subscription.Name, CorrelationKey: x.Subscription.CorrelationKey,
		Signal: x.Subscription.Signal, Gone: gone}
}

// thrownSignal is a signal that the instance threw. Its id is the same however often the throwing step is played again.
func (p *process) thrownSignal(x engine.Command) casework.Signal {
	vars, _ := json.Marshal(x.Variables)
	return casework.Signal{Name: x.Name, Variables: vars, ID: TaskID(p.id, x.Key)}
}

func (p *process) historyStep(r engine.Record, actor string) casework.Step {
	s := casework.Step{Kind: string(r.Kind), Key: r.Key, Actor: actor}
	switch {
	case r.Flow != nil:
		s.ElementID, s.Name, s.Type = r.Flow.ID, r.Flow.Name, "sequenceFlow"
	case r.Element != nil:
		s.ElementID, s.Name, s.Type = r.Element.ID, p.nameWithActivity(r.Element), string(r.Element.Kind)
	}
	s.Detail = detail(r)
	return s
}

func detail(r engine.Record) json.RawMessage {
	var v any
	switch {
	case r.Audit != nil:
		v = map[string]any{"decision": r.Text, "evaluations": toldEvaluations(r.Audit)}
	case r.Modification != nil:
		v = r.Modification
	case !r.Due.IsZero():
		v = map[string]any{"due": r.Due}
	case (r.Kind == engine.InstanceHeld || r.Kind == engine.InstanceResumed) && r.Text != "":
		v = map[string]any{"reason": r.Text}
	case r.Text != "":
		v = map[string]any{"text": r.Text}
	default:
		return nil
	}
	data, _ := json.Marshal(v)
	return data
}
