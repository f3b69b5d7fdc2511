package feel

import "slices"

// List functions (DMN 1.5 table 75), and is empty, duplicate values and partition of
// Camunda. Positions count from 1, or from the end with a negative number.
func init() {
	define("list contains(list: list, element: any)", func(c call, a []Value) Value {
		return Bool(indexOf(c.r, a[0].(List), a[1]) >= 0)
	})
	define("count(list: list)", func(_ call, a []Value) Value { return Int(int64(len(a[0].(List)))) })
	define("is empty(list: list)", func(_ call, a []Value) Value { return Bool(len(a[0].(List)) == 0) })
	define("sublist(list: list, start position: number, length?: number)", sublist)
	define("append(list: list, item: any…)", func(c call, a []Value) Value {
		return c.joined(a[0].(List), a[1:])
	})
	define("concatenate(list: list…)", func(c call, a []Value) Value { return c.concatenated(a) })
	define("insert before(list: list, position: number, newItem: any)", insertBefore)
	define("remove(list: list, position: number)", remove)
	define("list replace(list: list, position: number, newItem: any)", replaceAt)
	define("list replace(list: list, match: function, newItem: any)", replaceMatching)
	define("reverse(list: list)", reverse)
	define("index of(list: list, match: any)", indexesOf)
	define("union(list: list…)", union)
	define("distinct values(list: list)", func(c call, a []Value) Value { return c.distinct(a[0].(List)) })
	define("duplicate values(list: list)", duplicates)
	define("flatten(list: list)", flatten)
	define("partition(list: list, size: number)", partition)
}

// indexOf returns the index of the first item equal to the value, or -1.
func indexOf(r *run, list List, v Value) int {
	if !r.spend(len(list)) {
		return -1
	}
	return slices.IndexFunc(list, func(item Value) bool { return same(r, item, v) })
}

// joined returns a new list of both.
func (c call) joined(a, b List) Value {
	if !c.r.roomFor(len(a) + len(b)) {
		return Null{}
	}
	return slices.Concat(a, b)
}

// position turns a position into an index below n.
func (c call) position(v Value, n int) (int, bool) {
	i, ok := truncate(v.(Number)).Int64()
	if i < 0 {
		i += int64(n) + 1
	}
	if !ok || i < 1 || i > int64(n) {
		c.warn("index", "%s: the list has %d items and none at position %s", c.f, n, v)
		return 0, false
	}
	return int(i - 1), true
}

func sublist(c call, a []Value) Value {
	list := a[0].(List)
	from, ok := c.position(a[1], len(list))
	if !ok {
		return Null{}
	}
	list = list[from:]
	if length, given := optional(a, 2).(Number); given {
		n, ok := truncate(length).Int64()
		if !ok || n < 1 || n > int64(len(list)) {
			return c.null("index", "the list has no %s items from there", length)
		}
		list = list[:n]
	}
	return list[:len(list):len(list)]
}

func (c call) concatenated(lists []Value) Value {
	size := 0
	for _, l := range lists {
		size += len(l.(List))
	}
	if !c.r.roomFor(size) {
		return Null{}
	}
	all := make(List, 0, size)
	for _, l := range lists {
		all = append(all, l.(List)...)
	}
	return all
}

func insertBefore(c call, a []Value) Value {
	list := a[0].(List)
	at, ok := c.position(a[1], len(list))
	if !ok || !c.r.roomFor(len(list)+1) {
		return Null{}
	}
	return slices.Insert(slices.Clone(list), at, a[2])
}

func remove(c call, a []Value) Value {
	list := a[0].(List)
	at, ok := c.position(a[1], len(list))
	if !ok || !c.r.roomFor(len(list)) {
		return Null{}
	}
	return slices.Delete(slices.Clone(list), at, at+1)
}

func replaceAt(c call, a []Value) Value {
	list := a[0].(List)
	at, ok := c.position(a[1], len(list))
	if !ok || !c.r.roomFor(len(list)) {
		return Null{}
	}
	list = slices.Clone(list)
	list[at] = a[2]
	return list
}

// replaceMatching replaces items for which match(item, newItem) is true.
func replaceMatching(c call, a []Value) Value {
	list, match := a[0].(List), a[1].(*Function)
	if !c.r.roomFor(len(list)) {
		return Null{}
	}
	list = slices.Clone(list)
	for i, item := range list {
		is, ok := c.calls(match, item, a[2]).(Bool)
		if !ok {
			return c.null("argument", "the match function must give true or false for two arguments")
		}
		if is {
			list[i] = a[2]
		}
	}
	return list
}

// calls calls a function that was passed as an argument.
func (c call) calls(f *Function, args ...Value) Value {
	return f.invoke(call{r: c.r, f: f, place: c.place}, args, nil)
}

func reverse(c call, a []Value) Value {
	list := a[0].(List)
	if !c.r.roomFor(len(list)) {
		return Null{}
	}
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func indexesOf(c call, a []Value) Value {
	list := a[0].(List)
	if !c.r.spend(len(list)) {
		return Null{}
	}
	found := List{}
	for i, item := range list {
		if same(c.r, item, a[1]) {
			found = append(found, Int(int64(i+1)))
		}
	}
	return found
}

func union(c call, a []Value) Value {
	all, ok := c.concatenated(a).(List)
	if !ok {
		return Null{}
	}
	return c.distinct(all)
}

func (c call) distinct(list List) Value {
	kept := List{}
	for _, item := range list {
		if indexOf(c.r, kept, item) < 0 {
			kept = append(kept, item)
		}
		if c.r.err != nil {
			return Null{}
		}
	}
	return kept
}

func duplicates(c call, a []Value) Value {
	list, found := a[0].(List), List{}
	for i, item := range list {
		if indexOf(c.r, list[i+1:], item) >= 0 && indexOf(c.r, found, item) < 0 {
			found = append(found, item)
		}
		if c.r.err != nil {
			return Null{}
		}
	}
	return found
}

func flatten(c call, a []Value) Value {
	flat := List{}
	if !c.flattenInto(&flat, a[0].(List), 0) {
		return Null{}
	}
	return flat
}

const maxDepth = 1000 // of lists and contexts within each other

func (c call) flattenInto(flat *List, list List, depth int) bool {
	if depth > maxDepth {
		c.r.stop("too-deep", "a list is nested more than %d deep", maxDepth)
	}
	for _, item := range list {
		if inner, ok := item.(List); ok {
			if !c.r.spend(1) || !c.flattenInto(flat, inner, depth+1) {
				return false
			}
			continue
		}
		*flat = append(*flat, item)
		if len(*flat) > c.r.limits.Items && !c.r.roomFor(len(*flat)) {
			return false
		}
	}
	return c.r.spend(len(list))
}

func partition(c call, a []Value) Value {
	list := a[0].(List)
	size, ok := a[1].(Number).Int64()
	if !ok || size < 1 {
		return c.null("argument", "the size must be a whole number of at least 1")
	}
	if !c.r.roomFor(len(list)) {
		return Null{}
	}
	parts := List{}
	for part := range slices.Chunk(list, int(min(size, int64(len(list))+1))) {
		parts = append(parts, part)
	}
	return parts
}
