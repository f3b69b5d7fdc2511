package dmn

import (
	"math/bits"
	"slices"
	"strings"

	"fasthold/definitions/feel"
)

// axis is what the columns with one input expression ask, its values divided at every constant that a cell or an allowed value names:
// within a segment all values suit the same cells.
type axis struct {
	source   string // the input expression
	columns  []int
	kind     feel.Kind // of its values; KindNull when that is not known, and then no cell is decided
	declared feel.Kind // of its type, also when its values cannot be divided
	sure     bool      // its values are of the declared kind or null, never anything else
	allowed  []allowed
	only     []feel.Value // all values there are, when that is known
	index    columnIndex
	segments []segment
	certain  bitset // segments whose value can come
	possible bitset // segments of which some value may come, perhaps only by mistake
	cells    [][]cell
	may      []bitset // by rule: segments that its cells may suit
	must     []bitset // and that they suit for certain
	asked    bool     // some cell is more than "-"
}

// segment is what lies at a constant or between two: a value out of it; nil when there is none.
type segment struct{ value feel.Value }

// allowed are tests that all values pass.
type allowed struct {
	tests   *feel.UnaryTests
	terms   feel.Terms
	decided bool
	inputs  bool // they are the input values of the table, which null must pass too
}

// cell is a test of a rule.
type cell struct {
	tests   *feel.UnaryTests // nil takes anything
	terms   feel.Terms
	decided bool
}

func cellOf(tests *feel.UnaryTests) cell {
	if tests == nil || tests.Any() {
		return cell{decided: true}
	}
	terms, ok := tests.Terms()
	return cell{tests, terms, ok && len(terms.Values) > 0}
}

// axes divides the inputs of a table.
func (t *table) axes() []*axis {
	var all []*axis
	for column := range t.inputs {
		source := strings.Join(strings.Fields(t.source(column)), " ")
		i := slices.IndexFunc(all, func(a *axis) bool { return a.source == source })
		if i < 0 {
			i = len(all)
			all = append(all, &axis{source: source})
		}
		all[i].columns = append(all[i].columns, column)
	}
	for _, a := range all {
		a.prepare(t)
		a.divide()
		a.place()
	}
	return all
}

// expression is the input expression of a column, nil when it is a constant or missing; typ is what its values are converted to.
func (t *table) expression(column int) (x *feel.Expression, typ *feel.Type) {
	p := t.inputs[column].value
	if c, ok := p.(coerced); ok {
		p, typ = c.plan, c.typ
	}
	if l, ok := p.(literal); ok {
		x = l.expr
	}
	return x, typ
}

func (t *table) source(column int) string {
	if x, _ := t.expression(column); x != nil {
		return x.Source()
	}
	return t.inputs[column].label
}

// prepare finds what is known of the values and takes the cells apart.
func (a *axis) prepare(t *table) {
	for _, column := range a.columns {
		x, typ := t.expression(column)
		a.limit(typ)
		if x != nil && t.decision != nil {
			a.limit(t.decision.typeOfPath(x))
			a.limit(x.Infer(t.decision.typeOfName).Type)
		}
		if tests := t.inputs[column].allowed; tests != nil {
			terms, ok := tests.Terms()
			a.allowed = append(a.allowed, allowed{tests, terms, ok, true})
		}
	}
	a.cells = make([][]cell, len(t.rules))
	for row, r := range t.rules {
		for _, column := range a.columns {
			c := cellOf(r.tests[column])
			a.cells[row] = append(a.cells[row], c)
			a.asked = a.asked || c.tests != nil
		}
	}
	if !a.sure {
		a.kind = a.commonKind()
	}
	a.settle()
}

// limit notes the type of the values.
func (a *axis) limit(t *feel.Type) {
	kind, ok := t.Kind()
	switch {
	case !ok || kind == feel.KindNull, a.sure && kind != a.kind:
		return
	case !a.sure:
		a.kind, a.declared, a.sure = kind, kind, true
	}
	for _, tests := range t.Allowed() {
		terms, ok := tests.Terms()
		a.allowed = append(a.allowed, allowed{tests, terms, ok, false})
	}
	if a.only == nil {
		a.only = t.Values()
	}
}

// typeOfPath is the declared type of what a name, or a path of names, leads to: with allowed values, which are left out of what is inferred.
func (d *Decision) typeOfPath(x *feel.Expression) *feel.Type {
	source := strings.TrimSpace(x.Source())
	if t := d.typeOfName(source); t != nil {
		return t
	}
	parts := strings.Split(source, ".")
	t := d.typeOfName(strings.TrimSpace(parts[0]))
	for _, name := range parts[1:] {
		var ok bool
		if t, ok = t.Field(strings.TrimSpace(name)); !ok {
			return nil
		}
	}
	return t
}

// commonKind is the kind of all constants, null apart; KindNull when they differ. Where null alone is asked for any kind will do.
func (a *axis) commonKind() feel.Kind {
	all := a.terms()
	if len(all) > 0 && len(constantsOf(all)) == 0 {
		return feel.KindString
	}
	constants := constantsOf(all)
	if slices.ContainsFunc(constants, func(v feel.Value) bool { return v.Kind() != constants[0].Kind() }) || len(constants) == 0 {
		return feel.KindNull
	}
	return constants[0].Kind()
}

// terms are those of all cells and allowed values that name values only.
func (a *axis) terms() []feel.Terms {
	var all []feel.Terms
	for _, x := range a.allowed {
		if x.decided {
			all = append(all, x.terms)
		}
	}
	for _, row := range a.cells {
		for _, c := range row {
			if c.decided && c.tests != nil {
				all = append(all, c.terms)
			}
		}
	}
	return all
}

// constantsOf are the constants that terms name, null apart.
func constantsOf(all []feel.Terms) []feel.Value {
	var out []feel.Value
	for _, terms := range all {
		for _, v := range terms.Values {
			out = append(out, slices.DeleteFunc(ends(v), func(v feel.Value) bool { return v.Kind() == feel.KindNull })...)
		}
	}
	return out
}

// termKind is the kind of a constant, or of what a range is around.
func termKind(v feel.Value) feel.Kind {
	if r, ok := v.(*feel.Range); ok {
		if except, ok := r.Except(); ok {
			return except.Kind()
		}
	}
	return kindOf(v)
}

// settle leaves undecided what does not compare with the values of the axis.
func (a *axis) settle() {
	if _, ordered := samplesOf[a.kind]; !ordered || !a.oneZone() {
		a.kind = feel.KindNull
	}
	suits := func(terms feel.Terms) bool {
		return !slices.ContainsFunc(terms.Values, func(v feel.Value) bool { kind := termKind(v); return kind != a.kind && kind != feel.KindNull })
	}
	for i := range a.allowed {
		x := &a.allowed[i]
		x.decided = x.decided && a.kind != feel.KindNull && suits(x.terms)
	}
	for _, row := range a.cells {
		for i := range row {
			c := &row[i]
			c.decided = c.tests == nil || c.decided && a.kind != feel.KindNull && suits(c.terms)
		}
	}
}

// oneZone reports whether the order of the constants is the same wherever it is asked for: dates and times are all local or none is, times
// are local.
func (a *axis) oneZone() bool {
	local, zoned := false, false
	for _, v := range constantsOf(a.terms()) {
		switch v := v.(type) {
		case feel.Time:
			local = true
			zoned = zoned || v.Zoned()
		case feel.DateTime:
			local = local || !v.Zoned()
			zoned = zoned || v.Zoned()
		}
	}
	return !local || !zoned
}

// ends are the constants that a term names.
func ends(v feel.Value) []feel.Value {
	r, ok := v.(*feel.Range)
	if !ok {
		return []feel.Value{v}
	}
	if except, ok := r.Except(); ok {
		return []feel.Value{except}
	}
	return slices.DeleteFunc([]feel.Value{r.Low, r.High}, func(v feel.Value) bool { return v.Kind() == feel.KindNull })
}

// divide finds the segments: one around and at each constant, and beside them null and a value of another kind.
func (a *axis) divide() {
	a.index = columnIndex{kind: a.kind}
	if a.kind == feel.KindBoolean {
		a.index.points = []feel.Value{feel.Bool(false), feel.Bool(true)}
	}
	for _, v := range append(constantsOf(a.terms()), a.only...) {
		if v.Kind() == a.kind {
			a.index.points = append(a.index.points, v)
		}
	}
	a.index.sortPoints()
	a.sampled()
	a.admit()
}

// sampled takes a value out of each segment. Texts that are compared with texts alone are those, and one that is none of them.
func (a *axis) sampled() {
	ranges := slices.ContainsFunc(a.terms(), func(t feel.Terms) bool {
		return slices.ContainsFunc(t.Values, func(v feel.Value) bool { return v.Kind() == feel.KindRange })
	})
	points := a.index.points
	a.segments = make([]segment, 2*len(points)+3)
	for i := range len(points) + 1 {
		var p, q feel.Value
		if i > 0 {
			p = points[i-1]
		}
		if i < len(points) {
			q = points[i]
			a.segments[2*i+1].value = q
		}
		switch {
		case a.kind == feel.KindBoolean, a.kind == feel.KindNull:
		case a.kind != feel.KindString || ranges:
			a.segments[2*i].value = sample(a.kind, p, q)
		case i == 0:
			a.segments[0].value = otherText(points)
		}
	}
	a.segments[len(a.segments)-2].value = feel.Null{}
	if !a.sure {
		a.segments[len(a.segments)-1].value = otherKind(a.kind)
	}
}

func otherKind(kind feel.Kind) feel.Value {
	if kind == feel.KindBoolean {
		return feel.Int(0)
	}
	return feel.Bool(true)
}

// admit finds the segments whose values can come.
func (a *axis) admit() {
	a.certain, a.possible = a.none(), a.none()
	for s, segment := range a.segments {
		if segment.value == nil {
			continue
		}
		certain, possible := a.admits(segment.value)
		switch {
		case s == len(a.segments)-2:
			certain = certain && a.asksForNull()
		case s == len(a.segments)-1:
			certain = false
		}
		if certain {
			a.certain.set(s)
		}
		if possible {
			a.possible.set(s)
		}
	}
	if a.kind == feel.KindNull { // whatever comes, no cell can tell
		a.certain.set(len(a.segments) - 2)
	}
}

func (a *axis) none() bitset { return make(bitset, (len(a.segments)+63)/64) }

// admits tests a value against what is allowed. A test that names more than values may let others of the segment through.
func (a *axis) admits(v feel.Value) (certain, possible bool) {
	certain, possible = true, true
	null := v.Kind() == feel.KindNull
	if a.only != nil && !null && !hasPoint(a.only, v) {
		return false, false
	}
	for _, x := range a.allowed {
		if (null || v.Kind() != a.kind) && !x.inputs {
			continue
		}
		passes := passes(x.tests, v)
		certain = certain && passes
		possible = possible && (passes || !x.decided && !null)
	}
	return certain, possible
}

func passes(tests *feel.UnaryTests, v feel.Value) bool {
	result, err := tests.Test(&feel.Env{}, v)
	return err == nil && isTrue(result)
}

// asksForNull reports whether a cell names null.
func (a *axis) asksForNull() bool {
	return slices.ContainsFunc(a.terms(), func(t feel.Terms) bool {
		return slices.ContainsFunc(t.Values, func(v feel.Value) bool {
			return slices.ContainsFunc(ends(v), func(end feel.Value) bool { return end.Kind() == feel.KindNull })
		})
	})
}

// place finds the segments that suit the cells of each rule.
func (a *axis) place() {
	a.may, a.must = make([]bitset, len(a.cells)), make([]bitset, len(a.cells))
	for row, cells := range a.cells {
		may, must := a.all(), a.all()
		for _, c := range cells {
			switch {
			case c.tests == nil:
			case !c.decided:
				must = a.none()
			default:
				suits := a.suits(c)
				may.and(suits)
				must.and(suits)
			}
		}
		a.may[row], a.must[row] = may, must
	}
}

func (a *axis) all() bitset {
	b := a.none()
	for s := range a.segments {
		b.set(s)
	}
	return b
}

// suits are the segments whose values pass a cell.
func (a *axis) suits(c cell) bitset {
	b := a.none()
	inKind := len(a.segments) - 2
	for _, v := range c.terms.Values {
		b.or(a.named(v))
	}
	if c.terms.Not {
		for s := range inKind {
			b[s/64] ^= 1 << (s % 64)
		}
	}
	for s := inKind; s < len(a.segments); s++ {
		if v := a.segments[s].value; v != nil && passes(c.tests, v) {
			b.set(s)
		}
	}
	return b
}

// named are the segments of the axis' kind that a constant or range names.
func (a *axis) named(v feel.Value) bitset {
	b := a.none()
	fill := func(from, to int) {
		for s := from; s <= to; s++ {
			b.set(s)
		}
	}
	r, ranged := v.(*feel.Range)
	if ranged {
		if except, ok := r.Except(); ok {
			fill(0, len(a.segments)-3)
			if except.Kind() == a.kind {
				at, _ := a.index.segment(except)
				b[at/64] &^= 1 << (at % 64)
			}
			return b
		}
	}
	if ranged || v.Kind() == a.kind {
		fill(a.index.lowest(v), a.index.highest(v))
	}
	return b
}

func (b bitset) or(other bitset) {
	for i := range b {
		b[i] |= other[i]
	}
}

func (b bitset) and(other bitset) {
	for i := range b {
		b[i] &= other[i]
	}
}

// shared is the lowest member of all three sets; -1 when there is none.
func shared(a, b, c bitset) int {
	for w := range a {
		if word := a[w] & b[w] & c[w]; word != 0 {
			return 64*w + bits.TrailingZeros64(word)
		}
	}
	return -1
}
