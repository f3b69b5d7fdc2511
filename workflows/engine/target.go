package engine

import (
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
)

// target is the element that a token is put before or after, and the flow that it comes along, -1 for none; nil when there is none.
func (x *modification) target(i *Instruction) (*bpmn.Element, int) {
	if i.Flow != "" {
		at := slices.IndexFunc(x.p.Plan.Flows, func(f bpmn.Flow) bool { return f.ID == i.Flow })
		if at < 0 {
			x.refuse(UnknownTarget, "process %s has no sequence flow %s", x.p.Plan.ID, i.Flow)
			return nil, -1
		}
		return &x.p.Plan.Elements[x.p.Plan.Flows[at].Target], at
	}
	e, ok := x.p.Plan.Element(i.Element)
	if !ok {
		if i.Element != "" {
			x.refuse(UnknownTarget, "process %s has no element %s", x.p.Plan.ID, i.Element)
		}
		return nil, -1
	}
	if why := x.untouchable(e, i.Place); why != "" {
		x.refuse(NoTarget, "no token can be put %s %s: %s", orBefore(i.Place), e.ID, why)
		return nil, -1
	}
	return e, -1
}

func orBefore(p Place) Place {
	if p == "" {
		return Before
	}
	return p
}

// untouchable tells why no token can be put before, or after, an element; "" when one can.
func (x *modification) untouchable(e *bpmn.Element, place Place) string {
	switch {
	case e.Kind == bpmn.Process:
		return "it is the process itself"
	case e.Kind == bpmn.StartEvent, e.Kind == bpmn.BoundaryEvent:
		return "such an event occurs, nothing enters it; go along its outgoing flow"
	case e.ForCompensation, x.undoes(e):
		return "compensation begins it, for an activity that is done"
	case place != After:
		return ""
	case e.Kind == bpmn.EventBased:
		return "name the event that happened, or the flow behind it"
	}
	if _, links := e.LinksTo(); !links && len(e.Outgoing) == 0 {
		return "nothing comes after it; terminate what shall end"
	}
	return ""
}

// undoes reports whether an element is the event sub-process that compensates the sub-process it is in.
func (x *modification) undoes(e *bpmn.Element) bool {
	return e.Kind == bpmn.EventSubProcess && x.p.Plan.Undoing(&x.p.Plan.Elements[e.Parent]) == e
}

// path are the scopes around an element, the process first.
func (x *modification) path(e *bpmn.Element) []*bpmn.Element {
	var path []*bpmn.Element
	for at := e.Parent; at >= 0; at = x.p.Plan.Elements[at].Parent {
		path = append(path, &x.p.Plan.Elements[at])
	}
	slices.Reverse(path)
	return path
}

// assignable checks that the variables of an instruction have a scope: the process, a scope around the target, or an activity that begins.
func (x *modification) assignable(i *Instruction, e *bpmn.Element) bool {
	ok := true
	for _, a := range i.Variables {
		around := slices.ContainsFunc(x.path(e), func(s *bpmn.Element) bool { return s.ID == a.Scope })
		begins := a.Scope == e.ID && i.Flow == "" && i.Place != After && e.Kind.Activity()
		if a.Scope != "" && !around && !begins {
			x.refuse(WrongScope, "%s is neither a scope around %s nor an activity that begins here: it has no variables to set", a.Scope, e.ID)
			ok = false
		}
	}
	return ok
}

// scopeOf finds the scope in which a target begins, opens those that are missing, without their start events, and sets variables in them.
// It is 0 when there is none.
func (x *modification) scopeOf(i *Instruction, e *bpmn.Element, source int64) int64 {
	path := x.path(e)
	scope, level := x.anchor(i, path, source)
	if scope == 0 {
		return 0
	}
	for at, s := range path[:level+1] {
		x.setIn(i, s, x.enclosing(scope, level-at))
	}
	for _, next := range path[level+1:] {
		found := x.instancesOf(next, scope)
		if i.Ancestor != 0 {
			found = nil
		}
		switch {
		case len(found) == 0 && (next.ForCompensation || x.undoes(next)):
			x.refuse(NoTarget, "%s is in %s, which compensation begins, for an activity that is done", e.ID, next.ID)
			return 0
		case next.Loop != nil:
			x.refuse(Repeated, "%s is in %s, which is done more than once: name the instance by its key%s", e.ID, next.ID, listKeys(x.rounds(next)))
			return 0
		case len(found) > 1:
			x.refuse(Ambiguous, "%s is in %s, of which there are several: name one by its key%s", e.ID, next.ID, listKeys(found))
			return 0
		case len(found) == 1:
			scope = found[0]
			x.setIn(i, next, scope)
		default:
			if scope = x.openAround(i, next, scope); scope == 0 {
				return 0
			}
		}
	}
	return scope
}

// enclosing is the scope so many levels of the plan outside another; the body of a repeated activity is none.
func (x *modification) enclosing(scope int64, levels int) int64 {
	for ; levels > 0; levels-- {
		scope = x.node(scope).Parent
		if x.node(scope).Loop != nil {
			scope = x.node(scope).Parent
		}
	}
	return scope
}

// setIn sets those variables of an instruction that belong to an element.
func (x *modification) setIn(i *Instruction, e *bpmn.Element, key int64) {
	for _, a := range i.Variables {
		if a.Scope == e.ID || a.Scope == "" && e.Kind == bpmn.Process {
			x.setAll(key, a.Variables)
		}
	}
}

// anchor is the scope from which the search for a target's scope begins, and its level in the path: the one that is named, the innermost
// that the token comes out of, or the process. It is 0 when there is none.
func (x *modification) anchor(i *Instruction, path []*bpmn.Element, source int64) (scope int64, level int) {
	if i.Ancestor != 0 {
		return x.named(i, path)
	}
	if source != 0 {
		for key := x.node(source).Parent; key != 0; key = x.node(key).Parent {
			if level := x.level(path, key); level >= 0 {
				return key, level
			}
		}
	}
	if root := x.node(rootKey); root.Wait == WaitScope && !x.doomed[rootKey] {
		return rootKey, 0
	}
	if !x.doomed[rootKey] {
		x.refuse(WrongScope, "the process itself is stopped by an incident: resolve that first")
	} else {
		x.refuse(WrongScope, "the process is terminated, and this instruction puts a token into it")
	}
	return 0, 0
}

func (x *modification) named(i *Instruction, path []*bpmn.Element) (scope int64, level int) {
	if _, ok := x.s.Node(i.Ancestor); !ok {
		x.refuse(NotThere, "there is no scope %d", i.Ancestor)
		return 0, 0
	}
	if level = x.level(path, i.Ancestor); level < 0 {
		x.refuse(WrongScope, "%s (%d) is no open scope around the target that stays: it must be one of %s", x.node(i.Ancestor).Element, i.Ancestor, names(path))
		return 0, 0
	}
	return i.Ancestor, level
}

// level is where in the path a node belongs as a scope that a token can be put in, -1 for nowhere.
func (x *modification) level(path []*bpmn.Element, key int64) int {
	n := x.node(key)
	if !n.open() || n.Loop != nil || n.Undo != nil || x.doomed[key] {
		return -1
	}
	return slices.IndexFunc(path, func(e *bpmn.Element) bool { return e.ID == n.Element })
}

// instancesOf are the instances of a scope in another that a token can be put in.
func (x *modification) instancesOf(e *bpmn.Element, scope int64) []int64 {
	return x.nodesWhere(func(n *Node) bool {
		return n.Parent == scope && n.Element == e.ID && n.open() && n.Loop == nil && n.Undo == nil && !x.doomed[n.Key]
	})
}

// rounds are the instances of a repeated activity that are under way.
func (x *modification) rounds(e *bpmn.Element) []int64 {
	return x.nodesWhere(func(n *Node) bool { return n.Element == e.ID && n.Round > 0 && n.open() })
}

func (x *modification) nodesWhere(is func(*Node) bool) []int64 {
	var keys []int64
	for i := range x.s.Nodes {
		if n := &x.s.Nodes[i]; is(n) {
			keys = append(keys, n.Key)
		}
	}
	sortKeys(keys)
	return keys
}

// openAround opens a scope around a target. What it attaches and subscribes to is opened as ever; nothing starts in it, and of an ad-hoc
// sub-process no list is begun: people choose.
func (x *modification) openAround(i *Instruction, e *bpmn.Element, scope int64) int64 {
	x.node(scope).Tokens++
	key := x.open(scope, e, "", Entering)
	x.record(Entered, key, e)
	x.setIn(i, e, key)
	if err := x.prepare(key, e); err != nil {
		x.refuse(CannotBegin, "%s, which is around the target, cannot begin: %s", e.ID, err.Error())
		return 0
	}
	n := x.node(key)
	n.Wait, n.Phase = WaitScope, Waiting
	if e.AdHoc != nil {
		x.letChoose(key, e, nil)
	}
	return key
}

// ownNode opens the node of a target that begins with variables of its own, 0 for one that does not.
func (x *modification) ownNode(i *Instruction, e *bpmn.Element, scope int64) int64 {
	if !slices.ContainsFunc(i.Variables, func(a Assignment) bool { return a.Scope == e.ID }) {
		return 0
	}
	key := x.open(scope, e, "", Entering)
	x.setIn(i, e, key)
	return key
}

// maxListed bounds the keys that a problem lists.
const maxListed = 10

func listKeys(keys []int64) string {
	if len(keys) == 0 {
		return "; there is none now"
	}
	var out []string
	for _, key := range keys[:min(len(keys), maxListed)] {
		out = append(out, fmt.Sprint(key))
	}
	if len(keys) > maxListed {
		out = append(out, "…")
	}
	return ": " + strings.Join(out, ", ")
}

func names(path []*bpmn.Element) string {
	var out []string
	for _, e := range path {
		out = append(out, e.ID)
	}
	return strings.Join(out, ", ")
}
