// Command dev runs Fasthold on one machine in one process, with the embedded Temporal server and the Temporal Web UI.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"fasthold/dev/site"
)

// flags are the command line of design page "Commands".
type flags struct {
	Data       string `default:".fasthold" type:"path" help:"Directory that keeps everything between starts."`
	HTTP       string `name:"http" default:"127.0.0.1:8080" help:"Address of the workbench and the API; port 0 means any free port."`
	Temporal   string `default:"127.0.0.1:7233" help:"Address of the embedded Temporal server; port 0 means any free port."`
	TemporalUI string `name:"temporal-ui" default:"127.0.0.1:8233" help:"Address of the Temporal Web UI; port 0 means any free port."`
	Demo       bool   `default:"true" negatable:"" help:"Fill an empty database with demo cases. The demo users are always there."`
	DB         string `name:"db" placeholder:"postgres://…" help:"Use this PostgreSQL database instead of SQLite below the data directory."`
}

// ready is the one line on standard output that says requests are taken, and where.
type ready struct {
	Ready      bool   `json:"ready"`
	HTTP       string `json:"http"`
	Temporal   string `json:"temporal"`
	TemporalUI string `json:"temporalUI"`
}

// stopTimeout bounds a clean stop; a second signal ends the process at once.
const stopTimeout = 30 * time.Second

func main() {
	var f flags
	kong.Parse(&f, kong.Name("dev"), kong.Description("Run Fasthold on this machine."), kong.Exit(func(code int) {
		if code != 0 {
			code = 2
		}
		os.Exit(code)
	}))
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, stop, f); err != nil {
		slog.Error("dev ends", "error", err)
		os.Exit(1)
	}
}

// run serves until ctx ends or a part gives up. It calls handBack before it stops, so that a second signal is not caught.
func run(ctx context.Context, handBack func(), f flags) (err error) {
	s, err := site.Open(ctx, site.Options{Data: f.Data, HTTP: f.HTTP, Temporal: f.Temporal, TemporalUI: f.TemporalUI, DB: f.DB})
	if err != nil {
		return err
	}
	defer func() {
		handBack()
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		err = errors.Join(err, s.Close(ctx))
	}()
	if err := announce(ready{Ready: true, HTTP: s.URL(), Temporal: s.TemporalAddress(), TemporalUI: s.TemporalUIURL()}); err != nil {
		return err
	}
	if f.Demo {
		go s.Demonstrate(ctx)
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.Failed():
		return err
	}
}

func announce(r ready) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(line))
	return err
}
