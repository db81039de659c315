// Package service is what every service of Chorus has in common: logs, a health check and a graceful stop.
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
)

// Version is set by the linker.
var Version = "dev"

// Greeting is the first line of every log.
const Greeting = "listening"

// Run serves until SIGTERM or SIGINT. `stop` ends what a handler does in the background.
func Run(name string, routes *http.ServeMux, stop func()) {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)).With("service", name, "version", Version))
	routes.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		JSON(w, http.StatusOK, map[string]string{"status": "ok", "service": name, "version": Version})
	})
	server := &http.Server{Handler: routes, ReadHeaderTimeout: 5 * time.Second}
	listener, err := net.Listen("tcp", ":"+Setting("PORT", "8081"))
	if err != nil {
		slog.Error("cannot listen", "error", err)
		os.Exit(1)
	}
	slog.Info(Greeting, "address", listener.Addr().String())

	signals, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-signals.Done()
		stop()
		limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(limit)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
	<-stopped
	slog.Info("stopped")
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
