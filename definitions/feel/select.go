package feel

// filter is list[condition] or list[index] (DMN 1.5 §10.3.2.5, table 54).
type filter struct {
	list, condition node
	weight          int // steps for the condition, beyond the turn itself
	place           place
}

func (n *filter) eval(r *run, locals *binding) Value {
	v := n.list.eval(r, locals)
	list, ok := v.(List)
	switch {
	case v.Kind() == KindNull:
		return r.null(n.place, "type", "null cannot be filtered")
	case !ok:
		list = List{v}
	}
	if c, ok := n.condition.(*constant); ok {
		return n.constantly(r, list, c.value)
	}
	kept := List{}
	for i, item := range list {
		if !r.turn(n.place, n.weight) {
			return Null{}
		}
		switch c := n.condition.eval(r, &binding{locals, item}).(type) {
		case Bool:
			if c {
				kept = append(kept, item)
			}
		case Number:
			if i == 0 {
				return n.index(r, list, c)
			}
		case Null:
		default:
			return r.null(n.place, "type", "a filter is a condition or an index, not %s", describe(c))
		}
	}
	return kept
}

func (n *filter) constantly(r *run, list List, condition Value) Value {
	switch c := condition.(type) {
	case Number:
		return n.index(r, list, c)
	case Bool:
		if c {
			return list
		}
		return List{}
	case Null:
		return List{}
	}
	return r.null(n.place, "type", "a filter is a condition or an index, not %s", describe(condition))
}

// index counts from 1, or with a negative number from the end.
func (n *filter) index(r *run, list List, at Number) Value {
	i, ok := at.Int64()
	if ok && i < 0 {
		i += int64(len(list)) + 1
	}
	if !ok || i < 1 || i > int64(len(list)) {
		return r.null(n.place, "index", "the list has %d items and none at index %s", len(list), at)
	}
	return list[i-1]
}

// path is value.name: an entry of a context, a property of a date and the like,
// or the list of these for a list.
type path struct {
	value node
	name  string
	place place
}

func (n *path) eval(r *run, locals *binding) Value {
	v := n.value.eval(r, locals)
	if list, ok := v.(List); ok {
		return n.each(r, list)
	}
	return n.of(r, v)
}

func (n *path) each(r *run, list List) Value {
	r.at = n.place
	if !r.roomFor(len(list)) {
		return Null{}
	}
	values := make(List, len(list))
	for i, item := range list {
		values[i] = n.of(r, item)
	}
	return values
}

func (n *path) of(r *run, v Value) Value {
	if c, ok := v.(*Context); ok {
		if entry, ok := c.Lookup(n.name); ok {
			return entry
		}
		return r.null(n.place, "unknown-name", "the context has no entry %s", n.name)
	}
	if result := propertyOf(r, v, n.name); result != nil {
		return result
	}
	return r.null(n.place, "unknown-name", "%s has no property %s", describe(v), n.name)
}

// isDefined tells a name that is not there from one that is null (Camunda).
type isDefined struct{ value node }

func (n *isDefined) eval(r *run, locals *binding) Value {
	return Bool(defined(r, locals, n.value))
}

func defined(r *run, locals *binding, n node) bool {
	switch n := n.(type) {
	case *global:
		_, ok := n.lookup(r)
		return ok
	case *property:
		_, ok := n.entry(locals)
		return ok || defined(r, locals, n.other)
	case *path:
		if !defined(r, locals, n.value) {
			return false
		}
		v := n.value.eval(r, locals)
		if c, ok := v.(*Context); ok {
			_, ok = c.Lookup(n.name)
			return ok
		}
		return propertyOf(r, v, n.name) != nil
	}
	return true
}
