package feel

// Range is an interval of comparable values (DMN 1.5 §10.3.2.7). An end that is
// not there, as in the range (< 5), is [Null] and open.
type Range struct {
	Low, High             Value
	LowClosed, HighClosed bool

	point bool // written (= 5)
}

// Kind returns KindRange.
func (*Range) Kind() Kind { return KindRange }

// String returns the range as FEEL source: [1..5], (1..5) or the one-sided (< 5).
func (r *Range) String() string {
	_, noLow := r.Low.(Null)
	_, noHigh := r.High.(Null)
	switch {
	case noLow && !noHigh && !r.LowClosed:
		return "(" + map[bool]string{true: "<= ", false: "< "}[r.HighClosed] + r.High.String() + ")"
	case noHigh && !noLow && !r.HighClosed:
		return "(" + map[bool]string{true: ">= ", false: "> "}[r.LowClosed] + r.Low.String() + ")"
	}
	open, shut := "(", ")"
	if r.LowClosed {
		open = "["
	}
	if r.HighClosed {
		shut = "]"
	}
	return open + r.Low.String() + ".." + r.High.String() + shut
}
