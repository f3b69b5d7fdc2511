package lint

import (
	"slices"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
)

// key names a variable: of the process, or one that an element has for itself and what is in it.
type key struct {
	owner int // the element; 0 for the process
	name  string
}

// variable is what is known of a variable.
type variable struct {
	key
	index int // in the sets of variables
	sets  []assignment
	input bool       // it is declared to come from outside
	given *feel.Type // as which type
	typ   *feel.Type // of all values that are set here
	known bool       // typ has been found; until then nothing is known of the values
}

// assignment is a place where a variable is set.
type assignment struct {
	by    *bpmn.Element
	typ   *feel.Type // when it is known beforehand
	from  *read      // the expression whose value it takes, with a path in front
	path  []string   // within the variable
	maybe bool       // it is not always set there
	field bool       // a person fills it in
}

// read is a place where an expression is evaluated.
type read struct {
	x       *feel.Expression
	at      *bpmn.Element // whose variables it sees
	inputs  int           // so many of its input mappings have been evaluated; -1: none, it sees what is around the element
	payload *payload      // what it sees first; nil for nothing
	what    string        // for messages
	line    int
	element string // id of the element or flow it belongs to
}

// payload is what somebody answers, or an event brings.
type payload struct {
	open   bool       // nobody knows what
	fields *feel.Type // a context
	field  bool       // a person fills it in
	from   *read      // the expression that gives the one field, nil when it is none
}

// lookup is the entry of a payload; ok is false when it is known that there is none.
func (p *payload) lookup(name string) (t *feel.Type, ok bool) {
	switch {
	case p == nil:
		return nil, false
	case p.open:
		return nil, true
	}
	return field(p.fields, name)
}

// field is the entry of a context that has no others than those known.
func field(t *feel.Type, name string) (*feel.Type, bool) {
	for _, f := range t.Fields() {
		if f.Name == name {
			return f.Type, true
		}
	}
	return nil, false
}

// variable gives the variable with a key, a new one when there is none.
func (p *process) variable(k key) *variable {
	v, ok := p.byKey[k]
	if !ok {
		v = &variable{key: k, index: len(p.vars)}
		p.byKey[k], p.vars = v, append(p.vars, v)
	}
	return v
}

// find is the variable that a name means at an element of which so many input mappings have been evaluated.
func (p *process) find(name string, at *bpmn.Element, inputs int) key {
	for at.Parent >= 0 {
		if p.owns(at, name, inputs) {
			return key{at.Index, name}
		}
		at = p.element(at.Parent)
		inputs = len(at.Inputs)
	}
	return key{0, name}
}

func (p *process) owns(e *bpmn.Element, name string, inputs int) bool {
	if inputs < 0 {
		return false
	}
	if slices.ContainsFunc(e.Inputs[:inputs], func(m bpmn.Mapping) bool { return m.Target[0] == name }) {
		return true
	}
	if e.Activation != nil && name == "activationCount" {
		return true
	}
	l := e.Loop
	return l != nil && name != "" && (name == l.Item || name == l.Own || name == l.Output || slices.Contains(counters, name))
}

// counters are the variables of repeated activities.
var counters = []string{"loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances"}

// bits is a set of variables by index.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

func (b bits) add(i int) { b[i/64] |= 1 << (i % 64) }

// both are the variables in both sets; a nil set has all of them.
func (b bits) both(o bits) bits {
	switch {
	case b == nil:
		return o
	case o == nil:
		return b
	}
	out := slices.Clone(b)
	for i := range out {
		out[i] &= o[i]
	}
	return out
}

// either are the variables in one of the sets.
func (b bits) either(o bits) bits {
	if b == nil || o == nil {
		return nil
	}
	out := slices.Clone(b)
	for i := range out {
		out[i] |= o[i]
	}
	return out
}
