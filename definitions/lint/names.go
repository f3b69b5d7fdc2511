package lint

import "slices"

// nearest is the name among others that was most likely meant, "" for none: one that differs by a letter or two, in a long name by three.
func nearest(name string, others []string) string {
	best, least := "", min(3, len(name)/4)+1
	for _, other := range others {
		if d := distance(name, other); d > 0 && d < least {
			best, least = other, d
		}
	}
	return best
}

// maxCompared bounds the names that are compared, in bytes.
const maxCompared = 60

// distance is the number of letters to insert, delete, replace or swap (optimal string alignment).
func distance(a, b string) int {
	if len(a) > maxCompared || len(b) > maxCompared {
		return maxCompared
	}
	var before, above []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
