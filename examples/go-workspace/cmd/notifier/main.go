// Notifier sends messages to many people at once.
package main

import (
	"log/slog"
	"net/http"
	"strings"

	"example.com/depot/internal/service"
	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/errgroup"
)

func main() {
	service.Run("notifier", func(r chi.Router) {
		r.Post("/notify", func(w http.ResponseWriter, r *http.Request) {
			group, _ := errgroup.WithContext(r.Context())
			for name := range strings.SplitSeq(r.URL.Query().Get("to"), ",") {
				group.Go(func() error {
					slog.Info("notified", "name", name)
					return nil
				})
			}
			if err := group.Wait(); err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			w.WriteHeader(http.StatusAccepted)
		})
	})
}
