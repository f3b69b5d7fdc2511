package e2e

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/workflows/engine"
	"fasthold/workflows/engine/enginetest"
)

// modified is a change by hand. Mostly it is one that the engine accepts.
func (s *tale) modified(i *played) (d deed, ok bool) {
	if len(s.said) > lively {
		return d, false
	}
	draw := func(n int, _ string) int { return s.chance.IntN(n) }
	for range 1 + s.chance.IntN(10) {
		d.Event = engine.Event{Kind: engine.Modify}
		for range 1 + s.chance.IntN(3) {
			d.Instructions = append(d.Instructions, enginetest.Instruction(draw, i.program, &i.state))
		}
		if i.program.Accept(&i.state, d.Event) == nil {
			break
		}
	}
	return d, true
}

// migrated goes on in another version of the process, which those who call it from now on get too.
func (s *tale) migrated(i *played) (d deed, ok bool) {
	text := s.varied(s.texts[i.definition.Hash])
	if len(s.said) > lively || slices.Contains(slices.Collect(maps.Values(s.texts)), text) {
		return d, false
	}
	d.to = s.deploy(i.definition.ProcessID, text)
	to := s.model.program(d.to)
	d.Event = engine.Event{Kind: engine.Migrate, Migration: &engine.Migration{From: i.program.Plan, Mapping: s.mapping(i.program.Plan, to.Plan)}}
	return d, s.sure(to, i, d.Event)
}

var (
	// idOf finds the ids of elements in a random process; a counter has the name of its variable and keeps it.
	idOf      = regexp.MustCompile(`\b(user|service|risky|catch|sub|xor|and|or|complex|race|boundary|es|s|e|throw|manual|script|receive|call|adhoc|deal|done|undo)(x*\d+)\b`)
	toAnEnd   = regexp.MustCompile(`-> e(x*\d+)\b`)
	aDuration = regexp.MustCompile(`P\dD`)
)

func renamed(text string) string { return idOf.ReplaceAllString(text, "${1}x${2}") }

// varied is a text with some of the changes that a designer makes: a step more, other times, other ids of elements.
func (s *tale) varied(text string) string {
	if s.chance.IntN(2) == 0 {
		ends := toAnEnd.FindAllStringIndex(text, -1)
		at := ends[s.chance.IntN(len(ends))][0]
		added := fmt.Sprintf("added%d", len(s.texts))
		text = text[:at] + "-> " + added + "; user " + added + "; " + added + " " + text[at:]
	}
	if s.chance.IntN(2) == 0 {
		text = aDuration.ReplaceAllStringFunc(text, func(string) string { return fmt.Sprintf("P%dD", 1+s.chance.IntN(9)) })
	}
	if s.chance.IntN(2) == 0 {
		text = renamed(text)
	}
	return text
}

// mapping takes elements to those of their new names, with times of any kind. Now and then it forgets one, closes an event or is mistaken.
func (s *tale) mapping(from, to *bpmn.Plan) (all engine.Mapping) {
	times := []engine.Times{engine.Keep, engine.Keep, engine.Renew, engine.Since}
	careless := s.chance.IntN(3) == 0
	for i := range from.Elements[1:] {
		e := &from.Elements[i+1]
		m := engine.Move{From: e.ID, To: e.ID}
		if _, same := to.Element(e.ID); !same {
			m.To = renamed(e.ID)
		}
		if e.Event != nil && e.Event.Kind == bpmn.Timer {
			m.Times = times[s.chance.IntN(len(times))]
		}
		switch {
		case careless && s.chance.IntN(12) == 0:
			continue
		case careless && s.chance.IntN(12) == 0 && e.Event != nil:
			m.To = ""
		case careless && s.chance.IntN(24) == 0:
			m.To = to.Elements[1+s.chance.IntN(len(to.Elements)-1)].ID
		}
		if m.From != m.To || m.Times != engine.Keep {
			all = append(all, m)
		}
	}
	return all
}
