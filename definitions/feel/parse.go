package feel

import (
	"fmt"
	"slices"
	"strings"
)

const (
	maxSource   = 64 << 10 // bytes
	maxNesting  = 200      // brackets, operands and bodies within each other
	maxLocals   = 2000     // names in scope at one place
	maxProblems = 20
	maxFolding  = 200_000 // steps for computing constants
	maxPatterns = 200     // regular expressions compiled ahead
)

// parser reads an expression by recursive descent, a method per level of DMN 1.5
// grammar rules 1–62, and resolves names as it goes: FEEL names may hold spaces and
// operators, so where a name ends depends on the names in scope.
type parser struct {
	options  Options
	src      string
	source   *source
	tok      token
	names    nameSet // of several parts: those given, and locals in scope
	fields   nameSet // of several parts: context entries given, and those met in the source
	vars     map[string]bool
	locals   []scoped
	free     map[string]bool
	called   map[string]bool // built-in functions
	problems []Problem
	failed   bool // nothing more is reported until the parser finds its feet
	depth    int
	rangeEnd bool // reading the end of a range, which [ may close
	warnings []Warning
	folding  int // steps left for computing constants
	patterns int // regular expressions compiled ahead
	lastAsk  int // where the last question mark stands
}

// scoped is a local variable at compile time, in step with a binding at run time.
type scoped struct {
	name   string
	filter bool // the item of a filter, whose entries are names as well
	added  bool // to parser.names
	used   bool // a name was resolved to it
}

func newParser(src string, o Options) *parser {
	p := &parser{options: o, src: src, source: newSource(src), names: nameSet{}, fields: nameSet{},
		vars: make(map[string]bool, len(o.Names)), free: map[string]bool{}, folding: maxFolding}
	for _, name := range o.Names {
		p.names.add(name)
		p.vars[name] = true
	}
	for _, name := range o.Fields {
		p.fields.add(name)
	}
	for _, name := range propertyNames {
		p.fields.add(name)
	}
	if len(src) > maxSource {
		p.src, p.source = "", newSource("")
		p.fail(0, fmt.Sprintf("the expression is longer than %d bytes", maxSource))
	}
	p.lastAsk = strings.LastIndex(p.src, input)
	p.seek(0)
	return p
}

// seek makes the token that begins at or after pos the present one.
func (p *parser) seek(pos int) {
	p.tok = scan(p.src, pos)
	if p.tok.kind == tokenBad {
		p.fail(p.tok.pos, p.tok.text)
	}
}

func (p *parser) next() token {
	t := p.tok
	p.seek(t.end)
	return t
}

func (p *parser) fail(pos int, message string) {
	if !p.failed && len(p.problems) < maxProblems {
		p.problems = append(p.problems, p.source.problem(pos, message))
	}
	p.failed = true
}

// accept passes the symbol if it is the present token.
func (p *parser) accept(symbol string) bool {
	if p.failed || !p.tok.is(symbol) {
		return false
	}
	p.next()
	return true
}

func (p *parser) acceptWord(word string) bool {
	if p.failed || !p.tok.isWord(word) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(symbol, where string) {
	if !p.accept(symbol) {
		p.unexpected(symbol + " " + where)
	}
}

func (p *parser) expectWord(word, where string) {
	if !p.acceptWord(word) {
		p.unexpected(word + " " + where)
	}
}

func (p *parser) unexpected(wanted string) {
	found := "the end"
	if p.tok.kind != tokenEnd {
		found = p.src[p.tok.pos:min(p.tok.end, p.tok.pos+40)]
	}
	p.fail(p.tok.pos, "expected "+wanted+", found "+found)
}

// resume passes what cannot be read up to a comma or closing bracket of the
// present level, so that problems further on are found too.
func (p *parser) resume() {
	if !p.failed {
		return
	}
	level := 0
	for p.tok.kind != tokenEnd {
		if p.tok.kind == tokenSymbol {
			switch p.tok.text {
			case "(", "[", "{":
				level++
			case ")", "]", "}":
				if level == 0 {
					p.failed = false
					return
				}
				level--
			case ",":
				if level == 0 {
					p.failed = false
					return
				}
			}
		}
		p.tok = scan(p.src, p.tok.end)
	}
}

// another reports whether a comma leads to one more item before the closing
// bracket. What cannot be read in an item is passed.
func (p *parser) another(closing string) bool {
	if !p.failed && !p.tok.is(",") && !p.tok.is(closing) {
		p.unexpected("a comma or " + closing)
	}
	p.resume()
	return p.accept(",")
}

func (p *parser) here() place { return p.source.at(p.tok.pos) }

// enter bounds recursion; each call that returns true is followed by leave.
func (p *parser) enter() bool {
	if p.depth >= maxNesting {
		p.fail(p.tok.pos, fmt.Sprintf("the expression is nested more than %d levels deep", maxNesting))
		return false
	}
	p.depth++
	return true
}

func (p *parser) leave() { p.depth-- }

func (p *parser) push(name string) {
	added := !p.names.has(name)
	if added {
		p.names.add(name)
	}
	p.locals = append(p.locals, scoped{name: name, added: added})
	if len(p.locals) > maxLocals {
		p.fail(p.tok.pos, fmt.Sprintf("more than %d entries and variables are in scope here", maxLocals))
	}
}

func (p *parser) pushItem() { p.locals = append(p.locals, scoped{name: "item", filter: true}) }

// pop removes the last n locals.
func (p *parser) pop(n int) {
	for range n {
		last := p.locals[len(p.locals)-1]
		p.locals = p.locals[:len(p.locals)-1]
		if parts := splitName(last.name); last.added && len(parts) > 1 {
			p.names[parts[0]] = slices.DeleteFunc(p.names[parts[0]], func(k known) bool { return k.name == last.name })
		}
	}
}

var nothing = &constant{Null{}}

// expression reads a whole expression (grammar rule 1), which may be a range of one side (rules 2h and 7).
func (p *parser) expression() node {
	if !p.enter() {
		return nothing
	}
	defer p.leave()
	if isComparator(p.tok) && !p.failed {
		return p.oneSided()
	}
	return p.disjunction()
}

// inner reads an expression within brackets, where the end of a range is no concern.
func (p *parser) inner() node {
	outer := p.rangeEnd
	p.rangeEnd = false
	n := p.expression()
	p.rangeEnd = outer
	return n
}

func (p *parser) disjunction() node {
	left := p.conjunction()
	for p.tok.isWord("or") && !p.failed {
		at := p.here()
		p.next()
		left = p.folded(&junction{true, left, p.conjunction(), at})
	}
	return left
}

func (p *parser) conjunction() node {
	left := p.comparison()
	for p.tok.isWord("and") && !p.failed {
		at := p.here()
		p.next()
		left = p.folded(&junction{false, left, p.comparison(), at})
	}
	return left
}

func isComparator(t token) bool {
	if t.kind != tokenSymbol {
		return false
	}
	switch t.text {
	case "=", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}

func (p *parser) comparison() node {
	left := p.sum()
	for !p.failed {
		at := p.here()
		switch {
		case isComparator(p.tok):
			op := p.next().text
			left = p.folded(&comparison{op, left, p.sum(), at})
		case p.acceptWord("between"):
			low := p.sum()
			p.expectWord("and", "between the two ends")
			left = p.folded(&between{left, low, p.sum(), at})
		case p.acceptWord("in"):
			tests, asks := p.inTests()
			left = p.folded(&membership{left, tests, asks, at})
		default:
			return left
		}
	}
	return left
}

func (p *parser) sum() node {
	left := p.product()
	for (p.tok.is("+") || p.tok.is("-")) && !p.failed {
		at := p.here()
		op := p.next().text
		left = p.folded(&arithmetic{op, left, p.product(), at})
	}
	return left
}

func (p *parser) product() node {
	left := p.power()
	for (p.tok.is("*") || p.tok.is("/")) && !p.failed {
		at := p.here()
		op := p.next().text
		left = p.folded(&arithmetic{op, left, p.power(), at})
	}
	return left
}

func (p *parser) power() node {
	left := p.negation()
	for p.tok.is("**") && !p.failed {
		at := p.here()
		op := p.next().text
		left = p.folded(&arithmetic{op, left, p.negation(), at})
	}
	return left
}

func (p *parser) negation() node {
	if !p.tok.is("-") || p.failed {
		return p.instance()
	}
	at := p.here()
	p.next()
	if !p.enter() {
		return nothing
	}
	defer p.leave()
	return p.folded(&negation{p.negation(), at})
}

func (p *parser) instance() node {
	n := p.postfix(p.primary())
	for p.tok.isWord("instance") && !p.failed {
		p.next()
		p.expectWord("of", "after instance")
		n = p.folded(&instanceOf{n, p.typ()})
	}
	return n
}
