package feel

// inTests reads what follows the operator in: one test, or several in brackets.
func (p *parser) inTests() []node {
	if isComparator(p.tok) {
		return []node{p.oneSided()}
	}
	if !p.tok.is("(") {
		return []node{p.sum()}
	}
	p.next()
	tests := []node{p.item()}
	if p.tok.is("..") && !p.failed {
		return []node{p.postfix(p.rangeFrom(tests[0], false))}
	}
	for p.accept(",") {
		tests = append(tests, p.item())
	}
	p.expect(")", "after the tests")
	if len(tests) == 1 {
		tests[0] = p.postfix(tests[0])
	}
	return tests
}

// unaryTests reads the cell of a decision table (grammar rules 13–17).
func (p *parser) unaryTests() *unaryTests {
	p.locals = append(p.locals, scoped{name: "?"})
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
	start := p.tok.pos
	t.test = p.item()
	t.asks = mentionsInput(p.src[start:p.tok.pos])
	return t
}

// mentionsInput reports whether the question mark stands in the source of a test.
func mentionsInput(src string) bool {
	for t := scan(src, 0); t.kind != tokenEnd && t.kind != tokenBad; t = scan(src, t.end) {
		if t.isWord("?") {
			return true
		}
	}
	return false
}
