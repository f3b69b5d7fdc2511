package engine

import (
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/bpmn"
)

// InstructionKind is what one instruction of a modification does.
type InstructionKind string

// Instruction kinds, each with the fields of Instruction that it reads.
const (
	Activate  InstructionKind = "activate"     // Element or Flow, Place, Ancestor, Variables
	Terminate InstructionKind = "terminate"    // Key or Source; the process itself: the instance ends canceled
	MoveToken InstructionKind = "move"         // Key or Source, and as Activate: one token for each that is taken away
	Assign    InstructionKind = "setVariables" // Key of the scope (0: the process), Variables
)

// Place is where at an element a token is put.
type Place string

// Places.
const (
	Before Place = "before" // the element begins; also ""
	After  Place = "after"  // as if it had just completed: its outgoing flows are taken
)

// Instruction is one change that somebody makes by hand to where the tokens of an instance are.
type Instruction struct {
	Kind    InstructionKind `json:"kind"`
	Element string          `json:"element,omitempty"`
	Place   Place           `json:"place,omitempty"`
	// Flow is the sequence flow that the token comes along, in place of an element: the only way to one side of a join.
	Flow string `json:"flow,omitempty"`
	// Ancestor is the key of the scope in which the target begins; the scopes between are opened anew. 0: the one there is.
	Ancestor int64 `json:"ancestor,omitempty"`
	// Key is the node that is taken away, Source the element all of whose nodes are.
	Key       int64        `json:"key,omitempty"`
	Source    string       `json:"source,omitempty"`
	Variables []Assignment `json:"variables,omitempty"`
}

// Assignment sets variables in the scope of the element Scope: the target itself or what it is in, "" for the process. Of an instruction to
// set variables Scope is always "".
type Assignment struct {
	Scope     string    `json:"scope,omitempty"`
	Variables Variables `json:"variables"`
}

// activates reports whether the instruction puts a token somewhere, and takes whether it takes one away.
func (i *Instruction) activates() bool { return i.Kind == Activate || i.Kind == MoveToken }
func (i *Instruction) takes() bool     { return i.Kind == Terminate || i.Kind == MoveToken }

// MaxInstructions bounds the instructions of a modification, and maxActivated the tokens that they put somewhere.
const (
	MaxInstructions = 200
	maxActivated    = 1000
)

// Problem is why an instruction cannot be followed: the position of the instruction (-1: all of them), a code, and what to do in a sentence.
type Problem struct {
	Instruction int    `json:"instruction"`
	Code        string `json:"code"`
	Message     string `json:"message"`
}

// Codes of problems.
const (
	TooMany       = "too_many"
	UnknownWork   = "unknown_instruction"
	NotThere      = "not_active"      // nothing is at the source, or the scope has ended
	UnknownTarget = "unknown_element" // no such element or flow
	NoTarget      = "not_a_target"    // an element that nothing can enter
	Ambiguous     = "ambiguous_scope"
	Repeated      = "repeated_scope" // in a repeated activity of which no instance was named
	WrongScope    = "wrong_scope"    // the scope named is not around the target, or ends
	Taken         = "taken_twice"
	NothingLeft   = "nothing_left"
	CannotBegin   = "cannot_begin" // what is evaluated on the way fails
)

// Modification is what a modification did to the instance, for its history. It has the names of variables and never their values.
type Modification struct {
	Before    []Position `json:"before"`
	After     []Position `json:"after"`
	Variables []string   `json:"variables,omitempty"`
}

// Position is how many tokens wait at an element.
type Position struct {
	Element string `json:"elementId"`
	Tokens  int    `json:"tokens"`
}

// Positions lists where tokens wait, by element id. Scopes are no positions: what is in them is.
func (s *State) Positions() []Position {
	out := []Position{}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Wait == WaitScope || n.holds() == 0 {
			continue
		}
		at, found := slices.BinarySearchFunc(out, n.Element, func(p Position, id string) int { return strings.Compare(p.Element, id) })
		if !found {
			out = slices.Insert(out, at, Position{Element: n.Element})
		}
		out[at].Tokens += n.holds()
	}
	return out
}

// modification is one event Modify, or Start at chosen elements, under way.
type modification struct {
	*machine
	instructions []Instruction
	at           int // the instruction under way
	activated    int
	taken        []int64        // nodes that are taken away, in order
	by           map[int64]int  // those, and which instruction does
	doomed       map[int64]bool // those, and what is in them
	problems     []Problem
}

// modify follows the instructions: variables are set, then tokens put where they shall be, then others taken away, so that no scope ends
// between. Step has tried all of it on a copy (Program.acceptInstructions): a problem is found there and nowhere else.
func (m *machine) modify(e Event) []Problem {
	audit := &Modification{Before: m.s.Positions()}
	m.t.Trace = append(m.t.Trace, Record{Kind: Modified, Key: rootKey, Element: m.p.Plan.Root(), Modification: audit})
	x := modification{machine: m, instructions: e.Instructions}
	x.each(func(*Instruction) bool { return true }, x.wellFormed)
	x.each((*Instruction).takes, x.take)
	x.doom()
	x.each(func(i *Instruction) bool { return i.Kind == Assign }, x.assignHere)
	x.each((*Instruction).activates, x.put)
	x.terminate()
	for _, name := range m.dirty {
		if !slices.Contains(audit.Variables, name) {
			audit.Variables = append(audit.Variables, name)
		}
	}
	return x.problems
}

// startAt begins the process at chosen elements in place of a start event.
func (m *machine) startAt(e Event) []Problem {
	x := modification{machine: m, instructions: e.Instructions}
	if err := m.prepareProcess(); err != nil {
		x.at = -1
		x.refuse(CannotBegin, "%s", err.Error())
		return x.problems
	}
	x.each(func(*Instruction) bool { return true }, x.wellFormed)
	x.each(func(i *Instruction) bool { return i.Kind != Activate }, func(i *Instruction) {
		x.refuse(UnknownWork, "a process that begins has nothing to %s: only activate elements", i.Kind)
	})
	x.each((*Instruction).activates, x.put)
	return x.problems
}

// each does something with the instructions of a sort, in order.
func (x *modification) each(sort func(*Instruction) bool, do func(*Instruction)) {
	for at := range x.instructions {
		if i := &x.instructions[at]; sort(i) {
			x.at = at
			do(i)
		}
	}
}

func (x *modification) refuse(code, format string, args ...any) {
	x.problems = append(x.problems, Problem{x.at, code, fmt.Sprintf(format, args...)})
}

// wellFormed checks what of an instruction can be checked without the instance.
func (x *modification) wellFormed(i *Instruction) {
	switch {
	case i.Kind != Activate && i.Kind != Terminate && i.Kind != MoveToken && i.Kind != Assign:
		x.refuse(UnknownWork, "there is no instruction %q: activate, terminate, move or setVariables", i.Kind)
	case i.takes() && (i.Key == 0) == (i.Source == ""):
		x.refuse(NotThere, "say what to %s: either the key of an element instance or the id of an element", i.Kind)
	case i.activates() && (i.Element == "") == (i.Flow == ""):
		x.refuse(UnknownTarget, "say where the token goes: either the id of an element or that of a sequence flow")
	case i.Place != "" && i.Place != Before && i.Place != After, i.Flow != "" && i.Place != "":
		x.refuse(UnknownTarget, "a token is put before or after an element, or along a flow; %q is neither", i.Place)
	}
}

// take finds what an instruction takes away.
func (x *modification) take(i *Instruction) {
	keys := x.sources(i)
	if len(keys) == 0 && (i.Key == 0) != (i.Source == "") {
		x.refuse(NotThere, "%s is not active", orKey(i.Source, i.Key))
	}
	for _, key := range keys {
		if by, twice := x.by[key]; twice {
			x.refuse(Taken, "%s (%d) is taken away by instruction %d already", x.node(key).Element, key, by+1)
			continue
		}
		if i.Kind == MoveToken && (key == rootKey || x.node(key).holds() == 0) {
			x.refuse(NotThere, "%s (%d) has no token that could be moved", x.node(key).Element, key)
			continue
		}
		if i.Kind == MoveToken && x.node(key).For != 0 {
			x.refuse(NotThere, "%s (%d) undoes something and has no token that could be moved: terminate it, and compensation goes on", x.node(key).Element, key)
			continue
		}
		if x.by == nil {
			x.by = map[int64]int{}
		}
		x.by[key] = x.at
		x.taken = append(x.taken, key)
	}
}

func orKey(element string, key int64) string {
	if element != "" {
		return element
	}
	return fmt.Sprintf("element instance %d", key)
}

// sources are the nodes that an instruction names. Of a repeated activity that is its body.
func (x *modification) sources(i *Instruction) []int64 {
	if i.Source == "" {
		if n, ok := x.s.Node(i.Key); ok {
			return []int64{n.Key}
		}
		return nil
	}
	var keys []int64
	for at := range x.s.Nodes {
		if n := &x.s.Nodes[at]; n.Element == i.Source && n.Round == 0 {
			keys = append(keys, n.Key)
		}
	}
	sortKeys(keys)
	return keys
}

// doom marks what ends with the nodes that are taken away: no scope of it is one to put a token in.
func (x *modification) doom() {
	if len(x.taken) == 0 {
		return
	}
	x.doomed = map[int64]bool{}
	keys := make([]int64, 0, len(x.s.Nodes))
	for i := range x.s.Nodes {
		keys = append(keys, x.s.Nodes[i].Key)
	}
	sortKeys(keys) // a scope is older than what is in it, and what throws compensation than what runs for it
	for _, key := range keys {
		n := x.node(key)
		if _, taken := x.by[key]; taken || x.doomed[n.Parent] || x.doomed[n.For] {
			x.doomed[key] = true
		}
	}
}

// assignHere sets variables of a scope, or of any other node.
func (x *modification) assignHere(i *Instruction) {
	scope := i.Key
	if scope == 0 {
		scope = rootKey
	}
	if _, ok := x.s.Node(scope); !ok {
		x.refuse(NotThere, "there is no scope %d", scope)
		return
	}
	for _, a := range i.Variables {
		if a.Scope != "" {
			x.refuse(WrongScope, "name the scope by its key: %q is that of no target", a.Scope)
		}
		x.setAll(scope, a.Variables)
	}
}

func (x *modification) setAll(scope int64, vars Variables) {
	for _, v := range vars {
		x.set(scope, v.Name, v.Value)
	}
}

// put puts the tokens of an instruction where they shall be.
func (x *modification) put(i *Instruction) {
	if i.Kind == Activate {
		x.putOne(i, 0)
		return
	}
	known := len(x.problems)
	for _, key := range x.taken {
		if x.by[key] == x.at && len(x.problems) == known { // what is wrong for one token is wrong for the next
			x.putOne(i, key)
		}
	}
}

func (x *modification) putOne(i *Instruction, source int64) {
	if x.activated++; x.activated > maxActivated {
		if x.activated == maxActivated+1 {
			x.refuse(TooMany, "more than %d tokens would be put somewhere: do it in parts", maxActivated)
		}
		return
	}
	e, flow := x.target(i)
	if e == nil || !x.assignable(i, e) {
		return
	}
	scope := x.scopeOf(i, e, source)
	if scope == 0 {
		return
	}
	switch {
	case flow >= 0:
		x.node(scope).Tokens++
		first := len(x.queue)
		x.machine.take(scope, flow)
		x.recordFlows(first)
	case i.Place == After:
		x.leave(scope, e)
	default:
		x.node(scope).Tokens++
		x.queue = append(x.queue, token{scope: scope, element: e.Index, flow: -1, node: x.ownNode(i, e, scope)})
	}
	x.occupy(x.node(scope))
}

// terminate takes away what shall go.
func (x *modification) terminate() {
	for _, key := range x.taken {
		x.at = x.by[key]
		if key == rootKey {
			x.endAll()
			return
		}
		if _, ok := x.s.Node(key); ok && !x.endsWithThrower(key) {
			x.takeAway(key)
		}
	}
	if x.node(rootKey).Tokens == 0 && len(x.problems) == 0 {
		x.at = -1
		x.refuse(NothingLeft, "no token would be left: to end the instance, terminate the process %s itself", x.p.Plan.ID)
	}
}

// takeAway ends a node. A scope from which the last token is taken ends canceled too, but not the process, and an ad-hoc sub-process in which
// people still choose only when that token has moved elsewhere.
func (x *modification) takeAway(key int64) {
	moves := x.instructions[x.at].Kind == MoveToken
	for n, ok := x.s.Node(key); ok && key != rootKey; n, ok = x.s.Node(key) {
		scope, held, thrower := n.Parent, n.holds(), n.For
		x.cancelNode(key)
		if _, waits := x.s.Node(thrower); waits && thrower != 0 { // of a compensation handler: the next one begins
			x.handled(scope, thrower)
			return
		}
		around := x.node(scope)
		around.Tokens -= held
		if around.Tokens > 0 || around.AdHoc != nil && !around.AdHoc.Closed && !moves {
			return
		}
		key = scope
	}
}

// endsWithThrower reports whether a node runs for compensation that something else throws which is taken away: it ends with that, and no
// next handler begins.
func (x *modification) endsWithThrower(key int64) bool {
	for key != 0 {
		n := x.node(key)
		if x.doomed[n.For] {
			return true
		}
		key = n.Parent
	}
	return false
}

func (x *modification) endAll() {
	if x.activated > 0 {
		x.refuse(WrongScope, "the process is terminated, and another instruction puts a token into it")
		return
	}
	x.cancelInstance()
}

// leave lets a token go on as if the element had just completed.
func (x *modification) leave(scope int64, e *bpmn.Element) {
	first := len(x.queue)
	n, err := x.choose(scope, e)
	if err != nil {
		x.queue = x.queue[:first]
		x.refuse(CannotBegin, "%s cannot be left: %s", e.ID, err.Error())
		return
	}
	x.node(scope).Tokens += n
	x.recordFlows(first)
}

// tellAfter completes the record of a modification when all has happened that follows at once.
func (m *machine) tellAfter(e Event) {
	if e.Kind == Modify {
		m.t.Trace[0].Modification.After = m.s.Positions()
	}
}

// Preview applies an event to a copy of the state and tells what would be done. Nothing changes.
func (p *Program) Preview(s *State, e Event) (*State, *Turn, error) {
	after, err := s.Clone()
	if err != nil {
		return nil, nil, err
	}
	t := new(Turn)
	return after, t, p.Step(after, e, t)
}
