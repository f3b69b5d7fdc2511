package bpmn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/bpmn"
	"fasthold/definitions/bpmn/bpmntest"
)

// outline shows a plan as text: one line per element with what it leads to.
func outline(p *bpmn.Plan) string {
	var b strings.Builder
	for _, e := range p.Elements {
		depth := 0
		for parent := e.Parent; parent >= 0; parent = p.Elements[parent].Parent {
			depth++
		}
		b.WriteString(strings.Repeat("  ", depth) + string(e.Kind) + " " + e.ID)
		if e.Event != nil {
			b.WriteString(" " + string(e.Event.Kind))
		}
		if e.AttachedTo >= 0 {
			b.WriteString(" on " + p.Elements[e.AttachedTo].ID)
		}
		if e.Interrupting {
			b.WriteString(" interrupting")
		}
		if e.Lane != "" {
			b.WriteString(" in " + e.Lane)
		}
		for _, f := range e.Outgoing {
			b.WriteString(" >" + p.Elements[p.Flows[f].Target].ID)
			if f == e.Default {
				b.WriteString("(default)")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestOrderIsThatOfTheDocument(t *testing.T) {
	t.Parallel()
	p := bpmntest.Plan(t, "case", `
		lane "Konsulent" s work { lane Inner work }
		start s
		sub work { start a; service b type=x; end c; a -> b -> c }
		boundary late on=work duration=P3D
		eventsub gone { start g message=gone key="=id" noninterrupting; end h; g -> h }
		xor x
		end e
		end f
		s -> work -> x -[ok]-> e
		x -/-> f
		late -> f`)
	require.Equal(t, `process case
  startEvent s in Konsulent >work
  subProcess work in Inner >x
    startEvent a in Inner >b
    serviceTask b in Inner >c
    endEvent c in Inner
  boundaryEvent late timer on work interrupting in Inner >f
  eventSubProcess gone
    startEvent g message >h
    endEvent h
  exclusiveGateway x >e >f(default)
  endEvent e
  endEvent f
`, outline(p))
	require.Equal(t, []int{1, 2, 6, 7, 10, 11, 12}, p.Root().Children)
	require.Equal(t, []int{1}, p.Root().Starts)
	require.Equal(t, []int{7}, p.Root().EventScopes)
	work, _ := p.Element("work")
	require.Equal(t, []int{6}, work.Boundary)
	f, _ := p.Element("f")
	require.Equal(t, 1, p.Flows[f.Incoming[1]].TargetSlot)
}
