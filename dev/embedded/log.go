package embedded

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync/atomic"

	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// serverLog passes on what the server says at level warn or above, and nothing once the server is told to stop, when every
// service complains that the others are gone.
type serverLog struct {
	to      *slog.Logger
	stopped atomic.Bool
	failed  chan error
}

var _ log.Logger = (*serverLog)(nil)

func newServerLog(to *slog.Logger) *serverLog {
	if to == nil {
		to = slog.Default()
	}
	return &serverLog{to: to, failed: make(chan error, 1)}
}

func (l *serverLog) quiet() { l.stopped.Store(true) }

// sdk is the logger for a short-lived client of the server itself.
func (l *serverLog) sdk() sdklog.Logger {
	return sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
}

func (l *serverLog) write(level slog.Level, msg string, tags []tag.Tag) {
	if l.stopped.Load() {
		return
	}
	attrs := make([]slog.Attr, len(tags))
	for i, t := range tags {
		attrs[i] = slog.Any(t.Key(), t.Value())
	}
	l.to.LogAttrs(context.Background(), level, "temporal: "+msg, attrs...)
}

// Debug implements [log.Logger]; it is dropped.
func (l *serverLog) Debug(string, ...tag.Tag) {}

// Info implements [log.Logger]; it is dropped.
func (l *serverLog) Info(string, ...tag.Tag) {}

// Warn implements [log.Logger]; advice on Nexus, which Fasthold does not use, is dropped.
func (l *serverLog) Warn(msg string, tags ...tag.Tag) {
	if !strings.HasPrefix(msg, "HTTP API port has not been set") {
		l.write(slog.LevelWarn, msg, tags)
	}
}

// Error implements [log.Logger].
func (l *serverLog) Error(msg string, tags ...tag.Tag) { l.write(slog.LevelError, msg, tags) }

// DPanic implements [log.Logger]; what panics a development build of the server is an error here.
func (l *serverLog) DPanic(msg string, tags ...tag.Tag) { l.Error(msg, tags...) }

// Panic implements [log.Logger]; the server's callers rely on it not returning, so the calling goroutine ends.
func (l *serverLog) Panic(msg string, tags ...tag.Tag) { l.Fatal(msg, tags...) }

// Fatal implements [log.Logger]. The server means to end the process; here only the calling goroutine ends and [Server.Failed] tells the owner.
func (l *serverLog) Fatal(msg string, tags ...tag.Tag) {
	if l.stopped.Load() {
		runtime.Goexit()
	}
	l.Error(msg, tags...)
	select {
	case l.failed <- errors.New("the Temporal server gave up: " + msg):
	default:
	}
	runtime.Goexit()
}
