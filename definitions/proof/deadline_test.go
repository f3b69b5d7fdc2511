package proof_test

import (
	"strings"
	"testing"
	"time"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/feel"
	"fasthold/definitions/form"
	"fasthold/definitions/proof"
)

// Monday, 2 March 2026, 9:00.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// ask is a form with two choices and a number.
const ask = `{"id":"ask","type":"default","components":[
	{"type":"radio","id":"f1","key":"answer","values":[{"label":"Ja","value":"yes"},{"label":"Nej","value":"no"}],"validate":{"required":true}},
	{"type":"checkbox","id":"f2","key":"urgent","validate":{"required":true}},{"type":"number","id":"f3","key":"amount"}]}`

// ways are the routes to x in a few words: when it is done, or what is open or comes again, and the way.
func ways(t *testing.T, routes []proof.Route, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range routes {
		text := r.Done.Format("01-02T15 ")
		switch {
		case r.Open != nil:
			text = "open " + r.Open.ID + ": "
		case r.Again != nil:
			text = "again " + r.Again.ID + " after " + r.Done.Sub(r.Entered).String() + " then " + r.Further.Sub(r.Done).String() + ": "
			if r.Further.IsZero() {
				text = "again " + r.Again.ID + ", " + r.Why + ": "
			}
		}
		if len(r.Assumed) > 0 {
			text += "if " + strings.Join(r.Assumed, " ") + " stays "
		}
		out = append(out, text+strings.Join(r.IDs(), " "))
	}
	return strings.Join(out, "; ")
}

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
		{"a timer on a border that reads one", `start s; sub p { data days="=9"; start is; user a; end ie; is -> a -> ie }; boundary b on=p duration="=duration(\"P\" + string(days) + \"D\")"; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end e; end f; s -> p -> e; b -> x -> f`, "03-13T09 if days stays s p b x"},
		{"a variable that is missing", `start s; user x due="=date(missing)"; end e; s -> x -> e`, "open x: s x"},
		{"what the variables rule out", `start s; script c expr="=1" result=v; xor g; user b due=2026-03-09; service x type=j; end e; s -> c -> g -[v > 3]-> b -> x; g -/-> x -> e`, "03-02T09 s c g x"},
		{"a start variable that something else may change", `start s; and f; xor g; user b due=2026-03-09; script c expr="=5" result=days; service x type=j; end e; s -> f -> g -[days > 3]-> b -> x; g -/-> x -> e; f -> c -> e`, "03-09T00 s f g b x"},
		{"a choice decides when", `start s; user a form=ask due=2026-03-03 out.d="=if answer = \"yes\" then 2 else 5"; user x due="=now() + duration(\"P\" + string(d) + \"D\")"; end e; s -> a -> x -> e`, "03-08T00 s a x"},
		{"choices that no condition lets through", `start s; user a form=ask due=2026-03-03; xor g; xor h; user b due=2026-03-09; service x type=j; end e; s -> a -> g -[answer = "yes" and urgent]-> h; g -/-> x; h -[answer = "no"]-> b -> x; h -/-> x -> e`,
			"03-03T00 s a g h x"},
		{"a number is not known", `start s; user a form=ask due=2026-03-03; xor g; user b due=2026-03-09; service x type=j; end e; s -> a -> g -[amount > 3]-> b -> x; g -/-> x -> e`, "03-09T00 s a g b x"},
		{"a choice to go round", `start s; xor m; user a form=ask due="=now() + duration(\"P1D\")"; xor g; service x type=j; end e; s -> m -> a -> g -[answer = "no"]-> m; g -/-> x -> e`, "again m after 24h0m0s then 24h0m0s: s m a g m; 03-03T09 s m a g x"},
		{"a job may answer anything", `start s; script c expr="=1" result=v; service i type=other; xor g; user b due=2026-03-09; service x type=j; end e; s -> c -> i -> g -[v > 3]-> b -> x; g -/-> x -> e`, "03-09T00 s c i g b x"},
		{"a job whose answers are known", `start s; script c expr="=1" result=v; service i type=j; xor g; user b due=2026-03-09; service x type=j; end e; s -> c -> i -> g -[v > 3]-> b -> x; g -/-> x -> e`, "03-02T09 s c i g x"},
		{"the last of a cycle", `start s; user a due=2026-03-09; boundary b on=a cycle=R3/P1D noninterrupting; user x due="=now() + duration(\"P1D\")"; end e; end e2; s -> a -> e; b -> x -> e2`, "03-06T09 s a b x"},
		{"a cycle until it is done", `start s; user a due=2026-03-05; boundary b on=a cycle=R/P1D noninterrupting; user x due="=now() + duration(\"P1D\")"; end e; end e2; s -> a -> e; b -> x -> e2`, "03-06T00 s a b x"},
		{"a cycle for ever", `start s; user a; boundary b on=a cycle=R/P1D noninterrupting; service x type=j; end e; end e2; s -> a -> e; b -> x -> e2`, "open b: s a b"},
		{"an error of a job in a sub-process", `start s; sub p { start is; user a form=ask due="=now() + duration(\"P1D\")"; service r type=j; end ie; is -> a -> r -> ie }; boundary b on=p error=E; service x type=j; end e; end e2; s -> p -> e; b -> x -> e2`, "03-03T09 s p is a r b x"},
		{"an escalation out of a sub-process", `start s; sub p { start is; user a due=2026-03-09; throw t escalation=U; end ie; is -> a -> t -> ie }; boundary b on=p escalation=U noninterrupting; service x type=j; end e; end e2; s -> p -> e; b -> x -> e2`, "03-09T00 s p is a t b x"},
		{"a message around a sub-process", `start s; sub p { start is; user a due=2026-03-09; end ie; is -> a -> ie }; boundary b on=p message=m key=k; service x type=j; end e; end e2; s -> p -> e; b -> x -> e2`, "03-09T00 s p b x"},
		{"a cycle around a sub-process", `start s; sub p { start is; user a due=2026-03-09; end ie; is -> a -> ie }; boundary b on=p cycle=R/P1D noninterrupting; service x type=j; end e; end e2; s -> p -> e; b -> x -> e2`, "03-09T00 s p b x"},
		{"a timer around a sub-process bounds what is in it", `start s; sub p { start is; user a; user x due=2026-04-01; end ie; is -> a -> x -> ie }; boundary b on=p duration=P4D; end e; end e2; s -> p -> e; b -> e2`, "03-06T09 s p is a x"},
		{"a timer around a sub-process bounds what follows", `start s; sub p { start is; user a; end ie; is -> a -> ie }; boundary b on=p duration=P4D; service x type=j; end e; end e2; s -> p -> x -> e; b -> e2`, "03-06T09 s p is a ie x"},
		{"a timer in a sub-process bounds it", `start s; sub p { start is; user a; end ie; is -> a -> ie; eventsub es { start go duration=P4D; user c due="=now() + duration(\"P1D\")"; end f; go -> c -> f } }; service x type=j; end e; s -> p -> x -> e`, "03-07T09 s p go c f x; 03-06T09 s p is a ie x"},
		{"a timer that is set anew bounds nothing", `data d="=2"; start s; sub p { start is; user a; script c expr="=99" result=d; user y; end ie; is -> a -> c -> y -> ie }; boundary b on=p duration="=duration(\"P\" + string(d) + \"D\")" follows; service x type=j; end e; end e2; s -> p -> x -> e; b -> e2`, "open a: s p is a"},
		{"an event sub-process keeps its scope", `start s; sub p { start is; user a due=2026-03-05; end ie; is -> a -> ie; eventsub es { start go duration=P1D noninterrupting; user c due=2026-03-09; end f; go -> c -> f } }; service x type=j; end e; s -> p -> x -> e`, "03-09T00 s p go c f x; 03-05T00 s p is a ie x"},
		{"an ad-hoc sub-process", `start s; adhoc h { user a due=2026-03-05 }; service x type=j; end e; s -> h -> x -> e`, "open h: s h"},
		{"an ad-hoc sub-process with a timer", `start s; adhoc h { user a due=2026-04-01 }; boundary b on=h duration=P4D; service x type=j; end e; end e2; s -> h -> x -> e; b -> e2`, "03-06T09 s h a x"},
		{"compensation", `start s; transaction p { start is; user a due=2026-03-05; end ie cancel; is -> a -> ie }; boundary b on=p cancel; service x type=j; end e; end e2; s -> p -> e; b -> x -> e2`, "open ie: s p is a ie"},
		{"one after the other, three times", `start s; user a each="=[1,2,3]" sequential due="=now() + duration(\"P1D\")"; service x type=j; end e; s -> a -> x -> e`, "03-05T09 s a x"},
		{"all at once", `start s; user a each="=[1,2,3]" due="=now() + duration(\"P1D\")"; service x type=j; end e; s -> a -> x -> e`, "03-03T09 s a x"},
		{"a sub-process, twice", `start s; sub p times="=days" sequential { start is; user x form=ask due="=now() + duration(\"P1D\")"; end ie; is -> x -> ie }; end e; s -> p -> e`, "03-04T09 s p is x"},
		{"as long as a condition holds", `start s; user a while="=v" due="=now() + duration(\"P1D\")"; service x type=j; end e; s -> a -> x -> e`, "open a: s a"},
		{"at most four rounds", `start s; user a while="=v" rounds=4 due="=now() + duration(\"P1D\")"; service x type=j; end e; s -> a -> x -> e`, "03-06T09 s a x"},
		{"a loop that counts", `start s; xor m; user x form=ask due="=now() + duration(\"P1D\")"; script c expr="=days + 1" result=days; xor g; service y type=j; end e; s -> m -> x -> c -> g -[days < 5]-> m; g -/-> y -> e`, "03-05T09 s m x c g m x c g m x; 03-04T09 s m x c g m x; 03-03T09 s m x"},
		{"behind a loop that counts", `start s; xor m; user a form=ask due="=now() + duration(\"P1D\")"; script c expr="=days + 1" result=days; xor g; service x type=j; end e; s -> m -> a -> c -> g -[days < 5]-> m; g -/-> x -> e`, "03-05T09 s m a c g m a c g m a c g x"},
		{"a choice to go round, three times at most", `start s; xor m; user a form=ask due="=now() + duration(\"P1D\")"; script c expr="=days + 1" result=days; xor g; service x type=j; end e; s -> m -> a -> c -> g -[answer = "no" and days < 5]-> m; g -/-> x -> e`, "03-05T09 s m a c g m a c g m a c g x; 03-04T09 s m a c g m a c g x; 03-03T09 s m a c g x"},
		{"a choice to go round until a timer comes", `start s; sub p { start is; xor m; user a form=ask due="=now() + duration(\"P1D\")"; xor g; end ie; is -> m -> a -> g -[urgent]-> m; g -/-> ie }; boundary b on=p duration=P9D; service x type=j; end e; end e2; s -> p -> x -> e; b -> e2`, "03-11T09 s p is m a g m a g ie x"},
		{"what another branch may set", `start s; and f; user a due=2026-03-09; script c expr="=20" result=days; and j; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end e; s -> f -> a -> j; f -> c -> j -> x -> e`, "03-22T09 if days stays s f c j x; 03-11T00 if days stays s f a j x"},
		{"what a job may set", `start s; service a type=unknown; user x due="=now() + duration(\"P\" + string(days) + \"D\")"; end e; s -> a -> x -> e`, "03-04T09 if days stays s a x"},
		{"a join that waits for nobody any more", `start s; script n expr="=true" result=out; or f; user a form=ask due=2026-03-05; user b form=ask due=2026-03-09; xor c; end q; or j; service x type=j; end e; s -> n -> f -[v]-> a -> j; f -[w]-> b -> c -[out]-> q; c -/-> j; f -/-> j; j -> x -> e`, "03-09T00 s n f b c j x; 03-05T00 s n f a j x"},
		{"the time decides", `start s; user a due=2026-03-09; xor g; user b due=2026-03-30; service x type=j; end e; s -> a -> g -[now() < date and time("2026-03-05T00:00:00")]-> b -> x; g -/-> x -> e`, "03-30T00 s a g b x"},
		{"in an event sub-process", `start s; user a due=2026-03-09; end e; s -> a -> e; eventsub es { start go duration=P1D noninterrupting; service x type=j; end ie; go -> x -> ie }`, "03-03T09 go x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			vars := feel.ContextOf(feel.Entry{Name: "days", Value: feel.Int(2)})
			f, problems := form.Parse("ask.form", []byte(ask))
			if f == nil {
				t.Fatal(problems)
			}
			routes, err := proof.Deadline(proof.Case{Plan: bpmntest.Plan(t, "process", c.text), Forms: map[string]*form.Form{"ask": f}, Jobs: map[string][]string{"j": nil}, Variables: vars, Now: monday}, "x")
			if got := ways(t, routes, err); got != c.routes {
				t.Errorf("\n got %s\nwant %s", got, c.routes)
			}
		})
	}
}

// A called process takes as long as the longest way through it.
func TestDeadlineBehindACall(t *testing.T) {
	t.Parallel()
	const caller = `start s; call c process=two in.n="=2"; user x due="=now() + duration(\"P1D\")"; end e; s -> c -> x -> e`
	for _, c := range []struct{ name, called, routes string }{
		{"a due date", `start s; xor g; user a due="=now() + duration(\"P\" + string(n) + \"D\")"; user b due=2026-03-03; end e; end e2; s -> g -[v]-> a -> e; g -/-> b -> e2`, "03-05T09 s c x"},
		{"no due date", `start s; user a; end e; s -> a -> e`, "open c: s c"},
		{"it calls itself", `start s; call a process=two; end e; s -> a -> e`, "open c: s c"},
		{"not there", "", "open c: s c"},
	} {
		cases := map[string]proof.Case{}
		if c.called != "" {
			cases["two"] = proof.Case{Plan: bpmntest.Plan(t, "two", c.called)}
		}
		routes, err := proof.Deadline(proof.Case{Plan: bpmntest.Plan(t, "one", caller), Now: monday,
			Called: func(id string) (proof.Case, bool) { called, ok := cases[id]; return called, ok }}, "x")
		if got := ways(t, routes, err); got != c.routes {
			t.Errorf("%s\n got %s\nwant %s", c.name, got, c.routes)
		}
	}
}

// A token may start anywhere.
func TestDeadlineFrom(t *testing.T) {
	t.Parallel()
	plan := bpmntest.Plan(t, "p", `start s; user a; user b form=ask due="=now() + duration(\"P2D\")"; user x due=2026-03-20; end e; s -> a -> b -> x -> e`)
	routes, err := proof.Deadline(proof.Case{Plan: plan, Now: monday, From: "b"}, "x")
	if got := ways(t, routes, err); got != "03-20T00 b x" || routes[0].Entered != monday.AddDate(0, 0, 2) {
		t.Error(got, routes[0].Entered)
	}
	for element, want := range map[string]string{"a": "no route leads to a with these variables", "nowhere": "process p has no element nowhere", "p": "p is a process: ask about an element in it"} {
		if _, err := proof.Deadline(proof.Case{Plan: plan, Now: monday, From: "b"}, element); err == nil || err.Error() != want {
			t.Errorf("%s: %v", element, err)
		}
	}
}
