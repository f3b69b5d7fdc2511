package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/converter"

	"fasthold/internal/casework"
)

// CodecPath is where the Temporal Web UI in a supervisor's browser asks to have payloads opened.
const CodecPath = "/codec"

// codecRoutes opens sealed payloads for supervisors who are signed in, and for pages of the Temporal Web UI only.
func (s *Server) codecRoutes() {
	if s.Codec == nil {
		return
	}
	handler := http.StripPrefix(CodecPath, converter.NewPayloadCodecHTTPHandler(s.Codec))
	group := s.engine.Group(CodecPath, s.fromTemporalUI)
	group.OPTIONS("/*call", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	group.POST("/*call", s.supervisorsOnly, gin.WrapH(handler))
}

// fromTemporalUI lets the browser use this from the Temporal Web UI's pages.
func (s *Server) fromTemporalUI(c *gin.Context) {
	if origin := c.GetHeader("Origin"); origin != "" && origin == s.CodecOrigin {
		c.Header("Access-Control-Allow-Origin", origin)
		c.Header("Access-Control-Allow-Credentials", "true")
		c.Header("Access-Control-Allow-Headers", "Content-Type, X-Namespace, Authorization")
		c.Header("Access-Control-Allow-Methods", http.MethodPost)
		c.Header("Vary", "Origin")
		return
	}
	writeProblem(c, http.StatusForbidden, "payloads are opened for the Temporal Web UI only")
}

func (s *Server) supervisorsOnly(c *gin.Context) {
	u, ok, err := s.Identity.Authenticate(c.Request)
	switch {
	case err != nil || !ok:
		writeProblem(c, http.StatusUnauthorized, "sign in to the workbench first")
	case !u.Has(casework.Supervisor):
		writeProblem(c, http.StatusForbidden, "your role does not allow this")
	}
}
