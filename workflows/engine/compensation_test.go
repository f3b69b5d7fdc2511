package engine_test

import (
	"slices"
	"strings"
	"testing"

	"fasthold/workflows/engine"
)

// booked books a hotel and a flight, each with a handler that undoes it.
const booked = `
	service hotel type=book
	boundary nohotel on=hotel compensate=unhotel
	service unhotel type=cancel handler
	service flight type=book
	boundary noflight on=flight compensate=unflight
	service unflight type=cancel handler
`

// BPMN 2.0.2 §13.5.5: what is done is undone by its handler, the last one first, one after the other; then the token goes on.
func TestBPMN13_5_5_CompensationInReverseOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text string }{
		{"intermediate event", `start s; and f; and j; throw undo compensate; user after; end e; s -> f -> hotel -> j -> undo -> after -> e; f -> flight -> j`},
		{"in an event sub-process", `start s; and f; and j; user after; end e; s -> f -> hotel -> j -> after -> e; f -> flight -> j
			eventsub es { start sorry message=sorry key="=1" noninterrupting; throw undo compensate; end f2; sorry -> undo -> f2 }`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := play(t, booked+c.text, ``)
			p.complete("flight", ``)
			p.complete("hotel", ``)
			if strings.Contains(c.text, "sorry") {
				p.message("sorry", "1", ``)
			}
			p.waitsFor("undo", engine.WaitCompensation)
			p.waitsFor("unhotel", engine.WaitJob)
			p.waitsNot("unflight")
			p.complete("unhotel", ``)
			p.complete("unflight", ``)
			p.waits("after")
			p.complete("after", ``)
			p.ended(engine.Completed)
			p.order("undo", "nohotel", "unhotel", "noflight", "unflight")
		})
	}
}

// waitsFor checks that an element waits, and for what.
func (p *player) waitsFor(element string, w engine.Wait) {
	p.t.Helper()
	if n, _ := p.s.Node(p.key(element)); n.Wait != w {
		p.t.Fatalf("%s waits for %s, want %s", element, n.Wait, w)
	}
}

func (p *player) waitsNot(element string) {
	p.t.Helper()
	if slices.Contains(p.waiting(), element) {
		p.t.Fatalf("%s waits", element)
	}
}

// order checks that the elements were entered in that order, others not counted.
func (p *player) order(want ...string) {
	p.t.Helper()
	got := slices.DeleteFunc(slices.Clone(p.visited), func(id string) bool { return !slices.Contains(want, id) })
	if !slices.Equal(got, want) {
		p.t.Fatalf("visited %v, of it %v, want %v", p.visited, got, want)
	}
}

// BPMN 2.0.2 table 10.90: one activity, which is compensated once only; a second event finds nothing and goes on.
func TestBPMN13_5_5_CompensationOfOneActivity(t *testing.T) {
	t.Parallel()
	p := play(t, booked+`start s; throw one compensate=hotel; throw again compensate=hotel; end all compensate
		s -> hotel -> flight -> one -> again -> all`, ``)
	p.complete("hotel", ``)
	p.complete("flight", ``)
	p.waits("one", "unhotel")
	p.complete("unhotel", ``)
	p.waits("all", "unflight")
	p.complete("unflight", ``)
	p.ended(engine.Completed)
	p.order("one", "unhotel", "again", "all", "unflight")
}

// BPMN 2.0.2 §13.5.5: only what is done is compensated: not what still runs, what was terminated or what was never begun. Each round of a loop is.
func TestBPMN13_5_5_OnlyWhatIsDone(t *testing.T) {
	t.Parallel()
	p := play(t, booked+`
		start s; and f; user later; xor x; throw undo compensate; end e; end e2
		boundary late on=flight message=late key="=1"; end l
		s -> f -> x -> hotel -> y -[n < 2]-> count -> x; xor y; script count expr="=n + 1" result=n; y -/-> undo -> e
		f -> flight -> e2; late -> l; f -> later`, `{"n":1}`)
	p.message("late", "1", ``)
	p.complete("hotel", ``)
	p.complete("hotel", ``)
	p.waits("later", "undo", "unhotel")
	p.complete("unhotel", ``)
	p.waits("later", "undo", "unhotel")
	p.complete("unhotel", ``)
	p.waits("later")
	p.complete("later", ``)
	p.ended(engine.Completed)
}

// What is not compensated any more is not remembered: nothing of a loop is, when nothing can throw compensation, or its scope has ended.
func TestStateKeepsOnlyWhatCanBeCompensated(t *testing.T) {
	t.Parallel()
	const work = `start i; xor a; script count expr="=n + 1" result=n; xor b; %end; i -> a -> try -> count -> b -[n < 500]-> a; b -/-> ie
		user try; boundary no on=try compensate=un; manual un handler;`
	for name, text := range map[string]string{
		"nothing throws":      `start s; sub work { ` + strings.Replace(work, "%end", "end ie", 1) + ` }; user u; throw undo; end e; s -> work -> u -> undo -> e`,
		"only its own scope":  `start s; sub work { ` + strings.Replace(work, "%end", "throw ie compensate", 1) + ` }; user u; end e; s -> work -> u -> e`,
		"only something else": `start s; sub work { ` + strings.Replace(work, "%end", "end ie", 1) + ` }; user u; boundary nu on=u compensate=unu; manual unu handler; throw undo compensate=u; end e; s -> work -> u -> undo -> e`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, text, `{"n":0}`)
			for range 500 {
				p.complete("try", ``)
			}
			p.waits("u")
			if size := len(encoded(t, p.s)); size > 500 {
				t.Fatalf("%d bytes: %s", size, encoded(t, p.s))
			}
			p.complete("u", ``)
			p.ended(engine.Completed)
		})
	}
}

// BPMN 2.0.2 §10.7: a sub-process that is done is compensated by compensating what is in it, with the variables it had; what came later is
// undone before. Its own handler runs first, as it was done last (Camunda 8 runs both too).
func TestBPMN10_7_DefaultCompensation(t *testing.T) {
	t.Parallel()
	const inner = `
		start s
		sub trip in.place="=where" {
			start i; end ie; i -> book -> pay -> ie
			user book; boundary nobook on=book compensate=unbook; service unbook type=cancel in.from="=place" handler
			user pay; boundary nopay on=pay compensate=unpay; script unpay expr="=place + \"!\"" result=place handler
		}
		script move expr="=\"elsewhere\"" result=where
		user last; boundary nolast on=last compensate=unlast; manual unlast handler
		throw undo compensate
		end e
		s -> trip -> move -> last -> undo -> e`
	p := play(t, inner, `{"where":"Aarhus"}`)
	for _, id := range []string{"book", "pay", "last"} {
		p.complete(id, ``)
	}
	p.waits("unbook", "undo")
	n, _ := p.s.Node(p.key("unbook"))
	if got := n.Variables; len(got) != 1 || got[0].Value.String() != `"Aarhus!"` {
		t.Fatalf("the handler sees %v", got)
	}
	p.complete("unbook", ``)
	p.ended(engine.Completed)
	p.order("unlast", "unpay", "unbook")
	p.variable("where", `"elsewhere"`)
	p.variable("place", "null")

	p = play(t, inner+`; boundary notrip on=trip compensate=untrip; manual untrip handler`, `{"where":"Aarhus"}`)
	for _, id := range []string{"book", "pay", "last", "unbook"} {
		p.complete(id, ``)
	}
	p.ended(engine.Completed)
	p.order("undo", "unlast", "notrip", "untrip", "unpay", "unbook")
}

// BPMN 2.0.2 §10.7: the compensation event sub-process of a sub-process runs in place of the default, and can compensate what is in it.
func TestBPMN10_7_CompensationEventSubProcess(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s
		sub trip in.place="=\"Aarhus\"" {
			start i; end ie; i -> book -> pay -> ie
			user book; boundary nobook on=book compensate=unbook; user unbook handler
			user pay; boundary nopay on=pay compensate=unpay; user unpay handler
			eventsub undoing { start us compensate; user tell out.told="=place"; throw only compensate=book; end ue; us -> tell -> only -> ue }
		}
		end undo compensate
		s -> trip -> undo`, ``)
	p.complete("book", ``)
	p.complete("pay", ``)
	p.waits("tell", "undo")
	p.complete("tell", ``)
	p.waits("only", "unbook", "undo")
	p.complete("unbook", ``)
	p.ended(engine.Completed)
	p.visits("s", "trip", "i", "book", "pay", "ie", "undo", "undoing", "us", "tell", "only", "nobook", "unbook", "ue")
	p.variable("told", `"Aarhus"`)
}

// BPMN 2.0.2 §10.7: a handler can be any activity: a sub-process, a call, one that is repeated. What is in a called process is not compensated.
func TestBPMN10_7_HandlersOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		handler string
		waits   []string
	}{
		{`user h handler`, []string{"h"}},
		{`sub h handler { start hs; user hu; end he; hs -> hu -> he }`, []string{"hu"}},
		{`sub h handler { start hs; user one; boundary no on=one compensate=un; user un handler; end he compensate; hs -> one -> he }`, []string{"one", "un"}},
		{`call h process=q handler`, []string{"h"}},
		{`user h times=2 handler`, []string{"h", "h"}},
		{`user h times=2 sequential handler`, []string{"h", "h"}},
		{`sub h each="=[1,2]" item=i handler { start hs; user hu; end he; hs -> hu -> he }`, []string{"hu", "hu"}},
		{`manual h handler`, nil},
		{`script h expr="=1" result=x handler`, nil},
		{`receive h message=m key="=1" handler`, []string{"h"}},
	} {
		t.Run(c.handler, func(t *testing.T) {
			t.Parallel()
			p := play(t, `start s; call a process=q; boundary b on=a compensate=h; throw undo compensate; user after; end e; s -> a -> undo -> after -> e;`+c.handler, ``)
			p.complete("a", ``)
			for _, id := range c.waits {
				if n, _ := p.s.Node(p.key(id)); n.Wait == engine.WaitMessage {
					p.message("m", "1", ``)
				} else {
					p.complete(id, ``)
				}
			}
			p.waits("after")
			p.complete("after", ``)
			p.ended(engine.Completed)
		})
	}
}

// The handler of a repeated activity runs once, as the activity is done once; what is in a repeated sub-process is compensated for each
// instance, with the variables of that.
func TestBPMN10_7_CompensationOfRepeatedActivities(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; user a each="=[1,2]" item=i; boundary b on=a compensate=h; user h handler; end undo compensate; s -> a -> undo`, ``)
	p.completeNth("a", 1, ``)
	p.completeNth("a", 0, ``)
	p.waits("h", "undo")
	p.complete("h", ``)
	p.ended(engine.Completed)

	for _, how := range []string{`each="=[1,2,3]" item=i`, `each="=[1,2,3]" item=i sequential`, `while="=loopCounter < 3" in.i="=loopCounter"`} {
		p = play(t, `start s; sub all `+how+` { start is; user a; boundary b on=a compensate=h; script h expr="=append(undone, i)" result=undone handler; end ie; is -> a -> ie }
			end undo compensate=all; s -> all -> undo`, `{"undone":[]}`)
		for range 3 {
			p.complete("a", ``)
		}
		p.ended(engine.Completed)
		p.variable("undone", "[3, 2, 1]")
	}
}

// BPMN 2.0.2 §13.5.5: an error out of a handler is caught around the event that throws; what has not begun can then still be compensated.
func TestBPMN13_5_5_ErrorInAHandler(t *testing.T) {
	t.Parallel()
	text := `start s; throw undo compensate; end e; s -> hotel -> flight -> undo -> e` + booked
	p := play(t, text+`; eventsub es { start es1 error=E; user fix; throw rest compensate; end ee; es1 -> fix -> rest -> ee }`, ``)
	p.complete("hotel", ``)
	p.complete("flight", ``)
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("unflight"), Code: "E"})
	p.waits("fix")
	p.complete("fix", ``)
	p.waits("rest", "unhotel")
	p.complete("unhotel", ``)
	p.ended(engine.Completed)

	p = play(t, text, ``)
	p.complete("hotel", ``)
	p.complete("flight", ``)
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("unflight"), Code: "E"})
	if in := p.incidents(); len(in) != 1 || in[0].Code != "unhandled_error" {
		t.Fatal(in)
	}
	p.step(engine.Event{Kind: engine.Retry, Key: p.key("unflight")})
	p.complete("unflight", ``)
	p.complete("unhotel", ``)
	p.ended(engine.Completed)
}

// An error of what is compensated in a sub-process that is over is not caught on the border of that, but around what throws.
func TestBPMN13_5_5_ErrorInASubProcessThatIsOver(t *testing.T) {
	t.Parallel()
	p := play(t, `
		start s; sub outer { start o; throw undo compensate; end oe; o -> trip -> undo -> oe
			sub trip { start i; user book; boundary nobook on=book compensate=unbook; service unbook type=x handler; end ie; i -> book -> ie
				eventsub near { start ns error=E; end ne; ns -> ne } }
			boundary past on=trip error=E; end pe; past -> pe }
		boundary caught on=outer error=E; end e; end ce; s -> outer -> e; caught -> ce`, ``)
	p.complete("book", ``)
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("unbook"), Code: "E"})
	p.ended(engine.Completed)
	p.order("undo", "nobook", "unbook", "caught", "ce")
}

// The end of a scope takes the handlers away that run in it, and those that run around an event sub-process that is ended.
func TestBPMN13_5_5_TerminationDuringCompensation(t *testing.T) {
	t.Parallel()
	p := play(t, booked+`start s; and f; throw undo compensate; end e; user stop; end te terminate; s -> hotel -> f -> undo -> e; f -> stop -> te`, ``)
	p.complete("hotel", ``)
	p.complete("stop", ``)
	p.ended(engine.Completed)

	p = play(t, booked+`start s; user after; end e; s -> hotel -> flight -> after -> e; throw later compensate; end le; after -> later -> le
		eventsub es { start sorry message=sorry key="=1" noninterrupting; and f; throw undo compensate; user stop; end te terminate; sorry -> f -> undo -> te; f -> stop -> te }`, ``)
	p.complete("hotel", ``)
	p.complete("flight", ``)
	p.message("sorry", "1", ``)
	p.waits("after", "stop", "undo", "unflight")
	p.complete("stop", ``)
	p.waits("after")
	p.complete("after", ``)
	p.waits("later", "unhotel")
	p.complete("unhotel", ``)
	p.ended(engine.Completed)

	p = play(t, booked+`start s; throw undo compensate; end e; s -> hotel -> undo -> e`, ``)
	p.complete("hotel", ``)
	p.step(engine.Event{Kind: engine.Cancel})
	p.ended(engine.Canceled)
}

// An inclusive join does not wait for what is only compensated.
func TestBPMN13_4_3_InclusiveJoinBesideCompensation(t *testing.T) {
	t.Parallel()
	p := play(t, `start s; sub work { start i; user a; boundary b on=a compensate=h; user h handler; end ie; i -> a -> ie }
		or f; or j; user next; end e; s -> work -> f -[true]-> undo -> e; throw undo compensate; f -[true]-> x -> j -> next -> e; manual x; f -[n = 7]-> work2 -> j; user work2`, `{"n":1}`)
	p.complete("a", ``)
	p.waits("h", "next", "undo")
}

const transaction = `
	start s
	transaction deal {
		start i
		and f
		user sign; boundary nosign on=sign compensate=unsign; user unsign handler
		user pay; boundary nopay on=pay compensate=unpay; user unpay handler
		user decide
		xor ok
		end done
		end broken cancel
		i -> f -> sign -> pay -> done
		f -> decide -> ok -[good]-> done
		ok -/-> broken
	}
	boundary canceled on=deal cancel
	boundary failed on=deal error=E
	boundary late on=deal duration=P9D
	user sorry
	user well
	end e
	s -> deal -> well -> e
	canceled -> sorry -> e
	failed -> sorry
	late -> sorry
`

// BPMN 2.0.2 §10.3.5, §13.5.3: a cancel end event ends all that runs in the transaction, compensates what is done, then its token leaves by
// the cancel event.
func TestBPMN13_5_3_CancelTransaction(t *testing.T) {
	t.Parallel()
	p := play(t, transaction, `{"good":false}`)
	p.complete("sign", ``)
	p.complete("decide", ``)
	p.waits("unsign")
	p.advance(20 * day) // it is decided: the deadline is gone
	p.waits("unsign")
	p.complete("unsign", ``)
	p.waits("sorry")
	p.complete("sorry", ``)
	p.ended(engine.Completed)
	p.order("pay", "broken", "nosign", "unsign", "canceled", "sorry")

	p = play(t, transaction, `{"good":false}`)
	p.complete("decide", ``)
	p.waits("sorry")

	p = play(t, transaction, `{"good":true}`)
	for _, id := range []string{"decide", "sign", "pay", "well"} {
		p.complete(id, ``)
	}
	p.ended(engine.Completed)
}

// BPMN 2.0.2 §10.3.5: an error out of a transaction is a hazard: it leaves without compensation, also when it comes out of a handler.
func TestBPMN10_3_5_Hazard(t *testing.T) {
	t.Parallel()
	p := play(t, transaction, `{"good":false}`)
	p.complete("sign", ``)
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("pay"), Code: "E"})
	p.waits("sorry")

	p = play(t, transaction, `{"good":false}`)
	for _, id := range []string{"sign", "pay", "decide"} {
		p.complete(id, ``)
	}
	p.step(engine.Event{Kind: engine.ThrowError, Key: p.key("unpay"), Code: "E"})
	p.waits("sorry")
	p.complete("sorry", ``)
	p.ended(engine.Completed)
}

// A cancel end event counts for the transaction around it however deep it stands; what is done in a sub-process that is not is compensated too.
func TestBPMN10_3_5_CancelOutOfASubProcess(t *testing.T) {
	t.Parallel()
	const text = `
		start s
		transaction deal %how {
			start i; end ie
			sub part in.x="=7" {
				start ps; end no cancel
				user a; boundary b on=a compensate=h; script h expr="=append(undone, x)" result=undone handler
				user go
				ps -> a -> go -> no
				eventsub never { start ns compensate; end ne; ns -> ne }
			}
			user c; boundary d on=c compensate=g; script g expr="=append(undone, \"c\")" result=undone handler
			i -> c -> part -> ie
		}
		boundary canceled on=deal cancel
		end e; end ce
		s -> deal -> e; canceled -> ce`
	p := play(t, strings.Replace(text, "%how", "", 1), `{"undone":[]}`)
	for _, id := range []string{"c", "a", "go"} {
		p.complete(id, ``)
	}
	p.ended(engine.Completed)
	p.variable("undone", `[7, "c"]`)
	p.order("h", "g", "canceled", "ce")

	p = play(t, strings.Replace(text, "%how", "times=3", 1), `{"undone":[]}`)
	for range 2 {
		p.complete("c", ``)
		p.complete("a", ``)
	}
	p.complete("go", ``)
	p.ended(engine.Completed)
	p.variable("undone", `[7, "c", 7, "c"]`)
	p.order("h", "g", "h", "g", "canceled", "ce")
}

// A transaction that is done is compensated like a sub-process.
func TestBPMN10_7_CompensationOfATransaction(t *testing.T) {
	t.Parallel()
	p := play(t, strings.Replace(transaction, "-> well -> e", "-> well -> undo -> e; throw undo compensate", 1), `{"good":true}`)
	for _, id := range []string{"decide", "sign", "pay", "well"} {
		p.complete(id, ``)
	}
	p.complete("unpay", ``)
	p.complete("unsign", ``)
	p.ended(engine.Completed)
}
