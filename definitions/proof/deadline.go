package proof

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
	"fasthold/definitions/form"
)

// Case is a process instance whose deadlines are asked for.
type Case struct {
	Plan      *bpmn.Plan
	Decisions *dmn.Library                      // nil when the process calls none
	Forms     map[string]*form.Form             // by id
	Jobs      map[string][]string               // by job type: the variables that jobs answer with
	Called    func(process string) (Case, bool) // finds what is known of a called process; nil: nothing
	Variables *feel.Context                     // at the start; nil for none
	Now       time.Time                         // the start; its location is the zone of local times
	Calendar  feel.Calendar
}

// Route is a way from a start of the process to an element, on which everybody acts at the last moment of their deadline and workers at once.
type Route struct {
	Path  []*bpmn.Element
	Waits []Wait // where time passes, in order
	// Entered is when a token comes to the element at the latest, Done when it leaves it.
	Entered, Done time.Time
	// Open is the element that nothing bounds, nil when the route is bounded; Why says what is missing.
	Open *bpmn.Element
	Why  string
	// Again is an element that a loop comes back to because of what people choose: Entered is when it is reached, Done when it is reached
	// again. Nothing says how often they choose so. Nil for other routes.
	Again *bpmn.Element
	// Answers are the choices by which people lead along the route, as far as it depends on them.
	Answers []Answer
}

// Answer is what a person chooses in a task.
type Answer struct {
	Element *bpmn.Element
	Chosen  *feel.Context
}

// Wait is time that passes in an element.
type Wait struct {
	Element     *bpmn.Element
	From, Until time.Time
}

const (
	// maxRoutes bounds the routes told, maxVisits the elements looked at on all of them.
	maxRoutes = 200
	maxVisits = 50_000
)

// Deadline finds the routes from the starts of a process to an element, the longest first, in front of them those that nothing bounds and the
// loops on the way. A task is completed with each combination of the choices that a route depends on; a gateway goes any way but those that
// the variables of the route rule out. Of routes that come to an element with the same variables only those that come later than the ones
// before are followed, and of those through the same elements the longest is told. A join is reached with the last of its tokens: the longest
// route to it counts. A loop is walked once: it is open unless somebody chooses to go round.
// The error is an element that is not there, or too many routes.
func Deadline(c Case, element string) ([]Route, error) {
	target, ok := c.Plan.Element(element)
	if !ok {
		return nil, fmt.Errorf("process %s has no element %s", c.Plan.ID, element)
	}
	w := newWalker(c, target)
	w.walk()
	if w.visits > maxVisits || len(w.routes) > maxRoutes {
		return nil, fmt.Errorf("there are too many routes to %s", element)
	}
	slices.SortStableFunc(w.routes, func(x, y Route) int {
		return cmp.Or(cmp.Compare(x.order(), y.order()), y.Done.Compare(x.Done))
	})
	return w.routes, nil
}

// order puts open routes first, and then loops.
func (r *Route) order() int {
	switch {
	case r.Open != nil:
		return 0
	case r.Again != nil:
		return 1
	}
	return 2
}

func newWalker(c Case, targets ...*bpmn.Element) *walker {
	w := &walker{Case: c, a: &analysis{plan: c.Plan, out: map[thrownKey]thrown{}}, targets: targets, latest: map[string]time.Time{}, byPath: map[string]int{},
		combinations: map[int][]*feel.Context{}}
	if w.Variables == nil {
		w.Variables = feel.ContextOf()
	}
	w.leading = w.leadingTo(targets)
	w.matters = w.interest()
	w.watched = slices.Sorted(maps.Keys(w.matters.names))
	return w
}

// walk goes from all starts of the process.
func (w *walker) walk() {
	root, begin := w.Plan.Root(), mark{at: w.Now, vars: w.Variables, known: w.given()}
	begin = begin.into(root, w.mapped(root.Inputs, begin, begin.vars, begin.vars))
	for _, i := range root.Starts {
		w.visit(w.a.element(i), begin)
	}
	w.byEvent(root, begin)
}

// walker goes all ways.
type walker struct {
	Case
	a       *analysis
	targets []*bpmn.Element
	depth   int                  // of calls
	byPath  map[string]int       // routes that come to a target, by the way
	leading map[int]bool         // elements on a way to a target
	latest  map[string]time.Time // by state: when a token comes there at the latest
	routes  []Route
	visits  int

	matters      interest
	watched      []string // variables of interest, sorted
	combinations map[int][]*feel.Context
}

// mark is where a walk stands.
type mark struct {
	at    time.Time
	vars  *feel.Context
	known map[string]bool // variables whose value is that of the route whatever else happens in the process
	path  []*bpmn.Element
	times []time.Time // when the elements of the path were reached
	waits []Wait
	said  []Answer
	// hidden has the scopes with variables of their own that it is in, the innermost last.
	hidden []hidden
}

func (m mark) through(e *bpmn.Element) mark {
	m.path, m.times = append(slices.Clone(m.path), e), append(slices.Clone(m.times), m.at)
	return m
}

func (m mark) answered(e *bpmn.Element, chosen *feel.Context) mark {
	if chosen.Len() > 0 {
		m.said = append(slices.Clone(m.said), Answer{e, chosen})
	}
	return m
}

func (m mark) until(e *bpmn.Element, at time.Time) mark {
	if at.After(m.at) {
		m.waits = append(slices.Clone(m.waits), Wait{e, m.at, at})
		m.at = at
	}
	return m
}

// leadingTo lists the elements from which a token can come to a target, also out of nested scopes.
func (w *walker) leadingTo(targets []*bpmn.Element) map[int]bool {
	before := map[int][]int{}
	for i := range w.Plan.Elements {
		e := &w.Plan.Elements[i]
		for _, n := range w.next(e) {
			before[n] = append(before[n], i)
		}
	}
	found := map[int]bool{}
	var queue []int
	for _, t := range targets {
		found[t.Index] = true
		queue = append(queue, t.Index)
	}
	for len(queue) > 0 {
		for _, p := range before[queue[0]] {
			if !found[p] {
				found[p] = true
				queue = append(queue, p)
			}
		}
		queue = queue[1:]
	}
	return found
}

// next lists the elements that can follow an element.
func (w *walker) next(e *bpmn.Element) []int {
	out := slices.DeleteFunc(append(slices.Clone(e.Starts), e.Boundary...), func(i int) bool { return is(w.a.element(i), bpmn.Compensation) })
	if throws(e, bpmn.Cancel) {
		return append(out, w.a.plan.Cancellation(w.a.plan.Transaction(e)).Index)
	}
	if e.Kind.Scope() {
		out = append(out, w.a.eventStarts(e)...)
	}
	from := e
	if len(e.Outgoing) == 0 && e.Parent >= 0 && !e.Kind.Scope() {
		from = w.ended(w.a.element(e.Parent))
	}
	if throws(e, bpmn.Error) {
		own, outer, _ := w.a.caught(w.a.element(e.Parent), w.a.thrownBy(e, bpmn.Error))
		out = append(append(out, own...), outer...)
	}
	if to, ok := e.LinksTo(); ok {
		out = append(out, to)
	}
	for _, f := range from.Outgoing {
		out = append(out, w.Plan.Flows[f].Target)
	}
	return out
}

// ended is what ends when a scope ends: an event sub-process that interrupts ends the scope around it.
func (w *walker) ended(scope *bpmn.Element) *bpmn.Element {
	if scope.Kind == bpmn.EventSubProcess && w.a.interrupting(scope.Starts) {
		return w.ended(w.a.element(scope.Parent))
	}
	return scope
}

// visit walks on from a token that comes to an element.
func (w *walker) visit(e *bpmn.Element, m mark) {
	if w.visits++; w.visits > maxVisits || len(w.routes) > maxRoutes || !w.leading[e.Index] {
		return
	}
	m = m.outTo(w, e)
	first := slices.Index(m.path, e)
	entered, m := m.at, m.through(e)
	if first >= 0 {
		w.again(e, first, m)
		return
	}
	if w.knows(e, m) {
		return
	}
	local := w.mapped(e.Inputs, m, m.vars, m.vars)
	switch {
	case slices.Contains(w.targets, e):
		w.arrived(e, entered, local, m)
	case e.Kind.Scope():
		w.inside(e, m.into(e, local))
	default:
		w.work(e, local, m)
	}
}

// knows reports whether a token came to the element with the same variables as late before: then this route is no worse.
func (w *walker) knows(e *bpmn.Element, m mark) bool {
	key := w.state(e, m)
	before, ok := w.latest[key]
	if ok && !m.at.After(before) {
		return true
	}
	w.latest[key] = m.at
	return false
}

// again notes a loop, by its longest round. It is open when nobody chooses to go round.
func (w *walker) again(e *bpmn.Element, first int, m mark) {
	if !slices.ContainsFunc(m.path[first:], func(e *bpmn.Element) bool { return len(w.answers(e)) > 1 }) {
		w.open(e, "a loop comes back to it", m)
		return
	}
	r := m.route()
	r.Again, r.Entered = e, m.times[first]
	i := slices.IndexFunc(w.routes, func(r Route) bool { return r.Again == e })
	switch {
	case i < 0:
		w.routes = append(w.routes, r)
	case r.Done.Sub(r.Entered) > w.routes[i].Done.Sub(w.routes[i].Entered):
		w.routes[i] = r
	}
}

// route is the way to where a walk stands.
func (m mark) route() Route {
	return Route{Path: m.path, Waits: m.waits, Answers: m.said, Entered: m.at, Done: m.at}
}

// open notes a route that nothing bounds, the first for each reason.
func (w *walker) open(e *bpmn.Element, why string, m mark) {
	if slices.ContainsFunc(w.routes, func(r Route) bool { return r.Open == e && r.Why == why }) {
		return
	}
	r := m.route()
	r.Open, r.Why = e, why
	w.routes = append(w.routes, r)
}

// arrived notes a route; the target is done when its own deadline comes.
func (w *walker) arrived(e *bpmn.Element, entered time.Time, local *feel.Context, m mark) {
	until, why := w.leaves(e, local, m)
	if why != "" {
		w.open(e, why, m)
		return
	}
	m = m.until(e, until)
	r := m.route()
	r.Entered = entered
	key := strings.Join(r.IDs(), " ")
	i, known := w.byPath[key]
	switch {
	case !known:
		w.byPath[key] = len(w.routes)
		w.routes = append(w.routes, r)
	case r.Done.After(w.routes[i].Done):
		w.routes[i] = r
	}
}

// inside walks into a scope, and on from the events around it.
func (w *walker) inside(e *bpmn.Element, m mark) {
	for _, i := range e.Starts {
		w.visit(w.a.element(i), m)
	}
	w.byEvent(e, m)
	w.events(e, m, m.at, "")
}

// byEvent walks on from the timers that start event sub-processes of a scope. When anything else comes nothing says: they only count on
// the way to what is in them.
func (w *walker) byEvent(scope *bpmn.Element, m mark) {
	for _, i := range w.a.eventStarts(scope) {
		start := w.a.element(i)
		switch {
		case !w.leading[i]:
		case start.Event.Kind == bpmn.Timer:
			if due, why := w.due(start.Event.Timer, m.vars, m.at); why != "" {
				w.open(start, why, m.through(start))
			} else {
				w.visit(start, m.until(start, due))
			}
		case start.Event.Kind != bpmn.Error && w.within(start.Parent):
			w.open(start, fmt.Sprintf("nothing says when its %s comes", start.Event.Kind), m.through(start))
		}
	}
}

// within reports whether a target is somewhere in a scope.
func (w *walker) within(scope int) bool {
	return slices.ContainsFunc(w.targets, func(t *bpmn.Element) bool {
		at := t.Index
		for at >= 0 && at != scope {
			at = w.a.element(at).Parent
		}
		return at == scope
	})
}

// work walks on from an element that is done at the last moment, and from the events around it.
func (w *walker) work(e *bpmn.Element, local *feel.Context, m mark) {
	until, why := w.leaves(e, local, m)
	w.events(e, m, until, why)
	if why != "" {
		if slices.ContainsFunc(w.after(e), func(i int) bool { return w.leading[i] }) {
			w.open(e, why, m)
		}
		return
	}
	m = m.until(e, until)
	for _, chosen := range w.answers(e) {
		next := w.results(e, local, chosen, m.answered(e, chosen))
		for _, i := range w.follow(e, next) {
			w.visit(w.a.element(i), next)
		}
	}
}

// after lists the elements that follow when an element is done.
func (w *walker) after(e *bpmn.Element) []int {
	return slices.DeleteFunc(w.next(e), func(i int) bool { return slices.Contains(e.Boundary, i) })
}

// events walks on from the boundary events of an element: timers when they are due, others at the last moment.
func (w *walker) events(e *bpmn.Element, m mark, until time.Time, why string) {
	for _, i := range e.Boundary {
		b := w.a.element(i)
		switch {
		case !w.leading[i]:
		case b.Event.Kind == bpmn.Timer:
			if due, missing := w.lastDue(b, m, until, why); missing != "" {
				w.open(b, missing, m.through(b))
			} else {
				w.visit(b, m.until(e, due))
			}
		case b.Event.Kind == bpmn.Compensation: // it leads nowhere
		case b.Event.Kind == bpmn.Error && e.Kind.Scope(), b.Event.Kind == bpmn.Cancel: // on from what throws it
		case why != "":
			w.open(e, why, m)
		default:
			w.visit(b, m.until(e, until))
		}
	}
}
