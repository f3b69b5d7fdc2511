package workflows

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"fasthold/workflows/engine"
)

// maxTimers is how many of an instance's timers are Temporal's at once: those that are due first. Each costs an event in every run and a part of
// each workflow task, and ten thousand at once are more than Temporal takes.
const maxTimers = 500

// timer is a timer of the instance.
type timer struct {
	due     time.Time
	key     int64 // engine.Timer.Key
	node    int64
	element string
	cancel  workflow.CancelFunc // nil while it is not Temporal's
}

func (t *timer) compare(other *timer) int {
	return cmp.Or(t.due.Compare(other.due), cmp.Compare(t.key, other.key))
}

// timers are those of an instance, by key.
type timers struct {
	all   map[int64]*timer
	armed []*timer // Temporal's, the one that is due first in front
	later queue    // the others, some canceled since
}

// queue is a heap of timers, the one that is due first on top.
type queue []*timer

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].compare(q[j]) < 0 }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*timer)) }

// Pop takes the last one out.
func (q *queue) Pop() any {
	last := len(*q) - 1
	t := (*q)[last]
	*q = (*q)[:last]
	return t
}

func (p *process) setTimer(node int64, t engine.Timer) {
	p.cancelTimer(t.Key)
	set := &timer{due: t.Due, key: t.Key, node: node, element: t.Element}
	p.timers.all[t.Key] = set
	if p.program.Version < engine.InTurn {
		p.arm(set)
	} else {
		heap.Push(&p.timers.later, set)
	}
}

func (p *process) cancelTimer(key int64) {
	t, ok := p.timers.all[key]
	if !ok {
		return
	}
	delete(p.timers.all, key)
	if t.cancel != nil {
		p.disarm(t)
	}
}

// armTimers lets the timers that are due first be Temporal's.
func (p *process) armTimers() {
	x := &p.timers
	for len(x.later) > 0 {
		first := x.later[0]
		canceled := x.all[first.key] != first
		full := len(x.armed) >= maxTimers
		if full && !canceled && x.armed[len(x.armed)-1].compare(first) < 0 {
			return
		}
		heap.Pop(&x.later)
		if canceled {
			continue
		}
		if full {
			last := x.armed[len(x.armed)-1]
			p.disarm(last)
			heap.Push(&x.later, last)
		}
		p.arm(first)
	}
}

// arm starts a timer of Temporal.
func (p *process) arm(t *timer) {
	ctx, cancel := workflow.WithCancel(p.ctx)
	t.cancel = cancel
	i, _ := slices.BinarySearchFunc(p.timers.armed, t, (*timer).compare)
	p.timers.armed = slices.Insert(p.timers.armed, i, t)
	wait := max(t.due.Sub(workflow.Now(ctx)), 0)
	fired := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: t.element})
	workflow.Go(ctx, func(ctx workflow.Context) {
		if fired.Get(ctx, nil) != nil || p.timers.all[t.key] != t || t.cancel == nil {
			return // canceled
		}
		p.forget(t)
		delete(p.timers.all, t.key)
		p.stepQuietly(engine.Event{Kind: engine.FireTimer, Key: t.node, Timer: t.key})
	})
}

func (p *process) disarm(t *timer) {
	p.forget(t)
	t.cancel()
	t.cancel = nil
}

func (p *process) forget(t *timer) {
	if i, found := slices.BinarySearchFunc(p.timers.armed, t, (*timer).compare); found {
		p.timers.armed = slices.Delete(p.timers.armed, i, i+1)
	}
}
