package proof

import (
	"fmt"
	"strings"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/problem"
)

// Problems tells a designer what a result says about a plan: an error for what stops or floods process instances for certain, else a warning.
func (r Result) Problems(plan *bpmn.Plan) []problem.Problem {
	var out []problem.Problem
	for i := range r.Findings {
		out = append(out, r.Findings[i].problem(plan))
	}
	if r.Reason != "" {
		root := plan.Root()
		out = append(out, problem.Problem{File: plan.File, Line: root.Line, Element: root.ID, Code: "not-decided", Severity: problem.Warning,
			Message: "it could not be decided whether the process always comes to an end: " + r.Reason, Advice: "split it with call activities, or play it in simulations"})
	}
	return out
}

func (f *Finding) problem(plan *bpmn.Plan) problem.Problem {
	text := texts[f.Kind]
	p := problem.Problem{File: plan.File, Line: f.Element.Line, Element: f.Element.ID, Code: text.code, Advice: text.advice,
		Message: fmt.Sprintf(text.message, f.Element.Kind), Severity: problem.Warning}
	if f.Certain {
		p.Severity = problem.Error
	}
	if f.Rescue != nil {
		p.Message += fmt.Sprintf("; only %s gets it out of there", f.Rescue.ID)
	}
	if len(f.Path) > 0 {
		p.Message += ": " + shown(f.IDs())
	}
	return p
}

var texts = map[Kind]struct{ code, message, advice string }{
	Deadlock:  {"deadlock", "tokens wait at this %s for others that cannot come", "join only what was split by a gateway of the same kind, and let each branch come to the join"},
	Endless:   {"endless-loop", "from this %s on no end can be reached any more", "draw a way out of the loop"},
	Unbounded: {"unbounded-tokens", "each round of a loop through this %s adds tokens", "do not lead a branch of a split back in front of it before the branches are joined"},
	Doubled:   {"doubled-token", "two tokens can come to this %s, and it is done twice", "join the branches with a parallel or inclusive gateway in front of it, if that is not meant"},
	Dead:      {"dead-element", "this %s can never be entered", "delete it, or mend what leads to it"},
}

// maxShown bounds how many elements of a path a message shows.
const maxShown = 24

// shown is a path as text, the middle left out of a long one.
func shown(ids []string) string {
	if len(ids) > maxShown {
		ids = append(append(append([]string(nil), ids[:maxShown/2]...), "…"), ids[len(ids)-maxShown/2:]...)
	}
	return strings.Join(ids, " → ")
}
