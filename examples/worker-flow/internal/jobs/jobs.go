// Package jobs is what services say to the queue.
package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"example.com/workerflow/internal/trace"
)

// Job is something to do.
type Job struct {
	ID     uint64 `json:"id"`
	Kind   string `json:"kind"`
	Text   string `json:"text"`
	State  string `json:"state"`
	Result string `json:"result,omitempty"`
}

// States of a job.
const (
	Waiting = "waiting"
	Taken   = "taken"
	Done    = "done"
)

// ErrNone says that there is no such job, or none to take.
var ErrNone = errors.New("no such job")

// Queue is the client of the queue at an address.
type Queue string

// Add adds a job.
func (q Queue) Add(ctx context.Context, kind, text string) (Job, error) {
	return q.ask(ctx, http.MethodPost, "/jobs", Job{Kind: kind, Text: text})
}

// Take takes the next job.
func (q Queue) Take(ctx context.Context) (Job, error) {
	return q.ask(ctx, http.MethodPost, "/take", Job{})
}

// Finish says what came of a job.
func (q Queue) Finish(ctx context.Context, id uint64, result string) error {
	_, err := q.ask(ctx, http.MethodPost, fmt.Sprintf("/jobs/%d/done", id), Job{Result: result})
	return err
}

// Get returns a job.
func (q Queue) Get(ctx context.Context, id string) (Job, error) {
	return q.ask(ctx, http.MethodGet, "/jobs/"+id, Job{})
}

// Ready fails if the queue does not answer.
func (q Queue) Ready(ctx context.Context) error {
	_, err := q.ask(ctx, http.MethodGet, "/health", Job{})
	return err
}

func (q Queue) ask(ctx context.Context, method, path string, job Job) (answered Job, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	body, err := json.Marshal(job)
	if err != nil {
		return answered, err
	}
	request, err := http.NewRequestWithContext(ctx, method, string(q)+path, bytes.NewReader(body))
	if err != nil {
		return answered, err
	}
	request.Header.Set("Traceparent", trace.Header(ctx))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return answered, err
	}
	defer func() { _ = answer.Body.Close() }()
	switch answer.StatusCode {
	case http.StatusOK, http.StatusCreated:
		return answered, json.NewDecoder(answer.Body).Decode(&answered)
	case http.StatusNotFound:
		return answered, ErrNone
	default:
		return answered, fmt.Errorf("the queue answers %s", answer.Status)
	}
}
