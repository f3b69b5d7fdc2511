package feel

// Range is an interval of comparable values (DMN 1.5 §10.3.2.7). An end that is
// not there, as in the range (< 5), is [Null] and open.
type Range struct {
	Low, High             Value
	LowClosed, HighClosed bool

	operator string // "=" or "!=" for a range written (= 5) or (!= 5)
	except   Value  // of !=
}

// Kind returns KindRange.
func (*Range) Kind() Kind { return KindRange }

// String returns the range as FEEL source: [1..5], (1..5) or the one-sided (< 5).
func (r *Range) String() string {
	switch r.operator {
	case "=":
		return "(= " + r.Low.String() + ")"
	case "!=":
		return "(!= " + r.except.String() + ")"
	}
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
