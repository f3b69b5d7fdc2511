package engine

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// Migration takes a running instance to another version of its process. The program that applies it is that of the target.
type Migration struct {
	From    *bpmn.Plan // what the instance runs now
	Mapping Mapping    // where elements go on; those not named go on in the element of the same id, where that is the same in kind and place
	// Fields tells the variables that a form of the target sets; nil when nobody knows.
	Fields func(form string) []string
}

// Mapping says where the elements of one version of a process go on in another.
type Mapping []Move

// Move takes what waits at an element to an element of the target.
type Move struct {
	From string `json:"from"` // element of the source, or a sequence flow on which tokens wait at a join
	To   string `json:"to"`   // element, or flow, of the target; "" of an event: it is closed
	// Times tells what becomes of the timer of an event, or of the due and the follow-up date of a task.
	Times Times `json:"times,omitempty"`
}

// Times tells what a migration does with a due time.
type Times string

// Ways to treat a due time.
const (
	Keep  Times = ""      // it stays as it is
	Renew Times = "renew" // it is worked out by the target, as if the element were entered now
	Since Times = "since" // it is worked out by the target, as if the element had been the target's when it was entered
)

// UnmarshalText reads how to treat a time; "keep" may be written out.
func (t *Times) UnmarshalText(text []byte) error {
	switch *t = Times(text); *t {
	case "keep":
		*t = Keep
	case Keep, Renew, Since:
	default:
		return fmt.Errorf("times is keep, renew or since, not %q", text)
	}
	return nil
}

// Propose maps every element to the one of the same id that has the same kind, waits for the same kind of event, and stands in the same
// place: in the same scope, or attached to the same activity.
func Propose(from, to *bpmn.Plan) Mapping { return Mapping(nil).Complete(from, to) }

// Complete adds to a mapping what [Propose] finds for the elements that it does not name; the moves of elements come first, in the order
// of the source, then those of flows.
func (m Mapping) Complete(from, to *bpmn.Plan) Mapping {
	x := match(Migration{From: from, Mapping: m}, to)
	var out Mapping
	for i := range from.Elements {
		e := &from.Elements[i]
		if move, given := x.given[e.ID]; given {
			out = append(out, move)
		} else if t := x.target(e); t != nil && i > 0 {
			out = append(out, Move{From: e.ID, To: t.ID})
		}
	}
	for _, move := range m {
		if _, element := from.Element(move.From); !element {
			out = append(out, move)
		}
	}
	return out
}

// matching is a mapping made complete.
type matching struct {
	from, to *bpmn.Plan
	given    map[string]Move
	targets  []*bpmn.Element // by index of the source element
}

func match(g Migration, to *bpmn.Plan) *matching {
	x := &matching{from: g.From, to: to, given: make(map[string]Move, len(g.Mapping)), targets: make([]*bpmn.Element, len(g.From.Elements))}
	for _, move := range g.Mapping {
		if _, twice := x.given[move.From]; !twice {
			x.given[move.From] = move
		}
	}
	x.targets[0] = to.Root()
	for i := 1; i < len(x.targets); i++ { // scopes come before what is in them
		if e := &g.From.Elements[i]; e.Kind != bpmn.BoundaryEvent {
			x.targets[i] = x.find(e)
		}
	}
	for i := range x.targets {
		if e := &g.From.Elements[i]; e.Kind == bpmn.BoundaryEvent {
			x.targets[i] = x.find(e)
		}
	}
	return x
}

// target is where an element goes on, nil for nowhere.
func (x *matching) target(e *bpmn.Element) *bpmn.Element {
	if e == nil {
		return nil
	}
	return x.targets[e.Index]
}

func (x *matching) times(e *bpmn.Element) Times { return x.given[e.ID].Times }

func (x *matching) find(e *bpmn.Element) *bpmn.Element {
	move, given := x.given[e.ID]
	if given && move.To == "" {
		return nil
	}
	id := e.ID
	if given {
		id = move.To
	}
	t, ok := x.to.Element(id)
	if !ok || !given && (t.Kind != e.Kind || awaits(t) != awaits(e) || !x.samePlace(e, t)) {
		return nil
	}
	return t
}

// samePlace reports whether an element stands where a target stands.
func (x *matching) samePlace(e, t *bpmn.Element) bool {
	if e.AttachedTo >= 0 || t.AttachedTo >= 0 {
		return e.AttachedTo >= 0 && t.AttachedTo >= 0 && x.targets[e.AttachedTo] == &x.to.Elements[t.AttachedTo]
	}
	if e.Parent < 0 || t.Parent < 0 {
		return e.Parent == t.Parent
	}
	return x.targets[e.Parent] == &x.to.Elements[t.Parent]
}

func awaits(e *bpmn.Element) bpmn.EventKind {
	if e.Event == nil {
		return bpmn.None
	}
	return e.Event.Kind
}

// flow is the flow of the target that tokens on a flow of the source have come along, -1 for none: the one that is named, the one of that
// id, or the only one into the target that comes from where the flow's source goes on.
func (x *matching) flow(f *bpmn.Flow, into *bpmn.Element) int {
	id, from := f.ID, x.targets[f.Source]
	if move, given := x.given[f.ID]; given {
		id, from = move.To, nil
	}
	named := func(i int) bool { return x.to.Flows[i].ID == id }
	if at := slices.IndexFunc(into.Incoming, named); at >= 0 {
		return into.Incoming[at]
	}
	only := -1
	for _, i := range into.Incoming {
		switch {
		case from == nil || x.to.Flows[i].Source != from.Index:
		case only >= 0:
			return -1
		default:
			only = i
		}
	}
	return only
}

// sameText reports whether two expressions, or none, are written alike.
func sameText(a, b *feel.Expression) bool {
	if a == nil || b == nil {
		return a == b
	}
	_, static := a.Constant()
	_, also := b.Constant()
	return static == also && a.Source() == b.Source()
}
