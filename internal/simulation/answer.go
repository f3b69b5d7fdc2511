package simulation

import (
	"fmt"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/workflows/engine"
)

// answers are the answers of a scenario, each list by what it answers for.
type answers struct {
	lists map[string][]Answer
	used  map[string]int
	held  map[string]bool // elements that a step ends: without an answer they wait for it
}

// answer finds what comes of a piece of work: by element id, job type, element type, and "*". A list is used up answer by answer, the
// last one repeats. Without any answer work completes at once, but a call of a process that is not in the files cannot.
func (a *answers) answer(w Work) (Answer, error) {
	names := []string{w.Element.ID, w.JobType, string(w.Element.Kind), "*"}
	if w.Listener {
		names = []string{w.JobType} // all else answers for the task
	}
	for _, name := range names {
		if list := a.lists[name]; len(list) > 0 {
			n := a.used[name]
			a.used[name]++
			return list[min(n, len(list)-1)], nil
		}
	}
	if w.Element.Call != nil {
		return Answer{Fail: fmt.Sprintf("%s calls a process that is not in the files: add its file, or give %[1]s an answer", w.Element.ID)}, nil
	}
	return Answer{Wait: a.held[w.Element.ID] && !w.Listener}, nil
}

// work asks what comes of a piece of work.
func (w *World) work(work Work) error {
	if n, ok := work.Instance.State.Node(work.Key); !ok || n.Wait != engine.WaitTask && n.Wait != engine.WaitJob && n.Wait != engine.WaitChild {
		return nil // ended meanwhile
	}
	w.forget(work)
	var a Answer
	if w.Answer != nil {
		var err error
		if a, err = w.Answer(work); err != nil {
			return err
		}
	}
	switch {
	case a.Wait:
		return nil
	case a.After != (bpmn.Span{}):
		w.promised = append(w.promised, promise{a.After.After(w.Now), work, a})
		return nil
	}
	return w.apply(work, a)
}

// forget drops an answer that was promised for the work.
func (w *World) forget(work Work) {
	w.promised = slices.DeleteFunc(w.promised, func(p promise) bool { return p.work.Instance == work.Instance && p.work.Key == work.Key })
}

// apply lets an answer come. Work that has ended meanwhile needs none.
func (w *World) apply(work Work, a Answer) error {
	n, ok := work.Instance.State.Node(work.Key)
	if !ok {
		return nil
	}
	e, ok := eventOf(n, a)
	if !ok {
		return fmt.Errorf("%s is a %s: it cannot fail, only end by an error", n.Element, work.Element.Kind)
	}
	return w.unlessLate(work.Instance, e)
}

// eventOf is the event that an answer is for the node. ok is false when it cannot be answered that way.
func eventOf(n *engine.Node, a Answer) (e engine.Event, ok bool) {
	e = engine.Event{Key: n.Key, Variables: a.Variables}
	if n.Task != nil && n.Task.Transition != nil { // of a listener
		e.Kind = engine.CompleteJob
		if a.Fail != "" {
			e.Kind, e.Code, e.Text = engine.FailJob, "job_failed", a.Fail
		}
		return e, a.Error == nil
	}
	switch {
	case a.Error != nil && n.Wait == engine.WaitChild:
		e.Kind, e.Code, e.Text = engine.FailChild, a.Error.Code, a.Error.Message
	case a.Error != nil:
		e.Kind, e.Code, e.Text = engine.ThrowError, a.Error.Code, a.Error.Message
	case a.Fail != "" && n.Wait == engine.WaitTask:
		return e, false
	case a.Fail != "" && n.Wait == engine.WaitChild:
		e.Kind, e.Code, e.Text = engine.StopChild, "child_not_started", a.Fail
	case a.Fail != "":
		e.Kind, e.Code, e.Text = engine.FailJob, "job_failed", a.Fail
	default:
		e.Kind = completions[n.Wait]
	}
	return e, true
}

// completions are the events that complete what waits.
var completions = map[engine.Wait]engine.EventKind{
	engine.WaitTask: engine.CompleteTask, engine.WaitJob: engine.CompleteJob, engine.WaitChild: engine.CompleteChild,
}
