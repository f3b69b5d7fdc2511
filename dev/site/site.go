// Package site composes all of Fasthold in one process on one machine: the embedded Temporal server with its Web UI, the store, the worker, the
// API and the workbench, with demo users and cases. `go run ./dev` runs it, and the end-to-end suite opens it.
package site

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"
	temporallog "go.temporal.io/sdk/log"
	sdkworker "go.temporal.io/sdk/worker"

	"fasthold/activities"
	"fasthold/api"
	"fasthold/api/web"
	"fasthold/dev/embedded"
	"fasthold/internal/payload"
	"fasthold/internal/secret"
	"fasthold/internal/store"
	"fasthold/worker"
)

// Options say where a site keeps its things and where it listens; an address with port 0 means any free port.
type Options struct {
	Data       string       // directory that keeps everything between starts; made when missing
	HTTP       string       // address of the workbench and the API
	Temporal   string       // address of the embedded Temporal server
	TemporalUI string       // address of the Temporal Web UI; "" for none
	DB         string       // DSN of a PostgreSQL database; "" for SQLite below Data
	Log        *slog.Logger // nil means slog.Default()
	// Clock is what the store and the processes that begin take for the time; nil means the wall clock.
	Clock func() time.Time
}

// Site is everything that dev runs in one process.
type Site struct {
	options  Options
	temporal *embedded.Server
	client   client.Client
	store    *store.Store
	worker   sdkworker.Worker
	listener net.Listener
	failed   chan error
	stop     []func(context.Context) error // in the order things were started
}

// Open starts everything in the order in which one part needs the other. What was started is stopped again when a later part fails.
func Open(ctx context.Context, o Options) (s *Site, err error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s = &Site{options: o, failed: make(chan error, 3)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close(context.WithoutCancel(ctx)))
		}
	}()
	if err = os.MkdirAll(o.Data, 0o700); err != nil {
		return s, err
	}
	// The listener comes first: the Temporal Web UI has to know where the codec is.
	if s.listener, err = net.Listen("tcp", o.HTTP); err != nil {
		return s, err
	}
	s.later(func(context.Context) error { return ignoreClosed(s.listener.Close()) })
	box, err := keyset(filepath.Join(o.Data, "keyset.json"))
	if err != nil {
		return s, err
	}
	if err = s.openStore(ctx, box); err != nil {
		return s, err
	}
	if err = s.openTemporal(ctx, box); err != nil {
		return s, err
	}
	if err = api.DeployShipped(ctx, s.store, activities.Jobs()); err != nil {
		return s, err
	}
	s.worker = worker.New(worker.Options{Client: s.client, Store: s.store, Log: s.options.Log, Unit: "Jobcenter Favrskov"})
	if err = s.worker.Start(); err != nil {
		return s, err
	}
	s.later(func(context.Context) error { s.worker.Stop(); return nil })
	return s, s.serve(ctx, box)
}

func (s *Site) later(stop func(context.Context) error) { s.stop = append(s.stop, stop) }

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// keyset reads the keyset of this directory, or makes one.
func keyset(path string) (*secret.Box, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		if key, err = secret.Generate(); err == nil {
			err = os.WriteFile(path, key, 0o600)
		}
	}
	if err != nil {
		return nil, err
	}
	return secret.New(key)
}

func (s *Site) openStore(ctx context.Context, box *secret.Box) (err error) {
	dsn := s.options.DB
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(s.options.Data, "fasthold.db")
	}
	if err := store.Migrate(ctx, dsn); err != nil {
		return err
	}
	if s.store, err = store.Open(ctx, dsn, box, store.Options{Now: s.options.Clock}); err != nil {
		return err
	}
	s.later(func(context.Context) error { return s.store.Close() })
	return putUsers(ctx, s.store)
}

func (s *Site) openTemporal(ctx context.Context, box *secret.Box) (err error) {
	s.temporal, err = embedded.Start(ctx, embedded.Options{
		Dir: filepath.Join(s.options.Data, "temporal"), Address: s.options.Temporal, UIAddress: s.options.TemporalUI, CodecEndpoint: s.URL() + api.CodecPath,
		Log: s.options.Log, Clock: s.options.Clock,
	})
	if err != nil {
		return err
	}
	s.later(s.temporal.Stop)
	go func() {
		if err := <-s.temporal.Failed(); err != nil {
			s.failed <- err
		}
	}()
	s.client, err = client.DialContext(ctx, client.Options{
		HostPort: s.temporal.Address(), DataConverter: payload.Converter(box), Logger: temporallog.NewStructuredLogger(slog.New(warnings{s.options.Log.Handler()})),
	})
	if err != nil {
		return err
	}
	s.later(func(context.Context) error { s.client.Close(); return nil })
	return nil
}

func (s *Site) serve(ctx context.Context, box *secret.Box) error {
	handler := api.New(api.Options{
		Store: s.store, Temporal: s.client, Log: s.options.Log, Jobs: activities.Jobs(), Web: web.Handler(),
		Codec: payload.Codec{Box: box}, CodecOrigin: s.temporal.UIURL(),
		Identity: &api.Demo{Store: s.store, Box: box, Bearer: true},
		Dev: &api.DevTools{
			FastForward: func(ctx context.Context, id string, by time.Duration) (time.Time, error) {
				return embedded.FastForward(ctx, s.client, id, by)
			},
			Now: func(ctx context.Context, id string) (time.Time, error) { return embedded.Now(ctx, s.client, id) },
		},
	})
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan error, 1)
	go func() {
		err := handler.Run(ctx, s.listener)
		if err != nil {
			s.failed <- err
		}
		stopped <- err
	}()
	s.later(func(context.Context) error { cancel(); return <-stopped })
	return nil
}

// URL is where the workbench and the API are, without a slash at the end.
func (s *Site) URL() string { return "http://" + s.listener.Addr().String() }

// TemporalAddress is the host:port of the embedded Temporal server.
func (s *Site) TemporalAddress() string { return s.temporal.Address() }

// TemporalUIURL is where the Temporal Web UI is; "" without one.
func (s *Site) TemporalUIURL() string { return s.temporal.UIURL() }

// Client speaks to Temporal as the site itself does.
func (s *Site) Client() client.Client { return s.client }

// Store is the site's own.
func (s *Site) Store() *store.Store { return s.store }

// Failed delivers the error of a part that could not go on; the site should be closed then.
func (s *Site) Failed() <-chan error { return s.failed }

// Close stops everything, what was started last first. A second time is nothing.
func (s *Site) Close(ctx context.Context) error {
	var err error
	for i := len(s.stop) - 1; i >= 0; i-- {
		err = errors.Join(err, s.stop[i](ctx))
	}
	s.stop = nil
	return err
}

// warnings lets through what somebody should look at.
type warnings struct{ slog.Handler }

// Enabled is true from warnings up.
func (w warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }
