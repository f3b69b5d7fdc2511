package bpmntest

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

type scope struct {
	process  []option // of the process statement
	data     []option
	elements []*element
	flows    []flow
	lanes    []lane
}

type element struct {
	kind, id string
	options  []option
	body     *scope
	line     int
}

type option struct {
	name, value string
	flag        bool // without a value
}

type flow struct {
	id, source, target string
	condition          string
	isDefault          bool
}

type lane struct {
	name  string
	nodes []string
	lanes []lane
}

type parser struct {
	rest string
	line int
}

func (p *parser) fail(format string, args ...any) {
	panic(fmt.Sprintf("bpmntest: line %d: ", p.line) + fmt.Sprintf(format, args...))
}

// scope reads statements up to the end, or up to the closing brace.
func (p *parser) scope(braces bool) *scope {
	s := &scope{}
	for {
		p.skip(true)
		switch {
		case p.rest == "" && !braces:
			return s
		case p.rest == "":
			p.fail("} is missing")
		case braces && p.take("}"):
			return s
		}
		p.statement(s)
		if p.skip(false); p.rest != "" && !strings.ContainsRune("\n;}", rune(p.rest[0])) {
			p.fail("unexpected %.20q", p.rest)
		}
	}
}

func (p *parser) statement(s *scope) {
	first := p.word()
	p.skip(false)
	switch {
	case p.take(":"):
		p.skip(false)
		source := p.word()
		p.skip(false)
		p.flows(s, first, source)
	case strings.HasPrefix(p.rest, "-"):
		p.flows(s, "", first)
	case first == "process":
		s.process = p.options()
	case first == "data":
		s.data = append(s.data, p.options()...)
	case first == "lane":
		s.lanes = append(s.lanes, p.lane())
	default:
		s.elements = append(s.elements, p.element(first))
	}
}

func (p *parser) element(kind string) *element {
	if kinds[kind] == "" {
		p.fail("unknown kind %q", kind)
	}
	e := &element{kind: kind, line: p.line, id: p.word(), options: p.options()}
	if p.take("{") {
		e.body = p.scope(true)
	}
	return e
}

func (p *parser) options() []option {
	var list []option
	for {
		p.skip(false)
		if p.rest == "" || strings.ContainsRune("\n;{}", rune(p.rest[0])) {
			return list
		}
		o := option{name: p.word(), flag: true}
		if p.take("=") {
			o.value, o.flag = p.value(), false
		}
		list = append(list, o)
	}
}

func (p *parser) value() string {
	switch {
	case p.take("`"):
		return p.until("`")
	case p.take(`"`):
		return p.quoted()
	}
	end := strings.IndexFunc(p.rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(";{}", r) })
	if end < 0 {
		end = len(p.rest)
	}
	v := p.rest[:end]
	p.rest = p.rest[end:]
	return v
}

func (p *parser) quoted() string {
	var b strings.Builder
	for i := 0; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == '"':
			p.rest = p.rest[i+1:]
			return b.String()
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	p.fail("closing quote is missing")
	return ""
}

func (p *parser) until(end string) string {
	v, rest, ok := strings.Cut(p.rest, end)
	if !ok {
		p.fail("%s is missing", end)
	}
	p.line += strings.Count(v, "\n")
	p.rest = rest
	return v
}

func (p *parser) flows(s *scope, id, source string) {
	for n := 0; strings.HasPrefix(p.rest, "-"); n++ {
		f := flow{id: id, source: source}
		switch {
		case id != "" && n > 0:
			p.fail("a flow with an id has one arrow")
		case p.take("->"):
		case p.take("-/->"):
			f.isDefault = true
		case p.take("-["):
			f.condition = p.until("]->")
		default:
			p.fail("an arrow is ->, -/-> or -[condition]->")
		}
		p.skip(false)
		source = p.word()
		f.target = source
		s.flows = append(s.flows, f)
		p.skip(false)
	}
}

func (p *parser) lane() lane {
	var l lane
	if p.take(`"`) {
		l.name = p.quoted()
	} else {
		l.name = p.word()
	}
	for p.skip(false); p.rest != "" && !strings.ContainsRune("\n;{}", rune(p.rest[0])); p.skip(false) {
		l.nodes = append(l.nodes, p.word())
	}
	if p.take("{") {
		l.lanes = p.scope(true).lanes
	}
	return l
}

func (p *parser) take(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	p.rest = rest
	return ok
}

// word reads an id, kind or option name: letters, digits, _ and dots.
func (p *parser) word() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' })
	if end < 0 {
		end = len(p.rest)
	}
	if end == 0 {
		p.fail("a word is missing before %.20q", p.rest)
	}
	w := p.rest[:end]
	p.rest = p.rest[end:]
	return w
}

// skip passes white space and comments; ends says whether to pass ends of statements too.
func (p *parser) skip(ends bool) {
	for p.rest != "" {
		r, size := utf8.DecodeRuneInString(p.rest)
		switch {
		case r == '#':
			if size = strings.IndexByte(p.rest, '\n'); size < 0 {
				size = len(p.rest)
			}
		case (r == '\n' || r == ';') && !ends:
			return
		case r == '\n':
			p.line++
		case !unicode.IsSpace(r) && r != ';':
			return
		}
		p.rest = p.rest[size:]
	}
}
