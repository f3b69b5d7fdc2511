package proof_test

import (
	"fmt"
	"strings"
	"testing"

	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/proof"
)

// wide is a process of about n elements: parallel branches of tasks with reminders, choices and loops, an inclusive part in each.
func wide(n int) string {
	var b strings.Builder
	b.WriteString("start s; and f; and j; end e; s -> f; j -> e\n")
	for i := range n / 14 {
		fmt.Fprintf(&b, `user a%[1]d; boundary soon%[1]d on=a%[1]d duration=P1D noninterrupting; end r%[1]d; soon%[1]d -> r%[1]d
			xor m%[1]d; xor x%[1]d; user b%[1]d; user c%[1]d; or o%[1]d; or p%[1]d; user d%[1]d; user g%[1]d; xor y%[1]d; manual z%[1]d
			f -> m%[1]d -> a%[1]d -> x%[1]d -[v]-> b%[1]d -> y%[1]d; x%[1]d -/-> c%[1]d -> y%[1]d
			y%[1]d -> o%[1]d -[v]-> d%[1]d -> p%[1]d; o%[1]d -[w]-> g%[1]d -> p%[1]d -> z%[1]d; z%[1]d -[again]-> m%[1]d; z%[1]d -/-> j
		`, i)
	}
	return b.String()
}

func BenchmarkSoundness(b *testing.B) {
	plan := bpmntest.Plan(b, "process", wide(500))
	b.ReportAllocs()
	for b.Loop() {
		if r := proof.Soundness(plan, 0); r.Verdict != proof.Sound {
			b.Fatal(r.Verdict, r.Reason, told(r))
		}
	}
	b.ReportMetric(float64(len(plan.Elements)), "elements")
	b.ReportMetric(float64(proof.Soundness(plan, 0).Used), "states")
}

// The most work that a plan within the bounds of the compiler can ask for is bounded as well.
func BenchmarkSoundnessHostile(b *testing.B) {
	var text strings.Builder
	text.WriteString("start s; s -> g0\n")
	const n = 1_990
	for i := range n {
		kind := []string{"or", "and", "xor"}[i%3]
		c := []string{"-[v]->", "->", "-[v]->"}[i%3]
		fmt.Fprintf(&text, "%s g%d; g%d %s g%d; g%d %s g%d\n", kind, i, i, c, (i+1)%n, i, c, (i*7+1)%n)
	}
	plan := bpmntest.Plan(b, "process", text.String())
	for b.Loop() {
		proof.Soundness(plan, 0)
	}
}
