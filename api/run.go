package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Bounds of one connection, and of a clean stop.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = time.Minute
	writeTimeout  = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 20 * time.Second
	maxHeader     = 64 << 10
)

// Run answers requests on the listener and runs what goes on beside (the relay, the confirmation of projections, migrations, the search for lost instances) until ctx ends; then it lets requests under way finish.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var beside sync.WaitGroup
	beside.Go(func() { s.Relay(ctx) })
	beside.Go(func() { s.Confirm(ctx) })
	beside.Go(func() { s.Migrate(ctx) })
	beside.Go(func() { s.FindLost(ctx) })
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		stopped <- server.Shutdown(bounded)
	}()
	err := server.Serve(listener)
	cancel()
	beside.Wait()
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
