package simulation

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"fasthold/definitions/feel"
)

// maxYAMLDepth bounds nesting, as JSON is bounded.
const maxYAMLDepth = 200

// fromYAML reads one YAML document with what JSON can say: times and dates stay texts, and there are no aliases.
func fromYAML(data []byte) (feel.Value, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return feel.ContextOf(), nil
	}
	return yamlValue(document.Content[0], 0)
}

func yamlValue(n *yaml.Node, depth int) (feel.Value, error) {
	if depth > maxYAMLDepth {
		return nil, fmt.Errorf("line %d is nested more than %d deep", n.Line, maxYAMLDepth)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return yamlObject(n, depth)
	case yaml.SequenceNode:
		list := make(feel.List, len(n.Content))
		for i, item := range n.Content {
			v, err := yamlValue(item, depth+1)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case yaml.ScalarNode:
		return yamlScalar(n)
	}
	return nil, fmt.Errorf("line %d: aliases are not read; write the value out", n.Line)
}

func yamlObject(n *yaml.Node, depth int) (feel.Value, error) {
	entries := make([]feel.Entry, 0, len(n.Content)/2)
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		if name.Kind != yaml.ScalarNode || seen[name.Value] {
			return nil, fmt.Errorf("line %d: a key must be a text, and be there once", name.Line)
		}
		seen[name.Value] = true
		v, err := yamlValue(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		entries = append(entries, feel.Entry{Name: name.Value, Value: v})
	}
	return feel.ContextOf(entries...), nil
}

func yamlScalar(n *yaml.Node) (feel.Value, error) {
	switch n.ShortTag() {
	case "!!null":
		return feel.Null{}, nil
	case "!!bool":
		var b bool
		err := n.Decode(&b)
		return feel.Bool(b), err
	case "!!int", "!!float":
		v, err := feel.ParseNumber(n.Value)
		if _, ok := v.(feel.Number); err != nil || !ok {
			return nil, errors.Join(fmt.Errorf("line %d: %q is not a decimal number", n.Line, n.Value), err)
		}
		return v, nil
	}
	return feel.Text(n.Value), nil
}
