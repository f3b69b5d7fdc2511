package feel

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// pattern is a compiled regular expression. Go's, which takes time linear to the text,
// runs all that it can express; a machine of our own that goes back and forth, within a
// budget, runs back-references.
type pattern struct {
	re      *regexp.Regexp // nil when Go cannot express it
	size    int            // instructions of re, each of which may look at each character
	program *patternProgram
	groups  int
	// lines says that ^ stands at the start of each line, which Go also finds behind a
	// newline that ends the text.
	lines bool
}

// compilePattern reads an XPath 3.1 regular expression and its flags (§5.6.1, §5.6.2).
func compilePattern(src, flags string) (*pattern, error) {
	if len(src) > maxPattern {
		return nil, fmt.Errorf("the pattern is longer than %d bytes", maxPattern)
	}
	if strings.Trim(flags, "smixq") != "" {
		return nil, errors.New("the flags are s, m, i, x and q")
	}
	has := func(flag string) bool { return strings.Contains(flags, flag) }
	p := patternParser{src: src, fold: has("i"), dotAll: has("s")}
	tree, err := p.read(has("q"), has("x"))
	if err != nil {
		return nil, err
	}
	made := &pattern{groups: p.groups, lines: p.starts && has("m")}
	if !p.back {
		made.re, made.size = goPattern(tree, has("m"))
	}
	if made.re == nil || made.lines {
		made.program, err = compileProgram(tree, p.groups, has("m"), has("i"))
	}
	return made, err
}

func (p *patternParser) read(quoted, spaced bool) (*patternNode, error) {
	switch {
	case quoted:
		tree := &patternNode{op: opSequence}
		for p.more() {
			tree.parts = append(tree.parts, p.literal(p.char()))
		}
		return tree, nil
	case spaced:
		p.src = withoutSpace(p.src)
	}
	return p.parse()
}

// goPattern has Go compile the pattern; nil when it is too large for that.
func goPattern(n *patternNode, lines bool) (*regexp.Regexp, int) {
	var b strings.Builder
	if lines {
		b.WriteString("(?m)")
	}
	n.write(&b)
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, 0
	}
	tree, err := syntax.Parse(b.String(), syntax.Perl)
	if err != nil {
		return nil, 0
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, 0
	}
	return re, len(program.Inst)
}

// write writes the pattern as Go does.
func (n *patternNode) write(b *strings.Builder) {
	switch n.op {
	case opClass:
		b.WriteString(n.class)
	case opStart:
		b.WriteByte('^')
	case opEnd:
		b.WriteByte('$')
	case opSequence:
		for _, part := range n.parts {
			part.write(b)
		}
	case opGroup:
		b.WriteString(map[bool]string{true: "(", false: "(?:"}[n.number > 0])
		n.parts[0].write(b)
		b.WriteByte(')')
	case opChoice:
		for i, part := range n.parts {
			if i > 0 {
				b.WriteByte('|')
			}
			part.write(b)
		}
	case opRepeat:
		n.writeRepeat(b)
	}
}

func (n *patternNode) writeRepeat(b *strings.Builder) {
	b.WriteString("(?:")
	n.parts[0].write(b)
	b.WriteByte(')')
	switch {
	case n.max == unlimited && n.min == 0:
		b.WriteByte('*')
	case n.max == unlimited && n.min == 1:
		b.WriteByte('+')
	case n.max == unlimited:
		fmt.Fprintf(b, "{%d,}", n.min)
	default:
		fmt.Fprintf(b, "{%d,%d}", n.min, n.max)
	}
	if n.lazy {
		b.WriteByte('?')
	}
}

// own reports whether the machine of our own must run on the text.
func (p *pattern) own(text string) bool {
	return p.re == nil || p.lines && strings.HasSuffix(text, "\n")
}

// cost is the number of steps for compiling the pattern.
func (p *pattern) cost() int {
	if p.program != nil {
		return p.size + len(p.program.code)
	}
	return p.size
}

// affordable takes the steps for applying Go's pattern to a text.
func (p *pattern) affordable(r *run, text string) bool {
	return r.spend(len(text)*p.size/64 + 1)
}

// matches reports whether the pattern matches somewhere in the text; false as well
// when that would cost too much, which stops the run.
func (p *pattern) matches(r *run, text string) bool {
	if p.own(text) {
		_, found := p.program.find(r, text, 0)
		return found
	}
	return p.affordable(r, text) && p.re.MatchString(text)
}

// all returns the matches in the text that do not overlap: start and end of each, and of
// its groups, -1 for one that took no part. It is nil when that would cost too much,
// which stops the run.
func (p *pattern) all(r *run, text string) [][]int {
	if p.own(text) {
		return p.program.all(r, text)
	}
	if !p.affordable(r, text) {
		return nil
	}
	matches := p.re.FindAllStringIndex(text, max(0, r.steps)/(p.groups+1)+1) // one more than there are steps for
	if !r.spend(len(matches)*(p.groups+1)) || p.groups == 0 {
		return matches
	}
	if !p.affordable(r, text) {
		return nil
	}
	return p.re.FindAllStringSubmatchIndex(text, -1)
}
