// The gateway tells clients where the other services are.
package main

import (
	"encoding/json"
	"net/http"

	"example.com/depot/internal/service"
	"github.com/go-chi/chi/v5"
)

const title = "depot gateway"

var services = []string{"orders", "billing", "notifier", "reporter"}

func main() {
	service.Run("gateway", func(r chi.Router) {
		r.Get("/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]any{"title": title, "services": services})
		})
	})
}
