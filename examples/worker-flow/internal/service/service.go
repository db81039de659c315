// Package service is what every service has in common: logs, metrics, traces, a health check and a graceful stop.
package service

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/workerflow/internal/trace"
	"github.com/VictoriaMetrics/metrics"
)

// Version is set by the linker.
var Version = "dev"

// Greeting is the first line of every log.
const Greeting = "listening"

// Service is what a program serves, and what it does meanwhile.
type Service struct {
	Name   string
	Routes *http.ServeMux
	// Ready fails if something that the service needs does not answer.
	Ready func(context.Context) error
	// Work runs until its context ends.
	Work func(context.Context)
	// Close runs at the end.
	Close func() error
}

// Run serves until SIGTERM or SIGINT.
func (s Service) Run() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("service", s.Name, "version", Version))
	if err := s.serve(); err != nil {
		slog.Error("failed", "error", err)
		os.Exit(1)
	}
	slog.Info("stopped")
}

func (s Service) serve() error {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	listener, err := net.Listen("tcp", ":"+Setting("PORT", "8080"))
	if err != nil {
		return err
	}
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	slog.Info(Greeting, "address", listener.Addr().String())
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		if s.Work != nil {
			s.Work(stop)
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	limit, end := context.WithTimeout(context.Background(), 5*time.Second)
	defer end()
	err = server.Shutdown(limit)
	<-worked
	trace.Flush(limit)
	if s.Close != nil {
		err = errors.Join(err, s.Close())
	}
	return err
}

func (s Service) handler() http.Handler {
	outer := http.NewServeMux()
	outer.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		JSON(w, http.StatusOK, map[string]string{"status": "ok", "service": s.Name, "version": Version})
	})
	outer.HandleFunc("GET /health/deep", func(w http.ResponseWriter, r *http.Request) {
		if s.Ready != nil {
			if err := s.Ready(r.Context()); err != nil {
				JSON(w, http.StatusServiceUnavailable, map[string]string{"status": err.Error()})
				return
			}
		}
		JSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	outer.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) { metrics.WritePrometheus(w, true) })
	requests := metrics.GetOrCreateCounter(`http_requests_total{service="` + s.Name + `"}`)
	outer.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		requests.Inc()
		ctx, span := trace.Start(trace.FromHeader(r.Context(), r.Header), s.Name, r.Method+" "+r.URL.Path)
		defer span.End()
		s.Routes.ServeHTTP(w, r.WithContext(ctx))
	})
	return outer
}

// Fail ends a program that cannot start.
func Fail(err error) {
	slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("cannot start", "error", err)
	os.Exit(1)
}

// JSON answers a request.
func JSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

// Setting is a variable of the environment, or what applies without it.
func Setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
