package feel

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// patternProgram is a pattern as instructions of a machine that tries one way after the
// other. What it does is counted as steps of the evaluation, since some patterns have
// very many ways.
type patternProgram struct {
	code      []patternInst
	registers int // two for the whole, two for each group, one for each loop
	groups    int
	lines     bool // ^ and $ stand at the ends of lines
	fold      bool
}

type patternInst struct {
	do   patternAction
	x, y int    // where to go on, first x, then y; or a register or group
	set  []rune // pairs of first and last
}

type patternAction uint8

const (
	doMatch patternAction = iota
	doSet                 // one character of the set
	doStart
	doEnd
	doSplit // go on at x, later at y
	doSave  // the position in register x
	doClear // register x
	doCheck // that there was progress since register x was saved
	doBack  // what group x has matched
)

const (
	maxPatternTrail = 1_000_000 // ways left to try, and what to restore for them
	instsPerStep    = 32
)

// compileProgram writes the instructions for a pattern.
func compileProgram(tree *patternNode, groups int, lines, fold bool) (*patternProgram, error) {
	p := &patternProgram{registers: 2 * (groups + 1), groups: groups, lines: lines, fold: fold}
	if !p.compile(tree) {
		return nil, errPattern
	}
	p.add(patternInst{do: doMatch})
	return p, nil
}

func (p *patternProgram) add(i patternInst) int {
	p.code = append(p.code, i)
	return len(p.code) - 1
}

// compile appends the instructions of a node; false when a class cannot be read.
func (p *patternProgram) compile(n *patternNode) bool {
	switch n.op {
	case opClass:
		set, ok := classRunes(n.class, 0)
		p.add(patternInst{do: doSet, set: set})
		return ok
	case opStart:
		p.add(patternInst{do: doStart})
	case opEnd:
		p.add(patternInst{do: doEnd})
	case opBack:
		p.add(patternInst{do: doBack, x: n.number})
	case opGroup:
		return p.group(n)
	case opSequence:
		return !slices.ContainsFunc(n.parts, func(part *patternNode) bool { return !p.compile(part) })
	case opChoice:
		return p.choice(n.parts)
	case opRepeat:
		return p.repeat(n)
	}
	return true
}

func (p *patternProgram) group(n *patternNode) bool {
	if n.number == 0 {
		return p.compile(n.parts[0])
	}
	p.add(patternInst{do: doSave, x: 2 * n.number})
	ok := p.compile(n.parts[0])
	p.add(patternInst{do: doSave, x: 2*n.number + 1})
	return ok
}

func (p *patternProgram) choice(branches []*patternNode) bool {
	if len(branches) == 1 {
		return p.compile(branches[0])
	}
	split := p.add(patternInst{do: doSplit})
	p.code[split].x = len(p.code)
	if !p.compile(branches[0]) {
		return false
	}
	jump := p.add(patternInst{do: doSplit, y: -1})
	p.code[split].y = len(p.code)
	ok := p.choice(branches[1:])
	p.code[jump].x = len(p.code)
	return ok
}

// repeat writes as many copies as there must be, then a loop or as many as there may be.
func (p *patternProgram) repeat(n *patternNode) bool {
	must := n.min
	if n.max == unlimited {
		must = max(0, n.min-1) // the last one is in the loop
	}
	for range must {
		if !p.compile(n.parts[0]) {
			return false
		}
	}
	if n.max == unlimited {
		return p.loop(n)
	}
	var splits []int
	for range n.max - n.min {
		splits = append(splits, p.add(patternInst{do: doSplit}))
		if !p.compile(n.parts[0]) {
			return false
		}
	}
	for _, at := range splits {
		p.branch(at, at+1, len(p.code), n.lazy)
	}
	return true
}

// loop takes turns; only the first may match no characters.
func (p *patternProgram) loop(n *patternNode) bool {
	register := p.registers
	p.registers++
	enter := -1
	if n.min == 0 {
		enter = p.add(patternInst{do: doSplit})
	}
	turn := p.add(patternInst{do: doClear, x: register}) + 1
	if !p.compile(n.parts[0]) {
		return false
	}
	p.add(patternInst{do: doCheck, x: register})
	p.add(patternInst{do: doSave, x: register})
	again := p.add(patternInst{do: doSplit})
	p.branch(again, turn, len(p.code), n.lazy)
	if enter >= 0 {
		p.branch(enter, enter+1, len(p.code), n.lazy)
	}
	return true
}

func (p *patternProgram) branch(at, into, past int, lazy bool) {
	if lazy {
		into, past = past, into
	}
	p.code[at].x, p.code[at].y = into, past
}

// all returns the matches that do not overlap; an empty one right behind another does not count.
func (p *patternProgram) all(r *run, text string) (matches [][]int) {
	for from, last := 0, -1; from <= len(text); {
		m, found := p.find(r, text, from)
		if !found || !r.spend(p.groups+1) {
			break
		}
		if m[1] > m[0] || m[0] != last {
			matches = append(matches, m)
		}
		from, last = m[1], m[1]
		if m[1] == m[0] {
			_, size := utf8.DecodeRuneInString(text[from:])
			from += max(size, 1)
		}
	}
	if r.err != nil {
		return nil
	}
	return matches
}

// find returns the first match at or after from: start and end, and those of the groups.
func (p *patternProgram) find(r *run, text string, from int) ([]int, bool) {
	m := patternMachine{program: p, r: r, text: text, registers: make([]int, p.registers)}
	for from <= len(text) {
		if m.match(from) {
			return m.registers[:2*(p.groups+1)], true
		}
		if r.err != nil {
			return nil, false
		}
		_, size := utf8.DecodeRuneInString(text[from:])
		from += max(size, 1)
	}
	return nil, false
}

// patternMachine runs a program on a text.
type patternMachine struct {
	program   *patternProgram
	r         *run
	text      string
	registers []int
	trail     []patternWay
}

// patternWay is a way left to try, or, with a register, what to restore before the one below it.
type patternWay struct {
	register int // -1 for a way
	at       int // the instruction
	value    int // the position, or that of the register
}

// match tries to match at the position.
func (m *patternMachine) match(pos int) bool {
	for i := range m.registers {
		m.registers[i] = -1
	}
	m.registers[0] = pos
	m.trail = m.trail[:0]
	at, ok := 0, true
	for count := 1; ; count++ {
		if count%instsPerStep == 0 && !m.r.spend(1) {
			return false
		}
		if at, pos, ok = m.step(at, pos); !ok {
			if at, pos, ok = m.back(); !ok {
				return false
			}
			continue
		}
		if m.program.code[at].do == doMatch {
			m.registers[1] = pos
			return true
		}
		if len(m.trail) > maxPatternTrail {
			m.r.stop("too-many-steps", "the pattern has too many ways to match the text: write it so that fewer are possible")
			return false
		}
	}
}

// step does one instruction.
func (m *patternMachine) step(at, pos int) (next, after int, ok bool) {
	switch i := &m.program.code[at]; i.do {
	case doMatch:
		return at, pos, true
	case doSet:
		c, size := utf8.DecodeRuneInString(m.text[pos:])
		return at + 1, pos + size, size > 0 && inPairs(i.set, c)
	case doStart:
		ok = pos == 0 || m.program.lines && m.text[pos-1] == '\n' && pos < len(m.text)
	case doEnd:
		ok = pos == len(m.text) || m.program.lines && m.text[pos] == '\n'
	case doSplit:
		if i.y >= 0 {
			m.trail = append(m.trail, patternWay{-1, i.y, pos})
		}
		return i.x, pos, true
	case doSave:
		m.set(i.x, pos)
		ok = true
	case doClear:
		m.set(i.x, -1)
		ok = true
	case doCheck:
		ok = m.registers[i.x] != pos
	case doBack:
		pos, ok = m.repeated(i.x, pos)
	}
	return at + 1, pos, ok
}

// set changes a register for as long as the present way lasts.
func (m *patternMachine) set(register, value int) {
	m.trail = append(m.trail, patternWay{register, 0, m.registers[register]})
	m.registers[register] = value
}

// back takes up the last way that was left to try.
func (m *patternMachine) back() (at, pos int, ok bool) {
	for len(m.trail) > 0 {
		way := m.trail[len(m.trail)-1]
		m.trail = m.trail[:len(m.trail)-1]
		if way.register < 0 {
			return way.at, way.value, true
		}
		m.registers[way.register] = way.value
	}
	return 0, 0, false
}

// repeated passes what the group has matched; a group that took no part matched nothing.
func (m *patternMachine) repeated(group, pos int) (int, bool) {
	from, to := m.registers[2*group], m.registers[2*group+1]
	if from < 0 || to < from {
		return pos, true
	}
	if !m.r.spend((to - from) / instsPerStep) {
		return pos, false
	}
	for from < to {
		want, size := utf8.DecodeRuneInString(m.text[from:])
		from += size
		got, size := utf8.DecodeRuneInString(m.text[pos:])
		pos += size
		if size == 0 || want != got && !(m.program.fold && sameFolded(want, got)) {
			return pos, false
		}
	}
	return pos, true
}

func sameFolded(a, b rune) bool {
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

// inPairs looks a character up among pairs of first and last.
func inPairs(pairs []rune, c rune) bool {
	low, high := 0, len(pairs)/2
	if high <= 4 {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] <= c && c <= pairs[i+1] {
				return true
			}
		}
		return false
	}
	for low < high {
		middle := (low + high) / 2
		switch {
		case c < pairs[2*middle]:
			high = middle
		case c > pairs[2*middle+1]:
			low = middle + 1
		default:
			return true
		}
	}
	return false
}
