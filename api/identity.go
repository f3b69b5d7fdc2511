package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"fasthold/internal/casework"
)

// Identity says who sends a request. The demo identity is one; a real one is another.
type Identity interface {
	// Authenticate returns the user behind a request; ok is false when nobody is signed in.
	Authenticate(r *http.Request) (u casework.User, ok bool, err error)
	// Routes adds what signing in and out needs, below the base path.
	Routes(r gin.IRouter)
}

const rolesKey = "roles"

// csrfHeader must be on every change that is authorised by a cookie: another site's page cannot set it.
const csrfHeader = "X-Requested-With"

// nobody is the identity of a server that has been given none.
type nobody struct{}

// Authenticate knows no one.
func (nobody) Authenticate(*http.Request) (u casework.User, ok bool, err error) { return u, false, nil }

// Routes adds nothing.
func (nobody) Routes(gin.IRouter) {}

func (s *Server) authenticate(c *gin.Context) {
	c.Header("Cache-Control", "no-store") // answers may be personal
	c.Header("X-Content-Type-Options", "nosniff")
	u, ok, err := s.Identity.Authenticate(c.Request)
	switch {
	case err != nil:
		s.Log.ErrorContext(c, "sign-in could not be checked", "error", err)
		writeProblem(c, http.StatusInternalServerError, "who you are could not be checked; try again")
	case !ok:
		c.Header("WWW-Authenticate", "Bearer")
		writeProblem(c, http.StatusUnauthorized, "sign in first")
	case !safe(c.Request) && c.GetHeader("Authorization") == "" && c.GetHeader(csrfHeader) == "":
		writeProblem(c, http.StatusForbidden, "a change made with a session cookie needs the header "+csrfHeader)
	default:
		c.Request = c.Request.WithContext(casework.WithActor(c.Request.Context(), u))
	}
}

func safe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}

// authorize lets through whoever has one of the operation's roles.
func (s *Server) authorize(ctx huma.Context, next func(huma.Context)) {
	roles, _ := ctx.Operation().Metadata[rolesKey].([]casework.Role)
	u := casework.ActorFrom(ctx.Context())
	if slices.ContainsFunc(roles, u.Has) {
		next(ctx)
		return
	}
	_ = huma.WriteErr(s.api, ctx, http.StatusForbidden, "your role does not allow this")
}

// actor is who sends the request.
func actor(ctx context.Context) casework.User { return casework.ActorFrom(ctx) }

// Who may do what: the roles of each kind of operation. What a role sees of it is narrowed by the store (one municipality) and by [mayTouch].
var (
	caseworkers = []casework.Role{casework.Consultant, casework.Supervisor}
	doers       = []casework.Role{casework.Consultant, casework.Supervisor, casework.Designer}
	operators   = []casework.Role{casework.Supervisor, casework.Designer}
	senders     = []casework.Role{casework.Supervisor, casework.Designer, casework.Integrator}
	intake      = []casework.Role{casework.Integrator, casework.Supervisor}
	supervised  = []casework.Role{casework.Supervisor}
)

// mayTouch keeps designers, who try their processes, away from what belongs to a case.
func mayTouch(ctx context.Context, caseID string) error {
	if caseID == "" || slices.ContainsFunc(caseworkers, actor(ctx).Has) {
		return nil
	}
	return fail(casework.Forbidden, "this belongs to a case; only caseworkers may change or see it")
}
