package e2e

import (
	"time"

	"fasthold/internal/workday"
	"fasthold/workflows/engine"
)

// The clocks of the ways are not the same to the minute: that of the server runs while the story is told, that of the skipping environment goes on by a
// breath with each turn. They are set alike whenever time passes. So nothing is told that would come out differently by an hour.
const (
	unsure = time.Hour
	waits  = 8 // in one story, at most
)

// waited is that the next timer fires, or that days pass while the process stands still. The server skips no time while somebody works, be it
// at a job that was withdrawn meanwhile or at what the timer leads to.
func (s *tale) waited(i *played) (d deed, ok bool) {
	if s.waits == waits || len(s.model.active()) > 1 || works(&i.state) || s.model.left {
		return d, false
	}
	d.Kind, d.until = waited, s.model.now.AddDate(0, 0, 1+s.chance.IntN(5)).Add(2*unsure)
	if i.state.Suspended == nil {
		timers := s.model.timers()
		if len(timers) == 0 {
			return d, false
		}
		d.until = timers[0].Due.Add(unsure)
		if len(timers) > 1 && timers[1].Due.Before(d.until.Add(unsure)) {
			return d, false
		}
		e := timers[0].fires
		e.At = timers[0].Due
		if after, _, err := i.program.Preview(&i.state, e); err != nil || works(after) {
			return d, false
		}
	}
	s.waits++
	return d, true
}

// works reports whether somebody works for an instance: that takes time of its own.
func works(s *engine.State) bool {
	for _, n := range s.Nodes {
		if n.Wait == engine.WaitJob || n.Wait == engine.WaitChild {
			return true
		}
	}
	return false
}

// paused is that somebody lets an instance stand still, or go on. What people do meanwhile is refused, what comes from the world waits.
func (s *tale) paused(i *played) (d deed, ok bool) {
	if hour := s.model.now.In(workday.Zone()).Hour(); hour == 23 || hour == 0 {
		return d, false
	}
	d.Kind = engine.Suspend
	if i.state.Suspended != nil {
		d.Kind = engine.Resume
	}
	return d, s.sure(i.program, i, d.Event) && (d.Kind == engine.Resume || len(s.said) < lively)
}

// sure reports whether nothing comes to be due just now by an event.
func (s *tale) sure(p *engine.Program, i *played, e engine.Event) bool {
	e.At = s.model.now
	after, _, err := p.Preview(&i.state, e)
	if err != nil {
		return true
	}
	for _, n := range after.Nodes {
		for _, t := range n.Timers {
			if t.Due.Sub(e.At).Abs() < 2*unsure {
				return false
			}
		}
	}
	return true
}
