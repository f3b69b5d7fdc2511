package bpmn

import (
	"fmt"
	"strings"
)

// isLink reports whether the element is a link event of that kind, CatchEvent or ThrowEvent.
func (e *Element) isLink(k Kind) bool { return e.Kind == k && e.Event != nil && e.Event.Kind == Link }

// LinksTo is the catching link event to which a throwing one sends its token (BPMN 2.0.2 §10.5.5); false for every other element.
func (e *Element) LinksTo() (int, bool) {
	if !e.isLink(ThrowEvent) {
		return 0, false
	}
	return e.Event.Link, true
}

// link resolves the link events of a scope by the name of their definition: several may throw to one that catches.
func (b *builder) link(scope *Element) {
	catching := map[string]int{}
	for _, i := range scope.Children {
		e := b.element(i)
		if !e.isLink(CatchEvent) {
			continue
		}
		name := b.linkName(i)
		if first, ok := catching[name.value]; ok && name.value != "" {
			b.failText(name, "doubled-link", fmt.Sprintf("%s catches the link %q as well", b.element(first).ID, clip(name.value)), "keep one of them, or give this one another name")
			continue
		}
		catching[name.value] = i
	}
	for _, i := range scope.Children {
		e := b.element(i)
		if !e.isLink(ThrowEvent) {
			continue
		}
		name := b.linkName(i)
		if to, ok := catching[name.value]; ok {
			e.Event.Link = to
		} else if name.value != "" {
			b.failText(name, "unknown-link", fmt.Sprintf("no link event beside it catches the link %q", clip(name.value)), "add a catching link event of that name in the same process or sub-process")
		}
	}
}

func (b *builder) linkName(i int) text {
	definition := b.nodes[i].child("linkEventDefinition")
	if definition == nil {
		return text{node: b.nodes[i]}
	}
	name := definition.text("name").trimmed()
	if strings.TrimSpace(name.value) == "" {
		b.failText(name, "missing-link-name", "the link has no name", "name the link as the event at its other end does")
	}
	return name
}
