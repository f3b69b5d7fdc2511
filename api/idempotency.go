package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fasthold/internal/casework"
)

const (
	maxBody       = 1 << 20
	maxDeployment = 10 << 20
	keyHeader     = "Idempotency-Key"
)

// limitBody bounds what is read of a request. The server's own request keeps its body, so that the server knows what was left unread and
// does not take it for the next request of the connection.
func limitBody(c *gin.Context) {
	most := int64(maxBody)
	if strings.HasPrefix(c.Request.URL.Path, Base+"/deployments") {
		most = maxDeployment
	}
	bounded := *c.Request
	bounded.Body = http.MaxBytesReader(c.Writer, c.Request.Body, most)
	c.Request = &bounded
}

// idempotent gives the first answer again to a POST that is repeated with the same key.
func (s *Server) idempotent(c *gin.Context) {
	key := c.GetHeader(keyHeader)
	if c.Request.Method != http.MethodPost || key == "" || c.IsAborted() {
		return
	}
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		writeProblem(c, http.StatusRequestEntityTooLarge, "the body is too large")
		return
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	reply, err := s.Store.Recall(c.Request.Context(), key, requestHash(c.Request, body))
	switch {
	case err != nil:
		p := s.problemOf(c, err)
		writeProblem(c, p.GetStatus(), p.Error())
	case reply != nil:
		c.Header("Idempotent-Replay", "true")
		c.Data(reply.Status, contentType(reply.Status), reply.Body)
		c.Abort()
	default:
		s.answerOnce(c, key)
	}
}

// answerOnce lets the request through and keeps its answer; one that failed here may be asked for again.
func (s *Server) answerOnce(c *gin.Context, key string) {
	w := &recorder{ResponseWriter: c.Writer}
	c.Writer = w
	c.Next()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), 5*time.Second)
	defer cancel()
	var err error
	if status := w.Status(); status >= 500 || status == http.StatusUnauthorized {
		err = s.Store.Forget(ctx, key)
	} else {
		err = s.Store.Remember(ctx, key, casework.Reply{Status: status, Body: w.body.Bytes()})
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "the answer to an idempotent request was not kept", "error", err)
	}
}

func requestHash(r *http.Request, body []byte) string {
	h := sha256.New()
	_, _ = io.WriteString(h, r.URL.RequestURI()+"\n")
	_, _ = h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

func contentType(status int) string {
	if status >= 400 {
		return "application/problem+json"
	}
	return "application/json"
}

// recorder keeps what is written.
type recorder struct {
	gin.ResponseWriter
	body bytes.Buffer
}

// Write writes and keeps.
func (r *recorder) Write(p []byte) (int, error) {
	r.body.Write(p)
	return r.ResponseWriter.Write(p)
}

// WriteString writes and keeps.
func (r *recorder) WriteString(p string) (int, error) {
	r.body.WriteString(p)
	return r.ResponseWriter.WriteString(p)
}
