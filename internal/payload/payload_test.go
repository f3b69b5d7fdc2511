package payload_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"fasthold/internal/payload"
	"fasthold/internal/secret"
)

func box(t *testing.T) *secret.Box {
	t.Helper()
	key, err := secret.Generate()
	require.NoError(t, err)
	b, err := secret.New(key)
	require.NoError(t, err)
	return b
}

func TestWhatTemporalStoresIsSealed(t *testing.T) {
	t.Parallel()
	c := payload.Converter(box(t))
	sealed, err := c.ToPayload(map[string]string{"firstAbsenceDay": "2026-03-02"})
	require.NoError(t, err)
	require.False(t, strings.Contains(sealed.String(), "firstAbsenceDay"))
	var back map[string]string
	require.NoError(t, c.FromPayload(sealed, &back))
	require.Equal(t, "2026-03-02", back["firstAbsenceDay"])
}

// An instance with thousands of open tasks continues as new with more than Temporal takes.
func TestLargePayloadsAreCompressed(t *testing.T) {
	t.Parallel()
	c := payload.Converter(box(t))
	state := strings.Repeat(`{"key":1,"element":"call-company","wait":"task"},`, 60_000)
	sealed, err := c.ToPayload(state)
	require.NoError(t, err)
	require.Greater(t, len(state), 2<<20)
	require.Less(t, len(sealed.Data), 100<<10)
	var back string
	require.NoError(t, c.FromPayload(sealed, &back))
	require.Equal(t, state, back)

	sealed.Metadata["encoding"] = []byte("binary/fasthold-sealed")
	require.ErrorIs(t, c.FromPayload(sealed, &back), secret.ErrOpen, "in which form it is sealed cannot be told otherwise")
}

func TestAnotherKeyDoesNotOpen(t *testing.T) {
	t.Parallel()
	sealed, err := payload.Converter(box(t)).ToPayload("x")
	require.NoError(t, err)
	var back string
	require.ErrorIs(t, payload.Converter(box(t)).FromPayload(sealed, &back), secret.ErrOpen)
}
