package dmn

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"fasthold/definitions/problem"
)

// Bounds on what a stranger can send. A table of 1,000 rules and 12 columns has about 27,000 elements.
const (
	maxBytes    = 5 << 20
	maxDepth    = 100
	maxElements = 100_000
	maxProblems = 100
)

// modelNamespaces are the namespaces of the DMN model, by version.
var modelNamespaces = map[string]string{
	"http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
	"http://www.omg.org/spec/DMN/20180521/MODEL/":  "1.2",
	"https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
	"https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
	"https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}

// element is one XML element of the DMN namespace with its place in the file.
type element struct {
	name, space  string
	attrs        []xml.Attr
	parent       *element
	children     []*element
	text         string
	line, column int
	// textLine and textColumn are where the text begins.
	textLine, textColumn int
}

// attr gives the value of an attribute without namespace, with surrounding space removed.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// label names the element in a problem: by its id or its name, or else by what it is in.
func (e *element) label() string {
	for ; e.parent != nil; e = e.parent {
		if label := cmp.Or(e.attr("id"), e.attr("name")); label != "" {
			return label
		}
	}
	return cmp.Or(e.attr("id"), e.name)
}

// child gives the first child of that name, or nil.
func (e *element) child(name string) *element {
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// all gives the children of that name in document order.
func (e *element) all(name string) []*element {
	var found []*element
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// walk visits the element and all within it.
func (e *element) walk(visit func(e *element)) {
	visit(e)
	for _, c := range e.children {
		c.walk(visit)
	}
}

// childText gives the text of a child, or "".
func (e *element) childText(name string) string {
	if c := e.child(name); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}

var (
	errDirective = errors.New("the file has a document type declaration, which is not accepted")
	errDepth     = fmt.Errorf("elements are nested more than %d deep", maxDepth)
	errElements  = fmt.Errorf("the file has more than %d elements", maxElements)
	errRoots     = errors.New("the file has more than one root element")
	errNoRoot    = errors.New("the file has no root element")
)

// readXML gives the root element. Elements of other namespaces (diagrams, extensions) are read past.
func readXML(file string, data []byte) (*element, []problem.Problem) {
	if len(data) > maxBytes {
		return nil, []problem.Problem{{
			File: file, Code: "too-large", Severity: problem.Error,
			Message: fmt.Sprintf("the file has %d bytes; at most %d are accepted", len(data), maxBytes),
			Advice:  "split the model and import its parts",
		}}
	}
	t := treeReader{dec: xml.NewDecoder(bytes.NewReader(fromUTF16(data)))}
	t.dec.CharsetReader = charsetReader
	if err := t.read(); err != nil {
		line, column := t.dec.InputPos()
		return nil, []problem.Problem{xmlProblem(file, line, column, err)}
	}
	return t.root, nil
}

func xmlProblem(file string, line, column int, err error) problem.Problem {
	message := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		line, column, message = syntax.Line, 0, syntax.Msg
	}
	return problem.Problem{
		File: file, Line: line, Column: column, Code: "bad-xml", Severity: problem.Error,
		Message: "the file cannot be read as XML: " + message,
		Advice:  "save the model again from a DMN modeler",
	}
}

// treeReader builds the tree of one document; stack holds the open elements, nil for those of other namespaces.
type treeReader struct {
	dec   *xml.Decoder
	root  *element
	stack []*element
	count int
}

func (t *treeReader) read() error {
	for {
		line, column := t.dec.InputPos()
		token, err := t.dec.Token()
		if err == io.EOF {
			if t.root == nil {
				return errNoRoot
			}
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.take(token, line, column); err != nil {
			return err
		}
	}
}

func (t *treeReader) take(token xml.Token, line, column int) error {
	switch token := token.(type) {
	case xml.StartElement:
		return t.open(token, line, column)
	case xml.EndElement:
		t.stack = t.stack[:len(t.stack)-1]
	case xml.CharData:
		t.addText(string(token), line, column)
	case xml.Directive:
		return errDirective
	}
	return nil
}

func (t *treeReader) addText(text string, line, column int) {
	top := t.top()
	if top == nil || len(top.children) > 0 {
		return
	}
	if top.text == "" {
		top.textLine, top.textColumn = line, column
	}
	top.text += text
}

func (t *treeReader) open(start xml.StartElement, line, column int) error {
	if t.count++; t.count > maxElements {
		return errElements
	}
	if len(t.stack) >= maxDepth {
		return errDepth
	}
	e := &element{name: start.Name.Local, space: start.Name.Space, attrs: start.Attr, line: line, column: column}
	switch parent := t.top(); {
	case t.root == nil:
		t.root = e
	case len(t.stack) == 0:
		return errRoots
	case parent != nil && modelNamespaces[e.space] != "":
		e.parent = parent
		parent.children = append(parent.children, e)
	default:
		e = nil
	}
	t.stack = append(t.stack, e)
	return nil
}

func (t *treeReader) top() *element {
	if len(t.stack) == 0 {
		return nil
	}
	return t.stack[len(t.stack)-1]
}
