package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestWhoIsOnline(t *testing.T) {
	mux := routes(time.Hour)
	ask := func(method, path string) string {
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest(method, path, http.NoBody))
		return answer.Body.String()
	}
	ask(http.MethodPut, "/presence/grace")
	ask(http.MethodPut, "/presence/ada")
	if got := ask(http.MethodGet, "/presence"); got != "{\"online\":[\"ada\",\"grace\"]}\n" {
		t.Fatal(got)
	}
	ask(http.MethodDelete, "/presence/ada")
	if got := ask(http.MethodGet, "/presence"); got != "{\"online\":[\"grace\"]}\n" {
		t.Fatal(got)
	}
}

func TestPresenceExpires(t *testing.T) {
	mux := routes(10 * time.Millisecond)
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPut, "/presence/ada", http.NoBody))
	time.Sleep(50 * time.Millisecond)
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/presence", http.NoBody))
	if got := answer.Body.String(); got != "{\"online\":[]}\n" {
		t.Fatal(got)
	}
}
