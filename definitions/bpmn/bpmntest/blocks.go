package bpmntest

import (
	"fmt"
	"strings"
)

// Blocks write a random process from blocks with one way in and one way out, so that every one of them is sound. Each block is a method that
// returns the first and the last element it wrote.
//
// Processes read the variables v1 to v3, which should be small numbers, and know one correlation key, k. A job whose element begins with
// "risky" may end by the error E.
type Blocks struct {
	strings.Builder
	// Draw chooses a number below n; what says of what, for whoever keeps a record. Small numbers give small processes.
	Draw func(n int, what string) int
	// Calls are the processes, each a Callee, that may be called; there are no calls without any.
	Calls []string
	// Last is the last number given in an id. Processes that hand variables to each other need different ones.
	Last int
}

// Line writes statements.
func (b *Blocks) Line(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

// ID is a new id that begins with a kind.
func (b *Blocks) ID(kind string) string {
	b.Last++
	return fmt.Sprintf("%s%d", kind, b.Last)
}

// Number draws a number from low to high.
func (b *Blocks) Number(low, high int, what string) int { return low + b.Draw(high-low+1, what) }

// OneOf draws one of several texts.
func (b *Blocks) OneOf(what string, texts ...string) string { return texts[b.Draw(len(texts), what)] }

// Node writes an element of its own and returns its id twice: it is a block.
func (b *Blocks) Node(kind, options string) (in, out string) {
	id := b.ID(kind)
	b.Line("%s %s %s", kind, id, options)
	return id, id
}

// block writes a block and returns its first and its last element.
func (b *Blocks) block(depth int) (in, out string) {
	if depth <= 0 {
		return b.leaf(0)
	}
	// Drawing prefers the first ones.
	kinds := []func(int) (string, string){b.sequence, b.parallel, b.inclusive, b.inner, b.exclusive, b.loop, b.guarded, b.repeated, b.firstFew, b.escalated, b.compensated, b.canceled, b.chosen, b.leaf}
	if len(b.Calls) > 0 {
		kinds = append(kinds, b.called, b.called, b.called)
	}
	return kinds[b.Draw(len(kinds), "block")](depth - 1)
}

func (b *Blocks) leaf(int) (in, out string) {
	switch b.Number(0, 10, "leaf") {
	case 0:
		return b.Attached()
	case 1:
		return b.raced()
	case 2:
		return b.Node("user", "")
	case 3:
		return b.Node("service", "type=job out.v1=`=1`")
	case 4:
		return b.Node("script", "expr=`=v1 + 1` result=v2")
	case 5:
		return b.Node("catch", "duration=P1D")
	case 6:
		return b.Node("receive", "message=told key=k")
	case 7:
		return b.Node("catch", "signal=loud")
	case 9:
		return b.Node("catch", "condition=`=v1 >= 0`")
	case 8:
		return b.Node("throw", "signal=loud in.v2=`=v1`")
	}
	return b.Node("manual", "")
}

func (b *Blocks) sequence(depth int) (in, out string) {
	in, out = b.block(depth)
	for range b.Number(1, 3, "length") {
		next, last := b.block(depth)
		if b.Number(0, 3, "link") == 3 {
			throw, caught := b.ID("throw"), b.ID("catch")
			b.Line("throw %[1]s link=%[1]s; catch %[2]s link=%[1]s; %[3]s -> %[1]s; %[2]s -> %[4]s", throw, caught, out, next)
		} else {
			b.Line("%s -> %s", out, next)
		}
		out = last
	}
	return in, out
}

// branches writes a gateway that splits, blocks with conditions, and one that joins.
func (b *Blocks) branches(kind string, depth int, arrow func(i, n int) string) (in, out string) {
	split, join := b.ID(kind), b.ID(kind)
	b.Line("%s %s; %s %s", kind, split, kind, join)
	n := b.Number(2, 4, "branches")
	for i := range n {
		first, last := b.block(depth)
		b.Line("%s %s %s", split, arrow(i, n), first)
		b.Line("%s -> %s", last, join)
	}
	return split, join
}

func (b *Blocks) condition() string {
	return fmt.Sprintf("-[v%d = %d]->", b.Number(1, 3, "variable"), b.Number(0, 2, "value"))
}

func (b *Blocks) orDefault(i, n int) string {
	if i == n-1 {
		return "-/->"
	}
	return b.condition()
}

func (b *Blocks) exclusive(depth int) (in, out string) { return b.branches("xor", depth, b.orDefault) }
func (b *Blocks) inclusive(depth int) (in, out string) { return b.branches("or", depth, b.orDefault) }

// firstFew goes on when some of its branches are done; the others end in the gateway.
func (b *Blocks) firstFew(depth int) (in, out string) {
	split, join := b.ID("and"), b.ID("complex")
	n := b.Number(2, 3, "branches")
	b.Line("and %s; complex %s when=`=activationCount >= %d`", split, join, b.Number(1, n, "few"))
	for range n {
		first, last := b.block(depth)
		b.Line("%s -> %s; %s -> %s", split, first, last, join)
	}
	return split, join
}

func (b *Blocks) parallel(depth int) (in, out string) {
	return b.branches("and", depth, func(int, int) string { return "->" })
}

// inner is a sub-process, with an event sub-process that starts by time.
func (b *Blocks) inner(depth int) (in, out string) {
	sub := b.ID("sub")
	b.Line("sub %s {", sub)
	b.Scope(depth)
	if b.Draw(2, "eventsub") == 1 {
		kind := b.OneOf("trigger", "duration=P2D", "cycle=R2/P2D noninterrupting", "message=stop key=k", "signal=alarm", "condition=`=v2 > 1`", "condition=`=v2 > 1` noninterrupting")
		b.Line("eventsub %s {", b.ID("es"))
		start := b.ID("s")
		b.Line("start %s %s", start, kind)
		first, last := b.block(depth - 1)
		end := b.ID("e")
		b.Line("end %s; %s -> %s; %s -> %s }", end, start, first, last, end)
	}
	b.Line("}")
	return sub, sub
}

// Scope writes a block between a start and an end event.
func (b *Blocks) Scope(depth int) {
	start, end := b.ID("s"), b.ID("e")
	b.Line("start %s; end %s", start, end)
	in, out := b.block(depth)
	b.Line("%s -> %s; %s -> %s", start, in, out, end)
}

// loop goes round at most three times.
func (b *Blocks) loop(depth int) (in, out string) {
	head, tail, count := b.ID("xor"), b.ID("xor"), b.ID("count")
	b.Line("xor %s; xor %s; script %s expr=`=(if %[3]s = null then 0 else %[3]s) + 1` result=%[3]s", head, tail, count)
	first, last := b.block(depth)
	next := b.ID("manual")
	b.Line("manual %s; %s -> %s; %s -> %s -> %s", next, head, first, last, count, tail)
	b.Line("%s -[%s < 3 and v1 > 0]-> %s; %s -/-> %s", tail, count, head, tail, next)
	return head, next
}

// raced waits for one of two events.
func (b *Blocks) raced() (in, out string) {
	race, late, told, join := b.ID("race"), b.ID("catch"), b.ID("catch"), b.ID("xor")
	b.Line("race %s; catch %s duration=P3D; catch %s message=told key=k; xor %s", race, late, told, join)
	b.Line("%[1]s -> %[2]s -> %[4]s; %[1]s -> %[3]s -> %[4]s", race, late, told, join)
	return race, join
}

// Attached is a task with a deadline that either ends it or adds a token with an end of its own.
func (b *Blocks) Attached() (in, out string) {
	task, event, join := b.ID("user"), b.ID("boundary"), b.ID("xor")
	b.Line("user %s; xor %s; %[1]s -> %s", task, join)
	if b.Draw(2, "interrupting") == 1 {
		b.Line("boundary %s on=%s duration=P1D; %[1]s -> %[3]s", event, task, join)
	} else {
		b.Line("boundary %s on=%s cycle=R2/P1D noninterrupting; end %s; %[1]s -> %[3]s", event, task, b.ID("e"))
	}
	return task, join
}

// guarded is a sub-process out of which an error may come.
func (b *Blocks) guarded(depth int) (in, out string) {
	sub, event, join := b.ID("sub"), b.ID("boundary"), b.ID("xor")
	b.Line("sub %s {", sub)
	start, risky, end := b.ID("s"), b.ID("risky"), b.ID("e")
	b.Line("start %s; service %s type=job; end %s", start, risky, end)
	first, last := b.block(depth)
	b.Line("%s -> %s -> %s; %s -> %s }", start, risky, first, last, end)
	b.Line("boundary %s on=%s error=E; xor %s; %[2]s -> %[3]s; %[1]s -> %[3]s", event, sub, join)
	return sub, join
}

// repeated is a sub-process or a task that is done several times.
func (b *Blocks) repeated(depth int) (in, out string) {
	how := b.OneOf("how", "each=`=[1,2]` item=i collect=all yield=`=i + 1`", "each=`=[1,2,3]` sequential", "times=2 until=`=numberOfCompletedInstances > 0`", "times=`=v1`",
		"while=`=loopCounter < 2`", "while=`=v1 > loopCounter` testbefore rounds=2")
	if b.Draw(2, "task") == 1 {
		kind := b.OneOf("kind", "user", "service", "manual", "receive")
		options := map[string]string{"service": " type=job", "receive": " message=told key=k"}[kind]
		id, event, join := b.ID(kind), b.ID("boundary"), b.ID("xor")
		b.Line("%s %s %s%s; boundary %s on=%s duration=P2D; xor %s", kind, id, how, options, event, id, join)
		b.Line("%s -> %s; %s -> %[2]s", id, join, event)
		return id, join
	}
	sub := b.ID("sub")
	b.Line("sub %s %s {", sub, how)
	b.Scope(depth - 1)
	b.Line("}")
	return sub, sub
}

// chosen is an ad-hoc sub-process.
func (b *Blocks) chosen(depth int) (in, out string) {
	h, event, join := b.ID("adhoc"), b.ID("boundary"), b.ID("xor")
	sub, first, next, manual := b.ID("sub"), b.ID("user"), b.ID("manual"), b.ID("manual")
	how := b.OneOf("how", "", "keep", "ordered", "ordered keep", "done=`=v1 > 0`", "done=`=v1 > 0` keep", "into=all from=`=loopCounter`",
		"done=`=count(all) > 2` into=all from=`=v1` ordered")
	what := b.OneOf("what", "", fmt.Sprintf("active=`=[\"%[1]s\",\"%[2]s\",\"%[1]s\"]`", first, sub), "active=`=[]`")
	b.Line("adhoc %s %s %s { user %s; manual %s; manual %s; %[4]s -> %[5]s; sub %[7]s {", h, how, what, first, next, manual, sub)
	b.Scope(depth - 1)
	b.Line("} }; boundary %s on=%s duration=P9D; xor %s; %[2]s -> %[3]s; %[1]s -> %[3]s", event, h, join)
	return h, join
}

// escalated is a sub-process out of which an escalation comes, caught by an event that ends it or by one that does not.
func (b *Blocks) escalated(depth int) (in, out string) {
	sub, event, join := b.ID("sub"), b.ID("boundary"), b.ID("xor")
	b.Line("sub %s {", sub)
	start, up, end := b.ID("s"), b.ID("throw"), b.ID("e")
	b.Line("start %s; throw %s escalation=UP; end %s", start, up, end)
	first, last := b.block(depth)
	b.Line("%s -> %s; %s -> %s -> %s }", start, first, last, up, end)
	b.Line("xor %s; %s -> %s", join, sub, join)
	if b.Draw(2, "interrupting") == 1 {
		b.Line("boundary %s on=%s escalation; %[1]s -> %[3]s", event, sub, join)
	} else {
		b.Line("boundary %s on=%s escalation=UP noninterrupting; end %s; %[1]s -> %[3]s", event, sub, b.ID("e"))
	}
	return sub, join
}

// undoable is a task with a handler, or one of a sub-process.
func (b *Blocks) undoable(depth int) (in, out string) {
	event, handler := b.ID("boundary"), b.ID("undo")
	kind := b.OneOf("undoable", "user %s", "service %s type=job", "manual %s", "user %s times=2", "sub %s {")
	task := b.ID("done")
	b.Line(kind, task)
	if strings.HasPrefix(kind, "sub") {
		b.Scope(depth - 1)
		b.Line("}")
	}
	b.Line("boundary %s on=%s compensate=%s", event, task, handler)
	b.Line(b.OneOf("handler", "user %s handler", "script %s expr=`=v1` result=v2 handler", "user %s times=2 handler"), handler)
	return task, task
}

// compensated does some work that can be undone, then undoes it.
func (b *Blocks) compensated(depth int) (in, out string) {
	in, out = b.undoable(depth)
	first, last := b.block(depth)
	throw := b.ID("throw")
	b.Line("throw %s compensate; %s -> %s; %s -> %[1]s", throw, out, first, last)
	return in, throw
}

// canceled is a transaction that is canceled or not, one branch while another one works.
func (b *Blocks) canceled(depth int) (in, out string) {
	deal, event, join := b.ID("deal"), b.ID("boundary"), b.ID("xor")
	start, fork, choice, end, broken := b.ID("s"), b.ID("and"), b.ID("xor"), b.ID("e"), b.ID("e")
	b.Line("transaction %s {", deal)
	b.Line("start %s; and %s; xor %s; end %s; end %s cancel; %[1]s -> %[2]s", start, fork, choice, end, broken)
	first, last := b.undoable(depth)
	b.Line("%s -> %s; %s -> %s", fork, first, last, end)
	first, last = b.compensated(depth - 1)
	b.Line("%s -> %s; %s -> %s %s %s; %[4]s -/-> %[7]s }", fork, first, last, choice, b.condition(), broken, end)
	b.Line("boundary %s on=%s cancel; xor %s; %[2]s -> %[3]s; %[1]s -> %[3]s", event, deal, join)
	return deal, join
}

// called is a call activity, perhaps a repeated one. What comes out of the called process is caught, or not.
func (b *Blocks) called(int) (in, out string) {
	call, join := b.ID("call"), b.ID("xor")
	how := b.OneOf("how", "", "", "each=`=[1,2]` item=i collect=all yield=`=v1`", "each=`=[1,2]` sequential", "times=2 until=`=numberOfCompletedInstances > 0`", "while=`=loopCounter < 2`")
	data := b.OneOf("data", "", "allin=false in.v1=`=v3` in.v2=`=v1` in.v3=`=v2`", "allout=false", "out.v3=`=v1`")
	b.Line("xor %s; call %s process=%s %s %s; %[2]s -> %[1]s", join, call, b.OneOf("process", b.Calls...), how, data)
	for _, event := range []string{
		b.OneOf("error", "error=E", "error", ""), b.OneOf("escalation", "escalation=UP noninterrupting", "escalation", ""),
		b.OneOf("event", "", "duration=P1D", "message=told key=k noninterrupting", "signal=loud"),
	} {
		if event != "" {
			id, next := b.ID("boundary"), join
			if strings.HasSuffix(event, "noninterrupting") {
				next = b.ID("e")
				b.Line("end %s", next)
			}
			b.Line("boundary %s on=%s %s; %[1]s -> %[4]s", id, call, event, next)
		}
	}
	return call, join
}

// Callee writes a process to be called. It waits before it tells its caller anything, of which there is one thing at a time: so callers see the
// same, whichever of those that they called at once is the faster. An error may come out of it, and an escalation does.
func (b *Blocks) Callee(depth int) {
	start, first, risky, up, end := b.ID("s"), b.ID("user"), b.ID("risky"), b.ID("throw"), b.ID("e")
	b.Line("start %s; user %s; service %s type=job; throw %s escalation=UP; end %s", start, first, risky, up, end)
	in, out := b.block(depth)
	b.Line("%s -> %s -> %s; %s -> %s -> %s -> %s", start, first, in, out, risky, up, end)
}
