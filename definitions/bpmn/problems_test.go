package bpmn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/problem"
)

// said lists problems as "code element: message", with a ? behind the code of a warning.
func said(problems []problem.Problem) []string {
	var list []string
	for _, p := range problems {
		mark := ""
		if p.Severity == problem.Warning {
			mark = "?"
		}
		list = append(list, p.Code+mark+" "+p.Element+": "+p.Message)
	}
	return list
}

// Rules that can be broken in a drawing (BPMN 2.0.2 §10 and §13), in the language of bpmntest.
func TestDrawings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a sound process", `start s; end e; s -> e`, nil},
		{"no start event", `task a; end e; a -> e`, []string{
			"no-start-event p: the process has no start event", "unreachable? a: nothing leads to this task", "unreachable? e: nothing leads to this endEvent",
		}},
		{"two ways to begin without a trigger", `start a; start b; end e; a -> e; b -> e`, []string{"several-start-events p: the process has 2 start events without a trigger"}},
		{"a message beside a none start", `start a; start b message=m; end e; a -> e; b -> e`, nil},
		{"a start event in the middle", `start s; task a; s -> a -> s`, []string{"bad-flow s: a flow leads to this startEvent"}},
		{"an end event in the middle", `start s; end e; task a; s -> e -> a`, []string{"bad-flow e: a flow leads from this endEvent"}},
		{"an island", `start s; task a; task b; a -> b -> a`, []string{"unreachable? a: nothing leads to this task", "unreachable? b: nothing leads to this task"}},
		{"across a border", `start s; sub u { start t; task a; t -> a }; s -> a`, []string{"crosses-scope s-a: the flow leads from s to a across the border of a sub-process"}},
		{"an exclusive gateway without conditions", `start s; xor x; end e; end f; s -> x -> e; x -[ok]-> f`, []string{"missing-condition x-e: the flow from the gateway x has no condition"}},
		{"an exclusive gateway with one way", `start s; xor x; end e; s -> x -> e`, nil},
		{"an exclusive gateway with a default only", `start s; xor x; end e; s -> x -/-> e`, nil},
		{"an inclusive gateway without conditions", `start s; or x; end e; end f; s -> x -> e; x -[ok]-> f`, []string{"missing-condition? x-e: the flow from the gateway x has no condition and is always taken"}},
		{"a gateway that leads nowhere", `start s; xor x; s -> x`, []string{"dead-end x: the gateway leads nowhere"}},
		{"a condition that is a text", `start s; xor x; end e; end f; s -> x -["yes"]-> e; x -/-> f`, []string{`bad-condition x-e: the condition is always "yes", which is neither true nor false`}},
		{"a condition that is always true", `start s; xor x; end e; end f; s -> x -[1 < 2]-> e; x -/-> f`, nil},
		{"a condition out of an activity", `start s; task a; end e; end f; s -> a -[ok]-> e; a -/-> f`, nil},
		{"a default flow beside one that is always taken", `start s; task a; end e; end f; s -> a -> e; a -/-> f`, []string{"unused-default? a-f: the default flow is never taken, because the flow a-e always is"}},
		{"a condition out of a parallel gateway", `start s; and a; end e; s -> a -[ok]-> e`, []string{"misplaced-condition a-e: a flow from this parallelGateway cannot have a condition"}},
		{"a condition out of an event", `start s; end e; s -[ok]-> e`, []string{"misplaced-condition s-e: a flow from this startEvent cannot have a condition"}},
		{"a wrong condition", `start s; xor x; end e; end f; s -> x -[a >]-> e; x -/-> f`, []string{"feel x-e: FEEL: expected a value, found the end"}},
		{"an event-based gateway with one event", `start s; race r; catch a duration=P1D; s -> r -> a`, []string{"bad-event-gateway r: an event-based gateway needs at least two events to choose from"}},
		{"an event-based gateway before a task", `start s; race r; catch a duration=P1D; task b; s -> r -> a; r -> b`, []string{"bad-event-gateway r-b: b, which follows the event-based gateway, does not wait for an event"}},
		{"an event-based gateway with a shared event", `start s; race r; and x; catch a duration=P1D; receive b message=m key=k; s -> x -> r -> a; r -> b; x -> b`, []string{"bad-event-gateway b: another flow leads to this event of the event-based gateway r"}},
		{"a boundary event with a flow to it", `start s; task a; boundary b on=a duration=P1D; end e; s -> a -> b -> e`, []string{"bad-flow b: a flow leads to this boundaryEvent"}},
		{"a boundary event that leads nowhere", `start s; task a; boundary b on=a duration=P1D; s -> a`, []string{"dead-end b: the boundary event leads nowhere"}},
		{"a boundary event on a gateway", `start s; xor a; boundary b on=a duration=P1D; end e; s -> a -> e; b -> e`, []string{
			"unreachable? b: nothing leads to this boundaryEvent", "bad-attachment b: the event is attached to a, which is not an activity beside it",
		}},
		{"a boundary event across a border", `start s; sub a { start t; end u; t -> u; boundary b on=a duration=P1D; end v; b -> v }; s -> a`, []string{
			"unreachable? b: nothing leads to this boundaryEvent", "bad-attachment b: the event is attached to a, which is not an activity beside it",
			"unreachable? v: nothing leads to this endEvent",
		}},
		{"a gateway that begins the process", `race g instantiate; catch a message=m; receive b message=n; end e; g -> a -> e; g -> b -> e`, nil},
		{"a gateway that begins the process in the middle", `start s; race g instantiate; catch a message=m key=k; catch b message=n key=k; end e; s -> g -> a -> e; g -> b -> e`, []string{
			"bad-event-gateway g: an instantiating gateway stands at the beginning of a process",
		}},
		{"a gateway that begins the process by time", `race g instantiate; catch a message=m; catch b duration=P1D; end e; g -> a -> e; g -> b -> e`, []string{
			"unsupported-event b: the event behind an instantiating gateway cannot be a timer event",
		}},
		{"two ways to begin by one message", `start s message=m; race g instantiate; catch a message=m; catch b message=n; end e; s -> e; g -> a -> e; g -> b -> e`, []string{
			`rival-events a: s waits for the message "m" as well`,
		}},
		{"compensation", `start s; user a; boundary b on=a compensate=h; user h handler; end e compensate; s -> a -> e`, nil},
		{"a handler in the flow", `start s; user a; boundary b on=a compensate=h; user h handler; end e compensate; s -> a -> h -> e`, []string{"bad-flow h: a compensation handler has no flows"}},
		{"a flow from a compensation event", `start s; user a; boundary b on=a compensate=h; user h handler; end e compensate; s -> a -> e; b -> e`, []string{"bad-flow b: a flow leads from this boundaryEvent"}},
		{"a handler with an event", `start s; user a; boundary b on=a compensate=h; user h handler; boundary c on=h error; end e compensate; s -> a -> e; c -> e`, []string{"bad-handler c: a compensation handler has no boundary events"}},
		{"a handler that is compensated", `start s; user a; boundary b on=a compensate=h; user h handler; boundary c on=h compensate=i; user i handler; end e compensate; s -> a -> e`, []string{
			"idle-handler? c: nothing ever compensates h", "bad-handler c: a compensation handler is not compensated", "bad-handler c: a compensation handler has no boundary events"}},
		{"a handler elsewhere", `start s; user a; boundary b on=a compensate=h; sub z { start t; user h handler; end u; t -> u }; end e compensate; s -> a -> z -> e`, []string{
			"bad-handler b: the handler h is not beside the activity that it compensates"}},
		{"a handler of nothing", `start s; user h handler; end e; s -> e`, []string{"unreachable? h: no compensation event leads to this handler"}},
		{"a compensation event without a handler", `start s; user a; boundary b on=a compensate; end e compensate; s -> a -> e`, []string{"missing-handler b: no association leads from the compensation event to a handler"}},
		{"two compensation events", `start s; user a; boundary b on=a compensate=h; boundary c on=a compensate=h; user h handler; end e compensate; s -> a -> e`, []string{"rival-events c: b waits for compensation as well"}},
		{"compensation of nothing", `start s; user a; throw t compensate; end e compensate=a; s -> a -> t -> e`, []string{
			"idle-compensation? t: there is nothing that this event could compensate", "idle-compensation? e: there is nothing that this event could compensate"}},
		{"compensation that nothing throws", `start s; user a; boundary b on=a compensate=h; user h handler; end e; s -> a -> e`, []string{"idle-handler? b: nothing ever compensates a"}},
		{"compensation in a sub-process that nothing throws", `start s; sub z { start t; user a; boundary b on=a compensate=h; user h handler; end u; t -> a -> u; eventsub es { start c compensate; end d; c -> d } }; end e compensate; s -> z -> e`, []string{
			"idle-handler? b: nothing ever compensates a"}},
		{"compensation of something elsewhere", `start s; sub z { start t; user a; boundary b on=a compensate=h; user h handler; end u; t -> a -> u }; end e compensate=a; s -> z -> e`, []string{
			"idle-handler? b: nothing ever compensates a", "bad-compensation e: a is not an activity that this event can compensate"}},
		{"compensation of a gateway", `start s; xor x; end e compensate=x; s -> x -> e`, []string{"bad-compensation e: x is not an activity that this event can compensate"}},
		{"compensation of the process", `start s; end e; s -> e; eventsub es { start c compensate; end d; c -> d }`, []string{"misplaced-compensation c: nothing compensates the process that this event sub-process is in"}},
		{"a transaction", `start s; transaction z { start t; xor x; end u; end v cancel; t -> x -[n]-> u; x -/-> v }; boundary c on=z cancel; end e; s -> z -> e; c -> e`, nil},
		{"a transaction that cannot go on", `start s; transaction z { start t; end v cancel; t -> v }; end e; s -> z -> e`, []string{"missing-cancel-event v: nothing goes on when the transaction z is canceled"}},
		{"a transaction that nothing cancels", `start s; transaction z { start t; end v; t -> v }; boundary c on=z cancel; end e; s -> z -> e; c -> e`, []string{"idle-cancel? c: nothing cancels the transaction z"}},
		{"a cancel end event outside", `start s; sub z { start t; end v cancel; t -> v }; end e cancel; s -> z -> e`, []string{
			"misplaced-cancel v: the cancel end event is in no transaction", "misplaced-cancel e: the cancel end event is in no transaction"}},
		{"a cancel end event in a handler", `start s; transaction z { start t; user a; boundary b on=a compensate=h; sub h handler { start u; end w cancel; u -> w }; end v cancel; t -> a -> v }; boundary c on=z cancel; end e; s -> z -> e; c -> e`, []string{
			"misplaced-cancel w: the cancel end event is in no transaction"}},
		{"a cancel event on a sub-process", `start s; sub z { start t; end v; t -> v }; boundary c on=z cancel; end e; s -> z -> e; c -> e`, []string{"misplaced-cancel c: z is not a transaction"}},
		{"a cancel event that does not interrupt", `start s; transaction z { start t; end v cancel; t -> v }; boundary c on=z cancel noninterrupting; end e; s -> z -> e; c -> e`, []string{"bad-cancel-event c: a cancel event always interrupts"}},
		{"a complex gateway that says nothing", `start s; and f; complex c; end e; s -> f -> c -> e; f -> c`, []string{"missing-activation-condition c: the complex gateway does not say which tokens it waits for"}},
		{"a complex gateway that only splits", `start s; complex c; end e; end g; s -> c -[x]-> e; c -/-> g`, nil},
		{"an event sub-process in the flow", `start s; eventsub a { start t message=m key=k; end u; t -> u }; end e; s -> a -> e`, []string{
			"bad-flow a: a flow leads to this eventSubProcess", "bad-flow a: a flow leads from this eventSubProcess",
		}},
		{"an event sub-process without a trigger", `start s; eventsub a { start t; end u; t -> u }; end e; s -> e`, []string{"unsupported-event t: the start event of an event sub-process cannot be a none event"}},
		{"an event sub-process with two triggers", `start s; eventsub a { start t message=m key=k; start v duration=P1D; end u; t -> u; v -> u }; end e; s -> e`, []string{
			"several-start-events a: an event sub-process has exactly one start event",
		}},
		{"a sub-process with a trigger", `start s; sub a { start t duration=P1D; end u; t -> u }; s -> a`, []string{"unsupported-event t: the start event of a sub-process cannot be a timer event"}},
		{"two starts by one message", `start s message=m; start t message=m; end e; s -> e; t -> e`, []string{`rival-events t: s waits for the message "m" as well`}},
		{"two boundary events for one error", `start s; task a; boundary b on=a error; boundary c on=a error; boundary d on=a error=E; end e; s -> a; b -> e; c -> e; d -> e`, []string{
			"rival-events c: b waits for any error as well",
		}},
		{"a receive task and its boundary event", `start s; receive a message=m key=k; boundary b on=a message=m key=l; end e; s -> a; b -> e`, []string{`rival-events b: a waits for the message "m" as well`}},
		{"a gateway that waits twice", `start s; race r; catch a message=m key=k; catch b message=m key=l; s -> r -> a; r -> b`, []string{`rival-events b: a waits for the message "m" as well`}},
		{"two event sub-processes for one error", `start s; end e; s -> e; eventsub a { start t error=E; end u; t -> u }; eventsub b { start v error=E; end w; v -> w }`, []string{
			`rival-events v: t waits for the error "E" as well`,
		}},
		{"two boundary events for one escalation", `start s; sub a { start t; end u; t -> u }; boundary b on=a escalation=E; boundary c on=a escalation=E noninterrupting; boundary d on=a escalation; end e; s -> a; b -> e; c -> e; d -> e`, []string{
			`rival-events c: b waits for the escalation "E" as well`,
		}},
		{"an escalation out of a task", `start s; user a; boundary b on=a escalation=E; end e; s -> a; b -> e`, []string{"idle-escalation? b: no escalation can come out of this userTask"}},
		{"a process by an escalation", `start s escalation=E; end e; s -> e`, []string{"unsupported-event s: the start event of a process cannot be an escalation event"}},
		{"catch an escalation by expression", `start s; sub a { start t; end u; t -> u }; boundary b on=a escalation="=x"; end e; s -> a; b -> e`, []string{"bad-escalation-code Escalation_b: the code of an escalation that is caught cannot be an expression"}},
		{"a start by a signal that nobody can name", `start s signal="=x"; end e; s -> e`, []string{"bad-signal-name Signal_s: the name of a signal that starts a process depends on variables"}},
		{"two boundary events for one signal", `start s; user a; boundary b on=a signal=S; boundary c on=a signal=S noninterrupting; end e; s -> a; b -> e; c -> e`, []string{`rival-events c: b waits for the signal "S" as well`}},
		{"a start by a condition", `start s condition="=x"; end e; s -> e`, []string{"unsupported-event s: the start event of a process cannot be a conditional event"}},
		{"a condition on nothing", `start s; catch c condition="=now() > today()"; end e; s -> c -> e`, []string{"idle-condition? c: the condition reads no variable, so it is evaluated only when the event is waited for"}},
		{"a link", `start s; throw t link=L; throw t2 link=L; catch c link=L; xor x; end e; s -> x -[a]-> t; x -/-> t2; c -> e`, nil},
		{"a link to nowhere", `start s; throw t link=L; s -> t; sub u { start i; i -> x; end x }; t -> u`, []string{
			"bad-flow t: a flow leads from this intermediateThrowEvent", `unknown-link t: no link event beside it catches the link "L"`,
		}},
		{"a link across a border", `start s; throw t link=L; s -> u; sub u { start i; catch c link=L; i -> c; end x; c -> x }; u -> t`, []string{
			"bad-flow c: a flow leads to this intermediateCatchEvent", `unknown-link t: no link event beside it catches the link "L"`,
		}},
		{"a link caught twice", `start s; throw t link=L; catch c link=L; catch d link=L; end e; s -> t; c -> e; d -> e`, []string{
			"unreachable? d: nothing leads to this intermediateCatchEvent", `doubled-link d: c catches the link "L" as well`,
		}},
		{"a link behind an event-based gateway", `start s; race r; catch c link=L; catch d duration=P1D; s -> r -> c; r -> d`, []string{
			"bad-event-gateway r-c: c, which follows the event-based gateway, does not wait for an event", "bad-flow c: a flow leads to this intermediateCatchEvent",
		}},
		{"two reminders", `start s; task a; boundary b on=a duration=P1D; boundary c on=a duration=P1D; end e; s -> a; b -> e; c -> e`, nil},
		{"an empty sub-process", `start s; sub a {}; s -> a`, []string{"no-start-event a: the subProcess has no start event"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := compile("p.bpmn", []byte(bpmntest.XML("p", c.text)))
			require.ElementsMatch(t, c.want, said(problems))
		})
	}
}

// What events and tasks must say about themselves.
func TestProperties(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       string // the one problem; "" for none
	}{
		{"process after a duration", `start s duration=P1D; end e; s -> e`, "bad-timer s: a process cannot start after a duration"},
		{"process by a cycle", `start s cycle=R/P1W; end e; s -> e`, ""},
		{"process at a date", `start s date=2026-11-23T08:00:00Z; end e; s -> e`, ""},
		{"process by an error", `start s error=E; end e; s -> e`, "unsupported-event s: the start event of a process cannot be an error event"},
		{"catch a cycle", `start s; catch c cycle=R3/P1D; s -> c`, "bad-timer c: an intermediate event cannot wait for a cycle"},
		{"catch nothing", `start s; catch c; s -> c`, "unsupported-event c: the intermediate catch event cannot be a none event"},
		{"catch with two timers", `start s; catch c duration=P1D date=2026-11-23; s -> c`, "multiple-definitions c: the event has more than one definition"},
		{"catch a date that is none", `start s; catch c date=2026-13-01; s -> c`, `bad-date c: "2026-13-01" is not an ISO 8601 date or date and time`},
		{"catch a duration in weeks", `start s; catch c duration=P2W; s -> c`, ""},
		{"catch a duration in FEEL", "start s; catch c duration=`=duration(\"P1D\") * n`; s -> c", ""},
		{"repeat without a count", `start s; task a; boundary b on=a cycle=R0/P1D noninterrupting; end e; s -> a; b -> e`, `bad-cycle b: "R0/P1D" does not say how often: after R comes a number above zero, or nothing for ever`},
		{"repeat in no time", `start s; task a; boundary b on=a cycle=R/PT0S noninterrupting; end e; s -> a; b -> e`, "bad-cycle b: the interval of a repetition must be at least one second long"},
		{"repeat too often", `start s; task a; boundary b on=a cycle=R/PT0.999S noninterrupting; end e; s -> a; b -> e`, "bad-cycle b: the interval of a repetition must be at least one second long"},
		{"repeat too often by FEEL", "start s; eventsub l { start l1 cycle=`=\"R/PT0.5S\"` noninterrupting; end l2; l1 -> l2 }; end e; s -> e", "bad-cycle l1: the interval of a repetition must be at least one second long"},
		{"start too often", `start s cycle=R/PT0.001S; end e; s -> e`, "bad-cycle s: the interval of a repetition must be at least one second long"},
		{"repeat every second", `start s; task a; boundary b on=a cycle=R/PT1S noninterrupting; end e; s -> a; b -> e`, ""},
		{"interrupt again and again", `start s; task a; boundary b on=a cycle=R3/P1D; end e; s -> a; b -> e`, "bad-timer b: an interrupting event cannot repeat"},
		{"catch an error beside the work", `start s; task a; boundary b on=a error=E noninterrupting; end e; s -> a; b -> e`, "bad-error-event b: an error event always interrupts"},
		{"catch any error", `start s; task a; boundary b on=a error codevar=c messagevar=m; end e; s -> a; b -> e`, ""},
		{"store a code nowhere", "start s; task a; boundary b on=a error codevar=`1c`; end e; s -> a; b -> e", `bad-variable b: codeVariable "1c" is not a variable name`},
		{"catch an error by expression", `start s; task a; boundary b on=a error="=code"; end e; s -> a; b -> e`, "bad-error-code Error_b: the code of an error that is caught cannot be an expression"},
		{"throw an error by expression", `start s; end e error="=code"; s -> e`, ""},
		{"throw an error without a name", `start s; end e error; s -> e`, "missing-reference e: no error is chosen"},
		{"throw a timer", `start s; throw e duration=P1D; s -> e`, "unsupported-event e: the intermediate throw event cannot be a timer event"},
		{"terminate midway", `start s; throw e terminate; s -> e`, "unsupported-event e: the intermediate throw event cannot be a terminate event"},
		{"throw a message nobody sends", `start s; end e message=m; s -> e`, "missing-job-type e: the <endEvent> does not say who does its work"},
		{"throw a message", `start s; throw e message=m type=send; s -> e`, ""},
		{"wait for a message without a key", `start s; catch c message=m; s -> c`, "missing-correlation-key c: the message Message_c has no correlation key"},
		{"wait for no message", `start s; receive c; s -> c`, "missing-reference c: no message is chosen"},
		{"start by a message with a key", `start s message=m key="=k"; end e; s -> e`, ""},

		{"no job type", `start s; service a; s -> a`, "missing-job-type a: the <serviceTask> does not say who does its work"},
		{"no attempts", `start s; service a type=x retries=0; s -> a`, `bad-number a: "0" is not a whole number from 1 to 1000`},
		{"a timeout in months", `start s; service a type=x timeout=P1M; s -> a`, `bad-duration a: "P1M" is not a duration in days, hours, minutes and seconds`},
		{"a timeout in no time", `start s; service a type=x timeout=PT0.5S; s -> a`, "bad-duration a: PT0.5S is not between 1s and 168h0m0s"},
		{"a script without FEEL", `start s; script a result=x; s -> a`, "feel a: the FEEL expression is empty"},
		{"a script without a result", `start s; script a expr="=1"; s -> a`, "missing-variable a: resultVariable is missing"},
		{"a script that is a job", `start s; script a type=python; s -> a`, ""},
		{"a script that is both", `start s; script a type=python expr="=1" result=x; s -> a`, "ambiguous-implementation a: the <scriptTask> has both zeebe:script and zeebe:taskDefinition"},
		{"no script", `start s; script a; s -> a`, "missing-implementation a: the <scriptTask> does not say what it does"},
		{"no decision", `start s; rule a result=x; s -> a`, "missing-decision a: decisionId is missing"},
		{"a decision without a result", `start s; rule a decision=d; s -> a`, "missing-variable a: resultVariable is missing"},
		{"no process to call", `start s; call a; s -> a`, "missing-process a: the call activity does not say which process it calls"},
		{"a process that cannot be", "start s; call a process=`a b`; s -> a", `bad-process a: "a b" is not the id of a process`},
		{"a version without a tag", `start s; call a process=q binding=versionTag; s -> a`, `bad-version-tag a: bindingType="versionTag" and versionTag go together`},
		{"an unknown binding", `start s; call a process=q binding=newest; s -> a`, `unsupported-binding a: bindingType="newest" is not run here`},
		{"neither true nor false", `start s; call a process=q allin=yes; s -> a`, `bad-boolean a: propagateAllParentVariables="yes" is neither true nor false`},
		{"a user task with nothing", `start s; user a; s -> a`, ""},
		{"a form by expression", `start s; user a form="=x"; s -> a`, `bad-form a: "=x" is not the id of a form`},
		{"a due date that is none", `start s; user a due=tomorrow; s -> a`, `bad-date a: "tomorrow" is not an ISO 8601 date or date and time`},
		{"a task listener on what is not run", `start s; user a on.canceling=x; s -> a`, `unsupported-listener a: a task listener on "canceling" is not run`},
		{"a task listener without a type", `start s; user a on.creating=""; s -> a`, "missing-job-type a: the job type of the task listener is empty"},
		{"priority 101", `start s; user a priority=101; s -> a`, `bad-number a: "101" is not a whole number from 0 to 100`},
		{"a mapping into a path", `start s; task a in.b.c="=1" out.d="=b.c"; s -> a`, ""},
		{"a mapping from nothing", `start s; task a in.b=""; s -> a`, "missing-source a: the mapping has no source"},
		{"a mapping into nothing", `start s; task a in.b..c="=1"; s -> a`, `bad-target a: the mapping target "b..c" is not a variable path`},
		{"an input of an event", `start s; catch c duration=P1D in.a="=1"; s -> c`, "misplaced-extension c: an input mapping has no effect on this intermediateCatchEvent"},
		{"a mapping on a gateway", `start s; and c in.a="=1"; s -> c`, "misplaced-extension c: <zeebe:ioMapping> has no effect on this parallelGateway"},
		{"once per item", `start s; user a each="=list" item=i collect=out yield="=i.x" until="=done" sequential; s -> a`, ""},
		{"once per item and a number of times", `start s; user a each="=list" times=3; s -> a`, "ambiguous-loop a: the multi-instance activity has both a collection and a cardinality"},
		{"nobody knows how often", `start s; user a sequential; s -> a`, "missing-collection a: the multi-instance activity does not say how often it is done"},
		{"an item of nothing", `start s; user a times=3 item=i; s -> a`, "missing-collection a: inputElement has no inputCollection to take its values from"},
		{"results that go nowhere", `start s; user a times=3 yield="=x"; s -> a`, "bad-output-collection a: outputCollection and outputElement go together"},
		{"an item that is no variable", "start s; user a each=`=list` item=`a.b`; s -> a", `bad-variable a: inputElement "a.b" is not a variable name`},
		{"a wrong collection", `start s; user a each="=1 +"; s -> a`, "feel a: FEEL: expected a value, found the end"},
		{"an ended condition", `start s; user a times=3 until="=3"; s -> a`, "bad-condition a: the condition is always 3, which is neither true nor false"},
		{"a loop both ways", `start s; user a times=3 rounds=3; s -> a`, "several-loops a: the activity is repeated in more than one way"},
		{"a loop that only counts", `start s; user a rounds=3; s -> a`, ""},
		{"a loop of no rounds", `start s; user a while="=x" rounds=0; s -> a`, `bad-number a: "0" is not a whole number from 1 to 1000000`},
		{"an event sub-process again and again", `start s; end e; s -> e; eventsub a times=2 { start t message=m key=k; end u; t -> u }`, "misplaced-loop a: an event sub-process cannot be repeated"},
		{"a repeated receive task behind a gateway", `start s; race r; receive a message=m key=k times=2; catch b duration=P1D; s -> r -> a; r -> b`, "bad-event-gateway a: a receive task behind an event-based gateway cannot be repeated"},
		{"a value that is always null", `start s; script a expr="=1 + true" result=x; s -> a`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := compile("p.bpmn", []byte(bpmntest.XML("p", c.text)))
			var got []string
			for _, p := range problems {
				if p.Severity == problem.Error {
					got = append(got, said([]problem.Problem{p})...)
				}
			}
			require.Equal(t, c.want, strings.Join(got, "\n"))
		})
	}
}

// What only a text editor or another vendor's modeler writes. The fragment stands in a process between its start and its end.
func TestFragments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, fragment, want string }{
		{"another vendor's element", `<x:y xmlns:x="urn:x"/>`, ""},
		{"a sub-process of many words", `<adHocSubProcess id="a"/>`, "empty-ad-hoc a: the ad-hoc sub-process has no activity"},
		{"a start event in an ad-hoc sub-process", `<adHocSubProcess id="a"><startEvent id="b"/><task id="c"/></adHocSubProcess>`, "misplaced-event b: an ad-hoc sub-process has no startEvent"},
		{"an end event in an ad-hoc sub-process", `<adHocSubProcess id="a"><task id="c"/><endEvent id="b"/></adHocSubProcess>`, "misplaced-event b: an ad-hoc sub-process has no endEvent"},
		{"an order nobody knows", `<adHocSubProcess id="a" ordering="random"><task id="c"/></adHocSubProcess>`, `bad-ordering a: ordering="random" has no meaning`},
		{"results nobody collects", `<adHocSubProcess id="a"><extensionElements><z:adHoc outputElement="=x"/></extensionElements><task id="c"/></adHocSubProcess>`, "bad-output-collection a: outputCollection and outputElement go together"},
		{"an ad-hoc sub-process done by a worker", `<adHocSubProcess id="a"><extensionElements><z:taskDefinition type="x"/></extensionElements><task id="c"/></adHocSubProcess>`, "misplaced-extension a: <zeebe:taskDefinition> has no effect on this adHocSubProcess"},
		{"a data object that is drawn", `<dataObject id="d" isCollection="true"><extensionElements><z:script/></extensionElements></dataObject><dataObjectReference id="r" dataObjectRef="d"/>`, ""},
		{"a data object that is a variable", `<dataObject id="d"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" name="n" value="=1 + 1"/></extensionElements></dataObject><dataObjectReference id="r" dataObjectRef="d"/>`, ""},
		{"a data object without a name", `<dataObject id="d"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" value="=1"/></extensionElements></dataObject>`, "missing-variable d: name is missing"},
		{"a data object of a wrong value", `<dataObject id="d"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" name="n" value="=1 +"/></extensionElements></dataObject>`, "feel d: FEEL: expected a value, found the end"},
		{"a data object of a type", `<dataObject id="d"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" name="n" type="number"/></extensionElements></dataObject>`, "unsupported-attribute d: <fasthold:variable> has no attribute type"},
		{"two data objects of a name", `<dataObject id="d"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" name="n"/></extensionElements></dataObject><dataObject id="c"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" name="n"/></extensionElements></dataObject>`, "duplicate-variable c: another data object beside this one is the variable n, too"},
		{"a reference that is a variable", `<dataObjectReference id="r"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" name="n"/></extensionElements></dataObjectReference>`, "misplaced-extension r: <fasthold:variable> has no effect on a reference to a data object"},
		{"a task that is a variable", `<task id="a"><extensionElements><f:variable xmlns:f="http://fasthold.dk/schema/1.0" name="n"/></extensionElements></task>`, "misplaced-extension a: <fasthold:variable> has no effect on this task"},
		{"a misspelt task", `<usertask id="a"/>`, "unknown-element a: BPMN has no <usertask> in <process>"},
		{"a task without id", `<task/>`, "missing-id p: the <task> has no id"},
		{"a flow without id", `<task id="a"/><sequenceFlow sourceRef="s" targetRef="a"/>`, "missing-id p: the <sequenceFlow> has no id"},
		{"a flow from nowhere", `<sequenceFlow id="f" targetRef="e"/>`, "missing-reference f: the <sequenceFlow> does not say where it comes from"},
		{"an id with a space", `<textAnnotation id="a b"/>`, `bad-id a b: the id "a b" is not usable`},
		{"a name without end", `<textAnnotation id="a" name="` + strings.Repeat("x", 501) + `"/>`, "long-name a: the name is longer than 500 characters"},
		{"compensation that nobody waits for", `<intermediateThrowEvent id="a"><compensateEventDefinition waitForCompletion="false"/></intermediateThrowEvent>`, `unsupported-attribute a: waitForCompletion="false" is not run`},
		{"compensation of what is not there", `<intermediateThrowEvent id="a"><compensateEventDefinition activityRef="b"/></intermediateThrowEvent>`, `unknown-reference a: "b" is not a flow node of this process`},
		{"compensation by what is no handler", `<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><task id="h"/><association id="x" sourceRef="b" targetRef="h"/>`, "bad-handler b: h is not a compensation handler"},
		{"compensation with a note", `<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><textAnnotation id="n"/><association id="x" sourceRef="b" targetRef="n"/>`, "missing-handler b: no association leads from the compensation event to a handler"},
		{"two handlers", `<task id="a"/><boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent><task id="h" isForCompensation="true"/><task id="i" isForCompensation="1"/><association id="x" sourceRef="b" targetRef="h"/><association id="y" sourceRef="i" targetRef="b"/>`,
			"several-handlers b: h and i would both compensate the activity"},
		{"a transaction with a trigger", `<transaction id="a" triggeredByEvent="true"><startEvent id="t"/></transaction>`, `unsupported-attribute a: triggeredByEvent="true" is not run`},
		{"no compensation", `<sequenceFlow id="f" sourceRef="s" targetRef="a"/><task id="a" isForCompensation="false"/>`, ""},
		{"a signal that is missing", `<intermediateThrowEvent id="a"><signalEventDefinition/></intermediateThrowEvent>`, "missing-reference a: no signal is chosen"},
		{"a standard loop", `<task id="a"><standardLoopCharacteristics/></task>`, "endless-loop a: the loop has neither a condition nor a maximum, so it never ends"},
		{"a receive task that begins the process", `<receiveTask id="a" instantiate="true"/>`, "missing-reference a: no message is chosen\nunsupported-attribute a: instantiate=\"true\" is not run"},
		{"a parallel event-based gateway", `<eventBasedGateway id="a" eventGatewayType="Parallel" instantiate="true"/>`, "bad-event-gateway a: an event-based gateway needs at least two events to choose from\nunsupported-attribute a: eventGatewayType=\"Parallel\" is not run"},
		{"a loop on a gateway", `<parallelGateway id="a"><standardLoopCharacteristics/></parallelGateway>`, "unknown-element a: BPMN has no <standardLoopCharacteristics> in <parallelGateway>"},
		{"plain BPMN collections", `<task id="a"><multiInstanceLoopCharacteristics><loopDataInputRef>x</loopDataInputRef><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></task>`, "unsupported-element a: <loopDataInputRef> is not run"},
		{"throwing after each instance", `<task id="a"><multiInstanceLoopCharacteristics behavior="One"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></task>`, `unsupported-attribute a: behavior="One" is not run`},
		{"an event without its condition", `<intermediateCatchEvent id="a"><conditionalEventDefinition/></intermediateCatchEvent>`, "missing-condition a: the event has no condition"},
		{"a filter on a condition", `<intermediateCatchEvent id="a"><conditionalEventDefinition><extensionElements><z:conditionalFilter variableNames="x"/></extensionElements><condition>=x</condition></conditionalEventDefinition></intermediateCatchEvent>`, "unsupported-extension a: <zeebe:conditionalFilter> is not run"},
		{"a link without a name", `<intermediateThrowEvent id="a"><linkEventDefinition/></intermediateThrowEvent>`, "missing-link-name a: the link has no name"},
		{"an escalation", `<intermediateThrowEvent id="a"><escalationEventDefinition id="b"/></intermediateThrowEvent>`, "missing-reference a: no escalation is chosen"},
		{"a definition on a task", `<task id="a"><timerEventDefinition/></task>`, "unknown-element a: BPMN has no <timerEventDefinition> in <task>"},
		{"a timer without time", `<intermediateCatchEvent id="a"><timerEventDefinition/></intermediateCatchEvent>`, "bad-timer a: the timer must have exactly one of a date, a duration and a cycle"},
		{"an empty timer", `<intermediateCatchEvent id="a"><timerEventDefinition><timeDate> </timeDate></timerEventDefinition></intermediateCatchEvent>`, "bad-timer a: the timer says no time"},
		{"a message that is missing", `<receiveTask id="a" messageRef="m"/>`, `unknown-reference a: the message "m" does not exist`},
		{"a message that is an error", `<receiveTask id="a" messageRef="err"/>`, `unknown-reference a: the message "err" does not exist`},
		{"a message without a name", `<receiveTask id="a" messageRef="nameless"/>`, "missing-message-name nameless: the message has no name"},
		{"an error without a code", `<endEvent id="a"><errorEventDefinition errorRef="err"/></endEvent>`, "missing-error-code err: the error thrown has no code"},
		{"an embedded form", `<userTask id="a"><extensionElements><z:formDefinition formKey="camunda-forms:bpmn:f"/></extensionElements></userTask>`, "unsupported-form a: the form is embedded in the process or kept elsewhere"},
		{"a listener", `<task id="a"><extensionElements><z:executionListeners/></extensionElements></task>`, "unsupported-extension a: <zeebe:executionListeners> is not run"},
		{"a job on a task", `<task id="a"><extensionElements><z:taskDefinition type="x"/></extensionElements></task>`, "misplaced-extension a: <zeebe:taskDefinition> has no effect on this task"},
		{"two job types", `<serviceTask id="a"><extensionElements><z:taskDefinition type="x"/><z:taskDefinition type="y"/></extensionElements></serviceTask>`, "duplicate-extension a: <zeebe:taskDefinition> is given twice"},
		{"a misspelt attribute", `<serviceTask id="a"><extensionElements><z:taskDefinition type="x" retrys="3"/></extensionElements></serviceTask>`, "unsupported-attribute a: <zeebe:taskDefinition> has no attribute retrys"},
		{"a misspelt mapping", `<task id="a"><extensionElements><z:ioMapping><z:inputs/></z:ioMapping></extensionElements></task>`, "unsupported-extension a: <zeebe:inputs> is not run"},
		{"a misspelt own attribute", `<serviceTask id="a"><extensionElements><z:taskDefinition type="x"/><f:job timout="PT1S"/></extensionElements></serviceTask>`, "unsupported-attribute a: <fasthold:job> has no attribute timout"},
		{"following what", `<userTask id="a"><extensionElements><f:task follows="all"/></extensionElements></userTask>`, `bad-follows a: follows="all" has no meaning`},
		{"a condition in another language", `<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="e"><conditionExpression language="javascript">x</conditionExpression></sequenceFlow>`, `unsupported-language f: conditions in "javascript" are not run`},
		{"a default of someone else", `<exclusiveGateway id="a" default="se"/><sequenceFlow id="f" sourceRef="a" targetRef="e"/>`, "foreign-default a: the default flow se does not begin here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := compile("p.bpmn", []byte(around(c.fragment)))
			var got []string
			for _, p := range problems {
				if p.Severity == problem.Error {
					got = append(got, said([]problem.Problem{p})...)
				}
			}
			require.Equal(t, c.want, strings.Join(got, "\n"))
		})
	}
}

func around(fragment string) string {
	return `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:z="http://camunda.org/schema/zeebe/1.0" xmlns:f="http://fasthold.dk/schema/1.0">
<message id="nameless"><extensionElements><z:subscription correlationKey="=k"/></extensionElements></message><error id="err"/>
<process id="p" isExecutable="true"><startEvent id="s"/><endEvent id="e"/><sequenceFlow id="se" sourceRef="s" targetRef="e"/>
` + fragment + `
</process></definitions>`
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, fragment, want string }{
		{"an attribute nobody knows", `<boundaryEvent id="b" attachedToRef="a" cancelactivity="false"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent><task id="a"/><sequenceFlow id="sa" sourceRef="s" targetRef="a"/><sequenceFlow id="f" sourceRef="b" targetRef="e"/>`, "unknown-attribute? b: BPMN has no attribute cancelactivity on <boundaryEvent>; it has no effect"},
		{"plain BPMN assignment", `<sequenceFlow id="f" sourceRef="s" targetRef="a"/><userTask id="a"><potentialOwner/></userTask>`, "ignored-element? a: <potentialOwner> has no effect"},
		{"a reference left behind", `<sequenceFlow id="f" sourceRef="s" targetRef="a"/><task id="a"><incoming>gone</incoming></task>`, `stale-reference? a: <incoming> names "gone", which is not such a flow`},
		{"a lane left behind", `<laneSet><lane id="l"><flowNodeRef>gone</flowNodeRef></lane></laneSet>`, `stale-reference? l: the lane names "gone", which is not a flow node`},
		{"a condition never asked", `<sequenceFlow id="f" sourceRef="s" targetRef="a"/><exclusiveGateway id="a" default="g"/><sequenceFlow id="g" sourceRef="a" targetRef="e"><conditionExpression>x</conditionExpression></sequenceFlow>`, "unused-condition? g: the default flow has a condition, which is never asked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plans, problems := compile("p.bpmn", []byte(around(c.fragment)))
			require.Equal(t, []string{c.want}, said(problems))
			require.Len(t, plans, 1, "a warning stops nothing")
		})
	}
}

func TestWhichProcessesRun(t *testing.T) {
	t.Parallel()
	const open, inside = `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">`, `<startEvent id="s"/></process>`
	for _, c := range []struct {
		name, xml string
		plans     []string
		want      []string
	}{
		{"one that does not say", `<process id="p">` + inside, []string{"p"}, []string{"assumed-executable? p: the process does not say whether it is executable; it is taken to be"}},
		{"one that says no", `<process id="p" isExecutable="false">` + inside, nil, []string{"no-process : the file has no executable process"}},
		{"none", ``, nil, []string{"no-process : the file has no executable process"}},
		{"the one of two that says yes", `<process id="p"/><process id="q" isExecutable="1">` + inside, []string{"q"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plans, problems := compile("p.bpmn", []byte(open+c.xml+`</definitions>`))
			require.Equal(t, c.want, said(problems))
			var ids []string
			for _, p := range plans {
				ids = append(ids, p.ID)
			}
			require.Equal(t, c.plans, ids)
		})
	}
}

func TestProblemsOfOnePlaceAreSaidOnceAndHaveAnEnd(t *testing.T) {
	t.Parallel()
	twice := `<receiveTask id="a" messageRef="nameless"/><receiveTask id="b" messageRef="nameless"/>`
	_, problems := compile("p.bpmn", []byte(around(twice)))
	require.Len(t, said(problems), 3, "one for the message, two for the unreachable tasks: %v", problems)

	_, problems = compile("p.bpmn", []byte(around(strings.Repeat("<task/>", 600))))
	require.Len(t, problems, 501)
	require.Equal(t, "p.bpmn: there are 700 more problems (mend those listed first)", problems[500].String())
	require.True(t, problem.HasErrors(problems))
}

func TestUpstreamOfAnInclusiveGateway(t *testing.T) {
	t.Parallel()
	p := bpmntest.Plan(t, "p", `
		start s; or fork; task a; task b; boundary late on=b duration=P1D; task c; or join; xor again; end e
		s -> fork -[x]-> a -> join; fork -[y]-> b -> join; late -> c -> join -> again -/-> e; again -[z]-> fork`)
	join, _ := p.Element("join")
	var got []string
	for _, set := range join.Upstream {
		var ids []string
		for i := range p.Elements {
			if set.Has(i) {
				ids = append(ids, p.Elements[i].ID)
			}
		}
		got = append(got, strings.Join(ids, " "))
	}
	require.Equal(t, []string{"s fork a again", "s fork b again", "s fork b late c again"}, got)
	fork, _ := p.Element("fork")
	require.Len(t, fork.Upstream, 2)
}

func TestReferences(t *testing.T) {
	t.Parallel()
	doc, problems := bpmn.Parse("p.bpmn", []byte(bpmntest.XML("p", `
		process name="Case" tag=v1
		start s
		user u form=call
		rule r decision=track result=t
		rule q decision="=x" result=t
		sub b { start t; service m type=mail; t -> m }
		call c process=fleksjob binding=versionTag tag=v2
		end e message=told type=mail
		s -> u -> r -> q -> b -> c -> e`)))
	require.Empty(t, problems)
	require.Equal(t, []bpmn.ProcessInfo{{ID: "p", Name: "Case", VersionTag: "v1", Executable: true}}, doc.Processes())
	refs := doc.References()
	require.Equal(t, []bpmn.Ref{{ID: "call", Element: "u", Process: "p", Line: 5, Column: 47, Binding: "latest"}}, refs.Forms)
	require.Equal(t, []string{"track"}, bpmn.IDs(refs.Decisions))
	require.Equal(t, []string{"mail"}, bpmn.IDs(refs.Jobs))
	require.Len(t, refs.Jobs, 2)
	require.Equal(t, "v2", refs.Processes[0].VersionTag)
}
