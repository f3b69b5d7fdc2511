package proof

import (
	"maps"
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// belief is how far the value that a variable has on a route is the one it has in the instance.
type belief byte

const (
	doubted belief = iota // it is set to what nobody knows before
	beside                // something beside the route may have set it
	timely                // it is the value when everybody acts at the last moment
	sure
)

func (m mark) belief(name string) belief {
	if b, ok := m.known[name]; ok {
		return b
	}
	return m.rest
}

// learns notes how far the value of a variable is that of the route.
func (m mark) learns(name string, b belief) mark {
	if m.belief(name) != b {
		m.known = maps.Clone(m.known)
		if m.known == nil {
			m.known = map[string]belief{}
		}
		m.known[name] = b
	}
	return m
}

// doubtsAll notes that any variable may have been set to anything.
func (m mark) doubtsAll() mark { return m.doubts(meanwhile{all: true}, doubted) }

// believes is how far the value of an expression is that of the route. Names of own come before variables.
func (m mark) believes(x *feel.Expression, own map[string]belief) belief {
	least := sure
	for _, name := range x.References() {
		b, local := own[name]
		if !local {
			b = m.belief(name)
		}
		least = min(least, b)
	}
	if called := x.Functions(); slices.Contains(called, "now") || slices.Contains(called, "today") {
		least = min(least, timely)
	}
	return least
}

// assuming notes the variables in doubt on which a time hangs.
func (m mark) assuming(own map[string]belief, xs ...*feel.Expression) mark {
	for _, x := range xs {
		if x == nil {
			continue
		}
		for _, name := range x.References() {
			b, local := own[name]
			if !local {
				b = m.belief(name)
			}
			if b <= beside {
				m = m.assumes(name)
			}
		}
	}
	return m
}

func (m mark) assumes(names ...string) mark {
	for _, name := range names {
		if i, found := slices.BinarySearch(m.assumed, name); !found {
			m.assumed = slices.Insert(slices.Clone(m.assumed), i, name)
		}
	}
	return m
}

// inputs is how far the values of an element's input mappings are those of the route.
func (m mark) inputs(e *bpmn.Element) map[string]belief {
	own := map[string]belief{}
	for _, x := range e.Inputs {
		b := m.believes(x.Source, own)
		if had, ok := own[x.Target[0]]; ok {
			b = min(b, had)
		}
		own[x.Target[0]] = b
	}
	if e.Loop != nil {
		own[e.Loop.Item], own["loopCounter"] = doubted, doubted
	}
	return own
}

// meanwhile are the variables that elements beside an element set; all when any of them may be set.
type meanwhile struct {
	names []string
	all   bool
}

// disturbed doubts what is set beside an element. Only messages and other events from outside are left out: event sub-processes that they begin.
func (w *walker) disturbed(e *bpmn.Element, m mark) mark {
	d, ok := w.meanwhile[e.Index]
	if !ok {
		for i, beside := range w.a.beside()[e.Index] {
			if beside {
				d = w.with(d, w.a.element(i))
			}
		}
		w.meanwhile[e.Index] = d
	}
	return m.doubts(d, beside)
}

// doubtsWithin doubts what is set in a scope.
func (w *walker) doubtsWithin(scope *bpmn.Element, m mark) mark {
	var d meanwhile
	for i := range w.Plan.Elements {
		if e := w.a.element(i); w.in(e, scope) {
			d = w.with(d, e)
		}
	}
	return m.doubts(d, doubted)
}

func (w *walker) with(d meanwhile, e *bpmn.Element) meanwhile {
	if w.fromOutside(e) {
		return d
	}
	return meanwhile{append(d.names, w.sets(e)...), d.all || w.anything(e)}
}

// doubts believes in variables no more than to a degree.
func (m mark) doubts(d meanwhile, most belief) mark {
	if d.all {
		m.known, m.rest = maps.Clone(m.known), min(m.rest, most)
		for name, b := range m.known {
			m.known[name] = min(b, most)
		}
		return m
	}
	for _, name := range d.names {
		m = m.learns(name, min(m.belief(name), most))
	}
	return m
}

// fromOutside reports whether an element is in an event sub-process that something from outside begins, nobody knows when.
func (w *walker) fromOutside(e *bpmn.Element) bool {
	for ; e.Parent >= 0; e = w.a.element(e.Parent) {
		if w.startedOutside(e) {
			return true
		}
	}
	return false
}

func (w *walker) startedOutside(e *bpmn.Element) bool {
	return e.Kind == bpmn.EventSubProcess && slices.ContainsFunc(e.Starts, func(i int) bool {
		start := w.a.element(i)
		return is(start, bpmn.Message) || is(start, bpmn.Signal) || is(start, bpmn.Conditional)
	})
}
