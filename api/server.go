// Package api is the door for people and systems: HTTP resources on Gin described by OpenAPI, the web workbench, and the relay that hands
// what the store has decided to Temporal. It asks workflows for changes of process state and the store for changes of case data.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/converter"

	"fasthold/definitions"
	"fasthold/internal/casework"
	"fasthold/internal/nemrefusion"
	"fasthold/internal/store"
)

// Base is where the resources are.
const Base = "/api/v1"

// Options are what the API needs.
type Options struct {
	Store    *store.Store
	Temporal Temporal // a client.Client with the payload converter that the workers use
	Identity Identity // nil: nobody can sign in
	Log      *slog.Logger
	Jobs     []definitions.Job // what the workers do; a deployment with other jobs gets a warning
	Web      http.Handler      // the workbench; nil for none
	Dev      *DevTools         // nil outside dev
	// Codec opens payloads for supervisors who look at them in the Temporal Web UI, whose pages are at CodecOrigin; nil for none.
	Codec       converter.PayloadCodec
	CodecOrigin string
}

// DevTools is what only dev offers: moving a running instance ahead in time.
type DevTools struct {
	FastForward func(ctx context.Context, instanceID string, by time.Duration) (now time.Time, err error)
	Now         func(ctx context.Context, instanceID string) (time.Time, error)
}

// Server answers requests. Run its Relay beside it.
type Server struct {
	Options
	engine  *gin.Engine
	api     huma.API
	metrics *metrics
	library *library
	seen    *views
	skips   skips
}

// New builds the server.
func New(o Options) *Server {
	if o.Identity == nil {
		o.Identity = nobody{}
	}
	s := &Server{Options: o, engine: gin.New(), library: newLibrary(o.Store), seen: newViews()}
	s.skips.forget()
	s.metrics = newMetrics(prometheus.NewRegistry(), o.Store)
	s.engine.Use(s.observe, s.recoverPanic, limitBody)
	s.engine.HandleMethodNotAllowed = true
	s.engine.NoMethod(func(c *gin.Context) { writeProblem(c, http.StatusMethodNotAllowed, "method not allowed") })
	s.engine.NoRoute(s.noRoute)
	s.healthRoutes()
	s.codecRoutes()
	o.Identity.Routes(s.engine.Group(Base))
	group := s.engine.Group(Base)
	group.Use(s.authenticate, s.idempotent)
	s.api = humagin.NewWithGroup(s.engine, group, config())
	s.api.UseMiddleware(s.authorize)
	if s.Dev != nil {
		s.api.UseMiddleware(s.tellCaseTime)
	}
	s.routes()
	s.engine.GET(Base+"/openapi.json", func(c *gin.Context) { c.JSON(http.StatusOK, s.api.OpenAPI()) })
	return s
}

// init sets what both frameworks keep in package variables.
func init() {
	gin.SetMode(gin.ReleaseMode)
	huma.NewError = newProblem
}

const description = `Job-retention cases of Danish municipalities, and the BPMN processes that run them.

Times are RFC 3339, dates and durations ISO 8601, ids opaque. Lists answer items and, unless they end, a nextCursor. A problem is an
application/problem+json (RFC 9457) whose errors name each field by a JSON pointer. Unknown fields and parameters are refused. A POST with an
Idempotency-Key can be sent again for seven days and gets the first answer. When a change is answered, its effects are in all lists.`

func config() huma.Config {
	c := huma.DefaultConfig("Fasthold", "1")
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.RejectUnknownQueryParameters = true
	c.AllowAdditionalPropertiesByDefault = false
	c.FieldsOptionalByDefault = false
	c.Info.Description = description
	c.Servers = []*huma.Server{{URL: Base}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie},
		"bearer":  {Type: "http", Scheme: "bearer"},
	}
	c.Security = []map[string][]string{{"session": {}}, {"bearer": {}}}
	return c
}

// schemaName names a type in the description; those of the intake's event have names of their own, since they look like ours.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() == reflect.TypeFor[nemrefusion.Event]().PkgPath() {
		return "Notice" + name
	}
	return name
}

func (s *Server) routes() {
	s.taskRoutes()
	s.caseRoutes()
	s.caseFileRoutes()
	s.instanceRoutes()
	s.adHocRoutes()
	s.timerRoutes()
	s.modifyRoutes()
	s.definitionRoutes()
	s.deploymentRoutes()
	s.messageRoutes()
	s.migrationRoutes()
	s.incidentRoutes()
	s.alertRoutes()
	s.decisionRoutes()
	s.intakeRoutes()
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// noRoute gives pages of the workbench, and a problem below /api.
func (s *Server) noRoute(c *gin.Context) {
	if s.Web == nil || isBelow(c.Request.URL.Path, "/api") {
		writeProblem(c, http.StatusNotFound, "there is nothing at this address")
		return
	}
	c.Status(http.StatusOK)
	s.Web.ServeHTTP(c.Writer, c.Request)
}

func isBelow(path, folder string) bool {
	return path == folder || len(path) > len(folder) && path[:len(folder)+1] == folder+"/"
}

// call describes one operation.
type call struct {
	method, path string
	roles        []casework.Role // whoever has one of them may call it
	summary      string
	tag          string
	status       int // of a success; 200 when 0
	also         int // another status of a success
	maxBytes     int64
	xml          bool              // the answer is an XML file
	body         *huma.RequestBody // of a call that reads its body itself; it is described and not checked
}

// handle registers an operation. The roles are checked before the request is read any further.
func handle[I, O any](s *Server, c call, do func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: operationID(c), Method: c.method, Path: c.path, Summary: c.summary, Tags: []string{c.tag}, DefaultStatus: c.status,
		MaxBodyBytes: maxBody, Metadata: map[string]any{rolesKey: c.roles}, Responses: map[string]*huma.Response{},
		Errors: []int{400, 401, 403, 404, 409, 412, 413, 422, 500, 503},
	}
	if c.maxBytes != 0 {
		op.MaxBodyBytes = c.maxBytes
	}
	if c.body != nil {
		op.RequestBody, op.SkipValidateBody = c.body, true
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, s.problemOf(ctx, err)
		}
		return out, nil
	})
	c.describe(op)
}

// describe adds what huma cannot see in the types.
func (c call) describe(op huma.Operation) {
	if c.also != 0 {
		also := *op.Responses[strconv.Itoa(c.status)]
		also.Description = http.StatusText(c.also)
		op.Responses[strconv.Itoa(c.also)] = &also
	}
	if c.body != nil {
		delete(c.body.Content, "application/octet-stream")
	}
	if c.xml {
		op.Responses["200"].Content = map[string]*huma.MediaType{"application/xml": {Schema: &huma.Schema{Type: huma.TypeString}}}
	}
}

// operationID is e.g. post-tasks-id-complete.
func operationID(c call) string {
	path := strings.NewReplacer("{", "", "}", "", "/", "-").Replace(c.path)
	return strings.ToLower(c.method) + path
}

// output is an answer with a body.
type output[T any] struct{ Body T }

func answer[T any](body T, err error) (*output[T], error) {
	if err != nil {
		return nil, err
	}
	return &output[T]{body}, nil
}
