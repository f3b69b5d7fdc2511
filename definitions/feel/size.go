package feel

// Size tells about how many bytes the value takes as JSON. It stops counting when there are more than most, so that looking at a value which
// repeats its parts over and over costs no more than that.
func Size(v Value, most int) int {
	size := 2
	switch v := v.(type) {
	case String:
		size += len(v)
	case List:
		for i := 0; i < len(v) && size <= most; i++ {
			size += 1 + Size(v[i], most-size)
		}
	case *Context:
		for i := 0; i < len(v.entries) && size <= most; i++ {
			size += len(v.entries[i].Name) + 4 + Size(v.entries[i].Value, most-size)
		}
	default:
		size = 8 // a number, a date
	}
	return size
}
