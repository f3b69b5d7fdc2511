package simulation_test

import (
	"strings"
	"testing"

	"fasthold/internal/simulation"
)

// How a process starts: by its none start event, by a message, by time, or when a step says so.
func TestStart(t *testing.T) {
	t.Parallel()
	const (
		byMessage = `
			start asked message=ask
			user a
			end e
			asked -> a -> e`
		byTime = `
			start early cycle=R/P1D
			start late date="=date and time(\"2026-11-30T08:00:00\")"
			user a
			end e
			end f
			early -> a -> e
			late -> f`
		several = `
			start s
			start asked message=ask
			end e
			end f
			s -> e
			asked -> f`
		receive = `
			start s
			receive r message=go key="=k"
			receive again message=go key="=k"
			end e
			s -> r -> again -> e`
	)
	for _, c := range []struct{ name, process, scenario, want string }{
		{"the only message start", byMessage, `{}`, "completed | 11-23T08:00 | asked a e"},
		{"a message starts it", byMessage, `{"variables":{"x":1,"y":1},"steps":[{"advance":"PT1H"},{"message":"ask","variables":{"y":2}}]}`,
			`completed | 11-23T09:00 | asked a e | {"x":1,"y":2}`},
		{"another message does not", byMessage, `{"steps":[{"message":"other"}]}`,
			"active |  | no step started the process: give startEvent, a start step, or a message that starts it"},
		{"no step before the start", byMessage, `{"steps":[{"complete":"a"},{"message":"ask"}]}`, "active |  | step 1: complete: the process has not started"},
		{"time starts it", byTime, `{}`, "completed | 11-24T08:00 | early a e"},
		{"advance starts it", byTime, `{"answers":{"a":{"wait":true}},"steps":[{"advance":"P3D"},{"check":{"waiting":["a"]}}]}`, "active | early a | at a | check 2 true"},
		{"fireTimer starts it", byTime, `{"steps":[{"fireTimer":"late"}]}`, "completed | 11-30T08:00 | late f"},
		{"the none start event first", several, `{}`, "completed | 11-23T08:00 | s e"},
		{"the start event that is named", several, `{"startEvent":"asked"}`, "completed | 11-23T08:00 | asked f"},
		{"a first step that is a message starts it", several, `{"steps":[{"message":"ask"}]}`, "completed | 11-23T08:00 | asked f"},
		{"a start step", several, `{"steps":[{"start":"s"}]}`, "completed | 11-23T08:00 | s e"},
		{"a second start step", several, `{"steps":[{"start":"s"},{"start":"s"}]}`, "completed | 11-23T08:00 | s e | step 2: start: the process has already started"},
		{"an unknown start event", several, `{"startEvent":"x"}`, "active |  | process p has no start event x"},
		{"messages before the start are kept for their time", receive,
			`{"variables":{"k":1},"steps":[{"message":"go","correlationKey":"1","variables":{"lost":1}},{"message":"go","correlationKey":1,"timeToLive":"PT1H","variables":{"n":1}},{"start":"s"},{"check":{"waiting":["again"]}}]}`,
			`active | s r again | at again | {"k":1,"n":1} | check 4 true`},
		{"a message past its time is gone", receive,
			`{"variables":{"k":1},"steps":[{"message":"go","correlationKey":"1","timeToLive":"PT1H"},{"advance":"PT1H"},{"start":"s"}]}`, `active | s r | at r | {"k":1}`},
		{"a message id is taken once", receive,
			`{"variables":{"k":1},"steps":[{"message":"go","correlationKey":"1","id":"m"},{"message":"go","correlationKey":"1","id":"m"}]}`, `active | s r again | at again | {"k":1}`},
		{"one message is taken once by a process", receive,
			`{"variables":{"k":1},"steps":[{"message":"go","correlationKey":"1","timeToLive":"PT1H"}]}`, `active | s r again | at again | {"k":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := shown(play(t, files(t, map[string]string{"p": c.process}), c.scenario)); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// Called processes are played as instances of their own: variables, errors, messages, cancellation, and what is not there.
func TestCalls(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{
		"p": `
			start s
			call c process=q out.result="=x"
			boundary refused on=c error=NO
			boundary late on=c duration=P3D
			end e
			end r
			end l
			s -> c -> e
			refused -> r
			late -> l`,
		"q": `
			start qs
			user ask
			receive told message=told key=k
			xor ok
			end no error=NO
			end yes
			qs -> ask -> told -> ok -[x > 1]-> yes
			ok -/-> no`,
	})
	for _, c := range []struct{ name, scenario, want, called string }{
		{"result", `{"steps":[{"complete":"ask","variables":{"x":7}},{"message":"told","correlationKey":"k"}]}`,
			`completed | 11-23T08:00 | s c e | {"result":7}`, "completed q qs ask told ok yes"},
		{"error", `{"steps":[{"complete":"ask","variables":{"x":0}},{"message":"told","correlationKey":"k"}]}`,
			"completed | 11-23T08:00 | s c refused r", "failed q qs ask told ok no"},
		{"deadline", `{"answers":{"ask":{"wait":true}}}`, "completed | 11-26T08:00 | s c late l", "canceled q qs ask"},
		{"incident", `{"answers":{"ask":{"error":{"code":"X"}}},"until":"P1D"}`, "incident | s c | at c | unhandled_error ask", "incident q qs ask"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := play(t, set, c.scenario)
			if got := shown(r); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			call := r.Calls[0]
			if got := call.State + " " + call.Process + " " + strings.Join(call.Visited, " "); got != c.called || call.Element != "c" {
				t.Errorf("called %s: %s, want %s", call.Element, got, c.called)
			}
		})
	}
}

// An escalation out of a called process reaches the caller, before the end of the called one when both come at once.
func TestCallWithdrawnInTheSameStep(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{
		"p": `start s; and f; call c process=q; boundary stop on=c signal=stop; throw loud signal=stop; user last; end e; end l
			s -> f -> c -> e; f -> loud -> l; stop -> last -> e`,
		"q": `start qs; user ask; end qe; qs -> ask -> qe`,
	})
	if r := play(t, set, `{}`); r.State != "completed" || len(r.Calls) > 0 {
		t.Errorf("%s, and %d called", r.State, len(r.Calls))
	}
}

func TestEscalationsOfCalls(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{
		"p": `
			start s
			call c process=q
			boundary soft on=c escalation=A noninterrupting
			boundary hard on=c escalation
			end e; end ea; end eb
			s -> c -> e
			soft -> ea
			hard -> eb`,
		"q": `start qs; call d process=r; end qe; qs -> d -> qe`,
		"r": `start rs; throw up escalation="=code"; end re; rs -> up -> re`,
	})
	for code, want := range map[string]string{
		"A": `completed | 11-23T08:00 | s c soft ea e | {"code":"A"}`,
		"B": `completed | 11-23T08:00 | s c hard eb | {"code":"B"}`,
	} {
		if got := shown(play(t, set, `{"variables":{"code":"`+code+`"}}`)); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

// A signal thrown in one process reaches another that waits for it.
func TestSignalsBetweenProcesses(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{
		"p": `start s; and f; call c process=q; throw t signal=go in.n="=7"; end e; s -> f -> c -> e; f -> pause -> t -> e; catch pause duration=PT1H`,
		"q": `start qs; catch qc signal=go; end qe; qs -> qc -> qe`,
	})
	if got, want := shown(play(t, set, `{}`)), `completed | 11-23T09:00 | s f c pause t e e | {"n":7}`; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestCallOfAMissingProcess(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{"p": `
		start s
		call c process=elsewhere
		end e
		s -> c -> e`})
	for scenario, want := range map[string]string{
		`{}`: "incident | s c | at c | child_not_started c",
		`{"answers":{"c":{"variables":{"x":1}}}}`:                                    `completed | 11-23T08:00 | s c e | {"x":1}`,
		`{"answers":{"callActivity":{"wait":true}},"steps":[{"complete":"c"}]}`:      "completed | 11-23T08:00 | s c e",
		`{"answers":{"c":[{"fail":"down"},{}]},"steps":[{"retry":"c"}]}`:             "completed | 11-23T08:00 | s c e",
		`{"steps":[{"check":{"waiting":["c"]}}]}`:                                    "incident | s c | at c | child_not_started c | check 1 true",
		`{"answers":{"c":{"error":{"code":"E"}}},"steps":[{"check":{}}]}`:            "incident | s c | at c | unhandled_error c | check 1 true",
		`{"answers":{"c":{"after":"P1D"}},"steps":[{"advance":"P1D"},{"check":{}}]}`: "completed | 11-24T08:00 | s c e | check 2 true",
	} {
		if got := shown(play(t, set, scenario)); got != want {
			t.Errorf("%s\n got %s\nwant %s", scenario, got, want)
		}
	}
}

// A process that calls itself without end is stopped.
func TestEndlessCalls(t *testing.T) {
	t.Parallel()
	r := play(t, files(t, map[string]string{"p": `
		start s
		call c process=p
		end e
		s -> c -> e`}), `{"process":"p"}`)
	if r.State != simulation.Incident || r.Incidents[0].Code != "endless_loop" {
		t.Fatal(r.State, r.Incidents)
	}
}

// Deadlines count the municipality's closed days.
func TestCalendar(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{"p": `
		start s
		catch due date="=add workdays(today(), 3)"
		end e
		s -> due -> e`})
	for scenario, want := range map[string]string{
		`{}`:                                     "completed | 11-26T00:00 | s due e",
		`{"calendar":{"closed":["2026-11-25"]}}`: "completed | 11-27T00:00 | s due e",
		`{"now":"2026-12-23T09:00:00"}`:          "completed | 12-30T00:00 | s due e",
	} {
		if got := shown(play(t, set, scenario)); got != want {
			t.Errorf("%s\n got %s\nwant %s", scenario, got, want)
		}
	}
}

// A suspended instance stands still with what it called; on resume deadlines move by the pause.
func TestSuspendAndResume(t *testing.T) {
	t.Parallel()
	processes := map[string]string{
		"p": `start s; and f; call c process=q; user a; boundary late on=a duration=P2D; end e; end l; s -> f -> c -> e; f -> a -> e; late -> l`,
		"q": `start s; catch wait duration=P3D; end e; s -> wait -> e`,
	}
	for scenario, want := range map[string]string{
		`{"process":"p","answers":{"a":{"wait":true}},"steps":[{"advance":"P1D"},{"suspend":true},{"advance":"P10D"},{"check":{"waiting":["a","c","wait"]}},{"resume":true},{"advance":"P1D"},{"check":{"waiting":["a","wait"]}},{"advance":"P2D"}]}`: "completed | 12-07T08:00 | s f c a late l e | check 4 true | check 7 true",
		`{"process":"p","steps":[{"suspend":true},{"complete":"a"}]}`: "active | s f c a | at c a | step 2: complete: the process instance is suspended: resume it first",
		`{"process":"p","answers":{"a":{"after":"P1D"}},"steps":[{"suspend":true},{"advance":"P5D"},{"check":{"waiting":["a"]}},{"resume":true},{"check":{"notWaiting":["a"]}}]}`: "active | s f c a e | at c | check 3 true | check 5 true",
		`{"process":"p","answers":{"a":{"wait":true}},"steps":[{"resume":true}]}`:                                                                                                 "active | s f c a | at c a | step 1: resume: the process instance is not suspended",
	} {
		if got := shown(play(t, files(t, processes), scenario)); got != want {
			t.Errorf("%s\n got %s\nwant %s", scenario, got, want)
		}
	}
}

// Listeners of tasks are answered by their job types.
func TestTaskListeners(t *testing.T) {
	t.Parallel()
	set := files(t, map[string]string{"p": `start s; user a on.creating=ready on.completing=look; end e; s -> a -> e`})
	for scenario, want := range map[string]string{
		`{}`: "completed | 11-23T08:00 | s a e",
		`{"answers":{"a":{"variables":{"x":1}}}}`:                                           `completed | 11-23T08:00 | s a e | {"x":1}`,
		`{"answers":{"look":{"variables":{"denied":true}}},"steps":[{"advance":"P1D"}]}`:    "active | s a | at a",
		`{"answers":{"ready":{"fail":"no"},"a":{"wait":true}},"steps":[{"advance":"P1D"}]}`: "incident | s a | at a | job_failed a",
	} {
		if got := shown(play(t, set, scenario)); got != want {
			t.Errorf("%s\n got %s\nwant %s", scenario, got, want)
		}
	}
}
