package dmn

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// cover looks for inputs that no rule takes: axis by axis, with the rules that are left at each segment. What was found to be covered is
// remembered.
type cover struct {
	axes []*axis
	sets [][]bitset // by axis and segment: the rules that take it
	full []bitset   // by axis: the rules that take everything there and on the axes after it
	seen []map[string]bool
	left []bitset // by axis: room for the rules that are left
	key  []byte   // room for a key
	work *int     // words that may still be looked at
}

// newCover divides rules by what they take of each axis within a domain of segments.
func newCover(axes []*axis, rules int, domain func(*axis) bitset, takes func(*axis) []bitset, work *int) *cover {
	c := &cover{axes: axes, sets: make([][]bitset, len(axes)), full: make([]bitset, len(axes)+1), work: work}
	words := (rules + 63) / 64
	all := make(bitset, words)
	for row := range rules {
		all.set(row)
	}
	c.full[len(axes)], c.key = all, make([]byte, 8*words)
	for range axes {
		c.left = append(c.left, make(bitset, words))
	}
	for k := len(axes) - 1; k >= 0; k-- {
		a := axes[k]
		c.full[k] = slices.Clone(c.full[k+1])
		c.sets[k] = make([]bitset, len(a.segments))
		for s := range c.sets[k] {
			c.sets[k][s] = make(bitset, words)
		}
		for row, taken := range takes(a) {
			if !taken.contains(domain(a)) {
				c.full[k][row/64] &^= 1 << (row % 64)
			}
			for w, word := range taken {
				for ; word != 0; word &= word - 1 {
					c.sets[k][64*w+bits.TrailingZeros64(word)].set(row)
				}
			}
		}
	}
	return c
}

func (b bitset) contains(other bitset) bool {
	for i := range b {
		if other[i]&^b[i] != 0 {
			return false
		}
	}
	return true
}

func (b bitset) meets(other bitset) bool {
	for i := range b {
		if b[i]&other[i] != 0 {
			return true
		}
	}
	return false
}

func (b bitset) empty() bool {
	return !slices.ContainsFunc(b, func(word uint64) bool { return word != 0 })
}

// gap finds a segment on each axis, all within the box, that none of the rules takes together; nil when there is none, and ok is false
// when the search was given up.
func (c *cover) gap(box []bitset, rules bitset) (at []int, ok bool) {
	if slices.ContainsFunc(box, bitset.empty) {
		return nil, true
	}
	c.seen = make([]map[string]bool, len(c.axes))
	for k := range c.seen {
		c.seen[k] = map[string]bool{}
	}
	at = make([]int, len(c.axes))
	found := c.search(0, box, rules, at)
	if !found {
		at = nil
	}
	return at, found || *c.work > 0
}

func (c *cover) search(k int, box []bitset, rules bitset, at []int) bool {
	if *c.work -= 4 * len(rules); *c.work <= 0 || rules.meets(c.full[k]) {
		return false
	}
	if k == len(c.axes) {
		return true
	}
	for i, word := range rules {
		binary.LittleEndian.PutUint64(c.key[8*i:], word)
	}
	if c.seen[k][string(c.key)] {
		return false
	}
	c.seen[k][string(c.key)] = true
	left := c.left[k]
	for w := len(box[k]) - 1; w >= 0; w-- { // from the end, where null is, which catch-all rules are for
		for word := box[k][w]; word != 0; {
			bit := 63 - bits.LeadingZeros64(word)
			word &^= 1 << bit
			at[k] = 64*w + bit
			for i := range left {
				left[i] = rules[i] & c.sets[k][at[k]][i]
			}
			if c.search(k+1, box, left, at) {
				return true
			}
		}
	}
	return false
}
