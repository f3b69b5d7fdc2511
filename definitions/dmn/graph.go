package dmn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fasthold/definitions/feel"
)

// node is an element of the decision requirements graph: *inputData, *Decision, *knowledge or *Service.
type node interface {
	name() string // the variable's name
	unit() *unit
	source() *element
}

// base is what all nodes share.
type base struct {
	variable string
	home     *unit
	elem     *element
}

func (b *base) name() string     { return b.variable }
func (b *base) unit() *unit      { return b.home }
func (b *base) source() *element { return b.elem }

// inputData is a value from outside (DMN 1.5 §6.3.11).
type inputData struct {
	base
	typ *feel.Type
}

// knowledge is a business knowledge model: a named function (DMN 1.5 §6.3.9).
type knowledge struct {
	base
	requires []requirement
	function *function
	frame    frameShape
}

// requirement is one edge of the graph, seen from the element that requires.
type requirement struct {
	target node
	prefix string // the name of the import it comes through
	elem   *element
}

// declareElements creates the nodes of the model.
func (u *unit) declareElements() {
	for _, e := range u.model.root.children {
		b := base{variable: variableName(e), home: u, elem: e}
		switch e.name {
		case "inputData":
			u.addNode(&inputData{base: b, typ: u.variableType(e)})
		case "decision":
			u.addNode(u.newDecision(b))
		case "businessKnowledgeModel":
			u.addNode(&knowledge{base: b})
		case "decisionService":
			u.addNode(u.newService(b))
		}
	}
	seen := map[*unit]bool{}
	for _, i := range u.imports {
		if seen[i.unit] {
			continue
		}
		seen[i.unit] = true
		for _, e := range i.unit.model.root.children {
			if isDRG[e.name] {
				u.addField(e, variableName(e))
			}
		}
		u.addFields(i.unit)
	}
	u.addFields(u)
}

func (u *unit) addNode(n node) {
	u.ordered = append(u.ordered, n)
	if id := n.source().attr("id"); u.nodes[id] == nil {
		u.nodes[id] = n
	}
}

func (u *unit) newDecision(b base) *Decision {
	e := b.elem
	return &Decision{
		base: b, ID: cmp.Or(e.attr("id"), collapse(e.attr("name"))), Name: cmp.Or(collapse(e.attr("name")), b.variable),
		Namespace: u.model.Namespace, File: u.model.File, typ: u.variableType(e),
	}
}

func (u *unit) newService(b base) *Service {
	e := b.elem
	return &Service{
		base: b, ID: cmp.Or(e.attr("id"), collapse(e.attr("name"))), Name: cmp.Or(collapse(e.attr("name")), b.variable),
		Namespace: u.model.Namespace, File: u.model.File, typ: u.resultType(e),
	}
}

func (u *unit) variableType(e *element) *feel.Type {
	if v := e.child("variable"); v != nil {
		return u.typeRef(v, v.attr("typeRef"))
	}
	return nil
}

// resultType gives what a function-like element returns.
func (u *unit) resultType(e *element) *feel.Type {
	if v := e.child("variable"); v != nil {
		return u.resultOf(v, v.attr("typeRef"))
	}
	return nil
}

// resultOf gives the result type of a function. Its variable has a function type since DMN 1.3; before, and in many files
// since, it has the type of the result.
func (u *unit) resultOf(e *element, ref string) *feel.Type {
	if i := u.item(ref); i.elem != nil && i.elem.child("functionItem") != nil {
		f := i.elem.child("functionItem")
		return i.home.typeRef(f, f.attr("outputTypeRef"))
	}
	if strings.HasPrefix(collapse(ref), "function<") {
		ref = ref[strings.LastIndex(ref, "->")+len("->"):]
	}
	return u.typeRef(e, ref)
}

// declare notes the names of input data and decisions here and in all models that are imported, also indirectly.
func (u *unit) declare(into map[string]bool, seen map[*unit]bool) {
	if seen[u] {
		return
	}
	seen[u] = true
	for _, n := range u.ordered {
		switch n.(type) {
		case *inputData, *Decision:
			into[n.name()] = true
		}
	}
	for _, i := range u.imports {
		i.unit.declare(into, seen)
	}
}

// resolveRequirements finds what each node of the model refers to.
func (u *unit) resolveRequirements() {
	for _, n := range u.ordered {
		switch n := n.(type) {
		case *Decision:
			n.requires = u.requirements(n.elem)
		case *knowledge:
			n.requires = u.requirements(n.elem)
		case *Service:
			u.resolveService(n)
		}
	}
}

// requirements gives information requirements first, then knowledge requirements, each in document order.
func (u *unit) requirements(e *element) []requirement {
	var found []requirement
	for _, group := range [...]struct{ edge, target string }{
		{"informationRequirement", "requiredInput"}, {"informationRequirement", "requiredDecision"}, {"knowledgeRequirement", "requiredKnowledge"},
	} {
		for _, edge := range u.few(e, e.all(group.edge)) {
			ref := edge.child(group.target)
			if ref == nil {
				continue
			}
			if target := u.resolve(ref); target != nil && u.fits(ref, target) {
				found = append(found, requirement{target: target, prefix: u.prefixOf(target.unit()), elem: ref})
			}
		}
	}
	return found
}

// maxNames bounds how many names one element brings into the scope of others.
const maxNames = 300

// few refuses more elements than maxNames, each of which brings a name.
func (u *unit) few(parent *element, list []*element) []*element {
	if len(list) <= maxNames {
		return list
	}
	u.fail(parent, "too-many-names", fmt.Sprintf("there are %d elements of the kind %q here; at most %d are accepted", len(list), list[0].name, maxNames), "split it")
	return list[:maxNames]
}

// resolve finds the node that an href names: "#id" here, or "namespace#id" (DMN 1.5 §6.3.4).
func (u *unit) resolve(ref *element) node {
	href := ref.attr("href")
	namespace, id, ok := strings.Cut(href, "#")
	if !ok {
		namespace, id = "", href
	}
	home := u.modelOf(namespace)
	if home == nil {
		u.fail(ref, "unknown-reference", fmt.Sprintf("the reference %q names a model that is not imported", href), "import the model, and give its file too")
		return nil
	}
	if n := home.nodes[id]; n != nil {
		return n
	}
	u.fail(ref, "unknown-reference", fmt.Sprintf("there is no element with the id %q", id), "correct or remove the reference")
	return nil
}

// modelOf gives this model or an imported one by namespace; "" is this model.
func (u *unit) modelOf(namespace string) *unit {
	if namespace == "" || namespace == u.model.Namespace {
		return u
	}
	for _, i := range u.imports {
		if i.unit.model.Namespace == namespace {
			return i.unit
		}
	}
	return nil
}

// fits checks that a reference leads to the kind of element it must.
func (u *unit) fits(ref *element, target node) bool {
	ok := false
	switch target.(type) {
	case *inputData:
		ok = ref.name == "requiredInput" || ref.name == "inputData"
	case *Decision:
		ok = ref.name == "requiredDecision" || strings.HasSuffix(ref.name, "Decision")
	case *knowledge, *Service:
		ok = ref.name == "requiredKnowledge"
	}
	if !ok {
		u.fail(ref, "wrong-reference", fmt.Sprintf("a %s cannot be %q, which is a %s", ref.name, target.name(), target.source().name), "refer to an element of the right kind")
	}
	return ok
}

func (u *unit) resolveService(s *Service) {
	for _, ref := range s.elem.all("inputData") {
		if d, ok := u.resolve(ref).(*inputData); ok {
			s.data = append(s.data, d)
			s.Inputs = append(s.Inputs, u.inputOf(&d.base))
		}
	}
	for _, ref := range s.elem.all("inputDecision") {
		if d, ok := u.resolve(ref).(*Decision); ok {
			s.given = append(s.given, d)
			s.Inputs = append(s.Inputs, u.inputOf(&d.base))
		}
	}
	for _, ref := range s.elem.all("outputDecision") {
		if d, ok := u.resolve(ref).(*Decision); ok {
			s.outputs = append(s.outputs, d)
		}
	}
	if len(s.outputs) == 0 {
		u.fail(s.elem, "no-output", "the decision service has no output decision", "put at least one decision in its upper part")
	}
}

// typeName is the type of an element's variable as the model writes it.
func typeName(e *element) string {
	if v := e.child("variable"); v != nil {
		return collapse(v.attr("typeRef"))
	}
	return ""
}

// maxHeight bounds how many requirements follow each other, and with them the depth of an evaluation.
const maxHeight = 200

// heights notes the longest way down from each node; visiting marks those on the way to the current one.
type heights map[node]int

const visiting = -1

// breakCycles reports requirements that lead back to where they start or lead too far, and removes them.
func (l *linker) breakCycles() {
	h := heights{}
	for _, u := range l.units {
		for _, n := range u.ordered {
			h.visit(n)
		}
	}
}

func (h heights) visit(n node) {
	if h[n] != 0 {
		return
	}
	h[n] = visiting
	height := 1
	switch n := n.(type) {
	case *Decision:
		n.requires = slices.DeleteFunc(n.requires, func(r requirement) bool { return !h.step(n, r.target, r.elem, &height) })
	case *knowledge:
		n.requires = slices.DeleteFunc(n.requires, func(r requirement) bool { return !h.step(n, r.target, r.elem, &height) })
	case *Service:
		n.outputs = slices.DeleteFunc(n.outputs, func(d *Decision) bool { return !h.step(n, d, n.elem, &height) })
	}
	h[n] = height
}

// step goes from a node to one it requires and reports whether that may stay required.
func (h heights) step(from, to node, edge *element, height *int) bool {
	h.visit(to)
	if h[to] == visiting {
		from.unit().fail(edge, "cycle", fmt.Sprintf("%q requires itself, by way of %q", to.name(), from.name()), "remove one requirement of the circle")
		return false
	}
	if h[to] >= maxHeight {
		from.unit().fail(edge, "too-deep", fmt.Sprintf("more than %d requirements follow each other", maxHeight), "shorten the chain of decisions")
		return false
	}
	*height = max(*height, h[to]+1)
	return true
}

// collectInputs lists the input data a decision needs, its required decisions' included.
func (d *Decision) collectInputs(seen map[node]bool, found *[]*inputData) {
	if seen[d] {
		return
	}
	seen[d] = true
	for _, r := range d.requires {
		switch t := r.target.(type) {
		case *inputData:
			if !seen[t] {
				seen[t] = true
				*found = append(*found, t)
			}
		case *Decision:
			t.collectInputs(seen, found)
		}
	}
}

func (d *Decision) listInputs() []Input {
	var found []*inputData
	d.collectInputs(map[node]bool{}, &found)
	list := make([]Input, len(found))
	for i, in := range found {
		list[i] = d.home.inputOf(&in.base)
	}
	slices.SortStableFunc(list, func(a, b Input) int { return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Imports, b.Imports)) })
	return list
}
