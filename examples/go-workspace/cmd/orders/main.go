// Orders takes orders and says what they cost.
package main

import (
	"fmt"
	"net/http"

	"example.com/depot/internal/money"
	"example.com/depot/internal/service"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
)

const price money.Amount = 1990

func main() {
	service.Run("orders", func(r chi.Router) {
		r.Post("/orders", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = fmt.Fprintf(w, "order %s for %s\n", uuid.NewString(), price)
		})
	})
}
