package main

import (
	"context"
	"errors"
	"fmt"
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
	"fasthold/definitions"
	"fasthold/dev/embedded"
	"fasthold/internal/payload"
	"fasthold/internal/secret"
	"fasthold/internal/store"
	"fasthold/worker"
)

// site is everything that dev runs in one process.
type site struct {
	temporal *embedded.Server
	client   client.Client
	store    *store.Store
	worker   sdkworker.Worker
	listener net.Listener
	failed   chan error
	stop     []func(context.Context) error // in the order things were started
}

// open starts everything in the order in which one part needs the other. What was started is stopped again when a later part fails.
func open(ctx context.Context, f flags) (s *site, err error) {
	s = &site{failed: make(chan error, 3)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(context.WithoutCancel(ctx)))
		}
	}()
	if err = os.MkdirAll(f.Data, 0o700); err != nil {
		return s, err
	}
	// The listener comes first: the Temporal Web UI has to know where the codec is.
	if s.listener, err = net.Listen("tcp", f.HTTP); err != nil {
		return s, err
	}
	s.later(func(context.Context) error { return ignoreClosed(s.listener.Close()) })
	box, err := keyset(filepath.Join(f.Data, "keyset.json"))
	if err != nil {
		return s, err
	}
	if err = s.openStore(ctx, f, box); err != nil {
		return s, err
	}
	if err = s.openTemporal(ctx, f, box); err != nil {
		return s, err
	}
	if err = s.deploy(ctx); err != nil {
		return s, err
	}
	s.worker = worker.New(worker.Options{Client: s.client, Store: s.store, Log: slog.Default(), Unit: "Jobcenter Favrskov"})
	if err = s.worker.Start(); err != nil {
		return s, err
	}
	s.later(func(context.Context) error { s.worker.Stop(); return nil })
	return s, s.serve(ctx, box)
}

func (s *site) later(stop func(context.Context) error) { s.stop = append(s.stop, stop) }

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

func (s *site) openStore(ctx context.Context, f flags, box *secret.Box) (err error) {
	dsn := f.DB
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(f.Data, "fasthold.db")
	}
	if err := store.Migrate(ctx, dsn); err != nil {
		return err
	}
	if s.store, err = store.Open(ctx, dsn, box, store.Options{}); err != nil {
		return err
	}
	s.later(func(context.Context) error { return s.store.Close() })
	return putUsers(ctx, s.store)
}

func (s *site) openTemporal(ctx context.Context, f flags, box *secret.Box) (err error) {
	s.temporal, err = embedded.Start(ctx, embedded.Options{
		Dir: filepath.Join(f.Data, "temporal"), Address: f.Temporal, UIAddress: f.TemporalUI, CodecEndpoint: s.url() + api.CodecPath,
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
		HostPort: s.temporal.Address(), DataConverter: payload.Converter(box), Logger: temporallog.NewStructuredLogger(slog.New(warnings{slog.Default().Handler()})),
	})
	if err != nil {
		return err
	}
	s.later(func(context.Context) error { s.client.Close(); return nil })
	return nil
}

// deploy brings the definitions that come with Fasthold; what is there already stays as it is.
func (s *site) deploy(ctx context.Context) error {
	set, problems := api.Check(ctx, s.store, definitions.Shipped(), activities.JobTypes())
	if set == nil {
		return fmt.Errorf("the definitions that come with Fasthold have problems, the first: %s", problems[0])
	}
	_, err := api.Deploy(ctx, s.store, set)
	return err
}

func (s *site) serve(ctx context.Context, box *secret.Box) error {
	handler := api.New(api.Options{
		Store: s.store, Temporal: s.client, Log: slog.Default(), JobTypes: activities.JobTypes(), Web: web.Handler(),
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

func (s *site) url() string { return "http://" + s.listener.Addr().String() }

func (s *site) ready() ready {
	return ready{Ready: true, HTTP: s.url(), Temporal: s.temporal.Address(), TemporalUI: s.temporal.UIURL()}
}

// close stops everything, what was started last first.
func (s *site) close(ctx context.Context) error {
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
