package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func ask(handler http.Handler, path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	return answer
}

func TestAnswers(t *testing.T) {
	handler := New(Build{Version: "1.2.3", Commit: "c0ffee", Date: "2026-01-01"})
	for path, want := range map[string]string{
		"/health":       `{"status":"healthy"}`,
		"/version":      `{"version":"1.2.3","commit":"c0ffee","date":"2026-01-01"}`,
		"/celsius/100":  `{"celsius":100,"fahrenheit":212}`,
		"/celsius/cold": `{"error":"not a number of degrees"}`,
	} {
		if got := ask(handler, path).Body.String(); got != want+"\n" {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestTheRateIsLimited(t *testing.T) {
	handler := New(Build{})
	for range 10 * atOnce {
		if ask(handler, "/celsius/1").Code == http.StatusTooManyRequests {
			return
		}
	}
	t.Fatal("every request was answered")
}

func BenchmarkHealth(b *testing.B) {
	handler := New(Build{})
	for b.Loop() {
		ask(handler, "/health")
	}
}

func BenchmarkFahrenheit(b *testing.B) {
	for b.Loop() {
		_ = Fahrenheit(21.5)
	}
}
