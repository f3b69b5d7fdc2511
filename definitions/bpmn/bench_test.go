package bpmn_test

import (
	"fmt"
	"strings"
	"testing"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
)

// chain is a process of n flow nodes: user tasks with forms and deadlines, gateways with conditions, reminders.
func chain(n int) string {
	var b strings.Builder
	b.WriteString("start s\n")
	last := "s"
	for i := 0; i < n-2; i += 5 {
		fmt.Fprintf(&b, `
			user u%[1]d form=call assignee="=consultant" groups="a, b" due="=firstDay + duration(\"P7D\")" in.phone="=employer.phone" out.note%[1]d="=note"
			boundary b%[1]d on=u%[1]d cycle=R3/P1D noninterrupting
			service m%[1]d type=mail retries=5 header.template=reminder
			xor x%[1]d
			script c%[1]d expr="=if count > 3 then count * 2 else 0" result=count
			b%[1]d -> m%[1]d
			%[2]s -> u%[1]d -> x%[1]d -[status = "open" and count < %[1]d]-> c%[1]d
			x%[1]d -/-> u%[1]d
		`, i, last)
		last = fmt.Sprintf("c%d", i)
	}
	return bpmntest.XML("chain", b.String()+"end e\n"+last+" -> e\n")
}

func BenchmarkParse(b *testing.B) {
	data := []byte(chain(500))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := bpmn.Parse("chain.bpmn", data); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

// The target for reading and compiling 500 flow nodes is 15 ms.
func BenchmarkParseAndCompile(b *testing.B) {
	data := []byte(chain(500))
	b.ReportAllocs()
	for b.Loop() {
		doc, _ := bpmn.Parse("chain.bpmn", data)
		if plans, problems := bpmn.Compile(doc); len(plans) != 1 || len(problems) > 0 {
			b.Fatal(problems)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/definition")
}

// The most work that a file within the bounds can ask for: as many inclusive gateways and flows as allowed, each leading to two others.
func BenchmarkCompileHostile(b *testing.B) {
	var text strings.Builder
	text.WriteString("start s; s -> g0\n")
	const n = 1_990
	for i := range n {
		fmt.Fprintf(&text, "or g%d; g%d -> g%d; g%d -> g%d\n", i, i, (i+1)%n, i, (i*7+1)%n)
	}
	doc, _ := bpmn.Parse("hostile.bpmn", []byte(bpmntest.XML("hostile", text.String())))
	for b.Loop() {
		if plans, problems := bpmn.Compile(doc); len(plans) != 1 {
			b.Fatal(problems[0])
		}
	}
}
