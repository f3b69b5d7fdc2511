// Package story reads and plays stories: what happens to a case over weeks of virtual time, in plain text beside the process definition.
// The same story is played by several conductors, on the bare engine, on Temporal, over HTTP, and must come out the same.
//
// # Grammar
//
// One command per line, in this order: story, definition, given, then any of the others. Text after # at the start of a line or after
// white space is a comment. Times are those of Europe/Copenhagen, variables and values JSON.
//
//	story: NAME
//	definition: FOLDER                           of the process
//	given TIME                                   virtual time before the start
//	start PROCESS [VARIABLES]
//	complete ELEMENT [VARIABLES]                 the task that has been open longest; checked against its form
//	message NAME [VARIABLES]                     to the case, whose id is the start variable caseId
//	advance DURATION | advance to TIME           timers fire on the way, in order
//	expect waiting {ELEMENT}                     exactly these hold open tasks; one that is there twice holds two
//	expect due ELEMENT DATE|TIME                 of an open task
//	expect priority ELEMENT NUMBER               of an open task
//	expect job TYPE [HEADER]                     a job of that type, with a header of that value, has run
//	expect variable NAME VALUE                   of the process; null also when it is missing
//	expect incident none | {ELEMENT}             exactly these cannot go on
//	expect ended [VARIABLES]                     completed; with at least these variables
//
// Expectations of jobs that follow one another are about the jobs that ran since the ones before them, each about another job. An
// incident that the story does not expect fails it.
package story

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/feel"
	"fasthold/internal/workday"
)

// Story is a story that was read.
type Story struct {
	File, Name string
	Definition string // folder of the process
	Given      time.Time
	Commands   []Command
}

// Command is one line of a story. Which fields are set depends on the verb.
type Command struct {
	Line     int
	Verb     string // as in the grammar: "complete", "expect due"
	Name     string // process, element, message, job type or variable
	Names    []string
	Values   *feel.Context // variables; nil for none
	Value    feel.Value
	At       time.Time
	DateOnly bool // At is the start of a day, and any time of that day will do
	Span     bpmn.Span
	Number   int
}

// Bounds on a story.
const (
	maxSize  = 1 << 20 // bytes
	maxLines = 10_000
)

// Read reads a story. Errors name file and line.
func Read(file, text string) (Story, error) {
	s := Story{File: file}
	lines := strings.Split(text, "\n")
	if len(text) > maxSize || len(lines) > maxLines {
		return s, fmt.Errorf("%s: the story is longer than %d lines or 1 MB", file, maxLines)
	}
	for i, line := range lines {
		line = strings.TrimSpace(withoutComment(line))
		if line == "" {
			continue
		}
		if err := s.line(i+1, line); err != nil {
			return s, fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	if len(s.Commands) == 0 {
		return s, fmt.Errorf("%s: the story has no commands", file)
	}
	return s, nil
}

// withoutComment cuts a line at the first # that is outside quotes and at the start or after white space.
func withoutComment(line string) string {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch {
		case quoted && line[i] == '\\':
			i++
		case line[i] == '"':
			quoted = !quoted
		case line[i] == '#' && !quoted && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return line[:i]
		}
	}
	return line
}

func (s *Story) line(n int, line string) error {
	if name, ok := strings.CutPrefix(line, "story:"); ok && s.Name == "" {
		s.Name = strings.TrimSpace(name)
		return nil
	}
	if folder, ok := strings.CutPrefix(line, "definition:"); ok && s.Definition == "" {
		s.Definition = strings.TrimSpace(folder)
		return nil
	}
	verb, rest := cutWord(line)
	if verb == "expect" {
		var what string
		what, rest = cutWord(rest)
		verb += " " + what
	}
	if verb == "given" && s.Given.IsZero() {
		var c Command
		err := c.time(rest)
		s.Given = c.At
		return err
	}
	read, ok := verbs[verb]
	if !ok {
		return fmt.Errorf("unknown command %q", verb)
	}
	if s.Name == "" || s.Definition == "" || s.Given.IsZero() {
		return fmt.Errorf("a story begins with story:, definition: and given")
	}
	c := Command{Line: n, Verb: verb}
	if err := read(&c, rest); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	s.Commands = append(s.Commands, c)
	return nil
}

// verbs say how the rest of each command is read.
var verbs = map[string]func(*Command, string) error{
	"start":           (*Command).nameAndValues,
	"complete":        (*Command).nameAndValues,
	"message":         (*Command).nameAndValues,
	"advance":         (*Command).advance,
	"expect waiting":  (*Command).names,
	"expect due":      (*Command).nameAndTime,
	"expect priority": (*Command).nameAndNumber,
	"expect job":      (*Command).nameAndHeader,
	"expect variable": (*Command).nameAndValue,
	"expect incident": (*Command).names,
	"expect ended":    (*Command).values,
}

func cutWord(s string) (word, rest string) {
	if i := strings.IndexAny(s, " \t"); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

// name takes the first word of the rest.
func (c *Command) name(rest string) (string, error) {
	c.Name, rest = cutWord(rest)
	if c.Name == "" || strings.HasPrefix(c.Name, "{") {
		return "", fmt.Errorf("a name is missing")
	}
	return rest, nil
}

func (c *Command) values(rest string) error {
	if rest == "" {
		return nil
	}
	v, err := feel.FromJSON([]byte(rest))
	if err != nil {
		return err
	}
	values, ok := v.(*feel.Context)
	if !ok {
		return fmt.Errorf("variables must be a JSON object, not a %s", v.Kind())
	}
	c.Values = values
	return nil
}

func (c *Command) nameAndValues(rest string) error {
	rest, err := c.name(rest)
	if err != nil {
		return err
	}
	return c.values(rest)
}

func (c *Command) nameAndValue(rest string) error {
	rest, err := c.name(rest)
	if err == nil {
		c.Value, err = feel.FromJSON([]byte(rest))
	}
	return err
}

func (c *Command) nameAndTime(rest string) error {
	rest, err := c.name(rest)
	if err != nil {
		return err
	}
	return c.time(rest)
}

func (c *Command) nameAndNumber(rest string) error {
	rest, err := c.name(rest)
	if err == nil {
		c.Number, err = strconv.Atoi(rest)
	}
	return err
}

func (c *Command) nameAndHeader(rest string) error {
	rest, err := c.name(rest)
	if err != nil {
		return err
	}
	if c.Names = strings.Fields(rest); len(c.Names) > 1 {
		return fmt.Errorf("a job has a type and at most one header")
	}
	return nil
}

func (c *Command) names(rest string) error {
	if c.Names = strings.Fields(rest); len(c.Names) == 1 && c.Names[0] == "none" {
		c.Names = nil
	}
	return nil
}

func (c *Command) advance(rest string) (err error) {
	if at, ok := strings.CutPrefix(rest, "to "); ok {
		return c.time(strings.TrimSpace(at))
	}
	c.Span, err = bpmn.ParseSpan(rest)
	return err
}

var timeText = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$`)

func (c *Command) time(text string) (err error) {
	if !timeText.MatchString(text) {
		return fmt.Errorf("%q is neither a date such as 2026-11-23 nor a time such as 2026-11-23T08:00", text)
	}
	c.DateOnly = len(text) == len(time.DateOnly)
	layout := "2006-01-02T15:04"
	if c.DateOnly {
		layout = time.DateOnly
	}
	c.At, err = time.ParseInLocation(layout, text, workday.Zone())
	return err
}
