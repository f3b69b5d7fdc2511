package proof_test

import (
	"strings"
	"testing"
	"time"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/feel"
	"fasthold/definitions/proof"
)

// Monday, 2 March 2026, 9:00.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestDeadline(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, routes string }{
		{"a due date", `start s; user a due="=now() + duration(\"P3D\")"; user x due=2026-03-20; end e; s -> a -> x -> e`, "03-20T00 s a x"},
		{"one after the other", `start s; user a due="=now() + duration(\"P3D\")"; user x due="=now() + duration(\"P2D\")"; end e; s -> a -> x -> e`, "03-07T09 s a x"},
		{"no due date", `start s; user a; user x due=2026-03-20; end e; s -> a -> x -> e`, "open a: s a"},
		{"an interrupting timer bounds", `start s; user a; boundary b on=a duration=P4D; service x type=j; end e; end e2; s -> a -> x -> e; b -> e2`, "03-06T09 s a x"},
		{"behind a timer", `start s; user a; boundary b on=a duration=P4D; user x due="=now() + duration(\"P1D\")"; end e; end e2; s -> a -> e; b -> x -> e2`, "03-07T09 s a b x"},
		{"the longest of several", `start s; xor g; user a due=2026-03-05; user b due=2026-03-09; service x type=j; end e; s -> g -[v]-> a -> x; g -/-> b -> x -> e`, "03-09T00 s g b x; 03-05T00 s g a x"},
		{"a join waits for the last", `start s; and g; user a due=2026-03-09; user b due=2026-03-05; and j; service x type=j; end e; s -> g -> a -> j; g -> b -> j -> x -> e`, "03-09T00 s g a j x"},
		{"a wait", `start s; catch c duration=P1W; service x type=j; end e; s -> c -> x -> e`, "03-09T09 s c x"},
		{"a message", `start s; receive r message=m key=k; service x type=j; end e; s -> r -> x -> e`, "open r: s r"},
		{"a race", `start s; race g; catch m message=m key=k; catch c duration=P2D; user x due="=now() + duration(\"P1D\")"; end e; end e2; s -> g -> m -> x -> e; g -> c -> e2`, "03-05T09 s g m x"},
		{"a loop", `start s; xor m; user a due=2026-03-05; xor g; service x type=j; end e; s -> m -> a -> g -[v]-> m; g -/-> x -> e`, "open m: s m a g m; 03-05T00 s m a g x"},
		{"in a sub-process", `start s; sub p { start is; user x due="=now() + duration(\"P1D\")"; end ie; is -> x -> ie }; end e; s -> p -> e`, "03-03T09 s p is x"},
		{"behind a sub-process", `start s; sub p { start is; user a due="=now() + duration(\"P1D\")"; end ie; is -> a -> ie }; service x type=j; end e; s -> p -> x -> e`, "03-03T09 s p is a ie x"},
		{"an error out of a sub-process", `start s; sub p { start is; user a due="=now() + duration(\"P1D\")"; end ie error=E; is -> a -> ie }; boundary b on=p error=E; service x type=j; end e; end e2; s -> p -> e; b -> x -> e2`, "03-03T09 s p is a ie b x"},
		{"variables", `start s; script c expr="=days + 1" result=days; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end e; s -> c -> x -> e`, "03-05T09 s c x"},
		{"a data object", `data days="=days * 2"; start s; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end e; s -> x -> e`, "03-06T09 s x"},
		{"a data object of a sub-process", `start s; sub p { data days="=9"; start is; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end ie; is -> x -> ie }; end e; s -> p -> e`, "03-11T09 s p is x"},
		{"a data object that is gone", `start s; sub p { data days="=9"; start is; script c expr="=1" result=days; end ie; is -> c -> ie }; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end e; s -> p -> x -> e`, "03-04T09 s p is c ie x"},
		{"a timer on a border that reads one", `start s; sub p { data days="=9"; start is; user a; end ie; is -> a -> ie }; boundary b on=p duration="=duration(\"P\" + string(days) + \"D\")"; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end e; end f; s -> p -> e; b -> x -> f`, "03-13T09 s p b x"},
		{"a variable that is missing", `start s; user x due="=date(missing)"; end e; s -> x -> e`, "open x: s x"},
		{"in an event sub-process", `start s; user a due=2026-03-09; end e; s -> a -> e; eventsub es { start go duration=P1D noninterrupting; service x type=j; end ie; go -> x -> ie }`, "03-03T09 go x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			vars := feel.ContextOf(feel.Entry{Name: "days", Value: feel.Int(2)})
			routes, err := proof.Deadline(proof.Case{Plan: bpmntest.Plan(t, "process", c.text), Variables: vars, Now: monday}, "x")
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range routes {
				text := r.Done.Format("01-02T15 ")
				if r.Open != nil {
					text = "open " + r.Open.ID + ": "
				}
				out = append(out, text+strings.Join(r.IDs(), " "))
			}
			if got := strings.Join(out, "; "); got != c.routes {
				t.Errorf("\n got %s\nwant %s", got, c.routes)
			}
		})
	}
}
