// Billing writes invoices.
package main

import (
	"fmt"
	"net/http"
	"strconv"

	"example.com/depot/internal/money"
	"example.com/depot/internal/service"
	"github.com/go-chi/chi/v5"
)

func main() {
	service.Run("billing", func(r chi.Router) {
		r.Get("/invoices/{cents}", func(w http.ResponseWriter, r *http.Request) {
			cents, err := strconv.ParseInt(chi.URLParam(r, "cents"), 10, 64)
			if err != nil {
				http.Error(w, "an invoice is over a number of cents", http.StatusBadRequest)
				return
			}
			_, _ = fmt.Fprintf(w, "to pay: %s\n", money.Amount(cents))
		})
	})
}
