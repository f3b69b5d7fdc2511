package feel

// input is the name of the value that tests are applied to.
const input = "?"

// inTests reads what follows the operator in: one test, or several in brackets, and tells which of them mention the input.
func (p *parser) inTests() (tests []node, asks []bool) {
	p.locals = append(p.locals, scoped{name: input})
	defer p.pop(1)
	switch {
	case isComparator(p.tok):
		tests = []node{p.oneSided()}
	case p.tok.is("("):
		return p.bracketedTests()
	default:
		tests = []node{p.sum()}
	}
	return tests, []bool{p.asked()}
}

func (p *parser) bracketedTests() (tests []node, asks []bool) {
	p.next()
	for {
		tests = append(tests, p.item())
		if len(tests) == 1 && p.tok.is("..") && !p.failed {
			tests[0] = p.postfix(p.rangeFrom(tests[0], false))
			return tests, []bool{p.asked()}
		}
		asks = append(asks, p.asked())
		if !p.accept(",") {
			break
		}
	}
	p.expect(")", "after the tests")
	if len(tests) == 1 {
		tests[0] = p.postfix(tests[0])
		asks[0] = p.asked() || asks[0]
	}
	return tests, asks
}

// asked reports whether the innermost local was mentioned since it was last asked.
func (p *parser) asked() bool {
	l := &p.locals[len(p.locals)-1]
	used := l.used
	l.used = false
	return used
}

// unaryTests reads the cell of a decision table (grammar rules 13–17).
func (p *parser) unaryTests() *unaryTests {
	p.locals = append(p.locals, scoped{name: input})
	n := &unaryTests{}
	if p.tok.is("-") && scan(p.src, p.tok.end).kind == tokenEnd {
		p.next()
		n.any = true
		return n
	}
	if p.tok.isWord("not") && scan(p.src, p.tok.end).is("(") {
		if tests, ok := p.negatedTests(); ok {
			n.tests, n.not = tests, true
			return n
		}
	}
	n.tests = p.testList()
	return n
}

// negatedTests reads not(…) when that is the whole cell; otherwise the parser goes back.
func (p *parser) negatedTests() (tests []unaryTest, ok bool) {
	start, problems := p.tok, len(p.problems)
	p.next()
	p.next()
	tests = p.testList()
	p.expect(")", "after the tests")
	if !p.failed && p.tok.kind == tokenEnd {
		return tests, true
	}
	p.failed, p.problems = false, p.problems[:problems]
	p.seek(start.pos)
	return nil, false
}

func (p *parser) testList() (tests []unaryTest) {
	for {
		tests = append(tests, p.unaryTest())
		p.resume()
		if !p.accept(",") {
			return tests
		}
	}
}

func (p *parser) unaryTest() unaryTest {
	t := unaryTest{place: p.here()}
	p.asked() // what was read and given up does not count
	t.test = p.item()
	t.asks = p.asked()
	return t
}
