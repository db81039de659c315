package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/workerflow/internal/jobs"
)

func TestJobsAreCheckedAndForwarded(t *testing.T) {
	queue := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"id":7,"kind":"count","state":"waiting"}`))
	}))
	defer queue.Close()
	for body, want := range map[string]int{
		`{"kind":"count"}`: http.StatusAccepted,
		`{}`:               http.StatusBadRequest,
		`nonsense`:         http.StatusBadRequest,
	} {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/jobs", strings.NewReader(body))
		routes(jobs.Queue(queue.URL)).ServeHTTP(answer, request)
		if answer.Code != want {
			t.Errorf("%s: %d", body, answer.Code)
		}
	}
}

func TestAQueueThatIsDown(t *testing.T) {
	answer := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/jobs/1", http.NoBody)
	routes("http://127.0.0.1:1").ServeHTTP(answer, request)
	if answer.Code != http.StatusBadGateway {
		t.Fatal(answer.Code)
	}
}
