package enginetest

import (
	"fmt"

	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// Instruction is any instruction of a modification of an active instance, sensible or not. Draw chooses a number below n; what says of what.
func Instruction(draw func(n int, what string) int, p *engine.Program, s *engine.State) engine.Instruction {
	element := func() string { return p.Plan.Elements[draw(len(p.Plan.Elements), "element")].ID }
	key := func() int64 { return s.Nodes[draw(len(s.Nodes), "node")].Key }
	kinds := []engine.InstructionKind{engine.MoveToken, engine.Activate, engine.Terminate, engine.Assign}
	i := engine.Instruction{Kind: kinds[draw(len(kinds), "kind")]}
	vars := engine.Variables{{Name: fmt.Sprint("v", 1+draw(3, "variable")), Value: feel.Int(int64(draw(3, "value")))}}
	switch i.Kind {
	case engine.Assign:
		i.Variables = []engine.Assignment{{Variables: vars}}
		return i
	case engine.Terminate, engine.MoveToken:
		if draw(2, "byKey") == 1 {
			i.Key = key()
		} else {
			i.Source = element()
		}
	}
	if i.Kind == engine.Terminate {
		return i
	}
	switch draw(4, "place") {
	case 0:
		i.Flow = p.Plan.Flows[draw(len(p.Plan.Flows), "flow")].ID
	case 1:
		i.Element, i.Place = element(), engine.After
	case 2:
		i.Element, i.Ancestor = element(), key()
	default:
		i.Element = element()
		i.Variables = []engine.Assignment{{Scope: []string{"", i.Element}[draw(2, "scope")], Variables: vars}}
	}
	return i
}
