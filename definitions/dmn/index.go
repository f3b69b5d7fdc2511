package dmn

import (
	"iter"
	"math/bits"
	"slices"

	"fasthold/definitions/feel"
)

// Tables of this many rules are indexed; below, testing each rule is as fast, and above, the index grows too large.
const (
	indexedFrom = 16
	indexedTo   = 2048
)

// ruleIndex finds the rules that may match without testing the others. It only ever leaves out rules that cannot match.
type ruleIndex struct {
	columns []columnIndex
}

// columnIndex divides the values of one kind at every constant its cells mention. Point i is segment 2i+1 and the gap before it
// segment 2i; sets[s] are the rules whose cell may hold for a value in segment s.
type columnIndex struct {
	column int
	kind   feel.Kind
	points []feel.Value
	sets   []bitset
}

type bitset []uint64

func (b bitset) set(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

// indexRules builds the index of a table, or nil for one that needs none.
func indexRules(t *table) *ruleIndex {
	if len(t.rules) < indexedFrom || len(t.rules) > indexedTo {
		return nil
	}
	index := &ruleIndex{}
	for column := range t.inputs {
		if c, ok := indexColumn(column, t.constants(column)); ok && len(c.points) > 1 {
			index.columns = append(index.columns, c)
		}
	}
	if len(index.columns) == 0 {
		return nil
	}
	return index
}

// constants gives the values and ranges of each cell of a column; nil for a cell that takes anything or is something else.
func (t *table) constants(column int) []feel.List {
	cells := make([]feel.List, len(t.rules))
	for row, r := range t.rules {
		if r.tests[column] != nil {
			cells[row], _ = r.tests[column].Constants()
		}
	}
	return cells
}

// indexColumn indexes one column; ok is false when its constants do not compare. A cell whose constants are not of the
// column's kind becomes nil, as one that may hold for anything.
func indexColumn(column int, cells []feel.List) (c columnIndex, ok bool) {
	c = columnIndex{column: column, kind: commonKind(cells)}
	for row, cell := range cells {
		if !ofKind(cell, c.kind) {
			cells[row] = nil
			continue
		}
		for _, v := range cell {
			c.addPoints(v)
		}
	}
	if !c.sortPoints() {
		return c, false
	}
	c.sets = make([]bitset, 2*len(c.points)+1)
	for s := range c.sets {
		c.sets[s] = make(bitset, (len(cells)+63)/64)
	}
	for row, cell := range cells {
		c.addRow(row, cell)
	}
	return c, true
}

// addRow puts a row into the sets of all segments for which its cell may hold.
func (c *columnIndex) addRow(row int, cell feel.List) {
	if cell == nil {
		c.fill(row, 0, len(c.sets)-1)
	}
	for _, v := range cell {
		c.fill(row, c.lowest(v), c.highest(v))
	}
}

func (c *columnIndex) fill(row, from, to int) {
	for s := from; s <= to; s++ {
		c.sets[s].set(row)
	}
}

// commonKind is the kind of the first constant in the column.
func commonKind(cells []feel.List) feel.Kind {
	for _, cell := range cells {
		for _, v := range cell {
			return kindOf(v)
		}
	}
	return feel.KindNull
}

// kindOf is the kind of a constant, or of the ends of a range.
func kindOf(v feel.Value) feel.Kind {
	r, ok := v.(*feel.Range)
	switch {
	case !ok:
		return v.Kind()
	case r.Low.Kind() == feel.KindNull:
		return r.High.Kind()
	case r.High.Kind() == feel.KindNull || r.High.Kind() == r.Low.Kind():
		return r.Low.Kind()
	}
	return feel.KindNull
}

// ofKind reports whether all constants of a cell are ordered values of the kind.
func ofKind(cell feel.List, kind feel.Kind) bool {
	switch kind {
	case feel.KindNumber, feel.KindString, feel.KindDate, feel.KindBoolean:
		return len(cell) > 0 && !slices.ContainsFunc(cell, func(v feel.Value) bool { return kindOf(v) != kind })
	}
	return false
}

func (c *columnIndex) addPoints(v feel.Value) {
	r, ok := v.(*feel.Range)
	if !ok {
		c.points = append(c.points, v)
		return
	}
	for _, end := range []feel.Value{r.Low, r.High} {
		if end.Kind() != feel.KindNull {
			c.points = append(c.points, end)
		}
	}
}

// sortPoints sorts and removes duplicates.
func (c *columnIndex) sortPoints() bool {
	ok := true
	slices.SortFunc(c.points, func(a, b feel.Value) int {
		order, comparable := compare(a, b)
		ok = ok && comparable
		return order
	})
	c.points = slices.CompactFunc(c.points, func(a, b feel.Value) bool {
		order, _ := compare(a, b)
		return order == 0
	})
	return ok
}

// compare is [feel.Compare] and puts false before true.
func compare(a, b feel.Value) (order int, ok bool) {
	x, ok1 := a.(feel.Bool)
	y, ok2 := b.(feel.Bool)
	switch {
	case !ok1 || !ok2:
		return feel.Compare(a, b)
	case x == y:
		return 0, true
	case bool(y):
		return -1, true
	}
	return 1, true
}

// segment finds where a value lies.
func (c *columnIndex) segment(v feel.Value) (int, bool) {
	if v.Kind() != c.kind {
		return 0, false
	}
	ok := true
	i, found := slices.BinarySearchFunc(c.points, v, func(a, b feel.Value) int {
		order, comparable := compare(a, b)
		ok = ok && comparable
		return order
	})
	if found {
		return 2*i + 1, ok
	}
	return 2 * i, ok
}

// lowest is the first segment of a constant or range.
func (c *columnIndex) lowest(v feel.Value) int {
	r, ok := v.(*feel.Range)
	if !ok {
		at, _ := c.segment(v)
		return at
	}
	if r.Low.Kind() == feel.KindNull {
		return 0
	}
	at, _ := c.segment(r.Low)
	if !r.LowClosed {
		at++
	}
	return at
}

// highest is the last segment of a constant or range.
func (c *columnIndex) highest(v feel.Value) int {
	r, ok := v.(*feel.Range)
	if !ok {
		at, _ := c.segment(v)
		return at
	}
	if r.High.Kind() == feel.KindNull {
		return 2 * len(c.points)
	}
	at, _ := c.segment(r.High)
	if !r.HighClosed {
		at--
	}
	return at
}

// candidates gives the rules that may match, rising: those that all columns let through which can tell. A nil index gives all.
func (x *ruleIndex) candidates(inputs []feel.Value, rules int) iter.Seq[int] {
	return func(yield func(int) bool) {
		var room [8]bitset
		sets := x.letThrough(room[:0], inputs)
		if len(sets) == 0 {
			for i := 0; i < rules && yield(i); i++ {
			}
			return
		}
		for w, word := range sets[0] {
			for _, set := range sets[1:] {
				word &= set[w]
			}
			for ; word != 0; word &= word - 1 {
				if !yield(64*w + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// letThrough gives for each column that can tell the rules that it lets through.
func (x *ruleIndex) letThrough(sets []bitset, inputs []feel.Value) []bitset {
	if x == nil {
		return nil
	}
	for i := range x.columns {
		c := &x.columns[i]
		if segment, ok := c.segment(inputs[c.column]); ok {
			sets = append(sets, c.sets[segment])
		}
	}
	return sets
}
