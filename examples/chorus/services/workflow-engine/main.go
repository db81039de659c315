// Workflow-engine runs the workflows of its catalog, and keeps what has been done.
package main

import (
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"example.com/chorus/platform/service"
)

func main() {
	catalog, err := readCatalog()
	if err != nil {
		service.Fail(err)
	}
	runs, err := openRuns(filepath.Join(service.Setting("DATA_DIR", "/data"), "runs.db"))
	if err != nil {
		service.Fail(err)
	}
	service.Run("workflow-engine", routes(catalog, runs), func() {})
	if err := runs.close(); err != nil {
		slog.Error("the runs are not closed", "error", err)
		os.Exit(1)
	}
}

func routes(catalog map[string][]string, runs *runs) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /workflows", func(w http.ResponseWriter, _ *http.Request) {
		service.JSON(w, http.StatusOK, catalog)
	})
	mux.HandleFunc("POST /workflows/{name}/runs", func(w http.ResponseWriter, r *http.Request) {
		steps, known := catalog[r.PathValue("name")]
		if !known {
			service.JSON(w, http.StatusNotFound, map[string]string{"error": "no such workflow"})
			return
		}
		answer(w, http.StatusCreated)(runs.start(r.PathValue("name"), steps))
	})
	mux.HandleFunc("POST /runs/{id}/next", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK)(runs.advance(r.PathValue("id")))
	})
	mux.HandleFunc("GET /runs/{id}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK)(runs.get(r.PathValue("id")))
	})
	mux.HandleFunc("GET /health/deep", func(w http.ResponseWriter, _ *http.Request) {
		if _, err := runs.get("none"); !errors.Is(err, errUnknown) {
			service.JSON(w, http.StatusServiceUnavailable, map[string]string{"runs": err.Error()})
			return
		}
		service.JSON(w, http.StatusOK, map[string]string{"runs": "ok"})
	})
	return mux
}

func answer(w http.ResponseWriter, status int) func(run, error) {
	return func(one run, err error) {
		switch {
		case errors.Is(err, errUnknown):
			service.JSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
		case err != nil:
			service.JSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		default:
			service.JSON(w, status, one)
		}
	}
}
