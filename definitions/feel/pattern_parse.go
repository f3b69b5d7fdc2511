package feel

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// patternNode is a part of a regular expression of XPath 3.1 (§5.6.1).
type patternNode struct {
	op       patternOp
	class    string         // of one character, as Go writes it
	parts    []*patternNode // of a sequence, choice, group or repetition
	number   int            // of a capturing group or the group referred to; 0 of a group that captures nothing
	min, max int            // of a repetition; max < 0 is without end
	lazy     bool
}

type patternOp uint8

const (
	opClass patternOp = iota
	opStart
	opEnd
	opGroup
	opSequence
	opChoice
	opRepeat
	opBack
)

const (
	maxPattern      = 1000   // bytes
	maxPatternDepth = 100    // groups within each other
	maxPatternSize  = 10_000 // parts, repeated ones counted as often as they may have to be copied
	unlimited       = -1
)

var (
	errPattern       = errors.New("the pattern is no regular expression of XPath 3.1")
	errPatternSize   = fmt.Errorf("the pattern repeats itself to more than %d parts", maxPatternSize)
	errBackReference = errors.New("a back-reference such as \\1 must follow the end of the group it names")
)

// patternParser reads a regular expression by recursive descent.
type patternParser struct {
	src    string
	pos    int
	fold   bool
	dotAll bool
	depth  int
	groups int    // opened so far
	closed []bool // by the number of the group
	starts bool   // there is a ^
	back   bool   // there is a back-reference
}

func (p *patternParser) skip(prefix string) bool {
	if !strings.HasPrefix(p.src[p.pos:], prefix) {
		return false
	}
	p.pos += len(prefix)
	return true
}

// char takes one character.
func (p *patternParser) char() rune {
	r, size := utf8.DecodeRuneInString(p.src[p.pos:])
	p.pos += size
	return r
}

func (p *patternParser) more() bool { return p.pos < len(p.src) }

// parse reads the whole pattern.
func (p *patternParser) parse() (*patternNode, error) {
	p.closed = []bool{false}
	n, err := p.choice()
	switch {
	case err != nil:
		return nil, err
	case p.more(): // a bracket that nothing opens
		return nil, errPattern
	case n.size() > maxPatternSize:
		return nil, errPatternSize
	}
	return n, nil
}

func (p *patternParser) choice() (*patternNode, error) {
	if p.depth++; p.depth > maxPatternDepth {
		return nil, errPattern
	}
	defer func() { p.depth-- }()
	n := &patternNode{op: opChoice}
	for {
		branch, err := p.sequence()
		if err != nil {
			return nil, err
		}
		n.parts = append(n.parts, branch)
		if !p.skip("|") {
			return n, nil
		}
	}
}

func (p *patternParser) sequence() (*patternNode, error) {
	n := &patternNode{op: opSequence}
	for p.more() && p.src[p.pos] != '|' && p.src[p.pos] != ')' {
		atom, err := p.atom()
		if err != nil {
			return nil, err
		}
		if atom, err = p.quantified(atom); err != nil {
			return nil, err
		}
		n.parts = append(n.parts, atom)
	}
	return n, nil
}

func (p *patternParser) atom() (*patternNode, error) {
	if set, ok, err := p.multiEscape(); ok || err != nil {
		return &patternNode{class: "[" + set + "]"}, err
	}
	switch c := p.src[p.pos]; {
	case c == '\\' && p.pos+1 < len(p.src) && isDigit(p.src[p.pos+1]):
		return p.backReference()
	case c == '\\':
		r, err := p.singleEscape()
		return p.literal(r), err
	case c == '(':
		return p.group()
	case c == '[':
		p.pos++
		class, err := p.class(0)
		return &patternNode{class: class}, err
	case c == '.':
		p.pos++
		if p.dotAll {
			return &patternNode{class: `[\x{0}-\x{10FFFF}]`}, nil
		}
		return &patternNode{class: `[^\n\r]`}, nil
	case c == '^':
		p.pos++
		p.starts = true
		return &patternNode{op: opStart}, nil
	case c == '$':
		p.pos++
		return &patternNode{op: opEnd}, nil
	case strings.IndexByte("?*+{}])", c) >= 0:
		return nil, errPattern
	}
	return p.literal(p.char()), nil
}

func (p *patternParser) literal(r rune) *patternNode {
	return &patternNode{class: "[" + writeRunes(foldPairs(r, p.fold)) + "]"}
}

func (p *patternParser) group() (*patternNode, error) {
	p.pos++
	n := &patternNode{op: opGroup}
	if !p.skip("?:") {
		p.groups++
		n.number = p.groups
		p.closed = append(p.closed, false)
	}
	inner, err := p.choice()
	if err != nil {
		return nil, err
	}
	if !p.skip(")") {
		return nil, errPattern
	}
	p.closed[n.number] = n.number > 0
	n.parts = []*patternNode{inner}
	return n, nil
}

// backReference reads \1; further digits belong to it as long as there are so many groups.
func (p *patternParser) backReference() (*patternNode, error) {
	p.pos++
	number := 0
	for first := true; p.more() && isDigit(p.src[p.pos]); first = false {
		next := number*10 + int(p.src[p.pos]-'0')
		if !first && next > p.groups {
			break
		}
		number = next
		p.pos++
	}
	if number == 0 || number > p.groups || !p.closed[number] {
		return nil, errBackReference
	}
	p.back = true
	return &patternNode{op: opBack, number: number}, nil
}

// quantified reads ? * + {n} {n,} {n,m} after an atom, and the ? that makes them reluctant.
func (p *patternParser) quantified(atom *patternNode) (*patternNode, error) {
	n := &patternNode{op: opRepeat, parts: []*patternNode{atom}}
	switch {
	case p.skip("?"):
		n.min, n.max = 0, 1
	case p.skip("*"):
		n.min, n.max = 0, unlimited
	case p.skip("+"):
		n.min, n.max = 1, unlimited
	case p.skip("{"):
		if err := p.counts(n); err != nil {
			return nil, err
		}
	default:
		return atom, nil
	}
	n.lazy = p.skip("?")
	return n, nil
}

func (p *patternParser) counts(n *patternNode) (err error) {
	if n.min, err = p.count(); err != nil {
		return err
	}
	n.max = n.min
	if p.skip(",") {
		n.max = unlimited
		if p.more() && p.src[p.pos] != '}' {
			if n.max, err = p.count(); err != nil {
				return err
			}
		}
	}
	if !p.skip("}") || n.max != unlimited && n.max < n.min {
		return errPattern
	}
	return nil
}

func (p *patternParser) count() (n int, err error) {
	start := p.pos
	for p.more() && isDigit(p.src[p.pos]) {
		n = min(n*10+int(p.src[p.pos]-'0'), maxPatternSize+1) // which is too large to compile
		p.pos++
	}
	if p.pos == start {
		return 0, errPattern
	}
	return n, nil
}

// size is the number of parts with all repetitions written out, at most a little more
// than allowed.
func (n *patternNode) size() int {
	size := 1
	for _, part := range n.parts {
		size = min(size+part.size(), maxPatternSize+1)
	}
	if n.op == opRepeat {
		size *= max(n.min+1, n.max)
	}
	return min(size, maxPatternSize+1)
}

// withoutSpace removes white space outside brackets, as the flag x says.
func withoutSpace(s string) string {
	var b strings.Builder
	brackets, escaped := 0, false
	for _, r := range s {
		if brackets == 0 && strings.ContainsRune(" \t\n\r", r) {
			continue
		}
		switch {
		case escaped:
		case r == '[':
			brackets++
		case r == ']' && brackets > 0:
			brackets--
		}
		escaped = r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}
