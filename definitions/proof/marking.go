package proof

import (
	"encoding/binary"
	"slices"
)

// marking is the places that hold tokens, in order, one that holds several repeated.
type marking []uint16

func (m marking) key() string {
	out := make([]byte, 0, 2*len(m))
	for _, p := range m {
		out = binary.LittleEndian.AppendUint16(out, p)
	}
	return string(out)
}

// moved takes tokens off some places and puts others on some.
func (m marking) moved(off, on []int) marking {
	out := make(marking, 0, len(m)+len(on))
	out = append(out, m...)
	for _, p := range off {
		i, _ := slices.BinarySearch(out, uint16(p))
		out = slices.Delete(out, i, i+1)
	}
	for _, p := range on {
		i, _ := slices.BinarySearch(out, uint16(p))
		out = slices.Insert(out, i, uint16(p))
	}
	return out
}

func (m marking) has(place int) bool {
	_, ok := slices.BinarySearch(m, uint16(place))
	return ok
}

// more returns what m has more than small, and whether it has all that small has and more.
func (m marking) more(small marking) (marking, bool) {
	if len(small) >= len(m) {
		return nil, false
	}
	var rest marking
	for _, p := range m {
		if len(small) > 0 && small[0] == p {
			small = small[1:]
			continue
		}
		rest = append(rest, p)
	}
	return rest, len(small) == 0
}
