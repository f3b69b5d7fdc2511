package bpmn

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Namespaces by which elements are told apart; prefixes do not matter.
const (
	spaceBPMN     = "http://www.omg.org/spec/BPMN/20100524/MODEL"
	spaceBPMNDI   = "http://www.omg.org/spec/BPMN/20100524/DI"
	spaceDC       = "http://www.omg.org/spec/DD/20100524/DC"
	spaceDI       = "http://www.omg.org/spec/DD/20100524/DI"
	spaceZeebe    = "http://camunda.org/schema/zeebe/1.0"
	spaceCamunda7 = "http://camunda.org/schema/1.0/bpmn"
	spaceFasthold = "http://fasthold.dk/schema/1.0"
)

// Node is an XML element of a document. A Node and what hangs below it is never changed after Parse.
type Node struct {
	Space, Name  string // namespace URI and local name
	Attrs        []Attr // without namespace declarations, in the order of the file
	Children     []*Node
	Text         string // character data directly inside; "" when it is only white space
	Line, Column int    // of the opening "<", from 1, columns in characters

	parent   *Node
	offset   int // of the opening "<" in the file
	from, to int // raw bytes of the text in the file
}

// Attr is an attribute of a Node. Space is empty for an attribute without a prefix.
type Attr struct {
	Space, Name, Value string

	from, to int // raw bytes of the value in the file
}

// Attr returns the value of an attribute without a prefix, "" when it is missing.
func (n *Node) Attr(name string) string { return n.text(name).value }

// ID returns the attribute id.
func (n *Node) ID() string { return n.Attr("id") }

// text is character data that remembers where it stands, so that a mistake within it can be pointed at.
type text struct {
	node     *Node
	attr     string // name of the attribute, "" for the body of an element
	value    string
	from, to int
	skipped  int // characters of the raw text in front of value
}

func (n *Node) text(attr string) text {
	for i := range n.Attrs {
		if a := &n.Attrs[i]; a.Name == attr && a.Space == "" {
			return text{node: n, attr: attr, value: a.Value, from: a.from, to: a.to}
		}
	}
	return text{node: n, attr: attr}
}

func (n *Node) hasAttr(name string) bool {
	return slices.ContainsFunc(n.Attrs, func(a Attr) bool { return a.Name == name && a.Space == "" })
}

func (n *Node) body() text { return text{node: n, value: n.Text, from: n.from, to: n.to} }

// trimmed leaves out white space at both ends.
func (t text) trimmed() text {
	left := strings.TrimLeft(t.value, " \t\r\n")
	t.skipped += utf8.RuneCountInString(t.value[:len(t.value)-len(left)])
	t.value = strings.TrimRight(left, " \t\r\n")
	return t
}

// after leaves out a prefix of one byte per character.
func (t text) after(prefix string) (text, bool) {
	rest, ok := strings.CutPrefix(t.value, prefix)
	if ok {
		t.value, t.skipped = rest, t.skipped+len(prefix)
	}
	return t, ok
}

// is reports whether the node is that BPMN element.
func (n *Node) is(name string) bool { return n.Name == name && n.Space == spaceBPMN }

// all returns the children that are that element of the namespace.
func (n *Node) all(space, name string) []*Node {
	var found []*Node
	for _, c := range n.Children {
		if c.Name == name && c.Space == space {
			found = append(found, c)
		}
	}
	return found
}

// child returns the first child that is that BPMN element, or nil.
func (n *Node) child(name string) *Node { return n.childIn(spaceBPMN, name) }

func (n *Node) childIn(space, name string) *Node {
	for _, c := range n.Children {
		if c.Name == name && c.Space == space {
			return c
		}
	}
	return nil
}

// extension returns the first element of that name within extensionElements, or nil.
func (n *Node) extension(space, name string) *Node {
	for _, e := range n.all(spaceBPMN, "extensionElements") {
		if c := e.childIn(space, name); c != nil {
			return c
		}
	}
	return nil
}

// walk calls visit for the node and everything below it in document order; below a node for which visit is false it does not look.
func (n *Node) walk(visit func(*Node) bool) {
	if !visit(n) {
		return
	}
	for _, c := range n.Children {
		c.walk(visit)
	}
}

// owner is the id of the node or of the nearest element around it that a designer can select in a diagram.
func (n *Node) owner() string {
	for ; n != nil; n = n.parent {
		if id := n.ID(); id != "" && n.Space == spaceBPMN && !detail(n.Name) {
			return id
		}
	}
	return ""
}

// detail reports whether elements of that name are only parts of what is drawn, though they may have ids.
func detail(name string) bool {
	return strings.HasSuffix(name, "EventDefinition") || strings.HasSuffix(name, "Characteristics") ||
		slices.Contains([]string{"conditionExpression", "condition", "timeDate", "timeDuration", "timeCycle", "documentation", "laneSet", "childLaneSet"}, name)
}
