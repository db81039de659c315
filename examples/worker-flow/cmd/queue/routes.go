package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"example.com/workerflow/internal/jobs"
	"example.com/workerflow/internal/service"
)

func routes(store *store) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jobs", func(w http.ResponseWriter, r *http.Request) {
		var job jobs.Job
		if err := json.NewDecoder(r.Body).Decode(&job); err != nil || job.Kind == "" {
			service.JSON(w, http.StatusBadRequest, map[string]string{"error": "a job has a kind"})
			return
		}
		answer(w, http.StatusCreated)(store.add(jobs.Job{Kind: job.Kind, Text: job.Text}))
	})
	mux.HandleFunc("POST /take", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK)(store.take())
	})
	mux.HandleFunc("POST /jobs/{id}/done", func(w http.ResponseWriter, r *http.Request) {
		var job jobs.Job
		if err := json.NewDecoder(r.Body).Decode(&job); err != nil {
			service.JSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		answer(w, http.StatusOK)(store.finish(id(r), job.Result))
	})
	mux.HandleFunc("GET /jobs/{id}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK)(store.get(id(r)))
	})
	return mux
}

// id is 0 for what is not a number, and no job has that.
func id(r *http.Request) uint64 {
	number, _ := strconv.ParseUint(r.PathValue("id"), 10, 64)
	return number
}

func answer(w http.ResponseWriter, status int) func(jobs.Job, error) {
	return func(job jobs.Job, err error) {
		switch {
		case errors.Is(err, jobs.ErrNone):
			service.JSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
		case err != nil:
			service.JSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		default:
			service.JSON(w, status, job)
		}
	}
}
