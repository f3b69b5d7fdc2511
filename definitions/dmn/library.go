package dmn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// Library is a set of linked models, ready to be evaluated and safe for concurrent use.
type Library struct {
	decisions []*Decision
	services  []*Service
	tables    []*table // wherever they stand
}

// Decision is one decision of a library (DMN 1.5 §6.3.7).
type Decision struct {
	ID, Name string
	// Namespace and File say which model it comes from.
	Namespace, File string
	// Inputs are the input data the decision needs, its required decisions' included, sorted by name.
	Inputs []Input

	base
	requires []requirement
	frame    frameShape
	logic    plan
	typ      *feel.Type
	free     []string // names that its expressions read
	clock    bool     // some of them asks what time it is
}

// Service is a decision service of a library (DMN 1.5 §6.3.10).
type Service struct {
	ID, Name        string
	Namespace, File string
	// Inputs are the input data and, after them, the input decisions: the parameters of the service, in order.
	Inputs []Input

	base
	data    []*inputData
	given   []*Decision // input decisions
	outputs []*Decision
	typ     *feel.Type
}

// Input is something a decision or a service must be told.
type Input struct {
	Name string
	// Type is the name of its type in the model; "" means any.
	Type string
	// Imports are the names by which the model knows the imported one that declares the input: "rates", or "tax" and "rates" when it is
	// imported by the imported one; none when it is the model's own, or comes without a name. The value is looked for as
	// {tax: {rates: {name: …}}} among the variables, so that inputs of one name can differ, and then by its name alone.
	Imports []string
	// Namespace is that of the model that declares the input, "" when it is the model's own.
	Namespace string
}

// Decisions lists all decisions, file by file in the order of the files.
func (l *Library) Decisions() []*Decision { return slices.Clone(l.decisions) }

// Services lists all decision services, file by file in the order of the files.
func (l *Library) Services() []*Service { return slices.Clone(l.services) }

// Decision finds a decision by its id, one without an id by its name; of several models the one given first to [Compile] counts.
func (l *Library) Decision(id string) (*Decision, bool) {
	return first(l.decisions, func(d *Decision) bool { return d.ID == id })
}

// DecisionByName finds a decision by its name as [Library.Decision] does by its id.
func (l *Library) DecisionByName(name string) (*Decision, bool) {
	return first(l.decisions, func(d *Decision) bool { return d.Name == name })
}

// Service finds a decision service by its id as [Library.Decision] does.
func (l *Library) Service(id string) (*Service, bool) {
	return first(l.services, func(s *Service) bool { return s.ID == id })
}

// Invocable is what others can ask for an answer: a decision or a decision service (DMN 1.5 §5.2.3).
type Invocable interface {
	Evaluate(env *feel.Env) (Result, error)
	EvaluateJSON(env *feel.Env) (Result, error)
	answer(x *session) (feel.Value, error)
}

// Invocable finds a decision, or else a decision service, by its id.
func (l *Library) Invocable(id string) (Invocable, bool) {
	if d, ok := l.Decision(id); ok {
		return d, true
	}
	if s, ok := l.Service(id); ok {
		return s, true
	}
	return nil, false
}

// ServiceByName finds a decision service by its name as [Library.Decision] does.
func (l *Library) ServiceByName(name string) (*Service, bool) {
	return first(l.services, func(s *Service) bool { return s.Name == name })
}

func first[T any](list []*T, want func(*T) bool) (*T, bool) {
	if i := slices.IndexFunc(list, want); i >= 0 {
		return list[i], true
	}
	return nil, false
}

// Compile links models and compiles their logic. All problems of all models are told at once. The library is never nil:
// where a problem is, evaluation gives null and a warning; whoever deploys refuses models with problems of [problem.Error].
func Compile(models ...*Model) (*Library, []problem.Problem) {
	l := &linker{byNamespace: map[string][]*unit{}}
	for _, m := range models {
		l.addModel(m)
	}
	for _, u := range l.units {
		u.resolveImports(l)
		u.indexTypes()
	}
	for _, u := range l.units {
		u.findPaths()
	}
	for _, u := range l.units {
		u.resolveTypes()
		u.declareElements()
	}
	for _, u := range l.units {
		u.declare(u.declared, map[*unit]bool{})
		u.resolveRequirements()
	}
	l.breakCycles()
	for _, u := range l.units {
		u.compileLogic()
	}
	return l.library()
}

// linker knows all models of one Compile.
type linker struct {
	units       []*unit
	byNamespace map[string][]*unit // several models may share one, as all of Camunda Modeler's do, unless it is imported
}

// unit is a model while it is being linked.
type unit struct {
	reporter
	model   *Model
	imports []imported
	paths   map[*unit][]string // the names by which models imported directly and indirectly are known
	nodes   map[string]node    // DRG elements by id
	ordered []node             // the same in document order
	// declared are the names of input data and decisions that must be required to be seen.
	declared map[string]bool

	items     map[string]*element // item definitions by name
	itemNames []string            // the same in document order
	types     map[string]*feel.Type
	opening   map[string]bool // item definitions being resolved
	tables    []*table
	fields    []string // names of context entries that item definitions and imports bring
	clock     bool     // some function asks what time it is
}

// imported is an import of another model under a name; with the name "" its elements need no prefix (DMN 1.5 §6.3.3).
type imported struct {
	name string
	unit *unit
}

// qualify gives the name by which the importing model knows something of the imported one.
func (i imported) qualify(name string) string {
	if i.name == "" {
		return name
	}
	return i.name + "." + name
}

func (l *linker) addModel(m *Model) {
	u := &unit{
		model: m, reporter: reporter{file: m.File}, items: map[string]*element{}, types: map[string]*feel.Type{},
		opening: map[string]bool{}, nodes: map[string]node{}, declared: map[string]bool{},
	}
	l.byNamespace[m.Namespace] = append(l.byNamespace[m.Namespace], u)
	l.units = append(l.units, u)
}

func (u *unit) resolveImports(l *linker) {
	for _, e := range u.model.root.all("import") {
		namespace := e.attr("namespace")
		if kind := e.attr("importType"); modelNamespaces[kind] == "" {
			u.fail(e, "unsupported-import", fmt.Sprintf("imports of type %q are not run", kind), "import DMN models only")
			continue
		}
		others := l.byNamespace[namespace]
		switch {
		case len(others) == 0:
			u.fail(e, "unknown-import", fmt.Sprintf("no file with the namespace %q was given", namespace), "give the imported file too, or remove the import")
		case namespace == u.model.Namespace:
			u.fail(e, "self-import", "the model imports its own namespace", "remove the import, or give the other model another namespace")
		case len(others) > 1:
			u.fail(e, "ambiguous-import", fmt.Sprintf("%d files have the namespace %q, among them %q and %q", len(others), namespace, others[0].model.File, others[1].model.File), "give each imported model its own namespace")
		default:
			u.imports = append(u.imports, imported{name: collapse(e.attr("name")), unit: others[0]})
		}
	}
}

// findPaths names each model that is imported, directly or by way of others, by the names of the imports that lead there; of several
// ways the shortest counts, and then the first. An import without a name adds nothing to the path.
func (u *unit) findPaths() {
	u.paths = map[*unit][]string{u: nil}
	for reached := []*unit{u}; len(reached) > 0; reached = reached[1:] {
		at := reached[0]
		for _, i := range at.imports {
			if _, known := u.paths[i.unit]; known {
				continue
			}
			path := slices.Clip(u.paths[at])
			if i.name != "" {
				path = append(path, i.name)
			}
			u.paths[i.unit] = path
			reached = append(reached, i.unit)
		}
	}
}

// precedence orders models that bring the same names: this one, and then the imported ones in their order.
func (u *unit) precedence(other *unit) int {
	return 1 + slices.IndexFunc(u.imports, func(i imported) bool { return other != u && i.unit == other })
}

// inputOf tells of an input as this model knows it.
func (u *unit) inputOf(b *base) Input {
	in := Input{Name: b.variable, Type: typeName(b.elem), Imports: u.paths[b.home]}
	if b.home != u {
		in.Namespace = b.home.model.Namespace
	}
	return in
}

// nameOf is the name by which this model's functions take something (DMN 1.5 §10.4).
func (u *unit) nameOf(n node) string {
	return imported{name: u.prefixOf(n.unit())}.qualify(n.name())
}

// prefixOf gives the name under which this unit knows another one.
func (u *unit) prefixOf(other *unit) string {
	for _, i := range u.imports {
		if i.unit == other {
			return i.name
		}
	}
	return ""
}

func (l *linker) library() (*Library, []problem.Problem) {
	lib := &Library{}
	var problems []problem.Problem
	for _, u := range l.units {
		for _, n := range u.ordered {
			switch n := n.(type) {
			case *Decision:
				lib.decisions = append(lib.decisions, n)
			case *Service:
				lib.services = append(lib.services, n)
			}
		}
		lib.tables = append(lib.tables, u.tables...)
		slices.SortStableFunc(u.problems, func(a, b problem.Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		problems = append(problems, u.problems...)
	}
	return lib, problems
}

// collapse makes a name as FEEL compares it: single spaces, none around (DMN 1.5 §10.3.1.3).
func collapse(name string) string { return strings.Join(strings.Fields(name), " ") }
