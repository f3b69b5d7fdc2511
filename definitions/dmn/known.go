package dmn

import "fasthold/definitions/feel"

// known are the values of nodes that have been evaluated. Most decisions need a handful, which a list finds faster than a map.
type known struct {
	few  []knownValue
	many map[node]feel.Value // beyond that
}

type knownValue struct {
	node  node
	value feel.Value
}

const fewNodes = 16

func (k *known) get(n node) (feel.Value, bool) {
	for i := range k.few {
		if k.few[i].node == n {
			return k.few[i].value, true
		}
	}
	v, ok := k.many[n]
	return v, ok
}

func (k *known) set(n node, v feel.Value) {
	if len(k.few) < fewNodes {
		k.few = append(k.few, knownValue{n, v})
		return
	}
	if k.many == nil {
		k.many = map[node]feel.Value{}
	}
	k.many[n] = v
}
