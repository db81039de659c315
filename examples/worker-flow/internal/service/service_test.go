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
	deep := ask("/health/deep")
	if deep.Code != http.StatusServiceUnavailable || !strings.Contains(deep.Body.String(), "queue") {
		t.Fatal(deep.Code, deep.Body)
	}
	ask("/nothing")
	if got := ask("/metrics").Body.String(); !strings.Contains(got, `http_requests_total{service="test"} 1`) {
		t.Fatal(got)
	}
}
