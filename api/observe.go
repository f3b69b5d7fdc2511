package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.temporal.io/sdk/client"

	"fasthold/internal/casework"
	"fasthold/internal/store"
)

const checkTimeout = 3 * time.Second

// metrics are numbers about the API; no label tells of a person or a case.
type metrics struct {
	handler   http.Handler
	requests  *prometheus.HistogramVec
	delivered *prometheus.CounterVec
}

func newMetrics(r *prometheus.Registry, st *store.Store) *metrics {
	m := &metrics{
		handler: promhttp.HandlerFor(r, promhttp.HandlerOpts{}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "fasthold_http_request_seconds", Help: "Time to answer a request.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
		}, []string{"method", "route", "status"}),
		delivered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "fasthold_relay_deliveries_total", Help: "Attempts to hand an effect to Temporal.",
		}, []string{"kind", "result"}),
	}
	waiting := func(value func(int64, *time.Time) float64) func() float64 {
		return func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
			defer cancel()
			n, oldest, err := st.OutboxStatus(ctx)
			if err != nil {
				return -1
			}
			return value(n, oldest)
		}
	}
	r.MustRegister(m.requests, m.delivered, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fasthold_relay_waiting", Help: "Effects that wait for Temporal; -1 when unknown."},
			waiting(func(n int64, _ *time.Time) float64 { return float64(n) })),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fasthold_relay_lag_seconds", Help: "Age of the oldest effect that waits; -1 when unknown."},
			waiting(func(_ int64, oldest *time.Time) float64 { return age(oldest) })))
	return m
}

func age(t *time.Time) float64 {
	if t == nil {
		return 0
	}
	return time.Since(*t).Seconds()
}

// observe counts and logs a request: by its route, since an address may hold ids, and without its query.
func (s *Server) observe(c *gin.Context) {
	began := time.Now()
	c.Next()
	route, took := c.FullPath(), time.Since(began)
	if route == "" {
		route = "other"
	}
	s.metrics.requests.WithLabelValues(c.Request.Method, route, strconv.Itoa(c.Writer.Status())).Observe(took.Seconds())
	if isBelow(c.Request.URL.Path, "/api") {
		s.Log.InfoContext(c, "request", "method", c.Request.Method, "route", route, "status", c.Writer.Status(),
			"ms", took.Milliseconds(), "user", casework.ActorFrom(c.Request.Context()).ID)
	}
}

func (s *Server) healthRoutes() {
	s.engine.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	s.engine.GET("/readyz", s.ready)
	s.engine.GET("/metrics", gin.WrapH(s.metrics.handler))
}

// ready tells whether requests can be served: the database and Temporal answer.
func (s *Server) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), checkTimeout)
	defer cancel()
	parts, status := gin.H{"store": "ok", "temporal": "ok"}, http.StatusOK
	if err := s.Store.Ping(ctx); err != nil {
		parts["store"], status = "down", http.StatusServiceUnavailable
	}
	if _, err := s.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		parts["temporal"], status = "down", http.StatusServiceUnavailable
	}
	c.JSON(status, parts)
}
