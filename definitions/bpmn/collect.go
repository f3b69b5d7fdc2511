package bpmn

import (
	"fmt"
	"slices"
	"strings"
)

// collect adds an element and, if it is a scope, everything in it, in document order.
func (b *builder) collect(n *Node, parent int, kind Kind) {
	i := len(b.plan.Elements)
	b.plan.Elements = append(b.plan.Elements, Element{
		Index: i, ID: n.ID(), Name: n.Attr("name"), Kind: kind, Line: n.Line, Parent: parent, Default: -1, AttachedTo: -1,
		ForCompensation: kind.Activity() && b.boolean(n, "isForCompensation", false),
	})
	b.nodes = append(b.nodes, n)
	b.register(n, i)
	b.attributesOf(n)
	if parent >= 0 {
		p := b.element(parent)
		p.Children = append(p.Children, i)
		if kind == EventSubProcess {
			p.EventScopes = append(p.EventScopes, i)
		}
		if kind == StartEvent {
			p.Starts = append(p.Starts, i)
		}
	}
	if !kind.Scope() {
		b.children(n, func(name string) bool {
			_, ok := eventDefinitions[name]
			return ok && isEvent(b.element(i)) || isLoop(name) && kind.Activity() || name == "activationCondition" && kind == Complex
		})
		return
	}
	b.children(n, func(name string) bool {
		_, ok := flowNodes[name]
		return ok || name == "sequenceFlow" || isLoop(name) && kind != Process || name == "completionCondition" && kind == AdHocSubProcess
	})
	b.inside(n, i)
}

func (b *builder) inside(scope *Node, index int) {
	half := len(scope.Children) / 2 // about as many flow nodes as flows
	b.plan.Elements, b.plan.Flows = slices.Grow(b.plan.Elements, half), slices.Grow(b.plan.Flows, half)
	for _, c := range scope.Children {
		kind, ok := flowNodes[c.Name]
		switch {
		case c.Space != spaceBPMN:
		case c.Name == "sequenceFlow":
			b.collectFlow(c)
		case refused[c.Name] != "":
			b.unknown[c.ID()] = true
		case ok:
			if kind == SubProcess && b.boolean(c, "triggeredByEvent", false) {
				kind = EventSubProcess
			}
			b.collect(c, index, kind)
		}
	}
}

func (b *builder) register(n *Node, i int) {
	if n.ID() == "" {
		b.fail(n, "missing-id", fmt.Sprintf("the <%s> has no id", n.Name), "give it an id; it stands for the element in histories and stories")
		return
	}
	if _, taken := b.plan.byID[n.ID()]; !taken {
		b.plan.byID[n.ID()] = i
	}
}

func (b *builder) collectFlow(n *Node) {
	if n.ID() == "" {
		b.fail(n, "missing-id", "the <sequenceFlow> has no id", "give it an id")
	}
	i := len(b.plan.Flows)
	b.plan.Flows = append(b.plan.Flows, Flow{Index: i, ID: n.ID(), Name: n.Attr("name"), Line: n.Line, Source: -1, Target: -1, TargetSlot: -1})
	b.flowXML = append(b.flowXML, n)
	if _, taken := b.flows[n.ID()]; !taken {
		b.flows[n.ID()] = i
	}
	b.attributesOf(n)
	b.children(n, func(name string) bool { return name == "conditionExpression" })
	b.extensionsBeside(n, "zeebe:properties")
}

// unprefixed is the local part of a reference, which may be a qualified name (BPMN 2.0.2 §15.3.2).
func unprefixed(ref string) string {
	ref = strings.TrimSpace(ref)
	if i := strings.LastIndexByte(ref, ':'); i >= 0 {
		return ref[i+1:]
	}
	return ref
}

// end finds the flow node that a reference names; false when there is none, which is reported unless that node was refused.
func (b *builder) end(t text) (int, bool) {
	id := unprefixed(t.value)
	i, ok := b.plan.byID[id]
	switch {
	case ok && i > 0:
		return i, true
	case id == "":
		b.failText(t, "missing-reference", fmt.Sprintf("the <%s> does not say %s", t.node.Name, reading[t.attr]), "draw it again")
	case !b.unknown[id]:
		b.failText(t, "unknown-reference", fmt.Sprintf("%q is not a flow node of this process", clip(id)), "draw it again")
	}
	return 0, false
}

var reading = map[string]string{"sourceRef": "where it comes from", "targetRef": "where it goes to", "attachedToRef": "what it is attached to", "activityRef": "what it compensates"}

// connect resolves the sequence flows.
func (b *builder) connect() {
	for i, n := range b.flowXML {
		f := &b.plan.Flows[i]
		source, okSource := b.end(n.text("sourceRef"))
		target, okTarget := b.end(n.text("targetRef"))
		if c := n.child("conditionExpression"); c != nil {
			f.Condition = b.condition(c)
		}
		switch {
		case okSource && okTarget:
			b.connectFlow(f, n, source, target)
		case okSource:
			b.cut[source] = true
		}
	}
	for i := range b.plan.Elements {
		b.defaultFlow(i)
		b.mentions(i)
	}
}

func (b *builder) connectFlow(f *Flow, n *Node, source, target int) {
	s, t := b.element(source), b.element(target)
	if s.Parent != t.Parent {
		b.fail(n, "crosses-scope", fmt.Sprintf("the flow leads from %s to %s across the border of a sub-process", s.ID, t.ID), "end the flow inside, and go on from the sub-process itself or from an event on its border")
		return
	}
	f.Source, f.Target, f.TargetSlot = source, target, len(t.Incoming)
	s.Outgoing = append(s.Outgoing, f.Index)
	t.Incoming = append(t.Incoming, f.Index)
}

func (b *builder) defaultFlow(i int) {
	e, t := b.element(i), b.nodes[i].text("default")
	if t.value == "" || !attributes[b.nodes[i].Name]["default"] {
		return
	}
	f, ok := b.flows[unprefixed(t.value)]
	switch {
	case !ok:
		b.failText(t, "unknown-reference", fmt.Sprintf("the default flow %q does not exist", clip(t.value)), "choose the default flow again")
	case b.plan.Flows[f].Source == i:
		e.Default = f
	case b.plan.Flows[f].Source >= 0:
		b.failText(t, "foreign-default", fmt.Sprintf("the default flow %s does not begin here", clip(t.value)), "choose a flow that begins here")
	}
}

// mentions compares <incoming> and <outgoing> with the flows, which count.
func (b *builder) mentions(i int) {
	e, n := b.element(i), b.nodes[i]
	for _, side := range []struct {
		name  string
		flows []int
	}{{"incoming", e.Incoming}, {"outgoing", e.Outgoing}} {
		listed := n.all(spaceBPMN, side.name)
		have := map[string]bool{}
		for _, f := range side.flows {
			have[b.plan.Flows[f].ID] = true
		}
		for _, m := range listed {
			id := unprefixed(m.Text)
			if f, ok := b.flows[id]; !have[id] && (!ok || b.plan.Flows[f].Source >= 0) {
				b.warn(m, "stale-reference", fmt.Sprintf("<%s> names %q, which is not such a flow", side.name, clip(id)), "save the file again with a modeler")
			}
		}
	}
}

// attach puts boundary events onto their activities.
func (b *builder) attach() {
	for i := range b.plan.Elements {
		e, n := b.element(i), b.nodes[i]
		if e.Kind != BoundaryEvent {
			continue
		}
		e.Interrupting = b.boolean(n, "cancelActivity", true)
		host, ok := b.end(n.text("attachedToRef"))
		if !ok {
			continue
		}
		h := b.element(host)
		if !h.Kind.Activity() || h.Parent != e.Parent {
			b.fail(n, "bad-attachment", fmt.Sprintf("the event is attached to %s, which is not an activity beside it", h.ID), "attach it to the border of an activity")
			continue
		}
		e.AttachedTo = host
		h.Boundary = append(h.Boundary, i)
	}
}
