package lint

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/problem"
)

// tasks tells of user tasks that nothing says when they must be done, and of jobs that nobody does.
func (p *process) tasks() {
	for i := range p.Plan.Elements {
		e := p.element(i)
		if e.Kind == bpmn.UserTask && !p.bounded(e) {
			p.warn(e, "no-deadline", `give it a due date, or a timer on its border; or say that this is meant: fasthold:task deadline="none"`,
				"nothing says by when the task must be done")
		}
	}
	if !p.set.jobsKnown {
		return
	}
	for _, j := range p.Jobs {
		if p.set.jobs[j.ID] == nil {
			p.tell(problem.Warning, j.Line, j.Element, "unknown-job-type", "use a type the worker knows, or wait until it does", "no activity does jobs of type %q%s", j.ID, p.meantJob(j.ID))
		}
	}
}

func (p *process) meantJob(name string) string {
	var names []string
	for n := range p.set.jobs {
		names = append(names, n)
	}
	if meant := nearest(name, sorted(names)); meant != "" {
		return "; is " + meant + " meant?"
	}
	return ""
}

// bounded reports whether a task has a due date, or a timer runs on it or around it.
func (p *process) bounded(e *bpmn.Element) bool {
	if t := e.UserTask; t != nil && (t.DueDate != nil || t.Endless) {
		return true
	}
	for at := e; ; at = p.element(at.Parent) {
		if slices.ContainsFunc(at.Boundary, p.timed) || slices.ContainsFunc(at.EventScopes, func(i int) bool { return slices.ContainsFunc(p.element(i).Starts, p.timed) }) {
			return true
		}
		if at.Parent < 0 {
			return false
		}
	}
}

func (p *process) timed(i int) bool {
	e := p.element(i).Event
	return e != nil && e.Kind == bpmn.Timer
}
