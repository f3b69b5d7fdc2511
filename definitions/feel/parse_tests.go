package feel

// input is the name of the value that tests are applied to.
const input = "?"

// inTests reads what follows the operator in: one test, or several in brackets, and tells which of them mention the input; nil when
// no question mark follows.
func (p *parser) inTests() (tests []node, asks []bool) {
	mayAsk := p.tok.pos <= p.lastAsk
	if mayAsk {
		p.locals = append(p.locals, scoped{name: input})
		defer p.pop(1)
	}
	read := func(test node) { tests, asks = append(tests, test), append(asks, mayAsk && p.asked()) }
	switch {
	case isComparator(p.tok):
		read(p.oneSided())
	case !p.tok.is("("):
		read(p.sum())
	default:
		p.next()
		for read(p.inner()); p.accept(","); {
			read(p.inner())
		}
		tests[0] = p.closeTests(tests)
	}
	if !mayAsk {
		return tests, nil
	}
	asks[0] = p.asked() || asks[0]
	return tests, asks
}

// closeTests reads the end of tests in brackets, and gives the first: what seemed to be one test may be a range, or go on after the bracket.
func (p *parser) closeTests(tests []node) node {
	if len(tests) > 1 {
		p.expect(")", "after the tests")
		return tests[0]
	}
	if p.tok.is("..") && !p.failed {
		return p.postfix(p.rangeFrom(tests[0], false))
	}
	p.expect(")", "after the tests")
	return p.postfix(tests[0])
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
	t.test = p.inner()
	t.asks = p.asked()
	return t
}
