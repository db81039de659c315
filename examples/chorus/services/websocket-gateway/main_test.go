package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestPeopleHearEachOther(t *testing.T) {
	told := make(chan string, 10)
	presence := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		told <- r.Method + " " + r.URL.Path
	}))
	defer presence.Close()
	gateway := httptest.NewServer(routes(newRooms(), presence.URL))
	defer gateway.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	join := func(user string) *websocket.Conn {
		conn, _, err := websocket.Dial(ctx, gateway.URL+"/rooms/lobby/"+user, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := <-told; got != "PUT /presence/"+user {
			t.Fatal(got)
		}
		return conn
	}
	ada := join("ada")
	defer func() { _ = ada.CloseNow() }()
	if err := ada.Write(ctx, websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, text, err := ada.Read(ctx); err != nil || string(text) != "ada: hello" {
		t.Fatal(string(text), err)
	}
	_ = ada.Close(websocket.StatusNormalClosure, "")
	if got := <-told; got != "DELETE /presence/ada" {
		t.Fatal(got)
	}
}

func TestDeepHealthNeedsPresence(t *testing.T) {
	answer := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/health/deep", http.NoBody)
	routes(newRooms(), "http://127.0.0.1:1").ServeHTTP(answer, request)
	if answer.Code != http.StatusServiceUnavailable {
		t.Fatal(answer.Code)
	}
}
