package bpmn

import (
	"regexp"
	"strings"

	"fasthold/definitions/feel"
)

// multiInstance and standardLoop are the elements that let an activity be done more than once.
const (
	multiInstance = "multiInstanceLoopCharacteristics"
	standardLoop  = "standardLoopCharacteristics"
)

func isLoop(name string) bool { return name == multiInstance || name == standardLoop }

// loop reads how often an activity is done.
func (b *builder) loop(e *Element, n *Node) {
	loops := append(n.all(spaceBPMN, multiInstance), n.all(spaceBPMN, standardLoop)...)
	switch {
	case len(loops) == 0, !isActivity(e):
	case e.Kind == EventSubProcess:
		b.fail(loops[0], "misplaced-loop", "an event sub-process cannot be repeated", "put a repeated sub-process into it")
	case len(loops) > 1:
		b.fail(loops[1], "several-loops", "the activity is repeated in more than one way", "keep one of them, or put the activity into a repeated sub-process")
	case loops[0].Name == multiInstance:
		e.Loop = b.multiInstance(loops[0])
	default:
		e.Loop = b.standardLoop(loops[0])
	}
}

// multiInstance reads zeebe:loopCharacteristics, or the plain BPMN loopCardinality (BPMN 2.0.2 §10.3.8).
func (b *builder) multiInstance(n *Node) *Loop {
	b.attributesOf(n)
	b.children(n, func(name string) bool { return name == "loopCardinality" || name == "completionCondition" })
	b.extensionsBeside(n, "zeebe:loopCharacteristics")
	l := &Loop{Sequential: b.boolean(n, "isSequential", false), Until: b.loopCondition(n.child("completionCondition"))}
	if c := n.child("loopCardinality"); c != nil {
		l.Cardinality = b.feel(c.body())
	}
	if own := n.extension(spaceZeebe, "loopCharacteristics"); own != nil {
		b.collections(l, own)
	}
	switch {
	case l.Collection != nil && l.Cardinality != nil:
		b.fail(n, "ambiguous-loop", "the multi-instance activity has both a collection and a cardinality", "keep one of them")
	case l.Collection == nil && n.child("loopCardinality") == nil && !given(n, "inputCollection"):
		b.fail(n, "missing-collection", "the multi-instance activity does not say how often it is done", "give zeebe:loopCharacteristics an inputCollection, or a loopCardinality")
	}
	return l
}

// given reports whether the attribute of zeebe:loopCharacteristics is there, be it right or wrong.
func given(n *Node, attr string) bool {
	own := n.extension(spaceZeebe, "loopCharacteristics")
	return own != nil && strings.TrimSpace(own.Attr(attr)) != ""
}

func (b *builder) collections(l *Loop, n *Node) {
	if n.Attr("inputCollection") != "" {
		l.Collection = b.feel(n.text("inputCollection"))
	}
	l.Item = b.optionalVariable(n, "inputElement")
	l.Output, l.Each = b.results(n)
	l.Own = ownVariable(l.Each)
	if l.Item != "" && l.Collection == nil && n.Attr("inputCollection") == "" {
		b.failText(n.text("inputElement"), "missing-collection", "inputElement has no inputCollection to take its values from", "give both or none")
	}
}

var dottedPath = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)

func ownVariable(x *feel.Expression) string {
	if x == nil || len(x.References()) != 1 || !dottedPath.MatchString(x.Source()) {
		return ""
	}
	return x.References()[0]
}

// loopCondition compiles a condition of a loop.
func (b *builder) loopCondition(n *Node) *feel.Expression {
	if n == nil {
		return nil
	}
	return b.condition(n)
}

// standardLoop reads how long an activity is repeated (BPMN 2.0.2 §10.3.7).
func (b *builder) standardLoop(n *Node) *Loop {
	b.attributesOf(n)
	b.children(n, func(name string) bool { return name == "loopCondition" })
	b.extensionsBeside(n)
	l := &Loop{Standard: true, Sequential: true, TestBefore: b.boolean(n, "testBefore", false), While: b.loopCondition(n.child("loopCondition"))}
	if t := n.text("loopMaximum").trimmed(); t.value != "" {
		l.Cardinality = b.value(t, b.whole(1, maxRounds))
	}
	if n.child("loopCondition") == nil && !n.hasAttr("loopMaximum") {
		b.fail(n, "endless-loop", "the loop has neither a condition nor a maximum, so it never ends", "write a loopCondition: the activity is done again while it holds")
	}
	return l
}

// maxRounds bounds a loopMaximum.
const maxRounds = 1_000_000
