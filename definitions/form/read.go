package form

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"fasthold/definitions/feel"
	"fasthold/definitions/problem"
)

// display are the component types that show something and hold no value.
var display = []string{"text", "html", "image", "table", "button", "separator", "spacer"}

// inputs are the component types that hold a value.
var inputs = []string{"textfield", "textarea", "number", "checkbox", "select", "radio", "checklist", "taglist", "datetime", "expression"}

// Parse reads a form. The form is nil when the file cannot be read at all or has errors.
func Parse(file string, data []byte) (*Form, []problem.Problem) {
	root, problems := readJSON(file, data)
	if root == nil {
		return nil, problems
	}
	r := &reader{file: file, data: data, form: &Form{ID: root.text("id"), File: file}, keys: map[string]*component{}}
	if r.form.ID == "" {
		r.fail(root, "", "missing-id", "the form has no id", "give it an id, by which user tasks name it")
	}
	if _, ok := root.members["components"].([]any); !ok {
		r.fail(root, "", "no-components", "the form has no components", `give a form-js form, which has "components"`)
	}
	r.names = keyNames(root)
	r.form.shape = &shape{names: map[string]*shape{}}
	r.form.components = r.components(root, r.form.shape, "")
	problem.Sort(r.problems)
	if problem.HasErrors(r.problems) {
		return nil, r.problems
	}
	r.form.reads = r.read(root)
	return r.form, r.problems
}

// reader reads one form and collects what is wrong with it.
type reader struct {
	file     string
	data     []byte
	form     *Form
	names    []string // all keys, for FEEL
	count    int
	keys     map[string]*component // by full key
	problems []problem.Problem
}

func (r *reader) fail(o *object, element, code, message, advice string) {
	r.add(o, element, code, message, advice, problem.Error)
}

func (r *reader) add(o *object, element, code, message, advice string, severity problem.Severity) {
	if len(r.problems) >= maxProblems {
		return
	}
	line, column := position(r.data, o.offset)
	r.problems = append(r.problems, problem.Problem{
		File: r.file, Line: line, Column: column, Element: element, Code: code, Message: message, Advice: advice, Severity: severity,
	})
}

// keyNames lists the parts of all keys and paths, sorted, so that FEEL knows those with spaces.
func keyNames(o *object) []string {
	var names []string
	for _, c := range o.objects("components") {
		names = append(names, strings.Split(c.text("key"), ".")...)
		names = append(names, strings.Split(c.text("path"), ".")...)
		names = append(names, keyNames(c)...)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// components reads the components of a form, group or list; prefix is the full key of what they are in.
func (r *reader) components(o *object, in *shape, prefix string) []*component {
	var list []*component
	entries, _ := o.members["components"].([]any)
	for i, entry := range entries {
		item, ok := entry.(*object)
		if !ok {
			r.fail(o, "", "bad-component", fmt.Sprintf("component %d is no object", i+1), "remove it")
			continue
		}
		if r.count++; r.count > maxComponents {
			r.fail(item, "", "too-many", fmt.Sprintf("the form has more than %d components", maxComponents), "split the form")
			return list
		}
		if c := r.component(item, in, prefix); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// component reads one component; nil for one that holds no value.
func (r *reader) component(o *object, in *shape, prefix string) *component {
	c := &component{Field: Field{Type: o.text("type")}}
	label := cmp.Or(o.text("key"), o.text("path"), o.text("id"), c.Type)
	c.hide = r.condition(o, label, o.object("conditional").text("hide"))
	c.Conditional = c.hide != nil
	switch {
	case slices.Contains(display, c.Type):
		return nil
	case c.Type == "group" || c.Type == "dynamiclist":
		c.Key = o.text("path")
	case slices.Contains(inputs, c.Type):
		c.Key = o.text("key")
	default:
		r.fail(o, label, "unknown-component", fmt.Sprintf("components of type %q are not run", c.Type), "use one of "+strings.Join(inputs, ", ")+", group or dynamiclist")
		return nil
	}
	c.Label = fieldLabel(o, c.Key)
	c.Required = o.object("validate").flag("required")
	c.Stored = o.object("properties").text("store") != ""
	c.ReadOnly = o.flag("disabled") || o.flag("readonly") || c.Type == "expression"
	c.readonly = r.condition(o, label, o.text("readonly"))
	r.checkWords(o, label, c)
	inner := r.place(o, c, in, prefix)
	if c.Type == "group" || c.Type == "dynamiclist" {
		c.children = r.components(o, inner, fullKey(prefix, c))
		return c
	}
	r.readValue(o, c, label)
	return c
}

// fieldLabel is what messages call a field: its label, or for dates the label of the date or time, or else its key.
func fieldLabel(o *object, key string) string {
	for _, name := range []string{"label", "dateLabel", "timeLabel"} {
		if label := strings.TrimSpace(o.text(name)); label != "" && !strings.HasPrefix(label, "=") && !strings.Contains(label, "{{") {
			return label
		}
	}
	return key
}

func fullKey(prefix string, c *component) string {
	switch {
	case c.Key == "":
		return prefix
	case c.Type == "dynamiclist":
		return prefix + c.Key + "[]."
	}
	return prefix + c.Key + "."
}

func (r *reader) checkWords(o *object, element string, c *component) {
	for _, text := range []string{c.Key, o.text("label"), o.text("dateLabel"), o.text("timeLabel")} {
		if asksForDiagnosis(text) {
			r.fail(o, element, "diagnosis", fmt.Sprintf("the field %q asks for a diagnosis or a description of an illness", text),
				"ask for the effects on the work instead; a diagnosis is never collected [B30]")
			return
		}
	}
}

// place puts the component's key into the shape and gives the shape that its children belong to.
func (r *reader) place(o *object, c *component, in *shape, prefix string) *shape {
	if c.Key == "" {
		if c.Type != "group" {
			r.fail(o, cmp.Or(o.text("id"), c.Type), "missing-key", fmt.Sprintf("the %s %q has no key", c.Type, c.Label), "give it the name of the variable it fills")
		}
		return in
	}
	c.path = strings.Split(c.Key, ".")
	if slices.Contains(c.path, "") {
		r.fail(o, c.Key, "bad-key", fmt.Sprintf("the key %q has an empty part", c.Key), "remove the extra dot")
		return &shape{names: map[string]*shape{}}
	}
	inner := in
	for i, name := range c.path {
		last := i == len(c.path)-1
		inner = inner.enter(name, last && c.Type != "group", last && c.Type == "dynamiclist")
		if inner == nil {
			r.fail(o, c.Key, "key-clash", fmt.Sprintf("the key %q is used both for a value and for what is inside it", prefix+c.Key), "rename one of the fields")
			return &shape{names: map[string]*shape{}}
		}
	}
	r.checkTwice(o, c, prefix)
	return inner
}

// enter gives the shape under a name, creating it; nil when the name stands for something else already.
func (s *shape) enter(name string, end, list bool) *shape {
	value := end && !list
	next := s.names[name]
	if next == nil {
		next = &shape{list: list}
		if !value {
			next.names = map[string]*shape{}
		}
		s.names[name] = next
	}
	if (next.names == nil) != value || next.list != list {
		return nil
	}
	return next
}

// checkTwice allows several fields with one key only when all of them are conditional.
func (r *reader) checkTwice(o *object, c *component, prefix string) {
	if c.Type == "group" {
		return
	}
	key := prefix + c.Key
	if first := r.keys[key]; first != nil && (first.hide == nil || c.hide == nil) {
		r.add(o, c.Key, "duplicate-key", fmt.Sprintf("two fields that can show at once have the key %q", key), "give each its own key, or hide one when the other shows", problem.Warning)
	}
	r.keys[key] = c
}

// condition compiles a FEEL expression that begins with "="; anything else is none.
func (r *reader) condition(o *object, element, source string) *feel.Expression {
	source, ok := strings.CutPrefix(strings.TrimSpace(source), "=")
	if !ok {
		return nil
	}
	return r.feel(o, element, source)
}

func (r *reader) feel(o *object, element, source string) *feel.Expression {
	expr, err := feel.Compile(source, feel.Options{Names: r.names, Fields: r.names})
	if err == nil {
		return expr
	}
	before := len(r.problems)
	var bad *feel.SyntaxError
	message, excerpt := err.Error(), ""
	if errors.As(err, &bad) && len(bad.Problems) > 0 {
		message, excerpt = bad.Problems[0].Message, bad.Problems[0].Excerpt
	}
	r.fail(o, element, "syntax", "the expression cannot be read: "+message, "correct it: "+strings.TrimSpace(source))
	if len(r.problems) > before {
		r.problems[before].Excerpt = excerpt
	}
	return nil
}

// readValue reads what says which values a field takes.
func (r *reader) readValue(o *object, c *component, element string) {
	validate := o.object("validate")
	c.rules.min = r.bound(validate, element, "min")
	c.rules.max = r.bound(validate, element, "max")
	c.rules.minLength = r.bound(validate, element, "minLength")
	c.rules.maxLength = r.bound(validate, element, "maxLength")
	c.rules.format = validate.text("validationType")
	c.rules.decimals = -1
	switch c.Type {
	case "textfield", "textarea":
		r.readPattern(validate, c, element)
	case "number":
		c.rules.asText = o.flag("serializeToString")
		if n, ok := o.members["decimalDigits"].(json.Number); ok {
			c.rules.decimals = r.digits(o, element, n)
		}
	case "select", "radio", "checklist", "taglist":
		r.readChoices(o, c, element)
	case "datetime":
		r.readDatetime(o, c, element)
	case "expression":
		if c.compute = r.condition(o, element, o.text("expression")); c.compute == nil && o.text("expression") == "" {
			r.fail(o, element, "missing-expression", "the expression field has no expression", `write one that begins with "="`)
		}
	}
	c.checkBounds(r, o, element)
}

func (r *reader) digits(o *object, element string, n json.Number) int {
	digits, err := n.Int64()
	if err != nil || digits < 0 || digits > 30 {
		r.fail(o, element, "bad-digits", fmt.Sprintf("%s is no number of decimals", n), "choose 0 to 30")
		return -1
	}
	return int(digits)
}

func (r *reader) readPattern(validate *object, c *component, element string) {
	source := validate.text("pattern")
	if source == "" || c.rules.format == "email" || c.rules.format == "phone" {
		return
	}
	pattern, err := regexp.Compile(source)
	if err != nil {
		r.fail(validate, element, "bad-pattern", fmt.Sprintf("the pattern %q cannot be read", source), "use a regular expression without look-ahead and back-references")
		return
	}
	c.rules.pattern = pattern
}

func (r *reader) readDatetime(o *object, c *component, element string) {
	c.rules.subtype = cmp.Or(o.text("subtype"), "date")
	c.rules.notPast = o.flag("disallowPassedDates")
	if !slices.Contains([]string{"date", "time", "datetime"}, c.rules.subtype) {
		r.fail(o, element, "unknown-subtype", fmt.Sprintf("there is no datetime subtype %q", c.rules.subtype), "choose date, time or datetime")
	}
}

// readChoices reads the options: listed, in a variable, or computed.
func (r *reader) readChoices(o *object, c *component, element string) {
	switch {
	case o.text("valuesExpression") != "":
		c.choices.expr = r.condition(o, element, "="+strings.TrimPrefix(strings.TrimSpace(o.text("valuesExpression")), "="))
	case o.text("valuesKey") != "":
		c.choices.key = strings.Split(o.text("valuesKey"), ".")
	default:
		for _, option := range o.objects("values") {
			v := scalar(option.members["value"])
			if v == nil {
				r.fail(option, element, "bad-option", fmt.Sprintf("the option %q of %q has no value", option.text("label"), c.Label), "give it a text, number or truth value")
				continue
			}
			c.choices.static = append(c.choices.static, v)
		}
		if len(c.choices.static) == 0 {
			r.fail(o, element, "no-options", fmt.Sprintf("%q has no options", c.Label), `give "values", "valuesKey" or "valuesExpression"`)
		}
	}
}

// scalar turns a JSON scalar into a value; nil for anything else.
func scalar(v any) feel.Value {
	switch v := v.(type) {
	case string:
		return feel.Text(v)
	case bool:
		return feel.Bool(v)
	case json.Number:
		if n, err := feel.ParseNumber(v.String()); err == nil {
			return n
		}
	}
	return nil
}

// bound reads a number or an expression; a missing or empty one is no bound.
func (r *reader) bound(validate *object, element, name string) *bound {
	switch v := validate.members[name].(type) {
	case json.Number:
		if n := scalar(v); n != nil {
			return &bound{value: n}
		}
	case string:
		if expr := r.condition(validate, element, v); expr != nil {
			return &bound{expr: expr}
		}
		if n, err := feel.ParseNumber(strings.TrimSpace(v)); err == nil {
			return &bound{value: n}
		} else if strings.TrimSpace(v) != "" && !strings.HasPrefix(strings.TrimSpace(v), "=") {
			r.fail(validate, element, "bad-bound", fmt.Sprintf("%s is %q, which is no number", name, v), "write a number, or an expression that begins with \"=\"")
		}
	}
	return nil
}

// checkBounds finds bounds that no value can keep to.
func (c *component) checkBounds(r *reader, o *object, element string) {
	for _, pair := range [...]struct {
		low, high *bound
		what      string
	}{{c.rules.min, c.rules.max, "min"}, {c.rules.minLength, c.rules.maxLength, "minLength"}} {
		if pair.low == nil || pair.high == nil || pair.low.value == nil || pair.high.value == nil {
			continue
		}
		if order, ok := feel.Compare(pair.high.value, pair.low.value); ok && order < 0 {
			r.fail(o, element, "impossible", fmt.Sprintf("%s %s is above the maximum %s", pair.what, pair.low.value, pair.high.value), "correct one of the two")
		}
	}
}
