package feel

import (
	"maps"
	"slices"
	"strings"
)

// ParseType reads a type such as number, date and time, list<string>,
// context<a: number>, range<date>, function<number> -> boolean, or the name of
// one of the named types. The error is a *SyntaxError.
func ParseType(src string, named map[string]*Type) (*Type, error) {
	p := newParser(src, Options{Types: named})
	t := p.typ()
	if err := p.finish(); err != nil {
		return nil, err
	}
	return t, nil
}

// typ reads a type (grammar rule 52).
func (p *parser) typ() *Type {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	if p.failed || p.tok.kind != tokenName {
		p.unexpected("a type")
		return nil
	}
	switch word := p.tok.text; word {
	case "list", "range":
		p.next()
		t := &Type{kind: KindList}
		if word == "range" {
			t.kind = KindRange
		}
		if p.accept("<") {
			t.item = p.typ()
			p.expect(">", "after the type of the items")
		}
		return t
	case "context":
		p.next()
		return p.contextType()
	case "function":
		p.next()
		return p.functionType()
	}
	return p.namedType()
}

func (p *parser) contextType() *Type {
	t := &Type{kind: KindContext}
	if !p.accept("<") {
		return t
	}
	for !p.failed && !p.tok.is(">") {
		name, ok := p.nameBefore(":")
		if !ok {
			p.unexpected("the name of an entry and a colon")
			break
		}
		p.next()
		t.fields = append(t.fields, Param{name, p.typ()})
		if !p.accept(",") {
			break
		}
	}
	p.expect(">", "after the entries of the context")
	return t
}

func (p *parser) functionType() *Type {
	t := &Type{kind: KindFunction}
	if !p.accept("<") {
		return t
	}
	t.typed = true
	for !p.failed && !p.tok.is(">") {
		t.fields = append(t.fields, Param{Type: p.typ()})
		if !p.accept(",") {
			break
		}
	}
	p.expect(">", "after the types of the parameters")
	p.expect("->", "before the type of the result")
	t.item = p.typ()
	return t
}

// namedType reads a built-in type or one of Options.Types, the longest that stands here.
func (p *parser) namedType() *Type {
	pos := p.tok.pos
	name, end := typeNames.longest(p.src, pos)
	for _, own := range slices.Sorted(maps.Keys(p.options.Types)) {
		if k := (known{own, splitName(own)}); len(k.parts) > 0 {
			if e := k.match(p.src, pos); e > end {
				name, end = own, e
			}
		}
	}
	if end == 0 {
		name, end = p.tok.text, p.tok.end
	}
	t, ok := p.options.Types[name]
	if !ok {
		t, ok = simpleTypes[name]
	}
	if !ok {
		p.fail(pos, "there is no type "+strings.TrimSpace(name))
	}
	p.seek(end)
	return t
}
