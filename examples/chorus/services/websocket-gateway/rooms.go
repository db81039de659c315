package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

type rooms struct {
	mutex  sync.Mutex
	people map[string]map[*websocket.Conn]struct{}
}

func newRooms() *rooms {
	return &rooms{people: map[string]map[*websocket.Conn]struct{}{}}
}

// serve sends what a person says to everyone in the room, until the person leaves.
func (r *rooms) serve(w http.ResponseWriter, request *http.Request, room, user string) {
	conn, err := websocket.Accept(w, request, nil)
	if err != nil {
		slog.Warn("no websocket", "error", err)
		return
	}
	defer func() { _ = conn.CloseNow() }()
	r.enter(room, conn)
	defer r.leave(room, conn)
	for {
		_, text, err := conn.Read(request.Context())
		if err != nil {
			return
		}
		r.say(request.Context(), room, user+": "+string(text))
	}
}

func (r *rooms) enter(room string, conn *websocket.Conn) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.people[room] == nil {
		r.people[room] = map[*websocket.Conn]struct{}{}
	}
	r.people[room][conn] = struct{}{}
}

func (r *rooms) leave(room string, conn *websocket.Conn) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.people[room], conn)
	if len(r.people[room]) == 0 {
		delete(r.people, room)
	}
}

func (r *rooms) say(ctx context.Context, room, text string) {
	r.mutex.Lock()
	listeners := make([]*websocket.Conn, 0, len(r.people[room]))
	for conn := range r.people[room] {
		listeners = append(listeners, conn)
	}
	r.mutex.Unlock()
	for _, conn := range listeners {
		limit, cancel := context.WithTimeout(ctx, time.Second)
		_ = conn.Write(limit, websocket.MessageText, []byte(text))
		cancel()
	}
}

// close ends all connections, which the HTTP server does not know.
func (r *rooms) close() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, people := range r.people {
		for conn := range people {
			_ = conn.CloseNow()
		}
	}
}
