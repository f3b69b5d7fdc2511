package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"fasthold/internal/casework"
)

// A cursor goes on exactly where it was made, for the sort it was made for.
func TestCursorGoesOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := position{Sort: "cases", ID: rapid.StringN(0, 40, 80).Draw(t, "id"), Key: rapid.Int64().Draw(t, "key")}
		at := time.UnixMicro(rapid.Int64Range(0, 253402214400000000).Draw(t, "at")).UTC()
		p.At = &at
		read, err := positionOf(p.cursor(), "cases")
		require.NoError(t, err)
		require.Equal(t, &p, read)
		_, err = positionOf(p.cursor(), "notes")
		require.Equal(t, casework.Invalid, casework.CodeOf(err))
	})
}

// Whatever comes as a cursor is a place to go on or refused by name.
func FuzzCursor(f *testing.F) {
	number, at := int64(7), time.Unix(1, 0).UTC()
	f.Add("", "cases")
	f.Add(position{Sort: "history", Number: &number}.cursor(), "history")
	f.Add(position{Sort: "cases", At: &at, ID: "x"}.cursor(), "cases")
	f.Add(position{Sort: "-priority", Number: &number, At: &at, ID: "x"}.cursor(), "-priority")
	f.Add("e30", "cases")
	f.Fuzz(func(t *testing.T, cursor, sort string) {
		p, err := positionOf(cursor, sort)
		switch {
		case err != nil:
			require.Equal(t, casework.Invalid, casework.CodeOf(err))
		case p != nil:
			require.NotEmpty(t, p.values())
		}
	})
}
