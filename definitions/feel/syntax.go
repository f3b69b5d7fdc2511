package feel

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError holds every problem found in one source, in its order.
type SyntaxError struct {
	Source   string
	Problems []Problem
}

// Problem is one mistake in a source.
type Problem struct {
	Line, Column int // from 1, columns in characters
	Message      string
	Excerpt      string // the line, and below it a caret at the column
}

// Error returns all problems, each as "line:column: message" and its excerpt.
func (e *SyntaxError) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%d:%d: %s\n%s", p.Line, p.Column, p.Message, p.Excerpt)
	}
	return b.String()
}

// place is a position in a source: line and column from 1, column in characters.
type place struct{ line, column int32 }

// source finds lines and columns; asked in rising order it reads the text once.
type source struct {
	text  string
	pos   int // of the last question
	start int // of its line
	place place
}

func newSource(text string) *source { return &source{text: text, place: place{1, 1}} }

func (s *source) at(pos int) place {
	if pos < s.pos {
		s.pos, s.start, s.place = 0, 0, place{1, 1}
	}
	for s.pos < pos {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		s.pos += size
		s.place.column++
		if r == '\n' {
			s.start, s.place = s.pos, place{s.place.line + 1, 1}
		}
	}
	return s.place
}

const excerptWidth = 100 // characters of a long line that are shown

func (s *source) problem(pos int, message string) Problem {
	at := s.at(pos)
	return Problem{int(at.line), int(at.column), message, excerpt(s.text[s.start:], int(at.column))}
}

// excerpt is the first line of the text, and below it a caret at the column.
func excerpt(text string, column int) string {
	line, _, _ := strings.Cut(text, "\n")
	line = strings.ToValidUTF8(strings.TrimRight(line, "\r"), "\uFFFD")
	runes := []rune(line)
	caret := min(max(column, 1)-1, len(runes))
	from := 0
	if caret > excerptWidth*2/3 {
		from = caret - excerptWidth*2/3
	}
	to := min(len(runes), from+excerptWidth)
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(runes[from:caret]))
	return string(runes[from:to]) + "\n" + indent + "^"
}
