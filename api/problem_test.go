package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
)

// A completion that a failed listener holds up is no refusal: what was entered stays, for it is needed when the task is completed at last.
func TestWhatIsHeldUpIsNotRefused(t *testing.T) {
	t.Parallel()
	s := &Server{}
	held := temporal.NewNonRetryableApplicationError("the plan cannot be read", string(casework.Pending), nil)
	denied := temporal.NewNonRetryableApplicationError("Planen mangler.", string(casework.Invalid), nil)
	require.False(t, refused(fromTemporal(held)))
	require.True(t, refused(fromTemporal(denied)))
	require.Equal(t, http.StatusUnprocessableEntity, s.problemOf(t.Context(), held).GetStatus())
	require.ErrorContains(t, fromTemporal(held), heldUp)
	require.ErrorContains(t, fromTemporal(denied), "Planen mangler.")
}
