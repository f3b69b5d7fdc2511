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
	From      string                            // the element at which a token starts, "" for the starts of the process
	Now       time.Time                         // the start; its location is the zone of local times
	Calendar  feel.Calendar
}

// Route is a way from a start of the process to an element, on which everybody acts at the last moment of their deadline and workers at once.
type Route struct {
	Path  []*bpmn.Element
	Waits []Wait // where time passes, in order
	// Entered is when a token comes to the element at the latest, Done when it leaves it.
	Entered, Done time.Time
	// Open is the element that nothing bounds, nil when the route is bounded; Why says what is missing, of a loop what its next round lacks.
	Open *bpmn.Element
	Why  string
	// Again is an element that a loop comes back to because of what people choose: Entered is when it is reached, Done when it is reached
	// again. Nothing says how often they choose so. Nil for other routes. Further is when it is reached once more after Done, zero when
	// nothing bounds that round.
	Again   *bpmn.Element
	Further time.Time
	// Assumed are the variables, sorted, on which the times hang though something else than the route may set them: other branches, jobs, answers
	// that nobody knows before.
	Assumed []string
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
// route to it counts. A loop is walked until a counter ends it or a timer around it does; another one once: it is open unless somebody chooses
// to go round.
// The error is an element that is not there, one that no token comes to, or too many routes.
func Deadline(c Case, element string) ([]Route, error) {
	target, ok := c.Plan.Element(element)
	if !ok {
		return nil, fmt.Errorf("process %s has no element %s", c.Plan.ID, element)
	}
	if target.Kind == bpmn.EventSubProcess || target.Kind == bpmn.Process {
		return nil, fmt.Errorf("%s is a %s: ask about an element in it", element, target.Kind)
	}
	w := newWalker(c, target)
	if err := w.walk(); err != nil {
		return nil, err
	}
	for _, l := range w.loops {
		w.further(l.element, &w.routes[l.route], l.end)
	}
	w.comesBack(target)
	if w.tooMuch() {
		return nil, fmt.Errorf("there are too many routes to %s", element)
	}
	if w.spread(); len(w.routes) == 0 {
		return nil, w.nowhere(target)
	}
	slices.SortStableFunc(w.routes, func(x, y Route) int {
		return cmp.Or(cmp.Compare(x.order(), y.order()), y.Done.Compare(x.Done))
	})
	return w.routes, nil
}

// nowhere says that no route leads to an element.
func (w *walker) nowhere(target *bpmn.Element) error {
	if len(w.premises) > 0 {
		return fmt.Errorf("no route leads to %s as long as nothing else sets %s", target.ID, strings.Join(w.premises, ", "))
	}
	return fmt.Errorf("no route leads to %s with these variables", target.ID)
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
	if c.Variables == nil {
		c.Variables = feel.ContextOf()
	}
	return walkerOf(c, newAnalysis(c.Plan), targets...)
}

func newAnalysis(p *bpmn.Plan) *analysis { return &analysis{plan: p, out: map[thrownKey]thrown{}} }

func walkerOf(c Case, a *analysis, targets ...*bpmn.Element) *walker {
	w := &walker{Case: c, a: a, targets: targets, latest: map[string]time.Time{}, rest: sure, byPath: map[string]int{},
		combinations: map[int][]*feel.Context{}, meanwhile: map[int]meanwhile{}, dropped: map[int][]string{}, outputs: map[int][]bpmn.Mapping{}, exits: map[int][]int{}, setBy: map[string][]int{}}
	w.leading = w.leadingTo(targets)
	w.matters = w.interest()
	w.watched = slices.Sorted(maps.Keys(w.matters.names))
	w.counting, w.living = w.counters(), w.live()
	return w
}

// walk goes from all starts of the process, or from the element that the case names.
func (w *walker) walk() error {
	root, begin := w.Plan.Root(), mark{at: w.Now, vars: w.Variables, known: w.believed, rest: w.rest}
	if w.From != "" {
		from, ok := w.Plan.Element(w.From)
		if !ok {
			return fmt.Errorf("process %s has no element %s", w.Plan.ID, w.From)
		}
		w.visit(from, begin)
		return nil
	}
	begin = begin.into(root, w.mapped(root.Inputs, begin, begin.vars, begin.vars))
	begin = w.limited(root, w.a.eventStarts(root), true, begin)
	for _, i := range root.Starts {
		w.visit(w.a.element(i), begin)
	}
	w.byEvent(root, begin)
	return nil
}

// walker goes all ways.
type walker struct {
	Case
	a        *analysis
	targets  []*bpmn.Element
	within   *bpmn.Element     // the scope that is not left, nil for none
	nested   bool              // it walks on behalf of another one
	counting bool              // some loop may count its rounds
	last     mark              // where a token was that came to a target at the latest
	depth    int               // of calls
	believed map[string]belief // about the start variables; rest about all others
	rest     belief
	byPath   map[string]int         // routes that come to a target, by the way
	leading  map[int]bool           // elements on a way to a target
	latest   map[string]time.Time   // by state: when a token comes there at the latest
	dropped  map[int][]string       // by element: what routes assume that are not followed from there
	outputs  map[int][]bpmn.Mapping // by element: those that matter
	exits    map[int][]int          // by element: what catches errors that come out of it
	setBy    map[string][]int       // by variable: what sets it
	premises []string               // what is assumed where flows that lead to a target are not followed
	loops    []loop                 // that people choose
	routes   []Route
	visits   int

	matters      interest
	watched      []string         // variables of interest, sorted
	living       map[int][]string // by element: those of them that still matter there
	combinations map[int][]*feel.Context
	meanwhile    map[int]meanwhile
}

func (w *walker) tooMuch() bool { return w.visits > maxVisits || len(w.routes) > maxRoutes }

// mark is where a walk stands.
type mark struct {
	at      time.Time
	vars    *feel.Context
	known   map[string]belief // about variables; rest about all others
	rest    belief
	assumed []string
	path    []*bpmn.Element
	times   []time.Time     // when the elements of the path were reached
	were    []*feel.Context // the variables then
	waits   []Wait
	said    []Answer
	// hidden has the scopes with variables of their own that it is in, the innermost last.
	hidden []hidden
	limits []limit
}

func (m mark) through(e *bpmn.Element) mark {
	m.path, m.times, m.were = append(slices.Clone(m.path), e), append(slices.Clone(m.times), m.at), append(slices.Clone(m.were), m.vars)
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

// visit walks on from a token that comes to an element.
func (w *walker) visit(e *bpmn.Element, m mark) {
	if w.visits++; w.tooMuch() || !w.leading[e.Index] || w.within != nil && !w.in(e, w.within) {
		return
	}
	m = w.disturbed(e, m.outTo(w, e))
	if i := lastIndex(m.path, e); i >= 0 {
		over, ends := w.over(e, m)
		switch {
		case w.counts(e, i, m):
		case ends && !m.times[i].Before(over):
			return
		case ends:
			m = m.until(e, over)
		default:
			w.again(e, i, m.through(e))
			return
		}
	}
	if w.knows(e, m) {
		return
	}
	w.enter(e, m.through(e))
}

// enter walks on from a token in an element.
func (w *walker) enter(e *bpmn.Element, m mark) {
	entered, before := m.at, m
	m, why := w.rounds(e, m, func(m mark) ending { return w.round(e, m) })
	local := w.mapped(e.Inputs, m, m.vars, m.vars)
	target := slices.Contains(w.targets, e)
	if why == "" && target {
		w.arrived(e, entered, local, m)
	}
	_, over := w.over(e, m)
	switch {
	case target && why == "" && !over && !w.counting: // what follows does not lead to it, or by a loop that nothing bounds
	case why != "":
		w.stuck(e, why, before)
	case e.Kind.Scope():
		w.inside(e, local, before, m)
	default:
		w.work(e, local, before, m)
	}
}

// round is when one round of a repeated activity that begins now is over.
func (w *walker) round(e *bpmn.Element, m mark) ending {
	local := w.mapped(e.Inputs, m, m.vars, m.vars)
	if e.Kind.Scope() {
		return w.endOf(e, m.into(e, local))
	}
	return w.once(e, local, m)
}

// stuck goes on from an element of which nothing says when it is done: by its events, and when the scope around it is interrupted.
func (w *walker) stuck(e *bpmn.Element, why string, m mark) {
	if slices.Contains(w.targets, e) {
		w.open(e, why, m)
		return
	}
	end := w.bounded(e, ending{at: m.at, why: why}, m)
	w.events(e, m, w.doubtsWithin(e, m), end)
	switch {
	case w.inTargets(e.Index):
		w.open(e, why, m)
	case end.why == "":
		w.leave(e, m.vars, w.doubtsWithin(e, m.until(e, end.at).assumes(end.assumed...)))
	case slices.ContainsFunc(w.after(e), func(i int) bool { return w.leading[i] }):
		w.open(e, end.why, m)
	}
}

// knows reports whether a token came to the element with the same variables as late before: then this route is no worse.
func (w *walker) knows(e *bpmn.Element, m mark) bool {
	key := w.state(e, m)
	before, ok := w.latest[key]
	if ok && !m.at.After(before) {
		w.dropped[e.Index] = mark{assumed: w.dropped[e.Index]}.assumes(m.assumed...).assumed // it is worse when these are
		return true
	}
	w.latest[key] = m.at
	return false
}

// spread lets routes assume what those assumed that were given up on their way, because they came no later if that holds.
func (w *walker) spread() {
	for i := range w.routes {
		r := &w.routes[i]
		for _, e := range r.Path {
			r.Assumed = mark{assumed: r.Assumed}.assumes(w.dropped[e.Index]...).assumed
		}
		r.Assumed = mark{assumed: r.Assumed}.assumes(w.premises...).assumed
	}
}

// route is the way to where a walk stands.
func (m mark) route() Route {
	return Route{Path: m.path, Waits: m.waits, Answers: m.said, Entered: m.at, Done: m.at, Assumed: m.assumed}
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
	end := w.leaves(e, local, m)
	if end.why != "" {
		w.open(e, end.why, m)
		return
	}
	m = m.until(e, end.at).assumes(end.assumed...)
	if len(w.last.path) == 0 || m.at.After(w.last.at) {
		w.last = m
	}
	r := m.route()
	r.Entered = entered
	key := strings.Join(r.IDs(), " ")
	i, known := w.byPath[key]
	if !known {
		w.byPath[key] = len(w.routes)
		w.routes = append(w.routes, r)
		return
	}
	r.Assumed = m.assumes(w.routes[i].Assumed...).assumed
	if !r.Done.After(w.routes[i].Done) {
		w.routes[i].Assumed = r.Assumed
		return
	}
	w.routes[i] = r
}

// inside walks into a scope, of a repeated one into its last round, and on from the events around it.
func (w *walker) inside(e *bpmn.Element, local *feel.Context, first, m mark) {
	border := w.limited(e, e.Boundary, false, first.into(e, w.mapped(e.Inputs, first, first.vars, first.vars)))
	m.limits = border.limits
	m = m.into(e, local).assumes(border.assumed...)
	m = w.limited(e, w.a.eventStarts(e), true, m)
	if e.AdHoc != nil {
		w.chosenIn(e, m)
	} else {
		for _, i := range e.Starts {
			w.visit(w.a.element(i), m)
		}
	}
	w.byEvent(e, m)
	if slices.ContainsFunc(e.Boundary, func(i int) bool { return w.leading[i] && w.hangsOnEnd(w.a.element(i)) }) {
		w.events(e, border, w.doubtsWithin(e, border), w.endOf(e, m))
		return
	}
	w.events(e, border, w.doubtsWithin(e, border), ending{at: m.at})
}

// hangsOnEnd reports whether an event around a scope can come as long as the scope is there.
func (w *walker) hangsOnEnd(b *bpmn.Element) bool {
	switch b.Event.Kind {
	case bpmn.Error, bpmn.Escalation, bpmn.Cancel, bpmn.Compensation: // on from what throws it
		return false
	case bpmn.Timer:
		return !b.Interrupting && b.Event.Timer.Kind == bpmn.Cycle
	}
	return true
}

// chosenIn walks into an ad-hoc sub-process: people choose what begins in it, and when, as long as nothing ends it.
func (w *walker) chosenIn(e *bpmn.Element, m mark) {
	until, ok := w.over(w.a.element(e.Children[0]), m)
	if !ok {
		w.open(e, "nothing says when people choose what is in it", m)
		return
	}
	m = w.doubtsWithin(e, m.until(e, until))
	for _, i := range e.Starts {
		w.visit(w.a.element(i), m)
	}
}

// byEvent walks on from the timers that start event sub-processes of a scope. When anything else comes nothing says: they only count on
// the way to what is in them.
func (w *walker) byEvent(scope *bpmn.Element, m mark) {
	for _, i := range w.a.eventStarts(scope) {
		start := w.a.element(i)
		switch {
		case !w.leading[i]:
		case is(start, bpmn.Timer):
			end := ending{why: "nothing says how often its timer is due"} // it keeps the scope from ending
			if at, ok := w.over(start, m); ok {
				end = ending{at: at}
			}
			if due, why := w.lastDue(start, m, end); why != "" {
				w.open(start, why, m.through(start))
			} else {
				w.visit(start, w.doubtsWithin(scope, m.assuming(nil, start.Event.Timer.Expr)).until(start, due))
			}
		case is(start, bpmn.Error), is(start, bpmn.Escalation): // on from what throws it
		case w.inTargets(start.Parent):
			if at, ok := w.over(start, m); ok {
				w.visit(start, w.doubtsWithin(scope, m).until(start, at))
			} else {
				w.open(start, fmt.Sprintf("nothing says when its %s comes", start.Event.Kind), m.through(start))
			}
		}
	}
}

// work walks on from an element that is done at the last moment, and from the events around it. first is when it was entered, m when its last
// round begins.
func (w *walker) work(e *bpmn.Element, local *feel.Context, first, m mark) {
	end := w.leaves(e, local, m)
	w.events(e, first, first, end)
	if end.why != "" {
		if slices.ContainsFunc(w.after(e), func(i int) bool { return w.leading[i] }) {
			w.open(e, end.why, m)
		}
		return
	}
	w.leave(e, local, m.until(e, end.at).assumes(end.assumed...))
}

// leave walks on from an element that is done.
func (w *walker) leave(e *bpmn.Element, local *feel.Context, m mark) {
	for _, chosen := range w.answers(e) {
		next := w.disturbed(e, w.results(e, local, chosen, m.answered(e, chosen)))
		w.follow(e, next)
	}
	for _, i := range w.escapes(e) {
		catch := w.a.element(i)
		scope := catch.AttachedTo
		if scope < 0 { // it starts an event sub-process
			scope = w.a.element(catch.Parent).Parent
		}
		w.visit(catch, w.doubtsWithin(w.a.element(scope), m))
	}
}

// events walks on from the boundary events of an element: timers when they are due, others at the last moment. m is when it was entered, later
// what is known when an event occurs.
func (w *walker) events(e *bpmn.Element, m, later mark, end ending) {
	for _, i := range e.Boundary {
		b := w.a.element(i)
		switch {
		case !w.leading[i]:
		case is(b, bpmn.Timer):
			if due, missing := w.lastDue(b, m, end); missing != "" {
				w.open(b, missing, m.through(b))
			} else {
				w.visit(b, later.assuming(nil, b.Event.Timer.Expr).assumes(end.assumed...).until(e, due))
			}
		case is(b, bpmn.Compensation), is(b, bpmn.Cancel): // it leads nowhere; on from what throws it
		case e.Kind.Scope() && (is(b, bpmn.Error) || is(b, bpmn.Escalation)): // on from what throws it
		case end.why != "":
			w.open(e, end.why, m)
		default:
			w.visit(b, later.assumes(end.assumed...).until(e, end.at))
		}
	}
}
