package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
)

// Finding is something to know of a migration before it is done.
type Finding struct {
	Code    string `json:"code"`
	Element string `json:"element,omitempty"` // of the source, or a name in the mapping
	Target  string `json:"target,omitempty"`
	Key     int64  `json:"key,omitempty"` // of the element instance
	Message string `json:"message"`
	Advice  string `json:"advice,omitempty"`
	Blocks  bool   `json:"blocks"` // the migration is refused; else it is done, and this is what then is so
}

// Finding codes. Those up to Fails block.
const (
	HeldStill    = "suspended"            // resume it first
	BadMapping   = "bad_mapping"          // the mapping names what is not there, or one thing twice
	Unmapped     = "unmapped"             // nothing in the target takes over what waits
	CallGone     = "call_gone"            // a called process is under way and its call activity is gone
	KindChanged  = "kind_changed"         // another element type
	EventChanged = "event_changed"        // another kind of event
	ScopeChanged = "scope_changed"        // in another sub-process
	WorkChanged  = "work_changed"         // done by another: worker, engine, person
	LoopChanged  = "loop_changed"         // repeated otherwise
	FlowGone     = "flow_gone"            // tokens have come to a join along a flow that is gone
	JoinMerged   = "join_merged"          // two joins would be one
	Elsewhere    = "event_elsewhere"      // the event is attached to something else
	Undoing      = "compensating"         // compensation is under way that cannot go on
	Fails        = "expression_fails"     // what the target would wait for cannot be worked out
	NameChanged  = "subscription_changed" // waits for another message or signal from now on
	InputChanged = "inputs_changed"       // input mappings are not done again
	JobChanged   = "job_changed"          // the job under way is still the old one
	CallChanged  = "call_changed"         // the called process under way is still the old one
	ResultsLost  = "results_missing"      // results of instances that are done were not kept
	HandlerGone  = "handler_gone"         // done, and cannot be compensated any more
	Starved      = "join_starved"         // a join waits for a flow along which nothing can come
	Missing      = "variable_missing"     // read further on, and nothing sets it
	WouldFail    = "condition_fails"      // a condition further on is neither true nor false
)

// CheckMigration finds everything that stands in the way of a migration of an instance, and what else there is to know, at a time. p is the
// program of the target. It changes nothing.
func (p *Program) CheckMigration(s *State, g Migration, at time.Time) []Finding {
	c := &migrationCheck{matching: match(g, p.Plan), s: s, fields: g.Fields}
	c.m.begin(p, s, new(Turn), Event{At: at})
	if s.Suspended != nil {
		c.block(s.Root(), HeldStill, nil, "resume it first", "the process instance is suspended")
	}
	c.mapping(g.Mapping)
	for i := range s.Nodes {
		c.node(&s.Nodes[i])
	}
	c.joins()
	if !slices.ContainsFunc(c.found, func(f Finding) bool { return f.Blocks }) {
		c.ahead()
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int { return cmp.Compare(a.Key, b.Key) })
	return c.found
}

func (p *Program) acceptMigration(s *State, e Event) error {
	if e.Migration == nil || e.Migration.From == nil {
		return reject(Invalid, "the migration does not say where from")
	}
	found := p.CheckMigration(s, *e.Migration, e.At)
	var blocks []string
	for _, f := range found {
		if f.Blocks {
			blocks = append(blocks, f.Message)
		}
	}
	if blocks == nil {
		return nil
	}
	return &Rejection{Code: Conflict, Message: strings.Join(blocks, "; "), Findings: found}
}

type migrationCheck struct {
	*matching
	s      *State
	m      machine
	fields func(string) []string
	found  []Finding
}

func (c *migrationCheck) add(n *Node, code, target, message, advice string, blocks bool) {
	f := Finding{Code: code, Target: target, Message: message, Advice: advice, Blocks: blocks}
	if n != nil {
		f.Element, f.Key = n.Element, n.Key
	}
	c.found = append(c.found, f)
}

func (c *migrationCheck) block(n *Node, code string, t *bpmn.Element, advice, format string, args ...any) {
	c.add(n, code, idOf(t), fmt.Sprintf(format, args...), advice, true)
}

func (c *migrationCheck) warn(n *Node, code string, t *bpmn.Element, advice, format string, args ...any) {
	c.add(n, code, idOf(t), fmt.Sprintf(format, args...), advice, false)
}

func idOf(e *bpmn.Element) string {
	if e == nil {
		return ""
	}
	return e.ID
}

// mapping checks the names in a mapping, whatever waits.
func (c *migrationCheck) mapping(m Mapping) {
	seen := map[string]bool{}
	bad := func(move Move, format string, args ...any) {
		c.found = append(c.found, Finding{Code: BadMapping, Element: move.From, Target: move.To, Message: fmt.Sprintf(format, args...), Advice: "correct the mapping", Blocks: true})
	}
	for _, move := range m {
		switch {
		case seen[move.From]:
			bad(move, "%s is mapped twice", move.From)
		case !named(c.from, move.From):
			bad(move, "the version before has no element or flow %s", move.From)
		case move.To != "" && !named(c.to, move.To):
			bad(move, "the new version has no element or flow %s", move.To)
		case move.From == c.from.ID:
			bad(move, "the process itself is not mapped")
		}
		seen[move.From] = true
	}
}

func named(p *bpmn.Plan, id string) bool {
	_, ok := p.Element(id)
	return ok || slices.ContainsFunc(p.Flows, func(f bpmn.Flow) bool { return f.ID == id })
}

// node checks one token or scope: the first thing that is wrong with its element hides the rest.
func (c *migrationCheck) node(n *Node) {
	src, ok := c.from.Element(n.Element)
	if !ok {
		c.block(n, Unmapped, nil, "migrate from the version that it runs", "%s is not an element of the version before", n.Element)
		return
	}
	dst := c.target(src)
	switch {
	case dst == nil && n.Wait == WaitChild:
		c.block(n, CallGone, nil, "map it to a call activity, or let the called process end first",
			"the process that %s has called is under way, and the new version has no such call activity", src.ID)
	case dst == nil:
		c.block(n, Unmapped, nil, "map it to the element that takes over, or let it end first", "%s waits, and nothing in the new version takes over from it", src.ID)
	case dst.Kind != src.Kind:
		c.block(n, KindChanged, dst, "map it to an element of the same type", "%s is a %s and %s a %s", src.ID, src.Kind, dst.ID, dst.Kind)
	case n.Parent != 0 && n.Round == 0 && !c.nested(n, dst):
		c.block(n, ScopeChanged, dst, "map it to an element in the sub-process that goes on", "%s is not in the scope in which %s waits", dst.ID, src.ID)
	case loopKind(src.Loop) != loopKind(dst.Loop):
		c.block(n, LoopChanged, dst, "let it end first", "%s is %s and %s %s", src.ID, loopKind(src.Loop), dst.ID, loopKind(dst.Loop))
	case n.Wait != WaitIncident && n.Loop == nil && workOf(src) != workOf(dst):
		c.block(n, WorkChanged, dst, "let it end first", "%s is done by %s and %s by %s", src.ID, workOf(src), dst.ID, workOf(dst))
	case n.Wait != WaitIncident && awaits(src) != awaits(dst):
		c.block(n, EventChanged, dst, "let it happen first", "%s waits for a %s and %s for a %s", src.ID, awaits(src), dst.ID, awaits(dst))
	default:
		c.arrivals(n, src, dst)
		c.events(n, src, dst)
		c.work(n, src, dst)
		c.undoing(n, src, dst)
	}
	if n.Parent == 0 && n.Wait == WaitIncident && dst != nil {
		c.start(n)
	}
}

// start makes sure that a process that could not begin can be tried again.
func (c *migrationCheck) start(n *Node) {
	if e, ok := c.from.Element(c.s.Start); !ok || c.target(e) == nil {
		c.block(n, Unmapped, nil, "map the start event", "the process could not begin, and the new version has no start event for %s", c.s.Start)
	}
}

// nested reports whether the target of a node stands in the target of the node around it.
func (c *migrationCheck) nested(n *Node, dst *bpmn.Element) bool {
	parent, ok := c.s.Node(n.Parent)
	if !ok || dst.Parent < 0 {
		return false
	}
	e, ok := c.from.Element(parent.Element)
	return ok && c.target(e) == &c.to.Elements[dst.Parent]
}

func loopKind(l *bpmn.Loop) string {
	switch {
	case l == nil:
		return "done once"
	case l.Standard:
		return "repeated while a condition holds"
	}
	of := "for a number of instances"
	if l.Collection != nil {
		of = "for each item of a collection"
	}
	if l.Sequential {
		return "done " + of + ", one after the other"
	}
	return "done " + of + ", all at once"
}

// workOf says who does the work of an element.
func workOf(e *bpmn.Element) string {
	switch {
	case e.Job != nil:
		return "a worker"
	case e.Kind == bpmn.UserTask:
		return "a person"
	case e.Script != nil:
		return "a script"
	case e.Decision != nil:
		return "a decision"
	case e.Call != nil:
		return "a called process"
	}
	return "the engine"
}

// arrivals checks the tokens that wait at a join.
func (c *migrationCheck) arrivals(n *Node, src, dst *bpmn.Element) {
	taken := map[int]bool{}
	for slot, count := range n.Arrived {
		if count == 0 && !slices.Contains(n.Expected, slot) {
			continue
		}
		flow, to := c.from.Flows[src.Incoming[slot]].ID, c.slot(src, dst, slot)
		switch {
		case to < 0 && count > 0:
			c.block(n, FlowGone, dst, "map the flow to one into the new join", "a token has come to %s along %s, and no flow into %s takes that over", src.ID, flow, dst.ID)
		case to >= 0 && taken[to]:
			c.block(n, FlowGone, dst, "map the flows to different ones", "two flows into %s, one of them %s, would be one into %s", src.ID, flow, dst.ID)
		}
		taken[to] = to >= 0
	}
}

// joins checks that no two joins at which tokens wait become one.
func (c *migrationCheck) joins() {
	type place struct {
		scope  int64
		target *bpmn.Element
	}
	first := map[place]*Node{}
	for i := range c.s.Nodes {
		n := &c.s.Nodes[i]
		src, ok := c.from.Element(n.Element)
		if !ok || n.Arrived == nil || c.target(src) == nil {
			continue
		}
		at := place{n.Parent, c.target(src)}
		if other := first[at]; other != nil {
			c.block(n, JoinMerged, at.target, "map them to different joins", "tokens wait at %s and at %s, and both would wait at %s", other.Element, n.Element, at.target.ID)
			continue
		}
		first[at] = n
	}
}

// events checks what a node waits for, and tries out what it would wait for.
func (c *migrationCheck) events(n *Node, src, dst *bpmn.Element) {
	for _, t := range n.Timers {
		if from, to := c.event(n, dst, t.Element); to != nil {
			_, err := c.m.carriedOver(t, n.Key, from, to, c.times(from))
			c.tried(n, to, err)
		}
	}
	for _, s := range n.Subscriptions {
		if from, to := c.event(n, dst, s.Element); to != nil {
			next, changed, err := c.m.otherName(n.Key, from, to, s)
			c.tried(n, to, err)
			if err == nil && changed {
				c.warn(n, NameChanged, to, "make sure that whoever sends it knows", "%s waits for %s and will wait for %s", from.ID, described(s), described(next))
			}
		}
	}
	for _, w := range n.Conditions {
		if _, to := c.event(n, dst, w.Element); to != nil {
			_, err := c.m.met(n.Key, to)
			c.tried(n, to, err)
		}
	}
	for _, event := range c.opens(c.s, n, src, dst) {
		c.tried(n, event, c.m.try(n.Key, event))
	}
}

func described(s Subscription) string {
	if s.Signal {
		return "the signal " + s.Name
	}
	return fmt.Sprintf("the message %s with the key %q", s.Name, s.CorrelationKey)
}

// event is what an open event becomes. One that the mapping takes to another place is wrong; one that goes nowhere is closed.
func (c *migrationCheck) event(n *Node, dst *bpmn.Element, id string) (from, to *bpmn.Element) {
	from, to = c.goesOn(n, dst, id)
	if move, given := c.given[id]; to == nil && given && move.To != "" && named(c.to, move.To) {
		c.block(n, Elsewhere, c.target(from), `map it to an event of the same kind that belongs to the same element, or to "" to close it`,
			"%s is not an event like %s that belongs to %s", move.To, id, dst.ID)
	}
	return from, to
}

// try works out what an event would wait for.
func (m *machine) try(key int64, event *bpmn.Element) (err error) {
	switch awaits(event) {
	case bpmn.Timer:
		err = m.schedule(&Timer{From: m.now.UTC()}, key, event)
	case bpmn.Message:
		_, err = m.messageOf(key, event)
	case bpmn.Signal:
		_, err = m.signalName(key, event)
	case bpmn.Conditional:
		_, err = m.met(key, event)
	}
	return err
}

func (c *migrationCheck) tried(n *Node, event *bpmn.Element, err error) {
	if err != nil {
		c.block(n, Fails, event, "set the variables that it reads, or correct the new version", "%s", err.Error())
	}
}

// work checks what is under way at an element.
func (c *migrationCheck) work(n *Node, src, dst *bpmn.Element) {
	switch n.Wait {
	case WaitTask:
		_, err := c.m.taskOver(n, dst, c.times(src))
		c.tried(n, dst, err)
	case WaitJob:
		if !sameText(src.Job.Type, dst.Job.Type) {
			c.warn(n, JobChanged, dst, "", "the job of %s that is under way goes on as %s", src.ID, n.Job.Type)
		}
	case WaitChild:
		if !sameText(src.Call.ProcessID, dst.Call.ProcessID) || src.Call.VersionTag != dst.Call.VersionTag {
			c.warn(n, CallChanged, dst, "", "the process that %s has called goes on as it is", src.ID)
		}
	}
	if n.Phase == Waiting && n.Loop == nil && !sameMappings(src.Inputs, dst.Inputs) {
		c.warn(n, InputChanged, dst, "set the variables that are missing", "the input mappings or data objects of %s have changed; what waits there keeps the variables that it has", dst.ID)
	}
	if n.Loop != nil && n.Loop.Done > 0 && n.Loop.Results == nil && dst.Loop.Output != "" {
		c.warn(n, ResultsLost, dst, "", "the results of the %d instances of %s that are done are null in %s", n.Loop.Done, src.ID, dst.Loop.Output)
	}
}

func sameMappings(a, b []bpmn.Mapping) bool {
	return slices.EqualFunc(a, b, func(a, b bpmn.Mapping) bool { return slices.Equal(a.Target, b.Target) && sameText(a.Source, b.Source) })
}
