// Package enginetest is what tests share that let things happen to process instances at random.
package enginetest

import (
	"slices"
	"strings"

	"fasthold/workflows/engine"
)

// Possible are all events that something outside could let happen now, in the order of the nodes. A timer's event has Due set to when it is due; a
// job whose element begins with "risky" may also end by the error E. Of what waits for a suspended instance to go on, nothing more comes.
func Possible(p *engine.Program, s *engine.State) []engine.Event {
	var out []engine.Event
	for _, n := range s.Nodes {
		if ended(s, n.Key) {
			continue
		}
		for _, t := range n.Timers {
			out = append(out, engine.Event{Kind: engine.FireTimer, Key: n.Key, Timer: t.Key, Due: t.Due})
		}
		for _, m := range n.Subscriptions {
			e := engine.Event{Kind: engine.Correlate, Name: m.Name, CorrelationKey: m.CorrelationKey}
			if m.Signal {
				e.Kind = engine.Signal
			}
			out = append(out, e)
		}
		switch n.Wait {
		case engine.WaitChoice:
			out = append(out, choices(p, s, n)...)
		case engine.WaitTask:
			out = append(out, engine.Event{Kind: engine.CompleteTask, Key: n.Key})
		case engine.WaitJob:
			out = append(out, engine.Event{Kind: engine.CompleteJob, Key: n.Key})
			if strings.HasPrefix(n.Element, "risky") {
				out = append(out, engine.Event{Kind: engine.ThrowError, Key: n.Key, Code: "E"})
			}
		}
	}
	return out
}

// lastChoice is the key after which nothing more is chosen in ad-hoc sub-processes, so that there is an end.
const lastChoice = 400

func choices(p *engine.Program, s *engine.State, n engine.Node) []engine.Event {
	out := []engine.Event{{Kind: engine.CompleteAdHoc, Key: n.Key}}
	if s.LastKey >= lastChoice {
		return out
	}
	adHoc, _ := p.Plan.Element(n.Element)
	for _, i := range adHoc.Starts {
		out = append(out, engine.Event{Kind: engine.Choose, Key: n.Key, Element: p.Plan.Elements[i].ID})
	}
	return out
}

// ended reports whether the end of a node's work is held until the instance is resumed.
func ended(s *engine.State, key int64) bool {
	return s.Suspended != nil && slices.ContainsFunc(s.Suspended.Held, func(h engine.Held) bool { return h.Key == key && key != 0 && h.Kind != engine.EscalateChild })
}
