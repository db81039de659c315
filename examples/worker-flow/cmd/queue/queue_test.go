package main

import (
	"context"
	"errors"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"example.com/workerflow/internal/jobs"
)

func TestAJobIsTakenOnceAndKept(t *testing.T) {
	store, err := open(filepath.Join(t.TempDir(), "jobs.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.db.Close() }()
	server := httptest.NewServer(routes(store))
	defer server.Close()
	queue, ctx := jobs.Queue(server.URL), context.Background()

	added, err := queue.Add(ctx, "count", "one two")
	if err != nil || added.State != jobs.Waiting {
		t.Fatal(added, err)
	}
	taken, err := queue.Take(ctx)
	if err != nil || taken.ID != added.ID || taken.Text != "one two" {
		t.Fatal(taken, err)
	}
	if _, err := queue.Take(ctx); !errors.Is(err, jobs.ErrNone) {
		t.Fatal(err)
	}
	if err := queue.Finish(ctx, taken.ID, "2"); err != nil {
		t.Fatal(err)
	}
	done, err := queue.Get(ctx, "1")
	if err != nil || done.State != jobs.Done || done.Result != "2" {
		t.Fatal(done, err)
	}
	if _, err := queue.Get(ctx, "none"); !errors.Is(err, jobs.ErrNone) {
		t.Fatal(err)
	}
}
