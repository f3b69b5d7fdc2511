// Package lint finds in checked definitions what can be run and yet can hardly be meant: variables that nothing sets, comparisons that are
// always null, form fields that nothing reads, tasks without a deadline, errors that nothing catches. What it cannot know it takes for right:
// a finding needs no luck to be true. The findings are listed in docs/proof.md.
package lint

import (
	"fmt"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/dmn"
	"fasthold/definitions/form"
	"fasthold/definitions/problem"
)

// Process is a process with what it runs on.
type Process struct {
	Plan      *bpmn.Plan
	Decisions *dmn.Library          // nil when it calls none
	Forms     map[string]*form.Form // by id
	Jobs      []bpmn.Ref            // the job types it names
}

// Job says what the worker does for a job type.
type Job struct {
	Type   string
	Reads  []string // variables that it reads of those it sees
	Gives  []string // variables that it answers with
	Errors []string // codes of the BPMN errors that it throws
}

// Problems finds what can hardly be meant in processes that were deployed together, process by process. jobs are all that the worker does;
// nil when that is not known.
func Problems(processes []Process, jobs []Job) []problem.Problem {
	s := &set{processes: map[string]*process{}, jobs: map[string]*Job{}, jobsKnown: jobs != nil}
	for i := range jobs {
		s.jobs[jobs[i].Type] = &jobs[i]
	}
	var all []*process
	for _, in := range processes {
		p := &process{Process: in, set: s}
		s.processes[in.Plan.ID] = p
		all = append(all, p)
	}
	for _, p := range all {
		p.collect()
	}
	for range 2 { // what reads everything is known of all before it counts for those that call them
		for _, p := range all {
			p.called()
		}
	}
	for _, p := range all {
		p.solve()
		p.variables()
		p.fields()
		p.tasks()
		p.thrown()
	}
	s.messages(all)
	var problems []problem.Problem
	for _, p := range all {
		problems = append(problems, p.problems...)
	}
	return problems
}

// set is what is looked at together.
type set struct {
	processes map[string]*process // by id
	jobs      map[string]*Job     // by type
	jobsKnown bool
}

// process is one process while it is looked at.
type process struct {
	Process
	set      *set
	vars     []*variable
	byKey    map[key]*variable
	reads    []read
	callers  []caller     // call activities that call it
	whole    bool         // something reads every variable, nobody knows which
	open     bool         // something may set any variable
	used     map[key]bool // variables that something beside expressions reads
	readKeys map[key]bool // variables that expressions read, once asked for
	reached  []bits       // by element: elements that may come after it, once asked for
	before   []bits       // by element: variables that have been set when it is entered
	after    []bits       // and when it is done
	problems []problem.Problem
}

// maxProblems bounds what is told of one process.
const maxProblems = 200

func (p *process) tell(severity problem.Severity, line int, element, code, advice, message string, args ...any) {
	if len(p.problems) < maxProblems {
		p.problems = append(p.problems, problem.Problem{File: p.Plan.File, Line: line, Element: element, Code: code, Advice: advice, Severity: severity,
			Message: fmt.Sprintf(message, args...)})
	}
}

func (p *process) warn(e *bpmn.Element, code, advice, message string, args ...any) {
	p.tell(problem.Warning, e.Line, e.ID, code, advice, message, args...)
}

func (p *process) element(i int) *bpmn.Element { return &p.Plan.Elements[i] }
