// Package embedded runs a whole Temporal cluster inside this process: frontend, history, matching and system worker of
// the real Temporal server, kept in one SQLite file or in memory, and the Temporal Web UI from its own assets. It is what
// `go run ./dev` and the end-to-end suite stand on; production runs Temporal as a service of its own.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/temporal"
)

// Namespace is the one Temporal namespace that Fasthold uses.
const Namespace = "default"

// Options says where an embedded server listens and what it remembers.
type Options struct {
	// Dir keeps everything between starts; it is created when missing and can serve one process at a time.
	// Empty means in memory, gone at Stop.
	Dir string
	// Address is the host:port of the gRPC frontend; empty means any free port on the loopback interface, as does port 0.
	Address string
	// UIAddress is the host:port of the Temporal Web UI; port 0 means any free port, empty means no Web UI.
	UIAddress string
	// CodecEndpoint is the URL that the browser asks to decrypt payloads; empty when payloads are readable as they are.
	CodecEndpoint string
	// Clock tells at which time workflows begin, which may also lie in the past; nil means the wall clock. A child begins at its parent's time.
	Clock func() time.Time
	// ContinueAsNewAt tells, each time a workflow goes on, at how many history events it is asked to give way to a new run; nil means the
	// server's own 4,096. What it told is in the history, so that a replay sees the same.
	ContinueAsNewAt func() int
	// Log receives what the server has to say at level warn or above; nil means slog.Default().
	Log *slog.Logger
}

// Server is a running Temporal cluster. It is safe for concurrent use.
type Server struct {
	address string
	server  temporal.Server
	ui      *webUI
	lock    *dirLock
	log     *serverLog
	stopped func() error
}

// Start returns when the cluster takes requests: the namespace is there and every search attribute of [SearchAttributes]
// can be used. An address that is taken, a directory that another process uses, and a context that ends earlier are errors.
func Start(ctx context.Context, o Options) (_ *Server, err error) {
	s := &Server{log: newServerLog(o.Log)}
	s.stopped = sync.OnceValue(s.stop)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if s.lock, err = lockDir(o.Dir); err != nil {
		return nil, err
	}
	ports, err := reservePorts(o.Address)
	if err != nil {
		return nil, err
	}
	s.address = ports.frontend.String()
	cfg := serverConfig(sqliteDatabase(o.Dir), ports)
	if err := prepareDatabase(ctx, o.Dir, cfg); err != nil {
		return nil, err
	}
	if err := s.startServer(ctx, cfg, ports, o); err != nil {
		return nil, err
	}
	if o.UIAddress != "" {
		s.ui, err = startWebUI(o.UIAddress, s.address, o.CodecEndpoint)
	}
	return s, err
}

// startServer starts the four services and waits until a client gets an answer.
func (s *Server) startServer(ctx context.Context, cfg *config.Config, ports servicePorts, o Options) error {
	options := []temporal.ServerOption{
		temporal.WithConfig(cfg),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(ports.staticHosts()),
		temporal.WithLogger(s.log),
		temporal.WithDynamicConfigClient(settings{dynamicSettings(), o.ContinueAsNewAt}),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
	}
	if o.Clock != nil {
		options = append(options, clocked(o.Clock)...)
	}
	srv, err := temporal.NewServer(options...)
	if err != nil {
		return fmt.Errorf("set up the Temporal server: %w", err)
	}
	started := make(chan error, 1) // the server bounds its start by itself
	go func() { started <- srv.Start() }()
	select {
	case err = <-started:
	case err = <-s.log.failed:
	}
	if err != nil {
		return fmt.Errorf("start the Temporal server: %w", err)
	}
	s.server = srv
	return s.ready(ctx)
}

// ready waits until the namespace answers and lacks no search attribute.
func (s *Server) ready(ctx context.Context) error {
	c, err := client.DialContext(ctx, client.Options{HostPort: s.address, Namespace: Namespace, Logger: s.log.sdk()})
	if err != nil {
		return fmt.Errorf("reach the Temporal server on %s: %w", s.address, err)
	}
	defer c.Close()
	return poll(ctx, func() (bool, error) { return ensureSearchAttributes(ctx, c) })
}

// Address is the host:port of the gRPC frontend.
func (s *Server) Address() string { return s.address }

// UIURL is the address of the Temporal Web UI, or empty if none was asked for.
func (s *Server) UIURL() string {
	if s.ui == nil {
		return ""
	}
	return s.ui.url
}

// Failed delivers at most one error: that of a service which could not go on. The process should stop then.
func (s *Server) Failed() <-chan error { return s.log.failed }

// Stop closes the Web UI, lets the services finish what they are doing, and releases the directory; a second Stop waits for the first.
// If ctx ends first, Stop returns its error and the services go on stopping behind it.
func (s *Server) Stop(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.stopped() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("stop the Temporal server: %w", ctx.Err())
	}
}

func (s *Server) stop() error {
	s.log.quiet()
	var errs []error
	if s.ui != nil {
		errs = append(errs, s.ui.stop())
	}
	if s.server != nil {
		errs = append(errs, s.server.Stop())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	return errors.Join(errs...)
}

// poll asks until done says yes, an error comes or ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
