package feel

// folded replaces an operation on constants by its value. One that becomes null
// with a warning stays, so that it warns each time, and is reported at once.
func (p *parser) folded(n node) node {
	if p.failed || !allConstant(n) {
		return n
	}
	env := Env{Limits: Limits{Steps: min(10_000, p.folding), Items: 100, Length: 10_000}}
	if p.folding <= 0 {
		return n
	}
	r := env.begin()
	v := n.eval(r, nil)
	p.folding -= env.Limits.Steps - r.steps + 1
	if r.err != nil || r.touched {
		return n
	}
	if len(env.Warnings) > 0 {
		p.warnings = append(p.warnings, env.Warnings...)
		return n
	}
	return &constant{v}
}

// allConstant reports whether all operands are constants.
func allConstant(n node) bool {
	switch n := n.(type) {
	case *listNode:
		return constants(n.items...)
	case *contextNode:
		return constants(n.values...)
	case *rangeNode:
		return constants(n.low, n.high)
	case *oneSided:
		return constants(n.end)
	case *arithmetic:
		return constants(n.left, n.right)
	case *negation:
		return constants(n.operand)
	case *comparison:
		return constants(n.left, n.right)
	case *junction:
		return constants(n.left, n.right)
	case *between:
		return constants(n.value, n.low, n.high)
	case *instanceOf:
		return constants(n.value)
	case *membership:
		return constants(n.value) && constants(n.tests...)
	case *ifNode:
		return constants(n.condition, n.then, n.other)
	case *path:
		return constants(n.value)
	case *filter:
		return constants(n.list, n.condition)
	case *builtinCall:
		return constants(n.args...)
	}
	return false
}

func constants(nodes ...node) bool {
	for _, n := range nodes {
		if _, ok := n.(*constant); !ok {
			return false
		}
	}
	return true
}
