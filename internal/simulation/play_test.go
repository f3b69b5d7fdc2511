package simulation_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fasthold/definitions"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/internal/simulation"
)

// files makes a set of processes by id.
func files(t testing.TB, texts map[string]string) *definitions.Set {
	t.Helper()
	var in []definitions.File
	for id, text := range texts {
		in = append(in, definitions.File{Name: id + ".bpmn", Data: []byte(bpmntest.XML(id, text))})
	}
	set, problems := definitions.Compile(in, nil)
	if set == nil {
		t.Fatal(problems)
	}
	return set
}

func play(t *testing.T, set *definitions.Set, scenario string) simulation.Result {
	t.Helper()
	if !strings.Contains(scenario, `"now"`) {
		scenario = strings.Replace(scenario, "{", `{"now":"2026-11-23T08:00:00+01:00",`, 1)
		scenario = strings.Replace(scenario, ",}", "}", 1)
	}
	s, err := simulation.ReadScenario("scenario.json", []byte(scenario))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulation.Play(set, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shown is a result in one line: state, end, visited elements, active elements, variables, incidents, checks that fail, error.
func shown(r simulation.Result) string {
	parts := []string{r.State}
	if r.EndedAt != nil {
		parts = append(parts, r.EndedAt.Format("01-02T15:04"))
	}
	parts = append(parts, strings.Join(r.Visited, " "))
	if len(r.Active) > 0 {
		parts = append(parts, "at "+strings.Join(r.Active, " "))
	}
	if vars, _ := json.Marshal(r.Variables); len(r.Variables) > 0 {
		parts = append(parts, string(vars))
	}
	for _, in := range r.Incidents {
		parts = append(parts, in.Code+" "+in.Element)
	}
	for _, c := range r.Checks {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("check %d %t %s", c.Step, c.OK, c.Detail)))
	}
	if r.Error != "" {
		parts = append(parts, r.Error)
	}
	return strings.Join(parts, " | ")
}

const (
	leave = `
		start s
		user ask
		boundary remind on=ask cycle=R2/P1D noninterrupting
		boundary late on=ask duration=P3D
		service book type=calendar
		service nag type=mail
		end booked
		end nagged
		end gone
		s -> ask -> book -> booked
		remind -> nag -> nagged
		late -> gone`
	adHoc = `
		start s
		adhoc help done="=enough = true" {
			user call
			user visit
			user report
			visit -> report
		}
		end e
		s -> help -> e`
	loop = `
		start s
		xor in
		service work type=x
		xor out
		end e
		s -> in -> work -> out -[stop]-> e
		out -/-> in`
	race = `
		start s
		race g
		catch one duration=PT1H
		catch two duration=PT2H
		catch told message=told key="=id"
		end e1
		end e2
		end e3
		s -> g -> one -> e1
		g -> two -> e2
		g -> told -> e3`
	both = `
		start s
		and f
		user a
		service b type=x
		boundary oops on=b error=E1 codevar=code messagevar=text
		and j
		end e
		end o
		s -> f -> a -> j -> e
		f -> b -> j
		oops -> o`
)

const instantiating = `
	race g instantiate
	catch order message=order
	receive letter message=letter
	end e
	g -> order -> e
	g -> letter -> e`

const firstOfTwo = `
	start s
	and f
	user a
	user b
	complex one when="=activationCount = 1"
	user c
	end e
	s -> f -> a -> one -> c -> e
	f -> b -> one`

const each = `
	start s
	user ask each="=people" item=person collect=answers yield="=answer"
	end e
	s -> ask -> e`

// Each scenario of design §6 in words a designer would use.
func TestPlay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, process, scenario, want string }{
		{"everything completes at once", leave, `{}`, "completed | 11-23T08:00 | s ask book booked"},
		{"timers fire on their own", leave, `{"answers":{"ask":{"wait":true}}}`, "completed | 11-26T08:00 | s ask remind nag nagged remind nag nagged late gone"},
		{"time ends", leave, `{"until":"P2D","answers":{"ask":{"wait":true}}}`, "active | s ask remind nag nagged remind nag nagged | at ask"},
		{"an answer comes later", leave, `{"answers":{"userTask":{"after":"PT25H","variables":{"days":2}}}}`, `completed | 11-24T09:00 | s ask remind nag nagged book booked | {"days":2}`},
		{"an answer by job type", leave, `{"answers":{"calendar":{"variables":{"room":"A"}}}}`, `completed | 11-23T08:00 | s ask book booked | {"room":"A"}`},
		{"an answer by element type", leave, `{"answers":{"serviceTask":{"variables":{"n":1}}}}`, `completed | 11-23T08:00 | s ask book booked | {"n":1}`},
		{"a job fails", leave, `{"answers":{"book":{"fail":"no room"}}}`, "incident | s ask book | at book | job_failed book"},
		{"a failed job is tried again", leave, `{"answers":{"book":[{"fail":"no room"},{}]},"steps":[{"retry":"book"}]}`, "completed | 11-23T08:00 | s ask book booked"},
		{"a user task cannot fail", leave, `{"answers":{"ask":{"fail":"x"}}}`, "active | s ask | at ask | ask is a userTask: it cannot fail, only end by an error"},
		{"deadlines of an uncaught error go on", leave, `{"answers":{"ask":{"error":{"code":"E"}}}}`, "completed | 11-26T08:00 | s ask remind nag nagged remind nag nagged late gone"},
		{"a caught error with variables", both, `{"answers":{"b":{"error":{"code":"E1","message":"no","variables":{"x":1}}}}}`,
			`incident | s f a b oops o | at j | {"x":1,"code":"E1","text":"no"} | deadlock j`},
		{"a list of answers is used up and the last repeats", loop, `{"answers":{"work":[{"variables":{"stop":false}},{"variables":{"stop":false}},{"variables":{"stop":true}}]}}`,
			`completed | 11-23T08:00 | s in work out in work out in work out e | {"stop":true}`},
		{"the star answers for the rest", both, `{"answers":{"*":{"wait":true},"a":{}}}`, "active | s f a b | at b j"},
		{"with steps time stands still", race, `{"variables":{"id":"k"},"steps":[{"check":{"waiting":["g"],"notWaiting":["one"],"completed":false}}]}`, `active | s g | at g | {"id":"k"} | check 1 true`},
		{"a message by its key", race, `{"variables":{"id":"k"},"steps":[{"message":"told","correlationKey":"other"},{"message":"told","correlationKey":"k","variables":{"y":1.50}}]}`,
			`completed | 11-23T08:00 | s g told e3 | {"id":"k","y":1.5}`},
		{"advance", race, `{"variables":{"id":1},"steps":[{"advance":"PT59M"},{"check":{"waiting":["g"]}},{"advance":"PT1M"},{"check":{"completed":true,"variables":{"id":1.0,"none":null}}}]}`,
			`completed | 11-23T09:00 | s g one e1 | {"id":1} | check 2 true | check 4 true`},
		{"fireTimer fires the one that is named", race, `{"variables":{"id":1},"steps":[{"fireTimer":"two"}]}`, `completed | 11-23T10:00 | s g two e2 | {"id":1}`},
		{"a step that cannot be done", race, `{"variables":{"id":1},"steps":[{"complete":"g"},{"advance":"PT1H"}]}`, `active | s g | at g | {"id":1} | step 1: complete: g does not wait for that; waiting: g`},
		{"a check that does not hold", race, `{"variables":{"id":1},"steps":[{"check":{"waiting":["g","g"]}}]}`, `active | s g | at g | {"id":1} | check 1 false g does not wait; waiting: [g]`},
		{"a step completes what it names", leave, `{"steps":[{"advance":"P1D"},{"complete":"ask","variables":{"ok":true}}]}`, `completed | 11-24T08:00 | s ask remind nag nagged book booked | {"ok":true}`},
		{"throwError and retry", leave, `{"steps":[{"throwError":"ask","code":"E"},{"retry":"ask"},{"complete":"ask"}]}`, "completed | 11-23T08:00 | s ask book booked"},
		{"fail, correct, retry", loop, `{"steps":[{"fail":"work"},{"setVariables":{"stop":true}},{"retry":"work"},{"complete":"work"}]}`, `completed | 11-23T08:00 | s in work out e | {"stop":true}`},
		{"cancel", leave, `{"answers":{"*":{"wait":true}},"steps":[{"cancel":true}]}`, "canceled | 11-23T08:00 | s ask"},
		{"a promised answer lets a step be done", both, `{"answers":{"b":{"after":"PT2H"}},"steps":[{"advance":"PT1H"},{"check":{"waiting":["a","b"]}},{"complete":"a"},{"check":{"completed":true}}]}`,
			"completed | 11-23T10:00 | s f a b j e | check 2 true | check 4 true"},
		{"a promised answer comes after the last step", both, `{"answers":{"b":{"after":"PT2H"}},"steps":[]}`, "completed | 11-23T10:00 | s f a b j e"},
		{"time ends with the calendar", leave, `{"answers":{"ask":{"wait":true}},"steps":[{"advance":"P8000Y"}]}`, "active | s ask | at ask | step 1: advance: time cannot go beyond the year 9999"},
		{"a link", `start s; throw t link=L; catch c link=L; end e; s -> t; c -> e`, `{}`, "completed | 11-23T08:00 | s t c e"},
		{"an escalation", `start s; sub w { start i; end up escalation=LATE; i -> up }; boundary b on=w escalation=LATE noninterrupting codevar=code; user help; end e; end h; s -> w -> e; b -> help -> h`, `{}`,
			`completed | 11-23T08:00 | s w i up b help e h | {"code":"LATE"}`},
		{"a condition", `start s; user a; boundary b on=a condition="=level > 2" noninterrupting; user help; end e; s -> a -> e; b -> help -> e`, `{"steps":[{"setVariables":{"level":3}},{"complete":"help"},{"complete":"a"}]}`,
			`completed | 11-23T08:00 | s a b help e e | {"level":3}`},
		{"a signal", `start s; catch c signal=go; end e; s -> c -> e`, `{"steps":[{"signal":"other"},{"check":{"waiting":["c"]}},{"signal":"go","variables":{"x":1}}]}`,
			`completed | 11-23T08:00 | s c e | {"x":1} | check 2 true`},
		{"a process that a signal starts", `start s signal=go; start m message=go; end e; s -> e; m -> e`, `{"variables":{"y":2},"steps":[{"signal":"go","variables":{"x":1}}]}`,
			`completed | 11-23T08:00 | s e | {"y":2,"x":1}`},
		{"the only way to start is a signal", `start s signal=go; end e; s -> e`, `{}`, `completed | 11-23T08:00 | s e`},
		{"what nobody can choose", leave, `{"steps":[{"activate":"x"}]}`, "completed | 11-23T08:00 | s ask book booked | step 1: activate: x does not wait for that; waiting: nothing"},
		{"an ad-hoc sub-process waits for choices", adHoc, `{}`, "active | s help | at help"},
		{"choices are answered at once and made again", adHoc, `{"answers":{"*":{"variables":{"n":1}}},"steps":[{"activate":"call"},{"activate":"call"},{"activate":"visit"},{"completeAdHoc":"help"}]}`,
			`completed | 11-23T08:00 | s help call call visit report e | {"n":1}`},
		{"choices with variables, and one that is canceled", adHoc, `{"steps":[{"activate":"call","variables":{"whom":"bo"}},{"activate":"visit"},{"complete":"call","variables":{"n":2}},{"check":{"waiting":["help","visit"]}},{"completeAdHoc":"help"},{"check":{"completed":true}},{"complete":"visit"}]}`,
			`completed | 11-23T08:00 | s help call visit e | {"n":2} | check 4 true | check 6 true | step 7: complete: visit does not wait for that; waiting: nothing`},
		{"the condition ends it", adHoc, `{"steps":[{"activate":"visit"},{"activate":"call"},{"complete":"call","variables":{"enough":true}},{"complete":"report"}]}`,
			`completed | 11-23T08:00 | s help visit report call e | {"enough":true} | step 4: complete: report does not wait for that; waiting: nothing`},
		{"what is behind something else cannot be chosen", adHoc, `{"steps":[{"activate":"report"}]}`, "active | s help | at help | step 1: activate: report does not wait for that; waiting: help"},
		{"a token that is moved", `start s; user a; sub w { start ws; user b; user c; end we; ws -> b -> c -> we }; end e; s -> a -> w -> e`, `{"answers":{"*":{"wait":true}},"steps":[{"modify":[{"type":"move","sourceElementId":"a","elementId":"c","variables":[{"scopeId":"w","variables":{"own":1}},{"variables":{"n":2}}]}]},{"complete":"c"}]}`,
			`completed | 11-23T08:00 | s a w c we e | {"n":2}`},
		{"a token that cannot be moved", `start s; user a; end e; s -> a -> e`, `{"answers":{"*":{"wait":true}},"steps":[{"modify":[{"type":"terminate","sourceElementId":"b"}]}]}`, "active | s a | at a | step 1: modify: instruction 1: b is not active"},
		{"an ad-hoc sub-process that is not there", adHoc, `{"steps":[{"completeAdHoc":"call"}]}`, "active | s help | at help | step 1: completeAdHoc: call does not wait for that; waiting: help"},
		{"instances of a multi-instance count as entries", each, `{"variables":{"people":["a","b"]},"answers":{"ask":[{"variables":{"answer":1}},{"variables":{"answer":2}}]}}`,
			`completed | 11-23T08:00 | s ask ask e | {"people":["a","b"],"answers":[1,2]}`},
		{"each instance waits", each, `{"variables":{"people":["a","b"]},"steps":[{"check":{"waiting":["ask","ask"]}},{"complete":"ask","variables":{"answer":1}},{"check":{"waiting":["ask"]}},{"complete":"ask"}]}`,
			`completed | 11-23T08:00 | s ask ask e | {"people":["a","b"],"answers":[1,null]} | check 1 true | check 3 true`},
		{"several instances are completed by one step", each, `{"variables":{"people":["a","b","c"]},"steps":[{"complete":"ask","variables":{"answer":1},"count":2}]}`,
			`active | s ask ask ask | at ask | {"people":["a","b","c"]}`},
		{"a collection that is none", each, `{"variables":{"people":2}}`, `incident | s | at ask | {"people":2} | not_a_list ask`},
		{"a complex gateway resets without a token", firstOfTwo, `{"steps":[{"complete":"a"},{"check":{"waiting":["b","c"],"notWaiting":["one"]}},{"complete":"b"},{"complete":"c"}]}`,
			"completed | 11-23T08:00 | s f a b one c e | check 2 true"},
		{"a gateway begins the process", instantiating, `{"steps":[{"message":"letter","variables":{"x":1}}]}`, `completed | 11-23T08:00 | g letter e | {"x":1}`},
		{"a gateway begins the process at a chosen event", instantiating, `{"startEvent":"order"}`, `completed | 11-23T08:00 | g order e`},
		{"an endless loop without waiting", `
			start s
			xor a
			manual m
			xor b
			end e
			s -> a -> m -> b -[stop]-> e
			b -/-> a`, `{"variables":{"stop":false},"steps":[{"check":{"completed":false}}]}`, "endless"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := play(t, files(t, map[string]string{"p": c.process}), c.scenario)
			if c.want == "endless" {
				if r.State != "incident" || r.Incidents[0].Code != "endless_loop" {
					t.Fatal(r.State, r.Incidents)
				}
				return
			}
			if got := shown(r); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// A loop through jobs that are answered at once never ends either.
func TestEndlessJobs(t *testing.T) {
	t.Parallel()
	r := play(t, files(t, map[string]string{"p": loop}), `{"variables":{"stop":false}}`)
	if r.State != simulation.Incident || r.Incidents[0].Code != "endless_loop" || !slices.Contains([]string{"in", "work", "out"}, r.Incidents[0].Element) {
		t.Fatal(r.State, r.Incidents)
	}
}
