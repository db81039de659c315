// Gateway takes jobs from the outside, and says what came of them.
package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"example.com/workerflow/internal/jobs"
	"example.com/workerflow/internal/service"
)

const hint = "a job has a kind: count or shout"

func main() {
	queue := jobs.Queue(service.Setting("QUEUE_URL", "http://127.0.0.1:8081"))
	service.Service{Name: "gateway", Routes: routes(queue), Ready: queue.Ready}.Run()
}

func routes(queue jobs.Queue) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jobs", func(w http.ResponseWriter, r *http.Request) {
		var job jobs.Job
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&job); err != nil || job.Kind == "" {
			service.JSON(w, http.StatusBadRequest, map[string]string{"error": hint})
			return
		}
		answer(w, http.StatusAccepted)(queue.Add(r.Context(), job.Kind, job.Text))
	})
	mux.HandleFunc("GET /jobs/{id}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK)(queue.Get(r.Context(), r.PathValue("id")))
	})
	return mux
}

func answer(w http.ResponseWriter, status int) func(jobs.Job, error) {
	return func(job jobs.Job, err error) {
		switch {
		case errors.Is(err, jobs.ErrNone):
			service.JSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
		case err != nil:
			slog.Warn("the queue fails", "error", err)
			service.JSON(w, http.StatusBadGateway, map[string]string{"error": "the queue does not answer"})
		default:
			service.JSON(w, status, job)
		}
	}
}
