package feel

// arithmetic is + - * / or **.
type arithmetic struct {
	op          string
	left, right node
	place       place
}

func (n *arithmetic) eval(r *run, locals *binding) Value {
	return n.apply(r, n.left.eval(r, locals), n.right.eval(r, locals))
}

func (n *arithmetic) apply(r *run, left, right Value) Value {
	if a, ok := left.(Number); ok {
		if b, ok := right.(Number); ok {
			return n.numbers(r, a, b)
		}
	}
	return n.others(r, left, right)
}

func (n *arithmetic) numbers(r *run, a, b Number) Value {
	var result Number
	var ok bool
	switch n.op {
	case "+":
		result, ok = addNumbers(a, b)
	case "-":
		result, ok = subNumbers(a, b)
	case "*":
		result, ok = mulNumbers(a, b)
	case "/":
		if b.Sign() == 0 {
			return r.null(n.place, "arithmetic", "division by zero")
		}
		result, ok = divNumbers(a, b)
	case "**":
		if r.at = n.place; !r.spend(b.powerSteps()) {
			return Null{}
		}
		if b.Compare(maxPower) <= 0 && b.Compare(maxPower.negated()) >= 0 {
			result, ok = powNumbers(a, b)
		}
	}
	if result.big != nil && !r.spend(2) {
		return Null{}
	}
	if !ok {
		return r.null(n.place, "arithmetic", "the result of %s is no number of at most 34 digits", n.op)
	}
	return result.box()
}

// maxPower bounds exponents (DMN 1.5 table 60).
var maxPower = Number{coef: 999_999_999}

func (n *arithmetic) others(r *run, left, right Value) Value {
	var result Value
	switch n.op {
	case "+":
		if a, ok := left.(String); ok {
			if b, ok := right.(String); ok {
				if r.at = n.place; !r.roomForText(len(a) + len(b)) {
					return Null{}
				}
				return a + b
			}
		}
		result = addTemporal(left, right)
	case "-":
		result = subTemporal(r, left, right)
	case "*":
		result = mulTemporal(left, right)
	case "/":
		result = divTemporal(left, right)
	}
	if result == nil {
		return r.null(n.place, "type", "%s %s %s has no value", describe(left), n.op, describe(right))
	}
	return result
}

// negation is the unary minus.
type negation struct {
	operand node
	place   place
}

func (n *negation) eval(r *run, locals *binding) Value {
	switch v := n.operand.eval(r, locals).(type) {
	case Number:
		return v.negated().box()
	case DaysDuration:
		return v.negated()
	case MonthsDuration:
		return -v
	default:
		return r.null(n.place, "type", "%s has no negative", describe(v))
	}
}

// comparison is = != < <= > or >=.
type comparison struct {
	op          string
	left, right node
	place       place
}

func (n *comparison) eval(r *run, locals *binding) Value {
	return compare(r, n.place, n.op, n.left.eval(r, locals), n.right.eval(r, locals))
}

func compare(r *run, at place, op string, left, right Value) Value {
	if op == "=" || op == "!=" {
		eq, ok := equal(r, left, right)
		if !ok {
			return r.null(at, "type", "%s cannot equal %s", describe(left), describe(right))
		}
		return Bool(eq == (op == "="))
	}
	c, ok := order(r, left, right)
	if !ok {
		return r.null(at, "type", "%s and %s have no order", describe(left), describe(right))
	}
	switch op {
	case "<":
		return Bool(c < 0)
	case "<=":
		return Bool(c <= 0)
	case ">":
		return Bool(c > 0)
	}
	return Bool(c >= 0)
}

// junction is and/or in three-valued logic (DMN 1.5 table 49): what is not
// boolean counts as null.
type junction struct {
	decides     Bool // the operand that settles it: false for and, true for or
	left, right node
	place       place
}

func (n *junction) eval(r *run, locals *binding) Value {
	left, known := n.operand(r, n.left.eval(r, locals))
	if known && left == n.decides {
		return left
	}
	right, ok := n.operand(r, n.right.eval(r, locals))
	switch {
	case ok && right == n.decides:
		return right
	case ok && known:
		return !n.decides
	}
	return Null{}
}

func (n *junction) operand(r *run, v Value) (b Bool, ok bool) {
	b, ok = v.(Bool)
	if !ok && v.Kind() != KindNull {
		r.warn(n.place, "type", "%s is not true or false", describe(v))
	}
	return b, ok
}

// between is x between low and high, both included.
type between struct {
	value, low, high node
	place            place
}

func (n *between) eval(r *run, locals *binding) Value {
	value := n.value.eval(r, locals)
	low, ok1 := order(r, value, n.low.eval(r, locals))
	high, ok2 := order(r, value, n.high.eval(r, locals))
	if !ok1 || !ok2 {
		return r.null(n.place, "type", "%s cannot be compared with both ends of between", describe(value))
	}
	return Bool(low >= 0 && high <= 0)
}

// instanceOf tests the type of a value, without regard to allowed values; null is
// an instance of Null alone (DMN 1.5 table 61).
type instanceOf struct {
	value node
	typ   *Type
}

func (n *instanceOf) eval(r *run, locals *binding) Value {
	v := n.value.eval(r, locals)
	if v.Kind() == KindNull {
		return Bool(n.typ != nil && n.typ.kind == KindNull && n.typ.base == nil)
	}
	return Bool(r.affordable(v, 0) && n.typ.conforms(v, false, nil))
}
