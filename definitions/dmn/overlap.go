package dmn

import "fmt"

// Bounds on the search for overlapping rules, which looks at each pair.
const (
	overlapRules    = 300
	overlapWarnings = 10
)

// warnOfOverlaps tells which rules of a unique table can match together, as far as their cells are constants and intervals
// (DMN 1.5 §8.2.8.1: rules of a unique table are disjoint). At run time such a table would give null.
func (c *compiler) warnOfOverlaps(t *table) {
	if t.policy != policyUnique || len(t.rules) > overlapRules {
		return
	}
	columns, known := t.indexForOverlaps()
	told := 0
	for i := range t.rules {
		for j := i + 1; j < len(t.rules) && told < overlapWarnings; j++ {
			if known[i] && known[j] && overlap(columns, i, j) {
				told++
				c.unit.warn(t.rules[j].elem, "overlap", fmt.Sprintf("the rules %s and %s can both match, though the table is unique", t.rules[i].id, t.rules[j].id),
					"narrow one of the two, or choose another hit policy")
			}
		}
	}
}

// indexForOverlaps indexes every column; known tells for each rule whether all its cells are constants or take anything.
func (t *table) indexForOverlaps() (columns []columnIndex, known []bool) {
	known = make([]bool, len(t.rules))
	for i := range known {
		known[i] = true
	}
	for column := range t.inputs {
		cells := t.constants(column)
		c, ok := indexColumn(column, cells)
		for row, r := range t.rules {
			known[row] = known[row] && (r.tests[column] == nil || ok && cells[row] != nil)
		}
		if ok {
			columns = append(columns, c)
		}
	}
	return columns, known
}

// overlap reports whether in each column some value suits both rules.
func overlap(columns []columnIndex, i, j int) bool {
	for _, c := range columns {
		if !c.shared(i, j) {
			return false
		}
	}
	return true
}

func (c *columnIndex) shared(i, j int) bool {
	for _, set := range c.sets {
		if set.has(i) && set.has(j) {
			return true
		}
	}
	return false
}
