package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// runner steps one program without judging.
type runner struct {
	b    *testing.B
	p    *engine.Program
	s    engine.State
	turn engine.Turn
	at   time.Time
	next int64 // key of the last job or task to come up
}

func newRunner(b *testing.B, text string) *runner {
	return &runner{b: b, p: &engine.Program{Plan: bpmntest.Plan(b, "p", text), Version: engine.Current}, at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
}

func (r *runner) step(e engine.Event) {
	e.At = r.at
	if err := r.p.Step(&r.s, e, &r.turn); err != nil {
		r.b.Fatal(err)
	}
	for _, c := range r.turn.Commands {
		if c.Kind == engine.RunJob || c.Kind == engine.OpenTask {
			r.next = c.Key
		}
	}
}

// chain is a process of n service tasks in a row.
func chain(n int) string {
	var b strings.Builder
	b.WriteString("start s; end e\n")
	last := "s"
	for i := range n {
		fmt.Fprintf(&b, "service a%d type=work\n%s -> a%d\n", i, last, i)
		last = fmt.Sprintf("a%d", i)
	}
	return b.String() + last + " -> e"
}

// A linear process of 10 service tasks without FEEL: 11 steps an instance.
func BenchmarkLinear10(b *testing.B) {
	r := newRunner(b, chain(10))
	vars := engine.Variables{}
	b.ReportAllocs()
	for b.Loop() {
		r.s = engine.State{}
		r.step(engine.Event{Kind: engine.Start, Variables: vars})
		for r.s.Status == engine.Active {
			r.step(engine.Event{Kind: engine.CompleteJob, Key: r.next})
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "instances/s")
}

// The same after 100,000 instances of the program: the cost must not grow with what has run.
func BenchmarkLinear10After100000(b *testing.B) {
	r := newRunner(b, chain(10))
	vars := engine.Variables{}
	instance := func() {
		r.s = engine.State{}
		r.step(engine.Event{Kind: engine.Start, Variables: vars})
		for r.s.Status == engine.Active {
			r.step(engine.Event{Kind: engine.CompleteJob, Key: r.next})
		}
	}
	for range 100_000 {
		instance()
	}
	b.ReportAllocs()
	for b.Loop() {
		instance()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "instances/s")
}

// One step of an instance that has n steps behind it: the cost must not grow with the past.
func BenchmarkStepAfter(b *testing.B) {
	for _, past := range []int{0, 10_000} {
		b.Run(fmt.Sprint(past), func(b *testing.B) {
			r := newRunner(b, `
				start s
				xor in
				service a type=work
				xor out
				end e
				s -> in -> a -> out -[stop]-> e
				out -/-> in`)
			vars, err := engine.ParseVariables([]byte(`{"stop":false}`))
			if err != nil {
				b.Fatal(err)
			}
			r.step(engine.Event{Kind: engine.Start, Variables: vars})
			for range past {
				r.step(engine.Event{Kind: engine.CompleteJob, Key: r.next})
			}
			b.ReportAllocs()
			for b.Loop() {
				r.step(engine.Event{Kind: engine.CompleteJob, Key: r.next})
			}
		})
	}
}

// A parallel gateway with n branches of one job each, forked, done and joined: the cost of a branch must not grow with their number.
func BenchmarkParallel(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var text strings.Builder
			text.WriteString("start s; and f; and j; end e; s -> f; j -> e\n")
			for i := range n {
				fmt.Fprintf(&text, "service a%d type=work; f -> a%d -> j\n", i, i)
			}
			r := newRunner(b, text.String())
			var keys []int64
			b.ReportAllocs()
			for b.Loop() {
				r.s = engine.State{}
				r.step(engine.Event{Kind: engine.Start})
				keys = keys[:0]
				for _, c := range r.turn.Commands {
					keys = append(keys, c.Key)
				}
				for _, key := range keys {
					r.step(engine.Event{Kind: engine.CompleteJob, Key: key})
				}
			}
			if r.s.Status != engine.Completed {
				b.Fatal(r.s.Status)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/branch")
		})
	}
}

// A multi-instance activity with n items, parallel and sequential, each with a result: the cost of an item must not grow with their number.
func BenchmarkMultiInstance(b *testing.B) {
	for _, how := range []string{"", " sequential"} {
		for _, n := range []int{10, 1000, 10_000} {
			b.Run(fmt.Sprint(strings.TrimSpace("parallel"+how), "/", n), func(b *testing.B) {
				r := newRunner(b, `start s; service a type=work each="=list" item=i collect=out yield="=x"`+how+`; end e; s -> a -> e`)
				list := make(feel.List, n)
				for i := range list {
					list[i] = feel.Int(int64(i))
				}
				vars, result := engine.Variables{{Name: "list", Value: list}}, engine.Variables{{Name: "x", Value: feel.Int(1)}}
				var keys []int64
				b.ReportAllocs()
				for b.Loop() {
					r.s = engine.State{}
					r.step(engine.Event{Kind: engine.Start, Variables: vars})
					keys = keys[:0]
					for _, c := range r.turn.Commands {
						keys = append(keys, c.Key)
					}
					for i := 0; i < len(keys); i++ {
						r.step(engine.Event{Kind: engine.CompleteJob, Key: keys[i], Variables: result})
						if how != "" && r.s.Status == engine.Active {
							keys = append(keys, r.next)
						}
					}
				}
				if r.s.Status != engine.Completed {
					b.Fatal(r.s.Status)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/item")
			})
		}
	}
}

// A user task with form, assignment, two deadlines and mappings, as the retention process has them.
func BenchmarkUserTask(b *testing.B) {
	r := newRunner(b, `
		start s
		xor in
		user a assignee="=consultant" groups=consultants due="=date and time(first) + duration(\"P7D\")" priority=50 in.day="=first" out.done="=day"
		boundary remind on=a duration=P5D noninterrupting
		boundary late on=a date="=date and time(first) + duration(\"P8D\")" noninterrupting
		end e
		s -> in -> a -> in
		remind -> e
		late -> e`)
	vars, err := engine.ParseVariables([]byte(`{"consultant":"c","first":"2026-03-02T00:00:00"}`))
	if err != nil {
		b.Fatal(err)
	}
	r.step(engine.Event{Kind: engine.Start, Variables: vars})
	b.ReportAllocs()
	for b.Loop() {
		r.step(engine.Event{Kind: engine.CompleteTask, Key: r.next})
	}
}
