package problem_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/problem"
)

func TestStringLeavesOutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want string
		p    problem.Problem
	}{
		{
			"a.dmn:3:7: Input_1: the expression is empty (write one)",
			problem.Problem{File: "a.dmn", Line: 3, Column: 7, Element: "Input_1", Message: "the expression is empty", Advice: "write one", Severity: problem.Error},
		},
		{"a.dmn:3: too deep", problem.Problem{File: "a.dmn", Line: 3, Message: "too deep", Severity: problem.Error}},
		{"a.dmn: too large", problem.Problem{File: "a.dmn", Column: 4, Message: "too large", Severity: problem.Error}},
		{"3:7: odd", problem.Problem{Line: 3, Column: 7, Message: "odd", Severity: problem.Error}},
		{"a.dmn: warning: x: odd", problem.Problem{File: "a.dmn", Element: "x", Message: "odd", Severity: problem.Warning}},
		{"odd", problem.Problem{Message: "odd", Severity: problem.Error}},
	} {
		require.Equal(t, c.want, c.p.String())
	}
}

func TestJSONShape(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(problem.Problem{File: "a.dmn", Line: 3, Column: 7, Element: "d", Code: "c", Message: "m", Advice: "a", Severity: problem.Error})
	require.NoError(t, err)
	require.JSONEq(t, `{"file":"a.dmn","line":3,"column":7,"element":"d","code":"c","message":"m","advice":"a","severity":"error"}`, string(got))
}

func TestSortByPlaceAndHasErrors(t *testing.T) {
	t.Parallel()
	list := []problem.Problem{{File: "b", Code: "1"}, {File: "a", Line: 9, Code: "2"}, {File: "a", Line: 2, Column: 5, Code: "3"}, {File: "a", Line: 2, Code: "4"}}
	problem.Sort(list)
	var order string
	for _, p := range list {
		order += p.Code
	}
	require.Equal(t, "4321", order)
	require.False(t, problem.HasErrors([]problem.Problem{{Severity: problem.Warning}}))
	require.True(t, problem.HasErrors([]problem.Problem{{Severity: problem.Warning}, {Severity: problem.Error}}))
}
