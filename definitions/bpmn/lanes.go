package bpmn

import "fmt"

// lanes notes in which lane each flow node is drawn (BPMN 2.0.2 §10.8); of lanes within lanes the innermost counts.
func (b *builder) lanes(n *Node) {
	for _, set := range append(n.all(spaceBPMN, "laneSet"), n.all(spaceBPMN, "childLaneSet")...) {
		for _, lane := range set.all(spaceBPMN, "lane") {
			for _, ref := range lane.all(spaceBPMN, "flowNodeRef") {
				b.putIntoLane(ref, lane.Attr("name"))
			}
			b.lanes(lane)
		}
	}
	for _, c := range n.Children {
		if c.Space == spaceBPMN && flowNodes[c.Name].Embedded() {
			b.lanes(c)
		}
	}
}

func (b *builder) putIntoLane(ref *Node, lane string) {
	id := unprefixed(ref.Text)
	if i, ok := b.plan.byID[id]; ok {
		b.element(i).Lane = lane
	} else if !b.unknown[id] {
		b.warn(ref, "stale-reference", fmt.Sprintf("the lane names %q, which is not a flow node", clip(id)), "save the file again with a modeler")
	}
}

// inheritLanes gives what is inside a sub-process the lane of the sub-process, and an attached event that of its activity.
func (b *builder) inheritLanes() {
	for i := range b.plan.Elements {
		e := b.element(i)
		if e.Lane == "" && e.AttachedTo >= 0 {
			e.Lane = b.element(e.AttachedTo).Lane
		}
		if e.Lane == "" && e.Parent > 0 {
			e.Lane = b.element(e.Parent).Lane
		}
	}
}
