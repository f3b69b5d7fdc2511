package simulation

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"fasthold/definitions"
	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/proof"
	"fasthold/workflows/engine"
)

// Example is a scenario that shows what a proof found; its JSON is read by [ReadScenario].
type Example struct {
	Now        string           `json:"now"`
	Process    string           `json:"process"`
	StartEvent string           `json:"startEvent,omitempty"`
	Variables  engine.Variables `json:"variables,omitempty"`
	Answers    map[string]any   `json:"answers"`
	Steps      []map[string]any `json:"steps"`
}

// exampleNow is when examples start: which day does not matter to control flow.
const exampleNow = "2026-11-23T08:00:00+01:00"

// ExampleOf makes a scenario of a finding's counter-example and plays it. ok is false when it does not show what was found: variables that
// lead there were not found, or time lets something else happen on the way.
func ExampleOf(set *definitions.Set, process *definitions.Definition, f proof.Finding) (x Example, ok bool) {
	w := &exampleWriter{plan: process.Plan, x: Example{Now: exampleNow, Process: process.ProcessID, Answers: map[string]any{"*": map[string]any{"wait": true}}, Steps: []map[string]any{}}}
	if len(f.Path) == 0 || !w.write(f) {
		return Example{}, false
	}
	data, err := json.Marshal(w.x)
	if err != nil {
		return Example{}, false
	}
	scenario, err := ReadScenario("example.json", data)
	if err != nil {
		return Example{}, false
	}
	r, err := Play(set, scenario)
	return w.x, err == nil && r.Error == "" && shows(r, f)
}

// shows reports whether a result is what was found.
func shows(r Result, f proof.Finding) bool {
	times := 1
	if f.Kind == proof.Doubled {
		times = 2
	}
	at := 0
	for _, id := range r.Active {
		if id == f.Element.ID {
			at++
		}
	}
	switch f.Kind {
	case proof.Deadlock, proof.Doubled:
		return at >= times
	}
	return containsAll(r.Visited, f.IDs())
}

// containsAll reports whether each id is there at least as often as it is wanted.
func containsAll(have, want []string) bool {
	have = slices.Clone(have)
	for _, id := range want {
		i := slices.Index(have, id)
		if i < 0 {
			return false
		}
		have = slices.Delete(have, i, i+1)
	}
	return true
}

// exampleWriter turns moves into steps. What follows from a step at once belongs to its turn: the variables that decide about it are set before.
type exampleWriter struct {
	plan  *bpmn.Plan
	x     Example
	turns []turn
	came  map[int]int // element: turn in which the last token came to it
}

// turn is a step with the decisions that follow from it.
type turn struct {
	step      map[string]any // nil: the start
	decisions []decision
}

// decision is the flows that must be taken out of an element.
type decision struct {
	element *bpmn.Element
	flows   []int // sorted
}

func (w *exampleWriter) write(f proof.Finding) bool {
	if start := f.Path[0]; start.Event != nil {
		w.x.StartEvent = start.ID
	}
	w.turns, w.came = []turn{{}}, map[int]int{}
	for _, m := range f.Moves {
		if !w.move(m) {
			return false
		}
	}
	for i, t := range w.turns {
		vars, ok := w.solve(t.decisions)
		if !ok {
			return false
		}
		switch {
		case i == 0:
			w.x.Variables = vars
			continue
		case len(vars) > 0:
			w.x.Steps = append(w.x.Steps, map[string]any{"setVariables": vars})
		}
		w.x.Steps = append(w.x.Steps, t.step)
	}
	return true
}

func (w *exampleWriter) move(m proof.Move) bool {
	at := w.came[m.Element.Index]
	if m.Waits && (!m.Element.Kind.Scope() || m.Element.AdHoc != nil) || m.Event != nil {
		step, ok := stepOf(m)
		if !ok {
			return false
		}
		w.turns = append(w.turns, turn{step: step})
		at = len(w.turns) - 1
	}
	if m.Element.Kind.Scope() && m.Event == nil {
		at = len(w.turns) - 1 // its last token has just ended
	}
	if m.Event != nil {
		w.came[m.Event.Index] = at
	}
	if len(m.Element.Outgoing) > 1 && m.Element.Kind != bpmn.EventBased && m.Event == nil {
		w.turns[at].decisions = append(w.turns[at].decisions, decision{m.Element, indexes(m.Flows)})
	}
	for _, f := range m.Flows {
		w.came[f.Target] = max(w.came[f.Target], at)
	}
	return true
}

func indexes(flows []*bpmn.Flow) []int {
	out := make([]int, len(flows))
	for i, f := range flows {
		out[i] = f.Index
	}
	slices.Sort(out)
	return out
}

// stepOf is the step that lets a move happen.
func stepOf(m proof.Move) (map[string]any, bool) {
	e := m.Element
	if m.Event != nil {
		e = m.Event
	}
	switch {
	case e.Event != nil && e.Event.Kind == bpmn.Timer:
		return map[string]any{"fireTimer": e.ID}, true
	case e.Event != nil && e.Event.Kind == bpmn.Message && e.Job == nil:
		name, named := constantOf(e.Event.Message.Name)
		key, keyed := constantOf(e.Event.Message.CorrelationKey)
		return map[string]any{"message": name, "correlationKey": key}, named && keyed
	case m.Event != nil && e.Event.Kind == bpmn.Error && !m.Element.Kind.Scope():
		code, fixed := constantOf(e.Event.Code)
		if !fixed {
			code = "ERROR"
		}
		return map[string]any{"throwError": m.Element.ID, "code": code}, true
	case m.Event == nil && m.Element.AdHoc != nil:
		return map[string]any{"completeAdHoc": m.Element.ID}, true
	case m.Event == nil:
		return map[string]any{"complete": m.Element.ID}, true
	}
	return nil, false
}

func constantOf(x *feel.Expression) (string, bool) {
	if x == nil {
		return "", false
	}
	v, _ := x.Constant()
	s, ok := v.(feel.String)
	return string(s), ok
}

const (
	// maxTries bounds the values tried to make decisions come out.
	maxTries = 20_000
	maxNames = 8
)

// solve finds variables with which all decisions come out as wanted, among the values that stand in the conditions and near ones.
func (w *exampleWriter) solve(decisions []decision) (engine.Variables, bool) {
	var names []string
	values := []feel.Value{feel.Bool(true), feel.Bool(false), feel.Null{}}
	for _, d := range decisions {
		for _, f := range d.element.Outgoing {
			if c := w.plan.Flows[f].Condition; c != nil {
				names = append(names, c.References()...)
				values = append(values, literals(c.Source())...)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > maxNames {
		return nil, false
	}
	vars := make(engine.Variables, len(names))
	tries := 0
	var try func(int) bool
	try = func(i int) bool {
		if i == len(names) {
			tries++
			return !slices.ContainsFunc(decisions, func(d decision) bool { return !slices.Equal(w.taken(d.element, vars), d.flows) })
		}
		for _, v := range values {
			vars[i] = engine.Variable{Name: names[i], Value: v}
			if tries < maxTries && try(i+1) {
				return true
			}
		}
		return false
	}
	return vars, try(0)
}

// taken are the flows that a token takes out of an element, sorted; none when a condition is neither true nor false.
func (w *exampleWriter) taken(e *bpmn.Element, vars engine.Variables) []int {
	var out []int
	for _, f := range e.Outgoing {
		if f == e.Default {
			continue
		}
		holds, ok := w.holds(f, vars)
		if !ok {
			return nil
		}
		if holds {
			out = append(out, f)
		}
		if holds && e.Kind == bpmn.Exclusive {
			break
		}
	}
	if out == nil && e.Default >= 0 {
		return []int{e.Default}
	}
	slices.Sort(out)
	return out
}

func (w *exampleWriter) holds(flow int, vars engine.Variables) (holds, ok bool) {
	c := w.plan.Flows[flow].Condition
	if c == nil {
		return true, true
	}
	v, _ := c.Eval(&feel.Env{Vars: vars})
	b, ok := v.(feel.Bool)
	return bool(b), ok
}

var literal = regexp.MustCompile(`"[^"\\]*"|\d+(\.\d+)?`)

// literals are the texts and numbers in a condition, with the numbers beside them.
func literals(source string) []feel.Value {
	var out []feel.Value
	for _, text := range literal.FindAllString(source, maxNames) {
		if text[0] == '"' {
			out = append(out, feel.Text(text[1:len(text)-1]))
			continue
		}
		n, _ := strconv.ParseFloat(text, 64)
		for _, near := range []float64{n, n - 1, n + 1} {
			if v, err := feel.ParseNumber(fmt.Sprint(near)); err == nil {
				out = append(out, v)
			}
		}
	}
	return out
}
