package activities

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"fasthold/internal/casework"
	"fasthold/internal/secret"
	"fasthold/internal/store"
)

// A call activity starts the latest version, the latest with a tag, or the one that was the latest when its own process was deployed.
func TestWhichVersionIsCalled(t *testing.T) {
	t.Parallel()
	key, err := secret.Generate()
	require.NoError(t, err)
	box, err := secret.New(key)
	require.NoError(t, err)
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	st, err := store.Open(t.Context(), "sqlite::memory:", box, store.Options{Now: func() time.Time { return now }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	for _, deployed := range [][]casework.ProcessDefinition{
		{{ProcessID: "leave", VersionTag: "old", Hash: "leave 1"}},
		{{ProcessID: "leave", VersionTag: "old", Hash: "leave 2"}, {ProcessID: "caller", Hash: "caller 1"}},
		{{ProcessID: "leave", VersionTag: "new", Hash: "leave 3"}},
		{{ProcessID: "leave", Hash: "leave 4"}},
		{{ProcessID: "later", Hash: "later 1"}},
	} {
		_, err := st.Deploy(t.Context(), nil, deployed)
		require.NoError(t, err)
		now = now.Add(time.Hour)
	}
	a := Activities{Store: st, Log: slog.New(slog.DiscardHandler)}
	for _, c := range []struct {
		name string
		ref  casework.ProcessReference
		want string // "" when no version fits
	}{
		{"latest", casework.ProcessReference{ProcessID: "leave", Binding: "latest"}, "leave 4"},
		{"with a tag, the latest of several", casework.ProcessReference{ProcessID: "leave", Binding: "versionTag", VersionTag: "old"}, "leave 2"},
		{"with another tag", casework.ProcessReference{ProcessID: "leave", Binding: "versionTag", VersionTag: "new"}, "leave 3"},
		{"deployed with the caller", casework.ProcessReference{ProcessID: "leave", Binding: "deployment", Caller: "caller 1"}, "leave 2"},
		{"a tag that no version has", casework.ProcessReference{ProcessID: "leave", Binding: "versionTag", VersionTag: "newer"}, ""},
		{"deployed after the caller", casework.ProcessReference{ProcessID: "later", Binding: "deployment", Caller: "caller 1"}, ""},
		{"unknown", casework.ProcessReference{ProcessID: "nothing", Binding: "latest"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := a.resolve(t.Context(), c.ref)
			require.Equal(t, c.want, got.Definition)
			if c.want != "" {
				require.NoError(t, err)
				return
			}
			var refused *temporal.ApplicationError
			require.True(t, errors.As(err, &refused) && refused.NonRetryable(), "%v", err)
		})
	}
}
