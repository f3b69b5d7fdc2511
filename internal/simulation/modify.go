package simulation

import (
	"fmt"

	"fasthold/definitions/feel"
	"fasthold/workflows/engine"
)

// readInstructions reads the instructions of a modification in the JSON of POST /process-instances/{id}/modify.
func readInstructions(s *Step) func(feel.Value) error {
	return list(engine.MaxInstructions, func(at int, v feel.Value) error {
		var i engine.Instruction
		if err := instructionFields(&i).read(v); err != nil {
			return fmt.Errorf("instruction %d: %w", at+1, err)
		}
		s.Instructions = append(s.Instructions, i)
		return nil
	})
}

func instructionFields(i *engine.Instruction) fields {
	return fields{
		"type":            text((*string)(&i.Kind)),
		"elementId":       text(&i.Element),
		"place":           text((*string)(&i.Place)),
		"flowId":          text(&i.Flow),
		"ancestorKey":     nodeKey(&i.Ancestor),
		"key":             nodeKey(&i.Key),
		"sourceElementId": text(&i.Source),
		"variables": list(maxItems, func(_ int, v feel.Value) error {
			var a engine.Assignment
			err := fields{"scopeId": text(&a.Scope), "variables": variables(&a.Variables)}.read(v)
			i.Variables = append(i.Variables, a)
			return err
		}),
	}
}

// nodeKey reads the key of an element instance.
func nodeKey(to *int64) func(feel.Value) error {
	return func(v feel.Value) error {
		n, ok := v.(feel.Number)
		if ok {
			*to, ok = n.Int64()
		}
		if !ok || *to < 0 {
			return fmt.Errorf("must be the key of an element instance")
		}
		return nil
	}
}

func (p *player) modify(s Step) error {
	return p.rootStep(engine.Event{Kind: engine.Modify, Instructions: s.Instructions})
}
