// Presence-service knows who is online. Whoever is not heard of for a minute is not.
package main

import (
	"net/http"
	"slices"
	"time"

	"example.com/chorus/platform/service"
	"github.com/hashicorp/golang-lru/v2/expirable"
)

const (
	seenFor = time.Minute
	most    = 100_000
)

func main() {
	service.Run("presence-service", routes(seenFor), func() {})
}

func routes(seenFor time.Duration) *http.ServeMux {
	online := expirable.NewLRU[string, time.Time](most, nil, seenFor)
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /presence/{user}", func(w http.ResponseWriter, r *http.Request) {
		online.Add(r.PathValue("user"), time.Now().UTC())
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /presence/{user}", func(w http.ResponseWriter, r *http.Request) {
		online.Remove(r.PathValue("user"))
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /presence", func(w http.ResponseWriter, _ *http.Request) {
		// Keys also has those that are about to be removed.
		users := slices.DeleteFunc(online.Keys(), func(user string) bool {
			_, known := online.Peek(user)
			return !known
		})
		slices.Sort(users)
		service.JSON(w, http.StatusOK, map[string]any{"online": users})
	})
	return mux
}
