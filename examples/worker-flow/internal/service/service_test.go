package service

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthAndMetrics(t *testing.T) {
	down := errors.New("the queue is down")
	handler := Service{
		Name:   "test",
		Routes: http.NewServeMux(),
		Ready:  func(context.Context) error { return down },
	}.handler()
	ask := func(path string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		return answer
	}
	if got := ask("/health"); got.Code != http.StatusOK {
		t.Fatal(got.Code)
	}
	if got := ask("/health/deep"); got.Code != http.StatusServiceUnavailable || !strings.Contains(got.Body.String(), "queue") {
		t.Fatal(got.Code, got.Body)
	}
	ask("/nothing")
	if got := ask("/metrics").Body.String(); !strings.Contains(got, `http_requests_total{service="test"} 1`) {
		t.Fatal(got)
	}
}
