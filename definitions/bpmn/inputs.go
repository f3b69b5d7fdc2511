package bpmn

import (
	"fmt"

	"fasthold/definitions/feel"
)

const maxInputs = 1_000

// inputs reads fasthold:inputs of a process: the variables that come from outside, at the start and with messages. With them it can be told
// of every other variable whether anything sets it.
func (b *builder) inputs(n *Node) {
	holder := n.extension(spaceFasthold, "inputs")
	if holder == nil {
		return
	}
	b.plan.Inputs = []Input{}
	seen := map[string]bool{}
	for _, x := range holder.all(spaceFasthold, "input") {
		in := Input{Name: b.variable(x.text("name"), "name"), Type: b.inputType(x.text("type"))}
		switch {
		case len(b.plan.Inputs) >= maxInputs:
			b.fail(x, "too-many-inputs", fmt.Sprintf("the process has more than %d inputs", maxInputs), "put them into fewer contexts")
			return
		case in.Name == "":
		case seen[in.Name]:
			b.failText(x.text("name"), "duplicate-input", fmt.Sprintf("the input %s is declared twice", clip(in.Name)), "keep one of them")
		default:
			b.plan.Inputs = append(b.plan.Inputs, in)
		}
		seen[in.Name] = true
	}
}

// inputType reads the type of a variable, in which dates and times are texts.
func (b *builder) inputType(t text) *feel.Type {
	if t.value == "" {
		return nil
	}
	typ, err := feel.ParseType(t.value, nil)
	if err != nil {
		b.failText(t, "unknown-type", fmt.Sprintf("the type %q is not known", clip(t.value)), "write a FEEL type such as string, number, boolean or list<string>")
		return nil
	}
	return typ.AsJSON()
}

// endless reads deadline="none" of fasthold:task.
func (b *builder) endless(d *Node, t *Task) bool {
	switch v := d.Attr("deadline"); {
	case !d.hasAttr("deadline"):
		return false
	case v != "none":
		b.failText(d.text("deadline"), "bad-deadline", fmt.Sprintf("deadline=%q has no meaning", clip(v)), `write deadline="none", or give the task a due date`)
		return false
	case t.DueDate != nil:
		b.warn(d, "idle-deadline", `the task has a due date, so deadline="none" says nothing`, "delete one of them")
	}
	return true
}
