package bpmn

import (
	"fmt"
	"strings"

	"fasthold/definitions/feel"
)

// AdHoc is what an ad-hoc sub-process has beside other sub-processes: people, or a list, choose which of its elements are begun, in any
// order and any number of times (BPMN 2.0.2 §10.3.5, §13.3.5; zeebe:adHoc). Those that can be chosen are its Starts.
type AdHoc struct {
	Sequential bool             // ordering="Sequential": one after the other
	Active     *feel.Expression // ids of the elements to begin as it is entered; nil: people choose
	Until      *feel.Expression // when it holds after a token inside has ended, nothing more is begun; nil: see Ends
	Cancel     bool             // what is still active when it is done ends; else it goes on to its end
	Output     string           // variable that takes the list of results, "" for none
	Each       *feel.Expression // result of a token that has ended inside
	Own        string           // as in Loop: the variable that Each reads, kept apart from those outside
}

// Ends reports whether it is done, without a completion condition, when nothing in it is active any more: it then did what its list said.
// Else somebody declares it done.
func (a *AdHoc) Ends() bool { return a.Until == nil && a.Active != nil }

// adHoc reads an ad-hoc sub-process.
func (b *builder) adHoc(e *Element, n *Node) {
	a := &AdHoc{Sequential: b.ordering(n) == "Sequential", Cancel: b.boolean(n, "cancelRemainingInstances", true), Until: b.loopCondition(n.child("completionCondition"))}
	if own := n.extension(spaceZeebe, "adHoc"); own != nil {
		if own.Attr("activeElementsCollection") != "" {
			a.Active = b.feel(own.text("activeElementsCollection"))
		}
		a.Output, a.Each = b.results(own)
		a.Own = ownVariable(a.Each)
	}
	e.AdHoc, b.plan.Choices = a, true
	e.Starts = b.choices(e)
}

func (b *builder) ordering(n *Node) string {
	v := n.Attr("ordering")
	if v != "" && v != "Parallel" && v != "Sequential" {
		b.failText(n.text("ordering"), "bad-ordering", fmt.Sprintf("ordering=%q has no meaning", clip(v)), "write Parallel or Sequential")
	}
	return v
}

// choices are the elements of an ad-hoc sub-process that can be begun: those that nothing inside leads to. It has no start and end events.
func (b *builder) choices(e *Element) []int {
	var out []int
	activity := false
	for _, i := range e.Children {
		c := b.element(i)
		activity = activity || c.Kind.Activity()
		switch {
		case c.Kind == StartEvent, c.Kind == EndEvent:
			b.fail(b.nodes[i], "misplaced-event", fmt.Sprintf("an ad-hoc sub-process has no %s", c.Kind), "delete it: what nothing leads to can be begun, and what leads nowhere ends")
		case len(c.Incoming) > 0, b.cut[i], c.Kind == BoundaryEvent, c.Kind == EventSubProcess, c.ForCompensation, c.isLink(CatchEvent):
		default:
			out = append(out, i)
		}
	}
	if !activity {
		b.fail(b.nodes[e.Index], "empty-ad-hoc", "the ad-hoc sub-process has no activity", "draw what can be done in it")
	}
	return out
}

// results reads outputCollection and outputElement, which go together.
func (b *builder) results(n *Node) (output string, each *feel.Expression) {
	output = b.optionalVariable(n, "outputCollection")
	if strings.TrimSpace(n.Attr("outputElement")) != "" {
		each = b.feel(n.text("outputElement"))
	}
	if n.hasAttr("outputCollection") != n.hasAttr("outputElement") {
		b.fail(n, "bad-output-collection", "outputCollection and outputElement go together", "give both or none")
	}
	return output, each
}
