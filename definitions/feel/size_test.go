package feel

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The size of a value is about that of its JSON.
func TestSize(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`{"name":"Anne Dam","ids":[1000001,1000002,1000003],"town":"Herning"}`,
		`"` + strings.Repeat("x", 100_000) + `"`,
		`[` + strings.Repeat(`{"day":"2026-11-23","hours":7.4},`, 5_000) + `null]`,
	} {
		v, err := FromJSON([]byte(src))
		require.NoError(t, err)
		require.InEpsilon(t, len(src), Size(v, 1<<30), 0.25)
	}
}

// What repeats its parts over and over is not followed further than asked for.
func TestSizeStops(t *testing.T) {
	t.Parallel()
	var v Value = List{Text("x")}
	for range 200 {
		v = List{v, v}
	}
	require.Greater(t, Size(v, 1000), 1000)
}
