package worker

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"go.temporal.io/sdk/client"
)

// Run works until ctx ends, then finishes what is under way. On the listener it answers /healthz and /readyz.
func Run(ctx context.Context, o Options, health net.Listener) error {
	w := New(o)
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	server := &http.Server{Handler: o.health(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(health) }()
	defer server.Close()
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	}
}

// health answers whether the process runs, and whether it can work: the database and Temporal answer.
func (o Options) health() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		_, err := o.Client.CheckHealth(ctx, &client.CheckHealthRequest{})
		if err := errors.Join(err, o.Store.Ping(ctx)); err != nil {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
		}
	})
	return mux
}
