package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
)

func TestARunIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.db")
	open := func() (*runs, *http.ServeMux) {
		store, err := openRuns(path)
		if err != nil {
			t.Fatal(err)
		}
		return store, routes(map[string][]string{"release": {"freeze", "announce"}}, store)
	}
	ask := func(mux *http.ServeMux, method, path string, status int) (one run) {
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest(method, path, http.NoBody))
		if answer.Code != status {
			t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
		}
		_ = json.Unmarshal(answer.Body.Bytes(), &one)
		return one
	}
	store, mux := open()
	one := ask(mux, http.MethodPost, "/workflows/release/runs", http.StatusCreated)
	ask(mux, http.MethodPost, "/runs/"+one.ID+"/next", http.StatusOK)
	ask(mux, http.MethodPost, "/workflows/lunch/runs", http.StatusNotFound)
	ask(mux, http.MethodGet, "/health/deep", http.StatusOK)
	if err := store.close(); err != nil {
		t.Fatal(err)
	}
	store, mux = open()
	defer func() { _ = store.close() }()
	again := ask(mux, http.MethodGet, "/runs/"+one.ID, http.StatusOK)
	if len(again.Done) != 1 || again.Done[0] != "freeze" || len(again.Open) != 1 {
		t.Fatalf("%+v", again)
	}
}

func TestTheCatalogCanBeRead(t *testing.T) {
	catalog, err := readCatalog()
	if err != nil || len(catalog["onboarding"]) != 3 {
		t.Fatal(catalog, err)
	}
}
