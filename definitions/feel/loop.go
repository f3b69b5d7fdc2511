package feel

// loop is one iteration context: name in list, or name in from .. to.
type loop struct {
	over, to node
	place    place
}

// items returns what is iterated over; ok is false when that is nothing iterable.
func (l *loop) items(r *run, locals *binding) (items List, ok bool) {
	v := l.over.eval(r, locals)
	r.at = l.place
	if l.to != nil {
		return l.span(r, v, l.to.eval(r, locals))
	}
	switch v := v.(type) {
	case List:
		return v, true
	case *Range:
		if v.LowClosed && v.HighClosed {
			return l.span(r, v.Low, v.High)
		}
		r.warn(l.place, "type", "a range can be iterated over only when it has both its ends")
		return nil, false
	case Null:
		r.warn(l.place, "type", "%s cannot be iterated over", describe(v))
		return nil, false
	}
	return List{v}, true
}

// span counts from one integer or date to another, upwards or downwards.
func (l *loop) span(r *run, from, to Value) (List, bool) {
	if a, b, ok := integers(from, to); ok {
		return spanOf(r, b-a, func(i int64) Value { return Int(a + i) })
	}
	a, ok1 := from.(Date)
	b, ok2 := to.(Date)
	if !ok1 || !ok2 {
		r.warn(l.place, "type", "from %s to %s cannot be counted", describe(from), describe(to))
		return nil, false
	}
	days := (b.midnight().Unix() - a.midnight().Unix()) / secondsDay
	return spanOf(r, days, func(i int64) Value {
		d, _ := dateOf(a.midnight().AddDate(0, 0, int(i)))
		return d
	})
}

func integers(a, b Value) (x, y int64, ok bool) {
	m, ok1 := a.(Number)
	n, ok2 := b.(Number)
	x, ok3 := m.Int64()
	y, ok4 := n.Int64()
	const most = 1 << 61 // so that the difference fits
	return x, y, ok1 && ok2 && ok3 && ok4 && x < most && x > -most && y < most && y > -most
}

func spanOf(r *run, distance int64, at func(int64) Value) (List, bool) {
	step := int64(1)
	if distance < 0 {
		step, distance = -1, -distance
	}
	if distance >= int64(r.limits.Items) {
		r.stop("too-many-items", "a list of %d items exceeds the limit of %d", distance+1, r.limits.Items)
		return nil, false
	}
	if !r.spend(int(distance)) {
		return nil, false
	}
	list := make(List, distance+1)
	for i := range list {
		list[i] = at(int64(i) * step)
	}
	return list, true
}

// turn takes the steps for one turn of a loop with a body of the weight.
func (r *run) turn(at place, weight int) bool {
	r.at = at
	return r.spend(1 + weight)
}

// forNode is for … return …; the results so far are the variable partial.
type forNode struct {
	loops  []loop
	body   node
	weight int // steps for the body, beyond the turn itself
}

func (n *forNode) eval(r *run, locals *binding) Value {
	results := List{}
	if !n.turn(r, locals, 0, &results) || r.err != nil {
		return Null{}
	}
	return results
}

// turn runs the loops from the i-th inwards.
func (n *forNode) turn(r *run, locals *binding, i int, results *List) bool {
	if i == len(n.loops) {
		partial := *results
		v := n.body.eval(r, &binding{locals, partial[:len(partial):len(partial)]})
		*results = append(*results, v)
		return len(*results) <= r.limits.Items && r.err == nil || r.roomFor(len(*results))
	}
	items, ok := n.loops[i].items(r, locals)
	if !ok {
		return false
	}
	for _, item := range items {
		if !r.turn(n.loops[i].place, n.weight) || !n.turn(r, &binding{locals, item}, i+1, results) {
			return false
		}
	}
	return true
}

// quantified is some or every … satisfies …, in three-valued logic.
type quantified struct {
	every  bool
	loops  []loop
	body   node
	weight int
	place  place
}

func (n *quantified) eval(r *run, locals *binding) Value {
	return n.turn(r, locals, 0)
}

// turn returns what the loops from the i-th inwards come to: settled at the first
// result that decides, null if any was neither true nor false.
func (n *quantified) turn(r *run, locals *binding, i int) Value {
	if i == len(n.loops) {
		v := n.body.eval(r, locals)
		if _, ok := v.(Bool); !ok {
			return r.null(n.place, "type", "the condition is %s, not true or false", describe(v))
		}
		return v
	}
	items, ok := n.loops[i].items(r, locals)
	if !ok {
		return Null{}
	}
	var result Value = Bool(n.every)
	for _, item := range items {
		if !r.turn(n.loops[i].place, n.weight) {
			return Null{}
		}
		switch v := n.turn(r, &binding{locals, item}, i+1).(type) {
		case Bool:
			if v != Bool(n.every) {
				return v
			}
		default:
			result = Null{}
		}
	}
	return result
}
