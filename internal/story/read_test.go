package story_test

import (
	"strings"
	"testing"
	"time"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/story"
)

const head = "story: s\ndefinition: d\ngiven 2026-03-02T09:00\n"

func TestReadNamesTheLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"start p": "f:1: a story begins with story:, definition: and given",
		"story: s\ndefinition: d\ngiven 2. marts": `f:3: "2. marts" is neither a date`,
		head + "jump a":                                     `f:4: unknown command "jump"`,
		head + "expect rain":                                `f:4: unknown command "expect rain"`,
		head + "start p\n\ncomplete":                        "f:6: complete: a name is missing",
		head + "start p {\"a\":}":                           "f:4: start: feel: JSON at byte 5",
		head + "start p [1]":                                "f:4: start: variables must be a JSON object, not a list",
		head + "advance soon":                               `f:4: advance: "soon" is not an ISO 8601 duration`,
		head + "advance to 2026-13-01":                      "f:4: advance: parsing time",
		head + "expect priority a high":                     "f:4: expect priority: strconv.Atoi",
		head + "expect job a b c":                           "f:4: expect job: a job has a type and at most one header",
		head + "# nothing":                                  "f: the story has no commands",
		head + "start p " + strings.Repeat(" ", 1<<20) + "": "f: the story is longer",
	} {
		if _, err := story.Read("f", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
}

func TestReadSkipsComments(t *testing.T) {
	t.Parallel()
	s, err := story.Read("f", head+"  # all of it\nstart p {\"a\":\"x # y \\\" # z\"} # the rest\nadvance to 2026-03-03\t# day\n")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := s.Commands[0].Values.Lookup("a")
	if a.String() != `"x # y \" # z"` || s.Commands[0].Line != 5 || !s.Commands[1].DateOnly {
		t.Fatal(a, s.Commands)
	}
	if got := s.Commands[1].At.Sub(s.Given); got != 15*time.Hour {
		t.Fatal(got)
	}
}

// failure is what a story failed with.
type failure struct{ format string }

func (f *failure) Helper() {}
func (f *failure) Fatalf(format string, args ...any) {
	f.format = strings.TrimSpace(args[len(args)-1].(error).Error())
}

// What does not hold fails a story, on each conductor in the same words.
func TestPlayFails(t *testing.T) {
	t.Parallel()
	xml := bpmntest.XML("p", `
		start s
		user a due="=now() + duration(\"P1D\")" priority=70
		service b type=remind header.reason=late
		boundary soon on=a duration=PT1H noninterrupting
		end e
		end n
		xor x
		s -> a -> x -[ok]-> e
		soon -> b -> n`)
	set, problems := definitions.Check([]definitions.File{{Name: "p.bpmn", Data: []byte(xml)}}, nil)
	if set == nil {
		t.Fatal(problems)
	}
	for text, want := range map[string]string{
		"expect waiting b":                                                 "waiting: a; expected: b",
		"expect due a 2026-03-04":                                          "a is due 2026-03-03, not 2026-03-04",
		"expect due b 2026-03-04":                                          "b holds no open task; open: a",
		"expect priority a 50":                                             "a has priority 70, not 50",
		"expect job remind":                                                "remind has not run; others that have: none",
		"advance PT1H\nexpect job remind early":                            "remind early has not run; others that have: remind late",
		"advance PT1H\nexpect job remind late\nexpect job remind":          "remind has not run; others that have: none",
		"advance PT1H\nexpect job remind\nadvance PT1H\nexpect job remind": "remind has not run; others that have: none",
		"expect variable caseId \"c2\"":                                    `caseId is "c1", not "c2"`,
		"expect ended":                                                     "the process is active; open tasks: a",
		"complete b":                                                       "b holds no open task",
		"complete a {\"ok\":true}\nexpect ended {\"ok\":false}":            "ok is true, not false",
		"complete a {\"ok\":1}":                                            "incident at x: condition_not_boolean",
		"complete a {\"ok\":1}\nexpect incident none":                      "incidents: x; expected: none",
		"advance to 2026-03-01":                                            "it is already 2026-03-02T09:00",
		"complete a {\"ok\":1}\nexpect incident x\nexpect waiting\nadvance PT1H": "incident at x: condition_not_boolean",
	} {
		s, err := story.Read("f", head+"start p {\"caseId\":\"c1\"}\n"+text)
		if err != nil {
			t.Fatal(err)
		}
		remote := &story.Temporal{Set: set}
		for _, c := range []story.Conductor{&story.Engine{Set: set}, remote} {
			var f failure
			func() { story.Play(&f, s, c) }()
			if !strings.Contains(f.format, want) {
				t.Errorf("%q on %T: %s, want %s", text, c, f.format, want)
			}
		}
		if err := remote.Close(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
