package workflows

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/definitions/dmn"
	"fasthold/definitions/feel"
)

// The history tells values as they are, but for those that would fill it.
func TestHistoryTellsValues(t *testing.T) {
	t.Parallel()
	require.Equal(t, `{"reason":"r1","variables":{"n":12345678901234567890.10}}`, string(withReason([]byte(`{"variables":{"n":12345678901234567890.10}}`), "r1")))
	require.Equal(t, `{"reason":"r1"}`, string(withReason(nil, "r1")))
	for _, row := range []struct{ value, told feel.Value }{
		{feel.Text("short"), feel.Text("short")},
		{feel.Text(strings.Repeat("x", maxTold-2)), feel.Text(strings.Repeat("x", maxTold-2))},
		{feel.Text(strings.Repeat("x", maxTold-1)), feel.Text("(string, more than 16 kB)")},
		{feel.Null{}, feel.Null{}},
	} {
		require.Equal(t, row.told, toldValue(row.value))
	}
	long := feel.Text(strings.Repeat("x", maxTold))
	read := dmn.Evaluation{Decision: "d", Inputs: []feel.Entry{{Name: "a", Value: feel.Text("short")}, {Name: "b", Value: long}}, Output: long}
	told := toldEvaluations([]dmn.Evaluation{read})[0]
	require.Equal(t, []feel.Entry{{Name: "a", Value: feel.Text("short")}, {Name: "b", Value: feel.Text("(string, more than 16 kB)")}}, told.Inputs)
	require.Equal(t, feel.Text("(string, more than 16 kB)"), told.Output)
	require.Equal(t, long, read.Output)
}
