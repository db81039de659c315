// Websocket-gateway connects people in rooms, and tells the presence service who is there.
package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"example.com/chorus/platform/service"
)

func main() {
	rooms := newRooms()
	presence := service.Setting("PRESENCE_URL", "http://127.0.0.1:8082")
	service.Run("websocket-gateway", routes(rooms, presence), rooms.close)
}

func routes(rooms *rooms, presence string) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rooms/{room}/{user}", func(w http.ResponseWriter, r *http.Request) {
		user := r.PathValue("user")
		tell(presence, http.MethodPut, user)
		defer tell(presence, http.MethodDelete, user)
		rooms.serve(w, r, r.PathValue("room"), user)
	})
	mux.HandleFunc("GET /health/deep", func(w http.ResponseWriter, r *http.Request) {
		if err := ask(r.Context(), http.MethodGet, presence+"/health"); err != nil {
			service.JSON(w, http.StatusServiceUnavailable, map[string]string{"presence": err.Error()})
			return
		}
		service.JSON(w, http.StatusOK, map[string]string{"presence": "ok"})
	})
	return mux
}

// tell reports a person; people can talk without the presence service.
func tell(presence, method, user string) {
	if err := ask(context.Background(), method, presence+"/presence/"+url.PathEscape(user)); err != nil {
		slog.Warn("presence is unknown", "user", user, "error", err)
	}
}

func ask(ctx context.Context, method, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
