// Worker does the jobs of the queue.
package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"example.com/workerflow/internal/jobs"
	"example.com/workerflow/internal/service"
	"example.com/workerflow/internal/trace"
	"github.com/VictoriaMetrics/metrics"
)

const pause = 200 * time.Millisecond

var done = metrics.NewCounter("jobs_done_total")

func main() {
	queue := jobs.Queue(service.Setting("QUEUE_URL", "http://127.0.0.1:8081"))
	work := func(ctx context.Context) {
		for ctx.Err() == nil {
			if err := next(queue); err != nil {
				if !errors.Is(err, jobs.ErrNone) {
					slog.Warn("the queue fails", "error", err)
				}
				select {
				case <-time.After(pause):
				case <-ctx.Done():
				}
			}
		}
	}
	service.Service{Name: "worker", Routes: http.NewServeMux(), Ready: queue.Ready, Work: work}.Run()
}

// next does one job. It is finished although the worker is told to stop.
func next(queue jobs.Queue) error {
	job, err := queue.Take(context.Background())
	if err != nil {
		return err
	}
	ctx, span := trace.Start(context.Background(), "worker", job.Kind)
	defer span.End()
	if err := queue.Finish(ctx, job.ID, do(job)); err != nil {
		return err
	}
	done.Inc()
	slog.Info("done", "job", job.ID, "kind", job.Kind)
	return nil
}
