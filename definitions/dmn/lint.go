package dmn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

const (
	// maxTold bounds what is told of one kind about one table.
	maxTold = 10
	// maxWork bounds the search for gaps and masked rules, each, and maxPairs that for overlaps, by sets of 64 rules or values looked at.
	maxWork  = 4_000_000
	maxPairs = 100_000_000
)

// Lint finds decision tables that can hardly be meant, in the order of the files: inputs that no rule takes, rules that overlap against the
// hit policy (DMN 1.5 §8.2.8), rules that never count, cells that no value suits. It decides by the constants and ranges of the cells; what
// needs to be evaluated is not decided, and said so with severity info. Columns with different expressions are taken for independent, unless
// they read the same variable.
func (l *Library) Lint() []problem.Problem {
	var problems []problem.Problem
	for _, t := range l.tables {
		i := inspection{t: t, axes: t.axes(), told: map[string]int{}, dead: map[int]bool{}}
		i.cells()
		i.values()
		i.deadRules()
		i.gaps()
		i.overlaps()
		i.maskedRules()
		i.notDecided()
		problems = append(problems, i.problems...)
	}
	return problems
}

// inspection is a table while it is looked at.
type inspection struct {
	t        *table
	axes     []*axis
	problems []problem.Problem
	told     map[string]int // by code
	dead     map[int]bool   // rules, from 0, of which something was told that keeps them from matching
	reasons  []string       // why something is not decided
}

func (i *inspection) tell(at place, code, advice, message string, args ...any) {
	if i.told[code]++; i.told[code] > maxTold {
		return
	}
	i.problems = append(i.problems, problem.Problem{File: at.file, Line: at.line, Column: at.column, Element: at.element, Code: code, Advice: advice,
		Message: fmt.Sprintf("table %s: ", i.t.name()) + fmt.Sprintf(message, args...), Severity: problem.Warning})
}

// name is what a message calls the table.
func (t *table) name() string {
	if t.id != "" {
		return t.id
	}
	return t.owner
}

// unsure notes why something is not decided, once.
func (i *inspection) unsure(reason string, args ...any) {
	if reason = fmt.Sprintf(reason, args...); !slices.Contains(i.reasons, reason) {
		i.reasons = append(i.reasons, reason)
	}
}

func (i *inspection) notDecided() {
	if len(i.reasons) == 0 {
		return
	}
	i.tell(i.t.at, "table-not-decided", "look at these cells yourself", "not everything could be decided: %s", strings.Join(i.reasons, "; "))
	i.problems[len(i.problems)-1].Severity = problem.Info
}

// deadRules tells rules with a cell that no value suits.
func (i *inspection) deadRules() {
	for row, r := range i.t.rules {
		for _, a := range i.axes {
			if !i.dead[row] && !a.may[row].meets(a.possible) {
				i.dead[row] = true
				i.tell(r.at, "dead-rule", "mend the cell, or delete the rule", "rule %d can never match: no value of %s suits its cell %s", r.number, a.source, i.cellText(row, a))
			}
		}
	}
}

func (i *inspection) cellText(row int, a *axis) string {
	var texts []string
	for _, column := range a.columns {
		if tests := i.t.rules[row].tests[column]; tests != nil {
			texts = append(texts, strings.TrimSpace(tests.Source()))
		}
	}
	return strings.Join(texts, " and ")
}

// single are the policies with one result, which is null when no rule matches.
var single = []hitPolicy{policyUnique, policyAny, policyPriority, policyFirst}

// gaps tells an input that no rule takes. A list of no results is an answer, and so is a default output.
func (i *inspection) gaps() {
	if !slices.Contains(single, i.t.policy) || slices.ContainsFunc(i.t.outputs, func(o outputClause) bool { return o.fallback != nil }) {
		return
	}
	if shared := i.dependent(); shared != "" {
		i.unsure("several inputs read %s, so gaps cannot be told from what never comes", shared)
		return
	}
	work := maxWork
	c := newCover(i.axes, len(i.t.rules), func(a *axis) bitset { return a.certain }, func(a *axis) []bitset { return a.may }, &work)
	at, ok := c.gap(boxOf(i.axes, func(a *axis) bitset { return a.certain }), c.full[len(i.axes)])
	switch {
	case !ok:
		i.unsure("the table is too large to look for gaps")
	case at != nil:
		i.tell(i.t.at, "gap", "add a rule or a default output, or list the input values if such values never come", "no rule takes %s", i.example(at))
	}
}

func boxOf(axes []*axis, side func(*axis) bitset) []bitset {
	box := make([]bitset, len(axes))
	for k, a := range axes {
		box[k] = side(a)
	}
	return box
}

// example writes an input as FEEL: age = 17 and member = true.
func (i *inspection) example(at []int) string {
	var parts []string
	for k, a := range i.axes {
		if v := a.segments[at[k]].value; a.asked && a.kind != feel.KindNull && v != nil {
			parts = append(parts, a.source+" = "+v.String())
		}
	}
	if len(parts) == 0 {
		return "any input"
	}
	return strings.Join(parts, " and ")
}

// dependent is a variable that several inputs read, so that not every combination of their values can come; "" when there is none. Names, and
// paths to different entries, are independent.
func (i *inspection) dependent() string {
	readers := map[string][]string{}
	for _, a := range i.axes {
		if x, _ := i.t.expression(a.columns[0]); x != nil && a.asked {
			for _, name := range x.References() {
				readers[name] = append(readers[name], a.source)
			}
		}
	}
	for _, a := range i.axes {
		if x, _ := i.t.expression(a.columns[0]); x != nil && a.asked {
			for _, name := range x.References() {
				if depend(name, readers[name]) {
					return name
				}
			}
		}
	}
	return ""
}

func depend(name string, sources []string) bool {
	for i, s := range sources {
		for j, other := range sources {
			if i != j && (!isPath(name, s) || strings.HasPrefix(other+".", s+".")) {
				return true
			}
		}
	}
	return false
}

// isPath reports whether a source is a name and entries after it, nothing more.
func isPath(name, source string) bool {
	rest, ok := strings.CutPrefix(source, name)
	return ok && (rest == "" || rest[0] == '.') && !strings.ContainsAny(rest, "()[]{}+-*/<>=, ")
}

// overlaps tells pairs of rules that can match together: in a unique table any, in an any table those with different results.
func (i *inspection) overlaps() {
	if i.t.policy != policyUnique && i.t.policy != policyAny {
		return
	}
	if shared := i.dependent(); shared != "" {
		i.unsure("several inputs read %s, so overlaps cannot be told from what never comes", shared)
		return
	}
	work, at := maxPairs, make([]int, len(i.axes))
	for y := range i.t.rules {
		for x := range y {
			met := i.shared(x, y, at, &work)
			switch {
			case i.told["overlap"] > maxTold:
				return
			case work <= 0:
				i.unsure("the table is too large to look for overlaps")
				return
			case met:
				i.overlap(x, y, at)
			}
		}
	}
}

// shared finds an input that two rules take: a segment on each axis.
func (i *inspection) shared(x, y int, at []int, work *int) bool {
	for k, a := range i.axes {
		*work -= len(a.certain)
		if at[k] = shared(a.must[x], a.must[y], a.certain); at[k] < 0 {
			return false
		}
	}
	return true
}

func (i *inspection) overlap(x, y int, at []int) {
	first, second := &i.t.rules[x], &i.t.rules[y]
	if i.t.policy == policyUnique {
		i.tell(second.at, "overlap", "narrow one of the two, or choose another hit policy", "the rules %d and %d both take %s, though the table is unique",
			first.number, second.number, i.example(at))
		return
	}
	differ, sure := i.differ(x, y)
	switch {
	case !sure:
		i.unsure("the rules %d and %d both take %s, and their results must be evaluated to be compared", first.number, second.number, i.example(at))
	case differ:
		i.tell(second.at, "overlap", "give both the same result, or narrow one of the two", "the rules %d and %d both take %s with different results, though any of them shall count",
			first.number, second.number, i.example(at))
	}
}

// differ reports whether two rules have different results; sure is false when that is only known once they are evaluated.
func (i *inspection) differ(x, y int) (differ, sure bool) {
	sure = true
	for column := range i.t.outputs {
		a, b := i.t.rules[x].outputs[column], i.t.rules[y].outputs[column]
		v, ok1 := a.(constant)
		w, ok2 := b.(constant)
		if ok1 && ok2 {
			eq, _ := feel.Equal(v.value, w.value)
			differ = differ || !eq
			continue
		}
		l, ok1 := a.(literal)
		m, ok2 := b.(literal)
		sure = sure && ok1 && ok2 && l.expr.Source() == m.expr.Source()
	}
	return differ, sure || differ
}

// maskedRules tells rules that never count: in a first table because those before them take all that they take, in a priority table because
// others do whose outputs come first.
func (i *inspection) maskedRules() {
	if i.t.policy != policyFirst && i.t.policy != policyPriority {
		return
	}
	work := maxWork
	c := newCover(i.axes, len(i.t.rules), func(a *axis) bitset { return a.possible }, func(a *axis) []bitset { return a.must }, &work)
	for row, r := range i.t.rules {
		winners := i.winners(row)
		if i.dead[row] || winners.empty() {
			continue
		}
		box := boxOf(i.axes, func(a *axis) bitset {
			taken := slices.Clone(a.possible)
			taken.and(a.may[row])
			return taken
		})
		switch at, ok := c.gap(box, winners); {
		case !ok:
			i.unsure("the table is too large to look for rules that never count")
			return
		case at == nil:
			i.tell(r.at, "masked-rule", "move it in front of them, or delete it", "rule %d can never count: whatever it takes, %s", r.number, i.masks(c, box, winners))
		}
	}
}

// masks names the one rule that masks a box, or says that several do.
func (i *inspection) masks(c *cover, box []bitset, winners bitset) string {
	for row := range i.t.rules {
		if !winners.has(row) {
			continue
		}
		one := make(bitset, len(winners))
		one.set(row)
		if at, ok := c.gap(box, one); ok && at == nil {
			return "rule " + strconv.Itoa(i.t.rules[row].number) + " wins"
		}
	}
	return "another rule wins"
}

// winners are the rules that count when they match together with a rule.
func (i *inspection) winners(row int) bitset {
	b := make(bitset, (len(i.t.rules)+63)/64)
	own, ok := i.t.ranks(row)
	for other := range i.t.rules {
		if i.t.policy == policyFirst {
			if other < row {
				b.set(other)
			}
			continue
		}
		ranks, known := i.t.ranks(other)
		if c := slices.Compare(ranks, own); ok && known && (c < 0 || c == 0 && other < row) {
			b.set(other)
		}
	}
	return b
}

// ranks are the places of a rule's outputs among the output values; ok is false when they must be evaluated.
func (t *table) ranks(row int) (ranks []int, ok bool) {
	for column := range t.outputs {
		out := &t.outputs[column]
		v, ok := t.rules[row].outputs[column].(constant)
		if !ok {
			return nil, false
		}
		ranks = append(ranks, out.rank(v.value))
	}
	return ranks, true
}
