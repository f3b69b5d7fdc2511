package bpmn

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"fasthold/definitions/problem"
)

// Bounds on what is read. They are an order of magnitude above the largest model that anyone could still read.
const (
	maxBytes = 10_000_000
	maxDepth = 100
	maxNodes = 50_000
	maxAttrs = 100     // of one element
	maxText  = 100_000 // bytes of one attribute or text
)

var errCharset = errors.New("charset")

// decoder turns XML into nodes. It stops at the first thing that makes the rest doubtful.
type decoder struct {
	doc    *Document
	tokens *xml.Decoder
	open   *Node // innermost element not yet closed
	last   *Node // element opened last
	depth  int
	nodes  int
}

// fault is a reason to stop reading.
type fault struct {
	offset                int
	code, message, advice string
}

func (d *decoder) run() *fault {
	for {
		from := int(d.tokens.InputOffset())
		token, err := d.tokens.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return d.malformed(err)
		}
		if f := d.take(token, from, int(d.tokens.InputOffset())); f != nil {
			return f
		}
	}
}

func (d *decoder) take(token xml.Token, from, to int) *fault {
	switch t := token.(type) {
	case xml.StartElement:
		return d.start(t, from, to)
	case xml.EndElement:
		d.end()
	case xml.CharData:
		return d.characters(t, from, to)
	case xml.Directive:
		return &fault{from, "doctype", "the file has a document type declaration", "delete the line that begins with <!DOCTYPE; BPMN needs none"}
	}
	return nil
}

func (d *decoder) start(t xml.StartElement, from, to int) *fault {
	d.depth++
	d.nodes++
	switch {
	case d.depth > maxDepth:
		return &fault{from, "too-deep", fmt.Sprintf("elements are nested more than %d deep", maxDepth), "split the process with call activities"}
	case d.nodes > maxNodes:
		return &fault{from, "too-many-elements", fmt.Sprintf("the file has more than %d XML elements", maxNodes), "split the file"}
	case d.open == nil && d.doc.Root != nil:
		return &fault{from, "not-xml", "the file has more than one root element", ""}
	case len(t.Attr) > maxAttrs:
		return &fault{from, "too-many-attributes", fmt.Sprintf("<%s> has more than %d attributes", t.Name.Local, maxAttrs), ""}
	}
	n := &Node{Space: t.Name.Space, Name: t.Name.Local, parent: d.open, offset: from}
	n.Line, n.Column = d.doc.placeBehind(d.last, from)
	d.last = n
	tag := d.doc.Data[from:to]
	if t.Name.Space != "" && undeclared(tag[1:], t.Name.Space) {
		return unknownPrefix(from, t.Name.Space)
	}
	if f := d.attributes(n, t.Attr, tag, from); f != nil {
		return f
	}
	if d.open == nil {
		d.doc.Root = n
	} else {
		d.open.Children = append(d.open.Children, n)
	}
	d.open = n
	return nil
}

// undeclared reports whether a name is written with a prefix that the decoder, finding no declaration, took for the namespace.
func undeclared(raw []byte, space string) bool {
	return len(raw) > len(space) && raw[len(space)] == ':' && string(raw[:len(space)]) == space && space != "xml"
}

func unknownPrefix(offset int, prefix string) *fault {
	return &fault{offset, "unknown-prefix", fmt.Sprintf("the namespace prefix %q is not declared", prefix), fmt.Sprintf("add xmlns:%s=\"…\" to <definitions>", clip(prefix))}
}

func (d *decoder) attributes(n *Node, attrs []xml.Attr, tag []byte, offset int) *fault {
	at := bytes.IndexAny(tag, " \t\r\n")
	n.Attrs = slices.Grow(n.Attrs, len(attrs))
	for _, a := range attrs {
		name, from, to := nextAttr(tag, at)
		at = to + 1
		if a.Name.Space == "xmlns" || a.Name == (xml.Name{Local: "xmlns"}) {
			continue
		}
		switch {
		case len(a.Value) > maxText:
			return &fault{offset + from, "too-long", fmt.Sprintf("the attribute %s is longer than %d bytes", clip(a.Name.Local), maxText), ""}
		case a.Name.Space != "" && undeclared(tag[name:], a.Name.Space):
			return unknownPrefix(offset+name, a.Name.Space)
		case slices.ContainsFunc(n.Attrs, func(b Attr) bool { return b.Space == a.Name.Space && b.Name == a.Name.Local }):
			return &fault{offset + name, "not-xml", fmt.Sprintf("the attribute %s is given twice", clip(a.Name.Local)), "keep one of them"}
		}
		n.Attrs = append(n.Attrs, Attr{Space: a.Name.Space, Name: a.Name.Local, Value: a.Value, from: offset + from, to: offset + to})
	}
	return nil
}

// nextAttr finds the next attribute in a tag that the decoder has accepted: where its name begins and where its value begins and ends.
func nextAttr(tag []byte, i int) (name, from, to int) {
	for tag[i] == ' ' || tag[i] == '\t' || tag[i] == '\r' || tag[i] == '\n' {
		i++
	}
	name = i
	i += bytes.IndexAny(tag[i:], `"'`)
	from = i + 1
	return name, from, from + bytes.IndexByte(tag[from:], tag[i])
}

func (d *decoder) characters(t xml.CharData, from, to int) *fault {
	if d.open == nil {
		if len(bytes.TrimSpace(bytes.TrimPrefix(t, []byte("\ufeff")))) > 0 {
			return &fault{from, "not-xml", "there is text outside the root element", ""}
		}
		return nil
	}
	n := d.open
	if n.Text == "" {
		if len(bytes.TrimSpace(t)) == 0 {
			return nil
		}
		n.from = from
	}
	n.to = to
	if len(n.Text)+len(t) > maxText {
		return &fault{from, "too-long", fmt.Sprintf("the text of <%s> is longer than %d bytes", n.Name, maxText), ""}
	}
	n.Text += string(t)
	return nil
}

func (d *decoder) end() {
	d.depth--
	d.open = d.open.parent
}

// malformed explains an error of the XML decoder in the words of a person who edits files.
func (d *decoder) malformed(err error) *fault {
	offset := int(d.tokens.InputOffset())
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errCharset):
		return &fault{offset, "encoding", "the file declares another encoding than UTF-8", "save it as UTF-8"}
	case errors.As(err, &syntax):
		return &fault{offset, "not-xml", "the file is not well-formed XML: " + clip(syntax.Msg), "open it in a modeler and save it again"}
	}
	return &fault{offset, "not-xml", "the file is not well-formed XML: " + clip(err.Error()), "open it in a modeler and save it again"}
}

// clip keeps a message readable when it quotes what a stranger sent.
func clip(s string) string {
	const most = 120
	s = strings.ToValidUTF8(s, "?")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func (d *Document) problemAt(f *fault) problem.Problem {
	line, column := d.place(f.offset)
	return problem.Problem{File: d.File, Line: line, Column: column, Code: f.code, Message: f.message, Advice: f.advice, Severity: problem.Error}
}
