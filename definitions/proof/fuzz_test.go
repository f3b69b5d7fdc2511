package proof_test

import (
	"fmt"
	"strings"
	"testing"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
	"fasthold/definitions/proof"
)

// Any net that compiles gets an answer within the bound, each counter-example begins at a start and each deadline walk ends.
func FuzzNets(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7}, []byte{0x01, 0x12, 0x23, 0x34})
	f.Add([]byte{4, 5, 4, 5, 6, 0, 9}, []byte{0x01, 0x02, 0x13, 0x23, 0x34, 0x42, 0x45})
	f.Add([]byte{6, 6, 6, 0, 0, 8}, []byte{0x01, 0x02, 0x12, 0x21, 0x23, 0x10, 0x35})
	kinds := []string{"user n%d", "manual n%d", "end n%d terminate", "end n%d error=E", "xor n%d", "and n%d", "or n%d", "catch n%d duration=P1D",
		"sub n%d { start s%[1]d; user u%[1]d; end e%[1]d error=E; s%[1]d -> u%[1]d -> e%[1]d }", "user n%d; boundary b%[1]d on=n%[1]d cycle=R/P1D noninterrupting; b%[1]d -> n0"}
	f.Fuzz(func(t *testing.T, nodes, flows []byte) {
		if len(nodes) == 0 || len(nodes) > 16 || len(flows) > 40 {
			return
		}
		var b strings.Builder
		b.WriteString("start s; s -> n0\n")
		for i, kind := range nodes {
			fmt.Fprintf(&b, kinds[int(kind)%len(kinds)]+"\n", i)
		}
		for _, x := range flows {
			from, to, arrow := int(x>>4)%len(nodes), int(x&15)%len(nodes), "->"
			if k := int(nodes[from]) % len(kinds); k == 4 || k == 6 {
				arrow = "-[v]->"
			}
			fmt.Fprintf(&b, "n%d %s n%d\n", from, arrow, to)
		}
		doc, _ := bpmn.Parse("p.bpmn", []byte(bpmntest.XML("process", b.String())))
		plans, _ := bpmn.Compile(doc)
		if len(plans) == 0 {
			return
		}
		const limit = 2_000
		r := proof.Soundness(plans[0], limit)
		if r.Used > limit {
			t.Errorf("%d states and moves", r.Used)
		}
		for _, x := range r.Findings {
			if len(x.Path) > 0 && x.Path[0].Kind != bpmn.StartEvent {
				t.Errorf("%s: %v", x.Kind, x.IDs())
			}
		}
		if _, err := proof.Deadline(proof.Case{Plan: plans[0], Now: monday}, "n0"); err != nil {
			t.Log(err)
		}
	})
}
