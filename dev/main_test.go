package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The program says in one line where it is, answers there, and stops cleanly when it is told to.
func TestTheProgram(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	program := filepath.Join(t.TempDir(), "dev")
	built, err := exec.CommandContext(ctx, "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", built)

	var exit *exec.ExitError
	require.ErrorAs(t, exec.CommandContext(ctx, program, "--no-such-flag").Run(), &exit)
	require.Equal(t, 2, exit.ExitCode(), "wrong usage")

	command := exec.CommandContext(ctx, program, "--data", t.TempDir(), "--http", "127.0.0.1:0", "--temporal", "127.0.0.1:0", "--temporal-ui", "127.0.0.1:0", "--no-demo")
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(output)
	require.True(t, lines.Scan(), "the program ended without a word")
	var said ready
	require.NoError(t, json.Unmarshal(lines.Bytes(), &said))
	require.True(t, said.Ready)
	require.NotEmpty(t, said.Temporal)
	for _, address := range []string{said.HTTP + "/readyz", said.HTTP + "/", said.TemporalUI} {
		answer, err := http.Get(address)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, answer.Body)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode, address)
	}
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.False(t, lines.Scan(), "one line and no more: %s", lines.Text())
	require.NoError(t, command.Wait())
}
