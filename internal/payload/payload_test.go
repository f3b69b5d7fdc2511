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

func TestAnotherKeyDoesNotOpen(t *testing.T) {
	t.Parallel()
	sealed, err := payload.Converter(box(t)).ToPayload("x")
	require.NoError(t, err)
	var back string
	require.ErrorIs(t, payload.Converter(box(t)).FromPayload(sealed, &back), secret.ErrOpen)
}
