package feel

import "strings"

// conditional reads if … then … else … (grammar rule 45).
func (p *parser) conditional() node {
	at := p.here()
	p.next()
	condition := p.inner()
	p.expectWord("then", "after the condition")
	then := p.inner()
	p.expectWord("else", "after the first branch")
	return p.folded(&ifNode{condition, then, p.expression(), at})
}

// iteration reads for a in x, b in y return … (grammar rule 44).
func (p *parser) iteration() node {
	p.next()
	n := &forNode{}
	n.loops = p.loops()
	start := p.tok.pos
	p.expectWord("return", "after what is iterated over")
	p.push("partial")
	n.body = p.expression()
	n.weight = weightOf(p.tok.pos - start)
	p.pop(len(n.loops) + 1)
	return n
}

// quantified reads some/every a in x, b in y satisfies … (grammar rule 46).
func (p *parser) quantified() node {
	at := p.here()
	n := &quantified{every: p.next().text == "every", place: at}
	n.loops = p.loops()
	p.expectWord("satisfies", "after what is iterated over")
	start := p.tok.pos
	n.body = p.expression()
	n.weight = weightOf(p.tok.pos - start)
	p.pop(len(n.loops))
	return n
}

// loops reads the iteration contexts and leaves one local for each in scope.
func (p *parser) loops() (loops []loop) {
	for {
		at := p.here()
		name, ok := p.nameBefore("in")
		if !ok {
			p.unexpected("a name and in, as in x in list")
			return loops
		}
		p.expectWord("in", "after the name")
		l := loop{over: p.inner(), place: at}
		if p.accept("..") {
			l.to = p.inner()
		}
		loops = append(loops, l)
		p.push(name)
		if !p.accept(",") {
			return loops
		}
	}
}

// function reads function(a: type, b) body (grammar rule 55).
func (p *parser) function() node {
	at := p.here()
	p.next()
	p.expect("(", "after function")
	var params []Param
	for !p.failed && !p.tok.is(")") {
		params = append(params, p.param())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")", "after the parameters")
	if p.acceptWord("external") {
		return p.external(params, at)
	}
	for _, param := range params {
		p.push(param.Name)
	}
	start := p.tok.pos
	body := p.expression()
	p.pop(len(params))
	return &lambda{params, body, typeOf(body), weightOf(p.tok.pos - start), strings.TrimSpace(p.src[start:max(start, p.tok.pos)])}
}

func (p *parser) param() Param {
	for _, end := range []string{":", ",", ")"} {
		if name, ok := p.nameBefore(end); ok {
			param := Param{Name: name}
			if p.accept(":") {
				param.Type = p.typ()
			}
			return param
		}
	}
	p.unexpected("the name of a parameter")
	return Param{}
}

// arguments reads (a, b) or (name: a, name: b) (grammar rules 38–41).
func (p *parser) arguments() (args []node, names []string) {
	p.next()
	if p.accept(")") {
		return nil, nil
	}
	for {
		pos := p.tok.pos
		name, named := p.nameBefore(":")
		if named {
			p.next()
			names = append(names, name)
		}
		args = append(args, p.inner())
		if !p.failed && len(names) > 0 && len(names) != len(args) {
			p.fail(pos, "either all arguments have names or none has")
		}
		if !p.another(")") {
			break
		}
	}
	p.expect(")", "after the arguments")
	return args, names
}

func (p *parser) invocation(callee node, at place) node {
	args, names := p.arguments()
	return &invocation{callee, args, names, at}
}

func (p *parser) builtinCall(f *Function, at place) node {
	args, names := p.arguments()
	if p.failed {
		return nothing
	}
	if f.name == "is defined" && len(args) == 1 {
		return &isDefined{args[0]}
	}
	if p.called == nil {
		p.called = map[string]bool{}
	}
	p.called[f.name] = true
	n := &builtinCall{function: f, args: args, names: names, place: at}
	if !f.callable(len(args), names) {
		p.warnings = append(p.warnings, Warning{int(at.line), int(at.column), "argument", f.name + ": " + arityProblem(len(args), names)})
		return n
	}
	if p.patterns < maxPatterns && n.prepare() {
		p.patterns++
	}
	return p.folded(n)
}
