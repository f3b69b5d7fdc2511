package feel

// rangeNode is a range literal such as [1..5).
type rangeNode struct {
	low, high             node
	lowClosed, highClosed bool
	place                 place
}

func (n *rangeNode) eval(r *run, locals *binding) Value {
	return makeRange(r, n.place, n.low.eval(r, locals), n.high.eval(r, locals), n.lowClosed, n.highClosed)
}

func makeRange(r *run, at place, low, high Value, lowClosed, highClosed bool) Value {
	c, ok := order(r, low, high)
	if !ok {
		return r.null(at, "type", "there is no range from %s to %s", describe(low), describe(high))
	}
	if c > 0 {
		return r.null(at, "range", "the range ends before it starts")
	}
	return &Range{Low: low, High: high, LowClosed: lowClosed, HighClosed: highClosed}
}

// oneSided is a range such as < 5, or the single point = 5.
type oneSided struct {
	op    string
	end   node
	place place
}

func (n *oneSided) eval(r *run, locals *binding) Value {
	end := n.end.eval(r, locals)
	switch n.op {
	case "=":
		return &Range{Low: end, High: end, LowClosed: true, HighClosed: true, operator: "="}
	case "!=":
		return &Range{Low: Null{}, High: Null{}, operator: "!=", except: end}
	}
	if _, ok := order(r, end, end); !ok {
		return r.null(n.place, "type", "nothing is %s %s", n.op, describe(end))
	}
	switch n.op {
	case "<", "<=":
		return &Range{Low: Null{}, High: end, HighClosed: n.op == "<="}
	}
	return &Range{Low: end, High: Null{}, LowClosed: n.op == ">="}
}

// contains reports whether the value lies in the range; ok is false when it
// cannot be compared with the ends.
func (g *Range) contains(r *run, v Value) (in, ok bool) {
	switch g.operator {
	case "=":
		return equal(r, v, g.Low)
	case "!=":
		eq, ok := equal(r, v, g.except)
		return !eq, ok
	}
	in = true
	if g.Low.Kind() != KindNull {
		c, ok := order(r, v, g.Low)
		if !ok {
			return false, false
		}
		in = c > 0 || c == 0 && g.LowClosed
	}
	if g.High.Kind() != KindNull {
		c, ok := order(r, v, g.High)
		if !ok {
			return false, false
		}
		in = in && (c < 0 || c == 0 && g.HighClosed)
	}
	return in, true
}

// membership is value in tests (DMN 1.5 table 55). Where a test may mention the value as "?", it is the innermost local.
type membership struct {
	value node
	tests []node
	asks  []bool // which of the tests mention "?"; nil when none may
	place place
}

func (n *membership) eval(r *run, locals *binding) Value {
	v := n.value.eval(r, locals)
	if n.asks != nil {
		locals = &binding{locals, v}
	}
	var result Value = Bool(false)
	for i := range n.tests {
		switch member := n.member(r, locals, v, i).(type) {
		case Bool:
			if member {
				return member
			}
		default:
			result = member
		}
	}
	return result
}

func (n *membership) member(r *run, locals *binding, v Value, i int) Value {
	t := n.tests[i].eval(r, locals)
	switch t.Kind() {
	case KindNull:
		if n.tests[i] != node(nothing) {
			return t // a test that could not be made sense of
		}
	case KindBoolean:
		if n.asks != nil && n.asks[i] {
			return t
		}
	}
	return isMember(r, n.place, v, t)
}

// isMember tests v against one test: a range or a list that holds it, or its equal.
func isMember(r *run, at place, v, test Value) Value {
	switch t := test.(type) {
	case *Range:
		if c, ok := v.(*Range); ok {
			return Bool(same(r, c, t))
		}
		in, ok := t.contains(r, v)
		if !ok {
			return r.null(at, "type", "%s cannot be compared with the ends of the range", describe(v))
		}
		return Bool(in)
	case List:
		return Bool(inList(r, v, t))
	}
	eq, ok := equal(r, v, test)
	if !ok {
		return r.null(at, "type", "%s cannot equal %s", describe(v), describe(test))
	}
	return Bool(eq)
}

// inList reports whether the list has v, or a range around v, or is equal to v.
func inList(r *run, v Value, list List) bool {
	if !r.spend(len(list)) {
		return false
	}
	for _, item := range list {
		if same(r, v, item) {
			return true
		}
		if g, ok := item.(*Range); ok {
			if in, ok := g.contains(r, v); in && ok {
				return true
			}
		}
	}
	own, ok := v.(List)
	return ok && equalLists(r, own, list)
}

// unaryTests is the cell of a decision table; the input is the innermost local.
type unaryTests struct {
	any, not bool
	tests    []unaryTest
}

type unaryTest struct {
	test  node
	asks  bool // it mentions the input as ?
	place place
}

// eval is true when one of the tests is, false when all are, else null.
func (n *unaryTests) eval(r *run, locals *binding) Value {
	if n.any {
		return Bool(true)
	}
	var result Value = Bool(false)
	for i := range n.tests {
		switch v := n.tests[i].eval(r, locals).(type) {
		case Bool:
			if v {
				return Bool(v != Bool(n.not))
			}
		default:
			result = v
		}
	}
	if v, ok := result.(Bool); ok {
		return Bool(v != Bool(n.not))
	}
	return result
}

func (t *unaryTest) eval(r *run, locals *binding) Value {
	v := t.test.eval(r, locals)
	if b, ok := v.(Bool); ok && t.holds(locals.value) {
		return b
	}
	if v.Kind() == KindNull && t.test != node(nothing) && !t.literal() {
		return v
	}
	return isMember(r, t.place, locals.value, v)
}

// holds reports whether a boolean result is the answer, and not a value that the
// input must equal.
func (t *unaryTest) holds(input Value) bool {
	return t.asks || !t.literal() && input.Kind() != KindBoolean
}

func (t *unaryTest) literal() bool {
	_, ok := t.test.(*constant)
	return ok
}
