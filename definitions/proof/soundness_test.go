package proof_test

import (
	"slices"
	"strings"
	"testing"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/proof"
)

// nets are processes with what is wrong with them: kind, element, and the counter-example; "?" marks what is no error.
var nets = []struct{ name, text, findings string }{
	{"a sequence", `start s; user a; end e; s -> a -> e`, ``},
	{"choice and merge", `start s; xor x; user a; user b; xor y; end e; s -> x -[v]-> a -> y; x -/-> b -> y -> e`, ``},
	{"split and join", `start s; and f; user a; user b; and j; end e; s -> f -> a -> j; f -> b -> j -> e`, ``},
	{"an XOR split and an AND join", `start s; xor x; user a; user b; and j; end e; s -> x -[v]-> a -> j; x -/-> b -> j -> e`, `deadlock j: s x a`},
	{"an AND split and an XOR join", `start s; and f; user a; user b; xor m; user c; end e; s -> f -> a -> m; f -> b -> m -> c -> e`, `doubled c?: s f a b m m c c`},
	{"an AND split, an XOR join and an end", `start s; and f; user a; user b; xor m; end e; s -> f -> a -> m; f -> b -> m -> e`, ``},
	{"an end inside a split", `start s; and f; xor x; user b; and j; end e; end gone; s -> f -> x -[v]-> gone; x -/-> j; f -> b -> j -> e`, `deadlock j: s f x b gone`},
	{"a terminate end inside a split", `start s; and f; xor x; user b; and j; end e; end gone terminate; s -> f -> x -[v]-> gone; x -/-> j; f -> b -> j -> e`, ``},
	{"a loop", `start s; xor m; user a; xor x; end e; s -> m -> a -> x -[v]-> m; x -/-> e`, ``},
	{"a loop without exit", `start s; xor m; user a; user b; s -> m -> a -> b -> m`, `endless m: s m`},
	{"a loop that can be entered and not left", `start s; xor x; end e; xor m; user a; s -> x -[v]-> m -> a -> m; x -/-> e`, `endless m: s x m`},
	{"a loop without exit that another branch terminates", `start s; and f; xor m; user a; user b; end e terminate; s -> f -> m -> a -> m; f -> b -> e`, ``},
	{"a loop without exit beside a branch that ends", `start s; and f; xor m; user a; user b; end e; s -> f -> m -> a -> m; f -> b -> e`, `endless m: s f m b e`},
	{"a split in a loop that comes back", `start s; xor m; and f; user a; and j; end e; s -> m -> f -> m; f -> a -> j; f -> j -> e`, `unbounded f: s m f m a`},
	{"a split in a loop that ends by itself", `start s; xor m; user a; and f; user b; xor x; end e; end e2; s -> m -> a -> f -> b -> e; f -> x -[v]-> m; x -/-> e2`, `unbounded f?: s m a f b x m`},
	{"an inclusive split and join", `start s; or o; user a; user b; user c; or j; end e; s -> o -[v1]-> a -> j; o -[v2]-> b -> j; o -/-> c -> j -> e`, ``},
	{"an inclusive split and a parallel join", `start s; or o; user a; user b; and j; end e; s -> o -[v1]-> a -> j; o -/-> b -> j -> e`, `deadlock j: s o b`},
	{"a parallel split and an inclusive join", `start s; and o; user a; user b; or j; end e; s -> o -> a -> j; o -> b -> j -> e`, ``},
	{"an inclusive split and an exclusive join", `start s; or o; user a; user b; xor j; user c; end e; s -> o -[v1]-> a -> j; o -[v2]-> b -> j -> c -> e`, `doubled c?: s o a b j j c c`},
	{"an inclusive join in a loop", `start s; xor m; or o; user a; user b; or j; xor x; end e; s -> m -> o -[v1]-> a -> j; o -[v2]-> b -> j -> x -[v]-> m; x -/-> e`, ``},
	{"an inclusive loop", `start s; or j; user a; xor x; end e; s -> j -> a -> x -[v]-> j; x -/-> e`, ``},
	{"two inclusive joins that wait for each other", `start s; and f; or g; or h; user a; user b; end e; end e2; s -> f -> g -> a; a -[v1]-> h; a -/-> e; f -> h -> b; b -[v2]-> g; b -/-> e2`, `deadlock g: s f; deadlock h: s f`},
	{"conditions on the flows of a task", `start s; user a; user b; user c; and j; end e; s -> a -[v1]-> b -> j; a -[v2]-> c -> j -> e`, `deadlock j: s a b`},
	{"an implicit split", `start s; user a; user b; user c; and j; end e; s -> a -> b -> j; a -> c -> j -> e`, ``},
	{"a boundary event that interrupts into a join", `start s; and f; user a; boundary late on=a duration=P1D; user b; and j; end e; end e2; s -> f -> a -> j; f -> b -> j -> e; late -> e2`, `deadlock j: s f a b late e2`},
	{"a reminder", `start s; user a; boundary soon on=a cycle=R/P1D noninterrupting; send m type=x; end e; end e2; s -> a -> e; soon -> m -> e2`, ``},
	{"a reminder that joins the main flow", `start s; user a; boundary soon on=a duration=P1D noninterrupting; user c; end e; xor m; s -> a -> m -> c -> e; soon -> m`, `doubled c?: s a soon m m c c`},
	{"a reminder in a loop", `start s; xor m; user a; boundary soon on=a duration=P1D noninterrupting; user c; end e; end e2; xor x; s -> m -> a -> x -[v]-> m; x -/-> e; soon -> c -> e2`, ``},
	{"a reminder that is waited for", `start s; user a; boundary soon on=a duration=P1D noninterrupting; and j; end e; s -> a -> j -> e; soon -> j`, `deadlock j: s a`},
	{"an event-based gateway", `start s; race r; catch c message=m key=k; catch t duration=P1D; xor m; end e; s -> r -> c -> m; r -> t -> m -> e`, ``},
	{"an event-based gateway before a join", `start s; race r; catch c message=m key=k; catch t duration=P1D; and j; end e; s -> r -> c -> j; r -> t -> j -> e`, `deadlock j: s r c`},
	{"a deadlock in a sub-process", `start s; user u; sub p { start is; xor x; user a; user b; and j; end ie; is -> x -[v]-> a -> j; x -/-> b -> j -> ie }; end e; s -> u -> p -> e`, `deadlock j: s u p is x a`},
	{"a deadlock in a sub-process with a way out", `start s; sub p { start is; xor x; user a; user b; and j; end ie; is -> x -[v]-> a -> j; x -/-> b -> j -> ie }; boundary late on=p duration=P1D; end e; end e2; s -> p -> e; late -> e2`, `deadlock j?: s p is x a`},
	{"a sub-process that runs until it is interrupted", `start s; sub p { start is; xor m; user a; is -> m -> a -> m }; boundary stop on=p message=stop key=k; end e; s -> p; stop -> e`, ``},
	{"a process that runs until an event sub-process", `start s; xor m; user a; s -> m -> a -> m; eventsub es { start stop message=stop key=k; end e; stop -> e }`, ``},
	{"what follows a sub-process that only ends by interruption", `start s; sub p { start is; xor m; user a; is -> m -> a -> m }; boundary stop on=p message=stop key=k; user b; end e; s -> p -> b -> e; stop -> e`, `dead b?`},
	{"a deadlock in an event sub-process", `start s; user u; end e; s -> u -> e; eventsub es { start go message=go key=k noninterrupting; xor x; user a; user b; and j; end ie; go -> x -[v]-> a -> j; x -/-> b -> j -> ie }`, `deadlock j: s es go x a`},
	{"an error caught at a sub-process", `start s; sub p { start is; user a; xor x; end ie; end bad error=BAD; is -> a -> x -[v]-> ie; x -/-> bad }; boundary b on=p error=BAD; end e; end e2; s -> p -> e; b -> e2`, ``},
	{"an error that nothing throws", `start s; sub p { start is; manual a; end ie error=OTHER; is -> a -> ie }; boundary b on=p error=BAD; boundary c on=p error=OTHER; end e; end e2; s -> p -> e; b -> e2; c -> e`, `dead b?`},
	{"an error event sub-process", `start s; user a; end bad error=BAD; s -> a -> bad; eventsub es { start caught error=BAD; user fix; end e; caught -> fix -> e }`, ``},
	{"an error out of an event sub-process", `start s; sub p { start is; user a; end ie; is -> a -> ie; eventsub es { start told message=told key=k noninterrupting; end bad error=BAD; told -> bad } }; boundary b on=p error=BAD; end e; s -> p -> e; b -> e`, ``},
	{"an escalation that does not interrupt", `start s; sub p { start is; throw up escalation=UP; user a; end ie; is -> up -> a -> ie }; boundary b on=p escalation=UP noninterrupting; user look; end e; end e2; s -> p -> e; b -> look -> e2`, ``},
	{"an escalation that interrupts", `start s; sub p { start is; throw up escalation=UP; user a; end ie; is -> up -> a -> ie }; boundary b on=p escalation=UP; user c; end e; end e2; s -> p -> c -> e; b -> e2`, `dead a?; dead c?`},
	{"an escalation that nothing throws", `start s; sub p { start is; user a; end ie; is -> a -> ie }; boundary b on=p escalation=UP; end e; end e2; s -> p -> e; b -> e2`, `dead b?`},
	{"an error that always leaves a sub-process", `start s; sub p { start is; user a; end ie error=BAD; is -> a -> ie }; boundary b on=p error=BAD; user c; end e; end e2; s -> p -> c -> e; b -> e2`, `dead c?`},
	{"compensation", `start s; user a; boundary b on=a compensate=h; user h handler; throw undo compensate; user c; end e compensate; s -> a -> undo -> c -> e`, ``},
	{"a handler that cannot end", `start s; user a; boundary b on=a compensate=h; sub h handler { start is; xor x; user y; and j; end ie; is -> x -[v]-> y -> j; x -/-> j -> ie }; throw undo compensate; end e; s -> a -> undo -> e`, `deadlock j: h is x`},
	{"an error that only a handler throws", `start s; script a expr="=1" result=x; boundary b on=a compensate=h; sub h handler { start is; end bad error=E; is -> bad }; throw undo compensate; end e; s -> a -> undo -> e; eventsub es { start caught error=E; end ee; caught -> ee }`, ``},
	{"an error of a handler that nothing calls", `start s; script a expr="=1" result=x; boundary b on=a compensate=h; sub h handler { start is; end bad error=E; is -> bad }; end e; s -> a -> e; eventsub es { start caught error=E; end ee; caught -> ee }`, `dead caught?`},
	{"a compensation event sub-process", `start s; sub p { start is; user a; end ie; is -> a -> ie; eventsub u { start us compensate; and f; and j; end ue; us -> f -> j -> ue } }; end e compensate; s -> p -> e`, ``},
	{"a transaction", `start s; transaction p { start is; xor x; end ie; end no cancel; is -> x -[v]-> ie; x -/-> no }; boundary c on=p cancel; user sorry; end e; end e2; s -> p -> e; c -> sorry -> e2`, ``},
	{"a transaction that nothing cancels", `start s; transaction p { start is; end ie; is -> ie }; boundary c on=p cancel; end e; end e2; s -> p -> e; c -> e2`, `dead c?`},
	{"a transaction that is always canceled", `start s; transaction p { start is; end no cancel; is -> no }; boundary c on=p cancel; user after; end e; end e2; s -> p -> after -> e; c -> e2`, `dead after?`},
	{"a cancel end event in a sub-process", `start s; transaction p { start is; sub q { start iq; end no cancel; iq -> no }; user after; end ie; is -> q -> after -> ie }; boundary c on=p cancel; end e; end e2; s -> p -> e; c -> e2`, `dead after?; dead e?`},
	{"links", `start s; xor x; throw t link=L; catch c link=L; user a; end e; end e2; s -> x -[v]-> t; x -/-> e2; c -> a -> e`, ``},
	{"a link into half a join", `start s; and f; and j; throw t link=L; catch c link=L; end e; end e2; s -> f -> t; f -> e2; c -> j -> e; x -> j; user x; xor y; f -> y -[v]-> x; y -/-> e2`, `deadlock j: s f t e2 y e2 c`},
	{"a split that fills one side of a join twice", `start s; and f; user a; user b; xor m; user c; and j; end e; s -> f -> a -> m; f -> b -> m -> j; f -> c -> j -> e`, `deadlock j: s f a b c m m j e`},
	{"an ad-hoc sub-process", `start s; adhoc h { user a; user b; user c; b -> c }; user d; end e; s -> h -> d -> e`, ``},
	{"a deadlock behind an ad-hoc sub-process", `start s; adhoc h { user a }; xor x; and j; end e; s -> h -> x -[v]-> j; x -/-> j -> e`, `deadlock j: s h x`},
	{"a loop in an ad-hoc sub-process", `start s; xor x; adhoc h { xor m; user a; xor z; user b; m -> a -> z -[v]-> m; z -/-> b }; end e; s -> x -> h -> e`, ``},
	{"what is chosen meets nothing twice", `start s; adhoc h { and f; user a; user b; xor m; user c; f -> a -> m; f -> b -> m -> c }; end e; s -> h -> e`, `doubled c?: s h f a b m m c c`},
	{"a loop that only the end of an ad-hoc sub-process ends", `start s; adhoc h { sub p { start is; xor m; user a; is -> m -> a -> m } }; user b; end e; s -> h -> b -> e`, ``},
	{"an endless loop in an ad-hoc sub-process that waits for it", `start s; adhoc h keep { sub p { start is; xor m; user a; is -> m -> a -> m } }; user b; end e; s -> h -> b -> e`, `endless m: s h p is m`},
	{"an escalation out of an ad-hoc sub-process", `start s; adhoc h { user a; throw up escalation=UP }; boundary b on=h escalation=UP; end e; end e2; s -> h -> e; b -> e2`, ``},
	{"two starts, one into half a join", `start s; start t message=t; and f; and j; end e; s -> f -> j; f -> j -> e; t -> j`, `deadlock j: t`},
}

func TestSoundness(t *testing.T) {
	t.Parallel()
	for _, c := range nets {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := proof.Soundness(bpmntest.Plan(t, "process", c.text), 0)
			if got := told(r); got != c.findings {
				t.Errorf("\n got %s\nwant %s", got, c.findings)
			}
			if (r.Verdict == proof.Sound) != (c.findings == "") {
				t.Error(r.Verdict)
			}
		})
	}
}

// What is chosen in an ad-hoc sub-process may meet at a join: that depends on who chooses.
func TestJoinsOfChoicesAreNotDecided(t *testing.T) {
	t.Parallel()
	r := proof.Soundness(bpmntest.Plan(t, "process", `start s; adhoc h { user a; user b; and j; user c; a -> j; b -> j; j -> c }; end e; s -> h -> e`), 0)
	if r.Verdict != proof.NotDecided || r.Reason != "j joins what is chosen in the ad-hoc sub-process h" || len(r.Findings) > 0 {
		t.Errorf("%s: %s %v", r.Verdict, r.Reason, told(r))
	}
}

func told(r proof.Result) string {
	var out []string
	for _, f := range r.Findings {
		text := string(f.Kind) + " " + f.Element.ID
		if !f.Certain {
			text += "?"
		}
		if len(f.Path) > 0 {
			text += ": " + strings.Join(f.IDs(), " ")
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}
