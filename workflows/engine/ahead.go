package engine

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// ahead looks at what the instance comes to in the target: variables that nobody sets, conditions that fail, joins that wait in vain.
func (c *migrationCheck) ahead() {
	var active []*bpmn.Element
	have := map[string]bool{}
	for i := range c.s.Nodes {
		n := &c.s.Nodes[i]
		e, _ := c.from.Element(n.Element)
		active = append(active, c.target(e))
		for _, v := range n.Variables {
			have[v.Name] = true
		}
		if n.Arrived != nil && e.Kind == bpmn.Parallel {
			c.starved(n, e, c.target(e))
		}
	}
	reached := reach(c.to, active)
	c.unset(reached, active, have)
	c.conditions(reached)
}

// reach are the elements that tokens can come to from active ones, and those themselves.
func reach(p *bpmn.Plan, active []*bpmn.Element) bpmn.Bits {
	found := make(bpmn.Bits, len(p.Elements)/64+1)
	var queue []int
	push := func(indexes ...int) {
		for _, i := range indexes {
			if !found.Has(i) {
				found.Add(i)
				queue = append(queue, i)
			}
		}
	}
	for _, e := range active {
		found.Add(e.Index) // a scope that is open does not begin again
		push(after(p, e)...)
	}
	for len(queue) > 0 {
		e := &p.Elements[queue[0]]
		queue = queue[1:]
		push(e.Starts...)
		push(after(p, e)...)
	}
	return found
}

// after are the elements that a token comes to from one it is in.
func after(p *bpmn.Plan, e *bpmn.Element) []int {
	next := slices.Concat(e.Boundary, e.EventScopes)
	for _, f := range e.Outgoing {
		next = append(next, p.Flows[f].Target)
	}
	if to, ok := e.LinksTo(); ok {
		next = append(next, to)
	}
	return next
}

// starved warns of a join with an empty flow along which nothing in its scope can come.
func (c *migrationCheck) starved(join *Node, src, dst *bpmn.Element) {
	var beside []*bpmn.Element
	for i := range c.s.Nodes {
		if n := &c.s.Nodes[i]; n.Parent == join.Parent && n.Key != join.Key {
			e, _ := c.from.Element(n.Element)
			beside = append(beside, c.target(e))
		}
	}
	reached := reach(c.to, beside)
	arrived, _ := c.matching.arrivals(join, src, dst)
	for slot, count := range arrived {
		if f := &c.to.Flows[dst.Incoming[slot]]; count == 0 && !reached.Has(f.Source) {
			c.warn(join, Starved, dst, "map what waits to an element before "+f.ID+", or give the instance a token there afterwards",
				"%s waits for a token along %s, and none is left that could come", dst.ID, f.ID)
		}
	}
}

// unset warns of variables that only the target reads, that there are not, and that nothing on the way sets.
func (c *migrationCheck) unset(reached bpmn.Bits, active []*bpmn.Element, have map[string]bool) {
	for i := range c.from.Elements {
		e := &c.from.Elements[i]
		for _, x := range expressions(c.from, e, false) {
			mark(have, x.References()...)
		}
		mark(have, sets(e, c.fields)...)
	}
	for i := range c.to.Elements {
		if reached.Has(i) {
			mark(have, sets(&c.to.Elements[i], c.fields)...)
		}
	}
	for i := range c.to.Elements {
		e := &c.to.Elements[i]
		if !reached.Has(i) {
			continue
		}
		for _, x := range expressions(c.to, e, slices.Contains(active, e)) {
			for _, name := range x.References() {
				if !have[name] {
					have[name] = true
					c.warn(nil, Missing, e, "set it, or give it a value in the new version", "%s reads the variable %s, which is not there, and nothing on the way sets it", e.ID, name)
				}
			}
		}
	}
}

func mark(set map[string]bool, names ...string) {
	for _, name := range names {
		set[name] = true
	}
}

// expressions are those that are evaluated at an element and on the way out of it; of one that is entered already, only those to come.
func expressions(p *bpmn.Plan, e *bpmn.Element, entered bool) []*feel.Expression {
	var all []*feel.Expression
	add := func(list ...*feel.Expression) {
		for _, x := range list {
			if x != nil {
				all = append(all, x)
			}
		}
	}
	for _, o := range e.Outputs {
		add(o.Source)
	}
	for _, f := range e.Outgoing {
		add(p.Flows[f].Condition)
	}
	if l := e.Loop; l != nil {
		add(l.Each, l.Until, l.While)
	}
	if entered {
		return all
	}
	for _, in := range e.Inputs {
		add(in.Source)
	}
	add(e.Activation)
	switch {
	case e.Job != nil:
		add(e.Job.Type, e.Job.Retries)
	case e.UserTask != nil:
		t := e.UserTask
		add(t.Assignee, t.CandidateGroups, t.CandidateUsers, t.DueDate, t.FollowUpDate, t.Priority)
	case e.Script != nil:
		add(e.Script.Expr)
	case e.Decision != nil:
		add(e.Decision.ID)
	case e.Call != nil:
		add(e.Call.ProcessID)
	}
	if l := e.Loop; l != nil {
		add(l.Collection, l.Cardinality)
	}
	if v := e.Event; v != nil {
		add(v.Name(), v.Condition, v.Code)
		if v.Timer != nil {
			add(v.Timer.Expr)
		}
		if v.Message != nil {
			add(v.Message.CorrelationKey)
		}
	}
	return all
}

// sets are the variables that the definition says an element sets; a job, a called process or a message may set others.
func sets(e *bpmn.Element, fields func(string) []string) []string {
	var names []string
	for _, m := range slices.Concat(e.Inputs, e.Outputs) {
		names = append(names, m.Target[0])
	}
	if l := e.Loop; l != nil {
		names = append(names, l.Item, l.Output, l.Own, "loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances")
	}
	switch {
	case e.Kind == bpmn.Complex:
		names = append(names, "activationCount")
	case e.Script != nil:
		names = append(names, e.Script.Result)
	case e.Decision != nil:
		names = append(names, e.Decision.Result)
	case e.UserTask != nil && e.UserTask.Form != "" && fields != nil:
		names = append(names, fields(e.UserTask.Form)...)
	case e.Event != nil:
		names = append(names, e.Event.CodeVariable, e.Event.MessageVariable)
	}
	return names
}

// conditions tries those that only the target has on the variables there are, as far as it reads no others.
func (c *migrationCheck) conditions(reached bpmn.Bits) {
	for i := range c.to.Flows {
		f := &c.to.Flows[i]
		if f.Condition == nil || !reached.Has(f.Source) || c.hadCondition(f) {
			continue
		}
		scope := c.scopeOf(f)
		if scope == 0 || !c.readable(f.Condition, scope) {
			continue
		}
		e := &c.to.Elements[f.Source]
		if _, err := c.m.holds(scope, e, f.Index); err != nil {
			c.warn(nil, WouldFail, e, "correct the condition, or the variables", "with the variables there are now: %s", err.Error())
		}
	}
}

func (c *migrationCheck) hadCondition(f *bpmn.Flow) bool {
	return slices.ContainsFunc(c.from.Flows, func(g bpmn.Flow) bool { return g.ID == f.ID && sameText(f.Condition, g.Condition) })
}

// scopeOf is the node of the scope that a flow of the target is in, 0 when it is not open.
func (c *migrationCheck) scopeOf(f *bpmn.Flow) int64 {
	parent := &c.to.Elements[c.to.Elements[f.Source].Parent]
	for i := range c.s.Nodes {
		n := &c.s.Nodes[i]
		if e, _ := c.from.Element(n.Element); n.Wait == WaitScope && n.Loop == nil && c.target(e) == parent {
			return n.Key
		}
	}
	return 0
}

// readable reports whether every variable that an expression reads has a value.
func (c *migrationCheck) readable(x *feel.Expression, scope int64) bool {
	v := view{c.s, scope, nil}
	return !slices.ContainsFunc(x.References(), func(name string) bool {
		value, ok := v.Lookup(name)
		return !ok || value.Kind() == feel.KindNull
	})
}
