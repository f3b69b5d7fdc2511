package bpmn

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"sort"
	"unicode/utf8"

	"fasthold/definitions/problem"
)

// Document is a BPMN file as it was read: nothing is looked up or judged yet.
type Document struct {
	File    string   // name it was given under
	Data    []byte   // the file, untouched
	Hash    string   // SHA-256 of Data, hexadecimal
	Root    *Node    // <definitions>
	Diagram *Diagram // what is drawn where; nil when the file has no diagram
	// Skipped are the outermost elements in namespaces of others, in document order. They mean nothing to Fasthold.
	Skipped []*Node

	ids   map[string]*Node // BPMN elements; of several with one id the first
	lines []int            // offset of the beginning of each line
}

// Parse reads BPMN 2.0 XML (BPMN 2.0.2 §15). The document is nil when the file cannot be read; the problems then say why. It reads any
// BPMN; whether Fasthold can run it, [Compile] says.
func Parse(file string, data []byte) (*Document, []problem.Problem) {
	d := &Document{File: file, Data: data}
	if f := d.read(); f != nil {
		return nil, []problem.Problem{d.problemAt(f)}
	}
	sum := sha256.Sum256(data)
	d.Hash = hex.EncodeToString(sum[:])
	d.index()
	var problems []problem.Problem
	d.Diagram, problems = readDiagram(d)
	return d, problems
}

func (d *Document) read() *fault {
	if len(d.Data) > maxBytes {
		return &fault{0, "too-large", fmt.Sprintf("the file is larger than %d MB", maxBytes/1_000_000), "split the file"}
	}
	d.lines = lineStarts(d.Data)
	if bad := invalidUTF8(d.Data); bad >= 0 {
		return &fault{bad, "encoding", "the file is not UTF-8", "save it as UTF-8"}
	}
	tokens := xml.NewDecoder(bytes.NewReader(d.Data))
	tokens.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errCharset }
	if f := (&decoder{doc: d, tokens: tokens, last: &Node{Line: 1, Column: 1}}).run(); f != nil {
		return f
	}
	if d.Root == nil {
		return &fault{0, "not-bpmn", "the file is empty", ""}
	}
	if !d.Root.is("definitions") {
		return &fault{0, "not-bpmn", fmt.Sprintf("the root element is <%s>, not BPMN 2.0 <definitions>", clip(d.Root.Name)),
			"choose a file saved by a BPMN 2.0 modeler (namespace " + spaceBPMN + ")"}
	}
	return nil
}

func lineStarts(data []byte) []int {
	starts := make([]int, 1, 1+bytes.Count(data, []byte("\n")))
	for i, b := range data {
		if b == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, -1 when there is none.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	i := 0
	for {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
}

// index notes what is looked up later: ids, and the elements of others.
func (d *Document) index() {
	d.ids = map[string]*Node{}
	d.Root.walk(func(n *Node) bool {
		switch n.Space {
		case spaceBPMN:
			if id := n.ID(); id != "" && d.ids[id] == nil {
				d.ids[id] = n
			}
		case spaceBPMNDI:
			return false
		case spaceZeebe, spaceFasthold:
		default:
			d.Skipped = append(d.Skipped, n)
			return false
		}
		return true
	})
}

// place turns an offset into line and column, both from 1, columns in characters.
func (d *Document) place(offset int) (line, column int) {
	return d.placeBehind(&Node{Line: 1, Column: 1}, offset)
}

// placeBehind does the same for an offset at or behind the beginning of a node. Only what lies between the two is read, so that the
// places of all elements of a file without line breaks are found in one pass.
func (d *Document) placeBehind(n *Node, offset int) (line, column int) {
	offset = min(offset, len(d.Data))
	line = max(1, sort.SearchInts(d.lines, offset+1))
	if line == n.Line {
		return line, n.Column + utf8.RuneCount(d.Data[n.offset:offset])
	}
	return line, 1 + utf8.RuneCount(d.Data[d.lines[line-1]:offset])
}

// placeIn turns line and column within a text into line and column of the file.
func (d *Document) placeIn(t text, line, column int) (int, int) {
	raw := d.Data[t.from:t.to]
	i := 0
	for range t.skipped {
		i = afterCharacter(raw, i)
	}
	for line > 1 && i < len(raw) {
		if character(raw, i) == '\n' {
			line--
		}
		i = afterCharacter(raw, i)
	}
	for range column - 1 {
		i = afterCharacter(raw, i)
	}
	return d.placeBehind(t.node, t.from+markup(raw, i))
}

// afterCharacter returns where the character that begins at raw[i] ends; a reference such as &gt; is one character.
func afterCharacter(raw []byte, i int) int {
	i = markup(raw, i)
	switch {
	case i >= len(raw):
		return len(raw)
	case raw[i] == '&':
		if end := bytes.IndexByte(raw[i:], ';'); end >= 0 {
			return i + end + 1
		}
	case raw[i] == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		return i + 2
	}
	_, size := utf8.DecodeRune(raw[i:])
	return i + size
}

// character returns the character at raw[i] as far as it matters for counting lines.
func character(raw []byte, i int) rune {
	i = markup(raw, i)
	if i >= len(raw) {
		return 0
	}
	for _, newline := range []string{"\n", "\r", "&#10;", "&#xA;", "&#xa;", "&#13;", "&#xD;", "&#xd;"} {
		if bytes.HasPrefix(raw[i:], []byte(newline)) {
			return '\n'
		}
	}
	return rune(raw[i])
}

// markup skips what is written between characters: comments and the brackets of CDATA sections.
func markup(raw []byte, i int) int {
	for i < len(raw) {
		rest := raw[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			i += len("<![CDATA[")
		case bytes.HasPrefix(rest, []byte("]]>")):
			i += len("]]>")
		case bytes.HasPrefix(rest, []byte("<!--")):
			end := bytes.Index(rest, []byte("-->"))
			if end < 0 {
				return len(raw)
			}
			i += end + len("-->")
		default:
			return i
		}
	}
	return i
}

// ProcessInfo is a process of a document.
type ProcessInfo struct {
	ID, Name   string
	VersionTag string // zeebe:versionTag, "" when absent
	Executable bool   // would be compiled
}

// Processes lists all processes in document order.
func (d *Document) Processes() []ProcessInfo {
	_, assumed := d.executable()
	var list []ProcessInfo
	for _, n := range d.Root.all(spaceBPMN, "process") {
		list = append(list, ProcessInfo{ID: n.ID(), Name: n.Attr("name"), VersionTag: versionTag(n), Executable: assumed || runs(n)})
	}
	return list
}

func versionTag(process *Node) string {
	if n := process.extension(spaceZeebe, "versionTag"); n != nil {
		return n.Attr("value")
	}
	return ""
}

// executable returns the processes to run. A single process that does not say whether it is executable is taken, which is assumed.
func (d *Document) executable() (list []*Node, assumed bool) {
	all := d.Root.all(spaceBPMN, "process")
	for _, p := range all {
		if runs(p) {
			list = append(list, p)
		}
	}
	if len(list) == 0 && len(all) == 1 && !all[0].hasAttr("isExecutable") {
		return all, true
	}
	return list, false
}

func runs(process *Node) bool {
	v := process.Attr("isExecutable")
	return v == "true" || v == "1"
}
