// Service converts temperatures, as small as it can be shipped.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/distroless/internal/server"
)

// The linker sets them.
var version, commit, date = "dev", "none", "unknown"

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	if err := run(); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
	slog.Info("stopped")
}

func run() error {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	build := server.Build{Version: version, Commit: commit, Date: date}
	service := &http.Server{Handler: server.New(build), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- service.Serve(listener) }()
	slog.Info("listening", "address", listener.Addr().String(), "version", version)
	select {
	case err := <-failed:
		return err
	case <-stop.Done():
	}
	limit, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := service.Shutdown(limit); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
