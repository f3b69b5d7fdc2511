package feel

import (
	"slices"
	"strings"
)

// primary reads what operators, paths, filters and calls are applied to.
func (p *parser) primary() node {
	if p.failed {
		return nothing
	}
	t := p.tok
	switch t.kind {
	case tokenNumber:
		p.next()
		return p.number(t)
	case tokenString:
		p.next()
		return &constant{String(t.text)}
	case tokenAt:
		p.next()
		return p.atLiteral(t)
	case tokenName:
		return p.word(t)
	case tokenSymbol:
		switch t.text {
		case "(":
			return p.parenthesis()
		case "[":
			return p.bracket()
		case "]":
			p.next()
			return p.rangeFrom(p.inner(), false)
		case "{":
			return p.context()
		}
	}
	p.unexpected("a value")
	return nothing
}

func (p *parser) number(t token) node {
	n, ok := parseNumber(t.text)
	if !ok {
		p.fail(t.pos, "the number is too large or too small")
	}
	return &constant{n.box()}
}

func (p *parser) atLiteral(t token) node {
	v, ok := ParseTemporal(t.text)
	if !ok {
		p.fail(t.pos, "this is no date, time, date and time or duration in ISO 8601 form")
		return nothing
	}
	return &constant{v}
}

func (p *parser) word(t token) node {
	if name, end := p.nameAt(t.pos); end > 0 {
		return p.name(name, end)
	}
	switch t.text {
	case "true", "false":
		p.next()
		return &constant{Bool(t.text == "true")}
	case "null":
		p.next()
		return nothing
	case "if":
		return p.conditional()
	case "for":
		return p.iteration()
	case "some", "every":
		return p.quantified()
	case "function":
		return p.function()
	}
	if keywords[t.text] {
		p.unexpected("a value")
		return nothing
	}
	if p.inFilter() {
		return p.name(p.words(t))
	}
	return p.name(t.text, t.end)
}

// nameAt returns the longest name of several words that is known and stands here.
func (p *parser) nameAt(pos int) (name string, end int) {
	name, end = p.names.longest(p.src, pos)
	if p.inFilter() {
		if field, e := p.fields.longest(p.src, pos); e > end {
			name, end = field, e
		}
	}
	if function, e := builtinNames.longest(p.src, pos); e > end && p.mayNameFunction(function, e) {
		name, end = function, e
	}
	return name, end
}

// mayNameFunction tells the built-in "date and time" from the conjunction of two variables.
func (p *parser) mayNameFunction(name string, end int) bool {
	after := scan(p.src, end)
	if after.is("(") {
		return true
	}
	return !strings.Contains(name, " and ") && (after.is(")") || after.is(","))
}

func (p *parser) inFilter() bool {
	return slices.ContainsFunc(p.locals, func(l scoped) bool { return l.filter })
}

// name resolves a name and, before a bracket, reads the call of a built-in function.
func (p *parser) name(name string, end int) node {
	at := p.here()
	p.seek(end)
	if f := builtins[name]; f != nil && p.tok.is("(") && !p.vars[name] && !p.isLocal(name) {
		return p.builtinCall(f, at)
	}
	return p.resolve(name, at)
}

func (p *parser) isLocal(name string) bool {
	return slices.ContainsFunc(p.locals, func(l scoped) bool { return l.name == name })
}

// resolve finds what a name means: the locals from the innermost, else the environment.
func (p *parser) resolve(name string, at place) node {
	var items []int
	var found node
	for i := len(p.locals) - 1; i >= 0 && found == nil; i-- {
		depth := len(p.locals) - 1 - i
		l := p.locals[i]
		if l.filter {
			items = append(items, depth)
		}
		if l.name == name {
			p.locals[i].used = true
			found = &local{depth}
		}
	}
	if found == nil {
		p.free[name] = true
		found = &global{name: name, builtin: builtinFunction(name), place: at}
	}
	if len(items) == 0 {
		return found
	}
	return &property{name, items, found}
}

// postfix reads what follows a value: paths, filters and calls.
func (p *parser) postfix(n node) node {
	for !p.failed {
		at := p.here()
		switch {
		case p.tok.is("."):
			n = p.path(n)
		case p.tok.is("[") && !p.closesRange():
			n = p.filter(n, at)
		case p.tok.is("("):
			n = p.invocation(n, at)
		default:
			return n
		}
	}
	return n
}

func (p *parser) path(n node) node {
	p.next()
	at, t := p.here(), p.tok
	if t.kind != tokenName {
		p.unexpected("the name of an entry after the dot")
		return n
	}
	name, end := p.fields.longest(p.src, t.pos)
	if end == 0 {
		name, end = p.names.longest(p.src, t.pos)
	}
	if end == 0 {
		name, end = p.words(t)
	}
	p.seek(end)
	return p.folded(&path{n, name, at})
}

// words reads the name of an entry that is not known, after a dot or in a filter: words up to a keyword, since after a name no
// other word can follow.
func (p *parser) words(t token) (name string, end int) {
	name, end = t.text, t.end
	for t = scan(p.src, end); t.kind == tokenNumber || t.kind == tokenName && !keywords[t.text]; t = scan(p.src, end) {
		name, end = name+" "+t.text, t.end
	}
	return name, end
}

// closesRange tells the end of [1..10[ from a filter, by what follows.
func (p *parser) closesRange() bool {
	if !p.rangeEnd {
		return false
	}
	switch t := scan(p.src, p.tok.end); t.kind {
	case tokenEnd:
		return true
	case tokenName:
		return keywords[t.text] && t.text != "true" && t.text != "false" && t.text != "null"
	case tokenSymbol:
		return strings.Contains(") ] , } . = != < <= > >= + * / **", t.text)
	}
	return false
}

func (p *parser) filter(n node, at place) node {
	p.next()
	p.pushItem()
	start := p.tok.pos
	condition := p.inner()
	p.pop(1)
	p.expect("]", "after the filter")
	return p.folded(&filter{n, condition, weightOf(p.tok.pos - start), at})
}

// parenthesis reads (expression), a range (a..b), or a range of one side (< a).
func (p *parser) parenthesis() node {
	p.next()
	n := p.inner()
	if p.tok.is("..") && !p.failed {
		return p.rangeFrom(n, false)
	}
	p.expect(")", "to close the bracket")
	return n
}

// oneSided reads a range such as < 5, or = 5.
func (p *parser) oneSided() node {
	at := p.here()
	op := p.next().text
	return p.folded(&oneSided{op, p.sum(), at})
}

// rangeFrom reads the rest of a range whose start has been read.
func (p *parser) rangeFrom(low node, closed bool) node {
	at := p.here()
	p.expect("..", "in the range")
	outer := p.rangeEnd
	p.rangeEnd = true
	high := p.sum()
	p.rangeEnd = outer
	n := &rangeNode{low: low, high: high, lowClosed: closed, place: at}
	switch {
	case p.accept("]"):
		n.highClosed = true
	case p.accept(")"), p.accept("["):
	default:
		p.unexpected("] or ) at the end of the range")
	}
	return p.folded(n)
}

// bracket reads a list, or a range that begins with [.
func (p *parser) bracket() node {
	p.next()
	if p.accept("]") {
		return &constant{List{}}
	}
	var items []node
	for {
		n := p.inner()
		if len(items) == 0 && p.tok.is("..") && !p.failed {
			return p.rangeFrom(n, true)
		}
		items = append(items, n)
		if !p.another("]") {
			break
		}
	}
	p.expect("]", "at the end of the list")
	return p.folded(&listNode{items})
}

// context reads {key: value, …}.
func (p *parser) context() node {
	p.next()
	n := &contextNode{}
	for !p.tok.is("}") {
		p.entry(n)
		if !p.another("}") {
			break
		}
	}
	p.expect("}", "at the end of the context")
	p.pop(len(n.keys))
	if n.twice != nil {
		p.warnings = append(p.warnings, n.twice.warning())
		return n.twice
	}
	return p.folded(n)
}

func (p *parser) entry(n *contextNode) {
	at := p.here()
	key := p.key()
	if p.failed {
		return
	}
	if slices.Contains(n.keys, key) {
		n.twice = &twice{key, at}
		p.inner()
		return
	}
	p.fields.add(key)
	recurs := p.tok.isWord("function")
	if recurs {
		p.push(key)
	}
	value := p.inner()
	if !recurs {
		p.push(key)
	}
	n.keys, n.values, n.recurs = append(n.keys, key), append(n.values, value), append(n.recurs, recurs)
}

func (p *parser) key() string {
	if p.tok.kind == tokenString {
		key := p.next().text
		p.expect(":", "after the key")
		return key
	}
	at := p.tok
	key, ok := p.nameBefore(":")
	if !ok {
		p.fail(at.pos, "expected a key and a colon, e.g. {name: 1}")
		return ""
	}
	p.next()
	return key
}

// namePart reports whether the present token may stand within a name.
func (p *parser) namePart() bool {
	switch p.tok.kind {
	case tokenName, tokenNumber:
		return true
	case tokenSymbol:
		return p.tok.is("**") || strings.Contains(nameSymbols, p.tok.text)
	case tokenBad: // an apostrophe has no other meaning
		return p.tok.pos < p.tok.end && strings.Contains("'’", p.src[p.tok.pos:p.tok.end])
	}
	return false
}

// nameBefore reads words and symbols up to the token, which becomes the present
// one; if another comes first, the parser stays where it was.
func (p *parser) nameBefore(end string) (name string, ok bool) {
	start := p.tok
	if start.kind != tokenName || p.failed {
		return "", false
	}
	for !p.tok.is(end) {
		if !p.namePart() || p.tok.isWord(end) {
			break
		}
		name = p.src[start.pos:p.tok.end]
		p.tok = scan(p.src, p.tok.end)
	}
	if !p.tok.is(end) && !p.tok.isWord(end) || name == "" {
		p.tok = start
		return "", false
	}
	return strings.Join(strings.Fields(name), " "), true
}
