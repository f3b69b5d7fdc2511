package feel

// Type is a FEEL type (DMN 1.5 §10.3.2.2). A nil *Type is Any.
type Type struct {
	name   string // as written in an error: "number", "list<Any>", or the name of an item definition
	kind   Kind
	any    bool
	item   *Type   // of a list or range; the result of a function
	fields []Param // entries of a context, parameters of a function
	typed  bool    // fields or parameters are stated
	check  func(Value) bool
}

// Conforms reports whether the value is of the type (DMN 1.5 §10.3.2.9.2).
// Null conforms to every type.
func (t *Type) Conforms(v Value) bool { return false }

// Coerce converts the value implicitly (DMN 1.5 §10.3.2.9.4): one item to a list, a
// list of one to its item, a date to a date and time. It returns null and false when
// the value does not conform.
func (t *Type) Coerce(v Value) (Value, bool) { return Null{}, false }

// ListType returns list<item>.
func ListType(item *Type) *Type { return &Type{kind: KindList, item: item} }

// ContextType returns the type of contexts that have the fields.
func ContextType(fields []Param) *Type { return &Type{kind: KindContext, fields: fields, typed: true} }

// Restrict returns the type t with allowed values: only values for which check is true conform.
func (t *Type) Restrict(check func(Value) bool) *Type { return t }

// ParseType reads a type such as number, date and time, list<string>,
// context<a: number>, range<date>, function<number> -> boolean, or one of named.
func ParseType(src string, named map[string]*Type) (*Type, error) { return nil, nil }
