package dmn

import (
	"encoding/json"
	"fmt"

	"fasthold/definitions/feel"
)

// Result is the answer of a decision or a service.
type Result struct {
	// Value is null when nothing applies or something went wrong; then the warnings tell why.
	Value feel.Value
	// Audit tells what was decided on the way, in the order in which it was finished.
	Audit []Evaluation
	// Warnings tell what became null, and why.
	Warnings []Warning
}

// Evaluation is one line of the audit: a decision, or a decision table within one or within a business knowledge model.
type Evaluation struct {
	// Decision and Name are the id and name of the decision or business knowledge model.
	Decision, Name string
	// Table is the id of the decision table; "" when the logic is something else.
	Table string
	// Inputs are the table's input values, by label or expression; for other logic the values of what the decision requires.
	Inputs []feel.Entry
	// MatchedRules are the ids of the rules that matched, in the order of the table; a rule without id is named by its number, "#3".
	MatchedRules []string
	// Output is the result.
	Output feel.Value
}

// Warning tells why a part of a decision became null.
type Warning struct {
	// File and Element say where: the element has an id, or else a name.
	File    string `json:"file"`
	Element string `json:"element"`
	// Line and Column are a place in the file.
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// String gives "file:line:column: element: message".
func (w Warning) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", w.File, w.Line, w.Column, w.Element, w.Message)
}

// MarshalJSON writes {"decision", "name", "table", "inputs": [{"name", "value"}], "matchedRules", "output"}; table and
// matchedRules only for decision tables.
func (e Evaluation) MarshalJSON() ([]byte, error) {
	type input struct {
		Name  string    `json:"name"`
		Value feel.JSON `json:"value"`
	}
	inputs := make([]input, len(e.Inputs))
	for i, in := range e.Inputs {
		inputs[i] = input{in.Name, feel.JSON{Value: in.Value}}
	}
	return json.Marshal(struct {
		Decision     string    `json:"decision"`
		Name         string    `json:"name"`
		Table        string    `json:"table,omitempty"`
		Inputs       []input   `json:"inputs"`
		MatchedRules []string  `json:"matchedRules,omitempty"`
		Output       feel.JSON `json:"output"`
	}{e.Decision, e.Name, e.Table, inputs, e.MatchedRules, feel.JSON{Value: e.Output}})
}
