package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"fasthold/workflows/engine"
)

// Temporal fails the workflow task of an instance that would have more than 2,000 activities, or 2,000 called processes, under way at once,
// or that tells it more than 4 MB.
const (
	maxJobs    = 500 // fewer, for an instance does not continue as new before the last of them is done
	maxCalls   = 1500
	maxCalling = 100     // of which about to be started
	maxWeight  = 1 << 20 // bytes of variables, before they are compressed, that jobs and calls are given in one workflow task
)

// backlog are the jobs, or the calls, of an instance that wait for their turn. What they are told is not kept: it is as it is when they begin.
type backlog struct {
	order   []int64 // node keys, those that have waited longest first; some withdrawn since
	waiting map[int64]engine.Command
}

func (b *backlog) add(c engine.Command) {
	if b.waiting == nil {
		b.waiting = map[int64]engine.Command{}
	}
	b.order = append(b.order, c.Key)
	b.waiting[c.Key] = engine.Command{Kind: c.Kind, Key: c.Key, Job: c.Job, Process: c.Process, Again: c.Again}
}

func (b *backlog) withdraw(key int64) { delete(b.waiting, key) }

// next takes out the one that has waited longest.
func (b *backlog) next() (engine.Command, bool) {
	for len(b.order) > 0 {
		key := b.order[0]
		b.order = b.order[1:]
		if c, ok := b.waiting[key]; ok {
			b.withdraw(key)
			return c, true
		}
	}
	return engine.Command{}, false
}

// rest are all that wait, in order.
func (b *backlog) rest() []engine.Command {
	var out []engine.Command
	for c, ok := b.next(); ok; c, ok = b.next() {
		out = append(out, c)
	}
	return out
}

// Waiting is a job or a call that waits for its turn while the instance continues as new.
type Waiting struct {
	Key     int64      `json:"key"`
	Job     engine.Job `json:"job,omitzero"`
	Process string     `json:"process,omitempty"` // "" of a job
	Again   int        `json:"again,omitempty"`
}

func (p *process) carryBacklogs() []Waiting {
	var out []Waiting
	for _, c := range append(p.waitingJobs.rest(), p.waitingCalls.rest()...) {
		out = append(out, Waiting{c.Key, c.Job, c.Process, c.Again})
	}
	return out
}

func (p *process) resumeBacklogs(carried []Waiting) {
	for _, w := range carried {
		c := engine.Command{Kind: engine.RunJob, Key: w.Key, Job: w.Job, Process: w.Process, Again: w.Again}
		if w.Process == "" {
			p.waitingJobs.add(c)
			continue
		}
		c.Kind = engine.StartChild
		p.waitingCalls.add(c)
	}
}

// queues reports whether a job or call takes its turn. What runs in the worker itself is no burden to Temporal, and a listener for which
// somebody waits goes first.
func (p *process) queues(c engine.Command) bool {
	switch {
	case p.program.Version < engine.InTurn:
		return false
	case c.Kind == engine.StartChild:
		return true
	case c.Listener != nil:
		n, ok := p.state.Node(c.Key)
		return ok && !n.Task.Open()
	}
	return !c.Element.Job.Local
}

// admit lets a job or a call begin, or wait until there is room.
func (p *process) admit(c engine.Command, waiting *backlog, room func() bool, run func(engine.Command)) {
	if p.queues(c) && (len(waiting.waiting) > 0 || !room()) {
		waiting.add(c)
	} else {
		run(c)
	}
}

func (p *process) roomForJobs() bool { return len(p.jobs) < maxJobs && p.weight < maxWeight }

func (p *process) roomForCalls() bool {
	return len(p.children)+p.calling < maxCalls && p.calling < maxCalling && p.weight < maxWeight
}

// letIn begins what waits, as far as there is room. A run that should give way to a new one lets no more jobs in, nor does a suspended instance.
func (p *process) letIn() {
	if p.state.Suspended != nil {
		return
	}
	for p.roomForJobs() && !p.long() {
		c, ok := p.waitingJobs.next()
		if !ok {
			break
		}
		p.runJob(p.program.Told(&p.state, c))
	}
	for p.roomForCalls() {
		c, ok := p.waitingCalls.next()
		if !ok {
			break
		}
		p.startChildLate(p.program.Told(&p.state, c), func() {})
	}
	if p.weight >= maxWeight && len(p.waitingJobs.waiting)+len(p.waitingCalls.waiting) > 0 {
		p.pause()
	}
}

// pause lets the next workflow task come, which may tell as much again.
func (p *process) pause() {
	if p.pausing {
		return
	}
	p.pausing = true
	workflow.Go(p.ctx, func(ctx workflow.Context) {
		_ = workflow.Sleep(ctx, time.Millisecond)
		p.pausing, p.weight = false, 0
		p.letIn()
	})
}
