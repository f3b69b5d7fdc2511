package feel

// Terms are unary tests that only name values: `< 5, [10..20)`, `not("a", "b")`. A test of Values is a range, or a value that the input
// must equal; lists stand for their items.
type Terms struct {
	Not    bool
	Values []Value
}

// Terms takes tests apart; ok is false when they are "-", or some need to be evaluated.
func (u *UnaryTests) Terms() (t Terms, ok bool) {
	if u.root.any {
		return t, false
	}
	t.Not = u.root.not
	for _, test := range u.root.tests {
		c, constant := test.test.(*constant)
		if !constant {
			return t, false
		}
		t.add(c.value)
	}
	return t, true
}

func (t *Terms) add(v Value) {
	switch v := v.(type) {
	case List:
		for _, item := range v {
			t.add(item)
		}
	case *Range:
		if v.operator == "=" {
			t.add(v.Low)
			return
		}
		t.Values = append(t.Values, v)
	default:
		t.Values = append(t.Values, v)
	}
}

// Except is the only value outside a range written (!= v); ok is false for other ranges.
func (r *Range) Except() (v Value, ok bool) { return r.except, r.operator == "!=" }

// Zoned reports whether the time says where it is; a local one means what the environment takes it for.
func (t Time) Zoned() bool { return t.zone != nil }

// Zoned reports whether the date and time says where it is; a local one means what the environment takes it for.
func (t DateTime) Zoned() bool { return t.time.zone != nil }
