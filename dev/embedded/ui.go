package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/temporalio/ui-server/v2/server/config"
	"github.com/temporalio/ui-server/v2/server/cors"
	"github.com/temporalio/ui-server/v2/server/csrf"
	"github.com/temporalio/ui-server/v2/server/route"
	"github.com/temporalio/ui-server/v2/ui"
)

// webUI is the Temporal Web UI on a listener of our own: the module's own server can neither choose a free port nor fail without ending the process.
type webUI struct {
	url    string
	server *http.Server
}

// startWebUI serves the Web UI for the Temporal frontend at temporalAddress.
func startWebUI(address, temporalAddress, codecEndpoint string) (*webUI, error) {
	handler, err := webUIHandler(temporalAddress, codecEndpoint)
	if err != nil {
		return nil, fmt.Errorf("set up the Temporal Web UI: %w", err)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the address %s cannot be used for the Temporal Web UI, choose another or port 0: %w", address, err)
	}
	u := &webUI{url: "http://" + l.Addr().String(), server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}}
	go u.server.Serve(l) // ends with ErrServerClosed at stop
	return u, nil
}

// webUIHandler puts the module's routes together as its own server does.
func webUIHandler(temporalAddress, codecEndpoint string) (http.Handler, error) {
	cfg, err := config.NewConfigProviderWithRefresh(&config.Config{
		TemporalGRPCAddress: temporalAddress,
		EnableUI:            true,
		DefaultNamespace:    Namespace,
		DisableNewsFetch:    true,
		HideLogs:            true,
		CORS:                config.CORS{CookieInsecure: true}, // plain HTTP on the loopback interface
		Codec:               config.Codec{Endpoint: codecEndpoint, IncludeCredentials: true},
	})
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.Use(middleware.Recover(), middleware.Gzip(), middleware.Secure(),
		cors.CORSMiddleware(cors.CORSConfig{ConfigProvider: cfg}),
		csrf.EnsureTokenCookie(false), middleware.CSRFWithConfig(csrf.MiddlewareConfig(cfg, false)))
	route.SetHealthRoute(e)
	if err := route.SetAPIRoutes(e, cfg, nil); err != nil {
		return nil, err
	}
	assets, err := webUIAssets()
	if err != nil {
		return nil, err
	}
	if err := route.SetUIRoutes(e, "", assets, cfg); err != nil {
		return nil, err
	}
	route.SetRenderRoute(e, "/")
	return e, nil
}

func webUIAssets() (fs.FS, error) {
	all, err := ui.Assets()
	if err != nil {
		return nil, err
	}
	return fs.Sub(all, "local")
}

// stop lets open requests finish for a moment; long polls of a forgotten browser tab are cut.
func (u *webUI) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := u.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return u.server.Close()
	}
	return err
}
