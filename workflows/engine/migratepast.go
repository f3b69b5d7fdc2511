package engine

import (
	"strings"

	"fasthold/definitions/bpmn"
)

// undoing blocks a migration when compensation is under way that the target cannot go on with, and tells what is done and cannot be
// compensated any more.
func (c *migrationCheck) undoing(n *Node, src, dst *bpmn.Element) {
	if src.ForCompensation != dst.ForCompensation {
		c.block(n, Undoing, dst, "let it end first", "only one of %s and %s is a compensation handler", src.ID, dst.ID)
	}
	if n.Undo != nil {
		_, lost := c.leftOver(n.Undo.Left, func(scope int64) *bpmn.Element {
			around, _ := c.s.Node(scope)
			e, _ := c.from.Element(around.Element)
			return c.target(e)
		})
		if len(lost) > 0 || n.Undo.Cancel && c.to.Cancellation(dst) == nil {
			c.block(n, Undoing, dst, "let it be compensated first", "%s is under way, and the new version cannot compensate what is left", n.Element)
		}
	}
	if _, lost := c.pastOver(n.Past, dst); len(lost) > 0 {
		c.warn(n, HandlerGone, dst, "compensate it first if it shall be undone", "%s was done, and nothing compensates it in the new version", strings.Join(lost, ", "))
	}
}

// leftOver is what an event that throws compensation has not begun, as the target has it.
func (x *matching) leftOver(left []Past, scopeOf func(int64) *bpmn.Element) (kept []Past, lost []string) {
	for _, p := range left {
		scope := scopeOf(p.Scope)
		if scope == nil {
			return nil, []string{p.Element}
		}
		one, gone := x.pastOver([]Past{p}, scope)
		kept, lost = append(kept, one...), append(lost, gone...)
	}
	return kept, lost
}

// pastOver is what was done in a scope as the target has it, and the elements that the target cannot compensate.
func (x *matching) pastOver(list []Past, scope *bpmn.Element) (kept []Past, lost []string) {
	for _, p := range list {
		src, _ := x.from.Element(p.Element)
		dst := x.target(src)
		if dst == nil || !dst.Kept || dst != scope && dst.Parent != scope.Index {
			lost = append(lost, p.Element)
			continue
		}
		inner, gone := x.pastOver(p.Past, dst)
		lost = append(lost, gone...)
		handled := !p.Inside && x.to.Compensation(dst) != nil
		if !handled && len(inner) == 0 && x.to.Undoing(dst) == nil {
			lost = append(lost, p.Element)
			continue
		}
		p.Element, p.Inside, p.Past = dst.ID, !handled, inner
		kept = append(kept, p)
	}
	return kept, lost
}
