package engine

import (
	"fmt"

	"fasthold/definitions/feel"
)

const (
	// maxVariables bounds the variables of an instance in bytes, as JSON: an instance continues as new with all of them, and Temporal takes 2 MB,
	// compressed.
	maxVariables = 4 << 20
	// largeValue is the size in bytes from which a value is worth counting all of them.
	largeValue = 4 << 10
)

func tooLarge() *problem {
	return &problem{"variables_too_large",
		fmt.Sprintf("the variables of the process would take more than %d MB: keep less in them, such as ids instead of what they stand for", maxVariables>>20)}
}

// bound refuses a value with which the variables of the instance would become too large.
func (m *machine) bound(v feel.Value) error {
	if m.p.Version < Bounded || feel.Size(v, largeValue) <= largeValue || feel.Size(v, maxVariables)+m.s.size(maxVariables) <= maxVariables {
		return nil
	}
	return tooLarge()
}

// bounds reports whether what an event brings is not too much to be kept.
func (p *Program) bounds(s *State, e Event) bool {
	if p.Version < Bounded {
		return true
	}
	brought := 0
	for _, v := range e.Variables {
		brought += len(v.Name) + feel.Size(v.Value, maxVariables)
	}
	return brought <= largeValue || brought+s.size(maxVariables) <= maxVariables
}

// tooLarge is what becomes of the end of work that brings too much.
func (e Event) tooLarge() Event {
	switch e.Kind {
	case CompleteJob:
		e.Kind = FailJob
	case CompleteChild:
		e.Kind = StopChild
	default:
		return e
	}
	x := tooLarge()
	e.Code, e.Text, e.Variables = x.code, x.message, nil
	return e
}

// size tells how many bytes the variables take, as JSON, and stops when there are more than most.
func (s *State) size(most int) int {
	size := 0
	for i := 0; i < len(s.Nodes) && size <= most; i++ {
		n := &s.Nodes[i]
		size += n.Variables.size(most-size) + n.Given.size(most-size) + pastSize(n.Past, most-size)
		if n.Loop != nil {
			size += feel.Size(feel.List(n.Loop.Items), most-size) + feel.Size(feel.List(n.Loop.Results), most-size)
		}
	}
	for i := 0; i < len(s.Inbox) && size <= most; i++ {
		size += s.Inbox[i].Variables.size(most - size)
	}
	if s.Suspended != nil {
		for i := 0; i < len(s.Suspended.Held) && size <= most; i++ {
			size += s.Suspended.Held[i].Variables.size(most - size)
		}
	}
	return size
}

func (v Variables) size(most int) int {
	size := 0
	for i := 0; i < len(v) && size <= most; i++ {
		size += len(v[i].Name) + 4 + feel.Size(v[i].Value, most-size)
	}
	return size
}

func pastSize(past []Past, most int) int {
	size := 0
	for i := 0; i < len(past) && size <= most; i++ {
		size += past[i].Variables.size(most-size) + pastSize(past[i].Past, most-size)
	}
	return size
}
