package dmn

import (
	"fmt"
	"slices"
	"sync"

	"fasthold/definitions/feel"
)

// loop is what boxed filters, for, some and every share: a collection, and a plan for each of its items.
type loop struct {
	in   plan
	each plan
	at   place
}

// What FEEL itself makes of a collection that is no list: a range gives its numbers or dates, one value is as good as a list of it.
var (
	iterated = sync.OnceValues(func() (*feel.Expression, error) { return feel.Compile("for i in collection return i", feel.Options{}) })
	filtered = sync.OnceValues(func() (*feel.Expression, error) { return feel.Compile("collection[true]", feel.Options{}) })
)

// items gives what to iterate over; ok is false when there is nothing that could be.
func (l loop) items(x *session, env *feel.Env, listed func() (*feel.Expression, error)) (list feel.List, ok bool, err error) {
	v, err := l.in.eval(x, env)
	if err != nil {
		return nil, false, err
	}
	if list, ok = v.(feel.List); ok {
		return list, true, x.locate(x.spend(len(list)), l.at, "")
	}
	expr, err := listed()
	if err != nil {
		return nil, false, err
	}
	items, err := expr.Eval(env.With(feel.Variables{"collection": v}))
	x.takeWarnings(l.at)
	if err != nil {
		return nil, false, x.locate(err, l.at, "")
	}
	list, ok = items.(feel.List)
	return list, ok, x.locate(x.spend(len(list)), l.at, "")
}

// filter keeps the items for which the match is true; it is null when a match is neither true, false nor null (DMN 1.5 §10.2.1.10).
type filter struct{ loop }

func (c *compiler) filter(e *element, in names) plan {
	inner := in.with("item")
	inner.item = true
	return filter{loop{in: c.within(e, "in", in), each: c.within(e, "match", inner), at: c.placeOf(e)}}
}

func (p filter) eval(x *session, env *feel.Env) (feel.Value, error) {
	list, ok, err := p.items(x, env, filtered)
	if err != nil || !ok {
		return feel.Null{}, err
	}
	kept := feel.List{}
	for _, item := range list {
		v, err := p.each.eval(x, env.With(itemScope{item: item, parent: env.Vars}))
		if err != nil {
			return nil, err
		}
		switch v.Kind() {
		case feel.KindBoolean:
			if isTrue(v) {
				kept = append(kept, item)
			}
		case feel.KindNull:
		default:
			x.warn(p.at, "type", fmt.Sprintf("what must match is a %s, not true or false", v.Kind()))
			return feel.Null{}, nil
		}
	}
	return kept, nil
}

// itemScope is what the match of a filter sees: the entries of the item, "item", and all around.
type itemScope struct {
	item   feel.Value
	parent feel.Scope
}

// Lookup implements [feel.Scope].
func (s itemScope) Lookup(name string) (feel.Value, bool) {
	if c, ok := s.item.(*feel.Context); ok {
		if v, ok := c.Lookup(name); ok {
			return v, true
		}
	}
	if name == "item" {
		return s.item, true
	}
	if s.parent == nil {
		return feel.Null{}, false
	}
	return s.parent.Lookup(name)
}

// forLoop gives a value for each item; "partial" is the list of the values so far (DMN 1.5 §10.2.1.11).
type forLoop struct {
	loop
	names []string
}

func (c *compiler) forLoop(e *element, in names) plan {
	variables := []string{c.iterator(e), "partial"}
	return forLoop{loop{in: c.within(e, "in", in), each: c.within(e, "return", in.with(variables...)), at: c.placeOf(e)}, variables}
}

func (c *compiler) iterator(e *element) string {
	name := collapse(e.attr("iteratorVariable"))
	if name == "" {
		c.unit.fail(e, "missing-part", fmt.Sprintf("the %s has no iterator variable", e.name), "name one")
	}
	return name
}

func (p forLoop) eval(x *session, env *feel.Env) (feel.Value, error) {
	list, ok, err := p.items(x, env, iterated)
	if err != nil || !ok {
		return feel.Null{}, err
	}
	out := make(feel.List, 0, len(list))
	for _, item := range list {
		v, err := p.each.eval(x, env.With(&frame{names: p.names, values: []feel.Value{item, slices.Clip(out)}, parent: env.Vars}))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// quantified is a boxed some or every, with the three-valued logic of or and and; it is null when a condition is neither true,
// false nor null (DMN 1.5 §10.2.1.12).
type quantified struct {
	loop
	names   []string
	decided feel.Bool // the outcome for one item that settles it: true for some, false for every
}

func (c *compiler) quantified(e *element, in names) plan {
	variables := []string{c.iterator(e)}
	return quantified{
		loop{in: c.within(e, "in", in), each: c.within(e, "satisfies", in.with(variables...)), at: c.placeOf(e)},
		variables, e.name == "some",
	}
}

func (p quantified) eval(x *session, env *feel.Env) (feel.Value, error) {
	list, ok, err := p.items(x, env, iterated)
	if err != nil || !ok {
		return feel.Null{}, err
	}
	var result feel.Value = !p.decided
	for _, item := range list {
		v, err := p.each.eval(x, env.With(&frame{names: p.names, values: []feel.Value{item}, parent: env.Vars}))
		switch {
		case err != nil:
			return nil, err
		case v == feel.Value(p.decided):
			return p.decided, nil
		case v.Kind() == feel.KindNull:
			result = feel.Null{}
		case v.Kind() != feel.KindBoolean:
			x.warn(p.at, "type", fmt.Sprintf("what must be satisfied is a %s, not true or false", v.Kind()))
			return feel.Null{}, nil
		}
	}
	return result, nil
}
