package bpmn

import "fmt"

// data reads those data objects of a scope that are variables (BPMN 2.0.2 §10.4.1, fasthold:variable): each is set when the scope is entered,
// behind its input mappings, and is gone with it. A data object without that is only drawn.
func (b *builder) data(e *Element, n *Node) {
	seen := map[string]bool{}
	for _, d := range n.all(spaceBPMN, "dataObject") {
		x := d.extension(spaceFasthold, "variable")
		if x == nil {
			continue
		}
		b.extensionsBeside(d, "fasthold:variable", "zeebe:properties")
		m, ok := b.datum(x)
		switch {
		case !ok:
		case seen[m.Target[0]]:
			b.failText(x.text("name"), "duplicate-variable", fmt.Sprintf("another data object beside this one is the variable %s, too", m.Target[0]), "draw one data object, and refer to it wherever it is used")
		default:
			e.Inputs = append(e.Inputs, m)
			seen[m.Target[0]] = true
		}
	}
	for _, ref := range n.all(spaceBPMN, "dataObjectReference") {
		if x := ref.extension(spaceFasthold, "variable"); x != nil {
			b.fail(x, "misplaced-extension", "<fasthold:variable> has no effect on a reference to a data object", "put it into the dataObject that is referred to")
		}
	}
}

// datum reads what variable a data object is, and its value at the beginning; null when it does not say.
func (b *builder) datum(x *Node) (Mapping, bool) {
	m := Mapping{Target: []string{b.variable(x.text("name"), "name")}}
	if x.text("value").trimmed().value == "" {
		m.Source, _ = b.compiled("null")
	} else {
		m.Source = b.value(x.text("value"), b.string)
	}
	return m, m.Target[0] != "" && m.Source != nil
}
